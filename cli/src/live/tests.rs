//! A made-up family against made-up kernels that differ from it in one way each.

use nlgen::span::Source;
use nlgen_runtime::nlctrl::{AttrType, OpFlags};

use super::compare::compare;
use super::family::{Accepts, Family, Operation, Policy};
use super::finding::{Finding, Severity};

const SPEC: &str = "
name: weather
version: 2
definitions:
  - { name: sky, type: enum, entries: [ clear, rain ] }
  - { name: caps, type: flags, entries: [ read, write ] }
attribute-sets:
  - name: station
    attributes:
      - { name: id, type: u32, checks: { min: 1 } }
      - { name: name, type: string, checks: { max-len: 15 } }
      - { name: sky, type: u8, enum: sky }
      - { name: caps, type: u32, enum: caps }
      - { name: place, type: nest, nested-attributes: place }
      - { name: port, type: u16, byte-order: big-endian }
      - { name: key, type: binary, checks: { exact-len: 8 }, kernel-differs: Old ones take any. }
      - { name: many, type: indexed-array, sub-type: nest, nested-attributes: place }
  - name: place
    attributes:
      - { name: north, type: s32 }
      - { name: inside, type: nest, nested-attributes: place }
operations:
  list:
    - name: get
      attribute-set: station
      flags: [ admin-perm ]
      do: { request: { attributes: [ id, name, sky, caps, place, port, key ] } }
    - name: all
      attribute-set: station
      config-cond: weather-all
      dump: { request: { attributes: [ many ] } }
mcast-groups: { list: [ { name: news } ] }
";

fn of(kind: AttrType) -> Accepts {
    Accepts {
        kind,
        range: None,
        mask: None,
        min_len: None,
        max_len: None,
        nested: None,
    }
}

fn values(kind: AttrType, least: i128, greatest: i128) -> Accepts {
    Accepts {
        range: Some((least, greatest)),
        ..of(kind)
    }
}

fn lengths(kind: AttrType, min_len: Option<u32>, max_len: Option<u32>) -> Accepts {
    Accepts {
        min_len,
        max_len,
        ..of(kind)
    }
}

fn nest(kind: AttrType, policy: u32) -> Accepts {
    Accepts {
        nested: Some(policy),
        ..of(kind)
    }
}

/// A kernel that is as the spec says.
fn kernel() -> Family {
    let request: Policy = [
        (1, values(AttrType::U32, 1, u32::MAX.into())),
        (2, lengths(AttrType::NulString, None, Some(15))),
        (3, values(AttrType::U8, 0, 1)),
        (
            4,
            Accepts {
                mask: Some(3),
                ..of(AttrType::U32)
            },
        ),
        (5, nest(AttrType::Nested, 1)),
        (6, of(AttrType::U16)),
        (7, lengths(AttrType::Binary, Some(8), Some(8))),
    ]
    .into();
    let place: Policy = [
        (1, values(AttrType::S32, i32::MIN.into(), i32::MAX.into())),
        (2, nest(AttrType::Nested, 1)),
    ]
    .into();
    let all: Policy = [(8, nest(AttrType::NestedArray, 1))].into();
    Family {
        name: "weather".to_owned(),
        version: 2,
        header_len: 0,
        max_attribute: 8,
        operations: vec![
            Operation {
                command: 1,
                flags: OpFlags::CMD_CAP_DO | OpFlags::ADMIN_PERM,
                doit: Some(0),
                dump: None,
            },
            Operation {
                command: 2,
                flags: OpFlags::CMD_CAP_DUMP,
                doit: None,
                dump: Some(2),
            },
        ],
        groups: vec!["news".to_owned()],
        policies: [(0, request), (1, place), (2, all)].into(),
    }
}

/// What the spec and a kernel differ by, one line each.
fn found(change: impl FnOnce(&mut Family)) -> Vec<String> {
    let spec = nlgen::load(Source::new("weather.yaml", SPEC)).unwrap();
    let mut kernel = kernel();
    change(&mut kernel);
    let line = |finding: &Finding| {
        let mark = match finding.severity {
            Severity::Difference => "!",
            Severity::Explained => "~",
            Severity::Unreported => "?",
            Severity::Note => " ",
        };
        let (spec, kernel) = (&finding.spec, &finding.kernel);
        let text = format!("{mark} {} | {spec} | {kernel}", finding.place);
        match &finding.explanation {
            Some(explanation) => format!("{text} ({explanation})"),
            None => text,
        }
    };
    compare(&spec, &kernel).iter().map(line).collect()
}

/// Changes what the kernel accepts as an attribute of the request of `get`.
fn accepting(number: u16, accepts: Accepts) -> Vec<String> {
    found(|kernel| {
        kernel.policies.get_mut(&0).unwrap().insert(number, accepts);
    })
}

#[test]
fn a_kernel_that_is_as_the_spec_says() {
    assert_eq!(found(|_| ()), [""; 0]);
}

#[test]
fn families_operations_and_groups() {
    type Change = fn(&mut Family);
    let table: [(Change, &[&str]); 9] = [
        (|kernel| kernel.version = 1, &["! version | 2 | 1"]),
        (
            |kernel| kernel.header_len = 4,
            &["! fixed header | 0 bytes | 4 bytes"],
        ),
        (
            |kernel| kernel.groups.clear(),
            &["! group news | sent to | "],
        ),
        (
            |kernel| kernel.groups.push("more".to_owned()),
            &["  group more |  | sent to"],
        ),
        (
            |kernel| kernel.operations.truncate(1),
            &[
                "~ all dump | command 2 |  (it is there when the kernel is built with CONFIG_WEATHER_ALL)",
            ],
        ),
        (
            |kernel| kernel.operations[0].command = 7,
            &["! get do | command 1 | ", "  command 7 |  | do, admin-perm"],
        ),
        (
            |kernel| kernel.operations[0].flags = OpFlags::CMD_CAP_DO,
            &["! get flags | admin-perm | none"],
        ),
        (
            |kernel| kernel.operations[0].flags |= OpFlags::CMD_CAP_DUMP,
            &["  get dump |  | command 1"],
        ),
        (
            |kernel| {
                let new = Operation {
                    command: 9,
                    ..kernel.operations[0].clone()
                };
                kernel.operations.push(new);
            },
            &["  command 9 |  | do, admin-perm"],
        ),
    ];
    for (change, expected) in table {
        assert_eq!(found(change), expected);
    }
}

#[test]
fn attributes() {
    let table: [(u16, Accepts, &[&str]); 11] = [
        (
            1,
            values(AttrType::U64, 1, 9),
            &["! station: id | u32 | u64"],
        ),
        (
            1,
            values(AttrType::U32, 0, 9),
            &["! station: id | 1 to 4294967295 | 0 to 9"],
        ),
        (
            2,
            lengths(AttrType::NulString, None, Some(7)),
            &["! station: name | up to 15 bytes | up to 7 bytes"],
        ),
        (
            2,
            lengths(AttrType::NulString, Some(1), Some(15)),
            &["  station: name | up to 15 bytes | 1 to 15 bytes"],
        ),
        (
            2,
            of(AttrType::Binary),
            &["! station: name | string | binary"],
        ),
        // An enum implies a range; a kernel may know more entries, or not look.
        (
            3,
            values(AttrType::U8, 0, 2),
            &["  station: sky | 0 to 1 | 0 to 2"],
        ),
        (3, values(AttrType::U8, 0, 255), &[]),
        (
            4,
            Accepts {
                mask: Some(7),
                ..of(AttrType::U32)
            },
            &["  station: caps | bits 0x3 | bits 0x7"],
        ),
        // Exact lengths may be told as one end.
        (7, lengths(AttrType::Binary, None, Some(8)), &[]),
        (
            7,
            lengths(AttrType::Binary, None, Some(9)),
            &["~ station: key | 8 bytes | up to 9 bytes (Old ones take any.)"],
        ),
        (
            12,
            of(AttrType::Flag),
            &["  get do: attribute 12 |  | flag"],
        ),
    ];
    for (number, accepts, expected) in table {
        assert_eq!(accepting(number, accepts.clone()), expected, "{accepts:?}");
    }
}

#[test]
fn what_a_policy_lacks() {
    let lines = found(|kernel| {
        kernel.policies.get_mut(&0).unwrap().remove(&1);
        kernel.policies.get_mut(&1).unwrap().remove(&2);
    });
    assert_eq!(
        lines,
        ["! get do: id | u32 | ", "! place: inside | nest | "]
    );
}

/// As fou's addresses, whose policy is `{ .len = 16 }`: they were called missing.
#[test]
fn what_a_policy_does_not_report() {
    let lines = found(|kernel| {
        let policy = kernel.policies.get_mut(&0).unwrap();
        policy.remove(&6);
        policy.remove(&7);
    });
    let port = "? get do: port | u16 | not reported";
    let key = "? get do: key | binary, 8 bytes | not reported";
    assert_eq!(lines, [port, key]);
    // A number that is greater than any of the family's is not there.
    let beyond = "~ get do: key | binary, 8 bytes |  (Old ones take any.)";
    let shorter = |kernel: &mut Family, max_attribute| {
        let policy = kernel.policies.get_mut(&0).unwrap();
        policy.remove(&6);
        policy.remove(&7);
        kernel.policies.get_mut(&2).unwrap().clear();
        kernel.max_attribute = max_attribute;
    };
    assert_eq!(found(|kernel| shorter(kernel, 6))[..2], [port, beyond]);
    // A policy that has more than the family's is an operation's own.
    assert_eq!(found(|kernel| shorter(kernel, 4))[..2], [port, key]);
    assert_eq!(found(|kernel| shorter(kernel, 0))[..2], [port, key]);
}

/// A nest that two policies describe is compared with both, and one in itself ends.
#[test]
fn nests() {
    let lines = found(|kernel| {
        kernel
            .policies
            .get_mut(&1)
            .unwrap()
            .insert(1, of(AttrType::Flag));
    });
    assert_eq!(lines, ["! place: north | s32 | flag"]);
}
