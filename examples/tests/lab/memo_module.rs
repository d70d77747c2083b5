//! The module `memo`, its sender and its receivers.

use std::io::Read;
use std::path::Path;

use nlgen_runtime::{Connection, Errno, Events, Received};

use crate::loaded::{Loaded, run};
use crate::memo::{Event, Get, GetDump, Put, group};
use crate::memo_client::{is_refused_what_does_not_fit, refused, write_and_read};
use crate::program::Program;

const SEND: &str = env!("CARGO_BIN_EXE_memo-send");
const RECEIVE: &str = env!("CARGO_BIN_EXE_memo-recv");
const PROC: &str = "/proc/nlgen_memo";

/// A text in which each line differs, so that a piece in a wrong place is seen.
fn text(lines: usize) -> Vec<u8> {
    let lines = (0..lines).map(|at| format!("{at} Alle meine Entchen schwimmen auf dem See — €\n"));
    lines.collect::<String>().into_bytes()
}

fn send(folder: &Path, text: &[u8]) -> String {
    let path = folder.join("text");
    std::fs::write(&path, text).unwrap();
    run(SEND, &[path.to_str().unwrap()])
}

fn receiver(output: &Path) -> Program {
    Program::listening(RECEIVE, &["--once"], output)
}

#[test]
fn a_text_reaches_two_receivers_one_that_is_late_and_one_that_is_slow() {
    let Some(_module) = Loaded::new("memo") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let text = text(30_000);
    let quick = [receiver(&folder.join("1")), receiver(&folder.join("2"))];
    let slow = receiver(&folder.join("slow"));
    slow.signal("STOP");
    // More than a queue holds.
    assert_eq!(
        send(folder, &text),
        format!("memo 1: {} bytes\n", text.len())
    );
    for receiver in quick {
        let (success, output, errors) = receiver.end();
        assert!(success && output == text, "{errors}");
    }
    let late = receiver(&folder.join("late"));
    let (success, output, errors) = late.end();
    assert!(success && output == text, "{errors}");
    assert_eq!(errors, "");

    slow.signal("CONT");
    let (success, output, errors) = slow.end();
    assert!(success && output == text, "{errors}");
    let lost = errors.strip_suffix(" pieces were lost: reading them again\n");
    let lost: u32 = lost.unwrap_or_else(|| panic!("{errors}")).parse().unwrap();
    // Each piece but the last has 16384 bytes, and the end has a message of its own.
    let pieces = text.len().div_ceil(16384) + 1;
    assert!((1..pieces as u32).contains(&lost), "{lost} of {pieces}");
}

#[test]
fn a_slow_receiver_says_what_is_lost_for_good() {
    let Some(_module) = Loaded::new("memo") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // It reads the beginning of a text before it is stopped.
    let mut conn = Connection::open().unwrap();
    let begun = conn.call(&Put::default().text(b"abc")).unwrap().memo;
    assert_eq!(begun, Some(1));
    let output = folder.join("slow");
    let slow = receiver(&output);
    while std::fs::read(&output).unwrap() != b"abc" {
        std::thread::yield_now();
    }
    slow.signal("STOP");
    let (long, last) = (text(30_000), text(100));
    assert!(send(folder, &long).starts_with("memo 2: "));
    assert!(send(folder, &long).starts_with("memo 3: "));
    assert!(send(folder, &last).starts_with("memo 4: "));
    slow.signal("CONT");
    let (success, output, errors) = slow.end();
    assert!(success, "{errors}");
    assert_eq!(output, [b"abc", &*last].concat(), "{errors}");
    assert!(errors.contains(" pieces were lost"), "{errors}");
    assert!(
        errors.contains(
            "text 1 was replaced: what follows its byte 3 is lost\n2 texts were missed\n"
        ),
        "{errors}"
    );
}

#[test]
fn a_text_of_any_length_is_in_a_file() {
    let Some(_module) = Loaded::new("memo") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(std::fs::read(PROC).unwrap(), b"");
    assert_eq!(send(folder.path(), b""), "memo 1: 0 bytes\n");
    assert_eq!(std::fs::read(PROC).unwrap(), b"");
    let long = text(200_000);
    for text in [b"short".to_vec(), long[..16384].to_vec(), long.clone()] {
        send(folder.path(), &text);
        assert!(std::fs::read(PROC).unwrap() == text, "{} bytes", text.len());
    }
    // In pieces that are not the module's, and from a place of the reader's choice.
    let read = run(
        "sh",
        &[
            "-c",
            &format!("dd if={PROC} bs=777 skip=1000 count=40 status=none"),
        ],
    );
    assert!(read.as_bytes() == &long[777_000..][..777 * 40]);
    // Whoever has the file open reads on in the text that it had.
    let mut file = std::fs::File::open(PROC).unwrap();
    let mut read = vec![0; 1000];
    file.read_exact(&mut read).unwrap();
    send(folder.path(), b"another");
    file.read_to_end(&mut read).unwrap();
    assert!(read == long);
    assert_eq!(std::fs::read(PROC).unwrap(), b"another");
    // 16 MiB are the most, as the module has been loaded.
    let output = std::process::Command::new(SEND).arg("/dev/zero").output();
    let output = output.unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(
        errors.contains("EFBIG") && errors.contains("text"),
        "{errors}"
    );
    assert!(std::fs::metadata(PROC).unwrap().permissions().readonly());
    assert_eq!(std::fs::read(PROC).unwrap().len(), 16 << 20);
}

#[test]
fn the_module_answers_as_the_servers_do() {
    let Some(_module) = Loaded::new("memo") else {
        return;
    };
    let mut conn = Connection::open().unwrap();
    let text = text(20);
    write_and_read(&mut conn, &text, 10);
    write_and_read(&mut conn, &crate::memo_module::text(20_000), 16384);
    is_refused_what_does_not_fit(&mut conn);
    // What the policies check, which are generated: at the attribute by its name.
    let at = |name: &str| Some(name.to_owned());
    let put = |text| Put::default().text(text);
    assert_eq!(
        refused(conn.call(&put(&[b'a'; 16385]))),
        (Errno::ERANGE, at("text"))
    );
    assert_eq!(
        refused(conn.call(&put(b"a").memo(0))),
        (Errno::ERANGE, at("memo"))
    );
    assert_eq!(
        refused(conn.call(&Get::default().room(0))),
        (Errno::ERANGE, at("room"))
    );
    assert_eq!(
        refused(conn.dump(&GetDump::default().room(16385))),
        (Errno::ERANGE, at("room"))
    );
}

#[test]
fn the_module_is_loaded_a_hundred_times_under_a_subscription() {
    let Some(module) = Loaded::new("memo") else {
        return;
    };
    let mut events = Events::<Event>::open(&[group::PIECES]).unwrap();
    for _ in 0..100 {
        let mut conn = Connection::open().unwrap();
        conn.call(&Put::default().text(b"abc").last(true)).unwrap();
        module.reload();
    }
    let mut reloaded = 0;
    while let Some(received) = events.try_next().unwrap() {
        reloaded += u32::from(matches!(received, Received::Reloaded { .. }));
    }
    assert!(reloaded > 0);
}
