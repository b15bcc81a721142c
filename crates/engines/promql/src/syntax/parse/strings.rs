//! What stands between quotes.

use super::super::quote::broken_byte;
use super::super::token::Token;
use super::Parser;
use crate::ParseError;

impl Parser<'_> {
    /// The text of a string token.
    pub(super) fn unquoted(&self, token: &Token<'_>) -> Result<String, ParseError> {
        unquote(token.text).ok_or_else(|| {
            self.error(
                token.span,
                format!("error unquoting string {:?}: invalid syntax", token.text),
            )
        })
    }
}

/// Takes off quotes and resolves escapes as Go does; `None` for an escape that is none.
fn unquote(quoted: &str) -> Option<String> {
    let quote = quoted.chars().next()?;
    let inner = quoted.get(1..quoted.len().checked_sub(1)?)?;
    if quote == '`' {
        return Some(inner.to_owned());
    }
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        rest = escape(&rest[at + 1..], quote, &mut bytes)?;
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(text_of(&bytes))
}

/// Resolves what follows a backslash; returns what follows that.
fn escape<'t>(text: &'t str, quote: char, bytes: &mut Vec<u8>) -> Option<&'t str> {
    const NAMES: &str = "abfnrtv\\";
    const BYTES: &[u8] = b"\x07\x08\x0c\n\r\t\x0b\\";
    let next = text.chars().next()?;
    if next == quote {
        bytes.push(u8::try_from(quote).ok()?);
        return Some(&text[1..]);
    }
    if let Some(at) = NAMES.find(next) {
        bytes.push(BYTES[at]);
        return Some(&text[1..]);
    }
    let (skip, digits, radix) = match next {
        'x' => (1, 2, 16),
        'u' => (1, 4, 16),
        'U' => (1, 8, 16),
        '0'..='7' => (0, 3, 8),
        _ => return None,
    };
    let digits_text = text.get(skip..skip + digits)?;
    if !digits_text.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let code = u32::from_str_radix(digits_text, radix).ok()?;
    if matches!(next, 'u' | 'U') {
        let letter = char::from_u32(code)?;
        bytes.extend(letter.encode_utf8(&mut [0; 4]).bytes());
    } else {
        bytes.push(u8::try_from(code).ok()?);
    }
    text.get(skip + digits..)
}

/// Bytes as text; those that are no UTF-8 become characters that stand for them.
fn text_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| broken_byte(*byte)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::super::quote::go_quote;
    use super::*;

    #[test]
    fn escapes_are_those_of_go() {
        assert_eq!(unquote(r#""a\"\x41\101\u00e9\n""#).as_deref(), Some("a\"AAé\n"));
        assert_eq!(unquote(r"'it\'s'").as_deref(), Some("it's"));
        assert_eq!(unquote("`\\n`").as_deref(), Some("\\n"));
        assert_eq!(unquote(r#""\q""#), None);
        assert_eq!(unquote(r#""\x4""#), None);
        let broken = unquote(r#""a\xc5z""#).unwrap();
        assert_eq!(go_quote(&broken), r#""a\xc5z""#);
    }
}
