//! The feature `serde`: messages serialize by their static description, without code for each type.

#[cfg(feature = "serde")]
mod impls;
#[cfg(feature = "serde")]
mod json;
#[cfg(feature = "serde")]
mod walk;

#[cfg(feature = "serde")]
pub use impls::{
    serialize_event, serialize_message, serialize_secret_event, serialize_struct,
    serialize_struct_with_tail, serialize_unknown_event, serialize_value,
};
