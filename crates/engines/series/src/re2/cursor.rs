//! A place in a pattern, and what can be read from there wherever it is.

use super::{PatternError, PatternFault};

#[derive(Clone, Copy)]
pub(super) struct Cursor<'p> {
    pub(super) rest: &'p str,
}

impl<'p> Cursor<'p> {
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    pub(super) fn take(&mut self, wanted: &str) -> bool {
        let behind = self.rest.strip_prefix(wanted);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    /// What has been read since `start`, a place before this one.
    pub(super) fn since(&self, start: Self) -> &'p str {
        &start.rest[..start.rest.len() - self.rest.len()]
    }

    /// Reads an escape that stands for a single character; the backslash comes next. Its number
    /// may be that of a surrogate, which no text has.
    pub(super) fn escape(&mut self) -> Result<u32, PatternError> {
        let start = *self;
        self.next();
        let Some(letter) = self.next() else {
            return Err(PatternError::new(PatternFault::TrailingBackslash, ""));
        };
        let read = match letter {
            '0' => Some(self.octal(letter)),
            // A single digit would be what a group matched, which RE2 has not.
            '1'..='7' if self.peek().is_some_and(is_octal) => Some(self.octal(letter)),
            'x' => self.hexadecimal(),
            'a' => Some(0x07),
            'f' => Some(0x0c),
            'n' => Some(0x0a),
            'r' => Some(0x0d),
            't' => Some(0x09),
            'v' => Some(0x0b),
            _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => Some(u32::from(letter)),
            _ => None,
        };
        read.ok_or_else(|| PatternError::new(PatternFault::Escape, self.since(start)))
    }

    /// Up to three digits, of which the first has been read.
    fn octal(&mut self, first: char) -> u32 {
        let mut number = first.to_digit(8).unwrap_or(0);
        for _ in 1..3 {
            let Some(digit) = self.peek().and_then(|digit| digit.to_digit(8)) else { break };
            number = number * 8 + digit;
            self.next();
        }
        number
    }

    fn hexadecimal(&mut self) -> Option<u32> {
        let first = self.next()?;
        if first != '{' {
            let second = self.next();
            return Some(first.to_digit(16)? * 16 + second?.to_digit(16)?);
        }
        let mut number = None;
        loop {
            let next = self.next()?;
            if next == '}' {
                return number;
            }
            let grown = number.unwrap_or(0) * 16 + next.to_digit(16)?;
            number = Some(grown).filter(|grown| *grown <= u32::from(char::MAX));
            number?;
        }
    }
}

fn is_octal(letter: char) -> bool {
    letter.is_digit(8)
}

/// Writes a character so that no place gives it a meaning.
pub(super) fn put_char(out: &mut String, letter: char) {
    if letter.is_alphanumeric() {
        out.push(letter);
    } else {
        out.push_str(&format!("\\x{{{:X}}}", u32::from(letter)));
    }
}
