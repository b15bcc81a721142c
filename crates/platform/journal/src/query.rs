use db::{Db, DbError, QueryBuilder};
use kernel::{FactSeq, Fault, Page, PageOf, Text, Time};

use crate::{Places, RawRow, Row, Sight};

/// Which facts are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The subject's kind.
    pub subject_kind: Option<String>,
    /// The subject's id.
    pub subject_id: Option<String>,
    /// The resource concerned: as the subject, or as what the fact is about.
    pub resource_id: Option<String>,
    /// The actor's id.
    pub actor: Option<String>,
    /// A verb, or all of a noun by its prefix with the dot: `alert.`.
    pub verb: Option<String>,
    /// At or after.
    pub from: Option<Time>,
    /// Before.
    pub to: Option<Time>,
    /// What this fact led to.
    pub cause: Option<FactSeq>,
    /// Subjects of these kinds are left out: the reader may not see them.
    pub hidden_subject_kinds: &'static [&'static str],
}

const COLUMNS: &str = "
    SELECT seq, at, actor_kind, actor_id, actor_name, verb, subject_kind, subject_id,
        subject_name, resource_id, before, after, detail, cause, request_id, source
    FROM journal_row
    -- limit follows
";

const SINCE: &str = "
    SELECT seq, at, actor_kind, actor_id, actor_name, verb, subject_kind, subject_id,
        subject_name, resource_id, before, after, detail, cause, request_id, source
    FROM journal_row
    WHERE seq > $1
    ORDER BY seq
    LIMIT $2";

/// The facts that match, newest first; pages by `seq`.
///
/// Errors: [`Fault`] naming `after` when it is not a number; database faults.
pub async fn list(db: &Db, filter: &Filter, page: Page) -> Result<PageOf<Row>, Fault> {
    let mut query = QueryBuilder::<sqlx::Any>::new(COLUMNS);
    // Every list has a first condition, so that the rest can begin with AND.
    let before = match &page.after {
        Some(after) => after
            .parse::<i64>()
            .map_err(|_| Fault::invalid("after", after, Text::new("a number", "数字")))?,
        None => i64::MAX,
    };
    query.push(" WHERE seq < ").push_bind(before);
    push_filter(&mut query, filter);
    query.push(" ORDER BY seq DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await.map_err(DbError::from)?;
    let rows = rows.iter().map(Row::read).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(rows, page.limit, |row| row.seq.0.to_string()))
}

/// Rows looked through at most for one page of a caller who sees only some of them.
const SCANNED_MAX: usize = 20_000;
/// Rows read at once for such a page.
const SCAN: u32 = 500;

/// The facts that match and that `sight` sees, newest first.
///
/// A page may be short and still have a next one: then many facts in between are not for them.
/// Errors: as [`list`], and those of `places`.
pub async fn list_seen(
    db: &Db,
    filter: &Filter,
    page: Page,
    (sight, places): (&Sight, &dyn Places),
) -> Result<PageOf<Row>, Fault> {
    if !sight.is_limited() {
        return list(db, filter, page).await;
    }
    let (mut seen, mut scanned, mut after) = (Vec::new(), 0, page.after.clone());
    let wanted = page.limit as usize;
    loop {
        let some = list(db, filter, Page { after, limit: SCAN }).await?;
        scanned += some.items.len();
        seen.extend(sight.filter(places, some.items).await?);
        after = some.next;
        if seen.len() > wanted {
            return Ok(PageOf::from_fetched(seen, page.limit, |row| row.seq.0.to_string()));
        }
        if after.is_none() || scanned >= SCANNED_MAX {
            return Ok(PageOf { items: seen, next: after });
        }
    }
}

/// The facts after `seq` that match, oldest first, as they stand; at most `limit`.
pub async fn export_after(
    db: &Db,
    filter: &Filter,
    seq: FactSeq,
    limit: u32,
) -> Result<Vec<RawRow>, DbError> {
    let mut query = QueryBuilder::<sqlx::Any>::new(COLUMNS);
    query.push(" WHERE seq > ").push_bind(seq.0);
    push_filter(&mut query, filter);
    query.push(" ORDER BY seq LIMIT ").push_bind(i64::from(limit));
    let rows = query.build().fetch_all(db.reader()).await?;
    rows.iter().map(RawRow::read).collect()
}

fn push_filter(query: &mut QueryBuilder<sqlx::Any>, filter: &Filter) {
    let texts = [
        (" AND subject_kind = ", &filter.subject_kind),
        (" AND subject_id = ", &filter.subject_id),
        (" AND resource_id = ", &filter.resource_id),
        (" AND actor_id = ", &filter.actor),
    ];
    for (condition, value) in texts {
        if let Some(value) = value {
            query.push(condition).push_bind(value.clone());
        }
    }
    match filter.verb.as_deref() {
        Some(noun) if noun.ends_with('.') => {
            // `alert.` ≤ verb < `alert/`: a range, so that the index serves it.
            let end = format!("{}/", &noun[..noun.len() - 1]);
            query.push(" AND verb >= ").push_bind(noun.to_owned());
            query.push(" AND verb < ").push_bind(end);
        }
        Some(verb) => {
            query.push(" AND verb = ").push_bind(verb.to_owned());
        }
        None => {}
    }
    let numbers = [
        (" AND at >= ", filter.from.map(Time::micros)),
        (" AND at < ", filter.to.map(Time::micros)),
        (" AND cause = ", filter.cause.map(|cause| cause.0)),
    ];
    for (condition, value) in numbers {
        if let Some(value) = value {
            query.push(condition).push_bind(value);
        }
    }
    for kind in filter.hidden_subject_kinds {
        query.push(" AND subject_kind <> ").push_bind(*kind);
    }
}

/// The facts after `seq`, oldest first, at most `limit`.
pub async fn since(db: &Db, seq: FactSeq, limit: u32) -> Result<Vec<Row>, DbError> {
    let rows = sqlx::query(SINCE).bind(seq.0).bind(i64::from(limit)).fetch_all(db.reader()).await?;
    rows.iter().map(Row::read).collect()
}

/// The number of the newest fact.
pub async fn latest(db: &Db) -> Result<FactSeq, DbError> {
    let seq: i64 = sqlx::query_scalar("SELECT seq FROM journal_counter WHERE id = 1 LIMIT 1")
        .fetch_one(db.reader())
        .await?;
    Ok(FactSeq(seq))
}
