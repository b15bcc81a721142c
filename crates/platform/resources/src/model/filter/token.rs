//! The words of a filter: a text becomes tokens with their places.

use std::ops::Range;

use kernel::Text;
use winnow::{
    LocatingSlice, Parser,
    combinator::{alt, delimited, preceded, repeat},
    token::{any, none_of, take_while},
};

use super::fault::FilterFault;

/// One word of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name, number, address, time or keyword: `memory_bytes`, `8GiB`, `10.0.0.0/8`.
    Word(String),
    /// A text in quotes.
    Quoted(String),
    /// `=`, `!=`, `<`, `<=`, `>`, `>=`, `~`, `!~`.
    Sign(Sign),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
}

/// What stands between a field and a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    Equal,
    Differs,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    Unlike,
}

/// A token and the bytes of the text it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) token: Token,
    pub(crate) span: Range<usize>,
}

type Input<'t> = LocatingSlice<&'t str>;

/// Everything a word may hold beside letters and digits.
const IN_WORDS: [char; 12] = ['_', '-', '.', ':', '/', '%', '@', '+', '*', '?', '#', '&'];

/// The tokens of `text`.
///
/// Errors: a fault at the sign that belongs to no token, or at the quote that is never closed.
pub(crate) fn tokens(text: &str) -> Result<Vec<Placed>, FilterFault> {
    let mut input = LocatingSlice::new(text);
    let mut tokens = Vec::new();
    loop {
        let left: &str = spaces(&mut input);
        if left.is_empty() {
            return Ok(tokens);
        }
        let from = text.len() - left.len();
        match token.with_span().parse_next(&mut input) {
            Ok((token, span)) => tokens.push(Placed { token, span }),
            Err(_) => return Err(unreadable(text, from)),
        }
    }
}

/// Skips blanks; returns what is left.
fn spaces<'t>(input: &mut Input<'t>) -> &'t str {
    let blanks: winnow::Result<&str> = take_while(0.., char::is_whitespace).parse_next(input);
    debug_assert!(blanks.is_ok(), "no blank at all will do");
    input.as_ref()
}

fn token(input: &mut Input<'_>) -> winnow::Result<Token> {
    alt((
        quoted('"', '"').map(Token::Quoted),
        quoted('“', '”').map(Token::Quoted),
        sign.map(Token::Sign),
        alt(('(', '（')).value(Token::Open),
        alt((')', '）')).value(Token::Close),
        alt((',', '，')).value(Token::Comma),
        take_while(1.., |c: char| c.is_alphanumeric() || IN_WORDS.contains(&c))
            .map(|word: &str| Token::Word(word.to_owned())),
    ))
    .parse_next(input)
}

fn sign(input: &mut Input<'_>) -> winnow::Result<Sign> {
    alt((
        "!=".value(Sign::Differs),
        "!~".value(Sign::Unlike),
        "<=".value(Sign::LessOrEqual),
        ">=".value(Sign::GreaterOrEqual),
        "==".value(Sign::Equal),
        "=".value(Sign::Equal),
        "<".value(Sign::Less),
        ">".value(Sign::Greater),
        "~".value(Sign::Like),
    ))
    .parse_next(input)
}

/// A text between quotes; a backslash takes the next sign as it is.
fn quoted<'t>(
    open: char,
    close: char,
) -> impl Parser<Input<'t>, String, winnow::error::ContextError> {
    let piece = alt((preceded('\\', any), none_of(move |c| c == close || c == '\\')));
    let pieces = repeat(0.., piece).fold(String::new, |mut text, c| {
        text.push(c);
        text
    });
    delimited(open, pieces, close)
}

fn unreadable(text: &str, from: usize) -> FilterFault {
    let found: String = text[from..].chars().take(20).collect();
    let expected = if found.starts_with(['"', '“']) {
        Text::new("a closing quote for the text that begins here", "与此处引号配对的右引号")
    } else {
        Text::new("a field, a value, an operator or a bracket", "字段、值、运算符或括号")
    };
    FilterFault::new(from, found, expected)
}

impl Sign {
    /// How it is written.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Differs => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Like => "~",
            Self::Unlike => "!~",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_texts_signs_and_brackets_are_told_apart() {
        let found: Vec<Token> = tokens(r#"a_b.c>=8GiB and(x~"d\"b*")，“核心” 10.0.0.0/8 !="#)
            .unwrap()
            .into_iter()
            .map(|placed| placed.token)
            .collect();
        let word = |word: &str| Token::Word(word.to_owned());
        let quoted = |text: &str| Token::Quoted(text.to_owned());
        assert_eq!(
            found,
            [
                word("a_b.c"),
                Token::Sign(Sign::GreaterOrEqual),
                word("8GiB"),
                word("and"),
                Token::Open,
                word("x"),
                Token::Sign(Sign::Like),
                quoted("d\"b*"),
                Token::Close,
                Token::Comma,
                quoted("核心"),
                word("10.0.0.0/8"),
                Token::Sign(Sign::Differs),
            ]
        );
    }

    #[test]
    fn quote_that_is_never_closed_and_strange_signs_are_named_with_their_place() {
        for (text, at, expected) in
            [("名 = \"db", 6, "closing quote"), ("a = $1", 4, "a field"), ("a ; b", 2, "a field")]
        {
            let fault = tokens(text).unwrap_err();
            assert_eq!(fault.at, at, "{text}");
            assert!(fault.expected.en.contains(expected), "{}", fault.expected.en);
        }
    }
}
