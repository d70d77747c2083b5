//! What messages are made of, as constants: sets of attributes, structs, formats, integers, and the paths of
//! attributes. No bytes are read or written here.

mod int;
mod path;
mod secrets;
mod set;

pub use int::{Int, Order};
pub(crate) use path::{Entered, Inside};
pub use path::{Path, Step};
pub(crate) use set::whole;
pub use set::{Attribute, Format, Kind, Layout, Member, Names, Set, Shown};
