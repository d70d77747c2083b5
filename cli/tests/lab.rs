//! Families of modules that a container lacks, in the lab alone (`lab/test -p nlgen-cli --test lab`): what
//! `introspect` makes of them, and what `check --live` says of the kernel's own specs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../../nlgen/tests/kernel_source/mod.rs"]
mod kernel_source;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kernel_source::Kernel;

/// The modules of the families below.
const MODULES: [&str; 10] = [
    "fou",
    "gtp",
    "l2tp_netlink",
    "team",
    "openvswitch",
    "macsec",
    "hsr",
    "smc",
    "batman_adv",
    "wireguard",
];

/// The kernel's source, in the lab with all modules loaded; `None`, with the reason said, elsewhere.
fn in_the_lab() -> Option<PathBuf> {
    let skipped = |reason: &str| {
        // Not by a macro: those print only for tests that fail.
        let _ = writeln!(std::io::stderr(), "skipped: {reason}");
        None
    };
    if std::env::var_os("NLGEN_LAB").is_none() {
        return skipped("modules are loaded in the lab only (lab/test)");
    }
    let source = Kernel::Linux6_12.source()?;
    for module in MODULES {
        let status = Command::new("modprobe").arg(module).status().unwrap();
        assert!(status.success(), "{module}");
    }
    Some(source)
}

fn nlgen(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(args)
        .output()
        .unwrap()
}

/// Standard output of a command that has to succeed.
fn said(args: &[&str]) -> String {
    let output = nlgen(args);
    let errors = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{args:?}: {text}{errors}");
    text
}

/// The skeleton of a family with the names of a header, which `check` and `check --live` accept.
fn introspected(family: &str, header: &Path, folder: &Path) -> String {
    let path = folder.join("made.yaml");
    let path = path.to_str().unwrap();
    let header = header.to_str().unwrap();
    said(&["introspect", family, "--header", header, "-o", path]);
    said(&["check", path]);
    said(&["check", "--live", path]);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn skeletons_have_the_names_of_their_headers() {
    let Some(source) = in_the_lab() else { return };
    let folder = tempfile::tempdir().unwrap();
    let headers = source.join("include/uapi/linux");
    // What the skeleton has to say among all else: what was lost.
    let table: [(&str, &str, &[&str]); 9] = [
        // An operation 0 that is a `do`, with its policy.
        (
            "gtp",
            "gtp.h",
            &[
                "name: newpdp\n      value: 0\n      attribute-set: gtp\n      flags: [ admin-perm ]\n      do:\n        request:\n          attributes: &gtp-1\n            - link\n            - version\n",
                "name: ms-addr6",
            ],
        ),
        (
            "l2tp",
            "l2tp.h",
            &["name: noop\n      value: 0\n", "name: ip6-saddr"],
        ),
        ("team", "if_team.h", &["name: noop\n      value: 0\n"]),
        // Attributes of the type NLA_UNSPEC.
        (
            "fou",
            "fou.h",
            &["- local-v6 # not reported", "- peer-v6 # not reported"],
        ),
        (
            "HSR",
            "hsr_netlink.h",
            &["- node-addr # not reported", "name: get-node-status"],
        ),
        ("batadv", "batman_adv.h", &["- orig-address # not reported"]),
        // Families that only send, and one without the usual words in its prefixes.
        (
            "VFS_DQUOT",
            "quota.h",
            &["name: warning", "event: #", "name: qtype"],
        ),
        (
            "SMC_GEN_NETLINK",
            "smc.h",
            &["name: get-sys-info", "name: fback-stats"],
        ),
        (
            "macsec",
            "if_macsec.h",
            &["name: get-txsc\n      value: 0\n", "name: secy-stats"],
        ),
    ];
    for (family, header, expected) in table {
        let text = introspected(family, &headers.join(header), folder.path());
        for part in expected {
            assert!(text.contains(part), "{family} lacks {part:?}:\n{text}");
        }
    }
    // As the kernel's own source file of this family has it.
    let header = folder.path().join("event.c");
    let enums = "enum { ACPI_GENL_ATTR_UNSPEC, ACPI_GENL_ATTR_EVENT, __ACPI_GENL_ATTR_MAX };\n\
                 enum { ACPI_GENL_CMD_UNSPEC, ACPI_GENL_CMD_EVENT, __ACPI_GENL_CMD_MAX };\n";
    std::fs::write(&header, enums).unwrap();
    let text = introspected("acpi_event", &header, folder.path());
    assert!(text.contains("name-prefix: acpi-genl-cmd-"), "{text}");
    assert!(text.contains("event: #"), "{text}");
}

/// What a request of the kernel's own operation 0 takes is asked for, not refused before it is sent.
#[test]
fn a_skeleton_speaks_to_an_operation_0() {
    let Some(source) = in_the_lab() else { return };
    let folder = tempfile::tempdir().unwrap();
    let header = source.join("include/uapi/linux/gtp.h");
    introspected("gtp", &header, folder.path());
    let spec = folder.path().join("made.yaml");
    let output = nlgen(&["do", spec.to_str().unwrap(), "newpdp", r#"{"version": 1}"#]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("EINVAL"), "the kernel's answer: {errors}");
}

/// Attributes of the type NLA_UNSPEC were called missing.
#[test]
fn what_the_kernel_does_not_report_is_no_difference() {
    let Some(source) = in_the_lab() else { return };
    let specs = source.join("Documentation/netlink/specs");
    let table: [(&str, &[&str]); 3] = [
        ("fou", &["local_v6", "peer_v6"]),
        ("ovs_flow", &["ufid"]),
        ("ovs_vport", &["upcall-pid"]),
    ];
    for (family, expected) in table {
        let path = specs.join(format!("{family}.yaml"));
        let output = nlgen(&["check", "--live", "--json", path.to_str().unwrap()]);
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = found[0]["findings"].as_array().unwrap();
        for name in expected {
            let of_it = |finding: &&serde_json::Value| {
                let place = finding["place"].as_str().unwrap();
                place.ends_with(&format!(": {name}"))
            };
            let found: Vec<_> = findings.iter().filter(of_it).collect();
            assert!(!found.is_empty(), "{family} {name}: {findings:?}");
            for finding in found {
                assert_eq!(finding["severity"], "unreported", "{family}: {finding}");
            }
        }
    }
}
