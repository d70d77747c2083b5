//! Names of operations, from the specs that ship.

use nlgen::diagnostic::SpecError;
use nlgen::model::Family;
use nlgen::span::Source;
use nlgen_families::Spec;

/// Reads the spec of a family; `None` when none ships.
///
/// # Errors
/// All problems of the spec.
pub(crate) fn spec(family: &str) -> Result<Option<Family>, SpecError> {
    let load = |spec: &Spec| nlgen::load(Source::new(spec.file, spec.text));
    Spec::of(family).map(load).transpose()
}

/// The name of the operation that a command asks for.
pub(crate) fn operation(family: &Family, command: u32) -> Option<&str> {
    let found = family.operations.iter().find(|operation| {
        let mut modes = operation.doit.iter().chain(&operation.dump);
        modes.any(|mode| u32::from(mode.command) == command)
    });
    found.map(|operation| operation.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_have_the_names_of_their_specs() {
        for (family, command, name) in [
            ("nlctrl", 3, Some("getfamily")),
            ("nlctrl", 10, Some("getpolicy")),
            // A request's number, not that of replies or events.
            ("nlctrl", 1, None),
            ("ethtool", 12, Some("features-set")),
            ("netdev", 1, Some("dev-get")),
            ("exam-dir", 300, None),
        ] {
            let spec = spec(family).unwrap().unwrap();
            assert_eq!(operation(&spec, command), name, "{family} {command}");
        }
        assert!(spec("none").unwrap().is_none());
    }
}
