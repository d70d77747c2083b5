//! How deep nests are shown.

use std::cell::Cell;
use std::fmt::{self, Formatter};

use crate::wire::attr::MAX_DEPTH;

thread_local! {
    /// How many levels of nests are being shown, one inside the other.
    static LEVELS: Cell<u8> = const { Cell::new(0) };
}

/// Shows a level of nests or lists, or `…` when it lies too deep: what a sender nests 16,000 times
/// must not use up the stack.
pub(crate) fn one_deeper(
    f: &mut Formatter<'_>,
    show: impl FnOnce(&mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    /// Goes back a level, also when a `Debug` of the user's panics.
    struct Back(u8);

    impl Drop for Back {
        fn drop(&mut self) {
            LEVELS.set(self.0);
        }
    }

    let back = Back(LEVELS.get());
    if back.0 >= MAX_DEPTH {
        return f.write_str("…");
    }
    LEVELS.set(back.0 + 1);
    show(f)
}
