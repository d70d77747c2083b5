//! Every kind of field at the length that an attribute's 16 bits can say, and beyond: written whole, or an
//! error with its place. A length that wrapped would smuggle what stands inside as attributes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use nlgen_runtime::wire::{AsStruct, EncodeReason, Indexed, Keyed, Multi, Nested, Unselected};
use nlgen_runtime::{Decode, Encode, EncodeError, List, Nest, Scalars, Str, Struct, SubMessage};

#[derive(Clone, Copy, Debug, Default, PartialEq, Struct)]
struct Pair {
    first: u32,
    second: u32,
}

#[derive(Clone, Debug, Default, Encode, Decode)]
struct Leaf {
    #[nl(1)]
    id: Option<u32>,
}

#[derive(Clone, Debug, Default, Encode, Decode)]
struct Blob {
    #[nl(1)]
    bytes: Option<Vec<u8>>,
}

#[derive(Clone, Debug, SubMessage)]
enum Contents {
    #[nl(nest)]
    Leaves(Leaves),
    #[nl(other)]
    Unknown(Vec<u8>),
}

/// Many attributes, each short.
#[derive(Clone, Debug, Default, Encode, Decode)]
struct Leaves {
    #[nl(1, multi)]
    numbers: Vec<u32>,
    #[nl(2, multi, nest)]
    leaves: Vec<Leaf>,
    #[nl(3, multi, struct)]
    pairs: Vec<Pair>,
    #[nl(4)]
    blob: Option<Vec<u8>>,
}

#[derive(Clone, Debug, Default, Encode, Decode)]
struct Owned {
    #[nl(1)]
    bytes: Option<Vec<u8>>,
    #[nl(2)]
    text: Option<String>,
    #[nl(3, array)]
    array: Option<Vec<u32>>,
    #[nl(4, nest)]
    raw: Option<Vec<u8>>,
    #[nl(5, nest)]
    nest: Option<Leaves>,
    #[nl(6, nest)]
    boxed: Option<Box<Leaves>>,
    #[nl(7, indexed)]
    indexed: Vec<u32>,
    #[nl(8, indexed)]
    with_index: Vec<(u16, u32)>,
    #[nl(9, indexed, nest)]
    nests: Vec<Leaf>,
    #[nl(10, indexed, struct)]
    structs: Vec<Pair>,
    #[nl(11, multi, indexed)]
    lists: Vec<Vec<u32>>,
    #[nl(12, nest_type_value = 1)]
    keyed: Vec<([u16; 1], Leaf)>,
    #[nl(13, nest_type_value = 2)]
    keyed_twice: Vec<([u16; 2], Leaf)>,
    #[nl(14, multi)]
    texts: Vec<String>,
    #[nl(15, indexed)]
    indexed_texts: Vec<String>,
    #[nl(16, indexed, nest)]
    indexed_blobs: Vec<Blob>,
    #[nl(17)]
    kind: Option<String>,
    #[nl(18, selector = kind)]
    contents: Option<Contents>,
}

#[derive(Clone, Debug, Default, Encode, Decode)]
struct Lent<'m> {
    #[nl(1)]
    bytes: Option<&'m [u8]>,
    #[nl(2)]
    text: Option<Str<'m>>,
    #[nl(3)]
    array: Option<Scalars<'m, u32>>,
    #[nl(4)]
    nest: Option<Nest<'m, Leaves>>,
    #[nl(5)]
    indexed: List<'m, u32, Indexed>,
    #[nl(6)]
    nests: List<'m, Leaf, Indexed<Nested>>,
    #[nl(7)]
    structs: List<'m, Pair, Indexed<AsStruct>>,
    #[nl(8)]
    keyed: List<'m, Leaf, Keyed<1, Nested>>,
    #[nl(9)]
    keyed_twice: List<'m, Leaf, Keyed<2, Nested>>,
    #[nl(10)]
    texts: List<'m, Str<'m>, Multi>,
    #[nl(11)]
    indexed_texts: List<'m, Str<'m>, Indexed>,
    #[nl(12)]
    lists: List<'m, List<'m, u32, Indexed>, Multi>,
    #[nl(13)]
    contents: Option<Unselected<'m, Contents>>,
}

type Written = Result<Vec<u8>, EncodeError>;

/// A field, the bytes of an entry of it, its place, and what writes it with so many entries.
type Row = (&'static str, usize, &'static str, fn(usize) -> Written);

macro_rules! owned {
    ($place:literal, $unit:literal, $field:ident, |$count:ident| $value:expr) => {
        (stringify!($field), $unit, $place, |$count| {
            let owned = Owned {
                $field: $value,
                ..Owned::default()
            };
            owned.to_bytes()
        })
    };
}

macro_rules! lent {
    ($place:literal, $unit:literal, $field:ident, |$count:ident| $from:ident = $made:expr, $value:expr) => {
        (
            concat!("lent ", stringify!($field)),
            $unit,
            $place,
            |$count| {
                let $from = $made;
                // As one expression, so that what it borrows lives long enough.
                Lent {
                    $field: $value,
                    ..Lent::default()
                }
                .to_bytes()
            },
        )
    };
}

fn text(len: usize) -> String {
    // Its NUL counts.
    "x".repeat(len - 1)
}

fn leaf() -> Leaf {
    Leaf { id: Some(7) }
}

fn leaves(count: usize) -> Leaves {
    Leaves {
        numbers: vec![7; count],
        ..Leaves::default()
    }
}

const PAIR: Pair = Pair {
    first: 1,
    second: 2,
};

const ROWS: &[Row] = &[
    owned!("owned/bytes", 1, bytes, |count| Some(vec![7; count])),
    owned!("owned/text", 1, text, |count| Some(text(count))),
    owned!("owned/array", 4, array, |count| Some(vec![7; count])),
    owned!("owned/raw", 1, raw, |count| Some(vec![7; count])),
    owned!("owned/nest", 8, nest, |count| Some(leaves(count))),
    owned!("owned/nest", 12, nest, |count| Some(Leaves {
        leaves: vec![leaf(); count],
        ..Leaves::default()
    })),
    owned!("owned/nest", 12, nest, |count| Some(Leaves {
        pairs: vec![PAIR; count],
        ..Leaves::default()
    })),
    owned!("owned/boxed", 8, boxed, |count| Some(Box::new(leaves(
        count
    )))),
    owned!("owned/indexed", 8, indexed, |count| vec![7; count]),
    owned!("owned/with-index", 8, with_index, |count| vec![
        (3, 7);
        count
    ]),
    owned!("owned/nests", 12, nests, |count| vec![leaf(); count]),
    owned!("owned/structs", 12, structs, |count| vec![PAIR; count]),
    owned!("owned/lists", 8, lists, |count| vec![
        vec![],
        vec![7; count]
    ]),
    owned!("owned/keyed", 12, keyed, |count| vec![([5], leaf()); count]),
    owned!("owned/keyed-twice", 16, keyed_twice, |count| vec![
        (
            [5, 6],
            leaf()
        );
        count
    ]),
    owned!("owned/texts", 1, texts, |count| vec![
        String::new(),
        text(count)
    ]),
    owned!("owned/indexed-texts[0]", 1, indexed_texts, |count| vec![
        text(count)
    ]),
    owned!(
        "owned/indexed-blobs[0]/bytes",
        1,
        indexed_blobs,
        |count| vec![Blob {
            bytes: Some(vec![7; count]),
        }]
    ),
    owned!("owned/contents", 8, contents, |count| Some(
        Contents::Leaves(leaves(count))
    )),
    owned!("owned/contents", 1, contents, |count| Some(
        Contents::Unknown(vec![7; count])
    )),
    lent!(
        "lent/bytes",
        1,
        bytes,
        |count| from = vec![7; count],
        Some(&from)
    ),
    lent!(
        "lent/text",
        1,
        text,
        |count| from = text(count),
        Some(Str::from(&*from))
    ),
    lent!(
        "lent/array",
        4,
        array,
        |count| from = vec![7; count],
        Some(Scalars::from(&from))
    ),
    lent!(
        "lent/nest",
        8,
        nest,
        |count| from = leaves(count),
        Some(Nest::from(&from))
    ),
    lent!(
        "lent/indexed",
        8,
        indexed,
        |count| from = vec![7; count],
        List::from(&from)
    ),
    lent!(
        "lent/indexed",
        8,
        indexed,
        |count| from = vec![(3, 7); count],
        List::with_keys(&from)
    ),
    lent!(
        "lent/nests",
        12,
        nests,
        |count| from = vec![leaf(); count],
        List::from(&from)
    ),
    lent!(
        "lent/structs",
        12,
        structs,
        |count| from = vec![PAIR; count],
        List::from(&from)
    ),
    lent!(
        "lent/keyed",
        12,
        keyed,
        |count| from = vec![leaf(); count],
        List::from(&from)
    ),
    lent!(
        "lent/keyed",
        12,
        keyed,
        |count| from = vec![([5], leaf()); count],
        List::with_keys(&from)
    ),
    lent!(
        "lent/keyed-twice",
        16,
        keyed_twice,
        |count| from = vec![([5, 6], leaf()); count],
        List::with_keys(&from)
    ),
    lent!(
        "lent/lists",
        8,
        lists,
        |count| from = vec![7; count],
        List::from(&[List::from(&from)])
    ),
    lent!(
        "lent/texts",
        1,
        texts,
        |count| from = text(count),
        List::from(&[Str::from(&*from)])
    ),
    lent!(
        "lent/indexed-texts[0]",
        1,
        indexed_texts,
        |count| from = text(count),
        List::from(&[Str::from(&*from)])
    ),
    lent!(
        "lent/contents",
        8,
        contents,
        |count| from = Contents::Leaves(leaves(count)),
        Some(Unselected::from(&from))
    ),
    lent!(
        "lent/contents",
        1,
        contents,
        |count| from = Contents::Unknown(vec![7; count]),
        Some(Unselected::from(&from))
    ),
];

/// The longest payload that an attribute's length can say.
const LONGEST: usize = 65_531;

/// The most entries that a field holds. What is within an array has the array's length, too: of its own
/// header, those around it, and padding.
fn most(place: &str, unit: usize) -> usize {
    let around = match place.split_once(']') {
        None => return LONGEST / unit,
        Some((_, "")) => 4,
        Some(_) => 8,
    };
    (LONGEST / 4 * 4 - around) / unit
}

/// Where the error of writing stands, and the length that it tells.
fn refused(written: Written) -> (String, usize) {
    let error = written.expect_err("it was written");
    match error.reason() {
        EncodeReason::TooLong { len } => (error.path().to_string(), len),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_field_is_whole_or_refused() {
    for (name, unit, place, write) in ROWS {
        let most = most(place, *unit);
        let longest = write(most).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(longest.len() >= most * unit, "{name}");
        assert!(write(most + 1).is_err(), "{name}");
        for len in [65_532_usize, 65_543, 131_072] {
            let count = len.div_ceil(*unit);
            let (path, told) = refused(write(count));
            assert_eq!(path, *place, "{name}");
            // Of nests in an array the innermost that is too long is told.
            assert_eq!(told, count * unit, "{name}");
        }
    }
}

/// Repeated attributes have a length each; what is around them has one.
#[test]
fn repeated_attributes_fill_a_message_and_not_a_nest() {
    let many = Leaves {
        numbers: vec![7; 16_384],
        ..Leaves::default()
    };
    assert_eq!(many.to_bytes().unwrap().len(), 131_072);
    let nest = Owned {
        nest: Some(many),
        ..Owned::default()
    };
    assert_eq!(refused(nest.to_bytes()), ("owned/nest".to_owned(), 131_072));
}

/// Found by review: what is in a sub-message was told by its number alone.
#[test]
fn what_is_in_a_sub_message_has_its_name() {
    let long = Contents::Leaves(Leaves {
        blob: Some(vec![7; 65_532]),
        ..Leaves::default()
    });
    let lent = Lent {
        contents: Some(Unselected::from(&long)),
        ..Lent::default()
    };
    assert_eq!(refused(lent.to_bytes()).0, "lent/contents/blob");
    let owned = Owned {
        contents: Some(long),
        ..Owned::default()
    };
    assert_eq!(refused(owned.to_bytes()).0, "owned/contents/blob");
}

/// What was written is what is read, at the longest.
#[test]
fn the_longest_is_read_back() {
    for (name, unit, place, write) in ROWS {
        let bytes = write(most(place, *unit)).unwrap();
        let again = match name.starts_with("lent") {
            true => Lent::decode(&bytes).unwrap().to_bytes(),
            false => Owned::decode(&bytes).unwrap().to_bytes(),
        };
        assert_eq!(again.unwrap().len(), bytes.len(), "{name}");
    }
}
