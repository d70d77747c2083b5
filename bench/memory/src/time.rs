//! Time and allocations.

use std::time::{Duration, Instant};

use nlgen_bench_report::Record;

use crate::allocator::allocations;
use crate::workload::{Subject, Workload};

/// How long a subject runs before the next has its turn.
const TURN: Duration = Duration::from_millis(2);

/// How often each has its turn.
const ROUNDS: usize = 101;

/// Measures all subjects of a workload in turns: the least and the median of the rounds.
pub(crate) fn measure(workload: &mut Workload) -> Vec<Record> {
    let mut out = Vec::new();
    let subjects = &mut workload.subjects;
    let counts: Vec<u32> = subjects
        .iter_mut()
        .map(|subject| turns(subject, &mut out))
        .collect();
    let mut times = vec![Vec::with_capacity(ROUNDS); subjects.len()];
    for _ in 0..ROUNDS {
        for ((subject, &count), times) in subjects.iter_mut().zip(&counts).zip(&mut times) {
            times.push(time(subject, count, &mut out).as_nanos() as f64 / f64::from(count));
        }
    }
    let mut records = Vec::new();
    for (subject, mut times) in subjects.iter_mut().zip(times) {
        times.sort_by(f64::total_cmp);
        let allocations = allocations(|| {
            subject.run(&mut out);
        });
        for (measure, value) in [
            ("ns", times[0]),
            ("ns-median", times[times.len() / 2]),
            ("allocations", allocations as f64),
        ] {
            records.push(Record::new(workload.name, subject.name, measure, value));
        }
    }
    records
}

/// How often a subject runs in its turn.
fn turns(subject: &mut Subject, out: &mut Vec<u8>) -> u32 {
    let mut count = 1;
    while time(subject, count, out) < TURN {
        count *= 2;
    }
    count
}

fn time(subject: &mut Subject, count: u32, out: &mut Vec<u8>) -> Duration {
    let start = Instant::now();
    for _ in 0..count {
        subject.run(out);
    }
    start.elapsed()
}
