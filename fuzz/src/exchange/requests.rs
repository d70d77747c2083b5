//! Requests of every kind, and whatever is said to them.

use nlgen_runtime::testing::Script;
use nlgen_runtime::{Batch, Connection, Dump, Encode, Error, EventSet, Family, MessageHeader, Request};
use nlgen_runtime::wire::control;
use nlgen_tests::{netdev, nftables, nlctrl};

use super::source::{Address, Source, Step};
use super::{MOST, Said};

/// How a protocol is spoken.
pub(super) struct Protocol {
    family: &'static Family,
    /// The type of objects, and what stands before their attributes.
    kind: u16,
    head: [u8; 4],
    ask: fn(&mut Connection, u8, usize),
    /// A request that needs no other before it, and whether its answer was `TOLD`.
    probe: fn(&mut Connection) -> Result<bool, Error>,
    /// That answer.
    answer: fn() -> Vec<u8>,
}

/// What the last request is answered with.
const TOLD: u16 = 4242;

/// Generic netlink: families have to be asked for.
pub(super) fn generic() -> Protocol {
    Protocol {
        family: &nlctrl::FAMILY,
        kind: 16,
        head: [1, 2, 0, 0],
        ask: |conn, kind, number| match number & 1 {
            0 => ask::<netdev::DevGet, netdev::DevGetDump, netdev::Event<'_>>(conn, kind, number),
            _ => ask::<nlctrl::Getfamily<'_>, nlctrl::GetfamilyDump, nlctrl::Event<'_>>(
                conn, kind, number,
            ),
        },
        probe: |conn| {
            let reply = conn.call(&nlctrl::Getfamily::default().family_name("x"))?;
            Ok(reply.family_id == Some(TOLD))
        },
        answer: || {
            let told = nlctrl::GetfamilyReply {
                family_id: Some(TOLD),
                ..Default::default()
            };
            told.to_bytes().expect("it is short")
        },
    }
}

/// A protocol of its own, with batches.
pub(super) fn netfilter() -> Protocol {
    Protocol {
        family: &nftables::FAMILY,
        kind: 2560,
        head: [0; 4],
        ask: |conn, kind, number| match number & 1 {
            0 => ask::<nftables::Gettable<'_>, nftables::GettableDump, nftables::Event<'_>>(
                conn, kind, number,
            ),
            // One that is only acknowledged.
            _ => ask::<nftables::Newtable<'_>, nftables::GetchainDump, nftables::Event<'_>>(
                conn, kind, number,
            ),
        },
        probe: |conn| {
            let reply = conn.call(&nftables::Gettable::default())?;
            Ok(reply.handle == Some(TOLD.into()))
        },
        answer: || {
            let told = nftables::GettableReply {
                handle: Some(TOLD.into()),
                ..Default::default()
            };
            // Its header is written with it.
            told.to_bytes().expect("it is short").split_off(4)
        },
    }
}

/// Makes requests and says things as the bytes tell, then looks whether the connection is as good as new.
pub(super) fn play(protocol: Protocol, mut source: Source<'_>) {
    let builder = Connection::builder()
        .receive_buffer(0, 40_000)
        .dump_attempts(3);
    let (mut conn, mut script) =
        Script::begin(builder, protocol.family).expect("there are sockets");
    let mut said = Said::default();
    for _ in 0..MOST {
        let address = Address {
            port_id: conn.port_id(),
            seq: conn.stats().sent as u32,
            kind: protocol.kind,
            head: protocol.head,
        };
        match source.step(address) {
            None => break,
            Some(Step::Record(record)) => said.say(&mut script, &record),
            Some(Step::Ask(kind, number)) => (protocol.ask)(&mut conn, kind, number),
        }
    }
    // Each request takes something from the queue, if only what others sent, or finds it empty.
    for _ in 0..=said.datagrams + said.losses {
        let _ = (protocol.probe)(&mut conn);
    }
    let stats = conn.stats();
    assert_eq!(
        (stats.datagrams, stats.foreign),
        (said.datagrams, said.forged),
        "{stats:?}"
    );
    assert_eq!(stats.bytes, said.bytes);
    script
        .say(0, &answer(&protocol, &conn))
        .expect("the connection is there");
    assert!((protocol.probe)(&mut conn).expect("it was answered"));
}

/// The answer to the next request.
fn answer(protocol: &Protocol, conn: &Connection) -> Vec<u8> {
    let mut bytes = Vec::new();
    let attributes = (protocol.answer)();
    let object = [&protocol.head[..], &attributes].concat();
    for (kind, payload) in [(protocol.kind, object), (control::ERROR, vec![0; 20])] {
        let header = MessageHeader {
            len: 16 + payload.len() as u32,
            kind,
            seq: conn.stats().sent as u32 + 1,
            port_id: conn.port_id(),
            ..MessageHeader::default()
        };
        header.write(&mut bytes);
        bytes.extend_from_slice(&payload);
    }
    bytes
}

/// Makes a request and reads all of what it brings.
fn ask<R, D, F>(conn: &mut Connection, kind: u8, number: usize)
where
    R: Request + Default + Copy,
    D: Dump + Default,
    F: EventSet,
{
    let (request, dump) = (R::default(), D::default());
    match kind {
        0 => told(conn.call(&request).map(drop)),
        1 => told(conn.call_collected(&request).map(|all| {
            assert!(all.replies().count() == all.len());
            let _ = all.reply();
        })),
        2 => told(
            conn.dump(&dump)
                .map(|all| assert!(all.iter().count() == all.len())),
        ),
        3 | 4 => told(stream(conn, &dump, number)),
        5 => told(conn.call_all(&vec![request; number]).map(|answers| {
            assert_eq!(answers.len(), number);
            for answer in answers {
                told(answer.map(|all| assert!(all.replies().count() == all.len())));
            }
        })),
        6 => {
            let mut batch = Batch::new();
            for _ in 0..number {
                told(batch.push(0, &request).map(drop));
            }
            told(conn.commit(&batch).map(|done| {
                let _ = done.echoes::<F>().count();
            }));
        }
        _ => told(conn.call_with(0xffff, &request).map(drop)),
    }
    drop(format!("{:?} {:?}", conn, conn.warning()));
}

/// Reads some objects of a dump, and leaves the rest.
fn stream<D: Dump>(conn: &mut Connection, dump: &D, objects: usize) -> Result<(), Error> {
    let mut stream = conn.dump_stream(dump)?;
    for _ in 0..objects {
        if stream.next_object()?.is_none() {
            break;
        }
    }
    Ok(())
}

/// An error can be told.
fn told(result: Result<(), Error>) {
    if let Err(error) = result {
        assert!(!error.to_string().is_empty());
        drop(format!("{error:?}"));
    }
}
