use nlgen_runtime::{Decode, EventSet, EventSets, Family};

static FAMILY: Family = Family::new("exam", 1);

#[derive(Decode)]
struct Dev {
    #[nl(1)]
    ifindex: u32,
}

#[derive(EventSet)]
struct NoEnum;

#[derive(EventSet)]
#[nl(family = FAMILY, version = 2)]
enum Changes {
    #[nl(command = 1)]
    Added(Dev),
    #[nl(command = 1)]
    Again(Dev),
    Unnumbered,
    #[nl(command = 2)]
    Number(u32),
    #[nl(command = 3)]
    Two(Dev, Dev),
    #[nl(command = 4, other)]
    Both,
    #[nl(other)]
    Kept(u32),
}

#[derive(EventSet)]
#[nl(family = "exam")]
enum Large {
    #[nl(command = 300)]
    Large,
}

#[derive(EventSet)]
#[nl(family = "exam", version = 1, protocol = 2)]
enum Raw {
    #[nl(command = 300)]
    Large,
    #[nl(other)]
    First,
    #[nl(other)]
    Second,
}

#[derive(EventSets)]
struct NoVariants;

#[derive(EventSets)]
enum Nobody {}

#[derive(EventSets)]
#[nl(family = "exam")]
enum Several<T> {
    One(Raw),
    #[nl(command = 1)]
    Keyed(Raw),
    Two(Raw, Large),
    Nothing,
    Number(u32),
    Generic(T),
}

fn main() {}
