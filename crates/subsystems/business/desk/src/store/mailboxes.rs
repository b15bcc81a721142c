use db::{Dialect, QueryBuilder, Tx};
use kernel::{Text, Time};
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, parsed, time, time_or_none, to_json, unreadable};
use crate::model::mail::mailbox::{Mailbox, MailboxId, Progress};

/// There are no more mailboxes than this.
pub(crate) const MAILBOXES_MAX: u32 = 100;

const ALL: &str = "
    SELECT id, draft, version, changed_at, uid_validity, uid_known, read_at, failing_since, fault
    FROM desk_mailbox
    WHERE removed_at IS NULL
    ORDER BY id
    LIMIT $1";

const FIND: &str = "
    SELECT id, draft, version, changed_at, uid_validity, uid_known, read_at, failing_since, fault
    FROM desk_mailbox
    WHERE id = $1 AND removed_at IS NULL
    LIMIT 1";

const KNOWN: &str = "
    SELECT id, draft, version, changed_at, uid_validity, uid_known, read_at, failing_since, fault,
        removed_at
    FROM desk_mailbox -- limit follows
    WHERE ";

const PUT: &str = "
    INSERT INTO desk_mailbox (
        id, draft, version, changed_at, uid_validity, uid_known, read_at, failing_since, fault)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (id) DO UPDATE SET
        draft = excluded.draft, version = excluded.version, changed_at = excluded.changed_at,
        uid_validity = excluded.uid_validity, uid_known = excluded.uid_known,
        read_at = excluded.read_at, failing_since = excluded.failing_since,
        fault = excluded.fault";

const PROGRESS: &str = "
    UPDATE desk_mailbox
    SET uid_validity = $1, uid_known = $2, read_at = $3, failing_since = $4, fault = $5
    WHERE id = $6";

const REMOVE: &str = "
    UPDATE desk_mailbox
    SET removed_at = $2
    WHERE id = $1";

/// All mailboxes, in the order they were made.
pub(crate) async fn all<'e>(
    from: impl Executor<'e, Database = Any>,
) -> Result<Vec<Mailbox>, sqlx::Error> {
    let rows = sqlx::query(ALL).bind(i64::from(MAILBOXES_MAX)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// The mailbox of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: MailboxId,
) -> Result<Option<Mailbox>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// The mailboxes of these ids, those that were removed too, each with whether it was.
pub(crate) async fn known<'e>(
    from: impl Executor<'e, Database = Any>,
    dialect: Dialect,
    ids: &[MailboxId],
) -> Result<Vec<(Mailbox, bool)>, sqlx::Error> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut query = QueryBuilder::<Any>::new(KNOWN);
    dialect.push_one_of(&mut query, "id", ids.iter().map(String::as_str));
    query.push(" LIMIT ").push_bind(i64::try_from(ids.len()).unwrap_or(i64::MAX));
    let rows = query.build().fetch_all(from).await?;
    let known = |row: &AnyRow| Ok((read(row)?, time_or_none(row, "removed_at")?.is_some()));
    rows.iter().map(known).collect()
}

/// Writes a mailbox as it has become.
pub(crate) async fn put(tx: &mut Tx, one: &Mailbox) -> Result<(), sqlx::Error> {
    let progress = &one.progress;
    sqlx::query(PUT)
        .bind(one.id.to_string())
        .bind(to_json(&one.draft)?)
        .bind(one.version)
        .bind(one.changed_at.micros())
        .bind(progress.uid_validity.map(i64::from))
        .bind(i64::from(progress.uid_known))
        .bind(progress.read_at.map(Time::micros))
        .bind(progress.failing.as_ref().map(|(since, _)| since.micros()))
        .bind(fault_of(progress)?)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes how far a mailbox was read.
pub(crate) async fn progress(
    tx: &mut Tx,
    id: MailboxId,
    progress: &Progress,
) -> Result<(), sqlx::Error> {
    sqlx::query(PROGRESS)
        .bind(progress.uid_validity.map(i64::from))
        .bind(i64::from(progress.uid_known))
        .bind(progress.read_at.map(Time::micros))
        .bind(progress.failing.as_ref().map(|(since, _)| since.micros()))
        .bind(fault_of(progress)?)
        .bind(id.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes a mailbox; what it said stays for the mails that came into it.
pub(crate) async fn remove(tx: &mut Tx, id: MailboxId, now: Time) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE).bind(id.to_string()).bind(now.micros()).execute(tx.connection()).await?;
    Ok(())
}

fn fault_of(progress: &Progress) -> Result<Option<String>, sqlx::Error> {
    progress.failing.as_ref().map(|(_, fault)| to_json(fault)).transpose()
}

fn read(row: &AnyRow) -> Result<Mailbox, sqlx::Error> {
    let number = |column: &str| -> Result<Option<u32>, sqlx::Error> {
        let number: Option<i64> = row.try_get(column)?;
        number.map(|one| u32::try_from(one).map_err(|_| unreadable(column, one))).transpose()
    };
    let failing = match time_or_none(row, "failing_since")? {
        Some(since) => Some((since, from_json::<Text>(row, "fault")?)),
        None => None,
    };
    Ok(Mailbox {
        id: parsed(row, "id")?,
        draft: from_json(row, "draft")?,
        version: row.try_get("version")?,
        changed_at: time(row, "changed_at")?,
        progress: Progress {
            uid_validity: number("uid_validity")?,
            uid_known: number("uid_known")?.unwrap_or(0),
            read_at: time_or_none(row, "read_at")?,
            failing,
        },
    })
}
