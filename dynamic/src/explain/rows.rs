//! Rows of a struct with attributes behind each.

use nlgen::model::{Set, Struct};
use nlgen_runtime::wire::align;

use super::Piece;
use super::attributes::Explaining;
use crate::decode::Scope;
use crate::decode::rows::{behind, cuts};

impl Explaining<'_> {
    /// A piece for each row, with its struct and its attributes, and one for bytes that cannot be a row.
    pub(super) fn rows(
        &self,
        scope: &Scope<'_>,
        (header, length, set): (&Struct, &str, &Set),
        payload: &[u8],
        at: usize,
    ) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut rows = cuts(header, length, payload);
        loop {
            let left = rows.left();
            let place = at + (payload.len() - left.len());
            let piece = Piece::new(place, 0, format!("[{}]", pieces.len()));
            match rows.next() {
                None => return pieces,
                Some(Ok(row)) => {
                    let mut inner = self.header(header, row, place);
                    let start = align(header.len).min(row.len());
                    inner.extend(self.level(&behind(header, set, row, scope), place + start));
                    let pad = left.len().min(align(row.len())) - row.len();
                    if pad > 0 {
                        inner.push(Piece::new(place + row.len(), pad, "padding"));
                    }
                    let kind = format!("row, {} bytes", row.len());
                    pieces.push(piece.kind(kind).children(inner));
                }
                Some(Err(error)) => {
                    self.pass(self.set_hides(set));
                    let piece = Piece {
                        len: left.len(),
                        ..piece
                    };
                    pieces.push(self.wrong(piece, error.reason().to_string()));
                    return pieces;
                }
            }
        }
    }
}
