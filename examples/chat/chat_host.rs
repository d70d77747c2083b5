//! Hosts a chat: serves the family `chat` to other processes, over `NETLINK_USERSOCK`. No kernel has this family.
//!
//! ```text
//! $ cargo run --bin chat_host
//! port id 30412
//! ann joins
//! ann: good morning
//! ```
//!
//! Members use the program `chat` with that port id. What is typed here is said by `host`.

use std::io::{BufRead, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use nlgen_runtime::server::{Call, PeerServer, Refused};
use nlgen_runtime::{Errno, Error, Str};

/// What the spec says, both ends.
pub mod chat {
    nlgen_runtime::family!("chat/chat.yaml", server);
}

use chat::server::{Server, Service};
use chat::{Event, Join, MembersDump, MembersReply, SaidNtf, Say};

/// How often what was typed is looked at, while nobody asks.
const TURN: Duration = Duration::from_millis(20);

/// Who is in the room.
#[derive(Debug, Default)]
struct Room(Vec<Member>);

#[derive(Debug)]
struct Member {
    name: String,
    /// The port id of the socket that it asks with. It is the kernel's word, so nobody can speak for another.
    asks: u32,
    /// The port id of the socket that it listens on.
    hears: u32,
}

impl Server for Room {
    fn join(&mut self, request: &Join<'_>, call: Call<'_>) -> Result<(), Refused> {
        let name = request.name.map(|name| name.to_string_lossy().into_owned());
        let name = name.ok_or_else(|| Refused::missing_attribute("name"))?;
        let hears = request.port_id;
        let hears = hears.ok_or_else(|| Refused::missing_attribute("port-id"))?;
        if self.0.iter().any(|member| member.name == name) {
            let refused = Refused::new(Errno::EEXIST).message("somebody has this name");
            return Err(refused.at("name"));
        }
        print_line(&format!("{name} joins"));
        self.0.push(Member {
            name,
            asks: call.port_id(),
            hears,
        });
        Ok(())
    }

    fn say(&mut self, request: &Say<'_>, mut call: Call<'_>) -> Result<(), Refused> {
        let asks = call.port_id();
        let speaker = self.0.iter().find(|member| member.asks == asks);
        let speaker = speaker.ok_or_else(|| Refused::new(Errno::ENOTCONN).message("join first"))?;
        let said = Event::SaidNtf(SaidNtf {
            name: Some(Str::from(&*speaker.name)),
            text: request.text,
            to: request.to,
        });
        let Some(to) = request.to else {
            let text = request.text.unwrap_or_default();
            print_line(&format!("{}: {text}", speaker.name));
            // To the group that the spec says.
            return call.event(&said);
        };
        let listener = self.0.iter().find(|member| to == *member.name);
        let listener = listener.ok_or_else(|| Refused::new(Errno::ENOENT).at("to"))?;
        call.event_for(listener.hears, &said)
    }

    fn members_dump(
        &mut self,
        _: &MembersDump,
        mut call: Call<'_, MembersDump>,
    ) -> Result<(), Refused> {
        call.objects(self.0.iter().map(|member| MembersReply {
            name: Some(Str::from(&*member.name)),
            port_id: Some(member.hears),
        }))
    }
}

fn main() -> ExitCode {
    match host() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chat_host: {error}");
            ExitCode::FAILURE
        }
    }
}

fn host() -> Result<(), Error> {
    let mut server = PeerServer::open()?;
    server.add(Service(Room::default()))?;
    print_line(&format!("port id {}", server.port_id()));
    let typed = typed();
    loop {
        server.serve_within(TURN)?;
        for line in typed.try_iter() {
            server.event(&Event::SaidNtf(SaidNtf {
                name: Some(Str::from("host")),
                text: Some(Str::from(&*line)),
                to: None,
            }))?;
        }
    }
}

/// The lines that are typed, read by a thread of their own.
fn typed() -> Receiver<String> {
    let (send, receive): (Sender<String>, _) = channel();
    std::thread::spawn(move || {
        let lines = std::io::stdin().lock().lines().map_while(Result::ok);
        lines
            .take_while(|line| send.send(line.clone()).is_ok())
            .count()
    });
    receive
}

/// Prints a line at once, also where it is not a terminal. Nobody need read it.
fn print_line(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
