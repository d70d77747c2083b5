//! The values of secret attributes are shown nowhere: not by `Debug` of what holds them, in whatever depth,
//! not by errors, not by what holds the bytes alone.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fmt::{Debug, Display};

use nlgen_runtime::wire::{Attrs, Encoder, Messages};
use nlgen_runtime::{Connection, Decode, Dump, Encode, Request, Show};

#[allow(missing_docs, reason = "a spec of the repository")]
mod wireguard {
    nlgen_runtime::family!("../specs/wireguard.yaml");
}

const PRIVATE: [u8; 32] = [0xC5; 32];
const PRESHARED: [u8; 32] = [0xD7; 32];
/// Not secret: it must be seen, or the test sees nothing.
const PUBLIC: [u8; 32] = [0x3B; 32];

/// How the bytes of the keys could be written, in small letters: in hexadecimal, in decimal, as a character.
const TRACES: &[&str] = &[
    "c5", "d7", "197", "215", "\u{e5}", "\u{d7}", "hush", "104, 117",
];

/// What has been shown, and whether a trace of a secret was in it.
#[derive(Default)]
struct Shown {
    leaks: Vec<String>,
    count: usize,
}

impl Shown {
    fn text(&mut self, what: &str, text: &str) {
        self.count += 1;
        let small = text.to_lowercase();
        if TRACES.iter().any(|trace| small.contains(trace)) {
            self.leaks.push(format!("{what}: {text}"));
        }
    }

    fn debug(&mut self, what: &str, value: &dyn Debug) {
        self.text(what, &format!("{value:?}"));
        self.text(what, &format!("{value:#?}"));
    }

    fn error<E: Debug + Display>(&mut self, what: &str, error: &E) {
        self.debug(what, error);
        self.text(what, &error.to_string());
        self.text(what, &format!("{error:#}"));
    }

    /// Fails when there was a trace, or when less was shown than the test has.
    fn finish(self, at_least: usize) {
        assert!(self.leaks.is_empty(), "{}", self.leaks.join("\n"));
        assert!(self.count >= at_least, "only {} texts", self.count);
    }
}

/// The bytes of a device with a peer, as in a reply.
fn device() -> Vec<u8> {
    let peers = [wireguard::Wgpeer::default()
        .public_key(&PUBLIC)
        .preshared_key(&PRESHARED)];
    let device = wireguard::SetDevice::default()
        .ifname("wg0")
        .private_key(&PRIVATE)
        .peers(&peers);
    device.to_bytes().unwrap()
}

/// Cuts the payload of the first attribute that holds `key` by a byte, so that its length is wrong.
fn cut(bytes: &[u8], key: &[u8; 32]) -> Vec<u8> {
    let at = bytes.windows(32).position(|found| found == key).unwrap();
    let mut cut = bytes.to_vec();
    cut[at - 4] -= 1;
    cut
}

#[test]
fn generated_code_shows_no_secret() {
    let mut shown = Shown::default();
    let peers = [wireguard::Wgpeer::default()
        .public_key(&PUBLIC)
        .preshared_key(&PRESHARED)];
    let request = wireguard::SetDevice::default()
        .ifname("wg0")
        .private_key(&PRIVATE)
        .peers(&peers);
    shown.debug("a request", &request);
    shown.debug("a peer", &peers[0]);
    shown.debug("a list to send", &request.peers);
    let text = format!("{request:?}");
    assert_eq!(text.matches("<secret>").count(), 2, "{text}");
    assert!(text.contains("3b 3b 3b"), "{text}");

    let bytes = device();
    let reply = wireguard::GetDeviceReply::decode(&bytes).unwrap();
    assert_eq!(reply.private_key, Some(&PRIVATE));
    shown.debug("a reply", &reply);
    shown.debug("a list", &reply.peers);
    shown.debug("a cursor", &reply.peers.iter());
    let peer = reply.peers.iter().next().unwrap().unwrap();
    assert_eq!(peer.preshared_key, Some(&PRESHARED));
    shown.debug("a nest of a reply", &peer);
    shown.debug("what may be a reply", &Some(Ok::<_, ()>(reply)));
    shown.finish(16);
}

#[test]
fn bytes_are_not_shown() {
    let mut shown = Shown::default();
    let bytes = device();
    let mut message = ((bytes.len() + 20) as u32).to_ne_bytes().to_vec();
    message.extend_from_slice(&[30, 0, 5, 0, 1, 0, 0, 0, 9, 0, 0, 0, 1, 1, 0, 0]);
    message.extend_from_slice(&bytes);
    shown.debug("messages", &Messages::new(&message));
    for message in Messages::new(&message) {
        shown.debug("a message", &message);
    }
    shown.debug("attributes", &Attrs::new(&bytes));
    for attr in Attrs::new(&bytes) {
        shown.debug("an attribute", &attr);
        shown.debug("what is inside", &attr.unwrap().nested());
    }
    let mut buffer = Vec::new();
    let mut out = Encoder::new(&mut buffer);
    out.put(3, &Some(&PRIVATE));
    shown.debug("an encoder", &out);
    shown.finish(16);
}

#[test]
fn errors_tell_no_secret() {
    let mut shown = Shown::default();
    let bytes = device();
    let short = cut(&bytes, &PRIVATE);
    let error = wireguard::GetDeviceReply::decode(&short).unwrap_err();
    assert!(error.to_string().contains("private-key"), "{error}");
    shown.error("a secret of a wrong length", &error);

    let short = cut(&bytes, &PRESHARED);
    let reply = wireguard::GetDeviceReply::decode(&short).unwrap();
    shown.debug("a reply with a broken peer", &reply);
    let error = reply.peers.iter().next().unwrap().unwrap_err();
    assert!(error.to_string().contains("preshared-key"), "{error}");
    shown.error("a nested secret of a wrong length", &error);

    for end in 0..bytes.len() {
        match wireguard::GetDeviceReply::decode(&bytes[..end]) {
            Ok(reply) => shown.debug("what is left of a reply", &reply),
            Err(error) => shown.error("a reply cut off", &error),
        }
    }

    let long = vec![wireguard::Wgallowedip::default().cidr_mask(0xC5); 6_000];
    let peers = [wireguard::Wgpeer::default()
        .preshared_key(&PRESHARED)
        .allowedips(&long)];
    let request = wireguard::SetDevice::default().peers(&peers);
    // The addresses are none.
    shown.error(
        "a request that is too long",
        &request.to_bytes().unwrap_err(),
    );
    let request = wireguard::SetDevice::default()
        .private_key(&PRIVATE)
        .ifname("a\0b");
    shown.error("a NUL beside a secret", &request.to_bytes().unwrap_err());
    shown.debug("a request that cannot be sent", &request);
    shown.finish(200);
}

/// What people write themselves, with [`Show`] for `Debug`.
#[derive(Encode, Decode, Show)]
struct Account {
    #[nl(1)]
    name: String,
    #[nl(2, secret)]
    password: String,
    #[nl(3, secret)]
    keys: Vec<u8>,
    #[nl(4, secret, multi)]
    codes: Vec<u32>,
    #[nl(5, secret, nest)]
    inner: Option<Box<Account>>,
    #[nl(6, nest, multi)]
    others: Vec<Account>,
}

fn account(others: Vec<Account>) -> Account {
    Account {
        name: "plain".into(),
        password: "hush".into(),
        keys: PRIVATE.to_vec(),
        codes: vec![197, 215],
        inner: None,
        others,
    }
}

#[test]
fn own_structs_show_no_secret() {
    let mut shown = Shown::default();
    let mut outer = account(vec![account(vec![account(vec![])])]);
    outer.inner = Some(Box::new(account(vec![])));
    shown.debug("a struct", &outer);
    let again = Account::decode(&outer.to_bytes().unwrap()).unwrap();
    assert_eq!(again.others[0].password, "hush");
    shown.debug("a struct that was read", &again);
    shown.debug("a vector", &again.others);
    assert_eq!(
        format!("{:?}", account(vec![])),
        "Account { name: \"plain\", password: <secret>, keys: <secret>, codes: <secret>, codes: <secret> }"
    );
    outer.password = "hush\0".into();
    shown.debug("a struct that cannot be sent", &outer);
    shown.error("a secret with a NUL", &outer.to_bytes().unwrap_err());
    shown.finish(12);
}

/// Asks for a family by a name that is nobody's business.
#[derive(Encode, Request, Show)]
#[nl(family = "nlctrl", version = 2, command = 3, name = "getfamily", reply = Family, reply_command = 1)]
struct GetFamily<'a> {
    #[nl(2, secret)]
    family_name: &'a str,
}

#[derive(Encode, Dump, Show)]
#[nl(family = "nlctrl", version = 2, command = 3, name = "getfamily", reply = Family, reply_command = 1)]
struct GetFamilies;

#[derive(Encode, Decode, Show)]
struct Family {
    #[nl(1)]
    family_id: u16,
    #[nl(2, secret)]
    family_name: String,
}

/// Against the running kernel, without privileges.
#[test]
fn refusals_and_dumps_show_no_secret() {
    let mut shown = Shown::default();
    let mut conn = Connection::open().unwrap();
    let request = GetFamily {
        family_name: "hush",
    };
    shown.error("a refusal", &conn.call(&request).unwrap_err());
    shown.debug("a request", &request);
    shown.debug("a connection", &conn);

    // Of a kernel without the module, that the family is not there; of another one, that there is no device
    // or no right to it.
    let request = wireguard::SetDevice::default()
        .ifname("none")
        .private_key(&PRIVATE);
    shown.error("a device", &conn.call(&request).unwrap_err());

    let families = conn.dump(&GetFamilies).unwrap();
    let mut names = 0;
    shown.debug("a dump", &families);
    for family in &families {
        let family = family.unwrap();
        let text = format!("{family:?}");
        names += usize::from(text.contains(&family.family_name));
        assert!(
            text.contains(&format!("family-id: {}", family.family_id)),
            "{text}"
        );
    }
    assert_eq!(names, 0);
    shown.finish(12);
}
