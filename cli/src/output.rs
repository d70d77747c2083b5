//! Standard output: tables with colours for a terminal, plain text and JSON for a pipe.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::failure::Failure;

/// Headings: names of families, sets, operations.
pub(crate) const HEADING: Style = Style::new().bold();
/// What stands beside the matter: numbers, types.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Names.
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();
/// What is wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What is worth a look.
pub(crate) const NOTE: Style = AnsiColor::Yellow.on_default();

/// Standard output. What is written may have colours: they are taken out when it is no terminal, and
/// when `NO_COLOR` is set. Nothing is shown before [`flush`](Write::flush) or the end.
pub(crate) struct Output(BufWriter<AutoStream<StdoutLock<'static>>>);

impl Output {
    /// The program's standard output.
    pub(crate) fn stdout() -> Self {
        let choice = AutoStream::choice(&io::stdout());
        Self(BufWriter::new(AutoStream::new(io::stdout().lock(), choice)))
    }

    /// Writes a value as JSON, for people as well.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer_pretty(&mut self.0, value)?;
        self.0.write_all(b"\n")?;
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        Ok(self.0.flush()?)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Columns of the terminal, at least 40 and at most 120: longer lines are hard to read. `COLUMNS` says
/// otherwise; 100 when neither is known.
pub(crate) fn width() -> usize {
    let set = std::env::var("COLUMNS").ok();
    let set = set.and_then(|text| text.parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    set.or_else(terminal).unwrap_or(100).clamp(40, 120)
}

/// A number of things: `1 warning`, `2 warnings`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// How output is written.
#[derive(clap::Args)]
pub(crate) struct Format {
    /// Print JSON (what a pipe gets)
    #[arg(long, conflicts_with = "table")]
    json: bool,
    /// Print for people (what a terminal gets)
    #[arg(long)]
    table: bool,
}

impl Format {
    /// Whether JSON is wanted: as said, otherwise when the output is no terminal.
    pub(crate) fn is_json(&self) -> bool {
        self.json || !(self.table || io::stdout().is_terminal())
    }
}
