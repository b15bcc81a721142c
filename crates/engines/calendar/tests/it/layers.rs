use std::time::Duration;

use calendar::{DayRule, Layer, SpecialDay, WeeklyPattern, Why, WorkingCalendar, china, zone};
use jiff::{Timestamp, civil::Date};

fn special(date: &str, rule: DayRule, name: &str) -> SpecialDay {
    SpecialDay { date: date.parse().unwrap(), rule, name: name.to_owned() }
}

fn worked(calendar: &WorkingCalendar, from: &str, to: &str) -> u64 {
    let (from, to): (Timestamp, Timestamp) = (from.parse().unwrap(), to.parse().unwrap());
    calendar.worked(from, to).unwrap().value.as_secs() / 60
}

fn hours_of(calendar: &WorkingCalendar, date: &str) -> String {
    calendar.day(date.parse::<Date>().unwrap()).plan.to_string()
}

#[test]
fn region_adds_its_own_days_and_inherits_the_rest() {
    let nation = china(WeeklyPattern::office_hours("09:00-12:00, 13:00-18:00").unwrap()).unwrap();
    // 广西壮族三月三, and an office that closes at noon before the National Day.
    let guangxi = Layer::new("广西").with_days([
        special("2026-04-20", DayRule::Closed, "三月三"),
        special("2026-09-30", DayRule::Morning, "提前放假"),
        special("2026-10-03", DayRule::Hours("10:00-16:00".parse().unwrap()), "窗口值守"),
    ]);
    let region = nation.with(guangxi);
    assert!(nation.is_workday("2026-04-20".parse().unwrap()));
    assert!(!region.is_workday("2026-04-20".parse().unwrap()));
    assert!(!region.is_workday("2026-02-17".parse().unwrap()), "inherited");
    assert_eq!(hours_of(&region, "2026-09-30"), "09:00-12:00");
    assert_eq!(hours_of(&region, "2026-10-03"), "10:00-16:00", "over the nation's holiday");
    assert_eq!(hours_of(&region, "2026-10-10"), "09:00-12:00, 13:00-18:00", "a made-up Saturday");
    let Why::Special { layer, .. } = region.day("2026-10-03".parse().unwrap()).why else {
        panic!("a special day")
    };
    assert_eq!(layer, "广西");
}

#[test]
fn region_may_have_another_week() {
    let nation = china(WeeklyPattern::office_hours("09:00-17:00").unwrap()).unwrap();
    let summer = WeeklyPattern::office_hours("10:00-14:00, 15:30-19:30").unwrap();
    let xinjiang = nation.with(Layer::new("新疆").with_week(summer));
    assert_eq!(hours_of(&xinjiang, "2026-07-01"), "10:00-14:00, 15:30-19:30");
    assert!(!xinjiang.is_workday("2026-10-01".parse().unwrap()));
    let made_up = WeeklyPattern::office_hours("09:00-17:00")
        .unwrap()
        .with_make_up("09:00-12:00".parse().unwrap());
    assert_eq!(hours_of(&china(made_up).unwrap(), "2026-10-10"), "09:00-12:00");
}

#[test]
fn nights_in_which_clocks_change_last_as_long_as_they_last() {
    let night = WeeklyPattern::new(std::array::from_fn(|_| "00:00-06:00".parse().unwrap()));
    let shanghai = WorkingCalendar::new("night", zone("Asia/Shanghai").unwrap(), night.clone());
    // Forward at 02:00 on 4 May 1986, back at 02:00 on 14 September.
    assert_eq!(worked(&shanghai, "1986-05-03T15:00:00Z", "1986-05-04T10:00:00Z"), 300);
    assert_eq!(worked(&shanghai, "1986-09-13T14:00:00Z", "1986-09-14T10:00:00Z"), 420);
    let berlin = WorkingCalendar::new("night", zone("Europe/Berlin").unwrap(), night);
    assert_eq!(worked(&berlin, "2026-10-24T22:00:00Z", "2026-10-25T12:00:00Z"), 420);
    assert_eq!(worked(&berlin, "2026-03-28T23:00:00Z", "2026-03-29T12:00:00Z"), 300);
}

#[test]
fn span_that_the_clock_skips_is_empty() {
    let hour = WeeklyPattern::new(std::array::from_fn(|_| "02:00-03:00".parse().unwrap()));
    let berlin = WorkingCalendar::new("hour", zone("Europe/Berlin").unwrap(), hour);
    assert_eq!(worked(&berlin, "2026-03-28T23:00:00Z", "2026-03-29T12:00:00Z"), 0);
    assert_eq!(worked(&berlin, "2026-10-24T22:00:00Z", "2026-10-25T12:00:00Z"), 120);
}

#[test]
fn calendar_without_any_work_says_so_instead_of_searching_for_ever() {
    let never = WeeklyPattern::office_hours("").unwrap();
    let calendar = WorkingCalendar::new("never", zone("UTC").unwrap(), never);
    let from: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let error = calendar.due(from, Duration::from_secs(1)).unwrap_err();
    assert_eq!(error.to_string(), "no such working time within 36525 days of 2026-01-01");
    assert!(calendar.workday_after("2026-01-01".parse().unwrap(), 1).is_err());
    assert_eq!(calendar.due(from, Duration::ZERO).unwrap().value, from);
    let end: Timestamp = "2326-01-01T00:00:00Z".parse().unwrap();
    assert!(calendar.worked(from, end).is_err(), "three centuries");
    assert_eq!(calendar.worked(end, from).unwrap().value, Duration::ZERO, "backwards");
}
