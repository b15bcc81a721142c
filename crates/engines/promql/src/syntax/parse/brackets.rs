//! `[5m]`, `[5m:1m]` and the arithmetic of durations.

use super::super::ast::{Expr, Extension, Kind, Shift, Span, Subquery, Window};
use super::super::duration::{DurationExpr, checked_ms};
use super::super::token::TokenKind;
use super::Parser;
use super::primary::literal;
use crate::ParseError;

const TERMS: &str = "number, duration, step(), or range()";

impl Parser<'_> {
    pub(super) fn bracket(&mut self, expr: Expr) -> Result<Expr, ParseError> {
        let open = self.next().span;
        let range = self.window("subquery or range selector", TERMS)?;
        if let Some(close) = self.take(TokenKind::RightBracket) {
            return self.range_selector(expr, range, open.to(close.span));
        }
        if self.take(TokenKind::Colon).is_none() {
            return Err(self.unexpected("subquery or range selector", "\":\" or \"]\""));
        }
        let step = if self.peek().kind == TokenKind::RightBracket {
            None
        } else {
            let expected = "number, duration, step(), range(), or \"]\"";
            Some(self.window("subquery selector", expected)?)
        };
        let close = self.expect(TokenKind::RightBracket, "subquery selector", "\"]\"")?;
        let span = expr.span.to(close.span);
        let shift = Shift::default();
        self.made(Kind::Subquery(Box::new(Subquery { expr, range, step, shift })), span)
    }

    fn range_selector(
        &mut self,
        expr: Expr,
        range: Window,
        brackets: Span,
    ) -> Result<Expr, ParseError> {
        let span = expr.span.to(brackets);
        // Parentheses around the selector do not matter.
        let mut inner = expr;
        while let Kind::Paren(held) = inner.kind {
            inner = *held;
        }
        let Kind::Vector(selector) = inner.kind else {
            return Err(self.error(brackets, "ranges only allowed for vector selectors"));
        };
        let refused = if selector.shift.offset_given {
            Some("no offset modifiers allowed before range")
        } else if selector.shift.at.is_some() {
            Some("no @ modifiers allowed before range")
        } else if selector.extension != Extension::None {
            Some("no anchored or smoothed modifiers allowed before range")
        } else {
            None
        };
        if let Some(what) = refused {
            return Err(self.error(brackets, what));
        }
        let span = Span::new(inner.span.start, span.end);
        self.made(Kind::Matrix(selector, range), span)
    }

    /// A duration that must be above 0.
    fn window(&mut self, context: &str, expected: &str) -> Result<Window, ParseError> {
        let start = self.peek().span;
        let expr = self.duration_expr(0, context, expected)?;
        let Some(seconds) = expr.literal() else {
            self.experimental(start, "duration expression")?;
            return Ok(Window { ms: 0, expr: Some(expr) });
        };
        if seconds.is_nan() || seconds <= 0.0 {
            return Err(self.error(start, "duration must be greater than 0"));
        }
        let Some(ms) = checked_ms(seconds) else {
            return Err(self.error(start, "duration out of range"));
        };
        Ok(Window { ms: ms.max(1), expr: None })
    }

    /// Operators that bind at least as tightly as `least`.
    fn duration_expr(
        &mut self,
        least: u8,
        context: &str,
        expected: &str,
    ) -> Result<DurationExpr, ParseError> {
        let mut left = self.nested(|parser| parser.signed_term(context, expected))?;
        loop {
            let token = self.peek();
            let sign = token.text.chars().next().filter(|_| token.kind == TokenKind::Operator);
            let binding = match sign {
                Some('+' | '-') => 1,
                Some('*' | '/' | '%') if token.text.len() == 1 => 2,
                Some('^') => 3,
                _ => return Ok(left),
            };
            let Some(sign) = sign.filter(|_| binding >= least) else { return Ok(left) };
            self.next();
            let tighter = if sign == '^' { binding } else { binding + 1 };
            let right = self.nested(|parser| parser.duration_expr(tighter, context, expected))?;
            left = DurationExpr::Binary(sign, Box::new(left), Box::new(right));
        }
    }

    fn signed_term(&mut self, context: &str, expected: &str) -> Result<DurationExpr, ParseError> {
        if self.peek().is_sign("-") || self.peek().is_sign("+") {
            let minus = self.sign();
            let inner = self.duration_expr(3, context, expected)?;
            return Ok(if minus { DurationExpr::Minus(Box::new(inner)) } else { inner });
        }
        self.duration_term(context, expected)
    }

    /// A literal, `step()`, `range()`, `min_of(…)`, `max_of(…)` or parentheses.
    pub(super) fn duration_term(
        &mut self,
        context: &str,
        expected: &str,
    ) -> Result<DurationExpr, ParseError> {
        let token = self.peek().clone();
        match token.kind {
            TokenKind::Number | TokenKind::Duration => {
                self.next();
                let (value, duration) = literal(&token);
                Ok(DurationExpr::Number(value, duration))
            }
            TokenKind::LeftParen => {
                self.next();
                let inner = self.duration_expr(0, context, expected)?;
                self.expect(TokenKind::RightParen, context, "\")\"")?;
                Ok(DurationExpr::Paren(Box::new(inner)))
            }
            TokenKind::Word => self.duration_call(context, expected),
            _ => Err(self.unexpected(context, expected)),
        }
    }

    fn duration_call(&mut self, context: &str, expected: &str) -> Result<DurationExpr, ParseError> {
        let word = self.peek().text.to_ascii_lowercase();
        if !matches!(word.as_str(), "step" | "range" | "min_of" | "max_of") {
            return Err(self.unexpected(context, expected));
        }
        self.next();
        self.expect(TokenKind::LeftParen, context, "\"(\"")?;
        let made = if word == "step" || word == "range" {
            if word == "step" { DurationExpr::Step } else { DurationExpr::Range }
        } else {
            let left = Box::new(self.duration_expr(0, context, expected)?);
            self.expect(TokenKind::Comma, context, "\",\"")?;
            let right = Box::new(self.duration_expr(0, context, expected)?);
            if word == "min_of" {
                DurationExpr::MinOf(left, right)
            } else {
                DurationExpr::MaxOf(left, right)
            }
        };
        self.expect(TokenKind::RightParen, context, "\")\"")?;
        Ok(made)
    }
}
