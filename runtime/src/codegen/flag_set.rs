//! Sets of flags, of the crate `bitflags`.

use std::fmt::{self, Debug, Formatter};

use bitflags::Flags;
use bitflags::parser::{WriteHex, to_writer};

/// Declares a set of flags of the crate [`bitflags`], in which bits without a name are kept. `Debug` shows the names.
///
/// The struct is outside `bitflags!`, which has a type within the type otherwise: that takes twice as much of a compiled
/// library.
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
    ($(#[$about:meta])* pub struct $name:ident: $bits:ident { $($flags:tt)* }) => {
        $(#[$about])*
        #[derive(
            ::core::clone::Clone, ::core::marker::Copy, ::core::default::Default, ::core::cmp::PartialEq,
            ::core::cmp::Eq, ::core::hash::Hash,
        )]
        pub struct $name($bits);

        $crate::codegen::bitflags::bitflags! {
            impl $name: $bits {
                $($flags)*
                const _ = !0;
            }
        }

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::codegen::show_flags(::core::stringify!($name), self, f)
            }
        }
    };
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
