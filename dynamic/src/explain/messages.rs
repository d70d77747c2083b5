//! Messages and their headers.

use nlgen_runtime::wire::{CommandHeader, align, control};
use nlgen_runtime::{Message, MessageHeader};

use super::attributes::Explaining;
use super::{Picture, Piece};
use crate::control::{End, ext_ack, flag_names, meaning, name};
use crate::decode::Scope;
use crate::reader::{GENERIC, Known, Reader, Role};
use crate::{Body, Datagram, DecodeOptions, Recognized};

impl Reader<'_> {
    /// What each byte of a datagram of a netlink protocol is. What is cut short is explained as far as it
    /// goes.
    ///
    /// ```
    /// use nlgen_dynamic::{DecodeOptions, Reader};
    /// // An acknowledgement: error 0, and the header of what is acknowledged.
    /// let mut bytes = vec![36, 0, 0, 0, 2, 0, 0, 1, 7, 0, 0, 0, 9, 0, 0, 0];
    /// bytes.extend_from_slice(&[0; 4]);
    /// bytes.extend_from_slice(&[28, 0, 0, 0, 16, 0, 5, 0, 7, 0, 0, 0, 9, 0, 0, 0]);
    /// let picture = Reader::new().explain(nlgen_dynamic::GENERIC, &bytes, DecodeOptions::default());
    /// assert!(picture.to_string().contains("error: 0, success"));
    /// assert!(picture.problems().is_empty());
    /// ```
    pub fn explain(&mut self, protocol: u16, datagram: &[u8], options: DecodeOptions) -> Picture {
        let native = self.in_host_order(protocol, datagram);
        let recognized = self.recognize(protocol, &native);
        self.picture(&recognized, options).with_bytes(datagram)
    }

    /// What each byte of a datagram is, by what its messages were recognized as.
    #[must_use]
    pub fn picture(&self, datagram: &Datagram<'_, '_>, options: DecodeOptions) -> Picture {
        let begins = |message: &Recognized<'_, '_>| datagram.bytes.len() - message.bytes.len();
        let pieces = datagram
            .messages()
            .iter()
            .map(|message| self.message(datagram.protocol, message, begins(message), options));
        Picture::new(datagram.bytes, pieces.collect())
    }

    /// Bytes of which nothing is known. They may be a secret where a family of the protocol has some.
    fn unknown_bytes(
        &self,
        protocol: u16,
        bytes: &[u8],
        at: usize,
        wrong: Option<&str>,
        options: DecodeOptions,
    ) -> Vec<Piece> {
        if bytes.is_empty() {
            return Vec::new();
        }
        let mut piece = Piece::new(at, bytes.len(), "");
        if let Some(wrong) = wrong {
            piece = piece.problem(wrong);
        }
        vec![match !options.secrets && self.has_secrets(protocol) {
            true => piece.hidden(),
            false => piece,
        }]
    }

    /// A message that begins at `at`.
    fn message(
        &self,
        protocol: u16,
        recognized: &Recognized<'_, '_>,
        at: usize,
        options: DecodeOptions,
    ) -> Piece {
        let (bytes, len) = (recognized.bytes, recognized.len);
        let Some(message) = recognized.message() else {
            let piece = Piece::new(at, len, "message").problem(recognized.no_message());
            return match !options.secrets && self.has_secrets(protocol) {
                true => piece.hidden(),
                false => piece,
            };
        };
        let Message { header, payload } = message;
        let known = recognized.known.map(|known| (known, recognized.body));
        let mut fields = header_pieces(header, at, bytes.len());
        if let Some(kind) = fields.get_mut(1) {
            kind.value = Some(self.type_name(protocol, header.kind));
        }
        let place = at + MessageHeader::LEN;
        let title = match (name(header.kind), &known) {
            (_, Some((known, _))) => title(known),
            (Some(name), None) => name.to_owned(),
            (None, None) => "message".to_owned(),
        };
        match header.kind {
            control::ERROR | control::DONE if known.is_none() => {
                fields.extend(self.end(protocol, &message, place, options));
            }
            kind if kind < control::MIN && known.is_none() => {
                fields.extend(self.unknown_bytes(protocol, payload, place, None, options))
            }
            _ => match known {
                Some((known, body)) => {
                    let skipped = payload.len() - body.len();
                    if protocol == GENERIC {
                        fields.extend(command_pieces(payload, place, known.name));
                    }
                    fields.extend(body_pieces(&known.body, body, place + skipped, options));
                }
                None if protocol == GENERIC => {
                    fields.extend(command_pieces(payload, place, None));
                    let skipped = payload.len().min(CommandHeader::LEN);
                    let rest = payload.get(skipped..).unwrap_or_default();
                    let wrong = "the family is not known";
                    let at = place + skipped;
                    fields.extend(self.unknown_bytes(protocol, rest, at, Some(wrong), options));
                }
                None => {
                    let wrong = "the message's type is not known";
                    fields.extend(self.unknown_bytes(
                        protocol,
                        payload,
                        place,
                        Some(wrong),
                        options,
                    ));
                }
            },
        }
        let pad = (align(len) - len).min(bytes.len() - len);
        if pad > 0 {
            let padding = Piece::new(at + len, pad, "padding");
            let rest = bytes.get(len..).unwrap_or_default();
            fields.push(match !options.secrets && self.has_secrets(protocol) {
                true => padding.hidden_unless_zero(rest),
                false => padding,
            });
        }
        let kind = format!("{len} bytes");
        Piece::new(at, 0, title).kind(kind).children(fields)
    }

    fn type_name(&self, protocol: u16, kind: u16) -> String {
        let family = (protocol == GENERIC)
            .then(|| self.family_name(kind))
            .flatten();
        match name(kind).or(family) {
            Some(name) => format!("{kind}, {name}"),
            None => kind.to_string(),
        }
    }

    /// What ends a request: the error number, the request's echo, the extended acknowledgement.
    fn end(
        &self,
        protocol: u16,
        message: &Message<'_>,
        at: usize,
        options: DecodeOptions,
    ) -> Vec<Piece> {
        let end = End::of(message.header, message.payload);
        let mut pieces = Vec::new();
        let Some(code) = end.code else {
            let wrong = Some("too short for an error number");
            return self.unknown_bytes(protocol, message.payload, at, wrong, options);
        };
        pieces.push(Piece::new(at, 4, "error").value(meaning(code)));
        match MessageHeader::split(end.echo) {
            Some((header, [])) => {
                let mut fields = header_pieces(header, at + 4, usize::MAX);
                if let Some(kind) = fields.get_mut(1) {
                    kind.value = Some(self.type_name(protocol, header.kind));
                }
                let echo = Piece::new(at + 4, 0, "request").kind("its header");
                pieces.push(echo.children(fields));
            }
            // An echoed message is a request: it is not one that ends another.
            Some((header, _)) if header.kind >= control::MIN => {
                let mut recognized = Recognized::at(end.echo);
                if let Some(request) = recognized.message()
                    && let Some((known, body, _)) = self.look(protocol, &request)
                {
                    recognized.known = Some(known);
                    recognized.body = body;
                }
                let echo = self.message(protocol, &recognized, at + 4, options);
                pieces.push(Piece {
                    name: format!("request: {}", echo.name),
                    ..echo
                });
            }
            _ => pieces.extend(self.unknown_bytes(protocol, end.echo, at + 4, None, options)),
        }
        let start = at + end.start;
        let rest = message.payload.get(end.start..).unwrap_or_default();
        match ext_ack() {
            Some(body) if !end.ext_ack.is_empty() => {
                let behind = !end.echo.is_empty() && self.has_secrets(protocol);
                let explaining = Explaining::new(body.family, options, behind);
                let inner = self::pieces(&explaining, &body, end.ext_ack, start);
                pieces.push(Piece::new(start, 0, "ext ack").children(inner));
            }
            _ => pieces.extend(self.unknown_bytes(protocol, rest, start, None, options)),
        }
        pieces
    }
}

impl Body<'_> {
    /// What each byte of the fixed header and the attributes is.
    #[must_use]
    pub fn explain(&self, bytes: &[u8], options: DecodeOptions) -> Picture {
        Picture::new(bytes, body_pieces(self, bytes, 0, options))
    }
}

fn body_pieces(body: &Body<'_>, bytes: &[u8], at: usize, options: DecodeOptions) -> Vec<Piece> {
    pieces(
        &Explaining::new(body.family, options, false),
        body,
        bytes,
        at,
    )
}

fn pieces(explaining: &Explaining<'_>, body: &Body<'_>, bytes: &[u8], at: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut start = 0;
    if let Some(header) = body.header() {
        pieces = explaining.header(header, bytes, at);
        start = align(header.len).min(bytes.len());
    }
    let attributes = bytes.get(start..).unwrap_or_default();
    let scope = Scope::new(body.set(), attributes, None).behind(body.header(), bytes);
    pieces.extend(explaining.level(&scope, at + start));
    pieces
}

/// What a message is, in words.
fn title(known: &Known<'_>) -> String {
    let family = known.family.name();
    let name = known.name.unwrap_or("unknown command");
    match known.role {
        Role::Request(mode) => format!("{family} {name}: {mode}, request"),
        Role::Reply(mode) => format!("{family} {name}: {mode}, reply"),
        Role::Notification => format!("{family} {name}: notification"),
        Role::Unknown => format!("{family}: {name}"),
    }
}

/// The fields of a message's header, with `left` bytes from its beginning to the end of the datagram.
fn header_pieces(header: MessageHeader, at: usize, left: usize) -> Vec<Piece> {
    let mut len = Piece::new(at, 4, "nlmsg_len").value(header.len.to_string());
    let said = usize::try_from(header.len).unwrap_or(usize::MAX);
    if said < MessageHeader::LEN {
        len = len.problem("less than the header's own 16 bytes");
    } else if said > left {
        len = len.problem(format!("only {left} bytes are there"));
    }
    vec![
        len,
        Piece::new(at + 4, 2, "nlmsg_type").value(header.kind.to_string()),
        Piece::new(at + 6, 2, "nlmsg_flags").value(flag_names(header)),
        Piece::new(at + 8, 4, "nlmsg_seq").value(header.seq.to_string()),
        Piece::new(at + 12, 4, "nlmsg_pid").value(header.port_id.to_string()),
    ]
}

/// The fields of a command header.
fn command_pieces(payload: &[u8], at: usize, name: Option<&str>) -> Vec<Piece> {
    let Some((header, _)) = CommandHeader::split(payload) else {
        let wrong = "too short for a command header";
        return vec![Piece::new(at, payload.len(), "").problem(wrong)];
    };
    let command = Piece::new(at, 1, "cmd");
    let reserved = Piece::new(at + 2, 2, "reserved");
    vec![
        match name {
            Some(name) => command.value(format!("{}, {name}", header.command)),
            None => command.value(header.command.to_string()),
        },
        Piece::new(at + 1, 1, "version").value(header.version.to_string()),
        match payload.get(2..4) {
            Some([0, 0]) => reserved,
            _ => reserved.problem("not zero"),
        },
    ]
}
