//! How a value is written as an attribute: the words of generated code.

use super::format::{EncodeAs, Natural};
use super::write::Encoder;
use crate::wire::list::Scatter;
use crate::wire::structure::MemberAs;

impl Encoder<'_> {
    /// Writes a value in its type's own format, or nothing for `None`.
    #[inline]
    pub fn put<T>(&mut self, kind: u16, value: &Option<T>)
    where
        Natural: EncodeAs<T>,
    {
        self.put_as::<Natural, T>(kind, value);
    }

    /// Writes a value in format `F`, or nothing for `None`.
    #[inline]
    pub fn put_as<F: EncodeAs<T>, T>(&mut self, kind: u16, value: &Option<T>) {
        if let Some(value) = value {
            F::put(kind, value, self);
        }
    }

    /// Writes a value that is always there, in format `F`.
    #[inline]
    pub fn put_value<F: EncodeAs<T>, T>(&mut self, kind: u16, value: &T) {
        F::put(kind, value, self);
    }

    /// Writes a list in shape `S`.
    #[inline]
    pub fn list<S, L: Scatter<S>>(&mut self, kind: u16, list: &L) {
        list.scatter(kind, self);
    }

    /// Appends a member of a struct, in format `F`.
    #[inline]
    pub fn member<F: MemberAs<T>, T>(&mut self, value: &T) {
        F::store(value, self);
    }
}
