//! How attributes are read, by the words of the table of [`message!`](crate::message): the other direction of
//! [`put`](crate::codegen::put).

use crate::wire::{Attr, DecodeAs, Decoded, Gather, Natural};

/// Reads a value in its type's own format.
///
/// # Errors
/// When the payload does not fit; so of the others.
#[inline]
pub fn value<'a, T>(attr: &Attr<'a>, slot: &mut Option<T>) -> Decoded<()>
where
    Natural: DecodeAs<'a, T>,
{
    attr.get(slot)
}

/// Reads a value in format `F`.
///
/// # Errors
/// See [`value`].
#[inline]
pub fn formatted<'a, F: DecodeAs<'a, T>, T>(attr: &Attr<'a>, slot: &mut Option<T>) -> Decoded<()> {
    attr.get_as::<F, T>(slot)
}

/// Reads a value that must be present, in format `F`; whether it is, [`require`](crate::wire::require) checks at
/// the end of the level.
///
/// # Errors
/// See [`value`].
#[inline]
pub fn required<'a, F: DecodeAs<'a, T>, T>(attr: &Attr<'a>, slot: &mut Option<T>) -> Decoded<()> {
    attr.get_as::<F, T>(slot)
}

/// Notes that the attribute is there.
///
/// # Errors
/// None; the result makes all alike.
#[inline]
pub fn flag(attr: &Attr<'_>, slot: &mut bool) -> Decoded<()> {
    attr.flag(slot)
}

/// Adds the attribute to a list.
///
/// # Errors
/// See [`value`].
#[inline]
pub fn list<'a, S, L: Gather<'a, S>>(attr: &Attr<'a>, list: &mut L) -> Decoded<()> {
    attr.list(list)
}

/// Keeps a sub-message, whose field is filled when its format is known.
///
/// # Errors
/// None; the result makes all alike.
#[inline]
pub fn selected<'a, T>(
    attr: &Attr<'a>,
    _field: &mut Option<T>,
    kept: &mut Option<Attr<'a>>,
) -> Decoded<()> {
    attr.keep(kept)
}

/// Keeps a sub-message that must be present, as [`selected`] does.
///
/// # Errors
/// None; the result makes all alike.
#[inline]
pub fn required_selected<'a, T>(
    attr: &Attr<'a>,
    _field: &mut Option<T>,
    kept: &mut Option<Attr<'a>>,
) -> Decoded<()> {
    attr.keep(kept)
}
