//! Dumps whose end is hidden, and what is counted.

use super::*;

/// Found while writing this: the call forgot the rest of the datagram, and the next dump waited in vain.
#[test]
fn a_call_after_a_stream_that_was_left_within_its_last_datagram() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[object(2, 0, 30), object(2, 0, 31), done(2, 0)]);
    let request = GetfamilyDump::default();
    let mut stream = conn.dump_stream(&request).unwrap();
    assert_eq!(stream.next_object().unwrap().unwrap().family_id, Some(30));
    kernel.says(&[reply(3, 7), end(3, 0)]);
    let reply = conn.call(&Getfamily::default()).unwrap();
    assert_eq!(reply.family_id, Some(7));
    assert_eq!(conn.stats().stray, 2, "what the stream did not read");
    kernel.says(&[object(4, 0, 40), done(4, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [40]);
}

/// The kernel puts the end into the datagram of the last objects when it has room there.
#[test]
fn a_dump_whose_end_was_cut_off_is_made_again() {
    let (mut conn, mut kernel) = connection(KERNEL, 64 * 1024);
    let last = [large(2, 40_000), done(2, 0)];
    kernel.says(&[object(2, 0, 30)]).says(&last);
    // The fake kernel speaks first, so what it says of the second dump must not be there too early.
    let error = dumped(&mut conn).unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    assert_eq!(conn.stats().retries, 1, "it was asked for again");
    assert_eq!((conn.stats().sent, conn.stats().lost), (3, 1));
    kernel.says(&[large(3, 40_000), done(3, 0)]);
    kernel.says(&[object(4, 0, 50), done(4, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [50]);
}

#[test]
fn an_end_that_does_not_come_is_waited_for_once() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    for _ in 0..2 {
        let error = dumped(&mut conn).unwrap_err();
        assert!(matches!(error, Error::Timeout { .. }), "{error}");
    }
    assert_eq!(conn.stats().sent, 2, "the second was not asked for");
    // If the first goes on after all, the kernel says so.
    kernel.says(&[end(3, libc::EBUSY)]).says(&[done(2, 0)]);
    assert_eq!(dumped(&mut conn).unwrap_err().errno(), Some(Errno::EBUSY));
    kernel.says(&[object(4, 0, 50), done(4, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [50]);
}

#[test]
fn answers_of_a_row_are_not_counted_again_as_strays() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[reply(2, 22), end(2, 0)]);
    conn.call_all(&[Getfamily::default()]).unwrap();
    kernel.says(&[object(3, 0, 40), done(3, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [40]);
    assert_eq!(conn.stats().stray, 0);
}

#[test]
fn what_is_lost_is_counted() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.loses(3);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(matches!(error, Error::Overrun { .. }), "{error}");
    assert_eq!(conn.stats().lost, 3);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    kernel.says(&[large(4, 40_000)]).loses(2).says(&[end(4, 0)]);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(matches!(error, Error::Truncated { .. }), "{error}");
    assert_eq!(conn.stats().lost, 3 + 1);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(matches!(error, Error::Overrun { .. }), "{error}");
    assert_eq!(conn.stats().lost, 3 + 1 + 2);
}

/// A queue that was full has to be empty before the kernel queues the next answer. It does not report that again, so
/// the next request waited in vain.
#[test]
fn what_is_queued_behind_a_loss_is_dropped_before_the_next_request() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel
        .loses(3)
        .says(&[reply(2, 66), end(2, 0)])
        .says(&[reply(9, 66)])
        .loses(2);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(matches!(error, Error::Overrun { .. }), "{error}");
    let seen = watch(&mut conn);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    assert_eq!(*seen.lock().unwrap(), [(Direction::Sent, vec![3])]);
    let stats = conn.stats();
    assert_eq!((stats.stray, stats.lost), (3, 5));
}
