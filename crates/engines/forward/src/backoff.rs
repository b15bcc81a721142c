//! How long to wait before the next try.

use std::time::Duration;

/// Waiting that doubles from try to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// After the first failure.
    pub least: Duration,
    /// However many there were.
    pub most: Duration,
}

/// A quarter of a second to half a minute.
impl Default for Backoff {
    fn default() -> Self {
        Self { least: Duration::from_millis(250), most: Duration::from_secs(30) }
    }
}

impl Backoff {
    /// How long to wait after `failures` failures in a row.
    ///
    /// `chance`: any number; it moves the span by up to a quarter to either side, so that many
    /// senders do not come back at once. `asked`: how long the far side wants to be left alone;
    /// it is waited at least.
    #[must_use]
    pub fn span(&self, failures: u32, chance: u64, asked: Option<Duration>) -> Duration {
        let doubled = self.least.saturating_mul(1 << failures.saturating_sub(1).min(20));
        let span = doubled.min(self.most);
        let quarter = span / 4;
        // A remainder of at most half the span in µs: it fits.
        let spread_us = u64::try_from((quarter * 2).as_micros()).unwrap_or(u64::MAX).max(1);
        let jittered = span - quarter + Duration::from_micros(chance % spread_us);
        asked.map_or(jittered, |asked| asked.max(jittered))
    }
}

/// Reads the seconds of a `Retry-After` header; at most an hour counts.
///
/// A date is no number of seconds: whoever has a clock reads it. Source: RFC 9110, 10.2.3.
#[must_use]
pub fn retry_after_s(header: &str) -> Option<u64> {
    header.trim().parse::<u64>().ok().map(|seconds| seconds.min(3_600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_double_within_a_quarter_up_to_the_most() {
        let backoff = Backoff::default();
        for (failures, middle_ms) in [(1, 250), (2, 500), (3, 1_000), (8, 30_000), (99, 30_000)] {
            for chance in [0, 1, 77_777, u64::MAX] {
                let span = backoff.span(failures, chance, None).as_millis();
                let (least, most) = (middle_ms * 3 / 4, middle_ms * 5 / 4);
                assert!((least..=most).contains(&span), "{failures} {chance}: {span} ms");
            }
        }
    }

    #[test]
    fn the_far_side_is_left_alone_as_long_as_it_asks() {
        let asked = Some(Duration::from_secs(60));
        assert_eq!(Backoff::default().span(1, 0, asked), Duration::from_secs(60));
        assert_eq!(retry_after_s(" 120 "), Some(120));
        assert_eq!(retry_after_s("999999999"), Some(3_600));
        assert_eq!(retry_after_s("Fri, 31 Dec 1999 23:59:59 GMT"), None);
    }
}
