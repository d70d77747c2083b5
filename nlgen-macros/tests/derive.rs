//! Derived structs: what is required, what is refused, how deep they nest, and that no bytes make
//! them panic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod twins;

use nlgen_runtime::describe::{Int, Kind, Layout};
use nlgen_runtime::wire::{Attr, DecodeAs, Describe, EncodeReason, Encoder, Natural, Reason};
use nlgen_runtime::{
    Decode, DecodeError, Dump, Encode, Family, Nest, Request, Scalar, Scalars, Str, Struct,
};
use proptest::prelude::*;
use twins::{borrowed, owned};

fn attr(kind: u16, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(payload.len() + 4).unwrap();
    let mut bytes = [len.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

#[derive(Debug, PartialEq, Encode, Decode)]
#[nl(set = "outer")]
struct Outer<'m> {
    #[nl(1)]
    id: u32,
    #[nl(2, name = "the-name")]
    name: &'m str,
    #[nl(3, nest)]
    inner: Inner,
    #[nl(4, nest)]
    boxed: Box<Inner>,
    #[nl(5, indexed, nest)]
    list: Vec<Inner>,
    #[nl(6)]
    flag: bool,
}

#[derive(Debug, PartialEq, Encode, Decode)]
struct Inner {
    #[nl(9, be)]
    port: u16,
}

#[test]
fn required_attributes_are_missed_by_name() {
    let port = attr(9, &[0, 80]);
    let all = [
        attr(1, &7u32.to_ne_bytes()),
        attr(2, b"one\0"),
        attr(3, &port),
        attr(4, &port),
        attr(5, &attr(0, &port)),
    ];
    let outer = Outer {
        id: 7,
        name: "one",
        inner: Inner { port: 80 },
        boxed: Box::new(Inner { port: 80 }),
        list: vec![Inner { port: 80 }],
        flag: false,
    };
    assert_eq!(Outer::decode(&all.concat()), Ok(outer));
    for (without, path) in [
        (0, Some("outer/id")),
        (1, Some("outer/the-name")),
        (2, Some("outer/inner")),
        (3, Some("outer/boxed")),
        // A list or a flag that does not occur is empty, or false.
        (4, None),
    ] {
        let mut some = all.to_vec();
        some.remove(without);
        match (Outer::decode(&some.concat()), path) {
            (Err(error), Some(path)) => {
                assert_eq!(error.reason(), Reason::Missing);
                assert_eq!(error.path().to_string(), path);
            }
            (result, _) => assert!(result.is_ok(), "{result:?}"),
        }
    }
    for (hollow, path) in [
        (attr(3, &[]), "outer/inner/port"),
        (attr(4, &[]), "outer/boxed/port"),
        (attr(5, &attr(2, &[])), "outer/list[2]/port"),
    ] {
        let error = Outer::decode(&hollow).unwrap_err();
        assert_eq!(error.reason(), Reason::Missing);
        assert_eq!(error.path().to_string(), path);
    }
}

#[test]
fn what_cannot_be_sent_is_an_error() {
    let words = |text: &str| owned::Words {
        r#use: Some(text.to_owned()),
        ..Default::default()
    };
    let error = words("a\0b").to_bytes().unwrap_err();
    assert_eq!(error.reason(), EncodeReason::Nul { at: 1 });
    let error = words(&"a".repeat(70_000)).to_bytes().unwrap_err();
    assert_eq!(error.reason(), EncodeReason::TooLong { len: 70_001 });

    #[derive(Encode)]
    struct Narrow {
        #[nl(1, type = u8)]
        value: u32,
    }
    assert_eq!(Narrow { value: 255 }.to_bytes(), Ok(attr(1, &[255])));
    let error = Narrow { value: 256 }.to_bytes().unwrap_err();
    assert_eq!(error.reason(), EncodeReason::Range);
}

#[derive(Clone, Copy, Debug, PartialEq, Scalar)]
#[repr(i16)]
enum Closed {
    Low = -2,
    Next,
    Zero,
}

#[test]
fn a_closed_enum_refuses_what_it_has_not() {
    #[derive(Debug, Decode)]
    struct Holder {
        #[nl(1)]
        closed: Closed,
    }
    for (value, closed) in [(-2, Closed::Low), (-1, Closed::Next), (0, Closed::Zero)] {
        let holder = Holder::decode(&attr(1, &i16::to_ne_bytes(value))).unwrap();
        assert_eq!((holder.closed, closed.to_repr()), (closed, value));
    }
    let error = Holder::decode(&attr(1, &i16::to_ne_bytes(1))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "holder/closed: a value that the type does not have"
    );
    let Kind::Enum(int, names) = Closed::KIND else {
        panic!("{:?}", Closed::KIND)
    };
    assert_eq!((int.size, int.signed), (2, true));
    // Negative values are sign-extended.
    assert_eq!(
        names,
        [(u64::MAX - 1, "low"), (u64::MAX, "next"), (0, "zero")]
    );
}

/// Levels of attributes of one number, each all that is in the one around it. Lengths have 16 bits,
/// so 16,383 levels are the most that there can be.
fn nested(levels: u16, kind: u16) -> Vec<u8> {
    let levels = (1..=levels).rev();
    let headers = levels.map(|level| [(4 * level).to_ne_bytes(), kind.to_ne_bytes()].concat());
    headers.collect::<Vec<_>>().concat()
}

#[test]
fn owned_nests_end_at_a_depth() {
    for (kind, levels) in [(2, 16_383), (3, 16_383), (2, 65), (3, 65)] {
        let error = owned::Tree::decode(&nested(levels, kind)).unwrap_err();
        assert_eq!(error.reason(), Reason::TooDeep, "{levels} of {kind}");
    }
    for kind in [2, 3] {
        assert!(owned::Tree::decode(&nested(64, kind)).is_ok());
    }
    // What borrows is opened level by level, by who wants to.
    let bytes = nested(16_383, 2);
    let mut tree = borrowed::Tree::decode(&bytes).unwrap();
    let mut depth = 0;
    while let Some(parent) = tree.parent {
        tree = Nest::get(&parent).unwrap();
        depth += 1;
    }
    assert_eq!(depth, 16_383);
}

/// An indexed array between the levels does not hide them.
#[test]
fn owned_arrays_count_as_levels() {
    #[derive(Debug, Default, Encode, Decode)]
    struct Deep {
        #[nl(1, indexed, nest)]
        entries: Vec<Deep>,
        #[nl(2, nest_type_value = 2)]
        keyed: Vec<([u16; 2], Deep)>,
    }
    for kind in [1, 2] {
        let error = Deep::decode(&nested(16_383, kind)).unwrap_err();
        assert_eq!(error.reason(), Reason::TooDeep);
    }
}

#[test]
fn operations() {
    static OURS: Family = Family::new("ours", 3);

    #[derive(Encode, Request, Dump)]
    #[nl(family = "exam", version = 2, command = 4, name = "get", set = "exam")]
    #[nl(reply = Reply<'_>, reply_command = 5)]
    struct Both<'m> {
        #[nl(1)]
        name: Option<Str<'m>>,
    }

    #[derive(Decode)]
    struct Reply<'m> {
        #[nl(1)]
        name: &'m str,
    }

    #[derive(Encode, Request)]
    #[nl(family = OURS, command = 1)]
    struct LinkFlush;

    fn acknowledged<R: for<'r> Request<Reply<'r> = ()>>(_: &R) {}

    let op = <Both<'_> as Request>::OP;
    assert_eq!((op.name(), op.request(), op.reply()), ("get", 4, Some(5)));
    assert_eq!((op.family().name(), op.family().version()), ("exam", 2));
    assert_eq!(<Both<'_> as Dump>::OP.request(), 4);
    assert_eq!(<Both<'_> as Encode>::SET.name(), "exam");
    let bytes = Both {
        name: Some("x".into()),
    }
    .to_bytes()
    .unwrap();
    let reply = <<Both<'_> as Request>::Reply<'_>>::decode(&bytes).unwrap();
    assert_eq!(reply.name, "x");

    let op = LinkFlush::OP;
    assert_eq!(
        (op.name(), op.request(), op.reply()),
        ("link-flush", 1, None)
    );
    assert_eq!(op.family(), &OURS);
    acknowledged(&LinkFlush);
    assert_eq!(LinkFlush.to_bytes(), Ok(vec![]));
}

/// A type of the test's own, with a format that the test gives it.
#[derive(Debug, PartialEq)]
struct Length(usize);

impl<'a> DecodeAs<'a, Length> for Natural {
    fn read(attr: &Attr<'a>) -> Result<Length, DecodeError> {
        Ok(Length(attr.payload().len()))
    }
}

impl Describe for Length {
    const KIND: Kind = Kind::Binary;
}

/// An empty struct of braces, structs of several lifetimes, and a type of one's own.
#[test]
fn shapes_of_structs() {
    #[derive(Debug, PartialEq, Encode, Decode)]
    struct Empty {}

    #[derive(Debug, PartialEq, Encode, Decode)]
    struct Two<'a, 'b: 'a> {
        #[nl(1)]
        first: &'a str,
        #[nl(2)]
        second: Option<&'b [u8]>,
    }

    #[derive(Debug, PartialEq, Decode)]
    struct Own {
        #[nl(16383)]
        length: Length,
    }

    assert_eq!(Empty::decode(&[]), Ok(Empty {}));
    let two = Two {
        first: "a",
        second: Some(&[1]),
    };
    let bytes = two.to_bytes().unwrap();
    assert_eq!(Two::decode(&bytes), Ok(two));
    let bytes = attr(16383, &[0; 7]);
    assert_eq!(Own::decode(&bytes), Ok(Own { length: Length(7) }));
}

/// Values of several integers: a struct and an array.
#[test]
fn structs_and_arrays_of_integers() {
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    struct Point(u16, u16);

    static LAYOUT: Layout = Layout::new("point", 4, &[]);

    impl Struct for Point {
        const LAYOUT: &'static Layout = &LAYOUT;

        fn read(bytes: &[u8]) -> Self {
            let [a, b, c, d] = nlgen_runtime::wire::prefix(bytes);
            Self(u16::from_ne_bytes([a, b]), u16::from_ne_bytes([c, d]))
        }

        fn write(&self, out: &mut Encoder<'_>) {
            out.bytes(&self.0.to_ne_bytes());
            out.bytes(&self.1.to_ne_bytes());
        }
    }

    #[derive(Debug, Encode, Decode)]
    struct Line<'m> {
        #[nl(1, struct)]
        from: Point,
        #[nl(2, multi, struct)]
        via: Vec<Point>,
        #[nl(3)]
        words: Scalars<'m, u32>,
    }

    let line = Line {
        from: Point(1, 2),
        via: vec![Point(3, 4), Point(5, 6)],
        words: Scalars::from(&[7, 8]),
    };
    let bytes = line.to_bytes().unwrap();
    let read = Line::decode(&bytes).unwrap();
    assert_eq!((read.from, read.via), (line.from, line.via));
    assert_eq!(read.words.iter().collect::<Vec<_>>(), [7, 8]);
    let kind = |number| <Line<'_> as Encode>::SET.attribute(number).unwrap().kind();
    assert!(matches!(kind(2), Kind::Struct(layout) if layout.name() == "point"));
    assert!(matches!(kind(3), Kind::Scalars(Int::U32)));
}

/// The last of an attribute that must occur once counts, as in the kernel.
#[test]
fn repeated_attributes() {
    let bytes = [attr(9, &[0, 1]), attr(9, &[0, 2])].concat();
    assert_eq!(Inner::decode(&bytes), Ok(Inner { port: 2 }));
}

/// Any bytes, and bytes that have the form of attributes.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let wild = prop::collection::vec(any::<u8>(), 0..200);
    let leaf = (0u16..14, prop::collection::vec(any::<u8>(), 0..20));
    let leaf = leaf.prop_map(|(kind, payload)| attr(kind, &payload));
    let tree = leaf.prop_recursive(6, 40, 4, |inner| {
        (0u16..14, prop::collection::vec(inner, 0..4))
            .prop_map(|(kind, inner)| attr(kind, &inner.concat()))
    });
    prop_oneof![
        wild,
        prop::collection::vec(tree, 0..4).prop_map(|attrs| attrs.concat())
    ]
}

/// What could be read can be written and read again.
fn again<T: for<'a> Decode<'a> + Encode + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    if let Ok(value) = T::decode(bytes) {
        let mut written = Vec::new();
        let mut out = Encoder::new(&mut written);
        value.encode(&mut out);
        if out.finish().is_ok() {
            assert_eq!(T::decode(&written), Ok(value));
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in any_bytes()) {
        again::<owned::Scalars>(&bytes);
        again::<owned::Bytes>(&bytes);
        again::<owned::Choices>(&bytes);
        again::<owned::Lists>(&bytes);
        again::<owned::Tree>(&bytes);
        again::<owned::Words>(&bytes);
        again::<owned::Get>(&bytes);
        let _ = Outer::decode(&bytes);
        let _ = borrowed::Bytes::decode(&bytes);
        if let Ok(lists) = borrowed::Lists::decode(&bytes) {
            let _ = format!("{lists:?}");
        }
        if let Ok(tree) = borrowed::Tree::decode(&bytes) {
            let _ = format!("{tree:?}");
        }
    }
}

/// What is derived with `Debug` is shown to a depth, so no sender can use up the stack.
#[test]
fn showing_deep_nests_ends() {
    for kind in [2, 3] {
        let bytes = nested(16_383, kind);
        let generated = twins::exam::Tree::decode(&bytes).unwrap();
        let derived = borrowed::Tree::decode(&bytes).unwrap();
        for shown in [format!("{generated:?}"), format!("{derived:?}")] {
            assert!(
                shown.contains('…') && shown.len() < 100_000,
                "{}",
                shown.len()
            );
        }
    }
}
