//! Requests that are not sent, and what is not shown of those that are.

use super::*;

#[test]
fn a_request_that_does_not_encode_is_not_sent() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    let sent = conn.stats().sent;
    let error = conn
        .call(&Getfamily::default().family_name("eth\0tool"))
        .unwrap_err();
    let Error::Encode { error, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(error.reason(), EncodeReason::Nul { at: 3 });
    assert!(error.to_string().contains("/family-name: "), "{error}");
    assert_eq!(conn.stats().sent, sent);
    kernel.says(&[reply(3, 7), end(3, 0)]);
    conn.call(&Getfamily::default()).unwrap();
    assert_eq!(kernel.hears().seq, 3, "the first that was sent");
}

/// Found by review: requests may hold keys, and the connection's output showed their bytes.
#[test]
fn debug_output_does_not_show_requests() {
    let (mut conn, _kernel) = connection(KERNEL, SMALL);
    let _ = conn.call(&Getfamily::default().family_name("zzzz"));
    let shown = format!("{conn:?}");
    assert!(shown.contains("port_id: 9"), "{shown}");
    assert!(!shown.contains("122, 122, 122, 122"), "{shown}");
}

/// Only the lowest 8 bits would be sent: another command than the one that was meant.
#[test]
fn a_command_of_more_than_8_bits_is_not_sent() {
    struct Wide;

    impl Encode for Wide {
        const SET: &'static crate::describe::Set = <() as Encode>::SET;

        fn encode(&self, _out: &mut crate::wire::Encoder<'_>) {}
    }

    impl Request for Wide {
        const OP: &'static Operation = &Operation::new(&nlctrl::FAMILY, "wide", 0x103);
        type Reply<'r> = ();
    }

    let (mut conn, _kernel) = connection(KERNEL, SMALL);
    let sent = conn.stats().sent;
    let error = conn.call(&Wide).unwrap_err();
    assert!(matches!(
        error,
        Error::Encode { error, .. } if error.reason() == EncodeReason::Range
    ));
    assert_eq!(conn.stats().sent, sent);
}
