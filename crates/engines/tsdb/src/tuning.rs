//! What of a store may be set anew while it is open.

use crate::{Acknowledge, Labels, Options, Retention, Rollup, SyncPolicy};

/// Those of the [`Options`] that may change while a store is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuning {
    /// How long series are kept that no rule names. Milliseconds.
    pub retention_ms: i64,
    /// Series that are kept for another time, or get so much room.
    pub retentions: Vec<Retention>,
    /// The oldest blocks are deleted while all take more than this, roll-ups included; of these the
    /// oldest days are, by the shortest step first, while they take more than half of it. Bytes.
    pub retention_bytes: u64,
    /// Roll-ups that are made of days that are over, no step twice. What is there of other steps
    /// stays as it is.
    pub rollups: Vec<Rollup>,
    /// How long after its end a day is rolled up; sooner when its points would go before that, or
    /// when there is little room left. Milliseconds.
    pub rollup_after_ms: i64,
    /// Blocks of so many days become one when all of them are over; 1: of a day at most.
    pub block_days: u32,
    /// How far a sample may lie behind the newest point of its series. Milliseconds.
    pub out_of_order_ms: i64,
    /// Most bytes that the newest hours take in memory, about.
    pub head_bytes_max: usize,
    /// Most series in memory.
    pub head_series_max: usize,
    /// When the log goes to stable storage.
    pub sync: SyncPolicy,
    /// When appended samples count as taken.
    pub acknowledge: Acknowledge,
}

impl From<&Options> for Tuning {
    fn from(options: &Options) -> Self {
        Self {
            retention_ms: options.retention_ms,
            retentions: options.retentions.clone(),
            retention_bytes: options.retention_bytes,
            rollups: options.rollups.clone(),
            rollup_after_ms: options.rollup_after_ms,
            block_days: options.block_days,
            out_of_order_ms: options.out_of_order_ms,
            head_bytes_max: options.head_bytes_max,
            head_series_max: options.head_series_max,
            sync: options.sync,
            acknowledge: options.acknowledge,
        }
    }
}

/// As [`Options::default`].
impl Default for Tuning {
    fn default() -> Self {
        Self::from(&Options::default())
    }
}

impl Tuning {
    /// How long a series is kept, in milliseconds: as the first rule says that matches, if it says
    /// so at all.
    #[must_use]
    pub fn keep_ms(&self, labels: &Labels) -> i64 {
        let rule = self.retentions.iter().find(|rule| rule.selector.accepts(labels));
        rule.and_then(|rule| rule.keep_ms).unwrap_or(self.retention_ms)
    }

    /// For so long every series is kept, in milliseconds.
    #[must_use]
    pub fn shortest_ms(&self) -> i64 {
        let rules = self.retentions.iter().filter_map(|rule| rule.keep_ms);
        rules.fold(self.retention_ms, i64::min)
    }

    /// For longer none is kept, in milliseconds.
    #[must_use]
    pub fn longest_ms(&self) -> i64 {
        let rules = self.retentions.iter().filter_map(|rule| rule.keep_ms);
        rules.fold(self.retention_ms, i64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Selector;

    #[test]
    fn first_rule_that_matches_says_how_long_a_series_is_kept() {
        let rule = |selector: &str, keep_ms| Retention {
            selector: Selector::parse(selector).unwrap(),
            keep_ms,
            bytes_max: None,
        };
        let retentions = vec![
            rule("up{job=\"a\"}", Some(5)),
            rule("up", Some(900)),
            rule("{job=\"a\"}", Some(7)),
            rule("{job=\"c\"}", None),
            rule("{job=~\"c|d\"}", Some(8)),
        ];
        let tuning = Tuning { retention_ms: 100, retentions, ..Tuning::default() };
        for (metric, job, keep_ms) in
            [("up", "a", 5), ("up", "b", 900), ("x", "a", 7), ("x", "c", 100), ("x", "d", 8)]
        {
            let labels = Labels::new(metric, [("job", job)]).unwrap();
            assert_eq!(tuning.keep_ms(&labels), keep_ms, "{labels}");
        }
        assert_eq!(tuning.keep_ms(&Labels::new("x", [("job", "b")]).unwrap()), 100);
        assert_eq!((tuning.shortest_ms(), tuning.longest_ms()), (5, 900));
        let usual = Tuning::default();
        assert_eq!((usual.shortest_ms(), usual.longest_ms()), (31 * 86_400_000, 31 * 86_400_000));
    }
}
