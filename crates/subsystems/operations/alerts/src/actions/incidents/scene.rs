use std::collections::HashMap;

use ::resources::{ImpactBounds, ResourceId, ResourceName};
use kernel::{Caller, Time};

use super::super::Alerts;
use crate::{
    AlertsError,
    model::{
        alert::{Alert, AlertId},
        cause::{Scene, Symptom},
        incident::{Incident, IncidentId},
        lesson,
        policy::Policy,
        severity::Severity,
        silence::Silence,
        target::is_check,
    },
    store::{self, members::Seat},
};

/// Alerts that are looked at, the newest.
const ALERTS_MAX: u32 = 20_000;
const INCIDENTS_MAX: u32 = 20_000;
pub(crate) const LESSONS_MAX: u32 = 1_000;
pub(crate) const POLICIES_MAX: u32 = 200;
pub(crate) const SILENCES_MAX: u32 = 1_000;
/// Needs between an alert and its cause at most.
pub(crate) const DEPTH: u32 = 12;
/// Words of an alert by which it is put together with others when it is about no resource.
const KIN_LABELS: [&str; 5] = ["cluster", "namespace", "service", "job", "instance"];

/// Everything that a round needs, as it was when it began.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) now: Time,
    pub(crate) scene: Scene,
    pub(crate) alerts: HashMap<AlertId, Alert>,
    pub(crate) seats: HashMap<AlertId, Seat>,
    pub(crate) incidents: HashMap<IncidentId, Incident>,
    pub(crate) names: HashMap<ResourceId, ResourceName>,
    pub(crate) silences: Vec<Silence>,
    pub(crate) policies: Vec<Policy>,
}

impl Alerts {
    /// What is open, what it rests on, and what people said about it.
    pub(crate) async fn stage(&self, now: Time) -> Result<Stage, AlertsError> {
        let reader = self.db.reader();
        let alerts = store::members::current(reader, ALERTS_MAX).await?;
        let seats = store::members::seats(reader, ALERTS_MAX).await?;
        let incidents = store::incidents::open(reader, INCIDENTS_MAX).await?;
        let lessons = store::lessons::all(reader, LESSONS_MAX).await?;
        let mut silences = store::silences::lasting(reader, now, SILENCES_MAX).await?;
        silences.retain(|silence| silence.content.holds(now));
        let mut ids: Vec<ResourceId> = alerts.iter().filter_map(resource_of).collect();
        ids.sort_unstable();
        ids.dedup();
        let bounds = ImpactBounds { depth: Some(DEPTH), at: None };
        let caller = Caller::system("alerts");
        let foundation = self.resources.foundation(&caller, &ids, bounds).await?;
        let scene = Scene {
            symptoms: alerts.iter().map(symptom).collect(),
            graph: foundation.graph,
            lessons: lesson::confirmed(&lessons),
            ..Scene::default()
        };
        Ok(Stage {
            now,
            scene,
            alerts: alerts.into_iter().map(|alert| (alert.id, alert)).collect(),
            seats,
            incidents: incidents.into_iter().map(|one| (one.id, one)).collect(),
            names: foundation.names,
            silences,
            policies: store::policies::all(reader, POLICIES_MAX).await?,
        })
    }
}

impl Stage {
    /// The silence that covers an alert now.
    pub(crate) fn silence_of(&self, alert: &Alert) -> Option<String> {
        let covers = |one: &&Silence| one.content.covers(alert, &self.scene.graph);
        self.silences.iter().find(covers).map(|silence| silence.id.to_string())
    }
}

/// The resource of an alert, if it says one.
pub(crate) fn resource_of(alert: &Alert) -> Option<ResourceId> {
    alert.resource_id.as_deref().and_then(|id| id.parse().ok())
}

/// An alert as causes are asked about it.
pub(crate) fn symptom(alert: &Alert) -> Symptom {
    let label = |name: &&str| alert.labels.get(*name).cloned().unwrap_or_default();
    let kin: Vec<String> =
        std::iter::once(alert.rule_id.to_string()).chain(KIN_LABELS.iter().map(label)).collect();
    Symptom {
        alert: alert.id,
        resource: resource_of(alert),
        kin: kin.join("\u{1f}"),
        severity: alert.severity,
        down: is_check(&alert.subject) && alert.severity == Severity::Critical,
        since: alert.raised_at,
        until: alert.closed_at,
    }
}
