//! What a comparison finds: one difference between a spec and the kernel.

use serde::Serialize;

/// How much a difference matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Severity {
    /// Messages made by the spec are not what the kernel takes, or refuses by other rules.
    Difference,
    /// The spec says why it differs.
    Explained,
    /// Not compared: the kernel reports nothing about attributes of this type.
    Unreported,
    /// The kernel has more than the spec: an operation, an attribute, a limit. What the spec says holds.
    Note,
}

/// A difference between a spec and the kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// How much it matters.
    pub(crate) severity: Severity,
    /// Where in the spec: an operation and its mode, a set and its attribute, a group.
    pub(crate) place: String,
    /// What the spec says; empty when it says nothing of it.
    pub(crate) spec: String,
    /// What the kernel says; empty when it has nothing of it.
    pub(crate) kernel: String,
    /// The spec's own word on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) explanation: Option<String>,
}

impl Finding {
    /// What messages or refusals differ by.
    pub(crate) fn difference(
        place: impl Into<String>,
        spec: impl Into<String>,
        kernel: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Difference,
            place: place.into(),
            spec: spec.into(),
            kernel: kernel.into(),
            explanation: None,
        }
    }

    /// What the kernel may have without reporting it.
    pub(crate) fn unreported(place: impl Into<String>, spec: impl Into<String>) -> Self {
        Self {
            severity: Severity::Unreported,
            ..Self::difference(place, spec, "not reported")
        }
    }

    /// What the kernel has and the spec has not.
    pub(crate) fn note(place: impl Into<String>, kernel: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::difference(place, "", kernel)
        }
    }

    /// The same, when the spec says why.
    pub(crate) fn explained(mut self, why: Option<&str>) -> Self {
        if let (Some(why), Severity::Difference) = (why, self.severity) {
            self.severity = Severity::Explained;
            self.explanation = Some(why.to_owned());
        }
        self
    }
}
