//! `flag_set!` gives what `bitflags!` gives for the same flags, when all other bits are kept.

use std::collections::HashSet;
use std::fmt::Debug;

use nlgen_runtime::{bitflags, flag_set};

flag_set! {
    /// Ours.
    pub struct Ours: u8 {
        /// The first.
        const FIRST = 1 << 0;
        /// The third.
        const THIRD = 1 << 2;
        /// The last.
        const LAST = 1 << 7;
    }
}

mod theirs {
    nlgen_runtime::bitflags::bitflags! {
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub(crate) struct Ours: u8 {
            const FIRST = 1 << 0;
            const THIRD = 1 << 2;
            const LAST = 1 << 7;
            const _ = !0;
        }
    }
}
use theirs::Ours as Theirs;

/// What all ways to look at two sets show.
macro_rules! looks {
    ($set:ident, $left:expr, $right:expr) => {{
        let (left, right) = (
            $set::from_bits_retain($left),
            $set::from_bits_retain($right),
        );
        let changed = |change: &dyn Fn(&mut $set)| {
            let mut set = left;
            change(&mut set);
            set.bits()
        };
        let texts = [
            format!("{left:?}"),
            format!("{left:#?}"),
            format!("{left:b} {left:o} {left:x} {left:X} {left:#06x}"),
        ];
        let sets = [
            left & right,
            left | right,
            left ^ right,
            left - right,
            !left,
            left.intersection(right),
            left.union(right),
            left.difference(right),
            left.symmetric_difference(right),
            left.complement(),
            $set::from_bits_truncate($left),
            $set::from_bits($left).unwrap_or_default(),
            [left, right].into_iter().collect(),
        ];
        let changes = [
            changed(&|set| set.insert(right)),
            changed(&|set| set.remove(right)),
            changed(&|set| set.toggle(right)),
            changed(&|set| set.set(right, true)),
            changed(&|set| set.set(right, false)),
            changed(&|set| *set &= right),
            changed(&|set| *set |= right),
            changed(&|set| *set ^= right),
            changed(&|set| *set -= right),
            changed(&|set| set.extend([right])),
        ];
        let answers = [
            left.is_empty(),
            left.is_all(),
            left.contains(right),
            left.intersects(right),
            left == right,
            HashSet::from([left, right]).len() == 1,
        ];
        let each: Vec<u8> = left.iter().map(|flag| flag.bits()).collect();
        let owned: Vec<u8> = left.into_iter().map(|flag| flag.bits()).collect();
        let named: Vec<(&str, u8)> = left
            .iter_names()
            .map(|(name, flag)| (name, flag.bits()))
            .collect();
        (
            texts,
            sets.map(|set| set.bits()),
            changes,
            answers,
            (each, owned, named),
        )
    }};
}

fn same<T: PartialEq + Debug>(ours: T, theirs: T, values: (u8, u8)) {
    assert_eq!(ours, theirs, "of {values:?}");
}

#[test]
fn every_method_does_as_that_of_bitflags() {
    for left in 0..=u8::MAX {
        for right in [0, 1, 2, 0x81, 0x85, 0xfe, left, !left, u8::MAX] {
            same(
                looks!(Ours, left, right),
                looks!(Theirs, left, right),
                (left, right),
            );
        }
    }
}

#[test]
fn flags_are_found_by_name_and_through_the_trait() {
    assert_eq!(Ours::empty().bits(), Theirs::empty().bits());
    assert_eq!(Ours::all().bits(), Theirs::all().bits());
    assert_eq!(Ours::default(), Ours::empty());
    for name in ["FIRST", "THIRD", "LAST", "first", "", "OTHER"] {
        let ours = Ours::from_name(name).map(|flag| flag.bits());
        assert_eq!(
            ours,
            Theirs::from_name(name).map(|flag| flag.bits()),
            "{name}"
        );
    }
    fn names<T: bitflags::Flags>() -> Vec<&'static str> {
        T::FLAGS.iter().map(bitflags::Flag::name).collect()
    }
    assert_eq!(names::<Ours>(), names::<Theirs>());
    // In patterns and constants, as people use them.
    const BOTH: Ours = Ours::FIRST.union(Ours::LAST);
    assert!(matches!(Ours::from_bits_retain(0x81), BOTH));
}
