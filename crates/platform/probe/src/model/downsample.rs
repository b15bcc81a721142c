use kernel::{Fault, Text};
use serde::Deserialize;
use tsdb::Point;

/// Steps that the server chooses from, in seconds: round ones, so that a chart that is loaded again
/// asks for the same moments.
const STEPS_S: [i64; 18] = [
    5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
    604_800, 2_592_000,
];
/// Most moments when the server chooses the step.
const COUNT_WANTED: i64 = 500;
/// Most moments of one series.
const COUNT_MAX: i64 = 2_000;
/// The widest range: ten years, in milliseconds.
const SPAN_MAX_MS: i64 = 3_660 * 86_400_000;

/// What a value at a moment is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Derive {
    /// The newest value.
    #[default]
    Last,
    /// The average over the step.
    Average,
    /// The greatest over the step.
    Max,
    /// How much a counter grows a second.
    Rate,
}

/// The moments at which values are asked for: multiples of the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// The first moment, in milliseconds since 1970.
    pub first_ms: i64,
    /// Milliseconds between two moments.
    pub step_ms: i64,
    /// How many moments.
    pub count: usize,
}

impl Grid {
    /// How far before its first moment points matter, at the most, unless the step is longer.
    pub const LOOKBACK_MS: i64 = 15 * 60_000;

    /// The moments from `from_ms` to `to_ms`; at most 500 when no step is given.
    ///
    /// Errors: `to` before `from` or over ten years after it; `step_s` below 1 s or so small that
    /// there would be more than 2,000 moments.
    pub fn new(from_ms: i64, to_ms: i64, step_s: Option<u32>) -> Result<Self, Fault> {
        let span_ms = to_ms.saturating_sub(from_ms);
        if !(0..=SPAN_MAX_MS).contains(&span_ms) {
            let expected =
                Text::new("a time within ten years after `from`", "晚于 from 且相差不超过十年");
            return Err(Fault::invalid("to", kernel::Time::from_millis(to_ms), expected));
        }
        let step_ms = match step_s {
            Some(step_s) => i64::from(step_s) * 1_000,
            None => chosen_step_ms(span_ms),
        };
        let least_s = (span_ms / (COUNT_MAX - 1) + 999) / 1_000;
        if step_ms < 1_000 || span_ms / step_ms >= COUNT_MAX {
            let least_s = least_s.max(1);
            let expected = Text::new(
                format!("at least {least_s} seconds for this range"),
                format!("对此时间范围至少 {least_s} 秒"),
            );
            return Err(Fault::invalid("step_s", step_ms / 1_000, expected));
        }
        let first = from_ms.div_euclid(step_ms) + i64::from(from_ms.rem_euclid(step_ms) != 0);
        let count = (to_ms.div_euclid(step_ms) - first + 1).max(0);
        let count = usize::try_from(count).unwrap_or(0);
        Ok(Self { first_ms: first.saturating_mul(step_ms), step_ms, count })
    }

    /// Where the points begin that matter.
    #[must_use]
    pub fn points_from_ms(&self) -> i64 {
        self.first_ms.saturating_sub(self.step_ms.saturating_add(Self::LOOKBACK_MS))
    }

    /// The moments.
    pub fn moments(&self) -> impl Iterator<Item = i64> {
        let (first, step) = (self.first_ms, self.step_ms);
        (0..self.count).map(move |at| first + i64::try_from(at).unwrap_or(i64::MAX) * step)
    }
}

fn chosen_step_ms(span_ms: i64) -> i64 {
    let fits = |step_s: &i64| span_ms / (step_s * 1_000) < COUNT_WANTED;
    STEPS_S.into_iter().find(fits).unwrap_or(STEPS_S[STEPS_S.len() - 1]) * 1_000
}

/// The value of a series at every moment of `grid`; none where the series pauses.
///
/// `points` ascend in time. Values that are no finite number count as missing. A value holds until
/// the next is due, that is for the step or twice the usual distance of the points, whichever is
/// longer. A rate is what the counter grew since the moment before, by the time between the points
/// that tell it; a value below the one before is a counter that began again at zero, and nothing is
/// told across a pause.
#[must_use]
pub fn downsample(points: &[Point], grid: &Grid, derive: Derive) -> Vec<Option<f64>> {
    let points: Vec<Point> =
        points.iter().filter(|point| point.value.is_finite()).copied().collect();
    let distance_ms = usual_distance_ms(&points);
    let hold_ms = grid.step_ms.max((2 * distance_ms).min(Grid::LOOKBACK_MS));
    let pause_ms = grid.step_ms.max((3 * distance_ms).min(Grid::LOOKBACK_MS));
    let (mut start, mut end) = (0, 0);
    let value_at = |moment: i64| {
        while points.get(end).is_some_and(|point| point.at_ms <= moment) {
            end += 1;
        }
        while points.get(start).is_some_and(|point| point.at_ms <= moment - grid.step_ms) {
            start += 1;
        }
        let newest = points[..end].last().filter(|point| moment - point.at_ms < hold_ms)?;
        let within = &points[start.min(end)..end];
        match derive {
            Derive::Average if !within.is_empty() => Some(average(within)),
            Derive::Max if !within.is_empty() => {
                within.iter().map(|point| point.value).reduce(f64::max)
            }
            Derive::Last | Derive::Average | Derive::Max => Some(newest.value),
            // One point before the window belongs to it: growth is told by pairs.
            Derive::Rate => rate(&points[start.min(end - 1).saturating_sub(1)..end], pause_ms),
        }
    };
    grid.moments().map(value_at).collect()
}

fn average(points: &[Point]) -> f64 {
    // The mean of the means: a sum of huge values could leave the range of numbers.
    let mut mean = 0.0;
    for (count, point) in (1_u32..).zip(points) {
        mean += point.value / f64::from(count) - mean / f64::from(count);
    }
    mean
}

/// Growth a second over `points`, of the part after the last pause.
fn rate(points: &[Point], pause_ms: i64) -> Option<f64> {
    let is_pause = |pair: &[Point]| pair[1].at_ms - pair[0].at_ms > pause_ms;
    let from = points.windows(2).rposition(is_pause).map_or(0, |pause| pause + 1);
    let points = &points[from..];
    let (first, last) = (points.first()?, points.last()?);
    if first.at_ms == last.at_ms {
        return None;
    }
    let growth: f64 = points
        .windows(2)
        .map(|pair| {
            let (before, after) = (pair[0].value, pair[1].value);
            if after >= before { after - before } else { after }
        })
        .sum();
    #[expect(clippy::cast_precision_loss, reason = "a range in ms is far below 2^53")]
    let seconds = (last.at_ms - first.at_ms) as f64 / 1_000.0;
    Some(growth / seconds).filter(|rate| rate.is_finite())
}

/// The median distance of the newest points, in milliseconds.
fn usual_distance_ms(points: &[Point]) -> i64 {
    let newest = &points[points.len().saturating_sub(101)..];
    let mut distances: Vec<i64> =
        newest.windows(2).map(|pair| pair[1].at_ms - pair[0].at_ms).collect();
    distances.sort_unstable();
    distances.get(distances.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn series(points: &[(i64, f64)]) -> Vec<Point> {
        points.iter().map(|(s, value)| Point { at_ms: s * 1_000, value: *value }).collect()
    }

    fn grid(from_s: i64, to_s: i64, step_s: u32) -> Grid {
        Grid::new(from_s * 1_000, to_s * 1_000, Some(step_s)).unwrap()
    }

    #[test]
    fn each_derivation_of_a_short_series_is_as_by_hand() {
        let points = series(&[(10, 1.0), (20, 3.0), (30, 8.0), (40, f64::NAN), (50, 2.0)]);
        let grid = grid(0, 60, 20);
        for (derive, expected) in [
            (Derive::Last, [None, Some(3.0), Some(8.0), Some(2.0)]),
            (Derive::Average, [None, Some(2.0), Some(8.0), Some(2.0)]),
            (Derive::Max, [None, Some(3.0), Some(8.0), Some(2.0)]),
            // 1→3 in 10 s; 3→8 in 10 s; 8→2 is a reset: 2 in 20 s.
            (Derive::Rate, [None, Some(0.2), Some(0.5), Some(0.1)]),
        ] {
            assert_eq!(downsample(&points, &grid, derive), expected, "{derive:?}");
        }
    }

    #[test]
    fn steps_finer_than_the_points_hold_the_value_and_its_rate() {
        let points = series(&[(60, 0.0), (120, 60.0), (180, 120.0)]);
        let last = downsample(&points, &grid(60, 180, 20), Derive::Last);
        let held = [0.0, 0.0, 0.0, 60.0, 60.0, 60.0, 120.0].map(Some);
        assert_eq!(last, held);
        let rate = downsample(&points, &grid(120, 180, 20), Derive::Rate);
        assert_eq!(rate, [Some(1.0); 4]);
    }

    #[test]
    fn a_pause_is_shown_as_one() {
        let points = series(&[(0, 0.0), (10, 10.0), (20, 20.0), (500, 30.0), (510, 40.0)]);
        let last = downsample(&points, &grid(10, 60, 10), Derive::Last);
        assert_eq!(last, [Some(10.0), Some(20.0), Some(20.0), None, None, None]);
        let rate = downsample(&points, &grid(490, 510, 10), Derive::Rate);
        assert_eq!(rate, [None, None, Some(1.0)]);
    }

    #[test]
    fn wrong_ranges_and_steps_are_refused_by_name() {
        let refusal = |from, to, step| Grid::new(from, to, step).unwrap_err().fields.remove(0);
        assert_eq!(refusal(2, 1, None).field, "to");
        assert_eq!(refusal(i64::MIN, i64::MAX, None).field, "to");
        assert_eq!(refusal(0, 1_000, Some(0)).field, "step_s");
        let fault = refusal(0, 86_400_000, Some(1));
        assert_eq!((fault.field.as_str(), fault.found.as_str()), ("step_s", "1"));
        assert_eq!(fault.expected.en, "at least 44 seconds for this range");
        Grid::new(0, 86_400_000, Some(44)).unwrap();
    }

    fn points() -> impl Strategy<Value = Vec<Point>> {
        proptest::collection::vec((1_i64..120_000, -1e6_f64..1e6), 0..200).prop_map(|steps| {
            let mut at_ms = 0;
            let points = steps.into_iter().map(|(distance_ms, value)| {
                at_ms += distance_ms;
                Point { at_ms, value }
            });
            points.collect()
        })
    }

    proptest! {
        #[test]
        fn the_server_never_chooses_more_than_500_moments(
            from in -1_i64 << 42..1 << 42, span in 0_i64..SPAN_MAX_MS,
        ) {
            let grid = Grid::new(from, from + span, None).unwrap();
            prop_assert!(grid.count <= 500);
            prop_assert!(grid.first_ms >= from);
            prop_assert!(grid.moments().all(|moment| moment <= from + span));
        }

        #[test]
        fn values_stay_between_the_least_and_the_greatest(
            points in points(), from in 0_i64..1 << 23, step_s in 1_u32..600,
        ) {
            let least = points.iter().map(|p| p.value).fold(f64::INFINITY, f64::min);
            let greatest = points.iter().map(|p| p.value).fold(f64::NEG_INFINITY, f64::max);
            let grid = Grid::new(from, from + i64::from(step_s) * 100_000, Some(step_s)).unwrap();
            for derive in [Derive::Last, Derive::Average, Derive::Max] {
                let values = downsample(&points, &grid, derive);
                prop_assert_eq!(values.len(), grid.count);
                for value in values.into_iter().flatten() {
                    prop_assert!(value >= least - 1e-6 && value <= greatest + 1e-6);
                }
            }
        }

        #[test]
        fn a_counters_rate_is_its_growth_whatever_the_step_and_however_often_it_restarts(
            growth in 0_u32..1_000, restarts in proptest::collection::btree_set(2_usize..360, 0..5),
            step_s in 10_u32..400,
        ) {
            let mut count = 0.0;
            let mut points = Vec::new();
            for at in 0..361_i64 {
                count = match usize::try_from(at) {
                    // It restarts and grows as it did.
                    Ok(at) if restarts.contains(&at) => f64::from(growth) * 10.0,
                    _ => count + f64::from(growth) * 10.0,
                };
                points.push(Point { at_ms: at * 10_000, value: count });
            }
            let grid = Grid::new(10_000, 3_600_000, Some(step_s)).unwrap();
            for rate in downsample(&points, &grid, Derive::Rate) {
                let rate = rate.expect("the counter never pauses");
                // A restart at the same value looks like standing still: growth is at most missed.
                prop_assert!(rate >= 0.0 && rate <= f64::from(growth) + 1e-9, "{rate}");
                if restarts.is_empty() || growth == 0 {
                    prop_assert!((rate - f64::from(growth)).abs() < 1e-9);
                }
            }
        }
    }
}
