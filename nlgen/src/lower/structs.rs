//! C structs: where their members lie.

use std::collections::HashSet;

use super::content::ordered;
use super::entries_fit::Carrier;
use super::kernel::{definition_keys, member_kind};
use super::{Lower, is_struct, text};
use crate::diagnostic::{Code, Problem};
use crate::model::name::{Scope, snake, upper};
use crate::model::{Content, Hint, Int, Meaning, Member, Order, Struct};
use crate::spec::{self, DisplayHint, MemberType};

/// How deep structs lie in each other at most.
const DEEPEST: usize = 32;

/// The longest struct, in bytes: one that fits an attribute.
const LONGEST: usize = u16::MAX as usize;

impl<'s> Lower<'s> {
    pub(super) fn structs(&mut self) -> Vec<Struct> {
        let spec = self.spec;
        let mut tables = Scope::default();
        let mut structs = Vec::new();
        for item in spec.definitions.iter().filter(|item| is_struct(item)) {
            self.unique(item.members.iter().map(|member| &member.name), "member");
            let mut new = self.structure(item, &mut HashSet::new());
            new.table = tables.take(upper(&item.name), "");
            structs.push(new);
        }
        structs
    }

    /// Lays a struct out as C does: each member at a multiple of its own size, the whole padded to a
    /// multiple of the largest.
    fn structure(&mut self, item: &'s spec::Definition, outer: &mut HashSet<&'s str>) -> Struct {
        let mut new = Struct {
            name: item.name.value.clone(),
            ident: String::new(),
            table: String::new(),
            doc: text(item.doc.as_ref()),
            members: Vec::new(),
            len: 0,
            align: 1,
            c: definition_keys(item),
        };
        if !outer.insert(item.name.as_str()) {
            let message = format!("the struct `{}` contains itself", item.name.value);
            self.add(Problem::new(Code::SubsetCycle, item.name.span, message));
            return new;
        }
        if outer.len() > DEEPEST {
            let message = format!("structs lie in each other more than {DEEPEST} deep");
            self.add(Problem::new(Code::OutOfRange, item.name.span, message));
            outer.remove(item.name.as_str());
            return new;
        }
        let mut scope = Scope::default();
        for member in &item.members {
            let Some((len, align, content)) = self.member(member, outer) else {
                continue;
            };
            let offset = new.len.next_multiple_of(align);
            new.align = new.align.max(align);
            new.len = offset.saturating_add(len);
            if content != Content::Pad {
                new.members.push(Member {
                    name: member.name.value.clone(),
                    ident: scope.take(snake(&member.name), "_"),
                    doc: text(member.doc.as_ref()),
                    offset,
                    len,
                    content,
                    c: member_kind(member),
                });
            }
        }
        new.len = new.len.next_multiple_of(new.align);
        if new.len > LONGEST {
            let message = format!("a struct has at most {LONGEST} bytes, not {}", new.len);
            self.add(Problem::new(Code::OutOfRange, item.name.span, message));
            new.len = LONGEST;
        }
        outer.remove(item.name.as_str());
        self.layouts
            .insert(item.name.as_str(), (new.len, new.align));
        new
    }

    /// A member's length, alignment and content.
    fn member(
        &mut self,
        member: &'s spec::Member,
        outer: &mut HashSet<&'s str>,
    ) -> Option<(usize, usize, Content)> {
        if let Some(int) = integer(member) {
            let len = usize::from(int.bytes);
            return Some((len, len, self.member_number(member, int)?));
        }
        if let Some(name) = &member.structure {
            let id = self.find_struct(name)?;
            let spec = self.spec;
            let item = spec
                .definitions
                .iter()
                .find(|item| is_struct(item) && *item.name.value == *name.value)?;
            // Once each: two of one kind in each of many levels would be laid out too often.
            let (len, align) = match self.layouts.get(item.name.as_str()) {
                Some(known) => *known,
                None => {
                    let inner = self.structure(item, outer);
                    (inner.len, inner.align)
                }
            };
            return Some((len, align, Content::Struct(id)));
        }
        let Some(len) = &member.len else {
            let message = format!("the member `{}` needs the key `len`", member.name.value);
            let problem = Problem::new(Code::MissingKey, member.name.span, message);
            self.add(problem.help("add `len:`, in bytes"));
            return None;
        };
        let len = self.length(Some(len))?;
        Some((len, 1, member_bytes(member, len)))
    }

    fn member_number(&mut self, member: &spec::Member, int: Int) -> Option<Content> {
        if let Some(name) = &member.names {
            let (meaning, definition) = self.named(name, member.enum_as_flags.as_ref())?;
            self.entries_fit(Carrier::member(member, name), definition, int, meaning);
            return Some(Content::Int(int, meaning));
        }
        let network = int.bytes == 4 && int.order == Order::Big;
        Some(match member.display_hint.as_ref().map(|hint| hint.value) {
            Some(DisplayHint::Ipv4) if network => Content::Ipv4,
            Some(DisplayHint::Hex) => Content::Int(int, Meaning::Hex),
            _ => Content::Int(int, Meaning::Number),
        })
    }
}

fn member_bytes(member: &spec::Member, len: usize) -> Content {
    let hint = member.display_hint.as_ref().map(|hint| hint.value);
    match (member.kind.value, hint, len) {
        (MemberType::Pad, ..) => Content::Pad,
        (_, Some(DisplayHint::Ipv4), 4) => Content::Ipv4,
        (_, Some(DisplayHint::Ipv6), 16) => Content::Ipv6,
        (_, Some(DisplayHint::Mac), 6) => Content::Mac,
        (_, hint, len) => Content::Bytes {
            exact: Some(len),
            hint: match hint {
                Some(DisplayHint::Hex) => Some(Hint::Hex),
                Some(DisplayHint::Mac) => Some(Hint::Mac),
                Some(DisplayHint::Uuid) => Some(Hint::Uuid),
                _ => None,
            },
        },
    }
}

fn integer(member: &spec::Member) -> Option<Int> {
    let int = Int::named(member.kind.value.as_str())?;
    Some(ordered(
        int,
        member.byte_order.as_ref().map(|order| order.value),
    ))
}
