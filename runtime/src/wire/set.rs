//! Static descriptions of attribute sets: names, types and nesting, without code per attribute.
//!
//! Errors, the paths of extended acknowledgements, `Debug` and the hiding of secrets all read them.
//! Generated code and the derives fill them in.

use crate::wire::attr::Attrs;
use crate::wire::int::Int;
use crate::wire::structure::Layout;
use crate::wire::text::Str;

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
    /// Items of so many bytes each, one behind the other, all of one kind.
    Items(usize, &'static Kind),
    /// A C struct.
    Struct(&'static Layout),
    /// A payload in the format that the attribute of this number selects, in the same set.
    SubMessage(u16, &'static [Format]),
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
}

impl Format {
    /// The format that the selector's value `value` names: a struct, attributes, both or nothing.
    #[must_use]
    pub const fn new(
        value: &'static str,
        header: Option<&'static Layout>,
        set: Option<fn() -> &'static Set>,
    ) -> Self {
        Self { value, header, set }
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

    /// The format of a payload whose selector is the attribute `number` of `set`, among the
    /// attributes in `level`.
    pub(crate) fn find(
        formats: &'static [Self],
        set: &'static Set,
        number: u16,
        level: &[u8],
    ) -> Option<&'static Self> {
        let attrs = Attrs::new(level).map_while(Result::ok);
        let selector = attrs.filter(|attr| attr.kind() == number).last()?;
        let payload = selector.payload();
        let name = match set.attribute(number)?.kind {
            Kind::Enum(int, names) => {
                let value = int.read(payload)?;
                names
                    .iter()
                    .find(|(known, _)| *known == value)?
                    .1
                    .as_bytes()
            }
            _ => Str::from_payload(payload).as_bytes(),
        };
        formats
            .iter()
            .find(|format| format.value.as_bytes() == name)
    }
}

impl Format {
    /// Whether a payload in one of `formats` may hold a secret. Where it is not known which one it is in, its bytes
    /// are not shown then.
    pub(crate) fn any_secret(formats: &[Self]) -> bool {
        formats_hold_secret(formats, &mut Vec::new())
    }
}

/// Whether a secret may be in one of `formats`, but for the sets in `seen`: a set can contain itself.
fn formats_hold_secret(formats: &[Format], seen: &mut Vec<*const Set>) -> bool {
    let mut sets = formats.iter().filter_map(Format::set);
    sets.any(|set| set_holds_secret(set, seen))
}

fn set_holds_secret(set: &'static Set, seen: &mut Vec<*const Set>) -> bool {
    let address: *const Set = set;
    if seen.contains(&address) {
        return false;
    }
    seen.push(address);
    let mut attributes = set.attributes.iter();
    attributes.any(|attr| attr.secret || kind_holds_secret(attr.kind, seen))
}

fn kind_holds_secret(kind: Kind, seen: &mut Vec<*const Set>) -> bool {
    match kind {
        Kind::Nest(set) | Kind::Keyed(_, set) | Kind::Rows(_, _, set) => {
            set_holds_secret(set(), seen)
        }
        Kind::Array(kind) => kind_holds_secret(*kind, seen),
        Kind::SubMessage(_, formats) => formats_hold_secret(formats, seen),
        _ => false,
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
