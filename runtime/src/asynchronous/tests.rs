//! Asynchronous connections against the fake kernel of the blocking one: waiting, giving up, going on.

#![cfg(all(feature = "async-io", feature = "tokio"))]

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::*;
use crate::connection::tests::{
    KERNEL, Kernel, SMALL, batches, connection, done, end, object, reply,
};
use crate::family::{Dump, Request};
use crate::nlctrl::{Getfamily, GetfamilyDump};
use crate::session::{Direction, Error};
use crate::wire::Errno;
use crate::{async_io, tokio};

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
        many_requests_are_answered_or_given_up
        batches_are_answered_or_given_up
        bytes_are_asked_and_observed
    }
}

fn watched<W: Reactor>(deadline: Option<Duration>) -> (Connection<W>, Kernel) {
    let (mut conn, kernel) = connection(KERNEL, SMALL);
    conn.set_timeout(deadline);
    (Connection::over(conn).unwrap(), kernel)
}

/// Polls once and drops the future: it must have been waiting for an answer, and not for its turn.
async fn give_up<T>(future: impl Future<Output = T>) {
    let mut yielded = false;
    std::future::poll_fn(|context| match std::mem::replace(&mut yielded, true) {
        true => std::task::Poll::Ready(()),
        false => {
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        }
    })
    .await;
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

async fn many_requests_are_answered_or_given_up<W: Reactor>() {
    let (mut conn, mut kernel) = watched::<W>(PATIENT);
    let requests = [Getfamily::default(); 3];
    // Given up where the first one, which goes alone, waits; and where the others do.
    give_up(conn.call_all(&requests)).await;
    kernel.says(&[reply(2, 20), end(2, 0), reply(3, 30), end(3, 0)]);
    give_up(conn.call_all(&requests)).await;
    kernel.says(&[reply(4, 40), end(4, 0), reply(5, 50), end(5, 0)]);
    let late = thread::spawn(move || {
        for seq in [2, 3, 4, 6] {
            assert_eq!(kernel.hears().seq, seq);
        }
        kernel.says(&[reply(6, 60), end(6, 0)]);
        assert_eq!(kernel.hears().seq, 7);
        kernel
            .says(&[end(7, libc::EPERM)])
            .says(&[reply(8, 80), end(8, 0)]);
        kernel
    });
    let answers = conn.call_all(&requests).await.unwrap();
    let told: Vec<_> = answers
        .iter()
        .map(|answer| match answer {
            Ok(replies) => Ok(replies.reply().unwrap().family_id.unwrap()),
            Err(error) => Err(error.errno()),
        })
        .collect();
    assert_eq!(told, [Ok(60), Err(Some(Errno::EPERM)), Ok(80)]);
    assert_eq!(conn.stats().stray, 6);
    late.join().unwrap();
}

async fn batches_are_answered_or_given_up<W: Reactor>() {
    let (mut conn, mut kernel) = batches::netfilter();
    conn.set_timeout(PATIENT);
    let mut conn = Connection::<W>::over(conn).unwrap();
    let batch = batches::three();
    give_up(conn.commit(&batch)).await;
    kernel.says(&[end(4, 0)]);
    let late = thread::spawn(move || {
        for seq in [1, 6] {
            assert_eq!(kernel.hears().seq, seq);
        }
        kernel.says(&[end(8, libc::EEXIST)]).says(&[end(9, 0)]);
        kernel
    });
    let Err(Error::Batch(refused)) = conn.commit(&batch).await else {
        panic!("it was refused");
    };
    assert_eq!(
        (refused.refusals().count(), refused.errno()),
        (1, Errno::EEXIST)
    );
    late.join().unwrap();
}

async fn bytes_are_asked_and_observed<W: Reactor>() {
    let (mut conn, mut kernel) = watched::<W>(PATIENT);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    conn.observe(move |direction, datagram| log.lock().unwrap().push((direction, datagram.len())));
    let answers = [
        [reply(2, 40), end(2, 0)].concat(),
        [object(3, 0, 41), done(3, 0)].concat(),
    ];
    for answer in &answers {
        kernel.says(std::slice::from_ref(answer));
    }
    let replies = conn.call_raw(Getfamily::OP, 0, &[]).await.unwrap();
    assert_eq!(replies.messages().count(), 1);
    let objects = conn.dump_raw(GetfamilyDump::OP, &[]).await.unwrap();
    assert_eq!(objects.messages().count(), 1);
    let (out, back) = (Direction::Sent, Direction::Received);
    let [first, second] = answers.map(|answer| (back, answer.len()));
    assert_eq!(*seen.lock().unwrap(), [(out, 20), first, (out, 20), second]);
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
        sendable(&conn.call_all(&[Getfamily::default()]));
        sendable(&conn.commit(&crate::session::Batch::new()));
    }
    let _ = (checked as fn(_), dumps as fn(_));
}

#[test]
fn without_an_event_loop_opening_fails() {
    let (conn, _kernel) = connection(KERNEL, SMALL);
    let error = tokio::Connection::over(conn).unwrap_err();
    assert!(error.to_string().contains("no reactor running"), "{error}");
}
