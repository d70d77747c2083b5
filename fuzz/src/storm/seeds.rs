//! What storms begin from: the files of a corpus.

use std::fs;
use std::io;

use fastrand::Rng;

use super::Target;

/// Longer ones are taken seldom: they take the time of many short ones.
const SHORT: usize = 512;

#[derive(Debug)]
pub(super) struct Seeds {
    /// The short ones come first.
    seeds: Vec<Vec<u8>>,
    /// What each can be read as.
    fits: Vec<Vec<usize>>,
    short: usize,
}

impl Seeds {
    /// Reads the seeds of a target.
    pub(super) fn read(target: &Target) -> io::Result<Self> {
        let folder = format!("corpus/{}", target.name());
        let hint = "make them with `cargo run --example seeds`";
        let missing = |why| io::Error::other(format!("{folder}: {why}; {hint}"));
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder).map_err(|error| missing(error.to_string()))? {
            files.push(entry?.path());
        }
        // In an order that does not change.
        files.sort();
        let mut seeds = files.iter().map(fs::read).collect::<io::Result<Vec<_>>>()?;
        if seeds.is_empty() {
            return Err(missing("there are no seeds".to_owned()));
        }
        seeds.sort_by_key(|seed| seed.len() > SHORT);
        let short = seeds.iter().filter(|seed| seed.len() <= SHORT).count();
        let fits = seeds.iter().map(|seed| target.fitting(seed)).collect();
        Ok(Self { seeds, fits, short })
    }

    pub(super) fn any(&self, rng: &mut Rng) -> usize {
        match self.short {
            0 => rng.usize(..self.seeds.len()),
            _ if rng.u8(..64) == 0 => rng.usize(..self.seeds.len()),
            short => rng.usize(..short),
        }
    }

    pub(super) fn get(&self, at: usize) -> &[u8] {
        &self.seeds[at]
    }

    pub(super) fn fits(&self, at: usize) -> &[usize] {
        &self.fits[at]
    }
}
