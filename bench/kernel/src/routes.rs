//! H: dumps of more and more routes: their time, and the memory that they take.

use std::env::current_exe;
use std::fs;
use std::process::{Command, Stdio};

use netlink_socket2::NetlinkSocket;
use nlgen_bench_report::Record;
use nlgen_families::rt_route;
use nlgen_runtime::Connection;

use crate::bare::{Bare, DUMP, message};
use crate::turn::{Outcome, Rounds, Seen, Subject, compare};

/// `RTM_GETROUTE`
const GETROUTE: u16 = 26;
/// An rtmsg that asks for all routes of IPv4.
const IPV4: [u8; 12] = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

fn request() -> rt_route::GetrouteDump {
    let header = rt_route::Rtmsg {
        rtm_family: 2,
        ..Default::default()
    };
    rt_route::GetrouteDump::default().header(header)
}

fn open() -> Outcome<Connection> {
    Ok(Connection::builder().family(&rt_route::FAMILY).open()?)
}

fn see(seen: &mut Seen, route: rt_route::GetrouteReply<'_>) {
    seen.add([
        route.header.rtm_dst_len.into(),
        route.oif.unwrap_or_default().into(),
        route.table.unwrap_or_default().into(),
    ]);
}

fn collected(conn: &mut Connection) -> Outcome<Seen> {
    let mut seen = Seen::default();
    for route in &conn.dump(&request())? {
        see(&mut seen, route?);
    }
    Ok(seen)
}

fn streamed(conn: &mut Connection) -> Outcome<Seen> {
    let mut seen = Seen::default();
    let request = request();
    let mut routes = conn.dump_stream(&request)?;
    while let Some(route) = routes.next_object()? {
        see(&mut seen, route);
    }
    Ok(seen)
}

fn by_netlink_socket2(socket: &mut NetlinkSocket) -> Outcome<Seen> {
    let mut seen = Seen::default();
    let mut header = netlink_bindings::rt_route::Rtmsg::new();
    header.rtm_family = 2;
    let request = netlink_bindings::rt_route::Request::new().op_getroute_dump(&header);
    let mut routes = socket.request(&request)?;
    while let Some(route) = routes.recv() {
        let (header, route) = route?;
        seen.add([
            header.rtm_dst_len.into(),
            route.get_oif().unwrap_or_default().into(),
            route.get_table().unwrap_or_default().into(),
        ]);
    }
    Ok(seen)
}

/// Compares dumps of the routes that there are, under the name of their size.
pub(crate) fn measure(name: &str) -> Outcome<()> {
    let workload = format!("H/{name}");
    let mut bare = Bare::route()?;
    let by_hand = message(GETROUTE, DUMP, 1, &IPV4);
    let size = bare.size(&by_hand)?;
    let (mut whole, mut stream) = (open()?, open()?);
    let mut bindings = NetlinkSocket::new();
    let subjects = vec![
        Subject::limit(|| bare.dump(&by_hand, size)),
        Subject::new("nlgen", || collected(&mut whole)),
        Subject::new("nlgen-stream", || streamed(&mut stream)),
        Subject::new("netlink-socket2", || by_netlink_socket2(&mut bindings)),
    ];
    let rounds = Rounds {
        rounds: (2_000_000 / size.max(1)).clamp(10, 300),
        times: 1,
        units: 1,
    };
    compare(&workload, subjects, rounds)?;

    let tell =
        |subject, value| println!("{}", Record::new(&workload, subject, "peak-bytes", value));
    tell("size of the dump", size as f64);
    let idle = peak_of("idle")?;
    for subject in ["nlgen", "nlgen-stream"] {
        tell(subject, peak_of(subject)? - idle);
    }
    Ok(())
}

/// How much memory a process has at most when it makes one dump in the way of `subject`.
fn peak_of(subject: &str) -> Outcome<f64> {
    let output = Command::new(current_exe()?)
        .args(["peak", subject])
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let kilobytes: f64 = text.trim().parse()?;
    Ok(kilobytes * 1024.0)
}

/// Makes one dump, or none, and prints the most memory that the process had, in KiB (`VmHWM`).
pub(crate) fn peak(subject: &str) -> Outcome<()> {
    let mut conn = open()?;
    match subject {
        "nlgen" => drop(collected(&mut conn)?),
        "nlgen-stream" => drop(streamed(&mut conn)?),
        _ => {}
    }
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .ok_or("no VmHWM in /proc/self/status")?;
    println!("{peak}");
    Ok(())
}
