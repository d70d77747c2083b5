//! C structs.

use nlgen::model::{Content, Member, Struct};
use nlgen_runtime::wire::{Reason, align};

use super::Piece;
use super::attributes::{Explaining, kind_of};
use crate::decode::structs;

impl Explaining<'_> {
    /// A struct that attributes follow.
    pub(super) fn header(&self, structure: &Struct, bytes: &[u8], at: usize) -> Vec<Piece> {
        let own = bytes.get(..structure.len).unwrap_or(bytes);
        let kind = format!("struct, {} bytes", structure.len);
        let mut piece = Piece::new(at, 0, &structure.name).kind(kind);
        if bytes.len() < structure.len {
            let (want, got) = (structure.len, bytes.len());
            piece = piece.problem(Reason::Short { want, got }.to_string());
        }
        let mut inner = self.members(structure, own, at);
        let pad = bytes.len().min(align(structure.len)) - own.len();
        if pad > 0 {
            inner.push(Piece::new(at + own.len(), pad, "padding"));
        }
        vec![piece.children(inner)]
    }

    /// The members of a struct, and the bytes between them.
    pub(super) fn members(&self, structure: &Struct, bytes: &[u8], at: usize) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut read = 0;
        for member in &structure.members {
            let gap = member.offset.min(bytes.len()).saturating_sub(read);
            if gap > 0 {
                pieces.push(Piece::new(at + read, gap, "padding"));
            }
            let there = structs::bytes_of(structure, member, bytes);
            let end = member.offset.saturating_add(there.len());
            read = read.max(end.min(bytes.len()));
            let place = at + member.offset.min(bytes.len());
            let kind = kind_of(self.family, &member.content);
            let piece = Piece::new(place, there.len(), &member.name).kind(kind);
            pieces.push(match &member.content {
                Content::Struct(id) => {
                    let inner = self.members(self.family.structure(*id), there, place);
                    Piece { len: 0, ..piece }.children(inner)
                }
                Content::Items { item, len, .. } if there.len() >= member.len => {
                    let piece = match self.lacking(structure, member, bytes, there) {
                        Some(problem) => piece.problem(problem),
                        None => piece,
                    };
                    let items = self.items(item, *len, there, place);
                    Piece { len: 0, ..piece }.children(items)
                }
                _ if there.len() < member.len => match there.is_empty() {
                    true => piece.value("not there; an older kernel's struct ends before"),
                    false => piece.problem("cut short"),
                },
                content => {
                    let leaf = self.leaf(content, there, place);
                    Piece {
                        value: leaf.value,
                        problem: leaf.problem,
                        ..piece
                    }
                }
            });
        }
        let end = structure.len.clamp(read, bytes.len().max(read));
        if end > read {
            pieces.push(Piece::new(at + read, end - read, "padding"));
        }
        if bytes.len() > end {
            let more = Piece::new(at + end, bytes.len() - end, "more");
            pieces.push(more.value("members that the spec does not have"));
        }
        pieces
    }

    /// What an array that ends a struct lacks of what is counted.
    fn lacking(
        &self,
        structure: &Struct,
        member: &Member,
        bytes: &[u8],
        there: &[u8],
    ) -> Option<String> {
        let (Content::Items { len, .. }, Some(counter)) = (&member.content, structure.counter())
        else {
            return None;
        };
        let count = structs::counted(structure, bytes).filter(|_| member.is_tail())?;
        let whole = there.len() / (*len).max(1);
        (count > whole).then(|| format!("`{}` counts {count}, and {whole} are there", counter.name))
    }

    /// The items of an array.
    fn items(&self, item: &Content, len: usize, bytes: &[u8], at: usize) -> Vec<Piece> {
        let items = bytes.chunks(len.max(1)).enumerate();
        let pieces = items.map(|(place, own)| {
            let at = at + place * len;
            let name = format!("[{place}]");
            let piece = Piece::new(at, own.len(), name).kind(kind_of(self.family, item));
            match item {
                Content::Struct(id) => {
                    let inner = self.members(self.family.structure(*id), own, at);
                    Piece { len: 0, ..piece }.children(inner)
                }
                item => {
                    let leaf = self.leaf(item, own, at);
                    Piece {
                        value: leaf.value,
                        problem: leaf.problem,
                        ..piece
                    }
                }
            }
        });
        pieces.collect()
    }
}
