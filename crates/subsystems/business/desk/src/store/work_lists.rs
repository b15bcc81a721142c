use db::Tx;
use kernel::Id;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, parsed, to_json};

/// A person saves no more lists than this.
pub(crate) const LISTS_MAX: u32 = 100;

/// A work list that somebody saved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WorkList {
    /// Its id.
    pub(crate) id: WorkListId,
    /// What they call it.
    pub(crate) name: String,
    /// What it asks for: the parameters of the list of tickets.
    pub(crate) query: serde_json::Map<String, serde_json::Value>,
}

/// The id of a saved work list.
pub(crate) type WorkListId = Id<WorkList>;

const OF_USER: &str = "
    SELECT id, name, query
    FROM desk_list
    WHERE user_id = $1
    ORDER BY id
    LIMIT $2";

const SAVE: &str = "
    INSERT INTO desk_list (id, user_id, name, query, saved_at)
    VALUES ($1, $2, $3, $4, $5)";

const REMOVE: &str = "
    DELETE FROM desk_list
    WHERE id = $1 AND user_id = $2";

/// The lists of a user, in the order they were saved.
pub(crate) async fn of_user<'e>(
    from: impl Executor<'e, Database = Any>,
    user: &str,
) -> Result<Vec<WorkList>, sqlx::Error> {
    let rows = sqlx::query(OF_USER)
        .bind(user.to_owned())
        .bind(i64::from(LISTS_MAX))
        .fetch_all(from)
        .await?;
    let read = |row: &AnyRow| {
        Ok(WorkList {
            id: parsed(row, "id")?,
            name: row.try_get("name")?,
            query: from_json(row, "query")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Saves a list.
pub(crate) async fn save(
    tx: &mut Tx,
    (user, at): (&str, kernel::Time),
    list: &WorkList,
) -> Result<(), sqlx::Error> {
    sqlx::query(SAVE)
        .bind(list.id.to_string())
        .bind(user.to_owned())
        .bind(list.name.clone())
        .bind(to_json(&list.query)?)
        .bind(at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes a list of a user; whether it was there.
pub(crate) async fn remove(tx: &mut Tx, user: &str, id: WorkListId) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(REMOVE)
        .bind(id.to_string())
        .bind(user.to_owned())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}
