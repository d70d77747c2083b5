//! Links of each kind that the kernel has: made from typed attributes, read back equal, and seen by `ip` as
//! they were set.

use std::net::{Ipv4Addr, Ipv6Addr};

use nlgen_runtime::{Connection, Errno, Events, MacAddr, Received};
use nlgen_tests::rt_link::{
    self, AddrGenMode, AfSpec, AfSpecMsg, BrBooloptMulti, Bridge, BridgeBooloptFlags, BridgePort,
    BridgeState, Data, Dellink, Dellinkprop, Event, Getlink, GetlinkDump, GetlinkReply, Getstats,
    IfStatsMsg, IfinfoFlags, Ifinfomsg, IflaVlanFlags, IflaVlanQosMapping, IflaVxlanPortRange,
    Inet6, LinkHeaded, Linkinfo, Macvlan, MacvlanAddresses, MacvlanFlags, MacvlanMacaddrMode,
    MacvlanMode, Newlink, Newlinkprop, PropList, Setlink, SlaveData, StatsFilter, Veth, Vlan,
    VlanFlags, VlanProtocols, VlanQos, Vrf, Vxlan, VxlanDf, VxlanLabelPolicy,
};
use serde_json::json;

use crate::namespace::{fresh, ip, ip_json};
use crate::rtnetlink::{connect, create, has, index_of};

/// Makes a link of a kind; false, after saying so, where the kernel does not have the kind.
fn make(conn: &mut Connection, name: &str, data: Data<'_>) -> bool {
    let info = Linkinfo::default().data(data);
    let link = Newlink::default().ifname(name).linkinfo(&info);
    has(create(conn, &link), info.kind.unwrap())
}

/// The data of a link's kind.
macro_rules! data {
    ($conn:expr, $name:expr, $kind:ident) => {{
        let link = $conn.call(&Getlink::default().ifname($name)).unwrap();
        match link.linkinfo.unwrap().get().unwrap().data {
            Some(Data::$kind(data)) => data.get().unwrap(),
            other => panic!("{other:?}"),
        }
    }};
}

/// What `ip` tells of a link's kind.
fn seen(name: &str) -> serde_json::Value {
    ip_json(&["-d", "link", "show", name])[0]["linkinfo"]["info_data"].take()
}

#[test]
fn both_ends_of_a_veth() {
    fresh(|| {
        let mut conn = connect();
        let end = LinkHeaded::default()
            .header(Ifinfomsg {
                ifi_index: 77,
                ..Ifinfomsg::default()
            })
            .ifname("w0")
            .mtu(1280)
            .address(&[2, 0, 0, 0, 0, 7]);
        let peer = rt_link::Peer::Veth((&end).into());
        let veth = Veth::default().peer(&peer);
        let info = Linkinfo::default().data(Data::Veth((&veth).into()));
        let link = Newlink::default()
            .header(Ifinfomsg {
                ifi_index: 76,
                ..Ifinfomsg::default()
            })
            .ifname("v0")
            .mtu(1400)
            .txqlen(50)
            .group(3)
            .num_tx_queues(2)
            .linkinfo(&info);
        create(&mut conn, &link).unwrap();

        let other = conn.call(&Getlink::default().ifname("w0")).unwrap();
        assert_eq!((other.header.ifi_index, other.mtu), (77, Some(1280)));
        assert_eq!(other.address.unwrap(), [2, 0, 0, 0, 0, 7]);
        let made = conn.call(&Getlink::default().ifname("v0")).unwrap();
        assert_eq!((made.header.ifi_index, made.link), (76, Some(77)));
        let settings = (made.mtu, made.txqlen, made.group, made.num_tx_queues);
        assert_eq!(settings, (Some(1400), Some(50), Some(3), Some(2)));
        assert_eq!(made.linkinfo.unwrap().get().unwrap().kind.unwrap(), "veth");

        let told = &ip_json(&["-d", "link", "show", "v0"])[0];
        let told = (&told["link"], &told["mtu"], &told["txqlen"]);
        assert_eq!(told, (&json!("w0"), &json!(1400), &json!(50)));
    });
}

#[test]
fn a_bridge_with_all_its_settings() {
    fresh(|| {
        let mut conn = connect();
        let switches = BridgeBooloptFlags::NO_LL_LEARN;
        let sent = Bridge::default()
            .forward_delay(1000)
            .hello_time(300)
            .max_age(1500)
            .ageing_time(12000)
            .stp_state(0)
            .priority(4096)
            .group_fwd_mask(0x4000)
            .group_addr(MacAddr([0x01, 0x80, 0xc2, 0, 0, 0x0e]))
            .mcast_router(2)
            .mcast_snooping(1)
            .mcast_query_use_ifaddr(1)
            .mcast_querier(1)
            .mcast_hash_elasticity(16)
            .mcast_hash_max(1024)
            .mcast_last_member_cnt(3)
            .mcast_startup_query_cnt(4)
            .mcast_last_member_intvl(200)
            .mcast_membership_intvl(27000)
            .mcast_querier_intvl(26000)
            .mcast_query_intvl(13000)
            .mcast_query_response_intvl(900)
            .mcast_startup_query_intvl(3000)
            .nf_call_iptables(1)
            .nf_call_ip6tables(1)
            .nf_call_arptables(1)
            .mcast_stats_enabled(1)
            .mcast_igmp_version(3)
            .mcast_mld_version(2)
            .fdb_max_learned(500)
            .multi_boolopt(BrBooloptMulti {
                optval: switches,
                optmask: switches,
            });
        make(&mut conn, "br0", Data::Bridge((&sent).into()));
        let read = data!(conn, "br0", Bridge);
        let options = read.multi_boolopt.unwrap();
        assert_eq!(options.optval, switches);
        assert!(options.optmask.contains(switches));
        // What is not there without VLAN filtering, and what only the kernel sets.
        let kernels = Bridge {
            multi_boolopt: read.multi_boolopt,
            root_id: read.root_id,
            bridge_id: read.bridge_id,
            root_port: Some(0),
            root_path_cost: Some(0),
            topology_change: Some(0),
            topology_change_detected: Some(0),
            hello_timer: read.hello_timer,
            tcn_timer: read.tcn_timer,
            topology_change_timer: read.topology_change_timer,
            gc_timer: read.gc_timer,
            fdb_n_learned: Some(0),
            mcast_querier_state: read.mcast_querier_state,
            vlan_filtering: read.vlan_filtering,
            vlan_protocol: read.vlan_protocol,
            vlan_default_pvid: read.vlan_default_pvid,
            vlan_stats_enabled: read.vlan_stats_enabled,
            vlan_stats_per_port: read.vlan_stats_per_port,
            ..sent
        };
        assert_eq!(read, kernels);
        let id = read.bridge_id.unwrap();
        assert_eq!(id.prio, 4096);

        let told = seen("br0");
        let wanted = json!({
            "forward_delay": 1000, "hello_time": 300, "max_age": 1500, "ageing_time": 12000,
            "priority": 4096, "group_fwd_mask": "0x4000", "group_addr": "01:80:c2:00:00:0e",
            "bridge_id": format!("1000.{}", short(id.addr)),
            "mcast_router": 2, "mcast_query_use_ifaddr": 1, "mcast_querier": 1,
            "mcast_hash_elasticity": 16, "mcast_hash_max": 1024, "mcast_last_member_cnt": 3,
            "mcast_startup_query_cnt": 4, "mcast_last_member_intvl": 200,
            "mcast_membership_intvl": 27000, "mcast_querier_intvl": 26000,
            "mcast_query_intvl": 13000, "mcast_query_response_intvl": 900,
            "mcast_startup_query_intvl": 3000, "mcast_stats_enabled": 1, "mcast_igmp_version": 3,
            "mcast_mld_version": 2, "nf_call_iptables": 1, "nf_call_ip6tables": 1,
            "nf_call_arptables": 1, "no_linklocal_learn": 1,
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&told[name], value, "{name}");
        }
    });
}

/// As `ip` writes a hardware address in the id of a bridge.
fn short(address: MacAddr) -> String {
    address.0.map(|byte| format!("{byte:x}")).join(":")
}

#[test]
fn a_port_of_a_bridge() {
    fresh(|| {
        let mut conn = connect();
        make(&mut conn, "br0", Data::Bridge((&Bridge::default()).into()));
        ip("link set br0 up\nlink add v0 up type veth peer name v1\nlink set v1 up\n");
        let bridge = index_of(&mut conn, "br0");
        let sent = BridgePort::default()
            .priority(5)
            .cost(7)
            .mode(1)
            .guard(1)
            .protect(1)
            .fast_leave(1)
            .learning(0)
            .unicast_flood(0)
            .proxyarp(1)
            .proxyarp_wifi(1)
            .multicast_router(2)
            .mcast_flood(0)
            .mcast_to_ucast(1)
            .bcast_flood(0)
            .group_fwd_mask(0x4000)
            .neigh_suppress(1)
            .isolated(1)
            .locked(0)
            .mcast_eht_hosts_limit(99)
            .mcast_max_groups(12);
        // The kernel leaves a port alone that learns, also when another setting changes.
        let state = BridgePort::default().state(BridgeState::Learning);
        let join = Setlink::default().ifname("v0").master(bridge);
        conn.call(&join).unwrap();
        for data in [&sent, &state] {
            let info = Linkinfo::default().slave_data(SlaveData::Bridge(data.into()));
            let change = Newlink::default().ifname("v0").linkinfo(&info);
            conn.call(&change).unwrap();
        }

        let link = conn.call(&Getlink::default().ifname("v0")).unwrap();
        assert_eq!(link.master, Some(bridge));
        let info = link.linkinfo.unwrap().get().unwrap();
        assert_eq!(info.slave_kind.unwrap(), "bridge");
        let Some(SlaveData::Bridge(read)) = info.slave_data else {
            panic!("{info:?}")
        };
        let read = read.get().unwrap();
        let kernels = BridgePort {
            state: state.state,
            root_id: read.root_id,
            bridge_id: read.bridge_id,
            designated_port: read.designated_port,
            designated_cost: Some(0),
            id: read.id,
            no: Some(1),
            topology_change_ack: Some(0),
            config_pending: Some(0),
            message_age_timer: read.message_age_timer,
            forward_delay_timer: read.forward_delay_timer,
            hold_timer: read.hold_timer,
            learning_sync: read.learning_sync,
            vlan_tunnel: Some(0),
            mrp_ring_open: Some(0),
            mrp_in_open: Some(0),
            mcast_eht_hosts_cnt: Some(0),
            mcast_n_groups: read.mcast_n_groups,
            mab: Some(0),
            neigh_vlan_suppress: Some(0),
            backup_port: read.backup_port,
            ..sent
        };
        assert_eq!(read, kernels);
        // The number of a port has its priority on the left.
        assert_eq!(read.id, Some((5 << 10) | 1));

        let told = ip_json(&["-d", "link", "show", "v0"])[0]["linkinfo"].take();
        assert_eq!(told["info_slave_kind"], "bridge");
        let told = &told["info_slave_data"];
        let wanted = json!({
            "state": "learning", "priority": 5, "cost": 7, "hairpin": true, "guard": true,
            "root_block": true, "fastleave": true, "learning": false, "flood": false,
            "id": "0x1401", "no": "0x1", "mcast_flood": false, "mcast_to_unicast": true,
            "bcast_flood": false, "neigh_suppress": true, "isolated": true, "locked": false,
            "group_fwd_mask": "0x4000", "multicast_router": 2,
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&told[name], value, "{name}");
        }
    });
}

/// All attributes that one tunnel can have at once; others exclude each other.
fn tunnel(below: u32) -> Vxlan<'static> {
    Vxlan::default()
        .id(0x0012_3456)
        .group(Ipv4Addr::new(239, 1, 1, 1))
        .link(below)
        .local(Ipv4Addr::new(192, 0, 2, 1))
        .ttl(64)
        .tos(4)
        .learning(0)
        .ageing(120)
        .limit(99)
        .port_range(IflaVxlanPortRange {
            low: 1000,
            high: 2000,
        })
        .proxy(1)
        .rsc(1)
        .l2miss(1)
        .l3miss(1)
        .port(4789)
        .udp_csum(1)
        .udp_zero_csum6_tx(1)
        .udp_zero_csum6_rx(1)
        .remcsum_tx(1)
        .remcsum_rx(1)
        .gbp(true)
        .remcsum_nopartial(true)
        .collect_metadata(0)
        .df(VxlanDf::Inherit)
        .localbypass(0)
        .label_policy(VxlanLabelPolicy::Fixed)
}

#[test]
fn a_vxlan_with_all_its_settings() {
    fresh(|| {
        let mut conn = connect();
        ip("link add v0 type veth peer name v1\n");
        let below = index_of(&mut conn, "v0");
        let sent = tunnel(below);
        make(&mut conn, "vx0", Data::Vxlan((&sent).into()));
        let read = data!(conn, "vx0", Vxlan);
        // Told although only IPv6 has a label, and although it was not asked for.
        let kernels = Vxlan {
            label: Some(0),
            ttl_inherit: Some(&[0]),
            ..sent
        };
        assert_eq!(read, kernels);

        let told = seen("vx0");
        let wanted = json!({
            "id": 0x0012_3456, "group": "239.1.1.1", "link": "v0", "local": "192.0.2.1",
            "ttl": 64, "tos": "0x4", "learning": false, "ageing": 120, "limit": 99,
            "port_range": { "low": 1000, "high": 2000 }, "proxy": true, "rsc": true,
            "l2miss": true, "l3miss": true, "port": 4789, "udp_csum": true,
            "udp_zero_csum6_tx": true, "udp_zero_csum6_rx": true, "remcsum_tx": true,
            "remcsum_rx": true, "gbp": true, "df": "inherit",
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&told[name], value, "{name}");
        }
    });
}

#[test]
fn a_vxlan_over_ipv6_and_one_that_routes_lead() {
    fresh(|| {
        let mut conn = connect();
        let address = |last| Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last);
        let sent = Vxlan::default()
            .id(6)
            .group6(address(2))
            .local6(address(1))
            .port(8472)
            .label(0x1_2345)
            .ttl_inherit(&[]);
        make(&mut conn, "vx6", Data::Vxlan((&sent).into()));
        let read = data!(conn, "vx6", Vxlan);
        assert_eq!(
            (read.group6, read.local6, read.label),
            (sent.group6, sent.local6, sent.label)
        );
        assert_eq!(read.ttl_inherit, Some(&[1][..]));
        assert_eq!((read.group, read.local), (None, None));
        let told = seen("vx6");
        assert_eq!(
            (&told["remote6"], &told["local6"]),
            (&json!("2001:db8::2"), &json!("2001:db8::1"))
        );
        assert_eq!(told["label"], "0x12345");

        let sent = Vxlan::default()
            .collect_metadata(1)
            .port(4790)
            .learning(0)
            .gpe(true)
            .vnifilter(1);
        make(&mut conn, "vx1", Data::Vxlan((&sent).into()));
        let read = data!(conn, "vx1", Vxlan);
        assert_eq!((read.collect_metadata, read.vnifilter), (Some(1), Some(1)));
        assert!(read.gpe);
        assert_eq!(seen("vx1")["external"], true);
    });
}

#[test]
fn a_macvlan_with_its_source_addresses() {
    fresh(|| {
        let mut conn = connect();
        ip("link add v0 type veth peer name v1\n");
        let below = index_of(&mut conn, "v0");
        let addresses = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]].map(MacAddr);
        let list = MacvlanAddresses::default().macaddr(&addresses);
        let sent = Macvlan::default()
            .mode(MacvlanMode::Source)
            .flags(MacvlanFlags::NODST)
            .macaddr_mode(MacvlanMacaddrMode::Set)
            .macaddr_data(&list)
            .bc_queue_len(500)
            .bc_cutoff(-1);
        let info = Linkinfo::default().data(Data::Macvlan((&sent).into()));
        let link = Newlink::default().ifname("mv0").link(below).linkinfo(&info);
        if !has(create(&mut conn, &link), "macvlan".into()) {
            return;
        }
        let link = conn.call(&Getlink::default().ifname("mv0")).unwrap();
        assert_eq!(link.link, Some(below));
        let read = data!(conn, "mv0", Macvlan);
        let settings = (read.mode, read.flags, read.bc_queue_len, read.bc_cutoff);
        assert_eq!(
            settings,
            (sent.mode, sent.flags, sent.bc_queue_len, sent.bc_cutoff)
        );
        assert_eq!(read.macaddr_count, Some(2));
        let list = read.macaddr_data.unwrap().get().unwrap();
        let mut read: Vec<MacAddr> = list.macaddr.iter().map(Result::unwrap).collect();
        read.sort();
        assert_eq!(read, addresses);
        let told = seen("mv0");
        assert_eq!(told["mode"], "source");
        assert_eq!(told["macaddr_count"], 2);
    });
}

#[test]
fn a_vlan_with_its_priorities() {
    fresh(|| {
        let mut conn = connect();
        ip("link add v0 type veth peer name v1\n");
        let below = index_of(&mut conn, "v0");
        let mapping = |from, to| IflaVlanQosMapping { from, to };
        let out = [mapping(1, 2), mapping(3, 4)];
        let coming = [mapping(5, 6)];
        let egress = VlanQos::default().mapping(&out);
        let ingress = VlanQos::default().mapping(&coming);
        let flags = VlanFlags::REORDER_HDR | VlanFlags::LOOSE_BINDING;
        let sent = Vlan::default()
            .id(12)
            .protocol(VlanProtocols::_8021ad)
            .flags(IflaVlanFlags { flags, mask: flags })
            .egress_qos(&egress)
            .ingress_qos(&ingress);
        let info = Linkinfo::default().data(Data::Vlan((&sent).into()));
        let link = Newlink::default()
            .ifname("v0.12")
            .link(below)
            .linkinfo(&info);
        if !has(create(&mut conn, &link), "vlan".into()) {
            return;
        }
        let read = data!(conn, "v0.12", Vlan);
        assert_eq!((read.id, read.protocol), (sent.id, sent.protocol));
        assert_eq!(read.flags.unwrap().flags, flags);
        let pairs = |qos: nlgen_runtime::Nest<'_, VlanQos<'_>>| -> Vec<_> {
            qos.get()
                .unwrap()
                .mapping
                .iter()
                .map(Result::unwrap)
                .collect()
        };
        assert_eq!(pairs(read.egress_qos.unwrap()), out);
        assert_eq!(pairs(read.ingress_qos.unwrap()), coming);
        let told = seen("v0.12");
        assert_eq!(
            (&told["id"], &told["protocol"]),
            (&json!(12), &json!("802.1ad"))
        );
    });
}

#[test]
fn a_vrf_and_kinds_without_settings() {
    fresh(|| {
        let mut conn = connect();
        let vrf = Vrf::default().table(10);
        if make(&mut conn, "vrf0", Data::Vrf((&vrf).into())) {
            assert_eq!(data!(conn, "vrf0", Vrf), vrf);
        }
        for (name, kind) in [("d0", Data::Dummy), ("ifb9", Data::Ifb)] {
            if make(&mut conn, name, kind) {
                let link = conn.call(&Getlink::default().ifname(name)).unwrap();
                let info = link.linkinfo.unwrap().get().unwrap();
                assert_eq!(
                    info.kind.unwrap(),
                    nlgen_runtime::SubMessage::selector(&kind).unwrap()
                );
            }
        }
    });
}

#[test]
fn a_link_is_changed_renamed_and_named_twice() {
    fresh(|| {
        let mut conn = connect();
        ip("link add v0 type veth peer name v1\n");
        let index = i32::try_from(index_of(&mut conn, "v0")).unwrap();
        let header = Ifinfomsg {
            ifi_index: index,
            ifi_flags: IfinfoFlags::UP,
            ifi_change: IfinfoFlags::UP,
            ..Ifinfomsg::default()
        };
        let change = Setlink::default()
            .header(header)
            .ifname("renamed")
            .mtu(1300)
            .address(&[2, 0, 0, 0, 0, 9])
            .gso_max_size(32768)
            .ifalias("one end");
        conn.call(&change).unwrap();
        let names = ["another name", "a third"].map(Into::into);
        let list = PropList::default().alt_ifname(&names);
        let add = Newlinkprop::default().ifname("renamed").prop_list(&list);
        conn.call_with(
            nlgen_runtime::flags::CREATE | nlgen_runtime::flags::EXCL,
            &add,
        )
        .unwrap();

        let link = conn
            .call(&Getlink::default().alt_ifname("a third"))
            .unwrap();
        assert_eq!(link.ifname.unwrap(), "renamed");
        assert!(link.header.ifi_flags.contains(IfinfoFlags::UP));
        assert_eq!((link.mtu, link.gso_max_size), (Some(1300), Some(32768)));
        assert_eq!(link.address.unwrap(), [2, 0, 0, 0, 0, 9]);
        assert_eq!(link.ifalias.unwrap(), "one end");
        let list = link.prop_list.unwrap().get().unwrap();
        let read: Vec<_> = list.alt_ifname.iter().map(Result::unwrap).collect();
        assert_eq!(read, names);
        let told = &ip_json(&["link", "show", "renamed"])[0];
        assert_eq!(told["altnames"], json!(["another name", "a third"]));
        assert_eq!(told["address"], "02:00:00:00:00:09");
        assert_eq!(told["ifalias"], "one end");

        let one = [names[0]];
        let list = PropList::default().alt_ifname(&one);
        conn.call(&Dellinkprop::default().ifname("renamed").prop_list(&list))
            .unwrap();
        let gone = Getlink::default().alt_ifname("another name");
        assert_eq!(conn.call(&gone).unwrap_err().errno(), Some(Errno::ENODEV));
    });
}

/// A member of a struct of settings stands where the kernel has the setting of that name.
#[test]
fn settings_of_address_families_are_those_of_proc() {
    fresh(|| {
        let mut conn = connect();
        ip("link add v0 type veth peer name v1\n");
        for (file, value) in [
            ("ipv4/conf/v0/arp_notify", "1"),
            ("ipv4/conf/v0/arp_evict_nocarrier", "0"),
            ("ipv4/conf/v0/medium_id", "-1"),
            ("ipv6/conf/v0/hop_limit", "33"),
            ("ipv6/conf/v0/ndisc_tclass", "7"),
            ("ipv6/conf/v0/ra_defrtr_metric", "5"),
            ("ipv6/conf/v0/accept_ra_min_lft", "9"),
        ] {
            std::fs::write(format!("/proc/sys/net/{file}"), value).unwrap();
        }
        let mode = Inet6::default().addr_gen_mode(AddrGenMode::None);
        let families = AfSpec::default().inet6(&mode);
        let families = AfSpecMsg::Unspec((&families).into());
        conn.call(&Setlink::default().ifname("v0").af_spec(families))
            .unwrap();
        let link = conn.call(&Getlink::default().ifname("v0")).unwrap();
        let families = families_of(&link);
        let inet = families.inet.unwrap().get().unwrap().conf.unwrap();
        let set = (inet.arp_notify, inet.arp_evict_nocarrier, inet.medium_id);
        assert_eq!(set, (1, 0, -1));
        let inet6 = families.inet6.unwrap().get().unwrap();
        assert_eq!(inet6.addr_gen_mode, Some(AddrGenMode::None));
        let conf = inet6.conf.unwrap();
        let set = (
            conf.hoplimit,
            conf.ndisc_tclass,
            conf.ra_defrtr_metric,
            conf.accept_ra_min_lft,
        );
        assert_eq!(set, (33, 7, 5, 9));
        let told = &ip_json(&["-d", "link", "show", "v0"])[0];
        assert_eq!(told["inet6_addr_gen_mode"], "none");
    });
}

/// The numbers that /proc/net/dev_snmp6 has of an interface under names that begin with `prefix`, in no order.
fn counters_of_proc(name: &str, prefix: &str) -> Vec<u64> {
    let file = std::fs::read_to_string(format!("/proc/thread-self/net/dev_snmp6/{name}")).unwrap();
    let counters = file.lines().filter_map(|line| {
        let (name, value) = line.split_once(char::is_whitespace)?;
        let name = name.strip_prefix(prefix)?;
        // Messages of a kind are counted by type elsewhere.
        let own = prefix != "Icmp6" || name.contains("Msgs") || name.contains("Errors");
        own.then(|| value.trim().parse().unwrap())
    });
    counters.collect()
}

/// Which counter is where depends on the kernel: Linux 6.18 has the same counters as 6.12 in another order. So they
/// are read by their index, and those that counted something are those of /proc, whatever the order.
/// What address families say of a link, in a message of no family.
fn families_of<'a>(link: &GetlinkReply<'a>) -> AfSpec<'a> {
    let af_spec = link.af_spec.unwrap();
    match af_spec {
        AfSpecMsg::Unspec(families) => families.get().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn counters_of_ipv6_are_read_by_index() {
    fresh(|| {
        let mut conn = connect();
        ip("link add v0 type veth peer name v1\nlink set v0 up\nlink set v1 up\n");
        let read = |conn: &mut Connection| {
            let link = conn.call(&Getlink::default().ifname("v0")).unwrap();
            let inet6 = families_of(&link).inet6.unwrap();
            let inet6 = inet6.get().unwrap();
            [inet6.stats.unwrap(), inet6.icmp6stats.unwrap()].map(|all| all.iter().collect())
        };
        let mut seen: [Vec<u64>; 2] = [Vec::new(), Vec::new()];
        // /proc leaves some out.
        let counted = |all: &[u64]| {
            let mut all: Vec<u64> = all.iter().copied().filter(|count| *count != 0).collect();
            all.sort_unstable();
            all
        };
        for _ in 0..100 {
            let [ip6, icmp6]: [Vec<u64>; 2] = read(&mut conn);
            let of_proc = [
                counters_of_proc("v0", "Ip6"),
                counters_of_proc("v0", "Icmp6"),
            ];
            let after: [Vec<u64>; 2] = read(&mut conn);
            let sent = of_proc[0].iter().any(|count| *count > 0);
            // Neighbour discovery sends packets meanwhile; what it did in between is read again.
            if after == [ip6.clone(), icmp6.clone()] && sent {
                assert_eq!(ip6[0], ip6.len() as u64);
                assert_eq!(icmp6[0], icmp6.len() as u64);
                assert_eq!(counted(&ip6[1..]), counted(&of_proc[0]));
                assert_eq!(counted(&icmp6[1..]), counted(&of_proc[1]));
                return;
            }
            seen = after;
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("the counters did not stand still: {seen:?}");
    });
}

#[test]
fn counters_are_told_by_a_filter() {
    fresh(|| {
        let mut conn = connect();
        ip("link set lo up\n");
        let header = IfStatsMsg {
            ifindex: 1,
            filter_mask: StatsFilter::LINK_64,
            ..IfStatsMsg::default()
        };
        let stats = conn.call(&Getstats::default().header(header)).unwrap();
        assert_eq!((stats.header.ifindex, stats.link_xstats), (1, None));
        let counters = stats.link_64.unwrap();
        let link = conn.call(&Getlink::default().ifname("lo")).unwrap();
        assert_eq!(link.stats64.unwrap(), counters);
        assert_eq!(counters.rx_packets, counters.tx_packets);
    });
}

#[test]
fn a_dump_has_the_links_of_a_kind_or_of_a_master() {
    fresh(|| {
        let mut conn = connect();
        ip(
            "link add br0 type bridge\nlink add v0 type veth peer name v1\nlink set v1 master br0\n",
        );
        let names = |conn: &mut Connection, request: &GetlinkDump<'_>| -> Vec<String> {
            let links = conn.dump(request).unwrap();
            links
                .iter()
                .map(|link| link.unwrap().ifname.unwrap().to_string())
                .collect()
        };
        let info = Linkinfo {
            kind: Some("veth".into()),
            ..Linkinfo::default()
        };
        let kind = GetlinkDump::default().linkinfo(&info);
        assert_eq!(names(&mut conn, &kind), ["v1", "v0"]);
        let bridge = index_of(&mut conn, "br0");
        let ports = GetlinkDump::default().master(bridge);
        assert_eq!(names(&mut conn, &ports), ["v1"]);
    });
}

#[test]
fn changes_of_links_are_told() {
    fresh(|| {
        let group = [rt_link::group::RTNLGRP_LINK];
        let mut events = Events::<Event<'_>>::open(&group).unwrap();
        let mut conn = connect();
        make(&mut conn, "ifb0", Data::Ifb);
        let index = i32::try_from(index_of(&mut conn, "ifb0")).unwrap();
        let up = Ifinfomsg {
            ifi_index: index,
            ifi_flags: IfinfoFlags::UP,
            ifi_change: IfinfoFlags::UP,
            ..Ifinfomsg::default()
        };
        conn.call(&Setlink::default().header(up)).unwrap();
        conn.call(&Dellink::default().ifname("ifb0")).unwrap();
        let mut told = Vec::new();
        loop {
            match events.next_event().unwrap() {
                Received::Event(Event::NewlinkNtf(link)) => {
                    assert_eq!(link.ifname.unwrap(), "ifb0");
                    told.push(link.header.ifi_flags.contains(IfinfoFlags::UP));
                }
                Received::Event(Event::DellinkNtf(link)) => {
                    assert_eq!(link.header.ifi_index, index);
                    break;
                }
                other => panic!("{other:?}"),
            }
        }
        // Made, brought up, and brought down again before it went.
        assert_eq!(told.first(), Some(&false));
        assert!(told.contains(&true), "{told:?}");
    });
}
