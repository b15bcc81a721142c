use db::Tx;
use journal::Entry;
use kernel::{Fact, Id, Text};

use super::{Alerts, Occasion};
use crate::{
    AlertsError,
    model::{
        alert::{Alert, AlertId, AlertState, CloseReason},
        decision::Reading,
        fact::{AlertClosed, AlertRaised, AlertUpdated},
        rule::{Rule, RuleId},
        target::Target,
    },
    store::{self, pending::Remembered},
};

/// What an alert says to people.
#[derive(Debug, Clone)]
pub(super) struct Wording {
    /// What it is about.
    pub(super) title: Text,
    /// What is the matter.
    pub(super) summary: Text,
}

impl Alerts {
    /// Opens an alert of `rule` for `target`, unless it has one: then nothing is written.
    pub(super) async fn raise(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        rule: &Rule,
        target: Target,
        reading: Reading,
        wording: Wording,
    ) -> Result<bool, AlertsError> {
        let by = (rule.id, rule.content.name.clone());
        store::pending::remove(tx, rule.id, &target.subject).await?;
        Ok(self.open(tx, occasion, by, target, reading, wording).await?.is_some())
    }

    /// Opens an alert of a rule, be it one of another system, unless that has one for `target`.
    pub(super) async fn open(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (rule_id, rule_name): (RuleId, Text),
        target: Target,
        reading: Reading,
        wording: Wording,
    ) -> Result<Option<AlertId>, AlertsError> {
        let alert = Alert {
            id: Id::new(self.ids.as_ref(), self.clock.as_ref()),
            rule_id,
            rule_name,
            subject: target.subject,
            title: wording.title,
            summary: wording.summary,
            severity: reading.severity,
            resource_id: target.resource_id,
            resource_name: target.resource_name,
            check_id: target.check_id,
            state: AlertState::Open,
            no_data: reading.no_data,
            value: reading.value,
            labels: target.labels,
            acknowledged: None,
            raised_at: occasion.at,
            updated_at: occasion.at,
            closed_at: None,
            close_reason: None,
            close_comment: None,
            version: 1,
        };
        if !store::alerts_write::insert(tx, &alert).await? {
            return Ok(None);
        }
        append(tx, occasion, &AlertRaised::of(&alert)).await?;
        Ok(Some(alert.id))
    }

    /// Lets an open alert say something new.
    pub(super) async fn tell(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        mut alert: Alert,
        reading: Reading,
        wording: Wording,
    ) -> Result<(), AlertsError> {
        alert.severity = reading.severity;
        alert.value = reading.value;
        alert.no_data = reading.no_data;
        alert.title = wording.title;
        alert.summary = wording.summary;
        alert.updated_at = occasion.at;
        alert.version += 1;
        store::alerts_write::update(tx, &alert).await?;
        append(tx, occasion, &AlertUpdated::of(&alert)).await
    }

    /// Ends an open alert.
    pub(super) async fn end(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        mut alert: Alert,
        reason: CloseReason,
        comment: Option<String>,
    ) -> Result<Alert, AlertsError> {
        alert.state = AlertState::Closed;
        alert.closed_at = Some(occasion.at);
        alert.updated_at = occasion.at;
        alert.close_reason = Some(reason);
        alert.close_comment = comment;
        alert.version += 1;
        store::alerts_write::update(tx, &alert).await?;
        if reason.dismisses(&alert.subject) {
            let dismissed = Remembered::Dismissed;
            store::pending::put(tx, alert.rule_id, &alert.subject, dismissed, occasion.at).await?;
        }
        append(tx, occasion, &AlertClosed::of(&alert)).await?;
        Ok(alert)
    }
}

/// Writes a fact on an occasion.
pub(super) async fn append<F: Fact>(
    tx: &mut Tx,
    occasion: Occasion<'_>,
    fact: &F,
) -> Result<(), AlertsError> {
    let entry = Entry::new(occasion.caller, occasion.at, fact).because_of(occasion.cause);
    journal::append(tx, entry).await?;
    Ok(())
}
