//! Datagrams longer than the buffer.

use super::*;

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
