use std::collections::HashMap;

use directory::PersonId;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::model::{
    days::BaseCalendars,
    plan::{Given, spans},
    roster::TurnUnit,
};

const ZONES: [&str; 5] =
    ["Asia/Shanghai", "America/Chicago", "Australia/Lord_Howe", "Asia/Beirut", "UTC"];
const UNITS: [TurnUnit; 3] = [TurnUnit::Days, TurnUnit::Weeks, TurnUnit::Months];

fn person(number: usize) -> PersonId {
    format!("01890a5d-ac96-774b-bcce-0000000000{number:02}").parse().unwrap()
}

fn who(number: usize) -> Who {
    Who { name: number.to_string(), ..Who::default() }
}

fn turns() -> impl Strategy<Value = (Turns, &'static str, Stretch)> {
    let weekdays = prop_oneof![
        Just([true; 7]),
        Just([true, true, true, true, true, false, false]),
        Just([false, false, false, false, false, true, true]),
    ];
    let hours = (0_i8..24, 0_i8..24, 0_i8..24);
    let rest = (0_usize..3, 1_u32..4, 1_usize..4, 0_usize..5, 0_i64..700);
    (weekdays, hours, rest).prop_map(|(weekdays, (begin, from, to), rest)| {
        let (unit, length, count, zone, day) = rest;
        let clock = |hour| Clock(jiff::civil::time(hour, 0, 0, 0));
        let turns = Turns {
            weekdays,
            hours: (clock(from), clock(to)),
            start: date(2026, 1, 5).at(begin, 0, 0, 0),
            unit: UNITS[unit],
            length,
            people: (0..count).map(who).collect(),
        };
        let first = Time::from_micros(1_769_000_000_000_000 + day * 86_400_000_000);
        let to = first.plus(std::time::Duration::from_secs(40 * 86_400));
        (turns, ZONES[zone], Stretch { from: first, to })
    })
}

proptest! {
    /// What a roster says of turns is what they are shift by shift, wherever clocks are changed.
    #[test]
    fn turns_and_their_shifts_are_the_same((turns, zone, stretch) in turns()) {
        prop_assume!(turns.is_expressible());
        let count = turns.people.len();
        let people: HashMap<Who, PersonId> = (0..count).map(|at| (who(at), person(at))).collect();
        let layers = vec![Layer { name: "a".to_owned(), plan: Plan::Turns(turns.clone()) }];
        let taken = Taken {
            source: "x".to_owned(),
            name: "x".to_owned(),
            zone: zone.to_owned(),
            layers,
            instead: Vec::new(),
            lacking: Vec::new(),
        };
        let unit = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let built = built(&taken, &people, unit, stretch).unwrap();
        prop_assert!(built.overrides.is_empty());
        let mut built = built;
        prop_assert!(built.furnish(&Default::default()));
        let calendar = BaseCalendars::standard().unwrap().of(&built.draft).unwrap();
        let given = Given {
            draft: &built.draft,
            calendar: &calendar,
            overrides: &[],
            leaves: &[],
            swaps: &[],
        };
        let planned = spans(&given, stretch.from, stretch.to).unwrap();
        let planned = planned.iter().map(|span| (span.from, span.to, span.person));
        let zone = ::calendar::zone(zone).unwrap();
        let shifts = expanded(&turns, &zone, stretch).unwrap();
        let cut = shifts.iter().map(|one| {
            let (from, to) = (one.from.max(stretch.from), one.to.min(stretch.to));
            (from, to, people.get(&one.who).copied())
        });
        prop_assert_eq!(merged(planned), merged(cut));
    }
}

/// What goes on with the same person is one.
fn merged(
    spans: impl Iterator<Item = (Time, Time, Option<PersonId>)>,
) -> Vec<(Time, Time, Option<PersonId>)> {
    let mut all: Vec<(Time, Time, Option<PersonId>)> = Vec::new();
    for (from, to, person) in spans {
        match all.last_mut().filter(|last| last.1 == from && last.2 == person) {
            Some(last) => last.1 = to,
            None => all.push((from, to, person)),
        }
    }
    all
}

/// A turn that ends while somebody is on cannot be said by a roster.
#[test]
fn hand_over_within_the_hours_is_no_turn() {
    let turns = |begin: i8, from: i8, to: i8| Turns {
        weekdays: [true; 7],
        hours: (Clock(jiff::civil::time(from, 0, 0, 0)), Clock(jiff::civil::time(to, 0, 0, 0))),
        start: date(2026, 1, 5).at(begin, 0, 0, 0),
        unit: TurnUnit::Days,
        length: 1,
        people: vec![who(0)],
    };
    let cases = [
        (8, 8, 8, true),
        (9, 8, 8, false),
        (8, 8, 20, true),
        (20, 8, 20, true),
        (12, 8, 20, false),
        (2, 22, 6, false),
        (6, 22, 6, true),
        (12, 22, 6, true),
    ];
    for (begin, from, to, expected) in cases {
        assert_eq!(turns(begin, from, to).is_expressible(), expected, "{begin} {from}–{to}");
    }
}
