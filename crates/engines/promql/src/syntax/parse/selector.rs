//! `name{label="value"}`.

use super::super::ast::{Expr, Extension, Kind, Selector, Shift, Span};
use super::super::quote::go_quote;
use super::super::token::{Token, TokenKind};
use super::Parser;
use crate::ParseError;
use series::{Labels, LabelsBuilder, METRIC_LABEL, MatchOp, Matcher};

/// Most matchers of a selector.
const MATCHERS_MAX: usize = 1000;

/// A name and matchers while they are read.
struct Read {
    name: Option<String>,
    /// The name that stands in the braces; it is among the matchers.
    quoted: Option<String>,
    matchers: Vec<Matcher>,
    span: Span,
}

impl Parser<'_> {
    pub(super) fn vector_selector(&mut self) -> Result<Expr, ParseError> {
        let Read { name, mut matchers, span, .. } = self.read_selector()?;
        if let Some(name) = &name {
            // The name's matcher stands last, as in Prometheus.
            matchers.push(self.matcher(METRIC_LABEL, MatchOp::Equal, name, span)?);
        }
        let name = name.unwrap_or_default();
        let (shift, extension) = (Shift::default(), Extension::None);
        self.made(Kind::Vector(Selector { name, matchers, shift, extension }), span)
    }

    fn read_selector(&mut self) -> Result<Read, ParseError> {
        let start = self.peek().span;
        let mut read = Read { name: None, quoted: None, matchers: Vec::new(), span: start };
        if matches!(self.peek().kind, TokenKind::Word | TokenKind::Metric) {
            read.name = Some(self.next().text.to_owned());
        }
        if self.take(TokenKind::LeftBrace).is_none() {
            return Ok(read);
        }
        loop {
            if let Some(close) = self.take(TokenKind::RightBrace) {
                read.span = start.to(close.span);
                return Ok(read);
            }
            self.label_matcher(&mut read)?;
            if read.matchers.len() > MATCHERS_MAX {
                let what = format!("more than {MATCHERS_MAX} label matchers");
                return Err(self.error(start, what));
            }
            let comma = self.take(TokenKind::Comma).is_some();
            if !comma && self.peek().kind != TokenKind::RightBrace {
                return Err(self.unexpected("label matching", "\",\" or \"}\""));
            }
        }
    }

    fn label_matcher(&mut self, read: &mut Read) -> Result<(), ParseError> {
        let token = self.peek().clone();
        let name = match token.kind {
            TokenKind::Label => {
                self.next();
                token.text.to_owned()
            }
            TokenKind::String => {
                self.next();
                let text = self.unquoted(&token)?;
                if matches!(self.peek().kind, TokenKind::Comma | TokenKind::RightBrace) {
                    return self.quoted_name(read, text, &token);
                }
                text
            }
            _ => return Err(self.unexpected("label matching", "identifier or \"}\"")),
        };
        let op = self.match_op()?;
        let value = self.peek().clone();
        if value.kind != TokenKind::String {
            return Err(self.unexpected("label matching", "string"));
        }
        self.next();
        let text = self.unquoted(&value)?;
        let matcher = self.matcher(&name, op, &text, token.span.to(value.span))?;
        read.matchers.push(matcher);
        Ok(())
    }

    fn quoted_name(
        &self,
        read: &mut Read,
        name: String,
        token: &Token<'_>,
    ) -> Result<(), ParseError> {
        if let Some(before) = read.name.as_ref().or(read.quoted.as_ref()) {
            let (before, again) = (go_quote(before), go_quote(&name));
            let what = format!("metric name must not be set twice: {before} or {again}");
            return Err(self.error(token.span, what));
        }
        read.matchers.push(self.matcher(METRIC_LABEL, MatchOp::Equal, &name, token.span)?);
        read.quoted = Some(name);
        Ok(())
    }

    fn match_op(&mut self) -> Result<MatchOp, ParseError> {
        let token = self.peek();
        let op = match (token.kind, token.text) {
            (TokenKind::Assign, _) => MatchOp::Equal,
            (TokenKind::Operator, "!=") => MatchOp::NotEqual,
            (TokenKind::Operator, "=~") => MatchOp::Regex,
            (TokenKind::Operator, "!~") => MatchOp::NotRegex,
            _ => return Err(self.unexpected("label matching", "label matching operator")),
        };
        self.next();
        Ok(op)
    }

    fn matcher(
        &self,
        name: &str,
        op: MatchOp,
        value: &str,
        span: Span,
    ) -> Result<Matcher, ParseError> {
        Matcher::new(name, op, value).map_err(|refused| {
            let why = std::error::Error::source(&refused).map(ToString::to_string);
            self.error(span, why.unwrap_or_else(|| refused.to_string()))
        })
    }

    /// The labels of one series.
    pub(super) fn metric(&mut self) -> Result<Labels, ParseError> {
        if !matches!(self.peek().kind, TokenKind::Word | TokenKind::Metric | TokenKind::LeftBrace) {
            return Err(self.unexpected("", "metric name or label set"));
        }
        let read = self.read_selector()?;
        let mut labels = LabelsBuilder::default();
        for matcher in &read.matchers {
            if matcher.op() != MatchOp::Equal {
                let what = format!("unexpected label matcher {matcher}, expected \"=\"");
                return Err(self.error(read.span, what));
            }
            labels.set(matcher.name(), matcher.value());
        }
        if let Some(name) = &read.name {
            labels.set(METRIC_LABEL, name);
        }
        Ok(labels.build())
    }
}
