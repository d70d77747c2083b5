use nlgen_runtime::{Decode, Encode};

#[derive(Encode)]
struct Tuple(u8);

#[derive(Decode)]
enum Choice {
    One,
}

#[derive(Decode)]
union Either {
    one: u8,
}

#[derive(Encode)]
struct Generic<T, const N: usize> {
    #[nl(1)]
    value: T,
    #[nl(2)]
    bytes: [u8; N],
}

#[derive(Encode)]
#[nl(pad(1, 1), set = dev)]
struct Padded {
    #[nl(1)]
    value: u8,
}

fn main() {}
