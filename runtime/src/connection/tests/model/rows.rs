//! What must come of requests that are sent together.

use super::oracle::{Means, Oracle};
use super::*;

/// What arrives for one of several requests, by its position.
enum Part {
    Object(usize, u32),
    /// With the error number, and whether something of the answer was dropped.
    End(usize, i32, bool),
    /// A datagram was longer than the buffer.
    Cut,
}

impl Oracle {
    /// Each request has an outcome of its own. Which of them share a datagram is the connection's choice.
    pub(super) fn all(&mut self, count: usize, rows: &[Vec<u32>]) -> Vec<Outcome> {
        if let Err(outcome) = self.end_dump() {
            return vec![outcome];
        }
        let mut outcomes = Vec::new();
        for row in rows {
            let mut objects = vec![Vec::new(); row.len()];
            let mut ends = vec![None; row.len()];
            let mut cut = false;
            let ended = self.row(row.len(), |part| {
                match part {
                    Part::Cut => cut = true,
                    Part::Object(at, object) if ends[at].is_none() => objects[at].push(object),
                    Part::Object(..) => {}
                    // What was cut belonged to the request that ends next.
                    Part::End(at, errno, missing) => {
                        let of_it = std::mem::take(&mut cut);
                        let objects = std::mem::take(&mut objects[at]);
                        ends[at].get_or_insert(match (errno, of_it) {
                            (0, false) if missing => Outcome::Unaddressed,
                            (0, false) => Outcome::Objects(objects),
                            (0, true) => Outcome::Truncated,
                            (errno, _) => Outcome::Refused(errno),
                        });
                    }
                }
                ends.iter().all(Option::is_some)
            });
            if ended == Err(Outcome::Dropped) {
                return vec![Outcome::Dropped];
            }
            outcomes.extend(ends.into_iter().map(|end| end.unwrap_or(Outcome::Unknown)));
            // After a loss the connection goes on; when its time is over it does not.
            if ended == Err(Outcome::Timeout) {
                break;
            }
        }
        outcomes.resize(count, Outcome::NotSent);
        outcomes
    }

    /// Whole or not at all: a refusal of any message says that nothing was carried out, the answer to the last
    /// one that all was.
    pub(super) fn batch(&mut self, count: usize) -> Outcome {
        let (mut objects, mut refused) = (Vec::new(), Vec::new());
        let (mut whole, mut cut) = (None, false);
        // Its begin comes before the messages, its end behind them.
        let ended = self.row(count + 2, |part| match part {
            Part::Cut => {
                cut = true;
                false
            }
            Part::Object(_, object) => {
                objects.push(object);
                false
            }
            Part::End(at, errno, _) => {
                match (errno, at) {
                    (0, _) => {}
                    (errno, at) if (1..=count).contains(&at) => {
                        if refused.len() < count {
                            refused.push((at - 1, errno));
                        }
                    }
                    (errno, _) => whole = Some(errno),
                }
                at == count || whole.is_some()
            }
        });
        match ended {
            Err(Outcome::Dropped) => Outcome::Dropped,
            ended if whole.is_some() || !refused.is_empty() => Outcome::RefusedBatch {
                refused,
                whole,
                lost: ended.is_err(),
            },
            Err(_) => Outcome::Unknown,
            Ok(()) if cut => Outcome::Truncated,
            Ok(()) => Outcome::Objects(objects),
        }
    }

    /// Sends requests and hands on what arrives for them, until something is the last (`true`).
    fn row(&mut self, count: usize, mut part: impl FnMut(Part) -> bool) -> Result<(), Outcome> {
        let row: Vec<u32> = (0..count).map(|_| self.send()).collect();
        let mut lost = false;
        loop {
            // After a loss, all that is not lost is there.
            let notes = match self.receive(!lost) {
                Ok(notes) => notes,
                Err(Outcome::Overrun) => {
                    lost = true;
                    continue;
                }
                Err(Outcome::Truncated) => {
                    part(Part::Cut);
                    continue;
                }
                Err(Outcome::Timeout) if lost => return Err(Outcome::Unknown),
                Err(outcome) => return Err(outcome),
            };
            let mut last = false;
            for note in notes {
                let at = row.iter().position(|seq| *seq == note.seq);
                match (self.means(note, &row), at) {
                    (Means::Object(object, _), Some(at)) if !last => {
                        last = part(Part::Object(at, object))
                    }
                    (Means::End(errno), Some(at)) => {
                        let missing = self.is_missing();
                        last = last || part(Part::End(at, errno, missing));
                    }
                    (Means::Lost, _) => lost = true,
                    _ => {}
                }
            }
            if last {
                return Ok(());
            }
        }
    }
}
