use std::{collections::HashMap, future::Future, pin::Pin, time::Duration};

use db::{Db, DbError};
use kernel::{Caller, Fault, Time};

use super::ranking::{Candidate, Rank, rank};
use crate::{Places, Row, Sight};

/// What a [`Neighbours`] hands back.
pub type NeighboursFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Vec<Neighbour>, Fault>> + Send + 'a>>;

/// A resource near another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Its id.
    pub resource_id: String,
    /// Relations between them; 0 for the one that was asked for.
    pub distance: u32,
}

/// How resources hang together; the roof implements it over the register.
pub trait Neighbours: Send + Sync {
    /// The resource itself and those within `depth` relations that `caller` may see, the nearest
    /// first.
    ///
    /// Errors: not-found when there is no such resource, or not for the caller.
    fn neighbours<'a>(
        &'a self,
        caller: &'a Caller,
        resource_id: &'a str,
        depth: u32,
    ) -> NeighboursFuture<'a>;
}

/// Nothing hangs together: only the resource itself is looked at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Neighbours for Alone {
    fn neighbours<'a>(
        &'a self,
        _: &'a Caller,
        resource_id: &'a str,
        _: u32,
    ) -> NeighboursFuture<'a> {
        let alone = Neighbour { resource_id: resource_id.to_owned(), distance: 0 };
        Box::pin(std::future::ready(Ok(vec![alone])))
    }
}

/// A change around a resource before it broke.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspect {
    /// The fact.
    pub row: Row,
    /// Relations between the resource it concerns and the one that broke.
    pub distance: u32,
    /// How likely it led to it.
    pub rank: Rank,
}

/// What was found, and whether all of it was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspects {
    /// The likeliest first.
    pub items: Vec<Suspect>,
    /// Whether there was more than is looked at.
    pub cut: bool,
}

/// Relations that are followed.
const DEPTH: u32 = 2;
/// Resources looked at.
const NEIGHBOURS_MAX: usize = 300;
/// Facts of one resource looked at, the newest.
const ROWS_MAX: i64 = 100;
/// Facts that are named.
const SUSPECTS_MAX: usize = 100;
/// Rows around the window whose time may lie in it although their number does not: clocks differ.
const SLACK: i64 = 1_000;

const FIRST_AT: &str = "SELECT seq FROM journal_row WHERE at >= $1 ORDER BY at, seq LIMIT 1";
const LAST_AT: &str =
    "SELECT seq FROM journal_row WHERE at <= $1 ORDER BY at DESC, seq DESC LIMIT 1";

const OF_RESOURCE: &str = "
    SELECT seq, at, actor_kind, actor_id, actor_name, verb, subject_kind, subject_id,
        subject_name, resource_id, before, after, detail, cause, request_id, source
    FROM journal_row
    WHERE resource_id = $1 AND seq >= $2 AND seq <= $3 AND at >= $4 AND at <= $5
    ORDER BY seq DESC
    LIMIT $6";

/// What changed around a resource within `window` before `at`, the likeliest cause first.
///
/// Errors: those of `neighbours` and of the records.
pub async fn before(
    db: &Db,
    (caller, resource_id): (&Caller, &str),
    (at, window): (Time, Duration),
    (sight, places): (&Sight, &dyn Places),
    neighbours: &dyn Neighbours,
) -> Result<Suspects, Fault> {
    let mut near = neighbours.neighbours(caller, resource_id, DEPTH).await?;
    let mut cut = near.len() > NEIGHBOURS_MAX;
    near.truncate(NEIGHBOURS_MAX);
    let from = at.minus(window);
    let Some((first, last)) = numbers_of(db, from, at).await? else {
        return Ok(Suspects { items: Vec::new(), cut });
    };
    let distances: HashMap<&str, u32> =
        near.iter().map(|near| (near.resource_id.as_str(), near.distance)).collect();
    let mut rows = Vec::new();
    for neighbour in &near {
        let some = sqlx::query(OF_RESOURCE)
            .bind(neighbour.resource_id.as_str())
            .bind(first)
            .bind(last)
            .bind(from.micros())
            .bind(at.micros())
            .bind(ROWS_MAX)
            .fetch_all(db.reader())
            .await
            .map_err(DbError::from)?;
        cut |= i64::try_from(some.len()) == Ok(ROWS_MAX);
        rows.extend(some.iter().map(Row::read).collect::<Result<Vec<_>, _>>()?);
    }
    let rows = sight.filter(places, rows).await?;
    let suspect = |row: Row| {
        let distance = row.resource_id.as_deref().and_then(|id| distances.get(id).copied());
        let distance = distance.unwrap_or(0);
        let (at_row, verb, actor) = (row.at, row.verb.clone(), row.actor.kind);
        let rank = rank(&Candidate { at: at_row, verb, actor, distance }, at, window);
        Suspect { row, distance, rank }
    };
    let mut items: Vec<Suspect> = rows.into_iter().map(suspect).collect();
    let newest_first = |a: &Suspect, b: &Suspect| b.row.seq.cmp(&a.row.seq);
    items.sort_by(|a, b| b.rank.score.total_cmp(&a.rank.score).then(newest_first(a, b)));
    cut |= items.len() > SUSPECTS_MAX;
    items.truncate(SUSPECTS_MAX);
    Ok(Suspects { items, cut })
}

/// The numbers between which rows of that time are: the index by resource goes by number.
async fn numbers_of(db: &Db, from: Time, to: Time) -> Result<Option<(i64, i64)>, DbError> {
    let at = |sql: &'static str, time: Time| async move {
        let found: Result<Option<i64>, sqlx::Error> =
            sqlx::query_scalar(sql).bind(time.micros()).fetch_optional(db.reader()).await;
        found
    };
    let (first, last) = (at(FIRST_AT, from).await?, at(LAST_AT, to).await?);
    Ok(first.zip(last).map(|(first, last)| (first - SLACK, last + SLACK)))
}
