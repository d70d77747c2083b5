//! Values longer than an attribute's 16-bit length can say: an error, and nothing is sent. A wrapped length
//! would have the kernel read what stands inside as attributes of their own.

use nlgen_runtime::wire::EncodeReason;
use nlgen_runtime::{Connection, Error, MacAddr, Request};
use nlgen_tests::ethtool::{self, Bitset, BitsetBit, BitsetBits, Header};
use nlgen_tests::rt_link::{Data, Linkinfo, Macvlan, MacvlanAddresses, Newlink};

use crate::namespace::fresh;
use crate::rtnetlink::connect;

/// Payloads beyond 65,531 bytes.
const LENGTHS: [usize; 3] = [65_532, 65_543, 131_072];

/// Asks for what cannot be said, and gives the place of the attribute and the length of its payload.
fn refused<R: Request>(conn: &mut Connection, request: &R) -> (String, usize) {
    let before = conn.stats().sent;
    let Err(Error::Encode { error, .. }) = conn.call(request) else {
        panic!("it was sent");
    };
    assert_eq!(conn.stats().sent, before, "nothing was sent");
    match error.reason() {
        EncodeReason::TooLong { len } => (error.path().to_string(), len),
        other => panic!("{other:?}"),
    }
}

#[test]
fn texts_nests_and_lists() {
    fresh(|| {
        let mut conn = Connection::open().unwrap();
        conn.family_id(&ethtool::FAMILY).unwrap();
        for len in LENGTHS {
            // The NUL behind it counts.
            let name = "x".repeat(len - 1);
            let header = Header::default().dev_name(&name);
            let request = ethtool::RingsGet::default().header(&header);
            let place = "rings/header/dev-name".to_owned();
            assert_eq!(refused(&mut conn, &request), (place, len));
        }
        // It fits its attribute, but not the nest around it.
        let name = "x".repeat(65_530);
        let header = Header::default().dev_name(&name);
        let request = ethtool::RingsGet::default().header(&header);
        let place = "rings/header".to_owned();
        assert_eq!(refused(&mut conn, &request), (place, 65_536));
        // A list: 8 bytes each, within another nest.
        let bits = vec![BitsetBit::default().index(1); 131_072 / 12];
        let bits = BitsetBits::default().bit(&bits);
        let wanted = Bitset::default().bits(&bits);
        let request = ethtool::FeaturesSet::default().wanted(&wanted);
        let (place, len) = refused(&mut conn, &request);
        assert_eq!(place, "features/wanted/bits");
        assert!(len > 65_531, "{len}");
        // The longest that can be said reaches the kernel.
        let name = "x".repeat(65_522);
        let header = Header::default().dev_name(&name);
        let error = conn.call(&ethtool::RingsGet::default().header(&header));
        assert!(matches!(error, Err(Error::Kernel(_))));
    });
}

#[test]
fn sub_messages() {
    fresh(|| {
        let mut conn = connect();
        // 12 bytes each: too many for the list, one too many, and one too many for what is around it.
        for (count, place) in [
            (10_922, "linkinfo/data/macaddr-data"),
            (5_461, "linkinfo/data/macaddr-data"),
            (5_460, "linkinfo"),
        ] {
            let addresses = vec![MacAddr([2, 0, 0, 0, 0, 1]); count];
            let list = MacvlanAddresses::default().macaddr(&addresses);
            let macvlan = Macvlan::default().macaddr_data(&list);
            let info = Linkinfo::default().data(Data::Macvlan((&macvlan).into()));
            let request = Newlink::default().ifname("mv0").linkinfo(&info);
            let (met, len) = refused(&mut conn, &request);
            assert!(met.ends_with(place), "{met}");
            assert!(len > 65_531, "{len}");
        }
    });
}
