//! Families of modules that a container lacks, in the lab alone (`lab/test -p nlgen-cli --test lab`): what
//! `introspect` makes of them, and what `check --live` says of the kernel's own specs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "lab/each_limit.rs"]
mod each_limit;
#[path = "../../nlgen/tests/kernel_source/mod.rs"]
mod kernel_source;
#[path = "lab/modules.rs"]
mod modules;
#[path = "../../dynamic/tests/random_json/mod.rs"]
mod random_json;
#[path = "lab/raw.rs"]
mod raw;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use kernel_source::Kernel;
use needs::Need;

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

/// The kernel's source, in the lab with all modules loaded; `None` elsewhere: then the test is skipped.
fn in_the_lab() -> Option<PathBuf> {
    if !needs::lab() {
        return None;
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

/// All events of the process connector have the type of netlink's end of a dump (`NLMSG_DONE`): `listen` showed
/// nothing.
#[test]
fn events_of_the_process_connector() {
    if in_the_lab().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, operation: &str| {
        let members =
            ["idx", "val", "seq", "ack"].map(|name| format!("{{ name: {name}, type: u32 }}"));
        let text = format!(
            "name: connector\nprotocol: netlink-raw\nprotonum: 11\ndefinitions:\n  - name: cn-msg\n    \
             type: struct\n    members: [ {}, {{ name: len, type: u16 }}, {{ name: flags, type: u16 }}, \
             {{ name: what, type: u32 }} ]\nattribute-sets: [ {{ name: none, attributes: [] }} ]\n\
             mcast-groups: {{ list: [ {{ name: proc, value: 1 }} ] }}\noperations:\n  \
             fixed-header: cn-msg\n  list: [ {{ value: 3, attribute-set: none, {operation} }} ]\n",
            members.join(", ")
        );
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.into_os_string().into_string().unwrap()
    };
    let events = write("events.yaml", "name: happened, event: { attributes: [] }");
    let asking = write(
        "asking.yaml",
        "name: ask, do: { request: { attributes: [] } }",
    );
    let mut listening = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(["listen", &events, "--json", "--count", "1", "--for", "60"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let errors = listening.stderr.take().unwrap();
    BufReader::new(errors).read_line(&mut line).unwrap();
    assert!(line.contains("listening to connector"), "{line}");
    // PROC_CN_MCAST_LISTEN to CN_IDX_PROC. The kernel answers to the group, and not to the request.
    let ask = r#"{"idx": 1, "val": 1, "len": 4, "what": 1}"#;
    let mut asking = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(["do", &asking, "ask", ask])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut heard = String::new();
    let mut output = listening.stdout.take().unwrap();
    output.read_to_string(&mut heard).unwrap();
    asking.kill().unwrap();
    asking.wait().unwrap();
    listening.wait().unwrap();
    assert!(
        heard.contains(r#""name":"happened","msg":{"idx":1,"val":1"#),
        "{heard}"
    );
}

/// Runs a line of a shell that has to succeed.
fn shell(line: &str) {
    let output = Command::new("sh").args(["-c", line]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {errors}");
}

/// The objects that a command prints one a line, what it reports, and its exit status.
fn objects(args: &[&str]) -> (Vec<serde_json::Value>, String, i32) {
    let output = nlgen(args);
    let text = String::from_utf8(output.stdout).unwrap();
    let objects = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let errors = String::from_utf8(output.stderr).unwrap();
    (objects.collect(), errors, output.status.code().unwrap())
}

/// The kernel's own spec has the options of a team once, and a team has several: all are there.
#[test]
fn what_repeats_although_the_spec_has_it_once_is_all_there() {
    let Some(source) = in_the_lab() else { return };
    shell("ip link add team7 index 77 type team");
    let folder = tempfile::tempdir().unwrap();
    let spec = source.join("Documentation/netlink/specs/team.yaml");
    let text = std::fs::read_to_string(spec)
        .unwrap()
        .replace("multi-attr: true", "");
    let path = folder.path().join("team.yaml");
    std::fs::write(&path, text).unwrap();
    let output = nlgen(&[
        "do",
        path.to_str().unwrap(),
        "options-get",
        "{\"team-ifindex\": 77}",
    ]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    let reply: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let options = reply["list-option"]["option"].as_array().unwrap();
    assert!(options.len() > 4, "{reply}");
    let told = format!(
        "list-option.option: is there {} times, where the spec has it once",
        options.len()
    );
    assert!(errors.contains(&told), "{errors}");
    assert!(
        reply["<problems>"][0].as_str().unwrap().starts_with(&told),
        "{reply}"
    );
}

/// Arrays of scalars are plain lists, whatever their indices.
#[test]
fn targets_of_a_bond_are_a_list() {
    if in_the_lab().is_none() {
        return;
    }
    shell(
        "modprobe bonding; ip link add bond7 type bond mode active-backup arp_interval 100 \
         arp_ip_target 10.0.0.1,10.0.0.2",
    );
    let dump = ["dump", "rt-link", "getlink"];
    let targets = |more: &[&str]| {
        let (links, errors, status) = objects(&[&dump, more].concat());
        assert_eq!(status, 0, "{errors}");
        let bond = links.into_iter().find(|link| link["ifname"] == "bond7");
        bond.unwrap()["linkinfo"]["data"]["arp-ip-target"].clone()
    };
    assert_eq!(targets(&[]), serde_json::json!(["10.0.0.1", "10.0.0.2"]));
    assert_eq!(
        targets(&["--indices"]),
        serde_json::json!([{ "0": "10.0.0.1" }, { "1": "10.0.0.2" }])
    );
}

/// A device with 230 virtual functions: the length of their list is cut, and the link and the list are whole.
#[test]
fn a_link_with_230_virtual_functions_is_shown_whole() {
    if in_the_lab().is_none() {
        return;
    }
    let built = std::env::var("NLGEN_LAB_MODULES").unwrap_or_default();
    let Some(module) = built
        .split(' ')
        .find(|file| file.ends_with("/netdevsim.ko"))
    else {
        needs::missing(
            Need::Kernel("netdevsim"),
            "NLGEN_LAB_MODULES has no netdevsim",
        );
        return;
    };
    // It uses psample.
    shell(&format!("modprobe psample; insmod {module}"));
    shell("mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug");
    shell("echo 230 1 >/sys/bus/netdevsim/new_device");
    shell("echo 230 >/sys/kernel/debug/netdevsim/netdevsim230/max_vfs");
    shell("echo 230 >/sys/bus/netdevsim/devices/netdevsim230/sriov_numvfs");
    let name = std::fs::read_dir("/sys/bus/netdevsim/devices/netdevsim230/net").unwrap();
    let name = name.map(|entry| entry.unwrap().file_name()).next().unwrap();
    let name = name.to_str().unwrap();
    let (links, errors, status) =
        objects(&["dump", "rt-link", "getlink", "{\"ext-mask\": [\"vf\"]}"]);
    assert_eq!(status, 1, "{errors}");
    assert!(
        errors.contains("vfinfo-list: its length is cut to 16 bits"),
        "{errors}"
    );
    let link = links.iter().find(|link| link["ifname"] == name).unwrap();
    let address = std::fs::read_to_string(format!("/sys/class/net/{name}/address")).unwrap();
    assert_eq!(link["address"], address.trim());
    assert_eq!(link["num-vf"], 230);
    let functions = link["vfinfo-list"]["info"].as_array().unwrap();
    let numbers = functions.iter().map(|vf| vf["mac"]["vf"].as_u64().unwrap());
    assert!(numbers.eq(0..230), "{link}");
    assert!(
        links
            .iter()
            .filter(|link| link.get("<problems>").is_some())
            .count()
            == 1
    );
    // Tests of the same machine load it themselves.
    shell("echo 230 >/sys/bus/netdevsim/del_device; rmmod netdevsim");
}

/// The modules that `answers_in_other_ways_are_printed` asks, and the folder of their specs; `None`, with the reason
/// said, where there is no lab.
fn answering() -> Option<PathBuf> {
    if !needs::lab() {
        return None;
    }
    let built = std::env::var("NLGEN_LAB_MODULES").unwrap_or_default();
    let Some(zone) = built.split(' ').find(|file| file.ends_with("/zone.ko")) else {
        let reason = "NLGEN_LAB_MODULES has no zone; lab/test builds it where it can";
        needs::missing(Need::Kernel("zone"), reason);
        return None;
    };
    let loaded = Command::new("insmod").arg(zone).output().unwrap();
    let errors = String::from_utf8_lossy(&loaded.stderr);
    assert!(
        loaded.status.success() || errors.contains("File exists"),
        "{errors}"
    );
    for words in [
        &["mac802154_hwsim"][..],
        &["ieee802154"],
        &["drbd"],
        &["mac80211_hwsim", "radios=2"],
    ] {
        assert!(
            Command::new("modprobe")
                .args(words)
                .status()
                .unwrap()
                .success()
        );
    }
    Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/specs"))
}

/// The lines of standard output of a command that has to succeed, as JSON.
fn lines(args: &[&str]) -> Vec<serde_json::Value> {
    let text = said(args);
    let lines = text.lines().map(serde_json::from_str);
    lines
        .collect::<Result<_, _>>()
        .unwrap_or_else(|error| panic!("{args:?}: {error}: {text}"))
}

#[test]
fn answers_in_other_ways_are_printed() {
    let Some(specs) = answering() else { return };
    let spec = |name: &str| specs.join(name).to_str().unwrap().to_owned();
    let (thermal, radios) = (spec("thermal.yaml"), spec("ieee802154.yaml"));

    // Neither port id nor sequence number.
    let zones = lines(&["dump", &thermal, "tz-get-id", "--json"]);
    let names = &zones[0]["tz"]["tz-name"];
    assert!(
        names.as_array().unwrap().contains(&"labzone".into()),
        "{zones:?}"
    );
    // No port id.
    let phys = lines(&["dump", &radios, "list-phy", "--json"]);
    assert!(phys.len() >= 2, "{phys:?}");
    let wanted = serde_json::json!({ "phy-name": phys[0]["phy-name"] }).to_string();
    let phy = said(&["do", &radios, "list-phy", &wanted]);
    let phy: serde_json::Value = serde_json::from_str(&phy).unwrap();
    assert_eq!(phy["phy-name"], phys[0]["phy-name"]);

    // The state as notifications.
    let state = lines(&[
        "dump",
        &spec("drbd.yaml"),
        "get-initial-state",
        r#"{"minor": 4294967295}"#,
        "--json",
    ]);
    let last = state.last().unwrap();
    assert_eq!(last["name"], "initial-state-done", "{state:?}");
    assert!(
        last["msg"]["notification-header"]["type"].is_number(),
        "{state:?}"
    );

    // A number.
    let radio = said(&["do", &spec("hwsim.yaml"), "new-radio", r#"{"channels": 2}"#]);
    let radio: serde_json::Value = serde_json::from_str(&radio).unwrap();
    let id = radio["radio-id"].as_u64().unwrap();
    let wanted = format!(r#"{{"radio-id": {id}}}"#);
    let found = said(&["do", &spec("hwsim.yaml"), "get-radio", &wanted]);
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    assert_eq!(
        (&found["radio-id"], &found["channels"]),
        (&id.into(), &2.into())
    );
    said(&["do", &spec("hwsim.yaml"), "del-radio", &wanted]);

    // The same without the word: nothing is an empty success.
    let folder = tempfile::tempdir().unwrap();
    for (name, mode, operation, lacks) in [
        ("thermal.yaml", "dump", "tz-get-id", "port-id, sequence"),
        ("ieee802154.yaml", "dump", "list-phy", "port-id"),
        ("ieee802154.yaml", "do", "list-phy", "port-id"),
    ] {
        let text = std::fs::read_to_string(specs.join(name)).unwrap();
        let lines = text.lines().filter(|line| !line.contains("replies-lack"));
        let path = folder.path().join(name);
        std::fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
        let wanted = serde_json::json!({ "phy-name": phys[0]["phy-name"] }).to_string();
        let mut args = vec![mode, path.to_str().unwrap(), operation];
        args.extend((mode == "do").then_some(&*wanted));
        let output = nlgen(&args);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert!(output.stdout.is_empty(), "{name}");
        assert!(
            errors.contains(&format!("`replies-lack: [{lacks}]`")),
            "{errors}"
        );
    }
    let text = std::fs::read_to_string(specs.join("hwsim.yaml")).unwrap();
    let lines = text.lines().filter(|line| !line.contains("returns:"));
    let path = folder.path().join("hwsim.yaml");
    std::fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
    let output = nlgen(&["do", path.to_str().unwrap(), "new-radio", "{}"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && output.stdout.is_empty(),
        "{errors}"
    );
    let returned = errors
        .trim_end()
        .strip_prefix("nlgen: the kernel returned the number ");
    let id: u64 = returned
        .unwrap_or_else(|| panic!("{errors}"))
        .parse()
        .unwrap();
    said(&[
        "do",
        path.to_str().unwrap(),
        "del-radio",
        &format!(r#"{{"radio-id": {id}}}"#),
    ]);
}
