//! What a format says of a type: the contents of attributes in the descriptions of derived sets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Bits, IntFormat, Natural, WireInt};
use crate::describe::Kind;
use crate::wire::bitfield::Bitfield32;
use crate::wire::mac::MacAddr;
use crate::wire::text::Str;

/// A type with a format of its own ([`Natural`]): what an attribute contains that carries it.
///
/// The derives fill a set's description with it. The macro for enums
/// ([`open_enum!`](crate::open_enum)) and `#[derive(Scalar)]` implement it; a type of yours for
/// which you implement [`DecodeAs`](crate::wire::DecodeAs) by hand needs it too, to be a field of a derived
/// struct:
///
/// ```
/// use nlgen_runtime::DecodeError;
/// use nlgen_runtime::describe::Kind;
/// use nlgen_runtime::wire::{Attr, DecodeAs, Describe, Natural};
/// struct Length(usize);
///
/// impl<'a> DecodeAs<'a, Length> for Natural {
///     fn read(attr: &Attr<'a>) -> Result<Length, DecodeError> {
///         Ok(Length(attr.payload().len()))
///     }
/// }
///
/// impl Describe for Length {
///     const KIND: Kind = Kind::Binary;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "an attribute cannot carry a `{Self}` as it is",
    label = "how is it carried?",
    note = "for a struct of attributes write `#[nl(nest)]`, for a set of bitflags `#[nl(flags)]`; for an enum derive `Scalar`"
)]
pub trait Describe {
    /// What the attribute contains.
    const KIND: Kind;
}

/// A format for a `T`: what an attribute contains that carries a `T` this way.
pub trait DescribeAs<T> {
    /// What the attribute contains.
    const KIND: Kind;
}

macro_rules! natural {
    ($($kind:expr => $([$($generics:tt)*] $ty:ty),*;)*) => {$($(
        impl<$($generics)*> Describe for $ty {
            const KIND: Kind = $kind;
        }
    )*)*};
}

natural! {
    Kind::String => [] String, ['a] &'a str, ['a] Str<'a>;
    Kind::Binary => [] Vec<u8>, ['a] &'a [u8], [const N: usize] [u8; N], ['a, const N: usize] &'a [u8; N];
    Kind::Ip => [] Ipv4Addr, [] Ipv6Addr, [] IpAddr;
    Kind::Mac => [] MacAddr;
    Kind::Bitfield32(&[]) => [] Bitfield32;
    Kind::Int(<u8 as WireInt>::INT) => [] u8;
    Kind::Int(<u16 as WireInt>::INT) => [] u16;
    Kind::Int(<u32 as WireInt>::INT) => [] u32;
    Kind::Int(<u64 as WireInt>::INT) => [] u64;
    Kind::Int(<i8 as WireInt>::INT) => [] i8;
    Kind::Int(<i16 as WireInt>::INT) => [] i16;
    Kind::Int(<i32 as WireInt>::INT) => [] i32;
    Kind::Int(<i64 as WireInt>::INT) => [] i64;
}

impl<T: Describe> DescribeAs<T> for Natural {
    const KIND: Kind = T::KIND;
}

/// An integer or an enum in another width or byte order keeps its names.
impl<F: IntFormat, T: Describe> DescribeAs<T> for F {
    const KIND: Kind = match T::KIND {
        Kind::Enum(_, names) => Kind::Enum(F::INT, names),
        _ => Kind::Int(F::INT),
    };
}

/// The crate `bitflags` does not tell the names of its bits to constants.
impl<F: IntFormat, T> DescribeAs<T> for Bits<F> {
    const KIND: Kind = Kind::Flags(F::INT, &[]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::Int;
    use crate::wire::attr::int::{Be, Host, Le, Uint};

    enum State {
        Idle,
        Unknown(u32),
    }

    crate::open_enum!(State: u32, &[(0, "idle")], { Idle = 0, });

    fn kind<F: DescribeAs<T>, T>() -> String {
        format!("{:?}", F::KIND)
    }

    #[test]
    fn formats_change_the_integer_and_keep_the_names() {
        let int = |int: Int| format!("{:?}", Kind::Int(int));
        let state = |int: Int| format!("{:?}", Kind::Enum(int, &[(0, "idle")]));
        for (got, want) in [
            (kind::<Natural, u16>(), int(Int::U16)),
            (kind::<Be<u16>, u16>(), int(Int::U16.be())),
            (kind::<Le<Uint>, u64>(), int(Int::UINT.le())),
            (kind::<Host<u8>, i32>(), int(Int::U8)),
            (kind::<Natural, State>(), state(Int::U32)),
            (kind::<Be<u8>, State>(), state(Int::U8.be())),
            (
                kind::<Bits<Be<u32>>, State>(),
                format!("{:?}", Kind::Flags(Int::U32.be(), &[])),
            ),
            (kind::<Natural, &[u8; 3]>(), "Binary".to_owned()),
            (kind::<Natural, IpAddr>(), "Ip".to_owned()),
        ] {
            assert_eq!(got, want);
        }
    }
}
