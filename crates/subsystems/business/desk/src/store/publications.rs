//! Answers that are published.

use db::{Db, QueryBuilder, Tx};
use kernel::{Page, PageOf, Scope, Time};
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{list::push_scope, named, parsed, small, time, time_or_none};
use crate::model::publication::{Publication, PublicationId, PublicationState};

const COLUMNS: &str = "
    SELECT p.id, p.ticket_id, p.entry, p.title, p.text, p.state, p.redacted_by, p.redacted_id,
        p.redacted_at, p.approved_by, p.approved_at, p.withdrawn_by, p.withdrawn_at, p.version,
        t.number AS ticket_number
    FROM desk_publication p
    -- limit follows
";

const FIND: &str = "
    SELECT p.id, p.ticket_id, p.entry, p.title, p.text, p.state, p.redacted_by, p.redacted_id,
        p.redacted_at, p.approved_by, p.approved_at, p.withdrawn_by, p.withdrawn_at, p.version,
        t.number AS ticket_number
    FROM desk_publication p
    JOIN desk_ticket t ON t.id = p.ticket_id
    WHERE p.id = $1
    LIMIT 1";

const PUT: &str = "
    INSERT INTO desk_publication (
        id, ticket_id, entry, title, text, state, redacted_by, redacted_id, redacted_at,
        approved_by, approved_at, withdrawn_by, withdrawn_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    ON CONFLICT (id) DO UPDATE SET
        state = excluded.state, approved_by = excluded.approved_by,
        approved_at = excluded.approved_at, withdrawn_by = excluded.withdrawn_by,
        withdrawn_at = excluded.withdrawn_at, version = excluded.version";

/// The one of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: PublicationId,
) -> Result<Option<Publication>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// Writes one as it has become.
pub(crate) async fn put(tx: &mut Tx, one: &Publication) -> Result<(), sqlx::Error> {
    let who = |said: &Option<(String, Time)>| said.as_ref().map(|(by, _)| by.clone());
    let when = |said: &Option<(String, Time)>| said.as_ref().map(|(_, at)| at.micros());
    sqlx::query(PUT)
        .bind(one.id.to_string())
        .bind(one.ticket_id.to_string())
        .bind(i64::from(one.entry))
        .bind(one.title.clone())
        .bind(one.text.clone())
        .bind(one.state.name())
        .bind(one.redacted_by.clone())
        .bind(one.redacted_id.clone())
        .bind(one.redacted_at.micros())
        .bind(who(&one.approved))
        .bind(when(&one.approved))
        .bind(who(&one.withdrawn))
        .bind(when(&one.withdrawn))
        .bind(one.version)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Publications in a state, or in any, of tickets that `scope` covers, the newest first.
pub(crate) async fn list(
    db: &Db,
    scope: &Scope,
    state: Option<PublicationState>,
    page: &Page,
) -> Result<PageOf<Publication>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    // Ids are lower-case hexadecimal: every one is less than this.
    let before = page.after.clone().unwrap_or_else(|| "g".to_owned());
    query.push(" JOIN desk_ticket t ON t.id = p.ticket_id WHERE p.id < ").push_bind(before);
    if let Some(state) = state {
        query.push(" AND p.state = ").push_bind(state.name());
    }
    push_scope(&mut query, db.dialect(), scope);
    query.push(" ORDER BY p.id DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await?;
    let found = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(found, page.limit, |one| one.id.to_string()))
}

fn read(row: &AnyRow) -> Result<Publication, sqlx::Error> {
    let said = |by: &str, at: &str| -> Result<Option<(String, Time)>, sqlx::Error> {
        let at: Option<Time> = time_or_none(row, at)?;
        at.map(|at| Ok((row.try_get(by)?, at))).transpose()
    };
    Ok(Publication {
        id: parsed(row, "id")?,
        ticket_id: parsed(row, "ticket_id")?,
        ticket_number: row.try_get("ticket_number")?,
        entry: small(row, "entry")?,
        title: row.try_get("title")?,
        text: row.try_get("text")?,
        state: named(row, "state", PublicationState::from_name)?,
        redacted_by: row.try_get("redacted_by")?,
        redacted_id: row.try_get("redacted_id")?,
        redacted_at: time(row, "redacted_at")?,
        approved: said("approved_by", "approved_at")?,
        withdrawn: said("withdrawn_by", "withdrawn_at")?,
        version: row.try_get("version")?,
    })
}
