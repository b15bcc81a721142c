use std::time::Duration;

/// How a job that failed is tried again before its next regular run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// How often at most.
    pub times_max: u32,
    /// How long after the first failure; twice as long after each further one.
    pub first: Duration,
    /// No wait is longer than this.
    pub wait_max: Duration,
}

impl Retry {
    /// It waits for its next regular run.
    pub const NONE: Self = Self { times_max: 0, first: Duration::ZERO, wait_max: Duration::ZERO };

    /// How long to wait after `attempt` (from 1) failed; none when it is not tried again.
    #[must_use]
    pub fn wait_after(&self, attempt: u32) -> Option<Duration> {
        if attempt == 0 || attempt > self.times_max {
            return None;
        }
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(attempt - 1));
        Some(doubled.min(self.wait_max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_limit_and_end() {
        let retry = Retry {
            times_max: 5,
            first: Duration::from_secs(10),
            wait_max: Duration::from_secs(60),
        };
        let waits: Vec<Option<u64>> =
            (0..8).map(|attempt| retry.wait_after(attempt).map(|wait| wait.as_secs())).collect();
        let expected = [None, Some(10), Some(20), Some(40), Some(60), Some(60), None, None];
        assert_eq!(waits, expected);
        assert_eq!(Retry::NONE.wait_after(1), None);
        let patient = Retry { times_max: u32::MAX, ..retry };
        assert_eq!(patient.wait_after(u32::MAX), Some(Duration::from_secs(60)));
    }
}
