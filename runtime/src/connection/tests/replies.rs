//! Requests and what answers them.

use super::*;

#[test]
fn requests_carry_request_and_ack_and_a_dump_its_flag() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[reply(2, 7), end(2, 0)]);
    conn.call(&Getfamily::default()).unwrap();
    kernel.says(&[done(3, 0)]);
    conn.dump(&GetfamilyDump::default()).unwrap();
    for (seq, wanted) in [(2, 0x05), (3, 0x305)] {
        let header = kernel.hears();
        assert_eq!(
            (header.seq, header.flags, header.port_id, header.kind),
            (seq, wanted, PORT_ID, 0x10)
        );
    }
    assert_eq!(conn.stats().sent, 3);
}

#[test]
fn an_acknowledgement_alone_is_no_reply() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[end(2, 0)]);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(matches!(error, Error::NoReply { .. }), "{error}");
    kernel.says(&[end(3, 0)]);
    assert!(
        conn.call_collected(&Getfamily::default())
            .unwrap()
            .is_empty()
    );
    // Some operations end a plain request with DONE.
    kernel.says(&[reply(4, 5)]).says(&[done(4, 0)]);
    let reply = conn.call(&Getfamily::default()).unwrap();
    assert_eq!(reply.family_id, Some(5));
}

#[test]
fn several_replies_are_kept_in_order() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel
        .says(&[reply(2, 1), reply(2, 2)])
        .says(&[reply(9, 66)])
        .says(&[reply(2, 3)])
        .says(&[end(2, 0)]);
    let collected = conn.call_collected(&Getfamily::default()).unwrap();
    let ids: Vec<_> = collected
        .replies()
        .map(|reply| reply.unwrap().family_id.unwrap())
        .collect();
    assert_eq!((ids, collected.len()), (vec![1, 2, 3], 3));
}

/// The first was given, and the others were dropped without a word.
#[test]
fn a_call_that_gets_several_replies_says_so() {
    let (mut conn, mut kernel) = connection(KERNEL, 2 * SMALL);
    // More than the buffer has room for, after a message of somebody else's, in datagrams and between them.
    kernel.says(&[reply(9, 66), reply(2, 8), reply(2, 9)]);
    for _ in 0..4 {
        kernel.says(&[large(2, 30_000)]);
    }
    kernel.says(&[end(2, 0)]);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(
        matches!(error, Error::SeveralReplies { count: 6, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("6 replies"), "{error}");
    // A refusal behind them is one.
    kernel.says(&[reply(3, 8), reply(3, 9), end(3, libc::EPERM)]);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::EPERM));
    kernel.says(&[reply(4, 8), end(4, 0)]);
    assert_eq!(conn.call(&Getfamily::default()).unwrap().family_id, Some(8));
}

/// What is asked for with ECHO, for one: nobody wants a reply.
#[test]
fn replies_to_an_operation_without_any_are_no_error() {
    struct Quiet;

    impl Encode for Quiet {
        const SET: &'static crate::describe::Set = <() as Encode>::SET;

        fn encode(&self, _out: &mut crate::wire::Encoder<'_>) {}
    }

    impl Request for Quiet {
        const OP: &'static Operation = &Operation::new(&nlctrl::FAMILY, "quiet", 9);
        type Reply<'r> = ();
    }

    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[reply(2, 8), reply(2, 9), end(2, 0)]);
    conn.call(&Quiet).unwrap();
}

/// Found by trial: each reply that was kept made the room for the next one smaller.
#[test]
fn many_replies_do_not_make_the_buffer_smaller() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    for _ in 0..4 {
        kernel.says(&[large(2, SMALL - 4)]);
    }
    kernel.says(&[end(2, 0)]);
    let error = conn.call(&Getfamily::default()).unwrap_err();
    assert!(
        matches!(error, Error::SeveralReplies { count: 4, .. }),
        "{error}"
    );
}

#[test]
fn warnings_are_kept_until_the_next_request() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    let mut payload = vec![0; 20];
    let mut out = crate::wire::Encoder::new(&mut payload);
    out.put(1, &Some("deprecated"));
    out.finish().unwrap();
    let warned = message(control::ERROR, flags::CAPPED | flags::ACK_TLVS, 2, &payload);
    kernel.says(&[reply(2, 7), warned]);
    conn.call(&Getfamily::default()).unwrap();
    let text = conn.warning().and_then(|ack| ack.message.as_deref());
    assert_eq!(text, Some("deprecated"));
    kernel.says(&[reply(3, 7), end(3, 0)]);
    conn.call(&Getfamily::default()).unwrap();
    assert!(conn.warning().is_none());
}

#[test]
fn a_family_without_an_id_is_an_error() {
    static LOST: Family = Family::new("lost", 1);
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    let empty = message(0x10, 0, 2, &[1, 2, 0, 0]);
    kernel.says(&[empty, end(2, 0)]);
    let error = conn.family_id(&LOST).unwrap_err().to_string();
    assert!(
        error.ends_with("/family-id: a required attribute is missing"),
        "{error}"
    );
}
