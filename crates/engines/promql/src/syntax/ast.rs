//! The tree that a query is read into.

use super::duration::DurationExpr;
use super::functions::Function;
use series::Matcher;

/// A stretch of the query in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte behind the last one.
    pub end: usize,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    pub(crate) fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end }
    }

    /// Line and column of the start, both from 1; a byte is a column.
    #[must_use]
    pub fn position(self, query: &str) -> (usize, usize) {
        let before = query.as_bytes().get(..self.start).unwrap_or(query.as_bytes());
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        (line, self.start.min(query.len()) - start + 1)
    }
}

/// What kind of value an expression yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// A number.
    Scalar,
    /// One sample of each series.
    Vector,
    /// A stretch of samples of each series.
    Matrix,
    /// Text.
    String,
    /// Nothing.
    None,
}

impl ValueType {
    /// The name in documents and error messages.
    #[must_use]
    pub fn documented(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Vector => "instant vector",
            Self::Matrix => "range vector",
            Self::String => "string",
            Self::None => "none",
        }
    }

    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Vector => "vector",
            Self::Matrix => "matrix",
            Self::String => "string",
            Self::None => "none",
        }
    }
}

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
    /// How many levels of expressions are inside.
    pub(crate) height: usize,
}

/// The kinds of expressions.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A number. `true`: written as a duration.
    Number(f64, bool),
    /// A string.
    String(String),
    /// An instant vector selector.
    Vector(Selector),
    /// A range vector selector.
    Matrix(Selector, Window),
    /// An expression evaluated over a range.
    Subquery(Box<Subquery>),
    /// A function call.
    Call(&'static Function, Vec<Expr>),
    /// An aggregation.
    Aggregate(Box<Aggregate>),
    /// An operation on two expressions.
    Binary(Box<Binary>),
    /// `-x` (`true`) or `+x`.
    Unary(bool, Box<Expr>),
    /// `(x)`
    Paren(Box<Expr>),
}

/// A length of time: a literal or an expression.
#[derive(Debug, Clone)]
pub struct Window {
    /// The literal's milliseconds, or those of the expression once it is reckoned.
    pub ms: i64,
    /// What was written, if it is more than a literal.
    pub expr: Option<DurationExpr>,
}

/// Which time a selector or subquery is pinned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Milliseconds since 1970.
    Ms(i64),
    /// The start of the query.
    Start,
    /// The end of the query.
    End,
}

/// `offset` and `@`.
#[derive(Debug, Clone, Default)]
pub struct Shift {
    /// Milliseconds back.
    pub offset_ms: i64,
    /// What was written as offset, if it is more than a literal.
    pub offset_expr: Option<DurationExpr>,
    /// The pinned time.
    pub at: Option<At>,
    pub(crate) offset_given: bool,
}

/// How a range selector treats its boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extension {
    /// Samples inside only.
    #[default]
    None,
    /// The last sample before the range counts as its start.
    Anchored,
    /// Values at the boundaries are interpolated.
    Smoothed,
}

/// Matchers with their modifiers.
#[derive(Debug, Clone)]
pub struct Selector {
    /// The metric's name if it was given before or inside the braces.
    pub name: String,
    /// All matchers, that of the name among them.
    pub matchers: Vec<Matcher>,
    /// `offset` and `@`.
    pub shift: Shift,
    /// `anchored` or `smoothed`.
    pub extension: Extension,
}

/// An expression over a range.
#[derive(Debug, Clone)]
pub struct Subquery {
    /// What is evaluated.
    pub expr: Expr,
    /// How far back.
    pub range: Window,
    /// How densely; `None` means the default.
    pub step: Option<Window>,
    /// `offset` and `@`.
    pub shift: Shift,
}

/// An aggregation.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// The aggregator.
    pub op: Aggregator,
    /// What is aggregated.
    pub expr: Expr,
    /// The parameter of those that have one.
    pub param: Option<Expr>,
    /// Labels of `by` or `without`.
    pub grouping: Vec<String>,
    /// `without` was written.
    pub without: bool,
}

/// The aggregators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregator {
    /// `sum`
    Sum,
    /// `avg`
    Avg,
    /// `count`
    Count,
    /// `min`
    Min,
    /// `max`
    Max,
    /// `group`
    Group,
    /// `stddev`
    Stddev,
    /// `stdvar`
    Stdvar,
    /// `topk`
    Topk,
    /// `bottomk`
    Bottomk,
    /// `count_values`
    CountValues,
    /// `quantile`
    Quantile,
    /// `limitk`
    Limitk,
    /// `limit_ratio`
    LimitRatio,
}

impl Aggregator {
    const ALL: [Self; 14] = [
        Self::Sum,
        Self::Avg,
        Self::Count,
        Self::Min,
        Self::Max,
        Self::Group,
        Self::Stddev,
        Self::Stdvar,
        Self::Topk,
        Self::Bottomk,
        Self::CountValues,
        Self::Quantile,
        Self::Limitk,
        Self::LimitRatio,
    ];

    /// The aggregator's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        super::names::AGGREGATORS[self as usize]
    }

    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.name().eq_ignore_ascii_case(word))
    }

    pub(crate) fn has_param(self) -> bool {
        matches!(
            self,
            Self::Topk
                | Self::Bottomk
                | Self::CountValues
                | Self::Quantile
                | Self::Limitk
                | Self::LimitRatio
        )
    }
}

/// An operation on two expressions.
#[derive(Debug, Clone)]
pub struct Binary {
    /// The operator.
    pub op: Operator,
    /// Left side.
    pub lhs: Expr,
    /// Right side.
    pub rhs: Expr,
    /// `bool` was written.
    pub returns_bool: bool,
    /// How two vectors are matched.
    pub matching: Matching,
}

/// The binary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Mod,
    /// `^`
    Pow,
    /// `atan2`
    Atan2,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `<`
    Less,
    /// `>=`
    GreaterEqual,
    /// `<=`
    LessEqual,
    /// `and`
    And,
    /// `or`
    Or,
    /// `unless`
    Unless,
    /// `</`
    TrimUpper,
    /// `>/`
    TrimLower,
}

impl Operator {
    const ALL: [(Self, &'static str, u8); 18] = [
        (Self::Add, "+", 4),
        (Self::Sub, "-", 4),
        (Self::Mul, "*", 5),
        (Self::Div, "/", 5),
        (Self::Mod, "%", 5),
        (Self::Pow, "^", 6),
        (Self::Atan2, "atan2", 5),
        (Self::Equal, "==", 3),
        (Self::NotEqual, "!=", 3),
        (Self::Greater, ">", 3),
        (Self::Less, "<", 3),
        (Self::GreaterEqual, ">=", 3),
        (Self::LessEqual, "<=", 3),
        (Self::And, "and", 2),
        (Self::Or, "or", 1),
        (Self::Unless, "unless", 2),
        (Self::TrimUpper, "</", 3),
        (Self::TrimLower, ">/", 3),
    ];

    /// The operator as it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// How tightly it binds; more is tighter.
    pub(crate) fn binding(self) -> u8 {
        Self::ALL[self as usize].2
    }

    pub(crate) fn written(text: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(_, symbol, _)| symbol.eq_ignore_ascii_case(text));
        found.map(|(op, _, _)| *op)
    }

    pub(crate) fn is_set(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::Unless)
    }

    pub(crate) fn is_comparison(self) -> bool {
        self.binding() == 3 && !matches!(self, Self::TrimUpper | Self::TrimLower)
    }

    /// Tells whether the result is a new quantity, so that the metric's name no longer fits.
    pub(crate) fn changes_meaning(self) -> bool {
        !self.is_set() && self.binding() != 3
    }
}

/// How many series of one side belong to one of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cardinality {
    /// One to one.
    #[default]
    OneToOne,
    /// `group_left`
    ManyToOne,
    /// `group_right`
    OneToMany,
    /// Set operators.
    ManyToMany,
}

impl Cardinality {
    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OneToOne => "one-to-one",
            Self::ManyToOne => "many-to-one",
            Self::OneToMany => "one-to-many",
            Self::ManyToMany => "many-to-many",
        }
    }
}

/// How two vectors are matched.
#[derive(Debug, Clone, Default)]
pub struct Matching {
    /// Which side may have many.
    pub cardinality: Cardinality,
    /// `on` was written, not `ignoring`.
    pub on: bool,
    /// Labels of `on` or `ignoring`.
    pub labels: Vec<String>,
    /// Labels to copy from the "one" side.
    pub include: Vec<String>,
    /// The value of a missing left sample.
    pub fill_left: Option<f64>,
    /// The value of a missing right sample.
    pub fill_right: Option<f64>,
    pub(crate) given: bool,
}

impl Expr {
    pub(crate) fn new(kind: Kind, span: Span) -> Self {
        let height = match &kind {
            Kind::Subquery(inner) => inner.expr.height,
            Kind::Call(_, args) => args.iter().map(|arg| arg.height).max().unwrap_or(0),
            Kind::Aggregate(inner) => {
                inner.expr.height.max(inner.param.as_ref().map_or(0, |param| param.height))
            }
            Kind::Binary(inner) => inner.lhs.height.max(inner.rhs.height),
            Kind::Unary(_, inner) | Kind::Paren(inner) => inner.height,
            _ => 0,
        };
        Self { kind, span, height: height + 1 }
    }

    /// The type of the value.
    #[must_use]
    pub fn value_type(&self) -> ValueType {
        match &self.kind {
            Kind::Number(..) => ValueType::Scalar,
            Kind::String(_) => ValueType::String,
            Kind::Vector(_) | Kind::Aggregate(_) => ValueType::Vector,
            Kind::Matrix(..) | Kind::Subquery(_) => ValueType::Matrix,
            Kind::Call(function, _) => function.returns,
            Kind::Unary(_, inner) | Kind::Paren(inner) => inner.value_type(),
            Kind::Binary(inner) => {
                let scalar = |expr: &Self| expr.value_type() == ValueType::Scalar;
                let both = scalar(&inner.lhs) && scalar(&inner.rhs);
                if both { ValueType::Scalar } else { ValueType::Vector }
            }
        }
    }

    /// The expression without parentheses around it.
    pub(crate) fn bare(&self) -> &Self {
        let mut expr = self;
        while let Kind::Paren(inner) = &expr.kind {
            expr = inner;
        }
        expr
    }

    /// The expressions directly inside.
    pub(crate) fn children(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Subquery(inner) => vec![&inner.expr],
            Kind::Call(_, args) => args.iter().collect(),
            Kind::Aggregate(inner) => inner.param.iter().chain([&inner.expr]).collect(),
            Kind::Binary(inner) => vec![&inner.lhs, &inner.rhs],
            Kind::Unary(_, inner) | Kind::Paren(inner) => vec![inner],
            _ => Vec::new(),
        }
    }
}
