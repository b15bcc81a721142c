use db::{DbError, Dialect, QueryBuilder};
use kernel::{FactSeq, Time};
use sqlx::{Any, AnyConnection, Row as _, any::AnyRow};

use super::kept::{Kept, Narrow, push_any, push_nearest, read_named, read_text};
use crate::{
    ComingFilter, DirectoryError, Holding, NounName, Person, Post, Site, Teller, model::NEVER,
};

const NOTE: &str = "
    INSERT INTO directory_told (
        due_at, noun, thing_id, told_by, told_by_name, told_at, told_in)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (due_at, noun, thing_id) DO UPDATE
    SET told_by = excluded.told_by, told_by_name = excluded.told_by_name,
        told_at = excluded.told_at, told_in = excluded.told_in";

const FORGET: &str = "
    DELETE FROM directory_told
    WHERE due_at = $1 AND noun = $2 AND thing_id = $3";

const FORGET_PAST: &str = "
    DELETE FROM directory_told
    WHERE due_at <= $1";

const COLUMNS: &str = "
    SELECT due_at, noun, thing_id, told_by, told_by_name, told_at, told_in
    FROM directory_told -- limit follows
    WHERE due_at > ";

const AT: &str = "
    SELECT due_at, noun, thing_id, told_by, told_by_name, told_at, told_in
    FROM directory_told
    WHERE due_at = $1 AND noun = $2 AND thing_id = $3 -- one row";

/// A thing by its noun and id.
pub(crate) type Thing = (NounName, String);

/// That something is to become of a thing, and who said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToldRow {
    /// When.
    pub(crate) at: Time,
    /// Of what.
    pub(crate) thing: Thing,
    /// Who said so.
    pub(crate) teller: Teller,
    /// When they did.
    pub(crate) told_at: Time,
    /// By which fact.
    pub(crate) told_in: Option<FactSeq>,
}

/// Which things a caller sees today, in the manner of lists; none: all.
#[derive(Debug, Clone)]
pub(crate) struct Ahead {
    /// The moment of now.
    pub(crate) now: Time,
    /// Units.
    pub(crate) units: Vec<String>,
    /// Regions.
    pub(crate) regions: Vec<String>,
    /// What a list of sites is narrowed by.
    pub(crate) sites: Narrow,
}

/// Keeps who said what is to become of a thing at a moment, and forgets what is past.
pub(crate) async fn note_told(
    connection: &mut AnyConnection,
    row: &ToldRow,
) -> Result<(), DirectoryError> {
    let past = sqlx::query(FORGET_PAST).bind(row.told_at.micros());
    past.execute(&mut *connection).await.map_err(DbError::from)?;
    sqlx::query(NOTE)
        .bind(row.at.micros())
        .bind(row.thing.0.name())
        .bind(row.thing.1.as_str())
        .bind(row.teller.id.as_str())
        .bind(row.teller.name.as_str())
        .bind(row.told_at.micros())
        .bind(row.told_in.map(|seq| seq.0))
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// Forgets what was to become of a thing at a moment.
pub(crate) async fn forget_told(
    connection: &mut AnyConnection,
    (noun, id): &Thing,
    at: Time,
) -> Result<(), DirectoryError> {
    sqlx::query(FORGET)
        .bind(at.micros())
        .bind(noun.name())
        .bind(id.as_str())
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// Who said what is to become of the thing at that moment.
pub(crate) async fn told_at(
    connection: &mut AnyConnection,
    (noun, id): &Thing,
    at: Time,
) -> Result<Option<ToldRow>, DirectoryError> {
    let query = sqlx::query(AT).bind(at.micros()).bind(noun.name()).bind(id.as_str());
    let row = query.fetch_optional(connection).await.map_err(DbError::from)?;
    row.as_ref().map(read).transpose()
}

/// At most `limit` of what is to come of things that the caller sees today, after `now` and after
/// the row given, the earliest first.
pub(crate) async fn ahead(
    connection: &mut AnyConnection,
    (dialect, seen): (Dialect, Option<&Ahead>),
    filter: &ComingFilter,
    (now, after): (Time, Option<(Time, Thing)>),
    limit: i64,
) -> Result<Vec<ToldRow>, DirectoryError> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push_bind(now.micros());
    if let Some(until) = filter.until {
        query.push(" AND due_at <= ").push_bind(until.micros());
    }
    for (column, value) in [
        ("noun", filter.noun.map(|noun| noun.name().to_owned())),
        ("thing_id", filter.thing.clone()),
        ("told_by", filter.told_by.clone()),
    ] {
        if let Some(value) = value {
            query.push(format!(" AND {column} = ")).push_bind(value);
        }
    }
    if let Some((at, (noun, id))) = after {
        query.push(" AND (due_at > ").push_bind(at.micros());
        query.push(" OR (due_at = ").push_bind(at.micros());
        query.push(" AND (noun > ").push_bind(noun.name());
        query.push(" OR (noun = ").push_bind(noun.name());
        query.push(" AND thing_id > ").push_bind(id).push("))))");
    }
    if let Some(seen) = seen {
        push_seen(&mut query, dialect, seen);
    }
    query.push(" ORDER BY due_at, noun, thing_id LIMIT ").push_bind(limit);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// Adds that the thing is one that the caller sees today.
fn push_seen(query: &mut QueryBuilder<Any>, dialect: Dialect, seen: &Ahead) {
    query.push(" AND (1 = 0");
    for (noun, ids) in [(NounName::Unit, &seen.units), (NounName::Region, &seen.regions)] {
        push_noun(query, noun);
        dialect.push_one_of(query, "thing_id", ids.iter().map(String::as_str));
        query.push(")");
    }
    let of_units = vec![("unit_id", seen.units.clone())];
    let of_sites = seen.sites.within.clone().unwrap_or_default();
    for (noun, table, columns) in [
        (NounName::Post, Post::TABLE, &of_units),
        (NounName::Person, Person::TABLE, &of_units),
        (NounName::Site, Site::TABLE, &of_sites),
    ] {
        push_noun(query, noun);
        query.push("thing_id IN ");
        push_nearest(query, table, seen.now);
        push_any(query, dialect, columns);
        query.push("))");
    }
    push_noun(query, NounName::Holding);
    query.push("thing_id IN (SELECT id FROM ").push(Holding::TABLE);
    query.push(" WHERE superseded_at = ").push_bind(NEVER.micros());
    query.push(" AND post_id IN ");
    push_nearest(query, Post::TABLE, seen.now);
    push_any(query, dialect, &of_units);
    query.push("))))");
}

fn push_noun(query: &mut QueryBuilder<Any>, noun: NounName) {
    query.push(" OR (noun = ").push_bind(noun.name()).push(" AND ");
}

fn read(row: &AnyRow) -> Result<ToldRow, DirectoryError> {
    let time = |column: &str| -> Result<Time, DirectoryError> {
        Ok(Time::from_micros(row.try_get::<i64, _>(column).map_err(DbError::from)?))
    };
    let told_in: Option<i64> = row.try_get("told_in").map_err(DbError::from)?;
    Ok(ToldRow {
        at: time("due_at")?,
        thing: (read_named(row, "noun", NounName::from_name)?, read_text(row, "thing_id")?),
        teller: Teller { id: read_text(row, "told_by")?, name: read_text(row, "told_by_name")? },
        told_at: time("told_at")?,
        told_in: told_in.map(FactSeq),
    })
}
