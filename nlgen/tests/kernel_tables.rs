//! The C that is made of the kernel's own specs, against the C that the kernel has for them: the tables of eight
//! families as data and relocations of object files, and the constants of their uapi headers. Where one differs,
//! `kernel_tables/explained.rs` says why; an explanation that nothing needs fails the test.
//!
//! The kernel's files come from `ci/kernel-source`, and the headers to build with from `lab/kernel headers`. Without
//! them, or without a compiler, the tests say so and are skipped.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "kernel_tables/constants.rs"]
mod constants;
#[path = "kernel_tables/explained.rs"]
mod explained;
mod kernel_build;
mod kernel_source;
#[path = "kernel_tables/object_file.rs"]
mod object_file;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use explained::{CONSTANTS, Explained, SYMBOLS};
use kernel_source::Kernel;
use needs::Need;
use nlgen::Loaded;
use nlgen::emit::c;

/// A family whose tables the kernel's source has as its own generator made them.
struct Family {
    /// Its spec, without `.yaml`.
    spec: &'static str,
    /// Its files, without `.c` and `.h`.
    files: &'static str,
    /// Its header below `include/uapi/linux`.
    header: &'static str,
}

const FAMILIES: [Family; 8] = [
    family("devlink", "net/devlink/netlink_gen", "devlink.h"),
    family("dpll", "drivers/dpll/dpll_nl", "dpll.h"),
    family("fou", "net/ipv4/fou_nl", "fou.h"),
    family("handshake", "net/handshake/genl", "handshake.h"),
    family("mptcp_pm", "net/mptcp/mptcp_pm_gen", "mptcp_pm.h"),
    family("netdev", "net/core/netdev-genl-gen", "netdev.h"),
    family("nfsd", "fs/nfsd/netlink", "nfsd_netlink.h"),
    family("team", "drivers/net/team/team_nl", "if_team.h"),
];

const fn family(spec: &'static str, files: &'static str, header: &'static str) -> Family {
    Family {
        spec,
        files,
        header,
    }
}

impl Family {
    fn load(&self, source: &Path) -> Loaded {
        let spec = source.join(format!("Documentation/netlink/specs/{}.yaml", self.spec));
        nlgen::check_file(&spec).unwrap()
    }

    /// The name of its files, without folders.
    fn stem(&self) -> &'static str {
        self.files.rsplit('/').next().unwrap()
    }
}

/// Differences that are explained; each explanation is needed.
fn compare(found: &[(String, String, String)], explained: &[Explained]) {
    let mut wrong = Vec::new();
    let mut needed = BTreeSet::new();
    for (family, name, difference) in found {
        let explanation = explained
            .iter()
            .position(|known| known.family == family && known.names.contains(&name.as_str()));
        match explanation {
            Some(at) => {
                needed.insert((at, name.clone()));
            }
            None => wrong.push(format!("{family}: {name}: {difference}")),
        }
    }
    for (at, known) in explained.iter().enumerate() {
        assert!(!known.why.is_empty());
        for name in known.names {
            if !needed.contains(&(at, (*name).to_owned())) {
                wrong.push(format!(
                    "{}: {name}: nothing differs; take the explanation out",
                    known.family
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Our tables compile in the place of the kernel's, without a warning of the compiler or of sparse, and are equal.
#[test]
fn tables_are_equal() {
    let Some(source) = Kernel::Linux6_12.source() else {
        return;
    };
    if !source.join("net/devlink/netlink_gen.c").is_file() {
        let reason = "there are no tables of Linux 6.12; ci/kernel-source downloads them";
        return needs::missing(Need::Download("linux-source-6.12"), reason);
    }
    let Some(headers) = kernel_build::folder() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for (side, make) in [("theirs", false), ("ours", true)] {
        let side = folder.path().join(side);
        fs::create_dir(&side).unwrap();
        for family in &FAMILIES {
            let name = family.stem();
            let (header, text) = match make {
                true => {
                    let loaded = family.load(&source);
                    let spec = format!("{}.yaml", family.spec);
                    let made = c::tables(&loaded.c().unwrap(), &spec, &format!("{name}.h"));
                    (made.header, made.source)
                }
                false => {
                    let read = |extension| {
                        fs::read_to_string(source.join(format!("{}.{extension}", family.files)))
                    };
                    (read("h").unwrap(), read("c").unwrap())
                }
            };
            fs::write(side.join(format!("{name}.h")), header).unwrap();
            fs::write(side.join(format!("{name}.c")), text).unwrap();
        }
    }
    let names: Vec<String> = FAMILIES.map(|family| family.stem().to_owned()).to_vec();
    for side in ["theirs", "ours"] {
        kernel_build::compile(&headers, &folder.path().join(side), &names);
    }
    let mut found = Vec::new();
    for family in &FAMILIES {
        let read = |side: &str| {
            let path = folder
                .path()
                .join(side)
                .join(format!("{}.o", family.stem()));
            object_file::symbols(&fs::read(path).unwrap())
        };
        let (theirs, ours) = (read("theirs"), read("ours"));
        assert!(theirs.len() > 1, "{}", family.spec);
        for name in theirs.keys().chain(ours.keys()).collect::<BTreeSet<_>>() {
            let (theirs, ours) = (theirs.get(name), ours.get(name));
            if theirs != ours {
                let show = |symbol| format!("{symbol:#?}");
                let difference = similar::TextDiff::from_lines(&show(theirs), &show(ours))
                    .unified_diff()
                    .to_string();
                found.push((family.spec.to_owned(), name.clone(), difference));
            }
        }
    }
    compare(&found, SYMBOLS);
}

/// Our uapi headers have the constants of the kernel's, with the same values.
#[test]
fn constants_are_equal() {
    let Some(source) = Kernel::Linux6_12.source() else {
        return;
    };
    if !needs::program("gcc", "gcc") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut found = Vec::new();
    for family in &FAMILIES {
        let theirs = source.join("include/uapi/linux").join(family.header);
        let ours = folder.path().join(format!("ours-{}", family.header));
        let loaded = family.load(&source);
        let made = c::uapi(&loaded.c().unwrap(), &format!("{}.yaml", family.spec));
        fs::write(&ours, made).unwrap();
        let theirs = constants::of(&theirs, folder.path());
        let ours = constants::of(&ours, folder.path());
        assert!(theirs.len() > 5 && ours.len() > 5, "{}", family.spec);
        for name in theirs.keys().chain(ours.keys()).collect::<BTreeSet<_>>() {
            let (theirs, ours) = (theirs.get(name), ours.get(name));
            // Devlink's header is written by people, who give numbers to operations in their own way.
            if theirs != ours && !(family.spec == "devlink" && (theirs.is_none() || ours.is_none()))
            {
                let difference = format!("{theirs:?} is {ours:?} in ours");
                found.push((family.spec.to_owned(), name.clone(), difference));
            }
        }
    }
    compare(&found, CONSTANTS);
}
