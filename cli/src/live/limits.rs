//! One attribute of a spec against what the kernel accepts as it: type, range, bits, lengths.

use nlgen::model::{self, Attribute, Content, Enum, EnumId, Int, Meaning, Order};
use nlgen_runtime::nlctrl::AttrType;

use super::family::Accepts;
use super::finding::Severity;

/// How an attribute differs: how much that matters, what the spec says, what the kernel says.
pub(super) type Differs = (Severity, String, String);

/// Whether the kernel may accept such an attribute without reporting a policy for it. `getpolicy` leaves out
/// big-endian integers (`NLA_BE16`, `NLA_BE32`) and attributes of the type `NLA_UNSPEC`: bytes of a least
/// length, as old families have addresses, keys and structs.
pub(super) fn may_be_unreported(content: &Content) -> bool {
    match content {
        Content::Int(int, _) => int.order == Order::Big,
        Content::Bytes { .. }
        | Content::Ipv4
        | Content::Ipv6
        | Content::Ip
        | Content::Mac
        | Content::Socket { .. }
        | Content::Labels
        | Content::AnyAddr
        | Content::Scalars(_)
        | Content::Struct(_) => true,
        _ => false,
    }
}

/// The ways in which an attribute differs from what the kernel accepts.
pub(super) fn differences(
    family: &model::Family,
    attribute: &Attribute,
    accepts: &Accepts,
) -> Vec<Differs> {
    if !same_type(&attribute.content, accepts) {
        let spec = content_name(&attribute.content);
        return vec![(Severity::Difference, spec, kind_name(accepts))];
    }
    let found = match &attribute.content {
        Content::Int(int, meaning) => values(family, attribute, *int, *meaning, accepts),
        Content::Bitfield32(Some(id)) => {
            let bits = bits_of(family.enumeration(*id));
            accepts.mask.and_then(|mask| masks(Some(bits), mask, false))
        }
        Content::String
        | Content::Bytes { .. }
        | Content::Mac
        | Content::Ipv6
        | Content::Socket { .. }
        | Content::Scalars(_)
        | Content::Struct(_) => lengths(attribute, accepts),
        _ => None,
    };
    found.into_iter().collect()
}

/// Whether bytes that the spec's type makes are such as the kernel's type takes.
fn same_type(content: &Content, accepts: &Accepts) -> bool {
    let kind = accepts.kind;
    let is = |kinds: &[AttrType]| kinds.contains(&kind);
    match content {
        Content::Pad | Content::Unused => true,
        Content::Flag => is(&[AttrType::Flag]),
        Content::Int(int, _) => is_integer(*int, accepts),
        Content::String => is(&[AttrType::String, AttrType::NulString]),
        Content::Ipv4 => is(&[AttrType::U32]) || is_bytes(accepts, 4),
        Content::Ipv6 => is_bytes(accepts, 16),
        Content::Mac => is_bytes(accepts, 6),
        Content::Bytes { .. }
        | Content::Ip
        | Content::Socket { .. }
        | Content::Labels
        | Content::AnyAddr
        | Content::Text { .. }
        | Content::Items { .. }
        | Content::Scalars(_)
        | Content::Struct(_)
        | Content::Rows { .. } => is(&[AttrType::Binary]),
        Content::Bitfield32(_) => is(&[AttrType::Bitfield32]),
        Content::Nest(_) | Content::Keyed { .. } => is(&[AttrType::Nested]),
        // A payload that is a struct in some format is no nest.
        Content::SubMessage { .. } => is(&[AttrType::Nested, AttrType::Binary]),
        Content::Array(_) => is(&[AttrType::Nested, AttrType::NestedArray]),
    }
}

fn is_integer(int: Int, accepts: &Accepts) -> bool {
    let kinds: &[AttrType] = match (int.bytes, int.signed) {
        (0, false) => &[AttrType::Uint],
        (0, true) => &[AttrType::Sint],
        (1, false) => &[AttrType::U8],
        (2, false) => &[AttrType::U16],
        (4, false) => &[AttrType::U32],
        // Milliseconds (`NLA_MSECS`) are 8 bytes, and told as a number of either length.
        (_, false) => &[AttrType::U64, AttrType::Uint],
        (1, true) => &[AttrType::S8],
        (2, true) => &[AttrType::S16],
        (4, true) => &[AttrType::S32],
        (_, true) => &[AttrType::S64],
    };
    kinds.contains(&accepts.kind) || (int.bytes != 0 && is_bytes(accepts, int.bytes.into()))
}

/// Whether the kernel takes bytes of that length.
fn is_bytes(accepts: &Accepts, len: u32) -> bool {
    accepts.kind == AttrType::Binary
        && accepts.min_len.unwrap_or(len) == len
        && accepts.max_len.unwrap_or(len) == len
}

/// The values of an integer: a range or a mask, as checks say, or as its enum implies.
fn values(
    family: &model::Family,
    attribute: &Attribute,
    int: Int,
    meaning: Meaning,
    accepts: &Accepts,
) -> Option<Differs> {
    let checks = &attribute.checks;
    let flags = match meaning {
        Meaning::Flags(id) => Some(id),
        _ => None,
    };
    if let Some(mask) = accepts.mask {
        let bits = |id: EnumId| bits_of(family.enumeration(id));
        let said = checks.flags_mask.is_some();
        return masks(checks.flags_mask.or(flags).map(bits), mask, said);
    }
    let (least, greatest) = int.repr().range();
    let kernel = accepts.range?;
    if checks.min.is_some() || checks.max.is_some() {
        let spec = (checks.min.unwrap_or(least), checks.max.unwrap_or(greatest));
        return (spec != kernel).then(|| (Severity::Difference, range(spec), range(kernel)));
    }
    if kernel == (least, greatest) {
        return None;
    }
    let implied = match meaning {
        Meaning::Enum(id) => ends(family.enumeration(id)),
        _ => None,
    };
    if implied == Some(kernel) {
        return None;
    }
    let spec = implied.map_or_else(|| "any value".to_owned(), range);
    Some((Severity::Note, spec, range(kernel)))
}

fn masks(spec: Option<u64>, kernel: u64, said: bool) -> Option<Differs> {
    if spec == Some(kernel) {
        return None;
    }
    let severity = match said {
        true => Severity::Difference,
        false => Severity::Note,
    };
    let spec = spec.map_or_else(|| "any bits".to_owned(), |bits| format!("bits {bits:#x}"));
    Some((severity, spec, format!("bits {kernel:#x}")))
}

fn lengths(attribute: &Attribute, accepts: &Accepts) -> Option<Differs> {
    let checks = &attribute.checks;
    let content = match &attribute.content {
        Content::Bytes { exact, .. } => *exact,
        Content::Mac => Some(6),
        Content::Ipv6 => Some(16),
        _ => None,
    };
    let exact = checks.exact_len.or(content);
    let number = |len: Option<usize>| len.and_then(|len| u32::try_from(len).ok());
    let min = number(checks.min_len.or(exact));
    let max = number(checks.max_len.or(exact));
    // Of bytes whose length is clear anyway, the kernel may look at either end alone.
    let fits = |spec: Option<u32>, kernel: Option<u32>| {
        spec == kernel || exact.is_some() && kernel.is_none()
    };
    if fits(min, accepts.min_len) && fits(max, accepts.max_len) {
        return None;
    }
    // The kernel reports a least length beside a greatest one, and not alone.
    if max.is_none() && (accepts.min_len, accepts.max_len) == (None, None) {
        let spec = length(min, max).unwrap_or_default();
        return Some((Severity::Unreported, spec, "not reported".to_owned()));
    }
    let lacks = |spec: Option<u32>, kernel: Option<u32>| spec.is_none() || spec == kernel;
    let severity = match lacks(min, accepts.min_len) && lacks(max, accepts.max_len) {
        true => Severity::Note,
        false => Severity::Difference,
    };
    let spec = length(min, max).unwrap_or_else(|| "any length".to_owned());
    let kernel = length(accepts.min_len, accepts.max_len);
    Some((
        severity,
        spec,
        kernel.unwrap_or_else(|| "any length".to_owned()),
    ))
}

/// The values that an enum goes from and to.
fn ends(names: &Enum) -> Option<(i128, i128)> {
    let values = || names.entries.iter().map(|entry| entry.value);
    values().min().zip(values().max())
}

/// All bits of flags.
fn bits_of(names: &Enum) -> u64 {
    let bit = |value: i128| {
        u32::try_from(value)
            .ok()
            .and_then(|bit| 1u64.checked_shl(bit))
    };
    let bits = names.entries.iter().filter_map(|entry| bit(entry.value));
    bits.fold(0, |all, bit| all | bit)
}

fn range((least, greatest): (i128, i128)) -> String {
    format!("{least} to {greatest}")
}

fn length(min: Option<u32>, max: Option<u32>) -> Option<String> {
    Some(match (min, max) {
        (None, None) => return None,
        (Some(min), Some(max)) if min == max => format!("{min} bytes"),
        (Some(min), Some(max)) => format!("{min} to {max} bytes"),
        (Some(min), None) => format!("at least {min} bytes"),
        (None, Some(max)) => format!("up to {max} bytes"),
    })
}

/// What the kernel accepts, in one line: the type in the words of specs, and its lengths.
pub(super) fn kind_name(accepts: &Accepts) -> String {
    let name = match accepts.kind {
        AttrType::String => "string (the NUL may be missing)".to_owned(),
        AttrType::NestedArray => "indexed-array of nests".to_owned(),
        AttrType::Unknown(number) => format!("type {number}"),
        _ => accepts.type_name().to_owned(),
    };
    match length(accepts.min_len, accepts.max_len) {
        Some(length) => format!("{name}, {length}"),
        None => name,
    }
}

/// What a spec says an attribute contains, in the words of specs.
pub(crate) fn content_name(content: &Content) -> String {
    let name = match content {
        Content::Unused => "unused",
        Content::Pad => "pad",
        Content::Flag => "flag",
        Content::Int(int, _) => return int_name(*int),
        Content::String => "string",
        Content::Bytes { exact, .. } => match exact {
            Some(len) => return format!("binary, {len} bytes"),
            None => "binary",
        },
        Content::Ipv4 => "binary, IPv4 address",
        Content::Ipv6 => "binary, IPv6 address",
        Content::Ip => "binary, IP address",
        Content::Mac => "binary, MAC address",
        Content::Socket { .. } => "binary, socket address",
        Content::Labels => "binary, MPLS labels",
        Content::AnyAddr => "binary, address",
        Content::Text { len } => return format!("text, {len} bytes"),
        Content::Items { item, .. } => return format!("array of {}", content_name(item)),
        Content::Bitfield32(_) => "bitfield32",
        Content::Scalars(int) => return format!("binary, {}s", int_name(*int)),
        Content::Struct(_) => "binary, struct",
        Content::Rows { .. } => "rows",
        Content::SubMessage { .. } => "sub-message",
        Content::Nest(_) => "nest",
        Content::Array(inner) => return format!("indexed-array of {}", content_name(inner)),
        Content::Keyed { .. } => "nest-type-value",
    };
    name.to_owned()
}

fn int_name(int: Int) -> String {
    let letter = if int.signed { 's' } else { 'u' };
    match int.bytes {
        0 => format!("{letter}int"),
        bytes => format!("{letter}{}", 8 * u32::from(bytes)),
    }
}
