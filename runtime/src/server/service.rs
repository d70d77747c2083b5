//! A family as it is served: its operations, its groups, and what answers.

use std::sync::{Arc, Mutex, PoisonError};

use super::answer::Answer;
use super::call::{Announcement, Asked, Caller, Out};
use super::policy::Policies;
use super::refused::Refused;
use super::validate::{Strictness, validate};
use crate::family::{Family, Group, Operation, Permission};
use crate::wire::{CommandHeader, Errno, Message, flags};

/// What serves a family: the `Service` that generated code makes of an implementation of the family's trait.
///
/// `Arc<Mutex<S>>` serves as `S` does, for who wants to look at it while it serves.
pub trait Serve: Send {
    /// The family.
    fn served(&self) -> &'static Served;

    /// Answers a request for the entry `at` of the table of operations. It has passed the checks of the specification.
    ///
    /// # Errors
    /// Why the request is refused.
    fn answer(&mut self, at: usize, asked: &mut Asked<'_>) -> Result<(), Refused>;
}

impl<S: Serve> Serve for Arc<Mutex<S>> {
    fn served(&self) -> &'static Served {
        self.lock().unwrap_or_else(PoisonError::into_inner).served()
    }

    fn answer(&mut self, at: usize, asked: &mut Asked<'_>) -> Result<(), Refused> {
        // Of one that has panicked, the next request is a new one.
        let mut service = self.lock().unwrap_or_else(PoisonError::into_inner);
        service.answer(at, asked)
    }
}

/// What is served of a family (`struct genl_family`).
#[derive(Debug)]
pub struct Served {
    /// The family.
    pub family: &'static Family,
    /// Its operations, each mode by itself.
    pub operations: &'static [Entry],
    /// Its multicast groups.
    pub groups: &'static [Group],
    /// From this command on, reserved parts of the headers of requests are checked (`resv_start_op`).
    pub checked_from: u16,
}

/// A mode of an operation as it is served (`struct genl_split_ops`).
#[derive(Debug)]
pub struct Entry {
    /// The operation.
    pub operation: &'static Operation,
    /// Whether it is the dump.
    pub dump: bool,
    /// Bytes of the fixed header before the attributes.
    pub header: usize,
    /// What is accepted of the request's attributes; without it everything is.
    pub policies: Option<&'static Policies>,
    /// How strictly.
    pub strictness: Strictness,
}

impl Entry {
    /// The `do` of an operation, whose attributes are not checked yet.
    #[must_use]
    pub const fn doit(operation: &'static Operation) -> Self {
        Self {
            operation,
            dump: false,
            header: 0,
            policies: None,
            strictness: Strictness::Strict,
        }
    }

    /// The dump of an operation.
    #[must_use]
    pub const fn dump(operation: &'static Operation) -> Self {
        let mut new = Self::doit(operation);
        new.dump = true;
        new
    }

    /// The same, with a fixed header of so many bytes.
    #[must_use]
    pub const fn header(mut self, len: usize) -> Self {
        self.header = len;
        self
    }

    /// The same, whose attributes are checked.
    #[must_use]
    pub const fn checks(mut self, policies: &'static Policies) -> Self {
        self.policies = Some(policies);
        self
    }

    /// The same, not strictly.
    #[must_use]
    pub const fn liberal(mut self) -> Self {
        self.strictness = Strictness::Liberal;
        self
    }
}

impl Served {
    /// The entry for a command, and its place in the table.
    pub(crate) fn entry(&self, command: u16, dump: bool) -> Option<(usize, &'static Entry)> {
        self.operations
            .iter()
            .enumerate()
            .find(|(_, entry)| entry.dump == dump && entry.operation.request() == command)
    }

    /// What the kernel checks of a request's headers before it looks for the operation (`genl_header_check`). Protocols
    /// of their own have no such check.
    pub(crate) fn check_header(
        &self,
        message: Message<'_>,
        command: CommandHeader,
    ) -> Result<(), Refused> {
        let refused = |text: &str| Err(Refused::new(Errno::EINVAL).message(text));
        if u16::from(command.command) < self.checked_from {
            return Ok(());
        }
        if !matches!(message.payload, [_, _, 0, 0, ..]) {
            return refused("genlmsghdr.reserved field is not 0");
        }
        let mut set = message.header.flags;
        if set & flags::DUMP == flags::DUMP {
            set &= !flags::DUMP;
        }
        match set & !(flags::REQUEST | flags::ACK | flags::ECHO) {
            0 => Ok(()),
            _ => refused("ambiguous or reserved bits set in nlmsg_flags"),
        }
    }
}

impl Entry {
    /// Checks a request, whose fixed header and attributes `body` begin `start` bytes into it.
    pub(crate) fn check(&self, body: &[u8], start: usize) -> Result<(), Refused> {
        let header = crate::wire::align(self.header);
        let attributes = match body.get(header..) {
            Some(attributes) => attributes,
            // The padding behind the header may be missing where nothing follows.
            None if body.len() >= self.header => &[],
            None => return Err(Refused::new(Errno::EINVAL)),
        };
        match self.policies {
            Some(policies) => validate(attributes, start + header, policies, self.strictness),
            None => Ok(()),
        }
    }
}

/// Has a service answer a request, and gives the events that it sends. `privileged` is whether who asks may ask for what
/// needs a capability.
pub(crate) fn serve(
    service: &mut dyn Serve,
    answer: &mut Answer<'_>,
    privileged: bool,
) -> Vec<Announcement> {
    let mut out = Out::default();
    answer.result = try_serve(service, answer, privileged, &mut out);
    if answer.result.is_ok() || answer.is_dump() {
        answer.replies = out.replies;
    }
    answer.returned = out.returned;
    out.events
}

fn try_serve(
    service: &mut dyn Serve,
    answer: &mut Answer<'_>,
    privileged: bool,
    out: &mut Out,
) -> Result<(), Refused> {
    let served = service.served();
    match answer.command {
        Some(command) => served.check_header(answer.request, command)?,
        None if served.family.is_generic() => return Err(Refused::new(Errno::EINVAL)),
        None => {}
    }
    let found = served.entry(answer.asked(), answer.is_dump());
    let (at, entry) = found.ok_or_else(|| Refused::new(Errno::EOPNOTSUPP))?;
    if entry.operation.permission() != Permission::Anybody && !privileged {
        return Err(Refused::new(Errno::EPERM));
    }
    answer.lacks = entry.operation.lacks();
    answer.reply_with(entry.operation.reply());
    entry.check(answer.body, answer.start())?;
    let mut asked = Asked {
        caller: Caller {
            port_id: answer.port_id,
            header: answer.request.header,
        },
        body: answer.body,
        out,
    };
    service.answer(at, &mut asked)
}
