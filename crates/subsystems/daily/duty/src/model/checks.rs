use std::collections::BTreeSet;

use kernel::{FieldFault, Text};

use super::roster::{BlockDraft, Position, RosterDraft, RotationDraft, Shift};

const NAME_CHARS_MAX: usize = 100;
const KEY_BYTES_MAX: usize = 40;
const SHIFTS_MAX: usize = 12;
const POSITIONS_MAX: usize = 50;
const ROTATIONS_MAX: usize = 20;
const BLOCKS_MAX: usize = 500;
const SEATS_MAX: u32 = 20;
const DAYS_MAX: usize = 1_000;
const REST_HOURS_MAX: u32 = 168;
const LENGTH_MAX: u32 = 1_000;
const PEOPLE_MAX: usize = 500;

impl RosterDraft {
    /// Everything that is wrong with it by itself; whether its people exist is asked elsewhere.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = self.form_faults();
        if faults.is_empty() && self.turns_are_nobodys() {
            let expected = Text::new("somebody who takes a turn", "至少安排一名值班人员");
            faults.push(FieldFault::new("positions", "nobody", expected));
        }
        faults
    }

    /// The same, but that somebody must take a turn: schedules of others may be shifts only.
    #[must_use]
    pub(crate) fn form_faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        name(&mut faults, "name", &self.name);
        if calendar::zone(&self.zone).is_err() {
            let expected =
                Text::new("an IANA zone such as Asia/Shanghai", "IANA 时区，如 Asia/Shanghai");
            faults.push(FieldFault::new("zone", &self.zone, expected));
        }
        count(&mut faults, "days", self.days.len(), 0, DAYS_MAX);
        if self.rest_hours_min > REST_HOURS_MAX {
            let expected = Text::new("at most 168 hours", "最多 168 小时");
            faults.push(FieldFault::new("rest_hours_min", self.rest_hours_min, expected));
        }
        count(&mut faults, "shifts", self.shifts.len(), 1, SHIFTS_MAX);
        keys(&mut faults, "shifts", self.shifts.iter().map(|shift| shift.key.as_str()));
        for (at, shift) in self.shifts.iter().enumerate() {
            name(&mut faults, &format!("shifts[{at}].name"), &shift.name);
        }
        count(&mut faults, "positions", self.positions.len(), 1, POSITIONS_MAX);
        keys(&mut faults, "positions", self.positions.iter().map(|place| place.key.as_str()));
        for (at, position) in self.positions.iter().enumerate() {
            self.position_faults(&mut faults, &format!("positions[{at}]"), position);
        }
        if self.people().len() > PEOPLE_MAX {
            let expected = Text::new("at most 500 people", "最多 500 人");
            faults.push(FieldFault::new("positions", self.people().len(), expected));
        }
        faults
    }

    fn turns_are_nobodys(&self) -> bool {
        let rotations = self.positions.iter().flat_map(|position| &position.rotations);
        rotations.flat_map(|rotation| &rotation.blocks).all(|block| block.people.is_empty())
    }

    fn position_faults(&self, faults: &mut Vec<FieldFault>, field: &str, position: &Position) {
        name(faults, &format!("{field}.name"), &position.name);
        if !(1..=SEATS_MAX).contains(&position.seats) {
            faults.push(FieldFault::new(
                format!("{field}.seats"),
                position.seats,
                Text::same("1–20"),
            ));
        }
        count(faults, &format!("{field}.qualifications"), position.qualifications.len(), 0, 20);
        for (at, word) in position.qualifications.iter().enumerate() {
            name(faults, &format!("{field}.qualifications[{at}]"), word);
        }
        known(faults, &format!("{field}.shifts"), &position.shifts, &self.shifts);
        count(faults, &format!("{field}.rotations"), position.rotations.len(), 0, ROTATIONS_MAX);
        for (at, rotation) in position.rotations.iter().enumerate() {
            let field = format!("{field}.rotations[{at}]");
            known(faults, &format!("{field}.shifts"), &rotation.shifts, &self.shifts);
            rotation_faults(faults, &field, rotation, position.seats);
        }
    }
}

fn rotation_faults(
    faults: &mut Vec<FieldFault>,
    field: &str,
    rotation: &RotationDraft,
    seats: u32,
) {
    count(faults, &format!("{field}.blocks"), rotation.blocks.len(), 1, BLOCKS_MAX);
    if !(1980..=2200).contains(&rotation.start.year()) {
        let expected = Text::new("a year from 1980 to 2200", "1980 至 2200 年");
        faults.push(FieldFault::new(format!("{field}.start"), rotation.start, expected));
    }
    for (at, block) in rotation.blocks.iter().enumerate() {
        block_faults(faults, &format!("{field}.blocks[{at}]"), block, seats);
    }
}

fn block_faults(faults: &mut Vec<FieldFault>, field: &str, block: &BlockDraft, seats: u32) {
    if !(1..=LENGTH_MAX).contains(&block.length) {
        let expected = Text::same("1–1000");
        faults.push(FieldFault::new(format!("{field}.length"), block.length, expected));
    }
    let seats = usize::try_from(seats).unwrap_or(usize::MAX);
    if block.people.is_empty() || block.people.len() > seats {
        let expected = Text::new(
            format!("1 to {seats} people, one for each seat"),
            format!("1 至 {seats} 人，每席一人"),
        );
        faults.push(FieldFault::new(format!("{field}.people"), block.people.len(), expected));
    }
    let once: BTreeSet<_> = block.people.iter().collect();
    if once.len() < block.people.len() {
        let expected = Text::new("each person once", "同一人不能重复");
        faults.push(FieldFault::new(format!("{field}.people"), "twice", expected));
    }
}

/// A name on one line.
pub(super) fn name(faults: &mut Vec<FieldFault>, field: &str, found: &str) {
    let fits = !found.trim().is_empty()
        && found.chars().count() <= NAME_CHARS_MAX
        && !found.contains(char::is_control);
    if !fits {
        let expected = Text::new("1 to 100 characters on one line", "1 至 100 个字符，单行");
        let shown: String = found.chars().take(NAME_CHARS_MAX).collect();
        faults.push(FieldFault::new(field, shown, expected));
    }
}

/// Words of a length between two, without characters of no use.
pub(super) fn text(
    faults: &mut Vec<FieldFault>,
    field: &str,
    found: &str,
    (min, max): (usize, usize),
) {
    let count = found.trim().chars().count();
    if !(min..=max).contains(&count) || found.contains('\0') {
        let expected =
            Text::new(format!("{min} to {max} characters"), format!("{min} 至 {max} 个字符"));
        let shown: String = found.chars().take(60).collect();
        faults.push(FieldFault::new(field, shown, expected));
    }
}

/// So many of them.
pub(super) fn count(
    faults: &mut Vec<FieldFault>,
    field: &str,
    found: usize,
    min: usize,
    max: usize,
) {
    if !(min..=max).contains(&found) {
        let expected = Text::new(format!("{min} to {max} of them"), format!("{min} 至 {max} 项"));
        faults.push(FieldFault::new(field, found, expected));
    }
}

/// Stable names, each once.
pub(super) fn keys<'k>(
    faults: &mut Vec<FieldFault>,
    field: &str,
    keys: impl Iterator<Item = &'k str>,
) {
    let mut seen = BTreeSet::new();
    for (at, key) in keys.enumerate() {
        let of_key = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b);
        let fits = !key.is_empty() && key.len() <= KEY_BYTES_MAX && key.bytes().all(of_key);
        if !fits || !seen.insert(key) {
            let expected = Text::new(
                "a key of its own: 1 to 40 of a–z, 0–9, _ and -",
                "不重复的标识：1 至 40 个 a–z、0–9、_ 或 -",
            );
            let shown: String = key.chars().take(KEY_BYTES_MAX).collect();
            faults.push(FieldFault::new(format!("{field}[{at}].key"), shown, expected));
        }
    }
}

fn known(faults: &mut Vec<FieldFault>, field: &str, found: &[String], shifts: &[Shift]) {
    for (at, key) in found.iter().enumerate() {
        if !shifts.iter().any(|shift| &shift.key == key) {
            let expected = Text::new("the key of a shift of this roster", "本排班中班次的标识");
            faults.push(FieldFault::new(format!("{field}[{at}]"), key, expected));
        }
    }
}
