//! Kernels that lack what ours has: a filter of system calls refuses it, by itself and together with others.
//!
//! Each case runs in a thread of its own, with which its filter ends.

use std::collections::BTreeMap;
use std::time::Duration;

use nix::libc;
use nlgen_runtime::{
    Connection, Errno, Error, Events, Features, Group, Grouped, PeerSocket, Raw, Received, Senders,
    Subscription, async_io,
};
use nlgen_tests::ethtool::{self, Header};
use nlgen_tests::{rt_addr, rt_link};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter,
};

use crate::events::toggle;
use crate::namespace::{connection, fresh, interfaces, ip};
use crate::trust::generic;

/// A system call: one that sets or asks for an option of a level, or for any, or another call.
#[derive(Clone, Copy, Debug)]
enum Refused {
    Set(i32, i32),
    Get(i32, i32),
    Call(i64),
}

use Refused::{Call, Get, Set};

const STRICT: i32 = 12;
const EXT_ACK: Refused = Set(libc::SOL_NETLINK, libc::NETLINK_EXT_ACK);
const CAP_ACK: Refused = Set(libc::SOL_NETLINK, libc::NETLINK_CAP_ACK);
const STRICT_CHECK: Refused = Set(libc::SOL_NETLINK, STRICT);
const GROUP_INFO: Refused = Set(libc::SOL_NETLINK, libc::NETLINK_PKTINFO);
const JOIN: Refused = Set(libc::SOL_NETLINK, libc::NETLINK_ADD_MEMBERSHIP);
const LEAVE: Refused = Set(libc::SOL_NETLINK, libc::NETLINK_DROP_MEMBERSHIP);
const QUEUE: Refused = Set(libc::SOL_SOCKET, libc::SO_RCVBUF);
const QUEUE_FORCE: Refused = Set(libc::SOL_SOCKET, libc::SO_RCVBUFFORCE);
const COUNTS: Refused = Get(libc::SOL_SOCKET, libc::SO_MEMINFO);
const BIND: Refused = Call(libc::SYS_bind);
const CONNECT: Refused = Call(libc::SYS_connect);
/// All options, whatever their names.
const OPTIONS: [Refused; 2] = [Call(libc::SYS_setsockopt), Call(libc::SYS_getsockopt)];

/// Refuses the calls in this thread from now on, and in what it starts.
fn refuse(calls: &[Refused], errno: i32) {
    let is = |at, value: i32| {
        let value = u64::from(value as u32);
        SeccompCondition::new(at, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value).unwrap()
    };
    let mut rules = BTreeMap::<i64, Vec<SeccompRule>>::new();
    for call in calls {
        let option = |level, name| SeccompRule::new(vec![is(1, level), is(2, name)]).unwrap();
        match *call {
            Set(level, name) => rules
                .entry(libc::SYS_setsockopt)
                .or_default()
                .push(option(level, name)),
            Get(level, name) => rules
                .entry(libc::SYS_getsockopt)
                .or_default()
                .push(option(level, name)),
            // Without rules it is refused whatever its arguments are.
            Call(number) => {
                rules.insert(number, Vec::new());
            }
        }
    }
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::Allow,
        SeccompAction::Errno(errno as u32),
        std::env::consts::ARCH.try_into().unwrap(),
    );
    let program: BpfProgram = filter.unwrap().try_into().unwrap();
    apply_filter(&program).unwrap();
}

/// Runs `test` on a kernel that refuses calls: as one that does not know them, and as one that does not allow them.
fn without(calls: &[Refused], test: impl Fn() + Sync) {
    for errno in [libc::ENOPROTOOPT, libc::EPERM] {
        fresh(|| {
            interfaces(2);
            ip("addr add 10.1.0.1/24 dev v0\n");
            refuse(calls, errno);
            test();
        });
    }
}

/// Requests of every kind are answered, by a socket that lacks `lost`.
fn requests_work(conn: &mut Connection, lost: Features) {
    assert_eq!(conn.features(), !lost);
    assert_ne!(conn.port_id(), 0);
    let features = |name| Header::default().dev_name(name);
    let (there, missing) = (features("v0"), features("nothing"));
    let one = ethtool::FeaturesGet::default().header(&there);
    let found = conn.call(&one).unwrap().header.unwrap().get().unwrap();
    assert_eq!(found.dev_name.unwrap(), "v0");
    // Linux 6.1 refuses this dump without a header, and does not say why.
    let everyone = Header::default();
    let request = ethtool::LinkstateGetDump::default().header(&everyone);
    let all = conn.dump(&request).unwrap();
    assert_eq!(all.iter().count(), 3);
    let many = conn.call_all(&vec![one; 300]).unwrap();
    assert!(many.iter().all(Result::is_ok));
    let none = ethtool::FeaturesGet::default().header(&missing);
    let refusal = match conn.call(&none).unwrap_err() {
        Error::Kernel(refusal) => refusal,
        other => panic!("{other}"),
    };
    assert_eq!(refusal.errno(), Errno::ENODEV);
    let said = !lost.contains(Features::EXT_ACK);
    assert_eq!(refusal.ext_ack().message.is_some(), said);
    assert_eq!(refusal.attribute().is_some(), said);
    assert_eq!(conn.stats().stray, 0);
}

/// Dumps of rtnetlink are answered, and limited unless strict checks are lost.
fn dumps_work(lost: Features) {
    let builder = Connection::builder().family(&rt_link::FAMILY);
    let mut conn = builder.open().unwrap();
    assert_eq!(conn.features(), !lost);
    let links = conn.dump(&rt_link::GetlinkDump::default()).unwrap();
    assert_eq!(links.iter().count(), 3);
    let header = rt_addr::Ifaddrmsg {
        ifa_index: 1,
        ..rt_addr::Ifaddrmsg::default()
    };
    let limited = rt_addr::GetaddrDump::default().header(header);
    let builder = Connection::builder().family(&rt_addr::FAMILY);
    let found = builder.open().unwrap().dump(&limited).unwrap();
    // The one address is not that of `lo`, which has the index 1.
    let all = lost.contains(Features::STRICT_CHECK);
    assert_eq!(found.iter().count(), usize::from(all));
}

/// Events come with their group, by a socket that lacks `lost`.
fn subscriptions_work(lost: Features) {
    let mut conn = Connection::open().unwrap();
    let group = ethtool::group::MONITOR;
    let mut events = Events::<Grouped<ethtool::Event<'_>>>::open(&[group]).unwrap();
    assert_eq!(events.features(), !(lost - Features::STRICT_CHECK));
    for on in [true, false] {
        toggle(&mut conn, "v0", on);
        match events.next_within(Duration::from_secs(5)).unwrap() {
            Some(Received::Event(arrived)) => {
                assert_eq!(arrived.group, Some(group));
                assert!(matches!(arrived.event, ethtool::Event::FeaturesNtf(_)));
            }
            other => panic!("{other:?}"),
        }
    }
    let group = rt_link::group::RTNLGRP_LINK;
    let mut events = Events::<Grouped<rt_link::Event<'_>>>::open(&[group]).unwrap();
    let up = rt_link::Setlink::default().header(rt_link::Ifinfomsg {
        ifi_index: 1,
        ifi_flags: rt_link::IfinfoFlags::UP,
        ifi_change: rt_link::IfinfoFlags::UP,
        ..rt_link::Ifinfomsg::default()
    });
    let mut conn = connection(&rt_link::FAMILY);
    conn.call(&up).unwrap();
    match events.next_within(Duration::from_secs(5)).unwrap() {
        Some(Received::Event(arrived)) => {
            assert_eq!(arrived.group, Some(group));
            assert!(matches!(arrived.event, rt_link::Event::NewlinkNtf(_)));
        }
        other => panic!("{other:?}"),
    }
}

/// Messages go from one process to another, and to a group.
fn peers_work(lost: Features) {
    let mut server = PeerSocket::open(Senders::Any).unwrap();
    let client = PeerSocket::open(Senders::Any).unwrap();
    server.join(7).unwrap();
    client.send(server.port_id(), 16, 1, &Raw(&[])).unwrap();
    client.send_to_group(7, 16, 2, &Raw(&[])).unwrap();
    for group in [None, Some(7)] {
        match server.next_within(Duration::from_secs(5)).unwrap() {
            Some(Received::Event(heard)) => {
                assert_eq!((heard.sender, heard.group), (client.port_id(), group));
            }
            other => panic!("{other:?}"),
        }
    }
    // It asks for neither of the others.
    let asked = Features::GROUP_INFO | Features::ALL_GROUPS | Features::LOSS_COUNT;
    assert_eq!(server.features(), !(lost & asked));
}

/// Everything works, in every way to open a socket.
fn all_works(lost: Features) {
    // What is asked for by subscriptions only, and by rtnetlink only.
    let requests = lost - Features::GROUP_INFO - Features::ALL_GROUPS;
    let generic_requests = requests - Features::STRICT_CHECK;
    requests_work(&mut Connection::open().unwrap(), generic_requests);
    let mut adopted = Connection::builder().fd(generic()).open().unwrap();
    requests_work(&mut adopted, generic_requests);
    dumps_work(requests);
    subscriptions_work(lost);
    peers_work(lost);
    smol::block_on(async {
        let mut conn = async_io::Connection::open().unwrap();
        assert_eq!(conn.features(), !generic_requests);
        let everyone = Header::default();
        let request = ethtool::LinkstateGetDump::default().header(&everyone);
        let all = conn.dump(&request).await.unwrap();
        assert_eq!(all.iter().count(), 3);
    });
}

#[test]
fn nothing_is_lost_by_default() {
    without(&[], || all_works(Features::empty()));
}

#[test]
fn each_option_may_be_refused() {
    for (calls, lost) in [
        (&[EXT_ACK][..], Features::EXT_ACK),
        (&[CAP_ACK], Features::CAP_ACK),
        (&[STRICT_CHECK], Features::STRICT_CHECK),
        (&[GROUP_INFO], Features::GROUP_INFO),
        (&[JOIN], Features::ALL_GROUPS),
        (&[JOIN, LEAVE], Features::ALL_GROUPS),
        (&[COUNTS], Features::LOSS_COUNT),
        (&[CONNECT], Features::KERNEL_ONLY),
        // The rest is not noticed.
        (&[BIND], Features::empty()),
        (&[LEAVE], Features::empty()),
        (&[QUEUE, QUEUE_FORCE], Features::empty()),
        (&[Get(libc::SOL_SOCKET, libc::SO_RCVBUF)], Features::empty()),
        (&[Get(libc::SOL_SOCKET, libc::SO_DOMAIN)], Features::empty()),
        (
            &[Get(libc::SOL_SOCKET, libc::SO_PROTOCOL)],
            Features::empty(),
        ),
    ] {
        without(calls, || all_works(lost));
    }
}

/// What they lose by all options: everything but to be connected.
fn lost_with_options() -> Features {
    Features::all() - Features::KERNEL_ONLY - Features::SOCKET_BUFFER
}

#[test]
fn all_options_may_be_refused() {
    without(&OPTIONS, || all_works(lost_with_options()));
    let calls = [&OPTIONS[..], &[CONNECT]].concat();
    let lost = lost_with_options() | Features::KERNEL_ONLY;
    without(&calls, || all_works(lost));
}

/// Android may refuse to bind; then connecting does it, and sending where that is refused, too.
#[test]
fn binding_may_be_refused() {
    without(&[BIND, CONNECT], || all_works(Features::KERNEL_ONLY));
    // Only groups cannot be joined then, which binding does where the option is refused.
    let calls = [&OPTIONS[..], &[BIND, CONNECT]].concat();
    without(&calls, || {
        let lost = lost_with_options() - Features::GROUP_INFO - Features::ALL_GROUPS;
        let requests = lost | Features::KERNEL_ONLY;
        let mut conn = Connection::open().unwrap();
        requests_work(&mut conn, requests - Features::STRICT_CHECK);
        dumps_work(requests);
        let groups = [ethtool::group::MONITOR];
        let error = Events::<ethtool::Event<'_>>::open(&groups).unwrap_err();
        let refused = [Some(Errno::ENOPROTOOPT), Some(Errno::EPERM)];
        assert!(refused.contains(&error.errno()), "{error}");
    });
}

#[test]
fn a_group_above_32_needs_the_option() {
    const TUNNELS: Group = Group::numbered(&rt_link::FAMILY, "tunnel", 35);
    let open = || {
        let builder = Connection::builder();
        Subscription::open(builder, &[&rt_link::FAMILY], &[TUNNELS])
    };
    without(&[], || assert!(open().is_ok()));
    without(&[JOIN], || assert!(open().is_err()));
}

#[test]
fn a_queue_keeps_its_size_where_that_cannot_be_set() {
    let open = || Connection::builder().socket_buffer(8 << 20).open().unwrap();
    // Either of the two sets it.
    without(&[QUEUE_FORCE], || {
        requests_work(&mut open(), Features::empty())
    });
    without(&[QUEUE], || requests_work(&mut open(), Features::empty()));
    without(&[QUEUE, QUEUE_FORCE], || {
        requests_work(&mut open(), Features::SOCKET_BUFFER);
    });
}

/// The kernel says once that a queue is full, and goes on losing events until it is empty.
#[test]
fn losses_that_are_not_counted_are_reported() {
    without(&[COUNTS], || {
        let mut conn = Connection::open().unwrap();
        let builder = Connection::builder().socket_buffer(4096);
        let groups = [ethtool::group::MONITOR];
        let mut events = Events::<ethtool::Event<'_>>::open_with(builder, &groups).unwrap();
        for round in 0..200 {
            toggle(&mut conn, "v0", round % 2 == 0);
        }
        let mut received = Vec::new();
        while let Some(next) = events.try_next().unwrap() {
            received.push(match next {
                Received::Event(_) => None,
                Received::Overrun { lost } => Some(lost),
                Received::Reloaded { .. } => panic!("nothing is loaded"),
            });
        }
        // First, and again when all that was queued has been read.
        assert_eq!(
            (received.first(), received.last()),
            (Some(&Some(0)), Some(&Some(0)))
        );
        assert_eq!(received.iter().flatten().count(), 2);
        assert_eq!(events.stats().lost, 0);
        toggle(&mut conn, "v0", true);
        assert!(matches!(
            events.try_next().unwrap(),
            Some(Received::Event(_))
        ));
    });
}
