//! Asynchronous connections: the same answers, on both event loops.

use std::time::Duration;

use nlgen_runtime::asynchronous::{Connection, Events, Reactor};
use nlgen_runtime::{Batch, Errno, Error, Received, async_io::AsyncIo, flags, tokio::Tokio};
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
