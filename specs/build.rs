//! Generates a module for each family whose feature is enabled.

/// Features, and the specs behind each.
const FAMILIES: &[(&str, &[&str])] = &[
    ("CONNTRACK", &["conntrack.yaml"]),
    ("ETHTOOL", &["ethtool.yaml"]),
    ("EXAM", &["exam.yaml", "exam_directional.yaml"]),
    ("MPTCP_PM", &["mptcp_pm.yaml"]),
    ("NETDEV", &["netdev.yaml"]),
    ("NFTABLES", &["nftables.yaml"]),
    ("NLCTRL", &["nlctrl.yaml"]),
    ("RT_ADDR", &["rt-addr.yaml"]),
    ("RT_LINK", &["rt-link.yaml"]),
    ("RT_NEIGH", &["rt-neigh.yaml"]),
    ("RT_ROUTE", &["rt-route.yaml"]),
    ("RT_RULE", &["rt-rule.yaml"]),
    ("TC", &["tc.yaml"]),
    ("TCP_METRICS", &["tcp_metrics.yaml"]),
    ("WIREGUARD", &["wireguard.yaml"]),
];

fn main() -> Result<(), nlgen::BuildError> {
    // Without this Cargo would watch the whole folder, and build again for a change of the crate's code.
    println!("cargo:rerun-if-changed=build.rs");
    let enabled = |feature: &str| std::env::var_os(format!("CARGO_FEATURE_{feature}")).is_some();
    let specs = FAMILIES
        .iter()
        .filter(|(feature, _)| enabled(feature))
        .flat_map(|(_, specs)| *specs);
    // What is suspicious in them concerns who writes them, and nlgen's tests look at it.
    nlgen::Builder::new()
        .specs(specs)
        .warnings(false)
        .generate()?;
    Ok(())
}
