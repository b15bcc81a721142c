use std::collections::{BTreeSet, HashMap, HashSet};

use db::{DbError, Dialect, QueryBuilder};
use kernel::{Id, Page, Time};
use sqlx::{
    Any, AnyConnection, Row as _,
    any::{AnyArguments, AnyRow},
    query::Query,
};

use super::places::Counter;
use crate::{
    AsOf, Dated, DirectoryError, NounName,
    model::{NEVER, Noun, Rewrite, Timeline, spelled},
};

/// So many things are asked for by one query, which answers with so many states at most.
const TIMELINES_AT_ONCE: usize = 500;
const SPANS_MAX: i64 = 100_000;

/// A statement that is being bound.
pub(crate) type Bound<'q> = Query<'q, Any, AnyArguments>;

/// How a noun lies in its table.
pub(crate) trait Kept: Noun {
    /// Its noun.
    const NAME: NounName;
    /// Its table.
    const TABLE: &'static str;
    /// Its columns from its table, up to `WHERE`.
    const SELECT: &'static str;
    /// What is known now of the thing `$1`, where `superseded_at` is `$2`.
    const TIMELINE: &'static str;
    /// A new span: id, version, the four times, what was told, then what [`Kept::bind`] binds.
    const INSERT: &'static str;
    /// Ends what was known of a span: `$1` when, then id, beginning, and the end of knowing.
    const SUPERSEDE: &'static str;
    /// The ids of others with the code `$1` whose known span, where `superseded_at` is `$2`,
    /// meets the span from `$3` to `$4`, without the thing `$5`. None: it has no code.
    const SAME_CODE: Option<&'static str>;
    /// What has changed when it has.
    const COUNTER: Counter;

    /// Binds what it is like.
    fn bind<'q>(&self, query: Bound<'q>) -> Result<Bound<'q>, DirectoryError>;

    /// Reads what it is like.
    fn read(row: &AnyRow) -> Result<Self, DirectoryError>;
}

/// Columns, and the values of each that match.
pub(crate) type Columns = Vec<(&'static str, Vec<String>)>;

/// What a list is narrowed by besides the time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Narrow {
    /// Column equals value, both of the program and of the caller.
    pub(crate) equal: Vec<(&'static str, String)>,
    /// Column is one of the values.
    pub(crate) one_of: Vec<(&'static str, Vec<String>)>,
    /// At least one of these columns is one of its values; none: no such condition.
    pub(crate) in_area: Option<Columns>,
    /// The same, for what the caller sees.
    pub(crate) within: Option<Columns>,
    /// One of these columns was so, too, at this moment: in the last state up to it, else in the
    /// first.
    pub(crate) within_at: Option<(Time, Columns)>,
    /// Holdings only: of posts like these at that moment.
    pub(crate) posts: Option<PostsLike>,
    /// The folded text is like this pattern.
    pub(crate) folded: Option<String>,
    /// A flag of 0 or 1.
    pub(crate) flag: Option<(&'static str, bool)>,
}

/// Which posts a list of holdings is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct PostsLike {
    /// In one of these units; none: in any.
    pub(crate) units: Option<Vec<String>>,
    /// In one of these units also at this moment, as [`Narrow::within_at`]; none: wherever.
    pub(crate) today: Option<(Vec<String>, Time)>,
    /// Heading their unit.
    pub(crate) head: bool,
}

/// All that is known now of the thing with that id; empty when there is none.
pub(crate) async fn timeline<S: Kept>(
    connection: &mut AnyConnection,
    id: Id<S>,
) -> Result<Timeline<S>, DirectoryError> {
    let rows = sqlx::query(S::TIMELINE)
        .bind(id.to_string())
        .bind(NEVER.micros())
        .fetch_all(connection)
        .await
        .map_err(DbError::from)?;
    Ok(Timeline::new(rows.iter().map(read).collect::<Result<_, _>>()?))
}

/// The same of several, of those that there are: one query for as many as a page has.
pub(crate) async fn timelines<S: Kept>(
    connection: &mut AnyConnection,
    dialect: Dialect,
    ids: &BTreeSet<Id<S>>,
) -> Result<HashMap<Id<S>, Timeline<S>>, DirectoryError> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut spans: HashMap<Id<S>, Vec<Dated<S>>> = HashMap::new();
    for some in ids.chunks(TIMELINES_AT_ONCE) {
        let mut query = QueryBuilder::<Any>::new(S::SELECT);
        query.push(" WHERE superseded_at = ").push_bind(NEVER.micros()).push(" AND ");
        dialect.push_one_of(&mut query, "id", some.iter().map(String::as_str));
        query.push(" ORDER BY id, valid_from LIMIT ").push_bind(SPANS_MAX);
        let rows = query.build().fetch_all(&mut *connection).await.map_err(DbError::from)?;
        for row in &rows {
            let span: Dated<S> = read(row)?;
            spans.entry(span.id).or_default().push(span);
        }
    }
    Ok(spans.into_iter().map(|(id, spans)| (id, Timeline::new(spans))).collect())
}

/// All employee numbers that anybody has at any time, as it is known now.
pub(crate) async fn numbers(
    connection: &mut AnyConnection,
) -> Result<HashSet<String>, DirectoryError> {
    let rows = sqlx::query(NUMBERS).bind(NEVER.micros()).fetch_all(connection).await;
    rows.map_err(DbError::from)?.iter().map(|row| read_text(row, "number")).collect()
}

const NUMBERS: &str = "
    SELECT DISTINCT number
    FROM directory_person -- all rows: so that an import need not ask for each
    WHERE superseded_at = $1";

/// Writes what a change of the thing says.
pub(crate) async fn save<S: Kept>(
    connection: &mut AnyConnection,
    rewrite: &Rewrite<S>,
) -> Result<(), DirectoryError> {
    for span in &rewrite.superseded {
        sqlx::query(S::SUPERSEDE)
            .bind(rewrite.at.micros())
            .bind(span.id.to_string())
            .bind(span.valid_from.micros())
            .bind(NEVER.micros())
            .execute(&mut *connection)
            .await
            .map_err(DbError::from)?;
    }
    for span in &rewrite.written {
        let told = serde_json::to_string(&span.told)
            .map_err(|error| unreadable("told", error.to_string()))?;
        let query = sqlx::query(S::INSERT)
            .bind(span.id.to_string())
            .bind(span.version)
            .bind(span.valid_from.micros())
            .bind(span.end().micros())
            .bind(rewrite.at.micros())
            .bind(NEVER.micros())
            .bind(told);
        let query = span.state.bind(query)?;
        query.execute(&mut *connection).await.map_err(DbError::from)?;
    }
    Ok(())
}

/// Whether another thing has that code at some time from `from` to `to`, by its id.
pub(crate) async fn same_code<S: Kept>(
    connection: &mut AnyConnection,
    id: Id<S>,
    code: &str,
    from: Time,
    to: Time,
) -> Result<Option<String>, DirectoryError> {
    let Some(sql) = S::SAME_CODE else { return Ok(None) };
    let found: Option<String> = sqlx::query_scalar(sql)
        .bind(code)
        .bind(NEVER.micros())
        .bind(from.micros())
        .bind(to.micros())
        .bind(id.to_string())
        .fetch_optional(connection)
        .await
        .map_err(DbError::from)?;
    Ok(found)
}

/// One more than the page holds of those that match at a moment, in the order of their ids.
pub(crate) async fn list<S: Kept>(
    connection: &mut AnyConnection,
    dialect: Dialect,
    narrow: &Narrow,
    as_of: AsOf,
    page: &Page,
) -> Result<Vec<Dated<S>>, DirectoryError> {
    let mut query = QueryBuilder::<Any>::new(S::SELECT);
    push_narrow::<S>(&mut query, dialect, narrow, as_of);
    if let Some(after) = &page.after {
        query.push(" AND id > ").push_bind(after.clone());
    }
    query.push(" ORDER BY id LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// All that was ever known of a thing, in the order in which it became known.
pub(crate) async fn history<S: Kept>(
    connection: &mut AnyConnection,
    id: Id<S>,
    limit: u32,
) -> Result<Vec<Dated<S>>, DirectoryError> {
    let mut query = QueryBuilder::<Any>::new(S::SELECT);
    query.push(" WHERE id = ").push_bind(id.to_string());
    query.push(" ORDER BY recorded_at, valid_from LIMIT ").push_bind(i64::from(limit));
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// Adds the conditions of a list; the limit follows.
fn push_narrow<S: Kept>(
    query: &mut QueryBuilder<Any>,
    dialect: Dialect,
    narrow: &Narrow,
    as_of: AsOf,
) {
    query.push(" WHERE ");
    push_moment(query, as_of);
    for (column, value) in &narrow.equal {
        query.push(" AND ").push(*column).push(" = ").push_bind(value.clone());
    }
    for (column, values) in &narrow.one_of {
        query.push(" AND ");
        dialect.push_one_of(query, column, values.iter().map(String::as_str));
    }
    if let Some(columns) = &narrow.in_area {
        push_any(query, dialect, columns);
    }
    if let Some(columns) = &narrow.within {
        push_any(query, dialect, columns);
        if let Some((now, columns)) = &narrow.within_at {
            query.push(" AND id IN ");
            push_nearest(query, S::TABLE, *now);
            push_any(query, dialect, columns);
            query.push(")");
        }
    }
    if let Some(pattern) = &narrow.folded {
        query.push(" AND folded LIKE ").push_bind(pattern.clone()).push(" ESCAPE '!'");
    }
    if let Some((column, set)) = narrow.flag {
        query.push(" AND ").push(column).push(" = ").push_bind(i64::from(set));
    }
    if let Some(posts) = &narrow.posts {
        query.push(POSTS_LIKE);
        push_moment(query, as_of);
        if let Some(units) = &posts.units {
            query.push(" AND ");
            dialect.push_one_of(query, "unit_id", units.iter().map(String::as_str));
        }
        query.push(if posts.head { " AND head = 1)" } else { ")" });
        if let Some((units, now)) = &posts.today {
            query.push(" AND post_id IN ");
            push_nearest(query, crate::Post::TABLE, *now);
            push_any(query, dialect, &[("unit_id", units.clone())]);
            query.push(")");
        }
    }
}

/// Adds that one of the columns is one of its values.
pub(super) fn push_any(
    query: &mut QueryBuilder<Any>,
    dialect: Dialect,
    columns: &[(&'static str, Vec<String>)],
) {
    query.push(" AND (1 = 0");
    for (column, values) in columns {
        query.push(" OR ");
        dialect.push_one_of(query, column, values.iter().map(String::as_str));
    }
    query.push(")");
}

/// Adds the ids of things, and of each the last state up to `now`, else the first; as it is known
/// now. Conditions on that state follow, and what closes it.
pub(super) fn push_nearest(query: &mut QueryBuilder<Any>, table: &'static str, now: Time) {
    query.push("(SELECT id FROM ").push(table).push(" nearest WHERE superseded_at = ");
    query.push_bind(NEVER.micros()).push(" AND valid_from = COALESCE(");
    for bound in ["MAX", "MIN"] {
        query.push("(SELECT ").push(bound).push("(valid_from) FROM ").push(table);
        query.push(" span WHERE span.id = nearest.id AND span.superseded_at = ");
        query.push_bind(NEVER.micros());
        if bound == "MAX" {
            query.push(" AND span.valid_from <= ").push_bind(now.micros()).push("), ");
        }
    }
    query.push("))");
}

const POSTS_LIKE: &str = " AND post_id IN (SELECT id FROM directory_post WHERE ";

fn push_moment(query: &mut QueryBuilder<Any>, as_of: AsOf) {
    match as_of.known_at {
        // What is known now is found by equality: the indexes end in this column.
        None => query.push("superseded_at = ").push_bind(NEVER.micros()),
        Some(known) => {
            query.push("recorded_at <= ").push_bind(known.micros());
            query.push(" AND superseded_at > ").push_bind(known.micros())
        }
    };
    query.push(" AND valid_from <= ").push_bind(as_of.at.micros());
    query.push(" AND valid_to > ").push_bind(as_of.at.micros());
}

/// A row as a span.
pub(crate) fn read<S: Kept>(row: &AnyRow) -> Result<Dated<S>, DirectoryError> {
    let time = |column: &str| -> Result<Time, DirectoryError> {
        Ok(Time::from_micros(row.try_get::<i64, _>(column).map_err(DbError::from)?))
    };
    Ok(Dated {
        id: read_id(row, "id")?,
        version: row.try_get("version").map_err(DbError::from)?,
        valid_from: time("valid_from")?,
        valid_to: Some(time("valid_to")?).filter(|to| *to != NEVER),
        recorded_at: time("recorded_at")?,
        superseded_at: Some(time("superseded_at")?).filter(|at| *at != NEVER),
        told: serde_json::from_str(&read_text(row, "told")?)
            .map_err(|error| unreadable("told", error.to_string()))?,
        state: S::read(row)?,
    })
}

/// The id in `column`.
pub(crate) fn read_id<K>(row: &AnyRow, column: &str) -> Result<Id<K>, DirectoryError> {
    let text: String = row.try_get(column).map_err(DbError::from)?;
    text.parse().map_err(|_| unreadable(column, text))
}

/// The id in `column`, if there is one.
pub(super) fn read_some_id<K>(row: &AnyRow, column: &str) -> Result<Option<Id<K>>, DirectoryError> {
    let text: Option<String> = row.try_get(column).map_err(DbError::from)?;
    text.map(|text| text.parse().map_err(|_| unreadable(column, text))).transpose()
}

/// What a search looks in: the words in lower case, with the pinyin and the initials of those
/// that are written in Chinese.
pub(super) fn folded<'t>(words: impl IntoIterator<Item = &'t String>) -> String {
    let mut folded = String::new();
    for word in words {
        if word.is_empty() || folded.contains(word.as_str()) {
            continue;
        }
        folded.push_str(word);
        folded.push(' ');
        folded.push_str(&spelled(word));
    }
    folded.trim_end().to_lowercase()
}

/// The text in `column`.
pub(super) fn read_text(row: &AnyRow, column: &str) -> Result<String, DirectoryError> {
    Ok(row.try_get(column).map_err(DbError::from)?)
}

/// The text in `column` as one of a few values.
pub(super) fn read_named<T>(
    row: &AnyRow,
    column: &str,
    from_name: impl Fn(&str) -> Option<T>,
) -> Result<T, DirectoryError> {
    let text = read_text(row, column)?;
    from_name(&text).ok_or_else(|| unreadable(column, text))
}

pub(super) fn unreadable(column: &str, found: impl Into<String>) -> DirectoryError {
    DirectoryError::Unreadable { what: column.to_owned(), found: found.into() }
}
