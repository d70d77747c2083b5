//! What the kernel's Python tool has otherwise of whole structs, messages and families.

use std::collections::BTreeSet;

/// Where the tool differs from us as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tables {
    /// Structs whose members the tool puts one behind the other, where C leaves gaps: `SPEC STRUCT`.
    pub(crate) packed: BTreeSet<String>,
    /// Messages whose number the tool counts otherwise: `SPEC OPERATION MESSAGE: NUMBER, not NUMBER`.
    pub(crate) numbers: BTreeSet<String>,
    /// Families whose version is not the 1 that the tool always sends.
    pub(crate) versions: BTreeSet<String>,
}

impl Tables {
    /// Those of the specs of Linux 6.12.
    pub(crate) fn of_linux_6_12() -> Self {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            packed: set(&[
                "ovs_flow ovs-action-push-mpls",
                "ovs_flow ovs-key-arp",
                "ovs_flow ovs-key-ct-tuple-ipv4",
                "rt_link ifla-vf-guid",
                "rt_link ifla-vf-vlan-info",
                "rt_link ipv6-devconf",
                "rt_link rtnl-link-ifmap",
                "tc gnet-stats-basic",
                "tc tc-pedit-sel",
                "tc tc-stats",
                "tc tc-u32-sel",
            ]),
            numbers: set(&[
                // The number of the do's reply is taken for the dump's, whose messages the tool does not know then.
                "devlink port-get dump reply: 3, not 7",
            ]),
            versions: set(&["ovs_datapath", "ovs_vport"]),
        }
    }
}
