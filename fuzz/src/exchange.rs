//! Bytes as what happens to a connection: requests of every kind, and datagrams for and between them, from the kernel
//! and from others, cut, lost, or with answers that look right. Each request ends, a connection that has been told
//! everything answers as ever, and a subscription comes to the end of what it was told.

mod events;
mod requests;
mod source;

use nlgen_runtime::testing::Script;

use source::{Record, Source};

/// The port id of somebody who is not the kernel.
const FORGER: u32 = 4711;

/// Datagrams and requests in one execution, at most.
const MOST: usize = 32;

/// Plays what the bytes say.
///
/// # Panics
/// When a promise does not hold.
pub fn all(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    match source.byte() & 3 {
        0 => requests::play(requests::generic(), source),
        1 => requests::play(requests::netfilter(), source),
        2 => events::generic(source),
        _ => events::netfilter(source),
    }
}

/// What has been said to a connection.
#[derive(Debug, Default)]
struct Said {
    datagrams: u64,
    forged: u64,
    losses: u64,
    bytes: u64,
}

impl Said {
    /// Says a record as an answer.
    fn say(&mut self, script: &mut Script, record: &Record) {
        let told = match record {
            Record::Loss(count) => {
                let told = script.lose(*count).expect("the connection is there");
                self.losses += u64::from(told);
                return;
            }
            Record::Forged(datagram) => {
                let told = script
                    .say(FORGER, datagram)
                    .expect("the connection is there");
                self.forged += u64::from(told);
                told
            }
            Record::Kernel(datagram) => script.say(0, datagram).expect("the connection is there"),
        };
        self.count(record, told);
    }

    /// Says a record to a group.
    fn tell(&mut self, script: &mut Script, group: u32, record: &Record) {
        match record {
            Record::Kernel(datagram) => {
                let told = script
                    .tell(group, datagram)
                    .expect("the subscription is there");
                self.count(record, told);
            }
            other => self.say(script, other),
        }
    }

    fn count(&mut self, record: &Record, told: bool) {
        if let (Record::Kernel(datagram) | Record::Forged(datagram), true) = (record, told) {
            self.datagrams += 1;
            self.bytes += datagram.len() as u64;
        }
    }
}
