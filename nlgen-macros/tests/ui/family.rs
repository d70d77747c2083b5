mod missing {
    nlgen_macros::family!("specs/missing.yaml");
}

mod misused {
    nlgen_macros::family!("specs/ping.yaml", rutime = ::nlgen_runtime);
}

fn main() {}
