//! What it means that two doors agree.

#![allow(unreachable_pub, reason = "shared by tests")]

use nlgen_runtime::Encode;
use nlgen_runtime::describe::{Attribute, Format, Kind, Layout, Set};

/// Both write the same bytes, the twin reads them back, and the generated struct reads its twin's.
#[track_caller]
pub fn agree<G: Encode, T: Encode>(
    generated: &G,
    twin: &T,
    again: impl for<'b> FnOnce(&'b [u8]) -> (Vec<u8>, Vec<u8>),
) {
    let bytes = generated.to_bytes().unwrap();
    assert!(!bytes.is_empty());
    assert_eq!(bytes, twin.to_bytes().unwrap());
    let (generated, twin) = again(&bytes);
    assert_eq!(bytes, generated);
    assert_eq!(bytes, twin);
}

/// Reads as `G` and as `T` and writes what was read.
macro_rules! again {
    ($g:ty, $t:ty) => {
        |bytes| {
            let generated = <$g>::decode(bytes).unwrap().to_bytes().unwrap();
            (generated, <$t>::decode(bytes).unwrap().to_bytes().unwrap())
        }
    };
}

pub(crate) use again;

/// The description of a set, without the names of values: the crate bitflags does not tell its own.
fn described(set: &'static Set, depth: u8) -> Vec<String> {
    let each = |attr: &Attribute| {
        let kind = kind(attr.kind(), depth);
        let (secret, multi) = (attr.is_secret(), attr.is_multi());
        format!("{} {} {kind} {secret} {multi}", attr.number(), attr.name())
    };
    set.attributes().iter().map(each).collect()
}

fn kind(kind: Kind, depth: u8) -> String {
    let inner = |set: fn() -> &'static Set| match depth.checked_sub(1) {
        Some(depth) => format!("{} {:?}", set().name(), described(set(), depth)),
        None => set().name().to_owned(),
    };
    match kind {
        Kind::Int(int) => format!("int {int:?}"),
        Kind::Enum(int, names) => format!("enum {int:?} {names:?}"),
        Kind::Flags(int, _) => format!("flags {int:?}"),
        Kind::Bitfield32(_) => "bitfield32".to_owned(),
        Kind::Nest(set) => format!("nest {}", inner(set)),
        Kind::Array(kind) => format!("array {}", self::kind(*kind, depth)),
        Kind::Keyed(levels, set) => format!("keyed {levels} {}", inner(set)),
        Kind::Struct(layout) => format!("struct {:?}", members(layout)),
        Kind::SubMessage(selector, formats) => {
            let each = formats.iter().map(format_of);
            format!("selected by {selector} {:?}", each.collect::<Vec<_>>())
        }
        other => format!("{other:?}"),
    }
}

/// Each attribute of the twin is described as its original.
#[track_caller]
pub fn described_alike(generated: &'static Set, twin: &'static Set) {
    assert_eq!(generated.name(), twin.name());
    let generated = described(generated, 3);
    for attr in described(twin, 3) {
        assert!(
            generated.contains(&attr),
            "{attr}\nis none of\n{generated:#?}"
        );
    }
}

fn format_of(format: &'static Format) -> String {
    let header = format.header().map(members);
    let set = format.set().map(Set::name);
    format!("{} {header:?} {set:?}", format.value())
}

/// The name, length and alignment of a struct, and the names, places and kinds of its members.
pub fn members(layout: &'static Layout) -> Vec<String> {
    let each = layout.members().iter().map(|member| {
        let kind = kind(member.kind(), 0);
        format!("{} {} {kind}", member.name(), member.offset())
    });
    let head = format!("{} {} {}", layout.name(), layout.len(), layout.align());
    [head].into_iter().chain(each).collect()
}
