//! Points of a window as one: what long questions can be answered from.

use series::kahan_add;

/// How the points of a window become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aggregate {
    /// How many there are.
    Count,
    /// By how much a counter went up: from each point to the next, that before the window included;
    /// after a reset from 0.
    Increase,
    /// The last one.
    Last,
    /// The greatest.
    Max,
    /// The least.
    Min,
    /// Their sum, compensated (Kahan and Neumaier), in the order of time.
    Sum,
}

impl Aggregate {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Count, Self::Increase, Self::Last, Self::Max, Self::Min, Self::Sum];

    /// Where it stands among all.
    pub(crate) fn place(self) -> usize {
        self as usize
    }

    /// Its name, of which a folder is named.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Increase => "increase",
            Self::Last => "last",
            Self::Max => "max",
            Self::Min => "min",
            Self::Sum => "sum",
        }
    }
}

/// The windows of a series; all columns are equally long.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Rolled {
    /// The last millisecond of each window.
    pub(crate) times: Vec<i64>,
    /// In the order of [`Aggregate::ALL`].
    pub(crate) values: [Vec<f64>; 6],
    /// What the sum of the newest window has lost so far.
    lost: f64,
}

/// Says that a series ended; no measured value. Source: Prometheus, staleness.
const STALE: u64 = 0x7ff0_0000_0000_0002;

/// Rolls up the points after `from_ms`; earlier ones are only what the increase begins with.
///
/// A window ends at a multiple of `step_ms`, which it includes, and begins after the one before.
/// Markers of staleness are no points. Windows without points are left out.
pub(crate) fn roll(times: &[i64], values: &[f64], from_ms: i64, step_ms: i64) -> Rolled {
    let mut rolled = Rolled::default();
    let mut before: Option<f64> = None;
    for (time, value) in times.iter().zip(values) {
        if value.to_bits() == STALE {
            continue;
        }
        if *time > from_ms {
            let end_ms = time.saturating_add(step_ms - 1).div_euclid(step_ms) * step_ms;
            if rolled.times.last() != Some(&end_ms) {
                rolled.begin(end_ms, *value);
            }
            rolled.add(before, *value);
        }
        before = Some(*value);
    }
    rolled.settle();
    rolled
}

impl Rolled {
    fn begin(&mut self, end_ms: i64, value: f64) {
        self.settle();
        self.times.push(end_ms);
        for (column, first) in self.values.iter_mut().zip([0.0, 0.0, value, value, value, 0.0]) {
            column.push(first);
        }
    }

    fn add(&mut self, before: Option<f64>, value: f64) {
        let at = self.times.len() - 1;
        let [count, increase, last, max, min, sum] = &mut self.values;
        count[at] += 1.0;
        if let Some(before) = before {
            increase[at] += if value < before { value } else { value - before };
        }
        last[at] = value;
        // A window that begins with NaN takes the first number instead, as PromQL does.
        if value > max[at] || max[at].is_nan() {
            max[at] = value;
        }
        if value < min[at] || min[at].is_nan() {
            min[at] = value;
        }
        (sum[at], self.lost) = kahan_add(value, sum[at], self.lost);
    }

    /// Gives the sum of the newest window what it lost.
    fn settle(&mut self) {
        let lost = std::mem::take(&mut self.lost);
        if let Some(sum) = self.values[Aggregate::Sum.place()].last_mut().filter(|s| s.is_finite())
        {
            *sum += lost;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_left_open_and_increases_know_the_point_before() {
        let times = [0, 10, 20, 30, 40, 60, 61, 130];
        let values = [5.0, 7.0, 9.0, 2.0, f64::from_bits(STALE), 3.0, 10.0, 1.0];
        let rolled = roll(&times, &values, 0, 30);
        assert_eq!(rolled.times, [30, 60, 90, 150]);
        let [count, increase, last, max, min, sum] = rolled.values;
        assert_eq!(count, [3.0, 1.0, 1.0, 1.0]);
        assert_eq!(increase, [2.0 + 2.0 + 2.0, 1.0, 7.0, 1.0]);
        assert_eq!(last, [2.0, 3.0, 10.0, 1.0]);
        assert_eq!(max, [9.0, 3.0, 10.0, 1.0]);
        assert_eq!(min, [2.0, 3.0, 10.0, 1.0]);
        assert_eq!(sum, [18.0, 3.0, 10.0, 1.0]);
        let rolled = roll(&[1, 2], &[f64::NAN, 4.0], 0, 30);
        assert_eq!((rolled.values[3][0], rolled.values[4][0]), (4.0, 4.0));
        assert_eq!(roll(&[0], &[1.0], 0, 30), Rolled::default());
    }
}
