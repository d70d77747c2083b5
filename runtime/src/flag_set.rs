//! Sets of flags: bits with names, as the crate `bitflags` has them.

use std::fmt::{self, Debug, Formatter};

use bitflags::Flags;
use bitflags::parser::{WriteHex, to_writer};

/// Declares a set of flags, which has the methods, operators and traits of one that the crate `bitflags` declares, and
/// is one: it implements [`bitflags::Flags`]. Bits without a name are kept.
///
/// It takes less than a third of what `bitflags!` takes of a compiled library, since it has no way for each case: all bits
/// belong to every set, and there is no type within the type.
///
/// ```
/// nlgen_runtime::flag_set! {
///     /// What a device can do.
///     pub struct Features: u32 {
///         /// Sends.
///         const SEND = 1 << 0;
///         /// Receives.
///         const RECEIVE = 1 << 1;
///     }
/// }
/// let both = Features::SEND | Features::RECEIVE;
/// assert!(both.contains(Features::SEND));
/// assert_eq!(format!("{:?}", both | Features::from_bits_retain(8)), "Features(SEND | RECEIVE | 0x8)");
/// ```
#[macro_export]
macro_rules! flag_set {
    (
        $(#[$about:meta])*
        pub struct $name:ident: $bits:ident {
            $($(#[$of:meta])* const $flag:ident = $value:expr;)*
        }
    ) => {
        $(#[$about])*
        #[derive(
            ::core::clone::Clone, ::core::marker::Copy, ::core::default::Default, ::core::cmp::PartialEq,
            ::core::cmp::Eq, ::core::hash::Hash,
        )]
        pub struct $name($bits);

        impl $name {
            $($(#[$of])* pub const $flag: Self = Self($value);)*

            /// No flags.
            #[inline]
            #[must_use]
            pub const fn empty() -> Self {
                Self(0)
            }

            /// All bits, with a name or without.
            #[inline]
            #[must_use]
            pub const fn all() -> Self {
                Self(!0)
            }

            /// The integer.
            #[inline]
            #[must_use]
            pub const fn bits(&self) -> $bits {
                self.0
            }

            /// The flags of an integer, which may have any bits.
            #[inline]
            #[must_use]
            pub const fn from_bits_retain(bits: $bits) -> Self {
                Self(bits)
            }
            /// The flags of an integer; there are none that have no place in it.
            #[inline]
            #[must_use]
            pub const fn from_bits(bits: $bits) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(Self(bits))
            }
            /// The flags of an integer, as [`from_bits_retain`](Self::from_bits_retain) gives them.
            #[inline]
            #[must_use]
            pub const fn from_bits_truncate(bits: $bits) -> Self {
                Self(bits)
            }
            /// The flag of this name, that of its constant.
            #[inline]
            #[must_use]
            pub fn from_name(name: &str) -> ::core::option::Option<Self> {
                <Self as $crate::bitflags::Flags>::from_name(name)
            }

            /// Whether no bit is set.
            #[inline]
            #[must_use]
            pub const fn is_empty(&self) -> bool {
                self.0 == 0
            }
            /// Whether all bits are set, with a name or without.
            #[inline]
            #[must_use]
            pub const fn is_all(&self) -> bool {
                self.0 == !0
            }

            /// Whether any flag of `other` is set.
            #[inline]
            #[must_use]
            pub const fn intersects(&self, other: Self) -> bool {
                self.0 & other.0 != 0
            }

            /// Whether all flags of `other` are set.
            #[inline]
            #[must_use]
            pub const fn contains(&self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Sets the flags of `other`.
            #[inline]
            pub const fn insert(&mut self, other: Self) {
                self.0 |= other.0;
            }

            /// Clears the flags of `other`.
            #[inline]
            pub const fn remove(&mut self, other: Self) {
                self.0 &= !other.0;
            }

            /// Toggles the flags of `other`.
            #[inline]
            pub const fn toggle(&mut self, other: Self) {
                self.0 ^= other.0;
            }

            /// Sets the flags of `other`, or clears them.
            #[inline]
            pub const fn set(&mut self, other: Self, value: bool) {
                if value {
                    self.0 |= other.0;
                } else {
                    self.0 &= !other.0;
                }
            }
            /// The flags in both.
            #[inline]
            #[must_use]
            pub const fn intersection(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }
            /// The flags in either.
            #[inline]
            #[must_use]
            pub const fn union(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
            /// The flags that are not in `other`.
            #[inline]
            #[must_use]
            pub const fn difference(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }
            /// The flags in one alone.
            #[inline]
            #[must_use]
            pub const fn symmetric_difference(self, other: Self) -> Self {
                Self(self.0 ^ other.0)
            }
            /// All bits that are not set.
            #[inline]
            #[must_use]
            pub const fn complement(self) -> Self {
                Self(!self.0)
            }

            /// The flags with names that are set, one by one, and then the other bits at once.
            #[inline]
            pub fn iter(&self) -> $crate::bitflags::iter::Iter<Self> {
                $crate::bitflags::Flags::iter(self)
            }
            /// The flags with names that are set, one by one, each behind its name.
            #[inline]
            pub fn iter_names(&self) -> $crate::bitflags::iter::IterNames<Self> {
                $crate::bitflags::Flags::iter_names(self)
            }
        }

        impl $crate::bitflags::Flags for $name {
            const FLAGS: &'static [$crate::bitflags::Flag<Self>] = &[
                $($crate::bitflags::Flag::new(::core::stringify!($flag), Self::$flag),)*
                $crate::bitflags::Flag::new("", Self(!0)),
            ];
            type Bits = $bits;

            #[inline]
            fn bits(&self) -> $bits {
                self.0
            }

            #[inline]
            fn from_bits_retain(bits: $bits) -> Self {
                Self(bits)
            }
        }
        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::show_flags(::core::stringify!($name), self, f)
            }
        }
        $crate::flag_set!(@ops $name BitOr bitor BitOrAssign bitor_assign union);
        $crate::flag_set!(@ops $name BitAnd bitand BitAndAssign bitand_assign intersection);
        $crate::flag_set!(@ops $name BitXor bitxor BitXorAssign bitxor_assign symmetric_difference);
        $crate::flag_set!(@ops $name Sub sub SubAssign sub_assign difference);
        impl ::core::ops::Not for $name {
            type Output = Self;
            #[inline]
            fn not(self) -> Self {
                Self(!self.0)
            }
        }
        impl ::core::iter::IntoIterator for $name {
            type Item = Self;
            type IntoIter = $crate::bitflags::iter::Iter<Self>;
            #[inline]
            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }
        impl ::core::iter::Extend<Self> for $name {
            #[inline]
            fn extend<I: ::core::iter::IntoIterator<Item = Self>>(&mut self, flags: I) {
                *self = $crate::union_of(*self, flags);
            }
        }
        impl ::core::iter::FromIterator<Self> for $name {
            #[inline]
            fn from_iter<I: ::core::iter::IntoIterator<Item = Self>>(flags: I) -> Self {
                $crate::union_of(Self(0), flags)
            }
        }
        $crate::flag_set!(@format $name Binary Octal LowerHex UpperHex);
    };
    (@ops $name:ident $op:ident $fn:ident $assign:ident $assign_fn:ident $how:ident) => {
        impl ::core::ops::$op for $name {
            type Output = Self;
            #[inline]
            fn $fn(self, other: Self) -> Self {
                self.$how(other)
            }
        }
        impl ::core::ops::$assign for $name {
            #[inline]
            fn $assign_fn(&mut self, other: Self) {
                *self = self.$how(other);
            }
        }
    };
    (@format $name:ident $($how:ident)*) => {$(
        impl ::core::fmt::$how for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::$how::fmt(&self.0, f)
            }
        }
    )*};
}

/// Writes flags as `name(FLAG | OTHER)`, with bits that have no name as an integer.
///
/// # Errors
/// Those of the formatter.
pub fn show_flags<T>(name: &str, flags: &T, f: &mut Formatter<'_>) -> fmt::Result
where
    T: Flags,
    T::Bits: WriteHex,
{
    f.debug_tuple(name).field(&Named(flags)).finish()
}

/// The flags of all these sets.
pub fn union_of<T: Flags>(first: T, others: impl IntoIterator<Item = T>) -> T {
    others.into_iter().fold(first, T::union)
}

struct Named<'f, T>(&'f T);

impl<T: Flags> Debug for Named<'_, T>
where
    T::Bits: WriteHex,
{
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("0x0");
        }
        to_writer(self.0, f)
    }
}
