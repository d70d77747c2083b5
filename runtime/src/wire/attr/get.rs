//! How a value is read from an attribute and stored: the words of generated code.

use super::format::{DecodeAs, Natural};
use super::read::Attr;
use crate::wire::decode_error::DecodeError;
use crate::wire::list::Gather;

impl<'a> Attr<'a> {
    /// Reads the payload in the type's own format and stores it. A later occurrence replaces an
    /// earlier one, as in the kernel.
    ///
    /// # Errors
    /// When the payload's length or content does not fit the type.
    #[inline(always)]
    pub fn get<T>(&self, slot: &mut Option<T>) -> Result<(), DecodeError>
    where
        Natural: DecodeAs<'a, T>,
    {
        self.get_as::<Natural, T>(slot)
    }

    /// Reads the payload in format `F` and stores it.
    ///
    /// # Errors
    /// When the payload's length or content does not fit the format.
    #[inline(always)]
    pub fn get_as<F: DecodeAs<'a, T>, T>(&self, slot: &mut Option<T>) -> Result<(), DecodeError> {
        *slot = Some(F::read(self)?);
        Ok(())
    }

    /// The payload, read in format `F`.
    ///
    /// # Errors
    /// When the payload's length or content does not fit the format.
    #[inline]
    pub fn value<F: DecodeAs<'a, T>, T>(&self) -> Result<T, DecodeError> {
        F::read(self)
    }

    /// Keeps the attribute itself: how a sub-message is read, an attribute behind it may tell.
    ///
    /// # Errors
    /// None; the result makes all readers alike.
    #[inline]
    pub fn keep(&self, slot: &mut Option<Self>) -> Result<(), DecodeError> {
        *slot = Some(*self);
        Ok(())
    }

    /// Notes that a flag is there; its payload does not matter.
    ///
    /// # Errors
    /// None; the result makes all readers alike.
    #[inline]
    pub fn flag(&self, slot: &mut bool) -> Result<(), DecodeError> {
        *slot = true;
        Ok(())
    }

    /// Adds this attribute to a list of shape `S` ([`Multi`](crate::wire::Multi),
    /// [`Indexed`](crate::wire::Indexed), [`Keyed`](crate::wire::Keyed)).
    ///
    /// # Errors
    /// For lists that own their entries, when an entry cannot be read.
    #[inline]
    pub fn list<S, L: Gather<'a, S>>(&self, list: &mut L) -> Result<(), DecodeError> {
        list.gather(self)
    }
}
