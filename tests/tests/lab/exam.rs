//! The family exam, in a module that is generated from its spec (`lab/generated`): its handlers send back what they get.

use std::fs::File;
use std::sync::Mutex;
use std::time::Duration;

use needs::{KernelLog, Need};
use nix::kmod::{DeleteModuleFlags, ModuleInitFlags, delete_module, finit_module};
use nlgen_runtime::{Connection, Errno, Events, List, Received};

#[allow(missing_docs, dead_code, reason = "a spec of the tests")]
mod spec {
    nlgen_macros::family!("../specs/exam.yaml");
}

use spec::{Echo, Event, Get, Lists, Tree, group};

/// Long enough for a busy machine.
const PATIENT: Duration = Duration::from_secs(60);

/// Held by the test that has the module loaded.
pub(crate) static MODULE: Mutex<()> = Mutex::new(());

/// The file of the module; `None` where it is not built: then the test is skipped.
pub(crate) fn file() -> Option<String> {
    if !needs::lab() {
        return None;
    }
    let built = std::env::var("NLGEN_LAB_GENERATED").unwrap_or_default();
    let file = built
        .split_whitespace()
        .find(|file| file.ends_with("/exam/exam.ko"));
    if file.is_none() {
        let reason = "it has no module of the family exam; lab/test builds it where it can";
        needs::missing(Need::Variable("NLGEN_LAB_GENERATED"), reason);
    }
    file.map(str::to_owned)
}

/// The objects in use of the caches of `kmalloc`, by the cache.
fn objects() -> Vec<(String, i64)> {
    let text = std::fs::read_to_string("/proc/slabinfo").unwrap();
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next().filter(|name| name.starts_with("kmalloc"))?;
        Some((name.to_owned(), words.next()?.parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

fn load(module: &File) {
    finit_module(module, c"", ModuleInitFlags::empty()).unwrap();
}

fn take_away() {
    delete_module(c"exam", DeleteModuleFlags::O_NONBLOCK).unwrap();
}

/// Everything is asked 20 times, events come, and wrong requests are refused at their attribute.
fn one_life(module: &File) {
    load(module);
    let mut conn = Connection::open().unwrap();
    let mut events = Events::<Event<'_>>::open(&[group::CHANGES, group::REPORTS]).unwrap();
    let numbers = [1, 2, 3];
    let lists = Lists {
        number: List::from(&numbers),
        ..Lists::default()
    };
    let children = [Tree::default().value(4), Tree::default().value(5)];
    let tree = Tree {
        value: Some(3),
        children: List::from(&children),
        ..Tree::default()
    };
    for id in 1..=20 {
        let echo = Echo::default()
            .id(id)
            .name("a name")
            .lists(&lists)
            .tree(&tree);
        let reply = conn.call(&echo).unwrap();
        assert_eq!((reply.id, reply.name), (echo.id, echo.name));
        let got = reply.lists.unwrap().get().unwrap();
        assert_eq!(
            got.number.iter().map(Result::unwrap).collect::<Vec<_>>(),
            numbers
        );
        let got = reply.tree.unwrap().get().unwrap();
        let children: Vec<_> = got
            .children
            .iter()
            .map(|child| child.unwrap().value)
            .collect();
        assert_eq!((got.value, children), (Some(3), vec![Some(4), Some(5)]));
    }
    conn.call(&Get::default().id(7)).unwrap();
    match events.next_within(PATIENT).unwrap().unwrap() {
        Received::Event(Event::ChangedNtf(told)) => assert_eq!(told.id, Some(7)),
        other => panic!("{other:?}"),
    }
    let error = conn.call(&Get::default().id(0)).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::ERANGE));
    assert!(error.to_string().contains("/id"), "{error}");
    // The subscription is there when the module goes.
    take_away();
}

#[test]
fn a_generated_module_is_loaded_100_times_and_leaves_nothing() {
    let Some(file) = file() else { return };
    let _alone = MODULE.lock();
    let module = File::open(file).unwrap();
    let log = KernelLog::begin();
    (0..20).for_each(|_| one_life(&module));
    let before = objects();
    (0..80).for_each(|_| one_life(&module));
    let after = objects();
    // One object that is lost in each request would be 1600 more.
    for ((name, before), (_, after)) in before.iter().zip(&after) {
        assert!(
            after - before < 1200,
            "{name}: {before} objects, then {after}"
        );
    }
    assert_eq!(log.complaints(), "");
}
