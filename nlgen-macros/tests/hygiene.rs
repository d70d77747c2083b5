//! What the macros make stands anywhere: without a prelude, among names that look like its own, from
//! another macro, with the runtime elsewhere, one direction alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![deny(
    clippy::all,
    clippy::pedantic,
    missing_docs,
    unused,
    unused_qualifications
)]

/// Nothing is in scope but what is named, and what is named misleads.
#[no_implicit_prelude]
mod bare {
    use ::nlgen_runtime::{
        Decode, Dump, Encode, EventSet, EventSets, Request, Scalar, Struct, SubMessage,
    };

    const FAMILY: u16 = 1;
    const SET: usize = 2;
    #[allow(dead_code)]
    mod core {}
    #[allow(dead_code)]
    mod std {}
    #[allow(dead_code)]
    mod nlgen_runtime {}
    #[allow(dead_code)]
    mod nl {}

    #[derive(::core::clone::Clone, ::core::marker::Copy, Scalar)]
    #[repr(u8)]
    pub(super) enum Some {
        None,
        Ok = 4,
        #[nl(other)]
        Err(u8),
    }

    #[derive(Encode, Decode, Request, Dump)]
    #[nl(family = "exam", command = FAMILY, reply = Vec<'_>)]
    pub(super) struct Vec<'b> {
        #[nl(1)]
        pub(super) id: u32,
        #[nl(2)]
        pub(super) bytes: ::std::option::Option<&'b [u8]>,
        #[nl(3)]
        pub(super) out: Some,
        #[nl(4, multi, nest)]
        pub(super) depth: ::std::vec::Vec<Inner>,
        #[nl(5)]
        pub(super) r#self_: bool,
        #[nl(6, nest)]
        pub(super) attr: ::std::option::Option<::std::boxed::Box<Inner>>,
    }

    #[derive(Encode, Decode)]
    pub(super) struct Inner {
        #[nl(1, be)]
        pub(super) out: u16,
        #[nl(2)]
        pub(super) set: [u8; SET],
    }

    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::default::Default, Struct)]
    #[nl(pad = 1)]
    pub(super) struct Layout {
        #[nl(be)]
        pub(super) bytes: u16,
        pub(super) out: [u8; SET],
    }

    #[derive(SubMessage)]
    pub(super) enum Format<'b> {
        #[nl(nest)]
        Some(::std::boxed::Box<Inner>),
        #[nl(struct)]
        None(Layout),
        Ok,
        #[nl(other)]
        Err(&'b [u8]),
    }

    #[derive(Encode, Decode)]
    pub(super) struct Selected<'b> {
        #[nl(header)]
        pub(super) header: Layout,
        #[nl(1)]
        pub(super) selector: ::std::string::String,
        #[nl(2, selector = selector)]
        pub(super) attr: ::std::option::Option<Format<'b>>,
    }

    #[derive(EventSet)]
    #[nl(family = "exam")]
    pub(super) enum Event<'b> {
        #[nl(command = FAMILY)]
        Some(::std::boxed::Box<Selected<'b>>),
        #[nl(other)]
        Err(u16, ::std::vec::Vec<u8>),
    }

    #[derive(EventSets)]
    pub(super) enum Sets<'b> {
        Ok(::std::boxed::Box<Event<'b>>),
        None(Event<'b>),
    }

    pub(super) mod family {
        ::nlgen_macros::family!("specs/ping.yaml");
    }
}

#[test]
fn whole_messages_without_a_prelude() {
    use nlgen_runtime::{Encode, EventSet};
    let header = bare::Layout {
        bytes: 1,
        out: [2, 3],
    };
    for (selector, attr) in [
        (
            "some",
            bare::Format::Some(Box::new(bare::Inner {
                out: 4,
                set: [5, 6],
            })),
        ),
        ("none", bare::Format::None(header)),
        ("ok", bare::Format::Ok),
        ("err", bare::Format::Err(&[7])),
    ] {
        let selected = bare::Selected {
            header,
            selector: selector.to_owned(),
            attr: Some(attr),
        };
        let bytes = selected.to_bytes().unwrap();
        assert!(bytes.starts_with(&[0, 1, 2, 3, 0, 0]));
        let event = bare::Event::decode_event(1, &bytes).unwrap();
        assert!(matches!(event, bare::Event::Some(read) if read.to_bytes().as_ref() == Ok(&bytes)));
    }
    let event = bare::Event::decode_event(9, &[1]).unwrap();
    assert!(matches!(event, bare::Event::Err(9, attributes) if attributes == [1]));
}

#[test]
fn without_a_prelude() {
    use nlgen_runtime::{Decode, Encode};
    let value = bare::Vec {
        id: 1,
        bytes: Some(&[1, 2]),
        out: bare::Some::Err(9),
        depth: vec![bare::Inner {
            out: 3,
            set: [4, 5],
        }],
        self_: true,
        attr: None,
    };
    let bytes = value.to_bytes().unwrap();
    let read = bare::Vec::decode(&bytes).unwrap();
    assert!(matches!(read.out, bare::Some::Err(9)) && read.self_);
    assert!(matches!(
        bare::Some::None,
        bare::Some::None | bare::Some::Ok
    ));
    assert_eq!(read.to_bytes(), Ok(bytes));
    assert!(bare::family::Echo::default().id(1).to_bytes().is_ok());
}

/// The runtime under another name: as a path of a crate, and of a module.
mod elsewhere {
    pub(super) mod rt {
        pub(crate) use nlgen_runtime::*;
    }

    #[derive(Clone, Copy, Debug, PartialEq, rt::Scalar)]
    #[nl(runtime = rt)]
    #[repr(u64)]
    pub(super) enum Size {
        Small = 1,
    }

    #[derive(rt::Encode, rt::Decode, rt::Request, Debug, PartialEq)]
    #[nl(runtime = rt, family = "exam", command = 1)]
    pub(super) struct Get {
        #[nl(1, uint)]
        pub(super) size: Size,
    }

    pub(super) mod family {
        nlgen_macros::family!("specs/ping.yaml", runtime = super::rt);
    }
}

#[test]
fn with_the_runtime_elsewhere() {
    use nlgen_runtime::{Decode, Encode};
    let get = elsewhere::Get {
        size: elsewhere::Size::Small,
    };
    assert_eq!(elsewhere::Get::decode(&get.to_bytes().unwrap()), Ok(get));
    assert!(elsewhere::family::Echo::default().to_bytes().is_ok());
}

/// One derive does not need the other, in nests neither.
#[test]
fn one_direction() {
    use nlgen_runtime::{Decode, Encode};

    #[derive(Encode)]
    struct Out {
        #[nl(1, nest)]
        inner: OutInner,
    }

    #[derive(Encode)]
    struct OutInner {
        #[nl(1)]
        id: u32,
    }

    #[derive(Decode)]
    struct In {
        #[nl(1, nest)]
        inner: InInner,
    }

    #[derive(Decode)]
    struct InInner {
        #[nl(1)]
        id: u32,
    }

    let bytes = Out {
        inner: OutInner { id: 7 },
    }
    .to_bytes()
    .unwrap();
    assert_eq!(In::decode(&bytes).unwrap().inner.id, 7);
}

/// Types that come through another macro are grouped by it.
#[test]
fn from_another_macro() {
    use nlgen_runtime::{Decode, Encode};

    macro_rules! message {
        ($name:ident { $($number:literal $field:ident: $ty:ty,)* }) => {
            #[derive(Encode, Decode, Debug, PartialEq)]
            struct $name {
                $(#[nl($number)] $field: $ty,)*
            }
        };
    }
    message!(Made {
        1 id: u32,
        2 name: Option<String>,
        3 there: bool,
    });
    let made = Made {
        id: 1,
        name: None,
        there: true,
    };
    assert_eq!(Made::decode(&made.to_bytes().unwrap()), Ok(made));
}

#[test]
fn several_families_without_a_prelude() {
    use nlgen_runtime::{Arrival, EventSets, Message, MessageHeader};
    let [first, last] = bare::Sets::FAMILIES else {
        panic!("two families");
    };
    assert_eq!((first.name(), last.name()), ("exam", "exam"));
    let arrival = Arrival {
        family: first,
        group: None,
        message: Message {
            header: MessageHeader::default(),
            payload: &[9, 1, 0, 0],
        },
    };
    // The first of those that have it.
    match bare::Sets::decode_arrival(arrival).unwrap() {
        bare::Sets::Ok(event) => assert!(matches!(*event, bare::Event::Err(9, _))),
        bare::Sets::None(event) => assert!(matches!(event, bare::Event::Some(_)), "the second"),
    }
}
