use std::{collections::BTreeSet, time::Duration};

use db::Tx;
use directory::PersonId;
use kernel::{Caller, Id, Page, PageOf, Text, Time};

use super::{
    Duty, Notice, Occasion, Ways, chains::no_chain, ground::note, holds, permit_change, sees,
};
use crate::{
    DutyError,
    model::{
        call::{About, Call, CallId, CallState, CalledStep, TITLE_CHARS_MAX},
        chain::{Chain, ChainId, PlannedStep, Target, planned},
        fact::{
            CallAnswered, CallExhausted, CallStarted, CallStepped, ChainSimulated, Event, Told,
        },
        permission::DUTY_CHANGE,
    },
    store,
};

/// After every id.
const NEWEST: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";
/// Calls that are taken further at once.
const AT_ONCE: u32 = 200;

/// A step of a simulation: who would be called then.
pub(crate) struct SimulatedStep {
    pub(crate) step: PlannedStep,
    pub(crate) at: Time,
    pub(crate) people: Vec<(PersonId, String)>,
}

/// What a call begins with.
pub(super) struct NewCall {
    pub(super) id: CallId,
    pub(super) title: String,
    pub(super) started_by: String,
    pub(super) about: Option<About>,
}

impl Duty {
    /// Whom a chain would call if it began at `start` and nobody answered. Calls nobody; after it
    /// this version can be enabled.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`].
    pub(crate) async fn simulate(
        &self,
        caller: &Caller,
        id: ChainId,
        start: Time,
    ) -> Result<Vec<SimulatedStep>, DutyError> {
        let chain = self.chain(caller, id).await?;
        permit_change(caller, chain.draft.unit_id, || no_chain(id))?;
        let mut steps = Vec::new();
        for step in planned(&chain.draft, &self.drafts().await?) {
            let at = start.plus(Duration::from_secs(60 * step.after_minutes));
            let people = self.called(&step.targets, at).await?;
            let names = self.names(people.clone()).await?;
            let named = |id: PersonId| (id, names.get(&id).cloned().unwrap_or_default());
            steps.push(SimulatedStep { at, people: people.into_iter().map(named).collect(), step });
        }
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let chains = store::calls::chains(tx.connection()).await?;
        let found = chains.into_iter().find(|one| one.id == id);
        if let Some(mut newest) = found.filter(|newest| newest.version == chain.version) {
            newest.simulated_version = newest.version;
            store::calls::update_chain(&mut tx, &newest).await?;
            let empty = steps.iter().filter(|step| step.people.is_empty()).count();
            let told = Told::<ChainSimulated>::of(id, newest.draft.name)
                .with("start", start)
                .with("steps", steps.len())
                .with("steps_with_nobody", empty);
            note(&mut tx, (caller, now), told).await?;
            tx.commit().await?;
        }
        Ok(steps)
    }

    /// Calls people by a chain, until somebody answers.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Invalid`],
    /// [`DutyError::Conflict`] for a chain that is not enabled.
    pub(crate) async fn start_call(
        &self,
        caller: &Caller,
        id: ChainId,
        title: String,
    ) -> Result<Call, DutyError> {
        let chain = self.chain(caller, id).await?;
        permit_change(caller, chain.draft.unit_id, || no_chain(id))?;
        let fits = !title.trim().is_empty()
            && title.chars().count() <= TITLE_CHARS_MAX
            && !title.contains(char::is_control);
        if !fits {
            let expected = Text::new("1 to 200 characters on one line", "1 至 200 个字符，单行");
            return Err(DutyError::field("title", title, expected));
        }
        if !chain.enabled {
            return Err(DutyError::conflict(
                "disabled",
                "the chain is not enabled",
                "该升级链未启用",
            ));
        }
        let occasion = Occasion::new(caller, self.now());
        let steps = planned(&chain.draft, &self.drafts().await?);
        let mut tx = self.db().begin().await?;
        let new = NewCall {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            title,
            started_by: caller.actor.name.clone(),
            about: None,
        };
        let call = self.begin_call(&mut tx, occasion, (&chain, steps), new, None).await?;
        tx.commit().await?;
        Ok(call)
    }

    /// Keeps a new call and takes its first step. `page`: what of the incident asked for it.
    pub(super) async fn begin_call(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (chain, steps): (&Chain, Vec<PlannedStep>),
        new: NewCall,
        page: Option<&str>,
    ) -> Result<Call, DutyError> {
        let now = occasion.at;
        let mut call = Call {
            id: new.id,
            chain_id: chain.id,
            unit_id: chain.draft.unit_id,
            steps,
            title: new.title,
            state: CallState::Running,
            step: 0,
            next_at: Some(now),
            started_by: new.started_by,
            started_at: now,
            ended_by: None,
            ended_at: None,
            log: Vec::new(),
            about: new.about,
            version: 1,
        };
        store::calls::insert_call(tx, &call).await?;
        let mut told = told_of::<CallStarted>(&call);
        if let Some(page) = page {
            told = told.with("page_id", page);
        }
        occasion.note(tx, &told).await?;
        self.step(tx, occasion, &mut call).await?;
        Ok(call)
    }

    /// Takes every call further whose next step is due.
    pub(crate) async fn step_calls(&self) -> Result<u64, DutyError> {
        let caller = Caller::system("duty");
        let occasion = Occasion::new(&caller, self.now());
        let mut tx = self.db().begin().await?;
        let due = store::calls::due(&mut tx, occasion.at, AT_ONCE).await?;
        let done = due.len() as u64;
        for mut call in due {
            self.step(&mut tx, occasion, &mut call).await?;
        }
        if done > 0 {
            tx.commit().await?;
        }
        Ok(done)
    }

    async fn step(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        call: &mut Call,
    ) -> Result<(), DutyError> {
        let now = occasion.at;
        let number = call.step;
        let Some(step) = call.steps.get(number as usize).cloned() else {
            *call = call.ended(CallState::Exhausted, None, now);
            store::calls::update_call(tx, call).await?;
            return occasion.note(tx, &told_of::<CallExhausted>(call)).await;
        };
        call.version += 1;
        let people = self.called(&step.targets, now).await?;
        let notice = call_notice(call);
        for person in &people {
            let ways = Ways { order: step.order.clone(), about: Some(about(call.id)) };
            self.tell_by(tx, occasion.caller, *person, &notice, ways).await?;
        }
        // A step with nobody to be called waits for nobody.
        let wait = if people.is_empty() { 0 } else { u64::from(step.wait_minutes) * 60 };
        call.log.push(CalledStep { at: now, step: number, people: people.clone() });
        call.step += 1;
        call.next_at = Some(now.plus(Duration::from_secs(wait)));
        store::calls::update_call(tx, call).await?;
        let told = told_of::<CallStepped>(call).with("step", number + 1).with("people", people);
        occasion.note(tx, &told).await
    }

    /// Somebody answers: nobody else is called. Whoever was called may, and who may change the
    /// chain.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Stale`], [`DutyError::Conflict`].
    pub(crate) async fn answer_call(
        &self,
        caller: &Caller,
        (id, version): (CallId, i64),
    ) -> Result<Call, DutyError> {
        let now = self.now();
        let absent = || DutyError::not_found("call", "呼叫", id);
        let own = self.person_of(caller).await?;
        let mut tx = self.db().begin().await?;
        let call = store::calls::call(&mut tx, id).await?.ok_or_else(absent)?;
        if !was_called(&call, own) && !holds(caller, DUTY_CHANGE, call.unit_id) {
            let seen = sees(caller, call.unit_id);
            return Err(if seen { DutyError::Forbidden(DUTY_CHANGE) } else { absent() });
        }
        if call.version != version {
            return Err(DutyError::Stale);
        }
        if call.state != CallState::Running {
            return Err(DutyError::conflict(
                "wrong-state",
                format!("the call is {} already", call.state.name()),
                "该呼叫已结束",
            ));
        }
        let call = call.ended(CallState::Answered, Some(caller.actor.name.clone()), now);
        store::calls::update_call(&mut tx, &call).await?;
        self.call_heard(&mut tx, caller, call.id).await?;
        let told = told_of::<CallAnswered>(&call).with("step", call.step);
        note(&mut tx, (caller, now), told).await?;
        tx.commit().await?;
        Ok(call)
    }

    /// Somebody answered a call, or it is over: who was called is not told by further ways.
    pub(super) async fn call_heard(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        id: CallId,
    ) -> Result<(), DutyError> {
        if let Some(notify) = &self.parts.notify {
            notify.acknowledge(tx, caller, &about(id)).await?;
        }
        Ok(())
    }

    /// The calls that the caller sees, or was called by, the newest first.
    pub(crate) async fn calls(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<PageOf<Call>, DutyError> {
        let own = self.person_of(caller).await?;
        let before = page.after.as_deref().unwrap_or(NEWEST);
        let found = store::calls::calls(self.db().reader(), before, page.limit + 1).await?;
        let mut calls = PageOf::from_fetched(found, page.limit, |call| call.id.to_string());
        calls.items.retain(|call| sees(caller, call.unit_id) || was_called(call, own));
        Ok(calls)
    }

    /// Whom targets mean at a moment, once each.
    async fn called(&self, targets: &[Target], at: Time) -> Result<Vec<PersonId>, DutyError> {
        let mut people = BTreeSet::new();
        for target in targets {
            match target {
                Target::Person { person_id } => {
                    people.insert(*person_id);
                }
                Target::Post { post_id } => {
                    let holders = self.parts.directory.holders(*post_id, at).await?;
                    people.extend(holders.into_iter().map(|holding| holding.state.person));
                }
                Target::Position { roster_id, position } => {
                    let spans = self.on_in(*roster_id, at).await?;
                    let on = spans.into_iter().filter(|span| span.slot.position == *position);
                    people.extend(on.filter_map(|span| span.person));
                }
                Target::Team { roster_id } => {
                    let roster = store::rosters::find(self.db().reader(), *roster_id).await?;
                    people.extend(roster.map(|one| one.draft.people()).unwrap_or_default());
                }
            }
        }
        let mut here = Vec::new();
        for person in people {
            let found = self.parts.directory.person(person).await?;
            if found.is_some_and(|found| found.holds_at(at)) {
                here.push(person);
            }
        }
        Ok(here)
    }
}

/// What messages of a call are about.
fn about(call: CallId) -> String {
    format!("call:{call}")
}

/// What happened to a call, with what it is about.
pub(super) fn told_of<E: Event>(call: &Call) -> Told<E> {
    let told = Told::of(call.id, call.title.clone()).with("chain_id", call.chain_id);
    match &call.about {
        Some(about) => told.with("incident_id", &about.incident_id),
        None => told,
    }
}

/// What whoever is called is told.
fn call_notice(call: &Call) -> Notice {
    let Some(about) = &call.about else {
        return Notice {
            title: Text::same(call.title.clone()),
            text: Text::new(
                "You are called by the escalation chain. Answer, or the next is called.",
                "您收到升级链呼叫，请及时应答，否则将呼叫下一级。",
            ),
            link: "/escalation".to_owned(),
            urgent: true,
        };
    };
    Notice {
        title: about.incident.headline(),
        text: Text::new(
            "You are called by the escalation chain. Acknowledge the incident, or answer under \
             Duty → Escalation; otherwise the next is called.",
            "您收到升级链呼叫，请确认该故障，或在“值班 → 升级呼叫”中应答，否则将呼叫下一级。",
        ),
        link: incident_link(&about.incident_id),
        urgent: true,
    }
}

/// The page of an incident.
pub(super) fn incident_link(incident: &str) -> String {
    format!("/incidents/{incident}")
}

fn was_called(call: &Call, person: Option<PersonId>) -> bool {
    person.is_some_and(|person| call.log.iter().any(|step| step.people.contains(&person)))
}
