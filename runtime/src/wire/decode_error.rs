//! Why bytes could not be decoded, and where.

use std::fmt;

use crate::describe::{Path, Set};

/// Bytes that are not what the specification says: what was wrong, and the attributes around it.
///
/// The path begins at the struct that was being decoded. Borrowed nests are decoded when they are
/// opened, so an error inside one begins at that nest's set. So are the entries of borrowed lists as
/// they are walked; an error beside them, in a set that is nothing but a list, begins at that set.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    reason: Reason,
    path: Path,
}

/// A decoded value, or why there is none.
pub type Decoded<T> = Result<T, DecodeError>;

/// What was wrong with the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// An attribute's header has a length below 4 or beyond what is left.
    Header {
        /// The length in the header, in bytes (`nla_len`).
        len: usize,
        /// The bytes left, header included.
        left: usize,
    },
    /// One to three bytes after the last attribute.
    Leftover {
        /// How many.
        left: usize,
    },
    /// A payload is not as long as its type.
    Length {
        /// The type's length in bytes.
        want: usize,
        /// The payload's length in bytes.
        got: usize,
    },
    /// An integer of 4 or 8 bytes has another length.
    AutoLength {
        /// The payload's length in bytes.
        got: usize,
    },
    /// An address has neither 4 nor 16 bytes.
    IpLength {
        /// The payload's length in bytes.
        got: usize,
    },
    /// A socket's address is neither one of IPv4 in 16 bytes nor one of IPv6 in 28.
    SocketAddress {
        /// The address family (`sa_family`), if its bytes are there.
        family: Option<u16>,
        /// The payload's length in bytes.
        got: usize,
    },
    /// An array's payload is not a whole number of items.
    Multiple {
        /// An item's length in bytes.
        of: usize,
        /// The payload's length in bytes.
        got: usize,
    },
    /// A value that the type does not have.
    Value,
    /// Text that is not UTF-8, for a field that needs it.
    Utf8,
    /// A required attribute did not occur.
    Missing,
    /// Values that own their data nest too deep.
    TooDeep,
    /// A message is shorter than its fixed header.
    Short {
        /// The header's length in bytes.
        want: usize,
        /// The message's length in bytes.
        got: usize,
    },
    /// A row has a length below that of its struct or beyond what is left.
    Row {
        /// The length that it says, in bytes.
        len: usize,
        /// The struct's length in bytes.
        least: usize,
        /// The bytes left, the row included.
        left: usize,
    },
    /// Bytes after the last row, too few for another.
    AfterRows {
        /// How many.
        left: usize,
        /// The length of a row's struct in bytes.
        least: usize,
    },
}

impl DecodeError {
    /// An error without a place.
    #[cold]
    #[must_use]
    pub fn new(reason: Reason) -> Self {
        Self(Box::new(Inner {
            reason,
            path: Path::default(),
        }))
    }

    #[cold]
    pub(crate) fn length(want: usize, got: usize) -> Self {
        Self::new(Reason::Length { want, got })
    }

    /// The error, inside the attribute `number` of `set`.
    #[cold]
    #[must_use]
    pub fn within(mut self, set: &'static Set, number: u16) -> Self {
        self.0.path.enter(set.name_of(number), number);
        self.of(set)
    }

    /// The error, inside the entry `index` of an array.
    #[cold]
    pub(crate) fn within_entry(mut self, index: u16) -> Self {
        self.0.path.enter_index(index);
        self
    }

    /// The error, of a set as a whole.
    #[cold]
    pub(crate) fn of(mut self, set: &'static Set) -> Self {
        self.0.path.begin(set.name());
        self
    }

    /// What was wrong.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.0.reason
    }

    /// Where: the set that was being decoded and the attributes inside it, outermost first.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.path.is_empty() {
            return self.0.reason.fmt(f);
        }
        write!(f, "{}: {}", self.0.path, self.0.reason)
    }
}

/// One line, as `Display`; `{:#?}` shows the parts.
impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("DecodeError")
            .field("path", &format_args!("{}", self.0.path))
            .field("reason", &self.0.reason)
            .finish()
    }
}

impl std::error::Error for DecodeError {}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header { len, left } => {
                write!(
                    f,
                    "an attribute says that it has {len} bytes where {left} are left"
                )
            }
            Self::Leftover { left } => write!(f, "{left} bytes after the last attribute"),
            Self::Length { want, got } => write!(f, "{got} bytes where {want} are needed"),
            Self::AutoLength { got } => write!(f, "{got} bytes where 4 or 8 are needed"),
            Self::IpLength { got } => {
                write!(f, "{got} bytes where an address of 4 or 16 is needed")
            }
            Self::SocketAddress { family, got } => {
                f.write_str("a socket address of ")?;
                if let Some(family) = family {
                    write!(f, "family {family} in ")?;
                }
                write!(
                    f,
                    "{got} bytes; those of IPv4 (family 2) have 16, those of IPv6 (family 10) 28"
                )
            }
            Self::Multiple { of, got } => {
                write!(f, "{got} bytes where a multiple of {of} is needed")
            }
            Self::Value => f.write_str("a value that the type does not have"),
            Self::Utf8 => f.write_str("text that is not UTF-8"),
            Self::Missing => f.write_str("a required attribute is missing"),
            Self::TooDeep => f.write_str("attributes nested deeper than 64 levels"),
            Self::Short { want, got } => {
                write!(f, "a message of {got} bytes where its header needs {want}")
            }
            Self::Row { len, least, .. } if len < least => {
                write!(
                    f,
                    "a row says that it has {len} bytes where its struct needs {least}"
                )
            }
            Self::Row { len, left, .. } => {
                write!(
                    f,
                    "a row says that it has {len} bytes where {left} are left"
                )
            }
            Self::AfterRows { left, least } => {
                write!(
                    f,
                    "{left} bytes after the last row; another one has {least} at least"
                )
            }
        }
    }
}
