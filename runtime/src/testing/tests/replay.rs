//! Recordings: what they hold, that they answer as the kernel did, and what they say to other requests.

use std::path::PathBuf;

use super::*;
use crate::family::Grouped;

/// A file for a recording, gone in the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let name = format!("nlgen-{name}-{}.recording", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Makes requests of every kind and tells what came of each.
fn exchange(conn: &mut Connection) -> Vec<String> {
    let mut met = Vec::new();
    let told = |result: Result<String, Error>| result.unwrap_or_else(|error| error.to_string());
    // The answers that faults are for come one after another.
    for id in [7, 0, 8, 9, 10, 11] {
        met.push(told(ask(conn, id).map(|id| format!("{id:?}"))));
    }
    let dump = GetpolicyDump::default();
    for _ in 0..2 {
        met.push(told(conn.dump(&dump).map(|all| all.len().to_string())));
    }
    {
        let mut stream = conn.dump_stream(&dump).unwrap();
        for _ in 0..3 {
            met.push(told(stream.next_object().map(|one| format!("{one:?}"))));
        }
    }
    for answer in conn.call_all(&[asking(1), asking(0), asking(3)]).unwrap() {
        met.push(told(
            answer.map(|all| format!("{:?}", all.reply().unwrap().family_id)),
        ));
    }
    met.push(format!("{:?}", conn.stats()));
    met
}

#[test]
fn a_recording_answers_as_the_kernel_did() {
    let kernel = kernel();
    kernel.answer_dump::<GetpolicyDump<'_>>(|asked| {
        (0..100).try_for_each(|id| {
            asked.reply(&GetpolicyReply {
                family_id: Some(id),
                ..Default::default()
            })
        })
    });
    let faults = [
        Fault::Delay(Duration::ZERO),
        Fault::Garbage(vec![0xff; 50]),
        Fault::Overrun,
        Fault::Long(100_000),
        Fault::Forged(4711),
        Fault::Garbage(Vec::from([16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        Fault::Interrupted,
    ];
    for fault in faults {
        kernel.fault(fault);
    }
    let place = Place::new("answers");
    let builder = || Connection::builder().receive_buffer(0, 1 << 20);
    let recorded = builder().fake_kernel(&kernel).record_to(&place.0);
    let recorded = exchange(&mut recorded.open().unwrap());
    assert!(
        recorded[3].contains("did not fit") && recorded[2].contains("lost"),
        "{recorded:?}"
    );

    // Twice: by itself, and to be recorded once more.
    let again = Place::new("again");
    for builder in [builder(), builder().record_to(&again.0)] {
        let replay = Replay::load(&place.0).unwrap();
        let mut conn = builder.replay(&replay).open().unwrap();
        assert_eq!(exchange(&mut conn), recorded);
        replay.finish().unwrap();
        // After the end nobody answers.
        let error = ask(&mut conn, 7).unwrap_err().to_string();
        assert!(
            error.contains("comes after the recording's end, line"),
            "{error}"
        );
    }
    let [first, second] = [&place, &again].map(|place| std::fs::read_to_string(&place.0).unwrap());
    // But for the request that came after the end.
    let kept = first.lines().count();
    assert!(second.lines().take(kept).eq(first.lines()));
    assert!(
        first.contains("\nfailed errno=105\nlost count=1\n"),
        "{first}"
    );
    assert!(first.contains("\nreceived from=4711 "), "{first}");
    assert!(first.contains("\nreceived length="), "{first}");
}

/// A recording of two requests to the family `test`.
fn recording() -> String {
    let place = Place::new(&format!("two-{:?}", std::thread::current().id()));
    let builder = Connection::builder().fake_kernel(&kernel());
    let mut conn = builder.record_to(&place.0).open().unwrap();
    for id in [7, 8] {
        ask(&mut conn, id).unwrap();
    }
    std::fs::read_to_string(&place.0).unwrap()
}

fn connect(replay: &Replay) -> Connection {
    Connection::builder().replay(replay).open().unwrap()
}

#[test]
fn another_request_is_told_where_it_differs() {
    let text = recording();
    // The family is asked for in line 4, and answered in two.
    let replay = Replay::of(&text).unwrap();
    let mut conn = connect(&replay);
    assert_eq!(ask(&mut conn, 7).unwrap(), Some(7));
    let error = ask(&mut conn, 9).unwrap_err();
    // The byte of the u16 that is not 0, in this machine's order.
    let at = 24 + usize::from(cfg!(target_endian = "big"));
    assert_eq!(
        error.to_string(),
        format!(
            "sending a request: the recording: request 3 differs from the recorded one of line 10: byte {at}, \
             attribute 1 of message 1, differs"
        )
    );
    let replay = Replay::of(&text).unwrap();
    let answers = connect(&replay).call_all(&[asking(7), asking(9)]).unwrap();
    let error = answers[1].as_ref().unwrap_err().to_string();
    assert!(error.contains("attribute 1 of message"), "{error}");
    // Nothing is answered any more.
    assert!(ask(&mut conn, 8).is_err());
    let error = replay.finish().unwrap_err().to_string();
    assert!(
        error.ends_with("a request differed from the recorded one"),
        "{error}"
    );
}

#[test]
fn a_request_that_was_not_made_is_told() {
    let replay = Replay::of(&recording()).unwrap();
    ask(&mut connect(&replay), 7).unwrap();
    let error = replay.finish().unwrap_err().to_string();
    assert!(
        error.ends_with("the request of line 10 was not made"),
        "{error}"
    );
}

#[test]
fn a_recording_is_for_one_connection_of_its_protocol() {
    static LINKS: Family = Family::raw("links", 0);
    let replay = Replay::of(&recording()).unwrap();
    let builder = Connection::builder().family(&LINKS).replay(&replay);
    let error = builder.open().unwrap_err().to_string();
    assert!(
        error.ends_with("it is one of the netlink protocol 16, not of 0"),
        "{error}"
    );
    let _conn = connect(&replay);
    let error = Connection::builder().replay(&replay).open().unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("a connection has it already; each needs its own")
    );
}

#[test]
fn lines_that_are_wrong_are_told() {
    let head = "nlgen-recording 1\nsocket protocol=16 port-id=9\n";
    for (text, expected) in [
        ("", "line 1: a recording begins with \"nlgen-recording 1\""),
        ("nlgen-recording 2\n", "line 1: a recording begins with"),
        ("\n# Mine.\nnlgen-recording 1", "line 4: the second line is"),
        (
            "nlgen-recording 1\nsocket protocol=16",
            "line 2: the second line is",
        ),
        (
            "nlgen-recording 1\nsocket protocol=x port-id=9",
            "line 2: protocol is no number",
        ),
        (
            "nlgen-recording 1\nsocket protocol=16 port-id=9 mtu=3",
            "line 2: `socket` has no `mtu=`",
        ),
        (
            "sent 0",
            "line 3: the bytes are not pairs of hexadecimal digits",
        ),
        ("sent 0g", "line 3: the bytes are not pairs"),
        ("sent 12\u{e9}3", "line 3: the bytes are not pairs"),
        ("#\n\nreceived group=-1 00", "line 5: group is no number"),
        ("failed", "line 3: `failed` needs `errno=NUMBER`"),
        (
            "failed errno=1 2",
            "line 3: `failed` has a word that is no `key=value`",
        ),
        (
            "failed errno=0",
            "line 3: errno is 0, not within 1 and 4095",
        ),
        ("failed errno=-5", "line 3: errno is -5, not within"),
        ("failed errno=99999999999", "line 3: errno is no number"),
        (
            "received length=1 0011",
            "line 3: length is 1, and 2 bytes follow",
        ),
        (
            "received length=4294967296 00",
            "line 3: length is no number, or one that is too large",
        ),
        (
            "received length=18446744073709551615 00",
            "line 3: length is no number, or one that is too large",
        ),
        ("lost count=4294967296", "line 3: count is no number"),
        ("lost errno=1", "line 3: `lost` needs `count=NUMBER`"),
        ("forgot 12", "line 3: it begins with none of"),
        // A line of a key that an editor broke.
        ("c5d7c5d7 c5d7=c5d7", "line 3: it begins with none of"),
    ] {
        let whole = match text.contains("recording") || text.is_empty() {
            true => text.to_owned(),
            false => format!("{head}{text}"),
        };
        let error = Replay::of(&whole).unwrap_err().to_string();
        let expected = format!("reading a recording: the recording, {expected}");
        assert!(error.starts_with(&expected), "{text:?}: {error}");
    }
    let error = Replay::load("/nowhere/at.all").unwrap_err().to_string();
    assert!(
        error.starts_with("reading a recording: /nowhere/at.all: "),
        "{error}"
    );
    Replay::of(&format!("  {head}\n# Nothing.\nsent 00 11\n")).unwrap();
}

/// A datagram's length is a number in the text, of any size: nothing is allocated by it.
#[test]
fn a_length_beyond_the_bytes_is_not_allocated() {
    let whole = recording();
    for (length, expected) in [
        (
            u32::MAX,
            "a datagram of 4294967295 bytes did not fit the receive buffer",
        ),
        (
            3,
            "the recording has 1 of 3 bytes of a datagram, which fits the receive buffer; the buffer was \
             smaller when it was recorded",
        ),
    ] {
        let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
        let last = lines.iter().rposition(|line| line.starts_with("sent"));
        lines.insert(last.unwrap() + 1, format!("received length={length} 00"));
        let mut conn = connect(&Replay::of(&lines.join("\n")).unwrap());
        assert_eq!(ask(&mut conn, 7).unwrap(), Some(7));
        let error = ask(&mut conn, 8).unwrap_err().to_string();
        assert!(error.contains(expected), "{length}: {error}");
    }
}

#[test]
fn a_recording_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new("mode");
    let mode = || std::fs::metadata(&place.0).unwrap().permissions().mode() & 0o777;
    let record = || {
        let builder = Connection::builder().fake_kernel(&kernel());
        let mut conn = builder.record_to(&place.0).open().unwrap();
        ask(&mut conn, 7).unwrap();
    };
    record();
    assert_eq!(mode(), 0o600, "a new file");
    std::fs::write(&place.0, "longer than a recording\n".repeat(1000)).unwrap();
    std::fs::set_permissions(&place.0, std::fs::Permissions::from_mode(0o666)).unwrap();
    record();
    assert_eq!(mode(), 0o600, "a file that others could read");
    Replay::load(&place.0).unwrap();
}

#[test]
fn events_are_recorded_with_groups_and_losses() {
    let place = Place::new("events");
    let kernel = kernel();
    kernel.groups(&[NEWS]);
    let builder = Connection::builder()
        .fake_kernel(&kernel)
        .record_to(&place.0);
    let mut events = Events::<Grouped<News>>::open_with(builder, &[NEWS]).unwrap();
    let event = |id| GetfamilyReply {
        family_id: Some(id),
        ..Default::default()
    };
    for id in [1, 2] {
        kernel.tell(NEWS, 9, &event(id)).unwrap();
        kernel.lose(NEWS, 3);
    }
    fn there(events: &mut Events<Grouped<News>>) -> Vec<String> {
        let mut met = Vec::new();
        while let Some(received) = events.try_next().unwrap() {
            met.push(format!("{received:?}"));
        }
        met
    }
    let recorded = there(&mut events);
    assert!(
        recorded[0].contains("(9, Some(1))") && recorded[0].contains("\"news\""),
        "{recorded:?}"
    );
    assert_eq!(recorded[1], "Overrun { lost: 6 }");

    let replay = Replay::load(&place.0).unwrap();
    let builder = Connection::builder().replay(&replay);
    let mut events = Events::<Grouped<News>>::open_with(builder, &[NEWS]).unwrap();
    assert_eq!(there(&mut events), recorded);
    replay.finish().unwrap();
    // Who waits for more is not left waiting.
    let error = events.next_event().unwrap_err().to_string();
    assert!(
        error.contains("nothing comes after its end, line"),
        "{error}"
    );
}
