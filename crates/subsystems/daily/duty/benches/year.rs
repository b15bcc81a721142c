//! A year of duty for 500 posts: how long it takes to say who is on, pure computation on one core.

use std::time::Instant;

use duty::{
    BaseCalendars, BlockDraft, CalendarName, Given, Position, RosterDraft, RotationDraft, Shift,
    TurnUnit, spans,
};
use kernel::{Id, Time};
use serde_json::json;

const ROSTERS: u32 = 100;
const POSITIONS: u32 = 5;
const PEOPLE: u32 = 6;
const ROUNDS: usize = 5;

fn main() {
    let calendars = BaseCalendars::standard().expect("the calendars are constants");
    let drafts: Vec<RosterDraft> = (0..ROSTERS).map(draft).collect();
    let from: Time = "2026-01-01T00:00:00+08:00".parse().expect("a constant");
    let to: Time = "2027-01-01T00:00:00+08:00".parse().expect("a constant");
    let mut seconds = Vec::new();
    let mut count = 0;
    for _ in 0..ROUNDS {
        let begun = now();
        count = 0;
        for draft in &drafts {
            let calendar = calendars.of(draft).expect("the zone is known");
            let given =
                Given { draft, calendar: &calendar, overrides: &[], leaves: &[], swaps: &[] };
            count += spans(&given, from, to).expect("a year is within reach").len();
        }
        seconds.push(begun.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    println!(
        "{} posts, two shifts a day, a year: {count} spans in {:.2} s (median of {ROUNDS})",
        ROSTERS * POSITIONS,
        seconds[ROUNDS / 2],
    );
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
fn now() -> Instant {
    Instant::now()
}

fn draft(number: u32) -> RosterDraft {
    let shift = |key: &str, from: &str, to: &str| -> Shift {
        let shift = json!({"key": key, "name": key, "from": from, "to": to});
        serde_json::from_value(shift).expect("a shift")
    };
    // Half of them by the clock, half counted by duty days: both ways are in use.
    let unit = if number.is_multiple_of(2) { TurnUnit::Days } else { TurnUnit::DutyDays };
    let position = |place: u32| Position {
        key: format!("p{place}"),
        name: format!("岗位 {place}"),
        post_id: None,
        seats: 1,
        qualifications: Vec::new(),
        shifts: Vec::new(),
        rotations: vec![RotationDraft {
            days: Vec::new(),
            shifts: Vec::new(),
            start: "2025-01-01T08:00:00".parse().expect("a constant"),
            unit,
            blocks: (0..PEOPLE).map(|person| block(number, place, person)).collect(),
        }],
        reserves: Vec::new(),
    };
    RosterDraft {
        name: format!("值班 {number}"),
        unit_id: id(1),
        zone: "Asia/Shanghai".to_owned(),
        calendar: CalendarName::China,
        days: Vec::new(),
        rest_hours_min: 0,
        swap_approval: false,
        shifts: vec![shift("day", "08:00", "20:00"), shift("night", "20:00", "08:00")],
        positions: (0..POSITIONS).map(position).collect(),
    }
}

fn block(roster: u32, place: u32, person: u32) -> BlockDraft {
    let number = (roster * POSITIONS + place) * PEOPLE + person + 10;
    BlockDraft { people: vec![id(number)], length: 1 }
}

fn id<K>(number: u32) -> Id<K> {
    format!("01890a5d-ac96-774b-bcce-{number:012}").parse().expect("a UUID")
}
