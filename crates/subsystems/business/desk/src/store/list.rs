use std::collections::BTreeSet;

use db::{Db, Dialect, QueryBuilder};
use directory::{PersonId, PostId, UnitId};
use kernel::{Page, PageOf, Scope, Time};
use resources::ResourceId;
use sqlx::Any;

use super::tickets::{COLUMNS, read};
use crate::model::{
    phase::Phase,
    priority::Priority,
    ticket::{Channel, Ticket},
};

/// Which tickets are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub(crate) struct TicketFilter {
    /// Open ones, or those that are over.
    pub(crate) open: Option<bool>,
    /// Of this type.
    pub(crate) type_key: Option<String>,
    /// In this state.
    pub(crate) state: Option<String>,
    /// In this phase.
    pub(crate) phase: Option<Phase>,
    /// So pressing.
    pub(crate) priority: Option<Priority>,
    /// In the charge of one of these units.
    pub(crate) units: Option<BTreeSet<String>>,
    /// About one of these regions.
    pub(crate) regions: Option<BTreeSet<String>>,
    /// In whose charge.
    pub(crate) charge: Option<Charge>,
    /// About this resource.
    pub(crate) resource_id: Option<ResourceId>,
    /// Asked for by this person.
    pub(crate) requester: Option<PersonId>,
    /// Whose resolution was due before this moment.
    pub(crate) overdue_at: Option<Time>,
    /// Under supervision.
    pub(crate) supervised: Option<bool>,
    /// With these words in the subject, or that number.
    pub(crate) text: Option<String>,
    /// With any of these in the subject, in small letters; none: whatever it says.
    pub(crate) any_part: Vec<String>,
    /// Opened from this moment on.
    pub(crate) opened_from: Option<Time>,
    /// Opened before this moment.
    pub(crate) opened_to: Option<Time>,
    /// Whose resolution was within its target, or was not.
    pub(crate) kept: Option<bool>,
    /// Whose response was within its target, or was not.
    pub(crate) response_kept: Option<bool>,
    /// Whose resolution is due from this moment on.
    pub(crate) due_from: Option<Time>,
    /// Whose resolution is due before this moment.
    pub(crate) due_to: Option<Time>,
    /// That came by this way.
    pub(crate) channel: Option<Channel>,
    /// That lack answers which must be given, or lack none.
    pub(crate) lacking: Option<bool>,
    /// That were reopened, or never were.
    pub(crate) reopened: Option<bool>,
}

/// In whose charge tickets are.
#[derive(Debug, Clone)]
pub(crate) enum Charge {
    /// In nobody's.
    Nobody,
    /// In a person's.
    Person(PersonId),
    /// In that of whoever holds one of these posts.
    Posts(Vec<PostId>),
    /// In one that a unit has: it is in charge or helps.
    Unit(UnitId),
}

/// In which order tickets are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum TicketOrder {
    /// The newest first.
    #[default]
    Newest,
    /// What is due first.
    Due,
}

/// The tickets that match and that `scope` covers.
pub(crate) async fn list(
    db: &Db,
    scope: &Scope,
    filter: &TicketFilter,
    (order, page): (TicketOrder, &Page),
) -> Result<PageOf<Ticket>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    match order {
        TicketOrder::Newest => {
            // Ids are lower-case hexadecimal: every one is less than this.
            let before = page.after.clone().unwrap_or_else(|| "g".to_owned());
            query.push(" WHERE t.id < ").push_bind(before);
        }
        TicketOrder::Due => {
            let (at, id) = due_key(page.after.as_deref());
            query.push(" WHERE t.due_at >= ").push_bind(at).push(" AND (t.due_at > ");
            query.push_bind(at).push(" OR t.id > ").push_bind(id).push(")");
        }
    }
    push_conditions(&mut query, db.dialect(), scope, filter);
    query.push(match order {
        TicketOrder::Newest => " ORDER BY t.id DESC LIMIT ",
        TicketOrder::Due => " ORDER BY t.due_at, t.id LIMIT ",
    });
    query.push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await?;
    let found = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let key = |ticket: &Ticket| match order {
        TicketOrder::Newest => ticket.id.to_string(),
        TicketOrder::Due => {
            format!("{}:{}", ticket.due_at.map_or(i64::MIN, Time::micros), ticket.id)
        }
    };
    Ok(PageOf::from_fetched(found, page.limit, key))
}

/// `<micros>:<id>`, as a page before has given it; what is not so begins at the beginning.
fn due_key(after: Option<&str>) -> (i64, String) {
    let parts = after.and_then(|after| after.split_once(':'));
    let key = parts.and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
    key.unwrap_or((i64::MIN, String::new()))
}

/// How many tickets match, counted up to a limit.
pub(crate) async fn count(
    db: &Db,
    scope: &Scope,
    filter: &TicketFilter,
    limit: u32,
) -> Result<i64, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(
        "SELECT COUNT(*) FROM (SELECT t.id FROM desk_ticket t WHERE t.id > ''",
    );
    push_conditions(&mut query, db.dialect(), scope, filter);
    query.push(" LIMIT ").push_bind(i64::from(limit)).push(") counted");
    query.build_query_scalar().fetch_one(db.reader()).await
}

/// Adds what is asked for and what may be seen.
pub(crate) fn push_conditions(
    query: &mut QueryBuilder<Any>,
    dialect: Dialect,
    scope: &Scope,
    filter: &TicketFilter,
) {
    push_values(query, filter);
    if let Some(person) = filter.requester {
        query.push(" AND t.requester_person = ").push_bind(person.to_string());
    }
    for (column, ids) in [("t.unit_id", &filter.units), ("t.region_id", &filter.regions)] {
        if let Some(ids) = ids {
            query.push(" AND ");
            dialect.push_one_of(query, column, ids.iter().map(String::as_str));
        }
    }
    if let Some(id) = filter.resource_id {
        query.push(
            " AND EXISTS (SELECT 1 FROM desk_ticket_resource r WHERE r.ticket_id = t.id
                AND r.resource_id = ",
        );
        query.push_bind(id.to_string()).push(")");
    }
    push_charge(query, dialect, filter.charge.as_ref());
    if let Some(text) = &filter.text {
        push_text(query, text);
    }
    for (at, part) in filter.any_part.iter().enumerate() {
        query.push(if at == 0 { " AND (" } else { " OR " });
        query.push("LOWER(t.subject) LIKE ").push_bind(format!("%{}%", escaped(part)));
        query.push(" ESCAPE '\\'");
    }
    query.push(if filter.any_part.is_empty() { "" } else { ")" });
    push_scope(query, dialect, scope);
}

/// Adds the columns that are to have a value, or to lie on one side of it.
fn push_values(query: &mut QueryBuilder<Any>, filter: &TicketFilter) {
    let texts = [
        (" AND t.type_key = ", filter.type_key.as_deref()),
        (" AND t.state = ", filter.state.as_deref()),
        (" AND t.phase = ", filter.phase.map(Phase::name)),
        (" AND t.channel = ", filter.channel.map(Channel::name)),
    ];
    for (condition, value) in texts {
        if let Some(value) = value {
            query.push(condition).push_bind(value.to_owned());
        }
    }
    let numbers = [
        (" AND t.is_open = ", filter.open.map(i64::from)),
        (" AND t.priority = ", filter.priority.map(i64::from)),
        (" AND t.due_at < ", filter.overdue_at.map(Time::micros)),
        (" AND t.supervised = ", filter.supervised.map(i64::from)),
        (" AND t.opened_at >= ", filter.opened_from.map(Time::micros)),
        (" AND t.opened_at < ", filter.opened_to.map(Time::micros)),
        (" AND t.resolution_kept = ", filter.kept.map(i64::from)),
        (" AND t.response_kept = ", filter.response_kept.map(i64::from)),
        (" AND t.due_at >= ", filter.due_from.map(Time::micros)),
        (" AND t.due_at < ", filter.due_to.map(Time::micros)),
    ];
    for (condition, value) in numbers {
        if let Some(value) = value {
            query.push(condition).push_bind(value);
        }
    }
    let counted = [(" AND t.reopened", filter.reopened), (" AND t.lacking", filter.lacking)];
    for (column, any) in counted {
        if let Some(any) = any {
            query.push(column).push(if any { " > 0" } else { " = 0" });
        }
    }
}

fn push_charge(query: &mut QueryBuilder<Any>, dialect: Dialect, charge: Option<&Charge>) {
    match charge {
        None => {}
        Some(Charge::Nobody) => {
            query.push(" AND t.person_id IS NULL AND t.post_id IS NULL");
        }
        Some(Charge::Person(person)) => {
            query.push(" AND t.person_id = ").push_bind(person.to_string());
        }
        Some(Charge::Posts(posts)) => {
            let ids: Vec<String> = posts.iter().map(ToString::to_string).collect();
            query.push(" AND ");
            dialect.push_one_of(query, "t.post_id", ids.iter().map(String::as_str));
        }
        Some(Charge::Unit(unit)) => {
            query.push(" AND (t.unit_id = ").push_bind(unit.to_string());
            query.push(
                " OR EXISTS (SELECT 1 FROM desk_hop h WHERE h.ticket_id = t.id
                    AND h.ended_at IS NULL AND h.unit_id = ",
            );
            query.push_bind(unit.to_string()).push("))");
        }
    }
}

/// A part of the subject, whatever the case, or the whole number.
fn push_text(query: &mut QueryBuilder<Any>, text: &str) {
    query.push(" AND (LOWER(t.subject) LIKE ").push_bind(format!("%{}%", escaped(text)));
    query.push(" ESCAPE '\\' OR t.number = ").push_bind(text.trim().to_uppercase()).push(")");
}

/// A text in small letters as `LIKE` takes it for itself.
fn escaped(text: &str) -> String {
    text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Limits a query to the tickets that a scope covers: by the unit in charge, by any unit that
/// has or had them, by their region, and by the resources they concern.
pub(super) fn push_scope(query: &mut QueryBuilder<Any>, dialect: Dialect, scope: &Scope) {
    let Scope::Within(within) = scope else { return };
    let units = || within.units.iter().map(String::as_str);
    query.push(" AND (");
    dialect.push_one_of(query, "t.unit_id", units());
    query.push(" OR EXISTS (SELECT 1 FROM desk_hop h WHERE h.ticket_id = t.id AND ");
    dialect.push_one_of(query, "h.unit_id", units());
    query.push(")");
    if !within.regions.is_empty() {
        query.push(" OR ");
        dialect.push_one_of(query, "t.region_id", within.regions.iter().map(String::as_str));
    }
    if !within.answering.is_empty() {
        query.push(" OR (t.region_id IS NULL AND ");
        dialect.push_one_of(query, "t.unit_id", within.answering.iter().map(String::as_str));
        query.push(")");
    }
    if !within.resources.is_empty() {
        query
            .push(" OR EXISTS (SELECT 1 FROM desk_ticket_resource r WHERE r.ticket_id = t.id AND ");
        dialect.push_one_of(query, "r.resource_id", within.resources.iter().map(String::as_str));
        query.push(")");
    }
    query.push(")");
}
