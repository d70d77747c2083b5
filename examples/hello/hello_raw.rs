//! Greets the kernel over a plain netlink socket: a port id of one's own choice, `sendto`, and several messages in one
//! `sendmsg`. The messages are the generated ones.
//!
//! ```text
//! $ cargo run --bin hello-raw 4711 handler Ann
//! port id 4711
//! sendto returned after 1.01 s
//! hello Ann, answer 1
//! …
//! greeting 1 was acknowledged
//! $ cargo run --bin hello-raw 4711 queue Ann Bob
//! port id 4711
//! sendmsg returned after 0.00 s
//! greeting 1 was acknowledged
//! greeting 2 was acknowledged
//! hello Ann, answer 1
//! …
//! ```
//!
//! With the port id 0 the kernel chooses one, which no other program can have.

use std::io::IoSlice;
use std::os::fd::OwnedFd;
use std::process::ExitCode;
use std::time::Instant;

use nlgen_runtime::wire::{Messages, align, control};
use nlgen_runtime::{Decode, Encode, ExtAck, Message, MessageHeader, flags};
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{
    AddressFamily, Protocol, RawProtocol, RecvFlags, SendAncillaryBuffer, SendFlags, SocketType,
    bind, getsockname, recvfrom, sendmsg_addr, sendto, socket,
};

/// What the spec says.
pub mod hello {
    nlgen_runtime::family!("hello/hello.yaml");
}

use hello::{ANSWERS, AnswerNtf, Greet, Where};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// `NETLINK_HELLO`, the protocol's number in the spec.
const NETLINK_HELLO: Option<RawProtocol> = RawProtocol::new(29);
/// `HELLO_CMD_GREET` and `HELLO_CMD_ANSWER_NTF`. Without a header of its own, a message's type says what it is.
const GREET: u16 = 16;
const ANSWER_NTF: u16 = 17;

/// The kernel's address: the port id 0, and no multicast groups.
const KERNEL: SocketAddrNetlink = SocketAddrNetlink::new(0, 0);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (port_id, place, names) = match &*arguments {
        [port_id, place, names @ ..] if !names.is_empty() => (port_id.parse(), &**place, names),
        _ => return usage(),
    };
    let place = match place {
        "handler" => Where::Handler,
        "queue" => Where::Queue,
        _ => return usage(),
    };
    let Ok(port_id) = port_id else {
        return usage();
    };
    match greet(port_id, place, names) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hello-raw: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: hello-raw PORT-ID handler|queue NAME…");
    ExitCode::from(2)
}

fn greet(port_id: u32, place: Where, names: &[String]) -> Outcome {
    let socket = open(port_id)?;
    let begun = Instant::now();
    let call = send(&socket, place, names)?;
    println!(
        "{call} returned after {:.2} s",
        begun.elapsed().as_secs_f64()
    );
    receive(&socket, names.len())
}

/// A socket of the protocol with this port id. Another socket that has it makes this fail (`EADDRINUSE`).
fn open(port_id: u32) -> Outcome<OwnedFd> {
    let protocol = NETLINK_HELLO.map(Protocol::from_raw);
    let socket = socket(AddressFamily::NETLINK, SocketType::RAW, protocol)?;
    bind(&socket, &SocketAddrNetlink::new(port_id, 0))?;
    let name = SocketAddrNetlink::try_from(getsockname(&socket)?)?;
    println!("port id {}", name.pid());
    Ok(socket)
}

/// Sends a greeting for each name: one with `sendto`, several at once with `sendmsg`. Gives the system call's name.
fn send(socket: &OwnedFd, place: Where, names: &[String]) -> Outcome<&'static str> {
    let greetings = (1..)
        .zip(names)
        .map(|(seq, name)| greeting(seq, place, name));
    let greetings = greetings.collect::<Outcome<Vec<_>>>()?;
    if let [greeting] = &*greetings {
        sendto(socket, greeting, SendFlags::empty(), &KERNEL)?;
        return Ok("sendto");
    }
    // One datagram of several messages, which the kernel carries out one after the other.
    let parts: Vec<_> = greetings
        .iter()
        .map(|greeting| IoSlice::new(greeting))
        .collect();
    let mut control = SendAncillaryBuffer::default();
    sendmsg_addr(socket, &KERNEL, &parts, &mut control, SendFlags::empty())?;
    Ok("sendmsg")
}

/// A message: netlink's header, and the attributes. Its length is a multiple of 4, as the next message has to begin
/// there.
fn greeting(seq: u32, place: Where, name: &str) -> Outcome<Vec<u8>> {
    let attributes = Greet::default().name(name).r#where(place).to_bytes()?;
    let header = MessageHeader {
        len: u32::try_from(MessageHeader::LEN + attributes.len())?,
        kind: GREET,
        flags: flags::REQUEST | flags::ACK,
        seq,
        // The kernel knows it, and does not look here.
        port_id: 0,
    };
    let mut message = Vec::new();
    header.write(&mut message);
    message.extend_from_slice(&attributes);
    message.resize(align(message.len()), 0);
    Ok(message)
}

/// Prints what comes until all greetings are acknowledged or refused, and answered.
fn receive(socket: &OwnedFd, mut greetings: usize) -> Outcome {
    let mut buffer = vec![0; 32 << 10];
    let (mut acknowledged, mut answers) = (0, 0);
    while acknowledged < greetings || answers < greetings * usize::try_from(ANSWERS)? {
        let (_, size, sender) = recvfrom(socket, &mut *buffer, RecvFlags::empty())?;
        // The address is the kernel's word. Another process may send here, too, and write any header.
        let sender = sender.map(SocketAddrNetlink::try_from).transpose()?;
        if sender.is_none_or(|sender| sender.pid() != 0) {
            continue;
        }
        for message in Messages::new(buffer.get(..size).unwrap_or_default()) {
            match message.header.kind {
                ANSWER_NTF => {
                    let answer = AnswerNtf::decode(message.payload)?;
                    println!("{}", answer.text.unwrap_or_default());
                    answers += 1;
                }
                control::ERROR if is_acknowledged(&message) => acknowledged += 1,
                control::ERROR => greetings -= 1,
                _ => {}
            }
        }
    }
    Ok(())
}

/// Prints what became of a greeting.
fn is_acknowledged(message: &Message<'_>) -> bool {
    let seq = message.header.seq;
    match ExtAck::from_message(message) {
        Some((0, _)) => {
            println!("greeting {seq} was acknowledged");
            true
        }
        // The kernel's error numbers are negative.
        Some((errno, said)) => {
            let text = said.message.unwrap_or_default();
            println!("greeting {seq} was refused: error {}: {text}", -errno);
            false
        }
        None => false,
    }
}
