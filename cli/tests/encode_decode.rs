//! `nlgen encode` and `nlgen decode`: text in, text out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the tests themselves write"
)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Standard output, standard error and the exit status.
type Ran = (String, String, i32);

fn nlgen(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .env_remove("NLGEN_SPECS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input closes it.
    let _ = child.stdin.take().unwrap().write_all(input);
    let ran = child.wait_with_output().unwrap();
    (
        String::from_utf8(ran.stdout).unwrap(),
        String::from_utf8(ran.stderr).unwrap(),
        ran.status.code().unwrap(),
    )
}

fn good(arguments: &[&str]) -> String {
    let (out, err, status) = nlgen(arguments, b"");
    assert_eq!((err.as_str(), status), ("", 0), "{arguments:?}");
    out
}

const DEV_GET: &str = "1c000000200005000700000000000000010100000800010003000000";

#[test]
fn a_request_is_encoded() {
    for (arguments, expected) in [
        (
            &["netdev", "dev-get", "{\"ifindex\": 3}", "--seq", "7"][..],
            DEV_GET,
        ),
        (
            &["netdev", "dev_get", "{\"ifindex\": \"3\"}", "--body"],
            "0800010003000000",
        ),
        (&["netdev", "dev-get", "--dump", "--id", "0x1f"], ""),
        (
            &["netdev", "dev-get", "--dump", "--id", "31"],
            "140000001f0005030100000000000000 01010000",
        ),
        (
            &["netdev", "dev-get", "--create", "--excl"],
            "14000000200005060100000000000000 01010000",
        ),
    ] {
        let (out, err, status) = nlgen(&[&["encode"], arguments].concat(), b"");
        match expected {
            "" => assert!(status == 2 && err.contains("--id"), "{err}"),
            hex => assert_eq!(
                (out.trim_end(), status),
                (hex.replace(' ', "").as_str(), 0),
                "{err}"
            ),
        }
    }
    let (out, _, status) = nlgen(
        &["encode", "netdev", "dev-get", "-", "--seq", "7"],
        b"{\"ifindex\": 3}",
    );
    assert_eq!((out.trim_end(), status), (DEV_GET, 0));
}

#[test]
fn a_message_is_decoded() {
    let strace = r#"sendto(3, "\34\0\0\0\40\0\5\0\7\0\0\0\0\0\0\0\1\1\0\0\10\0\1\0\3\0\0\0", 28, 0, NULL, 0) = 28"#;
    for hex in [DEV_GET, strace] {
        for operation in ["dev-get", "-"] {
            let out = good(&["decode", "netdev", operation, hex]);
            assert_eq!(out, "{\n  \"ifindex\": 3\n}\n");
        }
    }
    let (out, _, status) = nlgen(&["decode", "netdev", "dev-get"], DEV_GET.as_bytes());
    assert_eq!((out.as_str(), status), ("{\n  \"ifindex\": 3\n}\n", 0));
    let both = format!("{DEV_GET}{DEV_GET}");
    assert_eq!(
        good(&["decode", "netdev", "-", &both]),
        "{\"ifindex\":3}\n{\"ifindex\":3}\n"
    );
    let body = good(&[
        "decode",
        "netdev",
        "dev-add-ntf",
        "0800010003000000",
        "--body",
    ]);
    assert_eq!(body, "{\n  \"ifindex\": 3\n}\n");
}

#[test]
fn a_message_is_explained() {
    let out = good(&["decode", "netdev", "dev-get", DEV_GET, "--explain"]);
    assert_eq!(
        out,
        "\
0000                           netdev dev-get: do, request (28 bytes)
0000  1c 00 00 00              ├─ nlmsg_len: 28
0004  20 00                    ├─ nlmsg_type: 32
0006  05 00                    ├─ nlmsg_flags: REQUEST|ACK
0008  07 00 00 00              ├─ nlmsg_seq: 7
000c  00 00 00 00              ├─ nlmsg_pid: 0
0010  01                       ├─ cmd: 1, dev-get
0011  01                       ├─ version: 1
0012  00 00                    ├─ reserved
0014  08 00 01 00              └─ ifindex (u32, number 1, 4 bytes)
0018  03 00 00 00                 └─ 3
"
    );
    let out = good(&[
        "decode",
        "netdev",
        "dev-get",
        "0800010003000000",
        "--body",
        "--explain",
    ]);
    assert!(
        out.starts_with("0000  08 00 01 00              ifindex (u32"),
        "{out}"
    );
}

#[test]
fn bad_input_is_told_with_its_place() {
    let long = format!("{{\"name\": \"{}\"}}", "x".repeat(70_000));
    for (arguments, expected) in [
        (
            &["encode", "netdve", "dev-get"][..],
            &["no spec of a family `netdve`", "did you mean `netdev`?"][..],
        ),
        (
            &["encode", "netdev", "dev-gte"],
            &["no operation `dev-gte`", "did you mean `dev-get`?"],
        ),
        (
            &["encode", "netdev", "dev-get", "{\"ifindx\": 3}"],
            &["ifindx: ", "did you mean `ifindex`?"],
        ),
        (
            &["encode", "netdev", "dev-get", "{\"xdp-features\": 3}"],
            &["xdp-features: `dev-get` does not take", "it takes: ifindex"],
        ),
        (
            &["encode", "netdev", "dev-get", "{\"ifindex\": \"lo\"}"],
            &["ifindex: \"lo\" is not a number (u32)"],
        ),
        (
            &["encode", "netdev", "dev-get", "{\"ifindex\": 0}"],
            &["ifindex: 0 is below the least allowed value, 1"],
        ),
        (
            &["encode", "netdev", "dev-get", "{\"ifindex\": "],
            &["not JSON"],
        ),
        (
            &["encode", "netdev", "dev-get", "[1]"],
            &["an object with attributes is wanted here, not a list"],
        ),
        (
            &[
                "encode",
                "netdev",
                "page-pool-stats-get",
                "{\"info\": {\"ifindex\": [1]}}",
            ],
            &["info.ifindex: a number (u32) is wanted here, not a list"],
        ),
        (
            &["encode", "netdev", "qstats-get", "{}"],
            &["`qstats-get` has no do", "it has a dump"],
        ),
        (
            &["encode", "exam", "set", &long],
            &["name: 70000 bytes, and at most 15 are allowed"],
        ),
        (
            &["encode", "exam", "set", &long, "--force"],
            &["name: this makes 70001 bytes, and an attribute holds at most 65531"],
        ),
        (
            &["encode", "exam", "set", "{\"name\": \"a\\u0000b\"}"],
            &["name: a NUL at byte 1"],
        ),
        (
            &["decode", "netdev", "dev-get", "1c0"],
            &["line 1, column 3: 3 digits, which is odd"],
        ),
        (
            &["decode", "netdev", "dev-get", "zz"],
            &["column 1: `z` is not a hexadecimal digit"],
        ),
        (
            &["decode", "netdev", "dev-get", ""],
            &["there are no bytes"],
        ),
        (
            &["decode", "-", "dev-get", "00"],
            &["the family of bytes must be named"],
        ),
        (
            &["decode", "netdev", "dev-gte", "00"],
            &["did you mean `dev-get`?"],
        ),
        (
            &["decode", "netdev", "-", "00", "--body"],
            &["--body needs the name of the operation"],
        ),
    ] {
        let (out, err, status) = nlgen(arguments, b"");
        assert_eq!((out.as_str(), status), ("", 2), "{arguments:?}: {err}");
        for expected in expected {
            assert!(err.contains(expected), "{arguments:?}: {err}");
        }
    }
}

#[test]
fn what_could_be_read_is_printed() {
    let cut = &DEV_GET[..DEV_GET.len() - 2];
    let longer = format!("24{}0800630001020304", &DEV_GET[2..]);
    for (hex, out, wrong) in [
        (
            cut,
            "{\n  \"<malformed>\": \"08000100030000\",\n  \"<problems>\": [\n    \
             \"the message says that it has 28 bytes, and 27 are there\",\n    \
             \"an attribute says that it has 8 bytes where 7 are left\"\n  ]\n}\n",
            "the message says that it has 28 bytes, and 27 are there",
        ),
        (
            &longer,
            "{\n  \"ifindex\": 3,\n  \"UnknownAttr(99)\": \"01020304\"\n}\n",
            "",
        ),
        ("1c00", "", "2 bytes, where a message's header needs 16"),
    ] {
        let (printed, err, status) = nlgen(&["decode", "netdev", "dev-get", hex], b"");
        assert_eq!(printed, out, "{hex}");
        assert!(err.contains(wrong), "{err}");
        assert_eq!(status, if wrong.is_empty() { 0 } else { 2 }, "{err}");
    }
    let (_, err, status) = nlgen(&["decode", "netdev", "dev-get", cut, "--explain"], b"");
    assert_eq!((err.as_str(), status), ("", 2));
    // Of several messages, one that is not right costs no other.
    let narrow = format!("24{}06000100070000000800010009000000", &DEV_GET[2..40]);
    let several = format!("{DEV_GET}{narrow}{DEV_GET}");
    let (printed, err, status) = nlgen(&["decode", "netdev", "-", "-"], several.as_bytes());
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 3, "{printed}");
    assert_eq!((lines[0], lines[2]), ("{\"ifindex\":3}", "{\"ifindex\":3}"));
    assert!(lines[1].starts_with("{\"ifindex\":[{\"<malformed>\":\"0700\"},9],\"<problems>\":["));
    assert!(
        err.contains("message 2 is not as the spec says: ifindex: 2 bytes"),
        "{err}"
    );
    assert_eq!(status, 2);
}

fn message(kind: u16, flags: u16, seq: u32, port: u32, payload: &[u8]) -> Vec<u8> {
    let len = 16 + payload.len() as u32;
    let mut bytes = len.to_ne_bytes().to_vec();
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(&flags.to_ne_bytes());
    bytes.extend_from_slice(&seq.to_ne_bytes());
    bytes.extend_from_slice(&port.to_ne_bytes());
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn attr(kind: u16, payload: &[u8]) -> Vec<u8> {
    let len = 4 + payload.len() as u16;
    let mut bytes = [len.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A capture of datagrams, one a second from 1,700,000,000 on.
fn pcap(path: &Path, datagrams: &[(u16, Vec<u8>)]) {
    let mut file = Vec::new();
    for word in [0xA1B2_C3D4u32, 0x0004_0002, 0, 0, 65535, 253] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    for (second, (protocol, datagram)) in (1_700_000_000u32..).zip(datagrams) {
        let len = 16 + datagram.len() as u32;
        for word in [second, 0, len, len] {
            file.extend_from_slice(&word.to_le_bytes());
        }
        file.extend_from_slice(&[0, 4, 3, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        file.extend_from_slice(&protocol.to_be_bytes());
        file.extend_from_slice(datagram);
    }
    std::fs::write(path, file).unwrap();
}

#[test]
fn a_capture_tells_the_ids_of_families() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("netlink.pcap");
    let ifindex =
        |command: u8, index: u32| [vec![command, 1, 0, 0], attr(1, &index.to_ne_bytes())].concat();
    let refused = [(-19i32).to_ne_bytes().to_vec(), vec![0; 16]].concat();
    pcap(
        &path,
        &[
            // Who is netdev?
            (
                16,
                message(
                    16,
                    5,
                    1,
                    9,
                    &[vec![3, 2, 0, 0], attr(2, b"netdev\0")].concat(),
                ),
            ),
            (
                16,
                message(
                    16,
                    0,
                    1,
                    9,
                    &[
                        vec![1, 2, 0, 0],
                        attr(1, &35u16.to_ne_bytes()),
                        attr(2, b"netdev\0"),
                    ]
                    .concat(),
                ),
            ),
            (16, message(35, 5, 2, 9, &ifindex(1, 3))),
            (16, message(35, 0, 2, 9, &ifindex(1, 3))),
            (16, message(35, 5, 3, 9, &ifindex(1, 4))),
            (16, message(2, 0x100, 3, 9, &refused)),
            // A notification, and families that nothing tells, one of a protocol without specs.
            (16, message(35, 0, 0, 0, &ifindex(2, 5))),
            (16, message(77, 0, 0, 0, &ifindex(2, 5))),
            (31, message(77, 0, 0, 0, &ifindex(2, 5))),
        ],
    );
    let path = path.to_str().unwrap();
    let lines = [
        r#"{"time":"2023-11-14T22:13:22.000000000Z","family":"netdev","name":"dev-get","role":"request","dump":false,"port":9,"seq":2,"msg":{"ifindex":3}}"#,
        r#"{"time":"2023-11-14T22:13:23.000000000Z","family":"netdev","name":"dev-get","role":"reply","dump":false,"port":9,"seq":2,"msg":{"ifindex":3}}"#,
        r#"{"time":"2023-11-14T22:13:24.000000000Z","family":"netdev","name":"dev-get","role":"request","dump":false,"port":9,"seq":3,"msg":{"ifindex":4}}"#,
        r#"{"time":"2023-11-14T22:13:25.000000000Z","role":"error","port":9,"seq":3,"msg":{"error":-19}}"#,
        r#"{"time":"2023-11-14T22:13:26.000000000Z","family":"netdev","name":"dev-add-ntf","role":"notification","port":0,"seq":0,"msg":{"ifindex":5}}"#,
    ];
    let (out, err, status) = nlgen(&["decode", "netdev", "-", "--pcap", path], b"");
    assert_eq!(out.lines().collect::<Vec<_>>(), lines);
    assert!(
        err.contains("nothing in the capture names: 77 (1)"),
        "{err}"
    );
    assert_eq!(status, 0);
    let (out, _, _) = nlgen(&["decode", "-", "-", "--pcap", path], b"");
    assert_eq!(out.lines().count(), 2 + lines.len(), "{out}");
    assert!(
        out.contains("\"family\":\"nlctrl\",\"name\":\"getfamily\",\"role\":\"reply\""),
        "{out}"
    );
    let (out, _, _) = nlgen(&["decode", "netdev", "dev-add-ntf", "--pcap", path], b"");
    assert_eq!(out.lines().collect::<Vec<_>>(), lines[4..]);
    let (out, _, _) = nlgen(
        &["decode", "netdev", "dev-get", "--pcap", path, "--explain"],
        b"",
    );
    assert_eq!(
        out.matches("netdev dev-get: do, request").count(),
        2,
        "{out}"
    );
    assert!(out.contains("error: -19, ENODEV"), "{out}");
    let (out, err, _) = nlgen(&["decode", "netdev", "--pcap", path, "--id", "77"], b"");
    assert!(
        out.lines().count() == lines.len() + 1 && err.is_empty(),
        "{out}{err}"
    );
    let file = std::fs::read(path).unwrap();
    let (out, err, status) = nlgen(
        &["decode", "netdev", "-", "--pcap", "-"],
        &file[..file.len() - 1],
    );
    assert_eq!((out.lines().count(), status), (lines.len(), 2));
    assert!(err.contains("the file ends within a datagram"), "{err}");
    let (_, err, status) = nlgen(&["decode", "--pcap", "-"], b"no capture");
    assert!(
        status == 2 && err.contains("neither pcap nor pcapng"),
        "{err}"
    );
}

/// A message about the link `lo` as a machine of either kind writes it, behind the header of a packet.
fn link(big: bool) -> Vec<u8> {
    let (short, long) = match big {
        true => (
            u16::to_be_bytes as fn(u16) -> [u8; 2],
            u32::to_be_bytes as fn(u32) -> [u8; 4],
        ),
        false => (u16::to_le_bytes as _, u32::to_le_bytes as _),
    };
    let mut packet = vec![0, 4, 3, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    packet.extend([long(48)].concat());
    packet.extend([short(16), short(2)].concat());
    packet.extend([long(1), long(99)].concat());
    packet.extend([&[0, 0][..], &short(772)].concat());
    packet.extend([long(1), long(0x1_0049), long(0)].concat());
    packet.extend([short(7), short(3)].concat());
    packet.extend(b"lo\0\0");
    packet.extend([short(8), short(4)].concat());
    packet.extend(long(65536));
    packet
}

/// A file of the format pcap with numbers in either order. Each packet says its own length.
fn capture(big: bool, magic: u32, packets: &[Vec<u8>]) -> Vec<u8> {
    let word = |word: u32| match big {
        true => word.to_be_bytes(),
        false => word.to_le_bytes(),
    };
    let version = if big { 0x0002_0004 } else { 0x0004_0002 };
    let mut file = [magic, version, 0, 0, 65535, 253].map(word).concat();
    for packet in packets {
        let len = u32::try_from(packet.len()).unwrap();
        file.extend([1, 5000, len, len].map(word).concat());
        file.extend(packet);
    }
    file
}

/// Captures of machines of the other byte order printed nothing, with status 0.
#[test]
fn captures_of_either_kind_of_machine() {
    let msg = "\"msg\":{\"ifi-family\":0,\"ifi-type\":772,\"ifi-index\":1,\"ifi-flags\":[\"up\",\
               \"loopback\",\"running\",\"lower-up\"],\"ifi-change\":[],\"ifname\":\"lo\",\"mtu\":65536}}";
    for (order, magic, time) in [
        (false, 0xA1B2_C3D4, "01.005000000"),
        (true, 0xA1B2_C3D4, "01.005000000"),
        (false, 0xA1B2_3C4D, "01.000005000"),
        (true, 0xA1B2_3C4D, "01.000005000"),
    ] {
        // The file's order says nothing of the messages': programs write files anew.
        let file = capture(order, magic, &[link(false), link(true)]);
        for family in ["-", "rt-link"] {
            let (out, err, status) = nlgen(&["decode", family, "--pcap", "-"], &file);
            let lines: Vec<&str> = out.lines().collect();
            assert_eq!((lines.len(), err.as_str(), status), (2, "", 0), "{out}");
            for line in lines {
                assert!(line.contains(time) && line.ends_with(msg), "{line}");
            }
        }
    }
    let file = capture(true, 0xA1B2_C3D4, &[link(cfg!(target_endian = "little"))]);
    let (out, _, _) = nlgen(&["decode", "--pcap", "-", "--explain"], &file);
    assert!(
        out.contains("48 bytes, from a machine of the other byte order"),
        "{out}"
    );
    assert!(out.contains("ifi-index: 1 (s32)"), "{out}");
    // Hexadecimal alike.
    let hex: String = link(true)[16..]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert!(good(&["decode", "rt-link", "-", &hex]).contains("\"ifname\": \"lo\""));
}

/// What cannot be read is said, and is no success.
#[test]
fn what_of_a_capture_is_passed_over() {
    let decode = |family: &str, packets: &[Vec<u8>]| {
        let file = capture(false, 0xA1B2_C3D4, packets);
        nlgen(&["decode", family, "--pcap", "-"], &file)
    };
    let native = link(cfg!(target_endian = "big"));
    let of = |protocol: u8, message: &[u8]| {
        let mut packet = native[..16].to_vec();
        packet[15] = protocol;
        packet.extend(message);
        packet
    };
    let mut malformed = native.clone();
    malformed[16 + 32] = 0x7F;
    for (family, packets, printed, said, status) in [
        ("-", vec![], 0, "there is no netlink in it", 0),
        (
            "-",
            vec![native[..9].to_vec(), native.clone()],
            1,
            "1 packet passed over: shorter",
            2,
        ),
        (
            "-",
            vec![of(0, &[1, 2, 3])],
            0,
            "datagrams end with bytes that are no message (1)",
            2,
        ),
        (
            "-",
            vec![malformed.clone()],
            1,
            "not as the spec says: an attribute",
            2,
        ),
        (
            "rt-link",
            vec![malformed],
            1,
            "not as the spec says: an attribute",
            2,
        ),
        (
            "-",
            vec![native[..native.len() - 4].to_vec()],
            1,
            "has 48 bytes, and 44 are there",
            2,
        ),
        (
            "-",
            vec![of(9, &message(1300, 0, 0, 0, b"audit"))],
            0,
            "types that no spec has: type 1300 of NETLINK_AUDIT (1)",
            0,
        ),
        (
            "netdev",
            vec![native.clone()],
            0,
            "no message is known to be of `netdev`",
            0,
        ),
    ] {
        let (out, err, ended) = decode(family, &packets);
        assert_eq!(
            (out.lines().count(), ended),
            (printed, status),
            "{said}: {out}{err}"
        );
        assert!(err.contains(said), "{said}: {err}");
    }
    // A family that has an id and no spec.
    let named = [
        vec![1, 2, 0, 0],
        attr(1, &77u16.to_ne_bytes()),
        attr(2, b"none\0"),
    ];
    let told = of(16, &message(16, 0, 1, 9, &named.concat()));
    let asked = of(16, &message(77, 5, 2, 9, &[1, 1, 0, 0]));
    let (_, err, status) = decode("-", &[told, asked]);
    assert!(err.contains("families without a spec: none (1)"), "{err}");
    assert_eq!(status, 0);
}

/// A spec whose events have types of netlink itself, as those of the process connector do.
#[test]
fn events_with_types_below_16() {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("connector.yaml");
    let text = "name: connector\nprotocol: netlink-raw\nprotonum: 11\ndefinitions:\n  - name: cn-msg\n    \
                type: struct\n    members: [ { name: idx, type: u32 }, { name: val, type: u32 } ]\n\
                attribute-sets: [ { name: none, attributes: [] } ]\noperations:\n  fixed-header: cn-msg\n  \
                list: [ { name: happened, value: 3, attribute-set: none, event: { attributes: [] } } ]\n";
    std::fs::write(&spec, text).unwrap();
    let path = folder.path().join("netlink.pcap");
    let body = [1u32.to_ne_bytes(), 9u32.to_ne_bytes()].concat();
    pcap(&path, &[(11, message(3, 0, 0, 0, &body))]);
    let (spec, path) = (spec.to_str().unwrap(), path.to_str().unwrap());
    let out = good(&["decode", spec, "--pcap", path]);
    assert!(
        out.contains("\"name\":\"happened\",\"role\":\"notification\""),
        "{out}"
    );
    assert!(out.contains("{\"idx\":1,\"val\":9}"), "{out}");
}
