//! The connection against a fake kernel: answers that the real one gives rarely, or only when busy.
//!
//! The other end of a socket pair holds the answers before they are asked for. Sequence numbers count
//! from 1, so they are known. A deadline of zero makes every wait that would block a failure at once.

pub(crate) mod batches;
mod endings;
mod forks;
mod model;
mod rows;

use std::fs::File;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::nlctrl::{self, Getfamily, GetfamilyDump, GetfamilyReply};
use crate::plug::{Envelope, Plug};
use crate::{Encode, EncodeReason, Errno, Family, MessageHeader, Operation, control, flags};

const PORT_ID: u32 = 9;
pub(crate) const KERNEL: u32 = 0;
pub(crate) const SMALL: usize = 32 * 1024;

pub(crate) struct Kernel {
    file: File,
    sender: u32,
    plug: Arc<Plug>,
}

impl Kernel {
    /// Queues messages as one datagram.
    pub(crate) fn says(&mut self, messages: &[Vec<u8>]) -> &mut Self {
        let envelope = Envelope {
            sender: self.sender,
            ..Envelope::default()
        };
        self.send(envelope, &messages.concat())
    }

    /// Loses datagrams, of which the receive tells that comes next.
    fn loses(&mut self, count: u32) -> &mut Self {
        self.plug.lose(count);
        let envelope = Envelope {
            errno: libc::ENOBUFS,
            ..Envelope::default()
        };
        self.send(envelope, &[])
    }

    fn send(&mut self, envelope: Envelope, datagram: &[u8]) -> &mut Self {
        let sealed = envelope.seal(datagram);
        assert_eq!(self.file.write(&sealed).unwrap(), sealed.len());
        self
    }

    /// The header of the next request.
    pub(crate) fn hears(&mut self) -> MessageHeader {
        let mut bytes = [0; 4096];
        let len = self.file.read(&mut bytes).unwrap();
        MessageHeader::split(&bytes[..len]).unwrap().0
    }
}

fn pair(protocol: i32, sender: u32) -> (Socket, Kernel) {
    let plug = Arc::new(Plug::default());
    let (socket, other) = Socket::pair(protocol, PORT_ID, Arc::clone(&plug)).unwrap();
    let file = File::from(other);
    let kernel = Kernel { file, sender, plug };
    (socket, kernel)
}

/// A connection with a small receive buffer that never waits, and its kernel.
pub(crate) fn connection(sender: u32, cap: usize) -> (Connection, Kernel) {
    let builder = Connection::builder()
        .receive_buffer(SMALL, cap)
        .dump_attempts(3)
        .deadline(Some(Duration::ZERO));
    let (socket, mut kernel) = pair(libc::NETLINK_GENERIC, sender);
    let mut conn = Connection::with(socket, builder.settings);
    if sender == KERNEL {
        // The request that comes before a first dump.
        kernel.says(&[reply(1, 0x10), end(1, 0)]);
        conn.call(&Getfamily::default()).unwrap();
        kernel.hears();
    }
    (conn, kernel)
}

fn message(kind: u16, flags: u16, seq: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let header = MessageHeader {
        len: (MessageHeader::LEN + payload.len()) as u32,
        kind,
        flags,
        seq,
        port_id: PORT_ID,
    };
    header.write(&mut bytes);
    bytes.extend_from_slice(payload);
    bytes
}

pub(crate) fn object(seq: u32, flags: u16, id: u16) -> Vec<u8> {
    let body = GetfamilyReply {
        family_id: Some(id),
        ..Default::default()
    };
    let payload = [vec![1, 2, 0, 0], body.to_bytes().unwrap()].concat();
    message(0x10, flags, seq, &payload)
}

pub(crate) fn reply(seq: u32, id: u16) -> Vec<u8> {
    object(seq, 0, id)
}

/// An object of a whole `size` bytes.
fn large(seq: u32, size: usize) -> Vec<u8> {
    let mut payload = vec![1, 2, 0, 0];
    // Attribute 99 is unknown to the family.
    let mut left = size - MessageHeader::LEN - payload.len();
    while left > 0 {
        let len = left.min(60_000);
        payload.extend_from_slice(&(len as u16).to_ne_bytes());
        payload.extend_from_slice(&99u16.to_ne_bytes());
        payload.resize(payload.len() + len - 4, 0);
        left -= len;
    }
    message(0x10, 0, seq, &payload)
}

/// An acknowledgement, or an error.
pub(crate) fn end(seq: u32, errno: i32) -> Vec<u8> {
    let mut payload = (-errno).to_ne_bytes().to_vec();
    payload.resize(20, 0);
    message(control::ERROR, flags::CAPPED, seq, &payload)
}

pub(crate) fn done(seq: u32, errno: i32) -> Vec<u8> {
    message(control::DONE, flags::MULTI, seq, &(-errno).to_ne_bytes())
}

/// The sequence numbers in each datagram that an observer is shown.
type Seen = Arc<Mutex<Vec<(Direction, Vec<u32>)>>>;

fn watch(conn: &mut Connection) -> Seen {
    let seen = Seen::default();
    let log = Arc::clone(&seen);
    conn.observe(move |direction, datagram| {
        let messages = crate::Messages::new(datagram);
        let numbers = messages.map(|message| message.header.seq).collect();
        log.lock().unwrap().push((direction, numbers));
    });
    seen
}

fn dumped(conn: &mut Connection) -> Result<Vec<u16>, Error> {
    conn.dump(&GetfamilyDump::default())?
        .iter()
        .map(|family| Ok(family?.family_id.unwrap()))
        .collect()
}

#[test]
fn requests_carry_request_and_ack_and_a_dump_its_flag() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[reply(2, 7), end(2, 0)]);
    conn.call(&Getfamily::default()).unwrap();
    kernel.says(&[done(3, 0)]);
    conn.dump(&GetfamilyDump::default()).unwrap();
    for (seq, wanted) in [(2, 0x05), (3, 0x305)] {
        let header = kernel.hears();
        assert_eq!(
            (header.seq, header.flags, header.port_id, header.kind),
            (seq, wanted, PORT_ID, 0x10)
        );
    }
    assert_eq!(conn.stats().sent, 3);
}

#[test]
fn an_interrupted_dump_is_made_again() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel
        .says(&[object(2, flags::MULTI, 30)])
        .says(&[object(2, flags::MULTI | flags::DUMP_INTR, 31)])
        .says(&[object(2, flags::MULTI, 32), done(2, 0)])
        .says(&[object(3, flags::MULTI, 40), object(3, flags::MULTI, 41)])
        .says(&[done(3, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [40, 41]);
    assert_eq!(conn.stats().retries, 1);
}

#[test]
fn a_dump_interrupted_each_time_is_an_error() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    for seq in 2..=4 {
        let ids = [30, 40].map(|tens| tens + seq as u16);
        kernel
            .says(&[object(seq, flags::DUMP_INTR, ids[0])])
            .says(&[object(seq, 0, ids[1]), done(seq, 0)]);
    }
    let error = dumped(&mut conn).unwrap_err();
    assert_eq!(
        error.to_string(),
        "nlctrl.getfamily: what was dumped changed during each of 3 attempts"
    );
    let Error::Interrupted(dump) = error else {
        panic!("{error}");
    };
    assert_eq!((dump.attempts(), dump.len()), (3, 2));
    let ids = |objects: crate::Objects<'_, GetfamilyReply<'_>>| -> Vec<_> {
        objects
            .map(|object| object.unwrap().family_id.unwrap())
            .collect()
    };
    assert_eq!(ids(dump.objects::<GetfamilyDump>().unwrap()), [34, 44]);
    assert_eq!(dump.messages().count(), 2);
    assert!(dump.objects::<nlctrl::GetpolicyDump<'_>>().is_none());
    // Nothing is lost by asking for what it is not.
    let Err(Error::Interrupted(dump)) = dump.into_collected::<nlctrl::GetpolicyDump<'_>>() else {
        panic!("it was another dump");
    };
    let collected = dump.into_collected::<GetfamilyDump>().unwrap();
    assert_eq!(ids(collected.iter()), [34, 44]);
    kernel.says(&[object(5, 0, 50), done(5, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [50]);
}

#[test]
fn an_interrupted_stream_tells_at_its_end() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[
        object(2, flags::DUMP_INTR, 30),
        object(2, 0, 31),
        done(2, 0),
    ]);
    let request = GetfamilyDump::default();
    let mut stream = conn.dump_stream(&request).unwrap();
    assert_eq!(stream.next_object().unwrap().unwrap().family_id, Some(30));
    assert_eq!(stream.next_object().unwrap().unwrap().family_id, Some(31));
    let error = stream.next_object().unwrap_err();
    assert!(matches!(error, Error::Interrupted(dump) if dump.attempts() == 1 && dump.is_empty()));
    assert!(stream.next_object().unwrap().is_none());
}

/// A first dump of a protocol without nlctrl comes before any receive, so its parts may be too small.
#[test]
fn a_dump_whose_object_did_not_fit_is_made_again_once() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel
        .says(&[object(2, flags::MULTI, 30), done(2, libc::EMSGSIZE)])
        .says(&[object(3, flags::MULTI, 40), done(3, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [40]);
    kernel
        .says(&[done(4, libc::EMSGSIZE)])
        .says(&[done(5, libc::EMSGSIZE)]);
    let error = dumped(&mut conn).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::EMSGSIZE));
}

#[test]
fn a_dump_ends_with_the_error_of_its_done() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel
        .says(&[object(2, 0, 30)])
        .says(&[done(2, libc::ENODEV)]);
    assert_eq!(dumped(&mut conn).unwrap_err().errno(), Some(Errno::ENODEV));
    kernel
        .says(&[object(3, 0, 30)])
        .says(&[end(3, libc::EBUSY)]);
    assert_eq!(dumped(&mut conn).unwrap_err().errno(), Some(Errno::EBUSY));
    kernel.says(&[message(control::DONE, 0, 4, &[])]);
    assert_eq!(dumped(&mut conn).unwrap(), []);
}

/// Found by review: the retry met the first dump still going on, which the kernel answers with EBUSY.
#[test]
fn a_truncated_dump_is_ended_and_made_again_with_a_larger_buffer() {
    let (mut conn, mut kernel) = connection(KERNEL, 64 * 1024);
    kernel
        .says(&[object(2, 0, 30)])
        .says(&[large(2, 40_000)])
        .says(&[object(2, 0, 32)])
        .says(&[done(2, 0)]);
    kernel.says(&[object(3, 0, 40), large(3, 40_000), done(3, 0)]);
    let families = conn.dump(&GetfamilyDump::default()).unwrap();
    assert_eq!(families.len(), 2);
    assert_eq!(conn.stats().retries, 1);
    assert_eq!(conn.stats().stray, 2, "what was left of the first");
}

#[test]
fn a_datagram_beyond_the_limit_is_an_error_and_the_next_dump_works() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel
        .says(&[large(2, 40_000)])
        .says(&[large(2, 40_000)])
        .says(&[done(2, 0)]);
    let error = dumped(&mut conn).unwrap_err();
    assert!(
        matches!(error, Error::Truncated { needed: 40_000, .. }),
        "{error}"
    );
    kernel.says(&[object(3, 0, 50), done(3, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [50]);
}

#[test]
fn a_truncated_reply_is_an_error_and_the_buffer_grows() {
    let (mut conn, mut kernel) = connection(KERNEL, 64 * 1024);
    kernel.says(&[large(2, 40_000)]).says(&[end(2, 0)]);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(
        matches!(error, Error::Truncated { needed: 40_000, .. }),
        "{error}"
    );
    kernel.says(&[large(3, 40_000)]).says(&[end(3, 0)]);
    conn.call(&Getfamily::default()).unwrap();
    assert_eq!(conn.stats().largest, 40_000);
}

/// Found by review: a call read the end of the dump away, and the next dump waited for it in vain.
#[test]
fn a_call_that_meets_the_end_of_an_abandoned_dump_remembers_it() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[object(2, 0, 30), object(2, 0, 31)]);
    let request = GetfamilyDump::default();
    let mut stream = conn.dump_stream(&request).unwrap();
    stream.next_object().unwrap().unwrap();
    kernel
        .says(&[object(2, 0, 32)])
        .says(&[done(2, 0)])
        .says(&[reply(3, 77)])
        .says(&[end(3, 0)]);
    let reply = conn.call(&Getfamily::default()).unwrap();
    assert_eq!(reply.family_id, Some(77));
    kernel.says(&[object(4, 0, 50), done(4, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [50]);
    assert_eq!(conn.stats().stray, 3);
}

#[test]
fn an_abandoned_dump_is_read_away_before_the_next() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[object(2, 0, 30)]);
    let request = GetfamilyDump::default();
    conn.dump_stream(&request).unwrap().next_object().unwrap();
    kernel
        .says(&[object(2, 0, 31)])
        .says(&[done(2, libc::ENODEV)])
        .says(&[object(3, 0, 40), done(3, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [40]);
}

#[test]
fn a_dump_that_ran_out_of_time_is_ended_before_the_next() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[object(2, 0, 30)]);
    let error = dumped(&mut conn).unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    let error = dumped(&mut conn).unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "still going on");
    kernel.says(&[done(2, 0)]);
    kernel.says(&[object(3, 0, 50), done(3, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [50]);
}

#[test]
fn a_lost_message_ends_a_dump_with_overrun() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[object(2, 0, 30), message(control::OVERRUN, 0, 0, &[])]);
    let error = dumped(&mut conn).unwrap_err();
    assert!(matches!(error, Error::Overrun { .. }), "{error}");
    kernel
        .says(&[done(2, 0)])
        .says(&[object(3, 0, 50), done(3, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [50]);
}

#[test]
fn a_kernel_that_does_not_answer_is_a_timeout() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(
        matches!(error, Error::Timeout { after, .. } if after.is_zero()),
        "{error}"
    );
    // The late answer belongs to nobody.
    kernel
        .says(&[reply(2, 66), end(2, 0)])
        .says(&[reply(3, 77), end(3, 0)]);
    let reply = conn.call(&Getfamily::default()).unwrap();
    assert_eq!(reply.family_id, Some(77));
    assert_eq!(conn.stats().stray, 2);
}

#[test]
fn an_acknowledgement_alone_is_no_reply() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[end(2, 0)]);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(matches!(error, Error::NoReply { .. }), "{error}");
    kernel.says(&[end(3, 0)]);
    assert!(
        conn.call_collected(&Getfamily::default())
            .unwrap()
            .is_empty()
    );
    // Some operations end a plain request with DONE.
    kernel.says(&[reply(4, 5)]).says(&[done(4, 0)]);
    let reply = conn.call(&Getfamily::default()).unwrap();
    assert_eq!(reply.family_id, Some(5));
}

#[test]
fn several_replies_are_kept_in_order() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel
        .says(&[reply(2, 1), reply(2, 2)])
        .says(&[reply(9, 66)])
        .says(&[reply(2, 3)])
        .says(&[end(2, 0)]);
    let collected = conn.call_collected(&Getfamily::default()).unwrap();
    let ids: Vec<_> = collected
        .replies()
        .map(|reply| reply.unwrap().family_id.unwrap())
        .collect();
    assert_eq!((ids, collected.len()), (vec![1, 2, 3], 3));
    // More than the buffer had room for at first, after a message of somebody else's.
    kernel.says(&[reply(9, 66), reply(3, 8)]);
    for _ in 0..4 {
        kernel.says(&[large(3, 30_000)]);
    }
    kernel.says(&[end(3, 0)]);
    let reply = conn.call(&Getfamily::default()).unwrap();
    assert_eq!(reply.family_id, Some(8), "the first of five");
}

#[test]
fn what_others_send_is_dropped_and_does_not_move_the_deadline() {
    const FORGER: u32 = 4711;
    let (mut conn, mut kernel) = connection(FORGER, SMALL);
    kernel.says(&[reply(1, 66), end(1, 0)]);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    assert_eq!((conn.stats().foreign, conn.stats().stray), (1, 0));
}

/// Found by review: anybody's long datagram made a request fail and the buffer grow.
#[test]
fn a_long_datagram_of_others_is_dropped_like_a_short_one() {
    const FORGER: u32 = 4711;
    let (mut conn, mut kernel) = connection(FORGER, 64 * 1024);
    kernel.says(&[large(1, 40_000)]);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    assert_eq!(conn.stats().foreign, 1);
    assert_eq!(
        format!("{:?}", conn.inbox),
        "Inbox { size: 32768, cap: 65536, .. }"
    );
}

/// Found by review: such a deadline panicked.
#[test]
fn a_deadline_beyond_the_clock_is_none() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    conn.settings.deadline = Some(Duration::MAX);
    let kernel = std::thread::spawn(move || {
        let seq = kernel.hears().seq;
        kernel.says(&[reply(seq, 77), end(seq, 0)]);
        kernel
    });
    let reply = conn.call(&Getfamily::default()).unwrap();
    assert_eq!(reply.family_id, Some(77));
    kernel.join().unwrap();
}

#[test]
fn a_request_that_does_not_encode_is_not_sent() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    let sent = conn.stats().sent;
    let error = conn
        .call(&Getfamily::default().family_name("eth\0tool"))
        .unwrap_err();
    let Error::Encode { error, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(error.reason(), EncodeReason::Nul { at: 3 });
    assert!(error.to_string().contains("/family-name: "), "{error}");
    assert_eq!(conn.stats().sent, sent);
    kernel.says(&[reply(3, 7), end(3, 0)]);
    conn.call(&Getfamily::default()).unwrap();
    assert_eq!(kernel.hears().seq, 3, "the first that was sent");
}

/// The kernel makes the first part of a dump during the send, by what earlier receives offered.
#[test]
fn a_first_dump_is_preceded_by_a_receive() {
    let (socket, mut kernel) = pair(libc::NETLINK_GENERIC, KERNEL);
    let mut conn = Connection::with(socket, Settings::default());
    kernel.says(&[reply(1, 0x10), end(1, 0)]);
    kernel.says(&[object(2, 0, 30), done(2, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [30]);
    assert_eq!((kernel.hears().flags, kernel.hears().flags), (0x05, 0x305));
}

#[test]
fn warnings_are_kept_until_the_next_request() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    let mut payload = vec![0; 20];
    let mut out = crate::Encoder::new(&mut payload);
    out.put(1, &Some("deprecated"));
    out.finish().unwrap();
    let warned = message(control::ERROR, flags::CAPPED | flags::ACK_TLVS, 2, &payload);
    kernel.says(&[reply(2, 7), warned]);
    conn.call(&Getfamily::default()).unwrap();
    let text = conn.warning().and_then(|ack| ack.message.as_deref());
    assert_eq!(text, Some("deprecated"));
    kernel.says(&[reply(3, 7), end(3, 0)]);
    conn.call(&Getfamily::default()).unwrap();
    assert!(conn.warning().is_none());
}

#[test]
fn a_family_without_an_id_is_an_error() {
    static LOST: Family = Family::new("lost", 1);
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    let empty = message(0x10, 0, 2, &[1, 2, 0, 0]);
    kernel.says(&[empty, end(2, 0)]);
    let error = conn.family_id(&LOST).unwrap_err().to_string();
    assert!(
        error.ends_with("/family-id: a required attribute is missing"),
        "{error}"
    );
}

/// Found by review: requests may hold keys, and the connection's output showed their bytes.
#[test]
fn debug_output_does_not_show_requests() {
    let (mut conn, _kernel) = connection(KERNEL, SMALL);
    let _ = conn.call(&Getfamily::default().family_name("zzzz"));
    let shown = format!("{conn:?}");
    assert!(shown.contains("port_id: 9"), "{shown}");
    assert!(!shown.contains("122, 122, 122, 122"), "{shown}");
}

/// Only the lowest 8 bits would be sent: another command than the one that was meant.
#[test]
fn a_command_of_more_than_8_bits_is_not_sent() {
    struct Wide;

    impl Encode for Wide {
        const SET: &'static crate::Set = <() as Encode>::SET;

        fn encode(&self, _out: &mut crate::Encoder<'_>) {}
    }

    impl Request for Wide {
        const OP: &'static Operation = &Operation::new(&nlctrl::FAMILY, "wide", 0x103);
        type Reply<'r> = ();
    }

    let (mut conn, _kernel) = connection(KERNEL, SMALL);
    let sent = conn.stats().sent;
    let error = conn.call(&Wide).unwrap_err();
    assert!(matches!(
        error,
        Error::Encode { error, .. } if error.reason() == EncodeReason::Range
    ));
    assert_eq!(conn.stats().sent, sent);
}

/// Where the last datagram of a dump has been left, its end still unread.
#[test]
fn a_stream_left_within_its_last_datagram_does_not_stop_the_next_dump() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[object(2, 0, 30), object(2, 0, 31), done(2, 0)]);
    let request = GetfamilyDump::default();
    {
        let mut stream = conn.dump_stream(&request).unwrap();
        assert_eq!(stream.next_object().unwrap().unwrap().family_id, Some(30));
    }
    kernel.says(&[object(3, 0, 40), done(3, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [40]);
}
