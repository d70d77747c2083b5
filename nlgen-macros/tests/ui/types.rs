use nlgen_runtime::Encode;

struct Plain;

#[derive(Encode)]
struct Port {
    #[nl(1)]
    as_it_is: Option<Plain>,
    #[nl(2, nest)]
    no_attributes: Plain,
    #[nl(3, be)]
    no_integer: Plain,
}

fn main() {}
