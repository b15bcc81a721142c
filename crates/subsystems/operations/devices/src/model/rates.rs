//! From two values of a counter to what happened in between.

use std::time::Duration;

/// How much a counter grew from `before` to `after`.
///
/// A counter that fell was reset in between (a device came anew): then all it shows now is new.
/// Source: Prometheus' `rate`.
pub(crate) fn increase(before: f64, after: f64) -> f64 {
    if after >= before { after - before } else { after.max(0.0) }
}

/// Growth per second in `span`; none in no time.
pub(crate) fn per_second(before: f64, after: f64, span: Duration) -> Option<f64> {
    let seconds = span.as_secs_f64();
    (seconds > 0.0).then(|| increase(before, after) / seconds)
}

/// A counter of seconds as the share of `span` in which it ran, 0 to 1.
pub(crate) fn share(before: f64, after: f64, span: Duration) -> Option<f64> {
    per_second(before, after, span).map(|ratio| ratio.clamp(0.0, 1.0))
}

/// `part` of `whole`, 0 to 1; none of nothing.
pub(crate) fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| (part / whole).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counter_that_fell_counts_from_zero() {
        for (before, after, grown) in
            [(10.0, 15.0, 5.0), (10.0, 10.0, 0.0), (10.0, 3.0, 3.0), (10.0, -1.0, 0.0)]
        {
            assert_eq!(increase(before, after), grown, "{before} to {after}");
        }
    }

    #[test]
    fn nothing_is_known_of_no_time_and_shares_stay_within_one() {
        let (second, none) = (Duration::from_secs(1), Duration::ZERO);
        assert_eq!(per_second(1.0, 5.0, Duration::from_secs(2)), Some(2.0));
        assert_eq!(per_second(1.0, 5.0, none), None);
        assert_eq!(share(1.0, 2.2, second), Some(1.0));
        assert_eq!(share(1.0, 1.25, second), Some(0.25));
        assert_eq!(ratio(1.0, 0.0), None);
        assert_eq!(ratio(3.0, 4.0), Some(0.75));
    }
}
