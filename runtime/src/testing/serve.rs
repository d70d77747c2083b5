//! Serving one socket: requests in, answers and faults out.

use std::io::Read;
use std::net::Shutdown;
use std::sync::{Arc, PoisonError};

use super::Fault;
use super::asked::{Asked, Refused, end_flags};
use super::kernel::{End, FakeKernel, Known};
use crate::family::Lacks;
use crate::plug::Envelope;
use crate::{
    CommandHeader, Encoder, Errno, Family, Group, List, Message, MessageHeader, Messages, Str,
    control, flags, nlctrl,
};

/// The longest request, in bytes.
const LONGEST: usize = 1 << 20;

/// Objects of a dump in one datagram, at most: few, so that tests meet more than one datagram.
const OBJECTS: usize = 16;

/// The payload of an attribute that makes a datagram long.
const FILLER: usize = 60_000;

/// Serves a socket until the program closes it.
pub(super) fn serve(kernel: &FakeKernel, end: &Arc<End>) {
    let _leaving = Leaving(kernel, end);
    let mut buf = vec![0; LONGEST];
    while let Ok(len @ 1..) = (&end.stream).read(&mut buf) {
        for message in Messages::new(buf.get(..len).unwrap_or_default()) {
            if message.header.flags & flags::REQUEST == 0 || message.header.kind < control::MIN {
                continue;
            }
            Outcome::of(kernel, end, message).send(end);
        }
    }
}

/// Closes the socket in the end, also when an answer panics: the program must not wait for it.
struct Leaving<'k>(&'k FakeKernel, &'k Arc<End>);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        // It may be closed already.
        let _ = self.1.stream.shutdown(Shutdown::Both);
        self.0.state().forget(self.1);
    }
}

/// How a request was answered.
struct Outcome<'a> {
    request: Message<'a>,
    /// The command and the version of replies; `None` in a protocol of its own.
    command: Option<CommandHeader>,
    kind: u16,
    /// The request's fixed header and attributes, and where they begin.
    body: &'a [u8],
    replies: Vec<Vec<u8>>,
    result: Result<(), Refused>,
    /// The number that is returned in place of an error number.
    returned: u32,
    /// What the replies have 0 for.
    lacks: Lacks,
    fault: Option<Fault>,
}

impl<'a> Outcome<'a> {
    fn of(kernel: &FakeKernel, end: &End, request: Message<'a>) -> Self {
        let mut new = Self {
            request,
            command: None,
            kind: request.header.kind,
            body: request.payload,
            replies: Vec::new(),
            result: Ok(()),
            returned: 0,
            lacks: Lacks::default(),
            fault: None,
        };
        let generic = end.protocol == libc::NETLINK_GENERIC;
        let mut command = request.header.kind;
        if generic && let Some((head, body)) = CommandHeader::split(request.payload) {
            (new.command, new.body, command) = (Some(head), body, head.command.into());
        }
        let family = kernel.state().family_of(end.protocol, request.header.kind);
        match family {
            Some(family) => new.ask(kernel, family, command),
            None => new.result = Err(Refused::new(Errno::ENOENT)),
        }
        new
    }

    fn dump(&self) -> bool {
        self.request.header.flags & flags::DUMP == flags::DUMP
    }

    /// Lets the answer that a test gave do its work.
    fn ask(&mut self, kernel: &FakeKernel, family: &'static Family, command: u16) {
        let dump = self.dump();
        let mut asked = Asked {
            kernel,
            header: self.request.header,
            body: self.body,
            replies: &mut self.replies,
            returned: &mut self.returned,
        };
        let known = kernel.state().answer_to(family, command, dump);
        let (result, reply) = match known {
            Some((operation, answer)) => {
                // Of one that has panicked, the next call is a new one.
                let mut answer = answer.lock().unwrap_or_else(PoisonError::into_inner);
                self.lacks = operation.lacks();
                (answer(&mut asked), operation.reply())
            }
            None if family.name() == nlctrl::FAMILY.name() => {
                let state = kernel.state();
                self.result = tell_families(state.families(), &mut asked, command, dump);
                self.reply_with(Some(1));
                return;
            }
            None => (Err(no_answer(family, command, dump)), None),
        };
        self.result = result;
        self.fault = kernel.state().next_fault();
        self.reply_with(reply);
    }

    /// Sets the command of the replies.
    fn reply_with(&mut self, command: Option<u16>) {
        match (&mut self.command, command) {
            (Some(head), Some(command)) => head.command = u8::try_from(command).unwrap_or(0),
            (None, Some(command)) => self.kind = command,
            (_, None) => {}
        }
    }

    fn send(self, end: &End) {
        let say = |datagram: &[u8]| end.tell(Envelope::default(), datagram);
        match &self.fault {
            Some(Fault::Silence) => return,
            Some(Fault::Overrun) => return end.lose_answer(),
            Some(Fault::Delay(time)) => std::thread::sleep(*time),
            Some(Fault::Garbage(bytes)) => say(bytes),
            Some(Fault::Forged(sender)) => {
                let envelope = Envelope {
                    sender: *sender,
                    ..Envelope::default()
                };
                // What it says is that the request has failed.
                let refused = Refused::new(Errno::EPERM).message("forged");
                end.tell(envelope, &self.end(&Err(refused)));
            }
            Some(Fault::Interrupted | Fault::Long(_)) | None => {}
        }
        for datagram in self.datagrams() {
            say(&datagram);
        }
    }

    /// The replies and what ends them, in datagrams.
    fn datagrams(&self) -> Vec<Vec<u8>> {
        let mut datagrams: Vec<Vec<u8>> = Vec::new();
        let objects: Vec<_> = self
            .replies
            .iter()
            .enumerate()
            .map(|(at, reply)| self.object(at, reply))
            .collect();
        for part in objects.chunks(OBJECTS) {
            datagrams.push(part.concat());
        }
        let acknowledged = self.request.header.flags & flags::ACK != 0;
        if self.dump() || self.result.is_err() || acknowledged {
            let end = self.end(&self.result);
            // The end of a dump shares the last datagram, the answer to a request has its own.
            match datagrams.last_mut().filter(|_| self.dump()) {
                Some(last) => last.extend_from_slice(&end),
                None => datagrams.push(end),
            }
        }
        datagrams
    }

    /// The message of a reply.
    fn object(&self, at: usize, reply: &[u8]) -> Vec<u8> {
        let mut own = if self.dump() { flags::MULTI } else { 0 };
        if at == 0 && matches!(self.fault, Some(Fault::Interrupted)) {
            own |= flags::DUMP_INTR;
        }
        let mut body = reply.to_vec();
        if let Some(Fault::Long(len)) = self.fault {
            let mut out = Encoder::new(&mut body);
            while out.len() < len {
                out.attr(crate::attr::TYPE_MASK, |out| out.zeros(FILLER));
            }
            // The filler is shorter than an attribute may be.
            let _ = out.finish();
        }
        let header = MessageHeader {
            kind: self.kind,
            flags: own,
            ..self.origin(self.lacks)
        };
        message(header, self.command, &body)
    }

    /// Whose answer a message is, as far as it says so.
    fn origin(&self, lacks: Lacks) -> MessageHeader {
        let MessageHeader { seq, port_id, .. } = self.request.header;
        MessageHeader {
            seq: if lacks.sequence { 0 } else { seq },
            port_id: if lacks.port_id { 0 } else { port_id },
            ..MessageHeader::default()
        }
    }

    /// The message that ends the answer.
    fn end(&self, result: &Result<(), Refused>) -> Vec<u8> {
        let (errno, ext_ack) = match result {
            Ok(()) => (0, Vec::new()),
            Err(refused) => {
                let start = MessageHeader::LEN + self.request.payload.len() - self.body.len();
                (refused.errno.code(), refused.ext_ack(start, self.body))
            }
        };
        let returned = i32::try_from(self.returned).unwrap_or(i32::MAX);
        let code = match errno {
            0 => returned,
            errno => errno.saturating_neg(),
        };
        let code = code.to_ne_bytes();
        let end = |kind, flags| MessageHeader {
            kind,
            flags,
            ..self.origin(Lacks::default())
        };
        // A dump that fails before its first object ends with an error, as in the kernel.
        if self.dump() && (result.is_ok() || !self.replies.is_empty()) {
            let payload = [&code, &*ext_ack].concat();
            let own = flags::MULTI | (end_flags(&ext_ack) & flags::ACK_TLVS);
            return message(end(control::DONE, own), None, &payload);
        }
        let mut payload = code.to_vec();
        self.request.header.write(&mut payload);
        payload.extend_from_slice(&ext_ack);
        message(end(control::ERROR, end_flags(&ext_ack)), None, &payload)
    }
}

/// A whole message, padded.
fn message(header: MessageHeader, command: Option<CommandHeader>, body: &[u8]) -> Vec<u8> {
    let head = command.map(CommandHeader::to_bytes);
    let head = head.as_ref().map_or(&[][..], |head| &head[..]);
    let len = MessageHeader::LEN + head.len() + body.len();
    let header = MessageHeader {
        len: u32::try_from(len).unwrap_or(u32::MAX),
        ..header
    };
    let mut bytes = Vec::with_capacity(len);
    header.write(&mut bytes);
    bytes.extend_from_slice(head);
    bytes.extend_from_slice(body);
    bytes.resize(crate::align(bytes.len()), 0);
    bytes
}

fn no_answer(family: &Family, command: u16, dump: bool) -> Refused {
    let (name, what) = (family.name(), if dump { "dump" } else { "request" });
    Refused::new(Errno::EOPNOTSUPP).message(format!(
        "the fake kernel was given no answer to the {what} {command} of {name}"
    ))
}

/// What nlctrl tells of the families that are registered: of one by name or id, or of all.
fn tell_families(
    families: &[Known],
    asked: &mut Asked<'_>,
    command: u16,
    dump: bool,
) -> Result<(), Refused> {
    const GETFAMILY: u16 = 3;
    if command != GETFAMILY {
        return Err(no_answer(&nlctrl::FAMILY, command, dump));
    }
    let request: nlctrl::Getfamily<'_> = asked.request()?;
    let wanted = |known: &&Known| {
        let name = request
            .family_name
            .is_none_or(|name| name == known.family.name());
        name && request.family_id.is_none_or(|id| id == known.id)
    };
    let found: Vec<&Known> = families
        .iter()
        .filter(|known| known.family.is_generic())
        .filter(wanted)
        .collect();
    if found.is_empty() && !dump {
        return Err(Refused::new(Errno::ENOENT));
    }
    for known in found {
        let groups = known.told_groups();
        asked.reply(&known.told(&groups))?;
    }
    Ok(())
}

impl Known {
    /// The groups as nlctrl tells them.
    pub(super) fn told_groups(&self) -> Vec<nlctrl::McastGroupAttrs<'_>> {
        let told = |(group, id): &(Group, u32)| nlctrl::McastGroupAttrs {
            id: Some(*id),
            name: Some(Str::from(group.name())),
        };
        self.groups.iter().map(told).collect()
    }

    /// The family as nlctrl tells it, with its groups.
    pub(super) fn told<'a>(
        &self,
        groups: &'a [nlctrl::McastGroupAttrs<'a>],
    ) -> nlctrl::GetfamilyReply<'a> {
        nlctrl::GetfamilyReply {
            family_name: Some(Str::from(self.family.name())),
            family_id: Some(self.id),
            version: Some(self.family.version().into()),
            mcast_groups: List::from(groups),
            ..Default::default()
        }
    }
}
