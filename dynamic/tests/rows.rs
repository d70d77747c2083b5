//! Rows of a struct with attributes behind each: `multipath` of routes.

#![allow(clippy::unwrap_used, reason = "what the tests themselves write")]

use nlgen::span::Source;
use nlgen_dynamic::{DecodeOptions, EncodeOptions, Family, Mode, path};
use nlgen_families::Spec;
use serde_json::{Value, json};

fn routes() -> Family {
    let spec = Spec::of("rt-route").unwrap();
    Family::new(nlgen::load(Source::new(spec.file, spec.text)).unwrap())
}

fn encode(json: &Value) -> Result<Vec<u8>, String> {
    let family = routes();
    let operation = family.operation("newroute").unwrap();
    let bytes = operation.encode(Mode::Do, json, EncodeOptions::default());
    bytes.map_err(|problem| problem.to_string())
}

fn route(multipath: &Value) -> Value {
    json!({ "rtm-family": 2, "multipath": multipath })
}

/// A `struct rtnexthop`.
fn hop(len: u16, hops: u8, ifindex: i32) -> Vec<u8> {
    let (len, ifindex) = (len.to_ne_bytes(), ifindex.to_ne_bytes());
    [&len[..], &[0, hops], &ifindex].concat()
}

fn attr(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (payload.len() as u16 + 4).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(payload);
    bytes
}

fn message(rows: &[u8]) -> Vec<u8> {
    let mut bytes = vec![2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend(attr(9, rows));
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn two() -> Vec<u8> {
    let first = [hop(16, 0, 1), attr(5, &[10, 0, 0, 1])].concat();
    let second = [hop(16, 9, 2), attr(5, &[10, 0, 0, 2])].concat();
    message(&[first, second].concat())
}

#[test]
fn nexthops_are_a_list_of_objects() {
    let hops = json!([
        { "rtnh-ifindex": 1, "gateway": "10.0.0.1" },
        { "rtnh-hops": 9, "rtnh-ifindex": 2, "gateway": "10.0.0.2" },
    ]);
    assert_eq!(encode(&route(&hops)).unwrap(), two());
    let family = routes();
    let operation = family.operation("getroute").unwrap();
    let read = operation.decode_reply(Mode::Do, &two(), DecodeOptions::default());
    let read = read.unwrap();
    let second = json!({
        "rtnh-flags": [], "rtnh-hops": 9, "rtnh-ifindex": 2, "gateway": "10.0.0.2"
    });
    assert_eq!(read["multipath"][1], second);
    assert_eq!(encode(&route(&read["multipath"])).unwrap(), two());
}

#[test]
fn what_is_no_row_is_refused_with_its_place() {
    for (multipath, problem) in [
        (json!(7), "multipath: a list is wanted here, not 7"),
        (
            json!([{}, 7]),
            "multipath[1]: an object with members of `rtnexthop` is wanted here, not 7",
        ),
        (json!([{ "gateway": "nowhere" }]), "multipath[0].gateway: "),
        (
            json!([{ "rtnh-len": 8, "gateway": "10.0.0.1" }]),
            "multipath[0].rtnh-len: says 8, and the row has 16 bytes; leave it out: it is filled in",
        ),
        (json!([{ "dst": "10.0.0.1" }]), "multipath[0].dst: "),
    ] {
        let error = encode(&route(&multipath)).unwrap_err();
        assert!(error.starts_with(problem), "{error}");
    }
}

#[test]
fn bytes_that_are_no_row_are_problems_with_what_could_be_read() {
    let good = [hop(16, 0, 1), attr(5, &[10, 0, 0, 1])].concat();
    for (bad, problem) in [
        (
            hop(7, 0, 2),
            "multipath[1]: a row says that it has 7 bytes where its struct needs 8",
        ),
        (
            hop(12, 0, 2),
            "multipath[1]: a row says that it has 12 bytes where 8 are left",
        ),
        (
            vec![0; 4],
            "multipath[1]: 4 bytes after the last row; another one has 8 at least",
        ),
    ] {
        let bytes = message(&[good.clone(), bad.clone()].concat());
        let family = routes();
        let operation = family.operation("getroute").unwrap();
        let read = operation.decode_reply(Mode::Do, &bytes, DecodeOptions::default());
        let malformed = read.unwrap_err();
        assert_eq!(malformed.to_string(), problem);
        assert_eq!(malformed.partial["multipath"][0]["gateway"], "10.0.0.1");
        assert!(malformed.partial["multipath"][1]["<malformed>"].is_string());
    }
}

/// The kernel says by an offset what it refuses: the place in the JSON.
#[test]
fn an_offset_leads_to_the_row() {
    let family = routes();
    let operation = family.operation("newroute").unwrap();
    let request = operation.request(Mode::Do).unwrap();
    let hops = route(&json!([{ "gateway": "10.0.0.1" }, { "gateway": "10.0.0.2" }]));
    let place = request.place(&hops, EncodeOptions::default(), 40);
    assert_eq!(path(&place.unwrap()), "multipath[1].gateway");
    let bytes = request.encode(&hops, EncodeOptions::default()).unwrap();
    let inside = request.attribute_inside(&bytes, Some(12), 5);
    assert_eq!(inside, Some("gateway"));
}
