//! Calls for incidents: begun when one escalates, ended with it.

use std::collections::BTreeSet;

use db::Tx;
use kernel::{FactSeq, Id, Text};

use super::{
    Duty, Notice, Occasion,
    calls::{NewCall, incident_link, told_of},
};
use crate::{
    DutyError,
    model::{
        call::{About, Call, CallState, Escalation, Merged, NotStarted, merged},
        chain::planned,
        fact::{CallAnswered, CallEnded, CallMoved, CallNotStarted},
    },
    store,
};

impl Duty {
    /// Calls a chain for an incident, once for an escalation, however often it is delivered. Where
    /// nobody is called, a fact says why.
    pub(crate) async fn escalate(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        escalation: Escalation,
    ) -> Result<(), DutyError> {
        let chains = store::calls::chains(tx.connection()).await?;
        let calls = store::calls::of_incident(tx, &escalation.incident_id).await?;
        let chain = escalation.chain(&chains, &calls);
        let id = Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref());
        let call = chain.is_ok().then_some(id);
        if !store::calls::insert_escalation(tx, &escalation, call, occasion.at).await? {
            return Ok(());
        }
        let chain = match chain {
            Ok(chain) => chain.clone(),
            Err(why) => return occasion.note(tx, &not_started(&escalation, why)).await,
        };
        let others = chains.into_iter().map(|one| (one.id, one.draft)).collect();
        let steps = planned(&chain.draft, &others);
        let new = NewCall {
            id,
            title: escalation.incident.call_title(),
            started_by: escalation.policy,
            about: Some(About {
                incident_id: escalation.incident_id,
                incident: escalation.incident,
                fact_seq: escalation.fact_seq,
                told_over_at: None,
            }),
        };
        let page = escalation.page_id.as_deref();
        self.begin_call(tx, occasion, (&chain, steps), new, page).await?;
        Ok(())
    }

    /// Somebody cares for an incident: what was called for it before `seq` is answered by them.
    pub(crate) async fn incident_acknowledged(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (incident, seq): (&str, FactSeq),
    ) -> Result<(), DutyError> {
        let calls = store::calls::of_incident(tx, incident).await?;
        // What was begun later is not what they answered.
        let before = |call: &&Call| call.about.as_ref().is_some_and(|about| about.fact_seq < seq);
        for call in calls.iter().filter(running).filter(before) {
            let by = Some(occasion.caller.actor.name.clone());
            let call = call.ended(CallState::Answered, by, occasion.at);
            store::calls::update_call(tx, &call).await?;
            self.call_heard(tx, occasion.caller, call.id).await?;
            let told = told_of::<CallAnswered>(&call)
                .with("step", call.step)
                .with("by_acknowledgement", true);
            occasion.note(tx, &told).await?;
        }
        Ok(())
    }

    /// An incident is over: so are its calls, and whoever was called is told, once.
    pub(crate) async fn incident_over(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        incident: &str,
    ) -> Result<(), DutyError> {
        let calls = untold(store::calls::of_incident(tx, incident).await?);
        let Some(about) = calls.last().and_then(|call| call.about.clone()) else {
            return Ok(());
        };
        let mut people = BTreeSet::new();
        for call in calls {
            people.extend(call.people());
            let ends = call.state == CallState::Running;
            let mut call = match ends {
                true => call.ended(CallState::Over, None, occasion.at),
                false => Call { version: call.version + 1, ..call },
            };
            if let Some(about) = &mut call.about {
                about.told_over_at = Some(occasion.at);
            }
            store::calls::update_call(tx, &call).await?;
            if ends {
                self.call_heard(tx, occasion.caller, call.id).await?;
                occasion.note(tx, &told_of::<CallEnded>(&call)).await?;
            }
        }
        let notice = Notice {
            title: about.incident.end_headline(),
            text: Text::new(
                "The incident for which you were called is over.",
                "此前呼叫您处理的故障已结束。",
            ),
            link: incident_link(incident),
            urgent: about.incident.is_urgent(),
        };
        for person in people {
            self.tell(tx, occasion.caller, person, &notice).await?;
        }
        Ok(())
    }

    /// An incident is part of another: its calls go on for that one, unless somebody cares for it,
    /// and whoever was called is told when that one is over.
    pub(crate) async fn incident_merged(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (incident, into): (&str, &str),
        cared_by: Option<String>,
    ) -> Result<(), DutyError> {
        let calls = untold(store::calls::of_incident(tx, incident).await?);
        let mut there = store::calls::of_incident(tx, into).await?;
        for call in calls {
            let becomes = merged(&call, &there, cared_by.is_some());
            let mut call = match becomes {
                Merged::Answered => call.ended(CallState::Answered, cared_by.clone(), occasion.at),
                Merged::Over => call.ended(CallState::Over, None, occasion.at),
                Merged::Same => Call { version: call.version + 1, ..call },
            };
            if let Some(about) = &mut call.about {
                into.clone_into(&mut about.incident_id);
            }
            store::calls::update_call(tx, &call).await?;
            let moved = told_of::<CallMoved>(&call).with("from_incident_id", incident);
            occasion.note(tx, &moved).await?;
            if call.state != CallState::Running {
                self.call_heard(tx, occasion.caller, call.id).await?;
            }
            match becomes {
                Merged::Answered => {
                    let told = told_of::<CallAnswered>(&call)
                        .with("step", call.step)
                        .with("by_acknowledgement", true)
                        .with("answered_by", &cared_by);
                    occasion.note(tx, &told).await?;
                }
                Merged::Over => occasion.note(tx, &told_of::<CallEnded>(&call)).await?,
                Merged::Same => {}
            }
            there.push(call);
        }
        Ok(())
    }
}

fn running(call: &&Call) -> bool {
    call.state == CallState::Running
}

/// Calls whose people do not know yet that it is over.
fn untold(mut calls: Vec<Call>) -> Vec<Call> {
    calls.retain(|call| call.about.as_ref().is_some_and(|about| about.told_over_at.is_none()));
    calls
}

fn not_started(escalation: &Escalation, why: NotStarted) -> CallNotStarted {
    CallNotStarted {
        incident_id: escalation.incident_id.clone(),
        page_id: escalation.page_id.clone(),
        chain_id: escalation.chain_id.clone(),
        chain_name: escalation.chain_name.clone(),
        code: why.code(),
        reason: why.text(),
    }
}
