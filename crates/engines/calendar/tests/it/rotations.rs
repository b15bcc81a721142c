use calendar::{Block, CalendarError, Length, Rotation, zone};
use jiff::{Timestamp, civil::DateTime};
use proptest::prelude::*;

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn start(text: &str) -> DateTime {
    text.parse().unwrap()
}

fn even(zone_name: &str, begin: &str, length: Length) -> Rotation<&'static str> {
    let people = vec!["Li", "Wang", "Zhao"];
    Rotation::even(zone(zone_name).unwrap(), start(begin), length, people).unwrap()
}

#[test]
fn days_hand_over_at_eight_through_all_changes_of_clocks() {
    for (zone_name, from, to) in [
        ("Asia/Shanghai", "1986-04-01T00:00:00Z", "1991-10-01T00:00:00Z"),
        ("Europe/Berlin", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("Australia/Lord_Howe", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    ] {
        let rotation = even(zone_name, "1986-01-01T08:00", Length::Days(1));
        let shifts = rotation.shifts(moment(from), moment(to)).unwrap();
        assert!(shifts.len() >= 365);
        for shift in &shifts {
            let local = zone(zone_name).unwrap().to_datetime(shift.from);
            assert_eq!((local.hour(), local.minute()), (8, 0), "{local}");
        }
        for pair in shifts.windows(2) {
            assert_eq!(pair[0].to, pair[1].from);
            assert_ne!(pair[0].participant, pair[1].participant);
        }
    }
}

#[test]
fn who_is_on_until_when() {
    let rotation = even("Asia/Shanghai", "2026-01-05T08:00", Length::Weeks(1));
    assert_eq!(rotation.at(moment("2026-01-04T23:59:59Z")).unwrap(), None, "not yet");
    let first = moment("2026-01-05T00:00:00Z");
    assert_eq!(rotation.next_hand_over(moment("2026-01-01T00:00:00Z")).unwrap(), first);
    let shift = rotation.at(first).unwrap().unwrap();
    assert_eq!((*shift.participant, shift.from), ("Li", first));
    assert_eq!(rotation.next_hand_over(first).unwrap(), moment("2026-01-12T00:00:00Z"));
    assert_eq!(*rotation.at(moment("2026-01-12T00:00:00Z")).unwrap().unwrap().participant, "Wang");
    assert_eq!(*rotation.at(moment("2026-02-01T12:00:00Z")).unwrap().unwrap().participant, "Li");
}

#[test]
fn uneven_blocks_follow_each_other() {
    // Monday to Thursday, Friday to Sunday, and a month of nights in the year 2026.
    let blocks = vec![
        Block { participant: "weekdays", length: Length::Days(4) },
        Block { participant: "weekend", length: Length::Days(3) },
    ];
    let zone = zone("Asia/Shanghai").unwrap();
    let rotation = Rotation::new(zone, start("2026-01-05T08:00"), blocks).unwrap();
    for (at, who) in [
        ("2026-01-08T23:59:59Z", "weekdays"),
        ("2026-01-09T00:00:00Z", "weekend"),
        ("2026-01-11T23:59:59Z", "weekend"),
        ("2026-12-14T00:00:00Z", "weekdays"),
    ] {
        assert_eq!(*rotation.at(moment(at)).unwrap().unwrap().participant, who, "{at}");
    }
}

#[test]
fn months_from_the_31st_come_back_to_the_31st() {
    let rotation = even("UTC", "2026-01-31T08:00", Length::Months(1));
    let from = moment("2026-01-31T08:00:00Z");
    let shifts = rotation.shifts(from, moment("2026-06-01T00:00:00Z")).unwrap();
    let begins: Vec<String> = shifts.iter().map(|shift| shift.from.to_string()).collect();
    let days: Vec<&str> = begins.iter().map(|begin| &begin[5..10]).collect();
    assert_eq!(days, ["01-31", "02-28", "03-31", "04-30", "05-31"]);
}

#[test]
fn hours_keep_the_wall_clock_and_a_skipped_hour_is_nobodys() {
    let rotation = even("Europe/Berlin", "2026-03-28T20:00", Length::Hours(1));
    let shifts =
        rotation.shifts(moment("2026-03-29T00:00:00Z"), moment("2026-03-29T02:00:00Z")).unwrap();
    let told: Vec<(&str, String)> =
        shifts.iter().map(|shift| (*shift.participant, shift.from.to_string())).collect();
    let at = |text: &str| text.to_owned();
    // 01:00, 03:00: the one whose hour is 02:00 has none.
    assert_eq!(told, [("Zhao", at("2026-03-29T00:00:00Z")), ("Wang", at("2026-03-29T01:00:00Z"))]);
    let halves = even("Europe/Berlin", "2026-03-01T08:00", Length::Hours(12));
    let shift = halves.at(moment("2026-03-29T00:30:00Z")).unwrap().unwrap();
    assert_eq!(shift.to.duration_since(shift.from).as_hours(), 11, "the short night");
}

#[test]
fn what_cannot_be_a_rotation_is_refused() {
    let utc = || zone("UTC").unwrap();
    let none: Vec<Block<&str>> = Vec::new();
    let error = Rotation::new(utc(), start("2026-01-01T08:00"), none).unwrap_err();
    assert_eq!(error, CalendarError::NoBlocks { max: 1000 });
    for length in [Length::Hours(0), Length::Months(121), Length::Weeks(u32::MAX)] {
        let blocks = vec![
            Block { participant: "a", length: Length::Days(1) },
            Block { participant: "b", length },
        ];
        let error = Rotation::new(utc(), start("2026-01-01T08:00"), blocks).unwrap_err();
        assert_eq!(error, CalendarError::BadBlock { number: 2 }, "{length:?}");
    }
    let hourly = even("UTC", "2026-01-01T08:00", Length::Hours(1));
    let many = hourly.shifts(moment("2026-01-02T00:00:00Z"), moment("2036-01-01T00:00:00Z"));
    assert_eq!(many.unwrap_err(), CalendarError::TooManyShifts { max: 10_000 });
}

fn length() -> impl Strategy<Value = Length> {
    prop_oneof![
        (1_u32..100).prop_map(Length::Hours),
        (1_u32..40).prop_map(Length::Days),
        (1_u32..6).prop_map(Length::Weeks),
        (1_u32..4).prop_map(Length::Months),
    ]
}

proptest! {
    #[test]
    fn shift_at_a_moment_holds_it_and_shifts_leave_no_gap(
        lengths in proptest::collection::vec(length(), 1..6),
        // The rotation begins at 08:00 of each zone, an hour before this in the latest of them.
        second in 1_767_254_400_i64..1_900_000_000,
        zone_at in 0_usize..3,
    ) {
        let zones = ["Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe"];
        let zone = zone(zones[zone_at]).unwrap();
        let blocks = lengths.into_iter().enumerate();
        let blocks = blocks.map(|(participant, length)| Block { participant, length }).collect();
        let rotation = Rotation::new(zone, start("2026-01-01T08:00"), blocks).unwrap();
        let moment = Timestamp::from_second(second).unwrap();
        let shift = rotation.at(moment).unwrap().unwrap();
        prop_assert!(shift.from <= moment && moment < shift.to);
        let end = shift.to.checked_add(std::time::Duration::from_secs(5_000_000)).unwrap();
        let shifts = rotation.shifts(moment, end).unwrap();
        prop_assert_eq!(shifts[0], shift);
        prop_assert!(shifts.windows(2).all(|pair| pair[0].to == pair[1].from));
    }
}
