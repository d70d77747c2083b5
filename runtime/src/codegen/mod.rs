//! All that generated code calls: the code of `nlgen` and of the derives names nothing else of this crate.
//!
//! It belongs to the `nlgen` of the same version. Its items come and go with the generator, in any version; programs
//! take what they need from the root of the crate, from [`wire`](crate::wire) and [`describe`](crate::describe).
//!
//! - Constants that describe a family: [`Set`], [`Attribute`], [`Layout`], [`Operation`] and others.
//! - Macros with a table in and the impls of a message out: [`message!`], [`setters!`], [`open_enum!`], [`flag_set!`],
//!   [`struct_traits!`], [`events!`](crate::events).
//! - What these tables call for each attribute: [`put`] to write it, [`take`] to read it, [`set`] for its setter.

mod flag_set;
mod message;
pub mod put;
mod serialize;
pub mod set;
mod setters;
pub mod take;

pub use crate::describe::{Attribute, Format, Int, Kind, Layout, Member, Names, Set, Shown};
pub use crate::family::{
    Arrival, Dump, EventSet, EventSets, Family, Group, Operation, Permission, Request,
};
pub use crate::show::{name_of, same, show, show_name, show_struct, show_struct_with_tail};
#[cfg(feature = "serde")]
pub use crate::show::{
    serialize_event, serialize_message, serialize_secret_event, serialize_struct,
    serialize_struct_with_tail, serialize_unknown_event, serialize_value,
};
// Formats: how an attribute carries a value.
pub use crate::wire::{
    AnyAddr, AsArray, AsRows, AsStruct, Be, Bits, Boxed, Each, Host, Indexed, Keyed, Le, Multi,
    Natural, Nested, Sint, Uint, WithIndex,
};
// Types of fields.
pub use crate::wire::{
    Bitfield32, FixedStr, Items, Label, Labels, List, MacAddr, Nest, Place, Rows, Scalars,
    SockAddr, Str, Tail, Unselected,
};
// Traits that are implemented.
pub use crate::wire::{
    Choose, Decode, DecodeAs, Describe, DescribeAs, Encode, EncodeAs, Gather, IntFormat, MemberAs,
    Row, Scalar, Selector, Struct, StructWithTail, SubMessage,
};
// Functions that are called, and what they pass.
#[cfg(feature = "server")]
pub use crate::server;
pub use crate::wire::{
    Attr, Attrs, DecodeError, Decoded, EncodeError, Encoder, Raw, Reason, attributes,
    attributes_with, count, header, member, prefix, put_count, put_header, put_selected,
    put_sub_message, put_tail, require, select,
};
pub use crate::{
    addresses, events, flag_set, message, message_traits, open_enum, serialize, setters,
    struct_traits, struct_with_tail_traits,
};
pub use bitflags;
pub use flag_set::show_flags;
#[cfg(feature = "serde")]
pub use serde;
pub use set::{IntoList, IntoNest, IntoText};
