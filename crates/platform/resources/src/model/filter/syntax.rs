//! The grammar of filters: tokens become a tree. What names mean is not known here.

use std::ops::Range;

use kernel::Text;

use super::{
    fault::FilterFault,
    token::{Placed, Sign, Token, tokens},
};

/// A filter is at most so long.
pub(super) const FILTER_BYTES_MAX: usize = 16 * 1024;
/// Brackets and `not` go at most so deep.
const DEPTH_MAX: usize = 64;
/// A filter compares at most so often.
const TERMS_MAX: usize = 200;
/// A list names at most so many values.
const LIST_MAX: usize = 500;

/// What a filter says, before its names are looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// Nothing is asked: everything matches.
    Everything,
    All(Vec<Syntax>),
    Any(Vec<Syntax>),
    Not(Box<Syntax>),
    /// `runs_on(…)`
    Group(Name, Box<Syntax>),
    /// `has serial`
    Has(Name),
    /// `retired`
    Bare(Name),
    /// `port in (80, 443)`, `kind = host`
    Compare(Name, Comparison, Vec<Given>),
}

/// How a field and a value are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Sign(Sign),
    In,
    NotIn,
    Under,
}

/// The name of a field, perhaps of another resource: `runs_on.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
}

/// A value as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) text: String,
    pub(crate) quoted: bool,
    pub(crate) span: Range<usize>,
}

/// What could stand where a text ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    Field,
    Operator(String),
    Value(String),
    /// `and`, `or`; after a name also an operator.
    Connective(Option<String>),
    Nothing,
}

/// The tree of `text`.
///
/// Errors: the first thing that is wrong, with its place.
pub(crate) fn parse(text: &str) -> Result<Syntax, FilterFault> {
    let found = format!("{} B", text.len());
    if text.len() > FILTER_BYTES_MAX {
        let expected = Text::new("at most 16 KiB", "不超过 16 KiB");
        return Err(FilterFault::new(0, found, expected));
    }
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Ok(Syntax::Everything);
    }
    let mut parser = Parser::new(&tokens, text.len());
    let tree = parser.any()?;
    match parser.peek() {
        None => Ok(tree),
        Some(_) => Err(parser.fault("`and`, `or` or the end", "and、or 或结尾")),
    }
}

/// What could follow after `text`, which is the beginning of a filter.
pub(crate) fn wanted_after(text: &str) -> Wanted {
    let Ok(tokens) = tokens(text) else { return Wanted::Nothing };
    if text.len() > FILTER_BYTES_MAX {
        return Wanted::Nothing;
    }
    if tokens.is_empty() {
        return Wanted::Field;
    }
    let mut parser = Parser::new(&tokens, text.len());
    let parsed = parser.any();
    if parser.at < tokens.len() {
        return Wanted::Nothing;
    }
    match parsed {
        Ok(_) => Wanted::Connective(parser.bare_last.take()),
        Err(_) => parser.wanted,
    }
}

struct Parser<'t> {
    tokens: &'t [Placed],
    at: usize,
    end: usize,
    depth: usize,
    terms: usize,
    wanted: Wanted,
    bare_last: Option<String>,
}

type Parsed = Result<Syntax, FilterFault>;

impl<'t> Parser<'t> {
    fn new(tokens: &'t [Placed], end: usize) -> Self {
        let wanted = Wanted::Field;
        Self { tokens, at: 0, end, depth: 0, terms: 0, wanted, bare_last: None }
    }

    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at).map(|placed| &placed.token)
    }

    fn next(&mut self) -> Option<&'t Placed> {
        let placed = self.tokens.get(self.at)?;
        self.at += 1;
        Some(placed)
    }

    /// Whether the next token is that keyword; then it is taken.
    fn takes(&mut self, keyword: &str) -> bool {
        let is =
            matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        self.at += usize::from(is);
        is
    }

    /// A fault at the next token.
    fn fault(&self, en: &str, zh: &str) -> FilterFault {
        let expected = Text::new(en, zh);
        match self.tokens.get(self.at) {
            Some(placed) => FilterFault::new(placed.span.start, placed.token.shown(), expected),
            None => FilterFault::new(self.end, "", expected),
        }
    }

    fn any(&mut self) -> Parsed {
        let mut branches = vec![self.all()?];
        while self.takes("or") {
            self.wanted = Wanted::Field;
            branches.push(self.all()?);
        }
        Ok(one_or(branches, Syntax::Any))
    }

    fn all(&mut self) -> Parsed {
        let mut branches = vec![self.primary()?];
        while self.takes("and") {
            self.wanted = Wanted::Field;
            branches.push(self.primary()?);
        }
        Ok(one_or(branches, Syntax::All))
    }

    fn primary(&mut self) -> Parsed {
        self.bare_last = None;
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.fault("brackets at most 64 deep", "括号嵌套不超过 64 层"));
        }
        let parsed = if self.takes("not") {
            self.primary().map(|inner| Syntax::Not(Box::new(inner)))
        } else if self.peek() == Some(&Token::Open) {
            self.at += 1;
            self.bracketed()
        } else {
            self.term()
        };
        self.depth -= 1;
        parsed
    }

    /// What stands in brackets, of which the first is taken.
    fn bracketed(&mut self) -> Parsed {
        self.wanted = Wanted::Field;
        let inner = self.any()?;
        self.wanted = Wanted::Connective(self.bare_last.take());
        if self.peek() != Some(&Token::Close) {
            return Err(self.fault("`and`, `or` or `)`", "and、or 或右括号“)”"));
        }
        self.at += 1;
        Ok(inner)
    }

    fn term(&mut self) -> Parsed {
        self.terms += 1;
        if self.terms > TERMS_MAX {
            return Err(self.fault("at most 200 comparisons", "不超过 200 个比较条件"));
        }
        if self.takes("has") {
            return Ok(Syntax::Has(self.name()?));
        }
        let name = self.name()?;
        if self.peek() == Some(&Token::Open) {
            self.at += 1;
            let inner = self.bracketed()?;
            return Ok(Syntax::Group(name, Box::new(inner)));
        }
        let Some(comparison) = self.comparison(&name)? else {
            self.bare_last = Some(name.text.clone());
            return Ok(Syntax::Bare(name));
        };
        self.wanted = Wanted::Value(name.text.clone());
        let in_list = matches!(comparison, Comparison::In | Comparison::NotIn);
        let values = if in_list && self.peek() == Some(&Token::Open) {
            self.at += 1;
            self.list()?
        } else {
            vec![self.value()?]
        };
        Ok(Syntax::Compare(name, comparison, values))
    }

    fn name(&mut self) -> Result<Name, FilterFault> {
        let reserved = ["and", "or", "not", "in", "under", "has"];
        match self.peek() {
            Some(Token::Word(word)) if !reserved.contains(&word.to_lowercase().as_str()) => {
                let text = word.clone();
                let span = self.next().map_or(0..0, |placed| placed.span.clone());
                Ok(Name { text, span })
            }
            _ => Err(self.fault("a field, `not` or `(`", "字段名、not 或左括号“(”")),
        }
    }

    fn comparison(&mut self, name: &Name) -> Result<Option<Comparison>, FilterFault> {
        if let Some(Token::Sign(sign)) = self.peek() {
            self.at += 1;
            return Ok(Some(Comparison::Sign(*sign)));
        }
        if self.takes("in") {
            return Ok(Some(Comparison::In));
        }
        if self.takes("under") {
            return Ok(Some(Comparison::Under));
        }
        if self.takes("not") {
            self.wanted = Wanted::Operator(name.text.clone());
            if self.takes("in") {
                return Ok(Some(Comparison::NotIn));
            }
            return Err(self.fault("`in`", "in"));
        }
        match self.peek() {
            None | Some(Token::Close) => Ok(None),
            Some(Token::Word(word)) if ["and", "or"].contains(&word.to_lowercase().as_str()) => {
                Ok(None)
            }
            _ => Err(self.fault(
                "an operator: `=`, `!=`, `<`, `<=`, `>`, `>=`, `~`, `!~`, `in`, `under`",
                "运算符：=、!=、<、<=、>、>=、~、!~、in、under",
            )),
        }
    }

    fn list(&mut self) -> Result<Vec<Given>, FilterFault> {
        let mut values = vec![self.value()?];
        loop {
            match self.peek() {
                Some(Token::Comma) if values.len() < LIST_MAX => {
                    self.at += 1;
                    values.push(self.value()?);
                }
                Some(Token::Comma) => {
                    return Err(self.fault("at most 500 values", "不超过 500 个值"));
                }
                Some(Token::Close) => {
                    self.at += 1;
                    return Ok(values);
                }
                _ => {
                    self.wanted = Wanted::Nothing;
                    return Err(self.fault("`,` or `)`", "逗号或右括号“)”"));
                }
            }
        }
    }

    /// A value; `now - 7d` is one.
    fn value(&mut self) -> Result<Given, FilterFault> {
        let Some(Placed { token: Token::Word(text) | Token::Quoted(text), span }) =
            self.tokens.get(self.at)
        else {
            return Err(self.fault("a value", "值"));
        };
        let quoted = matches!(self.peek(), Some(Token::Quoted(_)));
        self.at += 1;
        let mut given = Given { text: text.clone(), quoted, span: span.clone() };
        if !quoted && text.eq_ignore_ascii_case("now") {
            self.shift(&mut given);
        }
        Ok(given)
    }

    /// Takes `- 7d`, `-7d` after `now`.
    fn shift(&mut self, given: &mut Given) {
        while let Some(Placed { token: Token::Word(word), span }) = self.tokens.get(self.at) {
            let open = given.text.ends_with(['-', '+']);
            if !open && !word.starts_with(['-', '+']) {
                return;
            }
            given.text.push_str(word);
            given.span.end = span.end;
            self.at += 1;
        }
    }
}

fn one_or(mut branches: Vec<Syntax>, many: impl FnOnce(Vec<Syntax>) -> Syntax) -> Syntax {
    match branches.pop() {
        Some(only) if branches.is_empty() => only,
        Some(last) => {
            branches.push(last);
            many(branches)
        }
        None => Syntax::Everything,
    }
}

impl Token {
    fn shown(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Quoted(text) => format!("\"{text}\""),
            Self::Sign(sign) => sign.text().to_owned(),
            Self::Open => "(".to_owned(),
            Self::Close => ")".to_owned(),
            Self::Comma => ",".to_owned(),
        }
    }
}
