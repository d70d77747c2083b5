//! Setters of message structs: what a request's chain of calls is made of.

/// Gives a message struct a method for each field that sets it, so that a request is a chain of calls.
///
/// Each line is how the field is set, the field, and a type. Lines of a kind stand together, in this order, which lets
/// one expansion make all methods:
///
/// - `plain up: bool`: the field is of this type
/// - `value id: u32`: the field is an `Option`, the value of this type
/// - `into name: Str<'a>`: the same, and everything that becomes a value of this type is taken
/// - `list ids: List<'a, u32>`: the field is of this type, and everything that becomes it is taken
///
/// ```
/// use nlgen_runtime::{Str, setters};
/// #[derive(Default)]
/// struct Peer<'a> { name: Option<Str<'a>>, port: Option<u16>, up: bool }
///
/// setters!(Peer<'a>, {
///     plain up: bool,
///     value port: u16,
///     into name: Str<'a>,
/// });
/// let peer = Peer::default().name("here").port(80).up(true);
/// assert_eq!(peer.port, Some(80));
/// ```
#[macro_export]
macro_rules! setters {
    ($name:ident $(<$life:lifetime>)?, {
        $(plain $plain:ident: $plain_type:ty,)*
        $(value $value:ident: $value_type:ty,)*
        $(into $into:ident: $into_type:ty,)*
        $(list $list:ident: $list_type:ty,)*
    }) => {
        impl $(<$life>)? $name $(<$life>)? {
            $(
                /// Sets the field of this name.
                #[must_use]
                #[inline]
                pub fn $plain(mut self, value: $plain_type) -> Self {
                    self.$plain = value;
                    self
                }
            )*
            $(
                /// Sets the field of this name.
                #[must_use]
                #[inline]
                pub fn $value(mut self, value: $value_type) -> Self {
                    self.$value = ::core::option::Option::Some(value);
                    self
                }
            )*
            $(
                /// Sets the field of this name.
                #[must_use]
                #[inline]
                pub fn $into(mut self, value: impl ::core::convert::Into<$into_type>) -> Self {
                    self.$into = ::core::option::Option::Some(::core::convert::Into::into(value));
                    self
                }
            )*
            $(
                /// Sets the field of this name.
                #[must_use]
                #[inline]
                pub fn $list(mut self, value: impl ::core::convert::Into<$list_type>) -> Self {
                    self.$list = ::core::convert::Into::into(value);
                    self
                }
            )*
        }
    };
}
