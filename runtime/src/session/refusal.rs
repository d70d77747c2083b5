//! The kernel's refusal of a request.

use std::fmt;

use crate::describe::Path;
use crate::family::{Operation, Permission};
use crate::wire::{Errno, ExtAck};

/// The kernel's refusal of a request, with all that it says of it.
///
/// `Debug` is one line, as `Display`; `{:#?}` shows the parts.
#[derive(Clone)]
pub struct Refusal {
    operation: &'static Operation,
    errno: Errno,
    ext_ack: ExtAck,
    attribute: Option<Path>,
    missing: Option<Path>,
}

impl Refusal {
    pub(crate) fn new(operation: &'static Operation, errno: Errno, ext_ack: ExtAck) -> Self {
        Self {
            operation,
            errno,
            ext_ack,
            attribute: None,
            missing: None,
        }
    }

    /// Finds the attributes that the kernel speaks of in the request: a whole message, whose
    /// attributes of `set` begin at `start`.
    pub(crate) fn locate(
        mut self,
        set: &'static crate::describe::Set,
        request: &[u8],
        start: usize,
    ) -> Self {
        let attrs = request.get(start..).unwrap_or_default();
        let inside = |offset: u32| usize::try_from(offset).ok()?.checked_sub(start);
        self.attribute = self
            .ext_ack
            .offset
            .and_then(inside)
            .and_then(|offset| Path::to_offset(set, attrs, offset));
        let missing = self
            .ext_ack
            .missing_type
            .and_then(|kind| u16::try_from(kind).ok());
        self.missing = missing.and_then(|kind| match self.ext_ack.missing_nest {
            None => Some(Path::of_number(set, kind)),
            Some(nest) => Path::to_missing(set, attrs, inside(nest)?, kind),
        });
        self
    }

    /// The operation that was refused.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The error number.
    #[must_use]
    pub fn errno(&self) -> Errno {
        self.errno
    }

    /// All that came with it.
    #[must_use]
    pub fn ext_ack(&self) -> &ExtAck {
        &self.ext_ack
    }

    /// The offending attribute of the request, by name.
    #[must_use]
    pub fn attribute(&self) -> Option<&Path> {
        self.attribute.as_ref()
    }

    /// The required attribute that the request lacks, by name.
    #[must_use]
    pub fn missing(&self) -> Option<&Path> {
        self.missing.as_ref()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.operation)?;
        if let Some(attribute) = &self.attribute {
            write!(f, "/{}", attribute.attributes())?;
        }
        write!(f, ": {}", self.errno)?;
        if let Some(message) = &self.ext_ack.message {
            write!(f, ": {}", OneLine(message))?;
        }
        if let Some(missing) = &self.missing {
            write!(f, "; missing attribute {}", missing.attributes())?;
        }
        if let Some(policy) = &self.ext_ack.policy {
            write!(f, "; the policy is: {policy}")?;
        }
        if self.errno == Errno::EPERM {
            write!(f, "; {}", Needed(self.operation))?;
        }
        Ok(())
    }
}

/// A text of the kernel, whose line breaks and other control characters are written as in a string of Rust.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|char| match char.is_control() {
            true => write!(f, "{}", char.escape_default()),
            false => write!(f, "{char}"),
        })
    }
}

/// The parts, for `{:#?}`.
impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        let path = |path: &Option<Path>| path.as_ref().map(ToString::to_string);
        f.debug_struct("Refusal")
            .field("operation", &format_args!("{}", self.operation))
            .field("errno", &self.errno)
            .field("ext_ack", &self.ext_ack)
            .field("attribute", &path(&self.attribute))
            .field("missing", &path(&self.missing))
            .finish()
    }
}

impl std::error::Error for Refusal {}

/// What `EPERM` from an operation means to its caller.
struct Needed(&'static Operation);

impl fmt::Display for Needed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.permission() {
            // What the kernel's code asks for beyond its flags, in most families.
            Permission::Anybody => f.write_str(
                "the specification names no capability that it needs; CAP_NET_ADMIN or CAP_SYS_ADMIN may be missing",
            ),
            permission @ Permission::Admin => write!(
                f,
                "it needs {permission}, which root of a container may not have"
            ),
            permission @ Permission::NamespaceAdmin => write!(f, "it needs {permission}"),
        }
    }
}
