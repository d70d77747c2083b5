//! Bytes as what happens to a connection and to subscriptions.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nlgen_fuzz::exchange::all(bytes));
