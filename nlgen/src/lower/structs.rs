//! C structs: where their members lie.

use std::collections::HashSet;

use super::content::ordered;
use super::entries_fit::Carrier;
use super::kernel::{definition_keys, member_kind};
use super::{Lower, is_struct, text};
use crate::diagnostic::{Code, Problem};
use crate::model::name::{Scope, snake, upper};
use crate::model::{Content, Count, Hint, Int, Meaning, Member, Order, Struct};
use crate::span::At;
use crate::spec::{self, DisplayHint, Limit, MemberType};

/// How deep structs lie in each other at most.
const DEEPEST: usize = 32;

/// The longest struct, in bytes: one that fits an attribute.
const LONGEST: usize = u16::MAX as usize;

/// How a struct is laid out, for those that contain it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Laid {
    len: usize,
    align: usize,
    /// Whether it ends in an array of any length.
    pub(super) tail: bool,
}

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
            self.behind_tail(&new, member);
            let Some((len, align, content)) = self.member(member, &new, outer) else {
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
        let laid = Laid {
            len: new.len,
            align: new.align,
            tail: new.tail().is_some(),
        };
        self.layouts.insert(item.name.as_str(), laid);
        new
    }

    /// Nothing is behind an array of any length.
    fn behind_tail(&mut self, before: &Struct, member: &spec::Member) {
        if let Some(tail) = before.tail() {
            let message = format!(
                "the array `{}` has any length, and `{}` is behind it",
                tail.name, member.name.value
            );
            let problem = Problem::new(Code::WrongValue, member.name.span, message);
            self.add(problem.help("such an array is the last member"));
        }
    }

    /// A member's length, alignment and content.
    fn member(
        &mut self,
        member: &'s spec::Member,
        before: &Struct,
        outer: &mut HashSet<&'s str>,
    ) -> Option<(usize, usize, Content)> {
        let (len, align, item) = self.item(member, outer)?;
        let Some(count) = &member.count else {
            return Some((len, align, item));
        };
        if item == Content::Pad {
            let problem = Problem::new(Code::WrongKey, count.span, "padding has no `count`");
            self.add(problem.help("say its bytes by `len:`"));
            return None;
        }
        let count = self.count(count, before)?;
        let hint = member.display_hint.as_ref().map(|hint| hint.value);
        let bytes = matches!(item, Content::Bytes { exact: Some(1), .. });
        if bytes && count == Count::Rest && hint == Some(DisplayHint::Ipv4OrV6) {
            return Some((0, 1, Content::AnyAddr));
        }
        let all = match &count {
            Count::Fixed(count) => len.saturating_mul(*count),
            Count::Member(_) | Count::Rest => 0,
        };
        let item = Box::new(item);
        Some((all, align, Content::Items { item, len, count }))
    }

    /// How many items an array has.
    fn count(&mut self, count: &At<Limit>, before: &Struct) -> Option<Count> {
        let Limit::Name(name) = &count.value else {
            return self.length(Some(count)).map(Count::Fixed);
        };
        if let Some(counter) = before.members.iter().find(|known| known.name == *name) {
            let number = matches!(
                counter.content,
                Content::Int(_, Meaning::Number | Meaning::Hex)
            );
            if !number {
                let message = format!("the member `{name}` counts nothing: it is not a number");
                self.add(Problem::new(Code::WrongValue, count.span, message));
                return None;
            }
            return Some(Count::Member(name.clone()));
        }
        match name.as_str() {
            "rest" if !self.consts.contains_key("rest") => Some(Count::Rest),
            name if self.consts.contains_key(name) => self.length(Some(count)).map(Count::Fixed),
            name => {
                let message = format!("no member before this one is called `{name}`");
                let known = before.members.iter().map(|known| known.name.as_str());
                let problem = Problem::new(Code::UnknownName, count.span, message);
                let problem = problem.suggest(name, known);
                self.add(problem);
                None
            }
        }
    }

    /// The length, alignment and content of a member, or of an item of its array.
    fn item(
        &mut self,
        member: &'s spec::Member,
        outer: &mut HashSet<&'s str>,
    ) -> Option<(usize, usize, Content)> {
        self.misplaced_in_member(member);
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
            let laid = match self.layouts.get(item.name.as_str()) {
                Some(known) => *known,
                None => {
                    let inner = self.structure(item, outer);
                    Laid {
                        len: inner.len,
                        align: inner.align,
                        tail: inner.tail().is_some(),
                    }
                }
            };
            if laid.tail {
                let message = format!(
                    "the struct `{}` ends in an array of any length, and cannot be a member",
                    name.value
                );
                self.add(Problem::new(Code::WrongValue, name.span, message));
                return None;
            }
            return Some((laid.len, laid.align, Content::Struct(id)));
        }
        let Some(len) = &member.len else {
            let message = format!("the member `{}` needs the key `len`", member.name.value);
            let problem = Problem::new(Code::MissingKey, member.name.span, message);
            self.add(problem.help("add `len:`, in bytes"));
            return None;
        };
        let len = self.length(Some(len))?;
        let content = member_bytes(member, len);
        let align = match content {
            Content::Socket { .. } => socket_align(len),
            _ => 1,
        };
        Some((len, align, content))
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
        (_, Some(DisplayHint::Sockaddr), len) => Content::Socket { len: Some(len) },
        (_, Some(DisplayHint::Ipv4), 4) => Content::Ipv4,
        (_, Some(DisplayHint::Ipv6), 16) => Content::Ipv6,
        (_, Some(DisplayHint::Mac), 6) => Content::Mac,
        (MemberType::String, _, len) => Content::Text { len },
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

/// The alignment of a socket's address: it has 32-bit numbers; the storage for all families is aligned as a pointer is.
const fn socket_align(len: usize) -> usize {
    match len {
        ..=28 => 4,
        _ => 8,
    }
}

fn integer(member: &spec::Member) -> Option<Int> {
    let int = Int::named(member.kind.value.as_str())?;
    Some(ordered(
        int,
        member.byte_order.as_ref().map(|order| order.value),
    ))
}
