//! What the caller of an operation must have.

use std::fmt;

use crate::Operation;

/// Which capability an operation needs, and in which user namespace.
///
/// `Display` says it in words: `CAP_NET_ADMIN in the initial user namespace`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Permission {
    /// The specification names none. The family's own code may ask for one all the same, or refuse for another
    /// reason.
    #[default]
    Anybody,
    /// `CAP_NET_ADMIN` in the initial user namespace (`admin-perm`, `GENL_ADMIN_PERM`). Root of a container with a
    /// user namespace of its own lacks it.
    Admin,
    /// `CAP_NET_ADMIN` in the user namespace that owns the network namespace (`uns-admin-perm`,
    /// `GENL_UNS_ADMIN_PERM`).
    NamespaceAdmin,
}

/// What `EPERM` from an operation means to its caller.
pub(crate) struct Needed(pub(crate) &'static Operation);

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anybody => "no capability that the specification names",
            Self::Admin => "CAP_NET_ADMIN in the initial user namespace",
            Self::NamespaceAdmin => {
                "CAP_NET_ADMIN in the user namespace that owns the network namespace"
            }
        })
    }
}

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
