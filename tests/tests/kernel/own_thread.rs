//! Connections whose system calls a thread of their own makes: everything is as without it.

use std::time::{Duration, Instant};

use nlgen_runtime::asynchronous::{self, Reactor};
use nlgen_runtime::{
    Batch, Connection, ConnectionBuilder, Errno, Error, Request, async_io::AsyncIo, flags, nlctrl,
    tokio::Tokio,
};
use nlgen_tests::{ethtool, netdev, nftables, rt_link};

use crate::namespace::{fresh, interfaces};
use crate::nftables::IPV4;
use crate::trust::generic;

fn builder() -> ConnectionBuilder {
    Connection::builder().own_thread(true)
}

fn threads() -> usize {
    let names = std::fs::read_dir("/proc/self/task")
        .unwrap()
        .filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")).ok());
    names.filter(|name| name.trim() == "netlink").count()
}

#[test]
fn requests_and_dumps_are_answered() {
    fresh(|| {
        interfaces(600);
        let mut conn = builder().open().unwrap();
        for index in 1..=601 {
            let device = conn
                .call(&netdev::DevGet::default().ifindex(index))
                .unwrap();
            assert_eq!(device.ifindex, Some(index));
        }
        let error = conn
            .call(&netdev::DevGet::default().ifindex(4711))
            .unwrap_err();
        assert!(matches!(&error, Error::Kernel(refusal) if refusal.errno() == Errno::ENODEV));
        let header = ethtool::Header::default();
        let features = ethtool::FeaturesGetDump::default().header(&header);
        for _ in 0..2 {
            assert_eq!(
                conn.dump(&netdev::DevGetDump::default()).unwrap().len(),
                601
            );
            assert_eq!(conn.dump(&features).unwrap().len(), 601);
            let mut stream = conn.dump_stream(&features).unwrap();
            for _ in 0..100 {
                assert!(stream.next_object().unwrap().is_some());
            }
        }
        let requests: Vec<_> = (0..5000)
            .map(|n| netdev::DevGet::default().ifindex(n % 601 + 1))
            .collect();
        let answers = conn.call_all(&requests).unwrap();
        assert!(answers.iter().all(Result::is_ok));
        let stats = conn.stats();
        assert_eq!((stats.lost, stats.foreign, stats.renewed), (0, 0, 0));
    });
}

#[test]
fn what_is_too_long_is_told_and_grows() {
    fresh(|| {
        interfaces(600);
        // The least that is offered, and the least that the kernel queues.
        let conn = builder().receive_buffer(0, 1 << 20).socket_buffer(5000);
        let mut conn = conn.family(&rt_link::FAMILY).open().unwrap();
        assert_eq!(
            conn.dump(&rt_link::GetlinkDump::default()).unwrap().len(),
            601
        );
        let long = vec![0; 300_000];
        let error = conn.call_raw(rt_link::Getlink::OP, 0, &long).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::EMSGSIZE));
        // One of netfilter's as long goes whole all the same.
        let mut conn = builder().family(&nftables::FAMILY).open().unwrap();
        let mut batch = Batch::new();
        for n in 0..5000 {
            let name = format!("table {n} {}", "x".repeat(40));
            let table = nftables::Newtable::default().header(IPV4).name(&*name);
            batch.push(flags::CREATE, &table).unwrap();
        }
        conn.commit(&batch).unwrap();
        let tables = conn
            .dump(&nftables::GettableDump::default().header(IPV4))
            .unwrap();
        assert_eq!(tables.len(), 5000);
    });
}

/// The thread ends with its connection, and another goes with another socket.
#[test]
fn there_is_one_thread_for_each_connection() {
    fresh(|| {
        interfaces(600);
        let header = ethtool::Header::default();
        let features = ethtool::FeaturesGetDump::default().header(&header);
        let mut conn = builder()
            .receive_buffer(0, 0)
            .answer_cap(100_000)
            .open()
            .unwrap();
        for round in 1..=10 {
            let error = conn.dump(&features).unwrap_err();
            assert!(matches!(error, Error::TooLarge { .. }), "{error}");
            assert_eq!(
                conn.dump(&netdev::DevGetDump::default()).unwrap().len(),
                601
            );
            assert_eq!(conn.stats().renewed, round);
        }
        let mut adopted = builder().fd(generic()).open().unwrap();
        adopted.call(&netdev::DevGet::default().ifindex(1)).unwrap();
        drop((conn, adopted));
        // Those of other tests may be there still.
        let begun = Instant::now();
        while threads() > 8 && begun.elapsed() < Duration::from_secs(60) {
            std::thread::yield_now();
        }
        assert!(threads() <= 8, "{} threads", threads());
    });
}

#[test]
fn asynchronous_code_has_it_too() {
    async fn test<W: Reactor>() {
        let mut conn = asynchronous::Connection::<W>::open_with(builder()).unwrap();
        for index in 1..=301 {
            let device = conn
                .call(&netdev::DevGet::default().ifindex(index))
                .await
                .unwrap();
            assert_eq!(device.ifindex, Some(index));
        }
        assert_eq!(
            conn.dump(&netdev::DevGetDump::default())
                .await
                .unwrap()
                .len(),
            301
        );
        let requests = vec![netdev::DevGet::default().ifindex(1); 3000];
        let answers = conn.call_all(&requests).await.unwrap();
        assert!(answers.iter().all(Result::is_ok));
        let name = b"\x0b\0\x02\0nlctrl\0\0";
        let raw = conn.call_raw(nlctrl::Getfamily::OP, 0, name);
        assert_eq!(raw.await.unwrap().len(), 1);
    }
    fresh(|| {
        interfaces(300);
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        runtime.block_on(test::<Tokio>());
        smol::block_on(test::<AsyncIo>());
    });
}
