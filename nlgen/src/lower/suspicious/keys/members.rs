//! Keys of a struct's members that say nothing.

use super::{is_address_of_4_bytes, span};
use crate::lower::suspicious::Suspicious;
use crate::model::Int;
use crate::spec::{ByteOrder, DisplayHint, Limit, Member, MemberType};

impl Suspicious<'_> {
    pub(super) fn member(&mut self, member: &Member) {
        let kind = member.kind.value;
        let int = Int::named(kind.as_str());
        if int.is_none_or(|int| int.bytes == 1) {
            let why = format!("the type `{}` has no order of bytes", kind.as_str());
            self.says_nothing("byte-order", span(&member.byte_order), &why, "take it out");
        }
        if member.names.is_none() {
            let why = "there is no `enum`";
            let at = span(&member.enum_as_flags);
            self.says_nothing("enum-as-flags", at, why, "add `enum:`");
        }
        if member.structure.is_some() {
            let why = "the length is that of the struct";
            self.says_nothing("len", span(&member.len), why, "take it out");
        }
        self.member_hint(member, int);
    }

    fn member_hint(&mut self, member: &Member, int: Option<Int>) {
        use DisplayHint as H;
        let Some(hint) = &member.display_hint else {
            return;
        };
        let len = match member.len.as_ref().map(|len| &len.value) {
            Some(Limit::Number(len)) => Some(*len),
            _ => None,
        };
        let order = member.byte_order.as_ref().map(|order| order.value);
        let network = order == Some(ByteOrder::Big);
        let (fits, why, help) = match (int, hint.value) {
            _ if member.names.is_some() => (false, "the names of `enum` are shown", "take it out"),
            _ if member.structure.is_some() => {
                (false, "the members of the struct are shown", "take it out")
            }
            (Some(_), H::Hex) => (true, "", ""),
            (Some(int), H::Ipv4) if int.bytes == 4 => (
                network,
                "without a byte order this is a number, not an address",
                "add `byte-order: big-endian`",
            ),
            (Some(_), _) => (false, "an integer is not shown so", "take it out"),
            (None, _) if member.kind.value == MemberType::Pad => {
                (false, "padding is not shown", "take it out")
            }
            (None, H::Hex | H::Mac | H::Uuid | H::Sockaddr) => (true, "", ""),
            // An array of bytes is an address of any family: `AnyAddr`.
            (None, H::Ipv4OrV6) if len == Some(1) && member.count.is_some() => (true, "", ""),
            (None, hint) => (
                len.is_none_or(|len| match is_address_of_4_bytes(hint) {
                    Some(true) => len == 4,
                    Some(false) => len == 16,
                    None => false,
                }),
                "an address has another length",
                "take it out, or change `len`",
            ),
        };
        let at = Some(hint.span).filter(|_| !fits);
        self.says_nothing("display-hint", at, why, help);
    }
}
