//! Sets of specs/exam.yaml once more, as a person would write them: `owned` and `borrowed`; and all of
//! specs/parcel.yaml beside this folder: `parcels`.

#![allow(dead_code, reason = "each test uses some of it")]
#![allow(unreachable_pub, reason = "written as in a library")]

pub mod borrowed;
pub mod owned;
pub mod parcels;

use nlgen_runtime::Scalar;

/// The family as the macro generates it.
pub mod exam {
    nlgen_macros::family!("../specs/exam.yaml");
}

/// The protocol as the macro generates it.
pub mod parcel {
    nlgen_macros::family!("specs/parcel.yaml");
}

#[derive(Clone, Copy, Debug, PartialEq, Scalar)]
#[repr(u8)]
pub enum Color {
    Red,
    Green,
    Blue,
    #[nl(other)]
    Unknown(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Scalar)]
#[repr(u16)]
pub enum Level {
    Low = 10,
    Middle,
    High,
    #[nl(other)]
    Unknown(u16),
}

#[derive(Clone, Copy, Debug, PartialEq, Scalar)]
#[repr(u32)]
pub enum State {
    Idle,
    Running = 5,
    Stopped,
    Broken = 0x80,
    OnFire,
    #[nl(other)]
    Unknown(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Scalar)]
#[repr(u64)]
pub enum Distance {
    Near = 1,
    Far = 0xffff_ffff,
    Farther,
    #[nl(other)]
    Unknown(u64),
}

/// Wider on the wire than here.
#[derive(Clone, Copy, Debug, PartialEq, Scalar)]
#[repr(u8)]
pub enum Keyword {
    Type,
    #[nl(name = "self")]
    Own,
    Use,
    Break,
    Static,
    #[nl(name = "8021q")]
    Vlan,
}

bitflags::bitflags! {
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Caps: u32 {
        const READ = 1;
        const WRITE = 2;
        const _ = !0;
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Wide: u64 {
        const FIRST = 1;
        const LAST = 1 << 63;
    }

    /// Wider on the wire than here.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Opts: u8 {
        const FAST = 1 << 2;
        const SAFE = 1 << 3;
    }
}
