//! Requests that are left: streams, dumps and futures dropped anywhere, ten thousand times each, and a kernel
//! that does not answer in time.

use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use nix::sched::{CloneFlags, unshare};
use nix::sys::socket::{getsockopt, sockopt::RcvBuf};
use nlgen_runtime::asynchronous::Events;
use nlgen_runtime::tokio::{Connection as AsyncConnection, Tokio};
use nlgen_runtime::{Connection, ConnectionBuilder, Errno, Error};
use nlgen_tests::ethtool::{self, Header};
use nlgen_tests::netdev;

use crate::events::toggle;
use crate::namespace::{fresh, interfaces};
use crate::trust::generic;

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
/// has its end.
#[test]
fn no_time_at_all() {
    fresh(|| {
        interfaces(300);
        let mut conn = Connection::builder()
            .timeout(Some(Duration::ZERO))
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
        conn.set_timeout(Some(after));
        let error = conn
            .call(&netdev::DevGet::default().ifindex(4711))
            .unwrap_err();
        assert!(matches!(error, Error::Kernel(_)), "{error}");
    });
}

/// What no interface of these tests is without, in parts of 32 KiB: longer than [`ROOM`].
fn features() -> ethtool::FeaturesGetDump<'static> {
    static HEADER: LazyLock<Header<'static>> = LazyLock::new(Header::default);
    ethtool::FeaturesGetDump::default().header(&*HEADER)
}

/// Bytes that are collected.
const ROOM: usize = 100_000;

fn small() -> ConnectionBuilder {
    Connection::builder().receive_buffer(0, 0).answer_cap(ROOM)
}

/// The kernel makes one dump at a time for a socket. Where one is longer than there is time or room for, the socket
/// goes with it, and the connection goes on.
#[test]
fn a_dump_that_is_too_long_goes_with_its_socket() {
    fresh(|| {
        interfaces(600);
        let mut conn = small().open().unwrap();
        for round in 1..=20 {
            let port_id = conn.port_id();
            let error = conn.dump(&features()).unwrap_err();
            assert!(
                matches!(error, Error::TooLarge { limit: ROOM, .. }),
                "{error}"
            );
            // What is no dump does not mind.
            let device = conn.call(&netdev::DevGet::default().ifindex(1)).unwrap();
            assert_eq!((device.ifindex, conn.port_id()), (Some(1), port_id));
            let devices = conn.dump(&netdev::DevGetDump::default()).unwrap();
            assert_eq!(devices.len(), 601);
            assert_eq!(conn.stats().renewed, round);
            assert_ne!(conn.port_id(), port_id);
        }
    });
}

#[test]
fn a_stream_that_is_too_slow_goes_with_its_socket() {
    fresh(|| {
        interfaces(600);
        let mut conn = small().open().unwrap();
        conn.set_deadline(Some(Instant::now() + Duration::from_millis(100)));
        let request = features();
        let mut stream = conn.dump_stream(&request).unwrap();
        let error = loop {
            match stream.next_object() {
                Ok(Some(_)) => std::thread::sleep(Duration::from_millis(10)),
                Ok(None) => panic!("600 objects of 10 milliseconds took less than 100"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, Error::Deadline { .. }), "{error}");
        conn.set_deadline(None);
        let devices = conn.dump(&netdev::DevGetDump::default()).unwrap();
        assert_eq!((devices.len(), conn.stats().renewed), (601, 1));
    });
}

/// Only its owner knows what is asked of it, so it stays, and the dump is read away.
#[test]
fn a_socket_that_was_handed_over_stays() {
    fresh(|| {
        interfaces(600);
        let mut conn = small().fd(generic()).answer_cap(4 * ROOM).open().unwrap();
        let port_id = conn.port_id();
        let error = conn.dump(&features()).unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
        // What is left of it is more than may be collected, so the end is not waited for.
        let error = conn.dump(&netdev::DevGetDump::default()).unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
        let error = conn.dump(&netdev::DevGetDump::default()).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::EBUSY), "{error}");
        conn.call(&netdev::DevGet::default().ifindex(1)).unwrap();
        assert_eq!((conn.port_id(), conn.stats().renewed), (port_id, 0));
    });
}

/// The thread has left it meanwhile.
#[test]
fn another_socket_is_in_the_same_namespace() {
    fresh(|| {
        interfaces(600);
        let mut conn = small().socket_buffer(70_000).open().unwrap();
        unshare(CloneFlags::CLONE_NEWNET).unwrap();
        let error = conn.dump(&features()).unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
        let devices = conn.dump(&netdev::DevGetDump::default()).unwrap();
        assert_eq!((devices.len(), conn.stats().renewed), (601, 1));
        let size = getsockopt(&conn, RcvBuf).unwrap();
        assert_eq!(size, 2 * 70_000, "and has the same queue");
        let mut here = Connection::open().unwrap();
        assert_eq!(here.dump(&netdev::DevGetDump::default()).unwrap().len(), 1);
    });
}
