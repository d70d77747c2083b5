//! Checking attributes as the kernel does, with its error numbers and texts (`lib/nlattr.c`).

use super::Refused;
use super::policy::{Check, Function, Policies, Rule, RuleKind};
use crate::describe::Int;
use crate::wire::{Errno, align};

/// How strictly attributes are checked (`enum netlink_validation`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Whatever the policies do not have is refused (`NL_VALIDATE_STRICT`).
    Strict,
    /// Unknown attributes, wrong lengths and the lack of `NLA_F_NESTED` are passed over (`NL_VALIDATE_LIBERAL`).
    Liberal,
}

/// How deep policies lie in one another, at most (`MAX_POLICY_RECURSION_DEPTH`).
const DEPTH: u8 = 10;

/// Bytes of an attribute's header.
const HEADER: usize = 4;

/// Checks the attributes that begin `start` bytes into the request as the kernel does for a family of generic netlink
/// (`__nla_validate_parse`).
///
/// Which attributes are required is not among it: the kernel's policies do not say it.
///
/// # Errors
/// The kernel's: an error number, its text, the offending attribute's place, and the policy that it breaks.
pub fn validate(
    attributes: &[u8],
    start: usize,
    policies: &'static Policies,
    strictness: Strictness,
) -> Result<(), Refused> {
    let strict = strictness == Strictness::Strict;
    Level {
        attributes,
        start,
        depth: 0,
        strict,
    }
    .check(policies)
}

/// Attributes of one level.
struct Level<'a> {
    attributes: &'a [u8],
    /// Where they begin in the request.
    start: usize,
    depth: u8,
    strict: bool,
}

/// An attribute as it came.
#[derive(Clone, Copy)]
struct Found<'a> {
    number: u16,
    nested: bool,
    payload: &'a [u8],
    /// Where it begins in the request.
    at: usize,
}

impl<'a> Level<'a> {
    fn check(&self, policies: &'static Policies) -> Result<(), Refused> {
        if self.depth >= DEPTH {
            let text = "allowed policy recursion depth exceeded";
            return Err(Refused::new(Errno::EINVAL).message(text));
        }
        let left = self.each(|found| self.attribute(found, policies))?;
        if left > 0 && self.strict {
            let text = "bytes leftover after parsing attributes";
            return Err(Refused::new(Errno::EINVAL).message(text));
        }
        Ok(())
    }

    /// Calls `check` with each attribute, as `nla_for_each_attr` walks them; how many bytes are left behind the last.
    fn each(
        &self,
        mut check: impl FnMut(Found<'a>) -> Result<(), Refused>,
    ) -> Result<usize, Refused> {
        let mut at = 0;
        loop {
            let rest = self.attributes.get(at..).unwrap_or_default();
            let Some(([l0, l1, k0, k1], behind)) = rest.split_first_chunk::<HEADER>() else {
                return Ok(rest.len());
            };
            let len = usize::from(u16::from_ne_bytes([*l0, *l1]));
            let payload = len.checked_sub(HEADER).and_then(|len| behind.get(..len));
            let Some(payload) = payload else {
                return Ok(rest.len());
            };
            let kind = u16::from_ne_bytes([*k0, *k1]);
            check(Found {
                number: kind & crate::wire::TYPE_MASK,
                nested: kind & crate::wire::NESTED != 0,
                payload,
                at: self.start + at,
            })?;
            at += align(len);
        }
    }

    fn attribute(&self, found: Found<'_>, policies: &'static Policies) -> Result<(), Refused> {
        if found.number == 0 || found.number > policies.most() {
            return match self.strict {
                true => Err(found.refuse(Errno::EINVAL, "Unknown attribute type")),
                false => Ok(()),
            };
        }
        let rule = policies.rule(found.number);
        if self.strict {
            found.check_form(&rule)?;
        }
        self.content(found, &rule)?;
        found.check_value(&rule)
    }

    /// The switch over kinds of `validate_nla`.
    fn content(&self, found: Found<'_>, rule: &Rule) -> Result<(), Refused> {
        let len = found.payload.len();
        let failed = |errno| Err(found.broken(errno, "Attribute failed policy validation", rule));
        match rule.kind {
            RuleKind::Unspec if self.strict => {
                Err(found.refuse(Errno::EINVAL, "Unsupported attribute"))
            }
            RuleKind::Unspec => Ok(()),
            RuleKind::Flag if len > 0 => failed(Errno::ERANGE),
            RuleKind::Flag => Ok(()),
            RuleKind::Uint | RuleKind::Sint if len != 4 && len != 8 => {
                Err(found.broken(Errno::EINVAL, "invalid attribute length", rule))
            }
            RuleKind::Bitfield32 => match bitfield32_fits(found.payload, rule.check) {
                Ok(true) => Ok(()),
                Ok(false) => failed(Errno::EINVAL),
                Err(()) => failed(Errno::ERANGE),
            },
            RuleKind::NulString | RuleKind::String => match text_fits(found.payload, rule) {
                Ok(()) => Ok(()),
                Err(errno) => failed(errno),
            },
            RuleKind::Binary if rule.len != 0 && len > usize::from(rule.len) => {
                failed(Errno::ERANGE)
            }
            RuleKind::Binary | RuleKind::Uint | RuleKind::Sint => Ok(()),
            RuleKind::Nested | RuleKind::NestedArray if len == 0 => Ok(()),
            RuleKind::Nested | RuleKind::NestedArray if len < HEADER => failed(Errno::ERANGE),
            RuleKind::Nested => match rule.inside {
                Some(inside) => self.inside(found).check(inside()),
                None => Ok(()),
            },
            RuleKind::NestedArray => match rule.inside {
                Some(inside) => self.entries(found, rule, inside()),
                None => Ok(()),
            },
            // Where lengths are not checked strictly, longer ones are fine.
            kind if Some(len) < size(kind) => failed(Errno::ERANGE),
            _ => Ok(()),
        }
    }

    /// `nla_validate_array`: an array's entries, each a nest or empty.
    fn entries(
        &self,
        found: Found<'_>,
        rule: &Rule,
        inside: &'static Policies,
    ) -> Result<(), Refused> {
        // The array itself is no level of policies.
        let array = Level {
            depth: self.depth,
            ..self.inside(found)
        };
        let each = array.each(|entry| match entry.payload.len() {
            0 => Ok(()),
            1..HEADER => Err(entry.broken(Errno::ERANGE, "Array element too short", rule)),
            _ => array.inside(entry).check(inside),
        });
        each.map(|_| ())
    }

    fn inside<'f>(&self, found: Found<'f>) -> Level<'f> {
        Level {
            attributes: found.payload,
            start: found.at + HEADER,
            depth: self.depth.saturating_add(1),
            strict: self.strict,
        }
    }
}

impl Found<'_> {
    /// What strict checking minds before the kinds: exact lengths, and `NLA_F_NESTED`.
    fn check_form(self, rule: &Rule) -> Result<(), Refused> {
        let exact = size(rule.kind);
        if exact.is_some_and(|exact| exact != self.payload.len()) {
            return Err(self.broken(Errno::EINVAL, "invalid attribute length", rule));
        }
        let nest = matches!(rule.kind, RuleKind::Nested | RuleKind::NestedArray);
        if nest && !self.nested {
            return Err(self.broken(Errno::EINVAL, "NLA_F_NESTED is missing", rule));
        }
        if !nest && self.nested && rule.kind != RuleKind::Unspec {
            return Err(self.broken(Errno::EINVAL, "NLA_F_NESTED not expected", rule));
        }
        Ok(())
    }

    /// The "further validation" of `validate_nla`.
    fn check_value(self, rule: &Rule) -> Result<(), Refused> {
        let value = |int: Int| {
            // Where longer payloads are passed over, their beginning is the value.
            let size = if int.size == 0 {
                self.payload.len()
            } else {
                int.size.into()
            };
            let bits = int.read(self.payload.get(..size)?)?;
            Some(match int.signed {
                true => i128::from(bits as i64),
                false => i128::from(bits),
            })
        };
        match rule.check {
            Check::None => Ok(()),
            Check::Mask(_) if rule.kind == RuleKind::Bitfield32 => Ok(()),
            Check::Mask(bits) => {
                let extra = |value: i128| (value as u64) & !bits != 0;
                match integer(rule.kind).and_then(value).is_some_and(extra) {
                    true => Err(self.refuse(Errno::EINVAL, "reserved bit set")),
                    false => Ok(()),
                }
            }
            Check::Shortest(least) => match self.payload.len() < least {
                true => Err(self.refuse(Errno::ERANGE, "invalid attribute length")),
                false => Ok(()),
            },
            Check::Function(function) => {
                let refused = value(function.int).and_then(|value| function.refusal(value));
                match refused {
                    Some((errno, text)) => Err(self.refuse(errno, text)),
                    None => Ok(()),
                }
            }
            Check::Range(..) | Check::Min(_) | Check::Max(_) => {
                let (least, greatest) = rule.limits();
                let binary = rule.kind == RuleKind::Binary;
                let value = match binary {
                    true => i128::try_from(self.payload.len()).ok(),
                    false => integer(rule.kind).and_then(value),
                };
                let text = match binary {
                    true => "binary attribute size out of range",
                    false => "integer out of range",
                };
                match value.is_some_and(|value| (least..=greatest).contains(&value)) {
                    true => Ok(()),
                    false => Err(self.broken(Errno::ERANGE, text, rule)),
                }
            }
        }
    }

    /// `NL_SET_ERR_MSG_ATTR`
    fn refuse(self, errno: Errno, text: &str) -> Refused {
        Refused::new(errno).message(text).offset(self.at)
    }

    /// `NL_SET_ERR_MSG_ATTR_POL`
    fn broken(self, errno: Errno, text: &str, rule: &Rule) -> Refused {
        self.refuse(errno, text).policy(*rule)
    }
}

impl Function {
    /// What is said of a value that is not accepted.
    fn refusal(&self, value: i128) -> Option<(Errno, &'static str)> {
        let out_of_range = (Errno::ERANGE, "integer out of range");
        if !(self.least..=self.greatest).contains(&value) {
            return Some(out_of_range);
        }
        if (value as u64) & !self.bits != 0 {
            return Some((Errno::EINVAL, "reserved bit set"));
        }
        let known = self.values.is_empty() || self.values.contains(&value);
        (!known).then_some(out_of_range)
    }
}

impl Rule {
    /// The least and the greatest value, also where only one of them is limited (`nla_get_range_unsigned`,
    /// `nla_get_range_signed`).
    pub(super) fn limits(&self) -> (i128, i128) {
        let (least, greatest) = range(self.kind);
        match self.check {
            Check::Range(least, greatest) => (least, greatest),
            Check::Min(least) => (least, greatest),
            Check::Max(greatest) => (least, greatest),
            Check::None | Check::Mask(_) | Check::Shortest(_) | Check::Function(_) => {
                (least, greatest)
            }
        }
    }
}

/// The length of a kind that has but one (`nla_attr_len`).
fn size(kind: RuleKind) -> Option<usize> {
    match integer(kind)?.size {
        0 => None,
        size => Some(size.into()),
    }
}

/// The integer in an attribute of a kind.
fn integer(kind: RuleKind) -> Option<Int> {
    Some(match kind {
        RuleKind::U8 => Int::U8,
        RuleKind::U16 => Int::U16,
        RuleKind::U32 => Int::U32,
        RuleKind::U64 => Int::U64,
        RuleKind::S8 => Int::S8,
        RuleKind::S16 => Int::S16,
        RuleKind::S32 => Int::S32,
        RuleKind::S64 => Int::S64,
        RuleKind::Uint => Int::UINT,
        RuleKind::Sint => Int::SINT,
        RuleKind::Be16 => Int::U16.be(),
        RuleKind::Be32 => Int::U32.be(),
        _ => return None,
    })
}

/// The values that a kind has; of bytes, the lengths.
fn range(kind: RuleKind) -> (i128, i128) {
    let Some(int) = integer(kind) else {
        return (0, u16::MAX.into());
    };
    let bits = 8 * u32::from(if int.size == 0 { 8 } else { int.size });
    match int.signed {
        true => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
        false => (0, (1 << bits) - 1),
    }
}

/// `validate_nla_bitfield32`; an error for another length than a bitfield's.
fn bitfield32_fits(payload: &[u8], check: Check) -> Result<bool, ()> {
    let [a, b, c, d, e, f, g, h] = *payload else {
        return Err(());
    };
    let value = u64::from(u32::from_ne_bytes([a, b, c, d]));
    let selector = u64::from(u32::from_ne_bytes([e, f, g, h]));
    let valid = match check {
        Check::Mask(bits) => bits,
        _ => 0,
    };
    Ok(valid != 0 && selector & !valid == 0 && value & !valid == 0 && value & !selector == 0)
}

/// The checks of `NLA_NUL_STRING` and `NLA_STRING`.
fn text_fits(payload: &[u8], rule: &Rule) -> Result<(), Errno> {
    let most = usize::from(rule.len);
    if rule.kind == RuleKind::NulString {
        let len = match most {
            0 => payload.len(),
            most => payload.len().min(most + 1),
        };
        if !payload.iter().take(len).any(|byte| *byte == 0) {
            return Err(Errno::EINVAL);
        }
    }
    let Some((last, before)) = payload.split_last() else {
        return Err(Errno::ERANGE);
    };
    let len = match last {
        0 => before.len(),
        _ => payload.len(),
    };
    match most != 0 && len > most {
        true => Err(Errno::ERANGE),
        false => Ok(()),
    }
}
