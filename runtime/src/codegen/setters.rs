//! Message structs with setters: what a request's chain of calls is made of.

/// Declares a message struct and gives it a method for each field that sets it, so that a request is a chain of calls. A
/// method has the documentation of its field.
///
/// Each line is a field and how it is set:
///
/// - `up: plain(bool)`: the field is of this type
/// - `id: value(u32)`: the field is an `Option`, the value of this type
/// - `name: text(Str<'a>)`, `addr: into(IpAddr)`: an `Option`, and everything that becomes a value of this type is taken
/// - `inner: nest(Nest<'a, Inner>)`: an `Option`, set by a reference
/// - `values: array(Scalars<'a, u32>)`: an `Option`, set by a reference to a slice
/// - `ids: list(List<'a, u32>)`: the field is of this type, set by a reference to a slice
/// - `data: selected(Data<'a>, kind)`: an `Option` of a sub-message, whose format sets the text `kind`, too
///
/// ```
/// use nlgen_runtime::{Str, setters};
///
/// setters! {
///     /// Asks for a peer.
///     #[derive(Default)]
///     pub struct Peer<'a> {
///         /// Its name.
///         name: text(Str<'a>),
///         /// Its port, not 0.
///         port: value(u16),
///         /// Whether it is up.
///         up: plain(bool),
///     }
/// }
/// let peer = Peer::default().name("here").port(80).up(true);
/// assert_eq!(peer.port, Some(80));
/// ```
///
/// A value that is not what the field takes is an error that says what to write:
///
/// ```compile_fail
/// # use nlgen_runtime::{Nest, setters};
/// # #[derive(Default)]
/// # pub struct Inner;
/// setters! {
///     #[derive(Default)]
///     pub struct Outer<'a> {
///         inner: nest(Nest<'a, Inner>),
///     }
/// }
/// // error: a nest is set by a reference to its struct, and `Inner` is none
/// let outer = Outer::default().inner(Inner);
/// ```
#[macro_export]
macro_rules! setters {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident $(<$life:lifetime>)? {$(
            $(#[$doc:meta])*
            $field:ident: $(plain($plain:ty))? $(value($value:ty))? $(into($into:ty))? $(text($text:ty))?
                $(nest($nest:ty))? $(array($array:ty))? $(list($list:ty))? $(selected($sub:ty, $selector:ident))?,
        )*}
    ) => {
        $(#[$attribute])*
        pub struct $name $(<$life>)? {$(
            $(#[$doc])*
            pub $field: $($plain)? $($list)?
                $(::core::option::Option<$value>)? $(::core::option::Option<$into>)? $(::core::option::Option<$text>)?
                $(::core::option::Option<$nest>)? $(::core::option::Option<$array>)? $(::core::option::Option<$sub>)?,
        )*}

        impl $(<$life>)? $name $(<$life>)? {$(
            $(#[$doc])*
            $(
                ///
                #[doc = ::core::concat!("Its format sets [`", ::core::stringify!($selector), "`](Self::", ::core::stringify!($selector), "), too.")]
            )?
            #[must_use]
            #[inline]
            pub fn $field(
                mut self,
                value: $($plain)? $($value)? $($sub)? $(impl ::core::convert::Into<$into>)? $(impl $crate::codegen::IntoText<$text>)?
                    $(impl $crate::codegen::IntoNest<$nest>)? $(impl $crate::codegen::IntoList<$array>)? $(impl $crate::codegen::IntoList<$list>)?,
            ) -> Self {
                $(
                    if let ::core::option::Option::Some(name) = $crate::codegen::SubMessage::selector(&value) {
                        self.$selector = ::core::option::Option::Some(::core::convert::Into::into(name));
                    }
                )?
                self.$field = $($crate::codegen::set::plain::<$plain>(value))? $($crate::codegen::set::value::<$value>(value))?
                    $($crate::codegen::set::into::<$into>(value))? $($crate::codegen::set::text::<$text>(value))?
                    $($crate::codegen::set::nest::<$nest>(value))? $($crate::codegen::set::array::<$array>(value))?
                    $($crate::codegen::set::list::<$list>(value))? $($crate::codegen::set::value::<$sub>(value))?;
                self
            }
        )*}
    };
}
