//! Kernel modules that are generated from specs (`lab/generated`): what they read of a request they write into the
//! reply again, and what the kernel reports of them is what the spec says.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use needs::KernelLog;
use nlgen::model::{Content, Mode as Parts, Protocol};
use nlgen_dynamic::{DecodeOptions, EncodeOptions, Family, Mode, Operation};
use nlgen_runtime::{Connection, ConnectionBuilder};
use serde_json::{Map, Value};

use super::nlgen;
use super::random_json::Random;

/// The generated modules with their specs; none where they are not built: then the test is skipped.
pub(super) fn generated() -> Vec<(String, PathBuf)> {
    if !needs::lab() {
        return Vec::new();
    }
    let files = std::env::var("NLGEN_LAB_GENERATED").unwrap_or_default();
    if files.is_empty() {
        needs::missing(
            needs::Need::Variable("NLGEN_LAB_GENERATED"),
            "it has no generated modules; lab/test builds them where it can",
        );
    }
    let with_spec = |file: &str| {
        let spec = Path::new(file).with_file_name("spec.yaml");
        (file.to_owned(), spec)
    };
    files.split_whitespace().map(with_spec).collect()
}

fn run(program: &str, argument: &str) {
    let status = std::process::Command::new(program)
        .arg(argument)
        .status()
        .unwrap();
    assert!(status.success(), "{program} {argument}");
}

/// Modules are the machine's, so one test at a time has one loaded.
static ONE_TEST: Mutex<()> = Mutex::new(());

/// A module that is loaded as long as this lives.
pub(super) struct Loaded<'m> {
    file: &'m str,
    _alone: MutexGuard<'static, ()>,
}

impl<'m> Loaded<'m> {
    pub(super) fn new(file: &'m str) -> Self {
        // A test that failed has dropped what it had loaded.
        let alone = ONE_TEST.lock().unwrap_or_else(PoisonError::into_inner);
        run("insmod", file);
        Self {
            file,
            _alone: alone,
        }
    }
}

impl Drop for Loaded<'_> {
    fn drop(&mut self) {
        run("rmmod", self.file);
    }
}

#[test]
fn modules_are_what_their_specs_say() {
    let mut modules = generated();
    // Limits that policies check by functions are not reported by the kernel; each_limit.rs tries those.
    modules.retain(|(_, spec)| {
        !spec.ends_with("c-lengths/spec.yaml") && !spec.ends_with("c-numbers/spec.yaml")
    });
    if modules.is_empty() {
        return;
    }
    let mut wrong = Vec::new();
    let mut requests = 0;
    let log = KernelLog::begin();
    for (file, spec) in &modules {
        let _loaded = Loaded::new(file);
        let family = Family::new(nlgen::load_file(spec).unwrap());
        // A protocol of its own reports nothing.
        if let Protocol::Generic { .. } = family.model().protocol
            && let Err(difference) = live(spec)
        {
            wrong.push(difference);
        }
        let (count, differences) = Echo::of(&family).all();
        eprintln!("{}: {count} requests", family.name());
        requests += count;
        wrong.extend(differences);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(requests > 1000, "{requests}");
    assert_eq!(log.complaints(), "");
}

/// What the kernel reports of the family is what the spec says.
fn live(spec: &Path) -> Result<(), String> {
    let path = spec.to_str().unwrap();
    let output = nlgen(&["check", "--live", path]);
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stdout).into_owned()),
    }
}

/// How replies are read: as requests are written.
const SHOWN: DecodeOptions = DecodeOptions {
    secrets: true,
    indices: true,
};

/// Requests that a module answers with what it got.
struct Echo<'f> {
    family: &'f Family,
    id: &'static nlgen_runtime::Family,
    conn: Connection,
}

impl<'f> Echo<'f> {
    fn of(family: &'f Family) -> Self {
        let name: &'static str = Box::leak(family.name().to_owned().into_boxed_str());
        let id = match family.model().protocol {
            Protocol::Generic { version } => nlgen_runtime::Family::new(name, version),
            Protocol::Raw { number } => nlgen_runtime::Family::raw(name, number),
        };
        let id: &'static nlgen_runtime::Family = Box::leak(Box::new(id));
        let conn = ConnectionBuilder::new().family(id).open().unwrap();
        Self { family, id, conn }
    }

    /// Sends requests of all operations. Gives how many, and what was wrong.
    fn all(mut self) -> (usize, Vec<String>) {
        let mut count = 0;
        let mut wrong = Vec::new();
        // What an option of the kernel has to be there for may be missing.
        let operations = self.family.operations();
        for operation in operations.filter(|operation| operation.model().config.is_none()) {
            for mode in [Mode::Do, Mode::Dump] {
                let Ok(parts) = operation.mode(mode) else {
                    continue;
                };
                let mut random = Random::new(self.family.model(), 11);
                for mut value in random.messages(parts.request) {
                    within_selectors(&mut value);
                    count += 1;
                    let answer = self.ask(&operation, mode, parts, &value);
                    let expected = self.expected(parts, &value);
                    if answer.as_ref() != Ok(&expected) && wrong.len() < 5 {
                        let name = (self.family.name(), operation.name());
                        wrong.push(format!("{name:?} {mode}: {value}\n  gave {answer:?}"));
                    }
                }
            }
        }
        (count, wrong)
    }

    fn ask(
        &mut self,
        operation: &Operation<'_>,
        mode: Mode,
        parts: &Parts,
        value: &Value,
    ) -> Result<Option<Value>, String> {
        let body = operation.encode(mode, value, EncodeOptions::default());
        let body = body.map_err(|problem| problem.to_string())?;
        let name: &'static str = Box::leak(operation.name().to_owned().into_boxed_str());
        let mut known = nlgen_runtime::Operation::new(self.id, name, parts.command);
        if let Some(reply) = parts.reply_command {
            known = known.replies(reply);
        }
        let known = Box::leak(Box::new(known));
        let answer = match mode {
            Mode::Do => self.conn.call_raw(known, 0, &body),
            Mode::Dump => self.conn.dump_raw(known, &body),
        };
        let answer = answer.map_err(|error| error.to_string())?;
        let mut messages = answer.messages();
        let Some(message) = messages.next() else {
            return Ok(None);
        };
        let payload = match self.family.model().protocol {
            Protocol::Generic { .. } => message.command().unwrap().1,
            Protocol::Raw { .. } => message.payload,
        };
        let value = operation.decode_reply(mode, payload, SHOWN);
        value.map(Some).map_err(|error| format!("{error:?}"))
    }

    /// What the reply has of the request: attributes and a header that are the same in both.
    fn expected(&self, parts: &Parts, request: &Value) -> Option<Value> {
        let (Some(_), Some(reply)) = (parts.reply_command, parts.reply) else {
            return parts.reply_command.map(|_| Value::Object(Map::new()));
        };
        let model = self.family.model();
        let (asked, answered) = (model.message(parts.request), model.message(reply));
        let same_set = asked.set == answered.set;
        let mut expected = Map::new();
        for attr in model.fields(answered) {
            let own = matches!(
                attr.content,
                Content::Array(_) | Content::Keyed { .. } | Content::SubMessage { .. }
            );
            let known = |from: &&nlgen::model::Attribute| {
                from.name == attr.name && from.content == attr.content && from.multi == attr.multi
            };
            if model.fields(asked).any(|from| known(&from)) && (same_set || !own) {
                let value = request.get(&attr.name).cloned();
                expected.extend(value.map(|value| (attr.name.clone(), value)));
            }
        }
        if let Some((header, _)) = &answered.header {
            let same = asked.header.as_ref().is_some_and(|(id, _)| id == header);
            for member in &model.structure(*header).members {
                let value = request.get(&member.name).filter(|_| same).cloned();
                expected.extend(value.map(|value| (member.name.clone(), value)));
            }
        }
        Some(Value::Object(expected))
    }
}

/// The kernel refuses flags of a bitfield that its selector does not have.
fn within_selectors(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let (Some(Value::Array(selector)), Some(Value::Array(value))) =
                (map.get("selector").cloned(), map.get_mut("value"))
            {
                value.retain(|flag| selector.contains(flag));
            }
            map.values_mut().for_each(within_selectors);
        }
        Value::Array(values) => values.iter_mut().for_each(within_selectors),
        _ => {}
    }
}
