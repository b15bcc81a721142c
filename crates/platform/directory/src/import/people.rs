use db::Tx;
use kernel::{FieldFault, Time};

use super::{
    apply::{Import, became},
    line::Line,
    report::Became,
};
use crate::{
    Contact, DirectoryError, Person, PersonChange, PersonId, Unit, UnitId, Way,
    actions::{asked::Asked, reached::Move, save::load},
    model::{NEVER, Timeline},
};

impl Import<'_> {
    pub(super) async fn person(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
    ) -> Result<Became, DirectoryError> {
        let number = line.cell("number");
        self.once(line, "number", number);
        let from = self.from(line);
        let unit = self.known.units.find::<Unit>(line, "unit_code");
        match self.known.people.get(number) {
            None => self.new_person(tx, line, unit, from).await,
            Some((id, _)) => self.known_person(tx, line, id, unit, from).await,
        }
    }

    async fn new_person(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        unit: Option<UnitId>,
        from: Option<Time>,
    ) -> Result<Became, DirectoryError> {
        let change = change_of(line, unit, None);
        let made = Person::made(&change).map_err(|faults| note(line, &change, faults));
        let (Some(at), id) = (from, self.directory.new_id()) else { return Ok(Became::Refused) };
        self.doubt_person(tx, line, id, unit, (at, NEVER)).await?;
        let (Some(from), Ok(person)) = (line.ready(from), made) else {
            return Ok(Became::Refused);
        };
        self.permit_named(line, ("unit_code", unit), from)?;
        let begun = Timeline::begun(id, person, from, None, self.act.now);
        self.act.save_new(tx, &begun).await?;
        self.known.people.insert(line.cell("number"), (id, unit));
        Ok(Became::Created)
    }

    async fn known_person(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        id: PersonId,
        unit: Option<UnitId>,
        from: Option<Time>,
    ) -> Result<Became, DirectoryError> {
        let before = load(tx, id).await?;
        let then = self.then(line, &before, from);
        let change = change_of(line, unit, then.as_ref().map(|then| &then.state));
        if let Some(faults) = then.as_ref().and_then(|then| then.state.changed(&change).err()) {
            note(line, &change, faults);
        }
        let (Some(from), Some(then)) = (line.ready(from), then) else {
            if let Some(from) = from {
                self.doubt_person(tx, line, id, unit, (from, before.end())).await?;
            }
            return Ok(Became::Refused);
        };
        if then.state.changed(&change)? == then.state {
            return Ok(Became::Unchanged);
        }
        self.permit(then.state.unit, from)?;
        if unit.is_some() {
            self.permit_named(line, ("unit_code", unit), from)?;
        }
        let (caller, becomes) = (self.act.caller, then.state.changed(&change)?);
        let anew = (&then.state, &becomes);
        self.directory.permit_person_anew(tx, caller, id, anew).await?;
        let ends = ((then.state.unit, None), (becomes.unit, None));
        self.directory.permit_taken(tx, caller, &Move::along(ends, from)).await?;
        let before = self.theirs(tx, before, from).await?;
        let after = self.directory.change_person_in(tx, &self.act, &before, &change, from).await?;
        self.known.people.insert(line.cell("number"), (id, after.state.unit));
        Ok(became(before.version(), after.version))
    }

    /// What the records have against a row. What is known of units and numbers is not asked again
    /// for each: there may be some ten thousand.
    async fn doubt_person(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        id: PersonId,
        unit: Option<UnitId>,
        (from, to): (Time, Time),
    ) -> Result<(), DirectoryError> {
        let mut asked: Asked<'_> = self.directory.asked(self.act.caller, (from, to));
        let lasting = unit.and_then(|unit| self.known.lasting.get(&unit).copied());
        if lasting.is_none_or(|since| since > from)
            && asked.there(tx, "unit_id", unit).await?.is_some()
            && to == NEVER
        {
            self.known.lasting.extend(unit.map(|unit| (unit, from)));
        }
        if self.known.numbers.contains(line.cell("number")) {
            asked.free(tx, "number", id, line.cell("number")).await?;
        }
        line.note_all(asked.into_fields());
        Ok(())
    }
}

fn change_of(line: &mut Line<'_>, unit: Option<UnitId>, known: Option<&Person>) -> PersonChange {
    PersonChange {
        number: line.text("number"),
        name: line.text("name"),
        language: line.language(),
        unit: unit.map(Some),
        contacts: contacts_in(line, known),
    }
}

/// The contacts: a column that says something replaces the first of that way, and leaves the
/// others. None when no column says anything.
fn contacts_in(line: &Line<'_>, known: Option<&Person>) -> Option<Vec<Contact>> {
    let mut contacts = known.map_or_else(Vec::new, |person| person.contacts.clone());
    let mut said = false;
    for way in Way::ALL {
        let Some(value) = line.text(way.name()) else { continue };
        said = true;
        match contacts.iter_mut().find(|contact| contact.way == way) {
            Some(contact) => contact.value = value,
            None => contacts.push(Contact { way, value }),
        }
    }
    said.then_some(contacts)
}

/// Notes faults of a person: `contacts[1].value` by the column in which that contact stands.
fn note(line: &mut Line<'_>, change: &PersonChange, faults: Vec<FieldFault>) {
    for mut fault in faults {
        let place = fault.field.strip_prefix("contacts[").and_then(|rest| rest.split(']').next());
        if let Some(place) = place.and_then(|place| place.parse::<usize>().ok()) {
            let contact = change.contacts.as_ref().and_then(|contacts| contacts.get(place));
            fault.field = contact.map_or("mail", |contact| contact.way.name()).to_owned();
        }
        line.note(fault);
    }
}
