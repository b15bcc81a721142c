//! What can go wrong with a query, in the words of Prometheus.

use crate::syntax::ast::Span;

/// A query that is not PromQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes.
    pub span: Span,
    /// Line and column from 1; `None` where no place is meant.
    pub position: Option<(usize, usize)>,
    /// There was no text at all, so that nothing has a place in it.
    placeless: bool,
}

impl ParseError {
    pub(crate) fn new(query: &str, span: Span, message: String) -> Self {
        let placed = span != Span::default() || query.is_empty();
        let position = (placed && !query.is_empty()).then(|| span.position(query));
        Self { message, span, position, placeless: query.is_empty() }
    }
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some((line, column)) = self.position {
            write!(f, "{line}:{column}: parse error: ")?;
        } else if self.placeless {
            f.write_str("unknown position: parse error: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ParseError {}

/// Only for what goes wrong around the parser, such as a thread that cannot be had.
impl From<PromqlError> for ParseError {
    fn from(error: PromqlError) -> Self {
        let (span, position) = (Span::default(), None);
        Self { message: error.to_string(), span, position, placeless: false }
    }
}

/// Why a source of series could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SourceError {
    /// What the source says.
    pub message: String,
}

/// Every error of a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PromqlError {
    /// The text is not PromQL.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// A parameter of the query makes no sense.
    #[error("{message}")]
    BadQuery {
        /// What is wrong.
        message: String,
    },
    /// The query cannot be evaluated on these data.
    #[error("{message}")]
    Eval {
        /// Why.
        message: String,
    },
    /// A limit was reached.
    #[error("{message}")]
    Limit {
        /// Which one.
        message: String,
    },
    /// The time allowed is over.
    #[error("query timed out in expression evaluation")]
    TimedOut,
    /// Nobody waits for the answer any more.
    #[error("query was canceled in expression evaluation")]
    Cancelled,
    /// The source of series could not answer.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl PromqlError {
    pub(crate) fn eval(message: impl Into<String>) -> Self {
        Self::Eval { message: message.into() }
    }

    pub(crate) fn too_many_samples() -> Self {
        let message = "query processing would load too many samples into memory in expression \
                       evaluation";
        Self::Limit { message: message.to_owned() }
    }

    /// `errorType` of Prometheus's HTTP API.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Parse(_) | Self::BadQuery { .. } => "bad_data",
            Self::Eval { .. } | Self::Limit { .. } => "execution",
            Self::TimedOut => "timeout",
            Self::Cancelled => "canceled",
            Self::Source(_) => "internal",
        }
    }
}
