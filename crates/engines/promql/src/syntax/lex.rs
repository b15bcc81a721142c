//! Text to tokens.

use super::ast::Span;
use super::duration::{duration_ms, is_too_long};
use super::token::{Token, TokenKind};

/// Splits a query; the last token is [`TokenKind::End`] or [`TokenKind::Wrong`].
pub(super) fn tokens(query: &str) -> Vec<Token<'_>> {
    let (at, braces, parens, brackets) = (0, false, 0, 0);
    let mut lexer = Lexer { query, at, braces, parens, brackets, found: Vec::new() };
    while lexer.step() {}
    lexer.found
}

struct Lexer<'q> {
    query: &'q str,
    at: usize,
    braces: bool,
    parens: usize,
    brackets: usize,
    found: Vec<Token<'q>>,
}

impl<'q> Lexer<'q> {
    fn rest(&self) -> &'q str {
        &self.query[self.at..]
    }

    fn push(&mut self, kind: TokenKind, length: usize) -> bool {
        let (start, end) = (self.at, self.at + length);
        self.at = end;
        let text = &self.query[start..end];
        let span = Span::new(start, end);
        self.found.push(Token { kind, text, span, complaint: String::new() });
        kind != TokenKind::End
    }

    fn wrong(&mut self, complaint: String) -> bool {
        let span = Span::new(self.at, self.query.len());
        self.found.push(Token { kind: TokenKind::Wrong, text: "", span, complaint });
        false
    }

    /// Takes one token; false at the end.
    fn step(&mut self) -> bool {
        let rest = self.rest().trim_start_matches([' ', '\t', '\n', '\r']);
        self.at = self.query.len() - rest.len();
        let Some(first) = rest.chars().next() else { return self.end() };
        match first {
            '#' => {
                self.at += rest.find('\n').unwrap_or(rest.len());
                true
            }
            '"' | '\'' | '`' => self.string(first),
            _ if self.braces => self.in_braces(first),
            '(' => {
                self.parens += 1;
                self.push(TokenKind::LeftParen, 1)
            }
            ')' if self.parens > 0 => {
                self.parens -= 1;
                self.push(TokenKind::RightParen, 1)
            }
            ')' => {
                // Its place is behind it, as in Prometheus.
                self.at += 1;
                self.wrong("unexpected right parenthesis ')'".to_owned())
            }
            ',' => self.push(TokenKind::Comma, 1),
            '@' => self.push(TokenKind::At, 1),
            '{' => {
                self.braces = true;
                self.push(TokenKind::LeftBrace, 1)
            }
            '[' => {
                self.brackets += 1;
                self.push(TokenKind::LeftBracket, 1)
            }
            ']' if self.brackets > 0 => {
                self.brackets -= 1;
                self.push(TokenKind::RightBracket, 1)
            }
            ']' => self.wrong("unexpected right bracket ']'".to_owned()),
            '}' => self.wrong("unexpected right brace '}'".to_owned()),
            ':' if self.brackets > 0 => self.push(TokenKind::Colon, 1),
            '0'..='9' | '.' => self.number(),
            'a'..='z' | 'A'..='Z' | '_' | ':' => self.word(),
            _ => self.operator(first),
        }
    }

    fn end(&mut self) -> bool {
        if self.braces {
            return self.wrong("unexpected end of input inside braces".to_owned());
        }
        if self.parens > 0 {
            return self.wrong("unclosed left parenthesis".to_owned());
        }
        if self.brackets > 0 {
            return self.wrong("unclosed left bracket".to_owned());
        }
        self.push(TokenKind::End, 0)
    }

    fn in_braces(&mut self, first: char) -> bool {
        let rest = self.rest();
        match first {
            ',' => self.push(TokenKind::Comma, 1),
            '}' => {
                self.braces = false;
                self.push(TokenKind::RightBrace, 1)
            }
            '=' if rest.starts_with("=~") => self.push(TokenKind::Operator, 2),
            '=' => self.push(TokenKind::Assign, 1),
            '!' if rest.starts_with("!=") || rest.starts_with("!~") => {
                self.push(TokenKind::Operator, 2)
            }
            '!' => {
                let next = rest.chars().nth(1).unwrap_or(' ');
                self.wrong(format!("unexpected character after '!' inside braces: {next:?}"))
            }
            '{' => self.wrong("unexpected left brace '{' inside braces".to_owned()),
            'a'..='z' | 'A'..='Z' | '_' => {
                let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
                let length = length_of(rest, inside);
                self.push(TokenKind::Label, length)
            }
            _ => self.wrong(format!("unexpected character inside braces: {first:?}")),
        }
    }

    fn operator(&mut self, first: char) -> bool {
        const TWO: [&str; 7] = ["==", "!=", "<=", ">=", "</", ">/", "=~"];
        let rest = self.rest();
        if let Some(sign) = TWO.iter().find(|sign| rest.starts_with(*sign)) {
            if *sign == "=~" {
                return self.wrong("unexpected character after '=': '~'".to_owned());
            }
            return self.push(TokenKind::Operator, 2);
        }
        match first {
            '+' | '-' | '*' | '/' | '%' | '^' | '<' | '>' => self.push(TokenKind::Operator, 1),
            '=' => self.push(TokenKind::Assign, 1),
            '!' => {
                let next = rest.chars().nth(1).unwrap_or(' ');
                self.wrong(format!("unexpected character after '!': {next:?}"))
            }
            _ => self.wrong(format!("unexpected character: {first:?}")),
        }
    }

    fn word(&mut self) -> bool {
        let colons = self.brackets == 0;
        let inside =
            |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || (colons && byte == b':');
        let length = length_of(self.rest(), inside);
        let text = &self.rest()[..length];
        let kind = match text {
            _ if text.eq_ignore_ascii_case("inf") || text.eq_ignore_ascii_case("nan") => {
                TokenKind::Number
            }
            _ if text.contains(':') => TokenKind::Metric,
            _ => TokenKind::Word,
        };
        self.push(kind, length)
    }

    fn number(&mut self) -> bool {
        let rest = self.rest();
        let hexadecimal = rest.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x"));
        let length = if hexadecimal {
            2 + length_of(&rest[2..], |byte| byte.is_ascii_alphanumeric() || byte == b'_')
        } else {
            decimal_length(rest)
        };
        let text = &rest[..length];
        if number_value(text).is_some() {
            return self.push(TokenKind::Number, length);
        }
        if duration_ms(text).is_some() {
            return self.push(TokenKind::Duration, length);
        }
        if is_too_long(text) {
            return self.wrong("duration out of range".to_owned());
        }
        self.wrong(format!("bad number or duration syntax: {}", super::quote::go_quote(text)))
    }

    fn string(&mut self, quote: char) -> bool {
        let rest = self.rest();
        let mut letters = rest.char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' if quote != '`' => {
                    letters.next();
                }
                '\n' if quote != '`' => return self.wrong("unterminated quoted string".to_owned()),
                _ if letter == quote => return self.push(TokenKind::String, at + 1),
                _ => {}
            }
        }
        let raw = if quote == '`' { "raw" } else { "quoted" };
        self.wrong(format!("unterminated {raw} string"))
    }
}

fn length_of(text: &str, inside: impl Fn(u8) -> bool) -> usize {
    text.bytes().position(|byte| !inside(byte)).unwrap_or(text.len())
}

/// Digits, one point, an exponent with its sign, and letters that may be units.
fn decimal_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let after_exponent = at > 0 && matches!(bytes[at - 1], b'e' | b'E');
        let plain = byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
        if !(plain || after_exponent && matches!(byte, b'+' | b'-')) {
            break;
        }
        at += 1;
    }
    at
}

/// Reads a number as PromQL writes it: decimal, hexadecimal, octal (`017`), `_` between digits,
/// `Inf` and `NaN` in any case.
pub(super) fn number_value(text: &str) -> Option<f64> {
    if text.eq_ignore_ascii_case("inf") {
        return Some(f64::INFINITY);
    }
    if text.eq_ignore_ascii_case("nan") {
        return Some(f64::NAN);
    }
    let plain = without_underscores(text)?;
    let digits = plain.get(2..).filter(|_| plain[..2].eq_ignore_ascii_case("0x"));
    if let Some(digits) = digits {
        return i64::from_str_radix(digits, 16).ok().map(as_float);
    }
    let all_digits = plain.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits && plain.len() > 1 && plain.starts_with('0') {
        // Go reads a leading zero as octal where it can, and as decimal else.
        if let Ok(octal) = i64::from_str_radix(&plain, 8) {
            return Some(as_float(octal));
        }
    }
    let starts_well = plain.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let letters = plain.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    if !starts_well || !letters || plain == "." {
        return None;
    }
    plain.parse().ok()
}

#[expect(clippy::cast_precision_loss, reason = "PromQL's integers are floats")]
fn as_float(integer: i64) -> f64 {
    integer as f64
}

/// Takes out `_` that stands between digits; `None` if one stands elsewhere.
fn without_underscores(text: &str) -> Option<String> {
    if !text.contains('_') {
        return Some(text.to_owned());
    }
    let bytes = text.as_bytes();
    let digit =
        |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_hexdigit);
    let lawful = |at: usize| {
        let after_prefix = at == 2 && text[..2].eq_ignore_ascii_case("0x");
        (digit(at.checked_sub(1)) || after_prefix) && digit(at.checked_add(1))
    };
    let all = bytes.iter().enumerate().all(|(at, byte)| *byte != b'_' || lawful(at));
    all.then(|| text.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_all_their_forms() {
        let table = [
            ("1", 1.0),
            ("2.", 2.0),
            (".2", 0.2),
            ("12.34e6", 12.34e6),
            ("12.34e-6", 12.34e-6),
            ("0x8f", 143.0),
            ("1_000_000", 1e6),
            ("0x1_F", 31.0),
            ("017", 15.0),
            ("019", 19.0),
            ("InF", f64::INFINITY),
        ];
        for (text, value) in table {
            assert_eq!(number_value(text), Some(value), "{text}");
        }
        for text in ["1__0", "_1", "1_", "1x", "5m", "1e", "0x", "1.2.3", "-1"] {
            assert_eq!(number_value(text), None, "{text}");
        }
    }

    #[test]
    fn query_falls_into_tokens() {
        let kinds: Vec<_> = tokens("sum(a:b{c=~\"d\"}[5m:1h30m]) </ 1 # no\n")
            .into_iter()
            .map(|token| (token.kind, token.text))
            .collect();
        use TokenKind::*;
        assert_eq!(
            kinds,
            [
                (Word, "sum"),
                (LeftParen, "("),
                (Metric, "a:b"),
                (LeftBrace, "{"),
                (Label, "c"),
                (Operator, "=~"),
                (String, "\"d\""),
                (RightBrace, "}"),
                (LeftBracket, "["),
                (Duration, "5m"),
                (Colon, ":"),
                (Duration, "1h30m"),
                (RightBracket, "]"),
                (RightParen, ")"),
                (Operator, "</"),
                (Number, "1"),
                (End, ""),
            ]
        );
    }
}
