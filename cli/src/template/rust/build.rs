//! Generates the Rust code of the family from its spec.

fn main() -> Result<(), nlgen::BuildError> {
    nlgen::Builder::new().spec("@name@.yaml")@server-option@.generate()?;
    Ok(())
}
