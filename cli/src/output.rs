//! Standard output and standard error: text for people, with colours on a terminal, and bytes for programs.
//!
//! Text for people goes through [`Text`], which lets no control character through: what the kernel, a spec or
//! a file says is shown by a terminal, and never obeyed. Output for programs goes through nothing that changes
//! it.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::{AutoStream, ColorChoice};
use nlgen::diagnostic::is_hidden;
use nlgen_runtime::Errno;
use serde::Serialize;

use crate::failure::Failure;
use crate::text::{Style, Text, visible_json};

/// Headings: names of families, sets, operations.
pub(crate) const HEADING: Style = Style::Bold;
/// What stands beside the matter: numbers, types.
pub(crate) const FAINT: Style = Style::Dimmed;
/// Names.
pub(crate) const NAME: Style = Style::Cyan;
/// What is wrong.
pub(crate) const BAD: Style = Style::BoldRed;
/// What is worth a look.
pub(crate) const NOTE: Style = Style::Yellow;
/// What to do about it.
pub(crate) const HELP: Style = Style::Cyan;
/// The frame around an excerpt.
pub(crate) const EDGE: Style = Style::BoldBlue;

/// Standard output. Nothing is shown before [`flush`](Self::flush) or the end.
pub(crate) struct Output {
    text: Text<BufWriter<Stdout>>,
    is_terminal: bool,
}

/// Standard output as it was given to the program.
enum Stdout {
    Open(StdoutLock<'static>),
    /// The program was started without one. Rust's start code puts /dev/null in its place.
    Closed,
}

/// Whether the program was started without a standard output.
static CLOSED: AtomicBool = AtomicBool::new(false);

/// Looks before `main`, since Rust's start code opens /dev/null where a standard stream is missing.
#[ctor::ctor]
fn look_for_stdout() {
    let missing = std::fs::symlink_metadata("/proc/self/fd/1")
        .is_err_and(|_| std::fs::symlink_metadata("/proc/self/fd").is_ok());
    CLOSED.store(missing, Ordering::Relaxed);
}

impl Output {
    /// The program's standard output.
    pub(crate) fn stdout() -> Self {
        let stdout = io::stdout();
        let colours = has_colours(&AutoStream::choice(&stdout));
        let is_terminal = stdout.is_terminal();
        let stdout = match CLOSED.load(Ordering::Relaxed) {
            true => Stdout::Closed,
            false => Stdout::Open(stdout.lock()),
        };
        Self {
            text: Text::new(BufWriter::new(stdout), colours),
            is_terminal,
        }
    }

    /// Where text for people is written. It may have the colours of this module: they are taken out when
    /// standard output is no terminal, and when `NO_COLOR` is set.
    pub(crate) fn text(&mut self) -> &mut impl Write {
        &mut self.text
    }

    /// Writes bytes for programs, as they are.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        Ok(self.text.inner()?.write_all(bytes)?)
    }

    /// Writes what is meant to be a file: as it is, but for control characters when a terminal gets it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn file(&mut self, content: &str) -> Result<(), Failure> {
        match self.is_terminal {
            true => Ok(self.text.write_all(content.as_bytes())?),
            false => self.bytes(content.as_bytes()),
        }
    }

    /// Writes a value as JSON of several lines.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value)?;
        self.bytes(format!("{}\n", visible_json(&text)).as_bytes())
    }

    /// Writes a value as JSON in one line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value)?;
        self.bytes(format!("{}\n", visible_json(&text)).as_bytes())
    }

    /// Writes the help or the version that was asked for, or on standard error what is wrong with the usage.
    ///
    /// # Errors
    /// When it cannot be written; status 2 for wrong usage.
    pub(crate) fn usage(&mut self, usage: &clap::Error) -> Result<(), Failure> {
        // The text may quote an argument, whose colours are not ours.
        let quoted = std::env::args_os().any(|word| word.to_string_lossy().contains(is_hidden));
        let text = match quoted {
            true => usage.render().to_string(),
            false => usage.render().ansi().to_string(),
        };
        if usage.use_stderr() {
            report_coloured(&text);
            return Err(Failure::Told(2));
        }
        Ok(self.text.coloured(&text)?)
    }

    /// Shows what has been written.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.text.flush()?)
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Open(stdout) => stdout.write(bytes),
            Self::Closed => Err(io::Error::from_raw_os_error(Errno::EBADF.code())),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Open(stdout) => stdout.flush(),
            Self::Closed => Ok(()),
        }
    }
}

/// A line for people on standard error, with the colours of this module. That it cannot be written is not
/// told anywhere: there is no place left for it.
macro_rules! report {
    ($($text:tt)*) => { $crate::output::report_line(format_args!($($text)*)) };
}
pub(crate) use report;

/// See [`report!`].
pub(crate) fn report_line(line: fmt::Arguments<'_>) {
    let stderr = io::stderr();
    let colours = has_colours(&AutoStream::choice(&stderr));
    let mut text = Text::new(stderr.lock(), colours);
    let _ = writeln!(text, "{line}").and_then(|()| text.flush());
}

/// Writes text of several lines that has colours of its own on standard error.
pub(crate) fn report_coloured(text: &str) {
    let stderr = io::stderr();
    let colours = has_colours(&AutoStream::choice(&stderr));
    let mut out = Text::new(stderr.lock(), colours);
    let _ = out.coloured(text).and_then(|()| out.flush());
}

fn has_colours(choice: &ColorChoice) -> bool {
    !matches!(choice, ColorChoice::Never)
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
    #[arg(long, overrides_with = "table")]
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
