//! Doors agree: what the macro generates from a spec and what a person derives are the same bytes,
//! are read alike, and are described alike.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod agreement;
mod twins;

use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use agreement::{again, agree, described_alike};
use nlgen_runtime::{Bitfield32, Decode, DecodeError, Encode, List, MacAddr, Nest};
use twins::{Caps, Color, Distance, Keyword, Level, Opts, State, Wide, borrowed, exam, owned};

#[test]
fn scalars() {
    let generated = exam::Scalars {
        u8: Some(1),
        u16: Some(0x0203),
        u32: Some(0x0405_0607),
        u64: Some(u64::MAX - 1),
        s8: Some(-1),
        s16: Some(-2),
        s32: Some(-3),
        s64: Some(-4),
        uint: Some(1 << 32),
        sint: Some(-5),
        be16: Some(0x0102),
        be32: Some(0x0304_0506),
        be64: Some(7),
        be_s16: Some(-8),
        be_s32: Some(-9),
        be_s64: Some(-10),
        le16: Some(0x0102),
        le32: Some(11),
        le64: Some(12),
        le_s32: Some(-13),
        ..Default::default()
    };
    let twin = owned::Scalars {
        u8: Some(1),
        u16: Some(0x0203),
        u32: Some(0x0405_0607),
        u64: Some(u64::MAX - 1),
        s8: Some(-1),
        s16: Some(-2),
        s32: Some(-3),
        s64: Some(-4),
        uint: Some(1 << 32),
        sint: Some(-5),
        be16: Some(0x0102),
        be32: Some(0x0304_0506),
        be64: Some(7),
        be_s16: Some(-8),
        be_s32: Some(-9),
        be_s64: Some(-10),
        le16: Some(0x0102),
        le32: Some(11),
        le64: Some(12),
        le_s32: Some(-13),
    };
    agree(&generated, &twin, again!(exam::Scalars, owned::Scalars));
    assert_eq!(
        owned::Scalars::decode(&generated.to_bytes().unwrap()),
        Ok(twin)
    );
    // What is absent is absent in both.
    assert_eq!(owned::Scalars::decode(&[]), Ok(owned::Scalars::default()));
    assert_eq!(owned::Scalars::default().to_bytes(), Ok(vec![]));
}

#[test]
fn bytes() {
    let (ipv4, ipv6) = (Ipv4Addr::new(192, 0, 2, 1), Ipv6Addr::LOCALHOST);
    let generated = exam::Bytes {
        plain: Some("text".into()),
        blob: Some(&[1, 2, 3]),
        key: Some(&[7; 32]),
        mac: Some(MacAddr([2, 0, 0, 0, 0, 1])),
        ipv4: Some(ipv4),
        ipv6: Some(ipv6),
        addr: Some(IpAddr::V4(ipv4)),
        ..Default::default()
    };
    let twin = owned::Bytes {
        plain: Some("text".to_owned()),
        blob: Some(vec![1, 2, 3]),
        key: Some([7; 32]),
        mac: Some(MacAddr([2, 0, 0, 0, 0, 1])),
        ipv4: Some(ipv4),
        ipv6: Some(ipv6),
        addr: Some(IpAddr::V4(ipv4)),
    };
    agree(&generated, &twin, again!(exam::Bytes<'_>, owned::Bytes));
    let (generated, twin) = (
        exam::Bytes {
            plain: Some("long".into()),
            short: Some("short".into()),
            blob: Some(&[]),
            key: Some(&[9; 32]),
            ..Default::default()
        },
        borrowed::Bytes {
            plain: Some("long".into()),
            short: Some("short"),
            blob: Some(&[]),
            key: Some(&[9; 32]),
        },
    );
    agree(
        &generated,
        &twin,
        again!(exam::Bytes<'_>, borrowed::Bytes<'_>),
    );
}

#[test]
fn choices() {
    let change = Bitfield32 {
        value: 1,
        selector: 3,
    };
    let generated = exam::Choices {
        color: Some(exam::Color::Blue),
        level: Some(exam::Level::Middle),
        state: Some(exam::State::OnFire),
        distance: Some(exam::Distance::Farther),
        word: Some(exam::Keyword::_8021q),
        level_be: Some(exam::Level::Unknown(0x0102)),
        caps: Some(exam::Caps::READ | exam::Caps::from_bits_retain(1 << 30)),
        wide: Some(exam::Wide::LAST),
        opts: Some(exam::Opts::SAFE),
        colors: Some(exam::ColorFlags::BLUE),
        change_caps: Some(change),
        ..Default::default()
    };
    let twin = owned::Choices {
        color: Color::Blue,
        level: Level::Middle,
        state: State::OnFire,
        distance: Distance::Farther,
        word: Keyword::Vlan,
        level_be: Level::Unknown(0x0102),
        caps: Caps::READ | Caps::from_bits_retain(1 << 30),
        wide: Wide::LAST,
        opts: Opts::SAFE,
        colors: Some(Opts::FAST),
        change_caps: change,
    };
    agree(&generated, &twin, again!(exam::Choices, owned::Choices));
    assert_eq!(
        owned::Choices::decode(&generated.to_bytes().unwrap()),
        Ok(twin)
    );
}

fn leaf(id: u32) -> exam::Leaf<'static> {
    exam::Leaf {
        id: Some(id),
        label: Some("leaf".into()),
        state: Some(exam::State::Running),
        ..Default::default()
    }
}

fn owned_leaf(id: u32) -> owned::Leaf {
    owned::Leaf {
        id: Some(id),
        label: Some("leaf".to_owned()),
        state: Some(State::Running),
        ..Default::default()
    }
}

fn borrowed_leaf(id: u32) -> borrowed::Leaf<'static> {
    borrowed::Leaf {
        id: Some(id),
        label: Some("leaf".into()),
        state: Some(State::Running),
        ..Default::default()
    }
}

#[test]
fn lists() {
    let numbers = [1, 2, 3];
    let ports = [80, 443];
    let labels = ["a".into(), "b".into()];
    let leaves = [leaf(1), leaf(2)];
    let chunks: [&[u8]; 2] = [&[1], &[]];
    let hues = [exam::Color::Red, exam::Color::Unknown(9)];
    let addresses = [Ipv6Addr::LOCALHOST];
    let counters = [List::from(&[1u64, 2]), List::from(&[3])];
    let by_cpu = [([7], leaf(3))];
    let by_node = [([1, 2], leaf(4)), ([1, 3], leaf(5))];
    let generated = exam::Lists {
        number: List::from(&numbers),
        port: List::from(&ports),
        label: List::from(&labels),
        leaf: List::from(&leaves),
        chunk: List::from(&chunks),
        hue: List::from(&hues),
        leaf_array: List::from(&leaves),
        number_array: List::from(&numbers),
        addr_array: List::from(&addresses),
        counter: List::from(&counters),
        by_cpu: List::with_keys(&by_cpu),
        by_node: List::with_keys(&by_node),
    };
    let twin = owned::Lists {
        number: vec![1, 2, 3],
        port: vec![80, 443],
        label: vec!["a".to_owned(), "b".to_owned()],
        leaf: vec![owned_leaf(1), owned_leaf(2)],
        chunk: vec![vec![1], vec![]],
        hue: vec![Color::Red, Color::Unknown(9)],
        leaf_array: vec![owned_leaf(1), owned_leaf(2)],
        number_array: vec![1, 2, 3],
        addr_array: vec![Ipv6Addr::LOCALHOST],
        counter: vec![vec![1, 2], vec![3]],
        by_cpu: vec![([7], owned_leaf(3))],
        by_node: vec![
            ([1, 2], Box::new(owned_leaf(4))),
            ([1, 3], Box::new(owned_leaf(5))),
        ],
    };
    agree(&generated, &twin, again!(exam::Lists<'_>, owned::Lists));
    let bytes = generated.to_bytes().unwrap();
    assert_eq!(owned::Lists::decode(&bytes), Ok(twin));

    let leaves = [borrowed_leaf(1), borrowed_leaf(2)];
    let hues = [Color::Red, Color::Unknown(9)];
    let by_cpu = [([7], borrowed_leaf(3))];
    let by_node = [([1, 2], borrowed_leaf(4)), ([1, 3], borrowed_leaf(5))];
    let twin = borrowed::Lists {
        number: List::from(&numbers),
        port: List::from(&ports),
        label: List::from(&labels),
        leaf: List::from(&leaves),
        chunk: List::from(&chunks),
        hue: List::from(&hues),
        leaf_array: List::from(&leaves),
        number_array: List::from(&numbers),
        addr_array: List::from(&addresses),
        counter: List::from(&counters),
        by_cpu: List::with_keys(&by_cpu),
        by_node: List::with_keys(&by_node),
    };
    agree(
        &generated,
        &twin,
        again!(exam::Lists<'_>, borrowed::Lists<'_>),
    );
    let read = borrowed::Lists::decode(&bytes).unwrap();
    let keys: Result<Vec<_>, DecodeError> = read.by_node.entries().map(|e| Ok(e?.0)).collect();
    assert_eq!(keys, Ok(vec![[1, 2], [1, 3]]));
}

#[test]
fn trees() {
    let root = exam::Tree {
        value: Some(1),
        ..Default::default()
    };
    let children = [root, exam::Tree::default()];
    let leaf = leaf(9);
    let generated = exam::Tree {
        value: Some(2),
        parent: Some(Nest::from(&root)),
        children: List::from(&children),
        leaf: Some(Nest::from(&leaf)),
    };
    let root = owned::Tree {
        value: Some(1),
        ..Default::default()
    };
    let twin = owned::Tree {
        value: Some(2),
        parent: Some(Box::new(root.clone())),
        children: vec![root, owned::Tree::default()],
        leaf: Some(owned_leaf(9)),
    };
    agree(&generated, &twin, again!(exam::Tree<'_>, owned::Tree));
    let bytes = generated.to_bytes().unwrap();
    assert_eq!(owned::Tree::decode(&bytes), Ok(twin));

    let root = borrowed::Tree {
        value: Some(1),
        ..Default::default()
    };
    let children = [root.clone(), borrowed::Tree::default()];
    let leaf = borrowed_leaf(9);
    let twin = borrowed::Tree {
        value: Some(2),
        parent: Some(Nest::from(&root)),
        children: List::from(&children),
        leaf: Some(Nest::from(&leaf)),
    };
    agree(
        &generated,
        &twin,
        again!(exam::Tree<'_>, borrowed::Tree<'_>),
    );
}

#[test]
fn a_whole_message() {
    let words = exam::Words {
        r#type: Some(1),
        self_: Some(2),
        r#use: Some("use".into()),
        r#do: true,
        crate_: Some(3),
        _2ghz: Some(4),
        ..Default::default()
    };
    let numbers = [5, 6];
    let generated = exam::Echo {
        id: Some(7),
        name: Some("name".into()),
        words: Some(Nest::from(&words)),
        present: true,
        twice: List::from(&numbers),
        ..Default::default()
    };
    let twin = owned::Get {
        id: Some(7),
        name: Some("name".to_owned()),
        words: Some(owned::Words {
            r#type: Some(1),
            self_: Some(2),
            r#use: Some("use".to_owned()),
            r#do: true,
            krate: Some(3),
            _2ghz: Some(4),
            ..Default::default()
        }),
        present: true,
        twice: vec![5, 6],
        ..Default::default()
    };
    agree(&generated, &twin, again!(exam::Echo<'_>, owned::Get));
}

#[test]
fn both_refuse_the_same_bytes() {
    let attr = |kind: u16, payload: &[u8]| {
        let len = (payload.len() + 4) as u16;
        let mut bytes = [len.to_ne_bytes(), kind.to_ne_bytes()].concat();
        bytes.extend_from_slice(payload);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    };
    for bytes in [
        attr(3, &[1, 2]),
        attr(10, &[0; 5]),
        attr(16, &[0; 8]),
        vec![3, 0, 1, 0],
        vec![1],
    ] {
        let generated = exam::Scalars::decode(&bytes).unwrap_err();
        assert_eq!(owned::Scalars::decode(&bytes).unwrap_err(), generated);
    }
}

#[test]
fn descriptions() {
    fn both<G: Encode, E: Encode, D: Debug + Decode<'static>>() {
        described_alike(G::SET, E::SET);
        described_alike(G::SET, D::SET);
    }
    both::<exam::Scalars, owned::Scalars, owned::Scalars>();
    both::<exam::Choices, owned::Choices, owned::Choices>();
    both::<exam::Lists<'_>, owned::Lists, owned::Lists>();
    both::<exam::Lists<'_>, borrowed::Lists<'_>, borrowed::Lists<'_>>();
    both::<exam::Tree<'_>, owned::Tree, owned::Tree>();
    both::<exam::Tree<'_>, borrowed::Tree<'_>, borrowed::Tree<'_>>();
    both::<exam::Leaf<'_>, owned::Leaf, owned::Leaf>();
    both::<exam::Zero, owned::Zero, owned::Zero>();
    both::<exam::Words<'_>, owned::Words, owned::Words>();
    both::<exam::Bytes<'_>, owned::Bytes, owned::Bytes>();
    both::<exam::Bytes<'_>, borrowed::Bytes<'_>, borrowed::Bytes<'_>>();
}
