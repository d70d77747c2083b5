//! Asynchronous connections: the same answers, on both event loops.

use std::future::Future;
use std::time::{Duration, Instant};

use nlgen_runtime::asynchronous::{Connection, Events, Reactor};
use nlgen_runtime::{
    Batch, ConnectionBuilder, Errno, Error, Received, async_io::AsyncIo, flags, nlctrl,
    tokio::Tokio,
};
use nlgen_tests::{ethtool, netdev, nftables};

use crate::events::toggle;
use crate::namespace::{fresh, interfaces};
use crate::nftables::IPV4;

/// Runs what makes a future, in a namespace of its own for each event loop.
macro_rules! on_both {
    ($devices:literal, $test:ident) => {{
        fresh(|| {
            interfaces($devices);
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap()
                .block_on($test::<Tokio>());
        });
        fresh(|| {
            interfaces($devices);
            smol::block_on($test::<AsyncIo>());
        });
    }};
}

#[test]
fn dumps_and_streams_left_at_any_point() {
    async fn test<W: Reactor>() {
        let mut conn = Connection::<W>::open().unwrap();
        let request = netdev::DevGetDump::default();
        for round in 0..300 {
            let mut stream = conn.dump_stream(&request).await.unwrap();
            for _ in 0..round {
                assert!(stream.next_object().await.unwrap().is_some());
            }
        }
        let devices = conn.dump(&request).await.unwrap();
        assert_eq!(devices.len(), 301);
    }
    on_both!(300, test);
}

#[test]
fn refusals_are_told() {
    async fn test<W: Reactor>() {
        let mut conn = Connection::<W>::open().unwrap();
        let request = netdev::DevGet::default().ifindex(0);
        let error = conn.call(&request).await.unwrap_err();
        let Error::Kernel(refusal) = error else {
            panic!("{error}");
        };
        assert_eq!(refusal.attribute().unwrap().to_string(), "dev/ifindex");
    }
    on_both!(2, test);
}

#[test]
fn many_requests_at_once() {
    async fn test<W: Reactor>() {
        let mut conn = Connection::<W>::open().unwrap();
        // Those of the interfaces that there are, and as many others.
        let requests: Vec<_> = (0..600)
            .map(|n| netdev::DevGet::default().ifindex(n + 1))
            .collect();
        let answers = conn.call_all(&requests).await.unwrap();
        for (index, answer) in (1..).zip(&answers) {
            match answer {
                Ok(replies) => assert_eq!(replies.reply().unwrap().ifindex, Some(index)),
                Err(error) => assert_eq!(error.errno(), Some(Errno::ENODEV), "{index}"),
            }
        }
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 301);
    }
    on_both!(300, test);
}

#[test]
fn batches_are_whole_or_nothing() {
    async fn test<W: Reactor>() {
        let builder = nlgen_runtime::Connection::builder().family(&nftables::FAMILY);
        let mut conn = Connection::<W>::open_with(builder).unwrap();
        let table = nftables::Newtable::default().header(IPV4).name("t");
        let mut batch = Batch::new();
        batch.push(flags::CREATE | flags::EXCL, &table).unwrap();
        conn.commit(&batch).await.unwrap();
        let Err(Error::Batch(refused)) = conn.commit(&batch).await else {
            panic!("it is there already");
        };
        assert_eq!(refused.errno(), Errno::EEXIST);
        let tables = conn.dump(&nftables::GettableDump::default()).await.unwrap();
        assert_eq!(tables.len(), 1);
    }
    on_both!(2, test);
}

#[test]
fn events_are_waited_for() {
    async fn test<W: Reactor>() {
        let groups = [ethtool::group::MONITOR];
        let mut events = Events::<W, ethtool::Event<'static>>::open(&groups)
            .await
            .unwrap();
        let none = events.next_within(Duration::from_millis(1)).await.unwrap();
        assert!(none.is_none());
        let here = std::fs::File::open("/proc/thread-self/ns/net").unwrap();
        let other = std::thread::spawn(move || {
            let builder = nlgen_runtime::Connection::builder().namespace(here.into());
            let mut conn = builder.open().unwrap();
            for on in [true, false, true] {
                toggle(&mut conn, "v0", on);
            }
        });
        for _ in 0..3 {
            let event = events.next_event().await.unwrap();
            let Received::Event(ethtool::Event::FeaturesNtf(features)) = event else {
                panic!("{event:?}");
            };
            let header = features.header.unwrap().get().unwrap();
            assert_eq!(header.dev_name.unwrap(), "v0");
        }
        other.join().unwrap();
        assert!(events.try_next().unwrap().is_none());
    }
    on_both!(2, test);
}

#[test]
fn what_was_missed_is_read_anew() {
    async fn test<W: Reactor>() {
        let groups = [ethtool::group::MONITOR];
        let builder = nlgen_runtime::Connection::builder().socket_buffer(4096);
        let opened = Events::<W, ethtool::Event<'static>>::open_with(builder, &groups).await;
        let mut events = opened.unwrap();
        let mut conn = nlgen_runtime::Connection::open().unwrap();
        for change in 0..100 {
            toggle(&mut conn, "v0", change % 2 == 0);
        }
        let mut reader = Connection::<W>::open().unwrap();
        let mut devices = 0;
        let event = events.next_synced(async |gap| {
            assert!(gap.lost > 0, "{gap:?}");
            devices = reader.dump(&netdev::DevGetDump::default()).await?.len();
            toggle(&mut conn, "v0", true);
            Ok::<(), Error>(())
        });
        let event = event.await.unwrap();
        assert!(matches!(event, ethtool::Event::FeaturesNtf(_)));
        assert_eq!(devices, 3);
    }
    on_both!(2, test);
}

/// How often a future is polled until it ends.
async fn polls<T>(future: impl Future<Output = T>) -> (T, usize) {
    let mut future = std::pin::pin!(future);
    let mut count = 0;
    let value = std::future::poll_fn(|context| {
        count += 1;
        future.as_mut().poll(context)
    });
    (value.await, count)
}

/// The kernel answers at once, so nothing is ever waited for; a ticker beside 100,000 requests stood still.
#[test]
fn others_have_their_turn() {
    async fn test<W: Reactor>() {
        let mut conn = Connection::<W>::open().unwrap();
        let requests = vec![netdev::DevGet::default().ifindex(1); 10_000];
        // A turn has 128 datagrams. Each request is answered by one or more.
        let least = requests.len() / 128;
        let (answers, met) = polls(conn.call_all(&requests)).await;
        assert_eq!(answers.unwrap().len(), requests.len());
        assert!(met > least, "{met} turns of call_all");

        let (_, met) = polls(async {
            for request in &requests {
                conn.call(request).await.unwrap();
            }
        })
        .await;
        assert!(met > least, "{met} turns of call");

        let dump = netdev::DevGetDump::default();
        let (_, met) = polls(async {
            for _ in 0..1000 {
                conn.dump(&dump).await.unwrap();
            }
        })
        .await;
        assert!(met > 1000 / 128, "{met} turns of dump");

        let (_, met) = polls(async {
            for _ in 0..1000 {
                let mut stream = conn.dump_stream(&dump).await.unwrap();
                while stream.next_object().await.unwrap().is_some() {}
            }
        })
        .await;
        assert!(met > 1000 / 128, "{met} turns of streams");

        // None of these can be written, so nothing is sent.
        let long = "x".repeat(70_000);
        let unsent = vec![nlctrl::Getfamily::default().family_name(&*long); 10_000];
        let (answers, met) = polls(conn.call_all(&unsent)).await;
        assert!(answers.unwrap().iter().all(Result::is_err));
        assert!(met > 1, "{met} turns of what is not sent");
    }
    on_both!(2, test);
}

#[test]
fn others_have_their_turn_while_events_come() {
    async fn test<W: Reactor>() {
        let groups = [ethtool::group::MONITOR];
        let builder = ConnectionBuilder::new().socket_buffer(16 << 20);
        let opened = Events::<W, ethtool::Event<'static>>::open_with(builder, &groups).await;
        let mut events = opened.unwrap();
        let mut conn = nlgen_runtime::Connection::open().unwrap();
        for round in 0..1000 {
            toggle(&mut conn, "v0", round % 2 == 0);
        }
        let (_, met) = polls(async {
            for _ in 0..1000 {
                events.next_event().await.unwrap();
            }
        })
        .await;
        assert!(met > 1000 / 128, "{met} turns");
    }
    on_both!(2, test);
}

/// The event loop watches another descriptor then.
#[test]
fn a_connection_goes_on_with_another_socket() {
    async fn test<W: Reactor>() {
        let builder = ConnectionBuilder::new()
            .receive_buffer(0, 0)
            .answer_cap(100_000);
        let mut conn = Connection::<W>::open_with(builder).unwrap();
        let header = ethtool::Header::default();
        for round in 1..=3 {
            let features = ethtool::FeaturesGetDump::default().header(&header);
            let error = conn.dump(&features).await.unwrap_err();
            assert!(matches!(error, Error::TooLarge { .. }), "{error}");
            let devices = conn.dump(&netdev::DevGetDump::default()).await.unwrap();
            assert_eq!((devices.len(), conn.stats().renewed), (601, round));
        }
        // Past the deadline nothing is sent, and afterwards all is as before.
        let sent = conn.stats().sent;
        conn.set_deadline(Some(Instant::now()));
        let error = conn.dump(&netdev::DevGetDump::default()).await.unwrap_err();
        assert!(matches!(error, Error::Deadline { .. }), "{error}");
        assert_eq!(conn.stats().sent, sent);
        conn.set_deadline(None);
        conn.dump(&netdev::DevGetDump::default()).await.unwrap();
    }
    on_both!(600, test);
}
