use db::{DbError, QueryBuilder};
use kernel::{Id, Time};
use sqlx::{Any, AnyConnection};

use super::kept::{Kept, read};
use crate::{
    Content, Dated, DirectoryError, Holding, HoldingId, Person, PersonId, Post, PostId, Region,
    RegionId, Site, Unit, UnitId, model::NEVER,
};

/// So much that names one thing is read: a unit has at most so many people.
const NAMING_MAX: u32 = 100_000;

const OVERLAPPING: &str = "
    SELECT id
    FROM directory_holding
    WHERE person_id = $1 AND post_id = $2 AND superseded_at = $3 AND valid_to > $4
        AND valid_from < $5 AND valid_to > valid_from AND id <> $6
    LIMIT 1";

/// Something that is there after a moment: its id and what it is called; none: it is not to be
/// named.
#[derive(Debug, Clone)]
pub(crate) struct Named<K> {
    pub(crate) id: Id<K>,
    pub(crate) name: Option<String>,
}

/// What is in a unit after a moment.
#[derive(Debug, Clone)]
pub(crate) struct InUnit {
    pub(crate) units: Vec<Named<Unit>>,
    pub(crate) posts: Vec<Named<Post>>,
    pub(crate) people: Vec<Named<Person>>,
    pub(crate) sites: Vec<Named<Site>>,
    /// What others keep there: not known here.
    pub(crate) resources: Vec<Named<Content>>,
}

impl InUnit {
    /// Whether nothing is.
    pub(crate) fn is_empty(&self) -> bool {
        self.units.is_empty()
            && self.posts.is_empty()
            && self.people.is_empty()
            && self.sites.is_empty()
            && self.resources.is_empty()
    }
}

/// What is in a region after a moment.
#[derive(Debug, Clone)]
pub(crate) struct InRegion {
    pub(crate) regions: Vec<Named<Region>>,
    pub(crate) units: Vec<Named<Unit>>,
    pub(crate) sites: Vec<Named<Site>>,
    /// What others keep there: not known here.
    pub(crate) resources: Vec<Named<Content>>,
}

/// What is in the unit after `from`.
pub(crate) async fn in_unit(
    connection: &mut AnyConnection,
    unit: UnitId,
    from: Time,
) -> Result<InUnit, DirectoryError> {
    let id = unit.to_string();
    Ok(InUnit {
        units: named(&mut *connection, "parent_id", &id, from).await?,
        posts: named(&mut *connection, "unit_id", &id, from).await?,
        people: named(&mut *connection, "unit_id", &id, from).await?,
        sites: named(connection, "unit_id", &id, from).await?,
        resources: Vec::new(),
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
        regions: named(&mut *connection, "parent_id", &id, from).await?,
        units: named(&mut *connection, "region_id", &id, from).await?,
        sites: named(connection, "region_id", &id, from).await?,
        resources: Vec::new(),
    })
}

/// What is known of the post's holdings that are there after `from`.
pub(crate) async fn of_post(
    connection: &mut AnyConnection,
    post: PostId,
    from: Time,
) -> Result<Vec<Dated<Holding>>, DirectoryError> {
    naming(connection, "post_id", &post.to_string(), from).await
}

/// What is known of the person's holdings that are there after `from`.
pub(crate) async fn of_person(
    connection: &mut AnyConnection,
    person: PersonId,
    from: Time,
) -> Result<Vec<Dated<Holding>>, DirectoryError> {
    naming(connection, "person_id", &person.to_string(), from).await
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

/// The things that are there after `from` and name `of` in `column`, by their codes.
async fn named<S: Kept>(
    connection: &mut AnyConnection,
    column: &'static str,
    of: &str,
    from: Time,
) -> Result<Vec<Named<S>>, DirectoryError> {
    let mut spans: Vec<Dated<S>> = naming(connection, column, of, from).await?;
    spans.dedup_by_key(|span| span.id);
    let name = |span: Dated<S>| Named { id: span.id, name: Some(span.state.code().to_owned()) };
    Ok(spans.into_iter().map(name).collect())
}

/// The spans, as they are known now, of the things that are there after `from` and name `of` in
/// `column`; those of one thing follow each other.
async fn naming<S: Kept>(
    connection: &mut AnyConnection,
    column: &'static str,
    of: &str,
    from: Time,
) -> Result<Vec<Dated<S>>, DirectoryError> {
    let mut query = QueryBuilder::<Any>::new(S::SELECT);
    query.push(" WHERE ").push(column).push(" = ").push_bind(of.to_owned());
    query.push(" AND superseded_at = ").push_bind(NEVER.micros());
    query.push(" AND valid_to > ").push_bind(from.micros());
    query.push(" AND valid_to > valid_from ORDER BY id, valid_from LIMIT ");
    query.push_bind(i64::from(NAMING_MAX));
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}
