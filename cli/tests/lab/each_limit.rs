//! What the policies of generated modules refuse: each limit of `nlgen/tests/c_golden/numbers.yaml` and
//! `lengths.yaml` at the values on both sides of it. Where the kernel's own generator has no right policy the value
//! would be refused or taken wrongly.

use std::path::{Path, PathBuf};

use nlgen::model::{Attribute, Content, Int, Order};
use nlgen_runtime::{Connection, ConnectionBuilder};

use super::modules::{Loaded, generated};

/// The error numbers of policies.
const EINVAL: i32 = 22;
const ERANGE: i32 = 34;

/// An attribute, values that the kernel takes, and values that it refuses.
type Numbers = (&'static str, &'static [i128], &'static [i128]);

const U32: i128 = 0xFFFF_FFFF;
const U64: i128 = 0xFFFF_FFFF_FFFF_FFFF;
const S32: i128 = 0x7FFF_FFFF;
const S64: i128 = 0x7FFF_FFFF_FFFF_FFFF;

const NUMBERS: &[Numbers] = &[
    ("plain", &[0, U32], &[]),
    ("small", &[1, 100], &[0, 101]),
    ("least", &[10, 65535], &[0, 9]),
    ("greatest", &[0, 500], &[501, U32]),
    ("less", &[499], &[500]),
    ("large-least", &[32768, 40000, U32], &[0, 32767]),
    ("large-greatest", &[0, 32768], &[32769, U32]),
    ("end", &[0, 65535], &[65536]),
    ("huge", &[0x1_2345_6789, U64], &[0, 0x1_2345_6788]),
    ("auto", &[1, S32], &[0, S32 + 1, U64]),
    ("hidden", &[3, 4], &[2, 5]),
    ("page", &[0, 4096], &[4097]),
    ("signed", &[-5, 0, 5], &[-6, 6, -128, 127]),
    (
        "signed-large",
        &[-40000, 40000],
        &[-40001, 40001, -S32, S32],
    ),
    ("signed-greatest", &[-S64 - 1, -1, 40000], &[40001, S64]),
    ("signed-least", &[-S64 - 1, S64, -1], &[]),
    ("port", &[0, 65535], &[]),
    // 4 is 1024 with its bytes swapped.
    ("port-least", &[1024, 65535], &[1023, 4, 0]),
    ("address", &[0, 0xE000_0000], &[0xE000_0001, U32]),
    ("far-order", &[1, 500], &[0, 501, U64]),
    ("signed-order", &[-3, 0, S32], &[-4, -S32]),
    ("little", &[0, 99], &[100, 65535]),
    ("row", &[0, 2], &[3, 255]),
    ("from-one", &[1, 2], &[0, 3]),
    ("gaps", &[0, 5, 9], &[1, 4, 6, 10]),
    ("gaps-below", &[0, 5], &[1, 8, 9]),
    ("below", &[-2, -1, 0], &[-3, 1]),
    ("bits", &[0, 0x8000_0003], &[4, U32]),
    ("masked", &[0, 5], &[2, 65535]),
    ("wide", &[0, 0x2_0000_0001], &[2, 0x1_0000_0000, U64]),
    ("bits-order", &[0, 0x8000_0003], &[4, 0x0300_0080]),
];

/// An attribute, payloads that the kernel takes, and payloads that it refuses.
type Payloads = (
    &'static str,
    &'static [&'static [u8]],
    &'static [&'static [u8]],
);

static NULS: [u8; 40001] = [0; 40001];

const LENGTHS: &[Payloads] = &[
    ("text", &[b"\0", b"any\0"], &[b"any"]),
    (
        "text-max",
        &[b"\0", b"0123456789abcde\0"],
        &[b"0123456789abcdef\0", b"no nul"],
    ),
    ("text-min", &[b"a\0"], &[b"\0", b"ab"]),
    (
        "text-both",
        &[b"a\0", b"01234567\0"],
        &[b"\0", b"012345678\0"],
    ),
    ("text-exact", &[b"abc\0"], &[b"ab\0", b"abcd\0", b"abcd"]),
    (
        "text-open",
        &[b"a", b"a\0", b"0123456789abcdef"],
        &[b"0123456789abcdefg"],
    ),
    ("texts", &[b"abcd\0"], &[b"abcde\0", b"abc"]),
    ("bytes", &[b"", b"any"], &[]),
    (
        "bytes-max",
        &[b"", NULS.split_at(64).0],
        &[NULS.split_at(65).0],
    ),
    ("bytes-min", &[b"abc", NULS.split_at(99).0], &[b"", b"ab"]),
    (
        "bytes-both",
        &[b"abc", NULS.split_at(64).0],
        &[b"ab", NULS.split_at(65).0],
    ),
    (
        "bytes-exact",
        &[b"0123456789abcdef"],
        &[b"0123456789abcde", b"0123456789abcdefg", b""],
    ),
    (
        "bytes-large",
        &[b"a", NULS.split_at(40000).0],
        &[b"", &NULS],
    ),
    ("bytes-none", &[b""], &[b"a"]),
    ("address", &[b"0123456789abcdef"], &[b"0123"]),
    ("there", &[b""], &[b"a"]),
];

/// A generated module that is loaded, and its family.
struct Module {
    family: nlgen::model::Family,
    conn: Connection,
}

impl Module {
    fn open(spec: &Path) -> Self {
        let family = nlgen::load_file(spec).unwrap();
        let name: &'static str = Box::leak(family.name.clone().into_boxed_str());
        let id = Box::leak(Box::new(nlgen_runtime::Family::new(name, 1)));
        Self {
            family,
            conn: ConnectionBuilder::new().family(id).open().unwrap(),
        }
    }

    fn attribute(&self, name: &str) -> Attribute {
        let mut attributes = self.family.sets[0].attributes.iter();
        attributes.find(|known| known.name == name).unwrap().clone()
    }

    /// Sends one attribute. `None` is success, and otherwise the error number with the attribute that it is about.
    fn send(&mut self, number: u16, payload: &[u8]) -> Option<(i32, bool)> {
        let name: &'static str = Box::leak(self.family.name.clone().into_boxed_str());
        let id = Box::leak(Box::new(nlgen_runtime::Family::new(name, 1)));
        let operation = Box::leak(Box::new(
            nlgen_runtime::Operation::new(id, "set", 1).replies(1),
        ));
        let len = u16::try_from(4 + payload.len()).unwrap();
        let mut body = Vec::new();
        body.extend(len.to_ne_bytes());
        body.extend(number.to_ne_bytes());
        body.extend(payload);
        body.resize(body.len().next_multiple_of(4), 0);
        match self.conn.call_raw(operation, 0, &body) {
            Ok(_) => None,
            Err(error) => {
                let refusal = match &error {
                    nlgen_runtime::Error::Kernel(refusal) => refusal,
                    other => panic!("{other}"),
                };
                let at_attribute = refusal.ext_ack().offset.is_some();
                Some((refusal.errno().code(), at_attribute))
            }
        }
    }
}

/// The bytes of a number as an attribute has them.
fn bytes(content: &Content, value: i128) -> Vec<u8> {
    let int = match content {
        Content::Int(int, _) => *int,
        Content::Ipv4 => Int {
            bytes: 4,
            signed: false,
            order: Order::Big,
        },
        other => panic!("{other:?}"),
    };
    let len = if int.bytes == 0 { 8 } else { int.bytes };
    let little = value.to_le_bytes();
    let mut bytes = little[..usize::from(len)].to_vec();
    let reversed = match int.order {
        Order::Big => true,
        Order::Little => false,
        Order::Host => cfg!(target_endian = "big"),
    };
    if reversed {
        bytes.reverse();
    }
    bytes
}

/// The generated module of a golden spec, which its name ends with; the test is skipped without it.
fn module(name: &str) -> Option<(String, PathBuf)> {
    let mut modules = generated().into_iter();
    let found = modules.find(|(_, spec)| {
        let folder = spec.parent().and_then(|folder| folder.file_name());
        folder.is_some_and(|folder| folder.to_string_lossy() == format!("c-{name}"))
    });
    if needs::lab() && std::env::var_os("NLGEN_LAB_GENERATED").is_some_and(|list| !list.is_empty())
    {
        assert!(found.is_some(), "there is no module {name}");
    }
    found
}

#[test]
fn policies_refuse_what_specs_do() {
    let mut wrong = Vec::new();
    let mut sent = 0;
    if let Some((file, spec)) = module("numbers") {
        let _loaded = Loaded::new(&file);
        let mut module = Module::open(&spec);
        for (name, taken, refused) in NUMBERS {
            let attribute = module.attribute(name);
            let mut send =
                |value: &i128| module.send(attribute.number, &bytes(&attribute.content, *value));
            for value in *taken {
                let answer = send(value);
                sent += 1;
                if answer.is_some() {
                    wrong.push(format!("{name}: {value} is refused: {answer:?}"));
                }
            }
            let is_mask = matches!(*name, "bits" | "masked" | "wide" | "bits-order");
            let errno = if is_mask { EINVAL } else { ERANGE };
            for value in *refused {
                let answer = send(value);
                sent += 1;
                if answer != Some((errno, true)) {
                    wrong.push(format!("{name}: {value} gives {answer:?}"));
                }
            }
        }
    }
    if let Some((file, spec)) = module("lengths") {
        let _loaded = Loaded::new(&file);
        let mut module = Module::open(&spec);
        for (name, taken, refused) in LENGTHS {
            let number = module.attribute(name).number;
            for payload in *taken {
                let answer = module.send(number, payload);
                sent += 1;
                if answer.is_some() {
                    wrong.push(format!("{name}: {} bytes: {answer:?}", payload.len()));
                }
            }
            for payload in *refused {
                let answer = module.send(number, payload);
                sent += 1;
                if !matches!(answer, Some((EINVAL | ERANGE, true))) {
                    wrong.push(format!("{name}: {} bytes give {answer:?}", payload.len()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(sent == 0 || sent > 150, "{sent}");
}
