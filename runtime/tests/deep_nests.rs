//! A set that contains itself, nested as deep as lengths of 16 bits allow: showing it ends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::panic;

use nlgen_runtime::describe::{Attribute, Kind, Set};
use nlgen_runtime::wire::{Encoder, Multi, Nested, attributes};
use nlgen_runtime::{Decode, DecodeError, Encode, List, Nest};

static TREE: Set = Set::new(
    "tree",
    &[
        Attribute::new(1, "parent", Kind::Nest(|| &TREE)),
        Attribute::new(2, "children", Kind::Nest(|| &TREE)),
        Attribute::new(3, "array", Kind::Array(&Kind::Nest(|| &TREE))),
        Attribute::new(4, "keyed", Kind::Keyed(2, || &TREE)),
    ],
);

/// Shown by the description of its set, as what is generated.
#[derive(Clone, Default)]
struct Described<'a>(Vec<&'a [u8]>);

impl Encode for Described<'_> {
    const SET: &'static Set = &TREE;

    fn encode(&self, out: &mut Encoder<'_>) {
        self.0.iter().for_each(|bytes| out.bytes(bytes));
    }
}

nlgen_runtime::message_traits!(Described, '_);

/// Shown field by field, as what people derive.
#[derive(Clone, Debug, Default)]
#[allow(dead_code, reason = "shown")]
struct Fields<'a> {
    parent: Option<Nest<'a, Fields<'a>>>,
    children: List<'a, Fields<'a>, Multi<Nested>>,
}

impl<'a> Decode<'a> for Fields<'a> {
    const SET: &'static Set = &TREE;

    fn decode_at(bytes: &'a [u8], depth: u8) -> Result<Self, DecodeError> {
        let mut new = Self::default();
        attributes(bytes, depth, &TREE, |attr| match attr.kind() {
            1 => attr.get(&mut new.parent),
            2 => attr.list(&mut new.children),
            _ => Ok(()),
        })?;
        Ok(new)
    }
}

/// Levels of attributes of one number, each all that is in the one around it.
fn nested(levels: u16, kind: u16) -> Vec<u8> {
    let levels = (1..=levels).rev();
    let headers = levels.map(|level| [(4 * level).to_ne_bytes(), kind.to_ne_bytes()].concat());
    headers.collect::<Vec<_>>().concat()
}

#[test]
fn showing_hostile_nests_ends() {
    for kind in 1..=4 {
        let bytes = nested(16_383, kind);
        for shown in [
            format!("{:?}", Described(vec![&bytes])),
            format!("{:#?}", Described(vec![&bytes])),
        ] {
            assert_eq!(shown.matches('…').count(), 1, "{kind}: {shown}");
        }
    }
    // Below the innermost parent nothing is shown, and its own empty list neither.
    for (kind, cut) in [(1, 2), (2, 1)] {
        let bytes = nested(16_383, kind);
        let shown = format!("{:?}", Fields::decode(&bytes).unwrap());
        assert_eq!(shown.matches('…').count(), cut, "{kind}: {shown}");
    }
}

#[test]
fn honest_nests_are_shown_whole() {
    for levels in [1, 64] {
        let shown = format!("{:?}", Described(vec![&nested(levels, 1)]));
        assert_eq!(shown.matches("parent").count(), usize::from(levels));
        assert!(!shown.contains('…'), "{shown}");
    }
}

/// A `Debug` that panics in the middle does not count as a level for ever.
#[test]
fn a_panic_leaves_no_levels_behind() {
    #[derive(Clone)]
    struct Panics;

    impl std::fmt::Debug for Panics {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("on purpose")
        }
    }

    impl Decode<'_> for Panics {
        const SET: &'static Set = &TREE;

        fn decode_at(_: &[u8], _: u8) -> Result<Self, DecodeError> {
            Ok(Self)
        }
    }

    for _ in 0..100 {
        let shown = panic::catch_unwind(|| format!("{:?}", Nest::from(&Panics)));
        assert!(shown.is_err());
    }
    let shown = format!("{:?}", Described(vec![&nested(64, 1)]));
    assert!(!shown.contains('…'), "{shown}");
}
