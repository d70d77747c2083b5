//! nlgen, as a program uses it: structs of the families, whose nests and lists are opened.

mod device;
mod ethtool;
mod family;
mod netdev;

pub(crate) use device::{Prepared, device, set_device};
pub(crate) use ethtool::{features, strset};
pub(crate) use family::family;
pub(crate) use netdev::dump;
