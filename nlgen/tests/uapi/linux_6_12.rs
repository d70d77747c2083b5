//! The kernel's own specs of Linux 6.12: where C declares what is in each, and under which names.
//!
//! Specs that no C code is made from do not say what names begin with; these tables do.

use super::c_names::Rules;
use super::c_structs::Renamed;

/// How one spec is compared with the headers.
#[derive(Clone, Copy)]
pub(crate) struct Compared {
    /// The file, without `.yaml`.
    pub(crate) file: &'static str,
    /// The headers; without any, those that the spec names.
    pub(crate) headers: &'static [&'static str],
    /// How many constants are found at least: a test that compares nothing finds nothing.
    pub(crate) constants: usize,
    /// How many facts of structs are found at least.
    pub(crate) layouts: usize,
    pub(crate) rules: Rules,
    pub(crate) renamed: Renamed,
    /// What differs all the same: the name, the value in the spec, and why that is right.
    pub(crate) exceptions: &'static [(&'static str, &'static str, &'static str)],
}

pub(crate) const NONE: Rules = Rules {
    prefixes: &[],
    names: &[],
    operations: None,
};

const AS_WRITTEN: Renamed = Renamed {
    structs: &[],
    members: &[],
    flexible: &[],
};

/// A spec that follows the rules.
pub(crate) const fn plain(file: &'static str, constants: usize, layouts: usize) -> Compared {
    Compared {
        file,
        headers: &[],
        constants,
        layouts,
        rules: NONE,
        renamed: AS_WRITTEN,
        exceptions: &[],
    }
}

pub(crate) const COMPARED: &[Compared] = &[
    Compared {
        rules: Rules {
            prefixes: &[("dpipe-header-id", "devlink-dpipe-header-")],
            ..NONE
        },
        exceptions: &[(
            "DEVLINK_CMD_PORT_NEW",
            "3",
            "the kernel answers dumps of ports under the number of devices, by mistake and for ever",
        )],
        ..plain("devlink", 335, 0)
    },
    plain("dpll", 92, 0),
    Compared {
        headers: &["linux/ethtool_netlink.h", "linux/ethtool.h"],
        rules: Rules {
            prefixes: &[
                ("header-flags", "ethtool-flag-"),
                ("phy-upstream-type", "phy-upstream-"),
            ],
            ..NONE
        },
        ..plain("ethtool", 434, 0)
    },
    plain("fou", 21, 0),
    Compared {
        headers: &["linux/handshake.h"],
        ..plain("handshake", 26, 0)
    },
    plain("mptcp_pm", 72, 0),
    plain("netdev", 102, 0),
    plain("nfsd", 36, 0),
    Compared {
        headers: &[
            "linux/netlink.h",
            "linux/netfilter/nf_tables.h",
            "linux/netfilter/nfnetlink.h",
            "linux/netfilter/nf_conntrack_common.h",
            "linux/netfilter.h",
            "linux/netfilter/nf_nat.h",
            "linux/netfilter/nf_tables_compat.h",
            "linux/netfilter/nf_conntrack_tuple_common.h",
            "linux/netfilter/nf_log.h",
        ],
        rules: Rules {
            prefixes: &[
                ("batch-attrs", "nfnl-batch-"),
                ("nft-hook-attrs", "nfta-hook-"),
                ("hook-dev-attrs", "nfta-device-"),
                ("nft-counter-attrs", "nfta-counter-"),
                ("expr-list-attrs", "nfta-list-"),
                ("expr-flow-offload-attrs", "nfta-flow-table-"),
                ("numgen-attrs", "nfta-ng-"),
                ("compat-target-attrs", "nfta-target-"),
                ("compat-match-attrs", "nfta-match-"),
                ("setelem-list-elem-attrs", "nfta-list-"),
                ("setelem-list-attrs", "nfta-set-elem-list-"),
                ("setelem-attrs", "nfta-set-elem-"),
                ("set-list-attrs", "nfta-list-"),
                ("set-desc-concat-attrs", "nfta-list-"),
                ("expr-*-attrs", "nfta-*-"),
                ("*-attrs", "nfta-*-"),
                ("meta-keys", "nft-meta-"),
                ("bitwise-ops", "nft-bitwise-"),
                ("cmp-ops", "nft-cmp-"),
                ("object-type", "nft-object-"),
                ("nat-range-flags", "nf-nat-range-"),
                ("table-flags", "nft-table-f-"),
                ("chain-flags", "nft-chain-"),
                ("set-flags", "nft-set-"),
                ("set-elem-flags", "nft-set-elem-"),
                ("range-ops", "nft-range-"),
                ("registers", "nft-"),
                ("numgen-types", "nft-ng-"),
                ("log-level", "nft-loglevel-"),
                ("log-flags", "nf-log-"),
                ("reject-inet-code", "nft-reject-"),
                ("payload-base", "nft-payload-"),
                ("lookup-flags", "nft-lookup-f-"),
                ("ct-keys", "nft-ct-"),
                ("ct-direction", "ip-ct-dir-"),
                ("quota-flags", "nft-quota-f-"),
                ("verdict-code", "nft-"),
                ("fib-result", "nft-fib-result-"),
                ("fib-flags", "nfta-fib-f-"),
                ("reject-types", "nft-reject-"),
            ],
            names: &[
                ("NFT_META_L4_PROTO", "NFT_META_L4PROTO"),
                ("NFT_LOOKUP_F_INVERT", "NFT_LOOKUP_F_INV"),
                ("NFT_CT_CT_ID", "NFT_CT_ID"),
                ("NFT_QUOTA_F_INVERT", "NFT_QUOTA_F_INV"),
                ("NFT_DROP", "NF_DROP"),
                ("NFT_ACCEPT", "NF_ACCEPT"),
                ("NFT_STOLEN", "NF_STOLEN"),
                ("NFT_QUEUE", "NF_QUEUE"),
                ("NFT_REPEAT", "NF_REPEAT"),
                ("NFTA_HOOK_NUM", "NFTA_HOOK_HOOKNUM"),
                ("NFT_PAYLOAD_LINK_LAYER_HEADER", "NFT_PAYLOAD_LL_HEADER"),
                // The answer to a question that resets.
                ("NFT_MSG_NEWRULE_RESET", "NFT_MSG_NEWRULE"),
                ("NFT_MSG_NEWSETELEM_RESET", "NFT_MSG_NEWSETELEM"),
                ("NFT_MSG_BATCH_BEGIN", "NFNL_MSG_BATCH_BEGIN"),
                ("NFT_MSG_BATCH_END", "NFNL_MSG_BATCH_END"),
            ],
            operations: Some("nft-msg-"),
        },
        exceptions: VERDICTS,
        ..plain("nftables", 340, 7)
    },
    Compared {
        headers: &["linux/genetlink.h", "linux/netlink.h"],
        rules: Rules {
            prefixes: &[("op-flags", "genl-"), ("attr-type", "nl-attr-type-")],
            ..NONE
        },
        ..plain("nlctrl", 56, 0)
    },
    Compared {
        renamed: Renamed {
            structs: &[
                ("datapath-stats", "ovs_dp_stats"),
                ("megaflow-stats", "ovs_dp_megaflow_stats"),
            ],
            members: &[("megaflow-stats", "padding", "pad0")],
            ..AS_WRITTEN
        },
        ..plain("ovs_datapath", 17, 23)
    },
    Compared {
        rules: Rules {
            prefixes: &[("ovs-hash-alg", "")],
            ..NONE
        },
        ..plain("ovs_flow", 137, 118)
    },
    Compared {
        renamed: Renamed {
            structs: &[("vport-stats", "ovs_vport_stats")],
            ..AS_WRITTEN
        },
        ..plain("ovs_vport", 25, 20)
    },
    Compared {
        headers: &["linux/rtnetlink.h", "linux/if_addr.h"],
        rules: Rules {
            prefixes: &[("addr-attrs", ""), ("ifa-flags", "ifa-f-")],
            operations: Some("rtm-"),
            ..NONE
        },
        ..plain("rt_addr", 29, 20)
    },
    Compared {
        headers: &[
            "linux/rtnetlink.h",
            "linux/if.h",
            "linux/if_link.h",
            "linux/if_bridge.h",
            "linux/if_tunnel.h",
            "linux/if_vlan.h",
            "linux/if_ether.h",
            "linux/ip.h",
            "linux/ipv6.h",
            "linux/snmp.h",
            "linux/dpll.h",
        ],
        rules: Rules {
            prefixes: &[
                ("ifinfo-flags", "iff-"),
                ("ipv4-devconf", "ipv4-devconf-"),
                ("ipv6-devconf", "devconf-"),
                ("ifla-icmp6-stats", "icmp6-mib-"),
                ("ifla-inet6-stats", "ipstats-mib-"),
                ("vlan-protocols", "eth-p-"),
                ("vlan-flags", "vlan-flag-"),
                ("ifla-vf-link-state-enum", "ifla-vf-link-state-"),
                ("rtext-filter", "rtext-filter-"),
                ("netkit-policy", "netkit-"),
                ("netkit-mode", "netkit-"),
                ("af-spec-attrs", "af-"),
                ("vfinfo-list-attrs", "ifla-vf-"),
                ("vfinfo-attrs", "ifla-vf-"),
                ("vf-stats-attrs", "ifla-vf-stats-"),
                ("vf-vlan-attrs", "ifla-vf-vlan-"),
                ("linkinfo-attrs", "ifla-info-"),
                ("xdp-attrs", "ifla-xdp-"),
                ("ifla-attrs", "ifla-inet-"),
                ("ifla6-attrs", "ifla-inet6-"),
                ("link-offload-xstats", "ifla-offload-xstats-"),
                ("hw-s-info-one", "ifla-offload-xstats-hw-s-info-"),
                ("link-dpll-pin-attrs", "dpll-a-pin-"),
            ],
            names: &[
                ("IFF_POINT_TO_POINT", "IFF_POINTOPOINT"),
                ("IFF_NO_TRAILERS", "IFF_NOTRAILERS"),
                ("IFF_NO_ARP", "IFF_NOARP"),
                ("IFF_ALL_MULTI", "IFF_ALLMULTI"),
                ("IFF_AUTO_MEDIA", "IFF_AUTOMEDIA"),
                ("NETKIT_FORWARD", "NETKIT_PASS"),
                ("NETKIT_BLACKHOLE", "NETKIT_DROP"),
                ("IFLA_BR_NF_CALL_IP6_TABLES", "IFLA_BR_NF_CALL_IP6TABLES"),
                ("IFLA_VLAN_FLAG", "IFLA_VLAN_FLAGS"),
                ("IPSTATS_MIB_ECT1_PKTS", "IPSTATS_MIB_ECT1PKTS"),
                ("IPSTATS_MIB_ECT0_PKTS", "IPSTATS_MIB_ECT0PKTS"),
                ("IFLA_VLAN_QOSMAPPING", "IFLA_VLAN_QOS_MAPPING"),
                ("IFLA_INET6_ICMP6_STATS", "IFLA_INET6_ICMP6STATS"),
            ],
            operations: Some("rtm-"),
        },
        renamed: Renamed {
            members: &[("rtgenmsg", "family", "rtgen_family")],
            ..AS_WRITTEN
        },
        ..plain("rt_link", 399, 221)
    },
    Compared {
        headers: &["linux/rtnetlink.h"],
        rules: Rules {
            prefixes: &[("route-attrs", ""), ("rta-metrics", "")],
            operations: Some("rtm-"),
            ..NONE
        },
        ..plain("rt_route", 66, 36)
    },
    Compared {
        headers: &[
            "linux/rtnetlink.h",
            "linux/pkt_sched.h",
            "linux/pkt_cls.h",
            "linux/gen_stats.h",
            "linux/tc_act/tc_bpf.h",
            "linux/tc_act/tc_connmark.h",
            "linux/tc_act/tc_csum.h",
            "linux/tc_act/tc_ct.h",
            "linux/tc_act/tc_ctinfo.h",
            "linux/tc_act/tc_defact.h",
            "linux/tc_act/tc_gact.h",
            "linux/tc_act/tc_gate.h",
            "linux/tc_act/tc_ife.h",
            "linux/tc_act/tc_mirred.h",
            "linux/tc_act/tc_mpls.h",
            "linux/tc_act/tc_nat.h",
            "linux/tc_act/tc_pedit.h",
            "linux/tc_act/tc_sample.h",
            "linux/tc_act/tc_skbedit.h",
            "linux/tc_act/tc_skbmod.h",
            "linux/tc_act/tc_tunnel_key.h",
            "linux/tc_act/tc_vlan.h",
        ],
        rules: Rules {
            prefixes: &[
                ("tc-cls-flags", "tca-cls-flags-"),
                ("cls-flags", "tca-cls-flags-"),
                ("hfsc-attrs", "tca-hfsc-"),
                ("tc-flower-key-ctrl-flags", "tca-flower-key-flags-"),
                ("tc-netem-loss-attrs", "netem-loss-"),
                ("tc-attrs", "tca-"),
                ("tc-act-attrs", "tca-act-"),
                ("tc-act-stats-attrs", "tca-stats-"),
                ("tc-act-bpf-attrs", "tca-act-bpf-"),
                ("tc-act-simple-attrs", "tca-def-"),
                ("tc-act-*-attrs", "tca-*-"),
                ("tc-ematch-attrs", "tca-ematch-"),
                ("tc-flower-key-cfm-attrs", "tca-flower-key-cfm-"),
                ("tc-flower-key-mpls-opt-attrs", "tca-flower-key-mpls-opt-"),
                ("tca-gred-vq-list-attrs", "tca-gred-vq-"),
                ("tca-gred-vq-entry-attrs", "tca-gred-vq-"),
                ("tc-route-attrs", "tca-route4-"),
                ("tc-taprio-attrs", "tca-taprio-attr-"),
                ("tc-taprio-sched-entry-list", "tca-taprio-sched-"),
                ("tc-taprio-sched-entry", "tca-taprio-sched-entry-"),
                ("tc-*-attrs", "tca-*-"),
                ("tca-*-attrs", "tca-*-"),
            ],
            names: &[
                ("TCA_CLS_FLAGS_NOT_IN_NW", "TCA_CLS_FLAGS_NOT_IN_HW"),
                (
                    "TCA_FLOWER_KEY_FLAGS_FRAG",
                    "TCA_FLOWER_KEY_FLAGS_IS_FRAGMENT",
                ),
                (
                    "TCA_FLOWER_KEY_FLAGS_FIRSTFRAG",
                    "TCA_FLOWER_KEY_FLAGS_FRAG_IS_FIRST",
                ),
                (
                    "TCA_FLOWER_KEY_FLAGS_TUNCSUM",
                    "TCA_FLOWER_KEY_FLAGS_TUNNEL_CSUM",
                ),
                (
                    "TCA_FLOWER_KEY_FLAGS_TUNDF",
                    "TCA_FLOWER_KEY_FLAGS_TUNNEL_DONT_FRAGMENT",
                ),
                (
                    "TCA_FLOWER_KEY_FLAGS_TUNOAM",
                    "TCA_FLOWER_KEY_FLAGS_TUNNEL_OAM",
                ),
                (
                    "TCA_FLOWER_KEY_FLAGS_TUNCRIT",
                    "TCA_FLOWER_KEY_FLAGS_TUNNEL_CRIT_OPT",
                ),
                ("TCA_TAPRIO_ATTR_PAD", "TCA_TAPRIO_PAD"),
            ],
            operations: Some("rtm-"),
        },
        renamed: Renamed {
            // A macro in C, with the members of the struct that has no others.
            structs: &[("tc-gen", "tc_gact")],
            members: TC_MEMBERS,
            flexible: &[
                ("tc-u32-sel", "keys"),
                ("tc-u32-pcnt", "kcnts"),
                ("tc-pedit-sel", "keys"),
            ],
        },
        ..plain("tc", 637, 695)
    },
    plain("tcp_metrics", 25, 0),
    plain("team", 31, 0),
];

/// The members in C of `tcmsg`, and of what one union in `tc_fq_codel_xstats` holds.
pub(crate) const TC_MEMBERS: &[(&str, &str, &str)] = &[
    ("tcmsg", "family", "tcm_family"),
    ("tcmsg", "ifindex", "tcm_ifindex"),
    ("tcmsg", "handle", "tcm_handle"),
    ("tcmsg", "parent", "tcm_parent"),
    ("tcmsg", "info", "tcm_info"),
    ("tc-fq-codel-xstats", "maxpacket", "qdisc_stats.maxpacket"),
    (
        "tc-fq-codel-xstats",
        "drop-overlimit",
        "qdisc_stats.drop_overlimit",
    ),
    ("tc-fq-codel-xstats", "ecn-mark", "qdisc_stats.ecn_mark"),
    (
        "tc-fq-codel-xstats",
        "new-flow-count",
        "qdisc_stats.new_flow_count",
    ),
    (
        "tc-fq-codel-xstats",
        "new-flows-len",
        "qdisc_stats.new_flows_len",
    ),
    (
        "tc-fq-codel-xstats",
        "old-flows-len",
        "qdisc_stats.old_flows_len",
    ),
    ("tc-fq-codel-xstats", "ce-mark", "qdisc_stats.ce_mark"),
    (
        "tc-fq-codel-xstats",
        "memory-usage",
        "qdisc_stats.memory_usage",
    ),
    (
        "tc-fq-codel-xstats",
        "drop-overmemory",
        "qdisc_stats.drop_overmemory",
    ),
];

/// Verdicts count down from -1 in C; on the wire and in the spec they are 32 bits without a sign.
pub(crate) const VERDICTS: &[(&str, &str, &str)] = &[
    ("NFT_CONTINUE", "4294967295", "32 bits without a sign"),
    ("NFT_BREAK", "4294967294", "32 bits without a sign"),
    ("NFT_JUMP", "4294967293", "32 bits without a sign"),
    ("NFT_GOTO", "4294967292", "32 bits without a sign"),
    ("NFT_RETURN", "4294967291", "32 bits without a sign"),
];
