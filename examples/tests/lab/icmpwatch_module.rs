//! The module `icmpwatch` and its listeners.

use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;

use nlgen_runtime::{Connection, Errno, Events, Received};
use rustix::net::{AddressFamily, SendFlags, SocketAddrV4, SocketType, ipproto, sendto, socket};

use crate::icmpwatch::{Event, Get, PacketNtf, Register, Unregister, group};
use crate::loaded::{Loaded, run};
use crate::memo_client::refused;
use crate::program::Program;

const WATCH: &str = env!("CARGO_BIN_EXE_icmpwatch");

/// An echo request with 20 bytes in all, behind an IP header of 20. The loopback answers it with as many.
const ECHO: [u8; 20] = [
    8, 0, 0xe6, 0x89, 0x11, 0x76, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

struct Pings(OwnedFd);

impl Pings {
    fn new() -> Self {
        run("ip", &["link", "set", "lo", "up"]);
        let made = socket(AddressFamily::INET, SocketType::RAW, Some(ipproto::ICMP));
        Self(made.unwrap())
    }

    fn send(&self, packet: &[u8], to: [u8; 4]) {
        let to = SocketAddrV4::new(Ipv4Addr::from(to), 0);
        sendto(&self.0, packet, SendFlags::empty(), &to).unwrap();
    }
}

/// The lines that a listener has printed, once there are that many.
fn lines(output: &std::path::Path, count: usize) -> Vec<String> {
    loop {
        let text = std::fs::read_to_string(output).unwrap();
        if text.lines().count() >= count {
            return text.lines().map(str::to_owned).collect();
        }
        std::thread::yield_now();
    }
}

fn registered(conn: &mut Connection) -> Option<u32> {
    match conn.call(&Get::default()) {
        Ok(registration) => registration.port_id,
        Err(error) => {
            assert_eq!(refused::<()>(Err(error)), (Errno::ENOENT, None));
            None
        }
    }
}

#[test]
fn packets_are_reported_to_one_and_to_the_group() {
    let Some(_module) = Loaded::new("icmpwatch") else {
        return;
    };
    let pings = Pings::new();
    let folder = tempfile::tempdir().unwrap();
    let outputs = ["one", "group", "too"].map(|name| folder.path().join(name));
    let one = Program::listening(WATCH, &[], &outputs[0]);
    let group = Program::listening(WATCH, &["--group"], &outputs[1]);
    let too = Program::listening(WATCH, &["--group"], &outputs[2]);
    pings.send(&ECHO, [127, 0, 0, 1]);
    // A type that nobody answers; and too short to be ICMP, which is not reported.
    pings.send(&[13, 7, 0, 0, 0, 0, 0, 0, 1], [127, 9, 8, 7]);
    pings.send(&[8, 0, 0, 0], [127, 0, 0, 1]);
    pings.send(&ECHO, [127, 0, 0, 1]);
    let expected = [
        "127.0.0.1 > 127.0.0.1: type 8, code 0, 40 bytes",
        "127.0.0.1 > 127.0.0.1: type 0, code 0, 40 bytes",
        "127.0.0.1 > 127.9.8.7: type 13, code 7, 29 bytes",
        "127.0.0.1 > 127.0.0.1: type 8, code 0, 40 bytes",
        "127.0.0.1 > 127.0.0.1: type 0, code 0, 40 bytes",
    ];
    for output in &outputs {
        assert_eq!(lines(output, 5), expected);
    }
    for (listener, said) in [(one, "5 reports, 0 dropped\n"), (group, ""), (too, "")] {
        listener.signal("INT");
        let (success, _, errors) = listener.end();
        assert!(success, "{errors}");
        assert_eq!(errors, said);
    }
}

#[test]
fn a_registration_ends_by_its_own_word_and_with_its_process() {
    let Some(_module) = Loaded::new("icmpwatch") else {
        return;
    };
    let pings = Pings::new();
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("output");
    let mut conn = Connection::open().unwrap();
    assert_eq!(registered(&mut conn), None);
    for signal in ["INT", "KILL", "TERM"] {
        let listener = Program::listening(WATCH, &[], &output);
        let port_id = registered(&mut conn);
        assert!(port_id.is_some());
        // One at a time.
        assert_eq!(
            refused(conn.call(&Register::default())),
            (Errno::EBUSY, None)
        );
        listener.signal(signal);
        assert_eq!(listener.end().0, signal == "INT");
        assert_eq!(registered(&mut conn), None, "{signal}");
    }
    // Closing another socket does not end it.
    let events = Events::<Event>::open(&[]).unwrap();
    let register = Register::default().port_id(events.port_id());
    conn.call(&register).unwrap();
    drop(Connection::open().unwrap());
    assert_eq!(registered(&mut conn), Some(events.port_id()));
    drop(events);
    assert_eq!(registered(&mut conn), None);
    // A socket that there is not is forgotten with the first packet.
    conn.call(&Register::default().port_id(0x7fff_fff1))
        .unwrap();
    pings.send(&ECHO, [127, 0, 0, 1]);
    assert_eq!(registered(&mut conn), None);
    assert_eq!(
        refused(conn.call(&Register::default().port_id(0))),
        (Errno::ERANGE, Some("port-id".to_owned()))
    );
    assert_eq!(
        refused(conn.call(&Unregister::default())),
        (Errno::ENOENT, None)
    );
}

/// How much memory the queue of a generic netlink socket takes, in bytes.
fn queued(port_id: u32) -> u64 {
    let table = std::fs::read_to_string("/proc/net/netlink").unwrap();
    let rows = table.lines().map(|row| row.split_whitespace());
    // sk, Eth, Pid, Groups, Rmem, …
    let mut rows = rows.map(Iterator::collect::<Vec<_>>);
    let row = rows.find(|row| row[1] == "16" && row[2] == port_id.to_string());
    row.unwrap()[4].parse().unwrap()
}

#[test]
fn a_flood_is_neither_waited_for_nor_queued_without_bound() {
    let Some(_module) = Loaded::new("icmpwatch") else {
        return;
    };
    let pings = Pings::new();
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("output");
    let mut conn = Connection::open().unwrap();
    let slow = Program::listening(WATCH, &[], &output);
    let port_id = registered(&mut conn).unwrap();
    let heard_by_group = Events::<Event>::open(&[group::PACKETS]).unwrap();
    slow.signal("STOP");
    // Each is answered, so there are twice as many packets.
    let flood = 3000;
    for _ in 0..flood {
        pings.send(&ECHO, [127, 0, 0, 1]);
    }
    let counts = conn.call(&Get::default()).unwrap();
    let (sent, dropped) = (counts.sent.unwrap(), counts.dropped.unwrap());
    assert_eq!(sent + dropped, 2 * flood);
    assert!(
        sent > 0 && dropped > flood,
        "{sent} sent, {dropped} dropped"
    );
    let limit = std::fs::read_to_string("/proc/sys/net/core/rmem_default").unwrap();
    let limit: u64 = limit.trim().parse().unwrap();
    for port_id in [port_id, heard_by_group.port_id()] {
        let queued = queued(port_id);
        // The last one that fits may go beyond.
        assert!((1..limit + 4096).contains(&queued), "{queued} of {limit}");
    }
    // It reads what is queued; the packet after that says how many are missing.
    slow.signal("CONT");
    lines(&output, usize::try_from(sent).unwrap());
    let mut direct = Events::<Event>::open(&[]).unwrap();
    slow.signal("INT");
    let (success, text, errors) = slow.end();
    assert!(success, "{errors}");
    assert_eq!(
        errors,
        format!("{dropped} reports were dropped\n{sent} reports, {dropped} dropped\n")
    );
    assert_eq!(
        String::from_utf8(text).unwrap().lines().count() as u64,
        sent
    );
    // The counts are those of a registration.
    conn.call(&Register::default().port_id(direct.port_id()))
        .unwrap();
    pings.send(&[3, 1, 0, 0, 0, 0, 0, 0], [127, 0, 0, 1]);
    match direct.next_event().unwrap() {
        Received::Event(Event::PacketNtf(PacketNtf {
            r#type, dropped, ..
        })) => assert_eq!((r#type, dropped), (Some(3), Some(0))),
        other => panic!("{other:?}"),
    }
}

#[test]
fn packets_come_while_the_module_is_loaded_a_hundred_times() {
    let Some(module) = Loaded::new("icmpwatch") else {
        return;
    };
    let pings = Pings::new();
    let mut events = Events::<Event>::open(&[group::PACKETS]).unwrap();
    for _ in 0..100 {
        // The family has another number each time.
        let mut conn = Connection::open().unwrap();
        conn.call(&Register::default().port_id(events.port_id()))
            .unwrap();
        pings.send(&ECHO, [127, 0, 0, 1]);
        module.reload();
    }
    let mut packets = 0;
    while let Some(received) = events.try_next().unwrap() {
        packets += u32::from(matches!(received, Received::Event(_)));
    }
    assert!(packets > 0);
}
