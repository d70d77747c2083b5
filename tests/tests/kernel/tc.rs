//! Queues, classes, filters and actions. What this kernel has no kind for is skipped; the lab's has all.

use needs::Need;
use std::net::Ipv4Addr;

use nlgen_runtime::wire::Items;
use nlgen_runtime::{Connection, Errno, Error, Events, List, Received, flags};
use nlgen_tests::rt_link::{self, Getlink};
use nlgen_tests::tc::{
    self, Act, ActAttrs, ActGactAttrs, ActMirredAttrs, ActOptionsMsg, ActSkbeditAttrs,
    ActVlanAttrs, Delqdisc, Event, FlowerAttrs, FqCodelAttrs, FwAttrs, GetqdiscDump, GettclassDump,
    GettfilterDump, GettfilterReply, HtbAttrs, Linklayer, MatchallAttrs, MirredAction,
    NetemAttrsHeaded, Newqdisc, Newtclass, Newtfilter, OptionsMsg, PoliceAttrs, SkbeditFlags,
    StatsAppMsg, TbfAttrs, TcFifoQopt, TcGen, TcHtbGlob, TcHtbOpt, TcMirred, TcNetemQopt, TcPolice,
    TcPrioQopt, TcRatespec, TcTbfQopt, TcU32Key, TcU32Sel, TcVlan, Tcmsg, U32Attrs, VlanAction,
};

use crate::namespace::{command, connection, fresh, interfaces};

/// `TC_H_ROOT`: below the device itself.
const ROOT: u32 = 0xffff_ffff;
/// `TC_H_CLSACT`: what comes in and goes out.
const CLSACT: u32 = 0xffff_fff1;
/// `TC_H_MIN_INGRESS` of it.
const INGRESS: u32 = 0xffff_fff2;

/// A connection, and the number of a device of its own that nothing is sent by.
fn connect() -> (Connection, i32) {
    interfaces(2);
    let mut links = connection(&rt_link::FAMILY);
    let link = links.call(&Getlink::default().ifname("v0")).unwrap();
    let index = link.header.ifi_index;
    (connection(&tc::FAMILY), index)
}

fn place(ifindex: i32, handle: u32, parent: u32) -> Tcmsg {
    Tcmsg {
        ifindex,
        handle,
        parent,
        ..Tcmsg::default()
    }
}

/// Makes what is new; `false`, when the kernel has no such kind: then the test is skipped.
fn made(what: &str, result: Result<(), Error>) -> bool {
    match result {
        Ok(()) => true,
        Err(error) if error.errno() == Some(Errno::ENOENT) => {
            let reason = format!("this kernel has no {what}; the lab's has it");
            needs::missing(Need::Kernel(what), reason);
            false
        }
        Err(error) => panic!("{what}: {error}"),
    }
}

fn queue(conn: &mut Connection, at: Tcmsg, options: OptionsMsg<'_>) -> Result<(), Error> {
    // The options set their kind.
    let request = Newqdisc::default().header(at).options(options);
    conn.call_with(flags::CREATE | flags::EXCL, &request)
}

/// What `tc -json` says, as text without spaces.
fn tc(arguments: &str) -> String {
    let said = command("tc", "iproute2")
        .args(["-json"])
        .args(arguments.split(' '))
        .output()
        .unwrap();
    assert!(said.status.success(), "{said:?}");
    String::from_utf8(said.stdout)
        .unwrap()
        .replace([' ', '\n'], "")
}

fn says(arguments: &str, parts: &[&str]) {
    let told = tc(arguments);
    for part in parts {
        assert!(told.contains(part), "{part} is not in {told}");
    }
}

fn rate(bytes: u32) -> TcRatespec {
    TcRatespec {
        rate: bytes,
        linklayer: Linklayer::Ethernet,
        ..TcRatespec::default()
    }
}

#[test]
fn a_tree_of_rates_is_read_back() {
    fresh(|| {
        let (mut conn, index) = connect();
        let mut events = Events::<Event<'_>>::open(&[tc::group::RTNLGRP_TC]).unwrap();
        let glob = TcHtbGlob {
            version: 3,
            rate2quantum: 10,
            defcls: 0x20,
            ..TcHtbGlob::default()
        };
        let options = HtbAttrs::default().init(glob).direct_qlen(77);
        let at = place(index, 0x1_0000, ROOT);
        queue(&mut conn, at, OptionsMsg::Htb((&options).into())).unwrap();

        let parms = |kept, most| TcHtbOpt {
            rate: rate(kept),
            ceil: rate(most),
            buffer: 20_000,
            cbuffer: 40_000,
            quantum: 1500,
            prio: 3,
            ..TcHtbOpt::default()
        };
        let classes = [
            (0x1_0010, parms(125_000, 250_000)),
            (0x1_0020, parms(12_500, 125_000)),
        ];
        for (handle, parms) in &classes {
            let options = HtbAttrs::default().parms(*parms);
            let request = Newtclass::default()
                .header(place(index, *handle, 0x1_0000))
                .options(OptionsMsg::Htb((&options).into()));
            conn.call_with(flags::CREATE | flags::EXCL, &request)
                .unwrap();
        }

        let queues = conn.dump(&GetqdiscDump::default()).unwrap();
        let read = queues
            .iter()
            .map(|queue| queue.unwrap())
            .find(|queue| queue.header.ifindex == index)
            .unwrap();
        assert_eq!((read.header.handle, read.header.parent), (0x1_0000, ROOT));
        let Some(OptionsMsg::Htb(data)) = read.options else {
            panic!("{read:?}")
        };
        let data = data.get().unwrap();
        assert_eq!(data.direct_qlen, Some(77));
        assert_eq!(data.init.unwrap().defcls, 0x20);

        let request = GettclassDump::default().header(place(index, 0, 0));
        let dumped = conn.dump(&request).unwrap();
        let mut read: Vec<_> = dumped.iter().map(|class| class.unwrap()).collect();
        read.sort_by_key(|class| class.header.handle);
        assert_eq!(read.len(), 2);
        for (class, (handle, parms)) in read.iter().zip(classes) {
            assert_eq!(class.header.handle, handle);
            assert_eq!(class.kind.unwrap(), "htb");
            let Some(OptionsMsg::Htb(data)) = class.options else {
                panic!("{class:?}")
            };
            assert_eq!(data.get().unwrap().parms, Some(parms));
            // Its kind is that of the class around it.
            let stats = class.stats2.unwrap().get().unwrap();
            assert_eq!(stats.basic.unwrap().bytes, 0);
            let Some(StatsAppMsg::Htb(done)) = class.xstats else {
                panic!("{class:?}")
            };
            assert_eq!((done.lends, done.borrows, done.giants), (0, 0, 0));
        }
        // Of classes it does not tell as JSON.
        says(
            "class show dev v0",
            &[
                "classhtb1:10rootprio3rate1Mbitceil2Mbit",
                "classhtb1:20rootprio3rate100Kbitceil1Mbit",
            ],
        );
        says(
            "qdisc show dev v0",
            &[r#""kind":"htb","handle":"1:","root":true"#],
        );

        let Received::Event(Event::NewqdiscNtf(told)) = events.next_event().unwrap() else {
            panic!("no queue")
        };
        assert_eq!(
            (told.kind.unwrap(), told.header.handle),
            ("htb".into(), 0x1_0000)
        );
    });
}

#[test]
fn a_rate_is_read_back() {
    fresh(|| {
        let (mut conn, index) = connect();
        let parms = TcTbfQopt {
            rate: rate(125_000),
            limit: 10_000,
            buffer: 625_000,
            ..TcTbfQopt::default()
        };
        let options = TbfAttrs::default().parms(parms);
        let at = place(index, 0x8_0000, ROOT);
        if !made(
            "tbf",
            queue(&mut conn, at, OptionsMsg::Tbf((&options).into())),
        ) {
            return;
        }
        let read = first_queue(&mut conn, index, 0x8_0000, |options| match options {
            OptionsMsg::Tbf(data) => data.get().unwrap().parms,
            _ => None,
        });
        assert_eq!(read, parms);
        says(
            "qdisc show dev v0",
            &[
                r#""kind":"tbf","handle":"8:","root":true"#,
                r#""rate":125000,"burst":5000"#,
            ],
        );
    });
}

/// What `part` takes out of the options of a queue.
fn first_queue<T>(
    conn: &mut Connection,
    index: i32,
    handle: u32,
    part: impl Fn(OptionsMsg<'_>) -> Option<T>,
) -> T {
    let queues = conn.dump(&GetqdiscDump::default()).unwrap();
    for read in &queues {
        let read = read.unwrap();
        if (read.header.ifindex, read.header.handle) == (index, handle) {
            return part(read.options.unwrap()).unwrap_or_else(|| panic!("{read:?}"));
        }
    }
    panic!("no queue {handle:x} of {index}");
}

#[test]
fn rows_with_a_struct_for_options_are_read_back() {
    fresh(|| {
        let (mut conn, index) = connect();
        let limit = TcFifoQopt { limit: 4321 };
        let priomap = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0];
        let prio = TcPrioQopt { bands: 4, priomap };
        for (kind, options, told) in [
            ("pfifo", OptionsMsg::Pfifo(limit), r#""limit":4321"#),
            ("bfifo", OptionsMsg::Bfifo(limit), r#""limit":4321"#),
            (
                "prio",
                OptionsMsg::Prio(prio),
                r#""bands":4,"priomap":[1,2,2"#,
            ),
        ] {
            let at = place(index, 0x9_0000, ROOT);
            if !made(kind, queue(&mut conn, at, options)) {
                continue;
            }
            let same = first_queue(&mut conn, index, 0x9_0000, |read| match (read, options) {
                (OptionsMsg::Pfifo(read), OptionsMsg::Pfifo(set))
                | (OptionsMsg::Bfifo(read), OptionsMsg::Bfifo(set)) => Some(read == set),
                (OptionsMsg::Prio(read), OptionsMsg::Prio(set)) => Some(read == set),
                _ => None,
            });
            assert!(same, "{kind}");
            says(
                "qdisc show dev v0",
                &[&format!("\"kind\":\"{kind}\""), told],
            );
            conn.call(&Delqdisc::default().header(at)).unwrap();
        }
    });
}

#[test]
fn ingress_and_clsact_hang_before_the_device() {
    fresh(|| {
        let (mut conn, index) = connect();
        for (kind, options) in [
            ("ingress", OptionsMsg::Ingress),
            ("clsact", OptionsMsg::Clsact),
        ] {
            let at = place(index, 0xffff_0000, CLSACT);
            if !made(kind, queue(&mut conn, at, options)) {
                continue;
            }
            let queues = conn.dump(&GetqdiscDump::default()).unwrap();
            let mut read = queues.iter().map(|queue| queue.unwrap());
            let read = read.find(|read| read.header.parent == CLSACT).unwrap();
            assert_eq!(read.kind.unwrap(), kind);
            let error = queue(&mut conn, at, options).unwrap_err();
            assert_eq!(error.errno(), Some(Errno::EEXIST), "{error}");
            says(
                "qdisc show dev v0",
                &[&format!(r#""kind":"{kind}","handle":"ffff:""#)],
            );
            conn.call(&Delqdisc::default().header(at)).unwrap();
        }
        let error = conn
            .call_with(
                flags::CREATE,
                &Newqdisc::default()
                    .header(place(index, 0, ROOT))
                    .kind("none-such"),
            )
            .unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENOENT), "{error}");
        assert!(error.to_string().starts_with("tc.newqdisc"), "{error}");
    });
}

#[test]
fn fair_rows_and_bad_lines_are_read_back() {
    fresh(|| {
        let (mut conn, index) = connect();
        let set = FqCodelAttrs::default()
            .limit(1234)
            .target(5000)
            .interval(100_000)
            .ecn(1)
            .flows(128)
            .quantum(1000)
            .memory_limit(1 << 20);
        let at = place(index, 0xa_0000, ROOT);
        if made(
            "fq_codel",
            queue(&mut conn, at, OptionsMsg::FqCodel((&set).into())),
        ) {
            let read = first_queue(&mut conn, index, 0xa_0000, |options| match options {
                OptionsMsg::FqCodel(data) => Some(data.get().unwrap()),
                _ => None,
            });
            // The kernel keeps times in units of 1024 nanoseconds.
            assert!((4998..=5000).contains(&read.target.unwrap()), "{read:?}");
            let read = FqCodelAttrs {
                target: set.target,
                interval: set.interval,
                drop_batch_size: None,
                ..read
            };
            assert_eq!(read, set);
            says(
                "qdisc show dev v0",
                &[
                    r#""kind":"fq_codel","handle":"a:","root":true"#,
                    r#""limit":1234,"flows":128,"quantum":1000"#,
                ],
            );
            conn.call(&Delqdisc::default().header(at)).unwrap();
        }

        let line = TcNetemQopt {
            limit: 500,
            duplicate: u32::MAX / 4,
            ..TcNetemQopt::default()
        };
        let set = NetemAttrsHeaded::default()
            .header(line)
            .latency64(30_000_000)
            .ecn(1);
        if made(
            "netem",
            queue(&mut conn, at, OptionsMsg::Netem((&set).into())),
        ) {
            let (header, times) =
                first_queue(&mut conn, index, 0xa_0000, |options| match options {
                    OptionsMsg::Netem(data) => {
                        let data = data.get().unwrap();
                        Some((data.header, (data.latency64, data.jitter64)))
                    }
                    _ => None,
                });
            assert_eq!((header.limit, header.duplicate), (500, line.duplicate));
            assert_eq!(times, (Some(30_000_000), Some(0)));
            says(
                "qdisc show dev v0",
                &[r#""kind":"netem""#, r#""limit":500,"delay":{"delay":0.03"#],
            );
        }
    });
}

fn gact(action: Act) -> ActGactAttrs {
    let parms = TcGen {
        action,
        ..TcGen::default()
    };
    ActGactAttrs::default().parms(parms)
}

/// A connection with a place for filters of IPv4 before `v0`; the priority becomes part of it.
fn filters() -> (Connection, impl Fn(u32) -> Tcmsg) {
    let (mut conn, index) = connect();
    let at = place(index, 0xffff_0000, CLSACT);
    assert!(made("clsact", queue(&mut conn, at, OptionsMsg::Clsact)));
    let ipv4 = u32::from(0x0800u16.to_be());
    (conn, move |priority| Tcmsg {
        info: priority << 16 | ipv4,
        ..place(index, 0, INGRESS)
    })
}

fn filter(conn: &mut Connection, at: Tcmsg, options: OptionsMsg<'_>) -> Result<(), Error> {
    let request = Newtfilter::default().header(at).options(options);
    conn.call_with(flags::CREATE | flags::EXCL, &request)
}

/// Hands the one filter of `kind` to `look`. Before each filter the kernel tells of its kind alone.
fn look_at(conn: &mut Connection, at: Tcmsg, kind: &str, look: impl Fn(GettfilterReply<'_>)) {
    let mut seen = 0;
    for read in &conn.dump(&GettfilterDump::default().header(at)).unwrap() {
        let read = read.unwrap();
        if read.kind.unwrap() == kind && read.header.handle != 0 {
            seen += 1;
            look(read);
        }
    }
    assert_eq!(seen, 1, "{kind}");
}

#[test]
fn a_filter_with_actions_is_read_back() {
    fresh(|| {
        let (mut conn, at) = filters();
        let mirred = TcMirred {
            action: Act::Pipe,
            eaction: MirredAction::EgressMirror,
            ifindex: 1,
            ..TcMirred::default()
        };
        let mirred_options = ActMirredAttrs::default().parms(mirred);
        let drop = gact(Act::Shot);
        let actions = [
            (
                1,
                ActAttrs::default()
                    .options(ActOptionsMsg::Mirred((&mirred_options).into()))
                    .cookie(b"cookie"),
            ),
            (
                2,
                ActAttrs::default().options(ActOptionsMsg::Gact((&drop).into())),
            ),
        ];
        let set = FlowerAttrs::default()
            .act(List::with_keys(&actions))
            .key_eth_type(0x0800)
            .key_ip_proto(17)
            .key_ipv4_dst(Ipv4Addr::new(192, 0, 2, 0))
            .key_ipv4_dst_mask(Ipv4Addr::new(255, 255, 255, 0))
            .key_udp_dst(53);
        let options = OptionsMsg::Flower((&set).into());
        if !made("flower", filter(&mut conn, at(7), options)) {
            return;
        }
        look_at(&mut conn, at(0), "flower", |read| {
            assert_eq!(read.header.info, at(7).info);
            let Some(OptionsMsg::Flower(data)) = read.options else {
                panic!("{read:?}")
            };
            let data = data.get().unwrap();
            assert_eq!(
                (data.key_eth_type, data.key_ip_proto, data.key_udp_dst),
                (set.key_eth_type, set.key_ip_proto, set.key_udp_dst)
            );
            assert_eq!(data.key_ipv4_dst, set.key_ipv4_dst);
            assert_eq!(data.key_ipv4_dst_mask, set.key_ipv4_dst_mask);
            let read: Vec<_> = data.act.entries().map(|entry| entry.unwrap()).collect();
            let [(1, first), (2, second)] = &read[..] else {
                panic!("{read:?}")
            };
            let Some(ActOptionsMsg::Mirred(options)) = first.options else {
                panic!("{first:?}")
            };
            let parms = options.get().unwrap().parms.unwrap();
            assert_eq!(
                (parms.action, parms.eaction, parms.ifindex),
                (mirred.action, mirred.eaction, mirred.ifindex)
            );
            assert_eq!(first.cookie, Some(&b"cookie"[..]));
            assert_eq!(
                first.stats.unwrap().get().unwrap().basic.unwrap().packets,
                0
            );
            let Some(ActOptionsMsg::Gact(options)) = second.options else {
                panic!("{second:?}")
            };
            assert_eq!(options.get().unwrap().parms.unwrap().action, Act::Shot);
        });
        says(
            "filter show dev v0 ingress",
            &[
                r#""pref":7,"kind":"flower""#,
                r#""dst_ip":"192.0.2.0/24","dst_port":53"#,
                r#""ip_proto":"udp""#,
                r#""kind":"mirred","mirred_action":"mirror","direction":"egress","to_dev":"lo""#,
                r#""kind":"gact","control_action":{"type":"drop"}"#,
            ],
        );
    });
}

#[test]
fn filters_of_every_kind_are_read_back() {
    fresh(|| {
        let (mut conn, at) = filters();
        // All packets; tags and marks.
        let vlan = ActVlanAttrs::default()
            .parms(TcVlan {
                action: Act::Pipe,
                v_action: VlanAction::Push,
                ..TcVlan::default()
            })
            .push_vlan_id(123)
            .push_vlan_protocol(0x8100);
        let skbedit = ActSkbeditAttrs::default()
            .parms(TcGen {
                action: Act::Ok,
                ..TcGen::default()
            })
            .mark(9);
        let actions = [
            (
                1,
                ActAttrs::default().options(ActOptionsMsg::Vlan((&vlan).into())),
            ),
            (
                2,
                ActAttrs::default().options(ActOptionsMsg::Skbedit((&skbedit).into())),
            ),
        ];
        let all = MatchallAttrs::default().act(List::with_keys(&actions));
        let options = OptionsMsg::Matchall((&all).into());
        if made("matchall", filter(&mut conn, at(1), options)) {
            look_at(&mut conn, at(0), "matchall", |read| {
                let Some(OptionsMsg::Matchall(data)) = read.options else {
                    panic!("{read:?}")
                };
                let data = data.get().unwrap();
                let read: Vec<_> = data.act.iter().map(|action| action.unwrap()).collect();
                let (Some(ActOptionsMsg::Vlan(first)), Some(ActOptionsMsg::Skbedit(second))) =
                    (read[0].options, read[1].options)
                else {
                    panic!("{read:?}")
                };
                let (first, second) = (first.get().unwrap(), second.get().unwrap());
                assert_eq!(first.push_vlan_id, Some(123));
                assert_eq!(first.push_vlan_protocol, Some(0x8100));
                assert_eq!(first.parms.unwrap().v_action, VlanAction::Push);
                assert_eq!(second.mark, Some(9));
                assert!(
                    second
                        .flags
                        .is_none_or(|flags| flags.contains(SkbeditFlags::MARK))
                );
            });
            says(
                "filter show dev v0 ingress",
                &[
                    r#""vlan_action":"push","id":123,"protocol":"802.1Q""#,
                    r#""mark":9"#,
                ],
            );
        }

        // Four bytes of the packet; a rate.
        let table = [0; 1024];
        let police = TcPolice {
            action: Act::Shot,
            // The kernel wants a table and how it counts, and then reckons without it.
            rate: TcRatespec {
                cell_log: 3,
                ..rate(125_000)
            },
            burst: 625_000,
            mtu: 2000,
            ..TcPolice::default()
        };
        let police = PoliceAttrs::default().tbf(police).rate(&table);
        let actions = [(
            1,
            ActAttrs::default().options(ActOptionsMsg::Police((&police).into())),
        )];
        let key = TcU32Key {
            mask: 0xffff_ff00,
            val: 0xc000_0200,
            off: 16,
            offmask: 0,
        };
        let keys = [
            key,
            TcU32Key {
                mask: 0x00ff_0000,
                val: 0x0006_0000,
                off: 8,
                offmask: 0,
            },
        ];
        // The member `nkeys` is filled in.
        let sel = TcU32Sel {
            flags: 1,
            keys: Items::from(&keys),
            ..TcU32Sel::default()
        };
        let u32_attrs = U32Attrs::default().sel(sel).act(List::with_keys(&actions));
        let options = OptionsMsg::U32((&u32_attrs).into());
        if made("u32", filter(&mut conn, at(2), options)) {
            let mut seen = false;
            for read in &conn.dump(&GettfilterDump::default().header(at(2))).unwrap() {
                let read = read.unwrap();
                let Some(OptionsMsg::U32(data)) = read.options else {
                    continue;
                };
                let data = data.get().unwrap();
                let Some(read) = data.sel else { continue };
                assert_eq!(read.nkeys, 2);
                assert_eq!(read.keys.iter().collect::<Vec<_>>(), keys);
                let pcnt = data.pcnt.unwrap();
                assert_eq!((pcnt.rcnt, pcnt.rhit), (0, 0));
                assert_eq!(pcnt.kcnts.iter().collect::<Vec<_>>(), [0, 0]);
                let action = data.act.iter().next().unwrap().unwrap();
                let Some(ActOptionsMsg::Police(options)) = action.options else {
                    panic!("{action:?}")
                };
                let parms = options.get().unwrap().tbf.unwrap();
                assert_eq!((parms.rate.rate, parms.action), (125_000, Act::Shot));
                seen = true;
            }
            assert!(seen);
            says(
                "filter show dev v0 ingress",
                &[
                    r#""kind":"police""#,
                    r#""value":"c0000200","mask":"ffffff00""#,
                    r#""value":"60000","mask":"ff0000""#,
                ],
            );
        }

        // The mark of the packet, which is the handle.
        let drop = gact(Act::Shot);
        let actions = [(
            1,
            ActAttrs::default().options(ActOptionsMsg::Gact((&drop).into())),
        )];
        let mark = FwAttrs::default().act(List::with_keys(&actions)).mask(0xff);
        let marked = Tcmsg {
            handle: 42,
            ..at(3)
        };
        if made(
            "fw",
            filter(&mut conn, marked, OptionsMsg::Fw((&mark).into())),
        ) {
            look_at(&mut conn, at(0), "fw", |read| {
                assert_eq!(read.header.handle, 42);
                let Some(OptionsMsg::Fw(data)) = read.options else {
                    panic!("{read:?}")
                };
                assert_eq!(data.get().unwrap().mask, Some(0xff));
            });
        }
    });
}
