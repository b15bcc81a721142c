use anyhow::Result;

use super::{time, usage};
use crate::cli::ImportTo;

/// Labels by which a series is known, sorted by name.
pub(super) type Pairs = Vec<(String, String)>;

/// Which samples go, and what their series are called.
#[derive(Debug)]
pub(super) struct Filter {
    from_ms: i64,
    to_ms: i64,
    labels: Pairs,
}

impl Filter {
    /// Errors: a flag makes no sense.
    pub(super) fn new(into: &ImportTo) -> Result<Self> {
        let from_ms = time("--from", into.from.as_deref())?.unwrap_or(i64::MIN);
        let to_ms = time("--to", into.to.as_deref())?.unwrap_or(i64::MAX);
        let mut labels = Pairs::new();
        for pair in &into.labels {
            match pair.split_once('=') {
                Some((name, value)) if !name.is_empty() && name != "__name__" => {
                    labels.push((name.to_owned(), value.to_owned()));
                }
                _ => {
                    let said = format!("--label {pair}: expected NAME=VALUE, such as site=east");
                    return usage(said);
                }
            }
        }
        Ok(Self { from_ms, to_ms, labels })
    }

    /// Tells whether samples of that time go.
    pub(super) fn wants(&self, at_ms: i64) -> bool {
        (self.from_ms..=self.to_ms).contains(&at_ms)
    }

    /// The labels of a series as it is sent: sorted, without empty ones, with those of the flags.
    pub(super) fn named(&self, mut labels: Pairs) -> Pairs {
        for (name, value) in &self.labels {
            if !labels.iter().any(|(own, _)| own == name) {
                labels.push((name.clone(), value.clone()));
            }
        }
        labels.retain(|(_, value)| !value.is_empty());
        labels.sort();
        labels
    }
}
