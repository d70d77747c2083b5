//! Many requests at once.

use nlgen_runtime::{Connection, Errno, Error};
use nlgen_tests::netdev::DevGet;
use nlgen_tests::rt_link;

use crate::namespace::{fresh, interfaces};

/// The numbers of the devices that are asked for in turn; the last is none.
const ASKED: [u32; 8] = [1, 2, 3, 4, 5, 6, 7, 99];

fn requests(count: usize) -> Vec<DevGet> {
    let request = |index: &u32| DevGet::default().ifindex(*index);
    ASKED.iter().cycle().take(count).map(request).collect()
}

/// Asks, and expects of each request its own answer.
fn ask(conn: &mut Connection, count: usize) {
    let requests = requests(count);
    let answers = conn.call_all(&requests).unwrap();
    assert_eq!(answers.len(), count);
    for (at, (answer, request)) in answers.iter().zip(&requests).enumerate() {
        match (answer, request.ifindex) {
            (Err(Error::Kernel(refusal)), Some(99)) => {
                assert_eq!(refusal.errno(), Errno::ENODEV, "{at}");
            }
            (Ok(collected), asked @ Some(1..=7)) => {
                assert_eq!(collected.reply().unwrap().ifindex, asked, "{at}");
            }
            (answer, asked) => panic!("{at}: {asked:?}: {answer:?}"),
        }
    }
}

#[test]
fn a_hundred_thousand_requests_are_all_answered() {
    fresh(|| {
        interfaces(6);
        let mut conn = Connection::open().unwrap();
        ask(&mut conn, 100_000);
        let stats = conn.stats();
        // And one that asked for the family.
        assert_eq!((stats.sent, stats.stray), (100_001, 0));
    });
}

/// With the least that the kernel allows as with much, no answer is lost.
#[test]
fn the_queue_of_the_socket_bounds_what_is_sent_at_once() {
    fresh(|| {
        interfaces(6);
        for bytes in [1, 10_000, 60_000, 1 << 20] {
            let builder = Connection::builder().socket_buffer(bytes);
            ask(&mut builder.open().unwrap(), 2000);
        }
    });
}

/// Replies of two kilobytes in place of a hundred bytes.
#[test]
fn long_replies_are_reckoned_with() {
    fresh(|| {
        interfaces(2);
        let builder = Connection::builder().family(&rt_link::FAMILY);
        let mut conn = builder.socket_buffer(30_000).open().unwrap();
        let requests: Vec<_> = ["lo", "v0", "w0"]
            .iter()
            .cycle()
            .take(3000)
            .map(|name| rt_link::Getlink::default().ifname(*name))
            .collect();
        let answers = conn.call_all(&requests).unwrap();
        for (answer, request) in answers.iter().zip(&requests) {
            let reply = answer.as_ref().unwrap().reply().unwrap();
            assert_eq!(reply.ifname, request.ifname);
        }
    });
}
