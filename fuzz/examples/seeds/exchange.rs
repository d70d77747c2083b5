//! Seeds for the target `exchange`: requests of each kind, answered as the kernel answers them.

use std::fs;
use std::io;

use nlgen_runtime::{Encode, Str};
use nlgen_tests::{nftables, nlctrl};

/// What a record begins with that is a datagram of the kernel's.
const KERNEL: u8 = 2 | 1 << 2;

/// An object to the request that is `ahead` of the last one; another message follows in its datagram.
fn object(ahead: u8, attributes: &[u8]) -> Vec<u8> {
    message(1 | ahead << 2 | 0x80, attributes)
}

/// An acknowledgement of that request.
fn acknowledged(ahead: u8) -> Vec<u8> {
    message(2 | ahead << 2, &[0; 16])
}

/// The end of that dump.
fn done(ahead: u8) -> Vec<u8> {
    message(3 | ahead << 2, &[])
}

fn message(how: u8, body: &[u8]) -> Vec<u8> {
    let head = [how, 0, body.len() as u8];
    [&head[..], body].concat()
}

/// Writes the seeds, and gives how many there are.
pub(crate) fn write() -> io::Result<usize> {
    fs::create_dir_all("corpus/exchange")?;
    let told = nlctrl::GetfamilyReply {
        family_name: Some(Str::from("netdev")),
        family_id: Some(40),
        ..Default::default()
    };
    let family = told.to_bytes().map_err(io::Error::other)?;
    let told = nftables::GettableReply {
        handle: Some(7),
        name: Some(Str::from("t")),
        ..Default::default()
    };
    let table = told.to_bytes().map_err(io::Error::other)?.split_off(4);
    let mut count = 0;
    for (protocol, attributes) in [(0, &family), (1, &table)] {
        for kind in 0..8 {
            for number in 0..4 {
                let mut bytes = vec![protocol];
                for ahead in 1..4 {
                    let end = match kind {
                        2..=4 => done(ahead),
                        _ => acknowledged(ahead),
                    };
                    bytes.extend([&[KERNEL][..], &object(ahead, attributes), &end].concat());
                }
                bytes.push(kind << 2 | number << 5);
                fs::write(format!("corpus/exchange/seed-{count}"), bytes)?;
                count += 1;
            }
        }
    }
    // Events between requests to read them, a loss among them.
    for begin in [&[2, 1, 1][..], &[3]] {
        let event = [&[KERNEL][..], &object(0, &table), &done(0)].concat();
        let bytes = [begin, &event, &[2 << 5], &event, &[1 | 3 << 2], &event].concat();
        fs::write(format!("corpus/exchange/seed-{count}"), bytes)?;
        count += 1;
    }
    Ok(count)
}
