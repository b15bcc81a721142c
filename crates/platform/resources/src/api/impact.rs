use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
};
use http_kit::{Body, Key, PageView, Problem, Query, TextView, Who};
use kernel::{Fault, Id, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::relations::ResourceNameView;
use crate::{
    Affected, Enough, FailureRule, Impact, ImpactBounds, ImpactDirection, Reason, Redundancy,
    Resource, ResourceId, ResourceName, Resources, SeenRedundancy, Severity,
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImpactQuery {
    /// `up`: what fares worse when it fails (when not given); `down`: what it rests on.
    direction: Option<String>,
    /// Over so many relations in a row, 1 to 50; 20 when not given.
    depth: Option<u32>,
    /// As the relations were at this moment; as they are now when not given.
    #[param(value_type = Option<String>)]
    as_of: Option<Time>,
}

/// Failures that are only thought of.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WhatIf)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhatIfBody {
    /// The resources that fail, 1 to 200.
    #[schema(value_type = Vec<String>)]
    failed: Vec<ResourceId>,
    /// Over so many relations in a row, 1 to 50; 20 when not given.
    depth: Option<u32>,
    /// As the relations were at this moment; as they are now when not given.
    #[schema(value_type = Option<String>)]
    as_of: Option<Time>,
}

/// What failures do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Impact)]
pub(crate) struct ImpactView {
    /// Those that fare worse, the worst first; downwards: what it rests on, each with what its
    /// failure alone does to it.
    affected: Vec<AffectedView>,
    /// How many resources were looked at, 5000 at most.
    seen: usize,
    /// Why it was not followed to the end: `depth` or `resources`; null when it was.
    cut_off: Option<String>,
}

/// A resource that fares worse.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AffectedResource)]
struct AffectedView {
    resource: ResourceNameView,
    /// `down`, `degraded`, `at-risk` or `fine`.
    severity: String,
    /// Why: from what failed itself, a step each.
    path: Vec<ReasonView>,
}

/// A step of a failure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImpactReason)]
struct ReasonView {
    /// What it needs.
    needs: ResourceNameView,
    /// How that fares.
    needs_severity: String,
    /// The resource in need.
    resource: ResourceNameView,
    /// How that makes it fare.
    severity: String,
    /// The kind of relation.
    relation: String,
    /// How many of the group work.
    working: usize,
    /// How many the group has.
    of: usize,
    /// "2 of 3 suffice"; null where all is needed.
    suffices: Option<TextView>,
}

/// A group that a resource needs, of which some suffice.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = RedundancyGroup)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedundancyBody {
    /// What people call it, 1 to 200 characters.
    name: String,
    /// The kind of relation by which it is needed.
    relation: String,
    /// Its members; none: all by that relation that are in no other group.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    members: Vec<ResourceId>,
    /// So many suffice; or else `percent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    /// So many percent of the weight suffice; or else `count`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    percent: Option<u32>,
    /// How many members there are that you do not see: they stay while the group keeps its name.
    /// Not to be set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    others: Option<usize>,
}

/// All groups of a resource.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RedundancyGroups)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedundanciesBody {
    /// At most 50.
    groups: Vec<RedundancyBody>,
}

/// What a failure does along one kind of relation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FailureRule)]
pub(crate) struct FailureRuleView {
    /// The kind of relation.
    relation: String,
    /// `to-source`, `to-target`, `both` or `none`; set with the kind of relation.
    goes: String,
    /// The worst it does where no group says otherwise: `at-risk`, `degraded` or `down`.
    worst: String,
}

/// The worst that a failure does along one kind of relation.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FailureWorst)]
#[serde(deny_unknown_fields)]
pub(crate) struct FailureRuleBody {
    /// `at-risk`, `degraded` or `down`.
    worst: String,
}

/// What fares worse when a resource fails, or what it rests on.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}/impact", tag = "resources",
    params(("id" = String, Path), ImpactQuery),
    responses((status = 200, body = ImpactView), (status = 404)))]
pub(crate) async fn resource_impact(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
    Query(query): Query<ImpactQuery>,
) -> Result<Json<ImpactView>, Problem> {
    let direction = match query.direction.as_deref() {
        None | Some("up") => ImpactDirection::Up,
        Some("down") => ImpactDirection::Down,
        Some(other) => {
            return Err(Fault::invalid("direction", other, Text::same("up, down")).into());
        }
    };
    let bounds = ImpactBounds { depth: query.depth, at: query.as_of };
    Ok(Json(resources.impact(&caller, id, direction, bounds).await?.into()))
}

/// What would fare worse when all of these failed at once.
#[utoipa::path(
    post, path = "/api/v1/impact", tag = "resources", request_body = WhatIfBody,
    responses((status = 200, body = ImpactView), (status = 404)))]
pub(crate) async fn what_if(
    State(resources): State<Resources>,
    Who(caller): Who,
    Body(body): Body<WhatIfBody>,
) -> Result<Json<ImpactView>, Problem> {
    let bounds = ImpactBounds { depth: body.depth, at: body.as_of };
    Ok(Json(resources.what_if(&caller, &body.failed, bounds).await?.into()))
}

/// The groups that a resource needs, of which some suffice.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}/redundancies", tag = "resources",
    params(("id" = String, Path)),
    responses((status = 200, body = PageView<RedundancyBody>), (status = 404)))]
pub(crate) async fn list_redundancies(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
) -> Result<PageView<RedundancyBody>, Problem> {
    let groups = resources.redundancies(&caller, id).await?;
    Ok(PageView::whole(groups.into_iter().map(RedundancyBody::from).collect()))
}

/// Sets the groups that a resource needs: all of them.
#[utoipa::path(
    put, path = "/api/v1/resources/{id}/redundancies", tag = "resources",
    params(("id" = String, Path)), request_body = RedundanciesBody,
    responses((status = 200, body = PageView<RedundancyBody>), (status = 404)))]
pub(crate) async fn set_redundancies(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
    Body(body): Body<RedundanciesBody>,
) -> Result<PageView<RedundancyBody>, Problem> {
    let groups = body.into_groups(id)?;
    let groups = resources.set_redundancies(&caller, id, groups).await?;
    Ok(PageView::whole(groups.into_iter().map(RedundancyBody::from).collect()))
}

/// What failures do along each kind of relation.
#[utoipa::path(
    get, path = "/api/v1/failure-rules", tag = "resources",
    responses((status = 200, body = PageView<FailureRuleView>)))]
pub(crate) async fn list_failure_rules(
    State(resources): State<Resources>,
) -> Result<PageView<FailureRuleView>, Problem> {
    let rules = resources.failure_rules().await?;
    Ok(PageView::whole(rules.into_iter().map(FailureRuleView::from).collect()))
}

/// Sets the worst that a failure does along a kind of relation.
#[utoipa::path(
    put, path = "/api/v1/failure-rules/{name}", tag = "resources",
    params(("name" = String, Path, description = "the kind of relation")),
    request_body = FailureRuleBody, responses((status = 200, body = FailureRuleView)))]
pub(crate) async fn set_failure_rule(
    State(resources): State<Resources>,
    Who(caller): Who,
    Path(name): Path<String>,
    Body(body): Body<FailureRuleBody>,
) -> Result<Json<FailureRuleView>, Problem> {
    let worst = Severity::from_name(&body.worst).ok_or_else(|| {
        Fault::invalid("worst", &body.worst, Text::same("at-risk, degraded, down"))
    })?;
    Ok(Json(resources.set_failure_worst(&caller, &name, worst).await?.into()))
}

impl RedundanciesBody {
    fn into_groups(self, resource: ResourceId) -> Result<Vec<Redundancy>, Fault> {
        let group = |(at, group): (usize, RedundancyBody)| {
            let enough = match (group.count, group.percent) {
                (Some(count), None) => Enough::Count(count),
                (None, Some(percent)) => Enough::Percent(percent),
                _ => {
                    let expected =
                        Text::new("either `count` or `percent`", "count 与 percent 二选一");
                    return Err(Fault::invalid(format!("groups.{at}.count"), "", expected));
                }
            };
            Ok(Redundancy {
                id: Id::from_uuid(resource.uuid()),
                resource,
                name: group.name,
                relation: group.relation,
                members: group.members,
                enough,
            })
        };
        self.groups.into_iter().enumerate().map(group).collect()
    }
}

impl From<SeenRedundancy> for RedundancyBody {
    fn from(seen: SeenRedundancy) -> Self {
        let SeenRedundancy { group, others } = seen;
        let (count, percent) = match group.enough {
            Enough::Count(count) => (Some(count), None),
            Enough::Percent(percent) => (None, Some(percent)),
        };
        let Redundancy { name, relation, members, .. } = group;
        let others = Some(others).filter(|others| *others > 0);
        Self { name, relation, members, count, percent, others }
    }
}

impl From<FailureRule> for FailureRuleView {
    fn from(rule: FailureRule) -> Self {
        let (goes, worst) = (rule.goes.name().to_owned(), rule.worst.name().to_owned());
        Self { relation: rule.relation, goes, worst }
    }
}

impl From<Impact> for ImpactView {
    fn from(impact: Impact) -> Self {
        let names = &impact.names;
        let affected = impact.outcome.affected.into_iter();
        Self {
            affected: affected.map(|one| AffectedView::of(one, names)).collect(),
            seen: impact.seen,
            cut_off: impact.cut_off.map(|why| why.name().to_owned()),
        }
    }
}

impl AffectedView {
    fn of(affected: Affected, names: &HashMap<ResourceId, ResourceName>) -> Self {
        Self {
            resource: named(affected.id, names),
            severity: affected.severity.name().to_owned(),
            path: affected.path.into_iter().map(|reason| ReasonView::of(reason, names)).collect(),
        }
    }
}

impl ReasonView {
    fn of(reason: Reason, names: &HashMap<ResourceId, ResourceName>) -> Self {
        Self {
            needs: named(reason.needs, names),
            needs_severity: reason.needs_severity.name().to_owned(),
            resource: named(reason.resource, names),
            severity: reason.severity.name().to_owned(),
            suffices: reason.enough.map(|enough| enough.sentence(reason.of).into()),
            relation: reason.relation,
            working: reason.working,
            of: reason.of,
        }
    }
}

fn named(id: ResourceId, names: &HashMap<ResourceId, ResourceName>) -> ResourceNameView {
    let unknown = || ResourceName { id, kind: String::new(), name: String::new() };
    names.get(&id).cloned().unwrap_or_else(unknown).into()
}
