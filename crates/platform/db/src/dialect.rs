use sqlx::{Any, QueryBuilder};

/// The database behind the records. What its SQL says differently is said here and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, in the data directory.
    Sqlite,
}

impl Dialect {
    /// Adds `column IN (…)` for any number of `values`, bound as one parameter.
    ///
    /// `column` is text of the program, never of a caller. No values: nothing matches.
    pub fn push_one_of<'v>(
        self,
        query: &mut QueryBuilder<Any>,
        column: &str,
        values: impl IntoIterator<Item = &'v str>,
    ) {
        let values: Vec<&str> = values.into_iter().collect();
        let values = serde_json::Value::from(values).to_string();
        match self {
            Self::Sqlite => {
                query.push(column).push(" IN (SELECT value FROM json_each(");
                query.push_bind(values).push("))");
            }
        }
    }
}
