//! Limits: numbers, names of constants, and which checks go with which type.

use super::Lower;
use crate::diagnostic::{Code, Problem};
use crate::model::{Checks, Content, Int};
use crate::span::{At, Span};
use crate::spec::{self, Limit};

impl Lower<'_> {
    /// The value of a limit: a number, a constant (`page-size`), the end of a type's range
    /// (`u32-max`), or either of these less one (`name-len - 1`).
    pub(super) fn limit(&mut self, limit: &At<Limit>) -> Option<i128> {
        let name = match &limit.value {
            Limit::Number(number) => return Some(*number),
            Limit::Name(name) => name,
        };
        let (base, less) = match name.strip_suffix("- 1") {
            Some(base) => (base.trim(), 1),
            None => (name.trim(), 0),
        };
        let known = range_end(base).or_else(|| self.const_value(base));
        if known.is_none() {
            let name = At::new(base.to_owned(), limit.span);
            let spec = self.spec;
            let names = spec.definitions.iter();
            let names = names.filter(|item| item.kind.value == spec::DefinitionKind::Const);
            self.unknown(&name, "constant", names.map(|item| item.name.as_str()));
        }
        known.map(|value: i128| value.saturating_sub(less))
    }

    /// A constant's value. Limits name it as the spec or as C does, with its prefix: `key-len` of the
    /// prefix `wg-` is `wg-key-len`, too.
    fn const_value(&self, name: &str) -> Option<i128> {
        let prefixed = |item: &&&spec::Definition| {
            let prefix = item.name_prefix.as_ref();
            prefix.is_some_and(|prefix| name.strip_prefix(prefix.as_str()) == Some(&item.name))
        };
        let named = self
            .consts
            .get(name)
            .or_else(|| self.consts.values().find(prefixed));
        match &named?.value.as_ref()?.value {
            Limit::Number(number) => Some(*number),
            Limit::Name(_) => None,
        }
    }

    /// A limit on lengths.
    pub(super) fn length(&mut self, limit: Option<&At<Limit>>) -> Option<usize> {
        let limit = limit?;
        let value = self.limit(limit)?;
        match usize::try_from(value) {
            Ok(len) if len <= usize::from(u16::MAX) => Some(len),
            _ => {
                let message =
                    format!("an attribute's length is from 0 to 65531 bytes, not {value}");
                self.add(Problem::new(Code::OutOfRange, limit.span, message));
                None
            }
        }
    }

    pub(super) fn checks(&mut self, checks: Option<&spec::Checks>) -> Checks {
        let Some(checks) = checks else {
            return Checks::default();
        };
        Checks {
            min: checks.min.as_ref().and_then(|limit| self.limit(limit)),
            max: checks.max.as_ref().and_then(|limit| self.limit(limit)),
            min_len: self.length(checks.min_len.as_ref()),
            max_len: self.length(checks.max_len.as_ref()),
            exact_len: self.length(checks.exact_len.as_ref()),
            flags_mask: checks
                .flags_mask
                .as_ref()
                .and_then(|name| self.find_enum(name))
                .map(|(id, _)| id),
            unterminated_ok: checks.unterminated_ok.as_ref().is_some_and(|ok| ok.value),
        }
    }

    /// The checks that stand there go with the type, and can hold.
    pub(super) fn check_checks(
        &mut self,
        written: &spec::Checks,
        checks: &Checks,
        content: &Content,
    ) {
        let mut element = content;
        while let Content::Array(inner) = element {
            element = inner;
        }
        let int = match element {
            Content::Int(int, _) => Some(*int),
            Content::Ipv4 => Some(Int {
                bytes: 4,
                signed: false,
                order: crate::model::Order::Big,
            }),
            _ => None,
        };
        let text = matches!(element, Content::String);
        let bytes = text || has_length(element);
        let limits = [("min", written.min.as_ref()), ("max", written.max.as_ref())];
        for (key, limit) in limits {
            if let Some(limit) = limit {
                self.goes_with(limit.span, key, int.is_some(), "integers");
            }
        }
        let lengths = [
            ("min-len", written.min_len.as_ref()),
            ("max-len", written.max_len.as_ref()),
            ("exact-len", written.exact_len.as_ref()),
        ];
        for (key, limit) in lengths {
            if let Some(limit) = limit {
                self.goes_with(limit.span, key, bytes, "strings and binaries");
            }
        }
        if let Some(ok) = &written.unterminated_ok {
            self.goes_with(ok.span, "unterminated-ok", text, "strings");
        }
        if let Some(mask) = &written.flags_mask {
            let unsigned = int.is_some_and(|int| !int.signed);
            self.goes_with(mask.span, "flags-mask", unsigned, "unsigned integers");
        }
        if let Some(int) = int {
            self.check_range(written, checks, int);
        }
        self.check_lengths(written, checks);
    }

    fn goes_with(&mut self, span: Span, key: &str, fits: bool, what: &str) {
        if !fits {
            let message = format!("the check `{key}` is for {what}");
            self.add(
                Problem::new(Code::WrongKey, span, message).help("take it out, or change the type"),
            );
        }
    }

    fn check_range(&mut self, written: &spec::Checks, checks: &Checks, int: Int) {
        let (least, greatest) = int.repr().range();
        let limits = [(&written.min, checks.min), (&written.max, checks.max)];
        for (limit, value) in limits {
            if let (Some(limit), Some(value)) = (limit, value)
                && !(least..=greatest).contains(&value)
            {
                let message =
                    format!("the type's values are from {least} to {greatest}, not {value}");
                self.add(Problem::new(Code::OutOfRange, limit.span, message));
            }
        }
        if let (Some(min), Some(max), Some(limit)) = (checks.min, checks.max, &written.max)
            && min > max
        {
            let message = format!("no value is at least {min} and at most {max}");
            self.add(Problem::new(Code::OutOfRange, limit.span, message));
        }
    }
}

/// Whether lengths are limited in bytes. Addresses are binaries whose length a hint explains.
fn has_length(content: &Content) -> bool {
    matches!(
        content,
        Content::Bytes { .. }
            | Content::Ipv4
            | Content::Ipv6
            | Content::Ip
            | Content::Mac
            | Content::Socket { .. }
            | Content::Labels
            | Content::Scalars(_)
            | Content::Struct(_)
    )
}

/// The ends of the integer types' ranges, as `u32-max` and `s16-min`.
fn range_end(name: &str) -> Option<i128> {
    let (kind, end) = name.split_once('-')?;
    let (signed, bits) = match kind.split_at_checked(1)? {
        ("u", bits) => (false, bits),
        ("s", bits) => (true, bits),
        _ => return None,
    };
    let bytes = match bits {
        "8" => 1,
        "16" => 2,
        "32" => 4,
        "64" => 8,
        _ => return None,
    };
    let (min, max) = crate::model::Repr { bytes, signed }.range();
    match end {
        "min" => Some(min),
        "max" => Some(max),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::range_end;

    #[test]
    fn ends_of_ranges() {
        for (name, end) in [
            ("u8-max", Some(255)),
            ("s16-min", Some(-32768)),
            ("u32-max", Some(0xFFFF_FFFF)),
            ("s64-max", Some(i64::MAX.into())),
            ("u64-max", Some(u64::MAX.into())),
            ("u12-max", None),
            ("max-ratio", None),
            ("é-max", None),
        ] {
            assert_eq!(range_end(name), end, "{name}");
        }
    }
}
