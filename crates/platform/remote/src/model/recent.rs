//! How fast something grows.

use std::{collections::VecDeque, time::Duration};

/// How far back is looked.
const SPAN: Duration = Duration::from_secs(60);

/// A count at moments of the last minute, by the monotonic clock.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recent(VecDeque<(Duration, u64)>);

impl Recent {
    /// Notes how much there is at a moment, which is not before the last.
    pub(crate) fn note(&mut self, at: Duration, count: u64) {
        if self.0.back().is_none_or(|(last, _)| *last < at) {
            self.0.push_back((at, count));
        }
        while self.0.len() > 1 && self.0.front().is_some_and(|(first, _)| *first + SPAN < at) {
            self.0.pop_front();
        }
    }

    /// How much a second it has grown by since a minute ago, or since it was noted first.
    pub(crate) fn per_s(&self, now: Duration, count: u64) -> f64 {
        let Some((first, before)) = self.0.front() else { return 0.0 };
        let span_s = now.saturating_sub(*first).as_secs_f64();
        let grown = count.saturating_sub(*before);
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let grown = grown as f64;
        if span_s > 0.0 { grown / span_s } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_is_that_of_the_last_minute() {
        let at = Duration::from_secs;
        let mut recent = Recent::default();
        assert_eq!(recent.per_s(at(5), 100), 0.0);
        recent.note(at(10), 100);
        assert_eq!((recent.per_s(at(10), 100), recent.per_s(at(20), 300)), (0.0, 20.0));
        for second in 11..=200 {
            recent.note(at(second), 100 + second);
        }
        assert_eq!(recent.per_s(at(200), 300), 1.0);
        // Nothing went out for a minute.
        recent.note(at(261), 300);
        assert_eq!(recent.per_s(at(261), 300), 0.0);
    }
}
