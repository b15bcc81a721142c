use db::{QueryBuilder, Tx};
use directory::{PersonId, PostId};
use kernel::Time;
use sqlx::{Any, AnyConnection, Executor, Row as _, any::AnyRow};

use super::{
    from_json, named, parsed, parsed_or_none, small, time, time_or_none, to_json, unreadable,
};
use crate::model::{
    phase::Phase,
    policy::PolicyId,
    priority::Level,
    ticket::{Assignee, Channel, Content, Kept, Requester, Ticket, TicketId},
};

/// What is read of a ticket: its resources are read beside.
pub(crate) const COLUMNS: &str = "
    SELECT t.id, t.number, t.type_key, t.subject, t.text, t.requester_name, t.requester_contact,
        t.requester_person, t.channel, t.unit_id, t.region_id, t.state, t.phase, t.impact,
        t.urgency, t.priority, t.person_id, t.post_id, t.fields, t.source_key, t.policy_id,
        t.policy_version, t.opened_by, t.opened_at, t.changed_at, t.responded_at, t.resolved_at,
        t.closed_at, t.answered_by, t.due_at, t.next_at, t.response_kept, t.resolution_kept,
        t.response_s, t.resolution_s, t.reopened, t.supervised, t.lacking, t.warned, t.version
    FROM desk_ticket t
    -- limit follows
";

const PUT: &str = "
    INSERT INTO desk_ticket (
        id, number, type_key, subject, text, requester_name, requester_contact, requester_person,
        channel, unit_id, region_id, state, phase, is_open, impact, urgency, priority, person_id,
        post_id, fields, source_key, policy_id, policy_version, opened_by, opened_at, changed_at,
        responded_at, resolved_at, closed_at, answered_by, due_at, next_at, response_kept,
        resolution_kept, response_s, resolution_s, reopened, supervised, lacking, warned, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37,
        $38, $39, $40, $41)
    ON CONFLICT (id) DO UPDATE SET
        subject = excluded.subject, text = excluded.text,
        requester_name = excluded.requester_name,
        requester_contact = excluded.requester_contact,
        requester_person = excluded.requester_person, unit_id = excluded.unit_id,
        region_id = excluded.region_id, state = excluded.state, phase = excluded.phase,
        is_open = excluded.is_open, impact = excluded.impact, urgency = excluded.urgency,
        priority = excluded.priority, person_id = excluded.person_id, post_id = excluded.post_id,
        fields = excluded.fields, changed_at = excluded.changed_at,
        responded_at = excluded.responded_at, resolved_at = excluded.resolved_at,
        closed_at = excluded.closed_at, answered_by = excluded.answered_by,
        due_at = excluded.due_at, next_at = excluded.next_at,
        response_kept = excluded.response_kept, resolution_kept = excluded.resolution_kept,
        response_s = excluded.response_s, resolution_s = excluded.resolution_s,
        reopened = excluded.reopened, supervised = excluded.supervised,
        lacking = excluded.lacking, warned = excluded.warned, version = excluded.version";

const NUMBER: &str = "
    INSERT INTO desk_number (prefix, last)
    VALUES ($1, 1)
    ON CONFLICT (prefix) DO UPDATE SET last = desk_number.last + 1
    RETURNING last";

const RESOURCES: &str = "
    SELECT resource_id
    FROM desk_ticket_resource
    WHERE ticket_id = $1
    ORDER BY resource_id
    LIMIT 50";

const FORGET_RESOURCES: &str = "
    DELETE FROM desk_ticket_resource
    WHERE ticket_id = $1";

const ADD_RESOURCE: &str = "
    INSERT INTO desk_ticket_resource (ticket_id, resource_id)
    VALUES ($1, $2)
    ON CONFLICT (ticket_id, resource_id) DO NOTHING";

/// The ids of tickets whose next warning is due: by the index of `next_at` alone.
const DUE: &str = "
    SELECT id
    FROM desk_ticket
    WHERE next_at <= $1
    ORDER BY next_at
    LIMIT $2";

const OPEN_UNDER: &str = "
    SELECT id
    FROM desk_ticket
    WHERE policy_id = $1 AND is_open = 1
    ORDER BY id
    LIMIT $2";

/// The open tickets under a service level, in whatever version.
pub(crate) async fn open_under<'e>(
    from: impl Executor<'e, Database = Any>,
    policy: PolicyId,
    limit: u32,
) -> Result<Vec<TicketId>, sqlx::Error> {
    let rows = sqlx::query(OPEN_UNDER)
        .bind(policy.to_string())
        .bind(i64::from(limit))
        .fetch_all(from)
        .await?;
    rows.iter().map(|row| parsed(row, "id")).collect()
}

/// The next number of a prefix.
pub(crate) async fn next_number(tx: &mut Tx, prefix: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(NUMBER).bind(prefix.to_owned()).fetch_one(tx.connection()).await
}

/// The ticket of that id.
pub(crate) async fn find(
    from: &mut AnyConnection,
    id: TicketId,
) -> Result<Option<Ticket>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE t.id = ").push_bind(id.to_string()).push(" LIMIT 1");
    one(from, query).await
}

/// The ticket that was made from something.
pub(crate) async fn by_source(
    from: &mut AnyConnection,
    source: &str,
) -> Result<Option<Ticket>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE t.source_key = ").push_bind(source.to_owned()).push(" LIMIT 1");
    one(from, query).await
}

async fn one(
    from: &mut AnyConnection,
    mut query: QueryBuilder<Any>,
) -> Result<Option<Ticket>, sqlx::Error> {
    let row = query.build().fetch_optional(&mut *from).await?;
    let Some(mut ticket) = row.as_ref().map(read).transpose()? else { return Ok(None) };
    add_resources(from, &mut ticket).await?;
    Ok(Some(ticket))
}

/// Reads the resources that a ticket concerns.
pub(crate) async fn add_resources(
    from: &mut AnyConnection,
    ticket: &mut Ticket,
) -> Result<(), sqlx::Error> {
    let rows = sqlx::query(RESOURCES).bind(ticket.id.to_string()).fetch_all(from).await?;
    let ids = rows.iter().map(|row| parsed(row, "resource_id")).collect::<Result<_, _>>()?;
    ticket.content.resources = ids;
    Ok(())
}

/// The tickets whose next warning is due, the most urgent first.
pub(crate) async fn due<'e>(
    from: impl Executor<'e, Database = Any>,
    now: Time,
    limit: u32,
) -> Result<Vec<TicketId>, sqlx::Error> {
    let rows = sqlx::query(DUE).bind(now.micros()).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(|row| parsed(row, "id")).collect()
}

/// Writes a ticket as it has become.
pub(crate) async fn put(tx: &mut Tx, ticket: &Ticket) -> Result<(), sqlx::Error> {
    let content = &ticket.content;
    let (person, post) = match ticket.assignee {
        Assignee::Nobody => (None, None),
        Assignee::Person(person) => (Some(person.to_string()), None),
        Assignee::Post(post) => (None, Some(post.to_string())),
    };
    let (policy, policy_version) =
        ticket.policy.map_or((None, 0), |(id, version)| (Some(id.to_string()), version));
    sqlx::query(PUT)
        .bind(ticket.id.to_string())
        .bind(ticket.number.clone())
        .bind(ticket.type_key.clone())
        .bind(content.subject.clone())
        .bind(content.text.clone())
        .bind(content.requester.name.clone())
        .bind(content.requester.contact.clone())
        .bind(content.requester.person_id.map(|id| id.to_string()))
        .bind(ticket.channel.name())
        .bind(ticket.unit_id.to_string())
        .bind(content.region_id.map(|id| id.to_string()))
        .bind(ticket.state.clone())
        .bind(ticket.phase.name())
        .bind(i64::from(ticket.phase.is_open()))
        .bind(content.impact.name())
        .bind(content.urgency.name())
        .bind(i64::from(ticket.priority))
        .bind(person)
        .bind(post)
        .bind(to_json(&content.fields)?)
        .bind(ticket.source_key.clone())
        .bind(policy)
        .bind(policy_version)
        .bind(ticket.opened_by.clone())
        .bind(ticket.opened_at.micros())
        .bind(ticket.changed_at.micros())
        .bind(ticket.responded_at.map(Time::micros))
        .bind(ticket.resolved_at.map(Time::micros))
        .bind(ticket.closed_at.map(Time::micros))
        .bind(ticket.answered_by.clone())
        .bind(ticket.due_at.map(Time::micros))
        .bind(ticket.next_at.map(Time::micros))
        .bind(ticket.response.kept.map(i64::from))
        .bind(ticket.resolution.kept.map(i64::from))
        .bind(ticket.response.after_s)
        .bind(ticket.resolution.after_s)
        .bind(i64::from(ticket.reopened))
        .bind(i64::from(ticket.supervised))
        .bind(i64::from(ticket.lacking))
        .bind(to_json(&ticket.warned)?)
        .bind(ticket.version)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes the resources that a ticket concerns.
pub(crate) async fn put_resources(tx: &mut Tx, ticket: &Ticket) -> Result<(), sqlx::Error> {
    let id = ticket.id.to_string();
    sqlx::query(FORGET_RESOURCES).bind(id.clone()).execute(tx.connection()).await?;
    for resource in &ticket.content.resources {
        sqlx::query(ADD_RESOURCE)
            .bind(id.clone())
            .bind(resource.to_string())
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

/// A ticket without its resources.
pub(crate) fn read(row: &AnyRow) -> Result<Ticket, sqlx::Error> {
    let flag = |column: &str| -> Result<Option<bool>, sqlx::Error> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(|flag| flag != 0))
    };
    let priority = small(row, "priority")?;
    let policy = parsed_or_none(row, "policy_id")?;
    let policy_version: i64 = row.try_get("policy_version")?;
    Ok(Ticket {
        id: parsed(row, "id")?,
        number: row.try_get("number")?,
        type_key: row.try_get("type_key")?,
        content: read_content(row)?,
        channel: named(row, "channel", Channel::from_name)?,
        unit_id: parsed(row, "unit_id")?,
        state: row.try_get("state")?,
        phase: named(row, "phase", Phase::from_name)?,
        priority: u8::try_from(priority).map_err(|_| unreadable("priority", priority))?,
        assignee: read_assignee(row)?,
        source_key: row.try_get("source_key")?,
        policy: policy.map(|id| (id, policy_version)),
        opened_by: row.try_get("opened_by")?,
        opened_at: time(row, "opened_at")?,
        changed_at: time(row, "changed_at")?,
        responded_at: time_or_none(row, "responded_at")?,
        resolved_at: time_or_none(row, "resolved_at")?,
        closed_at: time_or_none(row, "closed_at")?,
        answered_by: row.try_get("answered_by")?,
        due_at: time_or_none(row, "due_at")?,
        next_at: time_or_none(row, "next_at")?,
        response: Kept { kept: flag("response_kept")?, after_s: row.try_get("response_s")? },
        resolution: Kept { kept: flag("resolution_kept")?, after_s: row.try_get("resolution_s")? },
        reopened: small(row, "reopened")?,
        supervised: row.try_get::<i64, _>("supervised")? != 0,
        lacking: small(row, "lacking")?,
        warned: from_json(row, "warned")?,
        version: row.try_get("version")?,
    })
}

fn read_content(row: &AnyRow) -> Result<Content, sqlx::Error> {
    Ok(Content {
        subject: row.try_get("subject")?,
        text: row.try_get("text")?,
        requester: Requester {
            name: row.try_get("requester_name")?,
            contact: row.try_get("requester_contact")?,
            person_id: parsed_or_none(row, "requester_person")?,
        },
        region_id: parsed_or_none(row, "region_id")?,
        resources: Vec::new(),
        impact: named(row, "impact", Level::from_name)?,
        urgency: named(row, "urgency", Level::from_name)?,
        fields: from_json(row, "fields")?,
    })
}

fn read_assignee(row: &AnyRow) -> Result<Assignee, sqlx::Error> {
    let person: Option<PersonId> = parsed_or_none(row, "person_id")?;
    let post: Option<PostId> = parsed_or_none(row, "post_id")?;
    Ok(match (person, post) {
        (Some(person), _) => Assignee::Person(person),
        (None, Some(post)) => Assignee::Post(post),
        (None, None) => Assignee::Nobody,
    })
}
