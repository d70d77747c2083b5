//! Bytes as a spec with overlays, a NUL between them (YAML has none): read, resolved, its problems shown in
//! each form, its code generated and parsed as Rust.

use nlgen::diagnostic::{Report, Severity};
use nlgen::span::Source;

/// Reads bytes as a spec with overlays.
///
/// # Panics
/// When a promise does not hold.
pub fn all(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut texts = text.split('\0');
    let spec = Source::new("spec.yaml", texts.next().unwrap_or_default());
    let overlays = texts.take(3).map(|text| Source::new("overlay.yaml", text));
    match nlgen::check(spec, overlays.collect()) {
        Ok(loaded) => {
            shown(&loaded.warnings, Severity::Warning);
            let code = nlgen::emit::rust::family(&loaded.family, &quote::quote!(::nlgen_runtime));
            if let Err(error) = syn::parse2::<syn::File>(code) {
                panic!("what is generated is no Rust: {error}");
            }
        }
        Err(error) => {
            assert!(!error.problems().is_empty());
            shown(error.report(), Severity::Error);
        }
    }
}

/// Every problem can be told, in each form.
fn shown(report: &Report, severity: Severity) {
    let problems = report.problems();
    assert!(
        problems
            .iter()
            .all(|problem| problem.severity() == severity)
    );
    assert_eq!(report.lines().count(), problems.len());
    assert_eq!(
        report.to_json().matches("\"severity\": ").count(),
        problems.len()
    );
    for color in [false, true] {
        assert_eq!(report.render(color).is_empty(), problems.is_empty());
    }
}
