//! The VLANs of a bridge and its ports, which messages of AF_BRIDGE have.

use nlgen_runtime::{Connection, List};
use nlgen_tests::rt_link::{
    AfSpecMsg, BridgeAfSpec, BridgeVlanFlags, BridgeVlanInfo, Dellink, GetlinkDump, Ifinfomsg,
    ProtinfoMsg, RtextFilter, Setlink,
};
use serde_json::{Value, json};

use crate::namespace::{fresh, ip};
use crate::rtnetlink::{connect, index_of};

/// `AF_BRIDGE`.
const BRIDGE: u8 = 7;

fn of(index: u32) -> Ifinfomsg {
    Ifinfomsg {
        ifi_family: BRIDGE,
        ifi_index: index.try_into().unwrap(),
        ..Ifinfomsg::default()
    }
}

fn vlan(vid: u16, flags: BridgeVlanFlags) -> BridgeVlanInfo {
    BridgeVlanInfo { flags, vid }
}

/// The VLANs of a port, by a dump of the family.
fn vlans(conn: &mut Connection, index: u32) -> Vec<BridgeVlanInfo> {
    let request = GetlinkDump::default()
        .header(of(0))
        .ext_mask(RtextFilter::BRVLAN);
    let links = conn.dump(&request).unwrap();
    for link in &links {
        let link = link.unwrap();
        if link.header.ifi_index.unsigned_abs() != index {
            continue;
        }
        assert_eq!(link.header.ifi_family, BRIDGE);
        let protinfo = link.protinfo.unwrap();
        let ProtinfoMsg::Bridge(port) = protinfo else {
            panic!("{protinfo:?}")
        };
        assert!(port.get().unwrap().state.is_some());
        return match link.af_spec.unwrap() {
            AfSpecMsg::Bridge(spec) => {
                let list = spec.get().unwrap().vlan_info;
                list.iter().map(Result::unwrap).collect()
            }
            other => panic!("{other:?}"),
        };
    }
    panic!("no link of the number {index}")
}

/// What `bridge` says of the VLANs of a port.
fn seen(port: &str) -> Value {
    let command = std::process::Command::new("bridge")
        .args(["-j", "vlan", "show", "dev", port])
        .output()
        .unwrap();
    let seen: Value = serde_json::from_slice(&command.stdout).unwrap();
    seen[0]["vlans"].clone()
}

#[test]
fn vlans_are_set_read_and_taken_away_by_name() {
    fresh(|| {
        let mut conn = connect();
        ip(
            "link add br0 type bridge vlan_filtering 1\nlink add v0 type veth peer name v1\nlink set v1 master br0\n",
        );
        let port = index_of(&mut conn, "v1");
        let untagged = BridgeVlanFlags::PVID | BridgeVlanFlags::UNTAGGED;
        assert_eq!(vlans(&mut conn, port), [vlan(1, untagged)]);

        let none = BridgeVlanFlags::empty();
        let new = [
            vlan(10, untagged),
            vlan(20, BridgeVlanFlags::RANGE_BEGIN),
            vlan(22, BridgeVlanFlags::RANGE_END),
        ];
        let spec = BridgeAfSpec::default().vlan_info(List::from(&new));
        let spec = AfSpecMsg::Bridge((&spec).into());
        conn.call(&Setlink::default().header(of(port)).af_spec(spec))
            .unwrap();
        let all = [
            vlan(1, BridgeVlanFlags::UNTAGGED),
            vlan(10, untagged),
            vlan(20, none),
            vlan(21, none),
            vlan(22, none),
        ];
        assert_eq!(vlans(&mut conn, port), all);
        let expected = json!([
            { "vlan": 1, "flags": ["Egress Untagged"] },
            { "vlan": 10, "flags": ["PVID", "Egress Untagged"] },
            { "vlan": 20, "vlanEnd": 22 },
        ]);
        let plain = json!([
            { "vlan": 1, "flags": ["Egress Untagged"] },
            { "vlan": 10, "flags": ["PVID", "Egress Untagged"] },
            { "vlan": 20 }, { "vlan": 21 }, { "vlan": 22 },
        ]);
        let seen = seen("v1");
        assert!(seen == expected || seen == plain, "{seen}");

        let old = [vlan(1, none), vlan(20, none)];
        let spec = BridgeAfSpec::default().vlan_info(List::from(&old));
        let spec = AfSpecMsg::Bridge((&spec).into());
        conn.call(&Dellink::default().header(of(port)).af_spec(spec))
            .unwrap();
        let left = [vlan(10, untagged), vlan(21, none), vlan(22, none)];
        assert_eq!(vlans(&mut conn, port), left);
    });
}
