//! Many requests at once.

use super::*;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn requests() -> Vec<Getfamily<'static>> {
    let request = |name| Getfamily::default().family_name(name);
    NAMES.into_iter().map(request).collect()
}

/// What became of each request: the id in its reply, or what it failed of.
fn outcomes(conn: &mut Connection, requests: &[Getfamily<'_>]) -> Vec<String> {
    let answers = conn.call_all(requests).unwrap();
    assert_eq!(answers.len(), requests.len());
    let outcomes = answers.iter().map(|answer| match answer {
        Ok(collected) => match collected.reply() {
            Ok(reply) => reply.family_id.unwrap().to_string(),
            Err(Error::NoReply { .. }) => "no reply".to_owned(),
            Err(error) => error.to_string(),
        },
        Err(Error::Kernel(refusal)) => format!("{:?}", refusal.errno()),
        Err(Error::OutcomeUnknown { .. }) => "unknown".to_owned(),
        Err(Error::NotSent { .. }) => "not sent".to_owned(),
        Err(error) => error.to_string(),
    });
    outcomes.collect()
}

/// A kernel that answers requests 2 to 5. The first one goes alone, to tell how long answers are.
fn asked() -> (Connection, Kernel) {
    connection(KERNEL, SMALL)
}

#[test]
fn each_request_has_its_own_answer() {
    let (mut conn, mut kernel) = asked();
    kernel
        .says(&[reply(2, 22), end(2, 0)])
        .says(&[reply(3, 33)])
        .says(&[end(3, 0), end(4, libc::EPERM)])
        .says(&[reply(5, 55), end(5, 0)]);
    assert_eq!(
        outcomes(&mut conn, &requests()),
        ["22", "33", "EPERM", "55"]
    );
    assert_eq!(conn.stats().sent, 5);
    // One datagram for the first, one for the others.
    assert_eq!(kernel.hears().seq, 2);
    assert_eq!(kernel.hears().seq, 3);
    kernel.says(&[reply(6, 66), end(6, 0)]);
    assert_eq!(
        conn.call(&Getfamily::default()).unwrap().family_id,
        Some(66)
    );
    assert_eq!(kernel.hears().seq, 6);
}

/// Found by review: a trace had the answers only.
#[test]
fn an_observer_is_shown_what_is_sent() {
    let (mut conn, mut kernel) = asked();
    let seen = watch(&mut conn);
    kernel
        .says(&[reply(2, 22), end(2, 0)])
        .says(&[reply(3, 33), end(3, 0), reply(4, 44), end(4, 0)])
        .says(&[reply(5, 55), end(5, 0)]);
    assert_eq!(outcomes(&mut conn, &requests()), ["22", "33", "44", "55"]);
    let (out, back) = (Direction::Sent, Direction::Received);
    assert_eq!(
        *seen.lock().unwrap(),
        [
            (out, vec![2]),
            (back, vec![2, 2]),
            (out, vec![3, 4, 5]),
            (back, vec![3, 3, 4, 4]),
            (back, vec![5, 5]),
        ]
    );
}

#[test]
fn answers_of_others_are_not_taken() {
    let (mut conn, mut kernel) = asked();
    let mut foreign = reply(3, 66);
    foreign[12..16].copy_from_slice(&77u32.to_ne_bytes());
    kernel
        .says(&[reply(1, 66), end(1, 0), reply(6, 66), end(6, 0)])
        .says(&[reply(2, 22), end(2, 0)])
        .says(&[foreign, reply(0, 66), message(control::NOOP, 0, 3, &[])])
        .says(&[reply(5, 55), end(5, 0), reply(4, 44), end(4, 0)])
        .says(&[reply(3, 33), end(3, 0)]);
    assert_eq!(outcomes(&mut conn, &requests()), ["22", "33", "44", "55"]);
    // What comes for a request that has ended changes nothing.
    kernel
        .says(&[reply(6, 22), end(6, 0)])
        .says(&[end(7, 0), reply(7, 66), end(7, 0), end(7, libc::EPERM)])
        .says(&[reply(8, 44), end(8, 0), reply(9, 55), end(9, 0)]);
    assert_eq!(
        outcomes(&mut conn, &requests()),
        ["22", "no reply", "44", "55"],
        "what ended stays ended"
    );
}

/// The one from another process, by the socket's address.
#[test]
fn a_forger_answers_nothing() {
    const FORGER: u32 = 4711;
    let (mut conn, mut kernel) = connection(FORGER, SMALL);
    kernel.says(&[reply(1, 66), end(1, 0)]);
    // The family's id is known, so this is the first request.
    assert_eq!(
        outcomes(&mut conn, &requests()),
        ["unknown", "not sent", "not sent", "not sent"]
    );
    assert_eq!(conn.stats().foreign, 1);
}

#[test]
fn an_answer_that_does_not_come_is_unknown_and_what_follows_is_not_sent() {
    let (mut conn, mut kernel) = asked();
    kernel
        .says(&[reply(2, 22), end(2, 0)])
        .says(&[reply(3, 33), end(3, 0), reply(4, 44)]);
    assert_eq!(
        outcomes(&mut conn, &requests()),
        ["22", "33", "unknown", "unknown"]
    );
    // Late ones belong to nobody.
    kernel
        .says(&[end(4, 0), reply(5, 55), end(5, 0)])
        .says(&[reply(6, 66), end(6, 0)]);
    assert_eq!(
        conn.call(&Getfamily::default()).unwrap().family_id,
        Some(66)
    );
    // Of many that do not fit one datagram only those of the first are waited for.
    kernel.says(&[end(7, libc::ENOENT)]);
    let many = vec![Getfamily::default(); 1000];
    let outcomes = outcomes(&mut conn, &many);
    let unknown = outcomes.iter().filter(|outcome| *outcome == "unknown");
    assert_eq!(unknown.count(), 4);
    assert_eq!(
        (outcomes[0].as_str(), outcomes[5].as_str()),
        ("ENOENT", "not sent")
    );
}

#[test]
fn after_a_loss_what_is_missing_is_unknown_and_the_rest_goes_on() {
    let (mut conn, mut kernel) = asked();
    let many: Vec<_> = requests().into_iter().chain(requests()).collect();
    kernel
        .says(&[reply(2, 22), end(2, 0)])
        .says(&[reply(3, 33), end(3, 0)])
        .says(&[message(control::OVERRUN, 0, 0, &[])])
        .says(&[reply(5, 55), end(5, 0)]);
    // The next one goes alone again, and nobody answers it here.
    assert_eq!(
        outcomes(&mut conn, &many),
        [
            "22", "33", "unknown", "55", "unknown", "unknown", "not sent", "not sent"
        ]
    );
    kernel.hears();
    kernel.hears();
    assert_eq!(kernel.hears().seq, 7);
}

#[test]
fn a_reply_that_is_cut_fails_its_request_only() {
    let (mut conn, mut kernel) = connection(KERNEL, 64 * 1024);
    kernel
        .says(&[reply(2, 22), end(2, 0)])
        .says(&[reply(3, 33), end(3, 0)])
        .says(&[large(4, 40_000)])
        .says(&[end(4, 0), reply(5, 55), end(5, 0)]);
    let answers = conn.call_all(&requests()).unwrap();
    let cut: Vec<_> = answers
        .iter()
        .map(|answer| match answer {
            Err(Error::Truncated { needed, .. }) => Some(*needed),
            Err(error) => panic!("{error}"),
            Ok(_) => None,
        })
        .collect();
    assert_eq!(cut, [None, None, Some(40_000), None]);
}

#[test]
fn one_that_cannot_be_written_is_not_sent_and_the_others_are() {
    let (mut conn, mut kernel) = asked();
    let mut requests = requests();
    requests[1] = Getfamily::default().family_name("eth\0tool");
    kernel.says(&[reply(2, 22), end(2, 0)]).says(&[
        reply(3, 33),
        end(3, 0),
        reply(4, 44),
        end(4, 0),
    ]);
    let answers = conn.call_all(&requests).unwrap();
    assert!(matches!(answers[1], Err(Error::Encode { .. })));
    let ids: Vec<_> = [0, 2, 3]
        .map(|n| answers[n].as_ref().unwrap().reply().unwrap().family_id)
        .into();
    assert_eq!(ids, [Some(22), Some(33), Some(44)]);
    assert!(conn.call_all::<Getfamily<'_>>(&[]).unwrap().is_empty());
}

#[test]
fn sequence_numbers_begin_anew_within_a_row() {
    let (mut conn, mut kernel) = asked();
    conn.exchange.skip_to(u32::MAX - 2);
    let last = u32::MAX;
    kernel
        .says(&[reply(last - 1, 22), end(last - 1, 0)])
        .says(&[reply(last, 33), end(last, 0), reply(1, 44), end(1, 0)])
        .says(&[reply(0, 66), end(0, 0), reply(2, 55), end(2, 0)]);
    assert_eq!(outcomes(&mut conn, &requests()), ["22", "33", "44", "55"]);
}

#[test]
fn a_refusal_names_the_attribute_of_its_own_request() {
    let (mut conn, mut kernel) = asked();
    let refused = |seq, offset: u32| {
        let mut payload = (-libc::EINVAL).to_ne_bytes().to_vec();
        payload.resize(20, 0);
        let mut out = crate::wire::Encoder::new(&mut payload);
        out.put(2, &Some(offset));
        out.finish().unwrap();
        let flags = flags::CAPPED | flags::ACK_TLVS;
        message(control::ERROR, flags, seq, &payload)
    };
    kernel
        .says(&[reply(2, 22), end(2, 0)])
        .says(&[reply(3, 33), end(3, 0)])
        .says(&[refused(4, 20), refused(5, 99)]);
    let answers = conn.call_all(&requests()).unwrap();
    let paths: Vec<_> = answers[2..]
        .iter()
        .map(|answer| match answer {
            Err(Error::Kernel(refusal)) => refusal.attribute().map(|path| path.attributes()),
            other => panic!("{:?}", other.as_ref().err()),
        })
        .collect();
    assert_eq!(paths, [Some("family-name".to_owned()), None]);
}

/// The outcome was unknown, without the error number.
#[test]
fn an_error_of_receiving_is_told_with_its_number() {
    let (mut conn, mut kernel) = asked();
    kernel
        .says(&[reply(2, 22), end(2, 0)])
        .says(&[reply(3, 33), end(3, 0)])
        .fails(libc::EIO);
    let answers = conn.call_all(&requests()).unwrap();
    let told: Vec<_> = answers
        .iter()
        .map(|answer| match answer {
            Ok(_) => "answered".to_owned(),
            Err(error) => {
                assert_eq!(error.errno(), Some(Errno::EIO));
                let source = std::error::Error::source(error).unwrap();
                assert!(source.to_string().starts_with("receiving an answer"));
                error.to_string()
            }
        })
        .collect();
    assert_eq!(told[..2], ["answered", "answered"]);
    for text in &told[2..] {
        assert!(
            text.starts_with("nlctrl.getfamily: receiving an answer: ")
                && text.ends_with("; whether the request was carried out is not known"),
            "{text}"
        );
    }
    // Of a batch as well; what was refused before stays refused.
    let (mut conn, mut kernel) = batches::netfilter();
    kernel.fails(libc::EIO);
    let error = conn.commit(&batches::three()).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::EIO));
    assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error}");
    kernel.says(&[end(7, libc::EPERM)]).fails(libc::EIO);
    let Err(Error::Batch(refused)) = conn.commit(&batches::three()) else {
        panic!("it was refused");
    };
    assert!(refused.is_cut());
    assert_eq!(refused.errno(), Errno::EPERM);
}

/// The first request goes alone, also behind some that cannot be written.
#[test]
fn a_family_that_was_loaded_again_is_found_behind_what_is_not_sent() {
    static MOVES: Family = Family::new("moves", 1);
    #[derive(Clone, Copy)]
    struct Move(&'static str);

    impl Encode for Move {
        const SET: &'static crate::describe::Set = <Getfamily<'_> as Encode>::SET;

        fn encode(&self, out: &mut crate::wire::Encoder<'_>) {
            out.put(2, &Some(self.0));
        }
    }

    impl Request for Move {
        const OP: &'static Operation = &Operation::new(&MOVES, "move", 9);
        type Reply<'r> = ();
    }

    let (mut conn, mut kernel) = asked();
    kernel.says(&[object(2, 0, 30), end(2, 0)]);
    assert_eq!(conn.family_id(&MOVES).unwrap(), 30);
    kernel
        .says(&[end(3, libc::ENOENT)])
        .says(&[object(4, 0, 31), end(4, 0)])
        .says(&[end(5, 0)])
        .says(&[end(6, 0)]);
    let answers = conn
        .call_all(&[Move("a\0b"), Move("c"), Move("d")])
        .unwrap();
    assert!(matches!(answers[0], Err(Error::Encode { .. })));
    assert!(answers[1..].iter().all(Result::is_ok), "{answers:?}");
}
