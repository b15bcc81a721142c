use directory::PersonId;
use kernel::{Caller, Id, Text, Time};

use super::{
    AHEAD, Duty, Ground, Notice, checked_reason, ground::note, holds, none_wrong, permit_change,
    rosters::no_roster, too_late,
};
use crate::{
    DutyError,
    model::{
        changes::{Swap, SwapId, SwapState},
        fact::{SwapAnswered, SwapAsked, Told},
        permission::DUTY_CHANGE,
        plan::{DutySpan, Slot},
        roster::RosterId,
    },
    store,
};

/// A swap that somebody wants.
#[derive(Debug, Clone)]
pub(crate) struct SwapDraft {
    pub(crate) roster_id: RosterId,
    pub(crate) taker: PersonId,
    pub(crate) slot: Slot,
    pub(crate) slot_back: Option<Slot>,
    pub(crate) reason: String,
}

impl Duty {
    /// Swaps that are not over: one's own, and those in rosters that the caller sees.
    pub(crate) async fn swaps(&self, caller: &Caller) -> Result<Vec<(Swap, String)>, DutyError> {
        let now = self.now();
        let own = self.person_of(caller).await?;
        let mut shown = Vec::new();
        for roster in self.rosters(caller).await? {
            for swap in store::changes::swaps(self.db().reader(), roster.id, now).await? {
                shown.push((swap, roster.draft.name.clone()));
            }
        }
        if let Some(own) = own {
            let of_own =
                store::changes::swaps_of(self.db().reader(), &own.to_string(), now).await?;
            for swap in of_own {
                if shown.iter().any(|(one, _)| one.id == swap.id) {
                    continue;
                }
                let roster = store::rosters::find(self.db().reader(), swap.roster_id).await?;
                let name = roster.map(|roster| roster.draft.name).unwrap_or_default();
                shown.push((swap, name));
            }
        }
        Ok(shown)
    }

    /// Asks a colleague to take one of one's shifts, for one of theirs or for nothing.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Invalid`], [`DutyError::Conflict`].
    pub(crate) async fn ask_swap(
        &self,
        caller: &Caller,
        draft: SwapDraft,
    ) -> Result<Swap, DutyError> {
        let mut faults = Vec::new();
        checked_reason(&draft.reason, &mut faults);
        none_wrong(faults)?;
        let giver = self.own_person(caller).await?;
        let now = self.now();
        let ground = self.ground_mine(caller, draft.roster_id).await?;
        let spans = ground.ahead(now)?;
        let whole = |slot: &Slot, person| owned(&spans, slot, person);
        let (begins, mut ends) =
            whole(&draft.slot, giver).ok_or_else(|| not_theirs("slot", &draft.slot))?;
        let mut first = begins;
        if let Some(back) = &draft.slot_back {
            let times = whole(back, draft.taker).ok_or_else(|| not_theirs("slot_back", back))?;
            (first, ends) = (first.min(times.0), ends.max(times.1));
        }
        if giver == draft.taker || !ground.roster.draft.people().contains(&draft.taker) {
            let expected = Text::new("a colleague of this roster", "本排班中的同事");
            return Err(DutyError::field("taker", draft.taker, expected));
        }
        if first <= now {
            return Err(too_late());
        }
        let swap = Swap {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            roster_id: draft.roster_id,
            giver,
            taker: draft.taker,
            slot: draft.slot,
            slot_back: draft.slot_back,
            begins: first,
            reason: draft.reason,
            state: SwapState::Asked,
            version: 1,
            decided_by: None,
            asked_at: now,
        };
        let mut tx = self.db().begin().await?;
        store::changes::insert_swap(&mut tx, &swap, ends).await?;
        let told =
            Told::<SwapAsked>::of(swap.id, ground.roster.draft.name.clone()).with("swap", &swap);
        note(&mut tx, (caller, now), told).await?;
        let notice = Notice {
            title: Text::new("You are asked to swap a shift", "有同事请您换班"),
            text: Text::new(
                format!("In “{}”, {}.", ground.roster.draft.name, swap.slot.day),
                format!("排班“{}”，{}。", ground.roster.draft.name, swap.slot.day),
            ),
            link: "/my-duty".to_owned(),
            urgent: false,
        };
        self.tell(&mut tx, caller, swap.taker, &notice).await?;
        tx.commit().await?;
        Ok(swap)
    }

    /// Agrees, declines, approves, refuses or withdraws version `version` of a swap.
    ///
    /// The partner agrees or declines; where the roster wants it somebody else who may change the
    /// roster approves or refuses; the giver withdraws.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Stale`],
    /// [`DutyError::Conflict`].
    pub(crate) async fn answer_swap(
        &self,
        caller: &Caller,
        (id, version): (SwapId, i64),
        answer: SwapAnswer,
    ) -> Result<Swap, DutyError> {
        let now = self.now();
        let absent = || DutyError::not_found("swap", "换班", id);
        let mut tx = self.db().begin().await?;
        let swap = store::changes::swap(&mut tx, id).await?.ok_or_else(absent)?;
        let before = self.opened(&mut tx, caller, swap.roster_id, now).await?;
        let own = self.person_of(caller).await?;
        self.permit_answer(caller, (&swap, &before), own, answer).map_err(|error| match error {
            DutyError::NotFound { .. } => absent(),
            other => other,
        })?;
        if swap.version != version {
            return Err(DutyError::Stale);
        }
        if swap.begins <= now {
            return Err(too_late());
        }
        let next = answer.leads_to(before.roster.draft.swap_approval);
        if !swap.state.may_become(next) || !answer.fits(swap.state) {
            return Err(DutyError::conflict(
                "wrong-state",
                format!("the swap is {} already", swap.state.name()),
                "该换班已处理，不能再变更",
            ));
        }
        if matches!(next, SwapState::InForce | SwapState::Agreed) {
            still_theirs(&before, &swap, now)?;
        }
        let decided_by = match answer {
            SwapAnswer::Approve | SwapAnswer::Refuse => Some(caller.actor.name.clone()),
            _ => swap.decided_by.clone(),
        };
        let answered = Swap { state: next, version: version + 1, decided_by, ..swap };
        store::changes::update_swap(&mut tx, &answered).await?;
        let name = before.roster.draft.name.clone();
        let told = Told::<SwapAnswered>::of(id, name.clone()).with("state", next);
        note(&mut tx, (caller, now), told).await?;
        if next == SwapState::InForce {
            self.settled(&mut tx, caller, before, now).await?;
        } else {
            // What has passed was written down all the same.
            let other = if own == Some(answered.giver) { answered.taker } else { answered.giver };
            self.tell(&mut tx, caller, other, &swap_notice(next, &name)).await?;
        }
        tx.commit().await?;
        Ok(answered)
    }

    fn permit_answer(
        &self,
        caller: &Caller,
        (swap, before): (&Swap, &Ground),
        own: Option<PersonId>,
        answer: SwapAnswer,
    ) -> Result<(), DutyError> {
        let unit = before.roster.draft.unit_id;
        let party = own == Some(swap.giver) || own == Some(swap.taker);
        let wrong_one = || {
            if party || super::sees(caller, unit) {
                DutyError::conflict(
                    "not-yours",
                    "only the other one of the two can do that",
                    "此操作只能由对方完成",
                )
            } else {
                no_roster(swap.roster_id)
            }
        };
        match answer {
            SwapAnswer::Agree | SwapAnswer::Decline if own == Some(swap.taker) => Ok(()),
            SwapAnswer::Withdraw if own == Some(swap.giver) => Ok(()),
            SwapAnswer::Approve | SwapAnswer::Refuse if party => {
                // Nobody approves what they gain by.
                Err(match holds(caller, DUTY_CHANGE, unit) {
                    true => DutyError::conflict(
                        "own-swap",
                        "nobody decides on their own swap",
                        "不能审批自己参与的换班",
                    ),
                    false => DutyError::Forbidden(DUTY_CHANGE),
                })
            }
            SwapAnswer::Approve | SwapAnswer::Refuse => {
                permit_change(caller, unit, || no_roster(swap.roster_id))
            }
            _ => Err(wrong_one()),
        }
    }
}

/// What somebody says to a swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SwapAnswer {
    Agree,
    Decline,
    Approve,
    Refuse,
    Withdraw,
}

impl SwapAnswer {
    /// The answer of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "agree" => Self::Agree,
            "decline" => Self::Decline,
            "approve" => Self::Approve,
            "refuse" => Self::Refuse,
            "withdraw" => Self::Withdraw,
            _ => return None,
        })
    }

    fn leads_to(self, needs_approval: bool) -> SwapState {
        match self {
            Self::Agree if needs_approval => SwapState::Agreed,
            Self::Agree | Self::Approve => SwapState::InForce,
            Self::Decline => SwapState::Declined,
            Self::Refuse => SwapState::Refused,
            Self::Withdraw => SwapState::Withdrawn,
        }
    }

    /// Whether it is an answer to what is asked in that state.
    fn fits(self, state: SwapState) -> bool {
        match self {
            Self::Agree | Self::Decline => state == SwapState::Asked,
            Self::Approve | Self::Refuse => state == SwapState::Agreed,
            Self::Withdraw => true,
        }
    }
}

/// From when to when a person has a slot, as a whole; none: it is not theirs.
fn owned(spans: &[DutySpan], slot: &Slot, person: PersonId) -> Option<(Time, Time)> {
    let mut parts = spans.iter().filter(|span| span.slot == *slot);
    let first = parts.next()?;
    let last = parts.try_fold(first, |_, part| (part.person == Some(person)).then_some(part))?;
    (first.person == Some(person)).then_some((first.from, last.to))
}

/// Rosters change while people make up their minds.
fn still_theirs(before: &Ground, swap: &Swap, now: Time) -> Result<(), DutyError> {
    let spans = before.planned(now, now.plus(AHEAD))?;
    let mut holds = owned(&spans, &swap.slot, swap.giver).is_some();
    if let Some(back) = &swap.slot_back {
        holds &= owned(&spans, back, swap.taker).is_some();
    }
    if holds {
        return Ok(());
    }
    Err(DutyError::conflict(
        "drifted",
        "the roster has changed: the shift is no longer theirs to swap",
        "排班已变更，该班次不再属于换班双方",
    ))
}

fn not_theirs(field: &str, slot: &Slot) -> DutyError {
    let expected = Text::new("a whole shift ahead that is theirs", "本人后续的完整班次");
    DutyError::field(field, slot, expected)
}

fn swap_notice(state: SwapState, roster: &str) -> Notice {
    let title = match state {
        SwapState::Agreed => {
            Text::new("Your swap waits for approval", "换班已获对方同意，等待审批")
        }
        SwapState::Declined => Text::new("Your swap was declined", "对方未同意换班"),
        SwapState::Refused => Text::new("Your swap was not approved", "换班未获批准"),
        SwapState::Withdrawn => Text::new("A swap was taken back", "换班已被撤回"),
        SwapState::Asked | SwapState::InForce => Text::new("Your swap holds", "换班已生效"),
    };
    let text = Text::new(format!("In “{roster}”."), format!("排班“{roster}”。"));
    Notice { title, text, link: "/my-duty".to_owned(), urgent: false }
}
