//! What dumps and requests of the running kernel cost: workloads F, G and H of docs/performance.md.
//!
//! `bench/kernel/run` makes a network namespace with devices and routes, and runs this in it:
//!
//! ```text
//! nlgen-bench-kernel devices PROGRAMS      F: dumps of the devices that are there
//! nlgen-bench-kernel requests PROGRAMS     G: requests, one at a time and many at once
//! nlgen-bench-kernel routes NAME           H: a dump of the routes that are there
//! ```
//!
//! PROGRAMS is a folder with what bench/kernel/c/build has made, NAME the size by which the workload goes.

mod bare;
mod devices;
mod genetlink;
mod neli;
#[cfg(feature = "nlink")]
mod nlink;
mod program;
mod requests;
mod routes;
mod turn;

use std::path::Path;
use std::process::ExitCode;

use turn::Outcome;

const USAGE: &str = "usage: nlgen-bench-kernel devices PROGRAMS | requests PROGRAMS | routes NAME";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome: Outcome<()> = match arguments[..] {
        ["devices", programs] => devices::measure(Path::new(programs)),
        ["requests", programs] => requests::measure(Path::new(programs)),
        ["routes", name] => routes::measure(name),
        ["peak", subject] => routes::peak(subject),
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("nlgen-bench-kernel: {error}");
            ExitCode::FAILURE
        }
    }
}
