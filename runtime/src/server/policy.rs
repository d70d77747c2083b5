//! What the kernel's policies say of attributes, as constants (`struct nla_policy`).

use crate::describe::Int;

/// What is accepted of a set of attributes (`struct nla_policy[]`): a rule for each attribute by its number. An attribute
/// without a rule is refused, or passed over where the operation is not strict.
#[derive(Debug)]
pub struct Policies {
    rules: &'static [(u16, Rule)],
    most: u16,
}

/// What is accepted of an attribute (`struct nla_policy`).
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub(super) kind: RuleKind,
    /// The longest text or bytes; 0 for any.
    pub(super) len: u16,
    pub(super) check: Check,
    pub(super) inside: Option<fn() -> &'static Policies>,
}

/// What an attribute contains, as policies see it (`NLA_U8` and others).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RuleKind {
    /// Nothing is known of it, so it is refused.
    Unspec,
    /// `NLA_U8`
    U8,
    /// `NLA_U16`
    U16,
    /// `NLA_U32`
    U32,
    /// `NLA_U64`
    U64,
    /// `NLA_S8`
    S8,
    /// `NLA_S16`
    S16,
    /// `NLA_S32`
    S32,
    /// `NLA_S64`
    S64,
    /// `NLA_UINT`: 4 or 8 bytes.
    Uint,
    /// `NLA_SINT`: 4 or 8 bytes.
    Sint,
    /// `NLA_BE16`
    Be16,
    /// `NLA_BE32`
    Be32,
    /// `NLA_FLAG`
    Flag,
    /// `NLA_STRING`: text that may lack its NUL.
    String,
    /// `NLA_NUL_STRING`
    NulString,
    /// `NLA_BINARY`
    Binary,
    /// `NLA_NESTED`
    Nested,
    /// `NLA_NESTED_ARRAY`
    NestedArray,
    /// `NLA_BITFIELD32`
    Bitfield32,
}

/// What is accepted of a value, or of the length of bytes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Check {
    None,
    /// `NLA_VALIDATE_RANGE`
    Range(i128, i128),
    /// `NLA_VALIDATE_MIN`
    Min(i128),
    /// `NLA_VALIDATE_MAX`
    Max(i128),
    /// `NLA_VALIDATE_MASK`; for a `bitfield32`, the bits that it may have.
    Mask(u64),
    /// `NLA_VALIDATE_FUNCTION`: text of so many bytes or more.
    Shortest(usize),
    /// `NLA_VALIDATE_FUNCTION`
    Function(Function),
}

/// What a function of C checks of an integer, for which policies have no form: gaps between values, bits beyond the
/// lowest 32, other orders of bytes, and more than one of these.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    pub(super) int: Int,
    pub(super) least: i128,
    pub(super) greatest: i128,
    pub(super) bits: u64,
    /// Any where there are none.
    pub(super) values: &'static [i128],
}

impl Function {
    /// The values from `least` to `greatest` are accepted.
    #[must_use]
    pub const fn new(int: Int, least: i128, greatest: i128) -> Self {
        Self {
            int,
            least,
            greatest,
            bits: u64::MAX,
            values: &[],
        }
    }

    /// The same, of which these bits may be set.
    #[must_use]
    pub const fn bits(mut self, bits: u64) -> Self {
        self.bits = bits;
        self
    }

    /// The same, of which these values are accepted.
    #[must_use]
    pub const fn values(mut self, values: &'static [i128]) -> Self {
        self.values = values;
        self
    }
}

impl Policies {
    /// No attribute is accepted (`genl_policy_reject_all`).
    pub const NONE: &'static Self = &Self::new(&[]);

    /// The rules of a set, by the numbers of the attributes.
    #[must_use]
    pub const fn new(rules: &'static [(u16, Rule)]) -> Self {
        let (mut most, mut left) = (0, rules);
        while let [(number, _), rest @ ..] = left {
            if *number > most {
                most = *number;
            }
            left = rest;
        }
        Self { rules, most }
    }

    /// The greatest number that has a rule (`maxattr`).
    #[must_use]
    pub const fn most(&self) -> u16 {
        self.most
    }

    /// The rule for the attribute of a number that is not beyond [`most`](Self::most).
    pub(super) fn rule(&self, number: u16) -> Rule {
        let found = self.rules.iter().find(|(known, _)| *known == number);
        found.map_or(Rule::new(RuleKind::Unspec), |(_, rule)| *rule)
    }
}

/// Everything of a kind.
impl Rule {
    /// `NLA_UNSPEC`: it is refused.
    pub const UNSPEC: Self = Self::new(RuleKind::Unspec);
    /// `NLA_U8`
    pub const U8: Self = Self::new(RuleKind::U8);
    /// `NLA_U16`
    pub const U16: Self = Self::new(RuleKind::U16);
    /// `NLA_U32`
    pub const U32: Self = Self::new(RuleKind::U32);
    /// `NLA_U64`
    pub const U64: Self = Self::new(RuleKind::U64);
    /// `NLA_S8`
    pub const S8: Self = Self::new(RuleKind::S8);
    /// `NLA_S16`
    pub const S16: Self = Self::new(RuleKind::S16);
    /// `NLA_S32`
    pub const S32: Self = Self::new(RuleKind::S32);
    /// `NLA_S64`
    pub const S64: Self = Self::new(RuleKind::S64);
    /// `NLA_UINT`
    pub const UINT: Self = Self::new(RuleKind::Uint);
    /// `NLA_SINT`
    pub const SINT: Self = Self::new(RuleKind::Sint);
    /// `NLA_BE16`
    pub const BE16: Self = Self::new(RuleKind::Be16);
    /// `NLA_BE32`
    pub const BE32: Self = Self::new(RuleKind::Be32);
    /// `NLA_FLAG`
    pub const FLAG: Self = Self::new(RuleKind::Flag);
    /// `NLA_STRING`
    pub const STRING: Self = Self::new(RuleKind::String);
    /// `NLA_NUL_STRING`
    pub const NUL_STRING: Self = Self::new(RuleKind::NulString);
    /// `NLA_BINARY`
    pub const BINARY: Self = Self::new(RuleKind::Binary);
    /// `NLA_NESTED`
    pub const NESTED: Self = Self::new(RuleKind::Nested);
    /// `NLA_NESTED_ARRAY`
    pub const NESTED_ARRAY: Self = Self::new(RuleKind::NestedArray);
    /// `NLA_BITFIELD32`
    pub const BITFIELD32: Self = Self::new(RuleKind::Bitfield32);
}

impl Rule {
    /// Everything of a kind is accepted.
    pub(super) const fn new(kind: RuleKind) -> Self {
        Self {
            kind,
            len: 0,
            check: Check::None,
            inside: None,
        }
    }

    /// A nest whose attributes have rules of their own (`NLA_POLICY_NESTED`).
    #[must_use]
    pub const fn nest(inside: fn() -> &'static Policies) -> Self {
        let mut new = Self::new(RuleKind::Nested);
        new.inside = Some(inside);
        new
    }

    /// An array of nests whose attributes have rules (`NLA_POLICY_NESTED_ARRAY`).
    #[must_use]
    pub const fn array(inside: fn() -> &'static Policies) -> Self {
        let mut new = Self::new(RuleKind::NestedArray);
        new.inside = Some(inside);
        new
    }

    /// The longest text, in bytes without a NUL, or the most bytes (`len`).
    #[must_use]
    pub const fn len(mut self, len: u16) -> Self {
        self.len = len;
        self
    }

    /// The least and the greatest value, or length of bytes (`NLA_POLICY_RANGE`).
    #[must_use]
    pub const fn range(mut self, least: i128, greatest: i128) -> Self {
        self.check = Check::Range(least, greatest);
        self
    }

    /// The least value, or length of bytes (`NLA_POLICY_MIN`).
    #[must_use]
    pub const fn min(mut self, least: i128) -> Self {
        self.check = Check::Min(least);
        self
    }

    /// The greatest value, or length of bytes (`NLA_POLICY_MAX`).
    #[must_use]
    pub const fn max(mut self, greatest: i128) -> Self {
        self.check = Check::Max(greatest);
        self
    }

    /// The bits that may be set (`NLA_POLICY_MASK`, `NLA_POLICY_BITFIELD32`).
    #[must_use]
    pub const fn mask(mut self, bits: u64) -> Self {
        self.check = Check::Mask(bits);
        self
    }

    /// Text of so many bytes or more, the NUL among them (`NLA_POLICY_VALIDATE_FN`).
    #[must_use]
    pub const fn shortest(mut self, len: usize) -> Self {
        self.check = Check::Shortest(len);
        self
    }

    /// What a function accepts (`NLA_POLICY_VALIDATE_FN`).
    #[must_use]
    pub const fn function(mut self, function: Function) -> Self {
        self.check = Check::Function(function);
        self
    }
}
