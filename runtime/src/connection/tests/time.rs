//! Bounds in time, of which nothing that arrives makes more, and in bytes.

use std::os::unix::net::UnixStream;
use std::thread::JoinHandle;
use std::time::Instant;

use super::*;

/// Far beyond the bounds of these tests: without them each would go on for ever.
const LATE: Duration = Duration::from_secs(30);

/// How long these tests wait.
const SHORT: Duration = Duration::from_millis(50);

/// A kernel that says the same for ever, whatever is asked, until the connection is closed. Later requests that are no
/// dump it answers in between, if it `answers`.
fn endless(mut kernel: Kernel, datagram: Vec<u8>, answers: bool) -> JoinHandle<()> {
    let heard = kernel.file.try_clone().unwrap();
    std::thread::spawn(move || {
        UnixStream::from(std::os::fd::OwnedFd::from(heard))
            .set_nonblocking(true)
            .unwrap();
        let sealed = Envelope {
            sender: kernel.sender,
            ..Envelope::default()
        }
        .seal(&datagram);
        let mut request = [0; 4096];
        loop {
            if let Ok(len @ 1..) = kernel.file.read(&mut request) {
                let (header, _) = MessageHeader::split(&request[..len]).unwrap();
                if answers && header.flags & flags::DUMP == 0 && header.seq != 2 {
                    let answer = [reply(header.seq, 77), end(header.seq, 0)].concat();
                    let sealed = Envelope::default().seal(&answer);
                    while let Err(error) = kernel.file.write(&sealed) {
                        if error.kind() != std::io::ErrorKind::WouldBlock {
                            return;
                        }
                    }
                }
            }
            match kernel.file.write(&sealed) {
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    std::thread::yield_now();
                }
                Err(_) => return,
            }
        }
    })
}

/// What a request meets that is to end before it is late.
fn in_time<T>(ask: impl FnOnce() -> Result<T, Error>) -> Error {
    let begun = Instant::now();
    let error = ask().err().expect("it has no end");
    assert!(
        begun.elapsed() < LATE,
        "{error} after {:?}",
        begun.elapsed()
    );
    error
}

/// They began the time anew, and made 3 seconds of 200 milliseconds.
#[test]
fn strays_do_not_begin_the_time_of_quiet_anew() {
    let dump = GetfamilyDump::default();
    for (what, sender, datagram) in [
        ("another request's", KERNEL, reply(4711, 66)),
        ("a notification", KERNEL, reply(0, 66)),
        ("nothing", KERNEL, vec![]),
        ("one of others", 4711, reply(2, 66)),
        ("a long one of others", 4711, vec![0; 40_000]),
    ] {
        let (mut conn, mut kernel) = connection(KERNEL, SMALL);
        conn.set_timeout(Some(SHORT));
        kernel.sender = sender;
        let kernel = endless(kernel, datagram, false);
        for error in [
            in_time(|| conn.call(&Getfamily::default()).map(drop)),
            in_time(|| conn.call_collected(&Getfamily::default())),
            in_time(|| conn.dump_stream(&dump)?.next_object().map(drop)),
            in_time(|| conn.dump(&dump)),
        ] {
            assert!(matches!(error, Error::Timeout { .. }), "{what}: {error}");
        }
        let error = in_time(|| conn.call_all(&[Getfamily::default(); 2])?.remove(0));
        let Error::OutcomeUnknown { cause, .. } = error else {
            panic!("{what}: {error}");
        };
        assert!(matches!(*cause, Error::Timeout { .. }), "{what}: {cause}");
        drop(conn);
        kernel.join().unwrap();
    }
}

/// A part that the kernel repeats for ever begins the time of quiet anew each time.
#[test]
fn an_answer_without_an_end_ends_at_the_deadline() {
    let (mut conn, kernel) = connection(KERNEL, SMALL);
    conn.set_timeout(None);
    let kernel = endless(kernel, object(2, flags::MULTI, 30), true);
    let soon = || Some(Instant::now() + SHORT);
    conn.set_deadline(soon());
    let error = in_time(|| dumped(&mut conn));
    assert!(matches!(error, Error::Deadline { .. }), "{error}");
    assert!(error.to_string().contains("by the deadline"), "{error}");
    // It has passed.
    let sent = conn.stats().sent;
    let error = in_time(|| conn.call(&Getfamily::default()).map(drop));
    assert!(matches!(error, Error::Deadline { .. }), "{error}");
    let error = in_time(|| conn.call_all(&[Getfamily::default()]));
    assert!(matches!(error, Error::Deadline { .. }), "{error}");
    assert_eq!(conn.stats().sent, sent, "nothing was sent");
    // What is no dump is answered in between.
    conn.set_deadline(Some(Instant::now() + LATE));
    let reply = conn.call(&Getfamily::default()).unwrap();
    assert_eq!(reply.family_id, Some(77));
    // This socket cannot be given up, so the end of the first dump is waited for, and not for ever.
    conn.set_deadline(soon());
    let error = in_time(|| dumped(&mut conn));
    assert!(matches!(error, Error::Deadline { .. }), "{error}");
    drop(conn);
    kernel.join().unwrap();
}

#[test]
fn a_stream_without_an_end_ends_at_the_deadline() {
    let (mut conn, kernel) = connection(KERNEL, SMALL);
    conn.set_timeout(None);
    conn.set_deadline(Some(Instant::now() + SHORT));
    let kernel = endless(kernel, object(2, flags::MULTI, 30), true);
    let error = in_time(|| {
        let request = GetfamilyDump::default();
        let mut stream = conn.dump_stream(&request)?;
        while stream.next_object()?.is_some() {}
        Ok(())
    });
    assert!(matches!(error, Error::Deadline { .. }), "{error}");
    drop(conn);
    kernel.join().unwrap();
}

/// It took 5 GiB in 13 seconds.
#[test]
fn an_answer_without_an_end_is_not_collected_without_end() {
    let limit = 1 << 20;
    type Ask = fn(&mut Connection) -> Result<(), Error>;
    let asks: [(&str, Ask); 5] = [
        ("dump", |conn| dumped(conn).map(drop)),
        ("dump without types", |conn| {
            conn.dump_raw(GetfamilyDump::OP, &[]).map(drop)
        }),
        ("call", |conn| conn.call(&Getfamily::default()).map(drop)),
        ("all replies", |conn| {
            conn.call_collected(&Getfamily::default()).map(drop)
        }),
        ("many at once", |conn| {
            let answers = conn.call_all(&[Getfamily::default(); 3])?;
            let later = answers[1..].iter();
            assert!(
                later
                    .clone()
                    .all(|answer| matches!(answer, Err(Error::NotSent { .. }))),
                "{answers:?}"
            );
            answers.into_iter().next().unwrap().map(drop)
        }),
    ];
    for (what, ask) in asks {
        let (mut conn, kernel) = connection(KERNEL, SMALL);
        conn.settings.answer_cap = limit;
        conn.set_timeout(None);
        let kernel = endless(kernel, object(2, flags::MULTI, 30), true);
        let error = in_time(|| ask(&mut conn));
        assert!(
            matches!(error, Error::TooLarge { limit: met, .. } if met == limit),
            "{what}: {error}"
        );
        let bytes = conn.stats().bytes;
        assert!(bytes < 2 * limit as u64, "{what}: {bytes}");
        let reply = conn.call(&Getfamily::default()).unwrap();
        assert_eq!(reply.family_id, Some(77), "{what}");
        drop(conn);
        kernel.join().unwrap();
    }
}

/// As many bytes as may be collected are.
#[test]
fn the_cap_is_the_last_that_is_collected() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    let size = object(2, 0, 30).len().next_multiple_of(4);
    conn.settings.answer_cap = 2 * size;
    kernel
        .says(&[object(2, 0, 30)])
        .says(&[object(2, 0, 31), done(2, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [30, 31]);
    kernel.says(&[
        object(3, 0, 30),
        object(3, 0, 31),
        object(3, 0, 32),
        done(3, 0),
    ]);
    let error = dumped(&mut conn).unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    // Its end was in the datagram.
    kernel.says(&[object(4, 0, 33), done(4, 0)]);
    assert_eq!(dumped(&mut conn).unwrap(), [33]);
    // Of many requests together.
    kernel
        .says(&[reply(5, 22), end(5, 0), reply(6, 33), end(6, 0)])
        .says(&[reply(6, 33), end(6, 0), reply(7, 44), end(7, 0), end(8, 0)]);
    let answers = conn.call_all(&[Getfamily::default(); 4]).unwrap();
    let met: Vec<_> = answers
        .iter()
        .map(|answer| match answer {
            Ok(replies) => replies.len().to_string(),
            Err(Error::TooLarge { .. }) => "too large".to_owned(),
            Err(error) => panic!("{error}"),
        })
        .collect();
    assert_eq!(met, ["1", "1", "too large", "too large"]);
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
fn what_others_send_is_dropped_and_is_no_answer() {
    const FORGER: u32 = 4711;
    let (mut conn, mut kernel) = connection(FORGER, SMALL);
    kernel.says(&[reply(1, 66), end(1, 0)]);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    assert_eq!((conn.stats().foreign, conn.stats().stray), (1, 0));
}

/// Found by review: such a time panicked.
#[test]
fn a_timeout_beyond_the_clock_is_none() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    conn.settings.timeout = Some(Duration::MAX);
    let kernel = std::thread::spawn(move || {
        let seq = kernel.hears().seq;
        kernel.says(&[reply(seq, 77), end(seq, 0)]);
        kernel
    });
    let reply = conn.call(&Getfamily::default()).unwrap();
    assert_eq!(reply.family_id, Some(77));
    kernel.join().unwrap();
}
