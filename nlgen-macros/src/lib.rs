//! The macros of nlgen: [`family!`] for YAML specs, and derives for generic netlink messages that
//! people write.
//!
//! The crate `nlgen-runtime` gives them all with its feature `macros`; the code that they make stands
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

use proc_macro::TokenStream;

/// Generates the items of a family from its YAML spec, in place.
///
/// The path begins at the folder of the calling crate's `Cargo.toml`. The items want a module of
/// their own. An overlay `NAME.overlay.yaml` beside `NAME.yaml` is laid over it. When one of them
/// changes, the crate is built again. `runtime` says where the crate `nlgen-runtime` is, when not at
/// `::nlgen_runtime`.
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
#[proc_macro]
pub fn family(arguments: TokenStream) -> TokenStream {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    nlgen::family(arguments.into(), folder.as_ref()).into()
}

/// Writes a struct as attributes: implements `nlgen_runtime::Encode`.
///
/// The struct has named fields, or none; lifetimes may be its parameters. Each field is an attribute
/// and has its number. What a field's type means on the wire:
///
/// | type of the field | attribute |
/// |---|---|
/// | `u8` to `u64`, `i8` to `i64` | an integer in the machine's byte order |
/// | an enum that derives [`Scalar`](macro@Scalar) | its integer |
/// | `String`, `&str`, `Str` | text; a NUL is added, one inside is an error |
/// | `Vec<u8>`, `&[u8]`, `[u8; N]`, `&[u8; N]` | bytes |
/// | `Ipv4Addr`, `Ipv6Addr`, `IpAddr`, `MacAddr` | an address in network byte order |
/// | `Bitfield32` | flags and a mask |
/// | `Scalars` | integers, one behind the other |
/// | `bool` | a flag: there when true |
/// | `Nest<T>` | the attributes of a struct, opened by `get` |
/// | `List<T>`, `List<T, Indexed>`, `List<T, Keyed<2, Nested>>` | a list that is read as one iterates |
/// | `Option<T>` | a `T` that may be absent; what is in no `Option`, `bool` or list is required |
/// | `Box<T>` | a `T`; a struct that contains itself needs it |
///
/// The types are known by their names, so `Option`, `Vec`, `Box`, `Nest`, `List`, `bool` must be
/// written so (with or without a path) and not through an alias.
///
/// Keys in `#[nl(...)]` say the rest. On the struct:
///
/// | key | meaning |
/// |---|---|
/// | `runtime = ::path` | Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`. |
/// | `set = "dev"` | The name of the set of attributes, in errors; the struct's name in kebab case when left out. |
/// | `pad(4, 9)` | Numbers of attributes that are padding: they are passed over. |
/// | `family = …`, `version = 1`, `command = 1`, `name = "dev-get"`, `reply = …`, `reply_command = 2` | Of operations: see [`Request`](macro@Request). |
///
/// On a field:
///
/// | key | meaning |
/// |---|---|
/// | `3` or `attr = 3` | The attribute's number (`nla_type`), 0 to 16383. Required. |
/// | `name = "rx-max"` | The attribute's name in errors; the field's name in kebab case when left out. |
/// | `be` | The integer is in network byte order, most significant byte first. |
/// | `le` | The integer's least significant byte is first. |
/// | `uint` | An unsigned integer of 4 or 8 bytes, as short as its value allows. |
/// | `sint` | A signed integer of 4 or 8 bytes, as short as its value allows. |
/// | `type = u8` | The integer on the wire (`u8` to `u64`, `i8` to `i64`, `uint`, `sint`), when it is not that of the field's type. |
/// | `flags` or `flags = u32` | The type is a set of the crate `bitflags`, carried by its own integer or by the one given. |
/// | `flag` | No payload, the presence is the value. A `bool` needs no key for it. |
/// | `nest` | The type is a struct of attributes, which derives `Encode` or `Decode` too. `Nest<T>` needs no key for it. |
/// | `struct` | The type is a C struct, as a spec generates them: it implements `nlgen_runtime::Struct`. |
/// | `multi` | A `Vec` with an entry for each time that the attribute occurs. |
/// | `indexed` | A `Vec` of the attributes inside the attribute, whose types are indices. With `multi` a `Vec` of such lists. |
/// | `nest_type_value = 2` | A `Vec` of `([u16; 2], T)`: structs of attributes under so many levels of attributes, whose types are the numbers of the array. |
/// | `secret` | The value is not shown by what knows the attributes: errors, and [`Show`](macro@Show) in place of std's `Debug`. |
///
/// Keys of integers, `nest` and `struct` in a list speak of its entries: `#[nl(2, multi, be)] ports: Vec<u16>`.
/// A `List` says the same in its type: `List<'a, u16, Multi<Be<u16>>>`.
///
/// ```
/// use nlgen_runtime::Encode;
///
/// #[derive(Encode)]
/// struct Leaf {
///     #[nl(1)]
///     id: u32,
/// }
///
/// #[derive(Encode)]
/// struct Lists {
///     #[nl(2, multi, be)]
///     ports: Vec<u16>,
///     #[nl(4, multi, nest)]
///     leaves: Vec<Leaf>,
///     #[nl(11, nest_type_value = 1)]
///     by_cpu: Vec<([u16; 1], Leaf)>,
///     #[nl(20)]
///     present: bool,
/// }
///
/// let lists = Lists {
///     ports: vec![80, 443],
///     leaves: vec![],
///     by_cpu: vec![([3], Leaf { id: 7 })],
///     present: true,
/// };
/// // Two ports of 8 bytes, an attribute in an attribute in an attribute, a flag.
/// assert_eq!(lists.to_bytes()?.len(), 2 * 8 + (4 + 4 + 8) + 4);
/// # Ok::<(), nlgen_runtime::EncodeError>(())
/// ```
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
/// use nlgen_runtime::{Decode, Encode, Reason};
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
/// | `command = 1` | The command of the request (`genlmsghdr.cmd`). Required for `Request` and `Dump`. |
/// | `name = "dev-get"` | The name in errors; the struct's name in kebab case when left out. |
/// | `reply = Dev<'_>` | What the kernel answers; `()` when left out, for an acknowledgement alone. |
/// | `reply_command = 2` | The command of the replies; that of the request when left out. |
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

/// Lays a struct out as C does and reads and writes it so: implements `nlgen_runtime::Struct`.
///
/// TODO
#[proc_macro_derive(Struct, attributes(nl))]
pub fn structure(item: TokenStream) -> TokenStream {
    nlgen::derive::structure(item.into()).into()
}

/// Makes an enum a payload in one of several formats: implements `nlgen_runtime::SubMessage`.
#[proc_macro_derive(SubMessage, attributes(nl))]
pub fn sub_message(item: TokenStream) -> TokenStream {
    nlgen::derive::sub_message(item.into()).into()
}

/// Makes an enum what a family tells without being asked: implements `nlgen_runtime::EventSet`.
#[proc_macro_derive(EventSet, attributes(nl))]
pub fn event_set(item: TokenStream) -> TokenStream {
    nlgen::derive::event_set(item.into()).into()
}
