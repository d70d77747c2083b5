//! Subscriptions, and whatever is told to them.

use std::time::Duration;

use nlgen_runtime::testing::Script;
use nlgen_runtime::{Connection, Encode, EventSet, Events, Family, Group, List, MessageHeader, Str};
use nlgen_tests::{netdev, nftables, nlctrl};

use super::source::{Address, Source, Step};
use super::{MOST, Said};

/// The id that the family has, and the number of its group.
const ID: u16 = 40;
const GROUP: u32 = 5;

/// The port id of scripts' connections.
const PORT_ID: u32 = 1000;

/// A family of generic netlink, whose id is asked for; or that is answered with what the bytes say.
pub(super) fn generic(mut source: Source<'_>) {
    let right = source.byte() & 3 != 0;
    let begun = |script: &mut Script, source: &mut Source<'_>, said: &mut Said| {
        if right {
            script.say(0, &family()).expect("the script was just made");
            return;
        }
        let address = address(16, [1, 2, 0, 0]);
        while let Some(Step::Record(record)) = source.step(address) {
            said.say(script, &record);
        }
    };
    let kind = match source.byte() & 7 {
        // News of families.
        0 => 16,
        _ => ID,
    };
    play::<netdev::Event<'static>>(&netdev::FAMILY, netdev::group::MGMT, kind, source, begun);
}

/// A protocol of its own: groups have numbers that everybody knows.
pub(super) fn netfilter(source: Source<'_>) {
    let nothing = |_: &mut Script, _: &mut Source<'_>, _: &mut Said| {};
    play::<nftables::Event<'static>>(
        &nftables::FAMILY,
        nftables::group::NFTABLES,
        2560,
        source,
        nothing,
    );
}

fn play<F: EventSet>(
    family: &'static Family,
    group: Group,
    kind: u16,
    mut source: Source<'_>,
    begin: impl FnOnce(&mut Script, &mut Source<'_>, &mut Said),
) where
    for<'r> F::Event<'r>: std::fmt::Debug,
{
    let builder = Connection::builder().receive_buffer(0, 40_000);
    let (builder, mut script) = Script::plug(builder, family).expect("there are sockets");
    let mut said = Said::default();
    begin(&mut script, &mut source, &mut said);
    let mut events = match Events::<F>::open_with(builder, &[group]) {
        Ok(events) => events,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let number = group.number().unwrap_or(GROUP);
    let address = address(kind, [2, 1, 0, 0]);
    for _ in 0..MOST {
        match source.step(address) {
            None => break,
            Some(Step::Record(record)) => said.tell(&mut script, number, &record),
            Some(Step::Ask(_, count)) => {
                for _ in 0..count {
                    next(&mut events);
                }
            }
        }
    }
    // A datagram brings no more than its messages, a loss is told when it is met and when the queue is empty.
    let mut left = said.bytes / 16 + said.datagrams + 2 * said.losses + 2;
    while next(&mut events) {
        left -= 1;
        assert!(left > 0, "{:?} after {said:?}", events.stats());
    }
    assert_eq!(events.stats().foreign, said.forged);
}

/// Takes an event, a loss or an error; whether there was one.
fn next<F: EventSet>(events: &mut Events<F>) -> bool
where
    for<'r> F::Event<'r>: std::fmt::Debug,
{
    match events.next_within(Duration::ZERO) {
        Ok(None) => false,
        Ok(Some(received)) => !format!("{received:?}").is_empty(),
        Err(error) => !error.to_string().is_empty(),
    }
}

fn address(kind: u16, head: [u8; 4]) -> Address {
    Address {
        port_id: PORT_ID,
        seq: 0,
        kind,
        head,
    }
}

/// What nlctrl answers.
fn family() -> Vec<u8> {
    let groups = [nlctrl::McastGroupAttrs {
        name: Some(Str::from("mgmt")),
        id: Some(GROUP),
    }];
    let told = nlctrl::GetfamilyReply {
        family_name: Some(Str::from("netdev")),
        family_id: Some(ID),
        mcast_groups: List::from(&groups),
        ..Default::default()
    };
    let attributes = told.to_bytes().expect("it is short");
    let object = [&[1, 2, 0, 0][..], &attributes].concat();
    let mut bytes = Vec::new();
    for (kind, payload) in [(16, object), (2, vec![0; 20])] {
        let header = MessageHeader {
            len: 16 + payload.len() as u32,
            kind,
            seq: 1,
            port_id: PORT_ID,
            ..MessageHeader::default()
        };
        header.write(&mut bytes);
        bytes.extend_from_slice(&payload);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}
