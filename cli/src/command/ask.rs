//! `nlgen do` and `nlgen dump`: a request, JSON in and out.

use nlgen::model;
use nlgen_dynamic::{EncodeOptions, Known, Mode, Operation, Role};
use nlgen_runtime::wire::CommandHeader;
use nlgen_runtime::{Connection, Error, Message};

use crate::columns;
use crate::complete;
use crate::failure::Failure;
use crate::message::{Printed, Reading, another};
use crate::output::{BAD, Format, HELP, NOTE, Output, counted, report};
use crate::session::{Kernel, Patience, Session};
use crate::{names, refusal, request, trace};

/// Make a request of the kernel, and print its replies as JSON
#[derive(clap::Args)]
pub(crate) struct Do {
    #[command(flatten)]
    what: What,
    #[command(flatten)]
    flags: request::Flags,
    /// Print nothing: the exit status tells whether the kernel acknowledged
    #[arg(long)]
    ack_only: bool,
    /// Print JSON, which it does anyway
    #[arg(long)]
    json: bool,
}

/// Dump all objects: a table for people, one JSON a line for programs
#[derive(clap::Args)]
pub(crate) struct Dump {
    #[command(flatten)]
    what: What,
    #[command(flatten)]
    format: Format,
    /// Print a table with these columns, separated by commas: attributes, as `ifname`, or their paths, as
    /// `linkinfo.kind`
    #[arg(long, value_name = "NAME", value_delimiter = ',', conflicts_with = "json", add = complete::columns())]
    columns: Vec<String>,
}

/// What is asked of whom.
#[derive(clap::Args)]
struct What {
    #[command(flatten)]
    of: request::Target,
    #[command(flatten)]
    kernel: Kernel,
    #[command(flatten)]
    patience: Patience,
    /// Send also what the spec does not allow for this operation
    #[arg(long)]
    force: bool,
    /// Draw all messages on standard error, byte by byte
    #[arg(long)]
    trace: bool,
    #[command(flatten)]
    reading: Reading,
}

/// What the kernel answered.
struct Answer {
    messages: Vec<Printed>,
    /// Why there is not more of them.
    incomplete: Option<Failure>,
}

impl Do {
    /// Makes the request.
    ///
    /// # Errors
    /// What is wrong with the request, or why the kernel refuses it; status 1 when a reply is not what the spec
    /// says.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let answer = self.what.ask(Mode::Do, self.flags.bits(), &[])?;
        if self.ack_only {
            return Ok(());
        }
        for reply in &answer.messages {
            out.json(&reply.marked())?;
        }
        out.flush()?;
        answer.report("reply", false)
    }
}

impl Dump {
    /// Dumps.
    ///
    /// # Errors
    /// As for [`Do::run`].
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let is_json = self.format.is_json() && self.columns.is_empty();
        let answer = self.what.ask(Mode::Dump, 0, &self.columns)?;
        if !is_json {
            columns::table(out.text(), &answer.messages, &self.columns)?;
        } else {
            for object in &answer.messages {
                out.json_line(&object.marked())?;
            }
        }
        out.flush()?;
        answer.report("object", !is_json)
    }
}

impl Answer {
    /// Reports what is wrong with the messages, which were printed as far as they could be read. A table has
    /// `shown` it with each.
    fn report(self, what: &str, shown: bool) -> Result<(), Failure> {
        let count = self.messages.len();
        let bad = self
            .messages
            .iter()
            .enumerate()
            .filter(|(_, read)| !read.is_good());
        let mut wrong = 0;
        for (at, read) in bad {
            wrong += 1;
            let which = format!("{what} {}", at + 1);
            match shown {
                true => {}
                false => read.report(Some(&which).filter(|_| count > 1).map(String::as_str)),
            }
        }
        if wrong > 0 {
            if count > 1 {
                let of = counted(count, what);
                report!("{BAD}nlgen{BAD:#}: not as the spec says: {wrong} of {of}");
            }
            report!(
                "  {HELP}help{HELP:#}: nlgen check --live compares the spec with the running kernel"
            );
        }
        match self.incomplete {
            Some(failure) => Err(failure),
            None if wrong > 0 => Err(Failure::Told(1)),
            None => Ok(()),
        }
    }
}

impl What {
    /// Asks, when the replies can have all `columns` that are wanted.
    fn ask(&self, mode: Mode, flags: u16, columns: &[String]) -> Result<Answer, Failure> {
        let session = Session::find(&self.of.family)?;
        let operation = session.family.operation(&self.of.operation)?;
        let reply = operation.reply(mode)?;
        // What answers by notifications has objects of any of them.
        let by_notifications = operation.mode(mode)?.by_notifications;
        for column in columns.iter().filter(|_| !by_notifications) {
            names::check(session.family.model(), &reply, column)?;
        }
        let value = self.of.value(&session.family, self.reading.secrets)?;
        let options = EncodeOptions { force: self.force };
        // What is wrong with the request is told before the kernel is asked for anything.
        let body = operation.encode(mode, &value, options)?;
        let known = session.operation(&operation, mode)?;
        let mut conn = session.connect(&self.kernel, &self.patience)?;
        if self.trace {
            trace::start(&mut conn, &session, self.reading.secrets)?;
        }
        let answer = match mode {
            Mode::Do => conn.call_raw(known, flags, &body),
            Mode::Dump => conn.dump_raw(known, &body),
        };
        warn(&conn, operation.mode(mode)?);
        let read = |message| self.read(&session, &operation, mode, &message);
        match answer {
            Ok(answer) => Ok(Answer {
                messages: answer.messages().map(read).collect(),
                incomplete: None,
            }),
            Err(Error::Interrupted(dump)) => Ok(Answer {
                messages: dump.messages().map(read).collect(),
                incomplete: Some(Error::Interrupted(dump).into()),
            }),
            Err(error) => Err(refusal::explained(
                error,
                &session.family,
                &operation,
                mode,
                &body,
                &value,
                self.reading.secrets,
            )),
        }
    }

    fn read(
        &self,
        session: &Session,
        operation: &Operation<'_>,
        mode: Mode,
        message: &Message<'_>,
    ) -> Printed {
        let (command, body) = match session.family.is_generic() {
            false => (message.header.kind, message.payload),
            true => match CommandHeader::split(message.payload) {
                Some((header, body)) => (header.command.into(), body),
                None => {
                    let (want, got) = (CommandHeader::LEN, message.payload.len());
                    let problem = format!("{got} bytes, where a command header needs {want}");
                    let bytes = self.reading.bytes(&session.family, message.payload);
                    return Printed::unreadable(bytes, problem);
                }
            },
        };
        let known = Known::answering(&session.family, *operation, mode, command);
        let read = Printed::from(known.body.decode(body, self.reading.options()));
        let by_notifications = operation
            .mode(mode)
            .is_ok_and(|parts| parts.by_notifications);
        if let (Some(name), Role::Notification, true) = (known.name, known.role, by_notifications) {
            return read.named(name);
        }
        match another(&known, command, operation, mode) {
            Some(problem) => read.but(problem),
            None => read,
        }
    }
}

/// Reports what the kernel said beside acknowledging: a warning, and a number that is no reply by the spec.
fn warn(conn: &Connection, mode: &model::Mode) {
    if let Some(message) = conn.warning().and_then(|ack| ack.message.as_ref()) {
        report!("{NOTE}nlgen{NOTE:#}: the kernel warns: {message}");
    }
    if let (number @ 1.., None) = (conn.returned(), mode.returns) {
        report!("{NOTE}nlgen{NOTE:#}: the kernel returned the number {number}");
    }
}
