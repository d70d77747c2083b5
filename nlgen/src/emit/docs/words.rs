//! What types, limits and permissions are called, in the words of specs.

use crate::model::{
    Attribute, ConstValue, Content, Count, Enum, EnumId, Family, Group, Hint, Int, Meaning,
    Operation, Order, Permission, Protocol, SetId, StructId, SubMessageId,
};

/// What an attribute contains: words, and the item of the family that they end in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The type and what goes with it: `u32, big-endian`.
    pub text: String,
    /// What it contains one of, or the names of its values.
    pub target: Option<Target>,
    /// Whether there may be several.
    pub repeated: bool,
}

/// An item of a family that attributes refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A set of attributes.
    Set(SetId),
    /// The names of values or of bits.
    Enum(EnumId),
    /// A C struct.
    Struct(StructId),
    /// Payloads that another attribute selects.
    SubMessage(SubMessageId),
}

impl Target {
    /// The item's name in the spec.
    #[must_use]
    pub fn name(self, family: &Family) -> &str {
        match self {
            Self::Set(id) => &family.set(id).name,
            Self::Enum(id) => &family.enumeration(id).name,
            Self::Struct(id) => &family.structure(id).name,
            Self::SubMessage(id) => &family.sub_message(id).name,
        }
    }
}

/// What an attribute contains.
///
/// ```
/// # use nlgen::{emit::docs::words, span::Source};
/// # let spec = "
/// # name: ping
/// # attribute-sets: [ { name: ping, attributes: [ { name: port, type: u16, byte-order: big-endian, multi-attr: true } ] } ]
/// # operations: { list: [] }
/// # ";
/// # let family = nlgen::load(Source::new("ping.yaml", spec))?;
/// let port = &family.sets[0].attributes[0];
/// assert_eq!(words::kind(port).text, "u16, big-endian");
/// assert!(words::kind(port).repeated);
/// # Ok::<(), nlgen::diagnostic::SpecError>(())
/// ```
#[must_use]
pub fn kind(attribute: &Attribute) -> Kind {
    Kind {
        repeated: attribute.multi,
        ..content(&attribute.content)
    }
}

/// What an attribute or a member of a struct contains.
#[must_use]
pub fn content(content: &Content) -> Kind {
    let (text, target) = match content {
        Content::Unused => ("unused".to_owned(), None),
        Content::Pad => ("pad".to_owned(), None),
        Content::Flag => ("flag".to_owned(), None),
        Content::Int(int, meaning) => integer(*int, *meaning),
        Content::String => ("string".to_owned(), None),
        Content::Bytes { exact, hint } => (bytes(*exact, *hint), None),
        Content::Ipv4 => ("IPv4 address".to_owned(), None),
        Content::Ipv6 => ("IPv6 address".to_owned(), None),
        Content::Ip => ("IPv4 or IPv6 address".to_owned(), None),
        Content::Mac => ("MAC address".to_owned(), None),
        Content::Socket { .. } => ("socket address".to_owned(), None),
        Content::Labels => ("MPLS labels".to_owned(), None),
        Content::AnyAddr => ("address to the end".to_owned(), None),
        Content::Text { len } => (format!("text of {len} bytes"), None),
        Content::Items { item, count, .. } => {
            let item = self::content(item);
            let count = match count {
                Count::Fixed(count) => format!("array of {count}"),
                Count::Member(by) => format!("array counted by {by}"),
                Count::Rest => "array to the end".to_owned(),
            };
            (format!("{count}: {}", item.text), item.target)
        }
        Content::Bitfield32(names) => ("bitfield32".to_owned(), names.map(Target::Enum)),
        Content::Scalars(int) => (format!("array of {}", int_name(*int)), None),
        Content::Struct(id) => ("struct".to_owned(), Some(Target::Struct(*id))),
        Content::SubMessage { id, selector } => (
            format!("sub-message selected by {selector}"),
            Some(Target::SubMessage(*id)),
        ),
        Content::Nest(set) => ("nest".to_owned(), Some(Target::Set(*set))),
        Content::Array(inner) => {
            let inner = self::content(inner);
            (format!("indexed-array of {}", inner.text), inner.target)
        }
        Content::Rows { length, set, .. } => (
            format!("rows, each as long as {length} says, with attributes of"),
            Some(Target::Set(*set)),
        ),
        Content::Keyed { keys, set } => (
            format!("nests by {}, then a nest", keys.join(" and ")),
            Some(Target::Set(*set)),
        ),
    };
    Kind {
        text,
        target,
        repeated: false,
    }
}

fn integer(int: Int, meaning: Meaning) -> (String, Option<Target>) {
    let name = int_name(int);
    match meaning {
        Meaning::Number => (name, None),
        Meaning::Hex => (format!("{name}, hexadecimal"), None),
        Meaning::Enum(id) => (format!("{name}, one of"), Some(Target::Enum(id))),
        Meaning::Flags(id) => (format!("{name}, flags of"), Some(Target::Enum(id))),
    }
}

/// An integer as specs call it, with its byte order unless it is the machine's.
fn int_name(int: Int) -> String {
    let letter = if int.signed { 's' } else { 'u' };
    let name = match int.bytes {
        0 => format!("{letter}int"),
        bytes => format!("{letter}{}", 8 * u32::from(bytes)),
    };
    match int.order {
        Order::Host => name,
        Order::Big => format!("{name}, big-endian"),
        Order::Little => format!("{name}, little-endian"),
    }
}

fn bytes(exact: Option<usize>, hint: Option<Hint>) -> String {
    let name = match exact {
        Some(1) => "1 byte".to_owned(),
        Some(len) => format!("{len} bytes"),
        None => "bytes".to_owned(),
    };
    match hint {
        Some(Hint::Uuid) => format!("{name}, a UUID"),
        Some(Hint::Mac) => format!("{name}, a hardware address"),
        Some(Hint::Hex) | None => name,
    }
}

/// What the kernel refuses of an attribute, one limit each: `at least 1`.
#[must_use]
pub fn limits(family: &Family, attribute: &Attribute) -> Vec<String> {
    let checks = &attribute.checks;
    let mut limits = Vec::new();
    match (checks.min, checks.max) {
        (Some(min), Some(max)) => limits.push(format!("{min} to {max}")),
        (Some(min), None) => limits.push(format!("at least {min}")),
        (None, Some(max)) => limits.push(format!("at most {max}")),
        (None, None) => {}
    }
    match (checks.min_len, checks.max_len) {
        (Some(min), Some(max)) => limits.push(format!("{min} to {max} bytes")),
        (Some(min), None) => limits.push(format!("at least {min} bytes")),
        (None, Some(max)) => limits.push(format!("at most {max} bytes")),
        (None, None) => {}
    }
    let told = matches!(attribute.content, Content::Bytes { exact: Some(_), .. });
    if let Some(len) = checks.exact_len.filter(|_| !told) {
        limits.push(format!("{len} bytes"));
    }
    if let Some(mask) = checks.flags_mask {
        limits.push(format!("flags of {}", family.enumeration(mask).name));
    }
    if checks.unterminated_ok {
        limits.push("the NUL may be missing".to_owned());
    }
    limits
}

/// Who may ask for an operation, as a sentence; `None` when everybody may.
#[must_use]
pub fn permission(permission: Permission) -> Option<&'static str> {
    permission.needs()
}

/// Who may join a group, as a sentence; `None` when everybody may.
#[must_use]
pub fn joining(group: &Group) -> Option<String> {
    permission(group.permission).map(|text| format!("Who joins {text}."))
}

/// Which kernels have what depends on an option, as a sentence.
#[must_use]
pub fn config(name: &str) -> String {
    let name = name.to_uppercase().replace('-', "_");
    format!("Only in kernels built with CONFIG_{name}.")
}

/// How an operation is answered in another way than most, in sentences.
#[must_use]
pub fn answers(family: &Family, operation: &Operation) -> Vec<String> {
    let modes = || [&operation.doit, &operation.dump].into_iter().flatten();
    let lacking = [
        ("port id", modes().any(|mode| mode.lacks.port_id)),
        ("sequence number", modes().any(|mode| mode.lacks.sequence)),
    ];
    let lacking = lacking.into_iter().filter(|(_, lacks)| *lacks);
    let lacking: Vec<&str> = lacking.map(|(what, _)| what).collect();
    let mut sentences = Vec::new();
    if !lacking.is_empty() {
        sentences.push(format!(
            "Its replies lack the {}.",
            lacking.join(" and the ")
        ));
    }
    let returned = modes().find_map(|mode| {
        let number = mode.returns?;
        let set = family.set(family.message(mode.reply?).set);
        set.attributes.iter().find(|attr| attr.number == number)
    });
    if let Some(attr) = returned {
        sentences.push(format!(
            "The kernel returns {} in place of an error number.",
            attr.name
        ));
    }
    sentences
}

/// How a family is spoken to.
#[must_use]
pub fn protocol(family: &Family) -> String {
    match family.protocol {
        Protocol::Generic { version } => format!("generic netlink, version {version}"),
        Protocol::Raw { number } => format!("netlink protocol {number}"),
    }
}

/// The value of a constant.
#[must_use]
pub fn value(value: &ConstValue) -> String {
    match value {
        ConstValue::Int(number) => number.to_string(),
        ConstValue::Text(text) => format!("\"{text}\""),
    }
}

/// Whether an enum's entries are bits wherever it is used.
#[must_use]
pub fn is_flags(names: &Enum) -> bool {
    names.flags.is_some() && names.values.is_none()
}
