//! Bytes as the attributes of every message of every family: decoded, opened to the innermost nest,
//! shown, written, and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nlgen_tests::{Check, messages};

fuzz_target!(|bytes: &[u8]| messages(bytes, &mut Check::default()));
