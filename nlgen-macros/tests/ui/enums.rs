use nlgen_runtime::Scalar;

#[derive(Clone, Copy, Scalar)]
enum NoRepr {
    One,
}

#[derive(Clone, Copy, Scalar)]
#[repr(u8)]
enum Fields {
    One(u8),
    #[nl(other)]
    Two,
    Three = 1 + 2,
}

#[derive(Clone, Copy, Scalar)]
struct NotAnEnum;

fn main() {}
