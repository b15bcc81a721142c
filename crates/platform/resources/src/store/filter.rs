//! Filters as SQL: under a `not`, conditions are never NULL, so that it means the same on both
//! databases and in [`Filter::matches`]. Elsewhere NULL is as good as false, and a bare condition
//! can be served by an index.

use db::{Dialect, QueryBuilder};
use kernel::Scope;
use sqlx::Any;

use super::visible::{push_row_visible, push_visible};
use crate::{Check, Direction, Field, Filter};

/// How the conditions of a query are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner<'s> {
    /// The database.
    pub(crate) dialect: Dialect,
    /// What the caller may see, also at the other ends of relations.
    pub(crate) scope: &'s Scope,
}

/// Adds the condition that the resource in the row called `row` matches; `by` says how the rows are
/// found.
pub(super) fn push_filter(
    query: &mut QueryBuilder<Any>,
    manner: Manner<'_>,
    (row, by): (&str, By),
    filter: &Filter,
) {
    let by = if names_kind(filter) { By::Kind } else { by };
    push(query, manner, (row, Nulls::AsFalse, by), filter, 0);
}

/// What rows are found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Their kind, and whether they are in use: there is an index of both.
    Kind,
    /// Something else. Whether a row is in use is seen once it is found: nearly all are, and an
    /// index that begins with that gives nearly all rows, to be sorted.
    Other,
}

impl By {
    /// Whether a resource is out of use, as a value to compare with.
    pub(super) fn retired(self, row: &str) -> String {
        match self {
            Self::Kind => format!("{row}.retired"),
            // The sign changes nothing but keeps the planner from the index.
            Self::Other => format!("+{row}.retired"),
        }
    }
}

/// Whether whatever matches is of one of a few kinds.
fn names_kind(filter: &Filter) -> bool {
    match filter {
        Filter::All(filters) => filters.iter().any(names_kind),
        Filter::Test(Field::Kind, Check::OneOf(_)) => true,
        _ => false,
    }
}

/// What becomes of a test that is NULL where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nulls {
    /// The row is left out, as where the test is false.
    AsFalse,
    /// A `not` around it would keep it NULL: it has to be made false.
    MadeFalse,
}

fn push(
    query: &mut QueryBuilder<Any>,
    manner: Manner<'_>,
    (row, nulls, by): (&str, Nulls, By),
    filter: &Filter,
    deep: usize,
) {
    match filter {
        Filter::Everything => drop(query.push("1 = 1")),
        Filter::All(filters) | Filter::Any(filters) => {
            let all = matches!(filter, Filter::All(_));
            query.push(if all { "(1 = 1" } else { "(1 = 0" });
            for one in filters {
                query.push(if all { " AND " } else { " OR " });
                push(query, manner, (row, nulls, by), one, deep);
            }
            query.push(")");
        }
        Filter::Not(filter) => {
            query.push("NOT (");
            push(query, manner, (row, Nulls::MadeFalse, by), filter, deep);
            query.push(")");
        }
        Filter::Related { relation, direction, filter } => {
            let (here, there) = match direction {
                Direction::Forward => ("source_id", "target_id"),
                Direction::Backward => ("target_id", "source_id"),
            };
            let (edge, other) = (format!("edge_{deep}"), format!("other_{deep}"));
            query.push(format!(
                "EXISTS (SELECT 1 FROM resources_relation {edge} \
                 JOIN resources_resource {other} ON {other}.id = {edge}.{there} \
                 WHERE {edge}.{here} = {row}.id AND {edge}.kind = "
            ));
            query.push_bind(relation.clone());
            push_visible(query, manner.dialect, &format!("{other}.id"), manner.scope);
            query.push(" AND ");
            push(query, manner, (&other, Nulls::AsFalse, By::Other), filter, deep + 1);
            query.push(")");
        }
        Filter::Test(field, check) if nulls == Nulls::AsFalse => {
            query.push("(");
            push_test(query, manner.dialect, (row, by), field, check);
            query.push(")");
        }
        Filter::Test(field, check) => {
            query.push("CASE WHEN ");
            push_test(query, manner.dialect, (row, by), field, check);
            query.push(" THEN 1 ELSE 0 END = 1");
        }
    }
}

/// The test itself; it may be NULL.
fn push_test(
    query: &mut QueryBuilder<Any>,
    dialect: Dialect,
    (row, by): (&str, By),
    field: &Field,
    check: &Check,
) {
    let column = |name: &str| format!("{row}.{name}");
    match field {
        Field::Name => push_text(query, dialect, &column("name"), &column("name_folded"), check),
        Field::Id => push_plain_text(query, dialect, &column("id"), check),
        Field::Kind => push_plain_text(query, dialect, &column("kind"), check),
        Field::Source => push_plain_text(query, dialect, &column("source"), check),
        Field::LifeCycle => push_plain_text(query, dialect, &column("life_cycle"), check),
        Field::Unit => push_plain_text(query, dialect, &column("unit_id"), check),
        Field::Region => match check {
            Check::LiesIn(area) => {
                query.push("1 = 1");
                push_row_visible(query, dialect, row, area);
            }
            _ => push_plain_text(query, dialect, &column("region_id"), check),
        },
        Field::Description => match check {
            Check::Like(pattern) => {
                push_folded(query, dialect, row, ":description", &column("description"));
                query.push(" LIKE ").push_bind(pattern.like()).push(" ESCAPE '!'");
            }
            _ => push_plain_text(query, dialect, &column("description"), check),
        },
        Field::Retired => match check {
            Check::Flag(flag) => {
                query.push(by.retired(row)).push(" = ").push_bind(i64::from(*flag));
            }
            _ => drop(query.push("1 = 1")),
        },
        Field::CreatedAt => push_number(query, &column("created_at"), check),
        Field::UpdatedAt => push_number(query, &column("updated_at"), check),
        Field::Version => push_number(query, &column("version"), check),
        Field::Confidence => push_number(query, &column("confidence"), check),
        Field::Tag => push_element(query, dialect, row, ":tags", check),
        Field::Listed(name) => push_element(query, dialect, row, &format!("{name}:list"), check),
        Field::Attribute(name) => push_attribute(query, dialect, row, name, check),
    }
}

fn push_attribute(
    query: &mut QueryBuilder<Any>,
    dialect: Dialect,
    row: &str,
    name: &str,
    check: &Check,
) {
    let (attributes, folded) = (format!("{row}.attributes"), format!("{row}.folded"));
    match check {
        Check::Present => dialect.push_json_present(query, &attributes, name),
        Check::OneOf(texts) => {
            push_each_equal(query, texts, |query| dialect.push_json_text(query, &attributes, name));
        }
        Check::Like(pattern) => {
            query.push("COALESCE(");
            dialect.push_json_text(query, &folded, name);
            query.push(", ");
            dialect.push_json_text(query, &attributes, name);
            query.push(") LIKE ").push_bind(pattern.like()).push(" ESCAPE '!'");
        }
        Check::Number(order, than) => {
            dialect.push_json_number(query, &attributes, name);
            query.push(format!(" {} ", order.sign())).push_bind(*than);
        }
        Check::Flag(flag) => {
            dialect.push_json_flag(query, &attributes, name);
            query.push(" = ").push_bind(i64::from(*flag));
        }
        Check::Time(order, than) => {
            dialect.push_json_number(query, &folded, &format!("{name}:time"));
            // Until the year 2255 microseconds are whole in a DOUBLE PRECISION.
            query.push(format!(" {} ", order.sign())).push_bind(than.micros());
        }
        Check::Between(low, high) => {
            dialect.push_json_text(query, &folded, &format!("{name}:ip"));
            query.push(" BETWEEN ").push_bind(low.clone());
            query.push(" AND ").push_bind(high.clone());
        }
        // An attribute is nowhere.
        Check::LiesIn(_) => drop(query.push("1 = 0")),
    }
}

/// `value IN (…)`, each text bound.
fn push_each_equal(
    query: &mut QueryBuilder<Any>,
    texts: &[String],
    value: impl FnOnce(&mut QueryBuilder<Any>),
) {
    value(query);
    query.push(" IN (");
    let mut list = query.separated(", ");
    for text in texts {
        list.push_bind(text.clone());
    }
    if texts.is_empty() {
        list.push("NULL");
    }
    query.push(")");
}

fn push_plain_text(query: &mut QueryBuilder<Any>, dialect: Dialect, column: &str, check: &Check) {
    push_text(query, dialect, column, &format!("LOWER({column})"), check);
}

fn push_text(
    query: &mut QueryBuilder<Any>,
    dialect: Dialect,
    column: &str,
    folded: &str,
    check: &Check,
) {
    match check {
        Check::Present => drop(query.push(column).push(" <> ''")),
        Check::OneOf(texts) => {
            dialect.push_one_of(query, column, texts.iter().map(String::as_str));
        }
        Check::Like(pattern) => {
            query.push(folded).push(" LIKE ").push_bind(pattern.like()).push(" ESCAPE '!'");
        }
        _ => drop(query.push("1 = 0")),
    }
}

fn push_number(query: &mut QueryBuilder<Any>, column: &str, check: &Check) {
    match check {
        Check::Present => drop(query.push("1 = 1")),
        Check::Number(order, than) => {
            query.push(column).push(format!(" {} ", order.sign())).push_bind(*than);
        }
        Check::Time(order, than) => {
            query.push(column).push(format!(" {} ", order.sign())).push_bind(than.micros());
        }
        _ => drop(query.push("1 = 0")),
    }
}

/// Folded text where it differs from what is in `column`.
fn push_folded(
    query: &mut QueryBuilder<Any>,
    dialect: Dialect,
    row: &str,
    key: &str,
    column: &str,
) {
    query.push("COALESCE(");
    dialect.push_json_text(query, &format!("{row}.folded"), key);
    query.push(", ").push(column).push(")");
}

/// A test of one element of a folded list.
fn push_element(
    query: &mut QueryBuilder<Any>,
    dialect: Dialect,
    row: &str,
    key: &str,
    check: &Check,
) {
    query.push("EXISTS (SELECT 1 FROM ");
    let folded = format!("{row}.folded");
    dialect.push_json_each(query, |query| dialect.push_json_text(query, &folded, key));
    query.push(" WHERE ");
    match check {
        Check::Present => drop(query.push("1 = 1")),
        Check::OneOf(texts) => {
            let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
            push_each_equal(query, &texts, |query| {
                query.push("element.value");
            });
        }
        Check::Like(pattern) => {
            query.push("element.value LIKE ").push_bind(pattern.like()).push(" ESCAPE '!'");
        }
        _ => drop(query.push("1 = 0")),
    }
    query.push(")");
}
