use std::collections::BTreeMap;

use axum::{Json, extract::State};
use http_kit::{Body, IfMatch, Key, PageView, Problem, Query, Reply, Who};
use kernel::{Caller, Fault, PageRequest, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::resources::ResourceView;
use crate::{
    Decision, Merge, Observed, Resource, ResourceId, Resources, ResourcesError, Side, Source, Task,
    TaskState,
};

/// Two resources that may be the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReconciliationTask)]
pub(crate) struct TaskView {
    id: String,
    /// `open`, `merged` or `apart`.
    state: String,
    /// The kind of both.
    kind: String,
    /// The id of the one that came first.
    left: String,
    /// The id of the other.
    right: String,
    /// The rule that does not tell them apart.
    rule: String,
    /// What both have there.
    value: String,
    created_at: String,
    decided_at: Option<String>,
    decided_by: Option<String>,
    note: String,
}

/// A task with its two resources.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReconciliationDetail)]
pub(crate) struct TaskDetailView {
    task: TaskView,
    left: ResourceView,
    right: ResourceView,
}

/// What a person decides of two resources that look alike.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ReconciliationDecision)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionBody {
    /// `merge` or `apart`.
    decision: String,
    /// For `merge`: the id of the one that stays.
    #[schema(value_type = Option<String>)]
    kept: Option<ResourceId>,
    /// For `merge`: `gone` where the value of the one that goes counts.
    #[serde(default)]
    choices: BTreeMap<String, String>,
    /// Why; at most 1000 characters.
    #[serde(default)]
    note: String,
}

/// Two resources that are one.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MergeBody)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeBody {
    /// The id of the one that goes.
    #[schema(value_type = String)]
    gone: ResourceId,
    /// `gone` where the value of the one that goes counts: `name`, `description`, an attribute.
    #[serde(default)]
    choices: BTreeMap<String, String>,
}

/// Two resources that became one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResourceMerge)]
pub(crate) struct MergeView {
    id: String,
    kept: String,
    gone: String,
    merged_at: String,
    merged_by: String,
    /// How many relations moved, of those with what the caller sees.
    relations: usize,
    undone_at: Option<String>,
    undone_by: Option<String>,
}

/// A value that was seen and not believed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ObservedValue)]
pub(crate) struct ObservedView {
    attribute: String,
    /// Who has seen it.
    source: String,
    #[schema(value_type = Object)]
    value: Value,
    confidence: i64,
    /// When it was first seen so.
    observed_at: String,
}

/// Whose value to believe from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AdoptBody)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdoptBody {
    attribute: String,
    source: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct TasksQuery {
    /// `open` (also when not given), `merged`, `apart` or `all`.
    state: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// Resources that may be the same, oldest first.
#[utoipa::path(
    get, path = "/api/v1/reconciliation", tag = "resources", params(TasksQuery),
    responses((status = 200, body = PageView<TaskView>)))]
pub(crate) async fn list_tasks(
    State(resources): State<Resources>,
    Who(caller): Who,
    Query(query): Query<TasksQuery>,
) -> Result<PageView<TaskView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let state = match query.state.as_deref().unwrap_or("open") {
        "all" => None,
        name => Some(TaskState::from_name(name).ok_or_else(|| {
            Fault::invalid("state", name, Text::same("open, merged, apart, all"))
        })?),
    };
    Ok(PageView::of(resources.tasks(&caller, state, &page).await?, TaskView::from))
}

/// Two resources that may be the same, with both.
#[utoipa::path(
    get, path = "/api/v1/reconciliation/{id}", tag = "resources", params(("id" = String, Path)),
    responses((status = 200, body = TaskDetailView), (status = 404)))]
pub(crate) async fn get_task(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Task>,
) -> Result<Json<TaskDetailView>, Problem> {
    let (task, left, right) = resources.task(&caller, id).await?;
    Ok(Json(TaskDetailView { task: task.into(), left: left.into(), right: right.into() }))
}

/// Decides whether two resources are one.
#[utoipa::path(
    post, path = "/api/v1/reconciliation/{id}/decision", tag = "resources",
    params(("id" = String, Path)), request_body = DecisionBody,
    responses((status = 200, body = TaskView), (status = 404), (status = 409)))]
pub(crate) async fn decide_task(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Task>,
    Body(body): Body<DecisionBody>,
) -> Result<Json<TaskView>, Problem> {
    let note = body.note.clone();
    let decision = body.into_decision()?;
    Ok(Json(resources.decide(&caller, id, &decision, &note).await?.into()))
}

/// Makes one of two resources: the one in the path stays.
#[utoipa::path(
    post, path = "/api/v1/resources/{id}/merge", tag = "resources",
    params(("id" = String, Path)), request_body = MergeBody,
    responses((status = 200, body = MergeView), (status = 404), (status = 409)))]
pub(crate) async fn merge_resources(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
    Body(body): Body<MergeBody>,
) -> Result<Json<MergeView>, Problem> {
    let choices = sides(body.choices)?;
    let merge = resources.merge(&caller, id, body.gone, &choices).await?;
    Ok(Json(MergeView::seen(&resources, &caller, merge).await?))
}

/// The merges into and of a resource, the latest first.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}/merges", tag = "resources",
    params(("id" = String, Path)),
    responses((status = 200, body = PageView<MergeView>), (status = 404)))]
pub(crate) async fn list_merges(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
) -> Result<PageView<MergeView>, Problem> {
    let mut merges = Vec::new();
    for merge in resources.merges(&caller, id).await? {
        merges.push(MergeView::seen(&resources, &caller, merge).await?);
    }
    Ok(PageView::whole(merges))
}

/// Makes two of what was made one.
#[utoipa::path(
    post, path = "/api/v1/merges/{id}/undo", tag = "resources", params(("id" = String, Path)),
    responses((status = 200, body = MergeView), (status = 404), (status = 409)))]
pub(crate) async fn undo_merge(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Merge>,
) -> Result<Json<MergeView>, Problem> {
    let merge = resources.undo_merge(&caller, id).await?;
    Ok(Json(MergeView::seen(&resources, &caller, merge).await?))
}

/// What was seen of a resource and not believed.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}/observed", tag = "resources",
    params(("id" = String, Path)),
    responses((status = 200, body = PageView<ObservedView>), (status = 404)))]
pub(crate) async fn list_observed(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
) -> Result<PageView<ObservedView>, Problem> {
    let observed = resources.observed(&caller, id).await?;
    Ok(PageView::whole(observed.into_iter().map(ObservedView::from).collect()))
}

/// Believes what a source has seen of an attribute.
#[utoipa::path(
    post, path = "/api/v1/resources/{id}/adopt", tag = "resources", request_body = AdoptBody,
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    responses((status = 200, body = ResourceView), (status = 404), (status = 412)))]
pub(crate) async fn adopt_observed(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
    IfMatch(version): IfMatch,
    Body(body): Body<AdoptBody>,
) -> Result<Reply<ResourceView>, Problem> {
    let Some(source) = Source::from_name(&body.source) else {
        let known = Source::ALL.map(Source::name).join(", ");
        return Err(Fault::invalid("source", body.source, Text::same(known)).into());
    };
    let adopted = resources.adopt(&caller, id, version, &body.attribute, source).await?;
    let version = adopted.version;
    Ok(Reply::new(adopted.into(), version))
}

fn sides(choices: BTreeMap<String, String>) -> Result<BTreeMap<String, Side>, Fault> {
    let side = |(field, side): (String, String)| match side.as_str() {
        "kept" => Ok((field, Side::Kept)),
        "gone" => Ok((field, Side::Gone)),
        other => Err(Fault::invalid("choices", other, Text::same("kept, gone"))),
    };
    choices.into_iter().map(side).collect()
}

impl DecisionBody {
    fn into_decision(self) -> Result<Decision, Fault> {
        match (self.decision.as_str(), self.kept) {
            ("apart", _) => Ok(Decision::Apart),
            ("merge", Some(kept)) => Ok(Decision::Merge { kept, choices: sides(self.choices)? }),
            ("merge", None) => {
                let expected = Text::new("the id of the one that stays", "保留的资源编号");
                Err(Fault::invalid("kept", "", expected))
            }
            (other, _) => Err(Fault::invalid("decision", other, Text::same("merge, apart"))),
        }
    }
}

impl From<Task> for TaskView {
    fn from(task: Task) -> Self {
        Self {
            id: task.id.to_string(),
            state: task.state.name().to_owned(),
            kind: task.kind,
            left: task.left.to_string(),
            right: task.right.to_string(),
            rule: task.rule,
            value: task.value,
            created_at: task.created_at.to_string(),
            decided_at: task.decided_at.map(|at| at.to_string()),
            decided_by: task.decided_by,
            note: task.note,
        }
    }
}

impl MergeView {
    async fn seen(
        resources: &Resources,
        caller: &Caller,
        merge: Merge,
    ) -> Result<Self, ResourcesError> {
        let relations = resources.relations_seen(caller, &merge).await?;
        Ok(Self {
            id: merge.id.to_string(),
            kept: merge.kept.to_string(),
            gone: merge.gone.to_string(),
            merged_at: merge.merged_at.to_string(),
            merged_by: merge.merged_by,
            relations,
            undone_at: merge.undone_at.map(|at| at.to_string()),
            undone_by: merge.undone_by,
        })
    }
}

impl From<Observed> for ObservedView {
    fn from(observed: Observed) -> Self {
        Self {
            attribute: observed.attribute,
            source: observed.source.name().to_owned(),
            value: observed.value,
            confidence: observed.confidence,
            observed_at: observed.observed_at.to_string(),
        }
    }
}
