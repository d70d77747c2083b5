//! Bytes as the attributes of every message of every family.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nlgen_fuzz::decode::all(bytes));
