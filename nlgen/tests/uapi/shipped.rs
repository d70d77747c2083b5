//! The specs that ship: where C declares what is in each, and under which names. Nothing of them may be missing
//! in the headers of Linux 7.3.

use super::c_names::Rules;
use super::c_structs::Renamed;
use super::linux_6_12::{Compared, NONE, TC_MEMBERS, VERDICTS, plain};

pub(crate) const SHIPPED: &[Compared] = &[
    Compared {
        headers: &[
            "linux/netlink.h",
            "linux/netfilter/nfnetlink.h",
            "linux/netfilter/nfnetlink_conntrack.h",
            "linux/netfilter/nf_conntrack_common.h",
            "linux/netfilter/nf_conntrack_tcp.h",
            "linux/netfilter/nf_conntrack_sctp.h",
        ],
        rules: Rules {
            names: &[
                // What is told is the connection, whatever was asked.
                ("IPCTNL_MSG_CT_NEW_CTRZERO", "IPCTNL_MSG_CT_NEW"),
                ("IPCTNL_MSG_CT_NEW_DYING", "IPCTNL_MSG_CT_NEW"),
                ("IPCTNL_MSG_CT_NEW_UNCONFIRMED", "IPCTNL_MSG_CT_NEW"),
                ("CTA_COUNTERS_PACKETS32", "CTA_COUNTERS32_PACKETS"),
                ("CTA_COUNTERS_BYTES32", "CTA_COUNTERS32_BYTES"),
            ],
            ..NONE
        },
        ..plain("conntrack", 150, 10)
    },
    Compared {
        rules: Rules {
            names: &[
                (
                    "ETHTOOL_A_CABLE_AMPLITUDE_MV",
                    "ETHTOOL_A_CABLE_AMPLITUDE_mV",
                ),
                ("ETHTOOL_A_CABLE_PULSE_MV", "ETHTOOL_A_CABLE_PULSE_mV"),
            ],
            ..NONE
        },
        exceptions: &[(
            "RXH_DISCARD",
            "2147483648",
            "a shift into the sign of an int; as bits they are the same",
        )],
        ..plain("ethtool", 630, 0)
    },
    plain("mptcp_pm", 70, 0),
    plain("netdev", 80, 0),
    Compared {
        headers: &[
            "linux/netlink.h",
            "linux/netfilter/nf_tables.h",
            "linux/netfilter/nf_tables_compat.h",
            "linux/netfilter/nfnetlink.h",
            "linux/netfilter/nf_conntrack_tuple_common.h",
            "linux/netfilter/nf_nat.h",
        ],
        rules: Rules {
            names: &[
                ("NFT_DROP", "NF_DROP"),
                ("NFT_ACCEPT", "NF_ACCEPT"),
                ("NFT_STOLEN", "NF_STOLEN"),
                ("NFT_QUEUE", "NF_QUEUE"),
                ("NFT_REPEAT", "NF_REPEAT"),
                ("NFTA_HOOK_NUM", "NFTA_HOOK_HOOKNUM"),
                ("NFT_MSG_BATCH_BEGIN", "NFNL_MSG_BATCH_BEGIN"),
                ("NFT_MSG_BATCH_END", "NFNL_MSG_BATCH_END"),
                // What is counted is set back when it is told: new objects under another question.
                ("NFT_MSG_NEWRULE_RESET", "NFT_MSG_NEWRULE"),
                ("NFT_MSG_NEWSETELEM_RESET", "NFT_MSG_NEWSETELEM"),
                ("NFT_MSG_NEWOBJ_RESET", "NFT_MSG_NEWOBJ"),
                ("NFTABLES", "NFNLGRP_NFTABLES"),
                ("NFTRACE", "NFNLGRP_NFTRACE"),
            ],
            ..NONE
        },
        exceptions: VERDICTS,
        ..plain("nftables", 550, 7)
    },
    plain("nlctrl", 60, 0),
    Compared {
        headers: &[
            "linux/rtnetlink.h",
            "linux/pkt_sched.h",
            "linux/pkt_cls.h",
            "linux/gen_stats.h",
            "linux/tc_act/tc_bpf.h",
            "linux/tc_act/tc_gact.h",
            "linux/tc_act/tc_mirred.h",
            "linux/tc_act/tc_skbedit.h",
            "linux/tc_act/tc_vlan.h",
        ],
        renamed: Renamed {
            structs: &[("tc-gen", "tc_gact")],
            members: TC_MEMBERS,
            flexible: &[("tc-u32-sel", "keys")],
        },
        ..plain("tc", 300, 300)
    },
    plain("tcp_metrics", 20, 0),
    plain("wireguard", 30, 0),
];
