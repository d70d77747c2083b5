//! A module is loaded again and again: requests find its family, and subscriptions follow it.

use std::ffi::CStr;
use std::fs::File;
use std::time::Duration;

use nix::kmod::{DeleteModuleFlags, ModuleInitFlags, delete_module, finit_module};
use nlgen_runtime::{Connection, Error, Events, Received};

use crate::{PSAMPLE, run};

#[allow(missing_docs, reason = "a spec of the tests")]
mod psample {
    nlgen_macros::family!("specs/psample.yaml");
}

use psample::{Event, GetGroupDump};

/// Long enough for a busy machine.
const PATIENT: Duration = Duration::from_secs(60);

fn next<'e>(events: &'e mut Events<Event<'static>>) -> Received<Event<'e>> {
    events.next_within(PATIENT).unwrap().expect("an event")
}

/// The family's module, to be loaded and taken away by system calls: programs take long to start in the lab.
struct Module(File);

impl Module {
    const NAME: &'static CStr = c"psample";

    fn of_the_kernel() -> Self {
        let file = run("modinfo -n psample");
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("psample.ko");
        run(&format!("cp {} {}.xz", file.trim(), copy.display()));
        run(&format!("unxz {}.xz", copy.display()));
        Self(File::open(copy).unwrap())
    }

    fn load(&self) {
        finit_module(&self.0, c"", ModuleInitFlags::empty()).unwrap();
    }

    fn take_away(&self) {
        delete_module(Self::NAME, DeleteModuleFlags::O_NONBLOCK).unwrap();
    }
}

#[test]
fn a_module_is_loaded_again_100_times() {
    if !needs::lab() {
        return;
    }
    let _psample = PSAMPLE.lock().unwrap();
    // Who uses psample, if another test made it load.
    run("modprobe -r openvswitch");
    run("modprobe -a psample act_sample dummy");
    run("rmmod act_sample");
    run("ip link add d0 type dummy");
    let module = Module::of_the_kernel();
    let mut conn = Connection::open().unwrap();
    let mut events = Events::<Event<'_>>::open(&[psample::group::CONFIG]).unwrap();
    let mut ids = vec![conn.family_id(&psample::FAMILY).unwrap()];
    for round in 1..=100 {
        module.take_away();
        if round == 50 {
            let error = conn.dump(&GetGroupDump::default()).unwrap_err();
            assert!(matches!(error, Error::FamilyNotFound { family: "psample" }));
        }
        module.load();
        assert_eq!(conn.dump(&GetGroupDump::default()).unwrap().len(), 0);
        assert!(matches!(next(&mut events), Received::Reloaded { .. }));
        let id = conn.family_id(&psample::FAMILY).unwrap();
        assert!(!ids.contains(&id), "{id} in round {round}");
        ids.push(id);
        if round % 25 == 0 {
            a_group_comes_and_goes(&mut conn, &mut events, round);
        }
    }
    assert!(events.next_within(Duration::ZERO).unwrap().is_none());
    assert_eq!(events.stats().stray, 0);
    run("ip link del d0");
}

/// An action of tc makes a group, which its end takes away.
fn a_group_comes_and_goes(conn: &mut Connection, events: &mut Events<Event<'static>>, number: u32) {
    run("tc qdisc add dev d0 clsact");
    run(&format!(
        "tc filter add dev d0 ingress matchall action sample rate 10 group {number}"
    ));
    let groups = conn.dump(&GetGroupDump::default()).unwrap();
    let told: Vec<_> = groups
        .iter()
        .map(|group| group.unwrap().sample_group)
        .collect();
    assert_eq!(told, [Some(number)]);
    match next(events) {
        Received::Event(Event::NewGroup(group)) => assert_eq!(group.sample_group, Some(number)),
        other => panic!("{other:?}"),
    }
    run("tc qdisc del dev d0 clsact");
    match next(events) {
        Received::Event(Event::DelGroup(group)) => assert_eq!(group.sample_group, Some(number)),
        other => panic!("{other:?}"),
    }
    run("rmmod act_sample");
}
