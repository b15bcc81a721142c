mod order;

use std::borrow::Cow;

use db::{Db, DbError, QueryBuilder};
use kernel::{Actor, FactSeq, Fault, Page, PageOf, Text, Time};
use serde_json::Value;
use sqlx::{Row as _, any::AnyRow};

use crate::{Places, RawRow, Row, Seen, Sight, States, Withheld, seen::parsed};
use order::{Order, Start};

/// Which facts are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The subject's kind.
    pub subject_kind: Option<String>,
    /// The subject's id.
    pub subject_id: Option<String>,
    /// The resource concerned: as the subject, or as what the fact is about.
    pub resource_id: Option<String>,
    /// The ids of actors, of whom one did it; `console` is who sat at the machine. Nobody did
    /// anything where there is none of them.
    pub actors: Option<Vec<String>>,
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

/// The facts that match, newest first; pages by `seq`. Of a span of time alone (`to` and perhaps
/// `from`), those that were written last come first, which differs where the clock was set back.
///
/// Errors: [`Fault`] naming `after` when it is not a number; database faults.
pub async fn list(db: &Db, filter: &Filter, page: Page) -> Result<PageOf<Row>, Fault> {
    let before = beginning(&page)?;
    let rows = newest(db, COLUMNS, filter, before, page.limit).await?;
    let rows = rows.iter().map(Row::read).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(rows, page.limit, |row| row.seq.0.to_string()))
}

fn beginning(page: &Page) -> Result<i64, Fault> {
    let Some(after) = &page.after else { return Ok(i64::MAX) };
    after.parse().map_err(|_| Fault::invalid("after", after, Text::new("a number", "数字")))
}

/// One more than `limit` of the newest rows before `before` that match.
///
/// Their numbers are found first: that reads an index and not the rows.
async fn newest(
    db: &Db,
    columns: &str,
    filter: &Filter,
    before: i64,
    limit: u32,
) -> Result<Vec<AnyRow>, DbError> {
    let limit = i64::from(limit) + 1;
    let start = Order::of(filter).after(db, before).await?;
    let mut query = QueryBuilder::<sqlx::Any>::new(columns);
    query.push(" WHERE seq IN (");
    match split(db, filter).await? {
        None => push_numbers(&mut query, filter, start, limit),
        Some(filters) if filters.is_empty() => return Ok(Vec::new()),
        Some(filters) => {
            for (at, filter) in filters.iter().enumerate() {
                query.push(if at == 0 { "" } else { " UNION ALL " }).push(OF_ONE);
                push_numbers(&mut query, filter, start, limit);
                query.push(format!(") of_{at}"));
            }
        }
    }
    query.push(")").push(start.order.sql()).push(" LIMIT ").push_bind(limit);
    Ok(query.build().fetch_all(db.reader()).await?)
}

const NUMBERS: &str = "
    SELECT seq
    FROM journal_row -- limit follows
    WHERE ";

const OF_ONE: &str = "
    SELECT seq
    FROM -- limit follows
    (";

fn push_numbers(query: &mut QueryBuilder<sqlx::Any>, filter: &Filter, start: Start, limit: i64) {
    query.push(NUMBERS);
    start.push(query, filter);
    push_filter(query, filter);
    query.push(start.order.sql()).push(" LIMIT ").push_bind(limit);
}

/// A noun has so many verbs at most.
const VERBS_MAX: usize = 100;

const NEXT_VERB: &str = "
    SELECT MIN(verb)
    FROM journal_row
    WHERE verb > $1 AND verb < $2";

/// So many actors are each asked for by themselves.
const ACTORS_MAX: usize = 100;

/// A filter for each of what the index keeps apart, so that the newest of each is at an end of it.
/// None where that is not needed, or where it would be too many.
async fn split(db: &Db, filter: &Filter) -> Result<Option<Vec<Filter>>, DbError> {
    match &filter.actors {
        None => split_by_verb(db, filter).await,
        Some(actors) if actors.len() == 1 || actors.len() > ACTORS_MAX => Ok(None),
        Some(actors) => {
            let one = |id: &String| Filter { actors: Some(vec![id.clone()]), ..filter.clone() };
            Ok(Some(actors.iter().map(one).collect()))
        }
    }
}

/// A filter for each verb of the noun that is asked for: the index has the newest of one verb at
/// its end, while all of a noun would have to be read and sorted. None where no noun is asked for,
/// or where something else leaves few rows anyway.
async fn split_by_verb(db: &Db, filter: &Filter) -> Result<Option<Vec<Filter>>, DbError> {
    let Filter { subject_id: None, resource_id: None, actors: None, cause: None, .. } = filter
    else {
        return Ok(None);
    };
    let Some(noun) = filter.verb.as_deref().filter(|verb| verb.ends_with('.')) else {
        return Ok(None);
    };
    let (mut verb, end) = (noun.to_owned(), end_of(noun));
    let mut filters = Vec::new();
    while filters.len() < VERBS_MAX {
        let next: Option<String> =
            sqlx::query_scalar(NEXT_VERB).bind(&verb).bind(&end).fetch_one(db.reader()).await?;
        let Some(next) = next else { return Ok(Some(filters)) };
        filters.push(Filter { verb: Some(next.clone()), ..filter.clone() });
        verb = next;
    }
    Ok(None)
}

/// `alert.` ≤ verb < `alert/`: a range, so that the index serves it.
fn end_of(noun: &str) -> String {
    format!("{}/", &noun[..noun.len() - 1])
}

/// Rows looked through at most for one page of a caller who sees only some of them.
const SCANNED_MAX: usize = 20_000;
/// Rows looked at at once for such a page.
const SCAN: u32 = 1_000;

/// As much of a row as tells who may see it.
const GLANCE: &str = "
    SELECT seq, at, actor_id, subject_kind, resource_id,
        CASE WHEN subject_kind IN ('relation', 'reconciliation', 'resource') THEN detail ELSE '' END
            AS detail,
        CASE WHEN subject_kind = 'resource' AND (detail LIKE '%\"effective_at\"%'
            OR detail LIKE '%\"unit_id\"%' OR detail LIKE '%\"region_id\"%')
            THEN before END AS before,
        CASE WHEN subject_kind = 'resource' AND (detail LIKE '%\"effective_at\"%'
            OR detail LIKE '%\"unit_id\"%' OR detail LIKE '%\"region_id\"%')
            THEN after END AS after
    FROM journal_row
    -- limit follows
";

/// A row as [`GLANCE`] shows it.
#[derive(Debug)]
struct Glance {
    seq: i64,
    at: i64,
    actor_id: String,
    subject_kind: String,
    resource_id: Option<String>,
    detail: String,
    before: Option<String>,
    after: Option<String>,
}

impl Glance {
    fn read(row: &AnyRow) -> Result<Self, DbError> {
        Ok(Self {
            seq: row.try_get("seq")?,
            at: row.try_get("at")?,
            actor_id: row.try_get("actor_id")?,
            subject_kind: row.try_get("subject_kind")?,
            resource_id: row.try_get("resource_id")?,
            detail: row.try_get("detail")?,
            before: row.try_get("before")?,
            after: row.try_get("after")?,
        })
    }
}

impl Seen for Glance {
    fn resource_id(&self) -> Option<&str> {
        self.resource_id.as_deref()
    }

    fn at_micros(&self) -> i64 {
        self.at
    }

    fn actor_id(&self) -> &str {
        &self.actor_id
    }

    fn subject_kind(&self) -> &str {
        &self.subject_kind
    }

    fn detail(&self) -> Cow<'_, Value> {
        Cow::Owned(serde_json::from_str(&self.detail).unwrap_or_default())
    }

    fn states(&self) -> States {
        let (before, after) = (parsed(self.before.as_deref()), parsed(self.after.as_deref()));
        States { before, after, at: None }
    }

    /// A glance shows nothing: the row itself is looked at again.
    fn withhold(&mut self, _: &Withheld) {}
}

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
    let (mut seen, mut scanned, mut before) = (Vec::new(), 0, beginning(&page)?);
    let wanted = page.limit as usize;
    let next = loop {
        let some = newest(db, GLANCE, filter, before, SCAN - 1).await?;
        let some = some.iter().map(Glance::read).collect::<Result<Vec<_>, _>>()?;
        let Some(last) = some.last().map(|glance| glance.seq) else { break None };
        (before, scanned) = (last, scanned + some.len());
        let more = some.len() == SCAN as usize;
        seen.extend(sight.filter(places, some).await?.into_iter().map(|glance| glance.seq));
        if seen.len() > wanted {
            seen.truncate(wanted);
            break seen.last().map(ToString::to_string);
        }
        if !more || scanned >= SCANNED_MAX {
            break more.then(|| before.to_string());
        }
    };
    let rows = rows_of(db, &seen, Order::of(filter)).await?;
    Ok(PageOf { items: sight.filter(places, rows).await?, next })
}

/// The rows with these numbers.
async fn rows_of(db: &Db, numbers: &[i64], order: Order) -> Result<Vec<Row>, DbError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::<sqlx::Any>::new(COLUMNS);
    query.push(" WHERE seq IN (");
    let mut list = query.separated(", ");
    for number in numbers {
        list.push_bind(*number);
    }
    query.push(")").push(order.sql());
    let rows = query.build().fetch_all(db.reader()).await?;
    rows.iter().map(Row::read).collect()
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
    ];
    for (condition, value) in texts {
        if let Some(value) = value {
            query.push(condition).push_bind(value.clone());
        }
    }
    if let Some(actors) = &filter.actors {
        push_actors(query, actors);
    }
    match filter.verb.as_deref() {
        Some(noun) if noun.ends_with('.') => {
            query.push(" AND verb >= ").push_bind(noun.to_owned());
            query.push(" AND verb < ").push_bind(end_of(noun));
        }
        Some(verb) => {
            query.push(" AND verb = ").push_bind(verb.to_owned());
        }
        None => {}
    }
    let numbers = [
        (" AND at >= ", filter.from.map(Time::micros)),
        // The sign keeps it from being the bound by which an index is entered: see `Start::push`.
        (" AND +at < ", filter.to.map(Time::micros)),
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

fn push_actors(query: &mut QueryBuilder<sqlx::Any>, actors: &[String]) {
    let console = Actor::console();
    query.push(" AND (");
    for (at, id) in actors.iter().enumerate() {
        query.push(if at == 0 { "" } else { " OR " });
        if *id == console.name {
            query.push("(actor_id = '' AND actor_kind = ").push_bind(console.kind.name()).push(")");
        } else {
            query.push("actor_id = ").push_bind(id.clone());
        }
    }
    query.push(if actors.is_empty() { "1 = 0)" } else { ")" });
}

/// The facts after `seq`, oldest first, at most `limit`.
pub async fn since(db: &Db, seq: FactSeq, limit: u32) -> Result<Vec<Row>, DbError> {
    let rows = sqlx::query(SINCE).bind(seq.0).bind(i64::from(limit)).fetch_all(db.reader()).await?;
    rows.iter().map(Row::read).collect()
}

/// When the oldest fact happened that has not been archived; none where there is none.
pub async fn first_at(db: &Db) -> Result<Option<Time>, DbError> {
    let at: Option<i64> = sqlx::query_scalar("SELECT at FROM journal_row ORDER BY seq LIMIT 1")
        .fetch_optional(db.reader())
        .await?;
    Ok(at.map(Time::from_micros))
}

/// The number of the newest fact.
pub async fn latest(db: &Db) -> Result<FactSeq, DbError> {
    let seq: i64 = sqlx::query_scalar("SELECT seq FROM journal_counter WHERE id = 1 LIMIT 1")
        .fetch_one(db.reader())
        .await?;
    Ok(FactSeq(seq))
}
