//! Bytes shown by their descriptions: `Debug`, JSON, and what a newer kernel says beside them.

mod anomaly;
mod debug;
mod format;
mod locate;
mod serialize;

pub use anomaly::{Anomaly, anomalies};
pub use debug::{name_of, same, show, show_name, show_struct, show_struct_with_tail};
#[cfg(feature = "serde")]
pub use serialize::{
    serialize_event, serialize_message, serialize_secret_event, serialize_struct,
    serialize_struct_with_tail, serialize_unknown_event, serialize_value,
};
