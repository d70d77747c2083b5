//! The kernel's own YNL library, run by `driver.py`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Questions to the library, asked all at once.
pub(crate) struct Tool {
    questions: BufWriter<File>,
    folder: tempfile::TempDir,
    count: usize,
}

impl Default for Tool {
    /// Nothing asked yet.
    fn default() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let questions = File::create(folder.path().join("questions")).unwrap();
        Self {
            questions: BufWriter::new(questions),
            folder,
            count: 0,
        }
    }
}

impl Tool {
    /// Adds a question, as `driver.py` describes it, and gives the place of its answer.
    pub(crate) fn ask(&mut self, question: &Value) -> usize {
        writeln!(self.questions, "{question}").unwrap();
        self.count += 1;
        self.count - 1
    }

    /// The answers. `source` is the folder of the kernel's source.
    pub(crate) fn answers(mut self, source: &Path) -> Vec<Value> {
        self.questions.flush().unwrap();
        let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kernel_tool/driver.py");
        let questions = File::open(self.folder.path().join("questions")).unwrap();
        let output = Command::new("python3")
            .arg(driver)
            .arg(source.join("tools/net/ynl"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(questions)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "driver.py: {said}");
        let answers: Vec<Value> = String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(answers.len(), self.count, "driver.py: {said}");
        answers
    }
}
