//! Bytes as the attributes of messages of every family in `specs`: decoded, opened to the innermost nest, shown,
//! written, and read again.

use nlgen_tests::{Check, MESSAGES, messages, nth_message};

/// Reads bytes as each message of every family.
pub fn all(bytes: &[u8]) {
    messages(bytes, &mut Check::default());
}

/// Reads bytes as one of the messages, and shows it if `shown`.
pub fn one(bytes: &[u8], choice: usize, shown: bool) {
    nth_message(choice % MESSAGES, bytes, &mut quiet(shown));
}

/// The messages that bytes can be read as.
#[must_use]
pub fn fitting(bytes: &[u8]) -> Vec<usize> {
    let fits = |nth: &usize| {
        let mut check = quiet(false);
        nth_message(*nth, bytes, &mut check);
        check.decoded != 0
    };
    (0..MESSAGES).filter(fits).collect()
}

fn quiet(shown: bool) -> Check {
    Check {
        quiet: !shown,
        ..Check::default()
    }
}
