//! Bytes as messages of families known by their specs alone: decoded to JSON, encoded again, explained.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, reason = "the seeds are for tests")]
#[path = "../../dynamic/tests/hostile/mod.rs"]
mod hostile;

fuzz_target!(|bytes: &[u8]| hostile::check(bytes));
