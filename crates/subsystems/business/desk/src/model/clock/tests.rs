use proptest::prelude::*;

use super::*;
use crate::model::{
    policy::{BaseCalendars, DayCalendar, PolicyDraft},
    shipped,
};

const MINUTE: u64 = 60_000_000;
/// 2026-09-21, a Monday, 08:00 in Shanghai.
const MONDAY: &str = "2026-09-21T08:00:00+08:00";

fn calendar_of(calendar: DayCalendar, hours: &str) -> WorkingCalendar {
    let draft = PolicyDraft { calendar, hours: hours.to_owned(), ..shipped::policy() };
    BaseCalendars::standard().of(&draft).unwrap()
}

fn at(minutes: u64) -> Time {
    MONDAY.parse::<Time>().unwrap().plus(Duration::from_micros(minutes * MINUTE))
}

fn stretch(minutes: u64, runs: bool) -> Stretch {
    let state = if runs { Text::new("open", "处理中") } else { Text::new("waiting", "等待") };
    Stretch { from: at(minutes), runs, state }
}

fn shown(reading: &Reading) -> String {
    let lines = reading.spans.iter().map(|span| {
        let local = |time: Time| {
            let zoned =
                moment(time).unwrap().to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap());
            zoned.strftime("%d %H:%M").to_string()
        };
        format!("{} – {}: {}\n", local(span.from), local(span.to), span.why.en)
    });
    lines.collect()
}

#[test]
fn timeline_says_of_every_span_why() {
    let calendar = calendar_of(DayCalendar::China, "08:30-12:00, 13:30-17:30");
    let stretches = [stretch(0, true), stretch(120, false), stretch(180, true)];
    // Monday 08:00 to Monday 11:20 and on into the next Tuesday after the weekend.
    let facts = ClockFacts {
        from: at(0),
        stretches: &stretches,
        ended_at: None,
        target: Duration::from_secs(4 * 3600),
        now: at(5 * 60),
    };
    let reading = read(&facts, &calendar).unwrap();
    assert_eq!(
        shown(&reading),
        "21 08:00 – 21 08:30: outside of working hours\n\
         21 08:30 – 21 10:00: working time\n\
         21 10:00 – 21 11:00: the clock stands still in the state “waiting”\n\
         21 11:00 – 21 12:00: working time\n\
         21 12:00 – 21 13:00: outside of working hours\n"
    );
    assert_eq!(reading.elapsed, Duration::from_secs(9_000));
    assert_eq!(reading.state, ClockState::Running);
    assert_eq!(reading.due_at.unwrap(), at(7 * 60), "13:30 and an hour and a half");
}

#[test]
fn holidays_and_make_up_days_are_named() {
    let calendar = calendar_of(DayCalendar::China, "08:30-12:00, 13:30-17:30");
    let start: Time = "2026-09-30T17:00:00+08:00".parse().unwrap();
    let stretches = [Stretch { from: start, runs: true, state: Text::same("x") }];
    let facts = ClockFacts {
        from: start,
        stretches: &stretches,
        ended_at: None,
        target: Duration::from_secs(3600),
        now: "2026-10-08T09:00:00+08:00".parse().unwrap(),
    };
    let reading = read(&facts, &calendar).unwrap();
    let off: Vec<&str> = reading
        .spans
        .iter()
        .filter(|span| span.counting == Counting::OffHours)
        .map(|span| span.why.zh.as_str())
        .collect();
    assert_eq!(off.len(), 1, "{off:?}");
    assert!(off[0].contains("国庆"), "{off:?}");
    assert_eq!(reading.due_at.unwrap().to_string(), "2026-10-08T01:00:00Z");
    assert_eq!(reading.state, ClockState::Overdue);
}

#[test]
fn clock_that_stands_still_is_not_due_and_one_that_ended_is_kept_or_broken() {
    let calendar = calendar_of(DayCalendar::EveryDay, "00:00-24:00");
    let clock = |stretches: &[Stretch], ended_at, target_min: u64, now| {
        let target = Duration::from_secs(60 * target_min);
        let facts = ClockFacts { from: at(0), stretches, ended_at, target, now };
        let reading = read(&facts, &calendar).unwrap();
        (reading.state, reading.due_at)
    };
    let paused = [stretch(0, true), stretch(30, false)];
    assert_eq!(clock(&paused, None, 60, at(300)), (ClockState::Paused, None));
    assert_eq!(clock(&paused, None, 30, at(300)), (ClockState::Overdue, Some(at(30))));
    let running = [stretch(0, true)];
    assert_eq!(clock(&running, Some(at(60)), 60, at(90)), (ClockState::Kept, Some(at(60))));
    assert_eq!(clock(&running, Some(at(61)), 60, at(90)), (ClockState::Broken, Some(at(60))));
    assert_eq!(clock(&running, Some(at(59)), 60, at(90)), (ClockState::Kept, None));
    // What is said to end later has not ended yet.
    assert_eq!(clock(&running, Some(at(95)), 120, at(90)), (ClockState::Running, Some(at(120))));
}

fn calendars() -> impl Strategy<Value = WorkingCalendar> {
    let kinds = prop_oneof![
        Just(DayCalendar::China),
        Just(DayCalendar::Weekdays),
        Just(DayCalendar::EveryDay)
    ];
    let hours = prop_oneof![
        Just("08:30-12:00, 13:30-17:30"),
        Just("00:00-24:00"),
        Just("22:00-24:00"),
        Just("00:00-06:00, 09:00-09:30, 18:00-24:00"),
    ];
    (kinds, hours).prop_map(|(kind, hours)| calendar_of(kind, hours))
}

/// Up to eight changes in three weeks, the first at the beginning.
fn stretches() -> impl Strategy<Value = Vec<Stretch>> {
    let change = (0_u64..30_000, any::<bool>());
    (any::<bool>(), proptest::collection::vec(change, 0..8)).prop_map(|(first, mut changes)| {
        changes.sort_unstable();
        let begin = std::iter::once(stretch(0, first));
        begin.chain(changes.into_iter().map(|(minute, runs)| stretch(minute, runs))).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The spans are the whole, in order, without gaps or overlaps; what counts is working time in
    /// stretches that run.
    #[test]
    fn spans_are_the_whole(
        calendar in calendars(), stretches in stretches(), now in 0_u64..40_000,
        target in 1_u64..9_000,
    ) {
        let target = Duration::from_secs(60 * target);
        let facts =
            ClockFacts { from: at(0), stretches: &stretches, ended_at: None, target, now: at(now) };
        let reading = read(&facts, &calendar).unwrap();
        let mut cursor = at(0);
        for span in &reading.spans {
            prop_assert_eq!(span.from, cursor);
            prop_assert!(span.to > span.from);
            cursor = span.to;
        }
        prop_assert_eq!(cursor, at(now));
        prop_assert!(reading.elapsed <= at(now).since(at(0)));
        prop_assert_eq!(reading.left() + reading.elapsed.min(target), target);
        // The same facts give the same reading.
        prop_assert_eq!(read(&facts, &calendar).unwrap(), reading);
    }

    /// Elapsed time never falls as time goes on, and a coming due time is one at which exactly the
    /// target has counted.
    #[test]
    fn due_time_is_when_the_target_has_counted(
        calendar in calendars(), stretches in stretches(), now in 0_u64..40_000,
        later in 0_u64..10_000, target in 1_u64..9_000,
    ) {
        let target = Duration::from_secs(60 * target);
        let read_at = |now| {
            let stretches = &stretches;
            let facts = ClockFacts { from: at(0), stretches, ended_at: None, target, now };
            read(&facts, &calendar).unwrap()
        };
        let (reading, after) = (read_at(at(now)), read_at(at(now + later)));
        prop_assert!(after.elapsed >= reading.elapsed);
        let last = stretches.last().unwrap().from;
        // As long as nothing else happens: what is to come is not known to the clock.
        if let Some(due) = reading.due_at.filter(|due| *due <= at(now) || at(now) >= last) {
            let then = read_at(due);
            prop_assert_eq!(then.elapsed, target);
            prop_assert_eq!(then.state, ClockState::Overdue);
            prop_assert_eq!(then.due_at, Some(due));
            let before = read_at(due.minus(Duration::from_micros(1)));
            prop_assert!(before.elapsed < target);
        }
    }

    /// To stand still for a while never shortens what is left, and never makes it due earlier.
    #[test]
    fn pause_never_takes_anything(
        calendar in calendars(), from in 0_u64..20_000, length in 0_u64..5_000,
        now in 0_u64..40_000, target in 1_u64..9_000,
    ) {
        let target = Duration::from_secs(60 * target);
        let whole = [stretch(0, true)];
        let paused = [stretch(0, true), stretch(from, false), stretch(from + length, true)];
        let read_it = |stretches: &[Stretch]| {
            let facts = ClockFacts { from: at(0), stretches, ended_at: None, target, now: at(now) };
            read(&facts, &calendar).unwrap()
        };
        let (whole, paused) = (read_it(&whole), read_it(&paused));
        prop_assert!(paused.left() >= whole.left());
        if let (Some(due), Some(before)) = (paused.due_at, whole.due_at) {
            prop_assert!(due >= before);
        }
        if length == 0 {
            prop_assert_eq!(paused.elapsed, whole.elapsed);
        }
    }

    /// Cutting a stretch in two changes nothing that counts.
    #[test]
    fn cut_changes_nothing(
        calendar in calendars(), cut in 0_u64..20_000, now in 0_u64..40_000, runs in any::<bool>(),
    ) {
        let target = Duration::from_secs(3_600);
        let read_it = |stretches: &[Stretch]| {
            let facts = ClockFacts { from: at(0), stretches, ended_at: None, target, now: at(now) };
            let reading = read(&facts, &calendar).unwrap();
            (reading.elapsed, reading.due_at, reading.state)
        };
        let whole = read_it(&[stretch(0, runs)]);
        prop_assert_eq!(read_it(&[stretch(0, runs), stretch(cut, runs)]), whole);
    }
}
