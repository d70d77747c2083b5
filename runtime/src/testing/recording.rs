//! The text of a recording: a line for each thing that a socket did.

use std::fmt;
use std::io;

use crate::link::Datagram;

/// What the first line says: the format and its version.
const TITLE: &str = "nlgen-recording 1";

/// What a socket did. Without `Debug`: the bytes may hold keys.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// It sent a datagram.
    Sent(Vec<u8>),
    /// It received a datagram, of which these bytes are known; the rest did not fit the buffer.
    Received { datagram: Datagram, bytes: Vec<u8> },
    /// A receive failed with this error number.
    Failed(i32),
    /// So many datagrams had been lost when that was asked.
    Lost(u32),
}

/// A recording that was read.
pub(super) struct Recording {
    pub(super) protocol: i32,
    pub(super) port_id: u32,
    /// What was done, and the line that says so.
    pub(super) entries: Vec<(usize, Entry)>,
}

/// The first lines of a recording.
pub(super) fn head(protocol: i32, port_id: u32) -> String {
    format!("{TITLE}\nsocket protocol={protocol} port-id={port_id}\n")
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = match self {
            Self::Failed(errno) => return write!(f, "failed errno={errno}"),
            Self::Lost(count) => return write!(f, "lost count={count}"),
            Self::Sent(bytes) => {
                write!(f, "sent ")?;
                bytes
            }
            Self::Received { datagram, bytes } => {
                write!(f, "received ")?;
                for (key, value) in [("from", datagram.sender), ("group", datagram.group)] {
                    if value != 0 {
                        write!(f, "{key}={value} ")?;
                    }
                }
                if datagram.len != bytes.len() {
                    write!(f, "length={} ", datagram.len)?;
                }
                bytes
            }
        };
        bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Recording {
    /// Reads a recording.
    ///
    /// # Errors
    /// A text with the number of the line that is wrong. It quotes nothing of the line: where lines were broken
    /// by an editor, a word may be a part of a key.
    pub(super) fn read(text: &str) -> io::Result<Self> {
        let lines = (1..).zip(text.lines().map(str::trim));
        let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let (number, title) = lines.next().unwrap_or((1, ""));
        if title != TITLE {
            return Err(wrong(number, &format!("a recording begins with {TITLE:?}")));
        }
        let (number, socket) = lines.next().unwrap_or((number + 1, ""));
        let mut fields = Fields::of(number, socket);
        let (protocol, port_id) = (fields.value("protocol")?, fields.value("port-id")?);
        let (Some(protocol), Some(port_id), "socket") = (protocol, port_id, fields.verb) else {
            let text = "the second line is `socket protocol=NUMBER port-id=NUMBER`";
            return Err(wrong(number, text));
        };
        fields.finish()?;
        let entries = lines.map(|(number, line)| Ok((number, entry(number, line)?)));
        Ok(Self {
            protocol,
            port_id,
            entries: entries.collect::<io::Result<_>>()?,
        })
    }
}

fn entry(number: usize, line: &str) -> io::Result<Entry> {
    let mut fields = Fields::of(number, line);
    let entry = match fields.verb {
        "sent" => Entry::Sent(fields.bytes()?),
        "received" => {
            let (sender, group) = (fields.value("from")?, fields.value("group")?);
            let len: Option<u32> = fields.value("length")?;
            let bytes = fields.bytes()?;
            let datagram = Datagram {
                len: whole_length(len, &bytes).map_err(|text| wrong(number, &text))?,
                sender: sender.unwrap_or(0),
                group: group.unwrap_or(0),
            };
            Entry::Received { datagram, bytes }
        }
        "failed" => match fields.required("errno")? {
            errno @ 1..=MAX_ERRNO => Entry::Failed(errno),
            errno => {
                let text = format!("errno is {errno}, not within 1 and {MAX_ERRNO}");
                return Err(wrong(number, &text));
            }
        },
        "lost" => Entry::Lost(fields.required("count")?),
        _ => {
            let text = "it begins with none of `sent`, `received`, `failed`, `lost`";
            return Err(wrong(number, text));
        }
    };
    fields.finish()?;
    Ok(entry)
}

/// The greatest error number of the kernel (`MAX_ERRNO`).
const MAX_ERRNO: i32 = 4095;

/// How long a datagram was of which `bytes` were received, by its line's `length`.
fn whole_length(len: Option<u32>, bytes: &[u8]) -> Result<usize, String> {
    let Some(len) = len else {
        return Ok(bytes.len());
    };
    match usize::try_from(len) {
        Ok(len) if len >= bytes.len() => Ok(len),
        _ => Err(format!("length is {len}, and {} bytes follow", bytes.len())),
    }
}

/// A line: a verb, `key=value` and bytes.
struct Fields<'l> {
    number: usize,
    verb: &'l str,
    rest: Vec<&'l str>,
}

impl<'l> Fields<'l> {
    fn of(number: usize, line: &'l str) -> Self {
        let mut words = line.split_whitespace();
        Self {
            number,
            verb: words.next().unwrap_or_default(),
            rest: words.collect(),
        }
    }

    /// The value of a key, if it is there.
    fn value<T: std::str::FromStr>(&mut self, key: &str) -> io::Result<Option<T>> {
        let value = |word: &&str| word.strip_prefix(key)?.strip_prefix('=').map(str::to_owned);
        let Some((at, value)) = self.rest.iter().enumerate().find_map(|(at, word)| {
            let value = value(word)?;
            Some((at, value))
        }) else {
            return Ok(None);
        };
        self.rest.remove(at);
        match value.parse() {
            Ok(value) => Ok(Some(value)),
            Err(_) => {
                let text = format!("{key} is no number, or one that is too large");
                Err(wrong(self.number, &text))
            }
        }
    }

    fn required<T: std::str::FromStr>(&mut self, key: &str) -> io::Result<T> {
        let missing = || {
            wrong(
                self.number,
                &format!("`{}` needs `{key}=NUMBER`", self.verb),
            )
        };
        let (missing, value) = (missing(), self.value(key)?);
        value.ok_or(missing)
    }

    /// What is left, in hexadecimal.
    fn bytes(&mut self) -> io::Result<Vec<u8>> {
        let digits: String = std::mem::take(&mut self.rest).concat();
        let digit = |digit: &u8| {
            char::from(*digit)
                .to_digit(16)
                .and_then(|n| u8::try_from(n).ok())
        };
        let pairs = digits.as_bytes().chunks(2).map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        });
        let bytes: Option<Vec<u8>> = pairs.collect();
        bytes.ok_or_else(|| wrong(self.number, "the bytes are not pairs of hexadecimal digits"))
    }

    /// Nothing may be left.
    fn finish(&self) -> io::Result<()> {
        let Some(word) = self.rest.first() else {
            return Ok(());
        };
        let text = match word.split_once('=') {
            Some((key, _)) if key.bytes().all(|byte| byte.is_ascii_lowercase()) => {
                format!("`{}` has no `{key}=`", self.verb)
            }
            _ => format!("`{}` has a word that is no `key=value`", self.verb),
        };
        Err(wrong(self.number, &text))
    }
}

fn wrong(line: usize, text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("line {line}: {text}"))
}
