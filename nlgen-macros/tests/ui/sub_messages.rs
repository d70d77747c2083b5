use nlgen_runtime::{Decode, Encode, SubMessage};

#[derive(SubMessage)]
struct NoEnum {
    one: u8,
}

#[derive(Encode, Decode)]
struct Veth {
    #[nl(1)]
    peer: u8,
}

#[derive(SubMessage)]
enum Data {
    Veth(Veth),
    #[nl(nest)]
    Empty,
    #[nl(nest, struct)]
    Both(Veth),
    #[nl(nest)]
    Number(u32),
    Two(Veth, Veth),
    #[nl(name = "empty")]
    Dummy,
    #[nl(name = "empty")]
    Again,
    #[nl(other)]
    Kept(u32),
    #[nl(selector = kind)]
    Misplaced,
}

#[derive(SubMessage)]
enum Known {
    #[nl(other)]
    Unknown(Vec<u8>),
}

#[derive(Encode)]
struct Link {
    #[nl(1)]
    kinds: bool,
    #[nl(2)]
    number: u32,
    #[nl(3, selector = kind)]
    further_out: Option<Known>,
    #[nl(4, selector = kinds)]
    by_flag: Option<Known>,
    #[nl(6, selector = number, nest)]
    nested: Option<Known>,
    #[nl(7, selector = number)]
    text: String,
}

fn main() {}
