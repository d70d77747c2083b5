//! The build script behind `devices`: generates `netdev.rs` from the spec.

fn main() -> Result<(), nlgen::BuildError> {
    nlgen::Builder::new().spec("specs/netdev.yaml").generate()?;
    Ok(())
}
