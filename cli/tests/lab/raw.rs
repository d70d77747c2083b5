//! A netlink protocol of its own in a generated module: what generic netlink checks of requests and of listeners, the
//! module checks by itself.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use nlgen_runtime::{ConnectionBuilder, Errno, Family, Operation};

use super::modules::{Loaded, generated};
use super::{nlgen, said};

static FAMILY: Family = Family::raw("c-raw", 31);
static GET: Operation = Operation::new(&FAMILY, "get", 16).replies(16);
static SET: Operation = Operation::new(&FAMILY, "set", 17);
static LIST: Operation = Operation::new(&FAMILY, "list", 18);
static LAX: Operation = Operation::new(&FAMILY, "lax", 19).replies(19);
static NOTIFICATION: Operation = Operation::new(&FAMILY, "changed", 20);
static OPTIONAL: Operation = Operation::new(&FAMILY, "optional", 22);

/// The fixed header, and an attribute of 4 bytes.
fn request(kind: u16, value: u32) -> Vec<u8> {
    let mut bytes = 7_u32.to_ne_bytes().to_vec();
    bytes.extend(8_u16.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(value.to_ne_bytes());
    bytes
}

#[test]
fn a_protocol_of_its_own_checks_its_requests() {
    let modules = generated();
    let Some((file, _)) = modules.iter().find(|(file, _)| is_raw(file)) else {
        return;
    };
    let _loaded = Loaded::new(file);
    let mut conn = ConnectionBuilder::new().family(&FAMILY).open().unwrap();
    let mut refused = |operation: &'static Operation, dump: bool, body: &[u8]| {
        let answer = match dump {
            true => conn.dump_raw(operation, body),
            false => conn.call_raw(operation, 0, body),
        };
        answer.err().map(|error| {
            let nlgen_runtime::Error::Kernel(said) = error else {
                panic!("{error}");
            };
            let text = said.ext_ack().message.clone();
            (said.errno(), text.unwrap_or_default())
        })
    };
    let said = |errno, text: &str| Some((errno, text.to_owned()));
    let range = said(Errno::ERANGE, "integer out of range");
    let unknown = said(Errno::EINVAL, "Unknown attribute type");
    let short = said(Errno::EINVAL, "the message is shorter than its header");
    let nobody = said(Errno::EOPNOTSUPP, "no such operation");
    let header = &7_u32.to_ne_bytes()[..];
    for (operation, dump, body, expected) in [
        (&GET, false, &request(1, 1)[..], None),
        (&GET, false, &request(1, 0), range.clone()),
        (&GET, true, &request(1, 1), None),
        (&GET, true, &request(1, 0), range.clone()),
        (&GET, false, &request(5, 1), unknown.clone()),
        // In the set, and not in this request.
        (&GET, true, &request(3, 1), unknown.clone()),
        (&GET, false, &[], short.clone()),
        (&GET, true, &[1, 2], short),
        (&SET, false, &request(1, 1), None),
        (&LIST, true, header, None),
        (&LIST, true, &request(1, 1), unknown),
        (&LIST, false, header, nobody.clone()),
        (&LAX, false, &request(99, 1), None),
        (&LAX, false, &request(1, 0), range),
        // A number that only events have, and one of an operation that an option of the kernel leaves out.
        (&NOTIFICATION, false, header, nobody.clone()),
        (&OPTIONAL, false, header, nobody),
    ] {
        let name = (operation.name(), dump, body);
        assert_eq!(refused(operation, dump, body), expected, "{name:?}");
    }
}

fn is_raw(file: &str) -> bool {
    file.ends_with("/c-raw/c_raw.ko")
}

/// Permissions, and events.
#[test]
fn a_protocol_of_its_own_asks_for_permissions_and_tells_groups() {
    let modules = generated();
    let Some((file, spec)) = modules.iter().find(|(file, _)| is_raw(file)) else {
        return;
    };
    let _loaded = Loaded::new(file);
    // Where others can read it.
    let readable = Path::new("/tmp/c-raw.yaml");
    std::fs::copy(spec, readable).unwrap();
    let spec = readable.to_str().unwrap();
    for (operation, refused) in [("get", false), ("set", true), ("lax", true)] {
        let output = nobody(&["do", spec, operation, r#"{"index": 1, "id": 1}"#]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(!output.status.success(), refused, "{operation}: {errors}");
        assert_eq!(errors.contains("EPERM"), refused, "{operation}: {errors}");
    }
    // One group is anybody's, and the other is not.
    let output = nobody(&["listen", spec, "fourth", "--for", "1"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("EPERM"), "{errors}");

    let mut listening = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(["listen", spec, "--json", "--count", "1", "--for", "60"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut errors = BufReader::new(listening.stderr.take().unwrap());
    errors.read_line(&mut line).unwrap();
    assert!(line.contains("listening"), "{line}");
    let answer = said_of(spec, r#"{"index": 3, "id": 5, "text": "five"}"#);
    assert_eq!(answer["text"], "five");
    let mut heard = String::new();
    listening
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut heard)
        .unwrap();
    assert!(listening.wait().unwrap().success());
    let heard: serde_json::Value = serde_json::from_str(&heard).unwrap();
    assert_eq!(
        (&heard["name"], &heard["msg"]),
        (&"changed".into(), &answer)
    );
}

fn said_of(spec: &str, request: &str) -> serde_json::Value {
    serde_json::from_str(&said(&["do", spec, "get", request])).unwrap()
}

/// The command as a user without privileges.
fn nobody(args: &[&str]) -> std::process::Output {
    let program = Path::new(env!("CARGO_BIN_EXE_nlgen"));
    Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(program)
        .args(args)
        .output()
        .unwrap()
}

/// Requests whose numbers netlink keeps for itself would not reach the module.
#[test]
fn numbers_of_netlink_itself_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("low.yaml");
    let text = "{name: low, protocol: netlink-raw, protonum: 31, attribute-sets: [{name: low, attributes: []}], \
                operations: {list: [{name: get, value: 15, attribute-set: low, do: {request: {attributes: []}}}]}}";
    std::fs::write(&spec, text).unwrap();
    let made = folder.path().join("made");
    let (spec, made) = (spec.to_str().unwrap(), made.to_str().unwrap());
    let output = nlgen(&["generate", "module", spec, "-o", made]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.contains("no module gets requests of `get`"),
        "{errors}"
    );
    said(&["generate", "uapi", spec]);
}
