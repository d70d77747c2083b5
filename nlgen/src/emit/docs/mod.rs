//! A page about a family, for people: operations, attributes with their numbers, types and limits, a
//! picture of each message, groups, enums, structs.
//!
//! [`html`] makes one file that needs nothing else: no scripts, fonts or images. [`markdown`] has the
//! same for places that show Markdown. What a spec says is data in both: markup in its texts is shown,
//! not followed.

mod anchors;
mod html;
mod layout;
mod markdown;
pub mod words;

pub use html::html;
pub use markdown::markdown;
