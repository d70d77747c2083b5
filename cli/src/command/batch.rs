//! `nlgen batch`: messages of netfilter that are carried out together.

use std::collections::HashMap;
use std::path::PathBuf;

use clap::Parser;
use clap::error::ErrorKind;
use nlgen_dynamic::{Body, EncodeOptions, Mode};
use nlgen_runtime::{Batch, Committed, Error, Refusal, RefusedBatch};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::json::Strict;
use crate::message::{Printed, Reading};
use crate::output::{BAD, HEADING, HELP, NOTE, Output, report};
use crate::refusal::{Refused, is_forbidden};
use crate::session::{Kernel, Patience, Session};
use crate::{discreet, input, request, trace};

/// Have netfilter carry out the messages of a file, whole or not at all
///
/// A message is what stands behind `nlgen do`, without the quotes of the shell, and begins on a line of its own. Its
/// JSON may go on over several lines. Lines that begin with # are comments.
///
///     nftables newtable --create {"nfgen-family": 1, "name": "filter"}
///     nftables newchain --create {"nfgen-family": 1, "table": "filter", "name": "in"}
///
/// With --echo, on one line or for all, what the kernel made is printed: one JSON a line. Messages that the kernel
/// refuses are reported with their lines; then nothing was done, and the exit status is 1.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    kernel: Kernel,
    #[command(flatten)]
    patience: Patience,
    /// Send also what the spec does not allow
    #[arg(long)]
    force: bool,
    /// Have the kernel send what it made by all messages (NLM_F_ECHO)
    #[arg(long)]
    echo: bool,
    /// Refuse the batch when the rules are not of this generation any more (NFNL_BATCH_GENID)
    #[arg(long, value_name = "N")]
    genid: Option<u32>,
    /// Draw all messages on standard error, byte by byte
    #[arg(long)]
    trace: bool,
    #[command(flatten)]
    reading: Reading,
}

/// The kernel's own error number for a batch that is for another generation.
const ERESTART: i32 = 85;

/// A line, and what is wrong there.
type Wrong = (usize, String);

/// The words of a message before its JSON.
#[derive(Parser)]
#[command(
    no_binary_name = true,
    disable_help_flag = true,
    args_override_self = true
)]
struct Head {
    family: String,
    operation: String,
    #[command(flatten)]
    flags: request::Flags,
}

/// A message as it is in the file.
struct Entry {
    /// The line that it begins on, from 1.
    line: usize,
    head: Head,
    value: Value,
}

/// A message that is ready to be sent.
struct Message<'f> {
    line: usize,
    asked: Body<'f>,
    body: Vec<u8>,
    value: Value,
}

impl Args {
    /// Sends the batch.
    ///
    /// # Errors
    /// All that is wrong with the file, before anything is sent; what the kernel refuses.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let text = String::from_utf8(input::text(&self.file)?)
            .map_err(|_| Failure::usage(format!("{} is not UTF-8", self.name())))?;
        let mut wrong: Vec<Wrong> = Vec::new();
        let mut entries = Vec::new();
        for entry in self::entries(&text) {
            match entry {
                Ok(entry) => entries.push(entry),
                Err(problem) => wrong.push(problem),
            }
        }
        let mut sessions: HashMap<String, Session> = HashMap::new();
        for entry in &entries {
            if sessions.contains_key(&entry.head.family) {
                continue;
            }
            match Session::find(&entry.head.family) {
                Ok(session) => {
                    sessions.insert(entry.head.family.clone(), session);
                }
                // What is wrong with a spec is not what is wrong with a line.
                Err(failure @ (Failure::Spec(_) | Failure::File { .. })) => return Err(failure),
                Err(failure) => wrong.push((entry.line, said(&failure))),
            }
        }
        let mut batch = self.genid.map_or_else(Batch::new, |generation| {
            Batch::new().for_generation(generation)
        });
        let mut messages = Vec::new();
        for entry in entries {
            let Some(session) = sessions.get(&entry.head.family) else {
                continue;
            };
            let line = entry.line;
            match self.add(&mut batch, session, entry) {
                Ok(message) => messages.push(message),
                Err(failure) => wrong.push((line, said(&failure))),
            }
        }
        if !wrong.is_empty() {
            wrong.sort_by_key(|(line, _)| *line);
            wrong
                .iter()
                .for_each(|(line, problem)| self.report(*line, problem));
            return Err(Failure::Told(2));
        }
        let Some(session) = sessions.values().next() else {
            return Err(Failure::usage(format!(
                "there are no messages in {}",
                self.name()
            )));
        };
        let mut conn = session.connect(&self.kernel, &self.patience)?;
        if self.trace {
            trace::start(&mut conn, session, self.reading.secrets)?;
        }
        match conn.commit(&batch) {
            Ok(committed) => self.print(&committed, &sessions, out),
            Err(Error::Batch(refused)) => Err(self.refused(&refused, &messages)),
            Err(error) => Err(Failure::of_kernel(error, &session.family)),
        }
    }

    fn name(&self) -> String {
        match self.file.as_os_str() == "-" {
            true => "standard input".to_owned(),
            false => self.file.display().to_string(),
        }
    }

    fn report(&self, line: usize, problem: &str) {
        report!(
            "{BAD}nlgen{BAD:#}: {HEADING}{}:{line}{HEADING:#}: {problem}",
            self.name()
        );
    }

    /// Adds a message to the batch.
    fn add<'f>(
        &self,
        batch: &mut Batch,
        session: &'f Session,
        entry: Entry,
    ) -> Result<Message<'f>, Failure> {
        let Entry { line, head, value } = entry;
        let operation = session.family.operation(&head.operation)?;
        let options = EncodeOptions { force: self.force };
        let body = operation.encode(Mode::Do, &value, options)?;
        let echo = if self.echo {
            nlgen_runtime::flags::ECHO
        } else {
            0
        };
        let known = session.operation(&operation, Mode::Do)?;
        let added = batch.push_raw(known, head.flags.bits() | echo, &body);
        added.map_err(|error| match error {
            Error::WrongProtocol { family } => Failure::usage(format!(
                "`{family}` is no family of netfilter, and only netfilter has batches"
            )),
            error => error.into(),
        })?;
        Ok(Message {
            line,
            asked: operation.request(Mode::Do)?,
            body,
            value,
        })
    }

    /// Prints what the kernel made.
    fn print(
        &self,
        committed: &Committed,
        sessions: &HashMap<String, Session>,
        out: &mut Output,
    ) -> Result<(), Failure> {
        let mut good = true;
        for message in committed.messages() {
            let kind = message.header.kind;
            let known = sessions
                .values()
                .find_map(|session| session.family.notification(kind));
            let (name, read) = match known {
                Some(known) => {
                    let read = known.decode(message.payload, self.reading.options());
                    (known.name().to_owned(), Printed::from(read))
                }
                None => {
                    let problem = "the spec has no notification of this type".to_owned();
                    // Of any of them: the secrets of one are enough.
                    let families = sessions.values().map(|session| &session.family);
                    let family = families.max_by_key(|family| family.has_secrets());
                    let bytes = family.map(|family| self.reading.bytes(family, message.payload));
                    let read = Printed::unreadable(bytes.unwrap_or_default(), problem);
                    (format!("type {kind}"), read)
                }
            };
            good &= read.is_good();
            out.json_line(&json!({ "name": name, "msg": read.marked() }))?;
            out.flush()?;
            read.report(Some(&name));
        }
        match good {
            true => Ok(()),
            false => Err(Failure::Told(1)),
        }
    }

    /// Reports each refusal at its line.
    fn refused(&self, refused: &RefusedBatch, messages: &[Message<'_>]) -> Failure {
        let why = |refusal: &Refusal| {
            format!(
                "{}: the kernel refuses: {}",
                refusal.operation(),
                refusal.errno()
            )
        };
        if let Some(whole) = refused.whole() {
            report!("{BAD}nlgen{BAD:#}: {}", why(whole));
            let help = match whole.errno().code() {
                ERESTART => Some("the rules were changed since they were read: read them again"),
                _ => crate::refusal::help(whole.errno()),
            };
            if let Some(help) = help {
                report!("  {HELP}help{HELP:#}: {help}");
            }
        }
        for (index, refusal) in refused.refusals() {
            let Some(message) = messages.get(index) else {
                continue;
            };
            let (body, value) = (&message.body, &message.value);
            let secrets = self.reading.secrets;
            let place = Refused::new(refusal, message.asked, body, value, secrets);
            let text = format!("{}\n{}", why(refusal), place.text(refusal));
            self.report(message.line, text.trim_end());
        }
        if refused.is_cut() {
            report!("{NOTE}nlgen{NOTE:#}: refusals of further messages were lost");
        }
        report!("nothing of the batch was carried out");
        let mut refusals = refused
            .refusals()
            .map(|(_, refusal)| refusal)
            .chain(refused.whole());
        match refusals.any(|refusal| is_forbidden(refusal.errno())) {
            true => Failure::Told(2),
            false => Failure::Told(1),
        }
    }
}

/// What is wrong, without the name of the program.
fn said(failure: &Failure) -> String {
    let text = failure.to_string();
    text.split_once(": ")
        .map_or(text.clone(), |(_, text)| text.to_owned())
}

/// The messages of a file, and what is wrong with those that cannot be read.
fn entries(text: &str) -> Vec<Result<Entry, Wrong>> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut number = 1;
    while !rest.is_empty() {
        let line = rest.lines().next().unwrap_or_default();
        let is_message = !line.trim_start().starts_with('#') && !line.trim().is_empty();
        let used = match is_message {
            true => {
                let (entry, used) = entry(rest, line, number);
                found.push(entry);
                used
            }
            false => line.len(),
        };
        // The rest of the line that a message ends on is empty.
        let (done, left) = rest.split_at(used);
        let end = left.find('\n').map_or(left.len(), |end| end + 1);
        number += done.matches('\n').count() + 1;
        rest = left.get(end..).unwrap_or_default();
    }
    found
}

/// The message that begins with `line`, at the beginning of `text`, and how much of the text it takes.
fn entry(text: &str, line: &str, number: usize) -> (Result<Entry, Wrong>, usize) {
    let begin = line.find('{').unwrap_or(line.len());
    let words = line.get(..begin).unwrap_or_default().split_whitespace();
    let head = Head::try_parse_from(words).map_err(|error| {
        let problem = match error.kind() {
            ErrorKind::MissingRequiredArgument => {
                "a message begins with a family and an operation".to_owned()
            }
            _ => {
                let text = discreet::usage(error).to_string();
                let first = text.lines().next().unwrap_or_default();
                first.trim_start_matches("error: ").to_owned()
            }
        };
        (number, problem)
    });
    let json = text.get(begin..).unwrap_or_default();
    if !json.starts_with('{') {
        let value = Value::Object(serde_json::Map::new());
        let entry = head.map(|head| Entry {
            line: number,
            head,
            value,
        });
        return (entry, line.len());
    }
    let mut values = serde_json::Deserializer::from_str(json).into_iter::<Strict>();
    let value = values.next();
    let used = begin + values.byte_offset();
    match value {
        Some(Ok(Strict(value))) => {
            let after = text.get(used..).unwrap_or_default();
            let after = after.lines().next().unwrap_or_default().trim();
            let entry = match (head, after) {
                (Ok(head), "") => Ok(Entry {
                    line: number,
                    head,
                    value,
                }),
                (Ok(_), _) => {
                    let at = number + text.get(..used).unwrap_or_default().matches('\n').count();
                    let problem = "there is more behind the end of the message";
                    Err((at, problem.to_owned()))
                }
                (Err(error), _) => Err(error),
            };
            (entry, used)
        }
        Some(Err(error)) => {
            let message = error.to_string();
            let what = message
                .rsplit_once(" at line")
                .map_or(&*message, |(what, _)| what);
            let at = match error.is_eof() {
                true => number,
                false => number + error.line().saturating_sub(1),
            };
            let problem = format!("the JSON cannot be read: {what}");
            (Err((at, problem)), next_word(text, line.len()))
        }
        None => (Err((number, "the JSON is missing".to_owned())), line.len()),
    }
}

/// Where the line ends after which a message may begin again: the next one begins with a letter.
fn next_word(text: &str, mut end: usize) -> usize {
    for line in text
        .get(end..)
        .unwrap_or_default()
        .split_inclusive('\n')
        .skip(1)
    {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            break;
        }
        end += line.len();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read() {
        let text = "\n# comment {\nnftables newtable --create {\"name\": \"t\"}\n  x y\t--echo {\n  \"a\": [\n1]}\n\
                    x z\nx y {} {}\nx y --nothing {}\nx\nx y {\"a\": 1, \"a\": 2}\nx y {\n\"a\": }\nlast one {}";
        let read: Vec<String> = entries(text)
            .into_iter()
            .map(|entry| match entry {
                Ok(entry) => {
                    let Head {
                        family,
                        operation,
                        flags,
                    } = entry.head;
                    let line = entry.line;
                    format!(
                        "{line}: {family} {operation} {:#x} {}",
                        flags.bits(),
                        entry.value
                    )
                }
                Err((line, problem)) => format!("{line}: {problem}"),
            })
            .collect();
        assert_eq!(
            read,
            [
                "3: nftables newtable 0x400 {\"name\":\"t\"}",
                "4: x y 0x8 {\"a\":[1]}",
                "7: x z 0x0 {}",
                "8: there is more behind the end of the message",
                "9: unexpected argument '--nothing' found",
                "10: a message begins with a family and an operation",
                "11: the JSON cannot be read: the key \"a\" is there twice",
                "13: the JSON cannot be read: expected value",
                "14: last one 0x0 {}",
            ]
        );
    }
}
