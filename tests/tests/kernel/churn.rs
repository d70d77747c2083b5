//! Dumps of what changes meanwhile: complete, or told to be interrupted.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nlgen_runtime::{Collected, Connection, Error};
use nlgen_tests::rt_addr::{Deladdr, FAMILY, GetaddrDump, Ifaddrmsg, Newaddr};

use crate::namespace::fresh;
use crate::rtnetlink::{AF_INET, connect, create};

/// Addresses that stay, enough for several parts of a dump.
const STAY: u32 = 2000;

fn header() -> Ifaddrmsg {
    Ifaddrmsg {
        ifa_family: AF_INET,
        ifa_prefixlen: 32,
        ifa_index: 1,
        ..Ifaddrmsg::default()
    }
}

fn address(n: u32) -> IpAddr {
    Ipv4Addr::from(0x0A00_0000 + n).into()
}

fn new(n: u32) -> Newaddr<'static> {
    Newaddr::default().header(header()).local(address(n))
}

fn request() -> GetaddrDump {
    let only = Ifaddrmsg {
        ifa_prefixlen: 0,
        ifa_index: 0,
        ..header()
    };
    GetaddrDump::default().header(only)
}

// With a filter by interface the kernel does not look for changes, so there is none here.

/// Which of the addresses that stay are told, each once.
fn staying(dump: &Collected<GetaddrDump>) -> usize {
    let all: Vec<IpAddr> = dump
        .iter()
        .map(|read| read.unwrap().local.unwrap())
        .collect();
    let stay: BTreeSet<_> = all.iter().filter(|read| **read < address(STAY)).collect();
    let changing = all.iter().filter(|read| **read >= address(STAY)).count();
    assert_eq!(stay.len() + changing, all.len(), "one was told twice");
    stay.len()
}

/// Adds and takes away addresses until `ends`.
fn churn(conn: &mut Connection, ends: &AtomicBool) {
    for n in (STAY..STAY + 50).cycle() {
        create(conn, &new(n)).unwrap();
        let old = Deladdr::default().header(header()).local(address(n));
        conn.call(&old).unwrap();
        if ends.load(Ordering::Relaxed) {
            return;
        }
        // Without a rest every dump would be interrupted.
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn dumps_are_complete_or_interrupted() {
    fresh(|| {
        let mut conn = connect();
        let requests: Vec<_> = (0..STAY).map(new).collect();
        for answer in conn
            .call_all_with(nlgen_runtime::flags::CREATE, &requests)
            .unwrap()
        {
            answer.unwrap();
        }
        let mut other = connect();
        let mut hasty = hasty();
        let ends = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let churning = scope.spawn(|| churn(&mut other, &ends));
            let (mut complete, mut interrupted, mut streams) = (0, 0, 0);
            let mut kept = 0;
            // How many dumps meet a change is the scheduler's choice.
            while complete < 100 || conn.stats().retries == 0 || streams == 0 || kept == 0 {
                match conn.dump(&request()) {
                    Ok(dump) => {
                        assert_eq!(staying(&dump), STAY as usize);
                        complete += 1;
                    }
                    Err(Error::Interrupted(dump)) if dump.attempts() == 5 => interrupted += 1,
                    Err(error) => panic!("{error}"),
                }
                streams += usize::from(stream_is_interrupted(&mut conn));
                kept += interrupted_with(&mut hasty);
                assert!(complete + interrupted < 20_000, "no dump was interrupted");
            }
            ends.store(true, Ordering::Relaxed);
            churning.join().unwrap();
        });
        // In peace none is.
        let retries = conn.stats().retries;
        assert_eq!(conn.dump(&request()).unwrap().len(), STAY as usize);
        assert_eq!(conn.stats().retries, retries);
    });
}

/// A connection that makes each dump once.
fn hasty() -> Connection {
    let builder = Connection::builder().family(&FAMILY).dump_attempts(1);
    builder.open().unwrap()
}

/// How many objects came with the news that a dump was interrupted; 0 when it was not.
fn interrupted_with(conn: &mut Connection) -> usize {
    match conn.dump(&request()) {
        Ok(_) => 0,
        Err(Error::Interrupted(dump)) => {
            let objects = dump.objects::<GetaddrDump>().unwrap();
            assert!(objects.map(Result::unwrap).count() >= STAY as usize / 2);
            dump.into_collected::<GetaddrDump>().unwrap().len()
        }
        Err(error) => panic!("{error}"),
    }
}

/// A stream tells at its end, after what it has given out.
fn stream_is_interrupted(conn: &mut Connection) -> bool {
    let request = request();
    let mut stream = conn.dump_stream(&request).unwrap();
    let mut count = 0;
    loop {
        match stream.next_object() {
            Ok(Some(_)) => count += 1,
            Ok(None) => {
                assert!(count >= STAY);
                return false;
            }
            Err(Error::Interrupted(dump)) if dump.attempts() == 1 => return true,
            Err(error) => panic!("{error}"),
        }
    }
}
