use std::collections::HashMap;

use db::{DbError, QueryBuilder};
use kernel::Time;
use sqlx::{Any, AnyConnection, Row as _, any::AnyRow};

use super::{
    kept::{Bound, Kept, read, read_id, read_named, read_text, unreadable},
    places::Counter,
};
use crate::{Dated, DirectoryError, Holding, HoldingKind, NounName, PostId, model::NEVER};

/// More people are never on one post, also in turn.
const HOLDERS_MAX: i64 = 100_000;

const WHOLE: &str = "
    SELECT id, MIN(valid_from) AS begun, MAX(valid_to) AS ended
    FROM directory_holding -- all rows: an export names every holding
    WHERE recorded_at <= $1 AND superseded_at > $2 AND valid_from < valid_to
    GROUP BY id";

/// From when to when each holding is, by its id, as it was known then; none: as it is known now.
pub(crate) async fn holding_spans(
    connection: &mut AnyConnection,
    known_at: Option<Time>,
) -> Result<HashMap<String, (Time, Option<Time>)>, DirectoryError> {
    let known = known_at.map_or(NEVER.micros() - 1, Time::micros);
    let rows = sqlx::query(WHOLE).bind(known).bind(known).fetch_all(connection).await;
    let mut spans = HashMap::new();
    for row in &rows.map_err(DbError::from)? {
        let time = |column: &str| -> Result<Time, DirectoryError> {
            Ok(Time::from_micros(row.try_get::<i64, _>(column).map_err(DbError::from)?))
        };
        let ended = Some(time("ended")?).filter(|ended| *ended != NEVER);
        spans.insert(read_text(row, "id")?, (time("begun")?, ended));
    }
    Ok(spans)
}

/// The holdings of a post that go on after `from`, or begin after it.
pub(crate) async fn holdings_from(
    connection: &mut AnyConnection,
    post: PostId,
    from: Time,
) -> Result<Vec<Dated<Holding>>, DirectoryError> {
    let mut query = QueryBuilder::<Any>::new(Holding::SELECT);
    query.push(" WHERE superseded_at = ").push_bind(NEVER.micros());
    query.push(" AND post_id = ").push_bind(post.to_string());
    query.push(" AND valid_to > ").push_bind(from.micros());
    query.push(" AND valid_to > valid_from ORDER BY id, valid_from LIMIT ").push_bind(HOLDERS_MAX);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

impl Kept for Holding {
    const NAME: NounName = NounName::Holding;

    const TABLE: &'static str = "directory_holding";

    const SELECT: &'static str = "
        SELECT id,
            (SELECT MAX(other.version) FROM directory_holding other
                WHERE other.id = directory_holding.id) AS version,
            valid_from, valid_to, recorded_at, superseded_at, told, person_id,
            post_id, kind, share_percent
        FROM directory_holding -- limit follows
        ";

    const TIMELINE: &'static str = "
        SELECT id, version, valid_from, valid_to, recorded_at, superseded_at, told, person_id,
            post_id, kind, share_percent
        FROM directory_holding
        WHERE id = $1 AND superseded_at = $2
        ORDER BY valid_from
        LIMIT 10000";

    const INSERT: &'static str = "
        INSERT INTO directory_holding (
            id, version, valid_from, valid_to, recorded_at, superseded_at, told, person_id,
            post_id, kind, share_percent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

    const SUPERSEDE: &'static str = "
        UPDATE directory_holding
        SET superseded_at = $1
        WHERE id = $2 AND valid_from = $3 AND superseded_at = $4";

    const SAME_CODE: Option<&'static str> = None;

    const COUNTER: Counter = Counter::Holdings;

    fn bind<'q>(&self, query: Bound<'q>) -> Result<Bound<'q>, DirectoryError> {
        Ok(query
            .bind(self.person.to_string())
            .bind(self.post.to_string())
            .bind(self.kind.name())
            .bind(i64::from(self.share_percent)))
    }

    fn read(row: &AnyRow) -> Result<Self, DirectoryError> {
        let share: i64 = row.try_get("share_percent").map_err(DbError::from)?;
        Ok(Self {
            person: read_id(row, "person_id")?,
            post: read_id(row, "post_id")?,
            kind: read_named(row, "kind", HoldingKind::from_name)?,
            share_percent: u32::try_from(share).map_err(|_| unreadable("share_percent", ""))?,
        })
    }
}
