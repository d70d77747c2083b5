//! What the kernel's policies say of a family: which rules its requests have, and what each rule checks.
//!
//! The tables of servers in Rust are made of it. A module from the same spec refuses the same requests.

use crate::model::kernel::PolicyScope;
use crate::model::{
    Attribute, Content, EnumId, Family, Int, Meaning, Message, Mode, Operation, Order, Protocol,
    SetId,
};

/// What is accepted of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) kind: Kind,
    /// The longest text, in bytes without its NUL.
    pub(crate) len: Option<usize>,
    pub(crate) check: Check,
}

/// What an attribute contains, as policies see it (`NLA_U8` and others).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An integer in the machine's byte order, or one that the check reads in its own.
    Int(Int),
    /// `NLA_BE16` or `NLA_BE32`, by the bytes.
    Network(Int),
    Flag,
    String,
    NulString,
    Binary,
    /// Attributes, of a set if its rules are checked.
    Nested(Option<SetId>),
    NestedArray(Option<SetId>),
    Bitfield32,
}

/// What is accepted of a value, or of the length of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    None,
    Limits(Option<i128>, Option<i128>),
    Mask(u64),
    /// The values of an enum with gaps, by a function.
    OneOf(Int, Vec<i128>),
    /// The least and the greatest value, by a function: policies do not know the order of bytes.
    Within(Int, i128, i128),
    /// The bits, by a function.
    Bits(Int, u64),
}

/// How a request is checked.
#[derive(Clone, Debug)]
pub(crate) struct Checked<'f> {
    /// The attributes that have a rule; none have where this is empty, and nothing is checked without it.
    pub(crate) attributes: Option<Vec<&'f Attribute>>,
    pub(crate) strict: bool,
}

/// How the requests of a mode are checked.
pub(crate) fn checked<'f>(
    family: &'f Family,
    operation: &'f Operation,
    mode: &'f Mode,
    dump: bool,
) -> Checked<'f> {
    let skipped = operation.c.dont_validate;
    let strict = match dump {
        true => !skipped.dump_strict,
        false => !skipped.strict,
    };
    let own = |mode: &'f Mode| attributes(family, family.message(mode.request));
    let attributes = match family.c.policy {
        PolicyScope::Split => Some(own(mode)),
        _ if dump && skipped.dump => None,
        PolicyScope::PerOperation => {
            let first = operation.doit.as_ref().filter(|mode| mode.c.has_request);
            Some(first.or(operation.dump.as_ref()).map_or(Vec::new(), own))
        }
        PolicyScope::Global => Some(of_family(family)),
    };
    // Only newer commands of the older tables are refused attributes where they have no policy.
    let unchecked = family.c.policy != PolicyScope::Split
        && mode.command < checked_from(family)
        && attributes.as_ref().is_some_and(Vec::is_empty);
    Checked {
        attributes: attributes.filter(|_| !unchecked),
        strict,
    }
}

/// The first command whose requests have their headers checked (`resv_start_op`): behind all commands of which something
/// is not validated, since the kernel has this for older ones alone.
pub(crate) fn checked_from(family: &Family) -> u16 {
    let split = family.c.policy == PolicyScope::Split;
    let mut first = 0;
    for operation in &family.operations {
        let skipped = operation.c.dont_validate;
        let doit = skipped.strict || (!split && !skipped.is_empty());
        let dump = skipped.dump || skipped.dump_strict || (!split && !skipped.is_empty());
        for (mode, skips) in [(&operation.doit, doit), (&operation.dump, dump)] {
            if let Some(mode) = mode.as_ref().filter(|_| skips) {
                first = first.max(mode.command.saturating_add(1));
            }
        }
    }
    match family.protocol {
        Protocol::Generic { .. } => first,
        Protocol::Raw { .. } => u16::MAX,
    }
}

/// The attributes of a message that have rules.
fn attributes<'f>(family: &'f Family, message: &'f Message) -> Vec<&'f Attribute> {
    family.fields(message).collect()
}

/// The attributes of all requests, in the order of their set (`kernel-policy: global`).
fn of_family(family: &Family) -> Vec<&Attribute> {
    let modes = || {
        let operations = family.operations.iter();
        operations.flat_map(|operation| [&operation.doit, &operation.dump].into_iter().flatten())
    };
    let requests = || modes().map(|mode| family.message(mode.request));
    let mut found: Vec<&Attribute> = Vec::new();
    for set in &family.sets {
        for attr in &set.attributes {
            let asked = |message: &Message| {
                std::ptr::eq(family.set(message.set), set)
                    && family
                        .fields(message)
                        .any(|field| std::ptr::eq(field, attr))
            };
            let new = found.iter().all(|known| known.number != attr.number);
            if new && requests().any(asked) {
                found.push(attr);
            }
        }
    }
    found
}

/// The rule of an attribute; none for one that must not be sent.
pub(crate) fn rule(family: &Family, attr: &Attribute) -> Option<Rule> {
    let checks = &attr.checks;
    let plain = |kind| Rule {
        kind,
        len: None,
        check: Check::None,
    };
    Some(match &attr.content {
        Content::Unused | Content::Pad => return None,
        Content::Flag => plain(Kind::Flag),
        Content::Int(int, meaning) => integer(family, attr, *int, *meaning),
        Content::Ipv4 if !attr.c.binary => {
            let int = Int {
                bytes: 4,
                signed: false,
                order: Order::Big,
            };
            integer(family, attr, int, Meaning::Number)
        }
        Content::String => match checks.exact_len {
            Some(len) => Rule {
                check: Check::Limits(length(len), length(len)),
                ..plain(Kind::Binary)
            },
            None => Rule {
                len: checks.max_len,
                ..plain(match checks.unterminated_ok {
                    true => Kind::String,
                    false => Kind::NulString,
                })
            },
        },
        Content::Bytes { .. }
        | Content::Ipv4
        | Content::Ipv6
        | Content::Ip
        | Content::Mac
        | Content::Socket { .. }
        | Content::Text { .. }
        | Content::Items { .. }
        | Content::Scalars(_)
        | Content::Struct(_)
        | Content::SubMessage { .. } => {
            let least = checks.exact_len.or(checks.min_len);
            let greatest = checks.exact_len.or(checks.max_len);
            let (least, greatest) = (least.and_then(length), greatest.and_then(length));
            Rule {
                check: match (least, greatest) {
                    (None, None) => Check::None,
                    limits => Check::Limits(limits.0, limits.1),
                },
                ..plain(Kind::Binary)
            }
        }
        Content::Bitfield32(id) => Rule {
            check: Check::Mask(id.map_or(0, |id| mask(family, id) & u64::from(u32::MAX))),
            ..plain(Kind::Bitfield32)
        },
        Content::Nest(set) => plain(Kind::Nested(Some(*set))),
        Content::Array(inner) => match **inner {
            Content::Nest(set) => plain(Kind::NestedArray(Some(set))),
            _ => plain(Kind::NestedArray(None)),
        },
        // The levels have numbers of their own.
        Content::Keyed { .. } => plain(Kind::Nested(None)),
    })
}

fn length(len: usize) -> Option<i128> {
    i128::try_from(len).ok()
}

fn integer(family: &Family, attr: &Attribute, int: Int, meaning: Meaning) -> Rule {
    let checks = &attr.checks;
    let bits = match (checks.flags_mask, meaning) {
        (_, Meaning::Flags(id)) | (Some(id), _) => Some(mask(family, id)),
        (None, _) => None,
    };
    let (mut min, mut max) = (checks.min, checks.max);
    let mut gaps = None;
    if let (Meaning::Enum(id), None) = (meaning, bits) {
        let mut values: Vec<i128> = values(family, id);
        values.sort_unstable();
        values.dedup();
        if let (Some(low), Some(high)) = (values.first().copied(), values.last().copied()) {
            let count = i128::try_from(values.len()).unwrap_or(i128::MAX);
            if high - low + 1 != count {
                gaps = Some(values).filter(|_| min.is_none() && max.is_none());
            } else {
                if low != 0 || int.signed {
                    min = min.or(Some(low));
                }
                max = max.or(Some(high));
            }
        }
    }
    let network = int.order == Order::Big && !int.signed && matches!(int.bytes, 2 | 4);
    // Of one byte there is one order.
    let host = int.order == Order::Host || int.bytes == 1;
    let (least, greatest) = int.repr().range();
    let check = match (bits, gaps, min.or(max)) {
        (Some(bits), _, _) if host || network => Check::Mask(bits),
        (Some(bits), _, _) => Check::Bits(int, bits),
        (None, Some(values), _) => Check::OneOf(int, values),
        (None, None, None) => Check::None,
        (None, None, Some(_)) if host || network => Check::Limits(min, max),
        (None, None, Some(_)) => Check::Within(int, min.unwrap_or(least), max.unwrap_or(greatest)),
    };
    Rule {
        kind: match network {
            true => Kind::Network(int),
            false => Kind::Int(int),
        },
        len: None,
        check,
    }
}

fn values(family: &Family, id: EnumId) -> Vec<i128> {
    let entries = &family.enumeration(id).entries;
    entries.iter().map(|entry| entry.value).collect()
}

/// The bits of flags, or of an enum whose values are numbers of bits.
fn mask(family: &Family, id: EnumId) -> u64 {
    let bit = |value: i128| {
        let bit = u32::try_from(value).ok();
        bit.and_then(|bit| 1u64.checked_shl(bit)).unwrap_or(0)
    };
    values(family, id)
        .into_iter()
        .fold(0, |mask, value| mask | bit(value))
}
