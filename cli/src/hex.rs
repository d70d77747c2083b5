//! Bytes as people have them: hexadecimal digits in the usual forms, and the strings of strace.

/// The bytes of a text in any of these forms:
///
/// - digits in pairs, with spaces, new lines, `:`, `-` or `,` between bytes or groups of them, each group
///   after `0x` or not;
/// - what `xxd` and `hexdump -C` print, offsets and characters included;
/// - a string of C, as strace prints it: `"\x1c\0\0\0"` or `\34\0\0\0`, quoted or not.
///
/// An error says what is wrong, and in which line and column.
pub(crate) fn read(text: &str) -> Result<Vec<u8>, String> {
    if text.contains('\\') {
        return string(text);
    }
    let dump = is_dump(text);
    let mut bytes = Vec::new();
    for (row, line) in text.lines().enumerate() {
        let (skipped, line) = match dump {
            true => without_margins(line),
            false => (0, line),
        };
        groups(line, &mut bytes).map_err(|(column, wrong)| at(row, skipped + column, &wrong))?;
    }
    Ok(bytes)
}

fn at(row: usize, column: usize, wrong: &str) -> String {
    format!("line {}, column {}: {wrong}", row + 1, column + 1)
}

/// The groups of digits in a line.
fn groups(line: &str, bytes: &mut Vec<u8>) -> Result<(), (usize, String)> {
    let divides = |c: char| c.is_whitespace() || matches!(c, ':' | '-' | ',');
    let mut column = 0;
    for group in line.split(divides) {
        let prefixed = group
            .strip_prefix("0x")
            .or_else(|| group.strip_prefix("0X"));
        let digits = prefixed.unwrap_or(group);
        let start = column + group.chars().count() - digits.chars().count();
        pairs(digits, bytes).map_err(|(place, wrong)| (start + place, wrong))?;
        column += group.chars().count() + 1;
    }
    Ok(())
}

fn pairs(digits: &str, bytes: &mut Vec<u8>) -> Result<(), (usize, String)> {
    let mut high = None;
    for (place, c) in digits.chars().enumerate() {
        let digit = c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let Some(digit) = digit else {
            return Err((
                place,
                format!("`{}` is not a hexadecimal digit", c.escape_default()),
            ));
        };
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    match high {
        None => Ok(()),
        Some(_) => Err((
            digits.chars().count().saturating_sub(1),
            format!(
                "{} digits, which is odd; a byte has two",
                digits.chars().count()
            ),
        )),
    }
}

/// Whether the first line begins with the offset 0 of a dump. No message does: its length comes first.
fn is_dump(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let Some((offset, rest)) = first.and_then(|line| split_offset(line)) else {
        return false;
    };
    offset.bytes().all(|digit| digit == b'0') && !rest.trim().is_empty()
}

/// The offset that a line of a dump begins with, and what is behind it.
fn split_offset(line: &str) -> Option<(&str, &str)> {
    let end = line.find(|c: char| !c.is_ascii_hexdigit())?;
    let (offset, rest) = line.split_at(end);
    let divided = rest.starts_with(": ") || rest.starts_with("  ");
    (offset.len() >= 4 && divided).then_some((offset, rest))
}

/// A line of a dump without its offset and without its characters, and how many columns were skipped.
fn without_margins(line: &str) -> (usize, &str) {
    let Some((offset, rest)) = split_offset(line) else {
        // The last line of `hexdump` has the length alone.
        let length = line.bytes().all(|byte| byte.is_ascii_hexdigit());
        return (0, if length { "" } else { line });
    };
    let (divider, rest) = rest.split_at(if rest.starts_with(':') { 1 } else { 0 });
    let digits = match divider {
        // xxd has two spaces before the characters.
        ":" => rest.trim_start().split("  ").next().unwrap_or_default(),
        _ => rest.split('|').next().unwrap_or_default(),
    };
    let blank = rest.len() - rest.trim_start().len();
    match divider {
        ":" => (offset.len() + 1 + blank, digits),
        _ => (offset.len(), digits),
    }
}

/// The bytes of a string of C, from its first quote if there is one.
fn string(text: &str) -> Result<Vec<u8>, String> {
    let quoted = text
        .split_once('"')
        .map(|(before, rest)| (before.chars().count() + 1, rest));
    let (skipped, inner) = quoted.unwrap_or((0, text.trim()));
    let place = |column: usize, wrong: String| {
        let before: String = text.chars().take(skipped + column).collect();
        let row = before.matches('\n').count();
        let in_row = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count();
        at(row, in_row, &wrong)
    };
    let mut chars = inner.chars().enumerate().peekable();
    let mut bytes = Vec::new();
    while let Some((column, c)) = chars.next() {
        match c {
            '"' => return Ok(bytes),
            '\\' => {
                let Some((_, kind)) = chars.next() else {
                    return Err(place(column, "a `\\` at the end".to_owned()));
                };
                let mut digits = |first: Option<char>, radix: u32, most: usize| {
                    let mut value = first.and_then(|c| c.to_digit(radix));
                    let mut count = usize::from(value.is_some());
                    while count < most
                        && let Some(digit) = chars.peek().and_then(|(_, c)| c.to_digit(radix))
                    {
                        value = Some(value.unwrap_or(0) * radix + digit);
                        count += 1;
                        chars.next();
                    }
                    value.and_then(|value| u8::try_from(value).ok())
                };
                let byte = match kind {
                    'x' => digits(None, 16, 2),
                    '0'..='7' => digits(Some(kind), 8, 3),
                    'n' => Some(b'\n'),
                    't' => Some(b'\t'),
                    'r' => Some(b'\r'),
                    'v' => Some(0x0B),
                    'f' => Some(0x0C),
                    'b' => Some(0x08),
                    'a' => Some(0x07),
                    'e' => Some(0x1B),
                    '\\' | '"' | '\'' => u8::try_from(kind).ok(),
                    _ => None,
                };
                let wrong = || {
                    place(
                        column,
                        format!("`\\{}` is no escape of C", kind.escape_default()),
                    )
                };
                bytes.push(byte.ok_or_else(wrong)?);
            }
            c if quoted.is_none() && c.is_whitespace() => {}
            c => {
                let mut utf8 = [0; 4];
                bytes.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes());
            }
        }
    }
    match quoted {
        None => Ok(bytes),
        Some(_) => Err("the string has no end: a `\"` is missing".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form() {
        let bytes = vec![0x1C, 0, 0, 0, 0x13, 0, 5, 3, b'a', b'"'];
        for text in [
            "1c0000001300050361 22",
            "1C000000 13000503 6122",
            "1c 00 00 00\n13 00 05 03\r\n61 22\n",
            "0x1c, 0x00, 0x00, 0x00, 0x13, 0x00, 0x05, 0x03, 0x61, 0x22",
            "0x1c000000130005036122",
            "1c:00:00:00:13:00:05:03:61:22",
            r#""\x1c\x00\x00\x00\x13\x00\x05\x03\x61\x22""#,
            r#""\34\0\0\0\23\0\5\3a\"""#,
            r#"sendto(3, "\34\0\0\0\23\0\5\3a\"", 10, 0, NULL, 0) = 10"#,
            r"\x1c\0\0\0\x13\0\5\3a\x22",
            "00000000: 1c00 0000 1300 0503 6122                 ........a\"",
            "00000000  1c 00 00 00 13 00 05 03  61 22                    |........a\"|\n0000000a\n",
            "0000  1c 00 00 00 13 00 05 03\n0008  61 22",
        ] {
            assert_eq!(read(text), Ok(bytes.clone()), "{text}");
        }
        assert_eq!(read("  \n"), Ok(vec![]));
        assert_eq!(
            read("\"\\n\\t\\\\\\'\\e\\377é\""),
            Ok(b"\n\t\\'\x1B\xFF\xC3\xA9".to_vec())
        );
    }

    #[test]
    fn mistakes_have_a_place() {
        for (text, wrong) in [
            (
                "1c0",
                "line 1, column 3: 3 digits, which is odd; a byte has two",
            ),
            (
                "1c 00\n0x1 00",
                "line 2, column 3: 1 digits, which is odd; a byte has two",
            ),
            (
                "1c\n 0g",
                "line 2, column 3: `g` is not a hexadecimal digit",
            ),
            (
                "1c é",
                "line 1, column 4: `\\u{e9}` is not a hexadecimal digit",
            ),
            ("\"\\x1c\\q\"", "line 1, column 6: `\\q` is no escape of C"),
            ("\"\\400\"", "line 1, column 2: `\\4` is no escape of C"),
            ("\"\\x1c", "the string has no end: a `\"` is missing"),
            ("\\x1c\\", "line 1, column 5: a `\\` at the end"),
            (
                "00000000: 1c0  x",
                "line 1, column 13: 3 digits, which is odd; a byte has two",
            ),
        ] {
            assert_eq!(read(text), Err(wrong.to_owned()), "{text}");
        }
    }
}
