//! What must hold of any bytes, a module for each fuzz target.
//!
//! libFuzzer calls them from `fuzz_targets`, where coverage guides what it tries; the example `storm` calls those
//! that read messages from a tight loop, with bytes that it changes at random, some hundred times as often.

pub mod attributes;
pub mod decode;
pub mod exchange;
pub mod messages;
pub mod spec;
pub mod storm;

// Decoded to JSON, encoded again, explained.
#[path = "../../dynamic/tests/hostile/mod.rs"]
#[allow(dead_code, reason = "its seeds are for tests")]
mod hostile;

/// Reads bytes as messages of families known by their specs alone.
pub fn dynamic(bytes: &[u8]) {
    hostile::check(bytes);
}
