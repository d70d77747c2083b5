//! The kinds of problems.

macro_rules! codes {
    ($($severity:ident { $($(#[$doc:meta])* $name:ident = $code:literal,)* })*) => {
        /// The kind of a [`Problem`](super::Problem). Codes stay as they are from release to release:
        /// errors are numbered from `NL001`, warnings from `NL101`, and errors for C code alone from `NL201`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $($($(#[$doc])* $name,)*)*
        }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Self] = &[$($(Self::$name),*),*];

            /// The code as it is shown, for example `NL006`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$name => $code,)*)*
                }
            }

            /// Whether a spec with such a problem cannot be used.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $($(Self::$name)|* => Severity::$severity,)*
                }
            }
        }
    };
}

impl Code {
    /// What to do about a problem of this kind, where the problem itself does not say it more exactly.
    pub(super) const fn advice(self) -> &'static str {
        match self {
            Self::Syntax => "write it as YAML does; quote text that has `, ` or `: ` in it",
            Self::UnknownKey | Self::NoEffect => "take the key out",
            Self::MissingKey => "add the key",
            Self::WrongValue => "write a value that the key takes; docs/specs.md lists them",
            Self::Duplicate | Self::ListedTwice => "take one of them out, or rename it",
            Self::UnknownName => "define it, or write a name that is defined",
            Self::SameNumber => "give one of them another number with `value:`",
            Self::OutOfRange => "write a number that fits, or take a larger type",
            Self::WrongKey => "take it out, or change the type",
            Self::SubsetCycle => "take one of them out of the circle",
            Self::BadOperation => "make it two operations",
            Self::Overlay => "write the name as the spec has it",
            Self::Unreadable => {
                "correct the path, or make the file text in UTF-8 of at most 64 MiB"
            }
            Self::LooseName => "write small letters, digits and `-`",
            Self::HeaderMember => "take it out: the fixed header has it",
            Self::Unused => "name it where it belongs, or take it out",
            Self::NothingTold => "list its attributes",
            Self::NoGroupNumber => "add `value:`",
            Self::OldHint => "write `ipv4-or-v6`",
            Self::NotInSet => "add it to the set, or take it out",
            Self::Hole => "add a member of the type `pad`",
            Self::NoIdentifier => "write letters, digits and `-`",
            Self::SameInC | Self::SamePrefix => "rename one of them",
            Self::NoLayout => "change its members or entries",
            Self::NotInKernel => "take it out, or choose `kernel-policy: split`",
        }
    }
}

/// What follows from a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The spec cannot be used.
    Error,
    /// The spec can be used, but this is hardly meant.
    Warning,
}

impl Severity {
    /// In lower case: `error`, `warning`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

codes! {
    Error {
        /// The text is not YAML, or uses what specs do not: tags, several documents.
        Syntax = "NL001",
        /// A key that the spec language does not have at this place.
        UnknownKey = "NL002",
        /// A key that must be there is not.
        MissingKey = "NL003",
        /// A value of another type than its key takes, or none of the words that it takes.
        WrongValue = "NL004",
        /// A key or a name that is there twice.
        Duplicate = "NL005",
        /// A name that nothing in the spec has.
        UnknownName = "NL006",
        /// A number that two attributes, two entries or two operations share.
        SameNumber = "NL007",
        /// A number beyond what the wire or the type can hold.
        OutOfRange = "NL008",
        /// A key that does not go with the attribute's type.
        WrongKey = "NL009",
        /// Subsets that are subsets of each other.
        SubsetCycle = "NL010",
        /// An operation whose parts do not go together.
        BadOperation = "NL011",
        /// An overlay that does not fit its spec.
        Overlay = "NL012",
        /// The file cannot be read.
        Unreadable = "NL013",
    }
    Warning {
        /// An attribute that a message or a subset lists twice.
        ListedTwice = "NL101",
        /// A name that the kernel's newest schemas do not take.
        LooseName = "NL102",
        /// A member of the fixed header that is listed as an attribute.
        HeaderMember = "NL103",
        /// A set, a struct or a sub-message that no operation leads to.
        Unused = "NL104",
        /// A key that says nothing where it stands.
        NoEffect = "NL105",
        /// A dump or a notification that carries nothing.
        NothingTold = "NL106",
        /// A multicast group of a raw netlink protocol without its number.
        NoGroupNumber = "NL107",
        /// A display hint that newer specs write otherwise.
        OldHint = "NL108",
        /// An attribute that a message or a subset lists and that its set does not have. It is left out.
        NotInSet = "NL109",
        /// Bytes that C leaves in a struct and that the spec does not have.
        Hole = "NL110",
    }
    Error {
        /// A name that is no identifier in C. Only C code is not generated.
        NoIdentifier = "NL201",
        /// Two names that are the same in C. Only C code is not generated.
        SameInC = "NL202",
        /// A struct or an enum that C cannot hold. Only C code is not generated.
        NoLayout = "NL203",
        /// What the kernel's tables have no place for. Only C code is not generated.
        NotInKernel = "NL204",
        /// Families of one name in C. Only C code is not generated.
        SamePrefix = "NL205",
    }
}
