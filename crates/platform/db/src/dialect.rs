//! What the two databases say differently: in this file, in the folder beside it, nowhere else.

pub(crate) mod catalog;
mod json;
pub(crate) mod postgres;
pub(crate) mod sqlite;
pub(crate) mod watch;

use crate::QueryBuilder;
use std::borrow::Cow;

use sqlx::Any;

/// The database behind the records. What its SQL says differently is said here and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, in the data directory.
    Sqlite,
    /// PostgreSQL, by URL.
    Postgres,
}

impl Dialect {
    /// Adds `column IN (…)` for any number of `values`, bound as one parameter.
    ///
    /// `column` is text of the program, never of a caller. No values: nothing matches. One value is
    /// compared as such, so that an index which begins with the column keeps its order.
    pub fn push_one_of<'v>(
        self,
        query: &mut QueryBuilder<Any>,
        column: &str,
        values: impl IntoIterator<Item = &'v str>,
    ) {
        let values: Vec<&str> = values.into_iter().collect();
        if let [value] = values.as_slice() {
            query.push(column).push(" = ").push_bind((*value).to_owned());
            return;
        }
        let values = serde_json::Value::from(values).to_string();
        match self {
            Self::Sqlite => {
                query.push(column).push(" IN (SELECT value FROM json_each(");
                query.push_bind(values).push("))");
            }
            // As an array, so that an index on the column is used.
            Self::Postgres => {
                query.push(column).push(" = ANY(ARRAY(SELECT json_array_elements_text(CAST(");
                query.push_bind(values).push(" AS JSON))))");
            }
        }
    }

    /// Adds the same within an `OR`, where each row is looked at anyway and the values are very
    /// many: PostgreSQL goes through an array from its beginning for each row, and makes a hash
    /// table of these.
    pub fn push_one_of_scanned<'v>(
        self,
        query: &mut QueryBuilder<Any>,
        column: &str,
        values: impl IntoIterator<Item = &'v str>,
    ) {
        if self == Self::Sqlite {
            return self.push_one_of(query, column, values);
        }
        let values = serde_json::Value::from(values.into_iter().collect::<Vec<_>>()).to_string();
        query.push(column).push(" IN (SELECT json_array_elements_text(CAST(");
        query.push_bind(values).push(" AS JSON)))");
    }

    /// How large the records are, in bytes.
    pub(crate) fn size(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()
                -- one row"
            }
            Self::Postgres => "SELECT pg_database_size(current_database()) -- one row",
        }
    }

    /// The text of a migration as this database reads it: `BLOB` is `BYTEA` for PostgreSQL.
    pub(crate) fn schema(self, sql: &str) -> Cow<'_, str> {
        match self {
            Self::Sqlite => Cow::Borrowed(sql),
            Self::Postgres => replace_word(sql, "BLOB", "BYTEA"),
        }
    }
}

/// An optional number as a parameter that is never NULL: absent ones are NaN.
///
/// The statement says `NULLIF($n, 'NaN')`, which reads the same on both databases. The driver
/// would declare an absent `DOUBLE PRECISION` as a shorter type, and keep that for the statement's
/// next use: then PostgreSQL refuses the eight bytes of a number that is there.
#[must_use]
pub fn double_or_null(value: Option<f64>) -> f64 {
    value.unwrap_or(f64::NAN)
}

/// Replaces a whole word outside of quotes and comments.
fn replace_word<'t>(sql: &'t str, word: &str, by: &str) -> Cow<'t, str> {
    if !sql.contains(word) {
        return Cow::Borrowed(sql);
    }
    let mut replaced = String::with_capacity(sql.len() + 16);
    let mut rest = sql;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '\'' | '"' => 1 + rest[1..].find(first).map_or(rest.len() - 1, |end| end + 1),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            _ if !is_word(before) && starts_with_word(rest, word) => {
                replaced.push_str(by);
                before = ' ';
                rest = &rest[word.len()..];
                continue;
            }
            other => other.len_utf8(),
        };
        replaced.push_str(&rest[..taken]);
        before = first;
        rest = &rest[taken..];
    }
    Cow::Owned(replaced)
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.chars().next().is_some_and(is_word))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_type_is_replaced() {
        let sql = "-- A BLOB of it's own.\nCREATE TABLE a_b (x BLOB NOT NULL, y_BLOB TEXT, \
                   z TEXT DEFAULT 'BLOB 砥', BLOBS TEXT, \"BLOB\" BLOB)";
        let there = "-- A BLOB of it's own.\nCREATE TABLE a_b (x BYTEA NOT NULL, y_BLOB TEXT, \
                     z TEXT DEFAULT 'BLOB 砥', BLOBS TEXT, \"BLOB\" BYTEA)";
        assert_eq!(Dialect::Postgres.schema(sql), there);
        assert_eq!(Dialect::Sqlite.schema(sql), sql);
    }
}
