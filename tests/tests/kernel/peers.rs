//! Messages between processes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nlgen_runtime::{Error, Heard, PeerSocket, Raw, Received, Senders};

use crate::namespace::fresh;

const KIND: u16 = 16;
const GROUP: u32 = 7;
const BODY: Raw<'_> = Raw(&[8, 0, 1, 0, 7, 0, 0, 0]);

/// Far beyond what the tests wait.
const LATE: Duration = Duration::from_secs(60);

fn heard(socket: &mut PeerSocket) -> Option<Heard<'_>> {
    match socket.next_within(Duration::ZERO).unwrap()? {
        Received::Event(heard) => Some(heard),
        other => panic!("{other:?}"),
    }
}

#[test]
fn messages_go_both_ways_and_only_wanted_senders_are_heard() {
    fresh(|| {
        let mut server = PeerSocket::open(Senders::Any).unwrap();
        let mut client = PeerSocket::open(Senders::Only(vec![server.port_id()])).unwrap();
        let forger = PeerSocket::open(Senders::Any).unwrap();
        client.send(server.port_id(), KIND, 5, &BODY).unwrap();
        let asked = heard(&mut server).unwrap();
        assert_eq!((asked.sender, asked.group), (client.port_id(), None));
        let header = asked.message.header;
        assert_eq!((header.kind, header.seq), (KIND, 5));
        assert_eq!(asked.message.payload, BODY.0);

        forger.send(client.port_id(), KIND, 5, &BODY).unwrap();
        server.send(client.port_id(), KIND, 6, &BODY).unwrap();
        let told = heard(&mut client).unwrap();
        assert_eq!(
            (told.sender, told.message.header.seq),
            (server.port_id(), 6)
        );
        assert!(heard(&mut client).is_none());
        assert_eq!(client.foreign(), 1);
        client.set_senders(Senders::Any);
        forger.send(client.port_id(), KIND, 7, &BODY).unwrap();
        assert_eq!(heard(&mut client).unwrap().sender, forger.port_id());
    });
}

#[test]
fn groups_are_told_and_losses_are_counted() {
    fresh(|| {
        let teller = PeerSocket::open(Senders::Any).unwrap();
        // Nobody listens, which is no error.
        teller.send_to_group(GROUP, KIND, 1, &BODY).unwrap();
        let mut member = PeerSocket::open(Senders::Any).unwrap();
        member.join(GROUP).unwrap();
        teller.send_to_group(GROUP, KIND, 2, &BODY).unwrap();
        teller.send_to_group(GROUP + 1, KIND, 3, &BODY).unwrap();
        let told = heard(&mut member).unwrap();
        assert_eq!((told.sender, told.group), (teller.port_id(), Some(GROUP)));
        assert_eq!(told.message.header.seq, 2);
        assert!(heard(&mut member).is_none());

        let sent = 5_000;
        for seq in 0..sent {
            teller.send_to_group(GROUP, KIND, seq, &BODY).unwrap();
        }
        let (mut came, mut lost) = (0, 0);
        while let Some(received) = member.next_within(Duration::ZERO).unwrap() {
            match received {
                Received::Event(_) => came += 1,
                Received::Overrun { lost: more } => lost += more,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(came + lost, sent);
        assert!(lost > 0, "the queue has room for all");

        // What is lost before the queue is empty again is told then.
        let tell = || {
            for seq in 0..sent {
                teller.send_to_group(GROUP, KIND, seq, &BODY).unwrap();
            }
        };
        tell();
        let Some(Received::Overrun { lost }) = member.next_within(Duration::ZERO).unwrap() else {
            panic!("it is told at once");
        };
        tell();
        let (mut came, mut losses) = (0, vec![lost]);
        while let Some(received) = member.next_within(Duration::ZERO).unwrap() {
            match received {
                Received::Event(_) => came += 1,
                Received::Overrun { lost } => losses.push(lost),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(came + losses.iter().sum::<u32>(), 2 * sent);
        assert_eq!(losses.len(), 2);
    });
}

/// Longer than the buffer is at first.
fn long() -> Vec<u8> {
    [&60_004u16.to_ne_bytes()[..], &[1, 0], &[0; 60_000]]
        .concat()
        .repeat(2)
}

/// It made the one that was waiting fail, though those of strangers are dropped and counted.
#[test]
fn a_long_message_of_a_stranger_is_dropped_like_a_short_one() {
    fresh(|| {
        let friend = PeerSocket::open(Senders::Any).unwrap();
        let stranger = PeerSocket::open(Senders::Any).unwrap();
        let mut socket = PeerSocket::open(Senders::Only(vec![friend.port_id()])).unwrap();
        let long = long();
        stranger
            .send(socket.port_id(), KIND, 1, &Raw(&long))
            .unwrap();
        friend.send(socket.port_id(), KIND, 2, &BODY).unwrap();
        assert_eq!(heard(&mut socket).unwrap().message.header.seq, 2);
        assert_eq!(socket.foreign(), 1);
        // That of one who is wanted is an error, and there is room for the next.
        let port_id = socket.port_id();
        let send = |seq| friend.send(port_id, KIND, seq, &Raw(&long)).unwrap();
        send(3);
        let error = socket.next_within(Duration::ZERO).unwrap_err();
        assert!(
            error.to_string().contains("longer than the buffer"),
            "{error}"
        );
        send(4);
        assert_eq!(heard(&mut socket).unwrap().message.header.seq, 4);
    });
}

/// 200 milliseconds became 8.5 seconds: the clock was not looked at as long as something came.
#[test]
fn what_strangers_send_does_not_move_the_end_of_a_wait() {
    fresh(|| {
        let mut socket = PeerSocket::open(Senders::Only(vec![1])).unwrap();
        let port_id = socket.port_id();
        let waits = AtomicBool::new(true);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let stranger = PeerSocket::open(Senders::Any).unwrap();
                while waits.load(Ordering::Relaxed) {
                    // The queue may be full.
                    let _ = stranger.send(port_id, KIND, 1, &BODY);
                }
            });
            let begun = Instant::now();
            let soon = Duration::from_millis(50);
            let mut met = Vec::new();
            while met.len() < 4 && begun.elapsed() < LATE {
                let received = match met.len() % 2 {
                    0 => socket.next_within(soon).unwrap(),
                    _ => socket.next_until(Instant::now() + soon).unwrap(),
                };
                // Losses are told in between.
                match received {
                    None => met.push("nothing"),
                    Some(Received::Overrun { .. }) => {}
                    Some(other) => panic!("{other:?}"),
                }
            }
            waits.store(false, Ordering::Relaxed);
            assert_eq!(met.len(), 4, "{:?}", begun.elapsed());
        });
        assert!(socket.foreign() > 0);
    });
}

#[test]
fn what_cannot_be_sent_is_an_error() {
    fresh(|| {
        let socket = PeerSocket::open(Senders::Any).unwrap();
        let gone = PeerSocket::open(Senders::Any).unwrap().port_id();
        for (sent, name) in [
            (socket.send(gone, KIND, 1, &BODY), "ECONNREFUSED"),
            (socket.send_to_group(0, KIND, 1, &BODY), ""),
            (socket.send_to_group(33, KIND, 1, &BODY), ""),
        ] {
            let error = sent.unwrap_err();
            assert!(matches!(error, Error::Io { .. }), "{error}");
            let errno = error.errno().map(|errno| errno.to_string());
            assert!(errno.unwrap_or_default().starts_with(name), "{error}");
        }
    });
}
