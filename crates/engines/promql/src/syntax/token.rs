//! The pieces that a query is made of.

use super::ast::Span;
use super::names::{is_aggregator, is_keyword, is_word_operator};
use super::quote::go_quote;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    End,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    Comma,
    Colon,
    /// `=`, only between a label and its value.
    Assign,
    /// An operator written with signs, `=~` and `!~` among them.
    Operator,
    At,
    Number,
    Duration,
    String,
    /// A name without a colon; may be a keyword.
    Word,
    /// A name with a colon: always a metric.
    Metric,
    /// A name inside braces: never a keyword.
    Label,
    /// Characters that begin no token; the text is the complaint.
    Wrong,
}

#[derive(Debug, Clone)]
pub(super) struct Token<'q> {
    pub(super) kind: TokenKind,
    pub(super) text: &'q str,
    pub(super) span: Span,
    /// What is wrong, for [`TokenKind::Wrong`].
    pub(super) complaint: String,
}

impl Token<'_> {
    /// Tells whether this is the keyword or word operator `word` (lower case).
    pub(super) fn is(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub(super) fn is_sign(&self, sign: &str) -> bool {
        self.kind == TokenKind::Operator && self.text == sign
    }

    /// The token as error messages name it.
    pub(super) fn description(&self) -> String {
        let quoted = || match self.text.chars().count() > 10 {
            true => format!("{}...", go_quote(&self.text.chars().take(10).collect::<String>())),
            false => go_quote(self.text),
        };
        match self.kind {
            TokenKind::End => "end of input".to_owned(),
            TokenKind::Wrong => self.complaint.clone(),
            TokenKind::Number => format!("number {}", quoted()),
            TokenKind::Duration => format!("duration {}", quoted()),
            TokenKind::String => format!("string {}", quoted()),
            TokenKind::Metric => format!("metric identifier {}", go_quote(self.text)),
            TokenKind::Label => format!("identifier {}", go_quote(self.text)),
            TokenKind::Operator | TokenKind::At => format!("<op:{}>", self.text),
            TokenKind::Word => {
                let word = self.text.to_ascii_lowercase();
                if is_aggregator(&word) {
                    format!("<aggr:{}>", self.text)
                } else if is_word_operator(&word) {
                    format!("<op:{}>", self.text)
                } else if is_keyword(&word) {
                    format!("<{}>", self.text)
                } else {
                    format!("identifier {}", go_quote(self.text))
                }
            }
            _ => go_quote(self.text),
        }
    }
}
