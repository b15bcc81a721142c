//! Alerts as Alertmanager shows them.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use kernel::{Fault, Text, Time};
use serde::{Deserialize, Serialize};
use tsdb::METRIC_LABEL;
use utoipa::ToSchema;

use crate::{
    actions::ShownAlert,
    model::{
        alert::{Alert, AlertId},
        event::{ALERT_NAME, Posted, fingerprint, is_event},
    },
};

/// How Go writes that a time is not given.
const NO_TIME: &str = "0001-01-01T00:00:00";
/// An alert of a rule of ours lasts until its rule is looked at again.
const OWN_LASTS: Duration = Duration::from_secs(300);

/// An alert as it is sent.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AlertmanagerPostableAlert)]
pub(super) struct PostableView {
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    /// RFC 3339; now, or when it ends, when not given.
    #[serde(default, rename = "startsAt")]
    starts_at: Option<String>,
    /// RFC 3339; when not given the alert is over after the resolve timeout, unless sent again.
    #[serde(default, rename = "endsAt")]
    ends_at: Option<String>,
    #[serde(default, rename = "generatorURL")]
    generator_url: Option<String>,
}

/// An open alert.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AlertmanagerAlert)]
#[serde(rename_all = "camelCase")]
pub(super) struct GettableView {
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    starts_at: String,
    ends_at: String,
    updated_at: String,
    #[serde(rename = "generatorURL", skip_serializing_if = "String::is_empty")]
    generator_url: String,
    fingerprint: String,
    receivers: Vec<ReceiverView>,
    pub(super) status: AlertStatusView,
}

/// Whether somebody is told of an alert.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AlertmanagerAlertStatus)]
#[serde(rename_all = "camelCase")]
pub(super) struct AlertStatusView {
    /// `active`, `suppressed`, or `unprocessed` while its incident is not found yet.
    pub(super) state: &'static str,
    /// The silences that cover it.
    pub(super) silenced_by: Vec<String>,
    /// The fingerprints of what it follows from.
    pub(super) inhibited_by: Vec<String>,
    muted_by: Vec<String>,
}

/// Who is told.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AlertmanagerReceiver)]
pub(super) struct ReceiverView {
    pub(super) name: &'static str,
}

/// The alerts of one incident.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertmanagerGroup)]
pub(super) struct GroupView {
    /// `incident`: its id; none of what is in no incident yet.
    pub(super) labels: BTreeMap<String, String>,
    pub(super) receiver: ReceiverView,
    pub(super) alerts: Vec<GettableView>,
}

impl ReceiverView {
    /// Policies say who is told: to the protocol they are one receiver.
    pub(super) const fn own() -> Self {
        Self { name: "mainstay" }
    }
}

impl PostableView {
    /// Errors: a time that is none, with its place.
    pub(super) fn read(self, at: usize) -> Result<Posted, Fault> {
        let time = |field: &str, text: Option<String>| match text {
            None => Ok(None),
            Some(text) if text.is_empty() || text.starts_with(NO_TIME) => Ok(None),
            Some(text) => text.parse::<Time>().map(Some).map_err(|_| {
                let expected = Text::new("a time as in RFC 3339", "RFC 3339 格式的时间");
                Fault::invalid(format!("[{at}].{field}"), &text, expected)
            }),
        };
        Ok(Posted {
            starts_at: time("startsAt", self.starts_at)?,
            ends_at: time("endsAt", self.ends_at)?,
            labels: self.labels,
            annotations: self.annotations,
            generator_url: self.generator_url.unwrap_or_default(),
        })
    }
}

/// Alerts as Alertmanager shows them, in the same order.
pub(super) fn gettable(shown: &[ShownAlert], now: Time) -> Vec<GettableView> {
    let prints: HashMap<AlertId, String> =
        shown.iter().map(|one| (one.alert.id, fingerprint(&labels_of(&one.alert)))).collect();
    shown.iter().map(|one| GettableView::of(one, &prints, now)).collect()
}

impl GettableView {
    fn of(shown: &ShownAlert, prints: &HashMap<AlertId, String>, now: Time) -> Self {
        let alert = &shown.alert;
        let inhibited_by: Vec<String> =
            shown.inhibited_by.iter().filter_map(|id| prints.get(id).cloned()).collect();
        let silenced_by: Vec<String> = shown.silenced_by.iter().cloned().collect();
        let state = match (&shown.incident, silenced_by.is_empty() && inhibited_by.is_empty()) {
            (_, false) => "suppressed",
            (Some(_), true) => "active",
            (None, true) => "unprocessed",
        };
        let event = shown.event.as_ref().map(|seen| &seen.event);
        let own = || {
            let said = [("summary", &alert.summary.en), ("summary_zh", &alert.summary.zh)];
            said.into_iter().map(|(name, text)| (name.to_owned(), text.clone())).collect()
        };
        Self {
            labels: labels_of(alert),
            annotations: event.map_or_else(own, |event| event.annotations.clone()),
            starts_at: event.map_or(alert.raised_at, |event| event.starts_at).to_string(),
            ends_at: event.map_or(now.plus(OWN_LASTS), |event| event.ends_at).to_string(),
            updated_at: shown
                .event
                .as_ref()
                .map_or(alert.updated_at, |seen| seen.last_seen_at)
                .to_string(),
            generator_url: event.map(|event| event.generator_url.clone()).unwrap_or_default(),
            fingerprint: prints.get(&alert.id).cloned().unwrap_or_default(),
            receivers: vec![ReceiverView::own()],
            status: AlertStatusView { state, silenced_by, inhibited_by, muted_by: Vec::new() },
        }
    }
}

/// Labels as they were sent; those of a rule of ours with what the protocol names it by.
fn labels_of(alert: &Alert) -> BTreeMap<String, String> {
    let mut labels = alert.labels.clone();
    if is_event(&alert.subject) {
        return labels;
    }
    labels.remove(METRIC_LABEL);
    labels.insert(ALERT_NAME.to_owned(), alert.rule_name.en.clone());
    labels.insert("severity".to_owned(), alert.severity.name().to_owned());
    if !alert.resource_name.is_empty() {
        labels.insert("resource_name".to_owned(), alert.resource_name.clone());
    }
    labels
}
