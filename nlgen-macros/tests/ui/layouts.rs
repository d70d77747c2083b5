use nlgen_runtime::Struct;

#[derive(Clone, Copy, Default, Struct)]
struct Tuple(u8);

#[derive(Clone, Copy, Struct)]
enum Choice {
    One,
}

#[derive(Clone, Copy, Default, Struct)]
struct Generic<'a> {
    byte: u8,
    text: &'a str,
}

#[derive(Clone, Copy, Default, Struct)]
#[nl(pad(3))]
struct Flow {
    present: bool,
    #[nl(bee)]
    misspelt: u16,
    #[nl(1)]
    numbered: u16,
    #[nl(be)]
    bytes: [u8; 4],
    #[nl(align = 3)]
    odd: u32,
    #[nl(struct)]
    number: u32,
    maybe: Option<u8>,
}

fn main() {}
