//! A picture as text.

use std::fmt;

use super::{Picture, Piece};

/// Bytes in a line.
const WIDTH: usize = 8;

/// Lines that one piece takes at most.
const LINES: usize = 32;

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            self.piece(f, piece, "", "")?;
        }
        Ok(())
    }
}

impl Picture {
    /// A piece and what is inside; `first` is drawn before it, `rest` before the lines that follow.
    fn piece(
        &self,
        f: &mut fmt::Formatter<'_>,
        piece: &Piece,
        first: &str,
        rest: &str,
    ) -> fmt::Result {
        let end = piece.offset.saturating_add(piece.len);
        let own = self.bytes.get(piece.offset..end).unwrap_or_default();
        let mut lines = own.chunks(WIDTH);
        let more = own.len().div_ceil(WIDTH) > LINES;
        let trunk = match piece.children.is_empty() {
            true => format!("{rest}   "),
            false => format!("{rest}│  "),
        };
        self.line(
            f,
            piece.offset,
            lines.next(),
            piece.secret,
            first,
            &piece.title(),
        )?;
        for (at, line) in lines.enumerate().take(LINES - 1) {
            let offset = piece.offset + (at + 1) * WIDTH;
            self.line(f, offset, Some(line), piece.secret, &trunk, "")?;
        }
        if more {
            let left = own.len() - LINES * WIDTH;
            writeln!(f, "      … {left} more bytes")?;
        }
        for (at, inner) in piece.children.iter().enumerate() {
            let last = at + 1 == piece.children.len();
            let (branch, trunk) = if last {
                ("└─ ", "   ")
            } else {
                ("├─ ", "│  ")
            };
            self.piece(
                f,
                inner,
                &format!("{rest}{branch}"),
                &format!("{rest}{trunk}"),
            )?;
        }
        Ok(())
    }

    fn line(
        &self,
        f: &mut fmt::Formatter<'_>,
        offset: usize,
        bytes: Option<&[u8]>,
        secret: bool,
        tree: &str,
        title: &str,
    ) -> fmt::Result {
        let bytes = bytes.unwrap_or_default().iter();
        let bytes: Vec<String> = bytes
            .map(|byte| match secret {
                true => "··".to_owned(),
                false => format!("{byte:02x}"),
            })
            .collect();
        let line = format!(
            "{offset:04x}  {:<width$}  {tree}{title}",
            bytes.join(" "),
            width = 3 * WIDTH - 1
        );
        writeln!(f, "{}", line.trim_end())
    }
}

impl Piece {
    /// `name: value (kind) <-- problem`, of what is there.
    fn title(&self) -> String {
        let mut title = self.name.clone();
        if let Some(value) = &self.value {
            if !title.is_empty() {
                title.push_str(": ");
            }
            title.push_str(value);
        }
        if !self.kind.is_empty() {
            title.push_str(&format!(" ({})", self.kind));
        }
        if let Some(problem) = &self.problem {
            title.push_str(&format!(" <-- {problem}"));
        }
        title
    }
}
