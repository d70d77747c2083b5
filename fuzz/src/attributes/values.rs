//! Formats of one attribute.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlgen_runtime::{Bitfield32, DecodeError, List, MacAddr, Nest, Scalars, Str};
use nlgen_runtime::describe::Int;
use nlgen_runtime::wire::{AsArray, AsStruct, Be, Bits, Boxed, Host, Indexed, Le, Multi, Natural, Nested, Sint, Uint, Unselected, WithIndex};
use nlgen_tests::{conntrack, exam, rt_link, tc};

use super::{Form, Work, level, written};

/// What is written is read as the same, and is then written to the same bytes. In formats in which each value has
/// one payload alone, that is the payload that was read.
macro_rules! forms {
    (@form $format:ty, $value:ty, $exact:literal) => {
        |work: &mut Work, bytes: &[u8]| {
            for attr in level(bytes) {
                let Ok(value) = attr.value::<$format, $value>() else {
                    continue;
                };
                work.show(&value);
                let put = |out: &mut nlgen_runtime::wire::Encoder<'_>| {
                    out.put_value::<$format, $value>(attr.kind(), &value);
                };
                if !written(&mut work.first, put) {
                    // Text without its NUL and integers without their padding become longer.
                    assert!(!$exact);
                    continue;
                }
                let again = level(&work.first).next().expect("one was written");
                assert_eq!(again.kind(), attr.kind());
                assert!(!$exact || again.payload() == attr.payload(), "{attr:?} became {again:?}");
                let value = again.value::<$format, $value>().expect("it was just written");
                let put = |out: &mut nlgen_runtime::wire::Encoder<'_>| {
                    out.put_value::<$format, $value>(again.kind(), &value);
                };
                assert!(written(&mut work.second, put));
                assert_eq!(work.first, work.second);
            }
        }
    };
    (exact { $($format:ty => $value:ty,)* } other { $($other:ty => $of:ty,)* }) => {
        /// Each format, with types that it carries.
        pub(super) static FORMS: &[Form] = &[
            flag,
            descriptions,
            $(forms!(@form $format, $value, true),)*
            $(forms!(@form $other, $of, false),)*
        ];
    };
}

forms! {
    exact {
        Natural => u8,
        Natural => u16,
        Natural => u32,
        Natural => u64,
        Natural => i8,
        Natural => i16,
        Natural => i32,
        Natural => i64,
        Be<u16> => u16,
        Be<u32> => u32,
        Be<i64> => i64,
        Le<u16> => u16,
        Le<u64> => u64,
        Le<i32> => i32,
        Natural => &[u8],
        Natural => Vec<u8>,
        Natural => &[u8; 6],
        Natural => [u8; 16],
        Natural => Ipv4Addr,
        Natural => Ipv6Addr,
        Natural => IpAddr,
        Natural => MacAddr,
        Natural => Bitfield32,
        Natural => Scalars<'_, u8>,
        Natural => Scalars<'_, u16>,
        Natural => Scalars<'_, i32>,
        Natural => Scalars<'_, u64>,
        AsArray => Vec<u32>,
        AsArray => [i16; 3],
        Natural => exam::Color,
        Host<u8> => exam::Keyword,
        Be<u32> => exam::Level,
        Bits<Host<u32>> => exam::Caps,
        Bits<Be<u64>> => exam::Wide,
        Bits<Le<u16>> => exam::Caps,
        Nested => &[u8],
        Nested => Vec<u8>,
        Natural => Nest<'_, exam::Tree<'_>>,
        Natural => Nest<'_, exam::Lists<'_>>,
        Natural => Unselected<'_, tc::StatsAppMsg<'_>>,
        Natural => List<'_, u32, Indexed>,
        Natural => List<'_, exam::Leaf<'_>, Indexed<Nested>>,
    }
    other {
        Uint => u64,
        Uint => u16,
        Sint => i64,
        Sint => i32,
        Be<Uint> => u64,
        Le<Sint> => i64,
        Uint => exam::Distance,
        Bits<Uint> => exam::Opts,
        Natural => Str<'_>,
        Natural => String,
        Natural => &str,
        Nested => exam::Leaf<'_>,
        Nested => exam::Tree<'_>,
        Nested => exam::Lists<'_>,
        Nested => exam::Scalars,
        Nested => exam::Bytes<'_>,
        Nested => exam::Choices,
        Boxed<Nested> => Box<exam::Words<'_>>,
        AsStruct => conntrack::NfCtTcpFlags,
        AsStruct => rt_link::Ifinfomsg,
        AsStruct => rt_link::RtnlLinkStats64,
        Indexed => Vec<u16>,
        Indexed<Nested> => Vec<exam::Leaf<'_>>,
        WithIndex => Vec<(u16, Str<'_>)>,
        WithIndex<Be<u32>> => Vec<(u16, u32)>,
        Indexed<Indexed> => Vec<Vec<u8>>,
    }
}

/// An attribute that is there or not.
fn flag(work: &mut Work, bytes: &[u8]) {
    for attr in level(bytes) {
        let mut set = false;
        attr.flag(&mut set)
            .expect("a flag has no payload to be wrong");
        assert!(written(&mut work.first, |out| out.flag(attr.kind(), set)));
        let again = level(&work.first).next().expect("one was written");
        assert_eq!((again.kind(), again.payload()), (attr.kind(), &[][..]));
        let mut kept = None;
        attr.keep(&mut kept).expect("nothing is read");
        work.show(&kept);
    }
}

/// Integers by descriptions that may lie, and attributes as first entries of lists, which find the others.
fn descriptions(work: &mut Work, bytes: &[u8]) {
    for attr in level(bytes) {
        let int = Int {
            size: attr.raw_kind() as u8,
            signed: attr.raw_kind() & 0x100 != 0,
            ..Int::U8
        };
        if let Some(read) = int.read(attr.payload()) {
            assert!(attr.payload().len() <= 8);
            work.show(&read);
        }
        let mut list = List::<u8, Multi>::default();
        attr.list(&mut list).expect("entries are read later");
        let alike = level(bytes).filter(|other| other.kind() == attr.kind());
        assert!(list.iter().filter(Result::is_ok).count() <= alike.count());
        let error: Option<DecodeError> = list.iter().find_map(Result::err);
        work.show(&error);
    }
}
