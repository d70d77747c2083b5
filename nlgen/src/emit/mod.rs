//! Emitters: from the model to text. They look nothing up and cannot fail.

pub mod docs;
pub mod rust;
