//! Reads an object literal of TypeScript: keys, nested objects, and anything else as text.

/// One `key: value`.
#[derive(Debug)]
pub(super) struct Entry {
    /// The key without its quotes.
    pub(super) key: String,
    /// The byte at which the key stands.
    pub(super) at: usize,
    /// What stands after the colon.
    pub(super) value: Value,
}

/// A value, as far as catalogues need it.
#[derive(Debug)]
pub(super) enum Value {
    /// `{ … }`.
    Object(Vec<Entry>),
    /// Anything else, as written, without blanks around it.
    Text(String),
}

/// Reads the object whose `{` is at the byte `start`; the error is where reading stopped.
pub(super) fn parse(text: &str, start: usize) -> Result<Vec<Entry>, usize> {
    Reader { text, at: start }.object(DEPTH_MAX)
}

/// Objects in objects; a catalogue needs three.
const DEPTH_MAX: usize = 16;

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn object(&mut self, depth: usize) -> Result<Vec<Entry>, usize> {
        if depth == 0 {
            return Err(self.at);
        }
        self.at += 1;
        let mut entries = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                Some('}') => {
                    self.at += 1;
                    return Ok(entries);
                }
                Some(',') => self.at += 1,
                Some(_) => entries.push(self.entry(depth)?),
                None => return Err(self.at),
            }
        }
    }

    fn entry(&mut self, depth: usize) -> Result<Entry, usize> {
        let at = self.at;
        let key = self.key()?;
        self.skip_blanks();
        if self.peek() != Some(':') {
            return Err(self.at);
        }
        self.at += 1;
        self.skip_blanks();
        let value = if self.peek() == Some('{') {
            Value::Object(self.object(depth - 1)?)
        } else {
            Value::Text(self.expression()?)
        };
        Ok(Entry { key, at, value })
    }

    fn key(&mut self) -> Result<String, usize> {
        let from = self.at;
        if matches!(self.peek(), Some('"' | '\'')) {
            self.string()?;
            return Ok(self.text[from + 1..self.at - 1].to_owned());
        }
        let named = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        while self.peek().is_some_and(named) {
            self.step();
        }
        if from == self.at { Err(from) } else { Ok(self.text[from..self.at].to_owned()) }
    }

    /// Anything up to the `,` or `}` that ends the entry.
    fn expression(&mut self) -> Result<String, usize> {
        let from = self.at;
        let mut open: usize = 0;
        loop {
            self.skip_comments();
            match self.peek() {
                None => return Err(self.at),
                Some(',' | '}') if open == 0 => break,
                Some('"' | '\'' | '`') => self.string()?,
                Some(c) => {
                    open += usize::from(matches!(c, '(' | '[' | '{'));
                    open = open.saturating_sub(usize::from(matches!(c, ')' | ']' | '}')));
                    self.step();
                }
            }
        }
        Ok(self.text[from..self.at].trim().to_owned())
    }

    /// Past a string, or a template with what it inserts.
    fn string(&mut self) -> Result<(), usize> {
        let quote = self.peek();
        self.step();
        loop {
            match self.peek() {
                None => return Err(self.at),
                Some('\\') => {
                    self.step();
                    self.step();
                }
                Some('$') if quote == Some('`') && self.text[self.at..].starts_with("${") => {
                    self.at += 2;
                    self.expression()?;
                    self.at += 1;
                }
                found => {
                    self.step();
                    if found == quote {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn skip_blanks(&mut self) {
        loop {
            let before = self.at;
            while self.peek().is_some_and(char::is_whitespace) {
                self.step();
            }
            self.skip_comments();
            if self.at == before {
                return;
            }
        }
    }

    fn skip_comments(&mut self) {
        let rest = &self.text[self.at..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            0
        };
        self.at += length;
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn step(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_are_read_as_written() {
        let entries = parse("{ a: f(1, [2]), 'b c': { d: `x${{ y: 1 }.y}` } }", 0);
        let entries = entries.expect("the text above is an object");
        assert!(matches!(&entries[0].value, Value::Text(text) if text == "f(1, [2])"));
        assert_eq!(entries[1].key, "b c");
        assert_eq!(entries[1].at, 16);
        assert!(matches!(&entries[1].value, Value::Object(inside) if inside[0].key == "d"));
    }

    #[test]
    fn whatever_is_cut_off_is_refused() {
        let whole = "{ a: { en: `x${1}`, 'zh': \"y\\\"\" /* c */ } }";
        assert!(parse(whole, 0).is_ok());
        for end in 1..whole.len() {
            assert!(parse(&whole[..end], 0).is_err(), "{}", &whole[..end]);
        }
    }

    #[test]
    fn depth_is_limited() {
        let deep = format!("{}1{}", "{a:".repeat(40), "}".repeat(40));
        assert!(parse(&deep, 0).is_err());
    }
}
