//! What makes a store large: which metrics and labels have the most series.

use crate::METRIC_LABEL;
use crate::disk::DiskStore;
use crate::locks::read;

/// How the series in memory spread over metrics and labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cardinality {
    /// Series in memory.
    pub series: u64,
    /// Metrics with the most series.
    pub metrics: Vec<(String, u64)>,
    /// Label names with the most values.
    pub names: Vec<(String, u64)>,
    /// Label pairs that the most series have.
    pub pairs: Vec<((String, String), u64)>,
}

impl DiskStore {
    /// Counts the series in memory, i.e. of the last hours; `most` entries of each kind.
    #[must_use]
    pub fn cardinality(&self, most: usize) -> Cardinality {
        let state = read(&self.state);
        let index = state.head.index();
        let mut names = Vec::new();
        let mut metrics = Vec::new();
        let mut pairs = Vec::new();
        for name in index.names() {
            let mut values: Vec<(&str, u64)> =
                index.values(name).map(|(value, series)| (value, series as u64)).collect();
            names.push((name.to_owned(), values.len() as u64));
            // Only the greatest can be among the greatest of all.
            values.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
            values.truncate(most);
            for (value, series) in values {
                if name == METRIC_LABEL {
                    metrics.push((value.to_owned(), series));
                } else {
                    pairs.push(((name.to_owned(), value.to_owned()), series));
                }
            }
        }
        names.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        names.truncate(most);
        pairs.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        pairs.truncate(most);
        Cardinality { series: state.head.series_count() as u64, metrics, names, pairs }
    }
}
