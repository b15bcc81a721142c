use std::collections::HashMap;

use db::Tx;
use kernel::{Caller, Page, PageOf, Permission, Scope};
use notify::MessageId;
use resources::Sight;

use crate::{
    AlertsError,
    actions::{Alerts, permit_everywhere},
    model::{
        alert::Alert,
        incident::{Incident, IncidentId, Page as Told, Tally, TimesTold},
        permission::ALERT_READ,
    },
    store::{self, incidents::IncidentFilter},
};

/// Alerts of an incident that are shown.
const ALERTS_MAX: u32 = 500;
/// Pages of an incident that are shown.
const PAGES_MAX: u32 = 100;
/// Alerts that are looked at to find out whether an incident is the caller's.
const LOOKED_AT_MAX: u32 = 10_000;

/// An alert in an incident.
#[derive(Debug, Clone)]
pub(crate) struct IncidentAlert {
    pub(crate) alert: Alert,
    /// Whether it is what is wrong, and does not only follow.
    pub(crate) root: bool,
    /// The silence that covers it.
    pub(crate) silenced_by: Option<String>,
}

/// An incident as far as somebody may see it.
#[derive(Debug)]
pub(crate) struct IncidentSeen {
    pub(crate) incident: Incident,
    /// How much of it they see.
    pub(crate) tally: Tally,
    /// How often somebody was told that something is wrong.
    pub(crate) told: TimesTold,
    pub(crate) sight: Sight,
}

impl Alerts {
    /// The incidents that match and of which the caller sees an alert, newest first.
    pub(crate) async fn incidents(
        &self,
        caller: &Caller,
        filter: &IncidentFilter,
        page: &Page,
    ) -> Result<PageOf<IncidentSeen>, AlertsError> {
        let scope = caller.scope(ALERT_READ);
        let sight = self.sight(caller).await?;
        // Whether something unseen is part of what is seen is not theirs to ask.
        if filter.resource_id.as_deref().is_some_and(|id| !sight.sees_text(Some(id))) {
            return Ok(PageOf { items: Vec::new(), next: None });
        }
        let found = store::incidents::list(&self.db, &scope, filter, page).await?;
        let tallies = self.tallies(&scope, &found.items).await?;
        let mut items = Vec::with_capacity(found.items.len());
        for incident in found.items {
            let Some(tally) = tallies.get(&incident.id).copied() else { continue };
            let told = store::pages::count(self.db.reader(), incident.id).await?;
            items.push(IncidentSeen { incident, tally, told, sight: sight.clone() });
        }
        Ok(PageOf { items, next: found.next })
    }

    /// The incident of that id, if the caller sees an alert of it.
    ///
    /// Errors: [`AlertsError::IncidentNotFound`].
    pub(crate) async fn incident_seen(
        &self,
        caller: &Caller,
        id: IncidentId,
    ) -> Result<IncidentSeen, AlertsError> {
        let found = store::incidents::find(self.db.reader(), id).await?;
        let incident = found.ok_or_else(|| AlertsError::IncidentNotFound { id: id.to_string() })?;
        self.seen(caller, incident).await
    }

    /// The same, of one that was just changed.
    pub(crate) async fn seen(
        &self,
        caller: &Caller,
        incident: Incident,
    ) -> Result<IncidentSeen, AlertsError> {
        let (scope, sight) = (caller.scope(ALERT_READ), self.sight(caller).await?);
        let tallies = self.tallies(&scope, std::slice::from_ref(&incident)).await?;
        let missing = || AlertsError::IncidentNotFound { id: incident.id.to_string() };
        let tally = tallies.get(&incident.id).copied().ok_or_else(missing)?;
        let told = store::pages::count(self.db.reader(), incident.id).await?;
        Ok(IncidentSeen { incident, tally, told, sight })
    }

    /// How much of each incident `scope` covers; those of which it covers nothing are not there.
    async fn tallies(
        &self,
        scope: &Scope,
        incidents: &[Incident],
    ) -> Result<HashMap<IncidentId, Tally>, AlertsError> {
        if *scope == Scope::Everywhere {
            return Ok(incidents.iter().map(|one| (one.id, one.verdict.tally())).collect());
        }
        let ids: Vec<IncidentId> = incidents.iter().map(|one| one.id).collect();
        Ok(store::members::tallies(&self.db, scope, &ids).await?)
    }

    /// The alerts of an incident that the caller sees, what is wrong before what follows.
    ///
    /// Errors: [`AlertsError::IncidentNotFound`].
    pub(crate) async fn incident_alerts(
        &self,
        caller: &Caller,
        id: IncidentId,
    ) -> Result<Vec<IncidentAlert>, AlertsError> {
        let IncidentSeen { sight, .. } = self.incident_seen(caller, id).await?;
        let reader = self.db.reader();
        let parts = store::members::parts_of(reader, id, LOOKED_AT_MAX).await?;
        let alerts = store::members::of_incident(reader, id, LOOKED_AT_MAX).await?;
        let seen = alerts.into_iter().filter(|alert| sight.sees_text(alert.resource_id.as_deref()));
        let mut found: Vec<IncidentAlert> = seen
            .map(|alert| {
                let (root, silenced_by) = parts.get(&alert.id).cloned().unwrap_or_default();
                IncidentAlert { alert, root, silenced_by }
            })
            .collect();
        found.sort_by_key(|one| (!one.root, one.alert.closed_at.is_some(), one.alert.id));
        found.truncate(ALERTS_MAX as usize);
        Ok(found)
    }

    /// Who was told of an incident, the last first, each with how far the message is.
    ///
    /// Errors: [`AlertsError::IncidentNotFound`].
    pub(crate) async fn incident_pages(
        &self,
        caller: &Caller,
        id: IncidentId,
    ) -> Result<Vec<(Told, Option<(notify::MessageState, String)>)>, AlertsError> {
        self.incident_seen(caller, id).await?;
        let pages = store::pages::of_incident(self.db.reader(), id, PAGES_MAX).await?;
        let mut found = Vec::with_capacity(pages.len());
        for page in pages {
            let receipt = self.receipt(&page).await?;
            found.push((page, receipt));
        }
        Ok(found)
    }

    /// How far the message of a page is, and what the far side said last; none when the message
    /// was forgotten.
    async fn receipt(
        &self,
        page: &Told,
    ) -> Result<Option<(notify::MessageState, String)>, AlertsError> {
        if page.is_call() {
            return Ok(None);
        }
        let (Some(notify), Ok(id)) = (&self.notify, page.message.parse::<MessageId>()) else {
            return Ok(None);
        };
        match notify.message(&Caller::system("alerts"), id).await {
            Ok((message, deliveries)) => {
                let attempts = deliveries.iter().flat_map(|(_, attempts)| attempts);
                let last = attempts.max_by_key(|attempt| attempt.started_at);
                let said = last.map(|one| format!("{} {}", one.code, one.said).trim().to_owned());
                Ok(Some((message.state, said.unwrap_or_default())))
            }
            Err(notify::NotifyError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the caller may do what `permission` allows to an incident: over one of its alerts at
    /// least, as whoever looks after one of them may care for it.
    ///
    /// Errors: [`AlertsError::IncidentNotFound`] for those who see nothing of it,
    /// [`AlertsError::Forbidden`] for those who only see it.
    pub(super) async fn permit_over_incident(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        permission: Permission,
        incident: &Incident,
    ) -> Result<(), AlertsError> {
        if permit_everywhere(caller, permission).is_ok() {
            return Ok(());
        }
        let (reads, does) =
            (self.sight(caller).await?, self.resources.sight(&caller.scope(permission)).await?);
        let alerts =
            store::members::of_incident(tx.connection(), incident.id, LOOKED_AT_MAX).await?;
        let mut ids = alerts.iter().map(|alert| alert.resource_id.as_deref());
        if !ids.clone().any(|id| reads.sees_text(id) || does.sees_text(id)) {
            return Err(AlertsError::IncidentNotFound { id: incident.id.to_string() });
        }
        match ids.any(|id| does.sees_text(id)) {
            true => Ok(()),
            false => Err(AlertsError::Forbidden(permission)),
        }
    }
}
