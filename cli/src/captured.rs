//! The messages of a capture: families by the ids that it resolves, replies by their requests.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use nlgen_dynamic::{Datagram, Family, GENERIC, Mode, Reader, Recognized, Role};
use nlgen_runtime::control;
use serde_json::{Map, Value};

use crate::capture;
use crate::catalog::{Catalog, same_name};
use crate::command::decode::View;
use crate::failure::Failure;
use crate::message::Printed;
use crate::output::{HEADING, NOTE, Output, report};

/// Which messages of a capture are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// The family; all without it.
    pub(crate) family: Option<&'a str>,
    /// The operation or notification; all without it.
    pub(crate) operation: Option<&'a str>,
    /// The family's id, if the capture does not tell it.
    pub(crate) id: Option<u16>,
}

/// Prints the messages of a capture, one JSON a line or as pictures.
///
/// # Errors
/// When the file is no capture of netlink. Messages that are not as their spec says, and a file that ends
/// early, are told and give status 2 at the end.
pub(crate) fn run(
    path: &Path,
    wanted: &Wanted<'_>,
    view: &View,
    out: &mut Output,
) -> Result<(), Failure> {
    let file = contents(path)?;
    let capture = capture::read(&file).map_err(|wrong| Failure::Usage {
        message: format!("{} cannot be read: {wrong}", path.display()),
        help: Some("tcpdump -i nlmon0 -w FILE writes captures of netlink".to_owned()),
    })?;
    let families = families(wanted)?;
    let mut printing = Printing {
        wanted,
        family: wanted.family.and(families.first()).map(Family::name),
        view,
        reader: Reader::new(),
        asked: HashSet::new(),
        unknown: BTreeMap::new(),
        good: capture.wrong.is_none(),
    };
    families
        .iter()
        .for_each(|family| printing.reader.add(family));
    if let (Some(id), Some(family)) = (wanted.id, printing.family) {
        printing.reader.learn(id, family);
    }
    for datagram in &capture.datagrams {
        match view.explain {
            true => printing.picture(datagram, out)?,
            false => printing.lines(datagram, out)?,
        }
    }
    printing.report();
    if let Some(wrong) = &capture.wrong {
        report!("{NOTE}nlgen{NOTE:#}: {}: {wrong}", path.display());
    }
    match printing.good {
        true => Ok(()),
        false => Err(Failure::Told(2)),
    }
}

fn contents(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = match path.as_os_str() == "-" {
        true => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
        }
        false => fs::read(path),
    };
    read.map_err(|source| Failure::File {
        doing: "reading",
        path: path.to_owned(),
        source,
    })
}

/// The family that is wanted, first; or all that have a spec. And the one that tells ids.
fn families(wanted: &Wanted<'_>) -> Result<Vec<Family>, Failure> {
    let catalog = Catalog::from_env();
    let mut families = Vec::new();
    match wanted.family {
        Some(name) => families.push(Family::new(catalog.load(name)?)),
        None => {
            for name in catalog.names() {
                match catalog.load(&name) {
                    Ok(model) => families.push(Family::new(model)),
                    Err(_) => report!(
                        "{NOTE}nlgen{NOTE:#}: the spec of `{name}` has problems and is left out; \
                         nlgen check {name} tells them"
                    ),
                }
            }
        }
    }
    if let Some(name) = wanted.operation
        && wanted.family.is_some()
        && let Some(family) = families.first()
    {
        let told = family
            .notifications()
            .any(|known| same_name(known.name(), name));
        if !told {
            family.operation(name)?;
        }
    }
    Ok(families)
}

/// What is kept from one datagram to the next.
struct Printing<'a> {
    wanted: &'a Wanted<'a>,
    /// The name of the family that is wanted.
    family: Option<&'a str>,
    view: &'a View,
    reader: Reader<'a>,
    /// Port ids and sequence numbers of requests that were printed: how they end is printed, too.
    asked: HashSet<(u32, u32)>,
    /// How many messages had an id that nothing has told.
    unknown: BTreeMap<u16, u64>,
    good: bool,
}

impl<'a> Printing<'a> {
    /// Whether each message of a datagram is wanted.
    fn wanted(&mut self, datagram: &Datagram<'_, 'a>) -> Vec<bool> {
        let each = datagram.messages().iter();
        each.map(|message| self.is_wanted(message, datagram.protocol()))
            .collect()
    }

    fn is_wanted(&mut self, message: &Recognized<'_, 'a>, protocol: u16) -> bool {
        let header = message.header;
        let place = (header.port_id, header.seq);
        let Some(known) = &message.known else {
            if header.kind >= control::MIN {
                let resolved = self.reader.family_name(header.kind).is_some();
                if protocol == GENERIC && !resolved {
                    *self.unknown.entry(header.kind).or_default() += 1;
                }
                return false;
            }
            let any = self.family.is_none() && self.wanted.operation.is_none();
            return any || self.asked.contains(&place) || self.asked.contains(&(0, header.seq));
        };
        let wanted = self.family.is_none_or(|name| name == known.family.name())
            && self
                .wanted
                .operation
                .is_none_or(|name| known.name.is_some_and(|known| same_name(known, name)));
        if wanted {
            self.asked.insert(place);
        }
        wanted
    }

    fn lines(&mut self, captured: &capture::Datagram<'_>, out: &mut Output) -> Result<(), Failure> {
        let time = time(captured.time);
        let datagram = self.reader.recognize(captured.protocol, captured.bytes);
        let wanted = self.wanted(&datagram);
        let mut good = true;
        for (message, _) in datagram
            .messages()
            .iter()
            .zip(wanted)
            .filter(|(_, wanted)| *wanted)
        {
            let Some(read) = message.decode(self.view.options()).map(Printed::from) else {
                continue;
            };
            good &= read.is_good();
            read.report(None);
            out.json_line(&line(&time, message, &read))?;
        }
        self.good &= good;
        Ok(())
    }

    fn picture(
        &mut self,
        captured: &capture::Datagram<'_>,
        out: &mut Output,
    ) -> Result<(), Failure> {
        let datagram = self.reader.recognize(captured.protocol, captured.bytes);
        if !self.wanted(&datagram).contains(&true) {
            return Ok(());
        }
        let picture = self.reader.picture(&datagram, self.view.options());
        let (time, len) = (time(captured.time), captured.bytes.len());
        writeln!(
            out.text(),
            "{HEADING}{time}, {len} bytes{HEADING:#}\n{picture}"
        )?;
        Ok(())
    }

    /// Tells of messages whose family nothing has told.
    fn report(&self) {
        if self.unknown.is_empty() {
            return;
        }
        let ids: Vec<String> = self
            .unknown
            .iter()
            .map(|(id, count)| format!("{id} ({count})"))
            .collect();
        let ids = ids.join(", ");
        report!(
            "{NOTE}nlgen{NOTE:#}: messages have ids of families that nothing in the capture tells: {ids}"
        );
        if self.family.is_some() && self.wanted.id.is_none() {
            report!("  --id N says which is the family's");
        }
    }
}

/// What a line has of a message.
fn line(time: &str, message: &Recognized<'_, '_>, read: &Printed) -> Map<String, Value> {
    let mut line = Map::new();
    let mut add = |key: &str, value: Value| {
        line.insert(key.to_owned(), value);
    };
    add("time", time.into());
    if let Some(known) = &message.known {
        add("family", known.family.name().into());
        add("name", known.name.into());
        let (role, mode) = match known.role {
            Role::Request(mode) => ("request", Some(mode)),
            Role::Reply(mode) => ("reply", Some(mode)),
            Role::Notification => ("notification", None),
            Role::Unknown => ("unknown", None),
        };
        add("role", role.into());
        if let Some(mode) = mode {
            add("dump", (mode == Mode::Dump).into());
        }
    } else {
        let role = match message.header.kind {
            control::DONE => "done",
            _ => "error",
        };
        add("role", role.into());
    }
    add("port", message.header.port_id.into());
    add("seq", message.header.seq.into());
    add("msg", read.value().clone());
    if !read.is_good() {
        add("problems", read.problems().into());
    }
    line
}

/// A time as people and programs read it.
fn time(nanoseconds: u64) -> String {
    match jiff::Timestamp::from_nanosecond(nanoseconds.into()) {
        Ok(time) => time.strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string(),
        Err(_) => nanoseconds.to_string(),
    }
}
