use db::{Db, DbError, QueryBuilder};
use sqlx::Any;

use super::Filter;

/// In which order rows are listed, the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// By their numbers.
    Number,
    /// By when they were written: another order only where the clock was set back.
    Time,
}

/// The row after which a page begins: it is not on the page itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) order: Order,
    seq: i64,
    at: i64,
}

const AT_OF: &str = "SELECT at FROM journal_row WHERE seq = $1 LIMIT 1";

impl Order {
    /// A span of the past by itself is found by the index of times: by the numbers, all that was
    /// written since would be read first.
    pub(super) fn of(filter: &Filter) -> Self {
        match filter {
            Filter {
                subject_kind: None,
                subject_id: None,
                resource_id: None,
                actors: None,
                verb: None,
                cause: None,
                to: Some(_),
                ..
            } => Self::Time,
            _ => Self::Number,
        }
    }

    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::Number => " ORDER BY seq DESC",
            Self::Time => " ORDER BY at DESC, seq DESC",
        }
    }

    /// Where the page after row `seq` begins.
    pub(super) async fn after(self, db: &Db, seq: i64) -> Result<Start, DbError> {
        let at = match self {
            Self::Time if seq < i64::MAX => {
                sqlx::query_scalar(AT_OF).bind(seq).fetch_optional(db.reader()).await?
            }
            _ => None,
        };
        Ok(Start { order: self, seq, at: at.unwrap_or(i64::MAX) })
    }
}

impl Start {
    /// Every list has this first condition, so that the rest can begin with AND.
    ///
    /// SQLite enters an index by one upper bound only: by time it is the lower of the page's
    /// beginning and the end of the span, or all that was written since would be read first.
    pub(super) fn push(self, query: &mut QueryBuilder<Any>, filter: &Filter) {
        match self.order {
            Order::Number => {
                query.push("seq < ").push_bind(self.seq);
            }
            Order::Time => {
                let end = filter.to.map_or(i64::MAX, |to| to.micros().saturating_sub(1));
                query.push("at <= ").push_bind(self.at.min(end));
                query.push(" AND (at < ").push_bind(self.at);
                query.push(" OR seq < ").push_bind(self.seq).push(")");
            }
        }
        query.push(" ");
    }
}
