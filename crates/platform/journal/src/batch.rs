//! The facts of one change, on their way into the table together.

use db::{DbError, Gathered, GatheredFuture, QueryBuilder};
use kernel::Subject;
use sqlx::AnyConnection;

/// Rows of one statement, the most first: few different texts, so that each stays prepared.
const ROWS_AT_ONCE: [usize; 4] = [64, 16, 4, 1];

/// Takes the first number of a change, and with it the counter until the change ends.
const NEXT_SEQ: &str = "
    UPDATE journal_counter
    SET seq = seq + 1
    WHERE id = 1
    RETURNING seq";

/// Numbers after the first are counted here, where nobody else can take one.
const COUNT: &str = "
    UPDATE journal_counter
    SET seq = $1
    WHERE id = 1";

const INSERT: &str = "
    INSERT INTO journal_row (
        seq, at, actor_kind, actor_id, actor_name, verb, subject_kind, subject_id, subject_name,
        resource_id, before, after, detail, cause, request_id, source)
    VALUES ";

/// A row as it will stand.
#[derive(Debug)]
pub(crate) struct NewRow {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) actor_kind: &'static str,
    pub(crate) actor_id: String,
    pub(crate) actor_name: String,
    pub(crate) verb: &'static str,
    pub(crate) subject: Subject,
    pub(crate) resource_id: Option<String>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) detail: String,
    pub(crate) cause: Option<i64>,
    pub(crate) request_id: String,
    pub(crate) source: String,
}

/// What one change has written so far.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The last number that was given; 0 before the first.
    last: i64,
    /// What the counter in the table says.
    counted: i64,
    rows: Vec<NewRow>,
}

impl Batch {
    pub(crate) async fn next_seq(&mut self, at: &mut AnyConnection) -> Result<i64, DbError> {
        if self.last == 0 {
            let first: i64 =
                sqlx::query_scalar(NEXT_SEQ).fetch_one(at).await.map_err(DbError::of_journal)?;
            (self.last, self.counted) = (first, first);
        } else {
            self.last += 1;
        }
        Ok(self.last)
    }

    /// Gathers `row`, and writes when enough have gathered.
    pub(crate) async fn add(&mut self, at: &mut AnyConnection, row: NewRow) -> Result<(), DbError> {
        self.rows.push(row);
        if self.rows.len() < ROWS_AT_ONCE[0] {
            return Ok(());
        }
        self.insert(at).await
    }

    async fn insert(&mut self, at: &mut AnyConnection) -> Result<(), DbError> {
        let mut rows = std::mem::take(&mut self.rows).into_iter();
        for size in ROWS_AT_ONCE {
            while rows.len() >= size {
                insert_statement(rows.by_ref().take(size))
                    .build()
                    .execute(&mut *at)
                    .await
                    .map_err(DbError::of_journal)?;
            }
        }
        Ok(())
    }
}

impl Gathered for Batch {
    fn write<'a>(&'a mut self, connection: &'a mut AnyConnection) -> GatheredFuture<'a> {
        Box::pin(async move {
            self.insert(connection).await?;
            if self.last > self.counted {
                let counted = sqlx::query(COUNT).bind(self.last).execute(connection).await;
                counted.map_err(DbError::of_journal)?;
                self.counted = self.last;
            }
            Ok(())
        })
    }
}

fn insert_statement(rows: impl Iterator<Item = NewRow>) -> QueryBuilder<sqlx::Any> {
    let mut query = QueryBuilder::<sqlx::Any>::new(INSERT);
    for (at, row) in rows.enumerate() {
        query.push(if at == 0 { "(" } else { ", (" });
        query.push_bind(row.seq).push(", ").push_bind(row.at);
        query.push(", ").push_bind(row.actor_kind).push(", ").push_bind(row.actor_id);
        query.push(", ").push_bind(row.actor_name).push(", ").push_bind(row.verb);
        query.push(", ").push_bind(row.subject.kind).push(", ").push_bind(row.subject.id);
        query.push(", ").push_bind(row.subject.name).push(", ").push_bind(row.resource_id);
        query.push(", ").push_bind(row.before).push(", ").push_bind(row.after);
        query.push(", ").push_bind(row.detail).push(", ").push_bind(row.cause);
        query.push(", ").push_bind(row.request_id).push(", ").push_bind(row.source).push(")");
    }
    query
}
