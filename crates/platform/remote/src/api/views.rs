use http_kit::TextView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Destination, DestinationDraft, DestinationSettings, Figures};

/// A place that samples are forwarded to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Destination)]
pub(super) struct DestinationView {
    id: String,
    name: String,
    /// As they were given, with the defaults; a secret is named by id.
    #[schema(value_type = Object)]
    settings: DestinationSettings,
    enabled: bool,
    /// Null when its queue cannot be opened: the log says why.
    standing: Option<DestinationStandingView>,
    version: i64,
    created_at: String,
    updated_at: String,
}

/// A destination to be made, or what one is to become.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDestination)]
#[serde(deny_unknown_fields)]
pub(super) struct DestinationBody {
    /// Unique in any case.
    name: String,
    /// `write_url`, `history_url`, `user`, `secret_id`, `ca_pem`, `external_labels`, `relabel`,
    /// `shards`, `request_samples`, `queue_mib`, `queue_h`; only the first must be there.
    #[schema(value_type = Object)]
    settings: DestinationSettings,
    /// True when not given.
    enabled: Option<bool>,
}

/// How forwarding to a destination stands; counts are since the server started.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DestinationStanding)]
pub(super) struct DestinationStandingView {
    samples_waiting: u64,
    bytes_waiting: u64,
    /// How long the oldest sample that waits has waited; null when none waits.
    lag_s: Option<f64>,
    samples_sent: u64,
    /// Refused by the far side for good.
    samples_refused: u64,
    /// Dropped because the queue was full.
    samples_dropped_full: u64,
    /// Dropped because they had waited too long.
    samples_dropped_old: u64,
    /// Lost because the disk refused or damaged them.
    samples_dropped_disk: u64,
    /// Requests that had to be sent again.
    retries: u64,
    /// The version of remote write that is spoken: `2.0`, or `1.0` where that is not understood.
    remote_write: &'static str,
    /// Why samples wait; null while requests go well.
    said: Option<TextView>,
    said_at: Option<String>,
    /// Since when requests have gone wrong; null while they go well.
    failing_since: Option<String>,
    /// Samples a second that the far side has taken in the last minute.
    samples_per_s: f64,
    /// Questions for what is older than the samples here.
    history_asked: u64,
    /// Those answered from here alone, as the far side did not answer.
    history_failed: u64,
}

impl DestinationView {
    pub(super) fn of(destination: Destination, figures: Option<Figures>) -> Self {
        Self {
            id: destination.id.to_string(),
            name: destination.name,
            settings: destination.settings,
            enabled: destination.enabled,
            standing: figures.map(DestinationStandingView::from),
            version: destination.version,
            created_at: destination.created_at.to_string(),
            updated_at: destination.updated_at.to_string(),
        }
    }
}

impl From<Figures> for DestinationStandingView {
    fn from(figures: Figures) -> Self {
        let (said_at, said) = figures.said.unzip();
        Self {
            samples_waiting: figures.waiting,
            bytes_waiting: figures.bytes,
            lag_s: figures.lag.map(|lag| lag.as_secs_f64()),
            samples_sent: figures.sent,
            samples_refused: figures.refused,
            samples_dropped_full: figures.dropped_full,
            samples_dropped_old: figures.dropped_old,
            samples_dropped_disk: figures.dropped_disk,
            retries: figures.retries,
            remote_write: figures.version,
            said: said.map(TextView::from),
            said_at: said_at.map(|at| at.to_string()),
            failing_since: figures.failing_since.map(|at| at.to_string()),
            samples_per_s: figures.samples_per_s,
            history_asked: figures.history_asked,
            history_failed: figures.history_failed,
        }
    }
}

impl From<DestinationBody> for DestinationDraft {
    fn from(body: DestinationBody) -> Self {
        let DestinationBody { name, settings, enabled } = body;
        Self { name, settings, enabled: enabled.unwrap_or(true) }
    }
}
