//! Names for shells to complete: of families, operations, groups.
//!
//! The shell runs `nlgen` with the line so far (`COMPLETE=bash nlgen -- nlgen do netdev de`), and clap
//! asks here for what may stand at the cursor. Nothing is an error: what cannot be found is not offered.

use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgAction, Command, Id};
use clap_complete::CompletionCandidate;
use clap_complete::engine::{ArgValueCompleter, PathCompleter, ValueCompleter};
use nlgen::diagnostic::is_hidden;
use nlgen::model::Family;

use crate::catalog::Catalog;
use crate::session::forever;
use crate::sheet::Sheet;
use crate::{live, names};

/// The command line without the options that clap would refuse on the line so far, so that they are not offered:
/// those that are there already, and those that exclude each other.
pub(crate) fn acceptable(command: Command) -> Command {
    let words = words(std::env::args_os());
    // What is at the cursor is not there yet.
    let before = words.split_last().map_or(&[][..], |(_, before)| before);
    without_refused(command, before)
}

fn without_refused(command: Command, words: &[String]) -> Command {
    let subcommand = words.iter().enumerate().find_map(|(at, word)| {
        let found = command.find_subcommand(word)?;
        Some((found.get_name().to_owned(), at + 1))
    });
    if let Some((name, next)) = subcommand {
        let rest = words.get(next..).unwrap_or_default();
        return command.mut_subcommand(name, |inner| without_refused(inner, rest));
    }
    let words = words.split(|word| word == "--").next().unwrap_or_default();
    let given = |arg: &Arg| {
        let mut longs = words
            .iter()
            .filter_map(|word| word.split('=').next()?.strip_prefix("--"));
        longs.any(|long| arg.get_long() == Some(long))
    };
    // Either of two that exclude each other may say so.
    let excluded = |arg: &Arg| {
        let mut others = command.get_arguments().filter(|other| given(other));
        others.any(|other| excludes(&command, arg, other) || excludes(&command, other, arg))
    };
    let ids = |refused: &dyn Fn(&Arg) -> bool| -> Vec<Id> {
        let refused = command.get_arguments().filter(|arg| refused(arg));
        refused.map(|arg| arg.get_id().clone()).collect()
    };
    let again = ids(&|arg| given(arg) && !matches!(arg.get_action(), ArgAction::Append));
    let excluded = ids(&|arg| !given(arg) && excluded(arg));
    // What is hidden is offered when nothing else begins as the word at the cursor does.
    let command = again.into_iter().fold(command, |command, id| {
        command.mut_arg(id, |arg| arg.hide(true))
    });
    excluded.into_iter().fold(command, |command, id| {
        let name = forever(&format!(".{id}"));
        command.mut_arg(id, |arg| match arg.is_positional() {
            true => arg.hide(true),
            false => arg.hide(true).short(None).long(name),
        })
    })
}

/// Whether an argument says that it excludes another.
fn excludes(command: &Command, arg: &Arg, other: &Arg) -> bool {
    let mut others = command.get_arg_conflicts_with(arg).into_iter();
    others.any(|excluded| excluded.get_id() == other.get_id())
}

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

/// The attributes of the objects of the dump on the line, and of the nests in them.
pub(crate) fn columns() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| {
        let Some((_, family)) = on_the_line(std::env::args_os()) else {
            return Vec::new();
        };
        let words = words(std::env::args_os());
        let family = nlgen_dynamic::Family::new(family);
        let mut replies = words.iter().filter_map(|word| {
            let operation = family.operation(word).ok()?;
            operation.reply(nlgen_dynamic::Mode::Dump).ok()
        });
        let Some(reply) = replies.next() else {
            return Vec::new();
        };
        // What is before the last comma and the last dot stays.
        let current = current.to_string_lossy();
        let (before, last) = current
            .rsplit_once(',')
            .map_or(("", &*current), |(before, last)| (before, last));
        let comma = if before.is_empty() { "" } else { "," };
        let (outer, _) = last.rsplit_once('.').unwrap_or_default();
        let dot = if outer.is_empty() { "" } else { "." };
        let names = names::inside(family.model(), &reply, outer);
        let names = names
            .into_iter()
            .map(|name| format!("{before}{comma}{outer}{dot}{name}"));
        beginning_with(OsStr::new(&*current), names)
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
    // A terminal would obey what is hidden in a name.
    let names = names
        .into_iter()
        .filter(|name| name.starts_with(&*current) && !name.contains(is_hidden));
    names.map(CompletionCandidate::new).collect()
}

/// The words of the line that is completed, behind the name of the program.
fn words(args: impl Iterator<Item = OsString>) -> Vec<String> {
    args.skip_while(|word| word != "--")
        .skip(2)
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}

/// The command on the line, and the first family behind it.
fn on_the_line(args: impl Iterator<Item = OsString>) -> Option<(String, Family)> {
    let words = words(args);
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

    /// The ways to the commands that have no commands in them.
    fn leaves(command: &Command, way: &[String], found: &mut Vec<(Vec<String>, Command)>) {
        if !command.has_subcommands() {
            found.push((way.to_vec(), command.clone()));
        }
        for inner in command.get_subcommands() {
            let way = [way, &[inner.get_name().to_owned()]].concat();
            leaves(inner, &way, found);
        }
    }

    /// An option with a value, if it takes one.
    fn option(arg: &Arg) -> Option<Vec<String>> {
        let name = format!("--{}", arg.get_long()?);
        Some(match arg.get_action().takes_values() {
            true => vec![name, "1".to_owned()],
            false => vec![name],
        })
    }

    #[test]
    fn clap_takes_two_options_one_after_the_other_when_the_second_is_offered() {
        use clap::CommandFactory;
        use clap::error::ErrorKind;
        let mut found = Vec::new();
        leaves(&crate::Cli::command(), &[], &mut found);
        let mut count = 0;
        for (way, command) in found {
            for first in command.get_arguments().filter_map(option) {
                let before = [&way[..], &first].concat();
                let offered = without_refused(crate::Cli::command(), &before);
                let offered = way.iter().fold(&offered, |command, name| {
                    command.find_subcommand(name).unwrap()
                });
                for second in offered.get_arguments().filter(|arg| !arg.is_hide_set()) {
                    let Some(second) = option(second) else {
                        continue;
                    };
                    let line = [&before[..], &second].concat();
                    let words = [&["nlgen".to_owned()][..], &line].concat();
                    let parsed = crate::Cli::command().try_get_matches_from(words);
                    let kind = parsed.err().map(|error| error.kind());
                    let refused = [ErrorKind::ArgumentConflict, ErrorKind::UnknownArgument];
                    assert!(
                        kind.is_none_or(|kind| !refused.contains(&kind)),
                        "{line:?}: {kind:?}"
                    );
                    count += 1;
                }
            }
        }
        assert!(count > 300, "{count}");
    }

    #[test]
    fn what_clap_would_refuse_is_not_offered() {
        use clap::CommandFactory;
        let offered = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let texts: Vec<String> = line.split(' ').skip(1).map(str::to_owned).collect();
            let before = texts.split_last().unwrap().1;
            let mut command = without_refused(crate::Cli::command(), before);
            let at = words.len() - 1;
            let found = clap_complete::engine::complete(&mut command, words, at, None);
            let found = found.unwrap().into_iter();
            let found = found.filter(|candidate| !candidate.is_hide_set());
            found
                .map(|candidate| candidate.get_value().to_string_lossy().into_owned())
                .collect::<Vec<_>>()
        };
        for (line, there, not) in [
            ("nlgen dump netdev dev-get --", "--json", "--nothing"),
            ("nlgen dump netdev dev-get --json --", "--secrets", "--json"),
            (
                "nlgen dump netdev dev-get --ns blue --",
                "--timeout",
                "--ns",
            ),
            (
                "nlgen dump netdev dev-get --ns=blue --",
                "--timeout",
                "--ns",
            ),
            ("nlgen decode --pcap x --", "--id", "--body"),
            ("nlgen decode --body --", "--explain", "--pcap"),
            ("nlgen decode --explain --", "--secrets", "--json"),
            ("nlgen decode --json --", "--secrets", "--explain"),
            ("nlgen introspect x --header y --", "--header", "--nothing"),
            (
                "nlgen generate docs --format html --",
                "--output",
                "--format",
            ),
        ] {
            let offered = offered(line);
            assert!(
                offered.iter().any(|name| name == there),
                "{line}: {offered:?}"
            );
            assert!(
                !offered.iter().any(|name| name == not),
                "{line}: {offered:?}"
            );
        }
    }

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
