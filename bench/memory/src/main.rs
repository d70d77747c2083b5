//! The codec in memory.
fn main() {}
