//! Bytes as a spec with overlays.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nlgen_fuzz::spec::all(bytes));
