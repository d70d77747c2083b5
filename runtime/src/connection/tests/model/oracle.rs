//! What must come of requests, said as plainly as it can be.

use super::draw::{Arrival, What};
use super::wire::number;
use super::*;

/// A message that arrived.
#[derive(Clone, Copy, Debug)]
pub(super) struct Note {
    pub(super) seq: u32,
    ours: bool,
    /// Its port id is 0.
    nobodys: bool,
    what: What,
    /// The number of the object, if it is one.
    object: u32,
}

/// What a message means to who waits for an answer.
pub(super) enum Means {
    Nothing,
    Lost,
    Object(u32, bool),
    /// The end, with the error number or 0.
    End(i32),
}

enum Arrived {
    Notes(u32, Vec<Note>),
    Long(u32),
    Full,
}

/// What was dropped since the last request was sent or ended, and seems to be its answer.
#[derive(Default)]
struct Missing {
    /// By its sequence number it is.
    certain: bool,
    /// It lacks that, and is of the type that replies have.
    likely: bool,
    /// There was an object that is an answer.
    answered: bool,
}

/// The dump that the kernel is thought to be at.
struct Dumping {
    seq: u32,
    cut: bool,
}

pub(super) struct Oracle {
    last: u32,
    asked: Vec<u32>,
    dump: Option<Dumping>,
    pub(super) bursts: VecDeque<Vec<Arrival>>,
    queue: VecDeque<Arrived>,
    /// What a stream has not read of its datagram.
    rest: VecDeque<Note>,
    /// The queue was full, so what is queued is dropped before the next request.
    congested: bool,
    dropped: bool,
    missing: Missing,
    objects: u32,
    pub(super) datagrams: u64,
    pub(super) foreign: u64,
    pub(super) retries: u64,
}

impl Oracle {
    pub(super) fn new(last: u32) -> Self {
        Self {
            last,
            asked: Vec::new(),
            dump: None,
            bursts: VecDeque::new(),
            queue: VecDeque::new(),
            rest: VecDeque::new(),
            congested: false,
            dropped: false,
            missing: Missing::default(),
            objects: 0,
            datagrams: 0,
            foreign: 0,
            retries: 0,
        }
    }

    /// What comes of a step. Which requests share a datagram is the connection's choice, `rows`.
    pub(super) fn ask(&mut self, step: &Step, rows: &[Vec<u32>]) -> Vec<Outcome> {
        self.bursts.extend(step.bursts.iter().cloned());
        self.dropped = step.dropped;
        let objects = |answer: Result<Vec<u32>, Outcome>| match answer {
            Ok(objects) => vec![Outcome::Objects(objects)],
            Err(outcome) => vec![outcome],
        };
        match step.ask {
            Ask::Call => vec![self.call()],
            Ask::Collect => {
                let seq = self.send();
                objects(self.answer(seq).map(|(objects, _)| objects))
            }
            Ask::Dump => objects(self.dump()),
            Ask::Stream(count) => self.stream(count),
            Ask::All(count) => self.all(count, rows),
            Ask::Batch(count) => vec![self.batch(count)],
        }
    }

    /// The sequence number of the next request. 0 is left out.
    pub(super) fn send(&mut self) -> u32 {
        self.leave();
        self.missing = Missing::default();
        self.last = self.last.checked_add(1).unwrap_or(1);
        self.asked.push(self.last);
        self.last
    }

    /// What a stream has left is nobody's.
    fn leave(&mut self) {
        for note in std::mem::take(&mut self.rest) {
            self.means(note, &[]);
        }
        while self.congested {
            match self.receive(false) {
                Ok(notes) => {
                    for note in notes {
                        self.means(note, &[]);
                    }
                }
                Err(Outcome::Timeout) => self.congested = false,
                // Lost, or cut.
                Err(_) => {}
            }
        }
    }

    /// The next datagram of the kernel. Who is not patient looks at what is queued.
    pub(super) fn receive(&mut self, patient: bool) -> Result<Vec<Note>, Outcome> {
        loop {
            let (sender, notes) = match self.queue.pop_front() {
                Some(Arrived::Full) => {
                    self.congested = true;
                    return Err(Outcome::Overrun);
                }
                Some(Arrived::Notes(sender, notes)) => (sender, Some(notes)),
                Some(Arrived::Long(sender)) => (sender, None),
                None => {
                    match self.bursts.pop_front() {
                        Some(burst) if patient => self.arrive(burst),
                        Some(burst) => {
                            self.bursts.push_front(burst);
                            return Err(Outcome::Timeout);
                        }
                        None if patient && self.dropped => return Err(Outcome::Dropped),
                        None => return Err(Outcome::Timeout),
                    }
                    continue;
                }
            };
            self.datagrams += 1;
            self.foreign += u64::from(sender != KERNEL);
            match (sender, notes, &mut self.dump) {
                (KERNEL, Some(notes), _) => return Ok(notes),
                (KERNEL, None, dump) => {
                    if let Some(dump) = dump {
                        dump.cut = true;
                    }
                    return Err(Outcome::Truncated);
                }
                _ => {}
            }
        }
    }

    fn arrive(&mut self, burst: Vec<Arrival>) {
        for arrival in burst {
            let arrived = match arrival {
                Arrival::Full => Arrived::Full,
                Arrival::Long(sender) => Arrived::Long(sender),
                Arrival::Datagram(sender, messages) => {
                    let notes = messages.into_iter().map(|told| {
                        self.objects += u32::from(matches!(told.what, What::Object { .. }));
                        Note {
                            seq: number(told.to, &self.asked),
                            ours: told.port_id == PORT_ID,
                            nobodys: told.port_id == 0,
                            what: told.what,
                            object: self.objects,
                        }
                    });
                    Arrived::Notes(sender, notes.collect())
                }
            };
            self.queue.push_back(arrived);
        }
    }

    /// What a message means to who waits for an answer to one of `asked`.
    pub(super) fn means(&mut self, note: Note, asked: &[u32]) -> Means {
        let end = match note.what {
            What::Overrun => return Means::Lost,
            What::End(errno) | What::Done(errno) => Some(errno),
            What::Object { .. } | What::Noop => None,
        };
        let of_dump = self.dump.as_ref().is_some_and(|dump| dump.seq == note.seq);
        if end.is_some() && note.ours && of_dump {
            self.dump = None;
        }
        let awaited = asked.contains(&note.seq);
        match (note.ours && awaited, end, note.what) {
            (true, Some(errno), _) => Means::End(errno),
            (true, None, What::Object { interrupted }) => {
                self.missing.answered = true;
                Means::Object(note.object, interrupted)
            }
            (false, None, What::Object { .. }) if note.ours || note.nobodys => {
                self.missing.certain |= awaited;
                // What is left of a dump before looks the same.
                let dump = self.dump.as_ref();
                let own = dump.is_none_or(|dump| dump.seq == self.last);
                self.missing.likely |= note.seq == 0 && own;
                Means::Nothing
            }
            _ => Means::Nothing,
        }
    }

    /// Whether an answer that ends now is known not to be whole.
    pub(super) fn is_missing(&mut self) -> bool {
        let missing = std::mem::take(&mut self.missing);
        missing.certain || missing.likely && !missing.answered
    }

    /// The objects that answer the request `seq`, and whether one said that its dump was interrupted.
    fn answer(&mut self, seq: u32) -> Result<(Vec<u32>, bool), Outcome> {
        let (mut objects, mut interrupted) = (Vec::new(), false);
        loop {
            let (mut end, mut lost) = (None, false);
            let mut missing = false;
            for note in self.receive(true)? {
                match self.means(note, &[seq]) {
                    Means::Object(object, change) => {
                        interrupted |= change;
                        if end.is_none() {
                            objects.push(object);
                        }
                    }
                    Means::End(errno) if end.is_none() => {
                        end = Some(errno);
                        missing = self.is_missing();
                    }
                    Means::End(_) => {}
                    Means::Lost => lost = true,
                    Means::Nothing => {}
                }
            }
            match end {
                _ if lost => return Err(Outcome::Overrun),
                Some(0) if missing => return Err(Outcome::Unaddressed),
                Some(0) => return Ok((objects, interrupted)),
                Some(errno) => return Err(Outcome::Refused(errno)),
                None => {}
            }
        }
    }

    fn call(&mut self) -> Outcome {
        let seq = self.send();
        match self.answer(seq) {
            Ok((objects, _)) => match objects.len() {
                0 => Outcome::NoReply,
                1 => Outcome::Objects(objects),
                count => Outcome::Several(count),
            },
            Err(outcome) => outcome,
        }
    }

    /// The kernel has one dump at a time: the end of the one before is waited for, once.
    pub(super) fn end_dump(&mut self) -> Result<(), Outcome> {
        loop {
            self.leave();
            let Some(Dumping { cut, .. }) = self.dump else {
                return Ok(());
            };
            match self.receive(!cut) {
                Ok(notes) => self.rest = notes.into(),
                Err(Outcome::Timeout) => {
                    self.dump = None;
                    if !cut {
                        return Err(Outcome::Timeout);
                    }
                }
                Err(Outcome::Dropped) => return Err(Outcome::Dropped),
                Err(_) => {}
            }
        }
    }

    fn begin_dump(&mut self) -> Result<u32, Outcome> {
        self.end_dump()?;
        let seq = self.send();
        self.dump = Some(Dumping { seq, cut: false });
        Ok(seq)
    }

    /// Complete, or an error; up to three attempts.
    fn dump(&mut self) -> Result<Vec<u32>, Outcome> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let seq = self.begin_dump()?;
            let again = match self.answer(seq) {
                Ok((objects, false)) => return Ok(objects),
                Ok((_, true)) => Outcome::Interrupted(attempt),
                Err(Outcome::Refused(libc::EMSGSIZE)) if attempt == 1 => {
                    Outcome::Refused(libc::EMSGSIZE)
                }
                Err(outcome) => return Err(outcome),
            };
            if attempt == 3 {
                return Err(again);
            }
            self.retries += 1;
        }
    }

    /// Object by object; a change is told at the end.
    fn stream(&mut self, count: usize) -> Vec<Outcome> {
        let seq = match self.begin_dump() {
            Ok(seq) => seq,
            Err(outcome) => return vec![outcome],
        };
        let (mut ended, mut interrupted) = (false, false);
        let mut outcomes = Vec::new();
        while outcomes.len() < count {
            if ended {
                outcomes.push(Outcome::Objects(Vec::new()));
                continue;
            }
            let Some(note) = self.rest.pop_front() else {
                match self.receive(true) {
                    Ok(notes) => self.rest = notes.into(),
                    Err(outcome) => {
                        let dropped = outcome == Outcome::Dropped;
                        outcomes.push(outcome);
                        if dropped {
                            break;
                        }
                    }
                }
                continue;
            };
            match self.means(note, &[seq]) {
                Means::Object(object, change) => {
                    interrupted |= change;
                    outcomes.push(Outcome::Objects(vec![object]));
                }
                Means::End(errno) => {
                    ended = true;
                    match errno {
                        0 if self.is_missing() => outcomes.push(Outcome::Unaddressed),
                        0 if interrupted => outcomes.push(Outcome::Interrupted(1)),
                        0 => {}
                        errno => outcomes.push(Outcome::Refused(errno)),
                    }
                }
                Means::Lost => outcomes.push(Outcome::Overrun),
                Means::Nothing => {}
            }
        }
        outcomes
    }
}
