use db::DbError;
use kernel::{Id, Time};
use sqlx::{AnyConnection, any::AnyRow};

use super::kept::{read_id, read_text};
use crate::{
    DirectoryError, HoldingId, Person, PersonId, Post, PostId, RegionId, UnitId, model::NEVER,
};

const UNITS_BELOW: &str = "
    SELECT DISTINCT id, code AS name
    FROM directory_unit
    WHERE parent_id = $1 AND superseded_at = $2 AND valid_to > $3
        AND valid_to > valid_from
    ORDER BY id
    LIMIT 100000";

const POSTS_IN: &str = "
    SELECT DISTINCT id, code AS name
    FROM directory_post
    WHERE unit_id = $1 AND superseded_at = $2 AND valid_to > $3
        AND valid_to > valid_from
    ORDER BY id
    LIMIT 100000";

const PEOPLE_IN: &str = "
    SELECT DISTINCT id, number AS name
    FROM directory_person
    WHERE unit_id = $1 AND superseded_at = $2 AND valid_to > $3
        AND valid_to > valid_from
    ORDER BY id
    LIMIT 100000";

const SITES_IN: &str = "
    SELECT DISTINCT id, code AS name
    FROM directory_site
    WHERE unit_id = $1 AND superseded_at = $2 AND valid_to > $3
        AND valid_to > valid_from
    ORDER BY id
    LIMIT 100000";

const REGIONS_BELOW: &str = "
    SELECT DISTINCT id, code AS name
    FROM directory_region
    WHERE parent_id = $1 AND superseded_at = $2 AND valid_to > $3
        AND valid_to > valid_from
    ORDER BY id
    LIMIT 100000";

const UNITS_OF_REGION: &str = "
    SELECT DISTINCT id, code AS name
    FROM directory_unit
    WHERE region_id = $1 AND superseded_at = $2 AND valid_to > $3
        AND valid_to > valid_from
    ORDER BY id
    LIMIT 100000";

const SITES_OF_REGION: &str = "
    SELECT DISTINCT id, code AS name
    FROM directory_site
    WHERE region_id = $1 AND superseded_at = $2 AND valid_to > $3
        AND valid_to > valid_from
    ORDER BY id
    LIMIT 100000";

const HOLDINGS_OF_POST: &str = "
    SELECT DISTINCT id, person_id AS name
    FROM directory_holding
    WHERE post_id = $1 AND superseded_at = $2 AND valid_to > $3
        AND valid_to > valid_from
    ORDER BY id
    LIMIT 100000";

const HOLDINGS_OF_PERSON: &str = "
    SELECT DISTINCT id, post_id AS name
    FROM directory_holding
    WHERE person_id = $1 AND superseded_at = $2 AND valid_to > $3
        AND valid_to > valid_from
    ORDER BY id
    LIMIT 100000";

const OVERLAPPING: &str = "
    SELECT id
    FROM directory_holding
    WHERE person_id = $1 AND post_id = $2 AND superseded_at = $3 AND valid_to > $4
        AND valid_from < $5 AND valid_to > valid_from AND id <> $6
    LIMIT 1";

/// Something that is there after a moment: its id and what it is called.
#[derive(Debug, Clone)]
pub(crate) struct Named<K> {
    pub(crate) id: Id<K>,
    pub(crate) name: String,
}

/// What is in a unit after a moment.
#[derive(Debug, Clone)]
pub(crate) struct InUnit {
    pub(crate) units: Vec<Named<crate::Unit>>,
    pub(crate) posts: Vec<Named<Post>>,
    pub(crate) people: Vec<Named<Person>>,
    pub(crate) sites: Vec<Named<crate::Site>>,
}

/// What is in a region after a moment.
#[derive(Debug, Clone)]
pub(crate) struct InRegion {
    pub(crate) regions: Vec<Named<crate::Region>>,
    pub(crate) units: Vec<Named<crate::Unit>>,
    pub(crate) sites: Vec<Named<crate::Site>>,
}

/// What is in the unit after `from`.
pub(crate) async fn in_unit(
    connection: &mut AnyConnection,
    unit: UnitId,
    from: Time,
) -> Result<InUnit, DirectoryError> {
    let id = unit.to_string();
    Ok(InUnit {
        units: named(&mut *connection, UNITS_BELOW, &id, from).await?,
        posts: named(&mut *connection, POSTS_IN, &id, from).await?,
        people: named(&mut *connection, PEOPLE_IN, &id, from).await?,
        sites: named(connection, SITES_IN, &id, from).await?,
    })
}

/// What is in the region after `from`.
pub(crate) async fn of_region(
    connection: &mut AnyConnection,
    region: RegionId,
    from: Time,
) -> Result<InRegion, DirectoryError> {
    let id = region.to_string();
    Ok(InRegion {
        regions: named(&mut *connection, REGIONS_BELOW, &id, from).await?,
        units: named(&mut *connection, UNITS_OF_REGION, &id, from).await?,
        sites: named(connection, SITES_OF_REGION, &id, from).await?,
    })
}

/// The holdings of the post that are there after `from`.
pub(crate) async fn of_post(
    connection: &mut AnyConnection,
    post: PostId,
    from: Time,
) -> Result<Vec<Named<crate::Holding>>, DirectoryError> {
    named(connection, HOLDINGS_OF_POST, &post.to_string(), from).await
}

/// The holdings of the person that are there after `from`.
pub(crate) async fn of_person(
    connection: &mut AnyConnection,
    person: PersonId,
    from: Time,
) -> Result<Vec<Named<crate::Holding>>, DirectoryError> {
    named(connection, HOLDINGS_OF_PERSON, &person.to_string(), from).await
}

/// Whether the person holds the post at some time from `from` to `to`, by another holding than
/// `except`.
pub(crate) async fn overlapping(
    connection: &mut AnyConnection,
    (person, post): (PersonId, PostId),
    (from, to): (Time, Time),
    except: HoldingId,
) -> Result<bool, DirectoryError> {
    let found: Option<String> = sqlx::query_scalar(OVERLAPPING)
        .bind(person.to_string())
        .bind(post.to_string())
        .bind(NEVER.micros())
        .bind(from.micros())
        .bind(to.micros())
        .bind(except.to_string())
        .fetch_optional(connection)
        .await
        .map_err(DbError::from)?;
    Ok(found.is_some())
}

async fn named<K>(
    connection: &mut AnyConnection,
    sql: &'static str,
    of: &str,
    from: Time,
) -> Result<Vec<Named<K>>, DirectoryError> {
    let rows = sqlx::query(sql)
        .bind(of)
        .bind(NEVER.micros())
        .bind(from.micros())
        .fetch_all(connection)
        .await
        .map_err(DbError::from)?;
    let read = |row: &AnyRow| Ok(Named { id: read_id(row, "id")?, name: read_text(row, "name")? });
    rows.iter().map(read).collect()
}
