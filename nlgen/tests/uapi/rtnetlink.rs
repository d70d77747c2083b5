//! The specs of rtnetlink that ship: where C declares what is in each, and under which names.

use nlgen::model::Family;

use super::c_names::{Constant, Expected, Rules};
use super::c_structs::Renamed;
use super::linux_6_12::{Compared, NONE, plain};

pub(crate) const RTNETLINK: &[Compared] = &[
    Compared {
        headers: &["linux/rtnetlink.h"],
        rules: Rules {
            names: &[
                ("RTM_NEWADDR_NTF", "RTM_NEWADDR"),
                ("RTM_DELADDR_NTF", "RTM_DELADDR"),
            ],
            ..NONE
        },
        ..plain("rt-addr", 52, 20)
    },
    Compared {
        headers: &[
            "linux/rtnetlink.h",
            "linux/if.h",
            "linux/if_bonding.h",
            "linux/if_bridge.h",
            "linux/if_ether.h",
            "linux/if_vlan.h",
            "linux/dpll.h",
            "linux/veth.h",
        ],
        rules: Rules {
            names: &[
                ("IFF_POINT_TO_POINT", "IFF_POINTOPOINT"),
                ("IFF_NO_TRAILERS", "IFF_NOTRAILERS"),
                ("IFF_NO_ARP", "IFF_NOARP"),
                ("IFF_ALL_MULTI", "IFF_ALLMULTI"),
                ("IFF_AUTO_MEDIA", "IFF_AUTOMEDIA"),
                ("RTM_NEWLINK_NTF", "RTM_NEWLINK"),
                ("RTM_DELLINK_NTF", "RTM_DELLINK"),
                // A macro makes the bits.
                (
                    "RT_LINK_STATS_FILTER_LINK_64",
                    "IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64)",
                ),
                (
                    "RT_LINK_STATS_FILTER_LINK_XSTATS",
                    "IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_XSTATS)",
                ),
                (
                    "RT_LINK_STATS_FILTER_LINK_XSTATS_SLAVE",
                    "IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_XSTATS_SLAVE)",
                ),
                (
                    "RT_LINK_STATS_FILTER_LINK_OFFLOAD_XSTATS",
                    "IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_OFFLOAD_XSTATS)",
                ),
                (
                    "RT_LINK_STATS_FILTER_AF_SPEC",
                    "IFLA_STATS_FILTER_BIT(IFLA_STATS_AF_SPEC)",
                ),
            ],
            ..NONE
        },
        ..plain("rt-link", 472, 242)
    },
    Compared {
        headers: &["linux/rtnetlink.h"],
        rules: Rules {
            names: &[
                ("RT_NEIGH_FDB_NOTIFY_ACTIVITY", "FDB_NOTIFY_BIT"),
                ("RT_NEIGH_FDB_NOTIFY_INACTIVE", "FDB_NOTIFY_INACTIVE_BIT"),
                ("RTM_NEWNEIGH_NTF", "RTM_NEWNEIGH"),
                ("RTM_DELNEIGH_NTF", "RTM_DELNEIGH"),
            ],
            ..NONE
        },
        renamed: NEIGHBOURS,
        ..plain("rt-neigh", 85, 65)
    },
    Compared {
        headers: &[
            "linux/rtnetlink.h",
            "linux/icmpv6.h",
            "linux/lwtunnel.h",
            "linux/mpls_iptunnel.h",
            "linux/ila.h",
            "linux/seg6.h",
            "linux/seg6_iptunnel.h",
            "linux/seg6_local.h",
            "linux/rpl.h",
            "linux/rpl_iptunnel.h",
            "linux/ioam6.h",
            "linux/ioam6_iptunnel.h",
            // The numbers of address families are those of the C library.
            "sys/socket.h",
        ],
        rules: Rules {
            prefixes: &[("rtax-lock", "rtax-")],
            names: ROUTE_NAMES,
            ..NONE
        },
        ..plain("rt-route", 154, 43)
    },
    Compared {
        headers: &["linux/fib_rules.h"],
        rules: Rules {
            names: &[
                ("RTM_NEWRULE_NTF", "RTM_NEWRULE"),
                ("RTM_DELRULE_NTF", "RTM_DELRULE"),
            ],
            ..NONE
        },
        ..plain("rt-rule", 53, 25)
    },
];

/// Flags of routes, the lowest of which are those of nexthops.
const ROUTE_NAMES: &[(&str, &str)] = &[
    ("RT_ROUTE_RTM_FLAGS_DEAD", "RTNH_F_DEAD"),
    ("RT_ROUTE_RTM_FLAGS_PERVASIVE", "RTNH_F_PERVASIVE"),
    ("RT_ROUTE_RTM_FLAGS_ONLINK", "RTNH_F_ONLINK"),
    ("RT_ROUTE_RTM_FLAGS_OFFLOAD", "RTNH_F_OFFLOAD"),
    ("RT_ROUTE_RTM_FLAGS_LINKDOWN", "RTNH_F_LINKDOWN"),
    ("RT_ROUTE_RTM_FLAGS_UNRESOLVED", "RTNH_F_UNRESOLVED"),
    ("RT_ROUTE_RTM_FLAGS_TRAP", "RTNH_F_TRAP"),
    ("RT_ROUTE_RTM_FLAGS_NOTIFY", "RTM_F_NOTIFY"),
    ("RT_ROUTE_RTM_FLAGS_CLONED", "RTM_F_CLONED"),
    ("RT_ROUTE_RTM_FLAGS_EQUALIZE", "RTM_F_EQUALIZE"),
    ("RT_ROUTE_RTM_FLAGS_PREFIX", "RTM_F_PREFIX"),
    ("RT_ROUTE_RTM_FLAGS_LOOKUP_TABLE", "RTM_F_LOOKUP_TABLE"),
    ("RT_ROUTE_RTM_FLAGS_FIB_MATCH", "RTM_F_FIB_MATCH"),
    ("RT_ROUTE_RTM_FLAGS_RT_OFFLOAD", "RTM_F_OFFLOAD"),
    ("RT_ROUTE_RTM_FLAGS_RT_TRAP", "RTM_F_TRAP"),
    ("RT_ROUTE_RTM_FLAGS_OFFLOAD_FAILED", "RTM_F_OFFLOAD_FAILED"),
    ("RTM_NEWROUTE_NTF", "RTM_NEWROUTE"),
    ("RTM_DELROUTE_NTF", "RTM_DELROUTE"),
];

/// Members that have the beginning of another struct's name in C.
pub(crate) const NEIGHBOURS: Renamed = Renamed {
    structs: &[],
    members: &[
        ("ndtmsg", "family", "ndtm_family"),
        ("nda-cacheinfo", "confirmed", "ndm_confirmed"),
        ("nda-cacheinfo", "used", "ndm_used"),
        ("nda-cacheinfo", "updated", "ndm_updated"),
        ("nda-cacheinfo", "refcnt", "ndm_refcnt"),
        ("ndt-config", "key-len", "ndtc_key_len"),
        ("ndt-config", "entry-size", "ndtc_entry_size"),
        ("ndt-config", "entries", "ndtc_entries"),
        ("ndt-config", "last-flush", "ndtc_last_flush"),
        ("ndt-config", "last-rand", "ndtc_last_rand"),
        ("ndt-config", "hash-rnd", "ndtc_hash_rnd"),
        ("ndt-config", "hash-mask", "ndtc_hash_mask"),
        ("ndt-config", "hash-chain-gc", "ndtc_hash_chain_gc"),
        ("ndt-config", "proxy-qlen", "ndtc_proxy_qlen"),
        ("ndt-stats", "allocs", "ndts_allocs"),
        ("ndt-stats", "destroys", "ndts_destroys"),
        ("ndt-stats", "hash-grows", "ndts_hash_grows"),
        ("ndt-stats", "res-failed", "ndts_res_failed"),
        ("ndt-stats", "lookups", "ndts_lookups"),
        ("ndt-stats", "hits", "ndts_hits"),
        ("ndt-stats", "rcv-probes-mcast", "ndts_rcv_probes_mcast"),
        ("ndt-stats", "rcv-probes-ucast", "ndts_rcv_probes_ucast"),
        ("ndt-stats", "periodic-gc-runs", "ndts_periodic_gc_runs"),
        ("ndt-stats", "forced-gc-runs", "ndts_forced_gc_runs"),
        ("ndt-stats", "table-fulls", "ndts_table_fulls"),
    ],
    flexible: &[],
};

/// A struct that is an array in C, whose places have names.
struct Array {
    /// The struct in the spec.
    name: &'static str,
    /// What the names in C begin with.
    prefix: &'static str,
    /// The number of the first place.
    first: usize,
}

/// Those of the spec rt-link: settings, whose places keep their numbers since kernels only append to them. Counters of
/// `linux/snmp.h` are not among them: Linux 6.18 gave them other places.
const ARRAYS: &[Array] = &[
    array("ipv4-devconf", "IPV4_DEVCONF_", 1),
    array("ipv6-devconf", "DEVCONF_", 0),
];

/// The headers that have the names of the places.
pub(crate) const ARRAY_HEADERS: &[&str] = &["linux/ip.h", "linux/ipv6.h"];

const fn array(name: &'static str, prefix: &'static str, first: usize) -> Array {
    Array {
        name,
        prefix,
        first,
    }
}

/// The number of each place that a struct's members stand at.
pub(crate) fn places(family: &Family) -> Vec<Constant> {
    let mut places = Vec::new();
    for array in ARRAYS {
        let structure = family.structs.iter().find(|item| item.name == array.name);
        for member in &structure.unwrap().members {
            let name = member.name.replace('-', "_").to_uppercase();
            let place = member.offset / member.len + array.first;
            places.push(Constant {
                name: format!("{}{name}", array.prefix),
                expected: Expected::Number(place.try_into().unwrap()),
            });
        }
    }
    places
}
