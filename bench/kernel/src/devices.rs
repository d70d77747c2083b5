//! F: dumps of all devices, by `netdev` of generic netlink and by `rt-link` of rtnetlink.

use std::path::Path;

use netlink_socket2::NetlinkSocket;
use nlgen_families::{netdev, rt_link};
use nlgen_runtime::{Connection, tokio as asynchronous};
use tokio::runtime::{Builder, Runtime};

use crate::bare::{Bare, DUMP, family_id, message};
use crate::program::Program;
use crate::turn::{Outcome, Rounds, Seen, Subject, compare};

/// `RTM_GETLINK`
const GETLINK: u16 = 18;

/// Compares the dumps.
pub(crate) fn measure(programs: &Path) -> Outcome<()> {
    let programs: Vec<Program> = ["libmnl", "c-ynl"]
        .into_iter()
        .filter_map(|name| Program::start(programs, name).transpose())
        .collect::<Outcome<_>>()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let rounds = Rounds {
        rounds: 300,
        times: 1,
        units: 1,
    };
    netdevs(&runtime, &programs, rounds)?;
    let rounds = Rounds {
        rounds: 60,
        ..rounds
    };
    links(&runtime, &programs, rounds)
}

fn netdevs(runtime: &Runtime, programs: &[Program], rounds: Rounds) -> Outcome<()> {
    const WORKLOAD: &str = "F/netdev";
    let see = |seen: &mut Seen, device: netdev::DevGetReply| {
        seen.add([
            device.ifindex.unwrap_or_default().into(),
            device.xdp_features.unwrap_or_default().bits(),
            device.xdp_zc_max_segs.unwrap_or_default().into(),
            device.xdp_rx_metadata_features.unwrap_or_default().bits(),
            device.xsk_features.unwrap_or_default().bits(),
        ]);
    };
    let request = netdev::DevGetDump::default();

    let mut bare = Bare::generic()?;
    // DEV_GET of version 1.
    let by_hand = message(family_id(&netdev::FAMILY)?, DUMP, 1, &[1, 1, 0, 0]);
    let size = bare.size(&by_hand)?;
    let mut stream = Connection::open()?;
    let mut collected = Connection::open()?;
    let mut awaited = runtime.block_on(async { asynchronous::Connection::open() })?;
    let mut streamed = runtime.block_on(async { asynchronous::Connection::open() })?;
    let mut bindings = NetlinkSocket::new();
    #[cfg(feature = "nlink")]
    let nlink = crate::nlink::Devices::open(runtime)?;

    let mut subjects = vec![
        Subject::limit(|| bare.dump(&by_hand, size)),
        Subject::new("nlgen", || {
            let mut seen = Seen::default();
            for device in &collected.dump(&request)? {
                see(&mut seen, device?);
            }
            Ok(seen)
        }),
        Subject::new("nlgen-stream", || {
            let mut seen = Seen::default();
            let mut devices = stream.dump_stream(&request)?;
            while let Some(device) = devices.next_object()? {
                see(&mut seen, device);
            }
            Ok(seen)
        }),
        Subject::new("nlgen-tokio", || {
            runtime.block_on(async {
                let mut seen = Seen::default();
                for device in &awaited.dump(&request).await? {
                    see(&mut seen, device?);
                }
                Ok(seen)
            })
        }),
        Subject::new("nlgen-tokio-stream", || {
            runtime.block_on(async {
                let mut seen = Seen::default();
                let mut devices = streamed.dump_stream(&request).await?;
                while let Some(device) = devices.next_object().await? {
                    see(&mut seen, device);
                }
                Ok(seen)
            })
        }),
        Subject::new("netlink-socket2", || {
            let mut seen = Seen::default();
            let request = netlink_bindings::netdev::Request::new().op_dev_get_dump();
            let mut devices = bindings.request(&request)?;
            while let Some(device) = devices.recv() {
                let device = device?;
                seen.add([
                    device.get_ifindex().unwrap_or_default().into(),
                    device.get_xdp_features().unwrap_or_default(),
                    device.get_xdp_zc_max_segs().unwrap_or_default().into(),
                    device.get_xdp_rx_metadata_features().unwrap_or_default(),
                    device.get_xsk_features().unwrap_or_default(),
                ]);
            }
            Ok(seen)
        }),
        #[cfg(feature = "nlink")]
        Subject::new("nlink", || nlink.dump()),
    ];
    for program in programs {
        subjects.extend(program.subject(WORKLOAD)?);
    }
    compare(WORKLOAD, subjects, rounds)
}

fn links(runtime: &Runtime, programs: &[Program], rounds: Rounds) -> Outcome<()> {
    const WORKLOAD: &str = "F/rt-link";
    let see = |seen: &mut Seen, link: rt_link::GetlinkReply<'_>| {
        seen.add([
            link.header.ifi_index as u64,
            link.mtu.unwrap_or_default().into(),
            link.txqlen.unwrap_or_default().into(),
            link.group.unwrap_or_default().into(),
            link.ifname.map_or(0, |name| name.as_bytes().len() as u64),
        ]);
    };
    let request = rt_link::GetlinkDump::default();
    let open = || Connection::builder().family(&rt_link::FAMILY);

    let mut bare = Bare::route()?;
    // An ifinfomsg that asks for all.
    let by_hand = message(GETLINK, DUMP, 1, &[0; 16]);
    let size = bare.size(&by_hand)?;
    let mut stream = open().open()?;
    let mut collected = open().open()?;
    let mut awaited = runtime.block_on(async { asynchronous::Connection::open_with(open()) })?;
    let mut bindings = NetlinkSocket::new();
    #[cfg(feature = "nlink")]
    let nlink = crate::nlink::Links::open(runtime)?;

    let mut subjects = vec![
        Subject::limit(|| bare.dump(&by_hand, size)),
        Subject::new("nlgen", || {
            let mut seen = Seen::default();
            for link in &collected.dump(&request)? {
                see(&mut seen, link?);
            }
            Ok(seen)
        }),
        Subject::new("nlgen-stream", || {
            let mut seen = Seen::default();
            let mut links = stream.dump_stream(&request)?;
            while let Some(link) = links.next_object()? {
                see(&mut seen, link);
            }
            Ok(seen)
        }),
        Subject::new("nlgen-tokio", || {
            runtime.block_on(async {
                let mut seen = Seen::default();
                for link in &awaited.dump(&request).await? {
                    see(&mut seen, link?);
                }
                Ok(seen)
            })
        }),
        Subject::new("netlink-socket2", || {
            let mut seen = Seen::default();
            let header = netlink_bindings::rt_link::Ifinfomsg::new();
            let request = netlink_bindings::rt_link::Request::new().op_getlink_dump(&header);
            let mut links = bindings.request(&request)?;
            while let Some(link) = links.recv() {
                let (header, link) = link?;
                seen.add([
                    header.ifi_index as u64,
                    link.get_mtu().unwrap_or_default().into(),
                    link.get_txqlen().unwrap_or_default().into(),
                    link.get_group().unwrap_or_default().into(),
                    link.get_ifname()
                        .map_or(0, |name| name.to_bytes().len() as u64),
                ]);
            }
            Ok(seen)
        }),
        #[cfg(feature = "nlink")]
        Subject::new("nlink", || nlink.dump()),
    ];
    for program in programs {
        subjects.extend(program.subject(WORKLOAD)?);
    }
    compare(WORKLOAD, subjects, rounds)
}
