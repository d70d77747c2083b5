//! Problems as a compiler shows them.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::{Problem, Report, Severity, visible};
use crate::span::Source;

/// How many problems are shown with the lines that they are in. Each goes through the text, and nobody reads more: the
/// others have a line each.
const MOST_PICTURES: usize = 200;

impl Report {
    pub(super) fn shown(&self, color: bool) -> Vec<String> {
        let renderer = match color {
            true => Renderer::styled(),
            false => Renderer::plain(),
        };
        let pictures = self.problems.iter().take(MOST_PICTURES);
        let pictures = pictures.map(|problem| self.render_one(problem, &renderer));
        let rest = self.in_lines().skip(MOST_PICTURES);
        pictures.chain(rest).collect()
    }

    fn render_one(&self, problem: &Problem, renderer: &Renderer) -> String {
        let (source, span) = self.sources.find(problem.span);
        let level = match problem.severity() {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level
            .primary_title(visible(&problem.message))
            .id(problem.code.as_str());
        let help = Level::HELP.message(visible(problem.advice()));
        if source.text().is_empty() {
            let note = format!("in {}", source.path().display());
            let note = visible(&note);
            let group = title.element(Level::NOTE.message(note));
            return renderer.render(&[group.element(help)]);
        }
        let mut snippet = snippet(source).annotation(
            AnnotationKind::Primary
                .span(source.clamp(span).range())
                .label(visible(&problem.label)),
        );
        let mut elsewhere = Vec::new();
        for (span, label) in &problem.related {
            let (other, span) = self.sources.find(*span);
            let note = AnnotationKind::Context
                .span(other.clamp(span).range())
                .label(visible(label));
            match std::ptr::eq(other, source) {
                true => snippet = snippet.annotation(note),
                false => elsewhere.push(self::snippet(other).annotation(note)),
            }
        }
        let mut group = title.element(snippet);
        for snippet in elsewhere {
            group = group.element(snippet);
        }
        renderer.render(&[group.element(help)])
    }
}

fn snippet(source: &Source) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
    let path = source.path().display().to_string();
    Snippet::source(source.text()).path(visible(&path).into_owned())
}
