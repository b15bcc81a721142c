use db::DbError;
use kernel::{Text, Time};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::kept::{read_id, read_some_id, read_text};
use crate::{
    DirectoryError, RegionNode, UnitNode,
    model::{NEVER, ParentSpan},
};

const UNITS: &str = "
    SELECT id, code, name_en, name_zh, parent_id, region_id, valid_from, valid_to
    FROM directory_unit -- all rows: the tree is kept in memory
    WHERE superseded_at = $1
    ORDER BY id, valid_from";

const REGIONS: &str = "
    SELECT id, code, name_en, name_zh, parent_id, valid_from, valid_to
    FROM directory_region -- all rows: the tree is kept in memory
    WHERE superseded_at = $1
    ORDER BY id, valid_from";

const UNIT_PARENTS: &str = "
    SELECT id, parent_id, valid_from, valid_to
    FROM directory_unit -- all rows: a cycle can lead through any of them
    WHERE superseded_at = $1 AND valid_to > $2";

const REGION_PARENTS: &str = "
    SELECT id, parent_id, valid_from, valid_to
    FROM directory_region -- all rows: a cycle can lead through any of them
    WHERE superseded_at = $1 AND valid_to > $2";

const COUNTERS: &str = "
    SELECT name, value
    FROM directory_counter -- all rows: there are two
    ORDER BY name";

const COUNT: &str = "
    UPDATE directory_counter
    SET value = value + 1
    WHERE name = $1";

const NEXT_BEGIN: &str = "
    SELECT MIN(valid_from)
    FROM directory_holding
    WHERE superseded_at = $1 AND valid_from > $2";

const NEXT_END: &str = "
    SELECT MIN(valid_to)
    FROM directory_holding
    WHERE superseded_at = $1 AND valid_to > $2";

/// What is kept in memory and has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counter {
    /// Units and regions.
    Places,
    /// Posts, people, and who holds what.
    Holdings,
}

/// How often each has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counters {
    pub(crate) places: i64,
    pub(crate) holdings: i64,
}

/// The trees' nodes at a moment, and when they will be different by themselves.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) units: Vec<UnitNode>,
    pub(crate) regions: Vec<RegionNode>,
    pub(crate) until: Time,
}

/// Notes that something has changed.
pub(crate) async fn count(
    connection: &mut AnyConnection,
    counter: Counter,
) -> Result<(), DirectoryError> {
    let name = match counter {
        Counter::Places => "places",
        Counter::Holdings => "holdings",
    };
    sqlx::query(COUNT).bind(name).execute(connection).await.map_err(DbError::from)?;
    Ok(())
}

/// How often each has changed.
pub(crate) async fn counters(connection: &mut AnyConnection) -> Result<Counters, DirectoryError> {
    let rows = sqlx::query(COUNTERS).fetch_all(connection).await.map_err(DbError::from)?;
    let mut counters = Counters::default();
    for row in &rows {
        let value = row.try_get("value").map_err(DbError::from)?;
        match read_text(row, "name")?.as_str() {
            "places" => counters.places = value,
            _ => counters.holdings = value,
        }
    }
    Ok(counters)
}

/// The trees at `now`.
pub(crate) async fn places(
    connection: &mut AnyConnection,
    now: Time,
) -> Result<Places, DirectoryError> {
    let mut places = Places { units: Vec::new(), regions: Vec::new(), until: NEVER };
    for row in &all(&mut *connection, UNITS).await? {
        let closed = places.lies_elsewhere(row, now)?;
        let node = UnitNode {
            id: read_text(row, "id")?,
            code: read_text(row, "code")?,
            name: Text::new(read_text(row, "name_en")?, read_text(row, "name_zh")?),
            parent: row.try_get("parent_id").map_err(DbError::from)?,
            region: row.try_get("region_id").map_err(DbError::from)?,
            closed: closed.is_some(),
        };
        match places.units.last_mut() {
            Some(last) if last.id == node.id => replace(last, node, closed),
            _ => places.units.push(node),
        }
    }
    for row in &all(connection, REGIONS).await? {
        let closed = places.lies_elsewhere(row, now)?;
        let node = RegionNode {
            id: read_text(row, "id")?,
            code: read_text(row, "code")?,
            name: Text::new(read_text(row, "name_en")?, read_text(row, "name_zh")?),
            parent: row.try_get("parent_id").map_err(DbError::from)?,
            closed: closed.is_some(),
        };
        match places.regions.last_mut() {
            Some(last) if last.id == node.id => replace(last, node, closed),
            _ => places.regions.push(node),
        }
    }
    Ok(places)
}

/// Where a span lies that does not cover the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Elsewhere {
    Before,
    After,
}

impl Places {
    /// Where the row's span lies, if not over `now`; keeps in mind when that will change.
    fn lies_elsewhere(
        &mut self,
        row: &AnyRow,
        now: Time,
    ) -> Result<Option<Elsewhere>, DirectoryError> {
        let (from, to) = (read_time(row, "valid_from")?, read_time(row, "valid_to")?);
        for boundary in [from, to] {
            if boundary > now {
                self.until = self.until.min(boundary);
            }
        }
        Ok(match (from <= now, now < to) {
            (true, true) => None,
            (true, false) => Some(Elsewhere::Before),
            (false, _) => Some(Elsewhere::After),
        })
    }
}

/// Of the spans of one thing the one over the moment counts, else the last before it, else the
/// first after it. Spans come in their order.
fn replace<N>(last: &mut N, node: N, lies: Option<Elsewhere>) {
    if lies != Some(Elsewhere::After) {
        *last = node;
    }
}

/// Which unit is part of which, from `from` on.
pub(crate) async fn unit_parents(
    connection: &mut AnyConnection,
    from: Time,
) -> Result<Vec<ParentSpan>, DirectoryError> {
    parents(connection, UNIT_PARENTS, from).await
}

/// Which region is part of which, from `from` on.
pub(crate) async fn region_parents(
    connection: &mut AnyConnection,
    from: Time,
) -> Result<Vec<ParentSpan>, DirectoryError> {
    parents(connection, REGION_PARENTS, from).await
}

/// The next moment at which somebody begins or ceases to hold a post.
pub(crate) async fn next_holding(
    connection: &mut AnyConnection,
    now: Time,
) -> Result<Time, DirectoryError> {
    let mut next = NEVER;
    for sql in [NEXT_BEGIN, NEXT_END] {
        let found: Option<i64> = sqlx::query_scalar(sql)
            .bind(NEVER.micros())
            .bind(now.micros())
            .fetch_one(&mut *connection)
            .await
            .map_err(DbError::from)?;
        next = found.map_or(next, |found| next.min(Time::from_micros(found)));
    }
    Ok(next)
}

async fn all(
    connection: &mut AnyConnection,
    sql: &'static str,
) -> Result<Vec<AnyRow>, DirectoryError> {
    let rows = sqlx::query(sql).bind(NEVER.micros()).fetch_all(connection).await;
    Ok(rows.map_err(DbError::from)?)
}

async fn parents(
    connection: &mut AnyConnection,
    sql: &'static str,
    from: Time,
) -> Result<Vec<ParentSpan>, DirectoryError> {
    let rows = sqlx::query(sql)
        .bind(NEVER.micros())
        .bind(from.micros())
        .fetch_all(connection)
        .await
        .map_err(DbError::from)?;
    let read = |row: &AnyRow| {
        Ok(ParentSpan {
            id: read_id(row, "id")?,
            parent: read_some_id(row, "parent_id")?,
            from: read_time(row, "valid_from")?,
            to: read_time(row, "valid_to")?,
        })
    };
    rows.iter().map(read).collect()
}

fn read_time(row: &AnyRow, column: &str) -> Result<Time, DirectoryError> {
    Ok(Time::from_micros(row.try_get(column).map_err(DbError::from)?))
}
