//! Attributes whose meaning a member of the fixed header selects: addresses and labels of routes, what address
//! families say of links.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlgen_runtime::{AnyAddr, Decode, Encode, Label, Labels, MacAddr, Nest};
use nlgen_tests::rt_link::{AfSpecMsg, BridgeAfSpec, BridgeMode, Getlink, GetlinkReply, Ifinfomsg};
use nlgen_tests::rt_route::{Destination, Newroute, Rtmsg, Rtvia, ViaFamily};
use serde_json::json;

fn head(family: u8) -> Rtmsg {
    Rtmsg {
        rtm_family: family,
        ..Rtmsg::default()
    }
}

/// An attribute, padded.
fn attr(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (payload.len() as u16 + 4).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A message with `struct rtmsg` and one attribute.
fn route(family: u8, kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![family];
    bytes.resize(12, 0);
    bytes.extend(attr(kind, payload));
    bytes
}

#[test]
fn a_destination_is_what_the_family_says() {
    let v4 = Ipv4Addr::new(0, 6, 65, 0);
    for (family, payload, wanted, shown) in [
        (
            28,
            &[0, 6, 0x41, 0][..],
            Destination::Mpls(Labels::from(&[100])),
            json!("100"),
        ),
        (2, &[0, 6, 65, 0], v4.into(), json!("0.6.65.0")),
        (0, &[0, 6, 65, 0], v4.into(), json!("0.6.65.0")),
        (10, &[0; 16], Ipv6Addr::UNSPECIFIED.into(), json!("::")),
        (35, &[0x64], Destination::Phonet(100), json!(100)),
        (45, &[8], Destination::Mctp(8), json!(8)),
    ] {
        let bytes = route(family, 1, payload);
        let read = Newroute::decode(&bytes).unwrap();
        assert_eq!(read.dst, Some(wanted), "family {family}");
        let written = Newroute::default().header(head(family)).dst(wanted);
        assert_eq!(written.to_bytes().unwrap(), bytes);
        let json = serde_json::to_value(read).unwrap();
        assert_eq!(json["dst"], shown);
        let debug = format!("{read:?}");
        let text = shown.to_string().replace('"', "");
        assert!(debug.contains(&format!("dst: {text} ")), "{debug}");
    }
    assert_eq!(Destination::from(IpAddr::V4(v4)).ip(), Some(v4.into()));
    assert_eq!(Destination::Mctp(8).ip(), None);
    // A wrong length is an error of the attribute.
    let error = Newroute::decode(&route(28, 1, &[0; 3])).unwrap_err();
    let text = "route/dst: 3 bytes where a multiple of 4 is needed";
    assert_eq!(error.to_string(), text);
    let error = Newroute::decode(&route(2, 1, &[1])).unwrap_err();
    assert!(
        error.to_string().starts_with("route/dst: 1 bytes"),
        "{error}"
    );
}

#[test]
fn labels_are_a_stack() {
    let stack = [0, 0x0c, 0x80, 0, 0, 0x12, 0xc1, 0];
    let bytes = route(28, 19, &stack);
    let written = Newroute::default().header(head(28)).newdst(&[200, 300]);
    assert_eq!(written.to_bytes().unwrap(), bytes);
    let read = Newroute::decode(&bytes).unwrap().newdst.unwrap();
    let labels: Vec<u32> = read.iter().map(|entry| entry.label).collect();
    assert_eq!(labels, [200, 300]);
    assert!(read.is_plain());
    assert_eq!(read.to_string(), "200/300");
    // A traffic class and a time to live.
    let entry = Label {
        label: 5,
        traffic_class: 3,
        bottom: true,
        ttl: 64,
    };
    assert_eq!(entry.to_bytes(), [0, 0, 0x57, 64]);
    let bytes = route(28, 19, &entry.to_bytes());
    let read = Newroute::decode(&bytes).unwrap();
    assert_eq!(read.newdst.unwrap().iter().collect::<Vec<_>>(), [entry]);
    let json = serde_json::to_value(read).unwrap();
    let wanted = json!([{ "label": 5, "tc": 3, "bottom": true, "ttl": 64 }]);
    assert_eq!(json["newdst"], wanted);
    let long = Newroute::default().newdst(&[1 << 20]).to_bytes();
    assert_eq!(
        long.unwrap_err().to_string(),
        "route/newdst: a value that does not fit the attribute's width"
    );
}

#[test]
fn a_gateway_has_a_family_and_an_address() {
    let six = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);
    let octets = six.octets();
    let mac = [2, 0, 0, 0, 0, 1];
    for (family, number, address, payload, shown) in [
        (
            ViaFamily::Inet6,
            10_u16,
            AnyAddr::from(six),
            &octets[..],
            "fe80::1",
        ),
        (
            ViaFamily::Inet,
            2,
            Ipv4Addr::LOCALHOST.into(),
            &[127, 0, 0, 1],
            "127.0.0.1",
        ),
        (
            ViaFamily::Packet,
            17,
            MacAddr(mac).into(),
            &mac,
            "02:00:00:00:00:01",
        ),
    ] {
        let via = Rtvia {
            rtvia_family: family,
            rtvia_addr: address,
        };
        let bytes = route(2, 18, &[&number.to_ne_bytes(), payload].concat());
        let written = Newroute::default().header(head(2)).via(via);
        assert_eq!(written.to_bytes().unwrap(), bytes);
        let read = Newroute::decode(&bytes).unwrap();
        assert_eq!(read.via, Some(via));
        let json = serde_json::to_value(read).unwrap();
        assert_eq!(json["via"]["rtvia-addr"], shown);
    }
}

#[test]
fn what_families_say_of_a_link_is_shown_by_name() {
    let header = Ifinfomsg {
        ifi_family: 7,
        ..Ifinfomsg::default()
    };
    let bridge = BridgeAfSpec::default().mode(BridgeMode::Vepa);
    let mut bytes = Getlink::default().header(header).to_bytes().unwrap();
    bytes.extend(attr(26, &attr(1, &1u16.to_ne_bytes())));
    let link = GetlinkReply::decode(&bytes).unwrap();
    let Some(AfSpecMsg::Bridge(spec)) = link.af_spec else {
        panic!("{:?}", link.af_spec)
    };
    assert_eq!(spec.get().unwrap(), bridge);
    assert_eq!(Nest::from(&bridge).get().unwrap(), bridge);
    let shown = format!("{link:?}");
    assert!(
        shown.contains("af-spec: bridge-af-spec { mode: vepa }"),
        "{shown}"
    );
    let json = serde_json::to_value(link).unwrap();
    assert_eq!(json["af-spec"], json!({ "mode": "vepa" }));
    // A family without a format keeps the bytes.
    bytes[0] = 99;
    let link = GetlinkReply::decode(&bytes).unwrap();
    assert!(matches!(link.af_spec, Some(AfSpecMsg::Unknown(_))));
}
