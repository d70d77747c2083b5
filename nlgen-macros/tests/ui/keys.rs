use nlgen_runtime::{Decode, Encode};

#[derive(Encode)]
struct Ring {
    #[nl(1, bee)]
    misspelt: u16,
    #[nl(2, be, be)]
    twice: u16,
    #[nl(3)]
    third: u32,
    #[nl(3)]
    third_again: u32,
    unnumbered: u32,
    #[nl(16384)]
    too_great: u32,
    #[nl(4, be)]
    text: Option<String>,
    #[nl(5)]
    list: Vec<u32>,
    #[nl(6, command = 1)]
    misplaced: u8,
    #[nl(7, le)]
    #[nl(be)]
    both: u16,
}

#[derive(Encode)]
struct Header {
    #[nl(header)]
    number: u32,
    #[nl(header, 1)]
    numbered: Flag,
    #[nl(2, array)]
    texts: Vec<String>,
    #[nl(3, array, be)]
    ports: Vec<u16>,
}

// Both derives find it; it is told once.
#[derive(Encode, Decode)]
struct Flag {
    #[nl(1)]
    maybe: Option<bool>,
}

fn main() {}
