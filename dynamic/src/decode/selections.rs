//! Formats that were looked for: a level may have its sub-message many times, and its selector anywhere.

use std::cell::RefCell;
use std::collections::HashMap;

use nlgen::model::{Family, Format, SubMessageId};

use super::Scope;

/// The formats of sub-messages by the levels that they are in.
#[derive(Debug, Default)]
pub(crate) struct Selections<'f>(RefCell<HashMap<Place, Option<&'f Format>>>);

/// A level, by where its bytes are; what is selected, and by what, by where the spec has their names.
type Place = (*const u8, usize, *const str);

impl<'f> Selections<'f> {
    /// As [`Scope::format`], once for each level.
    pub(crate) fn format(
        &self,
        scope: &Scope<'_>,
        family: &'f Family,
        id: SubMessageId,
        selector: &str,
    ) -> Option<&'f Format> {
        if scope.bytes.is_empty() {
            return scope.format(family, id, selector);
        }
        // The name belongs to one attribute, and that has one sub-message.
        let place = (
            scope.bytes.as_ptr(),
            scope.bytes.len(),
            std::ptr::from_ref(selector),
        );
        let mut found = self.0.borrow_mut();
        *found
            .entry(place)
            .or_insert_with(|| scope.format(family, id, selector))
    }
}
