use std::collections::HashMap;

use db::{DbError, QueryBuilder};
use kernel::Time;
use sqlx::{Any, Row as _};

use crate::{Directory, DirectoryError, model::NEVER};

const LEAVING: &str = "
    SELECT id, MAX(valid_to) AS leaves_at
    FROM directory_person
    -- all rows: no more than were asked for
    WHERE ";

impl Directory {
    /// When those of `people` leave, or left, of whom that is known.
    ///
    /// Errors: the records do not answer.
    pub async fn leaving_among(
        &self,
        people: &[&str],
    ) -> Result<HashMap<String, Time>, DirectoryError> {
        let mut query = QueryBuilder::<Any>::new(LEAVING);
        self.db.dialect().push_one_of(&mut query, "id", people.iter().copied());
        query.push(" AND superseded_at = ").push_bind(NEVER.micros());
        query.push(" GROUP BY id HAVING MAX(valid_to) < ").push_bind(NEVER.micros());
        let mut connection = self.reader().await?;
        let rows = query.build().fetch_all(&mut *connection).await.map_err(DbError::from)?;
        let leaving = rows
            .iter()
            .map(|row| Ok((row.try_get("id")?, Time::from_micros(row.try_get("leaves_at")?))));
        Ok(leaving.collect::<Result<_, sqlx::Error>>().map_err(DbError::from)?)
    }
}
