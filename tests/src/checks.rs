//! Requests that break a rule of their specification, with what a kernel says of each: one table for every kernel that
//! has the family, whether it is a module, a server in Rust or one in the process.
//!
//! A request is what follows the headers. It is made with the operations of the family's generated code, and sent as it
//! is, so that nothing is checked on the way.

use std::fmt::Write as _;

use nlgen_runtime::describe::Set;
use nlgen_runtime::wire::Encoder;
use nlgen_runtime::{Connection, Encode, Errno, Error, Operation, Request, flags};

use crate::{exam, memo};

/// A request and what comes of it.
#[derive(Debug)]
pub struct Case {
    /// What is tried.
    pub name: &'static str,
    /// The operation.
    pub operation: &'static Operation,
    /// Whether it is dumped.
    pub dump: bool,
    /// More flags of the header (`nlmsg_flags`).
    pub flags: u16,
    /// The attributes.
    pub attributes: Vec<u8>,
    /// What is said of it; `None` where its attributes are accepted, whatever is answered then.
    pub refused: Option<Said>,
}

/// What a kernel says of a request that it refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The error number.
    pub errno: Errno,
    /// The text.
    pub text: Option<&'static str>,
    /// Where the offending attribute begins, in bytes from the request's header.
    pub offset: Option<u32>,
    /// The policy that is broken, as text.
    pub policy: Option<&'static str>,
}

/// Bytes of the headers before the attributes of generic netlink.
const START: u32 = 20;

const FAILED: &str = "Attribute failed policy validation";
const INTEGER: &str = "integer out of range";
const LENGTH: &str = "invalid attribute length";
const BYTES: &str = "binary attribute size out of range";
const UNKNOWN: &str = "Unknown attribute type";
const UNSUPPORTED: &str = "Unsupported attribute";
const BIT: &str = "reserved bit set";

/// Makes all requests of a table, and gives a line for each that is answered otherwise than it says.
///
/// # Errors
/// When a request is neither answered nor refused.
pub fn run(conn: &mut Connection, cases: &[Case]) -> Result<Vec<String>, Error> {
    let mut wrong = Vec::new();
    for case in cases {
        let answer = match case.dump {
            true => conn.dump_raw(case.operation, &case.attributes),
            false => conn.call_raw(case.operation, case.flags, &case.attributes),
        };
        let said = match answer {
            Ok(_) => None,
            Err(Error::Kernel(refusal)) => Some(refusal),
            Err(error) => return Err(error),
        };
        if let Some(difference) = case.differs(said.as_deref()) {
            wrong.push(format!("{}: {difference}", case.name));
        }
    }
    Ok(wrong)
}

impl Case {
    fn differs(&self, said: Option<&nlgen_runtime::Refusal>) -> Option<String> {
        let of_policies = |text: &str| {
            let texts = [FAILED, INTEGER, LENGTH, BYTES, UNKNOWN, UNSUPPORTED, BIT];
            texts.contains(&text) || text.starts_with("NLA_F_NESTED")
        };
        match (&self.refused, said) {
            (None, None) => None,
            (None, Some(said)) => {
                let text = said.ext_ack().message.as_deref().unwrap_or_default();
                of_policies(text).then(|| format!("refused: {said}"))
            }
            (Some(_), None) => Some("accepted".to_owned()),
            (Some(expected), Some(said)) => {
                let ack = said.ext_ack();
                let policy = ack.policy.as_ref().map(ToString::to_string);
                let mut text = String::new();
                let mut compare = |what: &str, same: bool, expected: &dyn std::fmt::Debug| {
                    if !same {
                        // Writing to a string does not fail.
                        let _ = write!(text, "{what} is not {expected:?}; ");
                    }
                };
                compare("errno", said.errno() == expected.errno, &expected.errno);
                compare(
                    "text",
                    ack.message.as_deref() == expected.text,
                    &expected.text,
                );
                compare("offset", ack.offset == expected.offset, &expected.offset);
                compare(
                    "policy",
                    policy.as_deref() == expected.policy,
                    &expected.policy,
                );
                (!text.is_empty()).then(|| format!("{text}said was: {said}, at {:?}", ack.offset))
            }
        }
    }
}

/// A request of the operation of `R`.
fn call<R: Request>(name: &'static str, attributes: Vec<u8>, refused: Option<Said>) -> Case {
    Case {
        name,
        operation: R::OP,
        dump: false,
        flags: 0,
        attributes,
        refused,
    }
}

fn said(
    errno: Errno,
    text: &'static str,
    offset: u32,
    policy: Option<&'static str>,
) -> Option<Said> {
    Some(Said {
        errno,
        text: Some(text),
        offset: Some(START + offset),
        policy,
    })
}

/// An attribute by its number.
fn numbered(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut out = Encoder::new(&mut bytes);
    out.attr(kind, |out| out.bytes(payload));
    // What the table has is short.
    let _ = out.finish();
    bytes
}

/// An attribute by its name in a set.
fn attr(set: &'static Set, name: &str, payload: &[u8]) -> Vec<u8> {
    numbered(number(set, name), payload)
}

/// A nest by its name in a set, with the bit that says so.
fn nest(set: &'static Set, name: &str, payload: &[u8]) -> Vec<u8> {
    numbered(number(set, name) | nlgen_runtime::wire::NESTED, payload)
}

/// A name that is not there has a number that no rule has.
fn number(set: &'static Set, name: &str) -> u16 {
    let mut known = set.attributes().iter();
    known
        .find(|attr| attr.name() == name)
        .map_or(0x3fff, |attr| attr.number())
}

/// The requests of the family `exam`, of each kind of rule and of each way to break one.
#[must_use]
pub fn exam() -> Vec<Case> {
    let mut cases = exam_top();
    cases.extend(exam_scalars());
    cases.extend(exam_bytes());
    cases.extend(exam_choices());
    cases.extend(exam_nests());
    cases.extend(exam_operations());
    cases
}

const EXAM: &Set = <exam::Echo<'_> as Encode>::SET;

fn echo(name: &'static str, attributes: Vec<u8>, refused: Option<Said>) -> Case {
    call::<exam::Echo<'_>>(name, attributes, refused)
}

fn exam_top() -> Vec<Case> {
    let id = |value: u32| attr(EXAM, "id", &value.to_ne_bytes());
    let range = Some("at least 1, at most 4294967295, type u32");
    let text = Some("length at most 15, type nul-string");
    vec![
        echo("id of 1", id(1), None),
        echo("id of 0", id(0), said(Errno::ERANGE, INTEGER, 0, range)),
        echo(
            "id of 2 bytes",
            attr(EXAM, "id", &[1, 0]),
            said(Errno::EINVAL, LENGTH, 0, range),
        ),
        echo(
            "id of 8 bytes",
            attr(EXAM, "id", &[1; 8]),
            said(Errno::EINVAL, LENGTH, 0, range),
        ),
        echo(
            "the second is wrong",
            [id(1), id(0)].concat(),
            said(Errno::ERANGE, INTEGER, 8, range),
        ),
        echo("name of 15", attr(EXAM, "name", b"123456789012345\0"), None),
        echo(
            "name of 16",
            attr(EXAM, "name", b"1234567890123456\0"),
            said(Errno::EINVAL, FAILED, 0, text),
        ),
        echo(
            "name without NUL",
            attr(EXAM, "name", b"abc"),
            said(Errno::EINVAL, FAILED, 0, text),
        ),
        echo(
            "empty name",
            attr(EXAM, "name", b""),
            said(Errno::EINVAL, FAILED, 0, text),
        ),
        echo("flag", attr(EXAM, "present", &[]), None),
        echo(
            "flag with a payload",
            attr(EXAM, "present", &[0]),
            said(Errno::ERANGE, FAILED, 0, Some("type flag")),
        ),
        echo(
            "flag as a nest",
            nest(EXAM, "present", &[]),
            said(
                Errno::EINVAL,
                "NLA_F_NESTED not expected",
                0,
                Some("type flag"),
            ),
        ),
        echo(
            "in a gap of the numbers",
            numbered(15, &[]),
            said(Errno::EINVAL, UNSUPPORTED, 0, None),
        ),
        echo(
            "beyond all numbers",
            numbered(99, &[]),
            said(Errno::EINVAL, UNKNOWN, 0, None),
        ),
        echo(
            "number 0",
            numbered(0, &[]),
            said(Errno::EINVAL, UNKNOWN, 0, None),
        ),
        echo(
            "bytes behind the attributes",
            [id(1), vec![1, 0]].concat(),
            Some(Said {
                errno: Errno::EINVAL,
                text: Some("bytes leftover after parsing attributes"),
                offset: None,
                policy: None,
            }),
        ),
    ]
}

/// A request with one attribute inside of another.
fn inside(name: &'static str, outer: &str, inner: Vec<u8>, refused: Option<Said>) -> Case {
    echo(name, nest(EXAM, outer, &inner), refused)
}

fn exam_scalars() -> Vec<Case> {
    let set = <exam::Scalars as Encode>::SET;
    let scalar = |name, kind: &str, payload: &[u8], refused| {
        inside(name, "scalars", attr(set, kind, payload), refused)
    };
    let range = |policy| said(Errno::ERANGE, INTEGER, 4, policy);
    let length = |policy| said(Errno::EINVAL, LENGTH, 4, policy);
    let ifindex = Some("at least 1, at most 2147483647, type u32");
    let ratio = Some("at least 1, at most 1000, type u32");
    let page = Some("at least 0, at most 4294967295, type uint");
    vec![
        scalar("percent of 100", "percent", &[100], None),
        scalar(
            "percent of 101",
            "percent",
            &[101],
            range(Some("at least 0, at most 100, type u8")),
        ),
        scalar("ratio of 1000", "ratio", &1000u32.to_ne_bytes(), None),
        scalar("ratio of 0", "ratio", &0u32.to_ne_bytes(), range(ratio)),
        scalar(
            "ratio of 1001",
            "ratio",
            &1001u32.to_ne_bytes(),
            range(ratio),
        ),
        scalar(
            "ifindex of 2^31 - 1",
            "ifindex",
            &0x7fff_ffffu32.to_ne_bytes(),
            None,
        ),
        scalar(
            "ifindex of 2^31",
            "ifindex",
            &0x8000_0000u32.to_ne_bytes(),
            range(ifindex),
        ),
        scalar("page of 4 bytes", "page", &u32::MAX.to_ne_bytes(), None),
        scalar(
            "page of 8 bytes",
            "page",
            &u64::from(u32::MAX).to_ne_bytes(),
            None,
        ),
        scalar(
            "page of 33 bits",
            "page",
            &(1u64 << 32).to_ne_bytes(),
            range(page),
        ),
        scalar("page of 2 bytes", "page", &[0; 2], length(page)),
        scalar(
            "port of 1 in network byte order",
            "port",
            &1u16.to_be_bytes(),
            None,
        ),
        scalar("port of 0", "port", &[0, 0], range(None)),
        scalar(
            "not to be sent",
            "gone",
            &[],
            said(Errno::EINVAL, UNSUPPORTED, 4, None),
        ),
        scalar(
            "padding",
            "pad",
            &[],
            said(Errno::EINVAL, UNSUPPORTED, 4, None),
        ),
        scalar(
            "u64 of 4 bytes",
            "u64",
            &[0; 4],
            length(Some("at least 0, at most 18446744073709551615, type u64")),
        ),
        scalar("s8", "s8", &[0x80], None),
        scalar(
            "s16 of 1 byte",
            "s16",
            &[0],
            length(Some("at least -32768, at most 32767, type s16")),
        ),
        scalar(
            "mask beyond its limit",
            "mask",
            &0x0100_0000u32.to_ne_bytes(),
            range(Some("at least 0, at most 16777215, type u32")),
        ),
    ]
}

fn exam_bytes() -> Vec<Case> {
    let set = <exam::Bytes<'_> as Encode>::SET;
    let bytes = |name, kind: &str, payload: &[u8], refused| {
        inside(name, "bytes", attr(set, kind, payload), refused)
    };
    let out_of_range = |policy| said(Errno::ERANGE, BYTES, 4, policy);
    vec![
        bytes("blob of no bytes", "blob", &[], None),
        bytes("text of 7", "short", b"1234567\0", None),
        bytes(
            "text of 8",
            "short",
            b"12345678\0",
            said(
                Errno::EINVAL,
                FAILED,
                4,
                Some("length at most 7, type nul-string"),
            ),
        ),
        bytes("open text without NUL", "open-ended", &[b'a'; 16], None),
        bytes(
            "open text of 17",
            "open-ended",
            &[b'a'; 17],
            said(
                Errno::ERANGE,
                FAILED,
                4,
                Some("length at most 16, type string"),
            ),
        ),
        bytes("key of 32", "key", &[1; 32], None),
        bytes(
            "key of 31",
            "key",
            &[1; 31],
            out_of_range(Some("length at least 32, length at most 32, type binary")),
        ),
        bytes("digest of 64", "digest", &[1; 64], None),
        bytes(
            "digest of 65",
            "digest",
            &[1; 65],
            out_of_range(Some("length at least 4, length at most 64, type binary")),
        ),
        bytes(
            "digest of 3",
            "digest",
            &[1; 3],
            out_of_range(Some("length at least 4, length at most 64, type binary")),
        ),
        bytes("two bytes at least", "at-least", &[1; 2], None),
        bytes(
            "one byte of two",
            "at-least",
            &[1],
            out_of_range(Some("type binary")),
        ),
        bytes("eight bytes at most", "at-most", &[1; 8], None),
        bytes(
            "nine bytes of eight",
            "at-most",
            &[1; 9],
            said(
                Errno::ERANGE,
                FAILED,
                4,
                Some("length at most 8, type binary"),
            ),
        ),
        bytes(
            "hardware address of 5",
            "mac",
            &[1; 5],
            out_of_range(Some("length at least 6, length at most 6, type binary")),
        ),
        bytes("address as a number", "ipv4", &[127, 0, 0, 1], None),
        bytes(
            "address of 3",
            "ipv4",
            &[127, 0, 0],
            said(
                Errno::EINVAL,
                LENGTH,
                4,
                Some("at least 0, at most 4294967295, type u32"),
            ),
        ),
    ]
}

fn exam_choices() -> Vec<Case> {
    let set = <exam::Choices as Encode>::SET;
    let choice = |name, kind: &str, payload: &[u8], refused| {
        inside(name, "choices", attr(set, kind, payload), refused)
    };
    let range = |policy| said(Errno::ERANGE, INTEGER, 4, policy);
    let bit = said(Errno::EINVAL, BIT, 4, None);
    let gap = said(Errno::ERANGE, INTEGER, 4, None);
    let level = Some("at least 10, at most 12, type u16");
    let both = |value: u32, selector: u32| [value.to_ne_bytes(), selector.to_ne_bytes()].concat();
    let bitfield = Some("bits within 0x7, type bitfield32");
    vec![
        choice("blue", "color", &[2], None),
        choice(
            "no color",
            "color",
            &[3],
            range(Some("at least 0, at most 2, type u8")),
        ),
        choice("low", "level", &10u16.to_ne_bytes(), None),
        choice("lower than low", "level", &9u16.to_ne_bytes(), range(level)),
        choice(
            "higher than high",
            "level",
            &13u16.to_ne_bytes(),
            range(level),
        ),
        choice(
            "low in network byte order",
            "level-be",
            &10u16.to_be_bytes(),
            None,
        ),
        choice(
            "lower in network byte order",
            "level-be",
            &9u16.to_be_bytes(),
            range(None),
        ),
        choice("running", "state", &5u32.to_ne_bytes(), None),
        choice(
            "in a gap of the states",
            "state",
            &2u32.to_ne_bytes(),
            gap.clone(),
        ),
        choice("farther", "distance", &(1u64 << 32).to_ne_bytes(), None),
        choice("in a gap of 64 bits", "distance", &2u64.to_ne_bytes(), gap),
        choice("all capabilities", "caps", &7u32.to_ne_bytes(), None),
        choice(
            "another capability",
            "caps",
            &8u32.to_ne_bytes(),
            bit.clone(),
        ),
        choice("bit 63", "wide", &(1u64 << 63).to_ne_bytes(), None),
        choice("bit 1", "wide", &2u64.to_ne_bytes(), bit.clone()),
        choice("bits from 2", "opts", &0b11100u32.to_ne_bytes(), None),
        choice("bit below 2", "opts", &0b10u32.to_ne_bytes(), bit.clone()),
        choice(
            "a mask alone",
            "safe-caps",
            &8u32.to_ne_bytes(),
            bit.clone(),
        ),
        choice("all colors", "colors", &7u32.to_ne_bytes(), None),
        choice("another color", "colors", &8u32.to_ne_bytes(), bit),
        choice("change", "change-caps", &both(1, 3), None),
        choice(
            "change of another bit",
            "change-caps",
            &both(8, 8),
            said(Errno::EINVAL, FAILED, 4, bitfield),
        ),
        choice(
            "change that is not selected",
            "change-caps",
            &both(1, 2),
            said(Errno::EINVAL, FAILED, 4, bitfield),
        ),
        choice(
            "change of 4 bytes",
            "change-caps",
            &1u32.to_ne_bytes(),
            said(Errno::ERANGE, FAILED, 4, bitfield),
        ),
    ]
}

fn exam_nests() -> Vec<Case> {
    let tree = <exam::Tree<'_> as Encode>::SET;
    let leaf = <exam::Leaf<'_> as Encode>::SET;
    let lists = <exam::Lists<'_> as Encode>::SET;
    let deep = |depth: usize| {
        let value = attr(tree, "value", &1u32.to_ne_bytes());
        let inner = (0..depth).fold(value, |inner, _| nest(tree, "parent", &inner));
        nest(EXAM, "tree", &inner)
    };
    let leaf_of = |payload: &[u8]| attr(leaf, "id", payload);
    vec![
        echo(
            "nest without its bit",
            attr(EXAM, "scalars", &[]),
            said(
                Errno::EINVAL,
                "NLA_F_NESTED is missing",
                0,
                Some("type nested"),
            ),
        ),
        echo("empty nest", nest(EXAM, "scalars", &[]), None),
        echo(
            "nest of 2 bytes",
            nest(EXAM, "scalars", &[0; 2]),
            said(Errno::ERANGE, FAILED, 0, Some("type nested")),
        ),
        echo("eight deep", deep(8), None),
        echo(
            "ten deep",
            deep(10),
            Some(Said {
                errno: Errno::EINVAL,
                text: Some("allowed policy recursion depth exceeded"),
                offset: None,
                policy: None,
            }),
        ),
        inside(
            "unknown in a nest",
            "tree",
            numbered(99, &[]),
            said(Errno::EINVAL, UNKNOWN, 4, None),
        ),
        inside(
            "in an entry of an array",
            "lists",
            nest(lists, "leaf-array", &nest_numbered(1, &leaf_of(&[0]))),
            said(
                Errno::EINVAL,
                LENGTH,
                12,
                Some("at least 0, at most 4294967295, type u32"),
            ),
        ),
        inside(
            "in the second of a list",
            "lists",
            [
                nest(lists, "leaf", &leaf_of(&1u32.to_ne_bytes())),
                nest(lists, "leaf", &leaf_of(&[0])),
            ]
            .concat(),
            said(
                Errno::EINVAL,
                LENGTH,
                20,
                Some("at least 0, at most 4294967295, type u32"),
            ),
        ),
    ]
}

fn nest_numbered(kind: u16, payload: &[u8]) -> Vec<u8> {
    numbered(kind | nlgen_runtime::wire::NESTED, payload)
}

fn exam_operations() -> Vec<Case> {
    let id = |value: u32| attr(EXAM, "id", &value.to_ne_bytes());
    let unknown = said(Errno::EINVAL, UNKNOWN, 0, None);
    let flush = <exam::Flush as Request>::OP;
    let list = <exam::ListDump as nlgen_runtime::Dump>::OP;
    let dump = |name, attributes, refused| Case {
        dump: true,
        ..call_of(name, list, attributes, refused)
    };
    vec![
        // The request has `id` and `name` alone.
        call::<exam::Get<'_>>(
            "another attribute of the set",
            nest(EXAM, "scalars", &[]),
            unknown,
        ),
        call_of("nothing is sent", flush, Vec::new(), None),
        dump("nothing is sent to a dump", Vec::new(), None),
        // Its strict checks are off.
        call::<exam::Peek>("unknown, and not strict", numbered(99, &[]), None),
        call::<exam::Peek>(
            "out of range, and not strict",
            id(0),
            said(
                Errno::ERANGE,
                INTEGER,
                0,
                Some("at least 1, at most 4294967295, type u32"),
            ),
        ),
        Case {
            flags: flags::CREATE,
            ..call_of(
                "a flag that is not the core's",
                flush,
                Vec::new(),
                Some(Said {
                    errno: Errno::EINVAL,
                    text: Some("ambiguous or reserved bits set in nlmsg_flags"),
                    offset: None,
                    policy: None,
                }),
            )
        },
        call_of(
            "no such command",
            &NOTHING,
            Vec::new(),
            Some(Said {
                errno: Errno::EOPNOTSUPP,
                text: None,
                offset: None,
                policy: None,
            }),
        ),
    ]
}

/// An attribute in a request of `memo` that has none. See [`exam_without_attributes`] for kernels that accept it.
#[must_use]
pub fn memo_without_attributes() -> Vec<Case> {
    const SET: &Set = <memo::Put<'_> as Encode>::SET;
    vec![call::<memo::Clear>(
        "clear takes nothing",
        attr(SET, "memo", &1u32.to_ne_bytes()),
        said(Errno::EINVAL, UNKNOWN, 0, None),
    )]
}

/// Attributes of requests that have none in the specification. Linux 7.3 refuses them as servers do, Linux 6.12 accepts them.
#[must_use]
pub fn exam_without_attributes() -> Vec<Case> {
    let id = || attr(EXAM, "id", &1u32.to_ne_bytes());
    let unknown = said(Errno::EINVAL, UNKNOWN, 0, None);
    let flush = <exam::Flush as Request>::OP;
    let list = <exam::ListDump as nlgen_runtime::Dump>::OP;
    vec![
        call_of("nothing is accepted", flush, id(), unknown.clone()),
        Case {
            dump: true,
            ..call_of("nothing is accepted by a dump", list, id(), unknown)
        },
    ]
}

/// A command that the family does not have.
static NOTHING: Operation = Operation::new(&exam::FAMILY, "nothing", 99);

fn call_of(
    name: &'static str,
    operation: &'static Operation,
    attributes: Vec<u8>,
    refused: Option<Said>,
) -> Case {
    Case {
        name,
        operation,
        dump: false,
        flags: 0,
        attributes,
        refused,
    }
}

/// The requests of the family `memo`.
#[must_use]
pub fn memo() -> Vec<Case> {
    const SET: &Set = <memo::Put<'_> as Encode>::SET;
    let put = |name, kind: &str, payload: &[u8], refused| {
        call::<memo::Put<'_>>(name, attr(SET, kind, payload), refused)
    };
    let piece = Some("length at least 1, length at most 16384, type binary");
    let room = Some("at least 1, at most 16384, type u32");
    let unknown = said(Errno::EINVAL, UNKNOWN, 0, None);
    vec![
        put(
            "an empty piece",
            "text",
            &[],
            said(Errno::ERANGE, BYTES, 0, piece),
        ),
        put(
            "a long piece",
            "text",
            &[b'a'; 16385],
            said(Errno::ERANGE, BYTES, 0, piece),
        ),
        put(
            "memo 0",
            "memo",
            &0u32.to_ne_bytes(),
            said(
                Errno::ERANGE,
                INTEGER,
                0,
                Some("at least 1, at most 4294967295, type u32"),
            ),
        ),
        put(
            "an offset of 2 bytes",
            "offset",
            &[0; 2],
            said(
                Errno::EINVAL,
                LENGTH,
                0,
                Some("at least 0, at most 18446744073709551615, type uint"),
            ),
        ),
        put(
            "room in a piece that is written",
            "room",
            &1u32.to_ne_bytes(),
            unknown,
        ),
        put(
            "a length",
            "length",
            &[0; 4],
            said(Errno::EINVAL, UNKNOWN, 0, None),
        ),
        call::<memo::Get>(
            "room of 0",
            attr(SET, "room", &0u32.to_ne_bytes()),
            said(Errno::ERANGE, INTEGER, 0, room),
        ),
        call::<memo::Get>(
            "too much room",
            attr(SET, "room", &16385u32.to_ne_bytes()),
            said(Errno::ERANGE, INTEGER, 0, room),
        ),
        call::<memo::Get>(
            "a text that is read",
            attr(SET, "text", b"a"),
            said(Errno::EINVAL, UNSUPPORTED, 0, None),
        ),
    ]
}
