//! What generated code is written with.

pub mod put;
mod setters;
mod tables;
pub mod take;
