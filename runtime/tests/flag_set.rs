//! `flag_set!` shows flags as `bitflags!` does, and keeps all bits.

use nlgen_runtime::codegen::bitflags;
use nlgen_runtime::flag_set;

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
    nlgen_runtime::codegen::bitflags::bitflags! {
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

#[test]
fn flags_are_shown_by_their_names() {
    for bits in 0..=u8::MAX {
        let (ours, theirs) = (Ours::from_bits_retain(bits), Theirs::from_bits_retain(bits));
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
        assert_eq!(format!("{ours:#?}"), format!("{theirs:#?}"));
    }
}

#[test]
fn all_bits_are_kept() {
    for bits in 0..=u8::MAX {
        assert_eq!(Ours::from_bits(bits).map(|set| set.bits()), Some(bits));
        assert_eq!((!Ours::from_bits_retain(bits)).bits(), !bits);
    }
    assert_eq!(Ours::all().bits(), u8::MAX);
    assert_eq!(Ours::default(), Ours::empty());
}

#[test]
fn names_are_those_of_the_constants() {
    fn names<T: bitflags::Flags>() -> Vec<&'static str> {
        T::FLAGS.iter().map(bitflags::Flag::name).collect()
    }
    assert_eq!(names::<Ours>(), names::<Theirs>());
    assert_eq!(Ours::from_name("THIRD"), Some(Ours::THIRD));
}
