//! Every byte of messages, explained.

mod attributes;
mod messages;
mod render;
mod rows;
mod structs;

use crate::decode::SECRET;

/// Bytes, and what each of them is.
///
/// It prints as a table with the offset and the bytes on the left and the pieces as a tree on the right.
/// Bytes of secret attributes are not in it unless they were asked for, nor are bytes that may be of one: behind a
/// length that is wrong, and in messages that the spec of a family with secrets does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    bytes: Vec<u8>,
    pieces: Vec<Piece>,
}

/// A run of bytes that means one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins, in bytes from the beginning of the picture.
    pub offset: usize,
    /// How many bytes are its own; those of the pieces inside follow.
    pub len: usize,
    /// What it is called: a field of a header, an attribute, a member. Empty for a payload.
    pub name: String,
    /// What it contains: `u32`, `nest of header`, `struct ifinfomsg`; empty where the name says it.
    pub kind: String,
    /// What its bytes mean.
    pub value: Option<String>,
    /// What is wrong with it, or not known of it.
    pub problem: Option<String>,
    /// Whether its bytes are kept back.
    pub secret: bool,
    /// What is inside, in the order of the bytes.
    pub children: Vec<Piece>,
}

impl Picture {
    /// The bytes; zeros where they are secret.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The outermost pieces: the messages.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The pieces with what is wrong with them, however deep, in the order of the bytes.
    #[must_use]
    pub fn problems(&self) -> Vec<&Piece> {
        fn collect<'p>(pieces: &'p [Piece], found: &mut Vec<&'p Piece>) {
            for piece in pieces {
                if piece.problem.is_some() {
                    found.push(piece);
                }
                collect(&piece.children, found);
            }
        }
        let mut found = Vec::new();
        collect(&self.pieces, &mut found);
        found
    }

    /// The same picture over bytes of the same length: those of a datagram before it was put
    /// [in this machine's byte order](crate::Reader::in_host_order).
    #[must_use]
    pub fn with_bytes(self, bytes: &[u8]) -> Self {
        Self::new(bytes, self.pieces)
    }

    fn new(bytes: &[u8], pieces: Vec<Piece>) -> Self {
        let mut bytes = bytes.to_vec();
        for piece in &pieces {
            blank(&mut bytes, piece);
        }
        Self { bytes, pieces }
    }
}

/// Takes secret bytes out.
fn blank(bytes: &mut [u8], piece: &Piece) {
    if piece.secret
        && let Some(own) = bytes.get_mut(piece.offset..piece.offset.saturating_add(piece.len))
    {
        own.fill(0);
    }
    for inner in &piece.children {
        blank(bytes, inner);
    }
}

impl Piece {
    fn new(offset: usize, len: usize, name: impl Into<String>) -> Self {
        Self {
            offset,
            len,
            name: name.into(),
            ..Self::default()
        }
    }

    fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = kind.into();
        self
    }

    fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    fn problem(mut self, problem: impl Into<String>) -> Self {
        self.problem = Some(problem.into());
        self
    }

    /// The piece without its bytes.
    fn hidden(mut self) -> Self {
        self.value = Some(SECRET.to_owned());
        self.secret = true;
        self
    }

    /// The same for padding, which begins `bytes`: there is nothing to hide in zeros.
    fn hidden_unless_zero(self, bytes: &[u8]) -> Self {
        match bytes.iter().take(self.len).all(|byte| *byte == 0) {
            true => self,
            false => self.hidden(),
        }
    }

    fn children(mut self, children: Vec<Self>) -> Self {
        self.children = children;
        self
    }
}
