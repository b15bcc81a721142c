use std::collections::{HashMap, HashSet};

use db::Tx;
use jobs::Fence;
use kernel::{Caller, Id};

use super::{CHANGES_MAX, Correlated, Draft, Stage};
use crate::{
    AlertsError,
    actions::{Alerts, Occasion, apply::append},
    model::{
        alert::AlertId,
        incident::{
            Incident, IncidentChanged, IncidentClosed, IncidentEnd, IncidentId, IncidentOpened,
            is_ready,
        },
    },
    store::{self, members::Seat},
};

impl Alerts {
    /// Writes what became of incidents. What a person changed since the round began is left for the
    /// next.
    pub(super) async fn settle(
        &self,
        stage: &Stage,
        drafts: Vec<Draft>,
        fence: &Fence,
    ) -> Result<Correlated, AlertsError> {
        let caller = Caller::system("alerts");
        let occasion = Occasion::new(&caller, stage.now);
        let mut round = Correlated::default();
        let mut ready = Vec::new();
        for draft in drafts {
            let incident = self.born(stage, &draft);
            let outlook = self.outlook(stage, &draft.portrait, &incident).await?;
            round.waiting |= outlook.unasked && incident.told_severity.is_none();
            let changes = match draft.before {
                None => self.changes_before(&incident, stage).await?,
                Some(_) => incident.verdict.changes.clone(),
            };
            let mut incident = incident;
            incident.verdict.changes = changes;
            ready.push((draft, incident, outlook));
        }
        let mut homes: HashMap<IncidentId, IncidentId> = HashMap::new();
        let mut tx = self.db.begin().await?;
        let seats = store::members::seats(tx.connection(), u32::MAX >> 1).await?;
        let kept: HashSet<IncidentId> = ready.iter().map(|(_, incident, _)| incident.id).collect();
        for (draft, incident, outlook) in ready {
            if round.done as usize >= CHANGES_MAX {
                round.left += 1;
                continue;
            }
            if !unchanged(&mut tx, draft.before.as_ref()).await? {
                round.left += 1;
                continue;
            }
            let moved = self.seat(&mut tx, stage, &seats, &draft, incident.id).await?;
            for from in moved.iter().filter(|from| !kept.contains(from)) {
                homes.insert(*from, incident.id);
            }
            let changed = self.write(&mut tx, occasion, stage, draft, incident, outlook).await?;
            round.done += u64::from(changed || !moved.is_empty());
        }
        let emptied = stage.incidents.values().filter(|one| !kept.contains(&one.id));
        for incident in emptied {
            let into = homes.get(&incident.id).copied();
            round.done += u64::from(self.end_emptied(&mut tx, occasion, incident, into).await?);
        }
        if round.done > 0 {
            fence.check(&mut tx).await.map_err(|fault| AlertsError::TakenOver(Box::new(fault)))?;
            // no fact: where only seats or silences changed, the alerts and silences have theirs.
            tx.commit().await?;
        }
        Ok(round)
    }

    fn born(&self, stage: &Stage, draft: &Draft) -> Incident {
        match &draft.before {
            Some(before) => before.become_like(&draft.portrait),
            None => {
                let id = Id::new(self.ids.as_ref(), self.clock.as_ref());
                Incident::new(id, &draft.portrait, stage.now)
            }
        }
    }

    /// Puts the alerts where they belong, and remembers what silences them. Returns the incidents
    /// that they came from.
    async fn seat(
        &self,
        tx: &mut Tx,
        stage: &Stage,
        seats: &HashMap<AlertId, Seat>,
        draft: &Draft,
        incident: IncidentId,
    ) -> Result<Vec<IncidentId>, AlertsError> {
        let mut from = Vec::new();
        for (id, root) in &draft.portrait.members {
            let Some(alert) = stage.alerts.get(id) else { continue };
            let then = stage.seats.get(id).cloned().unwrap_or_default();
            // Somebody moved it since the round began: it stays there.
            if seats.get(id).is_some_and(|seat| seat.placed != then.placed) {
                continue;
            }
            let silence = stage.silence_of(alert);
            if silence != then.silenced_by {
                store::members::silence(tx, *id, silence.as_deref()).await?;
            }
            let seated = then.placed.incident == Some(incident) && then.root == *root;
            if !seated {
                store::members::place(tx, *id, incident, *root, then.placed.pinned).await?;
            }
            let left = then.placed.incident.filter(|home| *home != incident);
            from.extend(left);
            if silence != then.silenced_by && left.is_none() {
                from.push(incident);
            }
        }
        Ok(from)
    }

    /// Writes one incident, tells of it, and closes it when all is well. False when nothing
    /// changed.
    async fn write(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        stage: &Stage,
        draft: Draft,
        mut incident: Incident,
        outlook: crate::model::incident::Outlook,
    ) -> Result<bool, AlertsError> {
        let Draft { before, portrait } = draft;
        let told = self.tell_of(tx, occasion, stage, &portrait, &mut incident, outlook).await?;
        let changed = before.as_ref() != Some(&incident);
        if changed {
            incident.updated_at = occasion.at;
            incident.version += i64::from(before.is_some());
            store::incidents::put(tx, &incident).await?;
            let ready = is_ready(&incident, outlook);
            match &before {
                None => {
                    let fact = IncidentOpened::of(&incident, portrait.open);
                    append(tx, occasion, &IncidentOpened { ready, ..fact }).await?;
                }
                Some(before) if is_news(before, &incident) => {
                    let fact = IncidentChanged::of(&incident, portrait.open);
                    append(tx, occasion, &IncidentChanged { ready, ..fact }).await?;
                }
                Some(_) => {}
            }
        }
        if incident.is_over(occasion.at) {
            self.end_incident(tx, occasion, &incident, IncidentEnd::Recovered, None).await?;
            return Ok(true);
        }
        Ok(changed || told)
    }

    /// Closes an incident whose alerts all went elsewhere, if it still has none.
    async fn end_emptied(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        incident: &Incident,
        into: Option<IncidentId>,
    ) -> Result<bool, AlertsError> {
        let left = store::members::of_incident(tx.connection(), incident.id, 1).await?;
        if !left.is_empty() || !unchanged(tx, Some(incident)).await? {
            return Ok(false);
        }
        self.end_incident(tx, occasion, incident, IncidentEnd::Merged, into).await?;
        Ok(true)
    }

    /// Closes an incident; whoever was told of it is told that it is over.
    pub(super) async fn end_incident(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        incident: &Incident,
        reason: IncidentEnd,
        into: Option<IncidentId>,
    ) -> Result<Incident, AlertsError> {
        let ended = incident.ended(reason, into, occasion.at);
        store::incidents::put(tx, &ended).await?;
        let whole = match into {
            Some(into) => store::incidents::find(tx.connection(), into).await?,
            None => None,
        };
        let fact = IncidentClosed::of(&ended, whole.as_ref(), occasion.at);
        append(tx, occasion, &fact).await?;
        self.tell_end(tx, occasion, &ended).await?;
        Ok(ended)
    }
}

/// What is worth a row of the journal: not that one more of the same was noticed to be quiet.
fn is_news(before: &Incident, now: &Incident) -> bool {
    (&before.title, before.severity, &before.cause_id, before.certainty)
        != (&now.title, now.severity, &now.cause_id, now.certainty)
        || before.verdict.alerts != now.verdict.alerts
        || before.quiet_since.is_some() != now.quiet_since.is_some()
        || before.told_at.is_some() != now.told_at.is_some()
}

/// Whether nobody changed the incident since it was read.
async fn unchanged(tx: &mut Tx, before: Option<&Incident>) -> Result<bool, AlertsError> {
    let Some(before) = before else { return Ok(true) };
    let found = store::incidents::find(tx.connection(), before.id).await?;
    Ok(found.is_some_and(|now| now.version == before.version && now.state == before.state))
}
