//! Twins that borrow from the message, of the same field types as the generated structs.

use nlgen_runtime::wire::{Be, Indexed, Keyed, Multi, Nested};
use nlgen_runtime::{Decode, Encode, List, Nest, Str};

use super::{Color, State};

#[derive(Clone, Debug, Default, Encode, Decode)]
pub struct Bytes<'m> {
    #[nl(1)]
    pub plain: Option<Str<'m>>,
    #[nl(2)]
    pub short: Option<&'m str>,
    #[nl(4)]
    pub blob: Option<&'m [u8]>,
    #[nl(5, secret)]
    pub key: Option<&'m [u8; 32]>,
}

#[derive(Clone, Debug, Default, Encode, Decode)]
pub struct Lists<'m> {
    #[nl(1)]
    pub number: List<'m, u32>,
    #[nl(2, multi)]
    pub port: List<'m, u16, Multi<Be<u16>>>,
    #[nl(3)]
    pub label: List<'m, Str<'m>>,
    #[nl(4)]
    pub leaf: List<'m, Leaf<'m>, Multi<Nested>>,
    #[nl(5)]
    pub chunk: List<'m, &'m [u8]>,
    #[nl(6)]
    pub hue: List<'m, Color>,
    #[nl(7)]
    pub leaf_array: List<'m, Leaf<'m>, Indexed<Nested>>,
    #[nl(8, indexed)]
    pub number_array: List<'m, u32, Indexed>,
    #[nl(9)]
    pub addr_array: List<'m, std::net::Ipv6Addr, Indexed>,
    #[nl(10)]
    pub counter: List<'m, List<'m, u64, Indexed>>,
    #[nl(11)]
    pub by_cpu: List<'m, Leaf<'m>, Keyed<1, Nested>>,
    #[nl(12, nest_type_value = 2)]
    pub by_node: List<'m, Leaf<'m>, Keyed<2, Nested>>,
}

#[derive(Clone, Debug, Default, Encode, Decode)]
pub struct Leaf<'m> {
    #[nl(1)]
    pub id: Option<u32>,
    #[nl(2)]
    pub label: Option<Str<'m>>,
    #[nl(3)]
    pub weight: Option<u16>,
    #[nl(4)]
    pub tag: Option<u32>,
    #[nl(5)]
    pub addr: Option<&'m [u8]>,
    #[nl(6)]
    pub state: Option<State>,
    #[nl(7, nest)]
    pub extra: Option<super::owned::Zero>,
}

#[derive(Clone, Debug, Default, Encode, Decode)]
pub struct Tree<'m> {
    #[nl(1)]
    pub value: Option<u32>,
    #[nl(2)]
    pub parent: Option<Nest<'m, Tree<'m>>>,
    #[nl(3)]
    pub children: List<'m, Tree<'m>, Multi<Nested>>,
    #[nl(4, nest)]
    pub leaf: Option<Nest<'m, Leaf<'m>>>,
}
