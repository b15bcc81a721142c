use std::collections::HashMap;

use db::{Db, QueryBuilder, Tx};
use kernel::Time;
use sqlx::{Any, Executor, Row as _};

/// A resource as its facts told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenResource {
    /// Its name.
    pub(crate) name: String,
    /// Whether it is managed no more.
    pub(crate) retired: bool,
}

const FIND: &str = "
    SELECT name, retired
    FROM alerts_resource
    WHERE id = $1
    LIMIT 1";

const PUT: &str = "
    INSERT INTO alerts_resource (id, name, retired)
    VALUES ($1, $2, $3)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, retired = excluded.retired";

const SET_MERGED: &str = "
    UPDATE alerts_resource
    SET merged_into = $2, merged_at = $3
    WHERE id = $1";

const MERGED_AT: &str = "
    SELECT merged_at
    FROM alerts_resource
    WHERE id = $1
    LIMIT 1";

const MERGED: &str = "
    SELECT id, merged_into
    FROM alerts_resource
    WHERE merged_into IS NOT NULL
    ORDER BY id
    LIMIT $1";

const NAMED: &str = "
    SELECT id, name, merged_into
    FROM alerts_resource
    WHERE (retired = 0 OR merged_into IS NOT NULL) AND (
    -- limit follows
";

/// One merge after the other is followed so far.
const MERGES_MAX: usize = 8;

/// Which resource turned out to be which other one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Merged(HashMap<String, String>);

impl Merged {
    /// What the resource turned out to be, if that is another.
    pub(crate) fn kept(&self, id: &str) -> Option<&str> {
        let mut kept = self.0.get(id)?;
        for _ in 1..MERGES_MAX {
            match self.0.get(kept) {
                Some(further) => kept = further,
                None => break,
            }
        }
        Some(kept)
    }
}

/// Remembers that a resource turned out to be another since a moment, or that it did not.
pub(crate) async fn set_merged(
    tx: &mut Tx,
    id: &str,
    into: Option<(&str, Time)>,
) -> Result<(), sqlx::Error> {
    sqlx::query(SET_MERGED)
        .bind(id)
        .bind(into.map(|(kept, _)| kept))
        .bind(into.map(|(_, at)| at.micros()))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Since when the resource is known to be another.
pub(crate) async fn merged_at(tx: &mut Tx, id: &str) -> Result<Option<Time>, sqlx::Error> {
    let row = sqlx::query(MERGED_AT).bind(id).fetch_optional(tx.connection()).await?;
    let Some(row) = row else { return Ok(None) };
    super::time(&row, "merged_at")
}

/// All resources that turned out to be others, at most `limit`.
pub(crate) async fn merged<'e>(
    from: impl Executor<'e, Database = Any>,
    limit: u32,
) -> Result<Merged, sqlx::Error> {
    let rows = sqlx::query(MERGED).bind(i64::from(limit)).fetch_all(from).await?;
    let read = |row: &sqlx::any::AnyRow| Ok((row.try_get("id")?, row.try_get("merged_into")?));
    rows.iter().map(read).collect::<Result<_, _>>().map(Merged)
}

/// The resource of that id, if a fact told of it.
pub(crate) async fn find(tx: &mut Tx, id: &str) -> Result<Option<SeenResource>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_owned()).fetch_optional(tx.connection()).await?;
    let Some(row) = row else { return Ok(None) };
    let retired = row.try_get::<i64, _>("retired")? != 0;
    Ok(Some(SeenResource { name: row.try_get("name")?, retired }))
}

/// A resource that is managed, by what others call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedResource {
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// What it turned out to be.
    pub(crate) merged_into: Option<String>,
}

/// The resources with one of these names or ids that are managed, or turned out to be others.
pub(crate) async fn named(
    db: &Db,
    tx: &mut Tx,
    names: &[String],
    limit: u32,
) -> Result<Vec<NamedResource>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(NAMED);
    let texts = || names.iter().map(String::as_str);
    db.dialect().push_one_of(&mut query, "name", texts());
    query.push(" OR ");
    db.dialect().push_one_of(&mut query, "id", texts());
    query.push(") ORDER BY id LIMIT ").push_bind(i64::from(limit));
    let read = |row: &sqlx::any::AnyRow| {
        let merged_into = row.try_get("merged_into")?;
        Ok(NamedResource { id: row.try_get("id")?, name: row.try_get("name")?, merged_into })
    };
    query.build().fetch_all(tx.connection()).await?.iter().map(read).collect()
}

/// Remembers a resource.
pub(crate) async fn put(tx: &mut Tx, id: &str, resource: &SeenResource) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(id.to_owned())
        .bind(resource.name.clone())
        .bind(i64::from(resource.retired))
        .execute(tx.connection())
        .await?;
    Ok(())
}
