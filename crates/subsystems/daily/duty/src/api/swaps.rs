use axum::extract::State;
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Reply, Routes, Who, routes};
use kernel::{Caller, Fault, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{id_of, views::PersonView};
use crate::{
    Duty, DutyError,
    actions::{SwapAnswer, SwapDraft},
    model::{
        changes::Swap,
        permission::{PROFILE_CHANGE, PROFILE_READ},
        plan::Slot,
    },
};

/// A seat in the shift of a day.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = DutySlot)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlotView {
    /// The position's key.
    position: String,
    /// The shift's key.
    shift: String,
    /// The day on which the shift begins: `2026-02-17`.
    day: String,
    /// From 0.
    #[serde(default)]
    seat: u32,
}

/// Two people who exchange shifts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutySwap)]
pub(crate) struct SwapView {
    id: String,
    roster_id: String,
    roster_name: String,
    giver: PersonView,
    taker: PersonView,
    /// What the caller is in it: `giver`, `taker` or `other`.
    own: String,
    slot: SlotView,
    slot_back: Option<SlotView>,
    /// When the first of them begins.
    begins: String,
    reason: String,
    /// `asked`, `agreed`, `in_force`, `declined`, `refused` or `withdrawn`.
    state: String,
    version: i64,
    decided_by: Option<String>,
    asked_at: String,
}

/// A swap that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDutySwap)]
#[serde(deny_unknown_fields)]
pub(crate) struct SwapBody {
    roster_id: String,
    /// The colleague who is asked.
    taker: String,
    /// One's own shift.
    slot: SlotView,
    /// Theirs, taken for it; none: nothing.
    slot_back: Option<SlotView>,
    #[serde(default)]
    reason: String,
}

/// What is answered.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DutySwapAnswer)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerBody {
    /// `agree`, `decline` (the partner), `approve`, `refuse` (who may change the roster) or
    /// `withdraw` (who asked).
    answer: String,
}

/// The routes of swaps.
pub(crate) fn routes(duty: Duty) -> Routes {
    Routes::new()
        .read(PROFILE_READ, routes!(list))
        .write(PROFILE_CHANGE, routes!(ask))
        .write(PROFILE_CHANGE, routes!(answer))
        .with_state(duty)
}

/// Swaps that are not over: one's own, and those in rosters that the caller sees.
#[utoipa::path(
    get, path = "/api/v1/duty/swaps", tag = "duty", operation_id = "list_duty_swaps",
    responses((status = 200, body = PageView<SwapView>)))]
async fn list(State(duty): State<Duty>, Who(caller): Who) -> Result<PageView<SwapView>, Problem> {
    let swaps = duty.swaps(&caller).await?;
    Ok(PageView::whole(shown(&duty, &caller, swaps).await?))
}

/// Asks a colleague to take one of one's shifts, for one of theirs or for nothing.
#[utoipa::path(
    post, path = "/api/v1/duty/swaps", tag = "duty", operation_id = "ask_duty_swap",
    request_body = SwapBody,
    responses((status = 201, body = SwapView), (status = 404), (status = 409), (status = 400)))]
async fn ask(
    State(duty): State<Duty>,
    Who(caller): Who,
    Body(body): Body<SwapBody>,
) -> Result<Created<SwapView>, Problem> {
    let draft = SwapDraft {
        roster_id: id_of("roster_id", &body.roster_id)?,
        taker: id_of("taker", &body.taker)?,
        slot: body.slot.read("slot")?,
        slot_back: body.slot_back.map(|back| back.read("slot_back")).transpose()?,
        reason: body.reason,
    };
    let swap = duty.ask_swap(&caller, draft).await?;
    Ok(Created(reply(&duty, &caller, swap).await?))
}

/// Agrees to a swap, declines, approves, refuses or withdraws it.
#[utoipa::path(
    post, path = "/api/v1/duty/swaps/{id}/answer", tag = "duty", operation_id = "answer_duty_swap",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = AnswerBody,
    responses((status = 200, body = SwapView), (status = 404), (status = 409), (status = 412)))]
async fn answer(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Swap>,
    IfMatch(version): IfMatch,
    Body(body): Body<AnswerBody>,
) -> Result<Reply<SwapView>, Problem> {
    let expected = || {
        Text::new(
            "agree, decline, approve, refuse or withdraw",
            "agree、decline、approve、refuse 或 withdraw",
        )
    };
    let answer = SwapAnswer::from_name(&body.answer);
    let answer = answer.ok_or_else(|| Fault::invalid("answer", &body.answer, expected()))?;
    let swap = duty.answer_swap(&caller, (id, version), answer).await?;
    Ok(reply(&duty, &caller, swap).await?)
}

impl SlotView {
    fn read(self, field: &str) -> Result<Slot, Fault> {
        let expected = Text::new("a day such as 2026-02-17", "日期，如 2026-02-17");
        let day = self.day.parse();
        let day = day.map_err(|_| Fault::invalid(format!("{field}.day"), &self.day, expected))?;
        Ok(Slot { position: self.position, shift: self.shift, day, seat: self.seat })
    }
}

impl From<Slot> for SlotView {
    fn from(slot: Slot) -> Self {
        Self {
            position: slot.position,
            shift: slot.shift,
            day: slot.day.to_string(),
            seat: slot.seat,
        }
    }
}

async fn reply(duty: &Duty, caller: &Caller, swap: Swap) -> Result<Reply<SwapView>, DutyError> {
    let version = swap.version;
    let name = duty.ground_mine(caller, swap.roster_id).await?.roster.draft.name;
    Ok(Reply::new(shown(duty, caller, vec![(swap, name)]).await?.remove(0), version))
}

async fn shown(
    duty: &Duty,
    caller: &Caller,
    swaps: Vec<(Swap, String)>,
) -> Result<Vec<SwapView>, DutyError> {
    let parties = swaps.iter().flat_map(|(swap, _)| [swap.giver, swap.taker]);
    let names = duty.names(parties.collect()).await?;
    let own = duty.person_of(caller).await?;
    let side = |swap: &Swap| match own {
        Some(own) if own == swap.giver => "giver",
        Some(own) if own == swap.taker => "taker",
        _ => "other",
    };
    let view = |(swap, roster_name): (Swap, String)| SwapView {
        id: swap.id.to_string(),
        roster_id: swap.roster_id.to_string(),
        roster_name,
        giver: PersonView::of(swap.giver, &names),
        taker: PersonView::of(swap.taker, &names),
        own: side(&swap).to_owned(),
        slot: swap.slot.into(),
        slot_back: swap.slot_back.map(SlotView::from),
        begins: swap.begins.to_string(),
        reason: swap.reason,
        state: swap.state.name().to_owned(),
        version: swap.version,
        decided_by: swap.decided_by,
        asked_at: swap.asked_at.to_string(),
    };
    Ok(swaps.into_iter().map(view).collect())
}
