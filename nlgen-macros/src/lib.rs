//! The macros of nlgen: [`family!`] for YAML specs, and derives for generic netlink messages that
//! people write.
//!
//! The crate `nlgen-runtime` re-exports the derives with its feature `derive`, and all with `macros`; the code that they make stands
//! on that crate. A struct that a spec generates and one that is derived go through the same code and
//! become the same bytes.
//!
//! ```
//! use nlgen_runtime::{Decode, Encode, Request, Scalar, Str};
//!
//! #[derive(Clone, Copy, Debug, PartialEq, Scalar)]
//! #[repr(u32)]
//! enum State {
//!     Idle,
//!     Running = 5,
//!     #[nl(other)]
//!     Unknown(u32),
//! }
//!
//! #[derive(Encode, Request)]
//! #[nl(family = "exam", command = 1, name = "get", reply = GetReply<'_>)]
//! struct Get<'a> {
//!     #[nl(2)]
//!     name: Option<&'a str>,
//! }
//!
//! #[derive(Encode, Decode, Debug, PartialEq)]
//! struct GetReply<'a> {
//!     #[nl(1)]
//!     id: u32, // Required: its absence is an error that names it.
//!     #[nl(2)]
//!     name: Option<Str<'a>>,
//!     #[nl(6)]
//!     state: Option<State>,
//! }
//!
//! let reply = GetReply { id: 7, name: Some("one".into()), state: Some(State::Running) };
//! let bytes = reply.to_bytes()?;
//! assert_eq!(GetReply::decode(&bytes)?, reply);
//! assert_eq!(GetReply::decode(&[]).unwrap_err().to_string(), "get-reply/id: a required attribute is missing");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! All logic is in the crate `nlgen`, in functions on tokens.
//! How each construct of specs is derived, with an example of each, is in `docs/derive.md`.

/// The README's example, to be compiled as those of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

/// The examples of the table of constructs, to be compiled as those of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../docs/derive.md")]
mod every_construct {}

/// The example of a server, to be run as one of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../docs/server.md")]
mod servers {}

use proc_macro::TokenStream;

/// Generates the items of a family from its YAML spec, in place.
///
/// The path begins at the folder of the calling crate's `Cargo.toml`. The items want a module of
/// their own. An overlay `NAME.overlay.yaml` beside `NAME.yaml` is laid over it. When one of them
/// changes, the crate is built again; Cargo cannot notice an overlay that was not there before, so save the spec
/// again, too. `kernel_spec = "nl80211"` in place of the path takes the spec of a family from where the machine has it:
/// a folder that `NLGEN_SPECS` names, `/usr/share/ynl/specs`, or the source of the running kernel. `runtime` says where
/// the crate `nlgen-runtime` is, when not at `::nlgen_runtime`. With `server` the other end is generated, too:
/// `docs/server.md` shows it.
///
/// ```edition2021
/// pub mod ping {
///     nlgen_macros::family!("specs/ping.yaml");
/// }
///
/// mod runtime {
///     pub use nlgen_runtime::*;
/// }
///
/// pub mod again {
///     nlgen_macros::family!("specs/ping.yaml", runtime = crate::runtime);
/// }
///
/// fn main() {
///     let request = ping::Echo::default().id(7);
///     assert_eq!(format!("{request:?}"), "Echo { id: 7 }");
/// }
/// ```
///
/// # Errors
/// All problems of the spec become one compile error at the path, each with its code, its line and
/// column, the line underlined, and help.
#[cfg(feature = "family")]
#[proc_macro]
pub fn family(arguments: TokenStream) -> TokenStream {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    nlgen::family(arguments.into(), folder.as_ref()).into()
}

#[doc = include_str!("encode.md")]
#[proc_macro_derive(Encode, attributes(nl))]
pub fn encode(item: TokenStream) -> TokenStream {
    nlgen::derive::encode(item.into()).into()
}

/// Reads a struct from attributes: implements `nlgen_runtime::Decode`.
///
/// Types and keys are those of [`Encode`](macro@Encode). Fields may own what they hold or borrow it
/// from the message. An attribute without a field is passed over; of an attribute that occurs twice,
/// the last counts, but in lists. A field that is neither in an `Option` nor a `bool` nor a list is
/// required.
///
/// Structs that own nests are read as deep as they go, up to 64 levels.
///
/// ```edition2021
/// use nlgen_runtime::{Decode, Encode};
/// use nlgen_runtime::wire::Reason;
///
/// #[derive(Encode, Decode, Debug, PartialEq)]
/// struct Tree {
///     #[nl(1)]
///     value: u32,
///     #[nl(2, nest)]
///     parent: Option<Box<Tree>>,
///     #[nl(3, multi, nest)]
///     children: Vec<Tree>,
/// }
///
/// let leaf = |value| Tree { value, parent: None, children: vec![] };
/// let tree = Tree { value: 1, parent: Some(Box::new(leaf(2))), children: vec![leaf(3), leaf(4)] };
/// assert_eq!(Tree::decode(&tree.to_bytes()?)?, tree);
///
/// let error = Tree::decode(&[]).unwrap_err();
/// assert_eq!(error.reason(), Reason::Missing);
/// assert_eq!(error.path().to_string(), "tree/value");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[proc_macro_derive(Decode, attributes(nl))]
pub fn decode(item: TokenStream) -> TokenStream {
    nlgen::derive::decode(item.into()).into()
}

/// Says what operation a struct asks for, when one object or an acknowledgement answers it (a `do`):
/// implements `nlgen_runtime::Request`. The struct derives [`Encode`](macro@Encode) too.
///
/// | key of the struct | meaning |
/// |---|---|
/// | `family = "netdev"` | The family, by the name that the kernel registers, or the path of a `static` of the type `Family`. Required for `Request` and `Dump`. |
/// | `version = 1` | The version of the family's interface; 1 when left out. |
/// | `protocol = 12` | The number of a netlink protocol of its own, when it is no family of generic netlink; `command` is the message's type then. |
/// | `command = 1` | The command of the request (`genlmsghdr.cmd`). Required for `Request` and `Dump`. |
/// | `name = "dev-get"` | The name in errors; the struct's name in kebab case when left out. |
/// | `reply = Dev<'_>` | What the kernel answers; `()` when left out, for an acknowledgement alone. |
/// | `reply_command = 2` | The command of the replies; that of the request when left out. |
/// | `replies_lack(port_id, sequence)` | What the replies have 0 for, in which others have the request's: the port id, the sequence number, or both. |
/// | `returns = 10` | The number of the attribute, an `u32` of the reply, whose value the kernel returns as a positive number in place of an error number. |
/// | `admin_perm` | It needs `CAP_NET_ADMIN` in the initial user namespace. An error says so when the kernel refuses for lack of it. |
/// | `uns_admin_perm` | It needs `CAP_NET_ADMIN` in the user namespace that owns the network namespace. An error says so. |
/// | `runtime = ::path` | Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`. |
///
/// ```
/// use nlgen_runtime::{Decode, Encode, Request};
///
/// #[derive(Encode, Request)]
/// #[nl(family = "netdev", command = 1, name = "dev-get", set = "dev", reply = Dev)]
/// struct DevGet {
///     #[nl(1)]
///     ifindex: u32,
/// }
///
/// #[derive(Decode, Debug)]
/// struct Dev {
///     #[nl(1)]
///     ifindex: u32,
///     #[nl(3, name = "xdp-features")]
///     features: Option<u64>,
/// }
///
/// assert_eq!(DevGet::OP.name(), "dev-get");
/// assert_eq!(DevGet::OP.family().name(), "netdev");
/// // connection.call(&DevGet { ifindex: 1 })? is a Dev.
/// ```
#[proc_macro_derive(Request, attributes(nl))]
pub fn request(item: TokenStream) -> TokenStream {
    nlgen::derive::request(item.into()).into()
}

/// Says what operation a struct asks for, when all objects of a kind answer it (a `dump`): implements
/// `nlgen_runtime::Dump`. The struct derives [`Encode`](macro@Encode) too.
///
/// The keys are those of [`Request`](macro@Request); `reply` is one object.
///
/// ```
/// use nlgen_runtime::{Decode, Dump, Encode, Family};
///
/// static NETDEV: Family = Family::new("netdev", 1);
///
/// #[derive(Encode, Dump)]
/// #[nl(family = NETDEV, command = 1, name = "dev-get", reply = Dev)]
/// struct DevDump;
///
/// #[derive(Decode)]
/// struct Dev {
///     #[nl(1)]
///     ifindex: u32,
/// }
///
/// assert_eq!(DevDump::OP.request(), 1);
/// ```
#[proc_macro_derive(Dump, attributes(nl))]
pub fn dump(item: TokenStream) -> TokenStream {
    nlgen::derive::dump(item.into()).into()
}

/// Makes an enum a value of attributes: implements `nlgen_runtime::Scalar`, and tells the names of its
/// values.
///
/// The enum is `Copy`, has a `#[repr]` of `u8` to `u64` or `i8` to `i64`, and variants without fields;
/// their values are counted on as in Rust and written as numbers. Without a variant `other` an integer
/// that no variant has is an error when decoding, with [`Reason::Value`].
///
/// | key of the enum | meaning |
/// |---|---|
/// | `runtime = ::path` | Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`. |
///
/// | key of a variant | meaning |
/// |---|---|
/// | `name = "on-fire"` | The value's name in output; the variant's name in kebab case when left out. |
/// | `other` | The variant keeps the integers that no other variant has, as in `Unknown(u32)`. |
///
/// The width on the wire is that of the `#[repr]`, unless a field says otherwise: `#[nl(4, type = u8)]`.
///
/// ```
/// use nlgen_runtime::Scalar;
///
/// #[derive(Clone, Copy, Debug, PartialEq, Scalar)]
/// #[repr(u32)]
/// enum State {
///     Idle,
///     Running = 5,
///     #[nl(name = "halted")]
///     Stopped,
///     #[nl(other)]
///     Unknown(u32),
/// }
///
/// assert_eq!(State::from_repr(6), Some(State::Stopped));
/// assert_eq!(State::Unknown(9).to_repr(), 9);
/// ```
///
/// [`Reason::Value`]: https://docs.rs/nlgen-runtime/latest/nlgen_runtime/enum.Reason.html
#[proc_macro_derive(Scalar, attributes(nl))]
pub fn scalar(item: TokenStream) -> TokenStream {
    nlgen::derive::scalar(item.into()).into()
}

/// Shows a struct by its attributes: implements `Debug` as the messages of generated code have it, with the
/// names of attributes and of values, absent ones left out, and `<secret>` in place of secrets. The struct
/// derives [`Encode`](macro@Encode) too, and not std's `Debug`, which would print every field.
///
/// | key of the struct | meaning |
/// |---|---|
/// | `runtime = ::path` | Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`. |
///
/// ```
/// use nlgen_runtime::{Encode, Show};
///
/// #[derive(Encode, Show)]
/// struct Peer {
///     #[nl(1)]
///     name: String,
///     #[nl(2, secret)]
///     key: [u8; 4],
///     #[nl(3)]
///     port: Option<u16>,
/// }
///
/// let peer = Peer { name: "here".into(), key: [1, 2, 3, 4], port: None };
/// assert_eq!(format!("{peer:?}"), r#"Peer { name: "here", key: <secret> }"#);
/// ```
#[proc_macro_derive(Show, attributes(nl))]
pub fn show(item: TokenStream) -> TokenStream {
    nlgen::derive::show(item.into()).into()
}

/// Lays a struct out as C does, and reads and writes it so: implements `nlgen_runtime::Struct`.
///
/// The struct is `Copy` and has a `Default`, which is all zeros; its members have names. A member is an
/// integer, an enum that derives [`Scalar`](macro@Scalar) and has a `Default`, a set of bitflags, `[u8; N]`,
/// `Ipv4Addr`, `Ipv6Addr`, `MacAddr`, or another C struct. Each begins at a multiple of its own size;
/// arrays and addresses are bytes, but for an IPv4 address, which is a `__be32`. A value that a member's
/// type does not have reads as its default.
///
/// A payload shorter than the struct, from an older kernel, reads as if zeros followed; of a longer one,
/// from a newer kernel, the beginning is read. Only a fixed header must be all there.
///
/// | key of the struct | meaning |
/// |---|---|
/// | `runtime = ::path` | Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`. |
/// | `name = "ifinfomsg"` | The struct's name in output; its name in kebab case when left out. |
/// | `pad = 3` | So many bytes of padding at the end, before those that C adds. |
///
/// | key of a member | meaning |
/// |---|---|
/// | `name = "ifi-index"` | The member's name in output; the field's name in kebab case when left out. |
/// | `be` | The integer is in network byte order, most significant byte first. |
/// | `le` | The integer's least significant byte is first. |
/// | `type = u8` | The integer on the wire (`u8` to `u64`, `i8` to `i64`), when it is not that of the field's type. |
/// | `flags` or `flags = u32` | The type is a set of the crate `bitflags`, carried by its own integer or by the one given. |
/// | `struct` | The type is a C struct: it derives `Struct`, or a spec generates it. |
/// | `array` | The type is an array `[T; N]`; the other keys say what an item is. `[u8; N]` without it is bytes. |
/// | `count = nkeys` | The array that ends the struct, an `Items` or a `Vec`: it has as many items as the member of this name says, which is written as their number. The other keys say what an item is. |
/// | `rest` | The array that ends the struct, an `Items` or a `Vec`, up to the end of the payload. The other keys say what an item is. |
/// | `pad = 3` | So many bytes of padding before the member, and those that C adds. |
/// | `align = 4` | The member begins at a multiple of so many bytes, when not of its own size. |
///
/// ```
/// use nlgen_runtime::Struct;
///
/// // struct { __u8 kind; /* 1 byte */ __be16 port; __u32 count; }
/// #[derive(Clone, Copy, Debug, Default, PartialEq, Struct)]
/// struct Flow {
///     kind: u8,
///     #[nl(be)]
///     port: u16,
///     count: u32,
/// }
///
/// assert_eq!(Flow::LAYOUT.len(), 8);
/// assert_eq!(Flow::read(&[1, 0, 1, 187]), Flow { kind: 1, port: 443, count: 0 });
/// ```
#[proc_macro_derive(Struct, attributes(nl))]
pub fn structure(item: TokenStream) -> TokenStream {
    nlgen::derive::structure(item.into()).into()
}

/// Makes an enum a payload in one of several formats, which another attribute tells: implements
/// `nlgen_runtime::SubMessage`. A field has it with the key `selector` of [`Encode`](macro@Encode).
///
/// A variant holds what its format contains, in a `Box` if need be, or nothing when the payload is empty.
/// A struct before attributes is a struct with a field `header`. Without a variant `other` a selector that
/// no variant has is an error when decoding, with [`Reason::Value`].
///
/// | key of the enum | meaning |
/// |---|---|
/// | `runtime = ::path` | Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`. |
///
/// | key of a variant | meaning |
/// |---|---|
/// | `name = "fq_codel"` | The selector's value for the format; the variant's name in kebab case when left out. |
/// | `nest` | The payload is attributes, with or without a fixed header: the variant holds a struct that derives `Encode` and `Decode`. `Nest<T>` needs no key for it. |
/// | `struct` | The payload is a C struct. |
/// | `other` | The variant keeps the bytes of all other formats, as in `Unknown(&'a [u8])` or `Unknown(Vec<u8>)`. |
///
/// ```
/// use nlgen_runtime::{Decode, Encode, SubMessage};
///
/// #[derive(Debug, PartialEq, Encode, Decode)]
/// struct Vlan {
///     #[nl(1)]
///     id: u16,
/// }
///
/// #[derive(Debug, PartialEq, SubMessage)]
/// enum Data {
///     #[nl(nest)]
///     Vlan(Vlan),
///     #[nl(other)]
///     Unknown(Vec<u8>),
/// }
///
/// #[derive(Debug, PartialEq, Encode, Decode)]
/// struct Info {
///     #[nl(1)]
///     kind: String,
///     #[nl(2, selector = kind)]
///     data: Option<Data>,
/// }
///
/// let info = Info { kind: "vlan".to_owned(), data: Some(Data::Vlan(Vlan { id: 5 })) };
/// assert_eq!(Info::decode(&info.to_bytes()?)?, info);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`Reason::Value`]: https://docs.rs/nlgen-runtime/latest/nlgen_runtime/enum.Reason.html
#[proc_macro_derive(SubMessage, attributes(nl))]
pub fn sub_message(item: TokenStream) -> TokenStream {
    nlgen::derive::sub_message(item.into()).into()
}

/// Makes an enum what a family tells without being asked: implements `nlgen_runtime::EventSet`, for
/// `Events`.
///
/// A variant holds the struct that the event carries, in a `Box` if need be, or nothing. Without a variant
/// `other` a command that no variant has is an error.
///
/// | key of the enum | meaning |
/// |---|---|
/// | `runtime = ::path` | Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`. |
/// | `family = "netdev"` | The family, by the name that the kernel registers, or the path of a `static` of the type `Family`. Required. |
/// | `version = 1` | The version of the family's interface; 1 when left out. |
/// | `protocol = 12` | The number of a netlink protocol of its own, when it is no family of generic netlink; commands are types of messages then. |
///
/// | key of a variant | meaning |
/// |---|---|
/// | `command = 2` | The event's command (`genlmsghdr.cmd`). Required. |
/// | `other` | The variant keeps all other commands, as in `Unknown(u16, Vec<u8>)`: its fields take the command (`u16`) and the attributes (`Attrs`, `&[u8]`, `Vec<u8>`), both or one. |
///
/// ```
/// use nlgen_runtime::{Decode, EventSet};
///
/// #[derive(Debug, PartialEq, Decode)]
/// struct Dev {
///     #[nl(1)]
///     ifindex: u32,
/// }
///
/// #[derive(Debug, PartialEq, EventSet)]
/// #[nl(family = "netdev")]
/// enum Event {
///     #[nl(command = 2)]
///     Added(Dev),
///     #[nl(other)]
///     Other(u16),
/// }
///
/// assert_eq!(Event::decode_event(2, &[8, 0, 1, 0, 7, 0, 0, 0])?, Event::Added(Dev { ifindex: 7 }));
/// assert_eq!(Event::decode_event(3, &[])?, Event::Other(3));
/// # Ok::<(), nlgen_runtime::DecodeError>(())
/// ```
#[proc_macro_derive(EventSet, attributes(nl))]
pub fn event_set(item: TokenStream) -> TokenStream {
    nlgen::derive::event_set(item.into()).into()
}

/// Makes an enum what several families tell without being asked: implements `nlgen_runtime::EventSets`, for one
/// `Events` of them all.
///
/// A variant holds the events of a family, in a `Box` if need be: an enum that a spec generates or that derives
/// [`EventSet`]. The families are of generic netlink, or all of one other protocol; those that share another
/// protocol are told apart by the group that an event came by.
///
/// | key of the enum | meaning |
/// |---|---|
/// | `runtime = ::path` | Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`. |
///
/// ```
/// use nlgen_runtime::{EventSet, EventSets, nlctrl};
///
/// #[derive(Debug, EventSet)]
/// #[nl(family = "netdev")]
/// enum Device {
///     #[nl(other)]
///     Told(u16),
/// }
///
/// #[derive(Debug, EventSets)]
/// enum News<'a> {
///     Family(Box<nlctrl::Event<'a>>),
///     Device(Device),
/// }
///
/// assert_eq!(News::FAMILIES[1].name(), "netdev");
/// // Events::<News>::open(&[nlctrl::group::NOTIFY, netdev::group::MGMT])? brings them.
/// ```
#[proc_macro_derive(EventSets, attributes(nl))]
pub fn event_sets(item: TokenStream) -> TokenStream {
    nlgen::derive::event_sets(item.into()).into()
}
