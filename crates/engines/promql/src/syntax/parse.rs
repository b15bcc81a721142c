//! Tokens to a tree: precedence climbing over primaries and what may follow them.
//!
//! Written by hand, because the messages and positions of Prometheus are part of what is
//! promised, and a generated parser gives neither.

mod aggregate;
mod brackets;
mod modifiers;
mod primary;
mod selector;
mod strings;

use super::ast::{Binary, Cardinality, Expr, Kind, Operator, Span};
use super::check;
use super::lex;
use super::token::{Token, TokenKind};
use crate::ParseError;
use crate::stack::roomy;
use series::Labels;

/// Longest query in bytes.
const QUERY_BYTES_MAX: usize = 1 << 20;
/// How deep parentheses, calls and signs may be nested.
const NESTING_MAX: usize = 200;
/// Queries with more brackets and operators than this are read on a stack of their own.
const OPENING_PLAIN: usize = 40;
/// How many levels the tree may have; a chain of operators is a level for each.
const HEIGHT_MAX: usize = 1000;

/// What the parser accepts beyond the stable language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseOptions {
    /// Functions, aggregators and modifiers that Prometheus calls experimental.
    pub experimental: bool,
}

impl Default for ParseOptions {
    fn default() -> Self {
        Self { experimental: true }
    }
}

/// Reads an expression and checks its types.
///
/// Errors: [`ParseError`] in the words of Prometheus, with line and column.
pub fn parse(query: &str, options: ParseOptions) -> Result<Expr, ParseError> {
    if query.len() > QUERY_BYTES_MAX {
        let what =
            format!("query is {} bytes long, at most {QUERY_BYTES_MAX} are allowed", query.len());
        return Err(ParseError::new("", Span::default(), what));
    }
    let tokens = lex::tokens(query);
    roomy(may_be_deep(&tokens), || expression(query, tokens, options))
}

/// Tells whether the tree may be deeper than an ordinary stack allows.
fn may_be_deep(tokens: &[Token<'_>]) -> bool {
    let opens = |token: &&Token<'_>| {
        let bracket = matches!(token.kind, TokenKind::LeftParen | TokenKind::LeftBracket);
        bracket || token.kind == TokenKind::Operator
    };
    tokens.iter().filter(opens).count() > OPENING_PLAIN
}

fn expression(
    query: &str,
    tokens: Vec<Token<'_>>,
    options: ParseOptions,
) -> Result<Expr, ParseError> {
    let mut parser = Parser { query, tokens, at: 0, depth: 0, options };
    if parser.peek().kind == TokenKind::End {
        return Err(parser.error(Span::default(), "no expression found in input"));
    }
    let expr = parser.expr(0)?;
    if parser.peek().kind != TokenKind::End {
        return Err(parser.unexpected("", ""));
    }
    check::types(query, &expr)?;
    Ok(expr)
}

/// Reads the labels of one series, such as `up{job="node"}`.
///
/// Errors: [`ParseError`].
pub fn parse_metric(text: &str) -> Result<Labels, ParseError> {
    let options = ParseOptions::default();
    let mut parser = Parser { query: text, tokens: lex::tokens(text), at: 0, depth: 0, options };
    let labels = parser.metric()?;
    if parser.peek().kind != TokenKind::End {
        return Err(parser.unexpected("", ""));
    }
    Ok(labels)
}

pub(super) struct Parser<'q> {
    query: &'q str,
    tokens: Vec<Token<'q>>,
    at: usize,
    depth: usize,
    options: ParseOptions,
}

impl<'q> Parser<'q> {
    fn peek(&self) -> &Token<'q> {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn ahead(&self, by: usize) -> &Token<'q> {
        &self.tokens[(self.at + by).min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Token<'q> {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn take(&mut self, kind: TokenKind) -> Option<Token<'q>> {
        (self.peek().kind == kind).then(|| self.next())
    }

    fn take_word(&mut self, word: &str) -> bool {
        let there = self.peek().is(word);
        self.at += usize::from(there);
        there
    }

    fn expect(
        &mut self,
        kind: TokenKind,
        context: &str,
        expected: &str,
    ) -> Result<Token<'q>, ParseError> {
        self.take(kind).ok_or_else(|| self.unexpected(context, expected))
    }

    fn error(&self, span: Span, what: impl Into<String>) -> ParseError {
        ParseError::new(self.query, span, what.into())
    }

    /// The message for a token that cannot stand here.
    fn unexpected(&self, context: &str, expected: &str) -> ParseError {
        let token = self.peek();
        let description = token.description();
        if token.kind == TokenKind::Wrong {
            return self.error(token.span, description);
        }
        let mut what = format!("unexpected {description}");
        if !context.is_empty() {
            what = format!("{what} in {context}");
        }
        if !expected.is_empty() {
            what = format!("{what}, expected {expected}");
        }
        self.error(token.span, what)
    }

    /// Runs `inner` one level deeper.
    fn nested<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        if self.depth >= NESTING_MAX {
            let what = format!("expression is nested deeper than {NESTING_MAX} levels");
            return Err(self.error(self.peek().span, what));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn made(&self, kind: Kind, span: Span) -> Result<Expr, ParseError> {
        let expr = Expr::new(kind, span);
        if expr.height > HEIGHT_MAX {
            let what = format!("expression has more than {HEIGHT_MAX} levels");
            return Err(self.error(span, what));
        }
        Ok(expr)
    }

    /// Refuses what Prometheus has behind a feature flag, unless it is allowed.
    fn experimental(&self, span: Span, what: &str) -> Result<(), ParseError> {
        if self.options.experimental {
            return Ok(());
        }
        Err(self.error(span, format!("{what} is experimental and must be enabled")))
    }

    /// An expression whose operators bind at least as tightly as `least`.
    fn expr(&mut self, least: u8) -> Result<Expr, ParseError> {
        let mut lhs = self.unary()?;
        loop {
            let Some(op) = self.operator().filter(|op| op.binding() >= least) else {
                return Ok(lhs);
            };
            self.next();
            let (returns_bool, mut matching) = self.binary_modifiers(op)?;
            if op.is_set() && matching.cardinality == Cardinality::OneToOne {
                matching.cardinality = Cardinality::ManyToMany;
            }
            // `^` is right associative, all others left.
            let tighter = if op == Operator::Pow { op.binding() } else { op.binding() + 1 };
            let rhs = self.nested(|parser| parser.expr(tighter))?;
            let span = lhs.span.to(rhs.span);
            let binary = Binary { op, lhs, rhs, returns_bool, matching };
            lhs = self.made(Kind::Binary(Box::new(binary)), span)?;
        }
    }

    fn operator(&self) -> Option<Operator> {
        let token = self.peek();
        match token.kind {
            TokenKind::Operator => Operator::written(token.text),
            TokenKind::Word => {
                Operator::written(token.text).filter(|op| op.is_set() || *op == Operator::Atan2)
            }
            _ => None,
        }
    }

    fn unary(&mut self) -> Result<Expr, ParseError> {
        let token = self.peek();
        let minus = token.is_sign("-");
        if !minus && !token.is_sign("+") {
            return self.postfix();
        }
        let start = self.next().span;
        // A sign binds as `*` does, so only `^` and what follows a primary bind tighter.
        let inner = self.nested(|parser| parser.expr(Operator::Pow.binding()))?;
        let span = start.to(inner.span);
        if let Kind::Number(value, duration) = inner.kind {
            let value = if minus { -value } else { value };
            return self.made(Kind::Number(value, duration), span);
        }
        self.made(Kind::Unary(minus, Box::new(inner)), span)
    }
}

#[cfg(test)]
mod tests;
