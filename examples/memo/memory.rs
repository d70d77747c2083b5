//! The family `memo` in user space: what the kernel module does, in the memory of a process.
//!
//! The trait is generated from the spec. It has a method for each operation, over the structs that clients use. A
//! request that breaks a rule of the spec does not get here; what the spec cannot say is refused here, at the attribute
//! that is wrong.

use nlgen_runtime::Errno;
use nlgen_runtime::server::{Call, Refused, Replied};

use crate::memo::server::Server;
use crate::memo::{Clear, Event, Get, GetDump, GetReply, PIECE_MAX, Put, PutReply};

/// How long a text may be, in bytes.
const LONGEST: usize = 16 << 20;

/// What is kept: one text, or none.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The number of the last text; 0 before there was one.
    memo: u32,
    text: Option<Text>,
}

#[derive(Debug, Default)]
struct Text {
    bytes: Vec<u8>,
    ended: bool,
}

impl Server for Memory {
    fn put(&mut self, request: &Put<'_>, mut call: Call<'_, Put<'_>>) -> Result<Replied, Refused> {
        let offset = usize::try_from(request.offset.unwrap_or(0)).unwrap_or(usize::MAX);
        let piece = request.text.unwrap_or_default();
        let length = match request.memo {
            None => 0,
            Some(memo) => self.text(memo)?.bytes.len(),
        };
        if offset != length {
            let text = format!("the text has {length} bytes so far");
            return Err(Refused::new(Errno::EINVAL).message(text).at("offset"));
        }
        if piece.len() > LONGEST - length {
            let text = format!("a text has {LONGEST} bytes at most");
            return Err(Refused::new(Errno::EFBIG).message(text).at("text"));
        }
        if request.memo.is_none() {
            self.memo = self.memo.checked_add(1).unwrap_or(1);
            self.text = None;
        }
        let text = self.text.get_or_insert_default();
        if text.ended {
            let refused = Refused::new(Errno::EINVAL).message("the text has ended");
            return Err(refused.at("memo"));
        }
        text.bytes.extend_from_slice(piece);
        text.ended = request.last;
        let length = Some(text.bytes.len() as u64);
        call.event(&Event::PieceNtf(GetReply {
            memo: Some(self.memo),
            offset: Some(offset as u64),
            text: request.text,
            last: request.last,
            length,
        }))?;
        call.reply(&PutReply {
            memo: Some(self.memo),
            length,
        })
    }

    fn get(&mut self, request: &Get, mut call: Call<'_, Get>) -> Result<Replied, Refused> {
        let text = self.text(request.memo.unwrap_or(self.memo))?;
        let offset = usize::try_from(request.offset.unwrap_or(0)).unwrap_or(usize::MAX);
        let Some(rest) = text.bytes.get(offset..) else {
            let said = format!("the text has {} bytes", text.bytes.len());
            return Err(Refused::new(Errno::ERANGE).message(said).at("offset"));
        };
        let piece = rest.get(..room(request.room)).unwrap_or(rest);
        call.reply(&piece_of(self.memo, text, offset, piece))
    }

    fn get_dump(&mut self, request: &GetDump, mut call: Call<'_, GetDump>) -> Result<(), Refused> {
        let room = room(request.room);
        let Some(text) = &self.text else {
            return Ok(());
        };
        let pieces = text.bytes.chunks(room).enumerate();
        call.objects(pieces.map(|(at, piece)| piece_of(self.memo, text, at * room, piece)))
    }

    fn clear(&mut self, _: &Clear, _: Call<'_>) -> Result<(), Refused> {
        self.text = None;
        Ok(())
    }
}

impl Memory {
    /// The text, if it is this one.
    fn text(&self, memo: u32) -> Result<&Text, Refused> {
        match &self.text {
            _ if memo != self.memo => {
                let refused = Refused::new(Errno::ESTALE).message("the text was replaced");
                Err(refused.at("memo"))
            }
            Some(text) => Ok(text),
            None => Err(Refused::new(Errno::ENOENT).message("there is no text")),
        }
    }
}

/// How many bytes a piece may have; the spec has checked that it is at least 1.
fn room(asked: Option<u32>) -> usize {
    usize::try_from(asked.unwrap_or(PIECE_MAX)).unwrap_or(usize::MAX)
}

fn piece_of<'t>(memo: u32, text: &'t Text, offset: usize, piece: &'t [u8]) -> GetReply<'t> {
    let behind = offset + piece.len();
    GetReply {
        memo: Some(memo),
        offset: Some(offset as u64),
        text: Some(piece).filter(|piece| !piece.is_empty()),
        last: text.ended && behind == text.bytes.len(),
        length: Some(text.bytes.len() as u64),
    }
}
