//! Requests that are left: streams, dumps and futures dropped anywhere, ten thousand times each, and a kernel
//! that does not answer in time.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use nlgen_runtime::asynchronous::Events;
use nlgen_runtime::tokio::{Connection as AsyncConnection, Tokio};
use nlgen_runtime::{Connection, Error};
use nlgen_tests::{ethtool, netdev};

use crate::events::toggle;
use crate::namespace::{fresh, interfaces};

const ROUNDS: usize = 10_000;

#[test]
fn ten_thousand_streams() {
    fresh(|| {
        interfaces(4);
        let mut conn = Connection::open().unwrap();
        let request = netdev::DevGetDump::default();
        for round in 0..ROUNDS {
            let mut stream = conn.dump_stream(&request).unwrap();
            // None to all of the five, and their end.
            for _ in 0..round % 7 {
                stream.next_object().unwrap();
            }
            if round % 3 == 0 {
                let device = conn.call(&netdev::DevGet::default().ifindex(1)).unwrap();
                assert_eq!(device.ifindex, Some(1));
            }
        }
        assert_eq!(conn.dump(&request).unwrap().len(), 5);
    });
}

/// Polls a future once and drops it, whether it has ended or not.
fn poll_once(future: impl Future) {
    let _ = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
}

#[test]
fn ten_thousand_futures() {
    async fn test() {
        let mut conn = AsyncConnection::open().unwrap();
        let groups = [ethtool::group::MONITOR];
        let opened = Events::<Tokio, ethtool::Event<'static>>::open(&groups).await;
        let mut events = opened.unwrap();
        let dump = netdev::DevGetDump::default();
        let call = netdev::DevGet::default().ifindex(1);
        let calls = [1, 2, 3].map(|index| netdev::DevGet::default().ifindex(index));
        for round in 0..ROUNDS {
            match round % 5 {
                4 => poll_once(conn.call_all(&calls)),
                0 => poll_once(conn.call(&call)),
                1 => poll_once(conn.dump(&dump)),
                2 => poll_once(async {
                    let mut stream = conn.dump_stream(&dump).await.unwrap();
                    stream.next_object().await.unwrap();
                }),
                // Never polled.
                _ => drop(conn.dump(&dump)),
            }
            // Nothing is told, so these are dropped while they wait.
            poll_once(events.next_event());
        }
        assert_eq!(conn.call(&call).await.unwrap().ifindex, Some(1));
        assert_eq!(conn.dump(&dump).await.unwrap().len(), 5);
        toggle(&mut Connection::open().unwrap(), "v0", true);
        events.next_event().await.unwrap();
    }
    fresh(|| {
        interfaces(4);
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap().block_on(test());
    });
}

/// The kernel answers while a request is sent, so even no time at all is enough for it; what it never answers
/// has its deadline.
#[test]
fn deadlines() {
    fresh(|| {
        interfaces(300);
        let mut conn = Connection::builder()
            .deadline(Some(Duration::ZERO))
            .open()
            .unwrap();
        assert_eq!(
            conn.dump(&netdev::DevGetDump::default()).unwrap().len(),
            301
        );
        // Nobody tells of anything.
        let mut events =
            nlgen_runtime::Events::<ethtool::Event<'_>>::open(&[ethtool::group::MONITOR]).unwrap();
        let after = Duration::from_millis(20);
        assert!(events.next_within(after).unwrap().is_none());
        conn.set_deadline(Some(after));
        let error = conn
            .call(&netdev::DevGet::default().ifindex(4711))
            .unwrap_err();
        assert!(matches!(error, Error::Kernel(_)), "{error}");
    });
}
