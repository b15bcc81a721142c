use axum::{
    Json,
    extract::{Path, State},
};
use http_kit::{Body, Created, IfMatch, PageView, Problem, Reply, TextBody, TextView, Who};
use kernel::{Fault, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    attributes::{AttributeBody, AttributeView},
    kind_parts::{AuthorityParts, LifeStateParts, MigrationStepBody, PreviewView},
};
use crate::{Kind, LifeCycle, MigrationStep, Resources};

/// A kind of resource.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Kind)]
pub(crate) struct KindView {
    name: String,
    title: TextView,
    /// What it is, for those who choose one.
    help: TextView,
    /// The kind it is a special case of.
    parent: Option<String>,
    /// The name of its icon.
    icon: String,
    /// What its resources can have, those of its parents included.
    attributes: Vec<AttributeView>,
    /// The states of a life, the parent's where it has none of its own.
    life_cycle: Vec<LifeStateParts>,
    /// What tells that two are the same, in order: all of one set together.
    identification: Vec<Vec<String>>,
    /// Who is believed before whom.
    authority: AuthorityParts,
    /// Whether it came with Mainstay: then it can be extended, not broken.
    shipped: bool,
    /// Whether no new resources of it are made.
    retired: bool,
    version: i64,
    /// What of this it defines itself: the rest is inherited.
    own_attributes: Vec<String>,
}

/// A kind as it is to be; what it inherits is left out.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KindBody)]
#[serde(deny_unknown_fields)]
pub(crate) struct KindBody {
    /// 1 to 60 small letters, digits and -; never changed.
    #[serde(default)]
    name: String,
    title: TextBody,
    /// What it is, for those who choose one.
    help: Option<TextBody>,
    /// The kind it is a special case of.
    parent: Option<String>,
    /// The name of its icon.
    icon: String,
    /// What its resources can have besides what the parent says; a parent's can be narrowed.
    #[serde(default)]
    attributes: Vec<AttributeBody>,
    /// The states of a life; none: the parent's.
    #[serde(default)]
    life_cycle: Vec<LifeStateParts>,
    /// What tells that two are the same; none: as the parent says.
    #[serde(default)]
    identification: Vec<Vec<String>>,
    /// Who is believed before whom; empty: as the parent says.
    #[serde(default)]
    authority: AuthorityParts,
    /// Whether no new resources of it are made.
    #[serde(default)]
    retired: bool,
    /// What is done to its resources, in this order.
    #[serde(default)]
    migration: Vec<MigrationStepBody>,
}

/// The kinds of resources there are.
#[utoipa::path(
    get, path = "/api/v1/kinds", tag = "resources",
    responses((status = 200, body = PageView<KindView>)))]
pub(crate) async fn list_kinds(
    State(resources): State<Resources>,
) -> Result<PageView<KindView>, Problem> {
    let kinds = resources.kind_tree().await?;
    let view = |kind: &Kind| KindView::of(kind, kinds.own(&kind.name));
    Ok(PageView::whole(kinds.iter().map(view).collect()))
}

/// The definition of one kind.
#[utoipa::path(
    get, path = "/api/v1/kinds/{name}", tag = "resources",
    params(("name" = String, Path, description = "The kind's name")),
    responses((status = 200, body = KindView), (status = 404)))]
pub(crate) async fn get_kind(
    State(resources): State<Resources>,
    Path(name): Path<String>,
) -> Result<Reply<KindView>, Problem> {
    let kinds = resources.kind_tree().await?;
    let noun = Text::new("kind", "类型");
    let kind = kinds.find(&name).map_err(|_| Fault::not_found(&noun, &name))?;
    Ok(Reply::new(KindView::of(kind, kinds.own(&name)), kind.version))
}

/// Adds a kind.
#[utoipa::path(
    post, path = "/api/v1/kinds", tag = "resources", request_body = KindBody,
    responses((status = 201, body = KindView), (status = 409)))]
pub(crate) async fn create_kind(
    State(resources): State<Resources>,
    Who(caller): Who,
    Body(body): Body<KindBody>,
) -> Result<Created<KindView>, Problem> {
    let (kind, _) = body.into_parts(0)?;
    Ok(Created(reply(&resources, resources.create_kind(&caller, &kind).await?).await?))
}

/// Changes a kind, and its resources with it: all or nothing.
#[utoipa::path(
    put, path = "/api/v1/kinds/{name}", tag = "resources", request_body = KindBody,
    params(("name" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    responses((status = 200, body = KindView), (status = 409), (status = 412)))]
pub(crate) async fn change_kind(
    State(resources): State<Resources>,
    Who(caller): Who,
    Path(name): Path<String>,
    IfMatch(version): IfMatch,
    Body(body): Body<KindBody>,
) -> Result<Reply<KindView>, Problem> {
    let (kind, steps) = KindBody { name, ..body }.into_parts(version)?;
    reply(&resources, resources.change_kind(&caller, &kind, &steps).await?).await
}

/// What a change of a kind would do to its resources, without doing it.
#[utoipa::path(
    post, path = "/api/v1/kinds/{name}/preview", tag = "resources", request_body = KindBody,
    params(("name" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    responses((status = 200, body = PreviewView), (status = 412)))]
pub(crate) async fn preview_kind(
    State(resources): State<Resources>,
    Who(caller): Who,
    Path(name): Path<String>,
    IfMatch(version): IfMatch,
    Body(body): Body<KindBody>,
) -> Result<Json<PreviewView>, Problem> {
    let (kind, steps) = KindBody { name, ..body }.into_parts(version)?;
    Ok(Json(resources.preview_kind(&caller, &kind, &steps).await?.into()))
}

async fn reply(resources: &Resources, kind: Kind) -> Result<Reply<KindView>, Problem> {
    let (kinds, version) = (resources.kind_tree().await?, kind.version);
    Ok(Reply::new(KindView::of(&kind, kinds.own(&kind.name)), version))
}

impl KindBody {
    fn into_parts(self, version: i64) -> Result<(Kind, Vec<MigrationStep>), Fault> {
        let attributes = self.attributes.into_iter().map(AttributeBody::into_definition);
        let kind = Kind {
            name: self.name,
            title: self.title.into(),
            help: self.help.map(Into::into).unwrap_or_default(),
            parent: self.parent,
            icon: self.icon,
            attributes: attributes.collect::<Result<Vec<_>, _>>()?,
            life_cycle: LifeCycle { states: self.life_cycle.into_iter().map(Into::into).collect() },
            identification: self.identification,
            authority: self.authority.into_authority()?,
            shipped: false,
            retired: self.retired,
            version,
        };
        Ok((kind, self.migration.into_iter().map(Into::into).collect()))
    }
}

impl KindView {
    fn of(kind: &Kind, own: Option<&Kind>) -> Self {
        let own = own.map(|own| own.attributes.iter().map(|own| own.name.clone()).collect());
        Self {
            name: kind.name.clone(),
            title: kind.title.clone().into(),
            help: kind.help.clone().into(),
            parent: kind.parent.clone(),
            icon: kind.icon.clone(),
            attributes: kind.attributes.iter().cloned().map(AttributeView::from).collect(),
            life_cycle: kind.life_cycle.states.iter().cloned().map(Into::into).collect(),
            identification: kind.identification.clone(),
            authority: kind.authority.clone().into(),
            shipped: kind.shipped,
            retired: kind.retired,
            version: kind.version,
            own_attributes: own.unwrap_or_default(),
        }
    }
}
