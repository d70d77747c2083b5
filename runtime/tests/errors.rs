//! How errors read: one line for people, whether printed or returned from `main`, with the causes as sources.

#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::error::Error as _;
use std::fmt::Debug;
use std::process::{ExitCode, Termination};

use nlgen_runtime::describe::{Attribute, Int, Kind, Set};
use nlgen_runtime::nlctrl::{Getfamily, GetfamilyReply, GetpolicyDump};
use nlgen_runtime::testing::{FakeKernel, Fault, Refused};
use nlgen_runtime::wire::Encoder;
use nlgen_runtime::{
    Batch, Connection, Decode, DecodeError, Encode, EncodeError, Errno, Error, Family, Operation,
    Permission, Request,
};

static TEST: Family = Family::new("test", 1);
static SET: Set = Set::new(
    "test",
    &[
        Attribute::new(1, "name", Kind::String),
        Attribute::new(2, "id", Kind::Int(Int::U32)),
    ],
);

/// A request of the family `test`, with the text of its attribute.
macro_rules! asks {
    ($($name:ident $text:literal $command:literal $permission:ident;)*) => {$(
        struct $name(&'static str);

        impl Encode for $name {
            const SET: &'static Set = &SET;
            fn encode(&self, out: &mut Encoder<'_>) {
                out.put(1, &Some(self.0));
            }
        }

        impl Request for $name {
            const OP: &'static Operation = &Operation::new(&TEST, $text, $command)
                .replies($command)
                .needs(Permission::$permission);
            type Reply<'r> = Reply;
        }
    )*};
}

asks! {
    Open "open" 1 Anybody;
    Admin "admin" 2 Admin;
    NamespaceAdmin "namespace-admin" 3 NamespaceAdmin;
}

/// A reply with the one attribute that is required.
struct Reply;

impl Decode<'_> for Reply {
    const SET: &'static Set = &SET;
    fn decode_at(bytes: &[u8], _depth: u8) -> Result<Self, DecodeError> {
        match bytes {
            [] => Ok(Self),
            _ => Err(GetfamilyReply::decode(&[1, 0, 0, 0]).unwrap_err()),
        }
    }
}

/// What a program prints on standard error that returns this from `main`.
fn printed<E: Debug>(error: E) -> String {
    let text = format!("Error: {error:?}");
    assert_ne!(Err::<(), E>(error).report(), ExitCode::SUCCESS);
    text
}

/// Checks that an error is one line, the same by `Debug` and `Display`, and gives its line and those of its sources.
fn lines(error: Error) -> Vec<String> {
    let first = error.to_string();
    let mut lines = vec![first.clone()];
    let mut source = error.source();
    while let Some(error) = source {
        lines.push(error.to_string());
        source = error.source();
    }
    for line in &lines {
        assert_eq!(line.lines().count(), 1, "{line:?}");
        assert!(!line.contains(char::is_control), "{line:?}");
    }
    assert_eq!(format!("{error:?}"), first);
    assert_eq!(printed(error), format!("Error: {first}"));
    lines
}

fn kernel(refused: Refused) -> Connection {
    let kernel = FakeKernel::new();
    let others = refused.clone();
    let more = refused.clone();
    kernel.answer::<Open>(move |_| Err(refused.clone()));
    kernel.answer::<Admin>(move |_| Err(others.clone()));
    kernel.answer::<NamespaceAdmin>(move |_| Err(more.clone()));
    kernel.connect().unwrap()
}

#[test]
fn a_refusal_is_one_line() {
    let refused = Refused::new(Errno::ERANGE)
        .message("too\nlarge\u{1b}[1m")
        .attribute(&[1])
        .missing(2);
    let mut conn = kernel(refused);
    let error = conn.call(&Open("x")).map(drop).unwrap_err();
    let Error::Kernel(refusal) = &error else {
        panic!("{error}");
    };
    let parts = format!("{refusal:#?}");
    assert!(
        parts.lines().count() > 5 && parts.contains("ERANGE"),
        "{parts}"
    );
    let line = "test.open/name: ERANGE (Numerical result out of range): too\\nlarge\\u{1b}[1m; missing attribute id";
    assert_eq!(lines(error), [line, line]);
}

#[test]
fn eperm_names_the_capability_and_its_user_namespace() {
    let mut conn = kernel(Refused::new(Errno::EPERM));
    let eperm = "EPERM (Operation not permitted)";
    for (error, expected) in [
        (
            conn.call(&Open("x")).map(drop).unwrap_err(),
            format!(
                "test.open: {eperm}; the specification names no capability that it needs; CAP_NET_ADMIN or \
                 CAP_SYS_ADMIN may be missing"
            ),
        ),
        (
            conn.call(&Admin("x")).map(drop).unwrap_err(),
            format!(
                "test.admin: {eperm}; it needs CAP_NET_ADMIN in the initial user namespace, which root of a \
                 container may not have"
            ),
        ),
        (
            conn.call(&NamespaceAdmin("x")).map(drop).unwrap_err(),
            format!(
                "test.namespace-admin: {eperm}; it needs CAP_NET_ADMIN in the user namespace that owns the \
                 network namespace"
            ),
        ),
    ] {
        assert_eq!(lines(error)[0], expected);
    }
    // Other errors say nothing of it.
    let mut conn = kernel(Refused::new(Errno::EBUSY));
    let error = conn.call(&Admin("x")).map(drop).unwrap_err().to_string();
    assert!(!error.contains("CAP"), "{error}");
    // Protocols of their own have one flag, and mean the capability of the network namespace.
    static LINKS: Family = Family::raw("links", 0);
    let operation = Operation::new(&LINKS, "newlink", 16).needs(Permission::Admin);
    assert_eq!(operation.permission(), Permission::NamespaceAdmin);
}

#[test]
fn every_kind_of_error_is_one_line_with_its_sources() {
    let kernel = FakeKernel::new();
    kernel.answer::<Open>(|asked| asked.reply(&Open("x")));
    kernel.answer_dump::<GetpolicyDump<'_>>(|_| Ok(()));
    let mut conn = kernel.connect().unwrap();

    let error = conn.call(&Open("a\0b")).map(drop).unwrap_err();
    let said = lines(error);
    assert!(
        said[0].starts_with("test.open: the request cannot be sent: test/name: a NUL"),
        "{said:?}"
    );
    assert!(said[1].starts_with("test/name: a NUL"), "{said:?}");

    let error = conn.call(&Open("x")).map(drop).unwrap_err();
    let said = lines(error);
    assert!(
        said[0].starts_with("test.open: the answer cannot be read: "),
        "{said:?}"
    );
    assert_eq!(said.len(), 2, "{said:?}");

    let error = Connection::builder()
        .namespace_name("/nowhere/at all")
        .open();
    let said = lines(error.unwrap_err());
    assert_eq!(said[0], "there is no network namespace /nowhere/at all");
    assert!(said[1].contains("No such file"), "{said:?}");

    let builder = Connection::builder().fake_kernel(&kernel).dump_attempts(1);
    let mut once = builder.open().unwrap();
    kernel.fault(Fault::Interrupted);
    kernel.answer_dump::<GetpolicyDump<'_>>(|asked| asked.reply(&GetpolicyDump::default()));
    let said = lines(once.dump(&GetpolicyDump::default()).map(drop).unwrap_err());
    assert_eq!(said.len(), 2, "{said:?}");

    for error in [
        Error::NoReply {
            operation: Open::OP,
        },
        Error::FamilyNotFound { family: "test" },
        Error::Overrun {
            operation: Open::OP,
        },
    ] {
        assert_eq!(lines(error).len(), 1);
    }
    let cause = Box::new(Error::Overrun {
        operation: Open::OP,
    });
    let lost = Error::OutcomeUnknown {
        operation: Open::OP,
        cause,
    };
    assert_eq!(lines(lost).len(), 2);
    let error = Batch::new().push(0, &Open("x")).map(drop).unwrap_err();
    assert!(matches!(error, Error::WrongProtocol { .. }));
    lines(error);
}

#[test]
fn errors_of_the_codec_are_one_line() {
    let decode: DecodeError = GetfamilyReply::decode(&[1, 0, 0, 0]).unwrap_err();
    assert_eq!(printed(decode.clone()), format!("Error: {decode}"));
    assert!(format!("{decode:#?}").contains("reason"));
    let long = "x".repeat(70_000);
    let encode: EncodeError = Getfamily::default()
        .family_name(&*long)
        .to_bytes()
        .unwrap_err();
    assert_eq!(printed(encode.clone()), format!("Error: {encode}"));
    assert!(format!("{encode:#?}").contains("reason"));
}
