//! Text, bytes and addresses.

use nlgen::model::{Checks, Content, Hint};
use nlgen_runtime::Str;
use nlgen_runtime::wire::{EncodeAs, EncodeReason, Encoder, Natural};
use serde_json::Value;

use super::{Done, Encoding, sound};
use crate::{Problem, text};

impl Encoding<'_> {
    /// Text with its NUL. Text that is not UTF-8 is an object with its bytes in hexadecimal.
    pub(super) fn string(&self, checks: &Checks, value: &Value, out: &mut Encoder<'_>) -> Done {
        let bytes = text_bytes(value)?;
        self.length(checks, bytes.len())?;
        Natural::append(&Str::from(bytes.as_slice()), out);
        sound(out)
    }

    /// Text in a fixed number of bytes, zeros behind it.
    pub(super) fn text(&self, len: usize, value: &Value, out: &mut Encoder<'_>) -> Done {
        let bytes = text_bytes(value)?;
        if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
            return Err(Problem::of_spec(EncodeReason::Nul { at }.to_string()));
        }
        padded(&bytes, len, out)
    }

    /// An address and port in text, or bytes in hexadecimal. A member of a struct has `len` bytes.
    pub(super) fn socket(
        &self,
        len: Option<usize>,
        checks: &Checks,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        const WANTED: &str = "an address and port, as 192.0.2.1:80 or [2001:db8::1]:80";
        let bytes = match value {
            Value::String(text) => text::from_socket(text).or_else(|| text::from_hex(text).ok()),
            _ => None,
        };
        let Some(bytes) = bytes else {
            return Err(Problem::wants(WANTED, value));
        };
        match len {
            Some(len) => padded(&bytes, len, out),
            None => {
                self.length(checks, bytes.len())?;
                out.bytes(&bytes);
                Ok(())
            }
        }
    }

    /// An address of any family: of IPv4 or IPv6 in text, others in hexadecimal.
    pub(super) fn any_address(&self, value: &Value, out: &mut Encoder<'_>) -> Done {
        let bytes = match value {
            Value::String(text) => text::from_address(text).or_else(|| text::from_hex(text).ok()),
            _ => None,
        };
        match bytes {
            Some(bytes) => {
                out.bytes(&bytes);
                Ok(())
            }
            None => Err(Problem::wants("an IPv4, IPv6 or hardware address", value)),
        }
    }

    pub(super) fn bytes(
        &self,
        exact: Option<usize>,
        hint: Option<Hint>,
        checks: &Checks,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        let Value::String(digits) = value else {
            let wanted = match hint {
                Some(Hint::Mac) => "a hardware address",
                Some(Hint::Uuid) => "a UUID",
                _ => "a string of hexadecimal digits",
            };
            return Err(Problem::wants(wanted, value));
        };
        let bytes = hexadecimal(digits)?;
        self.exactly(exact, bytes.len())?;
        self.length(checks, bytes.len())?;
        out.bytes(&bytes);
        Ok(())
    }

    /// An address in text, as bytes in hexadecimal, or of IPv4 as a number.
    pub(super) fn address(&self, content: &Content, value: &Value, out: &mut Encoder<'_>) -> Done {
        let (lengths, wanted): (&[usize], _) = match content {
            Content::Ipv4 => (&[4], "an IPv4 address"),
            Content::Ipv6 => (&[16], "an IPv6 address"),
            Content::Mac => (&[6], "a hardware address, as 02:00:5e:10:00:01"),
            _ => (&[4, 16], "an IPv4 or IPv6 address"),
        };
        let bytes = match value {
            Value::String(address) => match content {
                Content::Mac => text::from_hex(address).ok(),
                _ => text::from_address(address).or_else(|| text::from_hex(address).ok()),
            },
            Value::Number(number) if lengths.contains(&4) => number
                .as_u64()
                .and_then(|number| u32::try_from(number).ok())
                .map(|number| number.to_be_bytes().to_vec()),
            _ => None,
        };
        match bytes {
            Some(bytes) if self.force || lengths.contains(&bytes.len()) => {
                out.bytes(&bytes);
                Ok(())
            }
            _ => Err(Problem::wants(wanted, value)),
        }
    }

    /// Bytes as they are.
    pub(super) fn raw(&self, value: &Value, out: &mut Encoder<'_>) -> Done {
        out.bytes(&given(value)?);
        Ok(())
    }

    /// The checks of a payload's length in bytes; of text, without its NUL.
    pub(super) fn length(&self, checks: &Checks, len: usize) -> Done {
        self.exactly(checks.exact_len, len)?;
        if self.force {
            return Ok(());
        }
        match (checks.min_len, checks.max_len) {
            (Some(min), _) if len < min => Err(Problem::of_spec(format!(
                "{len} bytes, and at least {min} are wanted"
            ))),
            (_, Some(max)) if len > max => Err(Problem::of_spec(format!(
                "{len} bytes, and at most {max} are allowed"
            ))),
            _ => Ok(()),
        }
    }

    fn exactly(&self, exact: Option<usize>, len: usize) -> Done {
        match exact {
            Some(exact) if len != exact && !self.force => Err(Problem::of_spec(format!(
                "{len} bytes, and {exact} are wanted"
            ))),
            _ => Ok(()),
        }
    }
}

/// Bytes at the beginning of a member of `len`, zeros behind them.
fn padded(bytes: &[u8], len: usize, out: &mut Encoder<'_>) -> Done {
    let Some(zeros) = len.checked_sub(bytes.len()) else {
        let reason = EncodeReason::Long {
            len: bytes.len(),
            most: len,
        };
        return Err(Problem::of_spec(reason.to_string()));
    };
    out.bytes(bytes);
    out.zeros(zeros);
    Ok(())
}

/// Bytes that must be given as they are.
fn given(value: &Value) -> Result<Vec<u8>, Problem> {
    match value {
        Value::String(digits) => hexadecimal(digits),
        other => Err(Problem::wants("a string of hexadecimal digits", other)),
    }
}

/// What is wrong with digits may quote them.
pub(super) fn hexadecimal(digits: &str) -> Result<Vec<u8>, Problem> {
    text::from_hex(digits).map_err(|wrong| {
        Problem::new(wrong).discreetly("a string of hexadecimal digits is wanted here")
    })
}

/// The bytes of text, which is a string, or an object with its bytes in hexadecimal where it is not UTF-8.
fn text_bytes(value: &Value) -> Result<Vec<u8>, Problem> {
    match value {
        Value::String(text) => Ok(text.clone().into_bytes()),
        Value::Object(parts) if parts.len() == 1 && parts.contains_key("hex") => {
            let digits = parts.get("hex").unwrap_or(&Value::Null);
            given(digits).map_err(|problem| problem.within("hex"))
        }
        other => Err(Problem::wants("a string", other)),
    }
}
