//! Skeletons of made-up families in the shapes that the kernel's have, with headers in the styles of theirs.

use nlgen::span::Source;
use nlgen_runtime::nlctrl::{AttrType, OpFlags};

use super::{Choices, Skeleton, scan};
use crate::live::{Accepts, Family, Operation, Policy};

fn policy(attributes: &[(u16, AttrType)]) -> Policy {
    let accepts = |kind| Accepts {
        kind,
        range: None,
        mask: None,
        min_len: None,
        max_len: None,
        nested: None,
    };
    let attributes = attributes.iter();
    attributes
        .map(|(number, kind)| (*number, accepts(*kind)))
        .collect()
}

const DO: OpFlags = OpFlags::CMD_CAP_DO;
const DUMP: OpFlags = OpFlags::CMD_CAP_DUMP;

fn operation(command: u32, flags: OpFlags, doit: Option<u32>, dump: Option<u32>) -> Operation {
    Operation {
        command,
        flags,
        doit,
        dump,
    }
}

/// The skeleton as text, and the model of it.
fn made(family: &Family, header: &str) -> (String, nlgen::model::Family) {
    let mut skeleton = Skeleton::of(family);
    skeleton.name_by(&scan(header), &Choices::new());
    let text = skeleton.yaml(&["made".to_owned()]);
    let model = nlgen::load(Source::new("made.yaml", text.clone()));
    (
        text.clone(),
        model.unwrap_or_else(|error| panic!("{error}\n{text}")),
    )
}

/// A line for each operation, event and set.
fn outline(family: &Family, header: &str) -> Vec<String> {
    let (_, model) = made(family, header);
    let mut lines = Vec::new();
    for one in &model.operations {
        let command = one.doit.as_ref().or(one.dump.as_ref()).unwrap().command;
        lines.push(format!("{command} {}", one.name));
    }
    for one in &model.notifications {
        lines.push(format!("{} event {}", one.command, one.name));
    }
    for set in &model.sets {
        let attributes = set.attributes.iter();
        let attributes = attributes.map(|one| format!("{} {}", one.number, one.name));
        let attributes: Vec<String> = attributes.collect();
        lines.push(format!("{}: {}", set.name, attributes.join(", ")));
    }
    lines
}

/// As gtp: operation 0 is a `do`, the prefix of attributes is one word, the dump has no policy.
#[test]
fn a_prefix_of_the_family_s_name_and_an_a() {
    let family = Family {
        name: "gtp".to_owned(),
        max_attribute: 4,
        operations: vec![
            operation(0, DO, Some(0), None),
            operation(2, DO | DUMP, Some(0), None),
            operation(3, DUMP, None, None),
        ],
        policies: [(0, policy(&[(1, AttrType::U32), (2, AttrType::U32)]))].into(),
        ..Family::default()
    };
    let header = "
        enum gtp_cmds { GTP_CMD_NEW, GTP_CMD_DEL, GTP_CMD_GET, GTP_CMD_ECHO, GTP_CMD_MAX };
        enum gtp_version { GTP_V0 = 0, GTP_V1, };
        enum gtp_attrs { GTPA_UNSPEC = 0, GTPA_LINK, GTPA_VERSION, GTPA_PEER, GTPA_PAD, __GTPA_MAX, };
    ";
    assert_eq!(
        outline(&family, header),
        [
            "0 new",
            "2 get",
            "3 echo",
            "gtp: 1 link, 2 version, 3 peer, 4 pad"
        ]
    );
    let (text, model) = made(&family, header);
    // What only the header has may be asked with, where the kernel has a policy.
    let new = model.message(model.operations[0].doit.as_ref().unwrap().request);
    assert_eq!(new.fields, [0, 1, 2]);
    let dumped = model.message(model.operations[2].dump.as_ref().unwrap().request);
    assert!(dumped.fields.is_empty());
    assert!(text.contains("- peer # not reported"), "{text}");
}

/// As VFS_DQUOT and acpi_event: groups, and neither operations nor policies.
#[test]
fn families_that_only_send() {
    let family = Family {
        name: "VFS_DQUOT".to_owned(),
        max_attribute: 3,
        groups: vec!["events".to_owned()],
        ..Family::default()
    };
    let header = "
        enum { QIF_BLIMITS_B = 0, QIF_SPACE_B, QIF_ILIMITS_B, QIF_INODES_B };
        enum { QUOTA_NL_C_UNSPEC, QUOTA_NL_C_WARNING, __QUOTA_NL_C_MAX, };
        enum { QUOTA_NL_A_UNSPEC, QUOTA_NL_A_QTYPE, QUOTA_NL_A_ID /* u64 */, QUOTA_NL_A_PAD,
               __QUOTA_NL_A_MAX, };
    ";
    assert_eq!(
        outline(&family, header),
        ["1 event warning", "vfs-dquot: 1 qtype, 2 id, 3 pad"]
    );
    let (text, _) = made(&family, header);
    assert!(text.contains("type: u64"), "{text}");

    let family = Family {
        name: "acpi_event".to_owned(),
        max_attribute: 1,
        groups: vec!["acpi_mc_group".to_owned()],
        ..Family::default()
    };
    let header = "
        enum { ACPI_GENL_ATTR_UNSPEC, ACPI_GENL_ATTR_EVENT, __ACPI_GENL_ATTR_MAX, };
        #define ACPI_GENL_ATTR_MAX (__ACPI_GENL_ATTR_MAX - 1)
        enum { ACPI_GENL_CMD_UNSPEC, ACPI_GENL_CMD_EVENT, __ACPI_GENL_CMD_MAX, };
    ";
    assert_eq!(
        outline(&family, header),
        ["1 event event", "acpi-event: 1 event"]
    );
    // Without a header there is nothing to say.
    assert_eq!(outline(&family, ""), [""; 0]);
}

/// As SMC_GEN_NETLINK: commands without a word for that, a policy of one operation that looks like the first
/// level of all answers, but for the types in the comments.
#[test]
fn commands_by_their_verbs_and_attributes_by_their_types() {
    let family = Family {
        name: "SMC_GEN_NETLINK".to_owned(),
        max_attribute: 1,
        operations: vec![
            operation(1, DUMP, None, Some(0)),
            operation(2, DUMP, None, Some(0)),
            operation(3, DO, Some(1), None),
            operation(4, DO, Some(1), None),
        ],
        policies: [(1, policy(&[(1, AttrType::NulString)]))].into(),
        ..Family::default()
    };
    let header = "
        enum { SMC_NETLINK_GET_SYS = 1, SMC_NETLINK_GET_LINK, SMC_NETLINK_ADD_EID, SMC_NETLINK_REMOVE_EID };
        enum {
            SMC_GEN_UNSPEC,
            SMC_GEN_SYS,  /* nest */
            SMC_GEN_LINK, /* nest */
            __SMC_GEN_MAX,
        };
        enum {
            SMC_NLA_HS_UNSPEC,
            SMC_NLA_HS_ENABLED, /* u8 */
            __SMC_NLA_HS_MAX,
        };
        enum {
            SMC_NLA_EID_UNSPEC,
            SMC_NLA_EID_ENTRY, /* string */
            __SMC_NLA_EID_MAX,
        };
    ";
    assert_eq!(
        outline(&family, header),
        [
            "1 get-sys",
            "2 get-link",
            "3 add-eid",
            "4 remove-eid",
            "smc-gen-netlink: 1 sys, 2 link",
            "eid: 1 entry",
            "unreported: "
        ]
    );
}

/// As batman-adv and nl80211: entries that count the others; sets inside themselves.
#[test]
fn entries_that_count_and_sets_inside_themselves() {
    let mut own = policy(&[(1, AttrType::U32), (2, AttrType::NestedArray)]);
    own.get_mut(&2).unwrap().nested = Some(0);
    let family = Family {
        name: "bat".to_owned(),
        max_attribute: 3,
        groups: vec!["news".to_owned()],
        operations: vec![operation(1, DO, Some(0), None)],
        policies: [(0, own)].into(),
        ..Family::default()
    };
    let header = "
        enum bat_nl_attrs {
            BAT_ATTR_UNSPEC, BAT_ATTR_VERSION, BAT_ATTR_LINKS, BAT_ATTR_ADDRESS,
            __BAT_ATTR_AFTER_LAST, NUM_BAT_ATTR = __BAT_ATTR_AFTER_LAST,
            BAT_ATTR_MAX = __BAT_ATTR_AFTER_LAST - 1
        };
        enum bat_nl_commands { BAT_CMD_UNSPEC, BAT_CMD_GET, BAT_CMD_CHANGED, __BAT_CMD_AFTER_LAST };
    ";
    assert_eq!(
        outline(&family, header),
        [
            "1 get",
            "2 event changed",
            "bat: 1 version, 2 links, 3 address"
        ]
    );
}

/// What many messages have is written once.
#[test]
fn long_lists_are_written_once() {
    let attributes: Vec<(u16, AttrType)> = (1..=20).map(|number| (number, AttrType::U8)).collect();
    let family = Family {
        name: "long".to_owned(),
        max_attribute: 20,
        operations: (1..=9)
            .map(|n| operation(n, DO | DUMP, Some(0), None))
            .collect(),
        policies: [(0, policy(&attributes))].into(),
        ..Family::default()
    };
    let (text, model) = made(&family, "");
    assert_eq!(text.matches("attributes: &long-1").count(), 1);
    assert_eq!(text.matches("attributes: *long-1").count(), 9 + 18 - 1);
    for operation in &model.operations {
        let reply = operation.dump.as_ref().unwrap().reply.unwrap();
        assert_eq!(model.message(reply).fields.len(), 20);
    }
}
