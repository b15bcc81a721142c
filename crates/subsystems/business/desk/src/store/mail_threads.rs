use db::Tx;
use sqlx::{Any, Executor, Row as _};

use super::parsed;
use crate::model::{mail::mailbox::MailboxId, ticket::TicketId};

/// So many addresses belong to a ticket at most.
const PARTIES_MAX: i64 = 50;

const THREAD: &str = "
    SELECT mailbox_id, token
    FROM desk_mail_thread
    WHERE ticket_id = $1
    LIMIT 1";

const BEGIN: &str = "
    INSERT INTO desk_mail_thread (ticket_id, mailbox_id, token)
    VALUES ($1, $2, $3)
    ON CONFLICT (ticket_id) DO NOTHING";

const BY_NUMBER: &str = "
    SELECT t.id, h.token
    FROM desk_ticket t
    LEFT JOIN desk_mail_thread h ON h.ticket_id = t.id
    WHERE t.number = $1
    LIMIT 1";

const PARTIES: &str = "
    SELECT address
    FROM desk_mail_party
    WHERE ticket_id = $1
    ORDER BY address
    LIMIT $2";

const JOIN: &str = "
    INSERT INTO desk_mail_party (ticket_id, address)
    SELECT $1, $2
    WHERE (SELECT COUNT(*) FROM desk_mail_party WHERE ticket_id = $1) < $3
    ON CONFLICT (ticket_id, address) DO NOTHING";

/// The mailbox by which a ticket is answered, and its token.
pub(crate) async fn thread<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
) -> Result<Option<(MailboxId, String)>, sqlx::Error> {
    let row = sqlx::query(THREAD).bind(id.to_string()).fetch_optional(from).await?;
    row.map(|row| Ok((parsed(&row, "mailbox_id")?, row.try_get("token")?))).transpose()
}

/// Says by which mailbox a ticket is answered, unless that was said.
pub(crate) async fn begin(
    tx: &mut Tx,
    id: TicketId,
    (mailbox, token): (MailboxId, &str),
) -> Result<(), sqlx::Error> {
    sqlx::query(BEGIN)
        .bind(id.to_string())
        .bind(mailbox.to_string())
        .bind(token.to_owned())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The ticket of a number, with its token where it has one.
pub(crate) async fn by_number<'e>(
    from: impl Executor<'e, Database = Any>,
    number: &str,
) -> Result<Option<(TicketId, Option<String>)>, sqlx::Error> {
    let row = sqlx::query(BY_NUMBER).bind(number.to_owned()).fetch_optional(from).await?;
    row.map(|row| Ok((parsed(&row, "id")?, row.try_get("token")?))).transpose()
}

/// Whose mails belong to a ticket.
pub(crate) async fn parties<'e>(
    from: impl Executor<'e, Database = Any>,
    id: TicketId,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(PARTIES).bind(id.to_string()).bind(PARTIES_MAX).fetch_all(from).await
}

/// From now on the mails of that address belong to a ticket.
pub(crate) async fn join(tx: &mut Tx, id: TicketId, address: &str) -> Result<(), sqlx::Error> {
    sqlx::query(JOIN)
        .bind(id.to_string())
        .bind(address.to_owned())
        .bind(PARTIES_MAX)
        .execute(tx.connection())
        .await?;
    Ok(())
}
