use std::collections::BTreeMap;

use forward::{QueueOptions, RelabelRule};
use kernel::{Id, Time};
use serde::{Deserialize, Serialize};
use vault::SecretId;

/// The id of a destination.
pub type DestinationId = Id<Destination>;

/// Another store that samples are forwarded to, and perhaps read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Its id.
    pub id: DestinationId,
    /// Its name, unique in any case.
    pub name: String,
    /// Where it is and what goes there.
    pub settings: DestinationSettings,
    /// Whether samples are put into its queue, sent, and read from it.
    pub enabled: bool,
    /// Grows with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was changed.
    pub updated_at: Time,
}

/// A destination to be made, or what one is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestinationDraft {
    /// Its name.
    pub name: String,
    /// Where it is and what goes there.
    pub settings: DestinationSettings,
    /// Whether it is used.
    pub enabled: bool,
}

/// Where a destination is and what goes there. What is not given is as the default has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DestinationSettings {
    /// Where samples are written to by remote write: `https://metrics.example/api/v1/write`.
    pub write_url: String,
    /// Below what its Prometheus API is, for what is older than the samples here:
    /// `https://metrics.example`. Nothing is read from it when there is none.
    pub history_url: Option<String>,
    /// The name for HTTP Basic; without one the secret is a bearer token.
    pub user: Option<String>,
    /// The password or token in the vault.
    pub secret_id: Option<SecretId>,
    /// Certificates to trust besides the system's.
    pub ca_pem: String,
    /// Labels that every series gets that has them not.
    pub external_labels: BTreeMap<String, String>,
    /// Rules as Prometheus' `write_relabel_configs`.
    pub relabel: Vec<RelabelRule>,
    /// How many requests are under way at the same time, each for other series.
    pub shards: u32,
    /// Most samples of a request.
    pub request_samples: u32,
    /// The most that waits on disk, in MiB; then the oldest goes.
    pub queue_mib: u32,
    /// How long a sample waits, in hours; then it goes.
    pub queue_h: u32,
}

/// 4 shards, 2,000 samples a request, 1 GiB and 3 days of waiting.
impl Default for DestinationSettings {
    fn default() -> Self {
        Self {
            write_url: String::new(),
            history_url: None,
            user: None,
            secret_id: None,
            ca_pem: String::new(),
            external_labels: BTreeMap::new(),
            relabel: Vec::new(),
            shards: 4,
            request_samples: 2_000,
            queue_mib: 1_024,
            queue_h: 72,
        }
    }
}

impl DestinationSettings {
    /// What the queue is to be like.
    pub(crate) fn queue_options(&self) -> QueueOptions {
        QueueOptions {
            lanes: self.shards,
            bytes_max: u64::from(self.queue_mib) << 20,
            age_ms_max: i64::from(self.queue_h) * 3_600_000,
            batch_samples_max: self.request_samples as usize,
        }
    }

    /// Tells whether secret, user or a place that they are shown to differ.
    pub(crate) fn leads_elsewhere(&self, before: &Self) -> bool {
        (&self.write_url, &self.history_url, &self.user, self.secret_id, &self.ca_pem)
            != (
                &before.write_url,
                &before.history_url,
                &before.user,
                before.secret_id,
                &before.ca_pem,
            )
    }
}
