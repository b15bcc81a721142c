use tsdb::Sample;

use super::Refused;
use crate::metadata::MetricMetadata;

/// What was taken out of a request.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// For the store.
    pub(super) samples: Vec<Sample>,
    /// What was said of metrics.
    pub(super) metadata: Vec<(String, MetricMetadata)>,
    /// What was not taken.
    pub(super) refused: Refused,
}
