//! How attributes are written, by the words of the table of [`message!`](crate::message): functions, since a macro
//! within the macro would leave a trace of each line in every library.

use crate::wire::{EncodeAs, Encoder, Natural, Scatter, SubMessage, put_selected, put_sub_message};

/// Writes a value in its type's own format, or nothing for `None`.
#[inline]
pub fn value<T>(out: &mut Encoder<'_>, kind: u16, value: &Option<T>)
where
    Natural: EncodeAs<T>,
{
    out.put(kind, value);
}

/// Writes a value in format `F`, or nothing for `None`.
#[inline]
pub fn formatted<F: EncodeAs<T>, T>(out: &mut Encoder<'_>, kind: u16, value: &Option<T>) {
    out.put_as::<F, T>(kind, value);
}

/// Writes a value that is always present, in format `F`.
#[inline]
pub fn required<F: EncodeAs<T>, T>(out: &mut Encoder<'_>, kind: u16, value: &T) {
    out.put_value::<F, T>(kind, value);
}

/// Writes an attribute without payload when `set` is true.
#[inline]
pub fn flag(out: &mut Encoder<'_>, kind: u16, set: &bool) {
    out.flag(kind, *set);
}

/// Writes a list.
#[inline]
pub fn list<S, L: Scatter<S>>(out: &mut Encoder<'_>, kind: u16, list: &L) {
    out.list(kind, list);
}

/// Writes a sub-message in its format, or nothing for `None`.
#[inline]
pub fn selected<'a, T: SubMessage<'a>>(out: &mut Encoder<'_>, kind: u16, value: &Option<T>) {
    put_sub_message(kind, value, out);
}

/// Writes a sub-message that is always present.
#[inline]
pub fn required_selected<'a, T: SubMessage<'a>>(out: &mut Encoder<'_>, kind: u16, value: &T) {
    put_selected(kind, value, out);
}
