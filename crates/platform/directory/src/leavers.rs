use std::collections::HashSet;

use db::QueryBuilder;
use kernel::Time;
use sqlx::Any;

use crate::{Directory, DirectoryError, model::NEVER};

const LEFT: &str = "
    SELECT id
    FROM directory_person
    -- all rows: no more than were asked for
    WHERE ";

impl Directory {
    /// Those of `people` who have left by `at`.
    ///
    /// Errors: the records do not answer.
    pub async fn left_among(
        &self,
        people: &[&str],
        at: Time,
    ) -> Result<HashSet<String>, DirectoryError> {
        let mut query = QueryBuilder::<Any>::new(LEFT);
        self.db.dialect().push_one_of(&mut query, "id", people.iter().copied());
        query.push(" AND superseded_at = ").push_bind(NEVER.micros());
        query.push(" GROUP BY id HAVING MAX(valid_to) <= ").push_bind(at.micros());
        let mut connection = self.reader().await?;
        let left: Vec<String> = query
            .build_query_scalar()
            .fetch_all(&mut *connection)
            .await
            .map_err(db::DbError::from)?;
        Ok(left.into_iter().collect())
    }
}
