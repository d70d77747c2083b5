//! What the kernel refuses, and how that reads.

use nlgen_runtime::{Connection, Errno, Error, Events, Family, Group, Refusal};
use nlgen_tests::ethtool::{self, Header};
use nlgen_tests::{conntrack, netdev, rt_link, tcp_metrics};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};

use crate::namespace::{connection, fresh};

fn refusal(error: Error) -> Refusal {
    match error {
        Error::Kernel(refusal) => *refusal,
        other => panic!("{other}"),
    }
}

#[test]
fn a_value_out_of_range_with_its_path_and_policy() {
    fresh(|| {
        let mut conn = Connection::open().unwrap();
        let error = conn
            .call(&netdev::DevGet::default().ifindex(0))
            .unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ERANGE));
        let text = error.to_string();
        assert!(text.starts_with("netdev.dev-get/ifindex: ERANGE"), "{text}");
        assert!(text.contains("integer out of range"), "{text}");
        assert!(
            text.ends_with("; the policy is: at least 1, at most 4294967295, type u32"),
            "{text}"
        );

        let refusal = refusal(error);
        assert_eq!(refusal.attribute().unwrap().attributes(), "ifindex");
        let ack = refusal.ext_ack();
        assert_eq!(ack.message.as_deref(), Some("integer out of range"));
        assert_eq!(ack.offset, Some(20));
        assert_eq!(ack.policy.as_ref().unwrap().min_unsigned, Some(1));
    });
}

#[test]
fn a_missing_attribute_by_name() {
    fresh(|| {
        let mut conn = Connection::open().unwrap();
        let error = conn.call(&ethtool::RingsGet::default()).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::EINVAL));
        let text = error.to_string();
        assert!(text.ends_with("; missing attribute header"), "{text}");
        let refusal = refusal(error);
        assert_eq!(refusal.missing().unwrap().attributes(), "header");
        assert_eq!(refusal.operation().name(), "rings-get");

        let error = conn.call(&netdev::DevGet::default()).unwrap_err();
        let text = error.to_string();
        assert!(text.ends_with("; missing attribute ifindex"), "{text}");
    });
}

#[test]
fn an_attribute_inside_a_nest_by_name() {
    fresh(|| {
        let mut conn = Connection::open().unwrap();
        let header = Header::default().dev_name("nobody");
        let error = conn
            .call(&ethtool::RingsGet::default().header(&header))
            .unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENODEV));
        let text = error.to_string();
        assert!(
            text.starts_with("ethtool.rings-get/header/dev-name: ENODEV"),
            "{text}"
        );
        let flags = ethtool::HeaderFlags::from_bits_retain(1 << 30);
        let header = Header::default().dev_name("lo").flags(flags);
        let error = conn
            .call(&ethtool::RingsGet::default().header(&header))
            .unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with("ethtool.rings-get/header/flags: "),
            "{text}"
        );
    });
}

#[test]
fn an_error_at_a_dumps_end_is_not_an_empty_dump() {
    fresh(|| {
        let mut conn = Connection::open().unwrap();
        let request = netdev::NapiGetDump::default().ifindex(4711);
        let error = conn.dump(&request).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENODEV));
        assert_eq!(refusal(error).operation().name(), "napi-get");
        let mut stream = conn.dump_stream(&request).unwrap();
        let error = stream.next_object().unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENODEV));
        assert!(stream.next_object().unwrap().is_none());
        // The connection goes on.
        assert_eq!(conn.dump(&netdev::DevGetDump::default()).unwrap().len(), 1);
    });
}

#[test]
fn families_and_groups_that_are_not_there() {
    static NOBODY: Family = Family::new("nobody", 1);
    const NOWHERE: Group = Group::new(&ethtool::FAMILY, "nowhere");
    fresh(|| {
        let mut conn = Connection::open().unwrap();
        let error = conn.family_id(&NOBODY).unwrap_err();
        assert!(matches!(error, Error::FamilyNotFound { family: "nobody" }));
        let error = conn.group_id(Group::new(&NOBODY, "any")).unwrap_err();
        assert!(matches!(error, Error::FamilyNotFound { family: "nobody" }));
        let error = conn.group_id(NOWHERE).unwrap_err();
        assert!(matches!(
            error,
            Error::GroupNotFound {
                family: "ethtool",
                group: "nowhere"
            }
        ));
        assert!(conn.group_id(ethtool::group::MONITOR).is_ok());
    });
}

/// In a thread that has given its capabilities up, as root in a container has none for the kernel.
#[test]
fn who_lacks_a_capability_reads_which_and_where() {
    fresh(|| {
        let none = CapabilitySets {
            effective: CapabilitySet::empty(),
            permitted: CapabilitySet::empty(),
            inheritable: CapabilitySet::empty(),
        };
        set_capabilities(None, none).unwrap();
        without_capabilities();
    });
}

fn without_capabilities() {
    const HERE: &str = "CAP_NET_ADMIN in the user namespace that owns the network namespace";
    let mut conn = Connection::open().unwrap();
    let header = Header::default().dev_name("lo");
    let request = ethtool::RingsSet::default().header(&header);
    let error = conn.call(&request).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::EPERM));
    assert_eq!(
        error.to_string(),
        format!("ethtool.rings-set: EPERM (Operation not permitted); it needs {HERE}")
    );

    let request = tcp_metrics::Del::default();
    let error = conn.call(&request).unwrap_err().to_string();
    assert_eq!(
        error,
        "tcp_metrics.del: EPERM (Operation not permitted); it needs CAP_NET_ADMIN in the initial user namespace, \
         which root of a container may not have"
    );

    let mut links = connection(&rt_link::FAMILY);
    let error = links.call(&rt_link::Dellink::default()).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("EPERM (Operation not permitted)"), "{error}");
    assert!(error.ends_with(&format!("; it needs {HERE}")), "{error}");

    let groups = [conntrack::group::NFNLGRP_CONNTRACK_NEW];
    let error = Events::<conntrack::Event<'_>>::open(&groups).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::EPERM));
    assert_eq!(
        format!("{error:?}"),
        "the multicast group \"nfnlgrp-conntrack-new\" of \"conntrack\" cannot be joined: EPERM (Operation not \
         permitted); it needs CAP_NET_ADMIN or CAP_SYS_ADMIN in the user namespace that owns the network namespace"
    );

    let builder = Connection::builder().namespace_name("/proc/self/ns/net");
    let error = builder.open().unwrap_err().to_string();
    assert_eq!(
        error,
        "the network namespace \"/proc/self/ns/net\" cannot be entered: EPERM (Operation not permitted); it needs \
         CAP_SYS_ADMIN in the user namespace that owns it, and in the caller's own"
    );
}
