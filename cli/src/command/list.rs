//! `nlgen list`: the families of the running kernel.

use std::io::Write;

use nlgen::model;
use nlgen_runtime::nlctrl::{GetfamilyDump, GetfamilyReply, OpFlags};
use nlgen_runtime::{Connection, Str};
use serde::Serialize;

use crate::catalog::Catalog;
use crate::complete;
use crate::failure::{Failure, suggestion};
use crate::output::{BAD, FAINT, Format, HEADING, NAME, NOTE, Output, report};

/// List the families of the running kernel: ids, versions, operations and multicast groups
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only these families
    #[arg(value_name = "FAMILY", add = complete::kernels_families())]
    families: Vec<String>,
    #[command(flatten)]
    format: Format,
}

/// A family, named as in the spec of `nlctrl`.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Family {
    family_name: String,
    family_id: u16,
    version: u32,
    hdrsize: u32,
    maxattr: u32,
    ops: Vec<Operation>,
    mcast_groups: Vec<Group>,
    /// What cannot be read of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
}

/// An operation of a family.
#[derive(Serialize)]
struct Operation {
    id: u32,
    /// The name in the spec that ships, if one does and it knows the operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    flags: Vec<&'static str>,
}

/// A multicast group of a family.
#[derive(Serialize)]
struct Group {
    name: String,
    id: u32,
}

/// What flags are called: in the spec of `nlctrl`, and in the table.
const FLAGS: [(OpFlags, &str, &str); 5] = [
    (OpFlags::CMD_CAP_DO, "cmd-cap-do", "do"),
    (OpFlags::CMD_CAP_DUMP, "cmd-cap-dump", "dump"),
    (OpFlags::ADMIN_PERM, "admin-perm", "admin"),
    (OpFlags::UNS_ADMIN_PERM, "uns-admin-perm", "ns-admin"),
    (OpFlags::CMD_CAP_HASPOL, "cmd-cap-haspol", "policy"),
];

impl Args {
    /// Asks the kernel for its families and writes them: the ones asked for, in that order; all of
    /// them, in the order of their ids, when none is.
    ///
    /// # Errors
    /// When the kernel does not answer, or does not have a family that is asked for.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let catalog = Catalog::from_env();
        let mut conn = Connection::open()?;
        let answer = conn.dump(&GetfamilyDump::default())?;
        let mut families = Vec::new();
        let mut good = true;
        for family in &answer {
            match family {
                Ok(family) => families.push(Family::read(&family, &catalog)),
                Err(error) => {
                    good = false;
                    report!("{BAD}nlgen{BAD:#}: a family cannot be read: {error}");
                }
            }
        }
        families.sort_by_key(|family| family.family_id);
        if !self.families.is_empty() {
            families = select(families, &self.families)?;
        }
        match self.format.is_json() {
            true => out.json(&families)?,
            false => families
                .iter()
                .try_for_each(|family| family.table(out.text()))?,
        }
        match good && families.iter().all(|family| family.problems.is_empty()) {
            true => Ok(()),
            false => Err(Failure::Told(1)),
        }
    }
}

fn select(families: Vec<Family>, wanted: &[String]) -> Result<Vec<Family>, Failure> {
    let unknown = |name: &&String| families.iter().all(|family| family.family_name != **name);
    if let Some(name) = wanted.iter().find(unknown) {
        let names = families.iter().map(|family| family.family_name.as_str());
        return Err(Failure::Absent {
            message: format!("the kernel has no generic netlink family `{name}`"),
            help: Some(match suggestion(name, names) {
                Some(near) if near.starts_with("did") => near,
                _ => "is its module loaded?".to_owned(),
            }),
        });
    }
    let place = |family: &Family| wanted.iter().position(|name| *name == family.family_name);
    let mut selected: Vec<Family> = families
        .into_iter()
        .filter(|family| place(family).is_some())
        .collect();
    selected.sort_by_key(place);
    Ok(selected)
}

impl Family {
    /// A family as far as it can be read; the rest is in its `problems`.
    fn read(reply: &GetfamilyReply<'_>, catalog: &Catalog) -> Self {
        let text = |text: Option<Str<'_>>| text.unwrap_or_default().to_string();
        let family_name = text(reply.family_name);
        let spec = catalog.named(&family_name).and_then(|found| {
            let loaded = found.check().map(|loaded| loaded.family);
            if loaded.is_err() {
                report!(
                    "{NOTE}nlgen{NOTE:#}: the spec of `{family_name}` has problems, and its names are left \
                     out; nlgen check {family_name} reports them"
                );
            }
            loaded.ok()
        });
        let mut problems = Vec::new();
        let mut ops = Vec::new();
        for operation in reply.ops {
            let operation = match operation {
                Ok(operation) => operation,
                Err(error) => {
                    problems.push(error.to_string());
                    continue;
                }
            };
            let id = operation.id.unwrap_or_default();
            let name = spec.as_ref().and_then(|spec| operation_name(spec, id));
            ops.push(Operation::new(
                id,
                name,
                operation.flags.unwrap_or_default(),
            ));
        }
        ops.sort_by_key(|operation| operation.id);
        let mut mcast_groups = Vec::new();
        for group in reply.mcast_groups {
            match group {
                Ok(group) => mcast_groups.push(Group {
                    name: text(group.name),
                    id: group.id.unwrap_or_default(),
                }),
                Err(error) => problems.push(error.to_string()),
            }
        }
        Self {
            family_name,
            family_id: reply.family_id.unwrap_or_default(),
            version: reply.version.unwrap_or_default(),
            hdrsize: reply.hdrsize.unwrap_or_default(),
            maxattr: reply.maxattr.unwrap_or_default(),
            ops,
            mcast_groups,
            problems,
        }
    }

    /// A heading, a line for each operation, a line for each group.
    fn table(&self, out: &mut impl Write) -> std::io::Result<()> {
        let Self {
            family_name,
            family_id,
            version,
            ..
        } = self;
        writeln!(
            out,
            "{HEADING}{family_name}{HEADING:#}  id {family_id}, version {version}"
        )?;
        let name = |operation: &Operation| operation.name.as_deref().map_or(1, str::len);
        let width = self.ops.iter().map(name).max().unwrap_or_default();
        for operation in &self.ops {
            let name = operation.name.as_deref().unwrap_or("-");
            let flags: Vec<&str> = FLAGS
                .iter()
                .filter(|(_, name, _)| operation.flags.contains(name))
                .map(|(_, _, short)| *short)
                .collect();
            let flags = flags.join(" ");
            let id = operation.id;
            writeln!(
                out,
                "  {id:>5}  {NAME}{name:width$}{NAME:#}  {FAINT}{flags}{FAINT:#}"
            )?;
        }
        for group in &self.mcast_groups {
            writeln!(
                out,
                "  group  {NAME}{}{NAME:#}  id {}",
                group.name, group.id
            )?;
        }
        for problem in &self.problems {
            writeln!(out, "  {NOTE}malformed: {problem}{NOTE:#}")?;
        }
        Ok(())
    }
}

/// The name of the operation that a command asks for.
fn operation_name(family: &model::Family, command: u32) -> Option<&str> {
    let found = family.operations.iter().find(|operation| {
        let mut modes = operation.doit.iter().chain(&operation.dump);
        modes.any(|mode| u32::from(mode.command) == command)
    });
    found.map(|operation| operation.name.as_str())
}

impl Operation {
    fn new(id: u32, name: Option<&str>, flags: OpFlags) -> Self {
        let set = FLAGS.iter().filter(|(flag, _, _)| flags.contains(*flag));
        Self {
            id,
            name: name.map(str::to_owned),
            flags: set.map(|(_, name, _)| *name).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::plain;

    /// A family of which only the request 3 is known.
    fn family(name: &str, family_id: u16) -> Family {
        let both = OpFlags::CMD_CAP_DO | OpFlags::CMD_CAP_DUMP;
        Family {
            family_name: name.to_owned(),
            family_id,
            version: 2,
            hdrsize: 0,
            maxattr: 10,
            ops: vec![
                Operation::new(3, Some("getfamily"), both),
                Operation::new(10, None, OpFlags::UNS_ADMIN_PERM | OpFlags::CMD_CAP_DO),
            ],
            mcast_groups: vec![Group {
                name: "notify".to_owned(),
                id: 16,
            }],
            problems: Vec::new(),
        }
    }

    #[test]
    fn the_table() {
        let mut table = Vec::new();
        family("nlctrl", 16).table(&mut table).unwrap();
        let table = String::from_utf8(table).unwrap();
        assert_eq!(
            plain(&table),
            "\
nlctrl  id 16, version 2
      3  getfamily  do dump
     10  -          do ns-admin
  group  notify  id 16
"
        );
    }

    #[test]
    fn the_json_has_the_names_of_the_spec() {
        let json = serde_json::to_value(family("nlctrl", 16)).unwrap();
        let expected = serde_json::json!({
            "family-name": "nlctrl", "family-id": 16, "version": 2, "hdrsize": 0, "maxattr": 10,
            "ops": [
                { "id": 3, "name": "getfamily", "flags": ["cmd-cap-do", "cmd-cap-dump"] },
                { "id": 10, "flags": ["cmd-cap-do", "uns-admin-perm"] },
            ],
            "mcast-groups": [ { "name": "notify", "id": 16 } ],
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn families_come_in_the_order_in_which_they_are_asked_for() {
        let all = || vec![family("a", 16), family("b", 17), family("c", 18)];
        let names = |wanted: &[&str]| {
            let wanted: Vec<String> = wanted.iter().map(|&name| name.to_owned()).collect();
            let found = select(all(), &wanted).map_err(|failure| failure.to_string());
            let names = |found: Vec<Family>| found.into_iter().map(|family| family.family_name);
            found.map(|found| names(found).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(names(&["c", "a"]), Ok("c a".to_owned()));
        assert_eq!(names(&["b", "b"]), Ok("b".to_owned()));
        let error = names(&["a", "none"]).unwrap_err();
        assert!(
            error.contains("no generic netlink family `none`"),
            "{error}"
        );
    }

    #[test]
    fn commands_have_the_names_of_their_specs() {
        let catalog = Catalog::from_env();
        for (family, command, name) in [
            ("nlctrl", 3, Some("getfamily")),
            ("nlctrl", 10, Some("getpolicy")),
            // A request's number, not that of replies or events.
            ("nlctrl", 1, None),
            ("ethtool", 12, Some("features-set")),
            ("netdev", 1, Some("dev-get")),
            ("exam-dir", 300, None),
        ] {
            let spec = catalog.load(family).unwrap();
            assert_eq!(operation_name(&spec, command), name, "{family} {command}");
        }
    }
}
