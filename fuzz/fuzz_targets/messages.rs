//! Bytes as a datagram.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nlgen_fuzz::messages::all(bytes, true));
