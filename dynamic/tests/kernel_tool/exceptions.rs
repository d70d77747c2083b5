//! Where the kernel's Python tool of Linux 6.12 is known to be wrong or to lack something.
//!
//! Each rule says what the tool must be given, or gives, instead. The test shows each of them to be needed at
//! every place where it applies: without it the tool's answer is another one.

use std::collections::HashMap;
use std::net::IpAddr;

use nlgen::model::{Content, EnumId, Family, Hint, Meaning, SetId};
use nlgen::spec;
use serde_json::{Value, json};

use super::message::hex;
use super::walk::{Header, Place};

/// Which way a message goes through the tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// JSON to bytes.
    Encode,
    /// Bytes to JSON.
    Decode,
}

/// What a rule does with a value.
pub(crate) enum Change {
    /// Nothing.
    Keep,
    /// It is left out of the message, for both sides.
    Drop,
    /// The tool has this instead.
    Put(Value),
    /// The tool fails.
    Fail,
    /// The tool has what is inside beside it, unless something of that name is there.
    Spread,
    /// The tool has what is inside beside it, instead of anything of that name.
    SpreadOver,
}

/// A difference between the tool and us.
pub(crate) struct Rule {
    /// Where it shows.
    pub(crate) way: Way,
    /// What is wrong with the tool, or what it lacks.
    pub(crate) reason: &'static str,
    /// Whether it is about all that an attribute is repeated with, and not about each.
    pub(crate) lists: bool,
    /// What becomes of a value, as we spell it.
    pub(crate) change: fn(&Place, &Written, &Value) -> Change,
}

/// The types of attributes as specs write them; the model says what they mean.
pub(crate) struct Written(HashMap<String, &'static str>);

impl Written {
    /// The types in a spec as it is written; sets that are added by an overlay are not in it.
    pub(crate) fn of(spec: &spec::Family) -> Self {
        let mut types = HashMap::new();
        for set in &spec.attribute_sets {
            for attribute in &set.attributes {
                if let Some(kind) = &attribute.kind {
                    let path = format!("{}.{}", set.name.value, attribute.name.value);
                    types.insert(path, kind.value.as_str());
                }
            }
        }
        Self(types)
    }

    /// The type of an attribute. A subset's has its parent's.
    fn kind(&self, place: &Place) -> Option<&'static str> {
        let path = |owner: &str| self.0.get(&format!("{owner}.{}", place.name)).copied();
        let set = place
            .family
            .sets
            .iter()
            .find(|set| set.name == place.owner)?;
        let parent = set.subset_of.map(|id| parent_name(place.family, id));
        path(place.owner).or_else(|| path(&parent?))
    }

    /// Whether the spec calls it a number, though it is shown as text.
    fn is_number(&self, place: &Place) -> bool {
        self.kind(place) != Some("binary")
    }
}

fn parent_name(family: &Family, id: SetId) -> String {
    family.set(id).name.clone()
}

/// The rules. A value is changed by the first that does not keep it.
pub(crate) const RULES: &[Rule] = &[
    Rule {
        way: Way::Encode,
        reason: "indexed arrays cannot be encoded",
        lists: false,
        change: |place, _, _| match (place.attribute, place.content) {
            (Some(_), Content::Array(_)) => Change::Drop,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "nest-type-value cannot be encoded",
        lists: false,
        change: |place, _, _| match place.content {
            Content::Keyed { .. } => Change::Drop,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "lists of numbers in a binary cannot be encoded, only their bytes",
        lists: false,
        change: |place, _, value| match place.content {
            Content::Scalars(int) => {
                let numbers = value.as_array().unwrap();
                let size = usize::from(int.bytes);
                let all = numbers.iter().flat_map(|number| {
                    let wide = number
                        .as_i64()
                        .map_or_else(|| number.as_u64().unwrap(), |n| n as u64);
                    match cfg!(target_endian = "big") {
                        true => wide.to_be_bytes()[8 - size..].to_vec(),
                        false => wide.to_le_bytes()[..size].to_vec(),
                    }
                });
                Change::Put(bytes(all))
            }
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "what is shown by a display hint is not read as it is shown",
        lists: false,
        change: |place, written, value| {
            let Some(text) = value.as_str() else {
                return Change::Keep;
            };
            match place.content {
                Content::Int(_, Meaning::Hex) => {
                    let digits = text.strip_prefix("0x").unwrap();
                    Change::Put(json!(u64::from_str_radix(digits, 16).unwrap()))
                }
                Content::Ipv4 | Content::Ipv6 | Content::Ip => match text.parse().unwrap() {
                    IpAddr::V4(address)
                        if place.attribute.is_none() || written.is_number(place) =>
                    {
                        Change::Put(json!(u32::from(address)))
                    }
                    IpAddr::V4(address) => Change::Put(bytes(address.octets())),
                    IpAddr::V6(address) => Change::Put(bytes(address.octets())),
                },
                // The tool reads bytes in hexadecimal, with blanks between them too.
                Content::Mac
                | Content::Bytes {
                    hint: Some(Hint::Mac | Hint::Uuid),
                    ..
                } if text.contains([':', '-']) => Change::Put(json!(text.replace([':', '-'], ""))),
                _ => Change::Keep,
            }
        },
    },
    Rule {
        way: Way::Encode,
        reason: "members of structs are not read by the names of their enum",
        lists: false,
        change: |place, _, value| match (place.attribute, place.content) {
            (None, Content::Int(_, meaning)) => number(place.family, *meaning, value),
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "an attribute with the name of a member of the header before it cannot be sent",
        lists: false,
        change: |place, _, _| match place.header {
            Header::Shadows => Change::Drop,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "members of headers cannot be told apart from attributes",
        lists: false,
        change: |place, _, _| match place.header {
            Header::OfMessage | Header::OfSubMessage => Change::Spread,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "where an attribute and a member of the header have one name, one of them is lost",
        lists: false,
        change: |place, _, _| match place.header {
            Header::OfMessage => Change::SpreadOver,
            Header::OfSubMessage => Change::Spread,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "indices are shown of arrays of nests only",
        lists: false,
        change: |place, _, value| {
            let Some(entries) = value.as_array() else {
                return Change::Keep;
            };
            match place.content {
                Content::Array(element) if !matches!(**element, Content::Nest(_)) => {
                    let plain = |entry: &Value| match entry {
                        Value::Object(entry) => entry.values().next().unwrap().clone(),
                        entry => entry.clone(),
                    };
                    let plain: Vec<Value> = entries.iter().map(plain).collect();
                    match plain == *entries {
                        true => Change::Keep,
                        false => Change::Put(json!(plain)),
                    }
                }
                _ => Change::Keep,
            }
        },
    },
    Rule {
        way: Way::Encode,
        reason: "sint is tried in 4 bytes where 33 bits are needed, with the sign",
        lists: false,
        change: |place, _, value| match (place.content, value.as_i64()) {
            (Content::Int(int, _), Some(number))
                if int.bytes == 0
                    && int.signed
                    && i32::try_from(number).is_err()
                    && number.unsigned_abs() < 1 << 32 =>
            {
                Change::Fail
            }
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "text is ASCII only",
        lists: false,
        change: |place, _, value| match (place.content, value) {
            (Content::String, Value::String(text)) if !text.is_ascii() => Change::Fail,
            // What is no text at all has no spelling.
            (Content::String, Value::Object(_)) => Change::Drop,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "text is ASCII only",
        lists: false,
        change: |place, _, value| match (place.content, value) {
            (Content::String, Value::String(text)) if text.is_ascii() => Change::Keep,
            (Content::String, _) => Change::Fail,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "flags without a name cannot stand beside others",
        lists: false,
        change: |place, _, value| match (place.content, value) {
            (Content::Int(_, Meaning::Flags(_)), Value::Array(flags))
                if place.attribute.is_some() && flags.iter().any(Value::is_number) =>
            {
                Change::Fail
            }
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "values and flags without a name in their enum are refused",
        lists: false,
        change: |place, _, value| match (place.content, value) {
            (Content::Int(int, Meaning::Enum(_)), Value::Number(_)) if int.bytes != 0 => {
                Change::Fail
            }
            (Content::Int(int, Meaning::Flags(_)), Value::Array(flags))
                if int.bytes != 0 && flags.iter().any(Value::is_number) =>
            {
                Change::Fail
            }
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "a selector behind what it selects is not found",
        lists: false,
        change: |place, _, _| match place.ahead {
            true => Change::Fail,
            false => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "what a subset says otherwise than its parent is ignored: no lists",
        lists: true,
        change: |place, _, value| match (value.as_array(), list_of_subset(place)) {
            (Some(values), true) if values.len() == 1 => Change::Put(values[0].clone()),
            (Some(_), true) => Change::Drop,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "what a subset says otherwise than its parent is ignored: the last of a list",
        lists: true,
        change: |place, _, value| match (value.as_array(), list_of_subset(place)) {
            (Some(values), true) => Change::Put(values.last().unwrap().clone()),
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "uint and sint are not shown by the names of their enum",
        lists: false,
        change: |place, _, value| match (place.attribute, place.content) {
            (Some(_), Content::Int(int, meaning)) if int.bytes == 0 => {
                number(place.family, *meaning, value)
            }
            _ => Change::Keep,
        },
    },
];

/// Whether it is a list in a subset, and not in the subset's parent.
fn list_of_subset(place: &Place) -> bool {
    let family = place.family;
    let set = family.sets.iter().find(|set| set.name == place.owner);
    let parent = set.and_then(|set| set.subset_of).map(|id| family.set(id));
    let mut all = parent.into_iter().flat_map(|parent| &parent.attributes);
    let same = all.find(|attribute| attribute.name == place.name);
    place.list && same.is_some_and(|attribute| !attribute.multi)
}

/// The names of an enum's values or flags, as a number.
fn number(family: &Family, meaning: Meaning, value: &Value) -> Change {
    let entry = |id: EnumId, name: &Value| {
        let entries = &family.enumeration(id).entries;
        let entry = entries.iter().find(|entry| *name == json!(entry.name));
        entry.unwrap().value
    };
    match (meaning, value) {
        (Meaning::Enum(id), Value::String(_)) => Change::Put(json!(entry(id, value) as i64)),
        (Meaning::Flags(id), Value::Array(names)) => {
            let bits = names.iter().map(|name| match name.as_u64() {
                Some(bits) => bits,
                None => 1_u64 << entry(id, name),
            });
            Change::Put(json!(bits.fold(0, |all, bit| all | bit)))
        }
        _ => Change::Keep,
    }
}

fn bytes(bytes: impl IntoIterator<Item = u8>) -> Value {
    json!(hex(&bytes.into_iter().collect::<Vec<_>>()))
}

/// Structs whose members the tool puts one behind the other, where C leaves gaps: the spec's name and the
/// struct's.
pub(crate) const PACKED: &[(&str, &str)] = &[
    ("ovs_flow", "ovs-action-push-mpls"),
    ("ovs_flow", "ovs-key-arp"),
    ("ovs_flow", "ovs-key-ct-tuple-ipv4"),
    ("rt_link", "ifla-vf-guid"),
    ("rt_link", "ifla-vf-vlan-info"),
    ("rt_link", "ipv6-devconf"),
    ("rt_link", "rtnl-link-ifmap"),
    ("tc", "gnet-stats-basic"),
    ("tc", "tc-pedit-sel"),
    ("tc", "tc-stats"),
    ("tc", "tc-u32-sel"),
];

/// Messages whose number the tool counts otherwise.
pub(crate) const NUMBERS: &[&str] = &[
    // The number of the do's reply is taken for the dump's, whose messages the tool then does not know.
    "devlink port-get dump reply: 3, not 7",
];

/// Families whose version is not the 1 that the tool always sends.
pub(crate) const VERSIONS: &[&str] = &["nlctrl", "ovs_datapath", "ovs_vport"];
