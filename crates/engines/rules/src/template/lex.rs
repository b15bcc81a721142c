//! Templates to tokens.

use super::TemplateError;

/// A piece of a template: text, or the tokens between `{{` and `}}`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Text(String),
    Action(Vec<Token>),
}

/// A token of an action.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// `.name`; `true`: it stands right behind another operand.
    Field(String, bool),
    Dot,
    /// `$name`
    Variable(String),
    Word(String),
    Int(i64),
    Float(f64),
    Text(String),
    /// `|`, `(`, `)`, `,`, `:=`, `=`
    Sign(&'static str),
}

fn error(message: impl Into<String>) -> TemplateError {
    TemplateError::new(message)
}

/// Cuts a template into pieces; `{{-` and `-}}` take the blanks beside them.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, TemplateError> {
    let (mut pieces, mut rest, mut trims) = (Vec::new(), text, false);
    loop {
        let (before, after) = match rest.split_once("{{") {
            Some((before, after)) => (before, Some(after)),
            None => (rest, None),
        };
        let mut shown = if trims { before.trim_start_matches(BLANKS) } else { before };
        let left_trim = after.is_some_and(|a| a.starts_with('-') && a[1..].starts_with(BLANKS));
        if left_trim {
            shown = shown.trim_end_matches(BLANKS);
        }
        if !shown.is_empty() {
            pieces.push(Piece::Text(shown.to_owned()));
        }
        let Some(after) = after else { return Ok(pieces) };
        let inside = if left_trim { &after[1..] } else { after };
        let (action, left) = action(inside)?;
        pieces.extend(action.map(Piece::Action));
        (rest, trims) = match left {
            Left::Plain(left) => (left, false),
            Left::Trims(left) => (left, true),
        };
    }
}

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// What follows an action.
enum Left<'t> {
    Plain(&'t str),
    Trims(&'t str),
}

fn closing(text: &str) -> Option<Left<'_>> {
    if let Some(left) = text.strip_prefix("}}") {
        return Some(Left::Plain(left));
    }
    let trimmed = text.trim_start_matches(BLANKS);
    if let Some(left) = trimmed.strip_prefix("-}}")
        && trimmed.len() < text.len()
    {
        return Some(Left::Trims(left));
    }
    None
}

type Tokens = Vec<Token>;

/// Reads up to `}}`; a comment is no action.
fn action(text: &str) -> Result<(Option<Tokens>, Left<'_>), TemplateError> {
    if let Some(comment) = text.trim_start_matches(BLANKS).strip_prefix("/*") {
        let (_, after) = comment.split_once("*/").ok_or_else(|| error("unclosed comment"))?;
        let left = closing(after).ok_or_else(|| error("comment ends before closing delimiter"))?;
        return Ok((None, left));
    }
    let (mut tokens, mut rest, mut joined) = (Vec::new(), text, false);
    loop {
        if let Some(left) = closing(rest) {
            return Ok((Some(tokens), left));
        }
        let Some(first) = rest.chars().next() else { return Err(error("unclosed action")) };
        if BLANKS.contains(&first) {
            (rest, joined) = (&rest[1..], false);
            continue;
        }
        let (token, after) = token(rest, first, joined)?;
        tokens.push(token);
        (rest, joined) = (after, true);
    }
}

fn word_end(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

fn token(text: &str, first: char, joined: bool) -> Result<(Token, &str), TemplateError> {
    for sign in [":=", "|", "(", ")", ",", "="] {
        if let Some(after) = text.strip_prefix(sign) {
            return Ok((Token::Sign(sign), after));
        }
    }
    let digit_next = text[first.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
    match first {
        '"' => quoted(text),
        '`' => {
            let (inside, after) =
                text[1..].split_once('`').ok_or_else(|| error("unterminated raw quoted string"))?;
            Ok((Token::Text(inside.to_owned()), after))
        }
        '.' if !digit_next => {
            let end = word_end(&text[1..]) + 1;
            let token = match &text[1..end] {
                "" => Token::Dot,
                name => Token::Field(name.to_owned(), joined),
            };
            Ok((token, &text[end..]))
        }
        '$' => {
            let end = word_end(&text[1..]) + 1;
            Ok((Token::Variable(text[1..end].to_owned()), &text[end..]))
        }
        '0'..='9' | '.' | '+' | '-' => number(text),
        _ if first.is_alphabetic() || first == '_' => {
            let end = word_end(text);
            Ok((Token::Word(text[..end].to_owned()), &text[end..]))
        }
        _ => Err(error(format!("unexpected {first:?} in command"))),
    }
}

fn number(text: &str) -> Result<(Token, &str), TemplateError> {
    let ends = |(at, c): (usize, char)| {
        let exponent = text[..at].ends_with(['e', 'E']) && !text.starts_with("0x");
        let sign = matches!(c, '+' | '-') && (at == 0 || exponent);
        !(c.is_alphanumeric() || c == '.' || c == '_' || sign)
    };
    let end = text.char_indices().find(|pair| ends(*pair)).map_or(text.len(), |(at, _)| at);
    let plain = text[..end].replace('_', "");
    let bad = || error(format!("bad number syntax: {:?}", &text[..end]));
    let token = match plain.strip_prefix("0x") {
        Some(digits) => Token::Int(i64::from_str_radix(digits, 16).map_err(|_| bad())?),
        None => match plain.parse::<i64>() {
            Ok(whole) => Token::Int(whole),
            Err(_) => Token::Float(plain.parse().map_err(|_| bad())?),
        },
    };
    Ok((token, &text[end..]))
}

/// Reads a string in double quotes with Go's escapes.
fn quoted(text: &str) -> Result<(Token, &str), TemplateError> {
    let mut inside = String::new();
    let mut letters = text.char_indices().skip(1);
    let unclosed = || error("unterminated quoted string");
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((Token::Text(inside), &text[at + 1..])),
            '\n' => return Err(unclosed()),
            '\\' => {
                let (_, escaped) = letters.next().ok_or_else(unclosed)?;
                let digits = match escaped {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => 0,
                };
                if digits == 0 {
                    inside.push(plain_escape(escaped)?);
                    continue;
                }
                let code: String = letters.by_ref().take(digits).map(|(_, c)| c).collect();
                let letter = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                let letter =
                    letter.ok_or_else(|| error(format!("invalid escape \\{escaped}{code}")))?;
                inside.push(letter);
            }
            letter => inside.push(letter),
        }
    }
    Err(unclosed())
}

fn plain_escape(letter: char) -> Result<char, TemplateError> {
    Ok(match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'v' => '\x0b',
        '\\' | '"' | '\'' => letter,
        _ => return Err(error(format!("invalid escape \\{letter}"))),
    })
}
