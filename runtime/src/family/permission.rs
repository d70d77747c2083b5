//! What the caller of an operation must have.

use std::fmt;

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
