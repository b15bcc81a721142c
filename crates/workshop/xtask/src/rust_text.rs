//! Tells apart the code, the comments and the strings of a Rust file.
//!
//! Laws about code must not trip over words in strings, and the other way round. Both masks have
//! the same lines as the file, with blanks where something else stands.

use std::collections::BTreeSet;

/// A Rust file taken apart.
#[derive(Debug, Default)]
pub(crate) struct RustText {
    /// The file with comments and the insides of strings blanked.
    pub(crate) code: String,
    /// The file with everything but comments blanked.
    pub(crate) comments: String,
    /// Every string: the line on which it starts, from 1, and its value.
    pub(crate) strings: Vec<(usize, String)>,
    /// The lines, from 1, whose end is inside a string: blanks there are part of a value.
    pub(crate) open_lines: BTreeSet<usize>,
}

impl RustText {
    /// Takes a file apart. A file that does not compile is taken apart as well as can be.
    pub(crate) fn new(text: &str) -> Self {
        let mut scanner = Scanner { rest: text, line: 1, last: ' ', parts: Self::default() };
        while !scanner.rest.is_empty() {
            scanner.step();
        }
        scanner.parts
    }

    /// The line on which the tests of the file begin (`#[cfg(test)]`), past the end without any.
    pub(crate) fn first_test_line(&self) -> usize {
        let before = self.code.lines().take_while(|line| !line.contains("#[cfg(test)]"));
        before.count() + 1
    }
}

struct Scanner<'t> {
    rest: &'t str,
    line: usize,
    last: char,
    parts: RustText,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Code,
    Comment,
    Inside,
}

impl Scanner<'_> {
    fn step(&mut self) {
        if self.rest.starts_with("//") {
            self.take(self.rest.find('\n').unwrap_or(self.rest.len()), Part::Comment);
        } else if self.rest.starts_with("/*") {
            self.take(block_comment_length(self.rest), Part::Comment);
        } else if let Some(hashes) = self.raw_string_hashes() {
            self.raw_string(hashes);
        } else if self.rest.starts_with('"') {
            self.string();
        } else if self.rest.starts_with('\'') {
            self.quote();
        } else {
            self.take(self.rest.chars().next().map_or(0, char::len_utf8), Part::Code);
        }
    }

    /// Moves `length` bytes from the rest into the mask they belong to.
    fn take(&mut self, length: usize, part: Part) {
        let (taken, rest) = self.rest.split_at(length);
        for c in taken.chars() {
            let blank = if c == '\n' { '\n' } else { ' ' };
            self.parts.code.push(if part == Part::Code { c } else { blank });
            self.parts.comments.push(if part == Part::Comment { c } else { blank });
            if c == '\n' {
                if part == Part::Inside {
                    self.parts.open_lines.insert(self.line);
                }
                self.line += 1;
            }
            self.last = c;
        }
        self.rest = rest;
    }

    /// The number of `#` when a raw string starts here: `r"`, `r#"` and so on.
    fn raw_string_hashes(&self) -> Option<usize> {
        let after_prefix = self.last == 'b' || self.last == 'c';
        if (self.last.is_alphanumeric() || self.last == '_') && !after_prefix {
            return None;
        }
        let tail = self.rest.strip_prefix('r')?;
        let hashes = tail.len() - tail.trim_start_matches('#').len();
        tail[hashes..].starts_with('"').then_some(hashes)
    }

    fn raw_string(&mut self, hashes: usize) {
        let line = self.line;
        self.take(2 + hashes, Part::Code);
        let end = format!("\"{}", "#".repeat(hashes));
        let length = self.rest.find(&end).unwrap_or(self.rest.len());
        self.parts.strings.push((line, self.rest[..length].to_owned()));
        self.take(length, Part::Inside);
        self.take(end.len().min(self.rest.len()), Part::Code);
    }

    fn string(&mut self) {
        let line = self.line;
        self.take(1, Part::Code);
        let length = quoted_length(self.rest);
        self.parts.strings.push((line, unescaped(&self.rest[..length])));
        self.take(length, Part::Inside);
        self.take(1.min(self.rest.len()), Part::Code);
    }

    /// A character (`'a'`, `'\n'`) is an inside; a lifetime (`'a`) is code.
    fn quote(&mut self) {
        let mut next = self.rest[1..].chars();
        let length = match (next.next(), next.next()) {
            (Some('\\'), Some(escaped)) => {
                let from = 2 + escaped.len_utf8();
                self.rest[from..].find('\'').map_or(1, |at| from + at + 1)
            }
            (Some(c), Some('\'')) => 2 + c.len_utf8(),
            _ => return self.take(1, Part::Code),
        };
        self.take(length, Part::Inside);
    }
}

/// How long the block comment at the start of `text` is; they nest.
fn block_comment_length(text: &str) -> usize {
    let (mut at, mut depth) = (2, 1);
    while depth > 0 {
        let (open, close) = (text[at..].find("/*"), text[at..].find("*/"));
        match (open, close) {
            (Some(open), Some(close)) if open < close => (at, depth) = (at + open + 2, depth + 1),
            (_, Some(close)) => (at, depth) = (at + close + 2, depth - 1),
            (_, None) => return text.len(),
        }
    }
    at
}

/// How far it is to the closing quote.
fn quoted_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// The value of a string, as far as the laws need it: line breaks, quotes and continuations.
fn unescaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match if c == '\\' { chars.next() } else { None } {
            None => value.push(c),
            Some('n') => value.push('\n'),
            Some('\n') => while chars.next_if(|next| next.is_whitespace()).is_some() {},
            Some(escaped) => value.push(escaped),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_not_code() {
        let text = "let a = \"x // y\"; // note\n/* one /* two */ */ b";
        let parts = RustText::new(text);
        assert_eq!(parts.code, "let a = \"      \";        \n                    b");
        assert!(parts.comments.contains("// note"));
        assert!(!parts.comments.contains("// y"));
        assert_eq!(parts.strings, [(1, "x // y".to_owned())]);
    }

    #[test]
    fn raw_and_escaped_strings_have_their_values() {
        let text = "\n r#\"a \" b\"#; \"one \\\n   two\\\" \\n\"; br\"c\"";
        let strings = RustText::new(text).strings;
        let expected = [(2, "a \" b"), (2, "one two\" \n"), (3, "c")];
        assert_eq!(strings, expected.map(|(line, value)| (line, value.to_owned())));
    }

    #[test]
    fn lifetimes_are_code_and_characters_are_not() {
        let parts = RustText::new("fn f<'a>(x: &'a str) { g('\"', '\\'', '\\u{41}', 'é') } // end");
        assert!(parts.code.starts_with("fn f<'a>(x: &'a str) { g("));
        assert!(!parts.code.contains('"'));
        assert!(parts.comments.ends_with("// end"));
    }

    #[test]
    fn a_name_that_ends_with_r_starts_no_raw_string() {
        let parts = RustText::new("for\"x\"; var#\"y\"");
        assert_eq!(parts.strings.len(), 2);
    }

    #[test]
    fn unfinished_text_ends_at_the_end() {
        for text in ["\"abc", "r#\"abc", "/* abc", "'", "'\\", "\"\\", "r#\"\"", "'\\u"] {
            assert_eq!(RustText::new(text).code.len(), text.len(), "{text}");
        }
    }

    #[test]
    fn tests_begin_at_their_attribute() {
        assert_eq!(RustText::new("a\n#[cfg(test)]\nmod tests {}").first_test_line(), 2);
        assert_eq!(RustText::new("a\nb").first_test_line(), 3);
    }
}
