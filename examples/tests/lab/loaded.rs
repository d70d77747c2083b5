//! Modules that are loaded for a test.

use std::process::Command;
use std::sync::{Mutex, MutexGuard};

use needs::KernelLog;

/// Modules are the machine's, so one test at a time has them.
static ONE_TEST: Mutex<()> = Mutex::new(());

/// A module, which is unloaded when this is dropped. The kernel must not have complained of anything then.
pub(crate) struct Loaded {
    file: String,
    log: KernelLog,
    _alone: MutexGuard<'static, ()>,
}

impl Loaded {
    /// Loads the module of an example; `None` outside the lab, or where it cannot be built: then the test is skipped.
    pub(crate) fn new(name: &'static str) -> Option<Self> {
        if !needs::lab() {
            return None;
        }
        let built = std::env::var("NLGEN_LAB_MODULES").unwrap_or_default();
        let suffix = format!("/{name}.ko");
        let Some(file) = built.split(' ').find(|file| file.ends_with(&suffix)) else {
            let reason =
                format!("NLGEN_LAB_MODULES has no {name}; lab/test builds it where it can");
            needs::missing(needs::Need::Kernel(name), reason);
            return None;
        };
        // A test that failed has dropped what it had loaded.
        let alone = ONE_TEST.lock().unwrap_or_else(|failed| failed.into_inner());
        let loaded = Self {
            file: file.to_owned(),
            log: KernelLog::begin(),
            _alone: alone,
        };
        loaded.load();
        Some(loaded)
    }

    fn load(&self) {
        run("insmod", &[&self.file]);
    }

    fn unload(&self) {
        run("rmmod", &[&self.file]);
    }

    /// Unloads the module and loads it again.
    pub(crate) fn reload(&self) {
        self.unload();
        self.load();
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // Programs that use it may still run.
            let _ = Command::new("rmmod").arg(&self.file).status();
            return;
        }
        self.unload();
        assert_eq!(self.log.complaints(), "");
    }
}

/// Runs a command that must succeed, and gives what it prints.
pub(crate) fn run(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {args:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}
