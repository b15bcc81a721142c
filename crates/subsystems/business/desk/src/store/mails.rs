use std::collections::HashMap;

use db::{Db, QueryBuilder, Tx};
use kernel::{Page, PageOf, Scope, Time};
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, named, parsed, parsed_or_none, small, time, time_or_none, to_json};
use crate::model::{
    mail::{
        mailbox::MailboxId,
        message::{Direction, Mail, MailId, MailState},
    },
    ticket::TicketId,
};

const COLUMNS: &str = "
    SELECT id, mailbox_id, unit_id, direction, state, uid_validity, uid, filed, message_id, digest,
        address, name, subject, ticket_id, reason, attempts, noticed_at, settled_at
    FROM desk_mail
    -- limit follows
";

const ADD: &str = "
    INSERT INTO desk_mail (
        id, mailbox_id, unit_id, direction, state, uid_validity, uid, filed, message_id, digest,
        address, name, subject, ticket_id, reason, attempts, noticed_at, settled_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
    ON CONFLICT (mailbox_id, uid_validity, uid) DO NOTHING";

const PUT: &str = "
    UPDATE desk_mail
    SET state = $1, filed = $2, message_id = $3, digest = $4, address = $5, name = $6,
        subject = $7, ticket_id = $8, reason = $9, attempts = $10, settled_at = $11
    WHERE id = $12";

const RENUMBERED: &str = "
    UPDATE desk_mail
    SET state = 'gone', filed = 1
    WHERE mailbox_id = $1 AND state = 'arriving' AND uid_validity <> $2";

const SENDER_SINCE: &str = "
    SELECT COUNT(*)
    FROM desk_mail
    WHERE address = $1 AND direction = $2 AND noticed_at > $3 AND state <> 'repeated'";

const WAITING: &str = "
    SELECT mailbox_id, state, COUNT(*) AS mails
    FROM desk_mail
    WHERE state IN ('arriving', 'set_aside')
    GROUP BY mailbox_id, state
    LIMIT $1";

/// Mailboxes that are counted, those that were removed too.
const COUNTED_MAX: u32 = 10_000;

const IDS_OF_TICKET: &str = "
    SELECT message_id, direction
    FROM desk_mail
    WHERE ticket_id = $1 AND message_id <> '' AND state <> 'repeated'
    ORDER BY settled_at DESC, id DESC
    LIMIT $2";

/// The mail of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: MailId,
) -> Result<Option<Mail>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE id = ").push_bind(id.to_string()).push(" LIMIT 1");
    query.build().fetch_optional(from).await?.as_ref().map(read).transpose()
}

/// The mails of that Message-ID, the newest first.
pub(crate) async fn by_message_id<'e>(
    from: impl Executor<'e, Database = Any>,
    message_id: &str,
) -> Result<Vec<Mail>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE message_id = ").push_bind(message_id.to_owned());
    query.push(" ORDER BY id DESC LIMIT 20");
    query.build().fetch_all(from).await?.iter().map(read).collect()
}

/// A mail that says the same and was taken or set aside, besides that one.
pub(crate) async fn said_before<'e>(
    from: impl Executor<'e, Database = Any>,
    (digest, but): (&str, MailId),
) -> Result<Option<Mail>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE digest = ").push_bind(digest.to_owned());
    query.push(" AND id <> ").push_bind(but.to_string());
    query.push(" AND settled_at IS NOT NULL ORDER BY id LIMIT 1");
    query.build().fetch_optional(from).await?.as_ref().map(read).transpose()
}

/// The mails of a mailbox that are known and not taken yet, the oldest first.
pub(crate) async fn arriving<'e>(
    from: impl Executor<'e, Database = Any>,
    (mailbox, uid_validity): (MailboxId, u32),
    limit: u32,
) -> Result<Vec<Mail>, sqlx::Error> {
    of_folder(from, (mailbox, uid_validity), " AND state = 'arriving'", limit).await
}

/// The mails of a mailbox that were taken without the server knowing, the oldest first.
pub(crate) async fn unfiled<'e>(
    from: impl Executor<'e, Database = Any>,
    (mailbox, uid_validity): (MailboxId, u32),
    limit: u32,
) -> Result<Vec<Mail>, sqlx::Error> {
    of_folder(from, (mailbox, uid_validity), " AND state <> 'arriving' AND filed = 0", limit).await
}

async fn of_folder<'e>(
    from: impl Executor<'e, Database = Any>,
    (mailbox, uid_validity): (MailboxId, u32),
    condition: &'static str,
    limit: u32,
) -> Result<Vec<Mail>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE mailbox_id = ").push_bind(mailbox.to_string());
    query.push(" AND uid_validity = ").push_bind(i64::from(uid_validity)).push(condition);
    query.push(" ORDER BY uid LIMIT ").push_bind(i64::from(limit));
    query.build().fetch_all(from).await?.iter().map(read).collect()
}

/// Which mails are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub(crate) struct MailFilter {
    pub(crate) state: Option<MailState>,
    pub(crate) mailbox_id: Option<MailboxId>,
    pub(crate) ticket_id: Option<TicketId>,
}

/// The mails that match, of mailboxes whose unit `scope` covers, the newest first.
pub(crate) async fn list(
    db: &Db,
    scope: &Scope,
    filter: &MailFilter,
    page: &Page,
) -> Result<PageOf<Mail>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE id < ").push_bind(page.after.clone().unwrap_or_else(|| "g".to_owned()));
    let conditions = [
        (" AND state = ", filter.state.map(|state| state.name().to_owned())),
        (" AND mailbox_id = ", filter.mailbox_id.map(|id| id.to_string())),
        (" AND ticket_id = ", filter.ticket_id.map(|id| id.to_string())),
    ];
    for (condition, value) in conditions {
        if let Some(value) = value {
            query.push(condition).push_bind(value);
        }
    }
    if let Scope::Within(within) = scope {
        query.push(" AND ");
        db.dialect().push_one_of(
            &mut query,
            "unit_id",
            within.units.iter().chain(&within.answering).map(String::as_str),
        );
    }
    query.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await?;
    let found = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(found, page.limit, |mail: &Mail| mail.id.to_string()))
}

/// How many mails of a mailbox wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Waiting {
    /// For being taken.
    pub(crate) arriving: u32,
    /// For somebody who looks at them.
    pub(crate) set_aside: u32,
}

/// How many mails of each mailbox wait; mailboxes of which none does are left out.
pub(crate) async fn waiting<'e>(
    from: impl Executor<'e, Database = Any>,
) -> Result<HashMap<MailboxId, Waiting>, sqlx::Error> {
    let rows = sqlx::query(WAITING).bind(i64::from(COUNTED_MAX)).fetch_all(from).await?;
    let mut waiting: HashMap<MailboxId, Waiting> = HashMap::new();
    for row in rows {
        let one = waiting.entry(parsed(&row, "mailbox_id")?).or_default();
        let mails = small(&row, "mails")?;
        match named(&row, "state", MailState::from_name)? {
            MailState::Arriving => one.arriving = mails,
            _ => one.set_aside = mails,
        }
    }
    Ok(waiting)
}

/// How many mails came from an address, or went to it, after a moment.
pub(crate) async fn count_since<'e>(
    from: impl Executor<'e, Database = Any>,
    (address, direction): (&str, Direction),
    since: Time,
) -> Result<u32, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(SENDER_SINCE)
        .bind(address.to_owned())
        .bind(direction.name())
        .bind(since.micros())
        .fetch_one(from)
        .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The Message-IDs of a ticket's mails, the newest first.
pub(crate) async fn ids_of_ticket<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
    limit: u32,
) -> Result<Vec<(String, Direction)>, sqlx::Error> {
    let rows = sqlx::query(IDS_OF_TICKET)
        .bind(id.to_string())
        .bind(i64::from(limit))
        .fetch_all(from)
        .await?;
    let read = |row: &AnyRow| {
        Ok((row.try_get("message_id")?, named(row, "direction", Direction::from_name)?))
    };
    rows.iter().map(read).collect()
}

/// Writes a mail that was not known; of one that was, nothing.
pub(crate) async fn add(tx: &mut Tx, mail: &Mail) -> Result<(), sqlx::Error> {
    sqlx::query(ADD)
        .bind(mail.id.to_string())
        .bind(mail.mailbox_id.to_string())
        .bind(mail.unit_id.to_string())
        .bind(mail.direction.name())
        .bind(mail.state.name())
        .bind(mail.uid.map(|(validity, _)| i64::from(validity)))
        .bind(mail.uid.map(|(_, uid)| i64::from(uid)))
        .bind(i64::from(mail.filed))
        .bind(mail.message_id.clone())
        .bind(mail.digest.clone())
        .bind(mail.address.clone())
        .bind(mail.name.clone())
        .bind(mail.subject.clone())
        .bind(mail.ticket_id.map(|id| id.to_string()))
        .bind(to_json(&mail.reason)?)
        .bind(i64::from(mail.attempts))
        .bind(mail.noticed_at.micros())
        .bind(mail.settled_at.map(Time::micros))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes a mail as it has become.
pub(crate) async fn put(tx: &mut Tx, mail: &Mail) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(mail.state.name())
        .bind(i64::from(mail.filed))
        .bind(mail.message_id.clone())
        .bind(mail.digest.clone())
        .bind(mail.address.clone())
        .bind(mail.name.clone())
        .bind(mail.subject.clone())
        .bind(mail.ticket_id.map(|id| id.to_string()))
        .bind(to_json(&mail.reason)?)
        .bind(i64::from(mail.attempts))
        .bind(mail.settled_at.map(Time::micros))
        .bind(mail.id.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Lets go of mails whose numbers are valid no more: they are found again under new ones.
pub(crate) async fn renumbered(
    tx: &mut Tx,
    (mailbox, uid_validity): (MailboxId, u32),
) -> Result<(), sqlx::Error> {
    sqlx::query(RENUMBERED)
        .bind(mailbox.to_string())
        .bind(i64::from(uid_validity))
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Mail, sqlx::Error> {
    let number = |column: &str| -> Result<Option<u32>, sqlx::Error> {
        let number: Option<i64> = row.try_get(column)?;
        Ok(number.and_then(|one| u32::try_from(one).ok()))
    };
    Ok(Mail {
        id: parsed(row, "id")?,
        mailbox_id: parsed(row, "mailbox_id")?,
        unit_id: parsed(row, "unit_id")?,
        direction: named(row, "direction", Direction::from_name)?,
        state: named(row, "state", MailState::from_name)?,
        uid: number("uid_validity")?.zip(number("uid")?),
        filed: row.try_get::<i64, _>("filed")? != 0,
        message_id: row.try_get("message_id")?,
        digest: row.try_get("digest")?,
        address: row.try_get("address")?,
        name: row.try_get("name")?,
        subject: row.try_get("subject")?,
        ticket_id: parsed_or_none(row, "ticket_id")?,
        reason: from_json(row, "reason")?,
        attempts: small(row, "attempts")?,
        noticed_at: time(row, "noticed_at")?,
        settled_at: time_or_none(row, "settled_at")?,
    })
}
