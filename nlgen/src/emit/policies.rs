//! What the kernel's policies say of a family: which rules its requests have, and what each rule checks.
//!
//! The tables of servers in Rust are made of it. A module from the same spec refuses the same requests.

use crate::model::kernel::{DontValidate, PolicyScope};
use crate::model::{
    Attribute, Content, EnumId, Family, Int, Meaning, Message, MessageId, Mode, Operation, Order,
    Protocol, SetId,
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
    /// `NLA_UNSPEC`: it is refused.
    Unspec,
    String,
    NulString,
    Binary,
    /// Attributes, of a set if its rules are checked.
    Nested(Option<SetId>),
    NestedArray(SetId),
    Bitfield32,
}

/// What is accepted of a value, or of the length of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    None,
    Limits(Option<i128>, Option<i128>),
    Mask(u64),
    /// The shortest text, by a function.
    Shortest(usize),
    /// What only a function can check: gaps, wide masks, other orders of bytes, and more than one of these.
    Function {
        int: Int,
        limits: (i128, i128),
        mask: Option<u64>,
        values: Vec<i128>,
    },
}

impl Rule {
    /// That of an attribute that must not be sent.
    pub(crate) const REFUSED: Self = Self {
        kind: Kind::Unspec,
        len: None,
        check: Check::None,
    };
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
    let skipped = skips(family, operation);
    let strict = match dump {
        true => !skipped.dump_strict,
        false => !skipped.strict,
    };
    let own = |mode: &'f Mode| attributes(family, family.message(mode.request));
    let attributes = match family.c.policy {
        PolicyScope::Split => Some(own(mode)),
        _ if dump && skipped.dump => None,
        PolicyScope::PerOperation => Some(either(family, operation)),
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
    let older = family.operations.iter();
    let older = older.filter(|operation| !skips(family, operation).is_empty());
    let commands = older.flat_map(modes).map(|mode| mode.command);
    match family.protocol {
        Protocol::Generic { .. } => commands.max().map_or(0, |last| last.saturating_add(1)),
        Protocol::Raw { .. } => u16::MAX,
    }
}

fn modes(operation: &Operation) -> impl Iterator<Item = &Mode> {
    [&operation.doit, &operation.dump].into_iter().flatten()
}

/// The attributes of a message that have rules.
fn attributes<'f>(family: &'f Family, message: &'f Message) -> Vec<&'f Attribute> {
    family.fields(message).collect()
}

/// The attributes that either mode may have (`kernel-policy: per-op`).
fn either<'f>(family: &'f Family, operation: &'f Operation) -> Vec<&'f Attribute> {
    let mut found: Vec<&Attribute> = Vec::new();
    for mode in modes(operation) {
        for attr in attributes(family, family.message(mode.request)) {
            if found.iter().all(|known| known.number != attr.number) {
                found.push(attr);
            }
        }
    }
    found
}

/// The attributes that any request may have, of the set of the first that has some (`kernel-policy: global`).
fn of_family(family: &Family) -> Vec<&Attribute> {
    let operations = family.operations.iter();
    let requests = operations
        .flat_map(modes)
        .map(|mode| family.message(mode.request))
        .filter(|request| !request.fields.is_empty());
    let requests: Vec<&Message> = requests.collect();
    let Some(first) = requests.first() else {
        return Vec::new();
    };
    let used = |number: u16| {
        let mut all = requests.iter().flat_map(|request| family.fields(request));
        all.any(|attr| attr.number == number)
    };
    let set = family.set(first.set).attributes.iter();
    set.filter(|attr| used(attr.number)).collect()
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
            Some(_) => bytes(attr),
            None => Rule {
                len: checks.max_len,
                check: match checks.min_len.filter(|least| *least > 0) {
                    Some(least) => Check::Shortest(least),
                    None => Check::None,
                },
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
        | Content::Labels
        | Content::AnyAddr
        | Content::Text { .. }
        | Content::Items { .. }
        | Content::Scalars(_)
        | Content::Struct(_)
        | Content::Rows { .. } => bytes(attr),
        Content::SubMessage { id, .. } => {
            let mut formats = family.sub_message(*id).formats.iter();
            let nests = formats.all(|format| format.header.is_none() && format.set.is_some());
            plain(match nests {
                true => Kind::Nested(None),
                false => Kind::Binary,
            })
        }
        Content::Bitfield32(id) => Rule {
            check: Check::Mask(id.map_or(u64::MAX, |id| mask(family, id)) & u64::from(u32::MAX)),
            ..plain(Kind::Bitfield32)
        },
        Content::Nest(set) => plain(Kind::Nested(Some(*set))),
        Content::Array(inner) => match **inner {
            Content::Nest(set) => plain(Kind::NestedArray(set)),
            _ => plain(Kind::Nested(None)),
        },
        // The levels have numbers of their own.
        Content::Keyed { .. } => plain(Kind::Nested(None)),
    })
}

/// The rule of bytes. A longest length alone is no range but the length of the policy, of which 0 is none.
fn bytes(attr: &Attribute) -> Rule {
    let checks = &attr.checks;
    let least = checks.exact_len.or(checks.min_len);
    let greatest = checks.exact_len.or(checks.max_len);
    let number = |len: usize| i128::try_from(len).unwrap_or(i128::MAX);
    let (len, check) = match (least, greatest) {
        (None, None) => (None, Check::None),
        (None, Some(0)) => (None, Check::Limits(Some(0), Some(0))),
        (None, Some(most)) => (Some(most), Check::None),
        (least, most) => (None, Check::Limits(least.map(number), most.map(number))),
    };
    Rule {
        kind: Kind::Binary,
        len,
        check,
    }
}

fn integer(family: &Family, attr: &Attribute, int: Int, meaning: Meaning) -> Rule {
    let checks = &attr.checks;
    let bits = match (checks.flags_mask, meaning) {
        (Some(id), _) | (None, Meaning::Flags(id)) => Some(mask(family, id)),
        (None, _) => None,
    };
    let (mut min, mut max) = (checks.min, checks.max);
    let mut gaps = Vec::new();
    if let Meaning::Enum(id) = meaning {
        let mut values = values(family, id);
        values.sort_unstable();
        if let (Some(low), Some(high)) = (values.first().copied(), values.last().copied()) {
            let in_row = usize::try_from(high - low).is_ok_and(|span| span + 1 == values.len());
            if !in_row {
                gaps = values;
            } else {
                if low != 0 || int.signed {
                    min = min.or(Some(low));
                }
                max = max.or(Some(high));
            }
        }
    }
    let ranged = min.is_some() || max.is_some();
    let plain = |kind, check| Rule {
        kind,
        len: None,
        check,
    };
    if bits.is_none() && gaps.is_empty() && !ranged {
        return plain(Kind::Int(int), Check::None);
    }
    let network = int.order == Order::Big && !int.signed && matches!(int.bytes, 2 | 4);
    let host = int.order == Order::Host;
    match bits {
        // A policy has a mask of 32 bits.
        Some(bits)
            if host && !int.signed && u32::try_from(bits).is_ok() && !ranged && gaps.is_empty() =>
        {
            plain(Kind::Int(int), Check::Mask(bits))
        }
        None if host && gaps.is_empty() => plain(Kind::Int(int), Check::Limits(min, max)),
        None if network && gaps.is_empty() => plain(Kind::Network(int), Check::Limits(min, max)),
        mask => {
            let (least, greatest) = int.repr().range();
            let check = Check::Function {
                int,
                limits: (min.unwrap_or(least), max.unwrap_or(greatest)),
                mask,
                values: gaps,
            };
            plain(Kind::Int(int), check)
        }
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

/// What is not checked of an operation: what the spec says, and what would refuse requests that the spec allows. Checked
/// strictly, an attribute 0 is always refused, and one attribute cannot be a nest in one message and bytes in another.
pub(crate) fn skips(family: &Family, op: &Operation) -> DontValidate {
    let lax = |message: MessageId| is_lax(family, message);
    let said = op.c.dont_validate;
    DontValidate {
        strict: said.strict || op.doit.as_ref().is_some_and(|mode| lax(mode.request)),
        dump_strict: said.dump_strict || op.dump.as_ref().is_some_and(|mode| lax(mode.request)),
        ..said
    }
}

fn is_lax(family: &Family, request: MessageId) -> bool {
    let message = family.message(request);
    let mut seen = Vec::new();
    let is_zero = |attribute: &Attribute| attribute.number == 0 && attribute.is_data();
    family
        .fields(message)
        .any(|attribute| is_zero(attribute) || is_mixed(family, &attribute.content, &mut seen))
}

/// Whether a payload is a nest in some formats and bytes in others, in the attribute or in nests in it.
fn is_mixed(family: &Family, content: &Content, seen: &mut Vec<usize>) -> bool {
    match content {
        Content::SubMessage { id, .. } => {
            let formats = &family.sub_message(*id).formats;
            let nests = formats.iter().filter(|format| format.set.is_some());
            let nests = nests.count();
            nests != 0 && nests != formats.len()
        }
        Content::Array(inner) => is_mixed(family, inner, seen),
        Content::Nest(set) => {
            if seen.contains(&set.0) {
                return false;
            }
            seen.push(set.0);
            let mut attributes = family.set(*set).attributes.iter();
            attributes.any(|attribute| is_mixed(family, &attribute.content, seen))
        }
        _ => false,
    }
}
