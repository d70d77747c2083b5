//! What clients of the family `memo` do, and what they see, whoever answers: a process, another one, or a kernel module.

use nlgen_runtime::{Connection, Errno, Error};

use crate::memo::{Clear, Get, GetDump, Put};

/// Writes a text in pieces and reads it, whole and in pieces.
pub(crate) fn write_and_read(conn: &mut Connection, text: &[u8], piece: usize) {
    let mut memo = None;
    let mut offset = 0;
    for part in text.chunks(piece) {
        let mut put = Put::default().offset(offset).text(part);
        put.memo = memo;
        put.last = offset + part.len() as u64 == text.len() as u64;
        let written = conn.call(&put).unwrap();
        (memo, offset) = (written.memo, written.length.unwrap());
    }
    assert_eq!(offset, text.len() as u64);

    let whole = conn.dump(&GetDump::default().room(7)).unwrap();
    assert_eq!(whole.len(), text.len().div_ceil(7));
    let mut read = Vec::new();
    for object in &whole {
        let object = object.unwrap();
        assert_eq!(
            (object.memo, object.offset),
            (memo, Some(read.len() as u64))
        );
        read.extend_from_slice(object.text.unwrap());
        assert_eq!(object.last, read.len() == text.len());
    }
    assert_eq!(read, text);

    let part = conn.call(&Get::default().offset(5).room(3)).unwrap();
    assert_eq!((part.text, part.last), (Some(&text[5..8]), false));
    let end = conn
        .call(&Get::default().offset(text.len() as u64))
        .unwrap();
    assert_eq!((end.text, end.last), (None, true));
}

/// The error number of a refusal, and the attribute that is named.
pub(crate) fn refused<T>(result: Result<T, Error>) -> (Errno, Option<String>) {
    match result {
        Err(Error::Kernel(refusal)) => {
            let attribute = refusal.attribute().map(|path| path.attributes());
            (refusal.errno(), attribute)
        }
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("accepted"),
    }
}

/// What the spec says in words, and no policy checks.
pub(crate) fn is_refused_what_does_not_fit(conn: &mut Connection) {
    let at = |name: &str| Some(name.to_owned());
    conn.call(&Clear::default()).unwrap();
    assert_eq!(refused(conn.call(&Get::default())), (Errno::ENOENT, None));
    assert!(conn.dump(&GetDump::default()).unwrap().is_empty());
    let first = conn
        .call(&Put::default().text(b"abc"))
        .unwrap()
        .memo
        .unwrap();
    let more = |memo, offset| Put::default().memo(memo).offset(offset).text(b"d");
    assert_eq!(
        refused(conn.call(&more(first, 2))),
        (Errno::EINVAL, at("offset"))
    );
    assert_eq!(
        refused(conn.call(&Get::default().offset(4))),
        (Errno::ERANGE, at("offset"))
    );
    let next = Put::default().text(b"efg").last(true);
    let second = conn.call(&next).unwrap().memo.unwrap();
    assert_eq!(second, first + 1);
    assert_eq!(
        refused(conn.call(&more(first, 3))),
        (Errno::ESTALE, at("memo"))
    );
    assert_eq!(
        refused(conn.call(&more(second, 3))),
        (Errno::EINVAL, at("memo"))
    );
    assert_eq!(
        refused(conn.call(&Put::default().text(&[]))),
        (Errno::ERANGE, at("text"))
    );
}
