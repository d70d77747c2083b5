//! Rust code for a family.
//!
//! What specs become is declarations and tables: an attribute is a field, which `nl::setters!` declares together with
//! its setter, and a line in the table of its struct's codec (`nl::message!`); an entry of an enum is a variant and a
//! line (`nl::open_enum!`). The runtime's macros make the impls of them; loops, bounds and alignment are in the runtime,
//! too.
//!
//! Structs and enums that people write with the derives have the same tables, from [`codec`].

pub mod codec;
#[cfg(feature = "spec")]
mod docs;
#[cfg(feature = "spec")]
mod enums;
#[cfg(feature = "spec")]
mod family;
#[cfg(feature = "spec")]
mod operations;
#[cfg(feature = "spec")]
mod server;
#[cfg(feature = "spec")]
mod setters;
#[cfg(feature = "spec")]
mod structs;
#[cfg(feature = "spec")]
mod sub_messages;
#[cfg(feature = "spec")]
mod tables;
#[cfg(feature = "spec")]
mod types;

#[cfg(feature = "macro")]
pub(crate) use family::is_path;
#[cfg(feature = "spec")]
pub use family::{family, runtime};
#[cfg(feature = "spec")]
pub use server::server;
