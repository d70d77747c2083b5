//! Static descriptions of attribute sets: names, types and nesting, without code per attribute.
//!
//! Errors, the paths of extended acknowledgements, `Debug` and the hiding of secrets all read them.
//! Generated code and the derives fill them in.

use super::int::Int;

/// What the attributes of a set are called and contain.
#[derive(Debug)]
pub struct Set {
    name: &'static str,
    attributes: &'static [Attribute],
    /// Whether attributes are inside any of them.
    nests: bool,
}

/// One attribute of a [`Set`].
#[derive(Debug)]
pub struct Attribute {
    number: u16,
    name: &'static str,
    kind: Kind,
    secret: bool,
    multi: bool,
    shown: Shown,
    keys: &'static [&'static str],
}

/// How a number or bytes are best read by people (`display-hint`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// As their kind says.
    #[default]
    Plain,
    /// In hexadecimal.
    Hex,
    /// As a UUID.
    Uuid,
}

/// What an attribute contains.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Bytes without a known structure (`NLA_BINARY`).
    Binary,
    /// Nothing: its presence is the message (`NLA_FLAG`).
    Flag,
    /// Padding that the kernel puts before 64-bit values on some machines.
    Pad,
    /// Text (`NLA_STRING`, `NLA_NUL_STRING`).
    String,
    /// An integer.
    Int(Int),
    /// An integer whose values have names.
    Enum(Int, &'static Names),
    /// An integer whose bits have names.
    Flags(Int, &'static Names),
    /// An IPv4 (4 bytes) or IPv6 (16 bytes) address, in network byte order.
    Ip,
    /// A hardware address of 6 bytes.
    Mac,
    /// Flags and a mask (`struct nla_bitfield32`).
    Bitfield32(&'static Names),
    /// Attributes of a set (`NLA_NESTED`). A function, so that a set can contain itself.
    Nest(fn() -> &'static Set),
    /// Attributes whose types are indices and whose payloads are all of one kind
    /// (`NLA_NESTED_ARRAY`).
    Array(&'static Kind),
    /// Integers of one kind, one behind the other.
    Scalars(Int),
    /// An address of a socket: a `struct sockaddr_in` or `struct sockaddr_in6`.
    Socket,
    /// An address of any family, to the end of a struct: of IPv4, of IPv6 or of hardware, by its length.
    AnyAddr,
    /// A stack of MPLS labels.
    Labels,
    /// Items of so many bytes each, one behind the other, all of one kind.
    Items(usize, &'static Kind),
    /// A C struct.
    Struct(&'static Layout),
    /// A payload in the format that the attribute of this number selects, in the same set.
    SubMessage(u16, &'static [Format]),
    /// A payload in the format that the member of this name selects, of the struct before the attributes.
    ByHeader(&'static (&'static str, &'static [Format])),
    /// A payload in a format that an attribute of another set selects.
    Unselected,
    /// Levels of attributes whose types are numbers with a meaning, then a set.
    Keyed(u8, fn() -> &'static Set),
    /// Rows of a C struct with attributes of a set behind each. The length of a row is at this offset in the struct.
    Rows(&'static Layout, u16, fn() -> &'static Set),
}

impl Kind {
    /// Whether attributes are inside.
    pub(crate) const fn has_attributes(&self) -> bool {
        matches!(
            self,
            Self::Nest(_)
                | Self::Array(_)
                | Self::Keyed(..)
                | Self::Rows(..)
                | Self::SubMessage(..)
                | Self::ByHeader(_)
                | Self::Unselected
        )
    }
}

/// One format of a sub-message.
#[derive(Debug)]
pub struct Format {
    value: &'static str,
    header: Option<&'static Layout>,
    set: Option<fn() -> &'static Set>,
    holds: Option<(Kind, Shown)>,
    others: bool,
}

impl Format {
    /// The format that the selector's value `value` names: a struct, attributes, both or nothing.
    #[must_use]
    pub const fn new(
        value: &'static str,
        header: Option<&'static Layout>,
        set: Option<fn() -> &'static Set>,
    ) -> Self {
        Self {
            value,
            header,
            set,
            holds: None,
            others: false,
        }
    }

    /// The format that the selector's value `value` names: one value.
    #[must_use]
    pub const fn of(value: &'static str, kind: Kind, shown: Shown) -> Self {
        let mut format = Self::new(value, None, None);
        format.holds = Some((kind, shown));
        format
    }

    /// The same format, for all values of the selector that no other format has.
    #[must_use]
    pub const fn others(mut self) -> Self {
        self.others = true;
        self
    }

    /// What the payload is, when it is one value, and how that is best shown.
    #[must_use]
    pub const fn holds(&self) -> Option<(Kind, Shown)> {
        self.holds
    }

    /// Whether it is the format of all values that no other format has.
    #[must_use]
    pub const fn is_others(&self) -> bool {
        self.others
    }

    /// The selector's value.
    #[must_use]
    pub const fn value(&self) -> &'static str {
        self.value
    }

    /// The struct that the payload begins with.
    #[must_use]
    pub const fn header(&self) -> Option<&'static Layout> {
        self.header
    }

    /// The set of the attributes.
    #[must_use]
    pub fn set(&self) -> Option<&'static Set> {
        self.set.map(|set| set())
    }
}

/// Names of an enum's values, or of masks in a set of flags. Negative values are sign-extended to
/// 64 bits.
pub type Names = [(u64, &'static str)];

impl Set {
    /// A set with its attributes.
    #[must_use]
    pub const fn new(name: &'static str, attributes: &'static [Attribute]) -> Self {
        let (mut nests, mut left) = (false, attributes);
        while let [first, rest @ ..] = left {
            nests |= first.kind.has_attributes();
            left = rest;
        }
        Self {
            name,
            attributes,
            nests,
        }
    }

    /// Whether attributes are inside any of its attributes.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub const fn has_nests(&self) -> bool {
        self.nests
    }

    /// The name in the specification.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The attributes, in the order of the specification.
    #[must_use]
    pub const fn attributes(&self) -> &'static [Attribute] {
        self.attributes
    }

    /// The attribute of a number.
    #[must_use]
    pub fn attribute(&self, number: u16) -> Option<&'static Attribute> {
        self.attributes.iter().find(|attr| attr.number == number)
    }

    /// The name of the attribute of a number.
    pub(crate) fn name_of(&self, number: u16) -> Option<&'static str> {
        self.attribute(number).map(Attribute::name)
    }
}

impl Attribute {
    /// An attribute.
    #[must_use]
    pub const fn new(number: u16, name: &'static str, kind: Kind) -> Self {
        Self {
            number,
            name,
            kind,
            secret: false,
            multi: false,
            shown: Shown::Plain,
            keys: &[],
        }
    }

    /// The same attribute, which may occur more than once: each time is an entry of a list
    /// (`multi-attr`).
    #[must_use]
    pub const fn multi(mut self) -> Self {
        self.multi = true;
        self
    }

    /// The same attribute, shown in another way.
    #[must_use]
    pub const fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }

    /// The same attribute, with names for the numbers of its levels ([`Kind::Keyed`]), outermost first.
    #[must_use]
    pub const fn keys(mut self, keys: &'static [&'static str]) -> Self {
        self.keys = keys;
        self
    }

    /// The same attribute, whose value is never shown: not by `Debug`, not in JSON, not by an error.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The number (`nla_type`).
    #[must_use]
    pub const fn number(&self) -> u16 {
        self.number
    }

    /// The name in the specification.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it contains.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether each time that it occurs is an entry of a list.
    #[must_use]
    pub const fn is_multi(&self) -> bool {
        self.multi
    }

    /// How its value is best shown.
    #[must_use]
    pub const fn hint(&self) -> Shown {
        self.shown
    }

    /// What the numbers of its levels are called, as far as they have names.
    #[must_use]
    pub const fn key_names(&self) -> &'static [&'static str] {
        self.keys
    }

    /// Whether its value must not be shown.
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        self.secret
    }
}

/// What the members of a struct are called and where they lie.
#[derive(Debug)]
pub struct Layout {
    name: &'static str,
    len: usize,
    align: usize,
    members: &'static [Member],
}

/// A member of a [`Layout`].
#[derive(Debug)]
pub struct Member {
    offset: usize,
    len: usize,
    name: &'static str,
    kind: Kind,
    shown: Shown,
    extent: Extent,
}

/// How far a [`Member`] goes.
#[derive(Clone, Copy, Debug)]
enum Extent {
    /// It has its length.
    Fixed,
    /// As many items as the member of this name says.
    Counted(&'static str),
    /// To the end of the payload.
    Rest,
}

impl Layout {
    /// A struct of `len` bytes, padding at the end included, that is aligned as the integers and the
    /// structs in it ask for.
    #[must_use]
    pub const fn new(name: &'static str, len: usize, members: &'static [Member]) -> Self {
        let layout = Self {
            name,
            len,
            align: 1,
            members,
        };
        layout.aligned(greatest_align(members))
    }

    /// The same struct, aligned to `align` bytes at least.
    #[must_use]
    pub const fn aligned(mut self, align: usize) -> Self {
        if align > self.align {
            self.align = align;
        }
        self
    }

    /// The name in the specification.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The length in bytes (`sizeof`).
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a size, not a count")]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// The alignment in bytes (`alignof`): as a member of another struct it begins at a multiple of it.
    #[must_use]
    pub const fn align(&self) -> usize {
        self.align
    }

    /// The members, by place.
    #[must_use]
    pub const fn members(&self) -> &'static [Member] {
        self.members
    }

    /// A member's bytes in those of a struct; those that are there. Of the array at the end, the items that are
    /// there whole.
    pub(crate) fn bytes_of<'a>(&self, member: &Member, bytes: &'a [u8]) -> &'a [u8] {
        let len = match member.kind {
            Kind::Items(len, _) => len,
            _ => 1,
        };
        let count = match member.extent {
            Extent::Fixed => return member.of(bytes),
            Extent::Counted(by) => self.number(by, bytes),
            Extent::Rest => usize::MAX,
        };
        let behind = bytes.get(member.offset..).unwrap_or_default();
        whole(behind, len, count)
    }

    /// The number in the member of this name; 0 if it is not there.
    fn number(&self, name: &str, bytes: &[u8]) -> usize {
        let member = self.members.iter().find(|member| member.name == name);
        let number = member.and_then(|member| match member.kind {
            Kind::Int(int) => int.read(member.of(bytes)),
            _ => None,
        });
        number
            .and_then(|number| number.try_into().ok())
            .unwrap_or(0)
    }
}

const fn greatest_align(mut members: &[Member]) -> usize {
    let mut greatest = 1;
    while let [first, rest @ ..] = members {
        let align = align_of(&first.kind);
        if align > greatest {
            greatest = align;
        }
        members = rest;
    }
    greatest
}

const fn align_of(kind: &Kind) -> usize {
    match kind {
        Kind::Int(int) | Kind::Enum(int, _) | Kind::Flags(int, _) => int.size as usize,
        Kind::Struct(layout) => layout.align,
        Kind::Items(_, item) => align_of(item),
        _ => 1,
    }
}

impl Member {
    /// A member `len` bytes long, `offset` bytes from the struct's beginning.
    #[must_use]
    pub const fn new(offset: usize, len: usize, name: &'static str, kind: Kind) -> Self {
        Self {
            offset,
            len,
            name,
            kind,
            shown: Shown::Plain,
            extent: Extent::Fixed,
        }
    }

    /// The same member, which ends the struct with as many items as the member `by` says.
    #[must_use]
    pub const fn counted(mut self, by: &'static str) -> Self {
        self.extent = Extent::Counted(by);
        self
    }

    /// The same member, which ends the struct with items up to the end of the payload.
    #[must_use]
    pub const fn to_end(mut self) -> Self {
        self.extent = Extent::Rest;
        self
    }

    /// Whether it is the array of any length that ends the struct: then its own length is 0.
    #[must_use]
    pub const fn is_tail(&self) -> bool {
        !matches!(self.extent, Extent::Fixed)
    }

    /// The same member, shown in another way.
    #[must_use]
    pub const fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }

    /// How its value is best shown.
    #[must_use]
    pub const fn hint(&self) -> Shown {
        self.shown
    }

    /// The length in bytes.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a size, not a count")]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// The name in the specification.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it contains.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Where it begins, in bytes from the struct's beginning.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Its bytes in a struct's; those that are there.
    pub(crate) fn of<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        let end = bytes.len().min(self.offset + self.len);
        bytes.get(self.offset..end).unwrap_or_default()
    }
}

/// The bytes of the first `count` items of `len` bytes; of those that are there whole.
pub(crate) fn whole(bytes: &[u8], len: usize, count: usize) -> &[u8] {
    let count = count.min(bytes.len() / len.max(1));
    bytes.get(..count * len).unwrap_or_default()
}
