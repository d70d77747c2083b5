//! The connections that netfilter follows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

use nlgen_runtime::{Batch, Connection, Errno, Events, Received, flags};
use nlgen_tests::conntrack::{
    self, Delete, Event, Get, GetDump, GetReply, GetStats, GetStatsCpuDump, New, NfCtStatus,
    NfCtTcpFlags, NfCtTcpState, Nfgenmsg, ProtoinfoAttrs, ProtoinfoTcpAttrs, TupleAttrs,
    TupleIpAttrs, TupleProtoAttrs,
};
use nlgen_tests::nftables;

use crate::namespace::{connection, fresh, ip};

const IPV4: Nfgenmsg = Nfgenmsg {
    nfgen_family: 2,
    version: 0,
    res_id: 0,
};

fn connect() -> Connection {
    connection(&conntrack::FAMILY)
}

/// Addresses, protocol and ports, without what has to be kept.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Flow {
    from: (IpAddr, u16),
    to: (IpAddr, u16),
    protocol: u8,
}

impl Flow {
    fn answer(self) -> Self {
        let Self { from, to, .. } = self;
        Self {
            from: to,
            to: from,
            ..self
        }
    }

    fn addresses(&self) -> TupleIpAttrs {
        match (&self.from.0, &self.to.0) {
            (IpAddr::V4(from), IpAddr::V4(to)) => TupleIpAttrs::default().v4_src(*from).v4_dst(*to),
            (IpAddr::V6(from), IpAddr::V6(to)) => TupleIpAttrs::default().v6_src(*from).v6_dst(*to),
            other => panic!("{other:?}"),
        }
    }

    fn ports(&self) -> TupleProtoAttrs {
        TupleProtoAttrs::default()
            .num(self.protocol)
            .src_port(self.from.1)
            .dst_port(self.to.1)
    }

    fn of(tuple: TupleAttrs<'_>) -> Self {
        let addresses = tuple.ip.unwrap().get().unwrap();
        let ports = tuple.proto.unwrap().get().unwrap();
        let from = addresses.v4_src.map(IpAddr::V4);
        let to = addresses.v4_dst.map(IpAddr::V4);
        Self {
            from: (
                from.or(addresses.v6_src.map(IpAddr::V6)).unwrap(),
                ports.src_port.unwrap(),
            ),
            to: (
                to.or(addresses.v6_dst.map(IpAddr::V6)).unwrap(),
                ports.dst_port.unwrap(),
            ),
            protocol: ports.num.unwrap(),
        }
    }
}

const UDP: u8 = 17;
const TCP: u8 = 6;

fn flow(protocol: u8, port: u16) -> Flow {
    Flow {
        from: (Ipv4Addr::new(192, 0, 2, 1).into(), port),
        to: (Ipv4Addr::new(198, 51, 100, 2).into(), 53),
        protocol,
    }
}

/// Makes a connection known.
fn insert(
    conn: &mut Connection,
    flow: Flow,
    protoinfo: Option<&ProtoinfoAttrs<'_>>,
) -> Result<(), nlgen_runtime::Error> {
    let answer = flow.answer();
    let (to, back) = (flow.addresses(), answer.addresses());
    let (to_ports, back_ports) = (flow.ports(), answer.ports());
    let orig = TupleAttrs::default().ip(&to).proto(&to_ports);
    let reply = TupleAttrs::default().ip(&back).proto(&back_ports);
    let family = if flow.from.0.is_ipv4() { 2 } else { 10 };
    let mut request = New::default()
        .header(Nfgenmsg {
            nfgen_family: family,
            ..IPV4
        })
        .tuple_orig(&orig)
        .tuple_reply(&reply)
        .timeout(600)
        .mark(0x0102_0304);
    if let Some(protoinfo) = protoinfo {
        request = request.protoinfo(protoinfo);
    }
    conn.call_with(flags::CREATE | flags::EXCL, &request)
}

fn flows(conn: &mut Connection) -> Vec<Flow> {
    let dumped = conn.dump(&GetDump::default()).unwrap();
    let flow = |read: GetReply<'_>| Flow::of(read.tuple_orig.unwrap().get().unwrap());
    dumped.iter().map(|read| flow(read.unwrap())).collect()
}

#[test]
fn connections_that_are_made_known_are_read_back() {
    fresh(|| {
        let mut events =
            Events::<Event<'_>>::open(&[conntrack::group::NFNLGRP_CONNTRACK_NEW]).unwrap();
        let mut conn = connect();
        let udp = flow(UDP, 4000);
        insert(&mut conn, udp, None).unwrap();
        let tcp = flow(TCP, 4001);
        let state = ProtoinfoTcpAttrs::default()
            .state(NfCtTcpState::Established)
            .wscale_original(7)
            .wscale_reply(8)
            .flags_original(NfCtTcpFlags { flags: 1, mask: 1 })
            .flags_reply(NfCtTcpFlags { flags: 1, mask: 1 });
        let protoinfo = ProtoinfoAttrs::default().tcp(&state);
        insert(&mut conn, tcp, Some(&protoinfo)).unwrap();
        let v6 = Flow {
            from: (Ipv6Addr::LOCALHOST.into(), 4002),
            to: ("2001:db8::1".parse().unwrap(), 53),
            protocol: UDP,
        };
        insert(&mut conn, v6, None).unwrap();
        let error = insert(&mut conn, udp, None).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::EEXIST), "{error}");

        let mut read = flows(&mut conn);
        read.sort_by_key(|flow| flow.from.1);
        assert_eq!(read, [udp, tcp, v6]);

        let (addresses, ports) = (tcp.addresses(), tcp.ports());
        let tuple = TupleAttrs::default().ip(&addresses).proto(&ports);
        let request = Get::default().header(IPV4).tuple_orig(&tuple);
        let read = conn.call(&request).unwrap();
        assert_eq!(
            Flow::of(read.tuple_reply.unwrap().get().unwrap()),
            tcp.answer()
        );
        assert_eq!(read.mark, Some(0x0102_0304));
        assert!((590..=600).contains(&read.timeout.unwrap()), "{read:?}");
        assert!(read.status.unwrap().contains(NfCtStatus::CONFIRMED));
        let info = read.protoinfo.unwrap().get().unwrap().tcp.unwrap();
        let info = info.get().unwrap();
        assert_eq!(info.state, Some(NfCtTcpState::Established));
        assert_eq!(
            (info.wscale_original, info.wscale_reply),
            (Some(7), Some(8))
        );
        assert_eq!(info.flags_original.unwrap().flags & 1, 1);

        let Received::Event(Event::NewNtf(told)) =
            events.next_within(Duration::ZERO).unwrap().unwrap()
        else {
            panic!("no event")
        };
        assert_eq!(Flow::of(told.tuple_orig.unwrap().get().unwrap()), udp);

        let stats = conn.call(&GetStats::default()).unwrap();
        assert_eq!(stats.entries, Some(3));
        let stats = conn.dump(&GetStatsCpuDump::default()).unwrap();
        assert!(stats.iter().all(|cpu| cpu.unwrap().insert_failed.is_some()));

        let request = Delete::default().header(IPV4).tuple_orig(&tuple);
        conn.call(&request).unwrap();
        let error = conn.call(&request).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENOENT), "{error}");
        assert_eq!(flows(&mut conn).len(), 2);
    });
}

/// Packets of this machine's own, followed since a rule asks for their state.
#[test]
fn a_flow_is_followed_and_counted() {
    fresh(|| {
        ip("link set lo up\n");
        follow();
        // What the thread sees of /proc/sys/net is its namespace's.
        std::fs::write("/proc/sys/net/netfilter/nf_conntrack_acct", "1").unwrap();
        let here = UdpSocket::bind("127.0.0.1:0").unwrap();
        let there = UdpSocket::bind("127.0.0.1:0").unwrap();
        for _ in 0..3 {
            here.send_to(&[0; 72], there.local_addr().unwrap()).unwrap();
        }
        there.send_to(&[0; 22], here.local_addr().unwrap()).unwrap();

        let end = |socket: &UdpSocket| {
            let address = socket.local_addr().unwrap();
            (address.ip(), address.port())
        };
        let sent = Flow {
            from: end(&here),
            to: end(&there),
            protocol: UDP,
        };
        let mut conn = connect();
        let dumped = conn.dump(&GetDump::default().header(IPV4)).unwrap();
        let read: Vec<_> = dumped.iter().map(|read| read.unwrap()).collect();
        assert_eq!(read.len(), 1);
        let read = &read[0];
        assert_eq!(Flow::of(read.tuple_orig.unwrap().get().unwrap()), sent);
        assert_eq!(
            Flow::of(read.tuple_reply.unwrap().get().unwrap()),
            sent.answer()
        );
        assert!(read.status.unwrap().contains(NfCtStatus::SEEN_REPLY));
        let there = read.counters_orig.unwrap().get().unwrap();
        let back = read.counters_reply.unwrap().get().unwrap();
        // With the headers of IPv4 and UDP.
        assert_eq!((there.packets, there.bytes), (Some(3), Some(300)));
        assert_eq!((back.packets, back.bytes), (Some(1), Some(50)));
    });
}

/// A rule that reads the state of connections has the kernel follow them.
fn follow() {
    use nftables::{
        CtKeys, ExprAttrs, ExprCtAttrs, ExprListAttrs, ExprOps, Newchain, Newrule, Newtable,
        NftHookAttrs, Registers,
    };
    let header = nftables::Nfgenmsg {
        nfgen_family: 2,
        ..nftables::Nfgenmsg::default()
    };
    let hook = NftHookAttrs::default().num(3).priority(0);
    let state = ExprCtAttrs::default()
        .dreg(Registers::Reg1)
        .key(CtKeys::State);
    let expressions = [ExprAttrs::default().data(ExprOps::Ct((&state).into()))];
    let list = ExprListAttrs::default().elem(&expressions);
    let table = Newtable::default().header(header).name("t");
    let chain = Newchain::default()
        .header(header)
        .table("t")
        .name("out")
        .hook(&hook)
        .r#type("filter");
    let rule = Newrule::default()
        .header(header)
        .table("t")
        .chain("out")
        .expressions(&list);
    let mut batch = Batch::new();
    batch.push(flags::CREATE, &table).unwrap();
    batch.push(flags::CREATE, &chain).unwrap();
    batch.push(flags::CREATE, &rule).unwrap();
    connect().commit(&batch).unwrap();
}
