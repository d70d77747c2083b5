//! Requests and arrivals, drawn at random.

use super::*;

/// A request, and what arrives while it is waited for.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) ask: Ask,
    /// What arrives, each time that somebody waits.
    pub(super) bursts: Vec<Vec<Arrival>>,
    /// Afterwards the future is dropped; otherwise its time is over.
    pub(super) dropped: bool,
    /// What has been drawn for earlier ones does not arrive any more.
    pub(super) ends_noise: bool,
    /// It brings one object.
    pub(super) must_succeed: bool,
}

/// What arrives at the socket.
#[derive(Clone, Debug)]
pub(super) enum Arrival {
    /// A datagram from this port id.
    Datagram(u32, Vec<Message>),
    /// One that is longer than the buffer may become.
    Long(u32),
    /// The news that the queue was full.
    Full,
}

#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) to: To,
    pub(super) port_id: u32,
    pub(super) what: What,
}

/// Which request a message answers by its sequence number.
#[derive(Clone, Copy, Debug)]
pub(super) enum To {
    /// The one that was sent so many before the last one.
    Earlier(usize),
    /// None: another number.
    Number(u32),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum What {
    Object {
        interrupted: bool,
    },
    /// An acknowledgement, or an error.
    End(i32),
    Done(i32),
    Noop,
    Overrun,
}

pub(super) const FORGER: u32 = 4711;

fn message() -> impl Strategy<Value = Message> {
    let to = prop_oneof![
        8 => Just(To::Earlier(0)),
        4 => (0usize..8).prop_map(To::Earlier),
        1 => prop_oneof![Just(0), any::<u32>()].prop_map(To::Number),
    ];
    let errno = || prop_oneof![Just(libc::EPERM), Just(libc::ENOENT), Just(libc::EMSGSIZE)];
    let what = prop_oneof![
        8 => prop::bool::weighted(0.1).prop_map(|interrupted| What::Object { interrupted }),
        4 => Just(What::End(0)),
        1 => errno().prop_map(What::End),
        4 => Just(What::Done(0)),
        1 => errno().prop_map(What::Done),
        1 => Just(What::Noop),
        1 => prop::bool::weighted(0.3).prop_map(|lost| if lost { What::Overrun } else { What::Noop }),
    ];
    let port_id = prop_oneof![12 => Just(PORT_ID), 1 => Just(0), 1 => Just(FORGER)];
    (to, port_id, what).prop_map(|(to, port_id, what)| Message { to, port_id, what })
}

fn arrival() -> impl Strategy<Value = Arrival> {
    let sender = || prop_oneof![9 => Just(KERNEL), 1 => Just(FORGER)];
    let messages = prop::collection::vec(message(), 0..4);
    prop_oneof![
        16 => (sender(), messages).prop_map(|(sender, messages)| Arrival::Datagram(sender, messages)),
        1 => sender().prop_map(Arrival::Long),
        1 => Just(Arrival::Full),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let ask = prop_oneof![
        2 => Just(Ask::Call),
        1 => Just(Ask::Collect),
        2 => Just(Ask::Dump),
        2 => (0usize..5).prop_map(Ask::Stream),
        2 => (0usize..8).prop_map(Ask::All),
        2 => (1usize..4).prop_map(Ask::Batch),
    ];
    let bursts = prop::collection::vec(prop::collection::vec(arrival(), 1..4), 0..5);
    let dropped = prop::bool::weighted(0.2);
    (ask, bursts, dropped).prop_map(|(ask, bursts, dropped)| Step {
        ask,
        bursts,
        dropped,
        ends_noise: false,
        must_succeed: false,
    })
}

/// Requests with what arrives for them.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..8)
}

/// Requests on a quiet wire: some that read away what is there, a dump that may wait for the end of one before,
/// and one that ends; then some that must go well.
pub(super) fn quiet() -> Vec<Step> {
    let step = |ask, answers: &[&[What]]| Step {
        ask,
        bursts: answers.iter().map(|whats| vec![answer(whats)]).collect(),
        dropped: false,
        ends_noise: true,
        must_succeed: false,
    };
    let well = |ask, end| Step {
        must_succeed: true,
        ..step(ask, &[&[What::Object { interrupted: false }, end]])
    };
    let mut steps = vec![step(Ask::Collect, &[]); 4];
    steps.push(step(Ask::Dump, &[]));
    // The end of the one before, if that was sent, and its own.
    steps.push(step(Ask::Dump, &[&[What::Done(0)], &[What::Done(0)]]));
    steps.push(well(Ask::Dump, What::Done(0)));
    steps.push(well(Ask::Call, What::End(0)));
    steps
}

/// A datagram of the kernel for the last request.
fn answer(whats: &[What]) -> Arrival {
    let messages = whats.iter().map(|what| Message {
        to: To::Earlier(0),
        port_id: PORT_ID,
        what: *what,
    });
    Arrival::Datagram(KERNEL, messages.collect())
}
