//! Which request a message answers.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use nlgen::span::Source;
use nlgen_dynamic::{DecodeOptions, Decoded, Family, GENERIC, Mode, Reader, Role};

fn links() -> Family {
    let source = Source::new("links.yaml", include_str!("hostile/links.yaml"));
    Family::new(nlgen::load(source).unwrap())
}

/// A family whose answers lack what `lacks` says.
fn shelf(lacks: &str) -> Family {
    let text = format!(
        "name: shelf
attribute-sets:
  - name: book
    attributes:
      - {{ name: id, type: u32 }}
operations:
  enum-model: directional
  list:
    - name: one
      attribute-set: book
      do: {{ request: {{ value: 1 }}, reply: {{ value: 16, attributes: [ id ] }} }}
      replies-lack: {lacks}
    - name: other
      attribute-set: book
      do: {{ request: {{ value: 2 }}, reply: {{ value: 16, attributes: [ id ] }} }}
      replies-lack: {lacks}
    - name: told
      value: 16
      attribute-set: book
      event: {{ attributes: [ id ] }}
"
    );
    Family::new(nlgen::load(Source::new("shelf.yaml", text)).unwrap())
}

fn message(kind: u16, flags: u16, seq: u32, port_id: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = (16 + body.len() as u32).to_ne_bytes().to_vec();
    bytes.extend([kind, flags].map(u16::to_ne_bytes).as_flattened());
    bytes.extend([seq, port_id].map(u32::to_ne_bytes).as_flattened());
    bytes.extend(body);
    bytes
}

/// What the reader says of a message: the operation, and whether it is an answer.
fn said(reader: &mut Reader<'_>, protocol: u16, bytes: &[u8]) -> (String, bool) {
    let mut decoded: Vec<Decoded<'_>> =
        reader.decode_datagram(protocol, bytes, DecodeOptions::default());
    let known = decoded.remove(0).known.unwrap();
    (
        known.name.unwrap().to_owned(),
        known.role == Role::Reply(Mode::Do),
    )
}

/// Port ids of one protocol have nothing to do with those of another: most programs' first socket of each protocol has
/// the same.
#[test]
fn the_same_port_id_and_sequence_number_in_two_protocols() {
    let (links, shelf) = (links(), shelf("[]"));
    let mut reader = Reader::new();
    reader.add(&links);
    reader.add(&shelf);
    reader.learn(40, "shelf");
    said(&mut reader, 0, &message(18, 1, 5, 7, &[0; 12]));
    said(&mut reader, GENERIC, &message(40, 1, 5, 7, &[2, 1, 0, 0]));
    let link = said(&mut reader, 0, &message(16, 0, 5, 7, &[0; 12]));
    assert_eq!(link, ("get".to_owned(), true));
    // An end in one does not end the other.
    reader.decode_datagram(0, &message(2, 0, 5, 7, &[0; 20]), DecodeOptions::default());
    let book = said(&mut reader, GENERIC, &message(40, 0, 5, 7, &[16, 1, 0, 0]));
    assert_eq!(book, ("other".to_owned(), true));
}

#[test]
fn answers_without_a_port_id_or_a_sequence_number() {
    for (lacks, own) in [
        ("[]", &[][..]),
        ("[ port-id ]", &[(0, 9)]),
        ("[ sequence ]", &[(7, 0)]),
        ("[ port-id, sequence ]", &[(0, 9), (7, 0), (0, 0)]),
    ] {
        let family = shelf(lacks);
        let mut reader = Reader::new();
        reader.assume(&family);
        // The second is the last, whatever comes first.
        for (command, seq) in [(2, 9), (1, 8)] {
            said(
                &mut reader,
                GENERIC,
                &message(40, 1, seq, 7, &[command, 1, 0, 0]),
            );
        }
        let mut answer = |port_id, seq| {
            said(
                &mut reader,
                GENERIC,
                &message(40, 0, seq, port_id, &[16, 1, 0, 0]),
            )
        };
        for (port_id, seq) in [(0, 9), (7, 0), (0, 0)] {
            let expected = match own.contains(&(port_id, seq)) {
                true => ("other".to_owned(), true),
                false => ("told".to_owned(), false),
            };
            assert_eq!(answer(port_id, seq), expected, "{lacks}: {port_id} {seq}");
        }
        // Another port id asked nothing.
        assert_eq!(answer(6, 0).0, "told", "{lacks}");
        // What has ended is answered no more.
        let end = message(2, 0x100, 9, 7, &[0; 20]);
        reader.decode_datagram(GENERIC, &end, DecodeOptions::default());
        let next = said(&mut reader, GENERIC, &message(40, 0, 0, 7, &[16, 1, 0, 0]));
        let expected = match own.contains(&(7, 0)) {
            true => ("one".to_owned(), true),
            false => ("told".to_owned(), false),
        };
        assert_eq!(next, expected, "{lacks}");
    }
}
