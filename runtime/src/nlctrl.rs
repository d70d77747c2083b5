//! stub
#![allow(missing_docs)]
use crate as nl;
use ::core::option::Option::{self, Some};
pub static FAMILY: nl::Family = nl::Family::new("nlctrl", 2);
#[derive(Clone, Copy, Default)]
pub struct Getfamily<'a> {
    pub family_name: Option<nl::Str<'a>>,
}
impl<'a> Getfamily<'a> {
    pub fn family_name(mut self, value: impl ::core::convert::Into<nl::Str<'a>>) -> Self {
        self.family_name = Some(value.into());
        self
    }
}
static SET: nl::Set = nl::Set::new(
    "ctrl-attrs",
    &[nl::Attribute::new(2, "family-name", nl::Kind::String)],
);
impl nl::Encode for Getfamily<'_> {
    const SET: &'static nl::Set = &SET;
    fn encode(&self, out: &mut nl::Encoder<'_>) {
        out.put(2, &self.family_name);
    }
}
impl nl::Request for Getfamily<'_> {
    const OP: &'static nl::Operation = &nl::Operation::new(&FAMILY, "getfamily", 3).replies(1);
    type Reply<'r> = GetfamilyReply<'r>;
}
#[derive(Clone, Copy, Default)]
pub struct GetfamilyReply<'a> {
    pub family_id: Option<u16>,
    pub mcast_groups: nl::List<'a, McastGroup<'a>, nl::Indexed<nl::Nested>>,
}
impl<'a> nl::Decode<'a> for GetfamilyReply<'a> {
    const SET: &'static nl::Set = &SET;
    fn decode_at(bytes: &'a [u8], depth: u8) -> ::core::result::Result<Self, nl::DecodeError> {
        let mut new = Self::default();
        nl::attributes(bytes, depth, Self::SET, |attr| match attr.kind() {
            1 => attr.get(&mut new.family_id),
            7 => attr.list(&mut new.mcast_groups),
            _ => ::core::result::Result::Ok(()),
        })?;
        ::core::result::Result::Ok(new)
    }
}
#[derive(Clone, Copy, Default)]
pub struct McastGroup<'a> {
    pub name: Option<nl::Str<'a>>,
    pub id: Option<u32>,
}
impl<'a> nl::Decode<'a> for McastGroup<'a> {
    const SET: &'static nl::Set = &SET;
    fn decode_at(bytes: &'a [u8], depth: u8) -> ::core::result::Result<Self, nl::DecodeError> {
        let mut new = Self::default();
        nl::attributes(bytes, depth, Self::SET, |attr| match attr.kind() {
            1 => attr.get(&mut new.name),
            2 => attr.get(&mut new.id),
            _ => ::core::result::Result::Ok(()),
        })?;
        ::core::result::Result::Ok(new)
    }
}
nl::message_traits!(Getfamily<'_>);
