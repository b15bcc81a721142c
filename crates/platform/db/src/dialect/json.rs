//! Values inside JSON text, asked for by key.

use sqlx::Any;

use crate::{Dialect, QueryBuilder};

/// Adds to a query what stands in the place of a value.
type Query = QueryBuilder<Any>;

impl Dialect {
    /// Adds the text under `key` of the JSON object in `column`: NULL where it has none, or
    /// something that is no text.
    ///
    /// `column` is text of the program, never of a caller.
    pub fn push_json_text(self, query: &mut Query, column: &str, key: &str) {
        match self {
            Self::Sqlite => {
                query.push("CASE ");
                self.push_json_type(query, column, key);
                query.push(format!(" WHEN 'text' THEN json_extract({column}, "));
                query.push_bind(path(key)).push(") END");
            }
            Self::Postgres => {
                query.push("CASE ");
                self.push_json_type(query, column, key);
                query.push(" WHEN 'string' THEN ");
                push_postgres_text(query, column, key);
                query.push(" END");
            }
        }
    }

    /// Adds the number under `key` of the JSON object in `column` as a DOUBLE PRECISION: NULL
    /// where it has none, or something that is no number.
    pub fn push_json_number(self, query: &mut Query, column: &str, key: &str) {
        match self {
            Self::Sqlite => {
                query.push("CASE WHEN ");
                self.push_json_type(query, column, key);
                query.push(format!(" IN ('integer', 'real') THEN CAST(json_extract({column}, "));
                query.push_bind(path(key)).push(") AS REAL) END");
            }
            Self::Postgres => {
                query.push("CASE ");
                self.push_json_type(query, column, key);
                query.push(" WHEN 'number' THEN CAST(");
                push_postgres_text(query, column, key);
                query.push(" AS DOUBLE PRECISION) END");
            }
        }
    }

    /// Adds 1 where `true` is under `key` of the JSON object in `column`, 0 where `false` is, NULL
    /// where neither is.
    pub fn push_json_flag(self, query: &mut Query, column: &str, key: &str) {
        match self {
            Self::Sqlite => {
                query.push("CASE ");
                self.push_json_type(query, column, key);
                query.push(" WHEN 'true' THEN 1 WHEN 'false' THEN 0 END");
            }
            Self::Postgres => {
                query.push("CASE WHEN ");
                self.push_json_type(query, column, key);
                query.push(" = 'boolean' THEN CASE ");
                push_postgres_text(query, column, key);
                query.push(" WHEN 'true' THEN 1 ELSE 0 END END");
            }
        }
    }

    /// Adds the condition that there is something under `key` of the JSON object in `column`.
    pub fn push_json_present(self, query: &mut Query, column: &str, key: &str) {
        self.push_json_type(query, column, key);
        query.push(" IS NOT NULL");
    }

    /// Adds a row source `element` with a column `value` for each text of the JSON list that
    /// `list` adds the text of; none where that is NULL.
    pub fn push_json_each(self, query: &mut Query, list: impl FnOnce(&mut Query)) {
        match self {
            Self::Sqlite => {
                query.push("json_each(");
                list(query);
                query.push(") AS element");
            }
            Self::Postgres => {
                query.push("json_array_elements_text(CAST(");
                list(query);
                query.push(" AS JSON)) AS element(value)");
            }
        }
    }

    fn push_json_type(self, query: &mut Query, column: &str, key: &str) {
        match self {
            Self::Sqlite => {
                query.push(format!("json_type({column}, ")).push_bind(path(key)).push(")");
            }
            Self::Postgres => {
                query.push(format!("json_typeof(CAST({column} AS JSON) -> CAST("));
                query.push_bind(key.to_owned()).push(" AS TEXT))");
            }
        }
    }
}

fn push_postgres_text(query: &mut Query, column: &str, key: &str) {
    query.push(format!("(CAST({column} AS JSON) ->> CAST("));
    query.push_bind(key.to_owned()).push(" AS TEXT))");
}

/// The path to `key`. Keys have no quotes in them; SQLite knows no way to write those.
fn path(key: &str) -> String {
    format!("$.\"{}\"", key.replace('"', ""))
}
