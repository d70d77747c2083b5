//! The protocol of specs/parcel.yaml: C structs, and messages that own their data (`owned`) or borrow it
//! (`borrowed`).

use std::net::{Ipv4Addr, Ipv6Addr};

use nlgen_runtime::{Family, Group, MacAddr, Scalar, Struct};

pub static FAMILY: Family = Family::raw("parcel", 17);

pub const PARCELS: Group = Group::numbered(&FAMILY, "parcels", 33);

#[derive(Clone, Copy, Debug, Default, PartialEq, Scalar)]
#[repr(u32)]
pub enum Grade {
    #[default]
    Plain,
    Rush,
    #[nl(other)]
    Unknown(u32),
}

bitflags::bitflags! {
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    pub struct Marks: u32 {
        const FRAGILE = 1;
        const HEAVY = 2;
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Struct)]
pub struct Head {
    pub family: u8,
    #[nl(pad = 1)]
    pub kind: u16,
    pub index: i32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Struct)]
pub struct Size {
    pub width: u16,
    #[nl(be)]
    pub height: u16,
    pub unit: i8,
}

#[derive(Clone, Copy, Debug, PartialEq, Struct)]
#[nl(pad = 3)]
pub struct Label {
    #[nl(type = u8)]
    pub grade: Grade,
    #[nl(struct)]
    pub size: Size,
    #[nl(le)]
    pub weight: u64,
    #[nl(be, flags = u16)]
    pub marks: Marks,
    pub code: [u8; 5],
    pub from: Ipv4Addr,
    pub to: Ipv6Addr,
    pub mac: MacAddr,
}

// Addresses have no default of their own.
impl Default for Label {
    fn default() -> Self {
        Self::read(&[])
    }
}

pub mod owned {
    use nlgen_runtime::{Decode, Dump, Encode, EventSet, Request, SubMessage};

    use super::{Grade, Head, Label, Size};

    #[derive(Clone, Debug, PartialEq, SubMessage)]
    pub enum Contents {
        #[nl(nest)]
        Box(Carton),
        #[nl(struct)]
        Tube(Size),
        #[nl(name = "big_crate", nest)]
        Crate(Box<Crate>),
        Nothing,
        #[nl(other)]
        Unknown(Vec<u8>),
    }

    #[derive(Clone, Debug, PartialEq, SubMessage)]
    pub enum Graded {
        #[nl(nest)]
        Rush(Carton),
        #[nl(other)]
        Unknown(Vec<u8>),
    }

    #[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
    #[nl(set = "box")]
    pub struct Carton {
        #[nl(1)]
        pub depth: Option<u32>,
        #[nl(2, multi, nest)]
        pub inside: Vec<Carton>,
    }

    #[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
    #[nl(set = "box")]
    pub struct Crate {
        #[nl(header)]
        pub head: Head,
        #[nl(1)]
        pub depth: Option<u32>,
    }

    #[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
    pub struct More {
        #[nl(1, nest)]
        pub contents: Option<Vec<u8>>,
    }

    #[derive(Clone, Debug, Default, PartialEq, Encode, Decode, Request)]
    #[nl(set = "parcel", family = super::FAMILY, command = 300)]
    #[nl(name = "send", reply = Parcel, reply_command = 301)]
    pub struct Parcel {
        #[nl(header)]
        pub head: Head,
        #[nl(1)]
        pub kind: Option<String>,
        #[nl(2, selector = kind)]
        pub contents: Option<Contents>,
        #[nl(3, be)]
        pub grade: Option<Grade>,
        #[nl(4, selector = grade)]
        pub graded: Option<Graded>,
        #[nl(5, nest)]
        pub more: Option<More>,
        #[nl(6, struct)]
        pub label: Option<Label>,
        #[nl(7, multi, struct)]
        pub sizes: Vec<Size>,
        #[nl(8, array)]
        pub words: Option<Vec<u32>>,
        #[nl(9, indexed)]
        pub steps: Vec<(u16, u16)>,
        #[nl(10, indexed, nest)]
        pub stages: Vec<(u16, Carton)>,
    }

    /// Another header, and the family by its name.
    #[derive(Clone, Debug, Default, PartialEq, Encode, Decode, Dump)]
    #[nl(set = "parcel", family = "parcel", protocol = 17, command = 310)]
    #[nl(name = "sizes", reply = Sizes, reply_command = 311)]
    pub struct Sizes {
        #[nl(header)]
        pub size: Size,
        #[nl(1)]
        pub kind: Option<String>,
        #[nl(7, multi, struct)]
        pub sizes: Vec<Size>,
    }

    #[derive(Clone, Debug, PartialEq, EventSet)]
    #[nl(family = super::FAMILY)]
    pub enum Event {
        #[nl(command = 301)]
        Sent(Box<Parcel>),
        #[nl(command = LOST)]
        Lost(Sender),
        #[nl(other)]
        Unknown { command: u16, attributes: Vec<u8> },
    }

    const LOST: u16 = 320;

    #[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
    #[nl(set = "parcel")]
    pub struct Sender {
        #[nl(header)]
        pub head: Head,
        #[nl(1)]
        pub kind: Option<String>,
    }
}

pub mod borrowed {
    use nlgen_runtime::wire::{AsStruct, Attrs, Indexed, Multi, Nested, Unselected};
    use nlgen_runtime::{Decode, Encode, EventSet, List, Nest, Request, Scalars, Str, SubMessage};

    use super::{Grade, Head, Label, Size};

    #[derive(Clone, Copy, Debug, SubMessage)]
    pub enum Contents<'m> {
        Box(Nest<'m, Carton<'m>>),
        #[nl(struct)]
        Tube(Size),
        #[nl(name = "big_crate")]
        Crate(Nest<'m, super::owned::Crate>),
        Nothing,
        #[nl(other)]
        Unknown(&'m [u8]),
    }

    #[derive(Clone, Copy, Debug, SubMessage)]
    pub enum Graded<'m> {
        Rush(Nest<'m, Carton<'m>>),
        #[nl(other)]
        Unknown(&'m [u8]),
    }

    #[derive(Clone, Copy, Debug, Default, Encode, Decode)]
    #[nl(set = "box")]
    pub struct Carton<'m> {
        #[nl(1)]
        pub depth: Option<u32>,
        #[nl(2)]
        pub inside: List<'m, Carton<'m>, Multi<Nested>>,
    }

    #[derive(Clone, Copy, Debug, Default, Encode, Decode)]
    pub struct More<'m> {
        #[nl(1)]
        pub contents: Option<Unselected<'m, Contents<'m>>>,
    }

    #[derive(Clone, Debug, Encode, Decode, Request)]
    #[nl(set = "parcel", family = super::FAMILY, command = 300)]
    #[nl(name = "send", reply = Parcel<'_>, reply_command = 301)]
    pub struct Parcel<'m> {
        #[nl(header)]
        pub head: Head,
        #[nl(1)]
        pub kind: Str<'m>,
        #[nl(2, selector = kind)]
        pub contents: Contents<'m>,
        #[nl(3, be)]
        pub grade: Option<Grade>,
        #[nl(4, selector = grade)]
        pub graded: Option<Box<Graded<'m>>>,
        #[nl(5)]
        pub more: Option<Nest<'m, More<'m>>>,
        #[nl(6, struct)]
        pub label: Option<Label>,
        #[nl(7)]
        pub sizes: List<'m, Size, Multi<AsStruct>>,
        #[nl(8)]
        pub words: Option<Scalars<'m, u32>>,
        #[nl(9)]
        pub steps: List<'m, u16, Indexed>,
        #[nl(10)]
        pub stages: List<'m, Carton<'m>, Indexed<Nested>>,
    }

    #[derive(Clone, Debug, EventSet)]
    #[nl(family = super::FAMILY)]
    pub enum Event<'m> {
        #[nl(command = 301)]
        Sent(Box<Parcel<'m>>),
        #[nl(command = 320)]
        Lost,
        #[nl(other)]
        Unknown(u16, Attrs<'m>),
    }
}
