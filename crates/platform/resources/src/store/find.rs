use db::{DbError, QueryBuilder};
use kernel::Scope;
use sqlx::{Any, AnyConnection, Row as _};

use super::{
    filter::{By, Manner, push_filter},
    resources::{COLUMNS, COUNT, IDS_AT_ONCE, push_filter as push_fields, read, read_id},
    visible::push_own_visible,
};
use crate::{Filter, Resource, ResourceFilter, ResourceId, ResourcesError, Sort};

/// What is looked for, and where the page begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sought<'s> {
    pub(crate) fields: &'s ResourceFilter,
    /// Where the region asked for is.
    pub(crate) area: &'s Scope,
    pub(crate) filter: &'s Filter,
    pub(crate) sort: Sort,
    /// After this value of the sort's column, and this id among equals.
    pub(crate) after: Option<(&'s str, ResourceId)>,
}

/// The rows of the register in [`COLUMNS`].
const ROW: &str = "resources_resource";

/// At most `limit` of those that match, in their order.
pub(crate) async fn find_resources(
    connection: &mut AnyConnection,
    manner: Manner<'_>,
    sought: &Sought<'_>,
    limit: i64,
) -> Result<Vec<Resource>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    push_after(&mut query, sought);
    push_sought(&mut query, manner, sought);
    query.push(match sought.sort {
        Sort::Id => " ORDER BY id",
        Sort::Name => " ORDER BY name_folded, id",
        Sort::NameDescending => " ORDER BY name_folded DESC, id DESC",
        Sort::Updated => " ORDER BY updated_at, id",
        Sort::UpdatedDescending => " ORDER BY updated_at DESC, id DESC",
    });
    query.push(" LIMIT ").push_bind(limit);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// How many match.
pub(crate) async fn count_found(
    connection: &mut AnyConnection,
    manner: Manner<'_>,
    sought: &Sought<'_>,
) -> Result<i64, DbError> {
    let mut query = QueryBuilder::<Any>::new(COUNT);
    query.push_bind(String::new());
    push_sought(&mut query, manner, sought);
    Ok(query.build_query_scalar().fetch_one(connection).await?)
}

fn push_sought(query: &mut QueryBuilder<Any>, manner: Manner<'_>, sought: &Sought<'_>) {
    push_fields(query, manner.dialect, (sought.fields, sought.area));
    push_own_visible(query, manner.dialect, manner.scope);
    if *sought.filter != Filter::Everything {
        query.push(" AND ");
        let by = if sought.fields.kind.is_some() { By::Kind } else { By::Other };
        push_filter(query, manner, (ROW, by), sought.filter);
    }
}

fn push_after(query: &mut QueryBuilder<Any>, sought: &Sought<'_>) {
    let Some((value, id)) = sought.after else {
        // Nothing that would draw the database to the ids' index, whatever the order.
        query.push("1 = 1");
        return;
    };
    let (column, sign) = match sought.sort {
        Sort::Id => {
            query.push("id > ").push_bind(id.to_string());
            return;
        }
        Sort::Name => ("name_folded", ">"),
        Sort::NameDescending => ("name_folded", "<"),
        Sort::Updated => ("updated_at", ">"),
        Sort::UpdatedDescending => ("updated_at", "<"),
    };
    // A name is compared as text, a time as a number: a key that was checked before.
    let time = value.parse::<i64>().ok().filter(|_| column == "updated_at");
    let bind = |query: &mut QueryBuilder<Any>| match time {
        Some(time) => drop(query.push_bind(time)),
        None => drop(query.push_bind(value.to_owned())),
    };
    query.push(format!("({column} {sign} "));
    bind(query);
    query.push(format!(" OR ({column} = "));
    bind(query);
    query.push(format!(" AND id {sign} ")).push_bind(id.to_string()).push("))");
}

const NAMED: &str = "
    SELECT id, name
    FROM resources_resource -- all rows: those of one kind that are called so
    WHERE retired = 0 AND kind = ";

/// The resources of that kind in use that have one of these names, as far as the caller sees them.
pub(crate) async fn ids_named(
    connection: &mut AnyConnection,
    manner: Manner<'_>,
    kind: &str,
    names: &[&str],
) -> Result<Vec<(String, ResourceId)>, ResourcesError> {
    let mut found = Vec::new();
    for names in names.chunks(IDS_AT_ONCE) {
        let mut query = QueryBuilder::<Any>::new(NAMED);
        query.push_bind(kind.to_owned()).push(" AND name_folded IN (");
        let mut list = query.separated(", ");
        for name in names {
            list.push_bind(name.to_lowercase());
        }
        query.push(")");
        push_own_visible(&mut query, manner.dialect, manner.scope);
        let rows = query.build().fetch_all(&mut *connection).await.map_err(DbError::from)?;
        for row in &rows {
            let name: String = row.try_get("name").map_err(DbError::from)?;
            if names.contains(&name.as_str()) {
                found.push((name, read_id(row, "id")?));
            }
        }
    }
    Ok(found)
}
