//! Dumps of many objects come whole, again and again, and may be left half way.

use std::collections::BTreeSet;

use nlgen_runtime::{Connection, Nest, nlctrl};
use nlgen_tests::ethtool::{self, Header, Stringset, StringsetId, Stringsets};
use nlgen_tests::netdev;

use crate::namespace::{fresh, interfaces};

/// The interfaces of all tests here, and `lo`.
const DEVICES: usize = 601;

fn indices(conn: &mut Connection) -> BTreeSet<u32> {
    let devices = conn.dump(&netdev::DevGetDump::default()).unwrap();
    assert_eq!(devices.len(), DEVICES);
    let indices = devices
        .iter()
        .map(|device| device.unwrap().ifindex.unwrap());
    indices.collect()
}

#[test]
fn all_of_600_devices() {
    fresh(|| {
        interfaces(600);
        let mut conn = Connection::open().unwrap();
        let first = indices(&mut conn);
        assert_eq!(first.len(), DEVICES);
        assert_eq!(indices(&mut conn), first, "the second dump of a connection");

        let mut streamed = BTreeSet::new();
        let request = netdev::DevGetDump::default();
        let mut stream = conn.dump_stream(&request).unwrap();
        while let Some(device) = stream.next_object().unwrap() {
            streamed.insert(device.ifindex.unwrap());
        }
        assert_eq!(streamed, first);
        assert_eq!(conn.stats().stray, 0);
    });
}

#[test]
fn with_the_least_buffer() {
    fresh(|| {
        interfaces(600);
        let builder = Connection::builder().receive_buffer(0, 0);
        let mut conn = builder.open().unwrap();
        assert_eq!(indices(&mut conn).len(), DEVICES);
        assert_eq!(features(&mut conn), DEVICES);
    });
}

/// Interfaces whose features are told, each once and with all four sets.
fn features(conn: &mut Connection) -> usize {
    let header = Header::default();
    let dump = conn
        .dump(&ethtool::FeaturesGetDump::default().header(&header))
        .unwrap();
    let mut indices = BTreeSet::new();
    for device in &dump {
        let device = device.unwrap();
        indices.insert(device.header.unwrap().get().unwrap().dev_index.unwrap());
        for set in [device.hw, device.wanted, device.active, device.nochange] {
            let set = set.unwrap().get().unwrap();
            assert!(set.size.unwrap() > 40);
        }
    }
    assert_eq!(indices.len(), dump.len());
    dump.len()
}

#[test]
fn features_of_600_devices() {
    fresh(|| {
        interfaces(600);
        let mut conn = Connection::open().unwrap();
        assert_eq!(features(&mut conn), DEVICES);
        assert_eq!(features(&mut conn), DEVICES);
    });
}

#[test]
fn string_sets_of_600_devices() {
    fresh(|| {
        interfaces(600);
        let mut conn = Connection::open().unwrap();
        let header = Header::default();
        let wanted = [Stringset::default().id(StringsetId::Stats)];
        let wanted = Stringsets::default().stringset(&wanted);
        let request = ethtool::StrsetGetDump::default()
            .header(&header)
            .stringsets(&wanted);
        let dump = conn.dump(&request).unwrap();
        assert_eq!(dump.len(), DEVICES);
        let (mut indices, mut strings) = (BTreeSet::new(), 0);
        for device in &dump {
            let device = device.unwrap();
            indices.insert(device.header.unwrap().get().unwrap().dev_index);
            // lo has no counters of its own.
            let sets = device.stringsets.map(|sets| sets.get().unwrap());
            for set in sets.iter().flat_map(|sets| sets.stringset.iter()) {
                let set = set.unwrap();
                let table = set.strings.unwrap().get().unwrap();
                let told = table.string.iter().map(Result::unwrap).count();
                assert_eq!(told as u32, set.count.unwrap());
                strings += told;
            }
        }
        assert_eq!(indices.len(), DEVICES);
        assert!(strings >= 600, "veth has a counter at least: {strings}");
    });
}

#[test]
fn policies_of_a_family() {
    fresh(|| {
        let mut conn = Connection::open().unwrap();
        let request = nlctrl::GetpolicyDump::default().family_name("ethtool");
        let dump = conn.dump(&request).unwrap();
        let (mut operations, mut attributes) = (0, 0);
        for message in &dump {
            let message = message.unwrap();
            operations += message.op_policy.iter().map(Result::unwrap).count();
            attributes += message.policy.iter().map(Result::unwrap).count();
        }
        assert!(operations > 30, "{operations} operations");
        assert!(attributes > 100, "{attributes} attributes");
    });
}

#[test]
fn left_half_way_a_thousand_times() {
    fresh(|| {
        interfaces(600);
        let mut conn = Connection::open().unwrap();
        let request = netdev::DevGetDump::default();
        for round in 0..1000 {
            let mut stream = conn.dump_stream(&request).unwrap();
            // Up to some objects of the first parts; sometimes none.
            for _ in 0..round % 150 {
                stream.next_object().unwrap().unwrap();
            }
            // Calls between the parts of the dump that goes on, up to its end and beyond.
            for _ in 0..round % 13 {
                let device = conn.call(&netdev::DevGet::default().ifindex(1)).unwrap();
                assert_eq!(device.ifindex, Some(1));
            }
        }
        assert_eq!(indices(&mut conn).len(), DEVICES);
        assert!(conn.stats().stray > 0);
    });
}

#[test]
fn one_object_of_a_stream_at_a_time() {
    fresh(|| {
        interfaces(600);
        let mut conn = Connection::open().unwrap();
        let header = Header::default();
        let request = ethtool::TsinfoGetDump::default().header(Nest::from(&header));
        let mut names = BTreeSet::new();
        let mut stream = conn.dump_stream(&request).unwrap();
        while let Some(device) = stream.next_object().unwrap() {
            let header = device.header.unwrap().get().unwrap();
            names.insert(header.dev_name.unwrap().to_string());
        }
        assert_eq!(names.len(), DEVICES);
        assert!(names.contains("lo") && names.contains("v0") && names.contains("w299"));
    });
}
