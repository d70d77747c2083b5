//! devlink on the devices of netdevsim, by the kernel's own spec, which is read when the test runs.

use nlgen::span::Source;
use nlgen_dynamic::{DecodeOptions, EncodeOptions, Family, Mode};
use nlgen_runtime::{Connection, Operation};
use serde_json::{Value, json};

use crate::kernel_source::Kernel;
use crate::{PSAMPLE, module, run};

/// What the kernel answers to a request, as JSON.
fn ask(
    conn: &mut Connection,
    spec: &Family,
    name: &str,
    mode: Mode,
    request: &Value,
) -> Vec<Value> {
    static DEVLINK: nlgen_runtime::Family = nlgen_runtime::Family::new("devlink", 1);
    let operation = spec.operation(name).unwrap();
    let body = operation
        .encode(mode, request, EncodeOptions::default())
        .unwrap();
    let command = operation.mode(mode).unwrap().command;
    let operation_of_runtime = Box::leak(Box::new(Operation::new(&DEVLINK, "devlink", command)));
    let replies = match mode {
        Mode::Do => conn.call_raw(operation_of_runtime, 0, &body),
        Mode::Dump => conn.dump_raw(operation_of_runtime, &body),
    };
    let replies = replies.unwrap();
    let decoded = replies.messages().map(|message| {
        let (_, attributes) = message.command().unwrap();
        let told = operation.decode_reply(mode, attributes, DecodeOptions::default());
        told.unwrap_or_else(|malformed| panic!("{malformed}"))
    });
    decoded.collect()
}

#[test]
fn devices_ports_and_information() {
    if !needs::lab() {
        return;
    }
    let Some(file) = module("netdevsim") else {
        return;
    };
    let Some(source) = Kernel::Linux6_12.source() else {
        return;
    };
    let path = source.join("Documentation/netlink/specs/devlink.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let spec = Family::new(nlgen::load(Source::new("devlink.yaml", text)).unwrap());

    // netdevsim uses psample, which another test takes away.
    let _psample = PSAMPLE.lock().unwrap();
    run("modprobe -a psample");
    run(&format!("insmod {file}"));
    // Two devices, the first with three ports.
    std::fs::write("/sys/bus/netdevsim/new_device", "1 3").unwrap();
    std::fs::write("/sys/bus/netdevsim/new_device", "2 1").unwrap();
    let mut conn = Connection::open().unwrap();
    let device =
        |number: u32| json!({ "bus-name": "netdevsim", "dev-name": format!("netdevsim{number}") });
    let is = |told: &Value, number: u32| {
        let wanted = device(number);
        ["bus-name", "dev-name"]
            .iter()
            .all(|key| told[key] == wanted[key])
    };

    let devices = ask(&mut conn, &spec, "get", Mode::Dump, &json!({}));
    assert_eq!(devices.len(), 2, "{devices:?}");
    assert!(is(&devices[0], 1) && is(&devices[1], 2), "{devices:?}");

    let ports = ask(&mut conn, &spec, "port-get", Mode::Dump, &json!({}));
    let of_first: Vec<_> = ports.iter().filter(|port| is(port, 1)).collect();
    let indexes: Vec<_> = of_first.iter().map(|port| &port["port-index"]).collect();
    assert_eq!(
        (ports.len(), indexes),
        (4, vec![&json!(0), &json!(1), &json!(2)]),
        "{ports:?}"
    );

    let information = ask(&mut conn, &spec, "info-get", Mode::Do, &device(2));
    assert_eq!(
        information[0]["info-driver-name"], "netdevsim",
        "{information:?}"
    );
    let parameters = ask(&mut conn, &spec, "param-get", Mode::Dump, &json!({}));
    assert!(!parameters.is_empty());

    run("rmmod netdevsim");
    assert_eq!(
        ask(&mut conn, &spec, "get", Mode::Dump, &json!({})),
        Vec::<Value>::new()
    );
}
