//! What a family defines beside its attributes: constants, enums, flags and C structs.

use super::kernel::{DefinitionKeys, MemberKind};
use super::{Content, Count};

/// A C struct.
#[derive(Clone, Debug)]
pub struct Struct {
    /// Its name in the spec.
    pub name: String,
    /// Its name in Rust.
    pub ident: String,
    /// The name in Rust of its description.
    pub table: String,
    /// What it is.
    pub doc: Option<String>,
    /// Its members, padding left out.
    pub members: Vec<Member>,
    /// Its length in bytes, padding included.
    pub len: usize,
    /// The boundary that it starts at, in bytes.
    pub align: usize,
    /// What it says for C alone.
    pub c: DefinitionKeys,
}

/// A member of a C struct.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name in the spec.
    pub name: String,
    /// Its name in Rust.
    pub ident: String,
    /// What it means.
    pub doc: Option<String>,
    /// Where it begins, in bytes from the struct's beginning.
    pub offset: usize,
    /// Its length in bytes.
    pub len: usize,
    /// What it contains: an integer, bytes of an exact length, text, an address, a struct, or an array of these.
    pub content: Content,
    /// What it is in C.
    pub c: MemberKind,
}

impl Struct {
    /// The array of any length that it ends in, if it does. Its own length is 0.
    #[must_use]
    pub fn tail(&self) -> Option<&Member> {
        self.members.last().filter(|member| member.is_tail())
    }

    /// The member of a name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// The member that counts the items of the array at the end.
    #[must_use]
    pub fn counter(&self) -> Option<&Member> {
        let Content::Items {
            count: Count::Member(by),
            ..
        } = &self.tail()?.content
        else {
            return None;
        };
        self.members.iter().find(|member| member.name == *by)
    }
}

impl Member {
    /// Whether it is an array of any length, which ends the struct.
    #[must_use]
    pub fn is_tail(&self) -> bool {
        match &self.content {
            Content::Items { count, .. } => !matches!(count, Count::Fixed(_)),
            Content::AnyAddr => true,
            _ => false,
        }
    }
}

/// A constant.
#[derive(Clone, Debug)]
pub struct Const {
    /// Its name in the spec.
    pub name: String,
    /// Its name in Rust.
    pub ident: String,
    /// What it is.
    pub doc: Option<String>,
    /// Its value.
    pub value: ConstValue,
    /// What it says for C alone.
    pub c: DefinitionKeys,
}

/// A constant's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConstValue {
    /// A number.
    Int(i128),
    /// A text.
    Text(String),
}

/// An enum, flags, or both: the values of an enum can be the bits of flags elsewhere.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Its name in the spec.
    pub name: String,
    /// What it is.
    pub doc: Option<String>,
    /// The entries.
    pub entries: Vec<Entry>,
    /// How it is used as values: its name in Rust and its width.
    pub values: Option<EnumUse>,
    /// How it is used as bits: its name in Rust and its width.
    pub flags: Option<EnumUse>,
    /// Whether it is `flags` in the spec, whose entries are bits.
    pub is_flags: bool,
    /// What it says for C alone.
    pub c: DefinitionKeys,
}

/// An enum in one of its two uses.
#[derive(Clone, Debug)]
pub struct EnumUse {
    /// Its name in Rust.
    pub ident: String,
    /// The name in Rust of the table of its names.
    pub table: String,
    /// The integer that holds it wherever it is used.
    pub repr: Repr,
}

/// An integer type of Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repr {
    /// 1, 2, 4 or 8.
    pub bytes: u8,
    /// Whether it has negative values.
    pub signed: bool,
}

/// An entry of an enum or of flags.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name in the spec.
    pub name: String,
    /// Its name in Rust as a value.
    pub variant: String,
    /// Its name in Rust as a bit.
    pub constant: String,
    /// What it means.
    pub doc: Option<String>,
    /// Its value, or the number of its bit.
    pub value: i128,
}

impl Repr {
    /// Its name in Rust.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match (self.signed, self.bytes) {
            (false, 1) => "u8",
            (false, 2) => "u16",
            (false, 4) => "u32",
            (false, _) => "u64",
            (true, 1) => "i8",
            (true, 2) => "i16",
            (true, 4) => "i32",
            (true, _) => "i64",
        }
    }

    /// The least and the greatest value.
    #[must_use]
    pub const fn range(self) -> (i128, i128) {
        let bits = 8 * self.bytes as u32;
        match self.signed {
            true => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
            false => (0, (1 << bits) - 1),
        }
    }

    /// The value of this type that has the bits of `value`.
    #[must_use]
    pub const fn wrap(self, value: i128) -> i128 {
        let (least, greatest) = self.range();
        let bits = 8 * self.bytes as u32;
        let low = value & ((1 << bits) - 1);
        match self.signed && low > greatest {
            true => low - (greatest - least + 1),
            false => low,
        }
    }

    /// One that holds the values of both.
    #[must_use]
    pub const fn join(self, other: Self) -> Self {
        let bytes = if self.bytes > other.bytes {
            self.bytes
        } else {
            other.bytes
        };
        if self.signed == other.signed {
            return Self {
                bytes,
                signed: self.signed,
            };
        }
        Self {
            bytes: 8,
            signed: true,
        }
    }
}
