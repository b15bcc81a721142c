use kernel::Text;
use sqlx::any::AnyRow;

use super::{
    kept::{Bound, Kept, folded, read_some_id, read_text},
    places::Counter,
};
use crate::{DirectoryError, NounName, Unit};

impl Kept for Unit {
    const NAME: NounName = NounName::Unit;

    const TABLE: &'static str = "directory_unit";

    const SELECT: &'static str = "
        SELECT id,
            (SELECT MAX(other.version) FROM directory_unit other
                WHERE other.id = directory_unit.id) AS version,
            valid_from, valid_to, recorded_at, superseded_at, told, code,
            name_en, name_zh, short_name, kind, parent_id, region_id
        FROM directory_unit -- limit follows
        ";

    const TIMELINE: &'static str = "
        SELECT id, version, valid_from, valid_to, recorded_at, superseded_at, told, code,
            name_en, name_zh, short_name, kind, parent_id, region_id
        FROM directory_unit
        WHERE id = $1 AND superseded_at = $2
        ORDER BY valid_from
        LIMIT 10000";

    const INSERT: &'static str = "
        INSERT INTO directory_unit (
            id, version, valid_from, valid_to, recorded_at, superseded_at, told, code, name_en,
            name_zh, short_name, kind, parent_id, region_id, folded)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

    const SUPERSEDE: &'static str = "
        UPDATE directory_unit
        SET superseded_at = $1
        WHERE id = $2 AND valid_from = $3 AND superseded_at = $4";

    const SAME_CODE: Option<&'static str> = Some(
        "
        SELECT id
        FROM directory_unit
        WHERE code = $1 AND superseded_at = $2 AND valid_to > $3 AND valid_from < $4
            AND valid_to > valid_from AND id <> $5
        LIMIT 1",
    );

    const COUNTER: Counter = Counter::Places;

    fn bind<'q>(&self, query: Bound<'q>) -> Result<Bound<'q>, DirectoryError> {
        Ok(query
            .bind(self.code.clone())
            .bind(self.name.en.clone())
            .bind(self.name.zh.clone())
            .bind(self.short_name.clone())
            .bind(self.kind.clone())
            .bind(self.parent.map(|id| id.to_string()))
            .bind(self.region.map(|id| id.to_string()))
            .bind(folded([&self.code, &self.name.en, &self.name.zh, &self.short_name])))
    }

    fn read(row: &AnyRow) -> Result<Self, DirectoryError> {
        Ok(Self {
            code: read_text(row, "code")?,
            name: Text::new(read_text(row, "name_en")?, read_text(row, "name_zh")?),
            short_name: read_text(row, "short_name")?,
            kind: read_text(row, "kind")?,
            parent: read_some_id(row, "parent_id")?,
            region: read_some_id(row, "region_id")?,
        })
    }
}
