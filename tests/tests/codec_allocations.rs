//! Decoding allocates nothing: neither a message, nor opening all of its nests and lists.
#![allow(clippy::unwrap_used, reason = "a test")]

use allocation_counter::measure;
use nlgen_runtime::wire::Messages;
use nlgen_runtime::{Decode, Encode, List, Str, nlctrl};
use nlgen_tests::{DEPTH, Message, Visit, ethtool, exam, messages, netdev};

/// Allocations while `decode` runs.
#[track_caller]
fn none(decode: impl FnOnce()) {
    let info = measure(decode);
    assert_eq!((info.count_total, info.bytes_total), (0, 0));
}

/// Decodes and opens, and nothing else.
struct Opened(u64);

impl Visit for Opened {
    fn message<'a, T: Message<'a>>(&mut self, bytes: &'a [u8]) -> Option<Vec<u8>> {
        // An error does allocate, so that it costs nothing while there is none.
        let mut whole = false;
        let info = measure(|| whole = T::decode(bytes).is_ok_and(|message| message.open(DEPTH)));
        if whole {
            self.0 += 1;
            assert_eq!(info.count_total, 0, "{}", std::any::type_name::<T>());
        }
        None
    }

    fn written<'a, T: Message<'a>>(&mut self, _bytes: &'a [u8]) {}
}

#[test]
fn the_counter_counts() {
    assert_eq!(measure(|| drop(Box::new(1))).count_total, 1);
    assert!(measure(|| drop(exam::Echo::decode(&[1]))).count_total > 0);
}

/// What the kernel answers to a lookup of a family: operations and groups in arrays.
fn family() -> Vec<u8> {
    let op = |id| nlctrl::OpAttrs {
        id: Some(id),
        flags: Some(nlctrl::OpFlags::CMD_CAP_DO),
    };
    let ops: Vec<_> = (1..=30).map(|id| (id as u16, op(id))).collect();
    let group = |id| nlctrl::McastGroupAttrs {
        id: Some(id),
        name: Some("monitor".into()),
    };
    let groups: Vec<_> = (1..=5).map(|id| (id as u16, group(id))).collect();
    let reply = nlctrl::GetfamilyReply {
        family_name: Some("ethtool".into()),
        family_id: Some(21),
        version: Some(1),
        ops: List::with_keys(&ops),
        mcast_groups: List::with_keys(&groups),
        ..Default::default()
    };
    reply.to_bytes().unwrap()
}

#[test]
fn a_family_with_its_operations_and_groups() {
    let bytes = family();
    none(|| {
        let reply = nlctrl::GetfamilyReply::decode(&bytes).unwrap();
        assert_eq!(
            reply.family_name.as_ref().map(Str::as_bytes),
            Some(&b"ethtool"[..])
        );
        let ids = reply.ops.iter().map(|op| op.unwrap().id.unwrap());
        assert_eq!(ids.sum::<u32>(), 465);
        assert_eq!(reply.mcast_groups.entries().count(), 5);
    });
}

#[test]
fn string_tables() {
    let string = |index| ethtool::StringAttrs {
        index: Some(index),
        value: Some("tx-checksum-ip-generic".into()),
    };
    let table: Vec<_> = (0..200).map(string).collect();
    let strings = ethtool::Strings::default().string(&table);
    let set = ethtool::Stringset::default()
        .id(ethtool::StringsetId::Features)
        .strings(&strings);
    let sets = [set, set];
    let sets = ethtool::Stringsets::default().stringset(&sets);
    let header = ethtool::Header::default().dev_index(1).dev_name("eth0");
    let reply = ethtool::StrsetGetReply {
        header: Some((&header).into()),
        stringsets: Some((&sets).into()),
    };
    let bytes = reply.to_bytes().unwrap();
    none(|| {
        let reply = ethtool::StrsetGetReply::decode(&bytes).unwrap();
        assert_eq!(reply.header.unwrap().get().unwrap().dev_index, Some(1));
        let sets = reply.stringsets.unwrap().get().unwrap();
        let mut strings = 0;
        for set in sets.stringset.iter() {
            let table = set.unwrap().strings.unwrap().get().unwrap();
            strings += table.string.iter().map(Result::unwrap).count();
        }
        assert_eq!(strings, 400);
    });
}

#[test]
fn devices_of_a_dump() {
    let mut dump = Vec::new();
    for ifindex in 1..=600 {
        let device = netdev::DevGetReply {
            ifindex: Some(ifindex),
            ..Default::default()
        };
        let payload = [vec![1, 1, 0, 0], device.to_bytes().unwrap()].concat();
        let len = (payload.len() + 16) as u32;
        dump.extend_from_slice(&len.to_ne_bytes());
        dump.extend_from_slice(&[20, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0]);
        dump.extend_from_slice(&payload);
    }
    none(|| {
        let mut indices = 0;
        for message in Messages::new(&dump) {
            let (_, attributes) = message.command().unwrap();
            indices += netdev::DevGetReply::decode(attributes)
                .unwrap()
                .ifindex
                .unwrap();
        }
        assert_eq!(indices, 600 * 601 / 2);
    });
}

#[test]
fn every_message_of_every_family() {
    let leaf = exam::Leaf::default().id(1).label("leaf").addr(&[1, 2, 3]);
    let (numbers, leaves) = ([1, 2, 3], [leaf; 3]);
    let keyed = [([1, 2], leaf), ([1, 3], leaf), ([2, 0], leaf)];
    let counters = [List::from(&[7u64, 8, 9])];
    let lists = exam::Lists {
        by_node: List::with_keys(&keyed),
        ..exam::Lists::default()
            .number(&numbers)
            .leaf(&leaves)
            .leaf_array(&leaves)
            .counter(&counters)
    };
    let inner = exam::Tree::default().value(1).leaf(&leaf);
    let children = [inner; 3];
    let tree = exam::Tree::default().parent(&inner).children(&children);
    let scalars = exam::Scalars::default().u8(1).uint(5).be64(6);
    let bytes = exam::Bytes::default()
        .plain("text")
        .key(&[0; 32])
        .blob(&[1]);
    let choices = exam::Choices::default().color(exam::Color::Green);
    let echo = exam::Echo::default()
        .id(1)
        .name("all")
        .scalars(&scalars)
        .bytes(&bytes)
        .choices(&choices)
        .lists(&lists)
        .tree(&tree)
        .twice(&numbers)
        .present(true);
    let mut opened = Opened(0);
    for bytes in [
        echo.to_bytes(),
        lists.to_bytes(),
        tree.to_bytes(),
        leaf.to_bytes(),
        Ok(family()),
        Ok(Vec::new()),
    ] {
        messages(&bytes.unwrap(), &mut opened);
    }
    assert!(opened.0 > 200, "{} messages were read", opened.0);
}
