//! What is shown of what somebody typed. A request may stand where a name belongs, and have a secret in it: keys are
//! shown for `--secrets` and for nothing else.

use clap::error::{ContextKind, ContextValue};

/// What stands for a text that is not shown.
const LEFT_OUT: &str = "…";

/// The longest name that is shown.
const LONGEST: usize = 64;

/// A name, unless it is none.
pub(crate) fn name(text: &str) -> &str {
    match text.len() > LONGEST || text.contains('=') || is_request(text) {
        true => LEFT_OUT,
        false => text,
    }
}

/// A value of an option, or the path of a file, unless it is a request.
pub(crate) fn value(text: &str) -> &str {
    if is_request(text) { LEFT_OUT } else { text }
}

fn is_request(text: &str) -> bool {
    text.contains(['{', '"', '\n']) || text.starts_with('[')
}

/// What is wrong with a command line, without the requests in it.
pub(crate) fn usage(mut error: clap::Error) -> clap::Error {
    let mut hidden: Vec<(ContextKind, ContextValue)> = Vec::new();
    for (kind, context) in error.context() {
        let shown = |text: &str| match kind {
            ContextKind::InvalidArg | ContextKind::InvalidSubcommand => name(text).to_owned(),
            _ if text.contains('=') => LEFT_OUT.to_owned(),
            _ => value(text).to_owned(),
        };
        let new = match context {
            ContextValue::String(text) => ContextValue::String(shown(text)),
            ContextValue::Strings(all) => {
                ContextValue::Strings(all.iter().map(|text| shown(text)).collect())
            }
            _ => continue,
        };
        if new != *context {
            hidden.push((kind, new));
        }
    }
    if !hidden.is_empty() {
        // How to write the argument so that it is taken for a value.
        error.remove(ContextKind::Suggested);
    }
    for (kind, new) in hidden {
        error.insert(kind, new);
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_left_out() {
        for (text, shown) in [
            ("wireguard", "wireguard"),
            ("802.15.4 MAC", "802.15.4 MAC"),
            ("{\"key\": 1}", "…"),
            ("[1]", "…"),
            ("key=1", "…"),
            ("\"key\": 1", "…"),
        ] {
            assert_eq!(name(text), shown);
        }
        assert_eq!(name(&"x".repeat(65)), "…");
        assert_eq!(value("/tmp/a=b.yaml"), "/tmp/a=b.yaml");
        assert_eq!(value("{}"), "…");
    }
}
