//! Lines of C in the kernel's style: tabs, and continued lines that begin below the parenthesis that they are in.

use crate::emit::c::text::plain;

/// The column that lines end before.
const WIDTH: usize = 100;
const TAB: usize = 8;

/// C that is being written.
#[derive(Default)]
pub(super) struct Code {
    text: String,
    depth: usize,
}

impl Code {
    /// Lines for the body of a switch inside a loop.
    pub(super) fn cases() -> Self {
        Self {
            text: String::new(),
            depth: 3,
        }
    }

    /// Lines for the body of a loop.
    pub(super) fn inner() -> Self {
        Self::inner_of(2)
    }

    /// Lines for the body of a function or of blocks in it.
    pub(super) fn inner_of(depth: usize) -> Self {
        Self {
            text: String::new(),
            depth,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// A line. One that ends with a brace that opens begins a block, and one that begins with a brace that closes
    /// ends it.
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        if line.starts_with('}') {
            self.depth = self.depth.saturating_sub(1);
        }
        self.write(line, self.depth);
        if line.ends_with('{') {
            self.depth += 1;
        }
    }

    /// The one statement of a branch or a loop without braces.
    pub(super) fn then(&mut self, line: impl AsRef<str>) {
        self.write(line.as_ref(), self.depth + 1);
    }

    /// A case of a switch, whose statements `body` writes.
    pub(super) fn case(&mut self, label: &str, body: impl FnOnce(&mut Self)) {
        self.write(&format!("{label}:"), self.depth.saturating_sub(1));
        body(self);
    }

    /// An empty line between what is written and what follows.
    pub(super) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A statement that fails with an error number: it ends the function with it.
    pub(super) fn attempt(&mut self, call: &str) {
        self.line(format!("err = {call};"));
        self.line("if (err)");
        self.then("return err;");
    }

    /// Lines as they are.
    pub(super) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Lines as they are, but for those that are too long. Those of macros are none.
    pub(super) fn wrapped(&mut self, text: &str) {
        for line in text.lines() {
            let depth = line.len() - line.trim_start_matches('\t').len();
            match line.ends_with('\\') {
                true => self.raw(&format!("{line}\n")),
                false => self.write(line.trim_start_matches('\t'), depth),
            }
        }
    }

    /// A comment above what follows.
    pub(super) fn comment(&mut self, text: &str) {
        let text = plain(text);
        let room = WIDTH - TAB * self.depth - 10;
        let words: Vec<&str> = text.split_whitespace().collect();
        let lines = filled(&words, room);
        match lines.as_slice() {
            [] => {}
            [one] => self.line(format!("/* {one} */")),
            many => {
                self.line("/*");
                for line in many {
                    self.line(format!(" * {line}"));
                }
                self.line(" */");
            }
        }
    }

    fn write(&mut self, line: &str, depth: usize) {
        let mut rest = line.to_owned();
        let mut start = "\t".repeat(depth);
        loop {
            let width = columns(&start);
            let at = match width + rest.len() <= WIDTH {
                true => None,
                false => break_of(&rest, WIDTH.saturating_sub(width)),
            };
            let Some(at) = at else {
                self.text.push_str(&start);
                self.text.push_str(&rest);
                self.text.push('\n');
                return;
            };
            let (head, tail) = rest.split_at(at);
            self.text.push_str(&start);
            self.text.push_str(head.trim_end());
            self.text.push('\n');
            let column = match open_paren(head) {
                Some(paren) => width + paren + 1,
                None if start.len() > depth => width,
                None => TAB * (depth + 1),
            };
            start = "\t".repeat(column / TAB) + &" ".repeat(column % TAB);
            rest = tail.trim_start().to_owned();
        }
    }
}

/// Words in lines of at most `room` bytes.
fn filled(words: &[&str], room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push((*word).to_owned()),
        }
    }
    lines
}

fn columns(start: &str) -> usize {
    start.chars().map(|c| if c == '\t' { TAB } else { 1 }).sum()
}

/// Where a line is broken: behind the last comma or operator that fits.
fn break_of(line: &str, room: usize) -> Option<usize> {
    let mut best = None;
    for (at, _) in line.match_indices(' ') {
        let fits = at <= room;
        let head = line.get(..at).unwrap_or_default();
        let breaks = [",", "||", "&&", "?", " +"]
            .iter()
            .any(|end| head.ends_with(end));
        if breaks && fits {
            best = Some(at);
        }
    }
    best
}

/// The place of the last parenthesis that is open at the end of `line`.
fn open_paren(line: &str) -> Option<usize> {
    let mut open = Vec::new();
    for (at, c) in line.char_indices() {
        match c {
            '(' => open.push(at),
            ')' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.last().copied()
}
