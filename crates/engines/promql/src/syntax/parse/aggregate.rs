//! `sum by (a) (x)` and `sum(x) by (a)`.

use super::super::ast::{Aggregate, Aggregator, Expr, Kind};
use super::super::quote::is_broken;
use super::super::token::TokenKind;
use super::Parser;
use crate::ParseError;

impl Parser<'_> {
    pub(super) fn aggregate(&mut self, op: Aggregator) -> Result<Expr, ParseError> {
        let start = self.next().span;
        if matches!(op, Aggregator::Limitk | Aggregator::LimitRatio) {
            self.experimental(start, &format!("{}()", op.name()))?;
        }
        let mut modifier = self.grouping_modifier()?;
        let (mut args, mut end) = self.arguments()?;
        if modifier.is_none() {
            let before = self.at;
            modifier = self.grouping_modifier()?;
            if self.at > before {
                end = self.tokens[self.at - 1].span;
            }
        }
        let span = start.to(end);
        let wanted = 1 + usize::from(op.has_param());
        if args.is_empty() {
            let what = "no arguments for aggregate expression provided";
            return Err(self.error(span, what));
        }
        if args.len() != wanted {
            let what = format!(
                "wrong number of arguments for aggregate expression provided, expected {wanted}, \
                 got {}",
                args.len()
            );
            return Err(self.error(span, what));
        }
        let Some(expr) = args.pop() else { return Err(self.unexpected("aggregation", "")) };
        let param = args.pop();
        let (without, grouping) = modifier.unwrap_or_default();
        let aggregate = Aggregate { op, expr, param, grouping, without };
        self.made(Kind::Aggregate(Box::new(aggregate)), span)
    }

    /// Takes `by (…)` (`false`) or `without (…)` (`true`).
    fn grouping_modifier(&mut self) -> Result<Option<(bool, Vec<String>)>, ParseError> {
        let without = self.peek().is("without");
        if !without && !self.peek().is("by") {
            return Ok(None);
        }
        self.next();
        Ok(Some((without, self.grouping_labels()?)))
    }

    /// Takes `(a, b)`: labels, where keywords are names too.
    pub(super) fn grouping_labels(&mut self) -> Result<Vec<String>, ParseError> {
        self.expect(TokenKind::LeftParen, "grouping opts", "\"(\"")?;
        let mut labels = Vec::new();
        loop {
            if self.take(TokenKind::RightParen).is_some() {
                return Ok(labels);
            }
            let token = self.peek().clone();
            let label = match token.kind {
                TokenKind::Word => token.text.to_owned(),
                TokenKind::String => self.unquoted(&token)?,
                _ => return Err(self.unexpected("grouping opts", "label")),
            };
            if label.is_empty() || is_broken(&label) {
                let label = super::super::quote::go_quote(&label);
                let what = format!("invalid label name {label} in grouping opts");
                return Err(self.error(token.span, what));
            }
            self.next();
            labels.push(label);
            let comma = self.take(TokenKind::Comma).is_some();
            if !comma && self.peek().kind != TokenKind::RightParen {
                return Err(self.unexpected("grouping opts", "\",\" or \")\""));
            }
        }
    }
}
