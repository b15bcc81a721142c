//! Reads PromQL's vector selector.

use super::{MatchOp, Matcher};
use crate::SeriesError;
use crate::labels::METRIC_LABEL;
use crate::names::{is_label_name, is_metric_name};

/// Longest selector in bytes: as long as a query.
const TEXT_BYTES_MAX: usize = 1 << 20;
/// Most matchers in a selector: as many as in a query.
const MATCHERS_MAX: usize = 1000;

/// Reads all of `text`: a metric name, matchers in braces, or both.
pub(super) fn matchers(text: &str) -> Result<Vec<Matcher>, SeriesError> {
    let reader = Reader { text, at: 0, is_printed: false };
    if text.len() > TEXT_BYTES_MAX {
        return Err(reader.unexpected("at most 1,048,576 bytes"));
    }
    read(reader)
}

/// The same, of a selector that was printed; its own length is the limit, and it may have been put
/// together of others that have a name.
pub(super) fn printed(text: &str) -> Result<Vec<Matcher>, SeriesError> {
    read(Reader { text, at: 0, is_printed: true })
}

fn read(mut reader: Reader<'_>) -> Result<Vec<Matcher>, SeriesError> {
    let text = reader.text;
    let mut found = Vec::new();
    reader.space();
    let metric = reader.word();
    if !metric.is_empty() {
        if !is_metric_name(metric) {
            reader.at -= metric.len();
            return Err(reader.unexpected("a metric name or '{'"));
        }
        found.push(Matcher::new(METRIC_LABEL, MatchOp::Equal, metric)?);
        reader.space();
    }
    let mut expected = "'{' or the end";
    if reader.take("{") {
        reader.braces(&mut found)?;
        reader.space();
        expected = "the end";
    } else if found.is_empty() {
        return Err(reader.unexpected("a metric name or '{'"));
    }
    if reader.at < text.len() {
        return Err(reader.unexpected(expected));
    }
    Ok(found)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    is_printed: bool,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn unexpected(&self, expected: &'static str) -> SeriesError {
        let found = match self.rest().chars().next() {
            Some(found) => format!("{found:?}"),
            None => "the end".to_owned(),
        };
        SeriesError::SelectorSyntax { position: self.at, expected, found }
    }

    /// Skips white space and comments.
    fn space(&mut self) {
        loop {
            let rest = self.rest().trim_start_matches([' ', '\t', '\n', '\r']);
            self.at = self.text.len() - rest.len();
            if !rest.starts_with('#') {
                return;
            }
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }

    fn take(&mut self, wanted: &str) -> bool {
        let there = self.rest().starts_with(wanted);
        if there {
            self.at += wanted.len();
        }
        there
    }

    /// Takes letters, digits, `_` and `:`; nothing if none stand here.
    fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':';
        let end = rest.bytes().position(|byte| !inside(byte)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn braces(&mut self, found: &mut Vec<Matcher>) -> Result<(), SeriesError> {
        loop {
            self.space();
            if self.take("}") {
                return Ok(());
            }
            if found.len() >= MATCHERS_MAX && !self.is_printed {
                return Err(self.unexpected("at most 1,000 matchers"));
            }
            self.matcher(found)?;
            self.space();
            if !self.take(",") && !self.rest().starts_with('}') {
                return Err(self.unexpected("',' or '}'"));
            }
        }
    }

    fn matcher(&mut self, found: &mut Vec<Matcher>) -> Result<(), SeriesError> {
        let start = self.at;
        let quoted = self.rest().starts_with(['"', '\'', '`']);
        let name = if quoted { self.string()? } else { self.word().to_owned() };
        if !quoted && !is_label_name(&name) {
            self.at = start;
            return Err(self.unexpected("a label name or '}'"));
        }
        self.space();
        let names_metric = !self.is_printed && found.iter().any(|m| m.name == METRIC_LABEL);
        if quoted && self.rest().starts_with([',', '}']) {
            // Prometheus 3 allows the metric's name as a quoted string inside the braces.
            if names_metric {
                self.at = start;
                return Err(self.unexpected("no second metric name"));
            }
            found.push(Matcher::new(METRIC_LABEL, MatchOp::Equal, name)?);
            return Ok(());
        }
        let op = self.op()?;
        self.space();
        let value = self.string()?;
        if name == METRIC_LABEL && op == MatchOp::Equal && names_metric {
            self.at = start;
            return Err(self.unexpected("no second metric name"));
        }
        found.push(Matcher::new(name, op, value)?);
        Ok(())
    }

    fn op(&mut self) -> Result<MatchOp, SeriesError> {
        let known = [MatchOp::Regex, MatchOp::NotRegex, MatchOp::NotEqual, MatchOp::Equal];
        for op in known {
            if self.take(op.symbol()) {
                return Ok(op);
            }
        }
        Err(self.unexpected("'=', '!=', '=~' or '!~'"))
    }

    /// Takes a string in `"`, `'` or, without escapes, in backticks.
    fn string(&mut self) -> Result<String, SeriesError> {
        let start = self.at;
        let Some(quote) = self.rest().chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))
        else {
            return Err(self.unexpected("a quoted string"));
        };
        self.at += 1;
        let mut bytes = Vec::new();
        loop {
            let Some(next) = self.rest().chars().next() else {
                return Err(self.unexpected("the closing quote"));
            };
            if next == '\n' && quote != '`' {
                return Err(self.unexpected("the closing quote"));
            }
            self.at += next.len_utf8();
            match next {
                _ if next == quote => break,
                '\\' if quote != '`' => self.escape(quote, &mut bytes)?,
                _ => bytes.extend(next.encode_utf8(&mut [0; 4]).bytes()),
            }
        }
        String::from_utf8(bytes).map_err(|_| {
            self.at = start;
            self.unexpected("a string whose escapes are UTF-8")
        })
    }

    /// Takes what follows a backslash. Source: Go's string literals, which PromQL uses.
    fn escape(&mut self, quote: char, bytes: &mut Vec<u8>) -> Result<(), SeriesError> {
        const EXPECTED: &str = "an escape such as \\n, \\\\ or \\u00e9";
        const NAMES: &str = "abfnrtv\\";
        const BYTES: &[u8] = b"\x07\x08\x0c\n\r\t\x0b\\";
        let next = self.rest().chars().next().unwrap_or('\0');
        if next == quote {
            bytes.push(quote as u8);
            self.at += 1;
            return Ok(());
        }
        if let Some(at) = NAMES.find(next) {
            bytes.push(BYTES[at]);
            self.at += 1;
            return Ok(());
        }
        let (skip, digits, radix) = match next {
            'x' => (1, 2, 16),
            'u' => (1, 4, 16),
            'U' => (1, 8, 16),
            '0'..='7' => (0, 3, 8),
            _ => return Err(self.unexpected(EXPECTED)),
        };
        let code = self
            .rest()
            .get(skip..skip + digits)
            .filter(|text| text.chars().all(|digit| digit.is_digit(radix)))
            .and_then(|text| u32::from_str_radix(text, radix).ok())
            .ok_or_else(|| self.unexpected(EXPECTED))?;
        if matches!(next, 'u' | 'U') {
            let letter = char::from_u32(code).ok_or_else(|| self.unexpected(EXPECTED))?;
            bytes.extend(letter.encode_utf8(&mut [0; 4]).bytes());
        } else {
            bytes.push(u8::try_from(code).map_err(|_| self.unexpected(EXPECTED))?);
        }
        self.at += skip + digits;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::Selector;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: &Expect) {
        let shown = match Selector::parse(text) {
            Ok(selector) => selector.to_string(),
            Err(refused) => refused.to_string(),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn selectors_are_read() {
        check("up", &expect![[r#"{__name__="up"}"#]]);
        check(" a:b { } # x", &expect![[r#"{__name__="a:b"}"#]]);
        check("up{a='b',}", &expect![[r#"{__name__="up",a="b"}"#]]);
        check(r#"up{a="b\"\x41\101\u00e9"}"#, &expect![[r#"{__name__="up",a="b\"AAé"}"#]]);
        check("up{a=~`\\d+`, b !~ \"x\"}", &expect![[r#"{__name__="up",a=~"\\d+",b!~"x"}"#]]);
        check("{\"up\",\"a b\"=\"c\"}", &expect![[r#"{__name__="up","a b"="c"}"#]]);
        check("{__name__=~\"a|b\"}", &expect![[r#"{__name__=~"a|b"}"#]]);
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        check(
            "",
            &expect!["read selector at byte 0: expected a metric name or '{', found the end"],
        );
        check("1x", &expect!["read selector at byte 0: expected a metric name or '{', found '1'"]);
        check(
            "up{",
            &expect!["read selector at byte 3: expected a label name or '}', found the end"],
        );
        check(
            "up{a}",
            &expect!["read selector at byte 4: expected '=', '!=', '=~' or '!~', found '}'"],
        );
        check("up{a=b}", &expect!["read selector at byte 5: expected a quoted string, found 'b'"]);
        check(
            "up{a=\"b}",
            &expect!["read selector at byte 8: expected the closing quote, found the end"],
        );
        check(
            "up{a=\"\\q\"}",
            &expect![[
                r#"read selector at byte 7: expected an escape such as \n, \\ or \u00e9, found 'q'"#
            ]],
        );
        check(
            "up{a=\"\\xff\"}",
            &expect![[
                r#"read selector at byte 5: expected a string whose escapes are UTF-8, found '"'"#
            ]],
        );
        check(
            "up{a=\"b\" c=\"d\"}",
            &expect!["read selector at byte 9: expected ',' or '}', found 'c'"],
        );
        check("up{a=\"b\"}[5m]", &expect!["read selector at byte 9: expected the end, found '['"]);
        check(
            "up{__name__=\"x\"}",
            &expect!["read selector at byte 3: expected no second metric name, found '_'"],
        );
        check(
            "{a=\"\"}",
            &expect!["read selector: at least one matcher must not match the empty string"],
        );
        check(
            "{a=~\".*\"}",
            &expect!["read selector: at least one matcher must not match the empty string"],
        );
        check(
            "{}",
            &expect!["read selector: at least one matcher must not match the empty string"],
        );
        check(
            "up{a=~\"(\"}",
            &expect!["read the matcher of label a: error parsing regexp: missing closing ): `(`"],
        );
    }

    #[test]
    fn what_was_printed_is_read_whatever_its_length() {
        let longest = format!("up{{a=`{}`}}", "\"".repeat((1 << 20) - 8));
        let matchers: Vec<String> = (0..999).map(|n| format!("a{n}=\"\"")).collect();
        for text in [longest, format!("up{{{}}}", matchers.join(","))] {
            let selector = Selector::parse(&text).unwrap();
            let mut matchers = selector.matchers().to_vec();
            matchers.extend_from_within(..);
            let twice = Selector::new(matchers).unwrap();
            assert!(Selector::parse(&twice.to_string()).is_err());
            for selector in [selector, twice] {
                let printed = selector.to_string();
                assert_eq!(Selector::parse_printed(&printed).unwrap(), selector);
            }
            assert!(Selector::parse(&format!("{text} ")).is_ok() == (text.len() < 1 << 20));
        }
        let too_many = format!("up{{{}}}", "a=\"\",".repeat(1000));
        assert!(Selector::parse(&too_many).unwrap_err().to_string().contains("1,000 matchers"));
    }
}
