//! The build script behind `devices` and the programs of `memo`: generates `netdev.rs` and `memo.rs` from their specs.

fn main() -> Result<(), nlgen::BuildError> {
    nlgen::Builder::new().spec("specs/netdev.yaml").generate()?;
    nlgen::Builder::new()
        .spec("memo/memo.yaml")
        .server(true)
        .generate()?;
    Ok(())
}
