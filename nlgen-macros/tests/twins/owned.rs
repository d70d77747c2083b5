//! Twins that own their data.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlgen_runtime::{Bitfield32, Decode, Encode, MacAddr};

use super::{Caps, Color, Distance, Keyword, Level, Opts, State, Wide};

#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
#[nl(pad(4))]
pub struct Scalars {
    #[nl(1)]
    pub u8: Option<u8>,
    #[nl(2)]
    pub u16: Option<u16>,
    #[nl(3)]
    pub u32: Option<u32>,
    #[nl(5)]
    pub u64: Option<u64>,
    #[nl(6)]
    pub s8: Option<i8>,
    #[nl(7)]
    pub s16: Option<i16>,
    #[nl(8)]
    pub s32: Option<i32>,
    #[nl(9)]
    pub s64: Option<i64>,
    #[nl(10, uint)]
    pub uint: Option<u64>,
    #[nl(11, sint)]
    pub sint: Option<i64>,
    #[nl(12, be)]
    pub be16: Option<u16>,
    #[nl(13, be)]
    pub be32: Option<u32>,
    #[nl(14, be)]
    pub be64: Option<u64>,
    #[nl(15, be)]
    pub be_s16: Option<i16>,
    #[nl(16, be)]
    pub be_s32: Option<i32>,
    #[nl(17, be)]
    pub be_s64: Option<i64>,
    #[nl(18, le)]
    pub le16: Option<u16>,
    #[nl(19, le)]
    pub le32: Option<u32>,
    #[nl(20, le)]
    pub le64: Option<u64>,
    #[nl(21, le)]
    pub le_s32: Option<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Bytes {
    #[nl(1)]
    pub plain: Option<String>,
    #[nl(4)]
    pub blob: Option<Vec<u8>>,
    #[nl(5, secret)]
    pub key: Option<[u8; 32]>,
    #[nl(9)]
    pub mac: Option<MacAddr>,
    #[nl(10)]
    pub ipv4: Option<Ipv4Addr>,
    #[nl(12)]
    pub ipv6: Option<Ipv6Addr>,
    #[nl(13)]
    pub addr: Option<IpAddr>,
}

#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Choices {
    #[nl(1)]
    pub color: Color,
    #[nl(2)]
    pub level: Level,
    #[nl(3)]
    pub state: State,
    #[nl(4)]
    pub distance: Distance,
    #[nl(5, uint)]
    pub word: Keyword,
    #[nl(6, be)]
    pub level_be: Level,
    #[nl(7, flags)]
    pub caps: Caps,
    #[nl(8, flags = u64)]
    pub wide: Wide,
    #[nl(9, flags, uint)]
    pub opts: Opts,
    #[nl(11, flags, type = u32)]
    pub colors: Option<Opts>,
    #[nl(12)]
    pub change_caps: Bitfield32,
}

#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Lists {
    #[nl(1, multi)]
    pub number: Vec<u32>,
    #[nl(2, multi, be)]
    pub port: Vec<u16>,
    #[nl(3, multi)]
    pub label: Vec<String>,
    #[nl(4, multi, nest)]
    pub leaf: Vec<Leaf>,
    #[nl(5, multi)]
    pub chunk: Vec<Vec<u8>>,
    #[nl(6, multi)]
    pub hue: Vec<Color>,
    #[nl(7, indexed, nest)]
    pub leaf_array: Vec<Leaf>,
    #[nl(8, indexed)]
    pub number_array: Vec<u32>,
    #[nl(9, indexed)]
    pub addr_array: Vec<Ipv6Addr>,
    #[nl(10, multi, indexed)]
    pub counter: Vec<Vec<u64>>,
    #[nl(11, nest_type_value = 1)]
    pub by_cpu: Vec<([u16; 1], Leaf)>,
    #[nl(12, nest_type_value = 2)]
    pub by_node: Vec<([u16; 2], Box<Leaf>)>,
}

#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Leaf {
    #[nl(1)]
    pub id: Option<u32>,
    #[nl(2)]
    pub label: Option<String>,
    #[nl(3)]
    pub weight: Option<u16>,
    #[nl(4)]
    pub tag: Option<u32>,
    #[nl(5)]
    pub addr: Option<Vec<u8>>,
    #[nl(6)]
    pub state: Option<State>,
    #[nl(7, nest)]
    pub extra: Option<Zero>,
}

#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Zero {
    #[nl(0)]
    pub key: Option<u32>,
    #[nl(1)]
    pub src: Option<Ipv4Addr>,
    #[nl(2)]
    pub dst: Option<Ipv4Addr>,
}

#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Tree {
    #[nl(1)]
    pub value: Option<u32>,
    #[nl(2, nest)]
    pub parent: Option<Box<Tree>>,
    #[nl(3, multi, nest)]
    pub children: Vec<Tree>,
    #[nl(4, nest)]
    pub leaf: Option<Leaf>,
}

#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Words {
    #[nl(1)]
    pub r#type: Option<u32>,
    #[nl(2)]
    pub self_: Option<u32>,
    #[nl(3)]
    pub r#use: Option<String>,
    #[nl(4)]
    pub r#do: bool,
    #[nl(5, name = "crate")]
    pub krate: Option<u8>,
    #[nl(6)]
    pub attrs: Option<u8>,
    #[nl(attr = 7)]
    pub _2ghz: Option<u32>,
    #[nl(8)]
    pub x_509_name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
#[nl(set = "exam")]
pub struct Get {
    #[nl(1)]
    pub id: Option<u32>,
    #[nl(2)]
    pub name: Option<String>,
    #[nl(3, nest)]
    pub scalars: Option<Scalars>,
    #[nl(6, nest)]
    pub lists: Option<Lists>,
    #[nl(7, nest)]
    pub tree: Option<Tree>,
    #[nl(8, nest)]
    pub words: Option<Words>,
    #[nl(20)]
    pub present: bool,
    #[nl(22, multi)]
    pub twice: Vec<u32>,
}
