use axum::extract::{Path, State};
use http_kit::{Body, Created, IfMatch, PageView, Problem, Reply, TextBody, TextView, Who};
use kernel::{Fault, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Cardinality, FailureDirection, OnRetirement, RelationKind, Resources};

/// A kind of relation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RelationKind)]
pub(crate) struct RelationKindView {
    name: String,
    /// How it reads from its source.
    forward: TextView,
    /// How it reads from its target.
    backward: TextView,
    /// The kinds that its sources are of, special cases included; none: any.
    source_kinds: Vec<String>,
    /// The kinds that its targets are of.
    target_kinds: Vec<String>,
    /// How many targets a source has: `1`, `0..1` or `n`.
    targets: String,
    /// How many sources a target has.
    sources: String,
    /// Whether following it never leads back.
    acyclic: bool,
    /// What becomes of the source when the target is retired: `nothing`, `refuse`, `end`,
    /// `retire`.
    on_retirement: String,
    /// Which way a failure goes: `to-source`, `to-target`, `both`, `none`.
    failure: String,
    /// How much of it counts, in percent, where a relation says nothing else.
    weight: i64,
    /// Whether a source that belongs nowhere belongs where its target does.
    gives_place: bool,
    /// Whether it came with Mainstay.
    shipped: bool,
    /// Whether no new relations of it are made.
    retired: bool,
    version: i64,
}

/// A kind of relation as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RelationKindBody)]
#[serde(deny_unknown_fields)]
pub(crate) struct RelationKindBody {
    /// 1 to 60 small letters, digits and -; never changed.
    #[serde(default)]
    name: String,
    forward: TextBody,
    backward: TextBody,
    #[serde(default)]
    source_kinds: Vec<String>,
    #[serde(default)]
    target_kinds: Vec<String>,
    /// `1`, `0..1` or `n`, also when not given.
    targets: Option<String>,
    /// `1`, `0..1` or `n`, also when not given.
    sources: Option<String>,
    #[serde(default)]
    acyclic: bool,
    /// `nothing` (also when not given), `refuse`, `end` or `retire`.
    on_retirement: Option<String>,
    /// `to-source` (also when not given), `to-target`, `both` or `none`.
    failure: Option<String>,
    /// 0 to 100; 100 when not given.
    weight: Option<i64>,
    #[serde(default)]
    gives_place: bool,
    #[serde(default)]
    retired: bool,
}

/// The kinds of relations there are.
#[utoipa::path(
    get, path = "/api/v1/relation-kinds", tag = "resources",
    responses((status = 200, body = PageView<RelationKindView>)))]
pub(crate) async fn list_relation_kinds(
    State(resources): State<Resources>,
) -> Result<PageView<RelationKindView>, Problem> {
    let kinds = resources.relation_kinds().await?;
    Ok(PageView::whole(kinds.into_iter().map(RelationKindView::from).collect()))
}

/// The definition of one kind of relation.
#[utoipa::path(
    get, path = "/api/v1/relation-kinds/{name}", tag = "resources",
    params(("name" = String, Path)),
    responses((status = 200, body = RelationKindView), (status = 404)))]
pub(crate) async fn get_relation_kind(
    State(resources): State<Resources>,
    Path(name): Path<String>,
) -> Result<Reply<RelationKindView>, Problem> {
    let kinds = resources.relation_kinds().await?;
    let found = kinds.into_iter().find(|kind| kind.name == name);
    let noun = Text::new("kind of relation", "关系类型");
    Ok(reply(found.ok_or_else(|| Fault::not_found(&noun, &name))?))
}

/// Adds a kind of relation.
#[utoipa::path(
    post, path = "/api/v1/relation-kinds", tag = "resources", request_body = RelationKindBody,
    responses((status = 201, body = RelationKindView), (status = 409)))]
pub(crate) async fn create_relation_kind(
    State(resources): State<Resources>,
    Who(caller): Who,
    Body(body): Body<RelationKindBody>,
) -> Result<Created<RelationKindView>, Problem> {
    let kind = body.into_kind(0)?;
    Ok(Created(reply(resources.create_relation_kind(&caller, &kind).await?)))
}

/// Changes a kind of relation; the relations there are have to fit.
#[utoipa::path(
    put, path = "/api/v1/relation-kinds/{name}", tag = "resources",
    request_body = RelationKindBody,
    params(("name" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    responses((status = 200, body = RelationKindView), (status = 409), (status = 412)))]
pub(crate) async fn change_relation_kind(
    State(resources): State<Resources>,
    Who(caller): Who,
    Path(name): Path<String>,
    IfMatch(version): IfMatch,
    Body(body): Body<RelationKindBody>,
) -> Result<Reply<RelationKindView>, Problem> {
    let kind = RelationKindBody { name, ..body }.into_kind(version)?;
    Ok(reply(resources.change_relation_kind(&caller, &kind).await?))
}

fn reply(kind: RelationKind) -> Reply<RelationKindView> {
    let version = kind.version;
    Reply::new(kind.into(), version)
}

/// The value of that name; the usual one when none is given.
fn named<T: Default>(
    field: &str,
    name: Option<String>,
    from_name: fn(&str) -> Option<T>,
    names: &str,
) -> Result<T, Fault> {
    let Some(name) = name else { return Ok(T::default()) };
    from_name(&name).ok_or_else(|| Fault::invalid(field, name, Text::same(names)))
}

impl RelationKindBody {
    fn into_kind(self, version: i64) -> Result<RelationKind, Fault> {
        let cardinality = |field, name| named(field, name, Cardinality::from_name, "1, 0..1, n");
        let removals = "nothing, refuse, end, retire";
        let directions = "to-source, to-target, both, none";
        Ok(RelationKind {
            targets: cardinality("targets", self.targets)?,
            sources: cardinality("sources", self.sources)?,
            on_retirement: named(
                "on_retirement",
                self.on_retirement,
                OnRetirement::from_name,
                removals,
            )?,
            failure: named("failure", self.failure, FailureDirection::from_name, directions)?,
            name: self.name,
            forward: self.forward.into(),
            backward: self.backward.into(),
            source_kinds: self.source_kinds,
            target_kinds: self.target_kinds,
            acyclic: self.acyclic,
            weight: self.weight.unwrap_or(100),
            gives_place: self.gives_place,
            shipped: false,
            retired: self.retired,
            version,
        })
    }
}

impl From<RelationKind> for RelationKindView {
    fn from(kind: RelationKind) -> Self {
        Self {
            name: kind.name,
            forward: kind.forward.into(),
            backward: kind.backward.into(),
            source_kinds: kind.source_kinds,
            target_kinds: kind.target_kinds,
            targets: kind.targets.name().to_owned(),
            sources: kind.sources.name().to_owned(),
            acyclic: kind.acyclic,
            on_retirement: kind.on_retirement.name().to_owned(),
            failure: kind.failure.name().to_owned(),
            weight: kind.weight,
            gives_place: kind.gives_place,
            shipped: kind.shipped,
            retired: kind.retired,
            version: kind.version,
        }
    }
}
