//! `nlgen do` and `nlgen dump`: a request, JSON in and out.

use nlgen_dynamic::{DecodeOptions, EncodeOptions, Mode, Operation};
use nlgen_runtime::{CommandHeader, Connection, Message};
use serde_json::Value;

use crate::columns;
use crate::failure::Failure;
use crate::output::{Format, NOTE, Output, report};
use crate::session::{Kernel, Patience, Session};
use crate::{refusal, request, trace};

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
}

/// Dump all objects: a table for people, one JSON a line for programs
#[derive(clap::Args)]
pub(crate) struct Dump {
    #[command(flatten)]
    what: What,
    #[command(flatten)]
    format: Format,
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
    /// Show keys and other secrets in replies and traces
    #[arg(long)]
    secrets: bool,
}

impl Do {
    /// Makes the request.
    ///
    /// # Errors
    /// What is wrong with the request, or why the kernel refuses it.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let replies = self.what.ask(Mode::Do, self.flags.bits())?;
        for reply in replies.iter().filter(|_| !self.ack_only) {
            out.json(reply)?;
        }
        Ok(())
    }
}

impl Dump {
    /// Dumps.
    ///
    /// # Errors
    /// As for [`Do::run`].
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let objects = self.what.ask(Mode::Dump, 0)?;
        if !self.format.is_json() {
            return Ok(columns::table(out.text(), &objects)?);
        }
        for object in &objects {
            out.json_line(object)?;
        }
        Ok(())
    }
}

impl What {
    fn ask(&self, mode: Mode, flags: u16) -> Result<Vec<Value>, Failure> {
        let session = Session::find(&self.of.family)?;
        let operation = session.family.operation(&self.of.operation)?;
        let value = self.of.value()?;
        let options = EncodeOptions { force: self.force };
        // What is wrong with the request is told before the kernel is asked for anything.
        let body = operation.encode(mode, &value, options)?;
        let known = session.operation(&operation, mode)?;
        let mut conn = session.connect(&self.kernel, &self.patience)?;
        if self.trace {
            trace::start(&mut conn, &session, self.secrets)?;
        }
        let answer = match mode {
            Mode::Do => conn.call_raw(known, flags, &body),
            Mode::Dump => conn.dump_raw(known, &body),
        };
        let answer = answer.map_err(|error| {
            refusal::explained(error, &session.family, &operation, mode, &body, &value)
        })?;
        warn(&conn);
        let generic = session.family.is_generic();
        answer
            .messages()
            .map(|message| self.reply(&operation, mode, generic, &message))
            .collect()
    }

    fn reply(
        &self,
        operation: &Operation<'_>,
        mode: Mode,
        generic: bool,
        message: &Message<'_>,
    ) -> Result<Value, Failure> {
        let head = if generic { CommandHeader::LEN } else { 0 };
        let body = message.payload.get(head..).unwrap_or_default();
        let options = DecodeOptions {
            secrets: self.secrets,
        };
        let read = operation.decode_reply(mode, body, options);
        read.map_err(|malformed| Failure::malformed(&malformed))
    }
}

/// Tells what the kernel said beside acknowledging.
fn warn(conn: &Connection) {
    if let Some(message) = conn.warning().and_then(|ack| ack.message.as_ref()) {
        report!("{NOTE}nlgen{NOTE:#}: the kernel warns: {message}");
    }
}
