//! Families that answer in other ways than most: without port id or sequence number, with the messages of other
//! commands, with a number in place of an error number. With the word for it in the spec, and without.

use nix::sched::{CloneFlags, unshare};
use nlgen_macros::{Decode, Dump, Encode, Request};
use nlgen_runtime::{Connection, Errno, Error, tokio as on_tokio};

use crate::{module, run};

#[allow(missing_docs, reason = "specs of the tests")]
mod thermal {
    nlgen_macros::family!("specs/thermal.yaml");
}
#[allow(missing_docs, reason = "specs of the tests")]
mod ieee802154 {
    nlgen_macros::family!("specs/ieee802154.yaml");
}
#[allow(missing_docs, reason = "specs of the tests")]
mod drbd {
    nlgen_macros::family!("specs/drbd.yaml");
}
#[allow(missing_docs, reason = "specs of the tests")]
mod hwsim {
    nlgen_macros::family!("specs/hwsim.yaml");
}

/// The same requests without the word.
#[derive(Encode, Dump)]
#[nl(family = "thermal", command = 1, reply = Anything)]
struct Zones;

#[derive(Encode, Request)]
#[nl(family = "802.15.4 MAC", command = 32, reply = Anything)]
struct Phy<'a> {
    #[nl(31)]
    phy_name: &'a str,
}

#[derive(Encode, Dump)]
#[nl(family = "802.15.4 MAC", command = 32, reply = Anything)]
struct Phys;

#[derive(Encode, Dump)]
#[nl(family = "drbd", command = 38)]
struct State {
    #[nl(header)]
    header: drbd::DrbdGenlmsghdr,
}

#[derive(Encode, Request)]
#[nl(family = "MAC80211_HWSIM", command = 4)]
struct NewRadio;

#[derive(Decode)]
struct Anything;

fn dropped<T>(answer: Result<T, Error>) -> usize {
    match answer {
        Err(Error::Unaddressed { count, .. }) => count,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("something was dropped"),
    }
}

#[test]
fn thermal_answers_dumps_without_port_id_and_sequence_number() {
    if !needs::lab() {
        return;
    }
    let Some(file) = module("zone") else { return };
    // Another test of the same machine may have loaded it.
    if !std::path::Path::new("/sys/module/zone").exists() {
        run(&format!("insmod {file}"));
    }
    let mut conn = Connection::open().unwrap();
    let request = thermal::TzGetIdDump::default();
    let ids = |dump: &nlgen_runtime::Collected<thermal::TzGetIdDump>| -> Vec<(u32, String)> {
        let mut all = Vec::new();
        for object in dump {
            let zones = object.unwrap().tz.unwrap().get().unwrap();
            let names = zones.tz_name.iter().map(|name| name.unwrap().to_string());
            all.extend(zones.tz_id.iter().map(Result::unwrap).zip(names));
        }
        all
    };
    let mut found = Vec::new();
    for _ in 0..3 {
        found = ids(&conn.dump(&request).unwrap());
        // A request of the same family in between, which is answered as most are.
        let (id, _) = found.iter().find(|(_, name)| name == "labzone").unwrap();
        let zone = conn
            .call(&thermal::TzGetTemp::default().tz_id(*id))
            .unwrap();
        assert_eq!((zone.tz_id, zone.tz_temp), (Some(*id), Some(45_678)));
        let mut stream = conn.dump_stream(&request).unwrap();
        assert!(stream.next_object().unwrap().is_some());
    }
    // There are no cooling devices but those of the processor, if any.
    conn.dump(&thermal::CdevGetDump::default()).unwrap();

    // Without the word the dump is not empty, but an error, each time; the connection goes on.
    for _ in 0..3 {
        assert_eq!(dropped(conn.dump(&Zones)), 1);
        let error = conn.dump(&Zones).map(drop).unwrap_err().to_string();
        assert!(
            error.ends_with("has to say `replies-lack: [port-id, sequence]`"),
            "{error}"
        );
        assert_eq!(
            dropped(conn.dump_stream(&Zones).unwrap().next_object().map(drop)),
            1
        );
        assert_eq!(ids(&conn.dump(&request).unwrap()), found);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut conn = on_tokio::Connection::open().unwrap();
        assert_eq!(ids(&conn.dump(&request).await.unwrap()), found);
        assert_eq!(dropped(conn.dump(&Zones).await), 1);
        assert_eq!(ids(&conn.dump(&request).await.unwrap()), found);
    });
}

#[test]
fn ieee802154_answers_without_port_id() {
    if !needs::lab() {
        return;
    }
    run("modprobe mac802154_hwsim");
    run("modprobe ieee802154");
    let mut conn = Connection::open().unwrap();
    let phys = conn.dump(&ieee802154::ListPhyDump::default()).unwrap();
    let names = phys
        .iter()
        .map(|phy| phy.unwrap().phy_name.unwrap().to_string());
    let names: Vec<String> = names.collect();
    assert!(names.len() >= 2, "{names:?}");
    let requests: Vec<_> = names
        .iter()
        .map(|name| ieee802154::ListPhy::default().phy_name(name))
        .collect();
    for (name, request) in names.iter().zip(&requests) {
        assert_eq!(conn.call(request).unwrap().phy_name.unwrap(), **name);
    }
    for (name, answer) in names.iter().zip(conn.call_all(&requests).unwrap()) {
        assert_eq!(answer.unwrap().reply().unwrap().phy_name.unwrap(), **name);
    }
    assert!(
        !conn
            .dump(&ieee802154::ListIfaceDump::default())
            .unwrap()
            .is_empty()
    );
    // A refusal is one as ever.
    let error = conn
        .call(&ieee802154::ListPhy::default().phy_name("none"))
        .map(drop);
    assert_eq!(error.unwrap_err().errno(), Some(Errno::ENODEV));

    let request = Phy {
        phy_name: &names[0],
    };
    assert_eq!(dropped(conn.call(&request).map(drop)), 1);
    assert_eq!(dropped(conn.call_collected(&request)), 1);
    assert_eq!(dropped(conn.dump(&Phys)), names.len());
    for answer in conn
        .call_all(&[
            Phy {
                phy_name: &names[0],
            },
            Phy {
                phy_name: &names[1],
            },
        ])
        .unwrap()
    {
        assert_eq!(dropped(answer), 1);
    }
    assert_eq!(
        conn.call(&requests[0]).unwrap().phy_name.unwrap(),
        *names[0]
    );
}

#[test]
fn drbd_dumps_its_state_as_notifications_without_port_id() {
    if !needs::lab() {
        return;
    }
    run("modprobe drbd");
    let header = drbd::DrbdGenlmsghdr {
        minor: u32::MAX,
        ret_code: 0,
    };
    let mut conn = Connection::open().unwrap();
    for name in ["r0", "r1"] {
        let context = drbd::CfgContext::default().resource_name(name);
        let request = drbd::NewResource {
            header,
            ..drbd::NewResource::default()
        };
        let options = drbd::ResourceOpts::default();
        let made = conn
            .call(&request.cfg_context(&context).resource_opts(&options))
            .unwrap();
        // ERR_CODE_BASE and 1: NO_ERROR.
        assert_eq!(made.header.ret_code, 101, "{made:?}");
    }
    let request = drbd::GetInitialStateDump {
        header,
        ..drbd::GetInitialStateDump::default()
    };
    for _ in 0..3 {
        let state = conn.dump(&request).unwrap();
        let mut names = Vec::new();
        let mut ended = false;
        for event in state.events::<drbd::Event<'_>>() {
            match event.unwrap() {
                drbd::Event::ResourceState(resource) => {
                    let context = resource.cfg_context.unwrap().get().unwrap();
                    names.push(context.resource_name.unwrap().to_string());
                }
                // Each resource has one, connected or not.
                drbd::Event::ConnectionState(_) => {}
                drbd::Event::InitialStateDone(_) => ended = true,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(
            (names, ended),
            (vec!["r0".to_owned(), "r1".to_owned()], true)
        );
        assert_eq!(dropped(conn.dump(&State { header })), state.len());
    }
}

#[test]
fn hwsim_answers_with_the_id_of_a_new_radio() {
    if !needs::lab() {
        return;
    }
    run("modprobe mac80211_hwsim radios=2");
    // Radios belong to a network namespace: those of other tests stay alone.
    let radios = || {
        unshare(CloneFlags::CLONE_NEWNET).unwrap();
        let mut conn = Connection::open().unwrap();
        let mut ids = Vec::new();
        for name in ["one", "two"] {
            let request = hwsim::NewRadio::default().radio_name(name).channels(2);
            let id = conn.call(&request).unwrap().radio_id.unwrap();
            assert_eq!(conn.returned(), id);
            let radio = conn.call(&hwsim::GetRadio::default().radio_id(id)).unwrap();
            assert_eq!((radio.radio_id, radio.channels), (Some(id), Some(2)));
            assert_eq!(radio.radio_name.unwrap(), *name);
            ids.push(id);
        }
        assert!(ids[0] < ids[1], "{ids:?}");
        // An error is none of it.
        let none = hwsim::DelRadio::default().radio_id(4711);
        assert_eq!(
            conn.call(&none).map(drop).unwrap_err().errno(),
            Some(Errno::ENODEV)
        );
        assert_eq!(conn.returned(), 0);
        // Of several at once each has its own.
        let request = hwsim::NewRadio::default();
        for answer in conn.call_all(&[request; 3]).unwrap() {
            let answer = answer.unwrap();
            let id = answer.reply().unwrap().radio_id.unwrap();
            assert_eq!(answer.returned(), id);
            ids.push(id);
        }
        // Without the word the number is beside the acknowledgement.
        conn.call(&NewRadio).unwrap();
        ids.push(conn.returned());
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
        let all = conn.dump(&hwsim::GetRadioDump::default()).unwrap();
        let known: Vec<u32> = all
            .iter()
            .map(|radio| radio.unwrap().radio_id.unwrap())
            .collect();
        let mut sorted = known.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, ids);
        for id in ids {
            conn.call(&hwsim::DelRadio::default().radio_id(id)).unwrap();
            assert_eq!(conn.returned(), 0);
        }
    };
    std::thread::spawn(radios).join().unwrap();
}
