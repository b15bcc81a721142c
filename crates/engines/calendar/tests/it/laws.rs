use std::time::Duration;

use calendar::{
    DayPlan, DayRule, DaySpan, Layer, SpecialDay, WeeklyPattern, WorkingCalendar, zone,
};
use jiff::{Timestamp, civil::Date};
use proptest::{collection::vec, prelude::*};

/// Zones with all that clocks do: nothing, an hour, half an hour, a whole day, at midnight.
const ZONES: [&str; 7] = [
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Havana",
    "America/Toronto",
];

fn plan() -> impl Strategy<Value = DayPlan> {
    let span = (0_u32..86_400, 1_u32..30_000)
        .prop_map(|(from, length)| DaySpan::new(from, (from + length).min(86_400)).unwrap());
    vec(span, 0..4).prop_map(DayPlan::new)
}

fn rule() -> impl Strategy<Value = DayRule> {
    prop_oneof![
        Just(DayRule::Closed),
        Just(DayRule::Open),
        Just(DayRule::Morning),
        Just(DayRule::Afternoon),
        plan().prop_map(DayRule::Hours),
    ]
}

/// A day between 1984 and 2027.
fn date() -> impl Strategy<Value = Date> {
    (1984_i16..2028, 1_i8..13, 1_i8..29)
        .prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

/// A moment of these years, often near a change of clocks.
fn moment() -> impl Strategy<Value = Timestamp> {
    let any = 441_763_200_i64..1_830_297_600;
    let changes = prop_oneof![
        Just(515_527_200_i64), // Shanghai, 4 May 1986
        Just(527_011_200),     // Shanghai, 14 September 1986
        Just(1_774_746_000),   // Berlin, 29 March 2026
        Just(1_792_890_000),   // Berlin, 25 October 2026
        Just(1_325_239_200),   // Apia, 30 December 2011
        Just(1_130_644_860),   // Toronto, 30 October 2005
    ];
    let near = (changes, -200_000_i64..200_000).prop_map(|(change, off)| change + off);
    prop_oneof![any, near].prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn calendar() -> impl Strategy<Value = WorkingCalendar> {
    let days = vec((date(), rule()), 0..8);
    (0..ZONES.len(), proptest::array::uniform7(plan()), days).prop_map(|(zone_at, week, days)| {
        let days = days.into_iter().map(|(date, rule)| SpecialDay {
            date,
            rule,
            name: "special".to_owned(),
        });
        let zone = zone(ZONES[zone_at]).unwrap();
        WorkingCalendar::new("week", zone, WeeklyPattern::new(week))
            .with(Layer::new("days").with_days(days))
    })
}

fn later(from: Timestamp, seconds: u32) -> Timestamp {
    from.checked_add(Duration::from_secs(u64::from(seconds))).unwrap()
}

fn worked(calendar: &WorkingCalendar, from: Timestamp, to: Timestamp) -> Duration {
    calendar.worked(from, to).unwrap().value
}

/// Every plan of the week cut in two at `second`.
fn cut(plan: &DayPlan, second: u32) -> Vec<DaySpan> {
    let halves = plan.spans().iter().flat_map(|span| {
        let middle = second.clamp(span.from_s(), span.to_s());
        [DaySpan::new(span.from_s(), middle), DaySpan::new(middle, span.to_s())]
    });
    halves.filter_map(Result::ok).collect()
}

proptest! {
    #[test]
    fn working_time_adds_up(
        calendar in calendar(),
        from in moment(),
        first in 0_u32..4_000_000,
        second in 0_u32..4_000_000,
    ) {
        let (middle, end) = (later(from, first), later(later(from, first), second));
        let parts = worked(&calendar, from, middle) + worked(&calendar, middle, end);
        prop_assert_eq!(parts, worked(&calendar, from, end));
    }

    #[test]
    fn working_time_never_falls_and_never_exceeds_the_time_that_passed(
        calendar in calendar(), from in moment(), first in 0_u32..4_000_000, more in 0_u32..400_000,
    ) {
        let short = worked(&calendar, from, later(from, first));
        let long = worked(&calendar, from, later(from, first + more));
        prop_assert!(short <= long);
        prop_assert!(long <= Duration::from_secs(u64::from(first + more)));
    }

    #[test]
    fn deadline_is_the_first_moment_by_which_the_time_was_worked(
        calendar in calendar(), from in moment(), seconds in 1_u64..600_000,
    ) {
        let working = Duration::from_secs(seconds);
        let Ok(due) = calendar.due(from, working) else { return Ok(()) };
        prop_assert_eq!(worked(&calendar, from, due.value), working);
        let sum: Duration = due.lines.iter().map(calendar::Line::worked).sum();
        prop_assert_eq!(sum, working);
        let before = due.value.checked_sub(Duration::from_nanos(1)).unwrap();
        prop_assert!(worked(&calendar, from, before) < working);
    }

    #[test]
    fn closure_never_makes_a_deadline_earlier(
        calendar in calendar(), from in moment(), seconds in 0_u64..600_000, ahead in 0_i32..30,
    ) {
        let working = Duration::from_secs(seconds);
        let Ok(open) = calendar.due(from, working) else { return Ok(()) };
        let date = calendar.date_at(from).checked_add(jiff::Span::new().days(ahead)).unwrap();
        let closure = SpecialDay { date, rule: DayRule::Closed, name: "closed".to_owned() };
        let closed = calendar.with(Layer::new("closures").with_days([closure]));
        let Ok(due) = closed.due(from, working) else { return Ok(()) };
        prop_assert!(due.value >= open.value);
    }

    #[test]
    fn cutting_a_span_in_two_changes_nothing(
        plan in plan(), second in 0_u32..86_400, zone_at in 0..ZONES.len(),
        from in moment(), length in 0_u32..4_000_000,
    ) {
        let pieces = cut(&plan, second);
        let cut = DayPlan::new(pieces.clone());
        prop_assert_eq!(&cut, &plan);
        // And where the pieces are reckoned one by one, they sum up to the whole.
        let of = |plan: &DayPlan| {
            let week = WeeklyPattern::new(std::array::from_fn(|_| plan.clone()));
            let calendar = WorkingCalendar::new("week", zone(ZONES[zone_at]).unwrap(), week);
            worked(&calendar, from, later(from, length))
        };
        let sum: Duration = pieces.iter().map(|piece| of(&DayPlan::new(vec![*piece]))).sum();
        prop_assert_eq!(sum, of(&plan));
    }

    #[test]
    fn moment_is_working_time_exactly_where_time_counts(
        calendar in calendar(), from in moment(),
    ) {
        let next = later(from, 1);
        let counted = worked(&calendar, from, next) > Duration::ZERO;
        prop_assert_eq!(calendar.is_working(from).unwrap(), counted);
    }

    #[test]
    fn workdays_are_counted_one_by_one(
        calendar in calendar(), date in date(), first in 0_u32..20, more in 0_u32..20,
    ) {
        let Ok(middle) = calendar.workday_after(date, first) else { return Ok(()) };
        let end = calendar.workday_after(middle.value, more).unwrap();
        prop_assert_eq!(end.value, calendar.workday_after(date, first + more).unwrap().value);
    }
}
