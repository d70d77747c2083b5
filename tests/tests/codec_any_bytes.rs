//! Any bytes, read as every message of every family: nothing panics, and what is read can be written
//! and read again. Values made at random come back as they were.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlgen_runtime::wire::{Attrs, NESTED};
use nlgen_runtime::{Bitfield32, Decode, Encode, List, MacAddr};
use nlgen_tests::exam::{
    Bytes, Caps, Choices, Color, ColorFlags, Distance, Echo, Keyword, Leaf, Level, Lists, Opts,
    Scalars, State, Tree, Wide,
};
use nlgen_tests::nlctrl::GetfamilyDump;
use nlgen_tests::{Check, events, messages};
use proptest::prelude::*;

/// Attributes with the numbers and lengths that sets use, some nested.
fn attributes() -> impl Strategy<Value = Vec<u8>> {
    let payload = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..20),
        Just(b"text\0".to_vec()),
        any::<u16>().prop_map(|int| int.to_ne_bytes().to_vec()),
        (0u32..40).prop_map(|int| int.to_ne_bytes().to_vec()),
        any::<u64>().prop_map(|int| int.to_ne_bytes().to_vec()),
    ];
    payload.prop_recursive(6, 200, 8, |inner| {
        let kind = (0u16..32, prop_oneof![Just(0), Just(NESTED)]);
        prop::collection::vec((kind, inner), 0..8).prop_map(|attrs| {
            let mut bytes = Vec::new();
            for ((kind, flag), payload) in attrs {
                bytes.extend_from_slice(&(payload.len() as u16 + 4).to_ne_bytes());
                bytes.extend_from_slice(&(kind | flag).to_ne_bytes());
                bytes.extend_from_slice(&payload);
                bytes.resize(bytes.len().next_multiple_of(4), 0);
            }
            bytes
        })
    })
}

fn scalars() -> impl Strategy<Value = Scalars> {
    let host = any::<(Option<u8>, Option<u16>, Option<u32>, Option<u64>)>();
    let signed = any::<(Option<i8>, Option<i16>, Option<i32>, Option<i64>)>();
    let auto = any::<(Option<u64>, Option<i64>)>();
    let be = any::<(
        Option<u16>,
        Option<u32>,
        Option<u64>,
        Option<i16>,
        Option<i64>,
    )>();
    let le = any::<(Option<u16>, Option<u32>, Option<u64>, Option<i32>)>();
    (host, signed, auto, be, le).prop_map(|(host, signed, auto, be, le)| Scalars {
        u8: host.0,
        u16: host.1,
        u32: host.2,
        u64: host.3,
        s8: signed.0,
        s16: signed.1,
        s32: signed.2,
        s64: signed.3,
        uint: auto.0,
        sint: auto.1,
        be16: be.0,
        be32: be.1,
        be64: be.2,
        be_s16: be.3,
        be_s64: be.4,
        le16: le.0,
        le32: le.1,
        le64: le.2,
        le_s32: le.3,
        ..Scalars::default()
    })
}

fn choices() -> impl Strategy<Value = Choices> {
    let enums = any::<(u8, u16, u32, u64, u64)>();
    let flags = any::<(u32, u64, u64, u32, (u32, u32))>();
    (enums, flags).prop_map(|(enums, flags)| {
        use nlgen_runtime::Scalar;
        Choices {
            color: Color::from_repr(enums.0),
            level: Level::from_repr(enums.1),
            state: State::from_repr(enums.2),
            distance: Distance::from_repr(enums.3),
            word: Keyword::from_repr(enums.4),
            level_be: None,
            caps: Some(Caps::from_bits_retain(flags.0)),
            wide: Some(Wide::from_bits_retain(flags.1)),
            opts: Some(Opts::from_bits_retain(flags.2)),
            safe_caps: None,
            colors: Some(ColorFlags::from_bits_retain(flags.3)),
            change_caps: Some(Bitfield32 {
                value: flags.4.0,
                selector: flags.4.1,
            }),
            change_colors: None,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn events_of_all_families_are_read_or_refused(command in 0u16..4096, bytes in attributes()) {
        events(command, &bytes);
    }

    #[test]
    fn bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        messages(&bytes, &mut Check::default());
    }

    #[test]
    fn attributes_are_read_or_refused(bytes in attributes()) {
        let mut check = Check::default();
        messages(&bytes, &mut check);
        // This message has no attributes, so none that it could refuse.
        let whole = Attrs::new(&bytes).all(|attr| attr.is_ok());
        prop_assert_eq!(GetfamilyDump::decode(&bytes).is_ok(), whole);
        prop_assert!(check.decoded > 0 || !whole);
    }

    #[test]
    fn numbers_come_back(scalars in scalars()) {
        let bytes = scalars.to_bytes().unwrap();
        let back = Scalars::decode(&bytes).unwrap();
        prop_assert_eq!(
            (back.u8, back.u16, back.u32, back.u64),
            (scalars.u8, scalars.u16, scalars.u32, scalars.u64)
        );
        prop_assert_eq!((back.uint, back.sint), (scalars.uint, scalars.sint));
        prop_assert_eq!((back.be64, back.be_s64), (scalars.be64, scalars.be_s64));
        prop_assert_eq!(back, scalars);
    }

    #[test]
    fn enums_and_flags_come_back(choices in choices()) {
        let bytes = choices.to_bytes().unwrap();
        let back = Choices::decode(&bytes).unwrap();
        prop_assert_eq!(back.state, choices.state);
        prop_assert_eq!(back.wide, choices.wide);
        prop_assert_eq!(back, choices);
    }

    #[test]
    fn strings_and_bytes_come_back(
        plain in "[^\0]{0,40}",
        blob in prop::collection::vec(any::<u8>(), 0..100),
        key: [u8; 32],
        mac: [u8; 6],
        v4: [u8; 4],
        v6: [u8; 16],
        either: bool,
    ) {
        let mac = MacAddr(mac);
        let (v4, v6) = (Ipv4Addr::from(v4), Ipv6Addr::from(v6));
        let addr: IpAddr = if either { v4.into() } else { v6.into() };
        let built = Bytes::default()
            .plain(&plain).blob(&blob).key(&key).mac(mac).ipv4(v4).ipv6(v6).addr(addr);
        let bytes = built.to_bytes().unwrap();
        let back = Bytes::decode(&bytes).unwrap();
        prop_assert_eq!(back.plain.unwrap().to_str(), Ok(&plain[..]));
        prop_assert_eq!((back.blob, back.key), (Some(&blob[..]), Some(&key)));
        prop_assert_eq!((back.mac, back.ipv4, back.ipv6), (Some(mac), Some(v4), Some(v6)));
        prop_assert_eq!(back.addr, Some(addr));
    }

    #[test]
    fn lists_and_nests_come_back(
        numbers in prop::collection::vec(any::<u32>(), 0..20),
        ports in prop::collection::vec(any::<u16>(), 0..20),
        ids in prop::collection::vec((0u16..0x4000, 0u16..0x4000, any::<u32>()), 1..10),
        depth in 0usize..20,
    ) {
        let leaves: Vec<_> = ids.iter().map(|id| Leaf::default().id(id.2)).collect();
        let indexed: Vec<_> = ids.iter().map(|id| (id.0, Leaf::default().id(id.2))).collect();
        let keyed: Vec<_> = ids.iter().map(|id| ([id.0, id.1], Leaf::default().id(id.2))).collect();
        let lists = Lists {
            leaf_array: List::with_keys(&indexed),
            by_node: List::with_keys(&keyed),
            ..Lists::default().number(&numbers).port(&ports).leaf(&leaves)
        };
        let mut bytes = Tree::default().value(0).to_bytes().unwrap();
        for _ in 0..depth {
            let parent = Tree::decode(&bytes).unwrap();
            bytes = Tree::default().parent(&parent).to_bytes().unwrap();
        }
        let tree = Tree::decode(&bytes).unwrap();
        let echo = Echo::default().lists(&lists).tree(&tree);
        let bytes = echo.to_bytes().unwrap();

        let back = Echo::decode(&bytes).unwrap();
        prop_assert_eq!(back.to_bytes().unwrap(), bytes.clone());
        let lists = back.lists.unwrap().get().unwrap();
        prop_assert_eq!(lists.number.iter().map(Result::unwrap).collect::<Vec<_>>(), numbers);
        prop_assert_eq!(lists.port.iter().map(Result::unwrap).collect::<Vec<_>>(), ports);
        prop_assert_eq!(lists.leaf.iter().map(Result::unwrap).collect::<Vec<_>>(), leaves);
        prop_assert_eq!(lists.leaf_array.entries().map(Result::unwrap).collect::<Vec<_>>(), indexed);
        prop_assert_eq!(lists.by_node.entries().map(Result::unwrap).collect::<Vec<_>>(), keyed);
        let mut tree = back.tree.unwrap().get().unwrap();
        for _ in 0..depth {
            tree = tree.parent.unwrap().get().unwrap();
        }
        prop_assert_eq!(tree.value, Some(0));
    }
}

/// Each event of a family is one for its command, and no other command is.
#[test]
fn all_families_know_their_events() {
    let known: usize = (0..=u16::MAX)
        .map(|command| events(command, &[0; 64]))
        .sum();
    // What no family has is `Unknown`; each of these is named in a spec.
    assert!((50..500).contains(&known), "{known}");
}
