//! The ids of families and groups in the running kernel, and how they are followed when modules are loaded again.

mod follow;
mod ids;

pub(crate) use follow::{Followed, Following};
pub(crate) use ids::{Families, NLCTRL, Resolved};
