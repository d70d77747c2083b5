//! What ships is complete: every spec of the folder is in the table, under the name of its family, and
//! has a module.

use nlgen_families::{SPECS, Spec};

#[test]
fn every_spec_of_the_folder_is_in_the_table() {
    let folder = std::fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    let mut files: Vec<String> = folder
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".yaml"))
        .collect();
    files.sort();
    let table: Vec<&str> = SPECS.iter().map(|spec| spec.file).collect();
    assert_eq!(table, files);
}

#[test]
fn the_table_has_the_names_of_the_specs() {
    for spec in SPECS {
        let name = format!("\nname: {}\n", spec.family);
        assert!(spec.text.contains(&name), "{} lacks {name:?}", spec.file);
        assert_eq!(Spec::of(spec.family), Some(spec));
    }
    assert_eq!(Spec::of("none"), None);
}

/// Compiles only when each module is there; each says the name that its spec has.
#[cfg(all(
    feature = "conntrack",
    feature = "ethtool",
    feature = "exam",
    feature = "mptcp_pm",
    feature = "netdev",
    feature = "nftables",
    feature = "nlctrl",
    feature = "rt-addr",
    feature = "rt-link",
    feature = "rt-neigh",
    feature = "rt-route",
    feature = "rt-rule",
    feature = "tc",
    feature = "tcp_metrics",
    feature = "wireguard"
))]
#[test]
fn every_spec_has_a_module() {
    use nlgen_families as families;
    let modules = [
        families::conntrack::FAMILY.name(),
        families::ethtool::FAMILY.name(),
        families::exam::FAMILY.name(),
        families::exam_directional::FAMILY.name(),
        families::mptcp_pm::FAMILY.name(),
        families::netdev::FAMILY.name(),
        families::nftables::FAMILY.name(),
        families::nlctrl::FAMILY.name(),
        families::rt_addr::FAMILY.name(),
        families::rt_link::FAMILY.name(),
        families::rt_neigh::FAMILY.name(),
        families::rt_route::FAMILY.name(),
        families::rt_rule::FAMILY.name(),
        families::tc::FAMILY.name(),
        families::tcp_metrics::FAMILY.name(),
        families::wireguard::FAMILY.name(),
    ];
    let table: Vec<&str> = SPECS.iter().map(|spec| spec.family).collect();
    assert_eq!(modules[..], table);
}
