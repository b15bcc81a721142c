use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Upper bounds of the latency buckets, in seconds.
const BOUNDS_S: [f64; 8] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

/// How long requests took and how they ended, by route.
#[derive(Debug, Default)]
pub struct RequestMetrics {
    by_route: Mutex<BTreeMap<(String, String, u16), Measured>>,
}

/// The requests of one route that ended with one status.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// How many.
    pub count: u64,
    /// How long together, in seconds.
    pub sum_s: f64,
    /// How many took at most so long, as `(upper bound in seconds, count)`, not cumulated.
    pub buckets: [u64; BOUNDS_S.len()],
}

impl RequestMetrics {
    /// Upper bounds of the buckets, in seconds.
    pub const BOUNDS_S: [f64; BOUNDS_S.len()] = BOUNDS_S;

    pub(crate) fn note(&self, method: &str, route: &str, status: u16, took: Duration) {
        let took_s = took.as_secs_f64();
        let mut by_route = self.by_route.lock().unwrap_or_else(PoisonError::into_inner);
        let measured = by_route.entry((method.to_owned(), route.to_owned(), status)).or_default();
        measured.count += 1;
        measured.sum_s += took_s;
        if let Some(bucket) = BOUNDS_S.iter().position(|bound| took_s <= *bound) {
            measured.buckets[bucket] += 1;
        }
    }

    /// What was measured so far, by method, route and status.
    #[must_use]
    pub fn snapshot(&self) -> Vec<((String, String, u16), Measured)> {
        let by_route = self.by_route.lock().unwrap_or_else(PoisonError::into_inner);
        by_route.iter().map(|(key, measured)| (key.clone(), measured.clone())).collect()
    }
}
