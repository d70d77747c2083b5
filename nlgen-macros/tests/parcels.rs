//! Doors agree on C structs, headers, sub-messages, arrays and events: specs/parcel.yaml, and what a person
//! derives for it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod agreement;
mod twins;

use std::net::{Ipv4Addr, Ipv6Addr};

use agreement::{again, agree, described_alike, members};
use nlgen_runtime::describe::Layout;
use nlgen_runtime::wire::{Reason, Unselected};
use nlgen_runtime::{
    Decode, Dump, Encode, EventSet, List, MacAddr, Nest, Request, Scalars, Struct, SubMessage,
};
use twins::parcels::{Grade, Head, Label, Marks, Size, borrowed, owned};
use twins::{parcel, parcels};

const HEAD: Head = Head {
    family: 7,
    kind: 0x0102,
    index: -1,
};

const SIZE: Size = Size {
    width: 1,
    height: 0x0203,
    unit: -4,
};

fn label() -> Label {
    Label {
        grade: Grade::Rush,
        size: SIZE,
        weight: 9,
        marks: Marks::HEAVY,
        code: *b"FRA-1",
        from: Ipv4Addr::new(192, 0, 2, 1),
        to: Ipv6Addr::LOCALHOST,
        mac: MacAddr([2, 0, 0, 0, 0, 1]),
    }
}

fn generated_head() -> parcel::Head {
    parcel::Head {
        family: 7,
        kind: 0x0102,
        index: -1,
    }
}

fn generated_size() -> parcel::Size {
    parcel::Size {
        width: 1,
        height: 0x0203,
        unit: -4,
    }
}

fn generated_label() -> parcel::Label {
    parcel::Label {
        grade: parcel::Grade::Rush,
        size: generated_size(),
        weight: 9,
        marks: parcel::Marks::HEAVY,
        code: *b"FRA-1",
        from: Ipv4Addr::new(192, 0, 2, 1),
        to: Ipv6Addr::LOCALHOST,
        mac: MacAddr([2, 0, 0, 0, 0, 1]),
    }
}

fn written<T: Struct>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.write(&mut nlgen_runtime::wire::Encoder::new(&mut bytes));
    bytes
}

#[test]
fn structs() {
    fn both<G: Struct, T: Struct + std::fmt::Debug + PartialEq>(generated: &G, twin: &T) {
        let bytes = written(twin);
        assert_eq!(bytes, written(generated));
        assert_eq!(bytes.len(), T::LAYOUT.len());
        assert_eq!(members(T::LAYOUT), members(G::LAYOUT));
        assert_eq!(&T::read(&bytes), twin);
        // A shorter one is from an older kernel, a longer one from a newer.
        for len in 0..bytes.len() {
            assert_eq!(
                written(&T::read(&bytes[..len])),
                written(&G::read(&bytes[..len]))
            );
        }
        let longer = [&*bytes, &[0xff; 3]].concat();
        assert_eq!(&T::read(&longer), twin);
    }
    both(&generated_head(), &HEAD);
    both(&generated_size(), &SIZE);
    both(&generated_label(), &label());
    let (head, size) = (written(&HEAD), written(&SIZE));
    let native = u16::to_ne_bytes;
    let [a, b] = native(0x0102);
    let [c, d] = native(1);
    assert_eq!(head, [7, 0, a, b, 0xff, 0xff, 0xff, 0xff]);
    assert_eq!(size, [c, d, 2, 3, 0xfc, 0]);
    let bytes = written(&label());
    assert_eq!(bytes.len(), 56);
    assert_eq!(bytes[0..2], [1, 0]);
    assert_eq!(bytes[2..8], size);
    assert_eq!(bytes[8..16], [9, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(bytes[16..18], [0, 2]);
    assert_eq!(bytes[18..23], *b"FRA-1");
    assert_eq!(bytes[24..28], [192, 0, 2, 1]);
    assert_eq!(bytes[44..53], [2, 0, 0, 0, 0, 1, 0, 0, 0]);
}

/// Each format, in the same set and further out, owned and borrowed.
#[test]
fn sub_messages() {
    let inner = parcel::BoxAttrs {
        depth: Some(2),
        ..Default::default()
    };
    let inside = [inner, parcel::BoxAttrs::default()];
    let carton = parcel::BoxAttrs {
        depth: Some(1),
        inside: List::from(&inside),
    };
    let large = parcel::BoxHeaded {
        header: generated_head(),
        depth: Some(3),
        ..Default::default()
    };
    let owned_inner = owned::Carton {
        depth: Some(2),
        ..Default::default()
    };
    let owned_carton = owned::Carton {
        depth: Some(1),
        inside: vec![owned_inner, owned::Carton::default()],
    };
    let owned_large = owned::Crate {
        head: HEAD,
        depth: Some(3),
    };
    let borrowed_inside = [
        borrowed::Carton {
            depth: Some(2),
            ..Default::default()
        },
        borrowed::Carton::default(),
    ];
    let borrowed_carton = borrowed::Carton {
        depth: Some(1),
        inside: List::from(&borrowed_inside),
    };
    let unknown = [5, 0, 9, 0, 1, 0, 0, 0];
    for (kind, generated, owned, borrowed) in [
        (
            "box",
            parcel::Contents::Box(Nest::from(&carton)),
            owned::Contents::Box(owned_carton.clone()),
            borrowed::Contents::Box(Nest::from(&borrowed_carton)),
        ),
        (
            "tube",
            parcel::Contents::Tube(generated_size()),
            owned::Contents::Tube(SIZE),
            borrowed::Contents::Tube(SIZE),
        ),
        (
            "big_crate",
            parcel::Contents::BigCrate(Nest::from(&large)),
            owned::Contents::Crate(Box::new(owned_large.clone())),
            borrowed::Contents::Crate(Nest::from(&owned_large)),
        ),
        (
            "nothing",
            parcel::Contents::Nothing,
            owned::Contents::Nothing,
            borrowed::Contents::Nothing,
        ),
        (
            "new",
            parcel::Contents::Unknown(&unknown),
            owned::Contents::Unknown(unknown.to_vec()),
            borrowed::Contents::Unknown(&unknown),
        ),
    ] {
        let known = (kind != "new").then_some(kind);
        assert_eq!(generated.selector(), known);
        assert_eq!(owned.selector(), known);
        assert_eq!(borrowed.selector(), known);
        // What is selected stands before what selects it, in one of the messages.
        let message = parcel::SendReply {
            header: generated_head(),
            kind: Some(kind.into()),
            contents: Some(generated),
            grade: Some(parcel::Grade::Rush),
            graded: Some(parcel::Graded::Rush(Nest::from(&carton))),
            ..Default::default()
        };
        let backwards = message.to_bytes().unwrap();
        let twin = owned::Parcel {
            head: HEAD,
            kind: Some(kind.to_owned()),
            contents: Some(owned),
            grade: Some(Grade::Rush),
            graded: Some(owned::Graded::Rush(owned_carton.clone())),
            ..Default::default()
        };
        assert_eq!(owned::Parcel::decode(&backwards), Ok(twin.clone()));
        let message = parcel::SendRequest {
            header: message.header,
            kind: message.kind,
            contents: message.contents,
            grade: message.grade,
            graded: message.graded,
            ..Default::default()
        };
        agree(
            &message,
            &twin,
            again!(parcel::SendRequest<'_>, owned::Parcel),
        );
        let twin = borrowed::Parcel {
            head: HEAD,
            kind: kind.into(),
            contents: borrowed,
            grade: Some(Grade::Rush),
            graded: Some(Box::new(borrowed::Graded::Rush(Nest::from(
                &borrowed_carton,
            )))),
            more: None,
            label: None,
            sizes: List::default(),
            words: None,
            steps: List::default(),
            stages: List::default(),
        };
        agree(
            &message,
            &twin,
            again!(parcel::SendRequest<'_>, borrowed::Parcel<'_>),
        );

        // Further out.
        let more = parcel::More {
            contents: Some(Unselected::from(&generated)),
        };
        let twin = borrowed::More {
            contents: Some(Unselected::from(&borrowed)),
        };
        agree(&more, &twin, again!(parcel::More<'_>, borrowed::More<'_>));
        let bytes = more.to_bytes().unwrap();
        let raw = owned::More::decode(&bytes).unwrap().contents.unwrap();
        let read = Unselected::<owned::Contents>::new(&raw)
            .select(kind)
            .unwrap();
        assert_eq!(read.selector(), known);
        let read = borrowed::More::decode(&bytes).unwrap().contents.unwrap();
        assert_eq!(read.select(kind).unwrap().selector(), known);
        assert_eq!(read.select("newer").unwrap().selector(), None);
        if generated.is_nest() {
            agree(
                &more,
                &owned::More {
                    contents: Some(raw),
                },
                again!(parcel::More<'_>, owned::More),
            );
        }
    }
}

#[test]
fn arrays_and_structs() {
    let numbers = [1, 2];
    let steps = [(4, 40), (2, 20)];
    let carton = parcel::BoxAttrs {
        depth: Some(1),
        ..Default::default()
    };
    let stages = [(3, carton)];
    let sizes = [generated_size(), parcel::Size::default()];
    let more = parcel::More::default();
    let generated = parcel::SendRequest {
        header: generated_head(),
        more: Some(Nest::from(&more)),
        label: Some(generated_label()),
        sizes: List::from(&sizes),
        words: Some(Scalars::from(&numbers)),
        steps: List::with_keys(&steps),
        stages: List::with_keys(&stages),
        ..Default::default()
    };
    let carton = owned::Carton {
        depth: Some(1),
        ..Default::default()
    };
    let twin = owned::Parcel {
        head: HEAD,
        more: Some(owned::More::default()),
        label: Some(label()),
        sizes: vec![SIZE, Size::default()],
        words: Some(vec![1, 2]),
        steps: vec![(4, 40), (2, 20)],
        stages: vec![(3, carton)],
        ..Default::default()
    };
    agree(
        &generated,
        &twin,
        again!(parcel::SendRequest<'_>, owned::Parcel),
    );
    let bytes = generated.to_bytes().unwrap();
    assert_eq!(owned::Parcel::decode(&bytes), Ok(twin));
}

#[test]
fn operations() {
    let (generated, twin) = (<parcel::SendRequest<'_> as Request>::OP, owned::Parcel::OP);
    let facts = |op: &nlgen_runtime::Operation| {
        (
            op.name().to_owned(),
            op.request(),
            op.reply(),
            op.family().name().to_owned(),
            op.family().protocol(),
            op.family().is_generic(),
        )
    };
    assert_eq!(facts(generated), facts(twin));
    assert_eq!((twin.request(), twin.reply()), (300, Some(301)));
    assert_eq!(
        facts(generated),
        facts(<borrowed::Parcel<'_> as Request>::OP)
    );
    let (generated, twin) = (<parcel::SizesDump<'_> as Dump>::OP, owned::Sizes::OP);
    assert_eq!(facts(generated), facts(twin));
    let groups = (parcel::group::PARCELS, parcels::PARCELS);
    assert_eq!(groups.0.number(), groups.1.number());
    // The header of one operation is not that of the family.
    let generated = parcel::SizesDump {
        header: generated_size(),
        kind: Some("x".into()),
    };
    let twin = owned::Sizes {
        size: SIZE,
        kind: Some("x".to_owned()),
        ..Default::default()
    };
    agree(
        &generated,
        &twin,
        again!(parcel::SizesDump<'_>, owned::Sizes),
    );
}

#[test]
fn events() {
    let carried = parcel::SendRequest {
        header: generated_head(),
        kind: Some("nothing".into()),
        contents: Some(parcel::Contents::Nothing),
        ..Default::default()
    };
    let bytes = carried.to_bytes().unwrap();
    let generated = parcel::Event::decode_event(301, &bytes).unwrap();
    assert!(matches!(generated, parcel::Event::SentNtf(sent) if sent.to_bytes().is_ok()));
    let twin = owned::Event::decode_event(301, &bytes).unwrap();
    assert!(matches!(twin, owned::Event::Sent(sent) if sent.to_bytes().as_ref() == Ok(&bytes)));
    let twin = borrowed::Event::decode_event(301, &bytes).unwrap();
    assert!(matches!(twin, borrowed::Event::Sent(sent) if sent.to_bytes().as_ref() == Ok(&bytes)));
    let lost = owned::Event::decode_event(320, &bytes).unwrap();
    assert!(matches!(lost, owned::Event::Lost(lost) if lost.head == HEAD));
    let lost = borrowed::Event::decode_event(320, &bytes).unwrap();
    assert!(matches!(lost, borrowed::Event::Lost));
    let other = owned::Event::decode_event(9, &bytes).unwrap();
    assert_eq!(
        other,
        owned::Event::Unknown {
            command: 9,
            attributes: bytes.clone()
        }
    );
    let other = borrowed::Event::decode_event(9, &bytes).unwrap();
    assert!(matches!(other, borrowed::Event::Unknown(9, attrs) if attrs.as_bytes() == bytes));
    assert_eq!(<owned::Event as EventSet>::FAMILY, &parcels::FAMILY);
    assert_eq!(
        <parcel::Event<'_> as EventSet>::FAMILY,
        <borrowed::Event<'_> as EventSet>::FAMILY
    );
}

/// Both doors refuse the same bytes, and say where.
#[test]
fn errors() {
    let short = parcel::SendRequest::decode(&[0; 4]).unwrap_err();
    assert_eq!(short.reason(), Reason::Short { want: 8, got: 4 });
    assert_eq!(owned::Parcel::decode(&[0; 4]).unwrap_err(), short);

    let nested = |kind: &str, contents: &[u8]| {
        let parcel = parcel::SendRequest {
            kind: Some(kind.into()),
            contents: Some(parcel::Contents::Unknown(contents)),
            ..Default::default()
        };
        parcel.to_bytes().unwrap()
    };
    // What owns its data finds it when it reads the message, what borrows when the nest is opened.
    let bytes = nested("box", &[5, 0, 1, 0, 9, 0, 0, 0]);
    let error = owned::Parcel::decode(&bytes).unwrap_err();
    assert_eq!(error.path().to_string(), "parcel/contents/depth");
    assert!(parcel::SendRequest::decode(&bytes).is_ok());
    assert!(borrowed::Parcel::decode(&bytes).is_ok());

    #[derive(Debug, Encode, Decode)]
    #[nl(set = "parcel")]
    struct Closed {
        #[nl(header)]
        _head: Head,
        #[nl(1)]
        kind: Option<String>,
        #[nl(2, selector = kind)]
        contents: Option<Known>,
    }

    #[derive(Debug, SubMessage)]
    enum Known {
        #[nl(struct)]
        Tube(Size),
    }
    let bytes = nested("tube", &written(&SIZE));
    let read = Closed::decode(&bytes).unwrap();
    assert_eq!(read.kind.as_deref(), Some("tube"));
    assert!(matches!(read.contents, Some(Known::Tube(SIZE))));
    let error = Closed::decode(&nested("box", &[])).unwrap_err();
    assert_eq!(error.reason(), Reason::Value);
    assert_eq!(error.path().to_string(), "parcel/contents");
    // A sub-message whose selector does not come is of no format either.
    let bytes = [&written(&HEAD)[..], &[4, 0, 2, 0]].concat();
    assert_eq!(Closed::decode(&bytes).unwrap_err().reason(), Reason::Value);
    let open = owned::Parcel::decode(&bytes).unwrap();
    assert_eq!(open.contents, Some(owned::Contents::Unknown(vec![])));
    assert_eq!(
        borrowed::Parcel::decode(&bytes).unwrap_err().reason(),
        Reason::Missing
    );
}

#[test]
fn descriptions() {
    for (generated, twin) in [
        (
            <parcel::SendRequest<'_> as Encode>::SET,
            <owned::Parcel as Encode>::SET,
        ),
        (
            <parcel::SendRequest<'_> as Encode>::SET,
            <owned::Parcel as Decode<'_>>::SET,
        ),
        (
            <parcel::SendRequest<'_> as Encode>::SET,
            <borrowed::Parcel<'_> as Encode>::SET,
        ),
        (
            <parcel::SendRequest<'_> as Encode>::SET,
            <owned::Sizes as Encode>::SET,
        ),
        (
            <parcel::BoxAttrs<'_> as Encode>::SET,
            <owned::Carton as Encode>::SET,
        ),
        (
            <parcel::More<'_> as Encode>::SET,
            <owned::More as Encode>::SET,
        ),
    ] {
        described_alike(generated, twin);
    }
    let header = |header: Option<&'static Layout>| header.map(members);
    let generated = header(<parcel::SendRequest<'_> as Encode>::HEADER);
    assert!(generated.is_some());
    assert_eq!(generated, header(<owned::Parcel as Encode>::HEADER));
    let generated = <parcel::Contents<'_> as SubMessage<'_>>::FORMATS;
    for twin in [
        <owned::Contents as SubMessage<'_>>::FORMATS,
        <borrowed::Contents<'_> as SubMessage<'_>>::FORMATS,
    ] {
        assert_eq!(twin.len(), generated.len());
        for (twin, generated) in twin.iter().zip(generated) {
            assert_eq!(header(twin.header()), header(generated.header()));
            let name =
                |set: Option<&'static nlgen_runtime::describe::Set>| set.map(|set| set.name());
            assert_eq!(name(twin.set()), name(generated.set()));
        }
    }
}
