//! The family without a kernel module and without root: the server plays the kernel inside the test.

use nlgen_runtime::testing::FakeKernel;
use nlgen_runtime::{Connection, Events, Received};
use @ident@::family::{Event, Get, GetDump, Set, group};
use @ident@::server::{Items, Service};

fn kernel() -> FakeKernel {
    let kernel = FakeKernel::new();
    kernel.serve(Service(Items::default()));
    kernel
}

#[test]
fn what_is_set_is_read() {
    let mut conn = kernel().connect().unwrap();
    conn.call(&Set::default().name("depth").value(7)).unwrap();
    conn.call(&Set::default().name("width").value(8)).unwrap();

    let depth = conn.call(&Get::default().name("depth")).unwrap();
    assert_eq!(depth.value, Some(7));
    assert_eq!(depth.stats.unwrap().get().unwrap().writes, Some(1));

    let all = conn.dump(&GetDump::default()).unwrap();
    let values: Vec<_> = all.iter().map(|item| item.unwrap().value).collect();
    assert_eq!(values, [Some(7), Some(8)]);
}

#[test]
fn a_change_is_reported() {
    let kernel = kernel();
    let builder = Connection::builder().fake_kernel(&kernel);
    let mut events = Events::<Event>::open_with(builder, &[group::CHANGES]).unwrap();
    let mut conn = kernel.connect().unwrap();
    conn.call(&Set::default().name("depth").value(7)).unwrap();
    let Received::Event(Event::ChangedNtf(item)) = events.next_event().unwrap() else {
        panic!("another event");
    };
    assert_eq!(item.value, Some(7));
}

#[test]
fn what_the_spec_forbids_is_refused() {
    let mut conn = kernel().connect().unwrap();
    let refused = nlgen_runtime::Error::to_string;

    let error = conn.call(&Set::default().name("depth").value(1001)).unwrap_err();
    assert!(refused(&error).starts_with("@name@.set/value: ERANGE"));
    let error = conn.call(&Set::default().value(1)).unwrap_err();
    assert!(refused(&error).starts_with("@name@.set: EINVAL"));
    let error = conn.call(&Get::default().name("height")).unwrap_err();
    assert!(refused(&error).starts_with("@name@.get/name: ENOENT"));
}
