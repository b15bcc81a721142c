use axum::{Json, extract::State};
use http_kit::{Body, Problem, Who};
use kernel::{Fault, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{planned::ResourceEditBody, resources::listed, steps::StepView};
use crate::{
    BulkChange, BulkTarget, Refusals, ResourceFilter, ResourceId, Resources, Signature, Step,
};

/// So many steps are shown; the counts are of all.
const SHOWN_MAX: usize = 500;

/// One change for many resources.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BulkEdit)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkBody {
    /// Those that it matches; or else `ids`.
    filter: Option<String>,
    /// Beside `filter`: only this kind.
    kind: Option<String>,
    /// Beside `filter`: only those with this text, as in the list.
    q: Option<String>,
    /// Beside `filter`: only those out of use (`true`) or in use (`false`).
    retired: Option<bool>,
    /// These, 1 to 5000; or else `filter`.
    #[schema(value_type = Option<Vec<String>>)]
    ids: Option<Vec<ResourceId>>,
    /// What changes of each.
    #[serde(default)]
    edit: ResourceEditBody,
    /// Whether each goes out of use.
    #[serde(default)]
    retire: bool,
}

/// A change that was previewed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BulkApply)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkApplyBody {
    /// What was previewed.
    bulk: BulkBody,
    /// The preview's.
    signature: String,
    /// Whether those that cannot be changed are left out; when not, one of them stops it all.
    #[serde(default)]
    leave_out_refused: bool,
}

/// What a change of many resources does.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkPreview)]
pub(crate) struct BulkView {
    /// How many resources are meant.
    resources: usize,
    /// How many differ afterwards.
    changed: usize,
    /// How many cannot be changed.
    refused: usize,
    /// What becomes of each: those refused first, then the first of the others, 500 at most.
    steps: Vec<StepView>,
    /// Making the change asks for it.
    signature: Option<String>,
}

/// What one change of many resources would do.
#[utoipa::path(
    post, path = "/api/v1/resources/bulk/preview", tag = "resources", request_body = BulkBody,
    responses((status = 200, body = BulkView), (status = 409)))]
pub(crate) async fn preview_bulk(
    State(resources): State<Resources>,
    Who(caller): Who,
    Body(body): Body<BulkBody>,
) -> Result<Json<BulkView>, Problem> {
    let (target, change) = body.into_bulk()?;
    let preview = resources.preview_bulk(&caller, &target, &change).await?;
    Ok(Json(BulkView::of(preview.steps, Some(preview.signature.0))))
}

/// Makes a change of many resources that was previewed: of exactly those, all or none.
#[utoipa::path(
    post, path = "/api/v1/resources/bulk", tag = "resources", request_body = BulkApplyBody,
    responses((status = 200, body = BulkView), (status = 409)))]
pub(crate) async fn apply_bulk(
    State(resources): State<Resources>,
    Who(caller): Who,
    Body(body): Body<BulkApplyBody>,
) -> Result<Json<BulkView>, Problem> {
    let refusals = if body.leave_out_refused { Refusals::LeaveOut } else { Refusals::Stop };
    let (target, change) = body.bulk.into_bulk()?;
    let signature = Signature(body.signature);
    let steps = resources.apply_bulk(&caller, &target, &change, &signature, refusals).await?;
    Ok(Json(BulkView::of(steps, None)))
}

impl BulkBody {
    fn into_bulk(self) -> Result<(BulkTarget, BulkChange), Fault> {
        let fields = listed(self.kind, self.q, self.retired);
        let target = match (self.filter, self.ids) {
            (Some(filter), None) => BulkTarget::Listed { filter, fields },
            // Who names ids means these: what narrows them would be lost without a word.
            (None, Some(ids)) if fields == ResourceFilter::default() => BulkTarget::Ids(ids),
            _ => {
                let expected = Text::new("either `filter` or `ids`", "filter 与 ids 二选一");
                return Err(Fault::invalid("filter", "", expected));
            }
        };
        Ok((target, BulkChange { edit: self.edit.into(), retire: self.retire }))
    }
}

impl BulkView {
    fn of(steps: Vec<Step>, signature: Option<String>) -> Self {
        let (resources, refused) =
            (steps.len(), steps.iter().filter(|step| step.refused.is_some()).count());
        let differs = |step: &&Step| match (&step.before, &step.after) {
            (Some(before), Some(after)) => before.version != after.version,
            _ => false,
        };
        let changed = steps.iter().filter(differs).count();
        let (mut shown, others): (Vec<Step>, Vec<Step>) =
            steps.into_iter().partition(|step| step.refused.is_some());
        shown.extend(others);
        shown.truncate(SHOWN_MAX);
        let steps = shown.into_iter().map(StepView::from).collect();
        Self { resources, changed, refused, steps, signature }
    }
}
