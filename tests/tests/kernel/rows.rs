//! Many requests at once.

use nlgen_runtime::describe::Set;
use nlgen_runtime::nlctrl::{Getfamily, GetfamilyReply};
use nlgen_runtime::wire::Encoder;
use nlgen_runtime::{Connection, Encode, Errno, Error, Operation, Raw, Request};
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

/// One request that the kernel does not take for its length failed all that were sent with it.
#[test]
fn a_request_too_long_for_the_socket_fails_alone() {
    fresh(|| {
        let mut conn = Connection::open().unwrap();
        // An attribute that nlctrl does not know, and passes over; longer than a datagram may be by default.
        let long: Vec<u8> = std::iter::repeat_with(|| {
            [&60_004u16.to_ne_bytes()[..], &[99, 0], &[0; 60_000]].concat()
        })
        .take(5)
        .flatten()
        .collect();
        let names = ["nlctrl", "nlctrl", "nlctrl", "", "nlctrl", "nlctrl"];
        let requests: Vec<Family<'_>> = names
            .iter()
            .map(|name| match name.is_empty() {
                true => Family(&long),
                false => Family(b"\x0b\0\x02\0nlctrl\0\0"),
            })
            .collect();
        let answers = conn.call_all(&requests).unwrap();
        for (at, answer) in answers.iter().enumerate() {
            match (at, answer) {
                (3, Err(error)) => assert_eq!(error.errno(), Some(Errno::EMSGSIZE), "{error}"),
                (_, Ok(replies)) => {
                    assert_eq!(replies.reply().unwrap().family_id, Some(16), "{at}");
                }
                (_, answer) => panic!("{at}: {answer:?}"),
            }
        }
        // A call says the same of it.
        let error = conn.call(&Family(&long)).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::EMSGSIZE), "{error}");
    });
}

/// A request for a family whose attributes are bytes.
#[derive(Clone, Copy)]
struct Family<'a>(&'a [u8]);

impl Encode for Family<'_> {
    const SET: &'static Set = <Getfamily<'_> as Encode>::SET;

    fn encode(&self, out: &mut Encoder<'_>) {
        Raw(self.0).encode(out);
    }
}

impl Request for Family<'_> {
    const OP: &'static Operation = Getfamily::OP;
    type Reply<'r> = GetfamilyReply<'r>;
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
