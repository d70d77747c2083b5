//! A spec for reading: what people look up before they make a request.

mod text;
mod view;

pub(crate) use text::list;
pub(crate) use view::{Head, Sheet};
