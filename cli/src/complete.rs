//! Names for shells to complete: of families, operations, groups.
//!
//! The shell runs `nlgen` with the line so far (`COMPLETE=bash nlgen -- nlgen do netdev de`), and clap
//! asks here for what may stand at the cursor. Nothing is an error: what cannot be found is not offered.

use std::ffi::{OsStr, OsString};

use clap_complete::CompletionCandidate;
use clap_complete::engine::{ArgValueCompleter, PathCompleter, ValueCompleter};
use nlgen::model::Family;

use crate::catalog::Catalog;
use crate::live;
use crate::sheet::Sheet;

/// The names of families that have a spec, and YAML files.
pub(crate) fn families() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let mut found = beginning_with(current, Catalog::from_env().names());
        let is_yaml = |path: &std::path::Path| {
            path.is_dir()
                || matches!(
                    path.extension().and_then(OsStr::to_str),
                    Some("yaml" | "yml")
                )
        };
        found.extend(PathCompleter::file().filter(is_yaml).complete(current));
        found
    })
}

/// The names of the running kernel's families.
pub(crate) fn kernels_families() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let conn = nlgen_runtime::Connection::open();
        let names = conn.and_then(|mut conn| live::Family::names(&mut conn));
        beginning_with(current, names.unwrap_or_default())
    })
}

/// The operations of the family on the line: those that the command can ask for.
pub(crate) fn operations() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let Some((command, family)) = on_the_line(std::env::args_os()) else {
            return Vec::new();
        };
        let names = family
            .operations
            .into_iter()
            .filter(|operation| match &*command {
                "do" => operation.doit.is_some(),
                "dump" => operation.dump.is_some(),
                _ => true,
            });
        beginning_with(current, names.map(|operation| operation.name))
    })
}

/// The multicast groups of the family on the line.
pub(crate) fn groups() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let family = on_the_line(std::env::args_os());
        let groups = family.map(|(_, family)| family.groups).unwrap_or_default();
        beginning_with(current, groups.into_iter().map(|group| group.name))
    })
}

/// All that `nlgen spec` shows of the family on the line.
pub(crate) fn items() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let Some((_, family)) = on_the_line(std::env::args_os()) else {
            return Vec::new();
        };
        let sheet = Sheet::of(&family);
        let mut names: Vec<String> = sheet.names().into_iter().map(str::to_owned).collect();
        names.sort();
        names.dedup();
        beginning_with(current, names)
    })
}

fn beginning_with(
    current: &OsStr,
    names: impl IntoIterator<Item = String>,
) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    let names = names.into_iter().filter(|name| name.starts_with(&*current));
    names.map(CompletionCandidate::new).collect()
}

/// The command on the line, and the first family behind it.
fn on_the_line(args: impl Iterator<Item = OsString>) -> Option<(String, Family)> {
    let words: Vec<String> = args
        .skip_while(|word| word != "--")
        .skip(2)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let (command, words) = words.split_first()?;
    let catalog = Catalog::from_env();
    let family = words
        .iter()
        .filter(|word| !word.starts_with('-'))
        .find_map(|word| catalog.load(word).ok())?;
    Some((command.clone(), family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_is_the_first_word_that_names_one() {
        let on = |line: &str| {
            let words = line.split(' ').map(OsString::from);
            on_the_line(words).map(|(command, family)| format!("{command} {}", family.name))
        };
        for (line, found) in [
            ("nlgen -- nlgen do netdev de", Some("do netdev")),
            ("nlgen -- nlgen do --ns blue mptcp-pm ", Some("do mptcp_pm")),
            ("nlgen -- nlgen dump none", None),
            ("nlgen -- nlgen", None),
            ("nlgen", None),
        ] {
            assert_eq!(on(line).as_deref(), found, "{line}");
        }
    }
}
