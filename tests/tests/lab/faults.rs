//! A family that does what no family should (`lab/faulty`): what comes of it has an end, in time and in bytes.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use nlgen_runtime::{Connection, Error, asynchronous, nlctrl, tokio::Tokio};
use nlgen_tests::{netdev, rt_link};

use crate::{module, run};

#[allow(missing_docs, reason = "a spec of the tests")]
mod faulty {
    nlgen_macros::family!("specs/faulty.yaml");
}

use faulty::{Hold, RepeatDump, Several};

/// Held while the module is loaded.
static FAULTY: Mutex<()> = Mutex::new(());

/// Far beyond the bounds of these tests, also on a busy machine.
const LATE: Duration = Duration::from_secs(120);

const SOON: Duration = Duration::from_millis(500);

fn loaded(test: impl FnOnce()) {
    if !needs::lab() {
        return;
    }
    let Some(file) = module("faulty") else { return };
    let _held = FAULTY.lock();
    run(&format!("insmod {file}"));
    test();
    run("rmmod faulty");
}

/// What a request without an end meets.
fn ends<T>(ask: impl FnOnce() -> Result<T, Error>) -> Error {
    let begun = Instant::now();
    let error = ask().err().expect("it has no end");
    assert!(begun.elapsed() < LATE, "{error}: {:?}", begun.elapsed());
    error
}

/// As good as new: dumps as well.
fn works(conn: &mut Connection) {
    conn.set_deadline(None);
    let families = conn.dump(&nlctrl::GetfamilyDump::default()).unwrap();
    assert!(families.len() > 3);
    assert!(
        !conn
            .dump(&netdev::DevGetDump::default())
            .unwrap()
            .is_empty()
    );
    let request = nlctrl::Getfamily::default().family_name("faulty");
    assert!(conn.call(&request).is_ok());
}

#[test]
fn a_dump_that_never_ends_is_given_up() {
    loaded(|| {
        let dump = RepeatDump::default();
        let cap = 8 << 20;
        let mut conn = Connection::builder().answer_cap(cap).open().unwrap();

        let error = ends(|| conn.dump(&dump));
        assert!(
            matches!(error, Error::TooLarge { limit, .. } if limit == cap),
            "{error}"
        );
        works(&mut conn);
        assert_eq!(conn.stats().renewed, 1);

        let mut conn = Connection::open().unwrap();
        conn.set_deadline(Some(Instant::now() + SOON));
        let error = ends(|| conn.dump(&dump));
        assert!(matches!(error, Error::Deadline { .. }), "{error}");
        works(&mut conn);
        assert_eq!(conn.stats().renewed, 1);

        conn.set_deadline(Some(Instant::now() + SOON));
        let error = ends(|| {
            let mut stream = conn.dump_stream(&dump)?;
            while stream.next_object()?.is_some() {}
            Ok(())
        });
        assert!(matches!(error, Error::Deadline { .. }), "{error}");
        works(&mut conn);
        assert_eq!(conn.stats().renewed, 2);

        // Left after its first object: so much is read away, and then the socket given up.
        conn.set_deadline(None);
        {
            let mut stream = conn.dump_stream(&dump).unwrap();
            assert!(stream.next_object().unwrap().is_some());
        }
        works(&mut conn);
        assert_eq!(conn.stats().renewed, 3);
    });
}

#[test]
fn an_asynchronous_dump_that_never_ends_can_be_left() {
    loaded(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut conn = asynchronous::Connection::<Tokio>::open().unwrap();
            let dump = RepeatDump::default();
            for round in 1..=3 {
                let left = tokio::time::timeout(SOON, conn.dump(&dump)).await;
                assert!(left.is_err(), "it yields, so it can be left");
                let families = conn.dump(&nlctrl::GetfamilyDump::default()).await.unwrap();
                assert!(families.len() > 3);
                assert_eq!(conn.stats().renewed, round);
            }
        });
    });
}

#[test]
fn several_replies_are_told() {
    loaded(|| {
        let mut conn = Connection::open().unwrap();
        let reply = conn.call(&Several::default().number(1)).unwrap();
        assert_eq!(reply.number, Some(0));
        let error = conn.call(&Several::default().number(3)).unwrap_err();
        assert!(
            matches!(error, Error::SeveralReplies { count: 3, .. }),
            "{error}"
        );
        let all = conn.call_collected(&Several::default().number(3)).unwrap();
        let numbers: Vec<_> = all.replies().map(|reply| reply.unwrap().number).collect();
        assert_eq!(numbers, [Some(0), Some(1), Some(2)]);
        // More than the queue has room for. The kernel drops answers until it is empty, and the next has its own.
        for _ in 0..3 {
            let error = conn
                .call_collected(&Several::default().number(60_000))
                .unwrap_err();
            assert!(matches!(error, Error::Overrun { .. }), "{error}");
            let reply = conn.call(&Several::default().number(1)).unwrap();
            assert_eq!(reply.number, Some(0));
        }
        let error = conn.call(&Several::default().number(0)).unwrap_err();
        assert!(matches!(error, Error::NoReply { .. }));
    });
}

/// The kernel carries out a request inside the system call that sends it, and waits there for rtnl.
#[test]
fn a_thread_of_its_own_is_held_up_alone() {
    loaded(|| {
        const HELD: u32 = 5000;
        let builder = || {
            Connection::builder()
                .family(&rt_link::FAMILY)
                .own_thread(true)
        };
        let mut conn = builder().timeout(Some(SOON)).open().unwrap();
        let mut other = builder().timeout(None).open().unwrap();
        let link = rt_link::Getlink::default().ifname("lo");
        assert_eq!(conn.call(&link).unwrap().ifname.unwrap(), "lo");
        std::thread::scope(|scope| {
            let holding = scope.spawn(|| {
                let mut conn = Connection::builder().timeout(None).open().unwrap();
                let begun = Instant::now();
                conn.call(&Hold::default().number(HELD)).unwrap();
                begun.elapsed()
            });
            // Once it is held, requests take longer than they may.
            let begun = Instant::now();
            let mut timeouts = 0;
            while timeouts < 3 {
                assert!(begun.elapsed() < LATE);
                match conn.call(&link) {
                    Ok(_) => {}
                    Err(Error::Timeout { .. }) => timeouts += 1,
                    Err(error) => panic!("{error}"),
                }
            }
            other.set_deadline(Some(Instant::now() + SOON));
            let error = other.dump(&rt_link::GetlinkDump::default()).unwrap_err();
            assert!(matches!(error, Error::Deadline { .. }), "{error}");
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let conn = builder().timeout(None).open().unwrap();
                let mut conn = asynchronous::Connection::<Tokio>::over(conn).unwrap();
                let left = tokio::time::timeout(SOON, conn.call(&link)).await;
                assert!(left.is_err(), "the event loop was not held up");
            });
            assert!(!holding.is_finished(), "all of this was while it was held");
            holding.join().unwrap();
        });
        // What was given up is skipped.
        conn.set_timeout(Some(LATE));
        assert_eq!(conn.call(&link).unwrap().ifname.unwrap(), "lo");
        other.set_deadline(None);
        assert!(
            !other
                .dump(&rt_link::GetlinkDump::default())
                .unwrap()
                .is_empty()
        );
    });
}
