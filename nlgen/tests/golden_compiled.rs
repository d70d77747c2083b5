//! Compiles the golden files as a user's crate would that allows nothing.

#![deny(warnings, missing_docs, missing_debug_implementations)]

#[rustfmt::skip]
pub mod golden {
    //! The golden files, by name.
    /// The golden file of the name.
    pub mod answers;
    /// The golden file of the name.
    pub mod auto_scalars;
    /// The golden file of the name.
    pub mod binaries;
    /// The golden file of the name.
    pub mod bitfield32;
    /// The golden file of the name.
    pub mod by_header;
    /// The golden file of the name.
    pub mod byte_orders;
    /// The golden file of the name.
    pub mod consts;
    /// The golden file of the name.
    pub mod directional;
    /// The golden file of the name.
    pub mod display_hints;
    /// The golden file of the name.
    pub mod docs;
    /// The golden file of the name.
    pub mod empty_sets;
    /// The golden file of the name.
    pub mod enum_as_flags;
    /// The golden file of the name.
    pub mod enum_values;
    /// The golden file of the name.
    pub mod enums;
    /// The golden file of the name.
    pub mod event;
    /// The golden file of the name.
    pub mod fixed_header;
    /// The golden file of the name.
    pub mod flag;
    /// The golden file of the name.
    pub mod flags;
    /// The golden file of the name.
    pub mod flags_wide;
    /// The golden file of the name.
    pub mod groups;
    /// The golden file of the name.
    pub mod indexed_array;
    /// The golden file of the name.
    pub mod limits;
    /// The golden file of the name.
    pub mod multi_attr;
    /// The golden file of the name.
    pub mod multi_indexed_array;
    /// The golden file of the name.
    pub mod naming;
    /// The golden file of the name.
    pub mod nest;
    /// The golden file of the name.
    pub mod nest_type_value;
    /// The golden file of the name.
    pub mod no_reply;
    /// The golden file of the name.
    pub mod notify;
    /// The golden file of the name.
    pub mod pad_unused;
    /// The golden file of the name.
    pub mod recursive_nest;
    /// The golden file of the name.
    pub mod rows;
    /// The golden file of the name.
    pub mod scalars;
    /// The golden file of the name.
    pub mod strings;
    /// The golden file of the name.
    pub mod struct_arrays;
    /// The golden file of the name.
    pub mod sub_message;
    /// The golden file of the name.
    pub mod subset;
    /// The golden file of the name.
    pub mod unified;
    /// The golden file of the name.
    pub mod value_zero;
}
