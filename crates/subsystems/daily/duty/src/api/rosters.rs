use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::{Fault, PageOf, PageRequest, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    id_or_none, time_or,
    views::{OwnDutyView, PersonView, RosterView, SpanView, StretchView},
};
use crate::{
    Duty,
    actions::OnDutyFilter,
    model::{
        fairness::Load,
        permission::{DUTY_CHANGE, DUTY_READ, PROFILE_READ},
        roster::{Roster, RosterDraft},
    },
};

/// How much is shown when no end is given.
const STRETCH: Duration = Duration::from_secs(28 * 86_400);

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct RostersQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct StretchQuery {
    /// From this moment, RFC 3339; now when not given.
    from: Option<String>,
    /// To this moment; four weeks later when not given, 800 days at most.
    to: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnDutyQuery {
    /// At this moment, RFC 3339; now when not given.
    at: Option<String>,
    /// In this roster.
    roster_id: Option<String>,
    /// In rosters of this unit.
    unit_id: Option<String>,
    /// For this post.
    post_id: Option<String>,
}

/// What a roster would mean.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DutyPreview)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewBody {
    /// The roster in whose place it would stand; none: a new one.
    roster_id: Option<String>,
    roster: RosterDraft,
    /// From this moment, RFC 3339; now when not given.
    from: Option<String>,
    /// To this moment; four weeks later when not given.
    to: Option<String>,
}

/// How much duty a person has.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutyLoad)]
pub(crate) struct LoadView {
    person_id: String,
    name: String,
    shifts: u32,
    hours: f64,
    /// Shifts with two hours between 22:00 and 06:00 or more.
    nights: u32,
    night_hours: f64,
    /// Shifts that begin on a weekend.
    weekends: u32,
    /// Shifts that begin on a holiday.
    holidays: u32,
    /// Hours of the shifts of weekends and holidays.
    off_hours: f64,
}

/// What a roster said from a moment on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RosterVersion)]
pub(crate) struct VersionView {
    version: i64,
    said_at: String,
    said_by: String,
    roster: RosterDraft,
}

/// A position, by what it is called.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutyPosition)]
pub(crate) struct PositionView {
    key: String,
    name: String,
}

/// With whom one can swap, and to whom hand over.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutyColleagues)]
pub(crate) struct ColleaguesView {
    positions: Vec<PositionView>,
    /// The roster's people but oneself.
    colleagues: Vec<PersonView>,
    /// Their shifts of the next eight weeks.
    spans: Vec<SpanView>,
}

/// The routes of rosters and of who is on duty.
pub(crate) fn routes(duty: Duty) -> Routes {
    Routes::new()
        .read(DUTY_READ, routes!(list))
        .write(DUTY_CHANGE, routes!(create))
        .read(DUTY_READ, routes!(find))
        .write(DUTY_CHANGE, routes!(change))
        .write(DUTY_CHANGE, routes!(retire))
        .read(DUTY_READ, routes!(versions))
        .read(DUTY_READ, routes!(stretch))
        .read(DUTY_READ, routes!(fairness))
        .write(DUTY_CHANGE, routes!(preview))
        .read(DUTY_READ, routes!(on_duty))
        .read(PROFILE_READ, routes!(mine))
        .read(PROFILE_READ, routes!(colleagues))
        .with_state(duty)
}

/// Rosters, in the order they were made.
#[utoipa::path(
    get, path = "/api/v1/duty/rosters", tag = "duty", operation_id = "list_rosters",
    params(RostersQuery), responses((status = 200, body = PageView<RosterView>)))]
async fn list(
    State(duty): State<Duty>,
    Who(caller): Who,
    Query(query): Query<RostersQuery>,
) -> Result<PageView<RosterView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let mut rosters = duty.rosters(&caller).await?;
    let after = page.after.unwrap_or_default();
    rosters.retain(|roster| roster.id.to_string() > after);
    let page = PageOf::from_fetched(rosters, page.limit, |roster| roster.id.to_string());
    Ok(PageView::of(page, RosterView::from))
}

/// Makes a roster; it plans from now on.
#[utoipa::path(
    post, path = "/api/v1/duty/rosters", tag = "duty", operation_id = "create_roster",
    request_body = RosterDraft, responses((status = 201, body = RosterView), (status = 400)))]
async fn create(
    State(duty): State<Duty>,
    Who(caller): Who,
    Body(body): Body<RosterDraft>,
) -> Result<Created<RosterView>, Problem> {
    Ok(Created(reply(duty.create_roster(&caller, body).await?)))
}

/// One roster.
#[utoipa::path(
    get, path = "/api/v1/duty/rosters/{id}", tag = "duty", operation_id = "get_roster",
    params(("id" = String, Path)), responses((status = 200, body = RosterView), (status = 404)))]
async fn find(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Roster>,
) -> Result<Reply<RosterView>, Problem> {
    Ok(reply(duty.roster(&caller, id).await?))
}

/// Changes a roster from now on; what has passed stays as it was.
#[utoipa::path(
    put, path = "/api/v1/duty/rosters/{id}", tag = "duty", operation_id = "change_roster",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = RosterDraft,
    responses((status = 200, body = RosterView), (status = 404), (status = 412), (status = 428)))]
async fn change(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Roster>,
    IfMatch(version): IfMatch,
    Body(body): Body<RosterDraft>,
) -> Result<Reply<RosterView>, Problem> {
    Ok(reply(duty.change_roster(&caller, (id, version), body).await?))
}

/// Gives a roster up: it plans nothing more, its past stays.
#[utoipa::path(
    delete, path = "/api/v1/duty/rosters/{id}", tag = "duty", operation_id = "retire_roster",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 204), (status = 404), (status = 412), (status = 428)))]
async fn retire(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Roster>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    duty.retire_roster(&caller, (id, version)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a roster said, the newest first; 100 at most.
#[utoipa::path(
    get, path = "/api/v1/duty/rosters/{id}/versions", tag = "duty",
    operation_id = "list_roster_versions", params(("id" = String, Path)),
    responses((status = 200, body = PageView<VersionView>), (status = 404)))]
async fn versions(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Roster>,
) -> Result<PageView<VersionView>, Problem> {
    let versions = duty.versions(&caller, id).await?;
    let view = |one: crate::store::rosters::Version| VersionView {
        version: one.version,
        said_at: one.said_at.to_string(),
        said_by: one.said_by,
        roster: one.draft,
    };
    Ok(PageView::whole(versions.into_iter().map(view).collect()))
}

/// Who is on when: what has passed as fact, what is to come as planned, and what is wrong ahead.
#[utoipa::path(
    get, path = "/api/v1/duty/rosters/{id}/spans", tag = "duty", operation_id = "list_duty_spans",
    params(("id" = String, Path), StretchQuery),
    responses((status = 200, body = StretchView), (status = 404), (status = 400)))]
async fn stretch(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Roster>,
    Query(query): Query<StretchQuery>,
) -> Result<Json<StretchView>, Problem> {
    let times = query.times(&duty)?;
    Ok(Json(duty.stretch(&caller, id, times).await?.into()))
}

/// How duty is shared out: shifts, hours, nights, weekends and holidays of each person.
#[utoipa::path(
    get, path = "/api/v1/duty/rosters/{id}/fairness", tag = "duty",
    operation_id = "get_duty_fairness", params(("id" = String, Path), StretchQuery),
    responses((status = 200, body = PageView<LoadView>), (status = 404), (status = 400)))]
async fn fairness(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Roster>,
    Query(query): Query<StretchQuery>,
) -> Result<PageView<LoadView>, Problem> {
    let fairness = duty.fairness(&caller, id, query.times(&duty)?).await?;
    let rows = fairness.rows.into_iter();
    Ok(PageView::whole(rows.map(|(id, name, load)| LoadView::of(id, name, &load)).collect()))
}

/// What a roster would mean, before it is saved.
#[utoipa::path(
    post, path = "/api/v1/duty/preview", tag = "duty", operation_id = "preview_roster",
    request_body = PreviewBody, responses((status = 200, body = StretchView), (status = 400)))]
async fn preview(
    State(duty): State<Duty>,
    Who(caller): Who,
    Body(body): Body<PreviewBody>,
) -> Result<Json<StretchView>, Problem> {
    let id = id_or_none("roster_id", body.roster_id.as_deref())?;
    let times = times(&duty, body.from.as_deref(), body.to.as_deref())?;
    Ok(Json(duty.preview(&caller, id, body.roster, times).await?.seen.into()))
}

/// Who is on duty at a moment.
#[utoipa::path(
    get, path = "/api/v1/duty/on-duty", tag = "duty", operation_id = "get_on_duty",
    params(OnDutyQuery),
    responses((status = 200, body = PageView<SpanView>), (status = 400)))]
async fn on_duty(
    State(duty): State<Duty>,
    Who(caller): Who,
    Query(query): Query<OnDutyQuery>,
) -> Result<PageView<SpanView>, Problem> {
    let at = time_or("at", query.at.as_deref(), duty.now())?;
    let filter = OnDutyFilter {
        roster_id: id_or_none("roster_id", query.roster_id.as_deref())?,
        unit_id: id_or_none("unit_id", query.unit_id.as_deref())?,
        post_id: id_or_none("post_id", query.post_id.as_deref())?,
        person_id: None,
    };
    Ok(PageView::whole(SpanView::all_of(&duty.on_duty(&caller, &filter, at).await?)))
}

/// One's own duty, in all rosters.
#[utoipa::path(
    get, path = "/api/v1/duty/mine", tag = "duty", operation_id = "get_my_duty",
    params(StretchQuery),
    responses((status = 200, body = OwnDutyView), (status = 400)))]
async fn mine(
    State(duty): State<Duty>,
    Who(caller): Who,
    Query(query): Query<StretchQuery>,
) -> Result<Json<OwnDutyView>, Problem> {
    let times = query.times(&duty)?;
    let (person, spans) = duty.mine(&caller, times).await?;
    let person_id = person.map(|id| id.to_string());
    Ok(Json(OwnDutyView { person_id, items: SpanView::all_of(&spans) }))
}

/// With whom one can swap, and to whom hand over: for the roster's people and who sees it.
#[utoipa::path(
    get, path = "/api/v1/duty/rosters/{id}/colleagues", tag = "duty",
    operation_id = "list_duty_colleagues", params(("id" = String, Path)),
    responses((status = 200, body = ColleaguesView), (status = 404)))]
async fn colleagues(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Roster>,
) -> Result<Json<ColleaguesView>, Problem> {
    let seen = duty.colleagues(&caller, id).await?;
    let own = duty.person_of(&caller).await?;
    let positions = seen.roster.draft.positions.iter();
    let positions = positions
        .map(|one| PositionView { key: one.key.clone(), name: one.name.clone() })
        .collect();
    let others = seen.roster.draft.people().into_iter().filter(|one| Some(*one) != own);
    let colleagues = others.map(|one| PersonView::of(one, &seen.names)).collect();
    Ok(Json(ColleaguesView { positions, colleagues, spans: SpanView::all_of(&[seen]) }))
}

fn reply(roster: Roster) -> Reply<RosterView> {
    let version = roster.version;
    Reply::new(RosterView::from(roster), version)
}

fn times(duty: &Duty, from: Option<&str>, to: Option<&str>) -> Result<(Time, Time), Fault> {
    let from = time_or("from", from, duty.now())?;
    Ok((from, time_or("to", to, from.plus(STRETCH))?))
}

impl StretchQuery {
    fn times(&self, duty: &Duty) -> Result<(Time, Time), Fault> {
        times(duty, self.from.as_deref(), self.to.as_deref())
    }
}

impl LoadView {
    fn of(person: directory::PersonId, name: String, load: &Load) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "seconds of a few years fit exactly")]
        let hours = |seconds: i64| seconds as f64 / 3600.0;
        Self {
            person_id: person.to_string(),
            name,
            shifts: load.shifts,
            hours: hours(load.seconds),
            nights: load.nights,
            night_hours: hours(load.night_seconds),
            weekends: load.weekends,
            holidays: load.holidays,
            off_hours: hours(load.off_seconds),
        }
    }
}
