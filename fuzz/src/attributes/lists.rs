//! Shapes of lists, borrowed and owned.

use std::net::IpAddr;

use nlgen_runtime::{List, Nest, Str};
use nlgen_runtime::wire::{AsStruct, Be, Indexed, Keyed, Multi, Natural, Nested, Shape, Uint, WithIndex};
use nlgen_tests::{conntrack, exam};

use super::{Form, Work, level, written};

/// The number under which lists are written.
const KIND: u16 = 1;

/// Gathers the attributes that have the first one's number into a list; `None` when one cannot be read.
macro_rules! gathered {
    ($bytes:expr, $shape:ty, $list:ty) => {{
        let mut list = <$list>::default();
        let kind = level($bytes).next().map(|attr| attr.kind());
        let mut own = level($bytes).filter(|attr| Some(attr.kind()) == kind);
        own.all(|attr| attr.list::<$shape, _>(&mut list).is_ok())
            .then_some(list)
    }};
}

/// Reads a list as it is written, writes it, and compares.
macro_rules! the_same_again {
    ($work:ident, $shape:ty, $list:ty) => {{
        let list = gathered!(&$work.first, $shape, $list).expect("it was just written");
        assert!(written(&mut $work.second, |out| out.list::<$shape, _>(KIND, &list)));
        assert_eq!($work.first, $work.second);
    }};
}

/// A list that borrows is written as it came, entry for entry.
macro_rules! borrowed {
    ($shape:ty, $value:ty) => {
        |work: &mut Work, bytes: &[u8]| {
            let list =
                gathered!(bytes, $shape, List<'_, $value, $shape>).expect("entries are read later");
            work.show(&list);
            let entries: Vec<(<$shape as Shape>::Key, $value)> =
                list.entries().filter_map(Result::ok).collect();
            assert!(entries.len() <= bytes.len());
            if written(&mut work.first, |out| out.list::<$shape, _>(KIND, &list)) {
                the_same_again!(work, $shape, List<'_, $value, $shape>);
                let list = gathered!(&work.first, $shape, List<'_, $value, $shape>);
                let again = list
                    .expect("it was just written")
                    .entries()
                    .filter_map(Result::ok)
                    .count();
                assert_eq!(again, entries.len());
            }
            // What was read, as a request has it.
            let list = List::<'_, $value, $shape>::with_keys(&entries);
            if written(&mut work.first, |out| out.list::<$shape, _>(KIND, &list)) {
                the_same_again!(work, $shape, List<'_, $value, $shape>);
            }
        }
    };
}

/// A list that owns its entries has read them all.
macro_rules! owned {
    ($shape:ty, $list:ty) => {
        |work: &mut Work, bytes: &[u8]| {
            let Some(list) = gathered!(bytes, $shape, $list) else {
                return;
            };
            assert!(list.len() <= bytes.len());
            work.show(&list);
            // An empty array is left out.
            if written(&mut work.first, |out| out.list::<$shape, _>(KIND, &list))
                && !list.is_empty()
            {
                the_same_again!(work, $shape, $list);
            }
        }
    };
}

/// Each shape, with formats of entries.
pub(super) static FORMS: &[Form] = &[
    borrowed!(Multi, u32),
    borrowed!(Multi, Str<'_>),
    borrowed!(Multi<Nested>, exam::Leaf<'_>),
    borrowed!(Multi<AsStruct>, conntrack::NfCtTcpFlags),
    borrowed!(Multi, List<'_, u16, Indexed>),
    borrowed!(Multi, Nest<'_, exam::Tree<'_>>),
    borrowed!(Indexed, u64),
    borrowed!(Indexed<Uint>, u64),
    borrowed!(Indexed, IpAddr),
    borrowed!(Indexed<Nested>, exam::Scalars),
    borrowed!(Keyed<0>, u8),
    borrowed!(Keyed<1, Nested>, exam::Leaf<'_>),
    borrowed!(Keyed<2, Nested>, exam::Leaf<'_>),
    borrowed!(Keyed<3>, u8),
    owned!(Multi, Vec<u32>),
    owned!(Multi, Vec<String>),
    owned!(Multi<Nested>, Vec<exam::Leaf<'_>>),
    owned!(Multi<Indexed<Be<u16>>>, Vec<Vec<u16>>),
    owned!(Indexed, Vec<u8>),
    owned!(Indexed<Nested>, Vec<exam::Tree<'_>>),
    owned!(WithIndex<Natural>, Vec<(u16, u64)>),
    owned!(WithIndex<Nested>, Vec<(u16, exam::Leaf<'_>)>),
    owned!(Keyed<1>, Vec<([u16; 1], u32)>),
    owned!(Keyed<2, Nested>, Vec<([u16; 2], exam::Leaf<'_>)>),
];
