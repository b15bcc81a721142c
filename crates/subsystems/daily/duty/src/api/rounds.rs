use std::collections::HashMap;

use axum::extract::State;
use directory::PersonId;
use http_kit::{Body, Key, PageView, Problem, Query, Routes, Who, routes};
use kernel::{Fault, PageOf, PageRequest, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{id_or_none, time_or, views::PersonView};
use crate::{
    Duty,
    actions::{AskedRounds, SeenRound},
    model::{
        inspection::Item,
        permission::{INSPECTION_READ, INSPECTION_WORK},
        round::{Answer, Found, FoundTicket, Round, RoundState},
    },
    store::rounds::RoundFilter,
};

/// An inspection that is to be done, or was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InspectionRound)]
pub(crate) struct RoundView {
    id: String,
    inspection_id: String,
    unit_id: String,
    name: String,
    day: String,
    /// From when it can be done.
    from: String,
    /// Until when.
    to: String,
    /// Until when answers still come in.
    closes_at: String,
    /// `due`, `started`, `finished` or `missed`.
    state: String,
    items: usize,
    started_at: Option<String>,
    ended_at: Option<String>,
}

/// A round with its route and what was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InspectionRoundDetail)]
pub(crate) struct RoundDetailView {
    #[serde(flatten)]
    round: RoundView,
    /// Who set out.
    person: Option<PersonView>,
    /// Whether the caller can do it now.
    own: bool,
    route: Vec<Item>,
    /// What was found, in the order it came in; the last one of an item counts.
    found: Vec<FoundView>,
}

/// What was found at an item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InspectionFound)]
pub(crate) struct FoundView {
    round_id: String,
    item: String,
    client_id: String,
    /// `true` or `false`, a number, or words, as the item asks.
    value: Value,
    abnormal: bool,
    note: String,
    /// Ids of attachments.
    photos: Vec<String>,
    person: PersonView,
    found_at: String,
    received_at: String,
    /// `none`, `owed` until it is opened, or `opened`.
    ticket: String,
    ticket_id: Option<String>,
    ticket_number: Option<String>,
}

/// What was found at an item, as a phone says it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = InspectionAnswer)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerBody {
    /// Its name on the phone, 1 to 100 characters: said again, it is kept once.
    client_id: String,
    /// The item's key.
    item: String,
    /// `true` or `false`, a number, or words, as the item asks.
    value: Value,
    /// Words on it; what is abnormal needs some.
    #[serde(default)]
    note: String,
    /// Ids of pictures that are attached to the round.
    #[serde(default)]
    photos: Vec<String>,
    /// When it was found, RFC 3339; now when not given.
    #[serde(default)]
    found_at: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoundsQuery {
    /// Only those that the caller can do now; then nothing else narrows.
    own: Option<bool>,
    /// Of this plan.
    inspection_id: Option<String>,
    /// `due`, `started`, `finished` or `missed`.
    state: Option<String>,
    /// That begin from this moment on, RFC 3339.
    from: Option<String>,
    /// That begin before this moment.
    to: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// The routes of rounds.
pub(crate) fn routes(duty: Duty) -> Routes {
    Routes::new()
        .read(INSPECTION_READ, routes!(list))
        .read(INSPECTION_READ, routes!(find))
        .write(INSPECTION_WORK, routes!(start))
        .write(INSPECTION_WORK, routes!(answer))
        .write(INSPECTION_WORK, routes!(finish))
        .with_state(duty)
}

/// Rounds, the newest first; one's own in the order they began.
#[utoipa::path(
    get, path = "/api/v1/duty/rounds", tag = "duty", operation_id = "list_rounds",
    params(RoundsQuery), responses((status = 200, body = PageView<RoundView>), (status = 400)))]
async fn list(
    State(duty): State<Duty>,
    Who(caller): Who,
    Query(query): Query<RoundsQuery>,
) -> Result<PageView<RoundView>, Problem> {
    let (after, limit) = (query.after.clone(), query.limit);
    let page = PageRequest { after, limit }.checked()?;
    let PageOf { items, next } = duty.rounds(&caller, &query.asked()?, &page).await?;
    Ok(PageView { items: items.iter().map(RoundView::from).collect(), next })
}

/// One round, with its route and what was found.
#[utoipa::path(
    get, path = "/api/v1/duty/rounds/{id}", tag = "duty", operation_id = "get_round",
    params(("id" = String, Path)),
    responses((status = 200, body = RoundDetailView), (status = 404)))]
async fn find(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Round>,
) -> Result<axum::Json<RoundDetailView>, Problem> {
    Ok(axum::Json(duty.round(&caller, id).await?.into()))
}

/// Sets out on a round, by whoever is on duty for it.
#[utoipa::path(
    post, path = "/api/v1/duty/rounds/{id}/start", tag = "duty", operation_id = "start_round",
    params(("id" = String, Path)),
    responses((status = 200, body = RoundDetailView), (status = 404), (status = 409)))]
async fn start(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Round>,
) -> Result<axum::Json<RoundDetailView>, Problem> {
    Ok(axum::Json(duty.start_round(&caller, id).await?.into()))
}

/// Keeps what was found at an item; a second answer to it corrects the first.
#[utoipa::path(
    post, path = "/api/v1/duty/rounds/{id}/answers", tag = "duty", operation_id = "answer_round",
    params(("id" = String, Path)), request_body = AnswerBody,
    responses((status = 200, body = FoundView), (status = 404), (status = 409), (status = 400)))]
async fn answer(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Round>,
    Body(body): Body<AnswerBody>,
) -> Result<axum::Json<FoundView>, Problem> {
    let found = duty.answer_round(&caller, id, body.into_answer(duty.now())?).await?;
    let names = duty.names(vec![found.person_id]).await?;
    Ok(axum::Json(FoundView::of(found, &names)))
}

/// Ends a round in which every item is answered; nothing in it changes any more.
#[utoipa::path(
    post, path = "/api/v1/duty/rounds/{id}/finish", tag = "duty", operation_id = "finish_round",
    params(("id" = String, Path)),
    responses((status = 200, body = RoundDetailView), (status = 404), (status = 409)))]
async fn finish(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Round>,
) -> Result<axum::Json<RoundDetailView>, Problem> {
    Ok(axum::Json(duty.finish_round(&caller, id).await?.into()))
}

impl RoundsQuery {
    fn asked(self) -> Result<AskedRounds, Fault> {
        if self.own == Some(true) {
            return Ok(AskedRounds::Own);
        }
        let state = match self.state.as_deref().filter(|state| !state.is_empty()) {
            None => None,
            Some(name) => Some(RoundState::from_name(name).ok_or_else(|| {
                let expected = Text::same("due, started, finished, missed");
                Fault::invalid("state", name, expected)
            })?),
        };
        let time = |field, text: Option<String>| match text.filter(|text| !text.is_empty()) {
            Some(text) => time_or(field, Some(&text), kernel::Time::from_micros(0)).map(Some),
            None => Ok(None),
        };
        Ok(AskedRounds::Like(RoundFilter {
            inspection_id: id_or_none("inspection_id", self.inspection_id.as_deref())?,
            state,
            from: time("from", self.from)?,
            to: time("to", self.to)?,
        }))
    }
}

impl AnswerBody {
    fn into_answer(self, now: kernel::Time) -> Result<Answer, Fault> {
        Ok(Answer {
            client_id: self.client_id,
            item: self.item,
            value: self.value,
            note: self.note,
            photos: self.photos,
            found_at: Some(time_or("found_at", self.found_at.as_deref(), now)?),
        })
    }
}

impl From<&Round> for RoundView {
    fn from(round: &Round) -> Self {
        Self {
            id: round.id.to_string(),
            inspection_id: round.inspection_id.to_string(),
            unit_id: round.unit_id.to_string(),
            name: round.plan.name.clone(),
            day: round.day.to_string(),
            from: round.from.to_string(),
            to: round.to.to_string(),
            closes_at: round.closes_at().to_string(),
            state: round.state.name().to_owned(),
            items: round.plan.items.len(),
            started_at: round.started_at.map(|at| at.to_string()),
            ended_at: round.ended_at.map(|at| at.to_string()),
        }
    }
}

impl From<SeenRound> for RoundDetailView {
    fn from(seen: SeenRound) -> Self {
        let SeenRound { round, found, names, own } = seen;
        Self {
            round: RoundView::from(&round),
            person: round.person_id.map(|id| PersonView::of(id, &names)),
            own,
            found: found.into_iter().map(|one| FoundView::of(one, &names)).collect(),
            route: round.plan.items,
        }
    }
}

impl FoundView {
    /// What was found, with what its finder is called.
    pub(super) fn of(one: Found, names: &HashMap<PersonId, String>) -> Self {
        let (ticket, ticket_id, ticket_number) = match one.ticket {
            FoundTicket::None => ("none", None, None),
            FoundTicket::Owed => ("owed", None, None),
            FoundTicket::Opened(id, number) => ("opened", Some(id), Some(number)),
        };
        Self {
            round_id: one.round_id.to_string(),
            item: one.item,
            client_id: one.client_id,
            value: one.value,
            abnormal: one.abnormal,
            note: one.note,
            photos: one.photos,
            person: PersonView::of(one.person_id, names),
            found_at: one.found_at.to_string(),
            received_at: one.received_at.to_string(),
            ticket: ticket.to_owned(),
            ticket_id,
            ticket_number,
        }
    }
}
