//! Every format of a payload against the bytes it stands for, in both directions, and the payloads
//! that it refuses.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlgen_runtime::codegen::bitflags;
use nlgen_runtime::wire::{
    Attrs, Be, Bits, DecodeAs, EncodeAs, EncodeReason, Encoder, Host, Le, Natural, Reason, Sint,
    Uint,
};
use nlgen_runtime::{Bitfield32, MacAddr, Scalar, Str};

/// An attribute: header, payload, padding.
fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = ((payload.len() + 4) as u16).to_ne_bytes().to_vec();
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// The payload reads as the value.
#[track_caller]
fn reads<'a, F: DecodeAs<'a, T>, T: PartialEq + Debug>(payload: &'a [u8], value: T) {
    // The payload of an attribute borrows from the message; leaking keeps the table short.
    let bytes: &'static [u8] = attribute(7, payload).leak();
    let attr = Attrs::new(bytes).next().unwrap().unwrap();
    assert_eq!(F::read(&attr), Ok(value), "{payload:?}");
}

/// The payload is refused.
#[track_caller]
fn refuses<F: DecodeAs<'static, T>, T: PartialEq + Debug>(payload: &[u8], reason: Reason) {
    let bytes: &'static [u8] = attribute(7, payload).leak();
    let attr = Attrs::new(bytes).next().unwrap().unwrap();
    assert_eq!(F::read(&attr).unwrap_err().reason(), reason, "{payload:?}");
}

/// The value is written as the payload, alone and inside an attribute, and reads back.
#[track_caller]
fn both<F, T>(value: T, payload: &[u8])
where
    F: DecodeAs<'static, T> + EncodeAs<T>,
    T: PartialEq + Debug,
{
    let mut bytes = Vec::new();
    let mut out = Encoder::new(&mut bytes);
    out.put_value::<F, T>(7, &value);
    out.finish().unwrap();
    assert_eq!(bytes, attribute(7, payload), "{value:?}");
    let mut bytes = Vec::new();
    let mut out = Encoder::new(&mut bytes);
    F::append(&value, &mut out);
    out.finish().unwrap();
    assert_eq!(bytes, payload, "{value:?}, without its attribute");
    reads::<F, T>(payload.to_vec().leak(), value);
}

fn length(want: usize, got: usize) -> Reason {
    Reason::Length { want, got }
}

#[test]
fn integers_in_the_machines_order() {
    both::<Natural, u8>(0x80, &[0x80]);
    both::<Natural, i8>(-1, &[0xFF]);
    both::<Natural, u16>(0x0102, &0x0102u16.to_ne_bytes());
    both::<Natural, i16>(-2, &(-2i16).to_ne_bytes());
    both::<Natural, u32>(0x0102_0304, &0x0102_0304u32.to_ne_bytes());
    both::<Natural, i32>(i32::MIN, &i32::MIN.to_ne_bytes());
    both::<Natural, u64>(u64::MAX - 1, &(u64::MAX - 1).to_ne_bytes());
    both::<Natural, i64>(-3, &(-3i64).to_ne_bytes());
    both::<Host<u32>, u32>(5, &5u32.to_ne_bytes());
}

#[test]
fn integers_in_a_given_order() {
    both::<Be<u8>, u8>(1, &[1]);
    both::<Be<u16>, u16>(0x0102, &[1, 2]);
    both::<Be<i16>, i16>(-2, &[0xFF, 0xFE]);
    both::<Be<u32>, u32>(0x0102_0304, &[1, 2, 3, 4]);
    both::<Be<i32>, i32>(-2, &[0xFF, 0xFF, 0xFF, 0xFE]);
    both::<Be<u64>, u64>(0x0102_0304_0506_0708, &[1, 2, 3, 4, 5, 6, 7, 8]);
    both::<Be<i64>, i64>(-2, &[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE]);
    both::<Le<u16>, u16>(0x0102, &[2, 1]);
    both::<Le<u32>, u32>(0x0102_0304, &[4, 3, 2, 1]);
    both::<Le<u64>, u64>(0x0102_0304_0506_0708, &[8, 7, 6, 5, 4, 3, 2, 1]);
    both::<Le<i32>, i32>(-2, &[0xFE, 0xFF, 0xFF, 0xFF]);
}

#[test]
fn integers_of_another_length_are_refused() {
    refuses::<Natural, u8>(&[], length(1, 0));
    refuses::<Natural, u8>(&[0; 2], length(1, 2));
    refuses::<Natural, u16>(&[0; 4], length(2, 4));
    refuses::<Natural, u32>(&[0; 3], length(4, 3));
    refuses::<Natural, u32>(&[0; 8], length(4, 8));
    refuses::<Natural, i64>(&[0; 4], length(8, 4));
    refuses::<Be<u32>, u32>(&[0; 2], length(4, 2));
    refuses::<Le<u64>, u64>(&[0; 7], length(8, 7));
}

#[test]
fn integers_of_4_or_8_bytes_are_as_short_as_they_can_be() {
    let (max, over) = (u64::from(u32::MAX), u64::from(u32::MAX) + 1);
    both::<Uint, u64>(0, &0u32.to_ne_bytes());
    both::<Uint, u64>(max, &u32::MAX.to_ne_bytes());
    both::<Uint, u64>(over, &over.to_ne_bytes());
    both::<Uint, u64>(u64::MAX, &u64::MAX.to_ne_bytes());
    both::<Sint, i64>(-1, &(-1i32).to_ne_bytes());
    both::<Sint, i64>(i64::from(i32::MIN), &i32::MIN.to_ne_bytes());
    let under = i64::from(i32::MIN) - 1;
    both::<Sint, i64>(under, &under.to_ne_bytes());
    both::<Sint, i64>(
        i64::from(i32::MAX) + 1,
        &(i64::from(i32::MAX) + 1).to_ne_bytes(),
    );
    both::<Be<Uint>, u64>(5, &[0, 0, 0, 5]);
    both::<Be<Uint>, u64>(over, &[0, 0, 0, 1, 0, 0, 0, 0]);
    both::<Be<Sint>, i64>(-2, &[0xFF, 0xFF, 0xFF, 0xFE]);
    both::<Le<Uint>, u64>(5, &[5, 0, 0, 0]);
    both::<Le<Sint>, i64>(1 << 40, &[0, 0, 0, 0, 0, 1, 0, 0]);
    // The long form of a small value is read all the same.
    reads::<Uint, u64>(&5u64.to_ne_bytes(), 5);
    reads::<Sint, i64>(&(-5i64).to_ne_bytes(), -5);
    reads::<Be<Uint>, u64>(&[0, 0, 0, 0, 0, 0, 0, 5], 5);
    for len in [0, 1, 2, 3, 5, 6, 7, 9, 16] {
        refuses::<Uint, u64>(&vec![0; len], Reason::AutoLength { got: len });
        refuses::<Be<Sint>, i64>(&vec![0; len], Reason::AutoLength { got: len });
    }
}

/// An enum of 8 bits that is not open, as a user may derive it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Color {
    Red,
    Blue,
}

impl Scalar for Color {
    type Repr = u8;
    fn from_repr(repr: u8) -> Option<Self> {
        match repr {
            1 => Some(Self::Red),
            200 => Some(Self::Blue),
            _ => None,
        }
    }
    fn to_repr(self) -> u8 {
        match self {
            Self::Red => 1,
            Self::Blue => 200,
        }
    }
}

/// An enum of 32 bits in an attribute of 8.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Wide(u32);

impl Scalar for Wide {
    type Repr = u32;
    fn from_repr(repr: u32) -> Option<Self> {
        Some(Self(repr))
    }
    fn to_repr(self) -> u32 {
        self.0
    }
}

bitflags::bitflags! {
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Caps: u32 {
        const READ = 1;
        const WRITE = 2;
        const _ = !0;
    }
}

#[test]
fn enums_on_integers_of_their_own_and_other_widths() {
    both::<Natural, Color>(Color::Blue, &[200]);
    both::<Host<u32>, Color>(Color::Blue, &200u32.to_ne_bytes());
    both::<Be<u16>, Color>(Color::Red, &[0, 1]);
    both::<Uint, Color>(Color::Red, &1u32.to_ne_bytes());
    refuses::<Natural, Color>(&[2], Reason::Value);
    refuses::<Host<u32>, Color>(&257u32.to_ne_bytes(), Reason::Value);
    both::<Host<u8>, Wide>(Wide(255), &[255]);
}

#[test]
fn flags_keep_bits_without_a_name() {
    both::<Bits<Host<u32>>, Caps>(Caps::READ | Caps::WRITE, &3u32.to_ne_bytes());
    both::<Bits<Be<u16>>, Caps>(Caps::from_bits_retain(0x8001), &[0x80, 1]);
    both::<Bits<Uint>, Caps>(Caps::WRITE, &2u32.to_ne_bytes());
    refuses::<Bits<Host<u64>>, Caps>(&(1u64 << 32).to_ne_bytes(), Reason::Value);
    refuses::<Bits<Host<u32>>, Caps>(&[0; 2], length(4, 2));
}

#[test]
fn what_does_not_fit_the_width_is_not_written() {
    #[track_caller]
    fn fails<F: EncodeAs<T>, T>(value: &T) {
        let mut bytes = Vec::new();
        let mut out = Encoder::new(&mut bytes);
        out.put_value::<F, T>(7, value);
        assert_eq!(out.finish().unwrap_err().reason(), EncodeReason::Range);
        let mut out = Encoder::new(&mut bytes);
        F::append(value, &mut out);
        assert_eq!(out.finish().unwrap_err().reason(), EncodeReason::Range);
    }
    fails::<Host<u8>, Wide>(&Wide(256));
    fails::<Be<u16>, Wide>(&Wide(0x1_0000));
    fails::<Host<i32>, Wide>(&Wide(u32::MAX));
    fails::<Bits<Host<u8>>, Caps>(&Caps::from_bits_retain(0x100));
}

#[test]
fn strings_end_with_a_nul_when_written_and_at_it_when_read() {
    both::<Natural, Str<'static>>("eth0".into(), b"eth0\0");
    both::<Natural, Str<'static>>("".into(), b"\0");
    both::<Natural, Str<'static>>(Str::from(&b"a\xFF"[..]), b"a\xFF\0");
    both::<Natural, String>("grün".to_owned(), "grün\0".as_bytes());
    both::<Natural, &'static str>("x", b"x\0");
    for (payload, text) in [
        (&b"eth0"[..], "eth0"),
        (b"eth0\0\0", "eth0"),
        (b"a\0b\0", "a"),
        (b"", ""),
    ] {
        reads::<Natural, Str<'_>>(payload, text.into());
        reads::<Natural, String>(payload, text.to_owned());
    }
    refuses::<Natural, String>(b"a\xFF\0", Reason::Utf8);
    refuses::<Natural, &'static str>(b"a\xFF", Reason::Utf8);
}

#[test]
fn bytes_of_any_and_of_one_length() {
    for len in [0, 1, 4, 5] {
        let bytes: &'static [u8] = &[1, 2, 3, 4, 5][..len];
        both::<Natural, &'static [u8]>(bytes, bytes);
        both::<Natural, Vec<u8>>(bytes.to_vec(), bytes);
    }
    both::<Natural, [u8; 3]>([1, 2, 3], &[1, 2, 3]);
    both::<Natural, &'static [u8; 3]>(&[1, 2, 3], &[1, 2, 3]);
    refuses::<Natural, [u8; 3]>(&[1, 2], length(3, 2));
    refuses::<Natural, &'static [u8; 3]>(&[1, 2, 3, 4], length(3, 4));
}

#[test]
fn addresses_and_bitfields() {
    let (v4, v6) = (Ipv4Addr::new(192, 0, 2, 1), Ipv6Addr::LOCALHOST);
    both::<Natural, Ipv4Addr>(v4, &[192, 0, 2, 1]);
    both::<Natural, Ipv6Addr>(v6, &v6.octets());
    both::<Natural, IpAddr>(v4.into(), &[192, 0, 2, 1]);
    both::<Natural, IpAddr>(v6.into(), &v6.octets());
    both::<Natural, MacAddr>(MacAddr([2, 0, 0x5e, 0x10, 0, 1]), &[2, 0, 0x5e, 0x10, 0, 1]);
    let field = Bitfield32 {
        value: 1,
        selector: 3,
    };
    let payload = [1u32.to_ne_bytes(), 3u32.to_ne_bytes()].concat();
    both::<Natural, Bitfield32>(field, &payload);
    refuses::<Natural, Ipv4Addr>(&[0; 16], length(4, 16));
    refuses::<Natural, Ipv6Addr>(&[0; 4], length(16, 4));
    refuses::<Natural, IpAddr>(&[0; 6], Reason::IpLength { got: 6 });
    refuses::<Natural, MacAddr>(&[0; 8], length(6, 8));
    refuses::<Natural, Bitfield32>(&[0; 4], length(8, 4));
}
