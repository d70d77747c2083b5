//! The chat: a host and its members, each a process of its own.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[allow(
    dead_code,
    reason = "shared with the test of the examples for the kernel"
)]
mod namespace;
mod served;

use std::process::Command;

use namespace::Namespace;
use served::{Served, Talking};

const HOST: &str = env!("CARGO_BIN_EXE_chat_host");
const CHAT: &str = env!("CARGO_BIN_EXE_chat");

#[test]
fn members_hear_what_is_said_to_all_and_to_them() {
    // Joining a group needs a privilege, which the keeper of the namespace has.
    let Some(ns) = Namespace::new() else {
        return;
    };
    let mut host = Served::start(ns.command(HOST));
    let port_id = host.port_id.to_string();
    let member = |name: &str| {
        let mut command = ns.command(CHAT);
        command.args([&port_id, name]);
        Talking::start(command)
    };
    let mut ann = member("ann");
    assert_eq!(host.program.line(), "ann joins");
    let mut bob = member("bob");
    assert_eq!(host.program.line(), "bob joins");

    // To the group: all hear it, who says it, too.
    ann.type_line("good morning");
    for program in [&host.program, &ann, &bob] {
        assert_eq!(program.line(), "ann: good morning");
    }
    // To one: the others hear what is said next.
    bob.type_line("@ann hello");
    assert_eq!(ann.line(), "bob (to you): hello");
    host.program.type_line("lunch is ready");
    for program in [&ann, &bob] {
        assert_eq!(program.line(), "host: lunch is ready");
    }
    // Refused by the host, and by the spec.
    bob.type_line("@eve hello");
    let line = bob.line();
    assert!(line.starts_with("(chat.say/to: ENOENT"), "{line}");
    bob.type_line(&"a".repeat(1001));
    let line = bob.line();
    assert!(line.starts_with("(chat.say/text: EINVAL"), "{line}");
}

/// Nobody needs a privilege to host, to ask, and to hear what is said to it alone.
#[test]
fn what_is_said_to_one_is_heard_without_privileges() {
    let user = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments);
        command
    };
    let host = Served::start(user(HOST, &[]));
    let port_id = host.port_id.to_string();
    let members = ["ann", "bob"].map(|name| {
        let member = Talking::start(user(CHAT, &[&port_id, name]));
        // As root it hears all.
        assert_eq!(host.program.line(), format!("{name} joins"));
        member
    });
    let [mut ann, bob] = members;
    ann.type_line("@bob hello");
    let first = bob.line();
    let heard = match first.starts_with('(') {
        true => bob.line(),
        false => first,
    };
    assert_eq!(heard, "ann (to you): hello");
}
