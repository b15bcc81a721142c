//! Overrides and qualifications.

use axum::{extract::State, http::StatusCode};
use http_kit::{Body, Created, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{id_of, id_or_none, time_or, views::PersonView};
use crate::{
    Duty, DutyError,
    actions::OverrideDraft,
    model::{
        changes::Override,
        permission::{DUTY_CHANGE, DUTY_READ},
        roster::Roster,
    },
    store::qualifications::Qualification,
};

/// That somebody else is on for a while.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutyOverride)]
pub(crate) struct OverrideView {
    id: String,
    roster_id: String,
    /// In this position only; null: in all.
    position: Option<String>,
    from: String,
    to: String,
    /// Who is not on; null: what nobody fills.
    person_out: Option<PersonView>,
    /// Who is on instead; null: nobody.
    person_in: Option<PersonView>,
    reason: String,
    made_by: String,
    made_at: String,
}

/// That somebody else shall be on for a while.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDutyOverride)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideBody {
    /// In this position only; none: in all.
    position: Option<String>,
    /// From this moment, RFC 3339; from now on at the earliest.
    from: String,
    to: String,
    /// Who is not on; none: what nobody fills is filled.
    person_out: Option<String>,
    /// Who is on instead; none: nobody.
    person_in: Option<String>,
    #[serde(default)]
    reason: String,
}

/// What a person is qualified for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutyQualification)]
pub(crate) struct QualificationView {
    person: PersonView,
    name: String,
    /// Until this moment; null: without an end.
    until: Option<String>,
}

/// What a person is qualified for.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDutyQualification)]
#[serde(deny_unknown_fields)]
pub(crate) struct QualificationBody {
    person_id: String,
    /// 1 to 100 characters: 高压电工.
    name: String,
    /// Until this moment, RFC 3339; none: without an end.
    until: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct QualificationQuery {
    /// The person.
    person_id: String,
    /// What they are no longer qualified for.
    name: String,
}

/// The routes of overrides and qualifications.
pub(crate) fn routes(duty: Duty) -> Routes {
    Routes::new()
        .read(DUTY_READ, routes!(list))
        .write(DUTY_CHANGE, routes!(make))
        .write(DUTY_CHANGE, routes!(remove))
        .read(DUTY_READ, routes!(list_qualifications))
        .write(DUTY_CHANGE, routes!(give_qualification))
        .write(DUTY_CHANGE, routes!(remove_qualification))
        .with_state(duty)
}

/// The overrides of a roster that are not over.
#[utoipa::path(
    get, path = "/api/v1/duty/rosters/{id}/overrides", tag = "duty",
    operation_id = "list_duty_overrides", params(("id" = String, Path)),
    responses((status = 200, body = PageView<OverrideView>), (status = 404)))]
async fn list(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Roster>,
) -> Result<PageView<OverrideView>, Problem> {
    let all = duty.overrides(&caller, id).await?;
    Ok(PageView::whole(shown(&duty, all).await?))
}

/// Puts somebody else on for a while, from now on at the earliest.
#[utoipa::path(
    post, path = "/api/v1/duty/rosters/{id}/overrides", tag = "duty",
    operation_id = "make_duty_override", params(("id" = String, Path)),
    request_body = OverrideBody,
    responses((status = 201, body = OverrideView), (status = 404), (status = 409), (status = 400)))]
async fn make(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Roster>,
    Body(body): Body<OverrideBody>,
) -> Result<Created<OverrideView>, Problem> {
    let now = duty.now();
    let draft = OverrideDraft {
        roster_id: id,
        position: body.position,
        from: time_or("from", Some(&body.from), now)?,
        to: time_or("to", Some(&body.to), now)?,
        person_out: id_or_none("person_out", body.person_out.as_deref())?,
        person_in: id_or_none("person_in", body.person_in.as_deref())?,
        reason: body.reason,
    };
    let made = duty.make_override(&caller, draft).await?;
    Ok(Created(Reply::new(shown(&duty, vec![made]).await?.remove(0), 1)))
}

/// Takes an override back from now on; what it has done so far stays.
#[utoipa::path(
    delete, path = "/api/v1/duty/overrides/{id}", tag = "duty",
    operation_id = "remove_duty_override", params(("id" = String, Path)),
    responses((status = 204), (status = 404), (status = 409)))]
async fn remove(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Override>,
) -> Result<StatusCode, Problem> {
    duty.remove_override(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What people are qualified for.
#[utoipa::path(
    get, path = "/api/v1/duty/qualifications", tag = "duty",
    operation_id = "list_duty_qualifications",
    responses((status = 200, body = PageView<QualificationView>)))]
async fn list_qualifications(
    State(duty): State<Duty>,
    Who(caller): Who,
) -> Result<PageView<QualificationView>, Problem> {
    let all = duty.qualifications(&caller).await?;
    let names = duty.names(all.iter().map(|one| one.person_id).collect()).await?;
    let view = |one: Qualification| QualificationView {
        person: PersonView::of(one.person_id, &names),
        name: one.name,
        until: one.until.map(|until| until.to_string()),
    };
    Ok(PageView::whole(all.into_iter().map(view).collect()))
}

/// Says what a person is qualified for, and until when.
#[utoipa::path(
    post, path = "/api/v1/duty/qualifications", tag = "duty",
    operation_id = "give_duty_qualification", request_body = QualificationBody,
    responses((status = 204), (status = 404), (status = 400)))]
async fn give_qualification(
    State(duty): State<Duty>,
    Who(caller): Who,
    Body(body): Body<QualificationBody>,
) -> Result<StatusCode, Problem> {
    let until = body.until.as_deref().filter(|text| !text.is_empty());
    let until = until.map(|text| time_or("until", Some(text), duty.now())).transpose()?;
    let person_id = id_of("person_id", &body.person_id)?;
    let one = Qualification { person_id, name: body.name, until };
    duty.give_qualification(&caller, one).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a qualification away.
#[utoipa::path(
    delete, path = "/api/v1/duty/qualifications", tag = "duty",
    operation_id = "remove_duty_qualification", params(QualificationQuery),
    responses((status = 204), (status = 404)))]
async fn remove_qualification(
    State(duty): State<Duty>,
    Who(caller): Who,
    Query(query): Query<QualificationQuery>,
) -> Result<StatusCode, Problem> {
    let person = id_of("person_id", &query.person_id)?;
    duty.remove_qualification(&caller, (person, &query.name)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn shown(duty: &Duty, all: Vec<Override>) -> Result<Vec<OverrideView>, DutyError> {
    let people = all.iter().flat_map(|one| [one.person_out, one.person_in]);
    let names = duty.names(people.flatten().collect()).await?;
    let view = |one: Override| OverrideView {
        id: one.id.to_string(),
        roster_id: one.roster_id.to_string(),
        position: one.position,
        from: one.from.to_string(),
        to: one.to.to_string(),
        person_out: one.person_out.map(|id| PersonView::of(id, &names)),
        person_in: one.person_in.map(|id| PersonView::of(id, &names)),
        reason: one.reason,
        made_by: one.made_by,
        made_at: one.made_at.to_string(),
    };
    Ok(all.into_iter().map(view).collect())
}
