//! The words that keys of a spec take.

use super::read::words;

words! {
    /// How far a spec may go: each level has the keys of the one before.
    "a protocol" Protocol {
        /// New families.
        "genetlink" => Genetlink,
        /// Families whose C code is generated with other names.
        "genetlink-c" => GenetlinkC,
        /// Families from before specs.
        "genetlink-legacy" => GenetlinkLegacy,
        /// Netlink protocols that are not generic netlink.
        "netlink-raw" => NetlinkRaw,
    }

    /// What the kernel's policy of attributes belongs to.
    "a kind of kernel policy" KernelPolicy {
        /// Each mode of each operation has one.
        "split" => Split,
        /// Each operation has one.
        "per-op" => PerOp,
        /// The family has one.
        "global" => Global,
    }

    /// What a definition defines.
    "a kind of definition" DefinitionKind {
        /// A number or a text.
        "const" => Const,
        /// Values with names.
        "enum" => Enum,
        /// Bits with names.
        "flags" => Flags,
        /// Members at fixed places.
        "struct" => Struct,
    }

    /// Who sees a definition in C.
    "a scope" Scope {
        /// Everybody.
        "uapi" => Uapi,
        /// Kernel code.
        "kernel" => Kernel,
        /// User space code.
        "user" => User,
    }

    /// What an attribute contains.
    "a type of attribute" AttributeType {
        /// It has no meaning any more and must not be sent.
        "unused" => Unused,
        /// Padding before 64-bit values.
        "pad" => Pad,
        /// Nothing: its presence is the message.
        "flag" => Flag,
        /// Bytes.
        "binary" => Binary,
        /// Flags and a mask.
        "bitfield32" => Bitfield32,
        /// Unsigned, 4 or 8 bytes.
        "uint" => Uint,
        /// Signed, 4 or 8 bytes.
        "sint" => Sint,
        /// Unsigned, 1 byte.
        "u8" => U8,
        /// Unsigned, 2 bytes.
        "u16" => U16,
        /// Unsigned, 4 bytes.
        "u32" => U32,
        /// Unsigned, 8 bytes.
        "u64" => U64,
        /// Signed, 1 byte.
        "s8" => S8,
        /// Signed, 2 bytes.
        "s16" => S16,
        /// Signed, 4 bytes.
        "s32" => S32,
        /// Signed, 8 bytes.
        "s64" => S64,
        /// Text.
        "string" => String,
        /// Attributes of a set.
        "nest" => Nest,
        /// Attributes whose types are indices.
        "indexed-array" => IndexedArray,
        /// Levels of attributes whose types have a meaning.
        "nest-type-value" => NestTypeValue,
        /// Structs, each with its length and with attributes behind it. (Not in the kernel's schemas.)
        "rows" => Rows,
        /// Attributes of the set that another attribute selects.
        "sub-message" => SubMessage,
    }

    /// What a member of a struct is.
    "a type of member" MemberType {
        /// Unsigned, 1 byte.
        "u8" => U8,
        /// Unsigned, 2 bytes.
        "u16" => U16,
        /// Unsigned, 4 bytes.
        "u32" => U32,
        /// Unsigned, 8 bytes.
        "u64" => U64,
        /// Signed, 1 byte.
        "s8" => S8,
        /// Signed, 2 bytes.
        "s16" => S16,
        /// Signed, 4 bytes.
        "s32" => S32,
        /// Signed, 8 bytes.
        "s64" => S64,
        /// Text of a fixed length.
        "string" => String,
        /// Bytes of a fixed length, or a struct.
        "binary" => Binary,
        /// Bytes that mean nothing.
        "pad" => Pad,
    }

    /// The order of an integer's bytes.
    "a byte order" ByteOrder {
        /// Least significant first.
        "little-endian" => Little,
        /// Most significant first: network byte order.
        "big-endian" => Big,
    }

    /// How a value is shown.
    "a display hint" DisplayHint {
        /// In hexadecimal.
        "hex" => Hex,
        /// As a hardware address of 6 bytes.
        "mac" => Mac,
        /// As an FDDI address.
        "fddi" => Fddi,
        /// As an IPv4 address.
        "ipv4" => Ipv4,
        /// As an IPv6 address.
        "ipv6" => Ipv6,
        /// As an IPv4 or IPv6 address, by length.
        "ipv4-or-v6" => Ipv4OrV6,
        /// As a UUID.
        "uuid" => Uuid,
        /// As MPLS labels: entries of a label stack. (Not in the kernel's schemas.)
        "mpls-labels" => MplsLabels,
        /// As an address and port: a `struct sockaddr_in` or `struct sockaddr_in6`. (Not in the kernel's schemas.)
        "sockaddr" => Sockaddr,
    }

    /// How operations get their numbers.
    "a model of numbering" EnumModel {
        /// One counter for all messages.
        "unified" => Unified,
        /// A counter for messages to the kernel, and one for messages from it.
        "directional" => Directional,
    }

    /// Who may use an operation or a group.
    "a flag" OpFlag {
        /// Needs `CAP_NET_ADMIN`.
        "admin-perm" => AdminPerm,
        /// Needs `CAP_NET_ADMIN` in the user namespace of the network namespace.
        "uns-admin-perm" => UnsAdminPerm,
    }

    /// What the replies to a request lack: the kernel writes 0 in its place.
    "a part of a reply's header" Lack {
        /// The port id of who asked (`nlmsg_pid`).
        "port-id" => PortId,
        /// The request's sequence number (`nlmsg_seq`).
        "sequence" => Sequence,
    }

    /// What a dump is answered by in place of replies.
    "a kind of answer" AnsweredBy {
        /// The family's notifications and events, each with its own command.
        "notifications" => Notifications,
    }

    /// What the kernel does not check of a request.
    "a way not to validate" DontValidate {
        /// Attributes it does not know, and trailing bytes.
        "strict" => Strict,
        /// Any attribute of a dump.
        "dump" => Dump,
        /// Unknown attributes of a dump.
        "dump-strict" => DumpStrict,
    }
}
