//! Chains that are called for incidents, and what became of the calls.

use db::Tx;
use kernel::Id;

use super::people::touched;
use crate::{
    AlertsError,
    actions::{Alerts, Occasion, apply::append},
    model::{
        alert::{Acknowledgement, AlertState},
        incident::{
            CHAIN, CallState, Incident, IncidentAcknowledged, IncidentEscalated, IncidentId,
            Occasion as Why, Page, PageCall, PageId,
        },
        policy::{ChainRef, Policy},
    },
    store,
};

/// An incident that is part of another that is part of another: no further than this.
const MERGES_MAX: usize = 20;

impl Alerts {
    /// Has the chains of these policies called, each once, and none that is being called for this
    /// incident already. False when there is nothing to call.
    pub(super) async fn escalate(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        incident: &Incident,
        why: Why,
        fitting: &[&Policy],
    ) -> Result<bool, AlertsError> {
        if fitting.iter().all(|policy| policy.content.chains.is_empty()) {
            return Ok(false);
        }
        let mut calling = store::pages::calling(tx.connection(), incident.id).await?;
        let mut called = false;
        for (policy, chain) in chains_of(fitting) {
            if !calling.insert(chain.id.clone()) {
                continue;
            }
            let page = Page {
                id: Id::new(self.ids.as_ref(), self.clock.as_ref()),
                incident: incident.id,
                policy_id: policy.id.to_string(),
                policy_name: policy.content.name.clone(),
                occasion: why,
                recipient: (CHAIN.to_owned(), chain.id.clone(), chain.name.clone()),
                message: String::new(),
                call: Some(PageCall::of(CallState::Waiting)),
                at: occasion.at,
            };
            store::pages::insert(tx, &page).await?;
            let fact = IncidentEscalated::of(incident, policy, chain, page.id);
            append(tx, occasion, &fact).await?;
            called = true;
        }
        Ok(called)
    }

    /// The call that a page asked for began, or was not started.
    pub(crate) async fn call_decided(
        &self,
        tx: &mut Tx,
        page: PageId,
        (call_id, call): (&str, &PageCall),
    ) -> Result<(), AlertsError> {
        // no fact: the call has one, which led here.
        store::pages::decide_call(tx, page, call_id, call).await?;
        Ok(())
    }

    /// A call came to its end. Whoever answered cares for the incident, unless somebody does.
    pub(crate) async fn call_ended(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (call_id, call): (&str, &PageCall),
        cares: Option<IncidentId>,
    ) -> Result<(), AlertsError> {
        // Told again, it has ended already: then nothing follows from it a second time.
        let ended = store::pages::end_call(tx, call_id, call).await?;
        match cares.filter(|_| ended) {
            Some(incident) => self.answered(tx, occasion, incident).await,
            None => Ok(()),
        }
    }

    async fn answered(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        id: IncidentId,
    ) -> Result<(), AlertsError> {
        let Some(incident) = whole(tx, id).await? else { return Ok(()) };
        if incident.state == AlertState::Closed || incident.is_cared_for(occasion.at) {
            return Ok(());
        }
        let by = occasion.caller.actor.name.clone();
        let incident = Incident {
            acknowledged: Some(Acknowledgement { by, at: occasion.at, comment: None }),
            acknowledged_until: None,
            ..touched(incident, occasion.at)
        };
        store::incidents::put(tx, &incident).await?;
        append(tx, occasion, &IncidentAcknowledged::of(&incident)).await?;
        self.cared_for(tx, occasion, incident.id).await
    }

    /// A call goes on for the incident that its own turned out to be part of.
    pub(crate) async fn call_moved(
        &self,
        tx: &mut Tx,
        call_id: &str,
        (from, to): (IncidentId, IncidentId),
    ) -> Result<(), AlertsError> {
        let pages = store::pages::of_call(tx.connection(), call_id).await?;
        if pages.iter().any(|page| page.incident == to) {
            return Ok(());
        }
        let running = |page: &&Page| {
            let call = page.call.as_ref();
            page.incident == from && call.is_some_and(|call| call.state == CallState::Running)
        };
        if let Some(page) = pages.iter().find(running) {
            let id = Id::new(self.ids.as_ref(), self.clock.as_ref());
            // no fact: that the call moved is one, which led here.
            store::pages::insert(tx, &Page { id, incident: to, ..page.clone() }).await?;
        }
        Ok(())
    }
}

/// All chains of these policies, with the policy that names them.
fn chains_of<'p>(policies: &[&'p Policy]) -> Vec<(&'p Policy, &'p ChainRef)> {
    let all = policies
        .iter()
        .flat_map(|policy| policy.content.chains.iter().map(move |chain| (*policy, chain)));
    all.collect()
}

/// The incident, or what it is part of now.
async fn whole(tx: &mut Tx, id: IncidentId) -> Result<Option<Incident>, AlertsError> {
    let mut next = id;
    for _ in 0..MERGES_MAX {
        let found = store::incidents::find(tx.connection(), next).await?;
        match found.as_ref().and_then(|incident| incident.merged_into) {
            Some(into) => next = into,
            None => return Ok(found),
        }
    }
    Ok(None)
}
