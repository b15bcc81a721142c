//! From which hour on what fits is kept.

use crate::block::Share;
use std::collections::BTreeMap;

/// Steps by which the begin of what is kept moves, in hours: parts of a day.
const STEPS: [i64; 6] = [24, 12, 6, 3, 2, 1];
/// A step is at most such a part of what is kept: the smaller a step, the more often a block of
/// which a part goes is written anew.
const STEP_PART: i64 = 8;

/// The first hour that is kept so that shares take no more than `bytes_max`, later ones before
/// earlier ones; none if all of them do. What a share takes is spread evenly over its hours.
///
/// It is a multiple of the greatest step of which there are eight or more in what is kept, of an
/// hour if there is none. If the last hour alone takes more, it is the one after it.
pub(super) fn first_hour(shares: &[Share], bytes_max: u64) -> Option<i64> {
    if shares.iter().map(|share| share.bytes).sum::<u64>() <= bytes_max {
        return None;
    }
    // By how much more an hour has than the one before: a few for each share, however long it is.
    let mut changes: BTreeMap<i64, f64> = BTreeMap::new();
    for share in shares {
        let hours = (share.last_hour - share.first_hour + 1) as f64;
        let each = share.bytes as f64 / hours;
        *changes.entry(share.last_hour).or_default() += each;
        *changes.entry(share.first_hour - 1).or_default() -= each;
    }
    let last_hour = *changes.last_key_value()?.0;
    let (mut left, mut each, mut hour) = (bytes_max as f64, 0.0, last_hour);
    for (next, more) in changes.iter().rev() {
        // The hours after `next` up to `hour` have `each`.
        let bytes = each * (hour - next) as f64;
        if bytes > left {
            hour -= (left / each) as i64;
            break;
        }
        left -= bytes;
        (hour, each) = (*next, each + more);
    }
    Some(to_step(hour + 1, last_hour))
}

/// The hour, or a later one at which a step begins.
fn to_step(hour: i64, last_hour: i64) -> i64 {
    let kept = last_hour + 1 - hour;
    let step = STEPS.into_iter().find(|step| step * STEP_PART <= kept).unwrap_or(1);
    hour.saturating_add(step - 1).div_euclid(step) * step
}

/// Days of roll-ups, the shortest step first, that go so that the rest takes no more than
/// `bytes_max`: the first ones.
///
/// `days`: bytes by step and day.
pub(super) fn days_over(days: &BTreeMap<(i64, i64), u64>, bytes_max: u64) -> Vec<(i64, i64)> {
    let mut bytes: u64 = days.values().sum();
    let mut gone = Vec::new();
    for (day, of_day) in days {
        if bytes <= bytes_max {
            break;
        }
        bytes -= of_day;
        gone.push(*day);
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn share(first_hour: i64, last_hour: i64, bytes: u64) -> Share {
        Share { rule: 0, first_hour, last_hour, bytes }
    }

    #[test]
    fn latest_hours_that_fit_are_kept() {
        let day = [share(0, 23, 2400)];
        assert_eq!(first_hour(&day, 2400), None);
        assert_eq!(first_hour(&[], 0), None);
        assert_eq!(first_hour(&day, 500), Some(19), "too few for steps of more than an hour");
        assert_eq!(first_hour(&day, 599), Some(19), "five hours fit");
        assert_eq!(first_hour(&day, 2399), Some(2), "in steps of two hours");
        assert_eq!(first_hour(&day, 99), Some(24), "not even the last one fits");
        assert_eq!(first_hour(&day, 0), Some(24));
        let days: Vec<Share> = (-2..10).map(|day| share(day * 24, day * 24 + 23, 24)).collect();
        assert_eq!(first_hour(&days, 200), Some(48), "in whole days");
        assert_eq!(first_hour(&days, 192), Some(48));
        assert_eq!(first_hour(&days, 191), Some(60), "then in half ones");
        assert_eq!(first_hour(&days, 270), Some(-24));
        let gap = [share(0, 3, 40), share(500, 503, 40)];
        assert_eq!(first_hour(&gap, 60), Some(24), "what is kept is long, nothing is in it");
        assert_eq!(first_hour(&gap, 20), Some(502));
    }

    #[test]
    fn first_days_of_the_shortest_step_go_first() {
        let days = BTreeMap::from([((5, 1), 3), ((5, 2), 3), ((60, 1), 2), ((60, 2), 2)]);
        assert_eq!(days_over(&days, 10), []);
        assert_eq!(days_over(&days, 7), [(5, 1)]);
        assert_eq!(days_over(&days, 3), [(5, 1), (5, 2), (60, 1)]);
        assert_eq!(days_over(&days, 0).len(), 4);
    }

    /// Hour by hour.
    fn bytes_from(shares: &[Share], from: i64) -> f64 {
        let of = |share: &Share| {
            let hours = share.first_hour..=share.last_hour;
            let kept = hours.clone().filter(|hour| *hour >= from).count() as f64;
            share.bytes as f64 * kept / hours.count() as f64
        };
        shares.iter().map(of).sum()
    }

    proptest! {
        #[test]
        fn what_is_kept_fits_and_a_step_more_would_not(
            spans in prop::collection::vec((-300_i64..300, 0_i64..30, 0_u64..5_000), 0..40),
            bytes_max in 0_u64..60_000,
        ) {
            let shares: Vec<Share> =
                spans.iter().map(|(from, more, bytes)| share(*from, from + more, *bytes)).collect();
            let last = shares.iter().map(|share| share.last_hour).max().unwrap_or(0);
            match first_hour(&shares, bytes_max) {
                None => prop_assert!(bytes_from(&shares, i64::MIN) <= bytes_max as f64),
                Some(first) => {
                    prop_assert!(first <= last + 1);
                    prop_assert!(bytes_from(&shares, first) <= bytes_max as f64 + 0.01);
                    let step = ((last + 1 - first) / STEP_PART + 1).min(24);
                    let more = bytes_from(&shares, first - 2 * step);
                    prop_assert!(more > bytes_max as f64 - 0.01, "{} more fit", 2 * step);
                }
            }
        }
    }
}
