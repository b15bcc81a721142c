use db::{Db, QueryBuilder};
use kernel::{Scope, Text};
use sqlx::{Any, Row as _, any::AnyRow};

use super::list::{TicketFilter, push_conditions};

/// Groups of one answer.
const GROUPS_MAX: i64 = 1_000;

/// By what figures are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum GroupBy {
    /// By the kind of ticket.
    #[default]
    Type,
    /// By the unit in charge.
    Unit,
    /// By the region.
    Region,
    /// By the way by which they came.
    Channel,
    /// By how pressing they are.
    Priority,
}

/// The figures of a group of tickets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figures {
    /// The key or id of what they have in common; empty: none.
    pub(crate) key: String,
    /// What that is called.
    pub(crate) name: Text,
    pub(crate) opened: i64,
    pub(crate) open: i64,
    pub(crate) overdue: i64,
    pub(crate) reopened: i64,
    pub(crate) response_kept: i64,
    pub(crate) response_broken: i64,
    pub(crate) resolution_kept: i64,
    pub(crate) resolution_broken: i64,
    /// The mean working time until somebody took it up, in seconds.
    pub(crate) response_mean_s: Option<f64>,
    /// The same until it was resolved.
    pub(crate) resolution_mean_s: Option<f64>,
    /// The mean time by the clock on the wall until somebody took it up or replied, in seconds.
    pub(crate) first_response_mean_s: Option<f64>,
    /// How many were rated by whoever asked.
    pub(crate) rated: i64,
    /// Of these, how many with 4 or 5.
    pub(crate) satisfied: i64,
    /// The mean of the scores, 1 to 5.
    pub(crate) score_mean: Option<f64>,
}

impl GroupBy {
    const fn column(self) -> &'static str {
        match self {
            Self::Type => "t.type_key",
            Self::Unit => "t.unit_id",
            Self::Region => "COALESCE(t.region_id, '')",
            Self::Channel => "t.channel",
            Self::Priority => "CAST(t.priority AS TEXT)",
        }
    }
}

/// The figures of the tickets that match and that `scope` covers, by group. `now_us`: what was due
/// before it is overdue.
pub(crate) async fn figures(
    db: &Db,
    scope: &Scope,
    filter: &TicketFilter,
    (by, now_us): (GroupBy, i64),
) -> Result<Vec<Figures>, sqlx::Error> {
    let column = by.column();
    let start = format!("SELECT {column} AS grouped, COUNT(*) AS opened, -- limit follows\n");
    let mut query = QueryBuilder::<Any>::new(start);
    query.push("CAST(SUM(t.is_open) AS BIGINT) AS open_now, CAST(SUM(CASE WHEN t.due_at < ");
    query.push_bind(now_us);
    query.push(
        " THEN 1 ELSE 0 END) AS BIGINT) AS overdue,
            CAST(SUM(CASE WHEN t.reopened > 0 THEN 1 ELSE 0 END) AS BIGINT) AS reopened,
            CAST(SUM(CASE WHEN t.response_kept = 1 THEN 1 ELSE 0 END) AS BIGINT) AS response_kept,
            CAST(SUM(CASE WHEN t.response_kept = 0 THEN 1 ELSE 0 END) AS BIGINT) AS response_broken,
            CAST(SUM(CASE WHEN t.resolution_kept = 1 THEN 1 ELSE 0 END) AS BIGINT) AS resolution_kept,
            CAST(SUM(CASE WHEN t.resolution_kept = 0 THEN 1 ELSE 0 END) AS BIGINT) AS resolution_broken,
            CAST(AVG(t.response_s) AS DOUBLE PRECISION) AS response_mean,
            CAST(AVG(t.resolution_s) AS DOUBLE PRECISION) AS resolution_mean,
            CAST(AVG(t.responded_at - t.opened_at) AS DOUBLE PRECISION) AS first_response_mean,
            COUNT(s.score) AS rated,
            CAST(SUM(CASE WHEN s.score >= 4 THEN 1 ELSE 0 END) AS BIGINT) AS satisfied,
            CAST(AVG(s.score) AS DOUBLE PRECISION) AS score_mean
        FROM desk_ticket t
        LEFT JOIN desk_rating s ON s.ticket_id = t.id
        WHERE t.id > ''",
    );
    push_conditions(&mut query, db.dialect(), scope, filter);
    query.push(format!(" GROUP BY {column} ORDER BY opened DESC LIMIT ")).push_bind(GROUPS_MAX);
    let rows = query.build().fetch_all(db.reader()).await?;
    rows.iter().map(read).collect()
}

fn read(row: &AnyRow) -> Result<Figures, sqlx::Error> {
    Ok(Figures {
        key: row.try_get("grouped")?,
        name: Text::default(),
        opened: row.try_get("opened")?,
        open: row.try_get("open_now")?,
        overdue: row.try_get("overdue")?,
        reopened: row.try_get("reopened")?,
        response_kept: row.try_get("response_kept")?,
        response_broken: row.try_get("response_broken")?,
        resolution_kept: row.try_get("resolution_kept")?,
        resolution_broken: row.try_get("resolution_broken")?,
        response_mean_s: row.try_get("response_mean")?,
        resolution_mean_s: row.try_get("resolution_mean")?,
        first_response_mean_s: row
            .try_get::<Option<f64>, _>("first_response_mean")?
            .map(|micros| micros / 1e6),
        rated: row.try_get("rated")?,
        satisfied: row.try_get("satisfied")?,
        score_mean: row.try_get("score_mean")?,
    })
}
