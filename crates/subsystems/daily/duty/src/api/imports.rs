use axum::extract::State;
use http_kit::{Body, PageView, Problem, Routes, TextView, Who, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{id_of, views::SpanView};
use crate::{
    Duty,
    actions::{ImportFormat, ImportWish, ImportedRoster},
    model::{permission::DUTY_CHANGE, roster::RosterDraft},
};

/// Schedules of another system that are taken over.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DutyImport)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportBody {
    /// What the file is.
    format: FormatBody,
    /// The unit whose rosters they become.
    unit_id: String,
    /// With `ical`: what the roster is called; what the file says when empty.
    #[serde(default)]
    name: String,
    /// With `ical`: the zone of times without one, where the file names none.
    #[serde(default = "shanghai")]
    zone: String,
    /// The file.
    text: String,
    /// Whether it is only shown what it would mean; yes when not given.
    #[serde(default = "yes")]
    dry_run: bool,
}

/// Of what kind a file is.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[schema(as = DutyImportFormat)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FormatBody {
    /// iCalendar (RFC 5545).
    Ical,
    /// What GoAlert's GraphQL answers for schedules and rotations.
    Goalert,
    /// What Grafana OnCall's API answers for schedules, shifts and users.
    Oncall,
}

/// What a schedule is here.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutyImported)]
pub(crate) struct ImportedView {
    /// Its stable name: what it is found by the next time.
    source: String,
    /// `created`, `changed` or `same`.
    effect: String,
    /// The roster; before it is taken over there may be none of that id.
    roster_id: String,
    roster: RosterDraft,
    /// Who is on in the next 14 days.
    spans: Vec<SpanView>,
    /// Shifts that are no turns are taken over until then.
    until: String,
    /// Who was not found among our people: nobody is on in their place.
    unmatched: Vec<String>,
    /// What could not be taken over.
    lacking: Vec<LackingView>,
}

/// Something that could not be taken over.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutyImportLacking)]
pub(crate) struct LackingView {
    what: String,
    why: TextView,
}

fn shanghai() -> String {
    "Asia/Shanghai".to_owned()
}

fn yes() -> bool {
    true
}

/// The route by which schedules come in.
pub(crate) fn routes(duty: Duty) -> Routes {
    Routes::new().write(DUTY_CHANGE, routes!(import)).with_state(duty)
}

/// Takes schedules of another system over, or shows what that would mean.
#[utoipa::path(
    post, path = "/api/v1/duty/import", tag = "duty", operation_id = "import_rosters",
    request_body = ImportBody,
    responses((status = 200, body = PageView<ImportedView>), (status = 400), (status = 403)))]
async fn import(
    State(duty): State<Duty>,
    Who(caller): Who,
    Body(body): Body<ImportBody>,
) -> Result<PageView<ImportedView>, Problem> {
    let wish = ImportWish {
        format: match body.format {
            FormatBody::Ical => ImportFormat::Ical,
            FormatBody::Goalert => ImportFormat::Goalert,
            FormatBody::Oncall => ImportFormat::Oncall,
        },
        unit_id: id_of("unit_id", &body.unit_id)?,
        name: body.name,
        zone: body.zone,
        text: body.text,
    };
    let all = match body.dry_run {
        true => duty.preview_import(&caller, &wish).await?,
        false => duty.import(&caller, &wish).await?,
    };
    Ok(PageView::whole(all.into_iter().map(ImportedView::from).collect()))
}

impl From<ImportedRoster> for ImportedView {
    fn from(one: ImportedRoster) -> Self {
        let lacking = one.lacking.into_iter();
        let all = [one.seen];
        let spans = SpanView::all_of(&all);
        let [seen] = all;
        Self {
            source: one.source,
            effect: one.effect.name().to_owned(),
            roster_id: seen.roster.id.to_string(),
            roster: seen.roster.draft,
            spans,
            until: one.until.to_string(),
            unmatched: one.unmatched.iter().map(ToString::to_string).collect(),
            lacking: lacking
                .map(|lacks| LackingView { what: lacks.what, why: lacks.why.into() })
                .collect(),
        }
    }
}
