//! nl80211 on two radios of mac80211_hwsim.

use std::collections::BTreeMap;

use nlgen_runtime::Connection;

use crate::run;

#[allow(missing_docs, reason = "a spec of the tests")]
mod nl80211 {
    nlgen_macros::family!("specs/nl80211.yaml");
}

use nl80211::{DelInterface, GetInterface, GetInterfaceDump, GetWiphyDump, Iftype, NewInterface};

/// What is told of a radio, in one message or several.
#[derive(Debug, Default)]
struct Radio {
    name: String,
    stations: bool,
    ciphers: usize,
    frequencies: Vec<u32>,
}

fn radios(conn: &mut Connection) -> BTreeMap<u32, Radio> {
    let request = GetWiphyDump::default().split_wiphy_dump(true);
    let mut radios = BTreeMap::<u32, Radio>::new();
    let parts = conn.dump(&request).unwrap();
    assert!(parts.len() > 2, "each radio takes several messages");
    for part in &parts {
        let part = part.unwrap();
        let radio = radios.entry(part.wiphy.unwrap()).or_default();
        radio.name = part.wiphy_name.unwrap().to_string();
        if let Some(types) = part.supported_iftypes {
            radio.stations = types.get().unwrap().station;
        }
        radio.ciphers += part.cipher_suites.map_or(0, |suites| suites.iter().count());
        for band in part.wiphy_bands.iter() {
            for frequency in band.unwrap().freqs.iter() {
                radio.frequencies.push(frequency.unwrap().freq.unwrap());
            }
        }
    }
    radios
}

fn interfaces(conn: &mut Connection) -> Vec<(u32, String, Iftype)> {
    let told = conn.dump(&GetInterfaceDump::default()).unwrap();
    let one = |told: nl80211::GetInterfaceReply<'_>| {
        let name = told.ifname.unwrap().to_string();
        (told.wiphy.unwrap(), name, told.iftype.unwrap())
    };
    let mut all: Vec<_> = told.iter().map(|told| one(told.unwrap())).collect();
    all.sort_by_key(|(wiphy, ..)| *wiphy);
    all
}

#[test]
fn two_radios_and_their_interfaces() {
    if !needs::lab() {
        return;
    }
    run("modprobe mac80211_hwsim radios=2");
    let mut conn = Connection::open().unwrap();
    let radios = radios(&mut conn);
    assert_eq!(radios.len(), 2);
    for radio in radios.values() {
        assert!(radio.name.starts_with("phy"), "{radio:?}");
        assert!(radio.stations && radio.ciphers > 2, "{radio:?}");
        // A channel of each of the first two bands.
        assert!(radio.frequencies.contains(&2412), "{radio:?}");
        assert!(radio.frequencies.contains(&5180), "{radio:?}");
    }
    let found = interfaces(&mut conn);
    assert_eq!(found.len(), 2);
    for ((wiphy, name, kind), number) in found.iter().zip(radios.keys()) {
        assert_eq!((wiphy, *kind), (number, Iftype::Station));
        assert!(name.starts_with("wlan"), "{name}");
    }

    // One more, made and taken away; `ip` knows it by the same address.
    let (wiphy, _, _) = found.first().unwrap();
    let request = NewInterface::default()
        .wiphy(*wiphy)
        .ifname("mon0")
        .iftype(Iftype::Monitor);
    let index = conn.call(&request).unwrap().ifindex.unwrap();
    let told = conn.call(&GetInterface::default().ifindex(index)).unwrap();
    assert_eq!(told.iftype, Some(Iftype::Monitor));
    let address = told.mac.unwrap().to_string();
    let shown = run("ip -o link show mon0");
    assert!(shown.contains(&address), "{address}: {shown}");
    conn.call(&DelInterface::default().ifindex(index)).unwrap();
    assert_eq!(interfaces(&mut conn), found);
    run("rmmod mac80211_hwsim");
}
