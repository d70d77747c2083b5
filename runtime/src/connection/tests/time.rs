//! Deadlines, of which nothing that arrives makes more.

use super::*;

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
fn what_others_send_is_dropped_and_does_not_move_the_deadline() {
    const FORGER: u32 = 4711;
    let (mut conn, mut kernel) = connection(FORGER, SMALL);
    kernel.says(&[reply(1, 66), end(1, 0)]);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    assert_eq!((conn.stats().foreign, conn.stats().stray), (1, 0));
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
