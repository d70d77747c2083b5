//! Bytes as attributes, by each way to read one.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nlgen_fuzz::attributes::all(bytes));
