//! What generated code is written with.

pub mod put;
pub mod set;
mod setters;
mod tables;
pub mod take;
