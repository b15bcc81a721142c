use std::collections::HashMap;

use directory::PersonId;
use kernel::{Caller, Page, PageOf};

use super::{Duty, ground::note, holds};
use crate::{
    DutyError,
    model::{
        fact::Told,
        inspection::Doer,
        inspection_fact::{RoundFinished, RoundStarted},
        permission::{INSPECTION_READ, INSPECTION_WORK},
        round::{Found, Round, RoundId, RoundState},
    },
    store::{self, rounds::RoundFilter},
};

/// Rounds that are open at a time and looked through for one's own.
const OPEN_MAX: u32 = 2_000;

/// Which rounds are asked for.
#[derive(Debug, Clone)]
pub(crate) enum AskedRounds {
    /// Those that match.
    Like(RoundFilter),
    /// Those that the caller can do now.
    Own,
}

/// A round with what was found, and what its people are called.
pub(crate) struct SeenRound {
    pub(crate) round: Round,
    pub(crate) found: Vec<Found>,
    pub(crate) names: HashMap<PersonId, String>,
    /// Whether the caller can do it now.
    pub(crate) own: bool,
}

impl Duty {
    /// Rounds that the caller sees, the newest first; one's own in the order they began.
    ///
    /// Errors: only those of the records.
    pub(crate) async fn rounds(
        &self,
        caller: &Caller,
        asked: &AskedRounds,
        page: &Page,
    ) -> Result<PageOf<Round>, DutyError> {
        let found = match asked {
            AskedRounds::Like(filter) => {
                let scope = caller.scope(INSPECTION_READ);
                store::rounds::list(self.db(), &scope, filter, page).await?
            }
            AskedRounds::Own => {
                return Ok(PageOf { items: self.own_rounds(caller).await?, next: None });
            }
        };
        Ok(PageOf::from_fetched(found, page.limit, |round| {
            format!("{}:{}", round.from.micros(), round.id)
        }))
    }

    async fn own_rounds(&self, caller: &Caller) -> Result<Vec<Round>, DutyError> {
        let (now, mut open) = (self.now(), Vec::new());
        for state in [RoundState::Started, RoundState::Due] {
            open.extend(store::rounds::open_at(self.db().reader(), state, now, OPEN_MAX).await?);
        }
        let mut own = Vec::new();
        for round in open {
            if self.may_do(caller, &round).await?.is_some() {
                own.push(round);
            }
        }
        Ok(own)
    }

    /// The round of that id with what was found in it, if the caller sees it.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn round(&self, caller: &Caller, id: RoundId) -> Result<SeenRound, DutyError> {
        let round = store::rounds::find(self.db().reader(), id).await?;
        let round = round.filter(|round| holds(caller, INSPECTION_READ, round.unit_id));
        self.seen_round(caller, round.ok_or_else(|| no_round(id))?).await
    }

    async fn seen_round(&self, caller: &Caller, round: Round) -> Result<SeenRound, DutyError> {
        let found = store::found::of_round(self.db().reader(), round.id).await?;
        let people = found.iter().map(|one| one.person_id).chain(round.person_id);
        let names = self.names(people.collect()).await?;
        let open = !round.state.is_over() && round.from <= self.now();
        let own = open && self.may_do(caller, &round).await?.is_some();
        Ok(SeenRound { round, found, names, own })
    }

    /// Whether the caller may attach photos to a round now.
    pub(super) async fn may_photograph(
        &self,
        caller: &Caller,
        id: RoundId,
    ) -> Result<bool, DutyError> {
        let round = store::rounds::find(self.db().reader(), id).await?;
        let Some(round) = round.filter(|round| round.state == RoundState::Started) else {
            return Ok(false);
        };
        Ok(self.may_do(caller, &round).await?.is_some())
    }

    /// Who the caller is, if they do this round: they hold the permission there, and are on duty
    /// for it or set out on it.
    async fn may_do(&self, caller: &Caller, round: &Round) -> Result<Option<PersonId>, DutyError> {
        if !holds(caller, INSPECTION_WORK, round.unit_id) {
            return Ok(None);
        }
        let Some(person) = self.person_of(caller).await? else { return Ok(None) };
        let does = round.person_id == Some(person) || self.does(&round.plan.by, person).await?;
        Ok(does.then_some(person))
    }

    /// Whether a person is who does such rounds now.
    async fn does(&self, by: &Doer, person: PersonId) -> Result<bool, DutyError> {
        let now = self.now();
        if let Some(roster) = by.roster_id {
            let spans = self.on_in(roster, now).await?;
            return Ok(spans.iter().any(|span| {
                span.person == Some(person)
                    && by.position.as_ref().is_none_or(|key| *key == span.slot.position)
            }));
        }
        let Some(post) = by.post_id else { return Ok(false) };
        let holders = self.parts.directory.holders(post, now).await?;
        Ok(holders.iter().any(|held| held.state.person == person))
    }

    /// The round, and who the caller is in it.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Conflict`].
    pub(super) async fn round_to_do(
        &self,
        caller: &Caller,
        id: RoundId,
    ) -> Result<(Round, PersonId), DutyError> {
        let round = store::rounds::find(self.db().reader(), id).await?;
        let round = round.filter(|round| holds(caller, INSPECTION_READ, round.unit_id));
        let round = round.ok_or_else(|| no_round(id))?;
        if !holds(caller, INSPECTION_WORK, round.unit_id) {
            return Err(DutyError::Forbidden(INSPECTION_WORK));
        }
        self.own_person(caller).await?;
        match self.may_do(caller, &round).await? {
            Some(person) => Ok((round, person)),
            None => Err(DutyError::conflict(
                "not-on-duty",
                "only who is on duty for this inspection can do that",
                "只有该巡检的当班人员可以执行此操作",
            )),
        }
    }

    /// Sets out on a round. Whoever has set out already is told the same again.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Conflict`].
    pub(crate) async fn start_round(
        &self,
        caller: &Caller,
        id: RoundId,
    ) -> Result<SeenRound, DutyError> {
        let (_, person) = self.round_to_do(caller, id).await?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let found = store::rounds::find(tx.connection(), id).await?;
        let mut round = found.ok_or_else(|| no_round(id))?;
        if round.state != RoundState::Started {
            if now < round.from || now >= round.closes_at() || round.state != RoundState::Due {
                return Err(out_of_time(&round));
            }
            round = Round {
                state: RoundState::Started,
                person_id: Some(person),
                started_at: Some(now),
                ..round
            };
            store::rounds::update(&mut tx, &round).await?;
            let told = Told::<RoundStarted>::of(id, round.plan.name.clone())
                .with("inspection_id", round.inspection_id)
                .with("person_id", person);
            note(&mut tx, (caller, now), told).await?;
            tx.commit().await?;
        } else {
            drop(tx);
        }
        self.seen_round(caller, round).await
    }

    /// Ends a round in which every item is answered; nothing in it changes any more.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Conflict`].
    pub(crate) async fn finish_round(
        &self,
        caller: &Caller,
        id: RoundId,
    ) -> Result<SeenRound, DutyError> {
        self.round_to_do(caller, id).await?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let found = store::rounds::find(tx.connection(), id).await?;
        let round = found.ok_or_else(|| no_round(id))?;
        if round.state == RoundState::Finished {
            drop(tx);
            return self.seen_round(caller, round).await;
        }
        if round.state != RoundState::Started || now >= round.closes_at() {
            return Err(out_of_time(&round));
        }
        let answers = store::found::of_round(tx.connection(), id).await?;
        let newest: HashMap<&str, &Found> =
            answers.iter().map(|one| (one.item.as_str(), one)).collect();
        let items = round.plan.items.iter();
        let open: Vec<_> = items.filter(|item| !newest.contains_key(item.key.as_str())).collect();
        if !open.is_empty() {
            let names: Vec<_> = open.iter().take(20).map(|item| item.name.as_str()).collect();
            return Err(DutyError::conflict(
                "not-answered",
                format!("{} items are not answered: {}", open.len(), names.join(", ")),
                format!("还有 {} 项未填：{}", open.len(), names.join("、")),
            ));
        }
        let abnormal = newest.values().filter(|one| one.abnormal).count();
        let ended = Round { state: RoundState::Finished, ended_at: Some(now), ..round };
        store::rounds::update(&mut tx, &ended).await?;
        let told = Told::<RoundFinished>::of(id, ended.plan.name.clone())
            .with("inspection_id", ended.inspection_id)
            .with("items", ended.plan.items.len())
            .with("abnormal", abnormal);
        note(&mut tx, (caller, now), told).await?;
        tx.commit().await?;
        self.seen_round(caller, ended).await
    }
}

/// It is not the time, or the state, to do that.
pub(super) fn out_of_time(round: &Round) -> DutyError {
    DutyError::conflict(
        "wrong-state",
        format!(
            "the round is {}, and can be done from {} to {}",
            round.state.name(),
            round.from,
            round.closes_at()
        ),
        format!("巡检当前状态不允许此操作：可执行时间为 {} 至 {}", round.from, round.closes_at()),
    )
}

/// No such round.
pub(super) fn no_round(id: RoundId) -> DutyError {
    DutyError::not_found("round", "巡检任务", id)
}
