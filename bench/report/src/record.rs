//! One figure.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The subject that others are compared with: the least that a workload can cost.
pub const LIMIT: &str = "limit";

/// One figure of one subject. `Display` is the line that a program prints.
///
/// ```
/// use nlgen_bench_report::Record;
/// let record = Record::new("A", "nlgen", "ns", 123.5);
/// let line = r#"{"workload":"A","subject":"nlgen","measure":"ns","value":123.5}"#;
/// assert_eq!(record.to_string(), line);
/// assert_eq!(Record::parse(line).unwrap(), record);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The letter of the workload, and its size if it comes in sizes.
    pub workload: String,
    /// What was measured.
    pub subject: String,
    /// What was counted, and in which unit.
    pub measure: String,
    /// The figure: of one message, request or dump, as the workload says.
    pub value: f64,
}

impl Record {
    /// A figure.
    #[must_use]
    pub fn new(workload: &str, subject: &str, measure: &str, value: f64) -> Self {
        Self {
            workload: workload.to_owned(),
            subject: subject.to_owned(),
            measure: measure.to_owned(),
            value,
        }
    }

    /// Reads a line.
    ///
    /// # Errors
    /// When it is not a record, with the line.
    pub fn parse(line: &str) -> Result<Self, String> {
        let record: Self =
            serde_json::from_str(line).map_err(|error| format!("{error}: {line}"))?;
        if !record.value.is_finite() {
            return Err(format!("not a finite number: {line}"));
        }
        Ok(record)
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}
