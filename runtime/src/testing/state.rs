//! What a fake kernel knows, and how it sends.

use std::collections::VecDeque;
use std::fmt;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Fault, Refused};
use crate::family::{Family, Group, Operation};
use crate::link::{Envelope, Plug};
use crate::nlctrl;
use crate::server::{Announcement, Registered as Known, Serve, To};
use crate::session::NLCTRL;
use crate::wire::MessageHeader;

/// The least id of a family that is not nlctrl, as in the kernel (`GENL_START_ALLOC`).
const FIRST_ID: u16 = 19;

/// A kernel that knows what a test tells it. Clones are the same kernel.
///
/// Its families are those of the operations and groups that it was told of. Everything else it refuses
/// with `EOPNOTSUPP` and a text. Each connection is served by a thread of its own, which ends when the
/// connection does.
///
/// An answer may use the kernel ([`Asked::kernel`]): to send the event of what it has set, to answer another
/// operation from now on, to open a connection. Only its own operation cannot be asked for meanwhile: an answer is
/// made for one request at a time, and others wait for it.
///
/// ```
/// use nlgen_runtime::nlctrl::{Getfamily, GetfamilyReply};
/// use nlgen_runtime::testing::FakeKernel;
/// use nlgen_runtime::{Group, nlctrl};
///
/// const NEWS: Group = Group::new(&nlctrl::FAMILY, "news");
/// let kernel = FakeKernel::new();
/// kernel.answer::<Getfamily>(|asked| {
///     let family = GetfamilyReply::default();
///     asked.kernel().tell(NEWS, 1, &family)?;
///     asked.reply(&family)
/// });
/// kernel.connect()?.call(&Getfamily::default())?;
/// # Ok::<(), nlgen_runtime::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct FakeKernel(Arc<Mutex<State>>);

/// How a request is answered.
pub(super) type Answer = Box<dyn FnMut(&mut Asked<'_>) -> Result<(), Refused> + Send>;

/// What serves a family.
pub(super) type Service = Arc<Mutex<dyn Serve>>;

#[derive(Default)]
pub(super) struct State {
    pub(super) families: Vec<Known>,
    answers: Vec<(&'static Operation, bool, Arc<Mutex<Answer>>)>,
    pub(super) services: Vec<(&'static Family, Service)>,
    pub(super) faults: VecDeque<Fault>,
    pub(super) sockets: Vec<Arc<End>>,
    /// Ids that have been given out.
    ids: u16,
}

/// The kernel's end of a socket.
pub(super) struct End {
    pub(super) stream: UnixStream,
    /// The netlink protocol that is spoken.
    pub(super) protocol: i32,
    pub(super) port_id: u32,
    pub(super) plug: Arc<Plug>,
    /// Something was lost, and the program has not been told.
    pub(super) overrun: AtomicBool,
}

/// A request that a fake kernel is asked to answer.
pub struct Asked<'a> {
    pub(super) kernel: &'a FakeKernel,
    pub(super) header: MessageHeader,
    pub(super) body: &'a [u8],
    pub(super) replies: &'a mut Vec<Vec<u8>>,
    pub(super) returned: &'a mut u32,
}

impl FakeKernel {
    /// Sends an event to sockets that have joined its group, or to the one with its port id.
    pub(super) fn send_event(&self, event: &Announcement) {
        let mut state = self.state();
        let kind = match event.family.is_generic() {
            true => state.known(event.family).id,
            false => event.command,
        };
        let datagram = event.message(kind);
        // Others may use the kernel while a socket has no room.
        let (number, ends) = match event.to {
            To::Group(group) => {
                let number = state.group(group);
                (number, state.joined(number))
            }
            To::Port(port_id) => (0, state.with_port(port_id)),
        };
        drop(state);
        let envelope = Envelope {
            group: number,
            ..Envelope::default()
        };
        for end in ends {
            end.tell(envelope, &datagram);
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // An answer that panicked has ended its connection; the others go on.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    pub(super) fn register(&mut self, operation: &'static Operation, dump: bool, answer: Answer) {
        self.known(operation.family());
        let same = |known: &'static Operation| {
            known.family().name() == operation.family().name()
                && known.request() == operation.request()
        };
        self.answers
            .retain(|(known, is_dump, _)| !(*is_dump == dump && same(known)));
        let answer = Arc::new(Mutex::new(answer));
        self.answers.push((operation, dump, answer));
    }

    /// A family as it is registered; it is if it was not.
    pub(super) fn known(&mut self, family: &'static Family) -> &mut Known {
        let same = |known: &Known| known.family.name() == family.name();
        let at = match self.families.iter().position(same) {
            Some(at) => at,
            None => {
                let id = match family.name() == nlctrl::FAMILY.name() {
                    true => NLCTRL,
                    false => self.free_id(),
                };
                self.families.push(Known {
                    family,
                    id,
                    groups: Vec::new(),
                });
                self.families.len() - 1
            }
        };
        #[allow(clippy::indexing_slicing, reason = "the place was just found or made")]
        &mut self.families[at]
    }

    /// The number of a group; it is registered if it was not.
    pub(super) fn group(&mut self, group: Group) -> u32 {
        let free = self.free_number();
        let known = self.known(group.family());
        if let Some((_, number)) = known
            .groups
            .iter()
            .find(|(of, _)| of.name() == group.name())
        {
            return *number;
        }
        let number = match known.id {
            NLCTRL => NLCTRL.into(),
            _ => group.number().unwrap_or(free),
        };
        known.groups.push((group, number));
        number
    }

    /// An id that no family has had.
    pub(super) fn free_id(&mut self) -> u16 {
        self.ids += 1;
        FIRST_ID + self.ids
    }

    /// A number that no group has.
    pub(super) fn free_number(&self) -> u32 {
        let groups = self.families.iter().flat_map(|known| &known.groups);
        groups.map(|(_, number)| number + 1).fold(0x20, u32::max)
    }

    /// The sockets that are open.
    pub(super) fn plugs(&self) -> impl Iterator<Item = &Plug> {
        self.sockets.iter().map(|end| &*end.plug)
    }

    pub(super) fn families(&self) -> &[Known] {
        &self.families
    }

    /// The family of a message: by its id, or by the protocol when it has one of its own.
    pub(super) fn family_of(&mut self, protocol: i32, kind: u16) -> Option<&'static Family> {
        if protocol == libc::NETLINK_GENERIC {
            self.known(&nlctrl::FAMILY);
        }
        self.families
            .iter()
            .filter(|known| i32::from(known.family.protocol()) == protocol)
            .find(|known| known.id == kind || !known.family.is_generic())
            .map(|known| known.family)
    }

    /// How to answer a command of a family. The answer is called when the state is free again: it may use the
    /// kernel.
    pub(super) fn answer_to(
        &self,
        family: &'static Family,
        command: u16,
        dump: bool,
    ) -> Option<(&'static Operation, Arc<Mutex<Answer>>)> {
        self.answers
            .iter()
            .find(|(operation, is_dump, _)| {
                let of = operation.family();
                // Families of a protocol of its own share it.
                let same = match family.is_generic() {
                    true => of.name() == family.name(),
                    false => of.protocol() == family.protocol(),
                };
                *is_dump == dump && operation.request() == command && same
            })
            .map(|(operation, _, answer)| (*operation, Arc::clone(answer)))
    }

    /// What serves a family.
    pub(super) fn service_of(&self, family: &'static Family) -> Option<Service> {
        let same = |known: &'static Family| match family.is_generic() {
            true => known.name() == family.name(),
            false => known.protocol() == family.protocol(),
        };
        let mut services = self.services.iter();
        let (_, service) = services.find(|(known, _)| same(known))?;
        Some(Arc::clone(service))
    }

    pub(super) fn next_fault(&mut self) -> Option<Fault> {
        self.faults.pop_front()
    }

    #[cfg(test)]
    pub(super) fn sockets(&self) -> usize {
        self.sockets.len()
    }

    /// The sockets that have joined a group.
    pub(super) fn joined(&self, number: u32) -> Vec<Arc<End>> {
        let ends = self.sockets.iter();
        ends.filter(|end| end.plug.has_joined(number))
            .map(Arc::clone)
            .collect()
    }

    /// The socket with a port id.
    fn with_port(&self, port_id: u32) -> Vec<Arc<End>> {
        let ends = self.sockets.iter();
        ends.filter(|end| end.port_id == port_id)
            .map(Arc::clone)
            .collect()
    }

    /// The socket has been closed.
    pub(super) fn forget(&mut self, end: &Arc<End>) {
        self.sockets.retain(|known| !Arc::ptr_eq(known, end));
    }
}

impl End {
    /// Sends a datagram. One that finds no room is lost, and that is told before the next.
    pub(super) fn tell(&self, envelope: Envelope, datagram: &[u8]) {
        if self.overrun.load(Ordering::Relaxed) {
            self.tell_overrun();
        }
        if (&self.stream).write(&envelope.seal(datagram)).is_err() {
            self.plug.lose(1);
            self.overrun.store(true, Ordering::Relaxed);
        }
    }

    /// An answer finds no room.
    pub(super) fn lose_answer(&self) {
        self.plug.lose(1);
        self.tell_overrun();
    }

    /// Lets the next receive fail as one does whose queue was full.
    pub(super) fn tell_overrun(&self) {
        let envelope = Envelope {
            errno: libc::ENOBUFS,
            ..Envelope::default()
        };
        let told = (&self.stream).write(&envelope.seal(&[])).is_ok();
        self.overrun.store(!told, Ordering::Relaxed);
    }
}

impl fmt::Debug for FakeKernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        let families: Vec<_> = state.families.iter().map(|known| known.family).collect();
        f.debug_struct("FakeKernel")
            .field("families", &families)
            .field("sockets", &state.sockets.len())
            .finish_non_exhaustive()
    }
}
