//! Sub-messages that a member of the fixed header selects.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests themselves write"
)]

use nlgen::span::Source;
use nlgen_dynamic::{DecodeOptions, EncodeOptions, Family, Mode};
use nlgen_families::Spec;
use serde_json::{Value, json};

fn links() -> Family {
    let spec = Spec::of("rt-link").unwrap();
    Family::new(nlgen::load(Source::new(spec.file, spec.text)).unwrap())
}

fn decode(operation: &str, bytes: &[u8]) -> Value {
    let family = links();
    let operation = family.operation(operation).unwrap();
    let options = DecodeOptions::default();
    operation.decode_reply(Mode::Do, bytes, options).unwrap()
}

fn request(operation: &str, json: &Value) -> Result<Vec<u8>, String> {
    let family = links();
    let operation = family.operation(operation).unwrap();
    let bytes = operation.encode(Mode::Do, json, EncodeOptions::default());
    bytes.map_err(|problem| problem.to_string())
}

/// A `struct ifinfomsg` of a family and link.
fn header(family: u8, link: i32) -> Vec<u8> {
    let mut bytes = vec![family, 0, 0, 0];
    bytes.extend(link.to_ne_bytes());
    bytes.extend([0; 8]);
    bytes
}

/// `IFLA_AF_SPEC` with one attribute inside.
fn af_spec(nested: u16, number: u16, payload: &[u8]) -> Vec<u8> {
    let padded = payload.len().next_multiple_of(4);
    let mut bytes = (padded as u16 + 8).to_ne_bytes().to_vec();
    bytes.extend((26 | nested).to_ne_bytes());
    bytes.extend((payload.len() as u16 + 4).to_ne_bytes());
    bytes.extend(number.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(4 + 4 + padded, 0);
    bytes
}

/// The VLANs of a bridge were read as the settings of an address family of the number 2, IPv4, and the whole message
/// was malformed.
#[test]
fn vlans_of_a_bridge_are_read_and_written_by_name() {
    let vlan = [6_u16, 10].map(u16::to_ne_bytes).concat();
    let message = [header(7, 2), af_spec(0, 2, &vlan)].concat();
    let read = decode("getlink", &message);
    assert_eq!(read["ifi-family"], 7);
    let expected = json!({ "vlan-info": [{ "flags": ["pvid", "untagged"], "vid": 10 }] });
    assert_eq!(read["af-spec"], expected);

    let json = json!({
        "ifi-family": 7, "ifi-index": 2,
        "af-spec": { "vlan-info": [{ "vid": 10, "flags": ["pvid", "untagged"] }] },
    });
    let nested = 1 << 15;
    let sent = [header(7, 2), af_spec(nested, 2, &vlan)].concat();
    assert_eq!(request("setlink", &json).unwrap(), sent);
    assert_eq!(request("dellink", &json).unwrap(), sent);
}

#[test]
fn the_family_of_the_header_says_what_is_inside() {
    // The same attribute, number 2, of no family: the nest `inet`.
    let message = [header(0, 2), af_spec(0, 2, &[])].concat();
    assert_eq!(
        decode("getlink", &message)["af-spec"],
        json!({ "inet": {} })
    );
    // A family that the spec does not know: bytes.
    let message = [header(99, 2), af_spec(0, 2, &[])].concat();
    let inside = match cfg!(target_endian = "big") {
        true => "00040002",
        false => "04000200",
    };
    assert_eq!(decode("getlink", &message)["af-spec"], json!(inside));
    // A member that is not given is zero.
    let json = json!({ "af-spec": { "inet6": { "addr-gen-mode": 1 } } });
    let bytes = request("setlink", &json).unwrap();
    assert_eq!(
        decode("getlink", &bytes)["af-spec"]["inet6"]["addr-gen-mode"],
        "none"
    );
    let wrong = json!({ "ifi-family": 7, "af-spec": { "inet6": {} } });
    let problem = request("setlink", &wrong).unwrap_err();
    assert!(problem.starts_with("af-spec.inet6: "), "{problem}");
    let wrong = json!({ "ifi-family": 99, "af-spec": { "inet6": {} } });
    let problem = request("setlink", &wrong).unwrap_err();
    assert!(
        problem.contains("`ifi-family` is `99`, and there is no such format"),
        "{problem}"
    );
}

/// The header nearest to it: that of the peer of a veth, not that of the message.
#[test]
fn the_innermost_header_selects() {
    let json = json!({
        "ifi-family": 7, "ifname": "a",
        "linkinfo": { "kind": "veth", "data": { "peer": {
            "ifname": "b", "af-spec": { "inet6": { "addr-gen-mode": "none" } },
        } } },
    });
    let bytes = request("newlink", &json).unwrap();
    let read = decode("getlink", &bytes);
    let peer = &read["linkinfo"]["data"]["peer"];
    assert_eq!(peer["af-spec"]["inet6"]["addr-gen-mode"], "none", "{read}");
}

/// The encapsulation of a route was bytes.
#[test]
fn the_encapsulation_of_a_route_is_what_its_type_says() {
    let spec = Spec::of("rt-route").unwrap();
    let family = Family::new(nlgen::load(Source::new(spec.file, spec.text)).unwrap());
    let new = family.operation("newroute").unwrap();
    let get = family.operation("getroute").unwrap();
    for (kind, encap, bytes) in [
        (
            "mpls",
            json!({ "dst": "100/200", "ttl": 64 }),
            vec![
                12, 0, 1, 0, 0, 6, 0x40, 0, 0, 0x0c, 0x81, 0, 5, 0, 2, 0, 64, 0, 0, 0,
            ],
        ),
        (
            "ip",
            json!({ "id": 7, "dst": "192.0.2.1", "ttl": 9 }),
            vec![
                12, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 7, 8, 0, 2, 0, 192, 0, 2, 1, 5, 0, 4, 0, 9, 0, 0,
                0,
            ],
        ),
        (
            "ip",
            json!({ "opts": { "vxlan": { "gbp": "0x7" }, "geneve": [{ "class": "0x102", "type": "0x80" }] } }),
            vec![
                36, 0, 8, 0x80, 12, 0, 2, 0x80, 8, 0, 1, 0, 7, 0, 0, 0, 20, 0, 1, 0x80, 6, 0, 1, 0,
                1, 2, 0, 0, 5, 0, 2, 0, 0x80, 0, 0, 0,
            ],
        ),
        (
            "seg6-local",
            json!({
                "action": "end-dx4", "nh4": "192.0.2.1", "counters": {},
                "flavors": { "operation": ["psp", "next-csid"], "lcblock-bits": 32 },
            }),
            vec![
                8, 0, 1, 0, 6, 0, 0, 0, 8, 0, 4, 0, 192, 0, 2, 1, 4, 0, 10, 0x80, 20, 0, 11, 0x80,
                8, 0, 1, 0, 18, 0, 0, 0, 5, 0, 2, 0, 32, 0, 0, 0,
            ],
        ),
        (
            "rpl",
            json!({ "srh": {
                "nexthdr": 0, "hdrlen": 2, "type": 3, "segments-left": 1, "cmpr": "0x0", "padding": "0x0",
                "unused": "0x0", "segments": ["::1"],
            } }),
            vec![
                28, 0, 1, 0, 0, 2, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
            ],
        ),
        (
            "ioam6",
            json!({
                "mode": "auto", "freq-k": 1, "freq-n": 2,
                "trace": { "namespace-id": 123, "node": "0x10", "rem-len": 6, "type": "0x800000" },
            }),
            vec![
                5, 0, 1, 0, 3, 0, 0, 0, 8, 0, 4, 0, 1, 0, 0, 0, 8, 0, 5, 0, 2, 0, 0, 0, 12, 0, 3,
                0, 0, 123, 0x10, 6, 0, 0x80, 0, 0,
            ],
        ),
        (
            "bpf",
            json!({ "xmit-headroom": 0 }),
            vec![8, 0, 4, 0, 0, 0, 0, 0],
        ),
    ] {
        let json = json!({ "rtm-family": 2, "encap-type": kind, "encap": encap });
        let sent = new
            .encode(Mode::Do, &json, EncodeOptions::default())
            .unwrap();
        if cfg!(target_endian = "little") {
            assert!(sent.ends_with(&bytes), "{kind}: {sent:?}");
        }
        let read = get
            .decode_reply(Mode::Dump, &sent, DecodeOptions::default())
            .unwrap();
        assert_eq!(read["encap"], encap);
    }
    let segments = json!(["2001:db8::2", "2001:db8::1"]);
    let srh = json!({ "mode": "encap", "segments": segments, "type": 4 });
    let json = json!({ "rtm-family": 10, "encap-type": "seg6", "encap": { "srh": srh } });
    let sent = new
        .encode(Mode::Do, &json, EncodeOptions::default())
        .unwrap();
    let read = get
        .decode_reply(Mode::Dump, &sent, DecodeOptions::default())
        .unwrap();
    assert_eq!(read["encap"]["srh"]["segments"], segments);
    assert_eq!(read["encap"]["srh"]["mode"], "encap");
}

fn routes() -> Family {
    let spec = Spec::of("rt-route").unwrap();
    Family::new(nlgen::load(Source::new(spec.file, spec.text)).unwrap())
}

/// The destination of an AF_MPLS route is a label. It was shown as the IPv4 address 0.6.65.0.
#[test]
fn the_destination_of_a_route_is_what_the_family_says() {
    let family = routes();
    let operation = family.operation("newroute").unwrap();
    for (header, payload, dst) in [
        (28, vec![0, 6, 0x41, 0], json!("100")),
        (28, vec![0, 6, 0x40, 0, 0, 0x0c, 0x81, 0], json!("100/200")),
        (
            28,
            vec![0, 0, 0x57, 64],
            json!([{ "label": 5, "tc": 3, "bottom": true, "ttl": 64 }]),
        ),
        (28, vec![], json!("")),
        (2, vec![0, 6, 65, 0], json!("0.6.65.0")),
        (45, vec![8], json!(8)),
    ] {
        let mut bytes = vec![header];
        bytes.resize(12, 0);
        bytes.extend((payload.len() as u16 + 4).to_ne_bytes());
        bytes.extend(1u16.to_ne_bytes());
        bytes.extend(&payload);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let request = operation.request(Mode::Do).unwrap();
        let read = request.decode(&bytes, DecodeOptions::default()).unwrap();
        assert_eq!(read["dst"], dst);
        let sent = json!({ "rtm-family": header, "dst": dst });
        let sent = request.encode(&sent, EncodeOptions::default());
        assert_eq!(sent.unwrap(), bytes, "{dst}");
    }
    for (dst, problem) in [
        (
            json!("10.0.0.1"),
            "dst: MPLS labels, as \"100/200\", or a list of entries",
        ),
        (json!(1048576), "dst: a label from 0 to 1048575"),
        (
            json!([{ "label": 1, "tc": 8 }]),
            "dst[0].tc: a number from 0 to 7",
        ),
        (json!([{ "lable": 1 }]), "dst[0].lable: "),
    ] {
        let sent = json!({ "rtm-family": 28, "dst": dst });
        let error = operation.encode(Mode::Do, &sent, EncodeOptions::default());
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with(problem), "{error}");
    }
}
