//! A family that does what no family should (`lab/faulty`): what comes of it has an end, in time and in bytes.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use nlgen_runtime::{Connection, Error, asynchronous, nlctrl, tokio::Tokio};
use nlgen_tests::netdev;

use crate::{in_the_lab, module, run};

#[allow(missing_docs, reason = "a spec of the tests")]
mod faulty {
    nlgen_macros::family!("specs/faulty.yaml");
}

use faulty::{RepeatDump, Several};

/// Held while the module is loaded.
static FAULTY: Mutex<()> = Mutex::new(());

/// Far beyond the bounds of these tests, also on a busy machine.
const LATE: Duration = Duration::from_secs(120);

const SOON: Duration = Duration::from_millis(500);

fn loaded(test: impl FnOnce()) {
    if !in_the_lab() {
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
        drop(conn.dump_stream(&dump).unwrap().next_object().unwrap());
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
        let error = conn.call(&Several::default().number(0)).unwrap_err();
        assert!(matches!(error, Error::NoReply { .. }));
    });
}
