use std::collections::HashMap;

use db::{Db, QueryBuilder, Tx};
use kernel::Scope;
use resources::push_visible;
use sqlx::{Any, Executor, Row as _};

use super::{
    alerts::{COLUMNS, read},
    unreadable,
};
use crate::model::{
    alert::{Alert, AlertId},
    incident::{IncidentId, Placed, Tally},
};

const PLACE: &str = "
    UPDATE alerts_alert
    SET incident_id = $2, incident_part = $3, incident_pinned = $4
    WHERE id = $1";

const SILENCE: &str = "
    UPDATE alerts_alert
    SET silenced_by = $2
    WHERE id = $1";

const PLACES: &str = "
    SELECT a.id, a.incident_id, a.incident_part, a.incident_pinned, a.silenced_by
    FROM alerts_alert a
    LEFT JOIN alerts_incident i ON i.id = a.incident_id
    WHERE a.state = 'open' OR i.state = 'open'
    ORDER BY a.id DESC
    LIMIT $1";

const OF_INCIDENT: &str = "
    SELECT id, incident_part, silenced_by
    FROM alerts_alert
    WHERE incident_id = $1
    ORDER BY id
    LIMIT $2";

const TALLIES: &str = "
    SELECT a.incident_id, COUNT(*) AS alerts
    -- limit follows
    ";

/// Where an alert is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Seat {
    /// The incident, and whether a person put it there.
    pub(crate) placed: Placed,
    /// Whether it is what is wrong there.
    pub(crate) root: bool,
    /// The silence that covers it.
    pub(crate) silenced_by: Option<String>,
}

/// The alerts that are open or were in an incident that still is, the newest first.
pub(crate) async fn current<'e>(
    from: impl Executor<'e, Database = Any>,
    limit: u32,
) -> Result<Vec<Alert>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(
        " WHERE state = 'open' OR incident_id IN (
            SELECT i.id FROM alerts_incident i WHERE i.state = 'open')
        ORDER BY id DESC LIMIT ",
    );
    query.push_bind(i64::from(limit));
    query.build().fetch_all(from).await?.iter().map(read).collect()
}

/// Where the same alerts are.
pub(crate) async fn seats<'e>(
    from: impl Executor<'e, Database = Any>,
    limit: u32,
) -> Result<HashMap<AlertId, Seat>, sqlx::Error> {
    let rows = sqlx::query(PLACES).bind(i64::from(limit)).fetch_all(from).await?;
    let mut seats = HashMap::new();
    for row in &rows {
        let id: String = row.try_get("id")?;
        let incident: Option<String> = row.try_get("incident_id")?;
        let part: Option<String> = row.try_get("incident_part")?;
        let seat = Seat {
            placed: Placed {
                incident: incident.and_then(|id| id.parse().ok()),
                pinned: row.try_get::<i64, _>("incident_pinned")? != 0,
            },
            root: part.as_deref() == Some("root"),
            silenced_by: row.try_get("silenced_by")?,
        };
        seats.insert(id.parse().map_err(|_| unreadable("id", &id))?, seat);
    }
    Ok(seats)
}

/// The alerts of an incident, the first first.
pub(crate) async fn of_incident<'e>(
    from: impl Executor<'e, Database = Any>,
    id: IncidentId,
    limit: u32,
) -> Result<Vec<Alert>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE incident_id = ").push_bind(id.to_string());
    query.push(" ORDER BY id LIMIT ").push_bind(i64::from(limit));
    query.build().fetch_all(from).await?.iter().map(read).collect()
}

/// How much of these incidents `scope` covers; those of which it covers nothing are not there.
pub(crate) async fn tallies(
    db: &Db,
    scope: &Scope,
    incidents: &[IncidentId],
) -> Result<HashMap<IncidentId, Tally>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(TALLIES);
    for (name, condition) in [("seen", "a.id = a.id"), ("follow", "a.incident_part = 'follows'")] {
        query.push(format!(", COUNT(CASE WHEN {condition}"));
        push_visible(&mut query, db.dialect(), "a.resource_id", scope);
        query.push(format!(" THEN 1 END) AS {name}"));
    }
    query.push(" FROM alerts_alert a WHERE ");
    let ids: Vec<String> = incidents.iter().map(ToString::to_string).collect();
    let ids = ids.iter().map(String::as_str);
    db.dialect().push_one_of(&mut query, "a.incident_id", ids);
    let limit = i64::try_from(incidents.len()).unwrap_or(i64::MAX);
    query.push(" GROUP BY a.incident_id LIMIT ").push_bind(limit);
    let mut tallies = HashMap::new();
    for row in &query.build().fetch_all(db.reader()).await? {
        let id: String = row.try_get("incident_id")?;
        let count = |column: &str| row.try_get::<i64, _>(column);
        let (all, seen, follow) = (count("alerts")?, count("seen")?, count("follow")?);
        if seen > 0 {
            let number = |count: i64| usize::try_from(count).unwrap_or_default();
            let tally = Tally { alerts: number(seen), follow: number(follow), beyond: seen < all };
            tallies.insert(id.parse().map_err(|_| unreadable("incident_id", &id))?, tally);
        }
    }
    Ok(tallies)
}

/// What the alerts of an incident are in it: whether it is what is wrong, and the silence.
pub(crate) async fn parts_of<'e>(
    from: impl Executor<'e, Database = Any>,
    id: IncidentId,
    limit: u32,
) -> Result<HashMap<AlertId, (bool, Option<String>)>, sqlx::Error> {
    let query = sqlx::query(OF_INCIDENT).bind(id.to_string()).bind(i64::from(limit));
    let mut parts = HashMap::new();
    for row in &query.fetch_all(from).await? {
        let id: String = row.try_get("id")?;
        let part: Option<String> = row.try_get("incident_part")?;
        let known = (part.as_deref() == Some("root"), row.try_get("silenced_by")?);
        parts.insert(id.parse().map_err(|_| unreadable("id", &id))?, known);
    }
    Ok(parts)
}

/// Puts an alert into an incident.
pub(crate) async fn place(
    tx: &mut Tx,
    alert: AlertId,
    incident: IncidentId,
    root: bool,
    pinned: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query(PLACE)
        .bind(alert.to_string())
        .bind(incident.to_string())
        .bind(if root { "root" } else { "follows" })
        .bind(i64::from(pinned))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Remembers which silence covers an alert.
pub(crate) async fn silence(
    tx: &mut Tx,
    alert: AlertId,
    silence: Option<&str>,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(SILENCE).bind(alert.to_string()).bind(silence.map(str::to_owned));
    query.execute(tx.connection()).await?;
    Ok(())
}
