//! Where our C is not the kernel's, and why.

/// Names of a family that differ for one reason.
pub(crate) struct Explained {
    pub(crate) family: &'static str,
    pub(crate) names: &'static [&'static str],
    pub(crate) why: &'static str,
}

/// Symbols of object files.
pub(crate) const SYMBOLS: &[Explained] = &[Explained {
    family: "fou",
    names: &["fou_nl_policy"],
    why: "bytes with a least length have no type in the kernel's policy, so that strict validation refuses them as \
          unsupported; ours are NLA_BINARY",
}];

/// Constants of uapi headers.
pub(crate) const CONSTANTS: &[Explained] = &[Explained {
    family: "devlink",
    names: &["DEVLINK_PORT_FUNCTION_ATTR_MAX"],
    why: "the header has two attributes that the spec lacks",
}];
