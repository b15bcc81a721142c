//! The entries of several tickets, in one order.

use db::{Db, QueryBuilder};
use kernel::{Page, PageOf};
use sqlx::Any;

use super::{entries::read, parsed};
use crate::model::{entry::Entry, ticket::TicketId};

const COLUMNS: &str = "
    SELECT e.ticket_id, e.number, e.at, e.actor_id, e.actor_name, e.kind, e.is_public, e.state,
        e.phase, e.text, e.detail
    FROM desk_entry e
    -- limit follows
";

/// The entries of these tickets in order of time; pages by `<micros>:<ticket>:<number>`.
pub(crate) async fn of_tickets(
    db: &Db,
    ids: &[TicketId],
    page: &Page,
) -> Result<PageOf<(TicketId, Entry)>, sqlx::Error> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let (at, ticket, number) = key(page.after.as_deref());
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE ");
    db.dialect().push_one_of(&mut query, "e.ticket_id", ids.iter().map(String::as_str));
    query.push(" AND (e.at > ").push_bind(at).push(" OR (e.at = ").push_bind(at);
    query.push(" AND (e.ticket_id > ").push_bind(ticket.clone());
    query.push(" OR (e.ticket_id = ").push_bind(ticket).push(" AND e.number > ");
    query.push_bind(number).push(")))) ORDER BY e.at, e.ticket_id, e.number LIMIT ");
    query.push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await?;
    let found = rows.iter().map(|row| Ok((parsed(row, "ticket_id")?, read(row)?)));
    let found = found.collect::<Result<Vec<_>, sqlx::Error>>()?;
    let key =
        |(id, entry): &(TicketId, Entry)| format!("{}:{id}:{}", entry.at.micros(), entry.number);
    Ok(PageOf::from_fetched(found, page.limit, key))
}

/// What a page before has given; what is not so begins at the beginning.
fn key(after: Option<&str>) -> (i64, String, i64) {
    let mut parts = after.unwrap_or_default().splitn(3, ':');
    let mut key = || {
        let (at, id, number) = (parts.next()?, parts.next()?, parts.next()?);
        Some((at.parse().ok()?, id.to_owned(), number.parse().ok()?))
    };
    key().unwrap_or((i64::MIN, String::new(), 0))
}
