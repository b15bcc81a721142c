use db::DbError;
use kernel::Text;
use sqlx::{Row as _, any::AnyRow};

use super::{
    kept::{Bound, Kept, folded, read_some_id, read_text},
    places::Counter,
};
use crate::{DirectoryError, NounName, Site};

impl Kept for Site {
    const NAME: NounName = NounName::Site;

    const TABLE: &'static str = "directory_site";

    const SELECT: &'static str = "
        SELECT id,
            (SELECT MAX(other.version) FROM directory_site other
                WHERE other.id = directory_site.id) AS version,
            valid_from, valid_to, recorded_at, superseded_at, told, code,
            name_en, name_zh, address, unit_id, region_id, latitude, longitude
        FROM directory_site -- limit follows
        ";

    const TIMELINE: &'static str = "
        SELECT id, version, valid_from, valid_to, recorded_at, superseded_at, told, code,
            name_en, name_zh, address, unit_id, region_id, latitude, longitude
        FROM directory_site
        WHERE id = $1 AND superseded_at = $2
        ORDER BY valid_from
        LIMIT 10000";

    const INSERT: &'static str = "
        INSERT INTO directory_site (
            id, version, valid_from, valid_to, recorded_at, superseded_at, told, code, name_en,
            name_zh, address, unit_id, region_id, latitude, longitude, folded)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
            NULLIF($14, 'NaN'), NULLIF($15, 'NaN'), $16)";

    const SUPERSEDE: &'static str = "
        UPDATE directory_site
        SET superseded_at = $1
        WHERE id = $2 AND valid_from = $3 AND superseded_at = $4";

    const SAME_CODE: Option<&'static str> = Some(
        "
        SELECT id
        FROM directory_site
        WHERE code = $1 AND superseded_at = $2 AND valid_to > $3 AND valid_from < $4
            AND valid_to > valid_from AND id <> $5
        LIMIT 1",
    );

    const COUNTER: Counter = Counter::Holdings;

    fn bind<'q>(&self, query: Bound<'q>) -> Result<Bound<'q>, DirectoryError> {
        Ok(query
            .bind(self.code.clone())
            .bind(self.name.en.clone())
            .bind(self.name.zh.clone())
            .bind(self.address.clone())
            .bind(self.unit.map(|id| id.to_string()))
            .bind(self.region.map(|id| id.to_string()))
            .bind(db::double_or_null(self.latitude))
            .bind(db::double_or_null(self.longitude))
            .bind(folded([&self.code, &self.name.en, &self.name.zh, &self.address])))
    }

    fn read(row: &AnyRow) -> Result<Self, DirectoryError> {
        Ok(Self {
            code: read_text(row, "code")?,
            name: Text::new(read_text(row, "name_en")?, read_text(row, "name_zh")?),
            address: read_text(row, "address")?,
            unit: read_some_id(row, "unit_id")?,
            region: read_some_id(row, "region_id")?,
            latitude: row.try_get("latitude").map_err(DbError::from)?,
            longitude: row.try_get("longitude").map_err(DbError::from)?,
        })
    }
}
