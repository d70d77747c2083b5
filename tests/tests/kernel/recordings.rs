//! Exchanges with the running kernel, recorded and replayed; and those of one kernel, replayed anywhere.
//!
//! `NLGEN_RECORD=1` writes the recordings in `tests/recordings` anew.

use std::path::{Path, PathBuf};

use nlgen_runtime::testing::Replay;
use nlgen_runtime::{Connection, ConnectionBuilder, Error, Events, Grouped, Received, flags};
use nlgen_tests::ethtool::{self, Header, RingsGet};
use nlgen_tests::{netdev, rt_link};

use crate::namespace::{fresh, interfaces, ip};

/// Where the recordings are that come with the project.
fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("recordings/{name}.recording"))
}

/// Requests to two families, in a namespace with two interfaces; and what came of them.
fn requests(conn: &mut Connection) -> Vec<String> {
    let told = |result: Result<String, Error>| result.unwrap_or_else(|error| error.to_string());
    let mut met = Vec::new();
    let devices = conn.dump(&netdev::DevGetDump::default());
    met.push(told(devices.map(|all| {
        let indices = all.iter().map(|device| device.unwrap().ifindex.unwrap());
        format!("{:?}", indices.collect::<Vec<_>>())
    })));
    for index in [1, 0, 4711] {
        let device = conn.call(&netdev::DevGet::default().ifindex(index));
        met.push(told(device.map(|device| format!("{:?}", device.ifindex))));
    }
    let header = Header::default().dev_name("v0");
    let features = conn.call(&ethtool::FeaturesGet::default().header(&header));
    met.push(told(features.map(|features| {
        let header = features.header.unwrap().get().unwrap();
        header.dev_name.unwrap().to_string()
    })));
    let rings = [Header::default().dev_name("lo"), Header::default()];
    let rings = rings
        .each_ref()
        .map(|header| RingsGet::default().header(header));
    for answer in conn.call_all(&rings).unwrap() {
        met.push(told(answer.map(|rings| format!("{}", rings.len()))));
    }
    met
}

/// Links that come and go, and what is told of them.
fn changes(events: &mut Events<Grouped<rt_link::Event<'static>>>) -> Vec<String> {
    let mut met = Vec::new();
    while let Some(received) = events.try_next().unwrap() {
        met.push(match received {
            Received::Event(arrived) => {
                let group = arrived.group.unwrap().name();
                let (what, link) = match arrived.event {
                    rt_link::Event::NewlinkNtf(link) => ("new", link.ifname),
                    rt_link::Event::DellinkNtf(link) => ("gone", link.ifname),
                    other => panic!("{other:?}"),
                };
                format!("{group}: {what} {}", link.unwrap())
            }
            Received::Overrun { lost } => format!("lost {}", lost > 0),
            other => panic!("{other:?}"),
        });
    }
    met
}

const LINKS: [nlgen_runtime::Group; 1] = [rt_link::group::RTNLGRP_LINK];

fn subscribed(builder: ConnectionBuilder) -> Events<Grouped<rt_link::Event<'static>>> {
    Events::open_with(builder, &LINKS).unwrap()
}

/// Records what a test does where, and gives what came of it.
fn record(
    name: &str,
    make: impl FnOnce(ConnectionBuilder) -> Vec<String>,
) -> (Replay, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = match std::env::var_os("NLGEN_RECORD") {
        Some(_) => kept(name),
        None => folder.path().join(name),
    };
    let met = make(Connection::builder().record_to(&path));
    (Replay::load(&path).unwrap(), met)
}

#[test]
fn requests_are_answered_by_their_recording() {
    fresh(|| {
        interfaces(2);
        let (replay, met) = record("requests", |builder| requests(&mut builder.open().unwrap()));
        assert_eq!(met[0], "[1, 2, 3]");
        let mut conn = Connection::builder().replay(&replay).open().unwrap();
        assert_eq!(requests(&mut conn), met);
        replay.finish().unwrap();
    });
}

#[test]
fn events_and_losses_are_told_by_their_recording() {
    fresh(|| {
        let (replay, met) = record("links", |builder| {
            let mut events = subscribed(builder.socket_buffer(4096));
            ip("link add v0 type veth peer name w0\nlink del v0\n");
            let mut met = changes(&mut events);
            ip("link add v1 type veth peer name w1\nlink del v1\n"
                .repeat(9)
                .as_str());
            met.extend(changes(&mut events));
            met
        });
        assert!(met.contains(&"rtnlgrp-link: new v0".to_owned()), "{met:?}");
        assert!(met.contains(&"lost true".to_owned()), "{met:?}");
        let mut events = subscribed(Connection::builder().replay(&replay));
        assert_eq!(changes(&mut events), met);
        replay.finish().unwrap();
    });
}

/// What Linux 6.18 said once. It needs no privileges, and no such kernel.
#[test]
fn the_recordings_that_are_kept_are_answered_as_they_were() {
    let replay = Replay::load(kept("requests")).unwrap();
    let mut conn = Connection::builder().replay(&replay).open().unwrap();
    assert_eq!(
        requests(&mut conn),
        [
            "[1, 2, 3]",
            "Some(1)",
            "netdev.dev-get/ifindex: ERANGE (Numerical result out of range): integer out of range; \
             the policy is: at least 1, at most 4294967295, type u32",
            "netdev.dev-get: ENODEV (No such device)",
            "v0",
            "ethtool.rings-get: EOPNOTSUPP (Operation not supported)",
            "ethtool.rings-get/header: EINVAL (Invalid argument): neither ifindex nor name specified",
        ]
    );
    replay.finish().unwrap();

    let replay = Replay::load(kept("links")).unwrap();
    let mut events = subscribed(Connection::builder().replay(&replay));
    let met = changes(&mut events);
    // That something was lost is told first.
    assert_eq!(met[..2], ["lost true", "rtnlgrp-link: new w0"]);
    assert_eq!(met.iter().filter(|line| *line == "lost true").count(), 2);
    replay.finish().unwrap();
}

/// A program that asks for something else is told where, at its own call.
#[test]
fn another_request_than_the_recorded_one_fails_and_says_where() {
    let replay = Replay::load(kept("requests")).unwrap();
    let mut conn = Connection::builder().replay(&replay).open().unwrap();
    conn.dump(&netdev::DevGetDump::default()).unwrap();
    let request = netdev::DevGet::default().ifindex(2);
    let error = conn.call_with(flags::ECHO, &request).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("requests.recording: request 4 differs"),
        "{text}"
    );
    assert!(
        text.contains("byte 6, the flags of message 1, is 0d, was 05"),
        "{text}"
    );
    assert!(replay.finish().is_err());
}
