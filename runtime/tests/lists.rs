//! Lists that were received: which entry an error is in, and sets that are nothing but a list.

use nlgen_runtime::describe::{Attribute, Int, Kind, Set};
use nlgen_runtime::wire::{Attrs, EncodeReason, Indexed, Multi, Nested, Reason};
use nlgen_runtime::{Decode, DecodeError, Encode, List, Str, message};

struct Name<'a> {
    index: Option<u32>,
    text: Option<Str<'a>>,
}

message!(Name<'a>, &NAME, {
    1 => value index,
    2 => value text,
});

static NAME: Set = Set::new(
    "name",
    &[
        Attribute::new(1, "index", Kind::Int(Int::U32)),
        Attribute::new(2, "text", Kind::String),
    ],
);

/// A set that is nothing but a list.
struct Names<'a> {
    name: List<'a, Name<'a>, Multi<Nested>>,
}

message!(Names<'a>, &NAMES, {
    1 => list name,
});

static NAMES: Set = Set::new(
    "names",
    &[Attribute::new(1, "name", Kind::Nest(|| &NAME)).multi()],
);

/// The same list beside something else.
struct Counted<'a> {
    name: List<'a, Name<'a>, Multi<Nested>>,
    count: Option<u32>,
}

message!(Counted<'a>, &COUNTED, {
    1 => list name,
    2 => value count,
});

static COUNTED: Set = Set::new(
    "counted",
    &[
        Attribute::new(1, "name", Kind::Nest(|| &NAME)).multi(),
        Attribute::new(2, "count", Kind::Int(Int::U32)),
    ],
);

fn attr(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (payload.len() as u16 + 4).to_ne_bytes().to_vec();
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn name(index: u32) -> Vec<u8> {
    attr(1, &attr(1, &index.to_ne_bytes()))
}

/// An entry whose index is too short.
fn short() -> Vec<u8> {
    attr(1, &attr(1, &[7]))
}

/// An attribute that says it is longer than what is there.
fn cut() -> Vec<u8> {
    let mut bytes = 100u16.to_ne_bytes().to_vec();
    bytes.extend(name(0).into_iter().skip(2));
    bytes
}

fn indices(names: &Names<'_>) -> Vec<Result<u32, String>> {
    let entries = names.name.iter();
    entries
        .map(|name| match name {
            Ok(name) => Ok(name.index.unwrap_or_default()),
            Err(error) => Err(error.to_string()),
        })
        .collect()
}

#[test]
fn a_set_of_one_list_is_checked_when_the_list_is_walked() {
    let bytes = [name(5), attr(9, &[1]), name(6), cut(), name(7)].concat();
    let names = Names::decode(&bytes).expect("its first entry is well-formed");
    assert!(names.name.is_present());
    let error = "names: an attribute says that it has 100 bytes where 24 are left";
    assert_eq!(indices(&names), [Ok(5), Ok(6), Err(error.into())]);
    // With its keys alike.
    let places: Vec<Option<usize>> = names
        .name
        .entries()
        .map(|entry| entry.ok().map(|(place, _)| place))
        .collect();
    assert_eq!(places, [Some(0), Some(1), None]);

    let bytes = [name(5), vec![0; 3]].concat();
    let names = Names::decode(&bytes).expect("its first entry is well-formed");
    let error = "names: 3 bytes after the last attribute";
    assert_eq!(indices(&names), [Ok(5), Err(error.into())]);
}

#[test]
fn a_list_is_there_when_an_entry_is() {
    for bytes in [vec![], attr(9, &[1, 2])] {
        let names = Names::decode(&bytes).expect("the level is well-formed");
        assert!(!names.name.is_present());
        assert_eq!(indices(&names), []);
    }
    let bytes = [attr(9, &[1, 2]), name(3)].concat();
    let names = Names::decode(&bytes).expect("the level is well-formed");
    assert!(names.name.is_present());
    assert_eq!(indices(&names), [Ok(3)]);
    // What is malformed before any entry is no list at all.
    for (bytes, error) in [
        (
            cut(),
            "names: an attribute says that it has 100 bytes where 12 are left",
        ),
        (
            [attr(9, &[]), vec![1]].concat(),
            "names: 1 bytes after the last attribute",
        ),
    ] {
        let found = Names::decode(&bytes).expect_err("it is malformed");
        assert_eq!(found.to_string(), error);
    }
}

#[test]
fn a_set_of_more_than_a_list_is_checked_when_it_is_decoded() {
    let bytes = [name(5), attr(2, &7u32.to_ne_bytes()), name(6)].concat();
    let counted = Counted::decode(&bytes).expect("the level is well-formed");
    assert_eq!(counted.count, Some(7));
    assert_eq!(counted.name.iter().count(), 2);
    let bytes = [name(5), cut()].concat();
    let error = Counted::decode(&bytes).expect_err("the level is malformed");
    let expected = "counted: an attribute says that it has 100 bytes where 12 are left";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn what_is_malformed_is_not_sent_on() {
    let bytes = [name(5), cut()].concat();
    let names = Names::decode(&bytes).expect("its first entry is well-formed");
    let error = names.to_bytes().expect_err("it is malformed");
    assert_eq!(error.reason(), EncodeReason::Malformed);
    assert_eq!(
        error.to_string(),
        "names/name: a received list that is malformed"
    );
    assert_ne!(names, names);
    let shown = format!("{names:?}");
    assert!(shown.contains("index: 5"), "{shown}");
    assert!(
        shown.contains("a received list that is malformed"),
        "{shown}"
    );

    // Unknown attributes are left out, as everywhere.
    let bytes = [name(5), attr(9, &[1]), name(6)].concat();
    let names = Names::decode(&bytes).expect("the level is well-formed");
    assert_eq!(names.to_bytes(), Ok([name(5), name(6)].concat()));
}

#[test]
fn an_error_tells_which_entry_it_is_in() {
    let other = attr(9, &[1, 2]);
    let mut bytes = [
        name(0),
        other.clone(),
        name(1),
        short(),
        other,
        name(3),
        short(),
        attr(
            1,
            &[&5u16.to_ne_bytes()[..], &1u16.to_ne_bytes(), &[7]].concat(),
        ),
    ]
    .concat();
    // The padding of the last may be missing.
    bytes.truncate(bytes.len() - 3);
    let names = Names::decode(&bytes).expect("its first entry is well-formed");
    let expected = [None, None, Some(2), None, Some(4), Some(5)];
    let errors = names.name.iter().map(|entry| entry.err());
    let with_keys = names.name.entries().map(|entry| entry.err());
    for errors in [errors.collect::<Vec<_>>(), with_keys.collect()] {
        let texts: Vec<Option<String>> = errors
            .into_iter()
            .map(|error: Option<DecodeError>| error.map(|error| error.path().to_string()))
            .collect();
        let expected = expected.map(|place| place.map(|place| format!("name[{place}]/index")));
        assert_eq!(texts, expected);
    }
}

#[test]
fn an_error_tells_the_index_that_the_sender_gave() {
    let entries = [
        attr(7, &5u32.to_ne_bytes()),
        attr(300, &[1]),
        attr(2, &6u32.to_ne_bytes()),
        attr(1, &[]),
    ]
    .concat();
    let bytes = attr(4, &entries);
    let mut list = List::<u32, Indexed>::default();
    let attr = Attrs::new(&bytes).next().expect("there is one");
    attr.expect("it is well-formed")
        .list(&mut list)
        .expect("entries are read later");
    let errors: Vec<Option<(String, Reason)>> = list
        .iter()
        .map(|entry| entry.err())
        .map(|error| error.map(|error| (error.path().to_string(), error.reason())))
        .collect();
    let error = |path: &str, got| Some((path.to_owned(), Reason::Length { want: 4, got }));
    assert_eq!(errors, [None, error("[300]", 1), None, error("[1]", 0)]);
}
