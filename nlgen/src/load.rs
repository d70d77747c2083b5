//! Specs from texts and files to the model.

use std::path::{Path, PathBuf};

use crate::builder::read;
use crate::diagnostic::{Code, Problem, Report, SpecError};
use crate::span::{Source, Sources};
use crate::spec::{self, Read};
use crate::unread::Unread;
use crate::{lower, model, overlay, yaml};

/// A spec that can be used, and what is suspicious in it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What the spec says, resolved.
    pub family: model::Family,
    /// What is hardly meant; see [`Code`] for the kinds.
    pub warnings: Report,
    /// The spec as it is written, for the places of what only C code minds.
    #[cfg(feature = "c")]
    written: Box<spec::Family>,
}

#[cfg(feature = "c")]
impl Loaded {
    /// The spec as it is written, overlays laid over it.
    pub(crate) fn written(&self) -> &spec::Family {
        &self.written
    }

    /// The family for C code: see [`emit::c`](crate::emit::c).
    ///
    /// ```
    /// use nlgen::span::Source;
    /// let spec = "
    /// name: ping
    /// attribute-sets: [ { name: ping, attributes: [ { name: port, type: u16 } ] } ]
    /// operations: { list: [ { name: echo, attribute-set: ping, do: { request: { attributes: [ port ] } } } ] }
    /// ";
    /// let loaded = nlgen::check(Source::new("ping.yaml", spec), Vec::new())?;
    /// let header = nlgen::emit::c::uapi(&loaded.c()?, "ping.yaml");
    /// assert!(header.contains("\tPING_A_PORT = 1,\n"));
    /// # Ok::<(), nlgen::diagnostic::SpecError>(())
    /// ```
    ///
    /// # Errors
    /// What C cannot hold: names that are no identifiers or that are the same in C, structs that C lays out otherwise,
    /// keys that the kernel's tables have no place for. Rust code has no trouble with them.
    pub fn c(&self) -> Result<crate::emit::c::CFamily<'_>, SpecError> {
        use crate::emit::c;
        let names = c::names::Names::new(&self.family);
        let problems = c::check(&self.written, &self.family, &names);
        let (errors, warnings): (Vec<_>, Vec<_>) = problems.into_iter().partition(c::is_error);
        let sources = self.warnings.sources().clone();
        if !errors.is_empty() {
            return Err(SpecError::new(sources, errors));
        }
        Ok(c::CFamily {
            family: &self.family,
            names,
            warnings: Report::new(sources, warnings),
        })
    }
}

/// Reads a spec and resolves it.
///
/// # Errors
/// All problems of the spec.
pub fn load(source: Source) -> Result<model::Family, SpecError> {
    load_with(source, Vec::new())
}

/// Reads a spec, lays overlays over it, one after the other, and resolves the result.
///
/// An overlay has the shape of the spec: mappings are merged key by key, items of lists by their
/// `name` (formats of sub-messages by their `value`), `{ drop: NAME }` takes an item out, and
/// everything else replaces what was there.
///
/// ```
/// use nlgen::span::Source;
/// let spec = "
/// name: ping
/// attribute-sets: [ { name: ping, attributes: [ { name: port, type: u16 } ] } ]
/// operations: { list: [ { name: echo, attribute-set: ping, do: { request: { attributes: [ port ] } } } ] }
/// ";
/// let overlay = "
/// name: ping
/// attribute-sets: [ { name: ping, attributes: [ { name: port, byte-order: big-endian } ] } ]
/// ";
/// nlgen::load_with(Source::new("ping.yaml", spec), vec![Source::new("ping.overlay.yaml", overlay)])?;
/// # Ok::<(), nlgen::diagnostic::SpecError>(())
/// ```
///
/// # Errors
/// All problems of the spec as the overlays leave it, and those of the overlays.
pub fn load_with(source: Source, overlays: Vec<Source>) -> Result<model::Family, SpecError> {
    check(source, overlays).map(|loaded| loaded.family)
}

/// Reads a spec with its overlays as [`load_with`] does, and tells warnings, too: a name that is listed
/// twice, a set that no operation leads to, a key that says nothing where it stands.
///
/// ```
/// use nlgen::span::Source;
/// let spec = "
/// name: ping
/// attribute-sets: [ { name: ping, attributes: [ { name: rx_port, type: u16 } ] } ]
/// operations: { list: [ { name: echo, attribute-set: ping, do: { request: { attributes: [ rx_port ] } } } ] }
/// ";
/// let loaded = nlgen::check(Source::new("ping.yaml", spec), Vec::new())?;
/// assert_eq!(loaded.family.sets[0].attributes[0].name, "rx_port");
/// assert!(loaded.warnings.to_string().starts_with("warning[NL102]"));
/// # Ok::<(), nlgen::diagnostic::SpecError>(())
/// ```
///
/// # Errors
/// All errors of the spec as the overlays leave it, and those of the overlays. Warnings are told of what
/// has no errors.
pub fn check(source: Source, overlays: Vec<Source>) -> Result<Loaded, SpecError> {
    let mut document = Document::read(source);
    for overlay in overlays {
        document.lay_over(overlay);
    }
    let Some(spec) = document.spec() else {
        return Err(document.into_error());
    };
    match lower::lower(&spec) {
        Ok((family, warnings)) if document.problems.is_empty() => Ok(Loaded {
            family,
            warnings: Report::new(document.sources, warnings),
            #[cfg(feature = "c")]
            written: Box::new(spec),
        }),
        Ok(_) => Err(document.into_error()),
        Err(more) => {
            let unread = Unread::of(&document.node, &document.problems);
            let own = |problem: &Problem| !unread.explains(problem, &document.sources);
            let own: Vec<Problem> = more.into_iter().filter(own).collect();
            document.problems.extend(own);
            Err(document.into_error())
        }
    }
}

/// Reads the spec in a file, with the overlay `NAME.overlay.yaml` beside `NAME.yaml` if there is one.
///
/// # Errors
/// All problems of both, a file that cannot be read among them.
pub fn load_file(path: &Path) -> Result<model::Family, SpecError> {
    check_file(path).map(|loaded| loaded.family)
}

/// Reads the spec in a file as [`load_file`] does, and tells warnings, too.
///
/// # Errors
/// As [`load_file`].
pub fn check_file(path: &Path) -> Result<Loaded, SpecError> {
    let overlays = overlay_of(path).map(|overlay| read(&overlay)).transpose()?;
    check(read(path)?, overlays.into_iter().collect())
}

/// The overlay that [`load_file`] lays over the spec in a file: `NAME.overlay.yaml` beside `NAME.yaml`,
/// if it is there.
#[must_use]
pub fn overlay_of(path: &Path) -> Option<PathBuf> {
    let overlay = path.with_extension("overlay.yaml");
    overlay.is_file().then_some(overlay)
}

/// Reads a spec as it is written: every key with its place, and nothing resolved. For what the
/// [`model`] leaves out, as names that only C code has.
///
/// # Errors
/// The problems of what is written: syntax, keys and the types of values. [`load`] finds the others.
pub fn parse(source: Source) -> Result<spec::Family, SpecError> {
    let mut document = Document::read(source);
    match document.spec() {
        Some(spec) if document.problems.is_empty() => Ok(spec),
        _ => Err(document.into_error()),
    }
}

/// A spec's tree as it was read, and what was wrong so far.
struct Document {
    sources: Sources,
    node: yaml::Node,
    problems: Vec<Problem>,
}

impl Document {
    fn read(source: Source) -> Self {
        let (node, problems) = match yaml::parse(source.text()) {
            Ok(node) => (node, Vec::new()),
            Err(error) => {
                let problem =
                    Problem::new(Code::Syntax, error.span, error.message).help(error.help);
                (yaml::Node::empty(), vec![problem])
            }
        };
        Self {
            sources: Sources::of(source),
            node,
            problems,
        }
    }

    fn lay_over(&mut self, source: Source) {
        let parsed = yaml::parse(source.text());
        let begin = self.sources.add(source);
        match parsed {
            Ok(mut overlay) => {
                overlay.shift(begin);
                overlay::apply(&mut self.node, overlay, &mut self.problems);
            }
            Err(error) => {
                let span = error.span.shifted(begin);
                let problem = Problem::new(Code::Syntax, span, error.message);
                self.problems.push(problem.help(error.help));
            }
        }
    }

    /// The document as it is written; what is wrong with it goes to the problems.
    fn spec(&mut self) -> Option<spec::Family> {
        if self
            .problems
            .iter()
            .any(|problem| problem.code() == Code::Syntax)
        {
            return None;
        }
        spec::Family::read(&self.node, &mut self.problems)
    }

    fn into_error(self) -> SpecError {
        SpecError::new(self.sources, self.problems)
    }
}
