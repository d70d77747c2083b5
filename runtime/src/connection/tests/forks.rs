//! Processes that are forked share the socket, and are told so.

use super::*;
use crate::link::socket::in_child;

#[test]
fn a_child_takes_no_answer_of_its_parent() {
    let (mut conn, mut kernel) = connection(KERNEL, SMALL);
    kernel.says(&[reply(2, 40), end(2, 0)]);
    let forked = |error: Error| matches!(error, Error::Forked { .. });
    let request = Getfamily::default();
    assert!(in_child(|| {
        forked(conn.call(&request).unwrap_err())
            && forked(conn.dump(&GetfamilyDump::default()).unwrap_err())
            && forked(conn.call_all(&[request]).unwrap().remove(0).unwrap_err())
    }));
    // Nothing was asked by it, and the answer is still there.
    assert_eq!(conn.call(&request).unwrap().family_id, Some(40));
    assert_eq!((kernel.hears().seq, conn.stats().sent), (2, 2));
}

#[test]
fn a_child_opens_its_own_and_its_child_another() {
    let (_parent, _kernel) = connection(KERNEL, SMALL);
    let works = || {
        let (mut conn, mut kernel) = connection(KERNEL, SMALL);
        kernel.says(&[reply(2, 40), end(2, 0)]);
        let works = conn.call(&Getfamily::default()).is_ok();
        (works, conn)
    };
    assert!(in_child(|| {
        let (worked, mut conn) = works();
        let forked = |conn: &mut Connection| {
            let error = conn.call(&Getfamily::default()).unwrap_err();
            matches!(error, Error::Forked { .. })
        };
        worked && in_child(|| forked(&mut conn) && works().0) && !forked(&mut conn)
    }));
}
