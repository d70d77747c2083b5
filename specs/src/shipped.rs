//! The specs as text.

/// A spec that ships with this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The family's name, as the kernel registers it.
    pub family: &'static str,
    /// The name of the file, for messages.
    pub file: &'static str,
    /// The YAML.
    pub text: &'static str,
}

impl Spec {
    /// The spec of a family, by the name that the kernel registers.
    ///
    /// ```
    /// let spec = nlgen_families::Spec::of("netdev").ok_or("not shipped")?;
    /// assert_eq!(spec.file, "netdev.yaml");
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn of(family: &str) -> Option<&'static Self> {
        SPECS.iter().find(|spec| spec.family == family)
    }

    /// Whether no kernel has the family: it shows the constructs of the spec language, for tests.
    #[must_use]
    pub fn is_made_up(&self) -> bool {
        matches!(self.family, "exam" | "exam-dir")
    }
}

macro_rules! specs {
    ($($family:literal $file:literal;)*) => {
        &[$(Spec {
            family: $family,
            file: $file,
            text: include_str!(concat!("../", $file)),
        }),*]
    };
}

/// All specs that ship, whatever features are enabled.
pub const SPECS: &[Spec] = specs! {
    "conntrack" "conntrack.yaml";
    "ethtool" "ethtool.yaml";
    "exam" "exam.yaml";
    "exam-dir" "exam_directional.yaml";
    "mptcp_pm" "mptcp_pm.yaml";
    "netdev" "netdev.yaml";
    "nftables" "nftables.yaml";
    "nlctrl" "nlctrl.yaml";
    "rt-addr" "rt-addr.yaml";
    "rt-link" "rt-link.yaml";
    "rt-neigh" "rt-neigh.yaml";
    "rt-route" "rt-route.yaml";
    "rt-rule" "rt-rule.yaml";
    "tc" "tc.yaml";
    "tcp_metrics" "tcp_metrics.yaml";
    "wireguard" "wireguard.yaml";
};
