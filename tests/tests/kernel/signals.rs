//! Signals interrupt waits; they end none and prolong none.
//!
//! A handler makes the system calls that wait (`ppoll`) fail with EINTR, whatever its flags. Receiving
//! itself never waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use nix::sys::pthread::{pthread_kill, pthread_self};
use nix::sys::signal::Signal;
use nlgen_runtime::{Connection, Events, Received};
use nlgen_tests::{ethtool, netdev};

use crate::events::toggle;
use crate::namespace::{fresh, interfaces};

#[test]
fn requests_and_waits_go_on_in_a_storm_of_signals() {
    let hits = Arc::new(AtomicUsize::new(0));
    let seen = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGUSR1, Arc::clone(&seen)).unwrap();
    fresh(|| {
        interfaces(200);
        let mut events = Events::<ethtool::Event<'_>>::open(&[ethtool::group::MONITOR]).unwrap();
        let mut other = Connection::open().unwrap();
        let target = pthread_self();
        let (waiting, wait) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn({
                let (hits, seen) = (Arc::clone(&hits), Arc::clone(&seen));
                move || {
                    // Until the event, the target dumps, then waits.
                    let mut left = 2000;
                    let mut waits = false;
                    while left > 0 {
                        pthread_kill(target, Signal::SIGUSR1).unwrap();
                        if seen.swap(false, Ordering::SeqCst) {
                            hits.fetch_add(1, Ordering::SeqCst);
                            left -= usize::from(waits);
                        }
                        waits |= wait.try_recv().is_ok();
                    }
                    toggle(&mut other, "v0", true);
                }
            });
            let mut conn = Connection::open().unwrap();
            for _ in 0..200 {
                let dump = conn.dump(&netdev::DevGetDump::default()).unwrap();
                assert_eq!(dump.len(), 201);
            }
            waiting.send(()).unwrap();
            let received = events.next_event().unwrap();
            assert!(matches!(
                received,
                Received::Event(ethtool::Event::FeaturesNtf(_))
            ));
        });
        assert!(hits.load(Ordering::SeqCst) >= 2000);
    });
}

/// Signals at 2 kHz, as timers and profilers send them.
#[test]
fn ten_thousand_dumps_under_signals() {
    let seen = AtomicUsize::new(0);
    let flag = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGUSR2, Arc::clone(&flag)).unwrap();
    fresh(|| {
        interfaces(20);
        let target = pthread_self();
        let ends = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !ends.load(Ordering::Relaxed) {
                    pthread_kill(target, Signal::SIGUSR2).unwrap();
                    std::thread::sleep(Duration::from_micros(500));
                    seen.fetch_add(
                        usize::from(flag.swap(false, Ordering::SeqCst)),
                        Ordering::SeqCst,
                    );
                }
            });
            let mut conn = Connection::open().unwrap();
            let mut dumps = 0;
            while dumps < 10_000 || seen.load(Ordering::SeqCst) < 1000 {
                let dump = conn.dump(&netdev::DevGetDump::default()).unwrap();
                assert_eq!(dump.len(), 21);
                dumps += 1;
            }
            ends.store(true, Ordering::Relaxed);
            assert_eq!((conn.stats().lost, conn.stats().retries), (0, 0));
        });
    });
}
