//! Messages in memory: workloads A to E, done by hand, by nlgen and by others. Prints records of
//! `nlgen-bench-report`, one a line.

mod allocator;
mod check;
mod device;
mod inputs;
mod instructions;
mod limit;
mod nlgen;
mod peers;
mod sum;
mod time;
mod workload;

use std::path::Path;
use std::process::ExitCode;

use inputs::Inputs;
use workload::{Workload, workloads};

const USAGE: &str = "usage:
  nlgen-bench-memory inputs FOLDER           writes the bytes that are decoded, the same on every machine
  nlgen-bench-memory inputs FOLDER kernel    the same as the kernel has them in this network namespace
  nlgen-bench-memory check FOLDER            whether all read and write the same
  nlgen-bench-memory time FOLDER             nanoseconds and allocations of each message
  nlgen-bench-memory instructions FOLDER [SUBJECT...]    instructions of each message, of all or of these
  nlgen-bench-memory once FOLDER WORKLOAD SUBJECT TIMES  does the work so many times, and prints nothing";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), String> {
    match *arguments {
        ["inputs", folder] => Inputs::made().save(Path::new(folder)),
        ["inputs", folder, "kernel"] => Inputs::of_kernel()?.save(Path::new(folder)),
        ["check", folder] => checked(folder).map(drop),
        ["time", folder] => {
            for workload in &mut checked(folder)? {
                time::measure(workload)
                    .iter()
                    .for_each(|record| println!("{record}"));
            }
            Ok(())
        }
        ["instructions", folder, ref subjects @ ..] => {
            let wanted = |name: &str| subjects.is_empty() || subjects.contains(&name);
            for workload in &checked(folder)? {
                let records = instructions::measure(workload, Path::new(folder), wanted)?;
                records.iter().for_each(|record| println!("{record}"));
            }
            Ok(())
        }
        ["once", folder, workload, subject, times] => once(folder, workload, subject, times),
        _ => Err(USAGE.to_owned()),
    }
}

fn checked(folder: &str) -> Result<Vec<Workload>, String> {
    let mut all = workloads(&Inputs::load(Path::new(folder))?);
    all.iter_mut().try_for_each(check::check)?;
    Ok(all)
}

fn once(folder: &str, workload: &str, subject: &str, times: &str) -> Result<(), String> {
    let times: u32 = times
        .parse()
        .map_err(|_| format!("not a number: {times}"))?;
    let mut all = workloads(&Inputs::load(Path::new(folder))?);
    let workload = all
        .iter_mut()
        .find(|one| one.name == workload)
        .ok_or("no such workload")?;
    let found = workload.subjects.iter_mut().find(|one| one.name == subject);
    let subject = found.ok_or("no such subject")?;
    let mut out = Vec::new();
    for _ in 0..times {
        subject.run(&mut out);
    }
    Ok(())
}
