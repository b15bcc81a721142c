//! What follows a binary operator, a selector or a subquery.

use super::super::ast::{At, Cardinality, Expr, Extension, Kind, Matching, Operator, Shift, Span};
use super::super::duration::{DurationExpr, checked_ms};
use super::super::token::TokenKind;
use super::Parser;
use super::primary::literal;
use crate::ParseError;

impl Parser<'_> {
    /// Takes `bool on (a) group_left (b) fill (0)`.
    pub(super) fn binary_modifiers(
        &mut self,
        op: Operator,
    ) -> Result<(bool, Matching), ParseError> {
        let mut matching = Matching::default();
        let span = self.peek().span;
        let returns_bool = self.take_word("bool");
        if returns_bool && !op.is_comparison() {
            let what = "bool modifier can only be used on comparison operators";
            return Err(self.error(span, what));
        }
        if self.peek().is("on") || self.peek().is("ignoring") {
            matching.given = true;
            matching.on = self.next().text.eq_ignore_ascii_case("on");
            matching.labels = self.grouping_labels()?;
            for (word, cardinality) in
                [("group_left", Cardinality::ManyToOne), ("group_right", Cardinality::OneToMany)]
            {
                if self.take_word(word) {
                    matching.cardinality = cardinality;
                    if self.peek().kind == TokenKind::LeftParen {
                        matching.include = self.grouping_labels()?;
                    }
                    break;
                }
            }
        }
        self.fills(&mut matching)?;
        Ok((returns_bool, matching))
    }

    fn fills(&mut self, matching: &mut Matching) -> Result<(), ParseError> {
        loop {
            let token = self.peek().clone();
            let opens = self.ahead(1).kind == TokenKind::LeftParen;
            let word = ["fill", "fill_left", "fill_right"].into_iter().find(|w| token.is(w));
            let Some(word) = word.filter(|_| opens) else { return Ok(()) };
            self.experimental(token.span, "fill modifiers")?;
            self.next();
            let value = self.fill_value()?;
            let (left, right) = (word != "fill_right", word != "fill_left");
            let twice =
                (left && matching.fill_left.is_some()) || (right && matching.fill_right.is_some());
            if twice {
                return Err(self.error(token.span, format!("{word} may not be set twice")));
            }
            matching.given = true;
            matching.fill_left = if left { Some(value) } else { matching.fill_left };
            matching.fill_right = if right { Some(value) } else { matching.fill_right };
        }
    }

    fn fill_value(&mut self) -> Result<f64, ParseError> {
        self.expect(TokenKind::LeftParen, "fill modifier", "\"(\"")?;
        let minus = self.sign();
        let number = self.peek().clone();
        if !matches!(number.kind, TokenKind::Number | TokenKind::Duration) {
            return Err(self.unexpected("fill modifier", "number"));
        }
        self.next();
        self.expect(TokenKind::RightParen, "fill modifier", "\")\"")?;
        let value = literal(&number).0;
        Ok(if minus { -value } else { value })
    }

    /// Takes a sign; tells whether it was a minus.
    pub(super) fn sign(&mut self) -> bool {
        let minus = self.peek().is_sign("-");
        if minus || self.peek().is_sign("+") {
            self.next();
        }
        minus
    }

    /// A primary and everything that may follow it.
    pub(super) fn postfix(&mut self) -> Result<Expr, ParseError> {
        let mut expr = self.primary()?;
        loop {
            let token = self.peek();
            expr = if token.kind == TokenKind::LeftBracket {
                self.bracket(expr)?
            } else if token.kind == TokenKind::At {
                self.at_modifier(expr)?
            } else if token.is("offset") {
                self.offset_modifier(expr)?
            } else if token.is("anchored") || token.is("smoothed") {
                self.extension(expr)?
            } else {
                return Ok(expr);
            };
        }
    }

    fn at_modifier(&mut self, mut expr: Expr) -> Result<Expr, ParseError> {
        self.next();
        let at = if self.peek().is("start") || self.peek().is("end") {
            let start = self.next().text.eq_ignore_ascii_case("start");
            self.expect(TokenKind::LeftParen, "@", "\"(\"")?;
            self.expect(TokenKind::RightParen, "@", "\")\"")?;
            if start { At::Start } else { At::End }
        } else {
            let minus = self.sign();
            let token = self.peek().clone();
            if !matches!(token.kind, TokenKind::Number | TokenKind::Duration) {
                return Err(self.unexpected("@", "timestamp"));
            }
            self.next();
            let value = literal(&token).0;
            let value = if minus { -value } else { value };
            let Some(ms) = checked_ms(value).filter(|_| value.is_finite()) else {
                let what = format!("timestamp out of bounds for @ modifier: {value:.6}");
                return Err(self.error(token.span, what));
            };
            At::Ms(ms)
        };
        let end = self.tokens[self.at - 1].span;
        let twice = "@ <timestamp> may not be set multiple times";
        let none = "@ modifier must be preceded by an instant vector selector or range vector \
                    selector or a subquery";
        let shift = self.shift_of(&mut expr, none)?;
        if shift.at.is_some() {
            return Err(self.error(expr.span, twice));
        }
        shift.at = Some(at);
        expr.span = expr.span.to(end);
        Ok(expr)
    }

    fn offset_modifier(&mut self, mut expr: Expr) -> Result<Expr, ParseError> {
        self.next();
        let offset = self.offset_duration()?;
        let end = self.tokens[self.at - 1].span;
        let span = expr.span.to(end);
        let ms = match offset.literal() {
            Some(seconds) => {
                let ms = checked_ms(seconds);
                Some(ms.ok_or_else(|| self.error(span, "duration out of range"))?)
            }
            None => {
                self.experimental(span, "duration expression")?;
                None
            }
        };
        let none = "offset modifier must be preceded by an instant vector selector or range \
                    vector selector or a subquery";
        let shift = self.shift_of(&mut expr, none)?;
        if shift.offset_given {
            return Err(self.error(expr.span, "offset may not be set multiple times"));
        }
        shift.offset_given = true;
        shift.offset_ms = ms.unwrap_or(0);
        shift.offset_expr = if ms.is_none() { Some(offset) } else { None };
        expr.span = span;
        Ok(expr)
    }

    /// An offset takes one term: `offset -2^2` is `(offset -2)^2`.
    fn offset_duration(&mut self) -> Result<DurationExpr, ParseError> {
        let minus = self.sign();
        let expected = "number, duration, step(), or range()";
        let term = self.nested(|parser| parser.duration_term("offset", expected))?;
        Ok(if minus { DurationExpr::Minus(Box::new(term)) } else { term })
    }

    fn shift_of<'e>(&self, expr: &'e mut Expr, none: &str) -> Result<&'e mut Shift, ParseError> {
        let span: Span = expr.span;
        match &mut expr.kind {
            Kind::Vector(selector) | Kind::Matrix(selector, _) => Ok(&mut selector.shift),
            Kind::Subquery(subquery) => Ok(&mut subquery.shift),
            _ => Err(self.error(span, none)),
        }
    }

    fn extension(&mut self, mut expr: Expr) -> Result<Expr, ParseError> {
        let token = self.next();
        let word = token.text.to_ascii_lowercase();
        self.experimental(token.span, &format!("{word} modifier"))?;
        let wanted = if word == "anchored" { Extension::Anchored } else { Extension::Smoothed };
        let span = expr.span;
        let selector = match &mut expr.kind {
            Kind::Matrix(selector, _) => selector,
            Kind::Vector(selector) if wanted == Extension::Smoothed => selector,
            Kind::Subquery(_) => {
                let what = format!("{word} modifier is not supported for subqueries");
                return Err(self.error(span, what));
            }
            _ => {
                let what = match wanted {
                    Extension::Anchored => "anchored modifier not implemented".to_owned(),
                    _ => "smoothed modifier must be preceded by an instant vector selector or \
                          range vector selector"
                        .to_owned(),
                };
                return Err(self.error(span, what));
            }
        };
        if selector.extension != Extension::None {
            let what = "anchored and smoothed modifiers cannot be used together or twice";
            return Err(self.error(span, what));
        }
        selector.extension = wanted;
        expr.span = span.to(token.span);
        Ok(expr)
    }
}
