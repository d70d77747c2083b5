//! Why a request is refused, and the extended acknowledgement that says so.

use std::fmt;

use super::policy::{Check, Rule, RuleKind};
use crate::describe::{Kind, Set};
use crate::wire::{Attr, Attrs, DecodeError, EncodeError, Encoder, Errno, flags};

/// Why a request is refused: an error number, and what is said beside it (an extended acknowledgement).
///
/// Attributes are named as in the specification, with a path where they are inside others: `text`, `header/dev-name`,
/// `peer[2]/endpoint` for the third of those that repeat.
///
/// Errors of decoding the request and of encoding the reply become refusals by themselves, with `EINVAL` and their
/// text.
///
/// ```
/// use nlgen_runtime::{Errno, server::Refused};
/// let refused = Refused::new(Errno::EINVAL).message("it is not the length so far").at("offset");
/// let missing = Refused::missing_attribute("header/dev-name");
/// # let _ = (refused, missing);
/// ```
#[derive(Clone, Debug)]
pub struct Refused {
    pub(crate) errno: Errno,
    /// In a box of its own, since results without it are moved about.
    said: Box<Said>,
}

/// What is said beside the error number.
#[derive(Clone, Debug, Default)]
struct Said {
    message: Option<String>,
    /// The offending attribute.
    attribute: Place,
    /// The attribute that is missing.
    missing: Option<Place>,
    policy: Option<Rule>,
}

/// The place of an attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Place {
    /// None.
    #[default]
    Unknown,
    /// By names of the specification.
    Named(String),
    /// By numbers, outermost first; each time with how many of the same number come before.
    Numbers(Vec<(u16, usize)>),
    /// In bytes from the beginning of the request.
    Offset(usize),
}

impl Refused {
    /// A refusal with an error number.
    #[must_use]
    pub fn new(errno: Errno) -> Self {
        Self {
            errno,
            said: Box::default(),
        }
    }

    /// The refusal of a request without an attribute that it needs: `EINVAL`, and the attribute's place
    /// (`NLMSGERR_ATTR_MISS_TYPE`, and `NLMSGERR_ATTR_MISS_NEST` inside of another).
    #[must_use]
    pub fn missing_attribute(name: impl Into<String>) -> Self {
        let mut new = Self::new(Errno::EINVAL);
        new.said.missing = Some(Place::Named(name.into()));
        new
    }

    /// A text for people (`NLMSGERR_ATTR_MSG`).
    #[must_use]
    pub fn message(mut self, text: impl Into<String>) -> Self {
        self.said.message = Some(text.into());
        self
    }

    /// The attribute that is wrong, by its name (`NLMSGERR_ATTR_OFFS`). It is left out when the request does not have
    /// it; a name that its set does not have is said in the text.
    #[must_use]
    pub fn at(mut self, name: impl Into<String>) -> Self {
        self.said.attribute = Place::Named(name.into());
        self
    }

    /// The attribute that is wrong, by the numbers that lead to it, outermost first (`NLMSGERR_ATTR_OFFS`). It is left
    /// out when the request does not have it.
    #[must_use]
    pub fn attribute(mut self, numbers: &[u16]) -> Self {
        self.said.attribute = Place::Numbers(numbers.iter().map(|number| (*number, 0)).collect());
        self
    }

    /// The number of an attribute that is missing at the top (`NLMSGERR_ATTR_MISS_TYPE`).
    #[must_use]
    pub fn missing(mut self, number: u16) -> Self {
        self.said.missing = Some(Place::Numbers(vec![(number, 0)]));
        self
    }

    /// The error number.
    #[must_use]
    pub fn errno(&self) -> Errno {
        self.errno
    }

    /// Where the wrong attribute begins, in bytes from the request's header.
    pub(super) fn offset(mut self, offset: usize) -> Self {
        self.said.attribute = Place::Offset(offset);
        self
    }

    /// The policy that is broken (`NLMSGERR_ATTR_POLICY`).
    pub(super) fn policy(mut self, rule: Rule) -> Self {
        self.said.policy = Some(rule);
        self
    }

    /// The same, with the names of attributes of `set` as numbers.
    pub(crate) fn of(mut self, set: &'static Set) -> Self {
        let said = &mut *self.said;
        let places = [Some(&mut said.attribute), said.missing.as_mut()];
        let mut wrong = None;
        for place in places.into_iter().flatten() {
            if let Place::Named(name) = place {
                *place = match numbers(set, name) {
                    Some(numbers) => Place::Numbers(numbers),
                    None => {
                        wrong = Some(name.clone());
                        Place::Unknown
                    }
                };
            }
        }
        if let Some(name) = wrong {
            let said = self.said.message.take().unwrap_or_default();
            let set = set.name();
            let more = format!("(the server names `{name}`, which the set `{set}` does not have)");
            self.said.message = Some(format!("{said} {more}").trim_start().to_owned());
        }
        self
    }

    /// The attributes of the extended acknowledgement for a request whose attributes, at `start` of the message, are
    /// `attributes`.
    pub(crate) fn ext_ack(&self, start: usize, attributes: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut out = Encoder::new(&mut bytes);
        let offset = |offset: Option<usize>| offset.and_then(|at| u32::try_from(at).ok());
        out.put(1, &self.said.message.as_deref());
        out.put(2, &offset(self.said.attribute.find(start, attributes)));
        if let Some(rule) = &self.said.policy {
            rule.encode(4, &mut out);
        }
        if let Some(Place::Numbers(numbers)) = &self.said.missing
            && let Some(((number, _), nest)) = numbers.split_last()
        {
            out.put(5, &Some(u32::from(*number)));
            let nest = Place::Numbers(nest.to_vec());
            out.put(6, &offset(nest.find(start, attributes)));
        }
        // Only the server's own text could be too long; then the number alone is sent.
        match out.finish() {
            Ok(()) => bytes,
            Err(_) => Vec::new(),
        }
    }
}

impl Place {
    /// Where the attribute begins, in bytes from the request's header.
    fn find(&self, start: usize, attributes: &[u8]) -> Option<usize> {
        match self {
            Self::Numbers(numbers) => Some(start + offset_of(attributes, numbers)?),
            Self::Offset(offset) => Some(*offset),
            Self::Unknown | Self::Named(_) => None,
        }
    }
}

/// The numbers that a path of names leads by.
fn numbers(set: &'static Set, path: &str) -> Option<Vec<(u16, usize)>> {
    let mut inside = Some(set);
    let mut numbers = Vec::new();
    for step in path.split('/') {
        let (name, index) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
            Some((name, index)) => (name, Some(index.parse::<u16>().ok()?)),
            None => (step, None),
        };
        let mut known = inside?.attributes().iter();
        let attr = known.find(|attr| attr.name() == name)?;
        let skipped = index.filter(|_| attr.is_multi()).unwrap_or(0);
        numbers.push((attr.number(), skipped.into()));
        let mut kind = attr.kind();
        if let (Kind::Array(entry), Some(index)) = (kind, index) {
            numbers.push((index, 0));
            kind = *entry;
        }
        inside = match kind {
            Kind::Nest(set) => Some(set()),
            _ => None,
        };
    }
    Some(numbers)
}

/// Where the attribute begins that `numbers` lead to.
fn offset_of(attributes: &[u8], numbers: &[(u16, usize)]) -> Option<usize> {
    let ((number, skipped), inner) = numbers.split_first()?;
    let mut same = Attrs::new(attributes)
        .map_while(Result::ok)
        .filter(|attr| attr.kind() == *number);
    let attr: Attr<'_> = same.nth(*skipped)?;
    let at = attributes.len() - attr.level().len();
    match inner {
        [] => Some(at),
        inner => Some(at + crate::wire::HEADER + offset_of(attr.payload(), inner)?),
    }
}

impl Rule {
    /// Appends what is accepted, as the attribute `number` (`netlink_policy_dump_write_attr`). What the kernel has no
    /// type for is left out.
    fn encode(&self, number: u16, out: &mut Encoder<'_>) {
        let Some(kind) = self.kind.number() else {
            return;
        };
        out.nest(number, |out| {
            self.encode_check(out);
            out.put(1, &Some(kind));
        });
    }

    fn encode_check(&self, out: &mut Encoder<'_>) {
        let ((least, greatest), check) = (self.limits(), self.check);
        let longest = (self.len != 0).then(|| u32::from(self.len));
        match self.kind {
            RuleKind::U8 | RuleKind::U16 | RuleKind::U32 | RuleKind::U64 | RuleKind::Uint => {
                match check {
                    Check::Mask(bits) => out.put(12, &Some(bits)),
                    Check::Function(_) => {}
                    _ => {
                        out.put(4, &u64::try_from(least).ok());
                        out.put(5, &u64::try_from(greatest).ok());
                    }
                }
            }
            RuleKind::S8 | RuleKind::S16 | RuleKind::S32 | RuleKind::S64 | RuleKind::Sint => {
                if !matches!(check, Check::Function(_)) {
                    out.put(2, &i64::try_from(least).ok());
                    out.put(3, &i64::try_from(greatest).ok());
                }
            }
            RuleKind::Bitfield32 => {
                let bits = match check {
                    Check::Mask(bits) => bits,
                    _ => 0,
                };
                out.put(10, &u32::try_from(bits).ok());
            }
            RuleKind::String | RuleKind::NulString | RuleKind::Binary => match check {
                Check::Range(..) => {
                    let least = u32::try_from(least).ok().filter(|least| *least != 0);
                    let greatest = u32::try_from(greatest).ok();
                    out.put(6, &least);
                    out.put(7, &greatest.filter(|most| *most < u16::MAX.into()));
                }
                _ => out.put(7, &longest),
            },
            RuleKind::Nested
            | RuleKind::NestedArray
            | RuleKind::Flag
            | RuleKind::Be16
            | RuleKind::Be32
            | RuleKind::Unspec => {}
        }
    }
}

impl RuleKind {
    /// Its number in `enum netlink_attribute_type`, if it has one.
    fn number(self) -> Option<u32> {
        Some(match self {
            Self::Flag => 1,
            Self::U8 => 2,
            Self::U16 => 3,
            Self::U32 => 4,
            Self::U64 => 5,
            Self::S8 => 6,
            Self::S16 => 7,
            Self::S32 => 8,
            Self::S64 => 9,
            Self::Binary => 10,
            Self::String => 11,
            Self::NulString => 12,
            Self::Nested => 13,
            Self::NestedArray => 14,
            Self::Bitfield32 => 15,
            Self::Sint => 16,
            Self::Uint => 17,
            Self::Be16 | Self::Be32 | Self::Unspec => return None,
        })
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.said.message {
            Some(message) => write!(f, "{}: {message}", self.errno),
            None => write!(f, "{}", self.errno),
        }
    }
}

impl std::error::Error for Refused {}

impl From<DecodeError> for Refused {
    fn from(error: DecodeError) -> Self {
        Self::new(Errno::EINVAL).message(error.to_string())
    }
}

impl From<EncodeError> for Refused {
    fn from(error: EncodeError) -> Self {
        Self::new(Errno::EINVAL).message(format!("the reply cannot be encoded: {error}"))
    }
}

/// Flags of the message that ends an answer.
pub(crate) const fn end_flags(ext_ack: &[u8]) -> u16 {
    match ext_ack {
        [] => flags::CAPPED,
        _ => flags::CAPPED | flags::ACK_TLVS,
    }
}
