use db::Tx;
use kernel::{Caller, FieldFault, Permission, Text, Time};

use crate::{
    AlertsError,
    actions::{Alerts, Occasion, alerts::checked, apply::append, permit},
    model::{
        alert::{Acknowledgement, AlertState},
        incident::{
            Incident, IncidentAcknowledged, IncidentAssigned, IncidentId, IncidentUnacknowledged,
        },
        permission::ALERT_ACKNOWLEDGE,
    },
    store,
};

/// The longest name of somebody an incident is given to, in characters.
const ASSIGNEE_MAX: usize = 100;

impl Alerts {
    /// Says that `caller` cares for an open incident, until a moment or as long as it is open: it
    /// is not repeated meanwhile. A second time replaces who, why and until when.
    ///
    /// Errors: [`AlertsError::Invalid`], [`AlertsError::Forbidden`],
    /// [`AlertsError::IncidentNotFound`], [`AlertsError::IncidentClosed`], [`AlertsError::Stale`].
    pub(crate) async fn acknowledge_incident(
        &self,
        caller: &Caller,
        (id, version): (IncidentId, i64),
        comment: Option<String>,
        until: Option<Time>,
    ) -> Result<Incident, AlertsError> {
        let comment = checked(comment)?;
        let occasion = Occasion::new(caller, self.clock.now());
        if until.is_some_and(|until| until <= occasion.at) {
            let expected = Text::new("a moment to come", "晚于当前的时间");
            let found = until.map(|until| until.to_string()).unwrap_or_default();
            return Err(AlertsError::Invalid(vec![FieldFault::new("until", found, expected)]));
        }
        let mut tx = self.db.begin().await?;
        let incident =
            self.open_incident(&mut tx, caller, ALERT_ACKNOWLEDGE, (id, version)).await?;
        let by = caller.actor.name.clone();
        let incident = Incident {
            acknowledged: Some(Acknowledgement { by, at: occasion.at, comment }),
            acknowledged_until: until,
            ..touched(incident, occasion.at)
        };
        store::incidents::put(&mut tx, &incident).await?;
        append(&mut tx, occasion, &IncidentAcknowledged::of(&incident)).await?;
        self.cared_for(&mut tx, occasion, incident.id).await?;
        tx.commit().await?;
        Ok(incident)
    }

    /// Takes an acknowledgement back; does nothing when there is none.
    ///
    /// Errors: as [`Alerts::acknowledge_incident`].
    pub(crate) async fn unacknowledge_incident(
        &self,
        caller: &Caller,
        (id, version): (IncidentId, i64),
    ) -> Result<Incident, AlertsError> {
        let occasion = Occasion::new(caller, self.clock.now());
        let mut tx = self.db.begin().await?;
        let incident =
            self.open_incident(&mut tx, caller, ALERT_ACKNOWLEDGE, (id, version)).await?;
        if incident.acknowledged.is_none() {
            return Ok(incident);
        }
        let incident = Incident {
            acknowledged: None,
            acknowledged_until: None,
            ..touched(incident, occasion.at)
        };
        store::incidents::put(&mut tx, &incident).await?;
        append(&mut tx, occasion, &IncidentUnacknowledged::of(&incident)).await?;
        tx.commit().await?;
        Ok(incident)
    }

    /// Gives an open incident to somebody, or to nobody.
    ///
    /// Errors: as [`Alerts::acknowledge_incident`].
    pub(crate) async fn assign_incident(
        &self,
        caller: &Caller,
        (id, version): (IncidentId, i64),
        assignee: Option<String>,
    ) -> Result<Incident, AlertsError> {
        let assignee = assignee.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        if let Some(name) = &assignee
            && (name.chars().count() > ASSIGNEE_MAX || name.chars().any(char::is_control))
        {
            let expected = Text::new("a name of at most 100 characters", "不超过 100 个字符的姓名");
            return Err(AlertsError::Invalid(vec![FieldFault::new("assignee", name, expected)]));
        }
        let occasion = Occasion::new(caller, self.clock.now());
        let mut tx = self.db.begin().await?;
        let incident =
            self.open_incident(&mut tx, caller, ALERT_ACKNOWLEDGE, (id, version)).await?;
        if incident.assignee == assignee {
            return Ok(incident);
        }
        let incident = Incident { assignee, ..touched(incident, occasion.at) };
        store::incidents::put(&mut tx, &incident).await?;
        append(&mut tx, occasion, &IncidentAssigned::of(&incident)).await?;
        tx.commit().await?;
        Ok(incident)
    }

    /// The incident, if it is open, as the caller knows it, and theirs to do that to.
    pub(super) async fn open_incident(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        permission: Permission,
        (id, version): (IncidentId, i64),
    ) -> Result<Incident, AlertsError> {
        permit(caller, permission)?;
        let found = store::incidents::find(tx.connection(), id).await?;
        let missing = || AlertsError::IncidentNotFound { id: id.to_string() };
        let incident = found.ok_or_else(missing)?;
        self.permit_over_incident(tx, caller, permission, &incident).await?;
        if incident.state == AlertState::Closed {
            return Err(AlertsError::IncidentClosed { id: id.to_string() });
        }
        if incident.version != version {
            return Err(AlertsError::Stale { id: id.to_string() });
        }
        Ok(incident)
    }
}

/// The same, changed at `now`.
pub(super) fn touched(incident: Incident, now: Time) -> Incident {
    Incident { updated_at: now, version: incident.version + 1, ..incident }
}
