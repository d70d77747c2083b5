//! Serving one socket: requests in, answers and faults out.

use std::io::Read;
use std::net::Shutdown;
use std::sync::{Arc, PoisonError};

use super::Fault;
use super::state::{Asked, End, FakeKernel};
use crate::family::Family;
use crate::link::Envelope;
use crate::nlctrl;
use crate::server::{Answer, NEWFAMILY, Parts, Refused, answer_nlctrl, serve as serve_family};
use crate::wire::{Encoder, Errno, Message, Messages, control, flags};

/// The longest request, in bytes.
const LONGEST: usize = 1 << 20;

/// How much is in one datagram: few objects, so that tests meet more than one datagram.
const PARTS: Parts = Parts {
    objects: 16,
    bytes: usize::MAX,
};

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
    answer: Answer<'a>,
    fault: Option<Fault>,
}

impl<'a> Outcome<'a> {
    fn of(kernel: &FakeKernel, end: &End, request: Message<'a>) -> Self {
        let generic = end.protocol == libc::NETLINK_GENERIC;
        let mut new = Self {
            answer: Answer::new(request, request.header.port_id, generic),
            fault: None,
        };
        let family = kernel.state().family_of(end.protocol, request.header.kind);
        match family {
            Some(family) => new.ask(kernel, family),
            None => new.answer.result = Err(Refused::new(Errno::ENOENT)),
        }
        new
    }

    /// Lets the answer that a test gave do its work, or the service of the family.
    fn ask(&mut self, kernel: &FakeKernel, family: &'static Family) {
        let (command, dump) = (self.answer.asked(), self.answer.is_dump());
        let known = kernel.state().answer_to(family, command, dump);
        let service = kernel.state().service_of(family);
        match (known, service) {
            (Some((operation, answer)), _) => {
                let mut asked = Asked {
                    kernel,
                    header: self.answer.request.header,
                    body: self.answer.body,
                    replies: &mut self.answer.replies,
                    returned: &mut self.answer.returned,
                };
                // Of one that has panicked, the next call is a new one.
                let mut answer = answer.lock().unwrap_or_else(PoisonError::into_inner);
                self.answer.result = answer(&mut asked);
                self.answer.lacks = operation.lacks();
                self.answer.reply_with(operation.reply());
            }
            (None, Some(service)) => {
                let mut service = service.lock().unwrap_or_else(PoisonError::into_inner);
                let events = serve_family(&mut *service, &mut self.answer, true);
                drop(service);
                for event in &events {
                    kernel.send_event(event);
                }
            }
            (None, None) if family.name() == nlctrl::FAMILY.name() => {
                let state = kernel.state();
                let families = state.families().iter();
                match answer_nlctrl(families, command, dump, self.answer.body) {
                    Ok(replies) => self.answer.replies = replies,
                    Err(refused) => {
                        let refused = refused.unwrap_or_else(|| no_answer(family, command, dump));
                        self.answer.result = Err(refused);
                    }
                }
                self.answer.reply_with(Some(NEWFAMILY));
                return;
            }
            (None, None) => self.answer.result = Err(no_answer(family, command, dump)),
        }
        self.fault = kernel.state().next_fault();
    }

    fn send(mut self, end: &End) {
        let say = |datagram: &[u8]| end.tell(Envelope::default(), datagram);
        let mut first = 0;
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
                end.tell(envelope, &self.answer.end(&Err(refused)));
            }
            Some(Fault::Interrupted) => first = flags::DUMP_INTR,
            Some(Fault::Long(len)) => {
                for reply in &mut self.answer.replies {
                    lengthen(reply, *len);
                }
            }
            None => {}
        }
        for datagram in self.answer.datagrams(PARTS, first) {
            say(&datagram);
        }
    }
}

/// Makes a reply longer, by attributes that no specification has.
fn lengthen(reply: &mut Vec<u8>, len: usize) {
    let mut out = Encoder::new(reply);
    while out.len() < len {
        out.attr(crate::wire::TYPE_MASK, |out| out.zeros(FILLER));
    }
    // The filler is shorter than an attribute may be.
    let _ = out.finish();
}

fn no_answer(family: &Family, command: u16, dump: bool) -> Refused {
    let (name, what) = (family.name(), if dump { "dump" } else { "request" });
    Refused::new(Errno::EOPNOTSUPP).message(format!(
        "the fake kernel was given no answer to the {what} {command} of {name}"
    ))
}
