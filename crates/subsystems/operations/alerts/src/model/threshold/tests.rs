use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::model::condition::{Derive, Operator};

fn condition(operator: Operator, threshold: f64, clear: Option<f64>) -> ThresholdCondition {
    ThresholdCondition {
        selector: "m".to_owned(),
        derive: Derive::Last,
        window_s: 60,
        operator,
        threshold,
        clear_threshold: clear,
        for_s: 0,
    }
}

fn next(standing: Standing, decision: Decision, now: Time) -> Standing {
    match decision {
        // A threshold knows no silence to be counted.
        Decision::Hold | Decision::StartQuiet => standing,
        Decision::StartPending => Standing::Pending { since: now },
        Decision::ClearPending | Decision::Close => Standing::Idle,
        Decision::Open(reading) | Decision::Update(reading) => {
            Standing::Open { reading, updated_at: now, quiet_since: None }
        }
    }
}

/// Plays one value every 10 s; `None` is silence. Shows every decision that is not to hold.
fn play(condition: &ThresholdCondition, values: &[Option<f64>]) -> String {
    let mut standing = Standing::Idle;
    let mut shown = String::new();
    for (second, value) in (0..).step_by(10).zip(values) {
        let now = Time::from_seconds(1_000_000 + second);
        let decision = decide(condition, Severity::Warning, &standing, *value, now);
        standing = next(standing, decision, now);
        let line = match decision {
            Decision::Hold => continue,
            Decision::Open(r) => format!("open {:?}", r.value.unwrap()),
            Decision::Update(r) if r.no_data => "update: no data".to_owned(),
            Decision::Update(r) => format!("update {:?}", r.value.unwrap()),
            other => format!("{other:?}"),
        };
        shown.push_str(&format!("{second} s {line}\n"));
    }
    shown
}

fn check(condition: &ThresholdCondition, values: &[f64], expected: &Expect) {
    let values: Vec<_> = values.iter().map(|value| Some(*value)).collect();
    expected.assert_eq(&play(condition, &values));
}

#[test]
fn opens_beyond_the_threshold_and_closes_behind_it() {
    let above = condition(Operator::Above, 5.0, None);
    check(
        &above,
        &[5.0, 5.1, 5.0],
        &expect![[r"
        10 s open 5.1
        20 s Close
    "]],
    );
    let at_least = condition(Operator::AtLeast, 1.0, None);
    check(
        &at_least,
        &[0.0, 1.0, 1.0, 0.0],
        &expect![[r"
        10 s open 1.0
        30 s Close
    "]],
    );
    let below = condition(Operator::Below, 14.0, None);
    check(
        &below,
        &[14.0, 13.9, 90.0],
        &expect![[r"
        10 s open 13.9
        20 s Close
    "]],
    );
    let at_most = condition(Operator::AtMost, 0.0, None);
    check(
        &at_most,
        &[0.1, 0.0, 0.1],
        &expect![[r"
        10 s open 0.0
        20 s Close
    "]],
    );
}

#[test]
fn flapping_between_the_two_thresholds_is_one_alert() {
    let above = condition(Operator::Above, 0.85, Some(0.8));
    check(
        &above,
        &[0.86, 0.84, 0.86, 0.81, 0.86, 0.8, 0.84],
        &expect![[r"
        0 s open 0.86
        50 s Close
    "]],
    );
    let below = condition(Operator::Below, 3.0, Some(5.0));
    check(
        &below,
        &[2.0, 4.0, 2.0, 4.9, 5.0, 4.0],
        &expect![[r"
        0 s open 2.0
        40 s Close
    "]],
    );
}

#[test]
fn for_counts_from_the_first_value_without_a_break() {
    let slow = ThresholdCondition { for_s: 30, ..condition(Operator::Above, 5.0, None) };
    check(
        &slow,
        &[6.0, 6.0, 6.0, 6.0, 6.0],
        &expect![[r"
        0 s StartPending
        30 s open 6.0
    "]],
    );
    check(
        &slow,
        &[6.0, 6.0, 4.0, 6.0, 6.0, 6.0, 6.0],
        &expect![[r"
        0 s StartPending
        20 s ClearPending
        30 s StartPending
        60 s open 6.0
    "]],
    );
    let silent = [Some(6.0), Some(6.0), None, Some(6.0), Some(6.0)];
    expect![[r"
        0 s StartPending
        20 s ClearPending
        30 s StartPending
    "]]
    .assert_eq(&play(&slow, &silent));
}

#[test]
fn silence_never_closes_and_never_opens() {
    let above = condition(Operator::Above, 5.0, None);
    expect![[""]].assert_eq(&play(&above, &[None, None]));
    let gone = [Some(6.0), None, None, Some(6.0), None, Some(1.0)];
    expect![[r"
        0 s open 6.0
        10 s update: no data
        30 s update 6.0
        40 s update: no data
        50 s Close
    "]]
    .assert_eq(&play(&above, &gone));
    let nan = [Some(6.0), Some(f64::NAN), Some(f64::INFINITY)];
    expect![[r"
        0 s open 6.0
        10 s update: no data
        20 s update inf
    "]]
    .assert_eq(&play(&above, &nan));
    for operator in Operator::ALL {
        let condition = condition(operator, 5.0, None);
        assert_eq!(play(&condition, &[Some(f64::NAN)]), "", "{operator:?}");
    }
}

#[test]
fn value_is_told_again_only_when_it_moved_far_and_not_often() {
    let above = condition(Operator::Above, 10.0, None);
    let mut values = vec![11.0; 31];
    values[1] = 99.0;
    values.extend([11.9, 12.1, 13.9]);
    check(
        &above,
        &values,
        &expect![[r"
        0 s open 11.0
        320 s update 12.1
    "]],
    );
}

#[test]
fn dismissed_subject_is_left_alone_until_it_was_fine_once() {
    let above = condition(Operator::Above, 5.0, Some(4.0));
    let at = Time::from_seconds;
    let dismissed = Standing::Dismissed { since: at(0) };
    let table = [
        (Some(6.0), 10, Decision::Hold),
        (Some(4.5), 10, Decision::Hold),
        (None, 10, Decision::Hold),
        (Some(4.0), 10, Decision::ClearPending),
        (None, 31 * 86_400, Decision::ClearPending),
    ];
    for (value, now, expected) in table {
        let decided = decide(&above, Severity::Info, &dismissed, value, at(now));
        assert_eq!(decided, expected, "{value:?} at {now}");
    }
}

#[test]
fn clock_that_was_set_back_starts_the_wait_again() {
    let slow = ThresholdCondition { for_s: 30, ..condition(Operator::Above, 5.0, None) };
    let pending = Standing::Pending { since: Time::from_seconds(7200) };
    let decided = decide(&slow, Severity::Info, &pending, Some(6.0), Time::from_seconds(10));
    assert_eq!(decided, Decision::StartPending);
}

#[test]
fn changed_severity_of_the_rule_reaches_the_open_alert() {
    let above = condition(Operator::Above, 5.0, None);
    let reading = Reading { severity: Severity::Warning, value: Some(6.0), no_data: false };
    let open = Standing::Open { reading, updated_at: Time::from_seconds(0), quiet_since: None };
    let decided = decide(&above, Severity::Critical, &open, Some(6.0), Time::from_seconds(1));
    assert_eq!(decided, Decision::Update(Reading { severity: Severity::Critical, ..reading }));
}

proptest! {
    #[test]
    fn an_alert_never_opens_on_a_good_value_nor_closes_on_a_bad_one(
        values in proptest::collection::vec(proptest::option::of(0_u8..20), 0..60),
        for_s in 0_u32..40, gap in 0_u8..5,
    ) {
        let condition = ThresholdCondition {
            for_s, ..condition(Operator::Above, 10.0, Some(10.0 - f64::from(gap)))
        };
        let mut standing = Standing::Idle;
        for (second, value) in (0..).step_by(10).zip(values) {
            let now = Time::from_seconds(1_000_000 + second);
            let value = value.map(f64::from);
            let decision = decide(&condition, Severity::Info, &standing, value, now);
            match decision {
                Decision::Open(_) => prop_assert!(value.is_some_and(|v| v > 10.0)),
                Decision::Close => {
                    prop_assert!(value.is_some_and(|v| v <= 10.0 - f64::from(gap)));
                }
                _ => {}
            }
            standing = next(standing, decision, now);
            // Deciding again about the same thing decides nothing: a repeated round is safe.
            let again = decide(&condition, Severity::Info, &standing, value, now);
            prop_assert!(again == Decision::Hold, "{again:?} after {decision:?}");
        }
    }
}
