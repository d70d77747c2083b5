//! The requests of the client, answered by a kernel inside the test: without a kernel module and without root.

use nlgen_runtime::testing::{FakeKernel, Refused};
use nlgen_runtime::{Errno, Str};
use @ident@::family::{Get, GetReply};

#[test]
fn an_item_is_read() {
    let kernel = FakeKernel::new();
    kernel.answer::<Get>(|asked| {
        let name = asked.request::<Get>()?.name;
        match name == Some(Str::from("desk")) {
            true => asked.reply(&GetReply { name, value: Some(40), stats: None }),
            false => Err(Refused::new(Errno::ENOENT).at("name")),
        }
    });
    let mut conn = kernel.connect().unwrap();
    let desk = conn.call(&Get::default().name("desk")).unwrap();
    assert_eq!(desk.value, Some(40));
    let error = conn.call(&Get::default().name("roof")).unwrap_err();
    assert!(error.to_string().starts_with("@name@.get/name: ENOENT"));
}
