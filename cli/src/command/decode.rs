//! `nlgen decode`: messages to JSON, or to a picture of their bytes.

use std::io::Write;
use std::path::{Path, PathBuf};

use nlgen::model::Protocol;
use nlgen_dynamic::{DecodeOptions, Decoded, Family, GENERIC, Known, Mode, Reader, Role};
use nlgen_runtime::wire::control;
use nlgen_runtime::{MessageHeader, flags};

use crate::catalog::Catalog;
use crate::complete;
use crate::failure::Failure;
use crate::message::{Printed, Reading};
use crate::output::{BAD, Output, report};
use crate::{captured, hex, input};

/// Print messages as JSON, or with every byte explained
///
/// HEX is one or several messages with their headers: hexadecimal digits in any usual form, what xxd and
/// hexdump print, or a string as strace prints it. Without HEX, or for -, it is read from standard input.
///
/// Exit status 2 when bytes are not what the spec says; what could be read is printed all the same.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The name of a family, or a YAML file; with --pcap, - is every family that has a spec
    #[arg(required_unless_present = "pcap", add = complete::families())]
    family: Option<String>,
    /// The operation, notification or event; - goes by what the messages say
    #[arg(required_unless_present = "pcap", add = complete::operations())]
    operation: Option<String>,
    /// The messages
    #[arg(value_name = "HEX", conflicts_with = "pcap")]
    hex: Option<String>,
    /// They belong to a dump (requests say it themselves)
    #[arg(long)]
    dump: bool,
    /// They are requests (whole messages say it themselves)
    #[arg(long)]
    request: bool,
    /// HEX has no headers: it is the fixed header, if there is one, and the attributes
    #[arg(long, conflicts_with = "pcap")]
    body: bool,
    #[command(flatten)]
    view: View,
    /// Read a capture of an nlmon interface, pcap or pcapng; - is standard input
    #[arg(long, value_name = "FILE")]
    pcap: Option<PathBuf>,
    /// The family's id in the capture, where nothing in it tells
    #[arg(long, value_name = "N", requires = "pcap", requires = "family")]
    id: Option<u16>,
}

/// How messages are shown.
#[derive(clap::Args)]
pub(crate) struct View {
    /// Explain every byte
    #[arg(long)]
    pub(crate) explain: bool,
    /// Print JSON, which it does anyway
    #[arg(long, conflicts_with = "explain")]
    json: bool,
    #[command(flatten)]
    reading: Reading,
}

impl View {
    pub(crate) fn options(&self) -> DecodeOptions {
        self.reading.options()
    }
}

impl Args {
    /// Decodes.
    ///
    /// # Errors
    /// What cannot be read, and why.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let given = |name: &Option<String>| name.clone().filter(|name| name != "-");
        let (family, operation) = (given(&self.family), given(&self.operation));
        if let Some(path) = &self.pcap {
            let wanted = captured::Wanted {
                family: family.as_deref(),
                operation: operation.as_deref(),
                id: self.id,
            };
            return captured::run(path, &wanted, &self.view, out);
        }
        let Some(family) = family else {
            return Err(Failure::Usage {
                message: "the family of bytes must be named".to_owned(),
                help: Some("only with --pcap it can be -".to_owned()),
            });
        };
        let family = Family::new(Catalog::from_env().load(&family)?);
        let text = self.text()?;
        let bytes = hex::read(&text).map_err(|wrong| Failure::Usage {
            message: format!("the message cannot be read: {wrong}"),
            help: Some("pairs of hexadecimal digits, or a string as strace prints it".to_owned()),
        })?;
        match (self.body, operation) {
            (true, None) => Err(Failure::usage("--body needs the name of the operation")),
            (true, Some(name)) => {
                let role = (self.request, self.dump);
                let known = find(&family, &name, role)?;
                self.body(&known, &bytes, out)
            }
            (false, name) => self.datagram(&family, name.as_deref(), &bytes, out),
        }
    }

    fn text(&self) -> Result<String, Failure> {
        if let Some(text) = self.hex.as_deref().filter(|text| *text != "-") {
            return Ok(text.to_owned());
        }
        let bytes = input::text(Path::new("-"))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// What stands behind the headers.
    fn body(&self, known: &Known<'_>, bytes: &[u8], out: &mut Output) -> Result<(), Failure> {
        if self.view.explain {
            let picture = known.body.explain(bytes, self.view.options());
            write!(out.text(), "{picture}")?;
            return told(picture.problems().is_empty());
        }
        let value = known.body.decode(bytes, self.view.options());
        told(print(&[value.into()], out)?)
    }

    /// Whole messages.
    fn datagram(
        &self,
        family: &Family,
        name: Option<&str>,
        bytes: &[u8],
        out: &mut Output,
    ) -> Result<(), Failure> {
        let mut reader = Reader::new();
        reader.assume(family);
        if let Some(name) = name {
            reader.assume_known(find(family, name, self.role(bytes))?);
        }
        let protocol = match family.model().protocol {
            Protocol::Generic { .. } => GENERIC,
            Protocol::Raw { number } => number,
        };
        if self.view.explain {
            let picture = reader.explain(protocol, bytes, self.view.options());
            write!(out.text(), "{picture}")?;
            return told(picture.problems().is_empty());
        }
        let messages = reader.decode_datagram(protocol, bytes, self.view.options());
        let mut good = !messages.is_empty();
        if messages.is_empty() {
            report!("{BAD}nlgen{BAD:#}: there are no bytes");
        }
        for message in messages.iter().filter(|message| message.value.is_none()) {
            good &= message.header.kind < control::MIN;
            report!("{BAD}nlgen{BAD:#}: {}", nothing_known(message));
        }
        let values: Vec<_> = messages
            .into_iter()
            .filter_map(|message| message.value)
            .map(Printed::from)
            .collect();
        good &= print(&values, out)?;
        told(good)
    }

    /// Whether the messages are requests, and whether they belong to a dump: as said, else as their first
    /// header has it.
    fn role(&self, bytes: &[u8]) -> (bool, bool) {
        let flags = MessageHeader::split(bytes).map_or(0, |(header, _)| header.flags);
        let request = self.request || flags & flags::REQUEST != 0;
        let all = flags & flags::DUMP == flags::DUMP && flags & flags::CREATE == 0;
        (request, self.dump || (request && all))
    }
}

/// What the messages of a name are.
fn find<'f>(
    family: &'f Family,
    name: &str,
    (request, dump): (bool, bool),
) -> Result<Known<'f>, Failure> {
    let operation = match family.operation(name) {
        Ok(operation) => operation,
        Err(unknown) => {
            let same = |known: &str| crate::catalog::same_name(known, name);
            return match family.notifications().find(|known| same(known.name())) {
                Some(notification) => Ok(Known::of_notification(family, notification)),
                None => Err(unknown.into()),
            };
        }
    };
    let only_dump = operation.mode(Mode::Do).is_err();
    let mode = match dump || only_dump {
        true => Mode::Dump,
        false => Mode::Do,
    };
    let role = match request {
        true => Role::Request(mode),
        false => Role::Reply(mode),
    };
    Ok(Known::of_operation(family, operation, role)?)
}

fn nothing_known(message: &Decoded<'_>) -> String {
    match message.header.kind {
        control::NOOP => "NLMSG_NOOP says nothing".to_owned(),
        control::OVERRUN => "NLMSG_OVERRUN: messages were lost".to_owned(),
        kind => format!("nothing is known of messages of the type {kind}"),
    }
}

/// Prints messages, alone at length and otherwise one a line, and reports what is wrong with them. Gives
/// whether nothing is.
fn print(messages: &[Printed], out: &mut Output) -> Result<bool, Failure> {
    for message in messages {
        let value = message.marked();
        match messages.len() {
            _ if value.is_null() => {}
            1 => out.json(&value)?,
            _ => out.json_line(&value)?,
        }
    }
    out.flush()?;
    for (at, message) in messages.iter().enumerate() {
        let which = format!("message {}", at + 1);
        message.report((messages.len() > 1).then_some(&which));
    }
    Ok(messages.iter().all(Printed::is_good))
}

/// The exit status of what has been printed.
fn told(good: bool) -> Result<(), Failure> {
    match good {
        true => Ok(()),
        false => Err(Failure::Told(2)),
    }
}
