//! `nlgen listen`: notifications as they come.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::Zoned;
use nlgen_runtime::wire::CommandHeader;
use nlgen_runtime::{Group, Message, Received, Subscription};
use serde_json::{Value, json};

use crate::complete;
use crate::failure::Failure;
use crate::message::{Printed, Reading};
use crate::output::{FAINT, Format, NAME, NOTE, Output, report};
use crate::session::{Kernel, Session, forever, seconds};
use crate::text::visible_json;

/// Print a family's notifications and events as they come
///
/// Ends on --count, --for or Ctrl-C. Without GROUP it listens to all groups of the spec.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The name of a family, or a YAML file
    #[arg(add = complete::families())]
    family: String,
    /// Multicast groups, by name
    #[arg(value_name = "GROUP", add = complete::groups())]
    groups: Vec<String>,
    #[command(flatten)]
    kernel: Kernel,
    /// End after so many events
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// End after so many seconds
    #[arg(long = "for", value_name = "SECONDS", value_parser = seconds)]
    time: Option<Duration>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    format: Format,
}

/// How long a wait takes at most before Ctrl-C is looked for.
const TICK: Duration = Duration::from_millis(100);

impl Args {
    /// Listens until it is enough.
    ///
    /// # Errors
    /// When the kernel does not have the family or a group, or lets nobody join; status 1 when an event was not
    /// what the spec says.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let session = Session::find(&self.family)?;
        let groups = self.groups(&session)?;
        let ended = Arc::new(AtomicBool::new(false));
        // Ctrl-C ends it as --count does: what was heard is printed, and the status is 0.
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            let caught = signal_hook::flag::register(signal, Arc::clone(&ended));
            caught.map_err(|source| Failure::File {
                doing: "waiting for",
                path: "Ctrl-C".into(),
                source,
            })?;
        }
        let builder = self.kernel.builder();
        let opened = Subscription::open(builder, &[session.id], &groups);
        let mut heard = opened.map_err(|error| Failure::of_kernel(error, &session.family))?;
        self.tell_start(&session, &groups);
        let end = self.time.and_then(|time| Instant::now().checked_add(time));
        let mut count = 0;
        let mut good = true;
        while !ended.load(Ordering::Relaxed) && self.count.is_none_or(|most| count < most) {
            let left = end.map_or(TICK, |end| end.saturating_duration_since(Instant::now()));
            match heard.next_within(left.min(TICK)) {
                Ok(Some(Received::Event(arrival))) => {
                    good &= self.tell(out, &session, arrival.message)?;
                    count += 1;
                }
                Ok(Some(Received::Overrun { lost })) => self.tell_loss(out, lost)?,
                Ok(Some(Received::Reloaded { .. })) => self.tell_gap(out, &session)?,
                Ok(None) => {}
                Err(error) => return Err(Failure::of_kernel(error, &session.family)),
            }
            // However much comes.
            if end.is_some_and(|end| Instant::now() >= end) {
                break;
            }
        }
        match good {
            true => Ok(()),
            false => Err(Failure::Told(1)),
        }
    }

    /// The groups that are named, or all.
    fn groups(&self, session: &Session) -> Result<Vec<Group>, Failure> {
        let model = session.family.model();
        let group = |known: &nlgen::model::Group| {
            let name = forever(&known.name);
            match known.number {
                Some(number) => Group::numbered(session.id, name, number),
                None => Group::new(session.id, name),
            }
        };
        if model.groups.is_empty() {
            let name = &model.name;
            return Err(Failure::usage(format!(
                "the spec of `{name}` has no multicast groups"
            )));
        }
        if self.groups.is_empty() {
            return Ok(model.groups.iter().map(group).collect());
        }
        let find = |name: &String| {
            let mut all = model.groups.iter();
            let found = all.find(|known| crate::catalog::same_name(&known.name, name));
            found.map(group).ok_or_else(|| {
                let names = model.groups.iter().map(|known| known.name.as_str());
                Failure::unknown("multicast group", name, &model.name, names)
            })
        };
        self.groups.iter().map(find).collect()
    }

    /// Says on standard error that it listens: what happens from now on is heard.
    fn tell_start(&self, session: &Session, groups: &[Group]) {
        let names: Vec<&str> = groups.iter().map(Group::name).collect();
        let family = session.family.name();
        report!(
            "{FAINT}listening to {family}: {}{FAINT:#}",
            names.join(", ")
        );
    }

    /// Prints an event, and gives whether it is as the spec says.
    fn tell(
        &self,
        out: &mut Output,
        session: &Session,
        message: Message<'_>,
    ) -> Result<bool, Failure> {
        let (name, read) = self.read(session, message);
        let time = now();
        if self.format.is_json() {
            let mut event = json!({ "time": time, "name": name, "msg": read.value() });
            if let (false, Value::Object(members)) = (read.is_good(), &mut event) {
                members.insert("problems".to_owned(), read.problems().into());
            }
            read.report(Some(&name));
            line(out, &event)?;
            return Ok(read.is_good());
        }
        let value = read.value().to_string();
        let value = visible_json(&value);
        writeln!(
            out.text(),
            "{FAINT}{time}{FAINT:#} {NAME}{name}{NAME:#} {value}"
        )?;
        for problem in read.problems() {
            writeln!(
                out.text(),
                "  {NOTE}not as the spec says: {problem}{NOTE:#}"
            )?;
        }
        out.flush()?;
        Ok(read.is_good())
    }

    /// What an event is called, and what it says.
    fn read(&self, session: &Session, message: Message<'_>) -> (String, Printed) {
        let (command, body) = match session.family.is_generic() {
            false => (message.header.kind, message.payload),
            true => match CommandHeader::split(message.payload) {
                Some((header, body)) => (header.command.into(), body),
                None => {
                    let (want, got) = (CommandHeader::LEN, message.payload.len());
                    let problem = format!("{got} bytes, where a command header needs {want}");
                    let bytes = self.reading.bytes(&session.family, message.payload);
                    let read = Printed::unreadable(bytes, problem);
                    return ("unknown".to_owned(), read);
                }
            },
        };
        match session.family.notification(command) {
            Some(known) => {
                let read = known.decode(body, self.reading.options());
                (known.name().to_owned(), read.into())
            }
            None => {
                let bytes = self.reading.bytes(&session.family, body);
                (format!("command {command}"), Ok(bytes).into())
            }
        }
    }

    /// Tells that the family was away: what happened meanwhile was not heard.
    fn tell_gap(&self, out: &mut Output, session: &Session) -> Result<(), Failure> {
        if self.format.is_json() {
            return line(out, &json!({ "time": now(), "reloaded": true }));
        }
        let family = session.family.name();
        writeln!(
            out.text(),
            "{NOTE}{} {family} was loaded again{NOTE:#}",
            now()
        )?;
        out.flush()
    }

    /// Tells of a loss where it was: what follows is older.
    fn tell_loss(&self, out: &mut Output, lost: u32) -> Result<(), Failure> {
        if self.format.is_json() {
            return line(out, &json!({ "time": now(), "lost": lost }));
        }
        writeln!(
            out.text(),
            "{NOTE}{} {lost} events were lost{NOTE:#}",
            now()
        )?;
        out.flush()
    }
}

/// The time, to the microsecond, with the offset from UTC.
fn now() -> String {
    Zoned::now()
        .strftime("%Y-%m-%dT%H:%M:%S.%6f%:z")
        .to_string()
}

/// One JSON in a line, at once: who reads may wait for it.
fn line(out: &mut Output, value: &Value) -> Result<(), Failure> {
    out.json_line(value)?;
    out.flush()
}
