//! The examples, run by the running kernel in namespaces of their own.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod namespace;

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use namespace::Namespace;
use nlgen_families::ethtool;
use nlgen_runtime::Connection;
use serde_json::Value;

const LIST_FAMILIES: &str = env!("CARGO_BIN_EXE_list_families");
const ADDRESSES_JSON: &str = env!("CARGO_BIN_EXE_addresses_json");
const LINK_SETTINGS: &str = env!("CARGO_BIN_EXE_link_settings");
const DEVICES: &str = env!("CARGO_BIN_EXE_devices");
const OWN_FAMILY: &str = env!("CARGO_BIN_EXE_own_family");
const WATCH: &str = env!("CARGO_BIN_EXE_watch");

#[test]
fn list_families_prints_ids_versions_operations_and_groups() {
    let Some(ns) = Namespace::new() else {
        return;
    };
    let text = ns.print(LIST_FAMILIES, &[]);
    // The numbers of nlctrl and of its group are fixed.
    let nlctrl: Vec<&str> = family(&text, "nlctrl");
    assert_eq!(
        nlctrl,
        [
            "nlctrl: id 16, version 2",
            "  operation 3: CMD_CAP_DO | CMD_CAP_DUMP | CMD_CAP_HASPOL",
            "  operation 10: CMD_CAP_DUMP | CMD_CAP_HASPOL",
            "  group notify: 16",
        ],
        "{text}"
    );
    let netdev = family(&text, "netdev").join("\n");
    assert!(netdev.contains("version 1\n"), "{text}");
    assert!(netdev.contains("\n  operation 1: "), "{text}");
    assert!(netdev.contains("\n  group mgmt: "), "{text}");
}

/// The lines about one family.
fn family<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let head = format!("{name}: ");
    let mut lines = text.lines().skip_while(|line| !line.starts_with(&head));
    let first = lines.next();
    let rest = lines.take_while(|line| line.starts_with(' '));
    first.into_iter().chain(rest).collect()
}

#[test]
fn addresses_are_printed_as_json() {
    let Some(ns) = Namespace::with_ip() else {
        return;
    };
    assert_eq!(ns.print(ADDRESSES_JSON, &[]), "[]\n");
    let address = ["address", "add", "192.0.2.1/24", "dev", "lo"];
    assert!(ns.run("ip", &address).status.success());
    let text = ns.print(ADDRESSES_JSON, &[]);
    assert_eq!(text.lines().count(), 1, "{text}");
    let addresses: Value = serde_json::from_str(&text).unwrap();
    let address = &addresses[0];
    assert_eq!(address["ifa-prefixlen"], 24, "{text}");
    assert_eq!(address["local"], "192.0.2.1", "{text}");
    assert_eq!(address["label"], "lo", "{text}");
}

#[test]
fn devices_lists_every_interface() {
    let Some(ns) = Namespace::with_ip() else {
        return;
    };
    assert_eq!(ns.print(DEVICES, &[]), "1: no XDP\n");
    for at in 0..40 {
        ns.add_link(&format!("ifb{at} type ifb"));
    }
    ns.add_link("veth0 type veth peer name veth1");
    let text = ns.print(DEVICES, &[]);
    let indices: Vec<u32> = text
        .lines()
        .map(|line| line.split(':').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(indices, (1..=43).collect::<Vec<u32>>(), "{text}");
    // The two ends of the pair are the devices that XDP programs can run on.
    let xdp: Vec<&str> = text.lines().filter(|line| line.contains("BASIC")).collect();
    assert_eq!(xdp.len(), 2, "{text}");
}

#[test]
fn link_settings_of_lo_and_of_a_pair() {
    let Some(ns) = Namespace::with_ip() else {
        return;
    };
    let text = ns.print(LINK_SETTINGS, &[]);
    assert_eq!(line(&text, "port"), "not told");
    assert_eq!(line(&text, "speed"), "not told");
    assert!(line(&text, "features on").contains("tx-scatter-gather"));

    ns.add_link("veth0 type veth peer name veth1");
    let down = ns.print(LINK_SETTINGS, &["veth0"]);
    assert_eq!(line(&down, "link"), "down");
    ns.print("ip", &["link", "set", "veth0", "up"]);
    ns.print("ip", &["link", "set", "veth1", "up"]);
    let up = ns.print(LINK_SETTINGS, &["veth0"]);
    assert_eq!(line(&up, "link"), "up");
    assert_eq!(line(&up, "port"), "tp");
    assert_eq!(line(&up, "speed"), "10000 Mb/s, full duplex");

    let refused = ns.run(LINK_SETTINGS, &["none"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(refused.stderr).unwrap(),
        "Error: ethtool.linkstate-get/header/dev-name: ENODEV (No such device): no device matches name\n"
    );
}

/// What stands behind a label of `link_settings`.
fn line<'t>(text: &'t str, label: &str) -> &'t str {
    text.lines()
        .find_map(|line| line.strip_prefix(label))
        .unwrap_or_else(|| panic!("no {label:?} in {text}"))
        .trim()
}

#[test]
fn own_family_speaks_to_the_kernel() {
    let Some(ns) = Namespace::new() else {
        return;
    };
    let text = ns.print(OWN_FAMILY, &["nlctrl"]);
    assert_eq!(text, "nlctrl: id 16, version 2\n  group notify: 16\n");
    let refused = ns.run(OWN_FAMILY, &["none"]);
    assert_eq!(refused.status.code(), Some(1));
    let errors = String::from_utf8(refused.stderr).unwrap();
    assert!(errors.contains("ENOENT"), "{errors}");
}

#[test]
fn watch_prints_changes_of_features() {
    let Some(ns) = Namespace::with_ip() else {
        return;
    };
    ns.add_link("veth0 type veth peer name veth1");
    let mut watch = Watch::start(&ns);
    // The group has been joined when this is printed, so that nothing is missed.
    assert_eq!(watch.next_line(), "watching");

    let mut conn = Connection::builder().namespace(ns.open()).open().unwrap();
    let events = [true, false].map(|on| {
        let header = ethtool::Header::default().dev_name("veth0");
        let bit = [ethtool::BitsetBit::default().name("rx-gro").value(on)];
        let bits = ethtool::BitsetBits::default().bit(&bit);
        let wanted = ethtool::Bitset::default().bits(&bits);
        let request = ethtool::FeaturesSet::default().header(&header);
        conn.call(&request.wanted(&wanted)).unwrap();
        watch.next_line()
    });
    for event in &events {
        assert!(event.starts_with("FeaturesNtf("), "{event}");
        assert!(event.contains(r#"dev-name: "veth0""#), "{event}");
    }
    assert_ne!(events[0], events[1], "on and off are told apart");
}

/// The example `watch` as it runs, until this is dropped.
struct Watch {
    program: Child,
    lines: mpsc::Receiver<String>,
}

impl Watch {
    fn start(ns: &Namespace) -> Self {
        let mut program = ns.command(WATCH).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(program.stdout.take().unwrap());
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Self { program, lines }
    }

    /// The limit is no measure of speed: without it a lost line would hang the test.
    fn next_line(&mut self) -> String {
        self.lines.recv_timeout(Duration::from_secs(60)).unwrap()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.program.kill().ok();
        self.program.wait().ok();
    }
}
