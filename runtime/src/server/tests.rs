//! Policies against the bytes that the kernel's answers were recorded for, and refusals as bytes.

use super::policy::RuleKind;
use super::{Function, Policies, Refused, Rule, Strictness, validate};
use crate::describe::{Attribute, Int, Kind, Set};
use crate::wire::{Encoder, Errno, ExtAck, Message, MessageHeader, NESTED};

static INNER: Policies = Policies::new(&[
    (1, Rule::new(RuleKind::U32).min(1)),
    (2, Rule::nest(|| &INNER)),
]);

static POLICIES: Policies = Policies::new(&[
    (1, Rule::new(RuleKind::U8).max(100)),
    (2, Rule::new(RuleKind::U32).range(1, 1000)),
    (3, Rule::new(RuleKind::S32).min(-5)),
    (4, Rule::new(RuleKind::Uint).max(u32::MAX as i128)),
    (5, Rule::new(RuleKind::Flag)),
    (6, Rule::new(RuleKind::NulString).len(7)),
    (7, Rule::new(RuleKind::String).len(3)),
    (8, Rule::new(RuleKind::Binary).range(1, 8)),
    (9, Rule::nest(|| &INNER)),
    (10, Rule::array(|| &INNER)),
    (11, Rule::new(RuleKind::Bitfield32).mask(0b101)),
    (12, Rule::new(RuleKind::U32).mask(0b11)),
    (13, Rule::new(RuleKind::Be16).min(256)),
    (
        14,
        Rule::new(RuleKind::U32).function(Function::new(Int::U32, 0, 9).values(&[1, 5, 12])),
    ),
    (16, Rule::new(RuleKind::Binary).len(4)),
]);

/// An attribute, padded.
fn attr(kind: u16, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(4 + payload.len()).unwrap();
    let mut bytes = [len.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend_from_slice(payload);
    bytes.resize(crate::wire::align(bytes.len()), 0);
    bytes
}

fn u32s(value: u32) -> [u8; 4] {
    value.to_ne_bytes()
}

/// What came of the refusal: error number, text, offset.
fn met(refused: &Refused, attributes: &[u8]) -> (Errno, Option<String>, Option<u32>) {
    let ack = ext_ack(refused, attributes);
    (refused.errno(), ack.message, ack.offset)
}

fn ext_ack(refused: &Refused, attributes: &[u8]) -> ExtAck {
    let mut payload = (-refused.errno().code()).to_ne_bytes().to_vec();
    MessageHeader::default().write(&mut payload);
    let bytes = refused.ext_ack(20, attributes);
    payload.extend_from_slice(&bytes);
    let header = MessageHeader {
        kind: crate::wire::control::ERROR,
        flags: super::refused::end_flags(&bytes),
        ..MessageHeader::default()
    };
    let message = Message {
        header,
        payload: &payload,
    };
    ExtAck::from_message(&message).unwrap().1
}

const FAILED: &str = "Attribute failed policy validation";

#[test]
fn strict_checks_are_the_kernels() {
    let nest = |kind, payload: &[u8]| attr(kind | NESTED, payload);
    type Case = (&'static str, Vec<u8>, Errno, &'static str, Option<u32>);
    let refused: &[Case] = &[
        (
            "too great",
            attr(1, &[101]),
            Errno::ERANGE,
            "integer out of range",
            Some(20),
        ),
        (
            "too short",
            attr(2, &[1]),
            Errno::EINVAL,
            "invalid attribute length",
            Some(20),
        ),
        (
            "too long",
            attr(2, &[1; 8]),
            Errno::EINVAL,
            "invalid attribute length",
            Some(20),
        ),
        (
            "too small",
            attr(2, &u32s(0)),
            Errno::ERANGE,
            "integer out of range",
            Some(20),
        ),
        (
            "behind another",
            [attr(5, &[]), attr(2, &u32s(1001))].concat(),
            Errno::ERANGE,
            "integer out of range",
            Some(24),
        ),
        (
            "negative",
            attr(3, &(-6i32).to_ne_bytes()),
            Errno::ERANGE,
            "integer out of range",
            Some(20),
        ),
        (
            "uint of 2",
            attr(4, &[0; 2]),
            Errno::EINVAL,
            "invalid attribute length",
            Some(20),
        ),
        (
            "uint of 33 bits",
            attr(4, &(1u64 << 32).to_ne_bytes()),
            Errno::ERANGE,
            "integer out of range",
            Some(20),
        ),
        (
            "flag with a payload",
            attr(5, &[0]),
            Errno::ERANGE,
            FAILED,
            Some(20),
        ),
        (
            "text without NUL",
            attr(6, b"abc"),
            Errno::EINVAL,
            FAILED,
            Some(20),
        ),
        ("empty text", attr(6, b""), Errno::EINVAL, FAILED, Some(20)),
        (
            "long text",
            attr(6, b"12345678\0"),
            Errno::EINVAL,
            FAILED,
            Some(20),
        ),
        (
            "long open text",
            attr(7, b"1234"),
            Errno::ERANGE,
            FAILED,
            Some(20),
        ),
        (
            "empty open text",
            attr(7, b""),
            Errno::ERANGE,
            FAILED,
            Some(20),
        ),
        (
            "no bytes",
            attr(8, b""),
            Errno::ERANGE,
            "binary attribute size out of range",
            Some(20),
        ),
        (
            "many bytes",
            attr(8, &[0; 9]),
            Errno::ERANGE,
            "binary attribute size out of range",
            Some(20),
        ),
        (
            "bytes beyond len",
            attr(16, &[0; 5]),
            Errno::ERANGE,
            FAILED,
            Some(20),
        ),
        (
            "no flag of a nest",
            attr(9, &[]),
            Errno::EINVAL,
            "NLA_F_NESTED is missing",
            Some(20),
        ),
        (
            "flag of a nest",
            attr(1 | NESTED, &[1]),
            Errno::EINVAL,
            "NLA_F_NESTED not expected",
            Some(20),
        ),
        (
            "short nest",
            nest(9, &[0; 2]),
            Errno::ERANGE,
            FAILED,
            Some(20),
        ),
        (
            "in a nest",
            nest(9, &attr(1, &u32s(0))),
            Errno::ERANGE,
            "integer out of range",
            Some(24),
        ),
        (
            "unknown in a nest",
            nest(9, &attr(3, &[])),
            Errno::EINVAL,
            "Unknown attribute type",
            Some(24),
        ),
        (
            "left over in a nest",
            nest(9, &[attr(1, &u32s(1)), vec![0; 4]].concat()),
            Errno::EINVAL,
            "bytes leftover after parsing attributes",
            None,
        ),
        (
            "short element",
            nest(10, &attr(1, &[0; 3])),
            Errno::ERANGE,
            "Array element too short",
            Some(24),
        ),
        (
            "in an element",
            nest(10, &nest(7, &attr(1, &u32s(0)))),
            Errno::ERANGE,
            "integer out of range",
            Some(28),
        ),
        (
            "bitfield of 4",
            attr(11, &u32s(1)),
            Errno::ERANGE,
            FAILED,
            Some(20),
        ),
        (
            "bitfield with another bit",
            attr(11, &[u32s(2), u32s(2)].concat()),
            Errno::EINVAL,
            FAILED,
            Some(20),
        ),
        (
            "bitfield not selected",
            attr(11, &[u32s(1), u32s(4)].concat()),
            Errno::EINVAL,
            FAILED,
            Some(20),
        ),
        (
            "another bit",
            attr(12, &u32s(4)),
            Errno::EINVAL,
            "reserved bit set",
            Some(20),
        ),
        (
            "network byte order",
            attr(13, &[0, 255]),
            Errno::ERANGE,
            "integer out of range",
            Some(20),
        ),
        (
            "in a gap",
            attr(14, &u32s(2)),
            Errno::ERANGE,
            "integer out of range",
            Some(20),
        ),
        (
            "no rule",
            attr(15, &[]),
            Errno::EINVAL,
            "Unsupported attribute",
            Some(20),
        ),
        (
            "beyond all rules",
            attr(17, &[]),
            Errno::EINVAL,
            "Unknown attribute type",
            Some(20),
        ),
        (
            "number 0",
            attr(0, &[]),
            Errno::EINVAL,
            "Unknown attribute type",
            Some(20),
        ),
        (
            "left over",
            vec![1, 0],
            Errno::EINVAL,
            "bytes leftover after parsing attributes",
            None,
        ),
        (
            "length beyond the end",
            vec![0xff, 0, 1, 0],
            Errno::EINVAL,
            "bytes leftover after parsing attributes",
            None,
        ),
    ];
    for (name, attributes, errno, text, offset) in refused {
        let refusal = validate(attributes, 20, &POLICIES, Strictness::Strict);
        let refusal = refusal.expect_err(name);
        let expected = (*errno, Some((*text).to_owned()), *offset);
        assert_eq!(met(&refusal, attributes), expected, "{name}");
    }
    let accepted = [
        attr(1, &[100]),
        attr(2, &u32s(1000)),
        attr(3, &(-5i32).to_ne_bytes()),
        attr(4, &u32s(7)),
        attr(4, &7u64.to_ne_bytes()),
        attr(5, &[]),
        attr(6, b"1234567\0"),
        attr(6, b"\0"),
        attr(7, b"123"),
        attr(7, b"123\0"),
        attr(8, &[0]),
        attr(16, &[0; 4]),
        attr(16, &[]),
        nest(9, &[]),
        nest(9, &attr(1, &u32s(1))),
        nest(10, &[]),
        // An empty element, and one whose number does not matter.
        nest(10, &[attr(0, &[]), attr(9, &attr(1, &u32s(1)))].concat()),
        attr(11, &[u32s(4), u32s(5)].concat()),
        attr(12, &u32s(3)),
        attr(13, &[1, 0]),
        attr(14, &u32s(5)),
    ]
    .concat();
    validate(&accepted, 20, &POLICIES, Strictness::Strict).unwrap();
}

#[test]
fn liberal_checks_pass_over_what_older_programs_send() {
    for attributes in [
        attr(17, &[]),
        attr(15, &[1]),
        attr(9, &attr(1, &u32s(1))),
        attr(2, &[u32s(5), u32s(0)].concat()),
        attr(5 | NESTED, &[]),
        vec![1, 0],
    ] {
        validate(&attributes, 20, &POLICIES, Strictness::Liberal).unwrap();
    }
    for (attributes, errno, text) in [
        (attr(2, &[1]), Errno::ERANGE, FAILED),
        (attr(2, &u32s(0)), Errno::ERANGE, "integer out of range"),
        (attr(6, b"abc"), Errno::EINVAL, FAILED),
    ] {
        let refusal = validate(&attributes, 20, &POLICIES, Strictness::Liberal).unwrap_err();
        assert_eq!(
            met(&refusal, &attributes),
            (errno, Some(text.to_owned()), Some(20))
        );
    }
}

#[test]
fn policies_lie_ten_deep_at_most() {
    // The innermost of this many nests.
    let nested =
        |depth: usize| (0..depth).fold(attr(1, &u32s(1)), |inner, _| attr(2 | NESTED, &inner));
    validate(&nested(9), 20, &INNER, Strictness::Strict).unwrap();
    let refusal = validate(&nested(10), 20, &INNER, Strictness::Strict).unwrap_err();
    let text = "allowed policy recursion depth exceeded".to_owned();
    assert_eq!(met(&refusal, &[]), (Errno::EINVAL, Some(text), None));
}

#[test]
fn the_policy_that_is_broken_is_sent() {
    for (attributes, policy) in [
        (attr(1, &[101]), "at least 0, at most 100, type u8"),
        (
            attr(3, &(-6i32).to_ne_bytes()),
            "at least -5, at most 2147483647, type s32",
        ),
        (attr(6, b"abc"), "length at most 7, type nul-string"),
        (
            attr(8, b""),
            "length at least 1, length at most 8, type binary",
        ),
        (attr(9, &[]), "type nested"),
        (attr(11, &u32s(1)), "bits within 0x5, type bitfield32"),
        (attr(12, &[]), "bits within 0x3, type u32"),
    ] {
        let refusal = validate(&attributes, 20, &POLICIES, Strictness::Strict).unwrap_err();
        let ack = ext_ack(&refusal, &attributes);
        assert_eq!(ack.policy.unwrap().to_string(), policy);
    }
    // The kernel has no type for it.
    let refusal = validate(&attr(13, &[0, 1]), 20, &POLICIES, Strictness::Strict).unwrap_err();
    assert_eq!(ext_ack(&refusal, &[]).policy, None);
}

static OUTER: Set = Set::new(
    "outer",
    &[
        Attribute::new(1, "index", Kind::Int(Int::U32)),
        Attribute::new(2, "header", Kind::Nest(|| &HEADER)),
        Attribute::new(3, "peer", Kind::Nest(|| &HEADER)).multi(),
        Attribute::new(4, "entries", Kind::Array(&Kind::Nest(|| &HEADER))),
    ],
);
static HEADER: Set = Set::new("header", &[Attribute::new(7, "name", Kind::String)]);

#[test]
fn attributes_are_named() {
    let mut bytes = Vec::new();
    let mut out = Encoder::new(&mut bytes);
    out.put(1, &Some(5u32));
    out.nest(2, |out| out.put(7, &Some("a")));
    out.nest(3, |_| {});
    out.nest(3, |out| out.put(7, &Some("b")));
    out.nest(4, |out| out.nest(9, |out| out.put(7, &Some("c"))));
    out.finish().unwrap();
    for (name, offset) in [
        ("index", Some(20)),
        ("header", Some(28)),
        ("header/name", Some(32)),
        ("peer", Some(40)),
        ("peer[0]", Some(40)),
        ("peer[1]/name", Some(48)),
        ("entries[9]/name", Some(64)),
        // The request does not have them.
        ("peer[2]", None),
        ("entries[1]", None),
    ] {
        let refused = Refused::new(Errno::EINVAL).at(name).of(&OUTER);
        let ack = ext_ack(&refused, &bytes);
        assert_eq!((ack.offset, ack.message), (offset, None), "{name}");
    }
    let missing = Refused::missing_attribute("peer[1]/name").of(&OUTER);
    let ack = ext_ack(&missing, &bytes);
    assert_eq!((ack.missing_type, ack.missing_nest), (Some(7), Some(44)));
    let missing = ext_ack(&Refused::missing_attribute("index").of(&OUTER), &bytes);
    assert_eq!(
        (missing.missing_type, missing.missing_nest),
        (Some(1), None)
    );
    let wrong = Refused::new(Errno::EINVAL)
        .message("no")
        .at("nmae")
        .of(&OUTER);
    let said = "no (the server names `nmae`, which the set `outer` does not have)";
    assert_eq!(ext_ack(&wrong, &bytes).message.as_deref(), Some(said));
}
