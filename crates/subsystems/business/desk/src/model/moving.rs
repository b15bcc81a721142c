use directory::UnitId;
use kernel::{FieldFault, Text, Time};

use super::{
    hop::{Hop, HopEnd, HopKind, lead},
    phase::Phase,
    ticket::{Assignee, Ticket, text_fault},
    ticket_type::{Effect, Need, StateDef, TransitionDef, TypeDraft},
};

const TEXT_CHARS_MAX: usize = 10_000;

/// What somebody wants done to a ticket.
#[derive(Debug, Clone, Default)]
pub(crate) struct MoveOrder {
    /// The key of the transition.
    pub transition: String,
    /// Why, or the answer.
    pub text: String,
    /// To which unit, of a dispatch.
    pub unit_id: Option<UnitId>,
    /// To whom within the unit.
    pub assignee: Option<Assignee>,
}

/// Who moves a ticket, as far as rules ask.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mover<'a> {
    /// The user.
    pub user_id: Option<&'a str>,
    /// Whether they are in charge of the ticket themselves.
    pub in_charge: bool,
}

/// Why a ticket is not moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The input is wrong.
    Invalid(Vec<FieldFault>),
    /// There is no such way from the state it is in.
    NoWay {
        /// What the ways that there are are called.
        ways: Vec<Text>,
    },
    /// It must be done by somebody else.
    ByAnother,
    /// Units that were asked to help have not answered yet.
    AssistsOpen {
        /// How many.
        open: usize,
    },
    /// It came from no other unit.
    NoSender,
    /// It is too late to return it.
    TooLateToReturn {
        /// Until when it could have been.
        until: Time,
    },
}

/// A ticket that was moved, with its hops and what is to be told.
#[derive(Debug, Clone)]
pub(crate) struct Moved {
    /// The ticket as it became.
    pub ticket: Ticket,
    /// The hops that ended.
    pub ended: Option<Hop>,
    /// The hop that began.
    pub begun: Option<Hop>,
    /// Whether what was said is for the requester.
    pub public: bool,
}

/// The ways that lead on from where a ticket is: it goes back only where another unit gave it.
pub(crate) fn ways<'a>(
    ticket: &'a Ticket,
    draft: &'a TypeDraft,
    hops: &[Hop],
) -> impl Iterator<Item = &'a TransitionDef> {
    let given = lead(hops).is_some_and(|hop| hop.given_by.is_some());
    let from = draft.transitions.iter().filter(|way| way.from.contains(&ticket.state));
    from.filter(move |way| given || way.effect != Effect::Return)
}

/// Moves a ticket by a transition of its type. Pure: what is written, and by whom it may be done,
/// is decided elsewhere.
///
/// `return_until`: until when the unit in charge may return it; none: as long as it has it.
/// Errors: [`Refusal`].
pub(crate) fn decide(
    ticket: &Ticket,
    (draft, way): (&TypeDraft, &TransitionDef),
    hops: &[Hop],
    order: &MoveOrder,
    (mover, return_until, now): (Mover<'_>, Option<Time>, Time),
) -> Result<Moved, Refusal> {
    if !way.from.contains(&ticket.state) {
        let ways = ways(ticket, draft, hops).map(|way| way.name.clone()).collect();
        return Err(Refusal::NoWay { ways });
    }
    if way.by_another && !is_another(ticket, mover) {
        return Err(Refusal::ByAnother);
    }
    let faults = faults(ticket, way, order);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let Some(to) = draft.state(&way.to) else {
        return Err(Refusal::NoWay { ways: Vec::new() });
    };
    let mut moved = Moved {
        ticket: entered(ticket, (&to.key, to.phase), now),
        ended: None,
        begun: None,
        public: way.effect == Effect::Answer,
    };
    if let Some(assignee) = order.assignee {
        moved.ticket.assignee = assignee;
    }
    match way.effect {
        Effect::None => {}
        Effect::Dispatch => {
            let unit = order.unit_id.unwrap_or(ticket.unit_id);
            pass_on(&mut moved, (ticket, hops), (unit, HopEnd::HandedOver), order, now);
        }
        Effect::Return => {
            let current = lead(hops);
            let sender = current.and_then(|hop| hop.given_by).ok_or(Refusal::NoSender)?;
            if let Some(until) = return_until.filter(|until| now > *until) {
                return Err(Refusal::TooLateToReturn { until });
            }
            pass_on(&mut moved, (ticket, hops), (sender, HopEnd::Returned), order, now);
        }
        Effect::Draft | Effect::Answer => {
            let open = hops.iter().filter(|hop| hop.kind == HopKind::Assist && hop.is_open());
            let open = open.count();
            if open > 0 {
                return Err(Refusal::AssistsOpen { open });
            }
            // Who approves an answer has not given it.
            if !way.by_another {
                moved.ticket.answered_by = mover.user_id.map(str::to_owned);
            }
        }
    }
    Ok(moved)
}

/// The way by which a ticket that waits for whoever asks is taken up again when they reply; none
/// where it does not wait for them, or no way of its type leads on without more.
///
/// `before`: the state in which it began to wait. A way back there is preferred to one to any other
/// state in which the clocks run.
#[must_use]
pub(crate) fn resumption<'a>(
    ticket: &Ticket,
    draft: &'a TypeDraft,
    before: Option<&str>,
) -> Option<&'a TransitionDef> {
    let waits = draft.state(&ticket.state).is_some_and(StateDef::waits);
    let plain = |way: &&TransitionDef| {
        way.from.contains(&ticket.state) && way.effect == Effect::None && !way.by_another
    };
    let runs = |way: &&TransitionDef| draft.state(&way.to).is_some_and(|to| to.phase.runs());
    let ways = || draft.transitions.iter().filter(plain).filter(runs).filter(|_| waits);
    ways().find(|way| Some(way.to.as_str()) == before).or_else(|| ways().next())
}

/// Whether somebody neither answered a ticket nor is in charge of it.
#[must_use]
pub(crate) fn is_another(ticket: &Ticket, mover: Mover<'_>) -> bool {
    let answered = mover.user_id.is_some() && mover.user_id == ticket.answered_by.as_deref();
    !mover.in_charge && !answered
}

fn faults(ticket: &Ticket, way: &TransitionDef, order: &MoveOrder) -> Vec<FieldFault> {
    let asks = matches!(way.effect, Effect::Return | Effect::Draft | Effect::Answer);
    let min = usize::from(asks || way.needs.contains(&Need::Reason));
    let mut faults: Vec<FieldFault> =
        text_fault("text", &order.text, min, TEXT_CHARS_MAX).into_iter().collect();
    match (way.effect, order.unit_id) {
        (Effect::Dispatch, None) => {
            let expected = Text::new("the unit that it goes to", "接收单位");
            faults.push(FieldFault::new("unit_id", "", expected));
        }
        (Effect::Dispatch, Some(_)) | (_, None) => {}
        (_, Some(unit)) => {
            let expected = Text::new(
                "none: only a dispatch changes the unit",
                "留空：仅派单、改派、转办可指定单位",
            );
            faults.push(FieldFault::new("unit_id", unit, expected));
        }
    }
    let assignee = order.assignee.unwrap_or(ticket.assignee);
    if way.needs.contains(&Need::Assignee) && assignee == Assignee::Nobody {
        let expected = Text::new("a person or a post in charge", "负责人员或岗位");
        faults.push(FieldFault::new("person_id", "", expected));
    }
    faults
}

/// Another unit is in charge from now on.
fn pass_on(
    moved: &mut Moved,
    (ticket, hops): (&Ticket, &[Hop]),
    (unit, end): (UnitId, HopEnd),
    order: &MoveOrder,
    now: Time,
) {
    if let Some(current) = lead(hops) {
        moved.ended = Some(Hop { ended: Some((now, end)), ..current.clone() });
    }
    let number = hops.iter().map(|hop| hop.number).max().unwrap_or(0) + 1;
    moved.begun = Some(Hop {
        number,
        kind: HopKind::Lead,
        unit_id: unit,
        given_by: Some(ticket.unit_id),
        begun_at: now,
        ended: None,
        text: order.text.clone(),
        answer: String::new(),
    });
    moved.ticket.unit_id = unit;
    moved.ticket.assignee = order.assignee.unwrap_or_default();
}

/// The ticket in another state.
#[must_use]
pub(crate) fn entered(ticket: &Ticket, (state, phase): (&str, Phase), now: Time) -> Ticket {
    let mut entered = ticket.clone();
    state.clone_into(&mut entered.state);
    entered.phase = phase;
    entered.changed_at = now;
    if phase != Phase::New && entered.responded_at.is_none() {
        entered.responded_at = Some(now);
    }
    let over = !phase.is_open();
    entered.resolved_at = over.then(|| ticket.resolved_at.unwrap_or(now));
    entered.closed_at = (phase == Phase::Closed).then(|| ticket.closed_at.unwrap_or(now));
    if !over && !ticket.phase.is_open() {
        entered.reopened += 1;
    }
    entered
}

#[cfg(test)]
pub(crate) mod tests;
