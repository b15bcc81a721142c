use std::collections::HashMap;

use kernel::Caller;

use super::super::Alerts;
use crate::{
    AlertsError,
    model::{
        alert::{Alert, AlertId},
        event::SeenEvent,
        incident::IncidentId,
    },
    store::{self, alerts::Owner, members::Seat},
};

/// Open alerts that are shown, the newest.
const SHOWN_MAX: u32 = 20_000;

/// An open alert as those see it who speak Alertmanager's protocol.
#[derive(Debug, Clone)]
pub(crate) struct ShownAlert {
    pub(crate) alert: Alert,
    /// What its sender said, if another system did.
    pub(crate) event: Option<SeenEvent>,
    /// The silence that covers it.
    pub(crate) silenced_by: Option<String>,
    /// The incident that it is in.
    pub(crate) incident: Option<IncidentId>,
    /// What it follows from: nobody is told of it for itself.
    pub(crate) inhibited_by: Vec<AlertId>,
}

impl Alerts {
    /// The open alerts that the caller sees, the newest first: those of rules, too.
    pub(crate) async fn shown(&self, caller: &Caller) -> Result<Vec<ShownAlert>, AlertsError> {
        let (reader, sight) = (self.db.reader(), self.sight(caller).await?);
        let open = store::alerts::open(reader, Owner::All, SHOWN_MAX).await?;
        let seats = store::members::seats(reader, SHOWN_MAX).await?;
        let events = store::events::running(reader, SHOWN_MAX).await?;
        let mut events: HashMap<AlertId, SeenEvent> =
            events.into_iter().filter_map(|seen| Some((seen.alert_id?, seen))).collect();
        let mut roots: HashMap<IncidentId, Vec<AlertId>> = HashMap::new();
        for (id, seat) in &seats {
            if let (Some(incident), true) = (seat.placed.incident, seat.root) {
                roots.entry(incident).or_default().push(*id);
            }
        }
        let seen = open.into_iter().filter(|alert| sight.sees_text(alert.resource_id.as_deref()));
        let shown = seen.map(|alert| {
            let seat: Seat = seats.get(&alert.id).cloned().unwrap_or_default();
            let incident = seat.placed.incident;
            let causes = incident.filter(|_| !seat.root).and_then(|id| roots.get(&id));
            ShownAlert {
                event: events.remove(&alert.id),
                silenced_by: seat.silenced_by,
                incident,
                inhibited_by: causes.cloned().unwrap_or_default(),
                alert,
            }
        });
        Ok(shown.collect())
    }
}
