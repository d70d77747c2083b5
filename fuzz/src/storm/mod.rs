//! Many executions fast: bytes of the kernel, changed at random, in a tight loop.
//!
//! What guides libFuzzer costs it most of its time. This goes without, and so tries a thousand times as much of
//! what lies near to real messages. The same number begins the same storm.

mod mutate;
mod seeds;
mod target;

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use fastrand::Rng;
use nix::time::{ClockId, clock_gettime};

use seeds::Seeds;
pub use target::Target;

/// What takes longer is a finding.
const LONGEST: Duration = Duration::from_millis(20);

/// Executions between two looks at the clock.
const BATCH: u64 = 256;

/// A storm stops after so many findings.
const FINDINGS: usize = 10;

/// What a storm has done so far.
#[derive(Debug, Default)]
pub struct Figures {
    /// Inputs that were tried.
    pub executions: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The files with the inputs that were found.
    pub findings: Vec<PathBuf>,
    /// The processor's time that it took.
    pub time: Duration,
}

/// A storm over one target.
#[derive(Debug)]
pub struct Storm {
    target: Target,
    number: u64,
    rng: Rng,
    seeds: Seeds,
    input: Vec<u8>,
    figures: Figures,
}

impl Storm {
    /// A storm over a target, from the seeds in `corpus`; the number says which.
    ///
    /// # Errors
    /// When the seeds cannot be read, or there are none.
    pub fn new(target: Target, number: u64) -> io::Result<Self> {
        Ok(Self {
            seeds: Seeds::read(&target)?,
            target,
            number,
            rng: Rng::with_seed(number),
            input: Vec::new(),
            figures: Figures::default(),
        })
    }

    /// Tries `count` inputs more, or fewer when there are findings.
    ///
    /// # Errors
    /// When a finding cannot be written.
    pub fn run(&mut self, count: u64) -> io::Result<&Figures> {
        let end = self.figures.executions.saturating_add(count);
        while self.figures.executions < end && self.figures.findings.len() < FINDINGS {
            let (rng, begin) = (self.rng.clone(), now());
            let batch = AssertUnwindSafe(|| (0..BATCH).for_each(|_| self.step()));
            let panicked = catch_unwind(batch).is_err();
            let time = now().saturating_sub(begin);
            self.figures.time += time;
            if panicked {
                self.found("panic")?;
            } else if time > LONGEST {
                self.look_for_the_slow(rng)?;
            }
        }
        Ok(&self.figures)
    }

    /// Tries one input.
    fn step(&mut self) {
        self.figures.executions += 1;
        let seed = self.seeds.any(&mut self.rng);
        mutate::from(&mut self.rng, &self.seeds, seed, &mut self.input);
        self.figures.bytes += self.input.len() as u64;
        let (bits, fits) = (self.rng.u64(..), self.seeds.fits(seed));
        self.target.execute(&self.input, bits, fits);
    }

    /// Goes through a batch again, for the inputs that took long.
    fn look_for_the_slow(&mut self, rng: Rng) -> io::Result<()> {
        let executions = self.figures.executions;
        self.rng = rng;
        for _ in 0..BATCH {
            let begin = now();
            self.step();
            if now().saturating_sub(begin) > LONGEST {
                self.found("slow")?;
            }
        }
        self.figures.executions = executions;
        Ok(())
    }

    /// Keeps an input.
    fn found(&mut self, how: &str) -> io::Result<()> {
        let folder = PathBuf::from("artifacts/storm");
        fs::create_dir_all(&folder)?;
        let (target, number, execution) =
            (self.target.name(), self.number, self.figures.executions);
        let file = folder.join(format!("{target}-{how}-{number}-{execution}"));
        fs::write(&file, &self.input)?;
        self.figures.findings.push(file);
        Ok(())
    }
}

/// How long this thread has had a processor: on a busy machine the clock tells nothing.
fn now() -> Duration {
    match clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID) {
        Ok(time) => Duration::from(time),
        // There is no thread without this clock.
        Err(_) => Instant::now().elapsed(),
    }
}
