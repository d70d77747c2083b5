//! Bytes as a level of attributes, read in every format and every shape of list that there is: what was read is
//! shown, written, read again, and written to the same bytes.

mod lists;
mod values;

use std::fmt::Debug;

use nlgen_runtime::wire::{Attr, Attrs, Encoder};

/// A way to read attributes.
type Form = fn(&mut Work, &[u8]);

/// Buffers to write into, and whether what was read is shown.
#[derive(Debug, Default)]
pub struct Work {
    shown: bool,
    first: Vec<u8>,
    second: Vec<u8>,
}

/// Reads bytes in every form.
pub fn all(bytes: &[u8]) {
    let mut work = Work {
        shown: true,
        ..Work::default()
    };
    for form in forms() {
        form(&mut work, bytes);
    }
}

/// Reads bytes in one of the forms, and shows what they are if `shown`.
pub fn one(work: &mut Work, bytes: &[u8], choice: usize, shown: bool) {
    work.shown = shown;
    let count = values::FORMS.len() + lists::FORMS.len();
    if let Some(form) = forms().nth(choice % count) {
        form(work, bytes);
    }
}

fn forms() -> impl Iterator<Item = &'static Form> {
    values::FORMS.iter().chain(lists::FORMS)
}

impl Work {
    fn show(&self, value: &impl Debug) {
        if self.shown {
            assert!(!format!("{value:?}").is_empty());
        }
    }
}

/// Writes into an empty buffer, and says whether that went well.
fn written(buffer: &mut Vec<u8>, write: impl FnOnce(&mut Encoder<'_>)) -> bool {
    buffer.clear();
    let mut out = Encoder::new(buffer);
    write(&mut out);
    out.finish().is_ok()
}

/// The attributes before the first that is malformed.
fn level(bytes: &[u8]) -> impl Iterator<Item = Attr<'_>> {
    Attrs::new(bytes).map_while(Result::ok)
}
