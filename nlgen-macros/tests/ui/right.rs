use nlgen_runtime::{Decode, Dump, Encode, List, Nest, Request, Scalar, Str};

#[derive(Clone, Copy, Scalar)]
#[repr(u8)]
enum Mode {
    Off,
    On,
}

#[derive(Clone, Encode, Decode)]
struct Port {
    #[nl(1, be)]
    number: u16,
    #[nl(2)]
    mode: Option<Mode>,
}

#[derive(Encode, Decode, Request, Dump)]
#[nl(family = "exam", command = 1, reply = Ports<'_>)]
struct Ports<'a> {
    #[nl(1)]
    name: Option<Str<'a>>,
    #[nl(2)]
    first: Option<Nest<'a, Port>>,
    #[nl(3)]
    numbers: List<'a, u32>,
    #[nl(4, multi, nest)]
    all: Vec<Port>,
}

fn main() {
    let bytes = [];
    let ports = <Ports<'_> as Decode<'_>>::decode(&bytes).unwrap();
    assert!(ports.name.is_none() && ports.first.is_none());
    assert!(ports.numbers.iter().next().is_none() && ports.all.is_empty());
    let port = Port { number: 1, mode: Some(Mode::On) };
    let _ = (Mode::Off, port.number, port.mode);
}
