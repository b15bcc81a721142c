use serde_json::Value;

use super::{
    AttributePath, ChangePath, Comparison, DEPTH_MAX, FILTER_BYTES_MAX, Filter, ReadError,
};

/// Reads a filter.
///
/// Errors: [`ReadError`] with the place.
pub(crate) fn parse_filter(text: &str) -> Result<Filter, ReadError> {
    let mut reader = Reader::new(text)?;
    let filter = reader.either(0)?;
    reader.end()?;
    Ok(filter)
}

/// Reads the path of a change: `name.familyName`, `emails[type eq "work"].value`.
///
/// Errors: [`ReadError`] with the place.
pub(crate) fn parse_path(text: &str) -> Result<ChangePath, ReadError> {
    let mut reader = Reader::new(text)?;
    reader.blanks();
    let attribute = reader.attribute()?;
    let elements = if reader.takes('[') {
        reader.within = true;
        let inner = reader.either(1)?;
        reader.blanks();
        reader.needs(']')?;
        Some(inner)
    } else {
        None
    };
    let sub = if elements.is_some() && reader.takes('.') { Some(reader.name()?) } else { None };
    reader.end()?;
    Ok(ChangePath { attribute, elements, sub })
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Within brackets there are no further ones (RFC 7644 3.4.2.2: `valFilter`).
    within: bool,
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$')
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Result<Self, ReadError> {
        if text.len() > FILTER_BYTES_MAX {
            return Err(ReadError { at: 0, expected: "at most 8192 bytes" });
        }
        Ok(Self { text, at: 0, within: false })
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn wrong<T>(&self, expected: &'static str) -> Result<T, ReadError> {
        Err(ReadError { at: self.text[..self.at].chars().count(), expected })
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(' ').len();
    }

    fn takes(&mut self, c: char) -> bool {
        let found = self.rest().starts_with(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn needs(&mut self, c: char) -> Result<(), ReadError> {
        match (self.takes(c), c) {
            (true, _) => Ok(()),
            (false, ']') => self.wrong("`]`"),
            (false, _) => self.wrong("`)`"),
        }
    }

    /// A word on its own, in any case.
    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest();
        let same = rest.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
        let ends = !rest.get(word.len()..).is_some_and(|after| after.starts_with(is_name));
        if same && ends {
            self.at += word.len();
        }
        same && ends
    }

    fn end(&mut self) -> Result<(), ReadError> {
        self.blanks();
        if self.rest().is_empty() { Ok(()) } else { self.wrong("`and`, `or` or the end") }
    }

    fn either(&mut self, depth: usize) -> Result<Filter, ReadError> {
        let mut left = self.both(depth)?;
        loop {
            self.blanks();
            if !self.word("or") {
                return Ok(left);
            }
            left = Filter::Or(Box::new(left), Box::new(self.both(depth)?));
        }
    }

    fn both(&mut self, depth: usize) -> Result<Filter, ReadError> {
        let mut left = self.one(depth)?;
        loop {
            self.blanks();
            if !self.word("and") {
                return Ok(left);
            }
            left = Filter::And(Box::new(left), Box::new(self.one(depth)?));
        }
    }

    fn one(&mut self, depth: usize) -> Result<Filter, ReadError> {
        if depth > DEPTH_MAX {
            return self.wrong("at most 32 brackets in each other");
        }
        self.blanks();
        let before = self.at;
        if self.word("not") {
            self.blanks();
            if self.takes('(') {
                return Ok(Filter::Not(Box::new(self.closed(depth)?)));
            }
            // An attribute called `not`.
            self.at = before;
        }
        if self.takes('(') {
            return self.closed(depth);
        }
        let path = self.attribute()?;
        if !self.within && path.sub.is_none() && self.takes('[') {
            return self.elements(path, depth);
        }
        self.asked(path)
    }

    fn closed(&mut self, depth: usize) -> Result<Filter, ReadError> {
        let inner = self.either(depth + 1)?;
        self.blanks();
        self.needs(')')?;
        Ok(inner)
    }

    /// What follows `emails[`: conditions of one element, perhaps with a comparison of a part of
    /// that element behind (`].value eq "x"`), as Entra ID writes it.
    fn elements(&mut self, path: AttributePath, depth: usize) -> Result<Filter, ReadError> {
        self.within = true;
        let mut inner = self.either(depth + 1)?;
        self.blanks();
        self.needs(']')?;
        if self.takes('.') {
            let name = self.name()?;
            let behind = self.asked(AttributePath { schema: None, name, sub: None })?;
            inner = Filter::And(Box::new(inner), Box::new(behind));
        }
        self.within = false;
        Ok(Filter::Within(path, Box::new(inner)))
    }

    fn asked(&mut self, path: AttributePath) -> Result<Filter, ReadError> {
        self.blanks();
        if self.word("pr") {
            return Ok(Filter::Present(path));
        }
        for how in Comparison::ALL {
            if self.word(how.name()) {
                self.blanks();
                return Ok(Filter::Compare(path, how, self.value()?));
            }
        }
        self.wrong("eq, ne, co, sw, ew, gt, ge, lt, le or pr")
    }

    /// A JSON value that is no list and no object.
    fn value(&mut self) -> Result<Value, ReadError> {
        let expected = "a text in double quotes, a number, true, false or null";
        let mut values = serde_json::Deserializer::from_str(self.rest()).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) if !value.is_array() && !value.is_object() => {
                self.at += values.byte_offset();
                Ok(value)
            }
            _ => self.wrong(expected),
        }
    }

    fn name(&mut self) -> Result<String, ReadError> {
        let rest = self.rest();
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let begins = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$');
        if !begins {
            return self.wrong("the name of an attribute");
        }
        self.at += end;
        Ok(rest[..end].to_owned())
    }

    fn attribute(&mut self) -> Result<AttributePath, ReadError> {
        let schema = self.schema();
        let name = self.name()?;
        let sub = if self.takes('.') { Some(self.name()?) } else { None };
        Ok(AttributePath { schema, name, sub })
    }

    /// The name of a schema with its colon, if one stands here: everything up to the last colon.
    fn schema(&mut self) -> Option<String> {
        let rest = self.rest();
        let is_urn = rest.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("urn:"));
        if !is_urn {
            return None;
        }
        let end = rest.find(|c| !(is_name(c) || matches!(c, ':' | '.'))).unwrap_or(rest.len());
        let colon = rest[..end].rfind(':')?;
        self.at += colon + 1;
        Some(rest[..colon].to_owned())
    }
}
