//! Names of Rust items, from the names of a spec. All rules are here.
//!
//! - Words are divided by everything that is neither a letter nor a digit: `-`, `_`, spaces.
//! - Types and variants are in camel case (`RingsGet`), fields and methods in snake case
//!   (`rx_max`), constants in upper case (`RX_MAX`).
//! - A name that would begin with a digit begins with `_` instead: `_2ghz`, `_8021q`.
//! - A keyword becomes a raw name (`r#type`); the ones that cannot be raw get a `_` behind
//!   (`self_`, `crate_`, `super_`, `Self_`).
//! - Of two items with one name the second gets another, as [`Scope`] says. Operations come first,
//!   then sets, then definitions.

use std::collections::{HashMap, HashSet};

/// Camel case, for types and variants.
#[must_use]
pub fn camel(name: &str) -> String {
    let words = words(name).map(|word| {
        let mut chars = word.chars();
        let first = chars.next().map(|first| first.to_ascii_uppercase());
        first
            .into_iter()
            .chain(chars.map(|c| c.to_ascii_lowercase()))
            .collect()
    });
    legal(join(words, ""), "Unnamed")
}

/// Camel case with a word behind it: `GetReply`.
#[must_use]
pub(crate) fn camel_with(name: &str, word: &str) -> String {
    let name = camel(name);
    match word {
        "" => name,
        word => name.trim_end_matches('_').to_owned() + word,
    }
}

/// Snake case, for fields and methods.
#[must_use]
pub fn snake(name: &str) -> String {
    legal(
        join(words(name).map(str::to_ascii_lowercase), "_"),
        "unnamed",
    )
}

/// Upper case, for constants.
#[must_use]
pub fn upper(name: &str) -> String {
    legal(
        join(words(name).map(str::to_ascii_uppercase), "_"),
        "UNNAMED",
    )
}

/// Upper case, from a name in camel case.
#[must_use]
pub(crate) fn upper_of_camel(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}

/// Kebab case, as specs have it, of a name of Rust: a type, a field or a variant.
#[must_use]
pub fn kebab(ident: &str) -> String {
    let plain = ident.strip_prefix("r#").unwrap_or(ident);
    let mut kebab = String::new();
    let mut chars = plain.chars().peekable();
    let mut last = '_';
    while let Some(c) = chars.next() {
        let inside = last.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase());
        let begins = c.is_uppercase() && (!last.is_uppercase() || inside);
        if (begins || c == '_') && !kebab.is_empty() && !kebab.ends_with('-') {
            kebab.push('-');
        }
        if c != '_' {
            kebab.extend(c.to_lowercase());
        }
        last = c;
    }
    kebab.trim_end_matches('-').to_owned()
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// Two words that end and begin with a digit stay apart, so that `a-1-2` is not `a-12`.
fn join(words: impl Iterator<Item = String>, separator: &str) -> String {
    let mut joined = String::new();
    for word in words {
        let digits = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if digits(joined.chars().last()) && digits(word.chars().next()) {
            joined.push('_');
        } else if !joined.is_empty() {
            joined.push_str(separator);
        }
        joined.push_str(&word);
    }
    joined
}

/// Makes an identifier of a name; `unnamed` when there is nothing in it to make one of.
fn legal(name: String, unnamed: &str) -> String {
    match name.chars().next() {
        None => unnamed.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        Some(_) if NEVER_RAW.contains(&&*name) => format!("{name}_"),
        Some(_) if KEYWORDS.contains(&&*name) => format!("r#{name}"),
        Some(_) => name,
    }
}

/// Whether a word is a keyword of Rust, in some edition or kept for one.
#[must_use]
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word) || NEVER_RAW.contains(&word)
}

/// Keywords that cannot be raw names.
const NEVER_RAW: &[&str] = &["self", "Self", "super", "crate"];

/// The other keywords of all editions, reserved ones too.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// The names taken in one place.
#[derive(Debug, Default)]
pub struct Scope {
    taken: HashSet<String>,
    /// The number to try next behind a name that is taken, so that many alike take no long search.
    next: HashMap<String, usize>,
}

impl Scope {
    /// A place in which some names are taken from the start.
    #[must_use]
    pub fn with(taken: &[&str]) -> Self {
        Self {
            taken: taken.iter().map(|name| (*name).to_owned()).collect(),
            next: HashMap::new(),
        }
    }

    /// Takes a name. When it is taken already, `suffix` is added; when that is taken too, a number.
    pub fn take(&mut self, name: String, suffix: &str) -> String {
        let plain = name.strip_prefix("r#").unwrap_or(&name);
        // The compiler warns of two underscores, and of one between letters of a type's name.
        let plain = plain.trim_end_matches('_').to_owned();
        let with_suffix = format!("{plain}{suffix}");
        for candidate in [name, with_suffix.clone()] {
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
        }
        let mut numbered = with_suffix.trim_end_matches('_').to_owned();
        if is_divided(&numbered) {
            numbered.push('_');
        }
        let next = self.next.entry(numbered.clone()).or_insert(2);
        loop {
            let candidate = format!("{numbered}{next}");
            *next += 1;
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

/// Whether an underscore divides a name from a number behind it: not the names of types, but behind a digit.
fn is_divided(name: &str) -> bool {
    let is_type = name.starts_with(|c: char| c.is_ascii_uppercase())
        && (name.contains(|c: char| c.is_ascii_lowercase()) || !name.contains('_'));
    !is_type || name.ends_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule() {
        for (name, in_camel, in_snake, in_upper) in [
            ("rings-get", "RingsGet", "rings_get", "RINGS_GET"),
            ("rx_max", "RxMax", "rx_max", "RX_MAX"),
            ("set id", "SetId", "set_id", "SET_ID"),
            ("type", "Type", "r#type", "TYPE"),
            ("gen", "Gen", "r#gen", "GEN"),
            ("self", "Self_", "self_", "SELF"),
            ("crate", "Crate", "crate_", "CRATE"),
            ("2ghz", "_2ghz", "_2ghz", "_2GHZ"),
            ("8021q", "_8021q", "_8021q", "_8021Q"),
            (
                "--kernel-timespec",
                "KernelTimespec",
                "kernel_timespec",
                "KERNEL_TIMESPEC",
            ),
            ("DPs", "Dps", "dps", "DPS"),
            ("def-DP", "DefDp", "def_dp", "DEF_DP"),
            ("link-100-2", "Link100_2", "link_100_2", "LINK_100_2"),
            ("tx-65-127", "Tx65_127", "tx_65_127", "TX_65_127"),
            ("é", "Unnamed", "unnamed", "UNNAMED"),
            ("", "Unnamed", "unnamed", "UNNAMED"),
        ] {
            assert_eq!(camel(name), in_camel, "{name}");
            assert_eq!(snake(name), in_snake, "{name}");
            assert_eq!(upper(name), in_upper, "{name}");
        }
    }

    #[test]
    fn back_to_the_names_of_specs() {
        for (ident, name) in [
            ("RingsGet", "rings-get"),
            ("rx_max", "rx-max"),
            ("r#type", "type"),
            ("self_", "self"),
            ("_2ghz", "2ghz"),
            ("HTTPServer", "http-server"),
            ("Link100", "link100"),
            ("X509Name", "x509-name"),
            ("OnFire", "on-fire"),
            ("A", "a"),
            ("", ""),
        ] {
            assert_eq!(kebab(ident), name, "{ident}");
        }
    }

    #[test]
    fn clashes_are_resolved() {
        let mut scope = Scope::with(&["Event"]);
        for (name, suffix, taken) in [
            ("Event", "Request", "EventRequest"),
            ("Accept", "", "Accept"),
            ("Accept", "Attrs", "AcceptAttrs"),
            ("Accept", "Attrs", "AcceptAttrs2"),
            ("Accept", "Attrs", "AcceptAttrs3"),
            ("Link2", "_", "Link2"),
            ("Link2", "_", "Link2_"),
            ("Link2", "_", "Link2_2"),
            ("Self_", "Values", "Self_"),
            ("Self_", "Values", "SelfValues"),
            ("RX_MAX", "_", "RX_MAX"),
            ("RX_MAX", "_", "RX_MAX_"),
            ("RX_MAX", "_", "RX_MAX_2"),
            ("r#type", "", "r#type"),
            ("r#type", "_", "type_"),
            ("r#type", "_", "type_2"),
        ] {
            assert_eq!(scope.take(name.to_owned(), suffix), taken);
        }
    }
}
