//! Follows the texts of the family `memo`, by events and by reading.

use std::error::Error as AnyError;
use std::io::{Write, stdout};

use nlgen_runtime::{Connection, Errno, Error, Events, Received};

use crate::memo::{Event, Get, GetReply, group};

/// Prints texts.
pub(crate) struct Receiver {
    // Requests have a socket of their own: where events are lost, their replies would be lost, too.
    conn: Connection,
    events: Events<Event<'static>>,
    printed: Printed,
}

/// What has been printed of the last text, if there was one.
#[derive(Default)]
struct Printed(Option<Text>);

#[derive(Clone, Copy)]
struct Text {
    number: u32,
    /// How many bytes of it.
    length: u64,
    /// Whether that is all.
    whole: bool,
}

impl Receiver {
    /// Subscribes. What is there already is then read: the other way round, a piece between the two would be lost.
    pub(crate) fn open() -> Result<Self, Error> {
        Ok(Self {
            events: Events::open(&[group::PIECES])?,
            conn: Connection::open()?,
            printed: Printed::default(),
        })
    }

    pub(crate) fn has_whole_text(&self) -> bool {
        self.printed.0.is_some_and(|text| text.whole)
    }

    /// Waits for a piece and prints it. What was lost before it is read and printed first.
    pub(crate) fn hear(&mut self) -> Result<(), Box<dyn AnyError>> {
        let follows = match self.events.next_event()? {
            Received::Event(Event::PieceNtf(piece)) => self.printed.add_event(&piece)?,
            Received::Event(_) => true,
            Received::Overrun { lost } => {
                eprintln!("{lost} pieces were lost: reading them again");
                false
            }
            Received::Reloaded { .. } => {
                eprintln!("the module was loaded again: what it kept is lost");
                self.printed = Printed::default();
                false
            }
        };
        if follows { Ok(()) } else { self.read() }
    }

    /// Reads and prints what follows, up to the end of a text or of what has been written.
    pub(crate) fn read(&mut self) -> Result<(), Box<dyn AnyError>> {
        let mut request = match self.printed.0 {
            Some(text) => Get::default().memo(text.number).offset(text.length),
            None => Get::default(),
        };
        loop {
            match self.conn.call(&request) {
                Ok(piece) => {
                    let ends = piece.text.is_none() || piece.last;
                    let number = piece.memo.unwrap_or_default();
                    let text = self.printed.text(number);
                    text.add(&piece)?;
                    if ends {
                        return Ok(());
                    }
                    request = Get::default().memo(number).offset(text.length);
                }
                // Another text has replaced it.
                Err(Error::Kernel(refusal)) if refusal.errno() == Errno::ESTALE => {
                    request = Get::default();
                }
                // There is no text.
                Err(Error::Kernel(refusal)) if refusal.errno() == Errno::ENOENT => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Printed {
    /// Prints a piece unless something before it is missing. Gives whether it did.
    fn add_event(&mut self, piece: &GetReply<'_>) -> std::io::Result<bool> {
        let number = piece.memo.unwrap_or_default();
        // Events that were queued while a later text was read. Numbers begin anew after the largest.
        let is_old = |text: Text| text.number.wrapping_sub(number).cast_signed() > 0;
        if self.0.is_some_and(is_old) {
            return Ok(true);
        }
        let text = self.text(number);
        if piece.offset.unwrap_or_default() > text.length {
            return Ok(false);
        }
        text.add(piece)?;
        Ok(true)
    }

    /// The text with this number. Where it is another than before, it says what is lost for good.
    fn text(&mut self, number: u32) -> &mut Text {
        let same = self.0.filter(|text| text.number == number);
        if let (None, Some(before)) = (same, self.0) {
            if !before.whole {
                let (number, length) = (before.number, before.length);
                eprintln!("text {number} was replaced: what follows its byte {length} is lost");
            }
            let between = number.wrapping_sub(before.number).wrapping_sub(1);
            if between.cast_signed() > 0 {
                eprintln!("{between} texts were missed");
            }
        }
        self.0.insert(same.unwrap_or(Text {
            number,
            length: 0,
            whole: false,
        }))
    }
}

impl Text {
    /// Prints what is new in a piece.
    fn add(&mut self, piece: &GetReply<'_>) -> std::io::Result<()> {
        let offset = piece.offset.unwrap_or_default();
        let bytes = piece.text.unwrap_or_default();
        let known = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        if let Some(new @ [_, ..]) = bytes.get(known..) {
            let mut out = stdout().lock();
            out.write_all(new)?;
            out.flush()?;
            self.length = offset + bytes.len() as u64;
        }
        self.whole |= piece.last;
        Ok(())
    }
}
