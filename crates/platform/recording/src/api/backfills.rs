use axum::extract::State;
use http_kit::{Body, Created, Key, PageView, Problem, Reply, Who};
use kernel::{Fault, Text};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{groups::moment, views::BackfillView};
use crate::{
    Recording,
    actions::BackfillWish,
    model::{backfill::Backfill, groups::RuleGroups},
};

/// A back-fill that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRuleBackfill)]
#[serde(deny_unknown_fields)]
pub(super) struct BackfillBody {
    /// The group in the file.
    group: String,
    /// The names of the rules; all recording rules of the group when not given.
    #[serde(default)]
    rules: Vec<String>,
    /// From this moment on (RFC 3339).
    from: String,
    /// Up to this one; until the present is reached when not given.
    to: Option<String>,
}

/// Back-fills of a rule file, the newest first.
#[utoipa::path(
    get, path = "/api/v1/rule-groups/{id}/backfills", tag = "recording",
    params(("id" = String, Path)),
    responses((status = 200, body = PageView<BackfillView>), (status = 404)))]
pub(super) async fn list(
    State(recording): State<Recording>,
    Key(id): Key<RuleGroups>,
) -> Result<PageView<BackfillView>, Problem> {
    let now = recording.now();
    let backfills = recording.backfills(id).await?;
    Ok(PageView::whole(backfills.into_iter().map(|b| BackfillView::of(b, now)).collect()))
}

/// Evaluates recording rules over what is stored. Until that has reached the present they are not
/// evaluated at the present.
#[utoipa::path(
    post, path = "/api/v1/rule-groups/{id}/backfills", tag = "recording",
    params(("id" = String, Path)), request_body = BackfillBody,
    responses((status = 201, body = BackfillView), (status = 404), (status = 409)))]
pub(super) async fn start(
    State(recording): State<Recording>,
    Who(caller): Who,
    Key(id): Key<RuleGroups>,
    Body(body): Body<BackfillBody>,
) -> Result<Created<BackfillView>, Problem> {
    let expected = Text::new("a moment", "时间");
    let from = moment("from", Some(body.from))?.ok_or(Fault::invalid("from", "", expected))?;
    let to = moment("to", body.to)?;
    let wish = BackfillWish { group: body.group, rules: body.rules, from, to };
    let backfill = recording.start_backfill(&caller, id, wish).await?;
    Ok(Created(reply(&recording, backfill)))
}

/// Ends a back-fill; what it has written stays.
#[utoipa::path(
    post, path = "/api/v1/rule-backfills/{id}/cancel", tag = "recording",
    params(("id" = String, Path)),
    responses((status = 200, body = BackfillView), (status = 404), (status = 409)))]
pub(super) async fn cancel(
    State(recording): State<Recording>,
    Who(caller): Who,
    Key(id): Key<Backfill>,
) -> Result<Reply<BackfillView>, Problem> {
    let backfill = recording.cancel_backfill(&caller, id).await?;
    Ok(reply(&recording, backfill))
}

fn reply(recording: &Recording, backfill: Backfill) -> Reply<BackfillView> {
    Reply::new(BackfillView::of(backfill, recording.now()), 1)
}
