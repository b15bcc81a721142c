//! Numbers, strings, parentheses, calls and names.

use super::super::ast::{Aggregator, Expr, Kind};
use super::super::duration::duration_ms;
use super::super::functions::function;
use super::super::lex::number_value;
use super::super::names::is_reserved;
use super::super::quote::go_quote;
use super::super::token::{Token, TokenKind};
use super::Parser;
use crate::ParseError;

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Result<Expr, ParseError> {
        let token = self.peek().clone();
        match token.kind {
            TokenKind::Number | TokenKind::Duration => {
                self.next();
                let (value, duration) = literal(&token);
                self.made(Kind::Number(value, duration), token.span)
            }
            TokenKind::String => {
                self.next();
                let text = self.unquoted(&token)?;
                self.made(Kind::String(text), token.span)
            }
            TokenKind::LeftParen => {
                self.next();
                let inner = self.nested(|parser| parser.expr(0))?;
                let close = self.expect(TokenKind::RightParen, "", "")?;
                self.made(Kind::Paren(Box::new(inner)), token.span.to(close.span))
            }
            TokenKind::LeftBrace | TokenKind::Metric => self.vector_selector(),
            TokenKind::Word => self.named(&token),
            _ => Err(self.unexpected("", "")),
        }
    }

    fn named(&mut self, token: &Token<'_>) -> Result<Expr, ParseError> {
        let follows = self.ahead(1).clone();
        if let Some(op) = Aggregator::named(token.text) {
            let modifier = follows.is("by") || follows.is("without");
            if follows.kind == TokenKind::LeftParen || modifier {
                return self.aggregate(op);
            }
        } else if follows.kind == TokenKind::LeftParen {
            return self.call(token);
        }
        if is_reserved(&token.text.to_ascii_lowercase()) {
            return Err(self.unexpected("", ""));
        }
        self.vector_selector()
    }

    fn call(&mut self, token: &Token<'_>) -> Result<Expr, ParseError> {
        let known = function(token.text);
        let Some(known) = known else {
            let what = format!("unknown function with name {}", go_quote(token.text));
            return Err(self.error(token.span, what));
        };
        if known.experimental && !self.options.experimental {
            let what = format!("function {} is not enabled", go_quote(token.text));
            return Err(self.error(token.span, what));
        }
        self.next();
        let (args, end) = self.arguments()?;
        self.made(Kind::Call(known, args), token.span.to(end))
    }

    /// Takes `(a, b)`.
    pub(super) fn arguments(&mut self) -> Result<(Vec<Expr>, super::super::ast::Span), ParseError> {
        self.expect(TokenKind::LeftParen, "", "")?;
        let mut args = Vec::new();
        if let Some(close) = self.take(TokenKind::RightParen) {
            return Ok((args, close.span));
        }
        loop {
            args.push(self.nested(|parser| parser.expr(0))?);
            let Some(comma) = self.take(TokenKind::Comma) else { break };
            if self.peek().kind == TokenKind::RightParen {
                let what = "trailing commas not allowed in function call args";
                return Err(self.error(comma.span, what));
            }
        }
        let close = self.expect(TokenKind::RightParen, "", "")?;
        Ok((args, close.span))
    }
}

/// The value of a number or duration in seconds, and whether it was a duration.
pub(super) fn literal(token: &Token<'_>) -> (f64, bool) {
    if token.kind == TokenKind::Duration {
        #[expect(clippy::cast_precision_loss, reason = "durations are far below 2^53 ms")]
        let seconds = duration_ms(token.text).unwrap_or(0) as f64 / 1000.0;
        return (seconds, true);
    }
    (number_value(token.text).unwrap_or(f64::NAN), false)
}
