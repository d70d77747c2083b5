//! Secrets are shown by nothing but an explicit choice. A canary goes through each place where a spec can have a
//! secret, and through everything in the library that makes text of a message: `Debug`, JSON, errors, the fake
//! kernel, recordings and what is wrong with them, subscriptions, sockets between processes.
//!
//! `nlgen-macros/tests/secrets.rs` has what derives make, `runtime/tests/tracing.rs` what subscribers of `tracing`
//! get.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fmt::{Debug, Display};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use needs::Need;
use nlgen_runtime::describe::Set;
use nlgen_runtime::testing::{FakeKernel, Fault, Refused, Replay, Script};
use nlgen_runtime::wire::{Attr, Attrs, Encoder};
use nlgen_runtime::{
    Arrived, Batch, Connection, Decode, Encode, EncodeError, Errno, Error, EventSet, Events,
    Family, Grouped, List, Message, Operation, PeerSocket, Raw, Received, Request, Senders,
    Subscription,
};
use nlgen_tests::{ethtool, exam, wireguard};
use serde::Serialize;

#[allow(missing_docs, reason = "a spec of the tests")]
mod vault {
    nlgen_macros::family!("specs/vault.yaml");
}

/// The canary as text, as bytes and as a number.
const WORD: &str = "CANARYCANARY";
const KEY: [u8; 32] = [0xC5; 32];
const PIN: u32 = 0xC5C5_C5C5;

/// How the canary could be written, in small letters: hexadecimal with any separator, decimal, characters. No other
/// text of the tests has these.
const TRACES: &[&str] = &[
    "canary",
    "43414e41",
    "43 41 4e",
    "67, 65, 78",
    "c5",
    "197, 197",
    "\u{e5}",
    "3318072773",
];

/// What has been shown, and where a trace of the canary was in it.
#[derive(Default)]
struct Shown {
    leaks: Vec<String>,
    count: usize,
}

impl Shown {
    fn text(&mut self, what: &str, text: &str) {
        self.count += 1;
        let small = text.to_lowercase();
        if let Some(trace) = TRACES.iter().find(|trace| small.contains(**trace)) {
            self.leaks.push(format!("{what} ({trace}): {text}"));
        }
    }

    fn debug(&mut self, what: &str, value: &dyn Debug) {
        self.text(what, &format!("{value:?}"));
        self.text(what, &format!("{value:#?}"));
    }

    fn error<E: std::error::Error>(&mut self, what: &str, error: &E) {
        self.debug(what, error);
        self.display(what, error);
        let mut source = error.source();
        while let Some(error) = source {
            self.debug(what, &error);
            self.display(what, &error);
            source = error.source();
        }
    }

    fn display(&mut self, what: &str, value: &dyn Display) {
        self.text(what, &value.to_string());
        self.text(what, &format!("{value:#}"));
    }

    /// `Debug` and JSON of a message. What is not secret must be in both, or nothing was shown.
    fn message<T: Debug + Serialize>(&mut self, what: &str, message: &T, open: &str) {
        self.debug(what, message);
        let json = serde_json::to_string(message).unwrap();
        self.text(what, &json);
        assert!(format!("{message:?}").contains(open), "{what}: {message:?}");
        assert!(json.contains(open), "{what}: {json}");
    }

    fn finish(self, at_least: usize) {
        assert!(self.leaks.is_empty(), "{}", self.leaks.join("\n"));
        assert!(self.count >= at_least, "only {} texts", self.count);
    }
}

/// The test sees a canary where there is one.
#[test]
fn traces_are_found() {
    for value in [
        format!("{KEY:?}"),
        format!("{KEY:x?}"),
        format!("{WORD:?}"),
        format!("{:?}", WORD.as_bytes()),
        format!("{:x?}", WORD.as_bytes()).replace(", ", " "),
        PIN.to_string(),
        format!("{PIN:#x}"),
        KEY.map(char::from).iter().collect(),
    ] {
        let mut shown = Shown::default();
        shown.text("a canary", &value);
        assert_eq!(shown.leaks.len(), 1, "{value}");
    }
}

/// Calls `use_it` with a request that has the canary at each secret place of the family `vault`.
fn with_request<T>(use_it: impl FnOnce(&vault::Get<'_>) -> T) -> T {
    let lock = vault::Lock::default().id(77).code(&KEY);
    let hidden = vault::Open::default().text(WORD);
    let door = vault::Door::default().name("door").word(WORD);
    let format = vault::LockFormat::Dial((&lock).into());
    let inner = vault::Inner::default().lock(&format);
    let (words, pins, locks) = ([WORD.into(), WORD.into()], [PIN, PIN], [lock, lock]);
    let mut request = vault::Get::default()
        .name("open")
        .word(WORD)
        .key(&KEY)
        .pin(PIN)
        .words(&words)
        .pins(&pins)
        .locks(&locks)
        .spare(&locks)
        .hidden(&hidden)
        .lock(format)
        .inner(&inner)
        .door(&door);
    let floors = [([3], lock)];
    request.by_floor = List::with_keys(&floors);
    use_it(&request)
}

fn vault_bytes() -> Vec<u8> {
    with_request(|request| request.to_bytes().unwrap())
}

#[test]
fn no_secret_of_a_spec_is_in_a_message_as_text() {
    let mut shown = Shown::default();
    with_request(|request| shown.message("a request", request, "77"));
    let bytes = vault_bytes();
    let reply = vault::GetReply::decode(&bytes).unwrap();
    assert_eq!(reply.key, Some(&KEY));
    shown.message("a reply", &reply, "open");
    for (what, value) in [
        ("locks", &reply.locks as &dyn Debug),
        ("spare", &reply.spare),
        ("a lock", &reply.lock),
        ("an inner one", &reply.inner),
        ("by floor", &reply.by_floor),
        ("a door", &reply.door),
        ("a cursor", &reply.locks.iter()),
        ("entries", &reply.by_floor.entries()),
    ] {
        shown.debug(what, value);
    }
    let event = vault::Event::decode_event(2, &bytes).unwrap();
    shown.message("an event", &event, "77");
    let event = vault::Event::decode_event(99, &bytes).unwrap();
    shown.message("an event that the spec does not have", &event, "99");
    shown.debug("as one received", &Received::Event(event));

    // A sub-message without its selector, or with one that has no format.
    for kind in [None, Some("other")] {
        let mut reply = vault::Get::decode(&bytes).unwrap();
        reply.kind = kind.map(Into::into);
        let bytes = reply.to_bytes().unwrap();
        let reply = vault::GetReply::decode(&bytes).unwrap();
        shown.message("a sub-message of an unknown format", &reply, "open");
        shown.debug("its bytes", &reply.lock);
    }
    shown.finish(40);
}

#[test]
fn no_secret_of_a_shipped_spec_is_in_a_message_as_text() {
    let mut shown = Shown::default();
    let header = ethtool::Header::default().dev_name("eth7");
    let wol = ethtool::WolSet::default().header(&header).sopass(&KEY[..6]);
    shown.message("Wake-on-LAN", &wol, "eth7");
    let flash = ethtool::ModuleFwFlashAct::default()
        .header(&header)
        .password(PIN);
    shown.message("a module's password", &flash, "eth7");
    let peers = [wireguard::Wgpeer::default().preshared_key(&KEY)];
    let device = wireguard::SetDevice::default()
        .ifname("wg7")
        .private_key(&KEY)
        .peers(&peers);
    shown.message("a device of WireGuard", &device, "wg7");
    let bytes = exam::Bytes::default().plain("plain").key(&KEY);
    shown.message("the exam", &bytes, "plain");
    let bytes = wol.to_bytes().unwrap();
    let event = ethtool::Event::decode_event(250, &bytes).unwrap();
    shown.message("an unknown event of ethtool", &event, "250");
    shown.finish(15);
}

/// The bytes with the payload of the attribute that holds `secret` a byte shorter.
fn cut(bytes: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut found = bytes.windows(secret.len());
    let at = found.position(|found| found == secret).unwrap();
    let mut cut = bytes.to_vec();
    cut[at - 4] -= 1;
    cut
}

#[test]
fn errors_do_not_quote_secrets() {
    let mut shown = Shown::default();
    let bytes = vault_bytes();
    for secret in [&KEY[..], &PIN.to_ne_bytes()] {
        match vault::GetReply::decode(&cut(&bytes, secret)) {
            Err(error) => shown.error("a secret of another length", &error),
            Ok(reply) => shown.debug("a reply with a shorter secret", &reply),
        }
    }
    for end in 0..bytes.len() {
        match vault::GetReply::decode(&bytes[..end]) {
            Err(error) => shown.error("a reply that was cut", &error),
            Ok(reply) => {
                shown.debug("a reply that was cut", &reply);
                if let Err(error) = serde_json::to_string(&reply) {
                    shown.error("JSON of it", &error);
                }
            }
        }
    }
    // Every byte broken once: lengths and types, too.
    for at in 0..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[at] = bytes[at].wrapping_add(1);
        // A secret whose number is another one's is that one's value.
        let Ok(reply) = vault::GetReply::decode(&bytes) else {
            continue;
        };
        if let Err(error) = serde_json::to_string(&reply) {
            shown.error("JSON of a broken reply", &error);
        }
    }
    let nul = format!("{WORD}\0{WORD}");
    let encode = |request: vault::Get<'_>| -> EncodeError { request.to_bytes().unwrap_err() };
    shown.error(
        "a NUL in a secret",
        &encode(vault::Get::default().word(&*nul)),
    );
    let long = WORD.repeat(6000);
    shown.error(
        "a secret too long",
        &encode(vault::Get::default().word(&*long)),
    );
    shown.debug(
        "a request that cannot be sent",
        &vault::Get::default().word(&*nul),
    );
    let error = serde_json::to_string(&vault::Get::default().word(&*nul)).unwrap_err();
    shown.error("JSON of a request that cannot be sent", &error);
    shown.finish(500);
}

/// A kernel that answers the request with its own attributes, and writes down what it was asked as text.
fn kernel() -> (FakeKernel, Arc<Mutex<Vec<String>>>) {
    let texts = Arc::new(Mutex::new(Vec::new()));
    let kernel = FakeKernel::new();
    let written = Arc::clone(&texts);
    kernel.answer::<vault::Get<'_>>(move |asked| {
        let request: vault::Get<'_> = asked.request()?;
        if request.name.is_none() {
            let refused = Refused::new(Errno::EINVAL).message("no").attribute(&[3]);
            written.lock().unwrap().push(format!("{refused:?}"));
            return Err(refused);
        }
        asked.reply(&request)?;
        written
            .lock()
            .unwrap()
            .push(format!("{asked:?} {asked:#?}"));
        Ok(())
    });
    kernel.answer_dump::<vault::GetDump<'_>>(|asked| {
        let request: vault::Get<'_> = asked.request()?;
        asked.reply(&request)?;
        asked.reply(&request)
    });
    (kernel, texts)
}

/// A file that is gone in the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let name = format!("nlgen-canary-{name}-{}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn a_connection_and_the_fake_kernel_show_no_secret() {
    let mut shown = Shown::default();
    let (kernel, texts) = kernel();
    let mut conn = kernel.connect().unwrap();
    with_request(|request| {
        let reply = conn.call(request).unwrap();
        shown.message("a reply", &reply, "open");
        let collected = conn.call_collected(request).unwrap();
        shown.debug("all replies", &collected);
        shown.debug("replies to be read", &collected.replies());
        shown.debug("messages", &collected.messages());
        for message in collected.messages() {
            shown.debug("a message", &message);
        }
        for answer in conn.call_all(&[*request, *request]).unwrap() {
            shown.debug("an answer of many", &answer);
        }
        let mut refused = *request;
        refused.name = None;
        let error = conn.call(&refused).unwrap_err();
        assert!(
            error.to_string().contains("vault.get/key: EINVAL"),
            "{error}"
        );
        shown.error("a refusal", &error);
        shown.debug("the connection", &conn);
    });
    let bytes = vault_bytes();
    let dump = vault::GetDump::decode(&bytes).unwrap();
    let objects = conn.dump(&dump).unwrap();
    shown.debug("a dump", &objects);
    shown.text("its JSON", &serde_json::to_string(&objects).unwrap());
    for _ in 0..16 {
        kernel.fault(Fault::Interrupted);
    }
    let error = conn.dump(&dump).unwrap_err();
    assert!(matches!(error, Error::Interrupted(_)), "{error}");
    shown.error("an interrupted dump", &error);
    let stream = conn.dump_stream(&dump).unwrap();
    shown.debug("a stream", &stream);
    drop(stream);
    kernel.fault(Fault::Garbage(bytes.clone()));
    shown.debug("a fault", &Fault::Garbage(bytes.clone()));
    shown.debug("untyped", &Raw(&bytes));
    shown.debug("a kernel", &kernel);
    let texts = texts.lock().unwrap();
    assert!(texts.len() > 4);
    for text in &*texts {
        assert!(text.contains("bytes") || text.contains("EINVAL"), "{text}");
        shown.text("what the kernel was asked", text);
    }
    shown.finish(40);
}

#[test]
fn events_show_no_secret() {
    let mut shown = Shown::default();
    let (kernel, _) = kernel();
    kernel.groups(&[vault::group::WATCH]);
    let builder = || Connection::builder().fake_kernel(&kernel);
    let groups = [vault::group::WATCH];
    let mut events = Events::<Grouped<vault::Event<'_>>>::open_with(builder(), &groups).unwrap();
    let mut raw = Subscription::open(builder(), &[&vault::FAMILY], &groups).unwrap();
    for command in [2, 99] {
        with_request(|request| kernel.tell(vault::group::WATCH, command, request).unwrap());
        let event: Received<Arrived<vault::Event<'_>>> = events.next_event().unwrap();
        shown.debug("an event", &event);
        shown.debug("as it came", &raw.next_message().unwrap());
    }
    shown.debug("a subscription", &raw);
    shown.debug("a subscription by type", &events);
    shown.finish(12);
}

#[test]
fn recordings_are_quoted_by_nothing() {
    let mut shown = Shown::default();
    let (kernel, _) = kernel();
    let place = Place::new("recording");
    let builder = Connection::builder().fake_kernel(&kernel);
    let mut conn = builder.record_to(&place.0).open().unwrap();
    with_request(|request| conn.call(request).map(drop).unwrap());
    let text = std::fs::read_to_string(&place.0).unwrap();
    assert!(text.contains(&"c5".repeat(32)), "it holds everything");

    // Another request, from each byte of it on.
    let bytes = vault_bytes();
    for at in 0..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 1;
        let replay = Replay::of(&text).unwrap();
        let mut conn = Connection::builder().replay(&replay).open().unwrap();
        let error = conn.call(&Other(&other)).map(drop).unwrap_err();
        shown.error("another request", &error);
        shown.error("what was not asked", &replay.finish().unwrap_err());
        shown.debug("a recording", &replay);
        shown.debug("a connection to it", &conn);
    }
    // A text that an editor has broken, at each of some places and in several ways.
    for at in (0..text.len()).step_by(7) {
        let (before, behind) = text.split_at(at);
        for glue in ["\n", " ", "=", "\nsent ", " group=", "\nfailed errno=", "x"] {
            if let Err(error) = Replay::of(&format!("{before}{glue}{behind}")) {
                shown.error("a broken recording", &error);
            }
        }
    }
    shown.finish(1000);
}

/// The request of `vault`, with other bytes.
struct Other<'a>(&'a [u8]);

impl Encode for Other<'_> {
    const SET: &'static Set = <vault::Get<'_> as Encode>::SET;

    fn encode(&self, out: &mut Encoder<'_>) {
        out.bytes(self.0);
    }
}

impl Request for Other<'_> {
    const OP: &'static Operation = <vault::Get<'_> as Request>::OP;
    type Reply<'r> = vault::GetReply<'r>;
}

/// A message of netfilter's protocol with the attributes of `vault`: only those may be in a batch.
struct InBatch<'a>(vault::Get<'a>);

impl Encode for InBatch<'_> {
    const SET: &'static Set = <vault::Get<'_> as Encode>::SET;

    fn encode(&self, out: &mut Encoder<'_>) {
        self.0.encode(out);
    }
}

impl Request for InBatch<'_> {
    const OP: &'static Operation = &Operation::new(&NETFILTER, "newvault", 0xA00);
    type Reply<'r> = ();
}

static NETFILTER: Family = Family::raw("vault-batches", 12);

#[test]
fn what_holds_bytes_shows_how_many() {
    let mut shown = Shown::default();
    let bytes = vault_bytes();
    shown.debug("attributes", &Attrs::new(&bytes));
    for attr in Attrs::new(&bytes) {
        let attr: Attr<'_> = attr.unwrap();
        shown.debug("an attribute", &attr);
        shown.debug("the attributes in it", &attr.nested());
    }
    let mut batch = Batch::new();
    with_request(|request| batch.push(0, &InBatch(*request)).map(drop).unwrap());
    shown.debug("a batch", &batch);
    let mut buffer = Vec::new();
    let mut out = Encoder::new(&mut buffer);
    with_request(|request| request.encode(&mut out));
    shown.debug("an encoder", &out);
    let (conn, script) = Script::begin(Connection::builder(), &vault::FAMILY).unwrap();
    shown.debug("a script", &(conn, script));

    // Between processes.
    let (Ok(one), Ok(mut other)) = (
        PeerSocket::open(Senders::Any),
        PeerSocket::open(Senders::Any),
    ) else {
        needs::missing(
            Need::Kernel("NETLINK_USERSOCK"),
            "there are no sockets between processes",
        );
        return shown.finish(20);
    };
    let port_id = other.port_id();
    with_request(|request| one.send(port_id, 20, 1, request).map(drop).unwrap());
    let heard = other.next_within(Duration::from_secs(60)).unwrap();
    let Some(Received::Event(heard)) = heard else {
        panic!("nothing was heard");
    };
    let message: Message<'_> = heard.message;
    assert!(message.payload.len() >= bytes.len());
    shown.debug("what was heard", &heard);
    shown.debug("a message", &message);
    shown.debug("a socket", &one);
    shown.finish(26);
}
