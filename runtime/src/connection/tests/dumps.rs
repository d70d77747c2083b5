//! Dumps: interrupted, failed, left, and whole.

use super::*;

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
    let ids = |objects: crate::session::Objects<'_, GetfamilyReply<'_>>| -> Vec<_> {
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
