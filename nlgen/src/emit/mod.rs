//! Emitters: from the model to text. They look nothing up and cannot fail.

#[cfg(feature = "c")]
pub mod c;
#[cfg(feature = "docs")]
pub mod docs;
#[cfg(feature = "spec")]
pub(crate) mod policies;
pub mod rust;
