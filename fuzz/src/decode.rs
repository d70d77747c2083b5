//! Bytes as the attributes of messages of every family in `specs`: decoded, opened to the innermost nest, shown,
//! written, and read again. And as events.

use nlgen_tests::{Check, MESSAGES, events, messages, nth_message};

/// Reads bytes as each message of every family, and as an event whose command the first of them tells.
pub fn all(bytes: &[u8]) {
    messages(bytes, &mut Check::default());
    if let Some(command) = bytes.first_chunk() {
        events(u16::from_ne_bytes(*command), bytes);
    }
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
