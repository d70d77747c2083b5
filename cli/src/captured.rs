//! The messages of a capture: families by the ids that it resolves, replies by their requests.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use nlgen_dynamic::{Datagram, Family, GENERIC, Mode, Reader, Recognized, Role};
use nlgen_runtime::wire::control;
use serde_json::{Map, Value};

use crate::capture;
use crate::catalog::{Catalog, same_name};
use crate::command::decode::View;
use crate::failure::Failure;
use crate::message::Printed;
use crate::output::{HEADING, NOTE, Output, counted, report};

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
    let capture = capture::read(&file).map_err(|wrong| unreadable(path, &wrong))?;
    let families = families(wanted)?;
    let faults = capture.passed_over.keys().any(|why| why.is_fault());
    let mut printing = Printing {
        wanted,
        family: wanted.family.and(families.first()).map(Family::name),
        view,
        reader: Reader::new(),
        asked: HashSet::new(),
        unknown: BTreeMap::new(),
        printed: 0,
        good: capture.wrong.is_none() && !faults,
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
    let seen = capture.datagrams.len();
    printing.report(seen, &path.display().to_string());
    for (why, count) in &capture.passed_over {
        let packets = counted(usize::try_from(*count).unwrap_or(usize::MAX), "packet");
        report!("{NOTE}nlgen{NOTE:#}: {}: {packets} {why}", path.display());
    }
    if let Some(wrong) = &capture.wrong {
        report!("{NOTE}nlgen{NOTE:#}: {}: {wrong}", path.display());
    }
    match printing.good {
        true => Ok(()),
        false => Err(Failure::Told(2)),
    }
}

fn contents(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |source| Failure::File {
        doing: "reading",
        path: path.to_owned(),
        source,
    };
    let mut file: Box<dyn Read> = match path.as_os_str() == "-" {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(File::open(path).map_err(failed)?),
    };
    let mut bytes = Vec::new();
    // What is no capture may have no end.
    file.by_ref()
        .take(4)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    capture::check(&bytes).map_err(|wrong| unreadable(path, &wrong))?;
    file.read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn unreadable(path: &Path, wrong: &str) -> Failure {
    Failure::Usage {
        message: format!("{} cannot be read: {wrong}", path.display()),
        help: Some("tcpdump -i nlmon0 -w FILE writes captures of netlink".to_owned()),
    }
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
    /// Netlink protocols, port ids and sequence numbers of requests that were printed: how they end is printed, too.
    asked: HashSet<(u16, u32, u32)>,
    /// How many messages were passed over, of those that might have been wanted.
    unknown: BTreeMap<Unknown, u64>,
    /// How many were printed.
    printed: u64,
    good: bool,
}

/// Why a message cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unknown {
    /// Nothing in the capture says which generic netlink family has its id.
    Id(u16),
    /// No spec is of its family.
    Family(String),
    /// There are too few bytes for a message's header.
    Rest,
    /// No spec of its netlink protocol has its type.
    Type { protocol: u16, kind: u16 },
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
        let place = (protocol, header.port_id, header.seq);
        if !message.has_header() {
            *self.unknown.entry(Unknown::Rest).or_default() += 1;
            self.good = false;
            return false;
        }
        let Some(known) = &message.known else {
            if header.kind >= control::MIN {
                self.pass_over(header.kind, protocol);
                return false;
            }
            let any = self.family.is_none() && self.wanted.operation.is_none();
            let without_port = (protocol, 0, header.seq);
            return any || self.asked.contains(&place) || self.asked.contains(&without_port);
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

    /// Counts a message that cannot be read, if it might have been wanted.
    fn pass_over(&mut self, kind: u16, protocol: u16) {
        let why = match (protocol, self.reader.family_name(kind)) {
            (GENERIC, None) => Unknown::Id(kind),
            // It is of another family than the one that is wanted.
            _ if self.family.is_some() => return,
            (GENERIC, Some(name)) => Unknown::Family(name.to_owned()),
            (protocol, _) => Unknown::Type { protocol, kind },
        };
        *self.unknown.entry(why).or_default() += 1;
    }

    fn lines(&mut self, captured: &capture::Datagram<'_>, out: &mut Output) -> Result<(), Failure> {
        let time = time(captured.time);
        let native = self.reader.in_host_order(captured.protocol, captured.bytes);
        let datagram = self.reader.recognize(captured.protocol, &native);
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
            self.printed += 1;
        }
        self.good &= good;
        Ok(())
    }

    fn picture(
        &mut self,
        captured: &capture::Datagram<'_>,
        out: &mut Output,
    ) -> Result<(), Failure> {
        let native = self.reader.in_host_order(captured.protocol, captured.bytes);
        let datagram = self.reader.recognize(captured.protocol, &native);
        let wanted = self.wanted(&datagram);
        if !wanted.contains(&true) {
            return Ok(());
        }
        let malformed = |message: &Recognized<'_, '_>| {
            matches!(message.decode(self.view.options()), Some(Err(_)))
        };
        let mut each = datagram.messages().iter().zip(wanted);
        self.good &= !each.any(|(message, wanted)| wanted && malformed(message));
        let picture = self.reader.picture(&datagram, self.view.options());
        let picture = picture.with_bytes(captured.bytes);
        self.printed += 1;
        let (time, len) = (time(captured.time), captured.bytes.len());
        let order = match native {
            Cow::Borrowed(_) => "",
            Cow::Owned(_) => ", from a machine of the other byte order",
        };
        writeln!(
            out.text(),
            "{HEADING}{time}, {len} bytes{order}{HEADING:#}\n{picture}"
        )?;
        Ok(())
    }

    /// Says what was passed over, and where nothing was printed, why.
    fn report(&self, datagrams: usize, file: &str) {
        let list = |text: &dyn Fn(&Unknown) -> Option<String>| {
            let all = self.unknown.iter();
            let all: Vec<String> = all
                .filter_map(|(why, count)| Some(format!("{} ({count})", text(why)?)))
                .collect();
            Some(all.join(", ")).filter(|all| !all.is_empty())
        };
        let ids = list(&|why| match why {
            Unknown::Id(id) => Some(id.to_string()),
            _ => None,
        });
        if let Some(ids) = ids {
            report!(
                "{NOTE}nlgen{NOTE:#}: messages have ids of families that nothing in the capture names: {ids}"
            );
            if self.family.is_some() && self.wanted.id.is_none() {
                report!("  --id N says which is the family's");
            }
        }
        let families = list(&|why| match why {
            Unknown::Family(name) => Some(name.clone()),
            _ => None,
        });
        if let Some(families) = families {
            report!("{NOTE}nlgen{NOTE:#}: messages are of families without a spec: {families}");
        }
        let types = list(&|why| match why {
            Unknown::Type { protocol, kind } => {
                Some(format!("type {kind} of {}", protocol_name(*protocol)))
            }
            _ => None,
        });
        if let Some(types) = types {
            report!("{NOTE}nlgen{NOTE:#}: messages have types that no spec has: {types}");
        }
        if let Some(count) = self.unknown.get(&Unknown::Rest) {
            report!(
                "{NOTE}nlgen{NOTE:#}: {file}: datagrams end with bytes that are no message ({count})"
            );
        }
        if self.printed > 0 {
            return;
        }
        match (datagrams, self.family, self.wanted.operation) {
            (0, ..) => report!("{NOTE}nlgen{NOTE:#}: {file}: there is no netlink in it"),
            (_, None, None) if self.unknown.is_empty() => {
                report!("{NOTE}nlgen{NOTE:#}: {file}: no message says anything");
            }
            (_, Some(family), None) => {
                report!("{NOTE}nlgen{NOTE:#}: {file}: no message is known to be of `{family}`");
            }
            (_, _, Some(name)) => {
                report!("{NOTE}nlgen{NOTE:#}: {file}: no message is known to be `{name}`");
            }
            (_, None, None) => {}
        }
    }
}

/// A netlink protocol as `linux/netlink.h` calls it.
fn protocol_name(protocol: u16) -> String {
    let name = match protocol {
        0 => "NETLINK_ROUTE",
        4 => "NETLINK_SOCK_DIAG",
        6 => "NETLINK_XFRM",
        7 => "NETLINK_SELINUX",
        8 => "NETLINK_ISCSI",
        9 => "NETLINK_AUDIT",
        10 => "NETLINK_FIB_LOOKUP",
        11 => "NETLINK_CONNECTOR",
        12 => "NETLINK_NETFILTER",
        15 => "NETLINK_KOBJECT_UEVENT",
        18 => "NETLINK_SCSITRANSPORT",
        20 => "NETLINK_RDMA",
        21 => "NETLINK_CRYPTO",
        22 => "NETLINK_SMC",
        other => return format!("netlink protocol {other}"),
    };
    name.to_owned()
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
