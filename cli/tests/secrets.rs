//! Secrets are shown by `--secrets` and by nothing else. A canary goes through each command and each of its options:
//! values that are wrong, broken JSON, requests that the kernel refuses, messages that are whole or cut, events,
//! tables, pictures, captures, completions.
//!
//! `every_command_and_option_is_tried` reads the help: a new command or option has to be tried here, or be listed
//! as one that has nothing of a message.
//!
//! What is asked of the kernel needs root and `iproute2`, each in a network namespace of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use needs::Need;

/// How the canary `CANARYCANARY` and the key of bytes `c5` could be written, in small letters.
const TRACES: &[&str] = &[
    "canary",
    "43414e4152",
    "43 41 4e 41 52",
    "c5c5c5",
    "c5 c5 c5",
    "c5:c5:c5",
    "3318072773",
];

/// What the scripts have at hand: requests, and the functions that make messages of them.
const PRELUDE: &str = r#"
export NO_COLOR=1
key=c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5
lock="{\"id\": 77, \"code\": \"$key\"}"
request="{\"name\": \"open\", \"word\": \"CANARYCANARY\", \"key\": \"$key\", \"pin\": 3318072773,
  \"words\": [\"CANARYCANARY\"], \"pins\": [3318072773], \"locks\": [$lock], \"spare\": [$lock],
  \"hidden\": {\"text\": \"CANARYCANARY\"}, \"kind\": \"dial\", \"lock\": $lock, \"inner\": {\"lock\": $lock},
  \"by-floor\": {\"floor\": 3, \"id\": 7, \"code\": \"$key\"}, \"door\": {\"name\": \"door\", \"word\": \"CANARYCANARY\"}}"
link='{"ifname": "CANARYCANARY", "linkinfo": {"kind": "veth"}}'
refused='{"ifname": "CANARYCANARYCANARYCANARY", "linkinfo": {"kind": "CANARY-kind"}}'
hex() { "$N" encode vault.yaml get "$request" "$@"; }
"#;

/// What is run for a command, and what it has to print so that something was tried. `$N` is nlgen.
struct Try {
    command: &'static str,
    /// Whether it asks the kernel.
    kernel: bool,
    script: &'static str,
    prints: &'static str,
}

const fn here(command: &'static str, script: &'static str, prints: &'static str) -> Try {
    Try {
        command,
        kernel: false,
        script,
        prints,
    }
}

const fn asks(command: &'static str, script: &'static str, prints: &'static str) -> Try {
    Try {
        kernel: true,
        ..here(command, script, prints)
    }
}

/// All commands that have messages.
const TRIES: &[Try] = &[
    // Values that are wrong: of each kind, in lists and nests.
    here(
        "encode",
        r#"for value in '{"key": "CANARYCANARY"}' '{"key": "c5c5c5"}' '{"pin": "CANARYCANARY"}' '{"pin": 33180727730}' \
               '{"pin": ["CANARYCANARY"]}' '{"word": 3318072773}' '{"words": ["x", 3318072773]}' \
               '{"pins": ["CANARYCANARY"]}' '{"hidden": {"CANARYCANARY": 1}}' '{"hidden": "CANARYCANARY"}' \
               '{"locks": [{"code": "CANARYCANARY"}]}' '{"by-floor": {"floor": 1, "code": "CANARYCANARY"}}' \
               '{"door": {"word": [3318072773]}}' '{"word": "CANARYCANARY\u0000"}'
           do "$N" encode vault.yaml get "$value"; "$N" encode vault.yaml get "$value" --force >/dev/null; done"#,
        "is wanted here",
    ),
    // JSON that is broken, in an argument and on standard input; a request where a name belongs.
    here(
        "encode",
        r#"for broken in '{"word": "CANARYCANARY", "key" }' '{"word": CANARYCANARY}' 'word=CANARYCANARY' \
               '{"word": "CANARYCANARY", "word": "CANARYCANARY"}' '"CANARYCANARY"' '["CANARYCANARY"]'
           do "$N" encode vault.yaml get "$broken"; printf %s "$broken" | "$N" encode vault.yaml get -
              "$N" encode vault.yaml "$broken"; "$N" encode "$broken"; "$N" encode "$broken" get
              "$N" encode vault.yaml get {} "$broken"; "$N" encode vault.yaml get {} --id "$broken"; done"#,
        "cannot be read",
    ),
    // The message itself is what was asked for.
    here(
        "encode",
        r#""$N" encode --dump --create --replace --excl --append --echo --id 40 --seq 9 --body vault.yaml get "$request" >/dev/null
           "$N" encode vault.yaml nothing "$request"; echo done"#,
        "done",
    ),
    here("decode", r#"hex | "$N" decode vault.yaml -"#, "<secret>"),
    here(
        "decode",
        r#"hex | "$N" decode vault.yaml - --json --indices"#,
        "<secret>",
    ),
    here(
        "decode",
        r#"hex | "$N" decode --explain vault.yaml get"#,
        "<secret>",
    ),
    here(
        "decode",
        r#"hex --body | "$N" decode --body --request --dump vault.yaml get --explain"#,
        "<secret>",
    ),
    here(
        "decode",
        r#"hex --body | "$N" decode --body --request vault.yaml get"#,
        "<secret>",
    ),
    // Cut at every eighth byte, with digits that are no bytes, and with another command.
    here(
        "decode",
        r#"whole=$(hex); n=8; while [ $n -lt ${#whole} ]; do
               for how in "" --explain; do
                   printf %s "$whole" | cut -c1-$n | "$N" decode vault.yaml - $how
                   printf %s "$whole" | cut -c1-$((n + 1)) | "$N" decode vault.yaml - $how
                   hex --body | cut -c1-$n | "$N" decode --body --request vault.yaml get $how
               done; n=$((n + 16)); done
           for how in "" --explain; do
               printf %s "$whole" | sed 's/^\(.\{32\}\)../\163/' | "$N" decode vault.yaml - $how
               printf %s "$whole" | sed 's/^......../30000000/' | "$N" decode vault.yaml - $how
               printf %s "$whole" | sed 's/c5c5c5c5/c5x5c5c5/' | "$N" decode vault.yaml - $how
           done"#,
        "<secret>",
    ),
    here(
        "decode",
        r#"for how in "" --explain --json; do "$N" decode vault.yaml - --pcap vault.pcap --id 40 $how; done"#,
        "<secret>",
    ),
    here(
        "decode",
        r#"for how in "" --explain; do "$N" decode --pcap vault.pcap $how; done"#,
        "names: 40",
    ),
    here(
        "decode",
        r#"for how in "" --explain; do "$N" decode --pcap links.pcap links.yaml $how; done"#,
        "<secret>",
    ),
    // The kernel's refusals, with the request; what is sent and received.
    asks(
        "do",
        r#""$N" do links.yaml newlink "$refused""#,
        "the kernel refuses",
    ),
    asks(
        "do",
        r#""$N" do --create --replace --excl --append --echo --ack-only --json --indices --force --timeout 9 \
               --deadline 9 --ns /proc/self/ns/net --trace links.yaml newlink "$refused""#,
        "the kernel refuses",
    ),
    asks(
        "do",
        r#""$N" do links.yaml newlink "$link" --create; "$N" do links.yaml newlink "$link" --create --excl --trace
           "$N" do links.yaml getlink '{"ifname": "CANARYCANARY"}' --trace; "$N" do links.yaml getlink '{"ifi-index": 1}'
           "$N" do links.yaml getlink '{"ifname": 3318072773}'; "$N" do links.yaml getlink '{"ifname": "CANARYCANARY" "'"#,
        "<secret>",
    ),
    asks(
        "dump",
        r#""$N" do links.yaml newlink "$link" --create
           for how in --json --table "--columns ifname,ifi-index" --trace --indices "--timeout 9 --deadline 9 --force"
           do "$N" dump links.yaml getlink $how; done; "$N" dump links.yaml getlink --ns /proc/self/ns/net"#,
        "<secret>",
    ),
    // Events that the spec has, and one that it does not have, which is bytes.
    asks(
        "listen",
        r#"for how in --json --table --indices "--ns /proc/self/ns/net"; do
               "$N" listen links.yaml --count 3 --for 20 $how >said 2>&1 &
               until grep -q ^listening said || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
               ip link add CANARYCANARY type veth; ip link set CANARYCANARY up; ip link del CANARYCANARY
               wait; cat said; done"#,
        "<secret>",
    ),
    asks(
        "batch",
        r#"printf '%s\n' 'sets.yaml newtable --create {"nfgen-family": 1, "name": "CANARYCANARY"}' \
               'sets.yaml newtable --create --excl {"nfgen-family": 1, "name": "CANARYCANARY"}' >good
           for how in --trace --echo --force --indices "--timeout 9 --deadline 9" "--genid 7" "--ns /proc/self/ns/net"
           do "$N" batch good $how; done"#,
        "the kernel refuses",
    ),
    here(
        "batch",
        r#"for line in 'sets.yaml newtable {"name": 3318072773}' 'sets.yaml newtable {"name": "CANARYCANARY" }}' \
               'sets.yaml newtable {"name": CANARYCANARY}' 'sets.yaml name=CANARYCANARY {}' \
               'sets.yaml newtable name=CANARYCANARY {}' '"CANARYCANARY" newtable {}' \
               'sets.yaml newtable {"name": "x"} "CANARYCANARY"' '{"name": "CANARYCANARY"}'
           do printf '%s\n' "$line" | "$N" batch -; done"#,
        "standard input:1",
    ),
    // A shell that completes a line with a secret in it.
    here(
        "completions",
        r#"export COMPLETE=bash _CLAP_COMPLETE_INDEX=5 _CLAP_COMPLETE_COMP_TYPE=9
           "$N" -- nlgen do vault.yaml get "$request" -; echo done"#,
        "done",
    ),
];

/// Commands and options that have nothing of a message.
const WITHOUT: &[(&str, &str)] = &[
    ("check", "specs, and the kernel's policies"),
    ("completions --help", "its output is a script"),
    ("generate", "specs"),
    ("introspect", "the kernel's policies"),
    ("list", "the kernel's families"),
    ("new", "a name, and files of its own"),
    ("spec", "specs"),
];

/// With the choice to show them, secrets are there: what the tests above look for can be seen.
const SHOWN: &[Try] = &[
    here(
        "encode",
        r#""$N" encode vault.yaml get '{"word": "CANARYCANARY" "' --secrets"#,
        "CANARYCANARY",
    ),
    here(
        "decode",
        r#"hex | "$N" decode vault.yaml - --secrets"#,
        "CANARYCANARY",
    ),
    here(
        "decode",
        r#"hex | "$N" decode vault.yaml - --secrets --explain"#,
        "c5 c5 c5",
    ),
    asks(
        "do",
        r#""$N" do links.yaml newlink "$refused" --secrets"#,
        "CANARYCANARY",
    ),
    asks(
        "do",
        r#""$N" do links.yaml newlink "$refused" --secrets --trace"#,
        "43 41 4e 41 52",
    ),
    asks(
        "dump",
        r#""$N" do links.yaml newlink "$link" --create; "$N" dump links.yaml getlink --secrets"#,
        "CANARYCANARY",
    ),
    asks(
        "listen",
        r#""$N" listen links.yaml --count 2 --for 20 --secrets >said 2>&1 &
           until grep -q ^listening said || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
           ip link add CANARYCANARY type veth; wait; cat said"#,
        "CANARYCANARY",
    ),
    asks(
        "batch",
        r#"echo 'sets.yaml newtable {"nfgen-family": 99, "name": "CANARYCANARY"}' | "$N" batch - --secrets --trace"#,
        "CANARYCANARY",
    ),
];

/// rtnetlink's links and netfilter's tables, with their names for secrets.
const LINKS: &str = "
name: links
protocol: netlink-raw
protonum: 0
definitions:
  - name: ifinfomsg
    type: struct
    members:
      - { name: ifi-family, type: u8 }
      - { name: pad, type: pad, len: 1 }
      - { name: ifi-type, type: u16 }
      - { name: ifi-index, type: s32 }
      - { name: ifi-flags, type: u32 }
      - { name: ifi-change, type: u32 }
attribute-sets:
  - name: link
    attributes:
      - { name: ifname, type: string, value: 3, secret: true }
      - { name: linkinfo, type: nest, nested-attributes: info, value: 18 }
      - { name: props, type: nest, nested-attributes: props, value: 52 }
      - { name: alt-ifname, type: string, value: 53, multi-attr: true, secret: true }
  - name: info
    attributes: [ { name: kind, type: string, secret: true } ]
  - name: props
    subset-of: link
    attributes: [ { name: alt-ifname } ]
operations:
  enum-model: directional
  fixed-header: ifinfomsg
  list:
    - name: getlink
      attribute-set: link
      do: &get
        request: { value: 18, attributes: [ ifname ] }
        reply: { value: 16, attributes: [ ifname, linkinfo, props ] }
      dump: *get
    - name: newlink
      attribute-set: link
      do: { request: { value: 16, attributes: [ ifname, linkinfo ] } }
    - { name: newlink-ntf, value: 16, notify: getlink }
mcast-groups: { list: [ { name: link, value: 1 } ] }
";

const SETS: &str = "
name: sets
protocol: netlink-raw
protonum: 12
definitions:
  - name: nfgenmsg
    type: struct
    members:
      - { name: nfgen-family, type: u8 }
      - { name: version, type: u8 }
      - { name: res-id, type: u16, byte-order: big-endian }
attribute-sets:
  - name: table
    attributes: [ { name: name, type: string, secret: true } ]
operations:
  enum-model: directional
  fixed-header: nfgenmsg
  list:
    - name: newtable
      attribute-set: table
      do: { request: { value: 0xa00, attributes: [ name ] } }
";

/// A capture of one datagram.
fn pcap(protocol: u8, datagram: &[u8]) -> Vec<u8> {
    let len = u32::try_from(16 + datagram.len()).unwrap();
    let words = [0xA1B2_C3D4, 0x0004_0002, 0, 0, 65535, 253, 1, 0, len, len];
    let mut file = words.map(u32::to_le_bytes).concat();
    file.extend([0, 4, 3, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, protocol]);
    file.extend(datagram);
    file
}

/// Runs a script in the folder, and gives all that it prints.
fn run(one: &Try, folder: &Path) -> String {
    let script = format!("exec 2>&1\n{PRELUDE}\n{}", one.script);
    let mut command = match one.kernel {
        true => {
            let mut command = Command::new("unshare");
            command.args(["-n", "sh", "-c", &script]);
            command
        }
        false => {
            let mut command = Command::new("sh");
            command.args(["-c", &script]);
            command
        }
    };
    let output = command
        .current_dir(folder)
        .env("N", env!("CARGO_BIN_EXE_nlgen"))
        .env_remove("NLGEN_SPECS")
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The folder that scripts run in, with the specs and captures.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("vault.yaml", include_bytes!("../../tests/specs/vault.yaml"));
    write("links.yaml", LINKS.as_bytes());
    write("sets.yaml", SETS.as_bytes());
    let encoded = |script: &'static str| {
        let hex = run(&here("encode", script, ""), folder.path());
        let hex = hex.trim().as_bytes().chunks(2);
        let bytes = hex.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16));
        bytes.collect::<Result<Vec<u8>, _>>().unwrap()
    };
    write("vault.pcap", &pcap(16, &encoded("hex --id 40")));
    let links = encoded(r#""$N" encode links.yaml newlink "$link" --id 16"#);
    write("links.pcap", &pcap(0, &links));
    folder
}

/// The tries that this machine can make.
fn possible(tries: &[Try]) -> impl Iterator<Item = &Try> {
    let asks = needs::network_namespace()
        && needs::program("ip", "iproute2")
        && needs::program("unshare", "util-linux");
    tries.iter().filter(move |one| asks || !one.kernel)
}

#[test]
fn nothing_shows_a_secret() {
    let folder = folder();
    let mut leaks = Vec::new();
    for one in possible(TRIES) {
        let said = run(one, folder.path());
        if one.command == "batch" && one.kernel && !said.contains(one.prints) {
            needs::missing(
                Need::Kernel("nf_tables"),
                format!("no batch was refused: {said}"),
            );
            continue;
        }
        assert!(
            said.contains(one.prints),
            "{} prints no {}: {said}",
            one.script,
            one.prints
        );
        let small = said.to_lowercase();
        for line in small.lines() {
            if let Some(trace) = TRACES.iter().find(|trace| line.contains(**trace)) {
                leaks.push(format!("{}: {trace}: {line}", one.command));
            }
        }
    }
    let first: Vec<&str> = leaks.iter().take(20).map(String::as_str).collect();
    assert!(
        leaks.is_empty(),
        "{} lines\n{}",
        leaks.len(),
        first.join("\n")
    );
}

#[test]
fn secrets_are_shown_by_choice() {
    let folder = folder();
    for one in possible(SHOWN) {
        let said = run(one, folder.path());
        if one.command == "batch" && said.contains("EPROTONOSUPPORT") {
            needs::missing(Need::Kernel("nf_tables"), said);
            continue;
        }
        assert!(
            said.contains(one.prints),
            "{} shows no {}: {said}",
            one.script,
            one.prints
        );
    }
}

/// The words of the help that begin a line, such as commands, and the options in it.
fn help(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(arguments)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn options(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let long = words.filter(|word| word.starts_with("--") && word.len() > 2);
    long.map(str::to_owned).collect()
}

#[test]
fn every_command_and_option_is_tried() {
    let text = help(&["--help"]);
    let (_, commands) = text.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let lines = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let commands: BTreeSet<&str> = lines
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() > 10, "{commands:?}");
    let mut tried: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for one in TRIES.iter().chain(SHOWN) {
        tried
            .entry(one.command)
            .or_default()
            .extend(options(one.script));
    }
    let mut missing = Vec::new();
    for command in commands.into_iter().filter(|command| *command != "help") {
        if WITHOUT.iter().any(|(without, _)| *without == command) {
            continue;
        }
        let Some(own) = tried.get(command) else {
            missing.push(command.to_owned());
            continue;
        };
        let lines = help(&[command, "--help"]);
        // An option begins its line.
        let begins = lines
            .lines()
            .filter(|line| line.trim_start().starts_with('-'));
        let known = begins.flat_map(|line| {
            options(
                line.split("  ")
                    .find(|part| part.contains("--"))
                    .unwrap_or(""),
            )
        });
        for option in known.filter(|option| option != "--help" && !own.contains(option)) {
            missing.push(format!("{command} {option}"));
        }
    }
    let listed = |name: &String| WITHOUT.iter().any(|(without, _)| without == name);
    missing.retain(|name| !listed(name));
    assert!(missing.is_empty(), "not tried with a secret: {missing:?}");
}
