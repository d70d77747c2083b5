//! Batches of netfilter.

use super::*;
use crate::describe::{Int, Kind, Set};
use crate::family::Request;
use crate::session::{Batch, RefusedBatch};

/// A message of a subsystem that no kernel has.
struct Put {
    id: Option<u32>,
}

static THINGS: Family = Family::raw("things", libc::NETLINK_NETFILTER as u16);
static PUT: Set = Set::new(
    "put",
    &[crate::describe::Attribute::new(
        1,
        "id",
        Kind::Int(Int::U32),
    )],
);
crate::message!(Put, &PUT, { 1 => value id, });

impl Request for Put {
    const OP: &'static Operation = &Operation::new(&THINGS, "put", 0x4d06);
    type Reply<'r> = ();
}

/// An attribute of four bytes.
fn attribute(number: u16, payload: [u8; 4]) -> Vec<u8> {
    [&8u16.to_ne_bytes()[..], &number.to_ne_bytes(), &payload].concat()
}

/// A connection to netfilter, whose batch of three has the sequence numbers 1 to 5.
pub(crate) fn netfilter() -> (Connection, Kernel) {
    let builder = Connection::builder()
        .receive_buffer(SMALL, SMALL)
        .timeout(Some(Duration::ZERO));
    let (socket, kernel) = pair(libc::NETLINK_NETFILTER, KERNEL);
    (Connection::with(socket, builder.settings), kernel)
}

pub(crate) fn three() -> Batch {
    let mut batch = Batch::new();
    for id in [7, 8, 9] {
        batch.push(flags::CREATE, &Put { id: Some(id) }).unwrap();
    }
    batch
}

fn refused(conn: &mut Connection) -> RefusedBatch {
    match conn.commit(&three()) {
        Err(Error::Batch(refused)) => *refused,
        other => panic!("{other:?}"),
    }
}

/// The indices of the messages that were refused, with why.
fn reasons(refused: &RefusedBatch) -> Vec<(usize, Errno)> {
    let reason = |(index, refusal): (usize, &crate::session::Refusal)| (index, refusal.errno());
    refused.refusals().map(reason).collect()
}

/// Found by review: a trace had the answers only.
#[test]
fn an_observer_is_shown_the_batch() {
    let (mut conn, mut kernel) = netfilter();
    let seen = watch(&mut conn);
    kernel.says(&[end(4, 0)]);
    conn.commit(&three()).unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [
            (Direction::Sent, vec![1, 2, 3, 4, 5]),
            (Direction::Received, vec![4]),
        ]
    );
}

#[test]
fn a_batch_is_one_datagram_with_begin_and_end() {
    let (mut conn, mut kernel) = netfilter();
    kernel.says(&[end(4, 0)]);
    conn.commit(&three().for_generation(0x0102_0304)).unwrap();
    assert_eq!(conn.stats().sent, 5);

    let mut bytes = [0; 4096];
    let len = kernel.file.read(&mut bytes).unwrap();
    let messages: Vec<_> = crate::wire::Messages::new(&bytes[..len]).collect();
    let create = flags::REQUEST | flags::CREATE;
    // struct nfgenmsg with the subsystem 0x4d.
    let subsystem = vec![0, 0, 0, 0x4d];
    let id = |id: u32| attribute(1, id.to_ne_bytes());
    // Big-endian, whatever the host is.
    let generation = attribute(1, [1, 2, 3, 4]);
    let expected = [
        (0x10, flags::REQUEST, [&*subsystem, &*generation].concat()),
        (0x4d06, create, id(7)),
        (0x4d06, create, id(8)),
        (0x4d06, create | flags::ACK, id(9)),
        (0x11, flags::REQUEST, subsystem),
    ];
    assert_eq!(messages.len(), expected.len());
    for (at, (message, (kind, flags, payload))) in messages.iter().zip(expected).enumerate() {
        let header = message.header;
        assert_eq!((header.kind, header.flags), (kind, flags), "{at}");
        assert_eq!((header.seq, header.port_id), (at as u32 + 1, PORT_ID));
        assert_eq!(message.payload, payload, "{at}");
    }

    // The same batch again, with numbers of its own.
    kernel.says(&[end(9, 0)]);
    conn.commit(&three()).unwrap();
    assert_eq!(kernel.hears().seq, 6);
}

#[test]
fn refusals_go_to_their_messages() {
    let (mut conn, mut kernel) = netfilter();
    // The last one is accepted; acknowledgements of others change nothing.
    kernel
        .says(&[end(2, 0), end(3, libc::ENOENT)])
        .says(&[end(4, 0)]);
    let first = refused(&mut conn);
    assert_eq!(reasons(&first), [(1, Errno::ENOENT)]);
    assert!(first.whole().is_none() && !first.is_cut());
    assert_eq!(
        first.to_string(),
        "message 1 of 3: things.put: ENOENT (No such file or directory); nothing of the batch was \
         carried out"
    );
    kernel
        .says(&[end(7, libc::EPERM)])
        .says(&[end(9, libc::EEXIST)]);
    let second = refused(&mut conn);
    assert_eq!(reasons(&second), [(0, Errno::EPERM), (2, Errno::EEXIST)]);
    kernel.says(&[end(14, 0)]);
    conn.commit(&three()).unwrap();
}

#[test]
fn a_batch_is_refused_whole_by_its_begin() {
    let (mut conn, mut kernel) = netfilter();
    kernel.says(&[end(1, libc::EOPNOTSUPP)]);
    let refused = refused(&mut conn);
    assert_eq!(reasons(&refused), []);
    assert_eq!(refused.whole().unwrap().errno(), Errno::EOPNOTSUPP);
    assert_eq!(refused.errno(), Errno::EOPNOTSUPP);
    let text = refused.to_string();
    assert!(text.starts_with("nfnetlink.batch: EOPNOTSUPP"), "{text}");
}

#[test]
fn a_lost_end_is_told_by_what_is_known() {
    // Nothing is known.
    let (mut conn, mut kernel) = netfilter();
    kernel.says(&[message(control::OVERRUN, 0, 0, &[])]);
    let error = conn.commit(&three()).unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "nfnetlink.batch: the answer was lost; whether the request was carried out is not known"
    );
    // A refusal says that nothing was carried out.
    kernel
        .says(&[end(7, libc::EPERM), message(control::OVERRUN, 0, 0, &[])])
        .says(&[end(8, libc::EPERM)]);
    let known = refused(&mut conn);
    assert_eq!(reasons(&known), [(0, Errno::EPERM), (1, Errno::EPERM)]);
    assert!(known.is_cut());
    // So does one before the time is over.
    kernel.says(&[end(12, libc::EPERM)]);
    assert!(refused(&mut conn).is_cut());
    let error = conn.commit(&three()).unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error}");
    // What comes late, for all four, is nobody's.
    kernel
        .says(&[end(4, 0), end(9, 0), end(14, 0), end(19, 0)])
        .says(&[end(24, 0)]);
    conn.commit(&three()).unwrap();
    assert_eq!(conn.stats().stray, 4);
}

#[test]
fn forged_answers_do_not_end_a_batch() {
    let (mut conn, mut kernel) = netfilter();
    let mut foreign = end(4, 0);
    foreign[12..16].copy_from_slice(&77u32.to_ne_bytes());
    kernel.says(&[foreign, end(0, 0), end(6, 0), end(4711, libc::EPERM)]);
    let error = conn.commit(&three()).unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error}");
    assert_eq!(conn.stats().stray, 4);
}

#[test]
fn sequence_numbers_begin_anew_within_a_batch() {
    let (mut conn, mut kernel) = netfilter();
    conn.exchange.skip_to(u32::MAX - 2);
    kernel.says(&[end(1, libc::ENOENT), end(2, 0)]);
    assert_eq!(reasons(&refused(&mut conn)), [(1, Errno::ENOENT)]);
}

#[test]
fn a_warning_is_kept_and_many_refusals_are_counted() {
    let (mut conn, mut kernel) = netfilter();
    let mut payload = vec![0; 20];
    let mut out = crate::wire::Encoder::new(&mut payload);
    out.put(1, &Some("deprecated"));
    out.finish().unwrap();
    let warned = message(control::ERROR, flags::CAPPED | flags::ACK_TLVS, 4, &payload);
    kernel.says(&[warned]);
    conn.commit(&three()).unwrap();
    let text = conn.warning().and_then(|ack| ack.message.as_deref());
    assert_eq!(text, Some("deprecated"));

    let mut batch = Batch::new();
    let mut answers = Vec::new();
    for n in 0..5u32 {
        batch.push(0, &Put::default()).unwrap();
        answers.push(end(7 + n, libc::EPERM));
    }
    kernel.says(&answers);
    let error = conn.commit(&batch).unwrap_err().to_string();
    assert!(error.contains("; 2 more were refused; "), "{error}");
}

#[test]
fn messages_are_not_shown() {
    let shown = format!("{:?}", three());
    assert_eq!(
        shown,
        "Batch { len: 3, subsystem: Some(77), generation: None, .. }"
    );
}
