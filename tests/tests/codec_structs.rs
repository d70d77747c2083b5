//! Nests, lists and whole structs against the bytes that they stand for, with the generated family
//! `exam`; and where errors say that they are.
#![allow(clippy::unwrap_used, reason = "a test")]

use nlgen_runtime::wire::{Attrs, EncodeReason, Encoder, NESTED, NET_BYTE_ORDER, Reason};
use nlgen_runtime::{Decode, DecodeError, Encode, List};
use nlgen_tests::exam::{
    Bytes, Choices, Color, Echo, EchoReply, Leaf, Lists, Scalars, State, Tree,
};

/// An attribute: header, payload, padding. `kind` is the type with its flags.
fn attr(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = ((payload.len() + 4) as u16).to_ne_bytes().to_vec();
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn int(kind: u16, value: u32) -> Vec<u8> {
    attr(kind, &value.to_ne_bytes())
}

fn nest(kind: u16, attrs: &[Vec<u8>]) -> Vec<u8> {
    attr(kind | NESTED, &attrs.concat())
}

/// A leaf with an id.
fn leaf(kind: u16, id: u32) -> Vec<u8> {
    nest(kind, &[int(1, id)])
}

fn leaves(ids: &[u32]) -> Vec<Leaf<'static>> {
    ids.iter().map(|&id| Leaf::default().id(id)).collect()
}

fn ids<'a>(list: impl Iterator<Item = Result<Leaf<'a>, DecodeError>>) -> Vec<u32> {
    list.map(|leaf| leaf.unwrap().id.unwrap()).collect()
}

#[test]
fn a_flag_is_there_whatever_its_payload() {
    for payload in [&[][..], &[0], &[1, 2, 3, 4, 5]] {
        assert!(Echo::decode(&attr(20, payload)).unwrap().present);
    }
    assert!(!Echo::decode(&int(1, 5)).unwrap().present);
    assert_eq!(
        Echo::default().present(true).to_bytes().unwrap(),
        attr(20, &[])
    );
}

#[test]
fn a_nest_is_read_with_and_without_its_flag_and_written_with_it() {
    for flag in [0, NESTED, NESTED | NET_BYTE_ORDER] {
        let bytes = attr(3 | flag, &int(3, 7));
        let echo = Echo::decode(&bytes).unwrap();
        assert_eq!(echo.scalars.unwrap().get().unwrap().u32, Some(7));
        assert_eq!(echo.to_bytes().unwrap(), nest(3, &[int(3, 7)]));
    }
    let scalars = Scalars::default().u32(7);
    let echo = Echo::default().scalars(&scalars);
    assert_eq!(echo.to_bytes().unwrap(), nest(3, &[int(3, 7)]));
    assert_eq!(
        Echo::decode(&nest(3, &[])).unwrap().scalars.unwrap().get(),
        Ok(Scalars::default())
    );
}

#[test]
fn the_last_of_several_counts() {
    let bytes = [
        int(1, 5),
        attr(2, b"first\0"),
        nest(3, &[int(3, 1)]),
        int(1, 6),
        attr(2, b"last\0"),
        nest(3, &[int(3, 2)]),
    ]
    .concat();
    let echo = Echo::decode(&bytes).unwrap();
    assert_eq!((echo.id, echo.name.unwrap()), (Some(6), "last".into()));
    assert_eq!(echo.scalars.unwrap().get().unwrap().u32, Some(2));
    // An array that comes twice is not joined.
    let bytes = [nest(8, &[int(0, 1), int(1, 2)]), nest(8, &[int(0, 3)])].concat();
    let numbers = Lists::decode(&bytes).unwrap().number_array;
    assert_eq!(numbers.iter().collect::<Result<Vec<_>, _>>(), Ok(vec![3]));
    // The earlier one is looked at all the same.
    assert!(Echo::decode(&[attr(1, &[0]), int(1, 6)].concat()).is_err());
}

#[test]
fn unknown_attributes_are_passed_over() {
    let bytes = [
        attr(999, b"?"),
        int(1, 5),
        attr(0x3FFF, &[]),
        attr(0, &[0; 9]),
    ]
    .concat();
    assert_eq!(Echo::decode(&bytes).unwrap(), Echo::default().id(5));
}

#[test]
fn repeated_attributes_among_others() {
    let bytes = [
        int(1, 10),
        attr(2, &[0, 80]),
        attr(3, b"a\0"),
        int(1, 11),
        attr(99, &[]),
        leaf(4, 1),
        attr(2, &[1, 187]),
        attr(6, &[2]),
        leaf(4, 2),
        int(1, 12),
        attr(5, &[9]),
    ]
    .concat();
    let lists = Lists::decode(&bytes).unwrap();
    let all = |list: List<'_, u32>| list.iter().collect::<Result<Vec<_>, _>>();
    assert_eq!(all(lists.number), Ok(vec![10, 11, 12]));
    let ports: Vec<_> = lists.port.iter().map(Result::unwrap).collect();
    assert_eq!(ports, [80, 443]);
    assert_eq!(ids(lists.leaf.iter()), [1, 2]);
    assert_eq!(lists.hue.iter().next(), Some(Ok(Color::Blue)));
    assert_eq!(lists.chunk.iter().next(), Some(Ok(&[9][..])));
    let places: Vec<_> = lists.number.entries().map(|entry| entry.unwrap()).collect();
    assert_eq!(places, [(0, 10), (1, 11), (2, 12)]);
    assert!(!lists.leaf_array.is_present());

    // Written, each list stands together.
    let numbers = [10, 11, 12];
    let (ports, labels, chunks) = ([80, 443], ["a".into()], [&[9][..]]);
    let (two, hues) = (leaves(&[1, 2]), [Color::Blue]);
    let built = Lists::default()
        .number(&numbers)
        .port(&ports)
        .label(&labels)
        .leaf(&two)
        .chunk(&chunks)
        .hue(&hues);
    let written = [
        int(1, 10),
        int(1, 11),
        int(1, 12),
        attr(2, &[0, 80]),
        attr(2, &[1, 187]),
        attr(3, b"a\0"),
        leaf(4, 1),
        leaf(4, 2),
        attr(5, &[9]),
        attr(6, &[2]),
    ]
    .concat();
    assert_eq!(built.to_bytes().unwrap(), written);
    assert_eq!(lists.to_bytes().unwrap(), written);
}

#[test]
fn indexed_arrays_keep_their_indices() {
    let bytes = [
        nest(7, &[leaf(1, 5), leaf(4, 6)]),
        nest(8, &[int(0, 7), int(1, 8)]),
        nest(9, &[attr(3, &[0; 16])]),
    ]
    .concat();
    let lists = Lists::decode(&bytes).unwrap();
    assert_eq!(ids(lists.leaf_array.iter()), [5, 6]);
    let indices: Vec<_> = lists
        .leaf_array
        .entries()
        .map(|entry| entry.unwrap().0)
        .collect();
    assert_eq!(indices, [1, 4]);
    assert_eq!(lists.addr_array.entries().next().unwrap().unwrap().0, 3);
    assert_eq!(lists.to_bytes().unwrap(), bytes);

    let numbers = [7, 8];
    let keyed = [(1, Leaf::default().id(5)), (4, Leaf::default().id(6))];
    let addrs = [(3, std::net::Ipv6Addr::UNSPECIFIED)];
    let built = Lists {
        leaf_array: List::with_keys(&keyed),
        addr_array: List::with_keys(&addrs),
        ..Lists::default().number_array(&numbers)
    };
    assert_eq!(built.to_bytes().unwrap(), bytes);
    assert_eq!(built, lists);
    assert_eq!(ids(built.leaf_array.iter()), [5, 6]);
}

#[test]
fn an_empty_array_is_present() {
    let bytes = nest(8, &[]);
    let lists = Lists::decode(&bytes).unwrap();
    assert!(lists.number_array.is_present());
    assert_eq!(lists.number_array.iter().count(), 0);
    assert_eq!(lists.to_bytes().unwrap(), bytes);
    let none: [u32; 0] = [];
    assert_eq!(
        Lists::default().number_array(&none).to_bytes().unwrap(),
        bytes
    );
    assert_eq!(Lists::default().number(&none).to_bytes().unwrap(), []);
}

#[test]
fn a_repeated_array_is_a_list_of_lists() {
    let wide = |index: u16, value: u64| attr(index, &value.to_ne_bytes());
    let bytes = [
        nest(10, &[wide(1, 100)]),
        int(1, 3),
        nest(10, &[wide(1, 200), wide(2, 300)]),
    ]
    .concat();
    let lists = Lists::decode(&bytes).unwrap();
    let counters: Vec<Vec<(u16, u64)>> = lists
        .counter
        .iter()
        .map(|inner| inner.unwrap().entries().map(Result::unwrap).collect())
        .collect();
    assert_eq!(counters, [vec![(1, 100)], vec![(1, 200), (2, 300)]]);
    let (first, second) = ([(1, 100)], [(1, 200), (2, 300)]);
    let both = [List::with_keys(&first), List::with_keys(&second)];
    let built = Lists::default().counter(&both).number(&[3]);
    assert_eq!(built, lists);
}

#[test]
fn keyed_lists_tell_the_numbers_of_their_levels() {
    let bytes = [
        nest(11, &[leaf(0, 5), leaf(3, 6)]),
        nest(
            12,
            &[
                nest(0, &[leaf(1, 7), leaf(2, 8)]),
                nest(9, &[]),
                nest(5, &[leaf(0, 9)]),
            ],
        ),
    ]
    .concat();
    let lists = Lists::decode(&bytes).unwrap();
    let by_cpu: Vec<_> = lists
        .by_cpu
        .entries()
        .map(|entry| entry.map(|(key, leaf)| (key, leaf.id.unwrap())).unwrap())
        .collect();
    assert_eq!(by_cpu, [([0], 5), ([3], 6)]);
    let by_node: Vec<_> = lists
        .by_node
        .entries()
        .map(|entry| entry.map(|(key, leaf)| (key, leaf.id.unwrap())).unwrap())
        .collect();
    assert_eq!(by_node, [([0, 1], 7), ([0, 2], 8), ([5, 0], 9)]);
    assert_eq!(lists.to_bytes().unwrap(), bytes);

    let leaf_of = |id| Leaf::default().id(id);
    let cpus = [([0], leaf_of(5)), ([3], leaf_of(6))];
    let nodes = [([0, 1], leaf_of(7)), ([5, 0], leaf_of(9))];
    let built = Lists {
        by_cpu: List::with_keys(&cpus),
        by_node: List::with_keys(&nodes),
        ..Lists::default()
    };
    let expected = [
        nest(11, &[leaf(0, 5), leaf(3, 6)]),
        nest(12, &[nest(0, &[leaf(1, 7)]), nest(5, &[leaf(0, 9)])]),
    ]
    .concat();
    assert_eq!(built.to_bytes().unwrap(), expected);
}

#[test]
fn enums_keep_values_without_a_name() {
    let bytes = [attr(1, &[77]), int(3, 5), int(13, 0)].concat();
    // The last is a bitfield of the wrong length.
    assert!(Choices::decode(&bytes).is_err());
    let choices = Choices::decode(&bytes[..16]).unwrap();
    assert_eq!(choices.color, Some(Color::Unknown(77)));
    assert_eq!(choices.state, Some(State::Running));
    assert_eq!(choices.to_bytes().unwrap(), &bytes[..16]);
}

#[test]
fn a_payload_fills_its_attribute_or_is_refused() {
    let (room, wide) = (vec![7; 131_072], vec![7u8; 65_531]);
    let bytes = Bytes::default().blob(&wide).to_bytes().unwrap();
    assert_eq!(bytes.len(), 65_536);
    assert_eq!(Bytes::decode(&bytes).unwrap().blob, Some(&wide[..]));
    for len in [65_532, 65_533, 65_535, 65_536, 65_543, 131_072] {
        let error = Bytes::default().blob(&room[..len]).to_bytes().unwrap_err();
        assert_eq!(error.reason(), EncodeReason::TooLong { len });
        assert_eq!(error.path().to_string(), "bytes/blob");
    }
    // With its NUL the text is one byte longer than its attribute holds.
    let text = "x".repeat(65_531);
    let error = Bytes::default().plain(&text).to_bytes().unwrap_err();
    assert_eq!(error.reason(), EncodeReason::TooLong { len: 65_532 });
    let text = &text[1..];
    assert_eq!(
        Bytes::default().plain(text).to_bytes().unwrap().len(),
        65_536
    );
}

#[test]
fn a_nest_or_array_that_would_wrap_is_refused() {
    let wide = vec![7u8; 65_531];
    let bytes = Bytes::default().blob(&wide);
    let echo = Echo::default().id(1).bytes(&bytes);
    let error = echo.to_bytes().unwrap_err();
    assert_eq!(error.reason(), EncodeReason::TooLong { len: 65_536 });
    assert_eq!(error.path().to_string(), "exam/bytes");

    let numbers = vec![1u32; 8_192];
    let lists = Lists::default().number_array(&numbers);
    let error = lists.to_bytes().unwrap_err();
    assert_eq!(error.reason(), EncodeReason::TooLong { len: 65_536 });
    assert_eq!(error.path().to_string(), "lists/number-array");
    // As many repeated attributes need no one length.
    let lists = Lists::default().number(&numbers);
    assert_eq!(lists.to_bytes().unwrap().len(), 65_536);
    let echo = Echo::default().lists(&lists);
    assert_eq!(
        echo.to_bytes().unwrap_err().path().to_string(),
        "exam/lists"
    );
}

#[test]
fn an_error_of_writing_names_the_attribute() {
    let cut = [Leaf::default().id(1), Leaf::default().label("a\0b")];
    let nested = Tree::default().leaf(&cut[1]);
    let keyed = [([3, 4], cut[1])];
    for (lists, path) in [
        (Lists::default().leaf(&cut), "exam/lists/leaf/label"),
        (
            Lists::default().leaf_array(&cut),
            "exam/lists/leaf-array[1]/label",
        ),
        (
            Lists {
                by_node: List::with_keys(&keyed),
                ..Lists::default()
            },
            "exam/lists/by-node[3][4]/label",
        ),
        (Lists::default().label(&["\0".into()]), "exam/lists/label"),
    ] {
        let error = Echo::default().lists(&lists).to_bytes().unwrap_err();
        assert_eq!(error.path().to_string(), path);
        assert!(matches!(error.reason(), EncodeReason::Nul { .. }));
    }
    let tree = Tree::default().parent(&nested);
    let error = Echo::default().tree(&tree).to_bytes().unwrap_err();
    assert_eq!(
        error.to_string(),
        "exam/tree/parent/leaf/label: a NUL at byte 1 of a string; the kernel would cut it there"
    );
    // The first of two is told, and what comes after it is not part of its path.
    let words = Bytes::default().plain("\0").short("a\0");
    let echo = Echo::default().name("x\0").bytes(&words);
    assert_eq!(echo.to_bytes().unwrap_err().path().to_string(), "exam/name");
}

/// Found by review: the upper bits of a key were cut off, and the entry sent under another number.
#[test]
fn a_key_of_more_than_14_bits_is_refused() {
    for key in [0x4000, 0x8001, u16::MAX] {
        let leaf = Leaf::default().id(1);
        let (index, cpu, outer, inner) = (
            [(key, leaf)],
            [([key], leaf)],
            [([key, 1], leaf)],
            [([1, key], leaf)],
        );
        for lists in [
            Lists {
                leaf_array: List::with_keys(&index),
                ..Lists::default()
            },
            Lists {
                by_cpu: List::with_keys(&cpu),
                ..Lists::default()
            },
            Lists {
                by_node: List::with_keys(&outer),
                ..Lists::default()
            },
            Lists {
                by_node: List::with_keys(&inner),
                ..Lists::default()
            },
        ] {
            let error = lists.to_bytes().unwrap_err();
            assert_eq!(error.reason(), EncodeReason::Range, "{error}");
        }
    }
}

#[test]
fn an_error_of_reading_names_the_attribute() {
    let place = |result: Result<_, DecodeError>| result.unwrap_err().to_string();
    assert_eq!(
        place(Echo::decode(&attr(1, &[0; 3])).map(drop)),
        "exam/id: 3 bytes where 4 are needed"
    );
    assert_eq!(
        place(Echo::decode(&[int(1, 1), vec![1, 2, 3]].concat()).map(drop)),
        "exam: 3 bytes after the last attribute"
    );
    assert_eq!(
        place(Echo::decode(&attr(1, &[0; 4])[..7]).map(drop)),
        "exam: an attribute says that it has 8 bytes where 7 are left"
    );
    let bytes = nest(3, &[attr(9, &[0; 5])]);
    let scalars = EchoReply::decode(&bytes).unwrap().scalars.unwrap();
    assert_eq!(
        place(scalars.get().map(drop)),
        "scalars/s64: 5 bytes where 8 are needed"
    );
}

#[test]
fn an_error_in_a_list_names_the_entry_and_the_list_goes_on() {
    let bytes = [
        nest(8, &[int(0, 7), attr(5, &[0; 3]), int(6, 8)]),
        nest(7, &[leaf(1, 1), nest(2, &[attr(1, &[])]), leaf(3, 3)]),
        nest(12, &[nest(4, &[nest(5, &[attr(1, &[])])])]),
        int(1, 1),
        attr(1, &[0; 2]),
    ]
    .concat();
    let lists = Lists::decode(&bytes).unwrap();
    let numbers: Vec<_> = lists
        .number_array
        .iter()
        .map(|entry| entry.map_err(|error| error.to_string()))
        .collect();
    assert_eq!(
        numbers,
        [Ok(7), Err("[5]: 3 bytes where 4 are needed".into()), Ok(8)]
    );
    let error =
        |error: Option<Result<Leaf<'_>, DecodeError>>| error.unwrap().unwrap_err().to_string();
    assert_eq!(
        error(lists.leaf_array.iter().nth(1)),
        "leaf[2]/id: 0 bytes where 4 are needed"
    );
    assert_eq!(lists.leaf_array.iter().flatten().count(), 2);
    assert_eq!(
        error(lists.by_node.iter().next()),
        "leaf[4][5]/id: 0 bytes where 4 are needed"
    );
    assert_eq!(
        lists.number.iter().nth(1).unwrap().unwrap_err().to_string(),
        "[1]: 2 bytes where 4 are needed"
    );
}

#[test]
fn a_broken_array_gives_its_good_entries_and_one_error() {
    let header = |len: u16, number: u16| [len, number].map(u16::to_ne_bytes).concat();
    let mut payload = [int(0, 7), int(1, 8)].concat();
    for (tail, reason) in [
        (header(3, 0), Reason::Header { len: 3, left: 4 }),
        (vec![0; 8], Reason::Header { len: 0, left: 8 }),
        (
            header(65_535, 1),
            Reason::Header {
                len: 65_535,
                left: 4,
            },
        ),
        (vec![1], Reason::Leftover { left: 1 }),
    ] {
        payload.truncate(16);
        payload.extend_from_slice(&tail);
        let bytes = attr(8, &payload);
        let lists = Lists::decode(&bytes).unwrap();
        let entries: Vec<_> = lists
            .number_array
            .iter()
            .map(|entry| entry.map_err(|error| error.reason()))
            .collect();
        assert_eq!(entries, [Ok(7), Ok(8), Err(reason)]);
        assert_eq!(Attrs::new(&payload).count(), 3);
    }
}

/// Found by review: a set that contains itself, nested as deep as 64 KiB allow, overran the stack.
#[test]
fn a_message_nested_as_deep_as_it_can_be_is_shown_and_read() {
    let mut bytes = Vec::new();
    // Each level takes the header's 4 bytes: from the inside, 16,000 levels.
    for len in (1..=16_000u16).rev() {
        bytes.extend_from_slice(&(4 * len).to_ne_bytes());
        bytes.extend_from_slice(&(2 | NESTED).to_ne_bytes());
    }
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(move || {
            let mut tree = Tree::decode(&bytes).unwrap();
            let shown = format!("{tree:?} {tree:#?}");
            assert!(shown.contains("parent: …"), "{shown}");
            let mut levels = 0;
            while let Some(parent) = tree.parent {
                tree = parent.get().unwrap();
                levels += 1;
            }
            assert_eq!(levels, 16_000);
        })
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn what_cannot_be_sent_is_shown_with_its_place() {
    let leaf = Leaf::default().label("a\0b");
    let shown = format!("{:?}", Tree::default().value(1).leaf(&leaf));
    assert!(shown.contains("value: 1"), "{shown}");
    assert!(
        shown.contains("tree/leaf/label: a NUL at byte 1"),
        "{shown}"
    );
}

#[test]
fn the_encoder_appends_to_what_is_there() {
    let mut bytes = int(9, 1);
    let mut out = Encoder::new(&mut bytes);
    assert_eq!((out.len(), out.is_empty()), (8, false));
    Leaf::default().id(2).encode(&mut out);
    out.finish().unwrap();
    assert_eq!(bytes, [int(9, 1), int(1, 2)].concat());
}
