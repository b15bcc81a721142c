//! Alerts of other systems: each batch in one transaction, each set of labels one alert of ours.

mod mapping;
mod rule_files;
mod run_out;
mod shown;
mod whereabouts;

pub use rule_files::{RuleFileAlert, RuleFiles};

pub(crate) use rule_files::NoRuleFiles;
pub(crate) use shown::ShownAlert;

use std::collections::HashMap;

use db::Tx;
use kernel::{Caller, Time};

use super::{Alerts, Occasion, apply::Wording, permit_everywhere};
use crate::{
    AlertsError,
    model::{
        alert::{Alert, AlertId, CloseReason},
        decision::{NEWS_INTERVAL, Reading},
        event::{
            Course, Event, EventMapping, Posted, SeenEvent, Step, admit, course, fingerprint_of,
        },
        permission::{ALERT_READ, EVENT_WRITE},
        severity::Severity,
        target::Target,
    },
    store,
};

/// Alerts of one batch at most; Prometheus sends 256 at once.
pub(crate) const BATCH_MAX: usize = 10_000;
/// Reasons that an answer names.
const REASONS_MAX: usize = 20;

/// What became of a batch: what is valid of it was taken.
#[derive(Debug, Default)]
pub(crate) struct Receipt {
    /// Alerts that were taken.
    pub(crate) taken: usize,
    /// Alerts that were refused.
    pub(crate) refused: usize,
    /// Why, the first of them.
    pub(crate) reasons: Vec<String>,
}

/// What a batch is read by, and what is known of it as far as it was read.
struct Batch<'a> {
    occasion: Occasion<'a>,
    sender: &'a str,
    mapping: &'a EventMapping,
    known: HashMap<String, SeenEvent>,
    open: HashMap<AlertId, Alert>,
}

impl Alerts {
    /// Takes in what another system says of its alerts: all of it that is valid, or nothing.
    ///
    /// Errors: [`AlertsError::Forbidden`].
    pub(crate) async fn receive(
        &self,
        caller: &Caller,
        posted: Vec<Posted>,
    ) -> Result<Receipt, AlertsError> {
        permit_everywhere(caller, EVENT_WRITE)?;
        let occasion = Occasion::new(caller, self.clock.now());
        self.take_in(occasion, &caller.actor.name, posted).await
    }

    /// The same from whoever is allowed to already.
    pub(super) async fn take_in(
        &self,
        occasion: Occasion<'_>,
        sender: &str,
        posted: Vec<Posted>,
    ) -> Result<Receipt, AlertsError> {
        let (mapping, _) = self.mapping().await?;
        let mut receipt = Receipt::default();
        let mut events = Vec::new();
        for (at, one) in posted.into_iter().enumerate() {
            match admit(one, mapping.resolve_timeout(), occasion.at) {
                Ok(event) => events.push(event),
                Err(why) => {
                    receipt.refused += 1;
                    if receipt.reasons.len() < REASONS_MAX {
                        receipt.reasons.push(format!("alert {at}: {why}"));
                    }
                }
            }
        }
        if events.is_empty() {
            return Ok(receipt);
        }
        receipt.taken = events.len();
        let mut tx = self.db.begin().await?;
        let (known, open) = self.known(&mut tx, &events).await?;
        let mut batch = Batch { occasion, sender, mapping: &mapping, known, open };
        for event in events {
            self.take_event(&mut tx, &mut batch, event).await?;
        }
        // no fact: that an alert was sent again is none; what it changes has its own.
        tx.commit().await?;
        Ok(receipt)
    }

    /// What is known of these, and the alerts that are open for them.
    async fn known(
        &self,
        tx: &mut Tx,
        events: &[Event],
    ) -> Result<(HashMap<String, SeenEvent>, HashMap<AlertId, Alert>), AlertsError> {
        let mut fingerprints: Vec<&str> =
            events.iter().map(|event| event.fingerprint.as_str()).collect();
        fingerprints.sort_unstable();
        fingerprints.dedup();
        let known = store::events::known(self.db.dialect(), tx.connection(), &fingerprints).await?;
        let ids: Vec<String> =
            known.iter().filter_map(|seen| seen.alert_id.map(|id| id.to_string())).collect();
        let open = match ids.is_empty() {
            true => Vec::new(),
            false => store::alerts::still_open(&self.db, tx, &ids).await?,
        };
        let known = known.into_iter().map(|seen| (seen.event.fingerprint.clone(), seen));
        Ok((known.collect(), open.into_iter().map(|alert| (alert.id, alert)).collect()))
    }

    async fn take_event(
        &self,
        tx: &mut Tx,
        batch: &mut Batch<'_>,
        event: Event,
    ) -> Result<(), AlertsError> {
        let now = batch.occasion.at;
        let before = batch.known.remove(&event.fingerprint);
        let running = before.as_ref().and_then(|seen| seen.alert_id);
        let course =
            course(before.as_ref().map(|seen| &seen.event), running.is_some(), &event, now);
        if before.is_none() && course.step == Step::Nothing {
            // What was over before it was heard of is nothing to us.
            return Ok(());
        }
        let mut seen = seen_now(before, event, course, (batch.sender, now));
        match course.step {
            Step::Nothing => {}
            Step::Open => {
                seen.alert_id = self.open_event(tx, batch, &seen.event).await?;
                seen.opened += 1;
            }
            Step::GoOn => {
                if let Some(alert) = running.and_then(|id| batch.open.remove(&id)) {
                    let alert = self.go_on(tx, batch, &seen.event, alert).await?;
                    batch.open.insert(alert.id, alert);
                }
            }
            Step::Close => {
                if let Some(alert) = running {
                    self.end_event(tx, batch.occasion, alert, CloseReason::Recovered).await?;
                }
                seen.alert_id = None;
            }
        }
        store::events::put(tx, &seen, 1).await?;
        batch.known.insert(seen.event.fingerprint.clone(), seen);
        Ok(())
    }

    /// Opens an alert of ours; where another server did that just now, it is that one.
    async fn open_event(
        &self,
        tx: &mut Tx,
        batch: &Batch<'_>,
        event: &Event,
    ) -> Result<Option<AlertId>, AlertsError> {
        let found = self.whereabouts(tx, batch.mapping, &event.labels).await?;
        let (resource_id, resource_name) = found.unzip();
        let target = Target {
            subject: event.subject(),
            resource_id,
            resource_name: resource_name.unwrap_or_default(),
            check_id: None,
            labels: event.labels.clone(),
            called: event.called().to_owned(),
        };
        let wording = wording_of(event);
        let by = (event.rule_id(), kernel::Text::same(event.name()));
        let reading = reading_of(batch.mapping, event);
        let subject = target.subject.clone();
        let opened = self.open(tx, batch.occasion, by, target, reading, wording).await?;
        if opened.is_some() {
            return Ok(opened);
        }
        let other = store::alerts::open_of(tx.connection(), event.rule_id(), &subject).await?;
        Ok(other.map(|alert| alert.id))
    }

    /// Lets an open alert say what the sender says now. Figures in sentences change each time they
    /// are sent: that is news every five minutes at most.
    async fn go_on(
        &self,
        tx: &mut Tx,
        batch: &Batch<'_>,
        event: &Event,
        alert: Alert,
    ) -> Result<Alert, AlertsError> {
        let (reading, wording) = (reading_of(batch.mapping, event), wording_of(event));
        let old = batch.occasion.at.since(alert.updated_at) >= NEWS_INTERVAL;
        let reworded = alert.summary != wording.summary;
        if reading.severity != alert.severity || (reworded && old) {
            let mut told = alert.clone();
            told.severity = reading.severity;
            told.summary = wording.summary.clone();
            told.updated_at = batch.occasion.at;
            told.version += 1;
            self.tell(tx, batch.occasion, alert, reading, wording).await?;
            return Ok(told);
        }
        Ok(alert)
    }

    /// Ends the alert of ours, unless somebody did before.
    async fn end_event(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        id: AlertId,
        reason: CloseReason,
    ) -> Result<bool, AlertsError> {
        let found = store::alerts::find(tx.connection(), id).await?;
        let Some(alert) = found.filter(|alert| alert.closed_at.is_none()) else { return Ok(false) };
        self.end(tx, occasion, alert, reason, None).await?;
        Ok(true)
    }

    /// What the sender of an alert said, if one did and it is not forgotten.
    ///
    /// Errors: [`AlertsError::AlertNotFound`]: not seen, or of a rule of ours.
    pub(crate) async fn event_of(
        &self,
        caller: &Caller,
        id: AlertId,
    ) -> Result<SeenEvent, AlertsError> {
        let alert = self.alert(id).await?;
        self.permit_over(caller, ALERT_READ, &alert).await?;
        let fingerprint = fingerprint_of(&alert.subject).unwrap_or_default();
        let found = store::events::find(self.db.reader(), fingerprint).await?;
        found.ok_or_else(|| AlertsError::EventNotFound { id: id.to_string() })
    }
}

/// What is known from now on.
fn seen_now(
    before: Option<SeenEvent>,
    event: Event,
    course: Course,
    (sender, now): (&str, Time),
) -> SeenEvent {
    let Course { starts_at, ends_at, timed_out, .. } = course;
    let (alert_id, tally, opened, first) = before.map_or((None, 0, 0, now), |seen| {
        (seen.alert_id, seen.tally, seen.opened, seen.first_seen_at)
    });
    SeenEvent {
        event: Event { starts_at, ends_at, timed_out, ..event },
        alert_id,
        sender: sender.to_owned(),
        tally: tally + 1,
        opened,
        first_seen_at: first,
        last_seen_at: now,
    }
}

fn reading_of(mapping: &EventMapping, event: &Event) -> Reading {
    let severity: Severity = mapping.severity(&event.labels);
    Reading { severity, value: None, no_data: false }
}

fn wording_of(event: &Event) -> Wording {
    Wording { title: event.title(event.called()), summary: event.summary() }
}
