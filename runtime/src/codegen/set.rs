//! How fields are set, by the words of the table of [`setters!`](crate::setters).

#[diagnostic::on_unimplemented(
    message = "a nest is set by a reference to its struct, and `{Self}` is none",
    label = "this is not a reference to what the nest holds",
    note = "write `&` before the struct: `.header(&Header::default().dev_index(1))`; a `Nest` that was received is taken as it is"
)]
/// What a nest can be set by: a reference to its struct, or a received [`Nest`](crate::Nest) itself.
pub trait IntoNest<N> {
    /// The field's value.
    fn into_nest(self) -> N;
}

#[diagnostic::do_not_recommend]
impl<N, T: Into<N>> IntoNest<N> for T {
    #[inline]
    fn into_nest(self) -> N {
        self.into()
    }
}

#[diagnostic::on_unimplemented(
    message = "text is set by a `&str` or by bytes, and `{Self}` is neither",
    label = "this is neither text nor a reference to it",
    note = "text is a `&str`, a `&String`, a `&[u8]` or a `Str`: write `\"eth0\"`, or `&name`"
)]
/// What text can be set by: a string slice, bytes, or a received [`Str`](crate::Str) itself.
pub trait IntoText<S> {
    /// The field's value.
    fn into_text(self) -> S;
}

#[diagnostic::do_not_recommend]
impl<S, T: Into<S>> IntoText<S> for T {
    #[inline]
    fn into_text(self) -> S {
        self.into()
    }
}

#[diagnostic::on_unimplemented(
    message = "a list is set by a reference to entries of its type, and `{Self}` is none",
    label = "this is not a reference to entries of the list's type",
    note = "write `&[first, second]`, or `&entries` for a `Vec`; a list that was received is taken as it is"
)]
/// What a list can be set by: a reference to a slice, an array or a `Vec` of its entries, or a received
/// [`List`](crate::List) itself.
pub trait IntoList<L> {
    /// The field's value.
    fn into_list(self) -> L;
}

#[diagnostic::do_not_recommend]
impl<L, T: Into<L>> IntoList<L> for T {
    #[inline]
    fn into_list(self) -> L {
        self.into()
    }
}

/// The value itself.
#[inline]
pub fn plain<T>(value: T) -> T {
    value
}

/// The value of an attribute.
#[inline]
pub fn value<T>(value: T) -> Option<T> {
    Some(value)
}

/// A value, of what becomes one.
#[inline]
pub fn into<T>(value: impl Into<T>) -> Option<T> {
    Some(value.into())
}

/// Text.
#[inline]
pub fn text<T>(value: impl IntoText<T>) -> Option<T> {
    Some(value.into_text())
}

/// A nest.
#[inline]
pub fn nest<T>(value: impl IntoNest<T>) -> Option<T> {
    Some(value.into_nest())
}

/// An array in one attribute.
#[inline]
pub fn array<T>(value: impl IntoList<T>) -> Option<T> {
    Some(value.into_list())
}

/// A list, which is absent without an `Option` around it.
#[inline]
pub fn list<T>(value: impl IntoList<T>) -> T {
    value.into_list()
}
