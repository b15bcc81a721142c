//! Incidents are kept up to date: alerts are put together by their causes, over and over.

mod changes;
mod correct;
mod escalate;
mod people;
mod read;
mod scene;
mod settle;
mod tell;

use std::collections::{HashMap, HashSet};

use jobs::Fence;
use kernel::{FactSeq, Time};
use resources::ResourceId;

pub(crate) use correct::Moved;
pub(crate) use read::{IncidentAlert, IncidentSeen};
pub(crate) use scene::{DEPTH, POLICIES_MAX, SILENCES_MAX, Stage, symptom};

use super::Alerts;
use crate::{
    AlertsError,
    model::{
        cause::explain,
        incident::{Assigned, Incident, Known, Placed, Portrait, assign},
    },
};

/// Incidents that are changed in a round; the rest follow in the next.
const CHANGES_MAX: usize = 500;
/// Without a fact, alerts are looked at anew after this long: silences begin and end by the clock.
const REST_US: i64 = 15_000_000;

/// When alerts were last put together.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pulse {
    seen: Option<(FactSeq, Time)>,
    waiting: bool,
}

/// What became of a round.
#[derive(Debug, Default)]
pub(crate) struct Correlated {
    /// Incidents that changed.
    pub(crate) done: u64,
    /// Those that are left for the next round.
    pub(crate) left: u64,
    /// Whether something waits for the state of what it rests on.
    pub(crate) waiting: bool,
}

/// One incident to be written.
#[derive(Debug)]
struct Draft {
    before: Option<Incident>,
    portrait: Portrait,
}

impl Alerts {
    /// Puts the open alerts together by their causes and writes what became of them.
    ///
    /// Nothing is kept between rounds but what is in the records: a restart changes nothing.
    pub(crate) async fn correlate(&self, fence: &Fence) -> Result<Correlated, AlertsError> {
        let (latest, now) = (journal::latest(&self.db).await?, self.clock.now());
        if self.is_at_rest(latest, now) {
            return Ok(Correlated::default());
        }
        let mut stage = self.stage(now).await?;
        self.suspect(&mut stage).await?;
        let groups = explain(&stage.scene);
        let placed: HashMap<_, Placed> =
            stage.seats.iter().map(|(id, seat)| (*id, seat.placed)).collect();
        let known =
            Known { alerts: &stage.alerts, names: &stage.names, groups: &groups, placed: &placed };
        let assigned = assign(&groups, &placed);
        let mut drafts: Vec<Draft> =
            assigned.iter().filter_map(|one| draft(&known, &stage, one)).collect();
        // What is left for the next round is not what is critical.
        drafts.sort_by_key(|draft| std::cmp::Reverse(draft.portrait.severity));
        let done = self.settle(&stage, drafts, fence).await?;
        let mut pulse = self.pulse.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *pulse = Pulse { seen: Some((latest, now)), waiting: done.waiting || done.left > 0 };
        drop(pulse);
        Ok(done)
    }

    fn is_at_rest(&self, latest: FactSeq, now: Time) -> bool {
        let pulse = *self.pulse.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let known = pulse.seen.is_some_and(|(seq, at)| {
            seq == latest && now.micros().saturating_sub(at.micros()) < REST_US
        });
        known && !pulse.waiting
    }

    /// Finds out how much rests on what many failures share, and whether it answers.
    async fn suspect(&self, stage: &mut Stage) -> Result<(), AlertsError> {
        let suspects = crate::model::cause::suspects(&stage.scene);
        if suspects.is_empty() {
            return Ok(());
        }
        let since = stage.scene.symptoms.iter().map(|one| one.since).max();
        let looks = self.lookout.look(&suspects, since.unwrap_or(stage.now)).await;
        let looks = looks.map_err(|fault| AlertsError::Lookout(Box::new(fault)))?;
        for (id, look) in looks {
            if look == crate::Look::Well {
                stage.scene.well.insert(id);
            }
        }
        let caller = kernel::Caller::system("alerts");
        for id in suspects {
            let bounds = resources::ImpactBounds::default();
            let impact = self.resources.what_if(&caller, &[id], bounds).await?;
            let affected = impact.outcome.affected;
            let down = affected.iter().filter(|one| one.severity == resources::Severity::Down);
            let ids: HashSet<ResourceId> = down.map(|one| one.id).collect();
            stage.scene.reach.insert(id, ids.len());
        }
        Ok(())
    }
}

fn draft(known: &Known<'_>, stage: &Stage, assigned: &Assigned) -> Option<Draft> {
    let before = assigned.incident.and_then(|id| stage.incidents.get(&id)).cloned();
    let portrait = known.portray(assigned, before.as_ref())?;
    Some(Draft { before, portrait })
}
