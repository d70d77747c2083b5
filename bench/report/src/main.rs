//! Makes a table, a chart and a file of the figures that other programs print.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::process::ExitCode;

use nlgen_bench_report::{Results, budgets, chart, compare, gate, table};

const USAGE: &str = "usage:
  nlgen-bench-report write FOLDER ABOUT   records on standard input; prints the table, and writes FOLDER/results.json,
                                          FOLDER/table.md and FOLDER/chart.svg. ABOUT says what ran where
  nlgen-bench-report compare OLD NEW      what changed between two results.json
  nlgen-bench-report gate FILE PERCENT    records on standard input; fails when a ratio to the limit exceeds its
                                          budget in FILE by more than PERCENT";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["write", folder, about] => write(Path::new(folder), about),
        ["compare", old, new] => compared(old, new),
        ["gate", file, percent] => gated(file, percent),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path, about: &str) -> Result<(), String> {
    let results = Results::read(about, &standard_input()?)?;
    let json = serde_json::to_string_pretty(&results).map_err(|error| error.to_string())?;
    let table = table(&results);
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for (name, text) in [
        ("results.json", &json),
        ("table.md", &table),
        ("chart.svg", &chart(&results, "ns")),
    ] {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    print!("{about}\n\n{table}");
    Ok(())
}

fn compared(old: &str, new: &str) -> Result<(), String> {
    print!("{}", compare(&load(old)?, &load(new)?));
    Ok(())
}

fn gated(file: &str, percent: &str) -> Result<(), String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let budgets = budgets(&text).map_err(|error| format!("{file}: {error}"))?;
    let percent: f64 = percent
        .parse()
        .map_err(|_| format!("not a percentage: {percent}"))?;
    let verdicts = gate(&Results::read("", &standard_input()?)?, &budgets, percent);
    for verdict in &verdicts {
        println!("{verdict}");
    }
    match verdicts.iter().all(|verdict| verdict.kept) && !verdicts.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "a ratio is more than {percent} % above its budget in {file}: find why, or write down the new one there"
        )),
    }
}

fn load(path: &str) -> Result<Results, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))
}

fn standard_input() -> Result<String, String> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    Ok(text)
}
