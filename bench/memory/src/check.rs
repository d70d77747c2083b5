//! That all do the same: before anything is measured.

use crate::limit;
use crate::workload::{MEMCPY, Workload};

/// Compares what each subject of a workload reads, or writes, with the limit.
///
/// # Errors
/// With the name of the first that differs.
pub(crate) fn check(workload: &mut Workload) -> Result<(), String> {
    let mut expected = None;
    let mut written = None;
    for subject in &mut workload.subjects {
        let mut out = Vec::new();
        let mut sum = subject.run(&mut out);
        if subject.name == MEMCPY {
            continue;
        }
        // Of what was written counts what can be read again: order and padding are the writer's choice.
        if workload.writes {
            let bytes = written.get_or_insert_with(|| out.clone());
            if subject.name == "nlgen" && *bytes != out {
                return Err("nlgen writes other bytes than the limit".to_owned());
            }
            sum = limit::device(&out).ok_or_else(|| format!("{}: not a message", subject.name))?;
        }
        if *expected.get_or_insert(sum) != sum {
            return Err(format!(
                "workload {}: {} has not done the same as the limit",
                workload.name, subject.name
            ));
        }
    }
    Ok(())
}
