//! Go's quoted strings. PromQL's strings may hold bytes that are no UTF-8 (`"\xff"`); inside our
//! text such a byte is a character of the last private plane, which no real text uses.

use std::fmt::Write as _;

const BROKEN_FIRST: u32 = 0x0010_ff00;

/// The character that stands for a byte which is no UTF-8.
pub(super) fn broken_byte(byte: u8) -> char {
    char::from_u32(BROKEN_FIRST + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn as_broken(letter: char) -> Option<u32> {
    let offset = u32::from(letter).checked_sub(BROKEN_FIRST)?;
    (0x80..=0xff).contains(&offset).then_some(offset)
}

/// Tells whether the text holds bytes that are no UTF-8.
pub(crate) fn is_broken(text: &str) -> bool {
    text.chars().any(|letter| as_broken(letter).is_some())
}

/// Writes a string as Go's `%q` does.
pub(crate) fn go_quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        if let Some(byte) = as_broken(letter) {
            // Writing to a string never fails.
            let _ = write!(quoted, "\\x{byte:02x}");
            continue;
        }
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\x07' => quoted.push_str("\\a"),
            '\x08' => quoted.push_str("\\b"),
            '\x0c' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\x0b' => quoted.push_str("\\v"),
            letter if letter < ' ' || letter == '\x7f' => {
                let _ = write!(quoted, "\\x{:02x}", u32::from(letter));
            }
            letter if letter.is_control() || letter == '\u{feff}' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted_as_go_does() {
        assert_eq!(go_quote("a\"b\\\n\u{1}é"), r#""a\"b\\\n\x01é""#);
        let broken = format!("a{}z", broken_byte(0xc5));
        assert_eq!(go_quote(&broken), r#""a\xc5z""#);
        assert!(is_broken(&broken) && !is_broken("aé"));
    }
}
