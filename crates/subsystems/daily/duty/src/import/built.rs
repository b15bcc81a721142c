use std::collections::{BTreeSet, HashMap};

use calendar::CalendarError;
use directory::{PersonId, UnitId};
use kernel::Time;

use super::{
    Dated, Lacking, Layer, Plan, Stretch, Taken, Turns, Who, expanded, kinds_of, seats::key_of,
};
use crate::model::roster::{
    BlockDraft, CalendarName, Clock, DayKind, Position, RosterDraft, RotationDraft, Shift,
};

const NAME_CHARS_MAX: usize = 100;
const POSITIONS_MAX: usize = 50;
/// One is kept for what has no hours of its own.
const SHIFTS_MAX: usize = 11;
const WHOLE_DAY: &str = "day";

/// What a schedule is as a roster.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Built {
    /// The roster.
    pub draft: RosterDraft,
    /// Who is on besides turns, in the order in which it counts.
    pub overrides: Vec<Wanted>,
    /// Who was not found among our people.
    pub unmatched: BTreeSet<Who>,
    /// What could not be taken over.
    pub lacking: Vec<Lacking>,
}

/// An override that a schedule asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// In this layer only, from 1.
    pub layer: Option<usize>,
    /// From this moment …
    pub from: Time,
    /// … to this.
    pub to: Time,
    /// Who is not on.
    pub person_out: Option<PersonId>,
    /// Who is on.
    pub person_in: Option<PersonId>,
}

/// Everybody whom a schedule names.
pub(crate) fn everybody(taken: &Taken) -> BTreeSet<Who> {
    let mut all = BTreeSet::new();
    for layer in &taken.layers {
        match &layer.plan {
            Plan::Turns(turns) => all.extend(turns.people.iter().cloned()),
            Plan::Dated(dated) => all.extend(dated.iter().map(|one| one.who.clone())),
        }
    }
    for one in &taken.instead {
        all.insert(one.out.clone());
        all.extend(one.into.clone());
    }
    all
}

/// The roster that a schedule is in a unit: turns where a roster can say them and everybody in
/// them is known, else shifts one by one.
///
/// Errors: [`CalendarError`].
pub(crate) fn built(
    taken: &Taken,
    people: &HashMap<Who, PersonId>,
    unit_id: UnitId,
    stretch: Stretch,
) -> Result<Built, CalendarError> {
    let mut built = Built {
        draft: RosterDraft {
            name: short(&taken.name),
            unit_id,
            zone: taken.zone.clone(),
            calendar: CalendarName::Weekdays,
            days: Vec::new(),
            rest_hours_min: 0,
            swap_approval: false,
            shifts: Vec::new(),
            positions: Vec::new(),
        },
        overrides: Vec::new(),
        unmatched: everybody(taken).into_iter().filter(|who| !people.contains_key(who)).collect(),
        lacking: taken.lacking.clone(),
    };
    for (number, layer) in (1..).zip(&taken.layers) {
        built.take((number, layer), people, stretch)?;
    }
    for one in &taken.instead {
        let into = one.into.as_ref().map(|who| people.get(who));
        // Nobody found: the other stays on, and is listed.
        let (Some(out), false) = (people.get(&one.out), into == Some(None)) else { continue };
        built.overrides.push(Wanted {
            layer: None,
            from: one.from,
            to: one.to,
            person_out: Some(*out),
            person_in: into.flatten().copied(),
        });
    }
    if taken.layers.is_empty() {
        built.take_dated((1, &taken.name), Vec::new(), people);
    }
    Ok(built)
}

impl Built {
    fn take(
        &mut self,
        (number, layer): (usize, &Layer),
        people: &HashMap<Who, PersonId>,
        stretch: Stretch,
    ) -> Result<(), CalendarError> {
        let dated = match &layer.plan {
            Plan::Dated(dated) => dated.clone(),
            Plan::Turns(turns) => {
                let known = turns.people.iter().map(|who| people.get(who).copied());
                if let Some(known) = known.collect::<Option<Vec<_>>>()
                    && self.take_turns((number, &layer.name), turns, known)
                {
                    return Ok(());
                }
                expanded(turns, &calendar::zone(&self.draft.zone)?, stretch)?
            }
        };
        self.take_dated((number, &layer.name), dated, people);
        Ok(())
    }

    /// Whether the roster has room for them.
    fn take_turns(
        &mut self,
        (layer, name): (usize, &str),
        turns: &Turns,
        people: Vec<PersonId>,
    ) -> bool {
        let Some(days) = kinds_of(turns.weekdays) else { return false };
        let Some(key) = self.shift(turns.hours, days) else { return false };
        let Some(mut position) = self.position((layer, 1), name, &key) else { return false };
        let block = |person| BlockDraft { people: vec![person], length: turns.length };
        position.rotations.push(RotationDraft {
            days: Vec::new(),
            shifts: Vec::new(),
            start: turns.start,
            unit: turns.unit,
            blocks: people.into_iter().map(block).collect(),
        });
        self.draft.positions.push(position);
        true
    }

    /// Shifts one by one.
    fn take_dated(
        &mut self,
        (layer, name): (usize, &str),
        mut dated: Vec<Dated>,
        people: &HashMap<Who, PersonId>,
    ) {
        let Some(position) = self.position((layer, 1), name, WHOLE_DAY) else {
            let (en, zh) = ("more than 50 layers", "超过 50 层");
            return self.lacking.push(Lacking::new(name, en, zh));
        };
        self.draft.positions.push(position);
        dated.sort();
        let known = dated.into_iter().filter_map(|one| Some((people.get(&one.who)?, one)));
        self.overrides.extend(known.map(|(person, one)| Wanted {
            layer: Some(layer),
            from: one.from,
            to: one.to,
            person_out: None,
            person_in: Some(*person),
        }));
    }

    /// Adds places beside the first one of layers whose shifts overlap, and the shift of those that
    /// have no hours of their own; false: there is no room for them.
    pub(crate) fn furnish(&mut self, beside: &BTreeSet<(usize, usize)>) -> bool {
        for (layer, place) in beside {
            let first = self.draft.position(&key_of(*layer, 1)).map(|one| one.name.clone());
            let Some(name) = first else { continue };
            let Some(position) = self.position((*layer, *place), &name, WHOLE_DAY) else {
                return false;
            };
            self.draft.positions.push(position);
        }
        let whole_day = |position: &Position| position.has_shift(WHOLE_DAY);
        if self.draft.positions.iter().any(whole_day) {
            let midnight = Clock(jiff::civil::Time::midnight());
            self.draft.shifts.push(shift(WHOLE_DAY.to_owned(), (midnight, midnight), Vec::new()));
        }
        true
    }

    fn position(
        &self,
        (layer, place): (usize, usize),
        name: &str,
        shift: &str,
    ) -> Option<Position> {
        (self.draft.positions.len() < POSITIONS_MAX).then(|| Position {
            key: key_of(layer, place),
            name: short(name),
            post_id: None,
            seats: 1,
            qualifications: Vec::new(),
            shifts: vec![shift.to_owned()],
            rotations: Vec::new(),
            reserves: Vec::new(),
        })
    }

    /// The key of the shift with those hours on those days.
    fn shift(&mut self, hours: (Clock, Clock), days: Vec<DayKind>) -> Option<String> {
        let mut known = self.draft.shifts.iter().filter(|one| one.days == days);
        if let Some(known) = known.find(|one| (one.from, one.to) == hours) {
            return Some(known.key.clone());
        }
        let number = self.draft.shifts.len() + 1;
        let key = format!("shift-{number}");
        (number <= SHIFTS_MAX).then(|| {
            self.draft.shifts.push(shift(key.clone(), hours, days));
            key
        })
    }
}

fn shift(key: String, (from, to): (Clock, Clock), days: Vec<DayKind>) -> Shift {
    let shown = |Clock(clock): Clock| format!("{:02}:{:02}", clock.hour(), clock.minute());
    Shift { key, name: format!("{}–{}", shown(from), shown(to)), from, to, days }
}

/// A name as a roster can have it.
fn short(name: &str) -> String {
    let plain = name.chars().map(|one| if one.is_control() { ' ' } else { one });
    let short: String = plain.take(NAME_CHARS_MAX).collect();
    if short.trim().is_empty() { "—".to_owned() } else { short }
}
