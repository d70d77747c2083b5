//! The macros that generated code is written with: a table in, the impls out. One line per attribute or
//! entry tells what is there; how it is done stands here once.
//!
//! Everything they make is `#[inline]`: the codec has to be inlined across crates, and of a family with
//! hundreds of messages only those in use are compiled.

/// Implements [`Encode`](crate::Encode), [`Decode`](crate::Decode), `Debug`, `PartialEq`, `Clone`, `Copy` and `Default`
/// for a message struct, from a table of its attributes. The derives emit the same table for one trait alone.
///
/// First come the struct and the description of its set, then, if it has one, the field of its fixed
/// header and the description of that. Each line is an attribute's number, how it is carried, and its
/// field; there are no other fields:
///
/// - `1 => value id`: an `Option`, in its type's own format
/// - `1 => formatted id as Be<u32>`: an `Option`, in this format
/// - `2 => flag up`: a `bool`, which is true when the attribute is present
/// - `3 => list names`: a [`List`](crate::List)
/// - `4 => selected data by kind`: a sub-message, in the format that the field `kind` names, or by `header.kind` that a
///   member of the fixed header names or numbers
///
/// Structs of derives may have more:
///
/// - `1 => required id as Be<u32>`: a value that must be present, in this format
/// - `3 => list names as Multi<Natural>`: any list, in this shape
/// - `4 => required_selected data by kind`: a sub-message that must be present
///
/// ```
/// use nlgen_runtime::{Decode, Encode, Str, message};
/// use nlgen_runtime::describe::{Attribute, Int, Kind, Set};
/// use nlgen_runtime::wire::{Be, Encoder};
/// struct Peer<'a> { name: Option<Str<'a>>, port: Option<u16>, up: bool }
///
/// message!(Peer<'a>, &PEER, {
///     1 => value name,
///     2 => formatted port as Be<u16>,
///     3 => flag up,
/// });
/// static PEER: Set = Set::new("peer", &[
///     Attribute::new(1, "name", Kind::String),
///     Attribute::new(2, "port", Kind::Int(Int::U16.be())),
///     Attribute::new(3, "up", Kind::Flag),
/// ]);
///
/// let peer = Peer::decode(&[6, 0, 2, 0, 0x1f, 0x90, 0, 0, 4, 0, 3, 0])?;
/// assert_eq!(peer, Peer { name: None, port: Some(8080), up: true });
/// # Ok::<(), nlgen_runtime::DecodeError>(())
/// ```
///
/// A derive begins with the direction and the parameters of the `impl`. A struct with required values has no `Default`,
/// so each attribute is read into a variable, which the line names behind `via`: the name of a field may be that of a
/// constant. Values that must be present have `then require` behind it. A selector is named by its variable, and a
/// sub-message has a second one for its attribute.
///
/// ```
/// # use nlgen_runtime::{Decode, message};
/// # use nlgen_runtime::describe::{Attribute, Int, Kind, Set};
/// # use nlgen_runtime::wire::{Be, Reason};
/// #[derive(Debug)]
/// struct Port { number: u16, up: bool }
///
/// message!(@encode [] Port, &PORT, { 1 => required number as Be<u16>, 2 => flag up, });
/// message!(@decode 'a Port, &PORT, {
///     1 => required number via first then require as Be<u16>,
///     2 => flag up via second,
/// });
/// static PORT: Set = Set::new("port", &[
///     Attribute::new(1, "number", Kind::Int(Int::U16.be())),
///     Attribute::new(2, "up", Kind::Flag),
/// ]);
///
/// let error = Port::decode(&[4, 0, 2, 0]).unwrap_err();
/// assert_eq!(error.reason(), Reason::Missing);
/// ```
#[macro_export]
macro_rules! message {
    // How it is written.
    (
        @encode [$($generics:tt)*] $name:ty, $set:expr,
        $($header:ident in $layout:expr,)?
        {$(
            $number:literal => $how:ident $field:ident
                $(by $selector:ident)? $(as $format:ty)?,
        )*}
    ) => {
        impl $($generics)* $crate::codegen::Encode for $name {
            const SET: &'static $crate::codegen::Set = $set;
            $(const HEADER: ::core::option::Option<&'static $crate::codegen::Layout> =
                ::core::option::Option::Some($layout);)?

            #[inline]
            #[allow(unused_variables, reason = "there are messages without attributes")]
            fn encode(&self, out: &mut $crate::codegen::Encoder<'_>) {
                $($crate::codegen::put_header(&self.$header, out);)?
                $($crate::codegen::put::$how $(::<$format, _>)? (out, $number, &self.$field);)*
            }
        }
    };
    // How it is read into variables of which the struct is made.
    (
        @decode $life:lifetime $name:ty, $set:expr,
        $($header:ident via $header_local:ident in $layout:expr,)?
        {$(
            $number:literal => $how:ident $field:ident
                via $local:ident $(then $check:ident)? $(by $selector:ident via $kept:ident)? $(as $format:ty)?,
        )*}
    ) => {
        impl<$life> $crate::codegen::Decode<$life> for $name {
            const SET: &'static $crate::codegen::Set = $set;

            #[inline]
            #[allow(unused_mut, reason = "there are messages without attributes")]
            #[allow(clippy::match_single_binding, reason = "there are messages without attributes")]
            fn decode_at(bytes: &$life [u8], depth: u8) -> $crate::codegen::Decoded<Self> {
                $(let ($header_local, bytes) = $crate::codegen::header(bytes)?;)?
                $(
                    let mut $local = ::core::default::Default::default();
                    $(let mut $kept = ::core::option::Option::None;)?
                )*
                $crate::message!(@level bytes, depth, $set, {
                    $($number => $how $local $(by $selector via $kept)? $(as $format)?,)*
                })?;
                $($($local = $crate::codegen::select(&$selector, &$kept, $set)?;)?)*
                $($(let $local = $crate::codegen::$check($local, $set, $number)?;)?)*
                $crate::codegen::Decoded::Ok(Self {
                    $($header: $header_local,)?
                    $($field: $local,)*
                })
            }
        }
    };
    // How a level is read: one that is nothing but a list belongs to the list.
    (@level $bytes:ident, $depth:ident, $set:expr, {
        $number:literal => list $place:tt $(as $format:ty)?,
    }) => {
        $crate::codegen::Gather $(::<$format>)? ::gather_level(&mut $place, $bytes, $depth, $set, $number)
    };
    (@level $bytes:ident, $depth:ident, $set:expr, {
        $($number:literal => $how:ident $place:tt $(by $selector:ident via $kept:ident)? $(as $format:ty)?,)*
    }) => {
        $crate::codegen::attributes_with(const { $set.has_nests() }, $bytes, $depth, $set, |attr| match attr.kind() {
            $($number => $crate::codegen::take::$how $(::<$format, _>)? (&attr, &mut $place $(, &mut $kept)?),)*
            _ => $crate::codegen::Decoded::Ok(()),
        })
    };
    // The type with its lifetime, and the lifetime of what it is decoded from.
    ($name:ident<$life:lifetime>, $($rest:tt)*) => {
        $crate::message!(@impls $name [<$life>] $life, $($rest)*);
        $crate::codegen::message_traits!($name, '_);
    };
    ($name:ident, $($rest:tt)*) => {
        $crate::message!(@impls $name [] 'a, $($rest)*);
        $crate::codegen::message_traits!($name);
    };
    (
        @impls $name:ident [$($generics:tt)*] $life:lifetime, $set:expr,
        $($header:ident in $layout:expr,)?
        {$(
            $number:literal => $how:ident $field:ident $(by $selector:ident $(. $member:ident)?)? $(as $format:ty)?,
        )*}
    ) => {
        $crate::message!(@encode [$($generics)*] $name $($generics)*, $set, $($header in $layout,)? {$(
            $number => $how $field $(by $selector)? $(as $format)?,
        )*});

        #[allow(clippy::expl_impl_clone_on_copy, reason = "a derive leaves more in a library")]
        impl $($generics)* ::core::clone::Clone for $name $($generics)* {
            #[inline]
            fn clone(&self) -> Self {
                *self
            }
        }

        impl $($generics)* ::core::marker::Copy for $name $($generics)* {}

        impl $($generics)* ::core::default::Default for $name $($generics)* {
            #[inline]
            fn default() -> Self {
                Self {
                    $($header: ::core::default::Default::default(),)?
                    $($field: ::core::default::Default::default(),)*
                }
            }
        }

        impl<$life> $crate::codegen::Decode<$life> for $name $($generics)* {
            const SET: &'static $crate::codegen::Set = $set;

            #[inline]
            #[allow(unused_mut, reason = "there are messages without attributes")]
            #[allow(clippy::match_single_binding, reason = "there are messages without attributes")]
            fn decode_at(bytes: &$life [u8], depth: u8) -> $crate::codegen::Decoded<Self> {
                // Variables for the fields would be copied into the struct one by one.
                let mut new = <Self as ::core::default::Default>::default();
                $(
                    let (header, bytes) = $crate::codegen::header(bytes)?;
                    new.$header = header;
                )?
                $($(
                    $crate::message!(@ignore $selector);
                    let mut $field = ::core::option::Option::None;
                )?)*
                $crate::message!(@level bytes, depth, $set, {
                    $($number => $how (new.$field) $(by $selector via $field)? $(as $format)?,)*
                })?;
                $($(new.$field = $crate::codegen::select(&new.$selector $(. $member)?, &$field, $set)?;)?)*
                $crate::codegen::Decoded::Ok(new)
            }
        }
    };
    (@ignore $selector:ident) => {};
}

/// Implements [`Scalar`](crate::Scalar), [`Selector`](crate::wire::Selector), [`Describe`](crate::wire::Describe) and the traits of a
/// value for an enum with a variant `Unknown` for what the specification does not name, from a table of its values.
///
/// Two values are equal when their integers are. `Debug` shows the variant, `Display` the name in the table, or the
/// integer for a value without a name.
///
/// ```
/// use nlgen_runtime::{Scalar, open_enum};
/// enum State { Down, Up, Unknown(u8) }
/// open_enum!(State: u8, &[(0, "down"), (1, "up")], {
///     Down = 0,
///     Up = 1,
/// });
/// assert_eq!(State::from_repr(1), Some(State::Up));
/// assert_eq!(State::Unknown(7).to_repr(), 7);
/// assert_eq!(State::Up, State::Unknown(1));
/// assert_eq!(State::Up.to_string(), "up");
/// ```
///
/// The derive `Scalar` implements the first three alone, and names the variant for other integers, if there is one.
///
/// ```
/// # use nlgen_runtime::{Scalar, open_enum};
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// enum Mode { Off, On }
/// open_enum!(@scalar Mode: u8, &[(0, "off"), (1, "on")], { Off = 0, On = 1, });
/// assert_eq!((Mode::from_repr(1), Mode::from_repr(2)), (Some(Mode::On), None));
/// ```
#[macro_export]
macro_rules! open_enum {
    (
        @scalar $name:ident: $repr:ident, $names:expr,
        { $($variant:ident = $value:literal,)* } $(else $other:ident)?
    ) => {
        impl $crate::codegen::Scalar for $name {
            type Repr = $repr;

            #[inline]
            #[allow(unreachable_patterns, reason = "there are enums that have all integers")]
            fn from_repr(repr: $repr) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(match repr {
                    $($value => Self::$variant,)*
                    $(other => Self::$other(other),)?
                    _ => return ::core::option::Option::None,
                })
            }

            #[inline]
            #[allow(clippy::infallible_destructuring_match, reason = "there are enums without entries")]
            fn to_repr(self) -> $repr {
                match self {
                    $(Self::$variant => $value,)*
                    $(Self::$other(other) => other,)?
                }
            }
        }

        impl $crate::codegen::Selector for $name {
            #[inline]
            fn selector(&self) -> &[u8] {
                $crate::codegen::name_of(*self, $names)
                    .unwrap_or_default()
                    .as_bytes()
            }
        }

        impl $crate::codegen::Describe for $name {
            const KIND: $crate::codegen::Kind = $crate::codegen::Kind::Enum(
                <$crate::codegen::Host<$repr> as $crate::codegen::IntFormat>::INT,
                $names,
            );
        }
    };
    ($name:ident: $repr:ident, $names:expr, { $($values:tt)* }) => {
        $crate::open_enum!(@scalar $name: $repr, $names, { $($values)* } else Unknown);

        #[allow(clippy::expl_impl_clone_on_copy, reason = "a derive leaves more in a library")]
        impl ::core::clone::Clone for $name {
            #[inline]
            fn clone(&self) -> Self {
                *self
            }
        }

        impl ::core::marker::Copy for $name {}

        impl ::core::cmp::PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::codegen::Scalar::to_repr(*self) == $crate::codegen::Scalar::to_repr(*other)
            }
        }

        impl ::core::cmp::Eq for $name {}

        impl ::core::default::Default for $name {
            /// The value of the integer 0.
            #[inline]
            fn default() -> Self {
                let zero = <Self as $crate::codegen::Scalar>::Repr::default();
                <Self as $crate::codegen::Scalar>::from_repr(zero).unwrap_or(Self::Unknown(zero))
            }
        }

        impl ::core::hash::Hash for $name {
            #[inline]
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&$crate::codegen::Scalar::to_repr(*self), state);
            }
        }

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codegen::show_name(::core::stringify!($name), *self, $names, f)
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codegen::show_name("", *self, $names, f)
            }
        }

        $crate::serialize!(@value $name, $names);
    };
}

/// Implements `Debug` and `PartialEq` for a message struct by what it would send.
///
/// `Debug` shows the attributes that are present, by their names, with enums and flags by name and
/// secrets hidden. Two structs are equal when they encode to the same bytes.
///
/// ```
/// # use nlgen_runtime::Encode;
/// # use nlgen_runtime::describe::{Attribute, Format, Int, Kind, Set};
/// # use nlgen_runtime::wire::Encoder;
/// #[derive(Default)]
/// struct Ping { id: Option<u32>, size: Option<u32> }
///
/// impl Encode for Ping {
///     const SET: &'static Set = &PING;
///     fn encode(&self, out: &mut Encoder<'_>) {
///         out.put(1, &self.id);
///         out.put(2, &self.size);
///     }
/// }
/// static PING: Set = Set::new("ping", &[Attribute::new(1, "id", Kind::Int(Int::U32))]);
/// nlgen_runtime::message_traits!(Ping);
///
/// assert_eq!(format!("{:?}", Ping { id: Some(7), size: None }), "Ping { id: 7 }");
/// ```
#[macro_export]
macro_rules! message_traits {
    ($name:ident $(, $life:lifetime)?) => {
        impl ::core::fmt::Debug for $name $(<$life>)? {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codegen::show(::core::stringify!($name), self, f)
            }
        }

        impl ::core::cmp::PartialEq for $name $(<$life>)? {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::codegen::same(self, other)
            }
        }

        $crate::serialize!($name $(<$life>)?);
    };
}

/// Implements `Default` (all zeros) and `Debug` for a C struct, by its description.
#[macro_export]
macro_rules! struct_traits {
    ($name:ident) => {
        impl ::core::default::Default for $name {
            #[inline]
            fn default() -> Self {
                <Self as $crate::codegen::Struct>::read(&[])
            }
        }

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codegen::show_struct(::core::stringify!($name), self, f)
            }
        }

        $crate::serialize!(@struct $name);
    };
}

/// Implements `Default` (all zeros, no items) and `Debug` for a C struct that ends in an array, by its description.
#[macro_export]
macro_rules! struct_with_tail_traits {
    ($name:ident) => {
        impl ::core::default::Default for $name<'_> {
            #[inline]
            fn default() -> Self {
                <Self as $crate::codegen::StructWithTail<'_>>::read(&[])
            }
        }

        impl ::core::fmt::Debug for $name<'_> {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codegen::show_struct_with_tail(::core::stringify!($name), self, f)
            }
        }

        $crate::serialize!(@struct $name<'_>);
    };
}

/// Implements `From` of addresses for a sub-message that has a format for them, and `ip`, which gives one.
#[macro_export]
macro_rules! addresses {
    ($name:ident, $variant:ident) => {
        impl ::core::convert::From<::core::net::IpAddr> for $name<'_> {
            #[inline]
            fn from(address: ::core::net::IpAddr) -> Self {
                Self::$variant(address)
            }
        }

        impl ::core::convert::From<::core::net::Ipv4Addr> for $name<'_> {
            #[inline]
            fn from(address: ::core::net::Ipv4Addr) -> Self {
                Self::$variant(::core::net::IpAddr::V4(address))
            }
        }

        impl ::core::convert::From<::core::net::Ipv6Addr> for $name<'_> {
            #[inline]
            fn from(address: ::core::net::Ipv6Addr) -> Self {
                Self::$variant(::core::net::IpAddr::V6(address))
            }
        }

        impl $name<'_> {
            /// The address of IPv4 or IPv6, if it is one.
            #[inline]
            #[must_use]
            pub const fn ip(&self) -> ::core::option::Option<::core::net::IpAddr> {
                match self {
                    Self::$variant(address) => ::core::option::Option::Some(*address),
                    _ => ::core::option::Option::None,
                }
            }
        }
    };
}
