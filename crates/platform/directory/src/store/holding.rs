use db::DbError;
use sqlx::{Row as _, any::AnyRow};

use super::{
    kept::{Bound, Kept, read_id, read_named, unreadable},
    places::Counter,
};
use crate::{DirectoryError, Holding, HoldingKind};

impl Kept for Holding {
    const SELECT: &'static str = "
        SELECT id,
            (SELECT MAX(other.version) FROM directory_holding other
                WHERE other.id = directory_holding.id) AS version,
            valid_from, valid_to, recorded_at, superseded_at, person_id,
            post_id, kind, share_percent
        FROM directory_holding -- limit follows
        ";

    const TIMELINE: &'static str = "
        SELECT id, version, valid_from, valid_to, recorded_at, superseded_at, person_id,
            post_id, kind, share_percent
        FROM directory_holding
        WHERE id = $1 AND superseded_at = $2
        ORDER BY valid_from
        LIMIT 10000";

    const INSERT: &'static str = "
        INSERT INTO directory_holding (
            id, version, valid_from, valid_to, recorded_at, superseded_at, person_id,
            post_id, kind, share_percent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

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
