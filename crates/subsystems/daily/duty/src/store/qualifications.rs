use db::Tx;
use directory::PersonId;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{parsed, time_or_none};

/// There are no more qualifications than this.
pub(crate) const QUALIFICATIONS_MAX: u32 = 20_000;

/// That a person is qualified for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Qualification {
    pub(crate) person_id: PersonId,
    pub(crate) name: String,
    pub(crate) until: Option<Time>,
}

const ALL: &str = "
    SELECT person_id, name, until_at
    FROM duty_qualification
    ORDER BY person_id, name
    LIMIT $1";

const PUT: &str = "
    INSERT INTO duty_qualification (person_id, name, until_at, given_by, given_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (person_id, name)
    DO UPDATE SET until_at = $3, given_by = $4, given_at = $5";

const DELETE: &str = "
    DELETE FROM duty_qualification
    WHERE person_id = $1 AND name = $2";

/// Everybody's qualifications.
pub(crate) async fn all<'e>(
    from: impl Executor<'e, Database = Any>,
) -> Result<Vec<Qualification>, sqlx::Error> {
    let rows = sqlx::query(ALL).bind(i64::from(QUALIFICATIONS_MAX)).fetch_all(from).await?;
    let read = |row: &AnyRow| {
        Ok(Qualification {
            person_id: parsed(row, "person_id")?,
            name: row.try_get("name")?,
            until: time_or_none(row, "until_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Gives a qualification, or changes until when it holds.
pub(crate) async fn put(
    tx: &mut Tx,
    one: &Qualification,
    (by, now): (&str, Time),
) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(one.person_id.to_string())
        .bind(one.name.clone())
        .bind(one.until.map(Time::micros))
        .bind(by.to_owned())
        .bind(now.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Takes a qualification away; whether there was one.
pub(crate) async fn delete(tx: &mut Tx, person: PersonId, name: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(DELETE)
        .bind(person.to_string())
        .bind(name.to_owned())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}
