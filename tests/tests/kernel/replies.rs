//! Replies to single requests: long ones, none, several connections.

use nlgen_runtime::{Connection, Error, nlctrl};
use nlgen_tests::ethtool::{self, Header, HeaderFlags, Stringset, StringsetId, Stringsets};
use nlgen_tests::netdev;

use crate::namespace::{fresh, interfaces};

/// Tables that are the same for all interfaces.
const TABLES: [StringsetId; 15] = [
    StringsetId::Features,
    StringsetId::RssHashFuncs,
    StringsetId::Tunables,
    StringsetId::PhyTunables,
    StringsetId::LinkModes,
    StringsetId::MsgClasses,
    StringsetId::WolModes,
    StringsetId::SofTimestamping,
    StringsetId::TsTxTypes,
    StringsetId::TsRxFilters,
    StringsetId::UdpTunnelTypes,
    StringsetId::StatsStd,
    StringsetId::StatsEthMac,
    StringsetId::StatsEthCtrl,
    StringsetId::StatsRmon,
];

/// Strings told, of how many counted.
fn tables(conn: &mut Connection, wanted: &[Stringset<'_>]) -> (usize, usize) {
    let wanted = Stringsets::default().stringset(wanted);
    let header = Header::default();
    let request = ethtool::StrsetGet::default()
        .header(&header)
        .stringsets(&wanted);
    let reply = conn.call(&request).unwrap();
    let (mut told, mut counted) = (0, 0);
    for set in reply.stringsets.unwrap().get().unwrap().stringset.iter() {
        let set = set.unwrap();
        counted += set.count.unwrap() as usize;
        let strings = set.strings.unwrap().get().unwrap();
        let values = strings.string.iter().map(|string| string.unwrap().value);
        told += values.flatten().count();
    }
    (told, counted)
}

#[test]
fn a_reply_of_more_than_8_kib() {
    fresh(|| {
        let wanted = TABLES.map(|id| Stringset::default().id(id));
        let mut all = Vec::new();
        for (size, cap) in [(1 << 20, 1 << 20), (0, 1 << 20)] {
            let builder = Connection::builder().receive_buffer(size, cap);
            let mut conn = builder.open().unwrap();
            let (told, counted) = tables(&mut conn, &wanted);
            assert_eq!(told, counted);
            let largest = conn.stats().largest;
            assert!(largest > 8 * 1024, "{largest} bytes in one datagram");
            all.push(told);
        }
        assert_eq!(all[0], all[1]);
        assert!(all[0] > 150, "{} strings", all[0]);
    });
}

#[test]
fn a_request_that_is_only_acknowledged() {
    fresh(|| {
        interfaces(2);
        let mut conn = Connection::open().unwrap();
        let header = Header::default().dev_name("v0");
        let request = ethtool::ChannelsSet::default().header(&header);
        // veth has one channel of each kind.
        conn.call(&request.rx_count(1)).unwrap();
        let header = header.flags(HeaderFlags::OMIT_REPLY);
        let silent = ethtool::FeaturesSet::default().header(&header);
        let wanted = ethtool::Bitset::default();
        let error = conn.call(&silent.wanted(&wanted)).unwrap_err();
        // An empty bit set is refused; the point is that the kernel's answer ends the call.
        assert!(matches!(error, Error::Kernel(_)), "{error}");
    });
}

#[test]
fn a_family_by_name_and_by_id() {
    fresh(|| {
        let mut conn = Connection::open().unwrap();
        let reply = conn
            .call(&nlctrl::Getfamily::default().family_name("netdev"))
            .unwrap();
        let id = reply.family_id.unwrap();
        assert!(reply.ops.iter().count() > 3);
        let reply = conn
            .call(&nlctrl::Getfamily::default().family_id(id))
            .unwrap();
        assert_eq!(reply.family_name.unwrap(), "netdev");
        assert_eq!(conn.family_id(&netdev::FAMILY).unwrap(), id);
        assert_eq!(conn.family_id(&nlctrl::FAMILY).unwrap(), 0x10);
    });
}

#[test]
fn ids_are_asked_for_once() {
    fresh(|| {
        let mut conn = Connection::open().unwrap();
        for round in 1..=3 {
            conn.call(&netdev::DevGet::default().ifindex(1)).unwrap();
            conn.group_id(netdev::group::MGMT).unwrap();
            assert_eq!(conn.stats().sent, round + 1);
        }
    });
}

#[test]
fn connections_in_many_threads() {
    fresh(|| {
        interfaces(20);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let mut conn = Connection::open().unwrap();
                    for index in (1..=21).cycle().take(500) {
                        let request = netdev::DevGet::default().ifindex(index);
                        assert_eq!(conn.call(&request).unwrap().ifindex, Some(index));
                    }
                });
            }
        });
    });
}
