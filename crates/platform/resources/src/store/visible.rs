use std::collections::{BTreeSet, HashSet};

use db::{Dialect, QueryBuilder};
use kernel::{Scope, Within};
use sqlx::{Any, AnyConnection};

use crate::ResourceId;

/// Up to so many units and regions a scope is narrow: then the resources it covers are few, and
/// finding them first is cheaper than asking of every row whether it is covered.
const NARROW_MAX: usize = 64;

/// Limits a query to what `scope` covers: ` AND …` about `column`, which holds a resource's id.
///
/// `column` is text of the program, never of a caller. Where `column` is NULL only a scope that is
/// everywhere matches: what belongs nowhere is for those only.
pub fn push_visible(query: &mut QueryBuilder<Any>, dialect: Dialect, column: &str, scope: &Scope) {
    let Scope::Within(within) = scope else { return };
    query.push(" AND (");
    dialect.push_one_of(query, column, within.resources.iter().map(String::as_str));
    let narrow = is_narrow(within);
    for (condition, ids) in places("visible.", within) {
        if ids.is_empty() {
            continue;
        }
        if narrow {
            query.push(format!(
                " OR {column} IN (SELECT visible.id FROM resources_resource visible WHERE "
            ));
        } else {
            query.push(format!(
                " OR EXISTS (SELECT 1 FROM resources_resource visible
                    WHERE visible.id = {column} AND "
            ));
        }
        query.push(condition.and);
        dialect.push_one_of(query, &condition.column, ids.iter().map(String::as_str));
        query.push(")");
    }
    query.push(")");
}

/// The same about the rows of the register itself.
pub(crate) fn push_own_visible(query: &mut QueryBuilder<Any>, dialect: Dialect, scope: &Scope) {
    push_row_visible(query, dialect, "resources_resource", scope);
}

/// The same about a row of the register that is called `row` in the query, so that where it is need
/// not be looked up.
pub(super) fn push_row_visible(
    query: &mut QueryBuilder<Any>,
    dialect: Dialect,
    row: &str,
    scope: &Scope,
) {
    let Scope::Within(within) = scope else { return };
    let id = format!("{row}.id");
    if is_narrow(within) {
        return push_visible(query, dialect, &id, scope);
    }
    query.push(" AND (");
    dialect.push_one_of(query, &id, within.resources.iter().map(String::as_str));
    for (condition, ids) in places(&format!("{row}."), within) {
        if ids.is_empty() {
            continue;
        }
        query.push(" OR (").push(condition.and);
        dialect.push_one_of_scanned(query, &condition.scanned, ids.iter().map(String::as_str));
        query.push(")");
    }
    query.push(")");
}

/// What is asked of a row: that a column is one of the ids listed, and what comes before that.
struct Condition {
    and: String,
    column: String,
    /// The same, so that no index of it is used: of very many places most rows are in one, and a
    /// row is looked at sooner than it is looked up.
    scanned: String,
}

/// How a place is within a scope, as [`Scope::covers`] has it: by its unit, by its region, and
/// where it has no region by the one that its unit answers for.
fn places<'w>(table: &str, within: &'w Within) -> [(Condition, &'w BTreeSet<String>); 3] {
    let column = |name: &str| format!("{table}{name}");
    // Written so because the index of regions would give all that is in none, which is half of the
    // register.
    let some = |name: &str| format!("COALESCE({}, '')", column(name));
    let nowhere = format!("{} = '' AND ", some("region_id"));
    let by = |name: &str, and: &str| Condition {
        and: and.to_owned(),
        column: column(name),
        scanned: some(name),
    };
    [
        (by("unit_id", ""), &within.units),
        (by("region_id", ""), &within.regions),
        (by("unit_id", &nowhere), &within.answering),
    ]
}

fn is_narrow(within: &Within) -> bool {
    within.units.len() + within.regions.len() + within.answering.len() <= NARROW_MAX
}

const IDS: &str = "
    SELECT id
    FROM resources_resource -- limit follows
    WHERE id > ";

/// Ids read at once.
const BATCH: i64 = 20_000;

/// The ids of all resources that `scope` covers, retired ones too.
pub(crate) async fn ids_within(
    reader: &mut AnyConnection,
    dialect: Dialect,
    scope: &Scope,
) -> Result<HashSet<ResourceId>, sqlx::Error> {
    let mut found = HashSet::new();
    let mut after = String::new();
    loop {
        let mut query = QueryBuilder::<Any>::new(IDS);
        query.push_bind(after.clone());
        push_own_visible(&mut query, dialect, scope);
        query.push(" ORDER BY id LIMIT ").push_bind(BATCH);
        let ids: Vec<String> = query.build_query_scalar().fetch_all(&mut *reader).await?;
        let Some(last) = ids.last() else { return Ok(found) };
        after.clone_from(last);
        // Only ids are ever written there.
        found.extend(ids.iter().filter_map(|id| id.parse::<ResourceId>().ok()));
    }
}
