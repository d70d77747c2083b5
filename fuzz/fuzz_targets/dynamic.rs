//! Bytes as messages of families known by their specs alone.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nlgen_fuzz::dynamic(bytes));
