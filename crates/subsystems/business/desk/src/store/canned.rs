//! Replies that are written once and used often.

use db::Tx;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, parsed, time, to_json};
use crate::model::canned::{Canned, CannedId};

/// There are no more canned replies than this.
pub(crate) const CANNED_MAX: u32 = 500;

const ALL: &str = "
    SELECT id, draft, version, changed_at
    FROM desk_canned
    ORDER BY id
    LIMIT $1";

const FIND: &str = "
    SELECT id, draft, version, changed_at
    FROM desk_canned
    WHERE id = $1
    LIMIT 1";

const PUT: &str = "
    INSERT INTO desk_canned (id, draft, version, changed_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (id) DO UPDATE SET
        draft = excluded.draft, version = excluded.version, changed_at = excluded.changed_at";

const REMOVE: &str = "
    DELETE FROM desk_canned
    WHERE id = $1";

/// All of them, in the order they were made.
pub(crate) async fn all<'e>(
    from: impl Executor<'e, Database = Any>,
) -> Result<Vec<Canned>, sqlx::Error> {
    let rows = sqlx::query(ALL).bind(i64::from(CANNED_MAX)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// The one of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: CannedId,
) -> Result<Option<Canned>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// Writes one as it has become.
pub(crate) async fn put(tx: &mut Tx, canned: &Canned) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(canned.id.to_string())
        .bind(to_json(&canned.draft)?)
        .bind(canned.version)
        .bind(canned.changed_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes one.
pub(crate) async fn remove(tx: &mut Tx, id: CannedId) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Canned, sqlx::Error> {
    Ok(Canned {
        id: parsed(row, "id")?,
        draft: from_json(row, "draft")?,
        version: row.try_get("version")?,
        changed_at: time(row, "changed_at")?,
    })
}
