use std::collections::HashSet;

use ::resources::ResourcesError;
use db::Tx;
use kernel::{Caller, FieldFault, Id, Text};

use super::{people::touched, scene::LESSONS_MAX};
use crate::{
    AlertsError,
    actions::{Alerts, Occasion, apply::append, permit_everywhere},
    model::{
        alert::{Alert, AlertId},
        cause::Certainty,
        house_fact::{LessonDecided, LessonLearned},
        incident::{
            Incident, IncidentCorrected, IncidentEnd, IncidentId, IncidentOpened, Named, Portrait,
            Verdict,
        },
        lesson::{Lesson, LessonId, LessonKind, LessonState},
        permission::{ALERT_CORRECT, ALERT_READ},
    },
    store,
};

/// Alerts that go with one correction at most.
const MOVED_MAX: u32 = 10_000;

/// What goes where.
#[derive(Debug, Clone)]
pub(crate) enum Moved {
    /// All alerts of another incident come here.
    From(IncidentId),
    /// These alerts become an incident of their own.
    Out(Vec<AlertId>),
}

impl Alerts {
    /// Puts alerts together or apart by hand. They stay where they were put; that the resources
    /// belong together, or do not, waits to be confirmed as a rule.
    ///
    /// Errors: [`AlertsError::Invalid`], [`AlertsError::Forbidden`],
    /// [`AlertsError::IncidentNotFound`], [`AlertsError::IncidentClosed`], [`AlertsError::Stale`].
    pub(crate) async fn move_alerts(
        &self,
        caller: &Caller,
        (id, version): (IncidentId, i64),
        moved: Moved,
    ) -> Result<Incident, AlertsError> {
        let occasion = Occasion::new(caller, self.clock.now());
        let mut tx = self.db.begin().await?;
        let incident = self.open_incident(&mut tx, caller, ALERT_CORRECT, (id, version)).await?;
        let changed = match moved {
            Moved::From(other) => self.merge(&mut tx, occasion, incident, other).await?,
            Moved::Out(alerts) => self.split(&mut tx, occasion, incident, &alerts).await?,
        };
        tx.commit().await?;
        Ok(changed)
    }

    async fn merge(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        incident: Incident,
        other: IncidentId,
    ) -> Result<Incident, AlertsError> {
        if other == incident.id {
            let expected = Text::new("another open incident", "另一个未关闭的故障");
            return Err(AlertsError::Invalid(vec![FieldFault::new("from", other, expected)]));
        }
        let found = store::incidents::find(tx.connection(), other).await?;
        let version = found.map_or(0, |one| one.version);
        let source =
            self.open_incident(tx, occasion.caller, ALERT_CORRECT, (other, version)).await?;
        let alerts = store::members::of_incident(tx.connection(), other, MOVED_MAX).await?;
        for alert in &alerts {
            store::members::place(tx, alert.id, incident.id, false, true).await?;
        }
        let pair = incident.verdict.cause.clone().zip(source.verdict.cause.clone());
        if let Some((cause, follows)) = pair {
            self.learn(tx, occasion, &incident, LessonKind::Together, (cause, follows)).await?;
        }
        let into = Some(incident.id);
        self.end_incident(tx, occasion, &source, IncidentEnd::Merged, into).await?;
        let incident = touched(incident, occasion.at);
        store::incidents::put(tx, &incident).await?;
        let fact = IncidentCorrected::of(&incident, "merged", alerts.len());
        append(tx, occasion, &fact).await?;
        Ok(incident)
    }

    async fn split(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        incident: Incident,
        wanted: &[AlertId],
    ) -> Result<Incident, AlertsError> {
        let wanted: HashSet<&AlertId> = wanted.iter().collect();
        let sight = self.sight(occasion.caller).await?;
        let all = store::members::of_incident(tx.connection(), incident.id, MOVED_MAX).await?;
        // What is out of sight is not there to be taken out.
        let (out, left): (Vec<Alert>, Vec<Alert>) = all.into_iter().partition(|alert| {
            wanted.contains(&alert.id) && sight.sees_text(alert.resource_id.as_deref())
        });
        if out.is_empty() || left.is_empty() || out.len() < wanted.len() {
            let expected = Text::new("some of its alerts, not all", "该故障的部分告警，不能是全部");
            let found = wanted.len();
            return Err(AlertsError::Invalid(vec![FieldFault::new("alerts", found, expected)]));
        }
        let fresh = self.split_off(occasion, &incident, &out);
        store::incidents::put(tx, &fresh).await?;
        append(tx, occasion, &IncidentOpened::of(&fresh, out.len())).await?;
        for alert in &out {
            store::members::place(tx, alert.id, fresh.id, true, true).await?;
        }
        let pair = incident.verdict.cause.clone().zip(fresh.verdict.cause.clone());
        if let Some((cause, other)) = pair.filter(|(cause, other)| cause.id != other.id) {
            self.learn(tx, occasion, &incident, LessonKind::Apart, (cause, other)).await?;
        }
        let incident = touched(incident, occasion.at);
        store::incidents::put(tx, &incident).await?;
        append(tx, occasion, &IncidentCorrected::of(&incident, "split", out.len())).await?;
        Ok(fresh)
    }

    fn split_off(&self, occasion: Occasion<'_>, from: &Incident, out: &[Alert]) -> Incident {
        let worst = out.iter().max_by_key(|alert| (alert.severity, alert.id));
        let first = worst.or_else(|| out.first());
        let cause = first.and_then(|alert| {
            let id = alert.resource_id.clone()?;
            Some(Named { id, name: alert.resource_name.clone() })
        });
        let portrait = Portrait {
            title: first.map(|alert| alert.title.clone()).unwrap_or_default(),
            severity: first.map_or(from.severity, |alert| alert.severity),
            cause_id: cause.as_ref().map(|one| one.id.clone()),
            certainty: Certainty::Observed,
            verdict: Verdict { cause, alerts: out.len(), ..Verdict::default() },
            members: Vec::new(),
            open: out.len(),
            quiet_since: None,
            cause_over: None,
        };
        let id = Id::new(self.ids.as_ref(), self.clock.as_ref());
        Incident::new(id, &portrait, occasion.at)
    }

    /// Says what the cause of an open incident is, whatever was found.
    ///
    /// Errors: as [`Alerts::move_alerts`].
    pub(crate) async fn correct_cause(
        &self,
        caller: &Caller,
        (id, version): (IncidentId, i64),
        resource: &str,
    ) -> Result<Incident, AlertsError> {
        let unknown = || {
            let expected = Text::new("the id of a resource that you see", "您可见的资源编号");
            AlertsError::Invalid(vec![FieldFault::new("resource_id", resource, expected)])
        };
        let occasion = Occasion::new(caller, self.clock.now());
        let mut tx = self.db.begin().await?;
        let incident = self.open_incident(&mut tx, caller, ALERT_CORRECT, (id, version)).await?;
        let wanted = resource.parse().map_err(|_| unknown())?;
        let seen = match self.resources.get_seen(caller, wanted).await {
            Ok(seen) => seen,
            Err(ResourcesError::ResourceNotFound { .. }) => return Err(unknown()),
            Err(error) => return Err(error.into()),
        };
        let named = Named { id: seen.id.to_string(), name: seen.name };
        let before = incident.verdict.cause.clone().filter(|one| one.id != named.id);
        if let Some(follows) = before {
            let pair = (named.clone(), follows);
            self.learn(&mut tx, occasion, &incident, LessonKind::Together, pair).await?;
        }
        let mut incident = touched(incident, occasion.at);
        incident.cause_id = Some(named.id.clone());
        incident.certainty = Certainty::Corrected;
        incident.verdict.cause = Some(named);
        store::incidents::put(&mut tx, &incident).await?;
        append(&mut tx, occasion, &IncidentCorrected::of(&incident, "cause", 0)).await?;
        tx.commit().await?;
        Ok(incident)
    }

    /// What was learned from corrections, the newest first.
    ///
    /// Errors: [`AlertsError::Forbidden`] unless alerts are seen everywhere.
    pub(crate) async fn lessons(&self, caller: &Caller) -> Result<Vec<Lesson>, AlertsError> {
        permit_everywhere(caller, ALERT_READ)?;
        Ok(store::lessons::all(self.db.reader(), LESSONS_MAX).await?)
    }

    /// Lets a lesson count from now on, or not.
    ///
    /// Errors: [`AlertsError::Forbidden`], [`AlertsError::LessonNotFound`],
    /// [`AlertsError::Stale`].
    pub(crate) async fn decide_lesson(
        &self,
        caller: &Caller,
        (id, version): (LessonId, i64),
        state: LessonState,
    ) -> Result<Lesson, AlertsError> {
        permit_everywhere(caller, ALERT_CORRECT)?;
        let mut tx = self.db.begin().await?;
        let found = store::lessons::find(&mut tx, id).await?;
        let missing = || AlertsError::LessonNotFound { id: id.to_string() };
        let mut lesson = found.ok_or_else(missing)?;
        if lesson.version != version {
            return Err(AlertsError::Stale { id: id.to_string() });
        }
        let (by, now) = (caller.actor.name.clone(), self.clock.now());
        store::lessons::decide(&mut tx, id, state, (&by, now)).await?;
        (lesson.state, lesson.decided_by) = (state, Some(by));
        lesson.version += 1;
        let fact = LessonDecided { id: id.to_string(), name: name_of(&lesson) };
        append(&mut tx, Occasion::new(caller, now), &fact).await?;
        tx.commit().await?;
        Ok(lesson)
    }

    async fn learn(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        incident: &Incident,
        kind: LessonKind,
        (cause, other): (Named, Named),
    ) -> Result<(), AlertsError> {
        let lesson = Lesson {
            id: Id::new(self.ids.as_ref(), self.clock.as_ref()),
            kind,
            cause: (cause.id, cause.name),
            other: (other.id, other.name),
            incident: incident.id,
            said_by: occasion.caller.actor.name.clone(),
            said_at: occasion.at,
            state: LessonState::Proposed,
            decided_by: None,
            version: 1,
        };
        if store::lessons::insert(tx, &lesson).await? {
            let fact = LessonLearned { id: lesson.id.to_string(), name: name_of(&lesson) };
            append(tx, occasion, &fact).await?;
        }
        Ok(())
    }
}

fn name_of(lesson: &Lesson) -> String {
    format!("{} → {}", lesson.cause.1, lesson.other.1)
}
