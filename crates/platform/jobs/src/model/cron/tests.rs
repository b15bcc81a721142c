use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::Calendars;

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn rule(text: &str, zone: &str) -> CronRule {
    CronRule::new(text, zone, None).unwrap()
}

fn on_workdays(text: &str, days_off: DaysOff) -> CronRule {
    let calendar = Calendars::standard().unwrap().get("cn").unwrap();
    let workdays = Workdays { name: "cn".to_owned(), calendar, days_off };
    CronRule::new(text, "Asia/Shanghai", Some(workdays)).unwrap()
}

fn runs(rule: &CronRule, after: &str, count: usize) -> Vec<String> {
    let mut after = time(after);
    (0..count)
        .map(|_| {
            after = rule.next_after(after).unwrap();
            after.to_string()
        })
        .collect()
}

#[test]
fn usual_expressions_are_understood() {
    for (text, expected) in [
        ("*/15 * * * *", "2026-06-01T00:15:00Z"),
        ("30 2 * * 1-5", "2026-06-01T02:30:00Z"),
        ("0 0 L * *", "2026-06-30T00:00:00Z"),
        ("0 12 * * FRI#1", "2026-06-05T12:00:00Z"),
        ("@daily", "2026-06-02T00:00:00Z"),
        ("@hourly", "2026-06-01T01:00:00Z"),
        ("15 0 8 * * *", "2026-06-01T08:00:15Z"),
        ("0 0 29 2 *", "2028-02-29T00:00:00Z"),
    ] {
        assert_eq!(runs(&rule(text, "UTC"), "2026-06-01T00:00:00Z", 1), [expected], "{text}");
    }
}

/// Around the National Day of 2026: off from 1 to 7 October, 10 October is worked.
#[test]
fn days_off_are_left_out_or_moved_and_make_up_days_count() {
    let daily = on_workdays("0 9 * * *", DaysOff::Skip);
    assert_eq!(
        runs(&daily, "2026-09-30T00:00:00Z", 5),
        [
            "2026-09-30T01:00:00Z",
            "2026-10-08T01:00:00Z",
            "2026-10-09T01:00:00Z",
            "2026-10-10T01:00:00Z",
            "2026-10-12T01:00:00Z",
        ]
    );
    let monthly = on_workdays("0 9 1 * *", DaysOff::Next);
    assert_eq!(
        runs(&monthly, "2026-09-15T00:00:00Z", 2),
        ["2026-10-08T01:00:00Z", "2026-11-02T01:00:00Z"]
    );
    // In the middle of the holiday the moved run is still to come.
    assert_eq!(runs(&monthly, "2026-10-05T00:00:00Z", 1), ["2026-10-08T01:00:00Z"]);
    // Seven days off bring one run, not seven.
    let every_day = on_workdays("0 9 * * *", DaysOff::Next);
    assert_eq!(
        runs(&every_day, "2026-09-30T02:00:00Z", 2),
        ["2026-10-08T01:00:00Z", "2026-10-09T01:00:00Z"]
    );
    let minutely = on_workdays("* * * * *", DaysOff::Skip);
    assert_eq!(runs(&minutely, "2026-09-30T15:59:00Z", 1), ["2026-10-07T16:00:00Z"]);
}

#[test]
fn half_an_hour_of_summer_time_is_no_exception() {
    // Lord Howe: back from 02:00 to 01:30 on 5 April 2026, forward over 02:00–02:30 on 4 October.
    let fixed = rule("45 1 * * *", "Australia/Lord_Howe");
    assert_eq!(
        runs(&fixed, "2026-04-04T00:00:00Z", 2),
        ["2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"]
    );
    let skipped = rule("15 2 * * *", "Australia/Lord_Howe");
    assert_eq!(
        runs(&skipped, "2026-10-03T00:00:00Z", 2),
        ["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"]
    );
}

const ZONES: [&str; 6] = [
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Havana",
    "America/New_York",
];

proptest! {
    #[test]
    fn time_of_the_day_runs_exactly_once_on_every_date(
        hour in 0_u32..24, minute in 0_u32..60, zone_at in 0..ZONES.len(),
        begin in 500_000_000_i64..1_900_000_000,
    ) {
        let zone = calendar::zone(ZONES[zone_at]).unwrap();
        let rule = rule(&format!("{minute} {hour} * * *"), ZONES[zone_at]);
        let mut after = Time::from_seconds(begin);
        let mut dates = BTreeMap::new();
        for _ in 0..400 {
            let next = rule.next_after(after).unwrap();
            prop_assert!(next > after);
            let moment = Timestamp::from_microsecond(next.micros()).unwrap();
            *dates.entry(zone.to_datetime(moment).date()).or_insert(0) += 1;
            after = next;
        }
        prop_assert!(dates.values().all(|count| *count == 1));
        let (first, last) = (dates.keys().next().unwrap(), dates.keys().last().unwrap());
        prop_assert_eq!(first.until(*last).unwrap().get_days(), 399);
    }

    #[test]
    fn every_so_often_never_pauses_for_a_change_of_clocks(
        zone_at in 0..ZONES.len(), begin in 500_000_000_i64..1_900_000_000,
    ) {
        let rule = rule("*/10 * * * *", ZONES[zone_at]);
        let mut after = rule.next_after(Time::from_seconds(begin)).unwrap();
        for _ in 0..300 {
            let next = rule.next_after(after).unwrap();
            prop_assert!(next.since(after).as_secs() <= 600, "{after} {next}");
            after = next;
        }
    }

    #[test]
    fn moved_runs_are_on_workdays_and_go_forward(
        hour in 0_u32..24, day in 1_u32..28, begin in 1_672_531_200_i64..1_798_000_000,
    ) {
        let calendar = Calendars::standard().unwrap().get("cn").unwrap();
        for days_off in [DaysOff::Skip, DaysOff::Next] {
            let rule = on_workdays(&format!("0 {hour} {day} * *"), days_off);
            let mut after = Time::from_seconds(begin);
            for _ in 0..12 {
                let next = rule.next_after(after).unwrap();
                prop_assert!(next > after);
                let moment = Timestamp::from_microsecond(next.micros()).unwrap();
                prop_assert!(calendar.is_workday(calendar.date_at(moment)));
                // Where it starts to look does not change what it finds.
                let middle = Time::from_micros(after.micros() / 2 + next.micros() / 2);
                prop_assert_eq!(rule.next_after(middle.min(next.minus(FORWARD))).unwrap(), next);
                after = next;
            }
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic_or_search_for_long(text in "[0-9*/,#LW@A-Za-z?+ -]{0,40}") {
        drop(CronRule::new(&text, "Asia/Shanghai", None));
    }
}

const FORWARD: std::time::Duration = std::time::Duration::from_micros(1);
