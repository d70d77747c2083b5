//! Asynchronous connections against the fake kernel of the blocking one: waiting, giving up, going on.

#![cfg(all(feature = "async-io", feature = "tokio"))]

use std::future::Future;
use std::thread;
use std::time::Duration;

use super::*;
use crate::connection::tests::{KERNEL, Kernel, SMALL, connection, done, end, object, reply};
use crate::nlctrl::{Getfamily, GetfamilyDump};
use crate::{Error, async_io, tokio};

/// Long enough that no test meets it.
const PATIENT: Option<Duration> = Some(Duration::from_secs(60));

/// Runs a test on both event loops.
macro_rules! on_both {
    ($($name:ident)*) => { $(
        #[test]
        fn $name() {
            ::tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap()
                .block_on(super::$name::<tokio::Tokio>());
            smol::block_on(super::$name::<async_io::AsyncIo>());
        }
    )* };
}

mod both {
    use super::*;

    on_both! {
        an_answer_is_waited_for
        no_answer_is_a_timeout
        a_request_given_up_leaves_the_connection_of_use
        a_dump_given_up_is_read_to_its_end
        a_stream_is_read_and_left
    }
}

fn watched<W: Reactor>(deadline: Option<Duration>) -> (Connection<W>, Kernel) {
    let (mut conn, kernel) = connection(KERNEL, SMALL);
    conn.set_deadline(deadline);
    (Connection::over(conn).unwrap(), kernel)
}

/// Polls once and drops the future: it must have been waiting.
async fn give_up<T>(future: impl Future<Output = T>) {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| {
        assert!(future.as_mut().poll(context).is_pending());
        std::task::Poll::Ready(())
    })
    .await;
}

async fn dumped<W: Reactor>(conn: &mut Connection<W>) -> Vec<u16> {
    let families = conn.dump(&GetfamilyDump::default()).await.unwrap();
    families
        .iter()
        .map(|family| family.unwrap().family_id.unwrap())
        .collect()
}

async fn an_answer_is_waited_for<W: Reactor>() {
    let (mut conn, mut kernel) = watched::<W>(PATIENT);
    let late = thread::spawn(move || {
        for seq in [2, 3] {
            assert_eq!(kernel.hears().seq, seq);
            kernel.says(&[reply(seq, 40)]).says(&[end(seq, 0)]);
        }
        kernel
    });
    for _ in 0..2 {
        let family = conn.call(&Getfamily::default()).await.unwrap();
        assert_eq!(family.family_id, Some(40));
    }
    late.join().unwrap();
}

async fn no_answer_is_a_timeout<W: Reactor>() {
    let (mut conn, mut kernel) = watched::<W>(Some(Duration::from_millis(1)));
    let error = conn.call(&Getfamily::default()).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    kernel.says(&[reply(2, 40), end(2, 0), reply(3, 41), end(3, 0)]);
    let family = conn.call(&Getfamily::default()).await.unwrap();
    assert_eq!(family.family_id, Some(41));
}

async fn a_request_given_up_leaves_the_connection_of_use<W: Reactor>() {
    let (mut conn, mut kernel) = watched::<W>(PATIENT);
    for seq in 2..100 {
        give_up(conn.call(&Getfamily::default())).await;
        kernel.says(&[reply(seq, 40)]);
    }
    kernel.says(&[reply(100, 41), end(100, 0)]);
    let family = conn.call(&Getfamily::default()).await.unwrap();
    assert_eq!(family.family_id, Some(41));
    assert_eq!(conn.stats().stray, 98);
}

async fn a_dump_given_up_is_read_to_its_end<W: Reactor>() {
    let (mut conn, mut kernel) = watched::<W>(PATIENT);
    kernel.says(&[object(2, 0, 40)]);
    give_up(conn.dump(&GetfamilyDump::default())).await;
    kernel.says(&[object(2, 0, 41)]).says(&[done(2, 0)]).says(&[
        object(3, 0, 50),
        object(3, 0, 51),
        done(3, 0),
    ]);
    assert_eq!(dumped(&mut conn).await, [50, 51]);
}

async fn a_stream_is_read_and_left<W: Reactor>() {
    let (mut conn, mut kernel) = watched::<W>(PATIENT);
    kernel.says(&[object(2, 0, 40), object(2, 0, 41)]);
    {
        let request = GetfamilyDump::default();
        let mut stream = conn.dump_stream(&request).await.unwrap();
        for id in [40, 41] {
            let family = stream.next_object().await.unwrap().unwrap();
            assert_eq!(family.family_id, Some(id));
        }
        give_up(stream.next_object()).await;
    }
    kernel
        .says(&[done(2, 0)])
        .says(&[object(3, 0, 50), done(3, 0)]);
    assert_eq!(dumped(&mut conn).await, [50]);
}

/// What a program with several threads needs of them.
#[test]
fn futures_can_be_sent() {
    fn sendable<T: Send>(_: &T) {}
    fn checked(mut conn: tokio::Connection) {
        sendable(&conn.call(&Getfamily::default()));
    }
    fn dumps(mut conn: async_io::Connection) {
        sendable(&conn.dump(&GetfamilyDump::default()));
    }
    let _ = (checked as fn(_), dumps as fn(_));
}

#[test]
fn without_an_event_loop_opening_fails() {
    let (conn, _kernel) = connection(KERNEL, SMALL);
    let error = tokio::Connection::over(conn).unwrap_err();
    assert!(error.to_string().contains("no reactor running"), "{error}");
}
