//! The kernel's own specs of Linux 7.3: where C declares what is in each, and under which names.

use super::c_names::Rules;
use super::c_structs::Renamed;
use super::linux_6_12::{self, Compared, NONE, plain};
use super::rtnetlink::NEIGHBOURS;

pub(crate) fn compared() -> Vec<Compared> {
    let mut all = vec![
        plain("binder", 11, 0),
        CONNTRACK,
        plain("dev-energymodel", 22, 0),
        DEVLINK,
        older("dpll", 109, 0),
        plain("drm_ras", 13, 0),
        ETHTOOL,
        older("fou", 21, 0),
        older("handshake", 27, 0),
        plain("lockd", 5, 0),
        older("mptcp_pm", 72, 0),
        Compared {
            headers: &["linux/net_shaper.h"],
            ..plain("net_shaper", 35, 0)
        },
        older("netdev", 122, 0),
        older("nfsd", 126, 0),
        older("nftables", 448, 7),
        NL80211,
        older("nlctrl", 56, 0),
        plain("ovpn", 58, 0),
    ];
    all.extend([
        older("ovs_datapath", 17, 21),
        older("ovs_flow", 137, 118),
        Compared {
            headers: &["linux/openvswitch.h"],
            ..plain("ovs_packet", 15, 3)
        },
        older("ovs_vport", 25, 20),
        plain("psp", 45, 0),
        Compared {
            headers: &["linux/rtnetlink.h", "linux/if_addr.h"],
            ..plain("rt-addr", 32, 20)
        },
        older("rt-link", 569, 226),
        RT_NEIGH,
        Compared {
            headers: &["linux/rtnetlink.h"],
            ..plain("rt-route", 75, 36)
        },
        RT_RULE,
        plain("sunrpc_cache", 23, 0),
        older("tc", 645, 714),
        older("tcp_metrics", 25, 0),
        older("team", 31, 0),
        plain("wireguard", 35, 1),
    ]);
    all
}

/// A spec that is compared as that of Linux 6.12 is.
fn older(file: &'static str, constants: usize, layouts: usize) -> Compared {
    let mut table = linux_6_12::COMPARED.iter();
    let older = table.find(|compared| compared.file == file.replace('-', "_"));
    Compared {
        file,
        constants,
        layouts,
        ..*older.unwrap()
    }
}

const CONNTRACK: Compared = Compared {
    headers: &[
        "linux/netfilter/nfnetlink.h",
        "linux/netfilter/nfnetlink_conntrack.h",
        "linux/netfilter/nf_conntrack_common.h",
        "linux/netfilter/nf_conntrack_tcp.h",
        "linux/netfilter/nf_conntrack_sctp.h",
    ],
    rules: Rules {
        prefixes: &[
            ("protoinfo-tcp-attrs", "cta-protoinfo-"),
            ("protoinfo-dccp-attrs", "cta-protoinfo-"),
            ("protoinfo-sctp-attrs", "cta-protoinfo-"),
            ("nf-ct-tcp-flags", "ip-ct-tcp-flag-"),
            ("nf-ct-tcp-state", "tcp-conntrack-"),
            ("nf-ct-sctp-state", "sctp-conntrack-"),
            ("nf-ct-status", "ips-"),
            ("counter-attrs", "cta-counters-"),
            ("seqadj-attrs", "cta-seqadj-"),
            ("synproxy-attrs", "cta-synproxy-"),
            ("filter-attrs", "cta-filter-"),
            ("conntrack-stats-attrs", "cta-stats-"),
            ("*-attrs", "cta-"),
        ],
        names: &[
            (
                "IP_CT_TCP_FLAG_UNACKED",
                "IP_CT_TCP_FLAG_DATA_UNACKNOWLEDGED",
            ),
            ("IP_CT_TCP_FLAG_MAXACK", "IP_CT_TCP_FLAG_MAXACK_SET"),
            ("SCTP_CONNTRACK_CLONED", "SCTP_CONNTRACK_CLOSED"),
            (
                "SCTP_CONNTRACK_SHUTDOWN_RECEIVED",
                "SCTP_CONNTRACK_SHUTDOWN_RECD",
            ),
            (
                "SCTP_CONNTRACK_SHUTDOWN_HEARTBEAT_SENT",
                "SCTP_CONNTRACK_HEARTBEAT_SENT",
            ),
            ("IPS_SEQ_ADJ", "IPS_SEQ_ADJUST"),
            ("IPS_NAT_CLASH", "IPS_NAT_CLASH_BIT"),
            ("CTA_COUNTERS_PACKETS_OLD", "CTA_COUNTERS32_PACKETS"),
            ("CTA_COUNTERS_BYTES_OLD", "CTA_COUNTERS32_BYTES"),
            (
                "CTA_PROTOINFO_VTAG_ORIGINAL",
                "CTA_PROTOINFO_SCTP_VTAG_ORIGINAL",
            ),
            ("CTA_PROTOINFO_VTAG_REPLY", "CTA_PROTOINFO_SCTP_VTAG_REPLY"),
            ("CTA_NAT_PORT_MIN", "CTA_PROTONAT_PORT_MIN"),
            ("CTA_NAT_PORT_MAX", "CTA_PROTONAT_PORT_MAX"),
            // Those of each processor.
            ("IPCTNL_MSG_CT_GET_STATS", "IPCTNL_MSG_CT_GET_STATS_CPU"),
        ],
        operations: Some("ipctnl-msg-ct-"),
    },
    ..plain("conntrack", 145, 7)
};

const DEVLINK: Compared = Compared {
    rules: Rules {
        prefixes: &[("dpipe-header-id", "devlink-dpipe-header-")],
        names: &[
            (
                "DEVLINK_RESOURCE_SCOPE_DEV",
                "DEVLINK_RESOURCE_SCOPE_DEV_BIT",
            ),
            (
                "DEVLINK_RESOURCE_SCOPE_PORT",
                "DEVLINK_RESOURCE_SCOPE_PORT_BIT",
            ),
        ],
        ..NONE
    },
    exceptions: &[(
        "DEVLINK_CMD_PORT_NEW",
        "3",
        "the kernel answers dumps of ports under the number of devices, by mistake and for ever",
    )],
    ..plain("devlink", 357, 0)
};

const ETHTOOL: Compared = Compared {
    rules: Rules {
        prefixes: &[("phy-upstream-type", "phy-upstream-")],
        ..NONE
    },
    exceptions: &[(
        "RXH_DISCARD",
        "2147483648",
        "a shift into the sign of an int; as bits they are the same",
    )],
    ..plain("ethtool", 605, 0)
};

const NL80211: Compared = Compared {
    rules: Rules {
        prefixes: &[
            ("commands", "nl80211-cmd-"),
            ("feature-flags", "nl80211-feature-"),
            ("channel-type", "nl80211-chan-"),
            ("protocol-features", "nl80211-protocol-feature-"),
        ],
        ..NONE
    },
    ..plain("nl80211", 672, 0)
};

const RT_NEIGH: Compared = Compared {
    headers: &["linux/rtnetlink.h", "linux/neighbour.h"],
    rules: Rules {
        prefixes: &[
            ("nud-state", "nud-"),
            ("ntf-flags", "ntf-"),
            ("ntf-ext-flags", "ntf-ext-"),
            ("rtm-type", "rtn-"),
        ],
        ..NONE
    },
    renamed: NEIGHBOURS,
    ..plain("rt-neigh", 89, 65)
};

const RT_RULE: Compared = Compared {
    headers: &["linux/rtnetlink.h", "linux/fib_rules.h"],
    rules: Rules {
        prefixes: &[("fr-act", "fr-act-")],
        ..NONE
    },
    renamed: Renamed {
        structs: &[],
        members: &[("rtgenmsg", "family", "rtgen_family")],
        flexible: &[],
    },
    exceptions: &[(
        "sizeof(struct rtgenmsg)",
        "4",
        "with the padding behind it, which C leaves to the sender",
    )],
    ..plain("rt-rule", 47, 28)
};
