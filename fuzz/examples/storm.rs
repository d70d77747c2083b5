//! `storm TARGET MILLIONS [NUMBER]`: tries so many million inputs and tells what came of it. The number says which
//! storm it is; 1 if there is none. It fails when something was found.

use std::process::ExitCode;

use nlgen_fuzz::storm::{Storm, Target};

/// How often it tells how far it is, in executions.
const PART: u64 = 50_000_000;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, millions, number) = match &arguments[..] {
        [name, millions] => (name, millions, 1),
        [name, millions, number] => (name, millions, number.parse()?),
        _ => return Err("storm TARGET MILLIONS [NUMBER]".into()),
    };
    let target = Target::named(name)
        .ok_or("targets are attributes, decode, dynamic, exchange, messages and spec")?;
    let mut left = millions.parse::<u64>()? * 1_000_000;
    let mut storm = Storm::new(target, number)?;
    loop {
        let part = left.min(PART);
        left -= part;
        let figures = storm.run(part)?;
        println!(
            "{name}: storm {number}, {} executions, {} bytes, {:.0} s of a processor, {:.0} executions a second, {} found",
            figures.executions,
            figures.bytes,
            figures.time.as_secs_f64(),
            figures.executions as f64 / figures.time.as_secs_f64(),
            figures.findings.len()
        );
        for file in &figures.findings {
            println!("{}", file.display());
        }
        if !figures.findings.is_empty() {
            return Ok(ExitCode::FAILURE);
        }
        if left == 0 {
            return Ok(ExitCode::SUCCESS);
        }
    }
}
