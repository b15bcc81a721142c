use std::{
    fmt::{self, Display, Write},
    marker::PhantomData,
};

use sqlx::{
    Any, Arguments, AssertSqlSafe, Encode, FromRow, Type,
    any::{AnyArguments, AnyRow},
    query::{Query, QueryAs, QueryScalar},
};

/// Puts a statement together whose parts depend on what is asked.
///
/// It reads as the driver's own builder, which it stands in for: that one writes `?` for every
/// parameter, which PostgreSQL does not understand. This one writes `$1`, `$2` …
pub struct QueryBuilder<DB = Any> {
    sql: String,
    arguments: AnyArguments,
    bound: usize,
    database: PhantomData<DB>,
}

impl fmt::Debug for QueryBuilder<Any> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("QueryBuilder").field("sql", &self.sql).finish_non_exhaustive()
    }
}

impl QueryBuilder<Any> {
    /// Begins with `sql`, which has no parameters yet.
    #[must_use]
    pub fn new(sql: impl Into<String>) -> Self {
        let arguments = AnyArguments::default();
        Self { sql: sql.into(), arguments, bound: 0, database: PhantomData }
    }

    /// Adds text of the program, never of a caller.
    pub fn push(&mut self, sql: impl Display) -> &mut Self {
        write!(self.sql, "{sql}").expect("writing to a string does not fail");
        self
    }

    /// Adds a parameter with its value.
    pub fn push_bind<'v, T: Encode<'v, Any> + Type<Any>>(&mut self, value: T) -> &mut Self {
        self.arguments.add(value).expect("numbers, texts and bytes are always encoded");
        self.bound += 1;
        let number = self.bound;
        self.push(format_args!("${number}"))
    }

    /// Begins a list: what is pushed to it is separated by `separator`.
    pub fn separated<'b>(&'b mut self, separator: &'b str) -> Separated<'b> {
        Separated { query: self, separator, first: true }
    }

    /// The text so far.
    #[must_use]
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The statement.
    pub fn build(&mut self) -> Query<'static, Any, AnyArguments> {
        let (sql, arguments) = self.take();
        sqlx::query_with(sql, arguments)
    }

    /// The statement, its rows read as `O`.
    pub fn build_query_as<O>(&mut self) -> QueryAs<'static, Any, O, AnyArguments>
    where
        O: for<'r> FromRow<'r, AnyRow>,
    {
        let (sql, arguments) = self.take();
        sqlx::query_as_with(sql, arguments)
    }

    /// The statement, of whose rows only the first column is read.
    pub fn build_query_scalar<O>(&mut self) -> QueryScalar<'static, Any, O, AnyArguments>
    where
        (O,): for<'r> FromRow<'r, AnyRow>,
    {
        let (sql, arguments) = self.take();
        sqlx::query_scalar_with(sql, arguments)
    }

    fn take(&mut self) -> (AssertSqlSafe<String>, AnyArguments) {
        self.bound = 0;
        let sql = std::mem::take(&mut self.sql);
        (AssertSqlSafe(sql), std::mem::take(&mut self.arguments))
    }
}

/// A list inside a statement.
#[derive(Debug)]
pub struct Separated<'b> {
    query: &'b mut QueryBuilder<Any>,
    separator: &'b str,
    first: bool,
}

impl Separated<'_> {
    /// Adds text of the program as the next of the list.
    pub fn push(&mut self, sql: impl Display) -> &mut Self {
        self.separate();
        self.query.push(sql);
        self
    }

    /// Adds a parameter with its value as the next of the list.
    pub fn push_bind<'v, T: Encode<'v, Any> + Type<Any>>(&mut self, value: T) -> &mut Self {
        self.separate();
        self.query.push_bind(value);
        self
    }

    /// Adds text that belongs to what was pushed last, or ends the list.
    pub fn push_unseparated(&mut self, sql: impl Display) -> &mut Self {
        self.query.push(sql);
        self
    }

    fn separate(&mut self) {
        if !self.first {
            self.query.push(self.separator);
        }
        self.first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered() {
        let mut query = QueryBuilder::new("SELECT id FROM a_b WHERE id IN (");
        let mut list = query.separated(", ");
        list.push_bind(1_i64).push_bind("two").push("3").push_unseparated(")");
        query.push(" LIMIT ").push_bind(9_i64);
        assert_eq!(query.sql(), "SELECT id FROM a_b WHERE id IN ($1, $2, 3) LIMIT $3");
    }
}
