use nlgen_runtime::{Dump, Encode, Family, Request};

static EXAM: Family = Family::new("exam", 1);

#[derive(Encode, Request)]
struct Nothing;

#[derive(Encode, Dump)]
#[nl(family = EXAM, version = 2, command = 1)]
struct Versioned;

#[derive(Encode, Dump)]
#[nl(familly = "exam", command = 1)]
struct Misspelt;

fn main() {}
