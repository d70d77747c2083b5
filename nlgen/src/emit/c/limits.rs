//! One attribute in a policy: its type and what the kernel refuses of it.
//!
//! A policy has room for limits of 16 bits and masks of 32. Larger limits are in a struct of their own, and what no
//! policy can say is in a function: values with gaps, wide masks, numbers in another byte order than those that
//! policies know.

use super::CFamily;
use super::text::{Text, number};
use crate::model::kernel::Scope;
use crate::model::{Attribute, Const, Content, EnumId, Int, Meaning, Order, SetId};

/// The limits that fit into a policy.
const SMALL: std::ops::RangeInclusive<i128> = -32768..=32767;

/// What a policy says of an attribute.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// The initializer.
    pub(super) policy: String,
    /// What has to be defined before it.
    pub(super) needs: Option<Needed>,
}

/// A definition that a policy refers to.
#[derive(Clone, Debug)]
pub(super) struct Needed {
    pub(super) name: String,
    pub(super) kind: NeededKind,
}

#[derive(Clone, Debug)]
pub(super) enum NeededKind {
    /// Limits, and whether they are signed.
    Range {
        signed: bool,
        min: String,
        max: String,
    },
    /// The body of a function.
    Function(Vec<String>),
}

/// An attribute of a set.
pub(super) struct Limits<'l, 'f> {
    pub(super) family: &'l CFamily<'f>,
    pub(super) set: SetId,
    pub(super) attribute: &'f Attribute,
}

/// The values of an integer that are allowed.
#[derive(Default)]
struct Allowed {
    min: Option<i128>,
    max: Option<i128>,
    mask: Option<u128>,
    /// Each value, where they have gaps.
    values: Option<Vec<(i128, String)>>,
}

impl Limits<'_, '_> {
    /// The attribute's line; none for what no message may have.
    pub(super) fn line(&self) -> Option<Line> {
        let plain = |kind: &str| Line {
            policy: format!("{{ .type = {kind}, }}"),
            needs: None,
        };
        let policy = |policy: String| Line {
            policy,
            needs: None,
        };
        Some(match &self.attribute.content {
            Content::Unused | Content::Pad => return None,
            Content::Flag => plain("NLA_FLAG"),
            Content::Int(int, meaning) => self.int(*int, *meaning),
            Content::Ipv4 if !self.attribute.c.binary => self.int(IPV4, Meaning::Number),
            Content::String => self.string(),
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
            | Content::Rows { .. } => self.bytes(),
            Content::Bitfield32(id) => {
                let mask = id.map(|id| self.bits(id) & u128::from(u32::MAX));
                let mask = mask.map_or("U32_MAX".to_owned(), |mask| mask.to_string());
                policy(format!("NLA_POLICY_BITFIELD32({mask})"))
            }
            // The kernel refuses an attribute 0 where it checks a nest; the module checks this one alone.
            Content::Nest(set) if self.has_zero(*set) => plain("NLA_NESTED"),
            Content::Nest(set) => {
                let nested = self.family.names.nested_policy(*set);
                policy(format!("NLA_POLICY_NESTED({nested})"))
            }
            Content::Array(inner) => match **inner {
                Content::Nest(set) if !self.has_zero(set) => {
                    let nested = self.family.names.nested_policy(set);
                    policy(format!("NLA_POLICY_NESTED_ARRAY({nested})"))
                }
                _ => plain("NLA_NESTED"),
            },
            Content::Keyed { .. } => plain("NLA_NESTED"),
            Content::SubMessage { id, .. } => {
                let formats = &self.family.family.sub_message(*id).formats;
                let nests = formats.iter().all(|format| format.set.is_some());
                plain(if nests { "NLA_NESTED" } else { "NLA_BINARY" })
            }
        })
    }

    /// Whether a set has an attribute whose number is 0.
    fn has_zero(&self, set: SetId) -> bool {
        let mut attributes = self.family.family.set(set).attributes.iter();
        attributes.any(|attribute| attribute.number == 0 && attribute.is_data())
    }

    fn bits(&self, id: EnumId) -> u128 {
        let entries = self.family.family.enumeration(id).entries.iter();
        let shifts = entries.filter_map(|entry| u32::try_from(entry.value).ok());
        shifts.fold(0, |mask, shift| {
            mask | 1_u128.checked_shl(shift).unwrap_or(0)
        })
    }

    fn int(&self, int: Int, meaning: Meaning) -> Line {
        let allowed = self.allowed(int, meaning);
        let small = allowed.mask.is_none_or(|mask| u32::try_from(mask).is_ok());
        let ranged = allowed.min.is_some() || allowed.max.is_some();
        let none = allowed.mask.is_none() && allowed.values.is_none() && !ranged;
        let kind = int_kind(int, none);
        // A policy compares numbers in the machine's order, and 16 and 32 unsigned bits in network order.
        let compares = int.order == Order::Host || kind.starts_with("NLA_BE");
        let masks = int.order == Order::Host && !int.signed;
        if none {
            return Line {
                policy: format!("{{ .type = {kind}, }}"),
                needs: None,
            };
        }
        match allowed.mask {
            Some(mask) if masks && small && !ranged && allowed.values.is_none() => Line {
                policy: format!("NLA_POLICY_MASK({kind}, 0x{mask:x})"),
                needs: None,
            },
            None if compares && allowed.values.is_none() => self.range(kind, int, &allowed),
            _ => self.function(int, &allowed),
        }
    }

    /// The values that checks and the enum allow. An enum adds the limits that the checks do not have.
    fn allowed(&self, int: Int, meaning: Meaning) -> Allowed {
        let checks = &self.attribute.checks;
        let mut allowed = Allowed {
            min: checks.min,
            max: checks.max,
            ..Allowed::default()
        };
        let flags = match meaning {
            Meaning::Flags(id) => Some(id),
            _ => None,
        };
        allowed.mask = checks.flags_mask.or(flags).map(|id| self.bits(id));
        let Meaning::Enum(id) = meaning else {
            return allowed;
        };
        let item = self.family.family.enumeration(id);
        let mut values: Vec<i128> = item.entries.iter().map(|entry| entry.value).collect();
        values.sort_unstable();
        let (Some(low), Some(high)) = (values.first().copied(), values.last().copied()) else {
            return allowed;
        };
        let in_row = usize::try_from(high - low).is_ok_and(|span| span + 1 == values.len());
        if in_row {
            if low != 0 || int.signed {
                allowed.min = allowed.min.or(Some(low));
            }
            allowed.max = allowed.max.or(Some(high));
        } else {
            let names = &self.family.names;
            let here = item.c.scope != Scope::User && item.c.header.is_none();
            let labels = item.entries.iter().map(|entry| match here {
                true => (entry.value, names.entry(item, entry)),
                false => (entry.value, number(entry.value)),
            });
            allowed.values = Some(labels.collect());
        }
        allowed
    }

    fn range(&self, kind: &'static str, int: Int, allowed: &Allowed) -> Line {
        let words = &self.attribute.c.limits;
        let text = |value: Option<i128>, word: &Option<String>, suffix: &str| {
            let value = value?;
            Some(match word.as_ref().and_then(|word| self.word(word)) {
                Some(word) => word,
                None => format!("{value}{suffix}"),
            })
        };
        let large = |value: Option<i128>| value.is_some_and(|value| !SMALL.contains(&value));
        if !large(allowed.min) && !large(allowed.max) {
            let min = text(allowed.min, &words.min, "");
            let max = text(allowed.max, &words.max, "");
            let policy = match (min, max) {
                (Some(min), Some(max)) => format!("NLA_POLICY_RANGE({kind}, {min}, {max})"),
                (Some(min), None) => format!("NLA_POLICY_MIN({kind}, {min})"),
                (None, Some(max)) => format!("NLA_POLICY_MAX({kind}, {max})"),
                (None, None) => format!("{{ .type = {kind}, }}"),
            };
            return Line {
                policy,
                needs: None,
            };
        }
        let suffix = if int.signed { "LL" } else { "ULL" };
        // -2⁶³ is no constant of C.
        let lowest = i128::from(i64::MIN);
        let min = match text(allowed.min.filter(|min| *min != lowest), &words.min, suffix) {
            Some(min) => min,
            None => type_end(int, "MIN"),
        };
        let max = text(allowed.max, &words.max, suffix);
        let max = max.unwrap_or_else(|| type_end(int, "MAX"));
        let name = self.family.names.range(self.set, self.attribute);
        let signed = if int.signed { "_SIGNED" } else { "" };
        Line {
            policy: format!("NLA_POLICY_FULL_RANGE{signed}({kind}, &{name})"),
            needs: Some(Needed {
                name,
                kind: NeededKind::Range {
                    signed: int.signed,
                    min,
                    max,
                },
            }),
        }
    }

    /// A limit that is written as words: the end of a type's range, or a constant that kernel code sees.
    fn word(&self, word: &str) -> Option<String> {
        let (base, less) = match word.strip_suffix("- 1") {
            Some(base) => (base.trim(), true),
            None => (word.trim(), false),
        };
        let known = match base {
            // Unsigned types have no name for their least value.
            "u8-min" | "u16-min" | "u32-min" | "u64-min" => "0".to_owned(),
            "u8-max" | "u16-max" | "u32-max" | "u64-max" | "s8-min" | "s8-max" | "s16-min"
            | "s16-max" | "s32-min" | "s32-max" | "s64-min" | "s64-max" => {
                super::words::upper(base)
            }
            base => self.constant(base)?,
        };
        Some(match less {
            true => format!("({known} - 1)"),
            false => known,
        })
    }

    fn constant(&self, name: &str) -> Option<String> {
        let is_named = |item: &&Const| {
            let prefix = item.c.prefix.as_ref();
            let short = prefix.and_then(|prefix| name.strip_prefix(prefix.as_str()));
            item.name == name || short == Some(&*item.name)
        };
        let item = self.family.family.consts.iter().find(is_named)?;
        (item.c.scope != Scope::User).then(|| self.family.names.constant(item))
    }

    /// A check that no policy can make.
    fn function(&self, int: Int, allowed: &Allowed) -> Line {
        let (kind, get) = (int_kind(int, true), getter(int));
        let mut body = Vec::new();
        let (least, greatest) = int.repr().range();
        let above = allowed.min.filter(|min| *min > least);
        let below = allowed.max.filter(|max| *max < greatest);
        let limits: Vec<String> = above
            .map(|min| format!("value < {}", number(min)))
            .into_iter()
            .chain(below.map(|max| format!("value > {}", number(max))))
            .collect();
        let refuse = |body: &mut Vec<String>, indent: &str, why: &str, errno: &str| {
            body.push(format!(
                "{indent}NL_SET_ERR_MSG_ATTR(extack, attr, \"{why}\");"
            ));
            body.push(format!("{indent}return -{errno};"));
        };
        body.push(format!(
            "\t{} value = {get};",
            super::names::plain_type(int)
        ));
        body.push(String::new());
        if !limits.is_empty() {
            body.push(format!("\tif ({}) {{", limits.join(" || ")));
            refuse(&mut body, "\t\t", "integer out of range", "ERANGE");
            body.push("\t}".to_owned());
        }
        if let Some(mask) = allowed.mask {
            let mask = match u32::try_from(mask) {
                Ok(mask) => format!("0x{mask:x}"),
                Err(_) => format!("0x{:x}ULL", mask & u128::from(u64::MAX)),
            };
            body.push(format!(
                "\tif (value & ~({}){mask}) {{",
                super::names::plain_type(int)
            ));
            refuse(&mut body, "\t\t", "reserved bit set", "EINVAL");
            body.push("\t}".to_owned());
        }
        match &allowed.values {
            None => body.push("\treturn 0;".to_owned()),
            Some(values) => {
                body.push("\tswitch (value) {".to_owned());
                let labels = values.iter();
                body.extend(labels.map(|(_, label)| format!("\tcase {label}:")));
                body.push("\t\treturn 0;".to_owned());
                body.push("\tdefault:".to_owned());
                refuse(&mut body, "\t\t", "integer out of range", "ERANGE");
                body.push("\t}".to_owned());
            }
        }
        self.checked(kind, None, body)
    }

    /// A line with a function.
    fn checked(&self, kind: &str, len: Option<&str>, body: Vec<String>) -> Line {
        let name = self.family.names.validate(self.set, self.attribute);
        let len = len.map(|len| format!(", {len}")).unwrap_or_default();
        Line {
            policy: format!("NLA_POLICY_VALIDATE_FN({kind}, {name}{len})"),
            needs: Some(Needed {
                name,
                kind: NeededKind::Function(body),
            }),
        }
    }

    /// Lengths in a policy: small ones, or a constant that kernel code sees.
    fn len(&self, value: usize, word: Option<&String>) -> String {
        let word = word.and_then(|word| self.word(word));
        word.unwrap_or_else(|| value.to_string())
    }

    fn string(&self) -> Line {
        let checks = &self.attribute.checks;
        let words = &self.attribute.c.limits;
        let kind = match checks.unterminated_ok {
            true => "NLA_STRING",
            false => "NLA_NUL_STRING",
        };
        let max = checks
            .max_len
            .map(|max| self.len(max, words.max_len.as_ref()));
        let exact = checks.exact_len.map(|len| (len, &words.exact_len, "!="));
        let min = checks.min_len.filter(|min| *min > 0);
        let min = min.map(|len| (len, &words.min_len, "<"));
        if let Some((len, word, compare)) = exact.or(min) {
            let len = self.len(len, word.as_ref());
            let why = "Attribute failed policy validation";
            let body = vec![
                format!("\tif (nla_len(attr) {compare} {len}) {{"),
                format!("\t\tNL_SET_ERR_MSG_ATTR(extack, attr, \"{why}\");"),
                "\t\treturn -ERANGE;".to_owned(),
                "\t}".to_owned(),
                "\treturn 0;".to_owned(),
            ];
            return self.checked(kind, max.as_deref(), body);
        }
        let len = max.map(|max| format!(" .len = {max},"));
        Line {
            policy: format!("{{ .type = {kind},{} }}", len.unwrap_or_default()),
            needs: None,
        }
    }

    fn bytes(&self) -> Line {
        let checks = &self.attribute.checks;
        let words = &self.attribute.c.limits;
        let policy = |policy: String| Line {
            policy,
            needs: None,
        };
        let large = |len: Option<usize>| len.is_some_and(|len| len > 32767);
        let (min, max) = match checks.exact_len {
            Some(exact) => (Some(exact), Some(exact)),
            None => (checks.min_len, checks.max_len),
        };
        let len = |len: Option<usize>, own: &Option<String>| {
            let word = match checks.exact_len {
                Some(_) => words.exact_len.as_ref(),
                None => own.as_ref(),
            };
            len.map(|len| self.len(len, word))
        };
        let texts = (len(min, &words.min_len), len(max, &words.max_len));
        if min.is_some() && (large(min) || large(max)) {
            let name = self.family.names.range(self.set, self.attribute);
            return Line {
                policy: format!("NLA_POLICY_FULL_RANGE(NLA_BINARY, &{name})"),
                needs: Some(Needed {
                    name,
                    kind: NeededKind::Range {
                        signed: false,
                        min: texts.0.unwrap_or_default(),
                        max: texts.1.unwrap_or_else(|| "U16_MAX".to_owned()),
                    },
                }),
            };
        }
        match texts {
            (Some(exact), Some(_)) if checks.exact_len.is_some() => {
                policy(format!("NLA_POLICY_EXACT_LEN({exact})"))
            }
            (Some(min), Some(max)) => policy(format!("NLA_POLICY_RANGE(NLA_BINARY, {min}, {max})")),
            (Some(min), None) => policy(format!("NLA_POLICY_MIN_LEN({min})")),
            // A policy without a length has no limit.
            (None, Some(_)) if max == Some(0) => policy("NLA_POLICY_EXACT_LEN(0)".to_owned()),
            (None, Some(max)) => policy(format!("{{ .type = NLA_BINARY, .len = {max}, }}")),
            (None, None) => policy("{ .type = NLA_BINARY, }".to_owned()),
        }
    }
}

impl Needed {
    /// The definition. What only a part of the kernel's configurations uses is not missed by the others.
    pub(super) fn write(&self, text: &mut Text, sometimes: bool) {
        match &self.kind {
            NeededKind::Range { signed, min, max } => {
                let signed = if *signed { "_signed" } else { "" };
                let unused = if sometimes { " __maybe_unused" } else { "" };
                let name = &self.name;
                text.line(format!(
                    "static const struct netlink_range_validation{signed} {name}{unused} = {{"
                ));
                text.members(1, &[("min", min), ("max", max)]);
                text.line("};");
            }
            NeededKind::Function(body) => {
                let result = match sometimes {
                    true => "static int __maybe_unused",
                    false => "static int",
                };
                let arguments = [
                    "const struct nlattr *attr",
                    "struct netlink_ext_ack *extack",
                ];
                text.function(result, &self.name, &arguments, "");
                text.line("{");
                for line in body {
                    match line.is_empty() {
                        true => text.blank(),
                        false => text.line(line),
                    }
                }
                text.line("}");
            }
        }
        text.blank();
    }
}

/// An IPv4 address that is a number.
const IPV4: Int = Int {
    bytes: 4,
    signed: false,
    order: Order::Big,
};

/// The kernel's type of an integer. Those in network order are compared as such only where they have limits; without
/// any, they are numbers like others.
fn int_kind(int: Int, plain: bool) -> &'static str {
    match (int.bytes, int.signed, int.order) {
        (2, false, Order::Big) if !plain => "NLA_BE16",
        (4, false, Order::Big) if !plain => "NLA_BE32",
        (1, false, _) => "NLA_U8",
        (2, false, _) => "NLA_U16",
        (4, false, _) => "NLA_U32",
        (8, false, _) => "NLA_U64",
        (_, false, _) => "NLA_UINT",
        (1, true, _) => "NLA_S8",
        (2, true, _) => "NLA_S16",
        (4, true, _) => "NLA_S32",
        (8, true, _) => "NLA_S64",
        (_, true, _) => "NLA_SINT",
    }
}

/// The expression that reads an integer of the attribute `attr`.
fn getter(int: Int) -> String {
    let sign = if int.signed { 's' } else { 'u' };
    let bits = 8 * u32::from(int.bytes);
    let order = match int.order {
        Order::Big if bits > 8 => "be",
        Order::Little if bits > 8 => "le",
        _ if bits == 0 => return format!("nla_get_{sign}int(attr)"),
        _ => return format!("nla_get_{sign}{bits}(attr)"),
    };
    format!("{order}{bits}_to_cpu(nla_get_{order}{bits}(attr))")
}

/// The name of the least or the greatest value of an integer's type.
fn type_end(int: Int, end: &str) -> String {
    let bits = 8 * u32::from(int.repr().bytes);
    match (int.signed, end) {
        (false, "MIN") => "0".to_owned(),
        (false, end) => format!("U{bits}_{end}"),
        (true, end) => format!("S{bits}_{end}"),
    }
}
