//! Subjects that take turns.

use std::error::Error;
use std::time::{Duration, Instant};

use nlgen_bench_report::{LIMIT, Record};

/// What goes wrong ends the program, whatever it is.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// What a subject has read: by it the others are held to have done the same work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// How many objects.
    pub(crate) objects: u64,
    /// The sum of some of their values.
    pub(crate) sum: u64,
}

impl Seen {
    /// Counts an object.
    pub(crate) fn add(&mut self, values: impl IntoIterator<Item = u64>) {
        self.objects += 1;
        for value in values {
            self.sum = self.sum.wrapping_add(value);
        }
    }
}

/// What takes turns.
pub(crate) struct Subject<'s> {
    name: &'static str,
    turn: Box<Turn<'s>>,
}

/// Does the work some times. Gives the time that it took, and what was seen the last time: nothing by who
/// does not look.
type Turn<'s> = dyn FnMut(u32) -> Outcome<(Duration, Option<Seen>)> + 's;

impl<'s> Subject<'s> {
    /// One whose work is a function.
    pub(crate) fn new(name: &'static str, mut work: impl FnMut() -> Outcome<Seen> + 's) -> Self {
        Self::timed(name, move |times| {
            let begun = Instant::now();
            let mut seen = Seen::default();
            for _ in 0..times {
                seen = work()?;
            }
            Ok((begun.elapsed(), Some(seen)))
        })
    }

    /// The limit, which does not look into what it receives.
    pub(crate) fn limit(mut work: impl FnMut() -> Outcome<()> + 's) -> Self {
        Self::timed(LIMIT, move |times| {
            let begun = Instant::now();
            for _ in 0..times {
                work()?;
            }
            Ok((begun.elapsed(), None))
        })
    }

    /// One that takes its own time.
    pub(crate) fn timed(
        name: &'static str,
        turn: impl FnMut(u32) -> Outcome<(Duration, Option<Seen>)> + 's,
    ) -> Self {
        Self {
            name,
            turn: Box::new(turn),
        }
    }
}

/// How long subjects are compared.
#[derive(Clone, Copy)]
pub(crate) struct Rounds {
    /// How many turns each subject has.
    pub(crate) rounds: usize,
    /// How often a subject does its work in a turn.
    pub(crate) times: u32,
    /// How many units of the workload, as its figures are told, there are in doing the work once.
    pub(crate) units: u32,
}

/// Lets the subjects take turns, and prints of each the least time of a unit and the median one.
///
/// Every round begins with another subject, so that none always follows the same. The first turn of each
/// only warms up. `NLGEN_BENCH_WORKLOAD` and `NLGEN_BENCH_SUBJECT` name what runs alone, for
/// a profiler.
pub(crate) fn compare(
    workload: &str,
    mut subjects: Vec<Subject<'_>>,
    rounds: Rounds,
) -> Outcome<()> {
    let wanted = |variable, name| std::env::var(variable).map_or(true, |only| only == name);
    if !wanted("NLGEN_BENCH_WORKLOAD", workload) {
        return Ok(());
    }
    subjects.retain(|subject| wanted("NLGEN_BENCH_SUBJECT", subject.name));
    let mut expected: Option<(&str, Seen)> = None;
    let mut figures = vec![Vec::new(); subjects.len()];
    for round in 0..=rounds.rounds {
        let count = subjects.len();
        for at in (0..count).map(|step| (step + round) % count) {
            let Subject { name, turn } = &mut subjects[at];
            let (time, seen) =
                turn(rounds.times).map_err(|error| format!("{workload}: {name}: {error}"))?;
            if let Some(seen) = seen {
                let (first, expected) = expected.get_or_insert((name, seen));
                if seen != *expected {
                    return Err(format!(
                        "{workload}: {name} saw {seen:?}, and {first} saw {expected:?}"
                    )
                    .into());
                }
            }
            if round != 0 {
                figures[at].push(time.as_nanos() as f64 / f64::from(rounds.times * rounds.units));
            }
        }
    }
    for (subject, figures) in subjects.iter().zip(&mut figures) {
        figures.sort_by(f64::total_cmp);
        for (measure, value) in [
            ("ns", figures[0]),
            ("ns-median", figures[figures.len() / 2]),
        ] {
            println!("{}", Record::new(workload, subject.name, measure, value));
        }
    }
    Ok(())
}
