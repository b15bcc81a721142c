use kernel::Language;
use sqlx::any::AnyRow;

use super::{
    kept::{Bound, Kept, read_named, read_some_id, read_text, unreadable},
    places::Counter,
};
use crate::{DirectoryError, NounName, Person};

impl Kept for Person {
    const NAME: NounName = NounName::Person;

    const TABLE: &'static str = "directory_person";

    const SELECT: &'static str = "
        SELECT id,
            (SELECT MAX(other.version) FROM directory_person other
                WHERE other.id = directory_person.id) AS version,
            valid_from, valid_to, recorded_at, superseded_at, told, number, name,
            language, unit_id, contacts
        FROM directory_person -- limit follows
        ";

    const TIMELINE: &'static str = "
        SELECT id, version, valid_from, valid_to, recorded_at, superseded_at, told, number, name,
            language, unit_id, contacts
        FROM directory_person
        WHERE id = $1 AND superseded_at = $2
        ORDER BY valid_from
        LIMIT 10000";

    const INSERT: &'static str = "
        INSERT INTO directory_person (
            id, version, valid_from, valid_to, recorded_at, superseded_at, told, number, name,
            language, unit_id, contacts, folded)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

    const SUPERSEDE: &'static str = "
        UPDATE directory_person
        SET superseded_at = $1
        WHERE id = $2 AND valid_from = $3 AND superseded_at = $4";

    const SAME_CODE: Option<&'static str> = Some(
        "
        SELECT id
        FROM directory_person
        WHERE number = $1 AND superseded_at = $2 AND valid_to > $3 AND valid_from < $4
            AND valid_to > valid_from AND id <> $5
        LIMIT 1",
    );

    const COUNTER: Counter = Counter::Holdings;

    fn bind<'q>(&self, query: Bound<'q>) -> Result<Bound<'q>, DirectoryError> {
        let contacts = serde_json::to_string(&self.contacts)
            .map_err(|error| unreadable("contacts", error.to_string()))?;
        Ok(query
            .bind(self.number.clone())
            .bind(self.name.clone())
            .bind(language_name(self.language))
            .bind(self.unit.map(|id| id.to_string()))
            .bind(contacts)
            .bind(self.folded()))
    }

    fn read(row: &AnyRow) -> Result<Self, DirectoryError> {
        Ok(Self {
            number: read_text(row, "number")?,
            name: read_text(row, "name")?,
            language: read_named(row, "language", language)?,
            unit: read_some_id(row, "unit_id")?,
            contacts: serde_json::from_str(&read_text(row, "contacts")?)
                .map_err(|error| unreadable("contacts", error.to_string()))?,
        })
    }
}

/// The language of that name in the database.
fn language(name: &str) -> Option<Language> {
    [Language::English, Language::Chinese]
        .into_iter()
        .find(|language| language_name(*language) == name)
}

/// Its name in the database.
pub(crate) fn language_name(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::Chinese => "zh",
    }
}
