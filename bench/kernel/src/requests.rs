//! G: requests for the link state of `lo`, one at a time and many at once.

use std::path::Path;

use netlink_socket2::NetlinkSocket;
use nlgen_families::ethtool;
use nlgen_runtime::{Connection, tokio as asynchronous};
use tokio::runtime::Builder;

use crate::bare::{ACKNOWLEDGED, Bare, family_id, message};
use crate::genetlink::Genetlink;
use crate::neli::Neli;
use crate::program::Program;
use crate::turn::{Outcome, Rounds, Seen, Subject, compare};

/// LINKSTATE_GET of version 1, and a header with the device's name.
pub(crate) const LINKSTATE_GET: &[u8] = b"\x06\x01\0\0\x0c\0\x01\x80\x07\0\x02\0lo\0\0";
/// How many requests are made at once.
const MANY: u32 = 256;
/// How many of them the loop sends in a datagram, which is what the kernel's queue holds of their answers by
/// far.
const ROW: u32 = 16;

/// Compares the requests.
pub(crate) fn measure(programs: &Path) -> Outcome<()> {
    let programs: Vec<Program> = ["libmnl", "c-ynl"]
        .into_iter()
        .filter_map(|name| Program::start(programs, name).transpose())
        .collect::<Outcome<_>>()?;
    one(&programs)?;
    many()
}

fn see(seen: &mut Seen, state: ethtool::LinkstateGetReply<'_>) -> Outcome<()> {
    let header = state.header.map(|header| header.get()).transpose()?;
    let index = header.and_then(|header| header.dev_index);
    seen.add([
        index.unwrap_or_default().into(),
        state.link.unwrap_or_default().into(),
    ]);
    Ok(())
}

fn one(programs: &[Program]) -> Outcome<()> {
    const WORKLOAD: &str = "G/one";
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut bare = Bare::generic()?;
    let by_hand = message(family_id(&ethtool::FAMILY)?, ACKNOWLEDGED, 1, LINKSTATE_GET);
    bare.try_request(&by_hand)?;
    let mut conn = Connection::open()?;
    let mut awaited = runtime.block_on(async { asynchronous::Connection::open() })?;
    let mut bindings = NetlinkSocket::new();
    let mut genetlink = Genetlink::open(&runtime)?;
    let neli = Neli::open("ethtool")?;
    #[cfg(feature = "nlink")]
    let nlink = crate::nlink::States::open(&runtime)?;

    let mut subjects = vec![
        Subject::limit(|| {
            bare.send(&by_hand)?;
            bare.receive()?;
            bare.receive()?;
            Ok(())
        }),
        Subject::new("nlgen", || {
            let mut seen = Seen::default();
            let header = ethtool::Header::default().dev_name("lo");
            see(
                &mut seen,
                conn.call(&ethtool::LinkstateGet::default().header(&header))?,
            )?;
            Ok(seen)
        }),
        Subject::new("nlgen-tokio", || {
            let mut seen = Seen::default();
            let header = ethtool::Header::default().dev_name("lo");
            let request = ethtool::LinkstateGet::default().header(&header);
            see(&mut seen, runtime.block_on(awaited.call(&request))?)?;
            Ok(seen)
        }),
        Subject::new("netlink-socket2", || {
            let mut seen = Seen::default();
            let mut request = netlink_bindings::ethtool::Request::new().op_linkstate_get_do();
            request
                .encode()
                .nested_header()
                .push_dev_name_bytes(b"lo")
                .end_nested();
            // It says 8.
            request.header_mut().cmd = LINKSTATE_GET[0];
            let mut reply = bindings.request(&request)?;
            let state = reply.recv_one()?;
            seen.add([
                state.get_header()?.get_dev_index()?.into(),
                state.get_link()?.into(),
            ]);
            Ok(seen)
        }),
        Subject::new("genetlink", || genetlink.linkstate()),
        Subject::new("neli", || neli.linkstate()),
        #[cfg(feature = "nlink")]
        Subject::new("nlink", || nlink.of("lo")),
    ];
    for program in programs {
        subjects.extend(program.subject(WORKLOAD)?);
    }
    let rounds = Rounds {
        rounds: 500,
        times: 50,
        units: 1,
    };
    compare(WORKLOAD, subjects, rounds)
}

fn many() -> Outcome<()> {
    let mut bare = Bare::generic()?;
    let family = family_id(&ethtool::FAMILY)?;
    let row: Vec<u8> = (1..=ROW)
        .flat_map(|seq| message(family, ACKNOWLEDGED, seq, LINKSTATE_GET))
        .collect();
    let mut conn = Connection::open()?;
    let header = ethtool::Header::default().dev_name("lo");
    let requests = vec![ethtool::LinkstateGet::default().header(&header); MANY as usize];
    let subjects = vec![
        Subject::limit(|| {
            for _ in 0..MANY / ROW {
                bare.send(&row)?;
                for _ in 0..2 * ROW {
                    bare.receive()?;
                }
            }
            Ok(())
        }),
        Subject::new("nlgen", || {
            let mut seen = Seen::default();
            for answer in conn.call_all(&requests)? {
                see(&mut seen, answer?.reply()?)?;
            }
            Ok(seen)
        }),
    ];
    let rounds = Rounds {
        rounds: 300,
        times: 1,
        units: MANY,
    };
    compare("G/pipelined", subjects, rounds)
}
