//! What the running kernel complains of in its log.

use std::fs;
use std::process::{Command, id};
use std::sync::atomic::{AtomicU32, Ordering};

/// Words of lines that tell of a fault in the kernel or a module.
const SIGNS: [&str; 6] = [
    "WARNING:",
    "BUG:",
    "Oops",
    "Call Trace",
    "refcount",
    "leaked",
];

/// The kernel's log from here on. Tests before this one have left lines of their own.
#[derive(Debug)]
pub struct KernelLog {
    mark: String,
}

impl KernelLog {
    /// Writes a line into the log, behind which this one begins.
    ///
    /// # Panics
    ///
    /// Without the right to write it, which root has.
    #[must_use]
    pub fn begin() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let mark = format!("nlgen: process {}, part {count} of the log", id());
        // Readers do not get a line without an end until the next one comes.
        let written = fs::write("/dev/kmsg", format!("{mark}\n"));
        assert!(written.is_ok(), "/dev/kmsg: {written:?}");
        Self { mark }
    }

    /// The lines since then that tell of a fault; empty where all is well.
    ///
    /// Left out is a warning that Linux 6.12 prints once where it reports a policy that has a function: it reads the
    /// address of the function as limits (`nla_get_range_unsigned`, `nla_get_range_signed`).
    ///
    /// # Panics
    ///
    /// When the log cannot be read, or has lost where it began.
    #[must_use]
    pub fn complaints(&self) -> String {
        let log = Command::new("dmesg").output();
        let log = log.map_or_else(|_| Vec::new(), |log| log.stdout);
        let log = String::from_utf8_lossy(&log);
        let Some((_, since)) = log.split_once(&self.mark) else {
            panic!("the log has no line {:?}", self.mark);
        };
        complaints(since)
    }
}

fn complaints(log: &str) -> String {
    let mut found = Vec::new();
    // Whether the trace of the known warning is still to come.
    let mut known = false;
    for line in log.lines() {
        if line.contains("WARNING:") && line.contains("nla_get_range_") {
            known = true;
        } else if line.contains("Call Trace") && known {
            known = false;
        } else if SIGNS.iter().any(|sign| line.contains(sign)) {
            found.push(line);
        }
    }
    found.join("\n")
}

#[cfg(test)]
mod tests {
    use super::complaints;

    #[test]
    fn faults_are_told_and_a_known_warning_is_not() {
        let log = "\
[2.0] exam: loading out-of-tree module taints kernel.
[3.0] WARNING: CPU: 0 PID: 9 at lib/nlattr.c:317 nla_get_range_unsigned+0xd9/0x1a0
[3.0] Call Trace:
[4.0] refcount_t: underflow; use-after-free.
[4.5] Call Trace:
[5.0] WARNING: CPU: 0 PID: 9 at mm/slub.c:1
[5.0] Call Trace:
";
        assert_eq!(
            complaints(log),
            "[4.0] refcount_t: underflow; use-after-free.\n\
             [4.5] Call Trace:\n\
             [5.0] WARNING: CPU: 0 PID: 9 at mm/slub.c:1\n\
             [5.0] Call Trace:"
        );
        assert_eq!(complaints("[1.0] exam: loading out-of-tree module"), "");
    }
}
