use std::collections::HashSet;

use db::Tx;
use kernel::Time;

use super::{
    apply::{Became, Import, became, once},
    cells::{language_in, text_in},
    known::found,
    table::{Row, Table},
};
use crate::{
    Contact, DirectoryError, Person, PersonChange, Unit, Way,
    actions::save::{free_code, load, then},
    model::{NEVER, Timeline, input::Faults},
};

impl Import<'_> {
    pub(super) async fn person(
        &mut self,
        tx: &mut Tx,
        table: &Table,
        row: &Row,
        seen: &mut HashSet<String>,
    ) -> Result<Became, DirectoryError> {
        let number = table.cell(row, "number").to_owned();
        once(seen, "number", &number)?;
        let from = self.from(table, row)?;
        let unit = match text_in(table, row, "unit_code") {
            None => None,
            Some(code) => Some(*found::<Unit, _>(&self.known.units, "unit_code", &code)?),
        };
        let mut change = PersonChange {
            number: text_in(table, row, "number"),
            name: text_in(table, row, "name"),
            language: language_in(table, row)?,
            unit: unit.map(Some),
            contacts: None,
        };
        let Some(id) = self.known.people.get(&number).copied() else {
            self.known.belongs(&self.trees, unit).permit(self.act.caller)?;
            change.contacts = contacts_in(table, row, None);
            return self.new_person(tx, (table, row), &change, from).await;
        };
        let before = load(tx, id).await?;
        let state = then(&before, from)?.state;
        self.known.belongs(&self.trees, state.unit).permit(self.act.caller)?;
        if unit.is_some() {
            self.known.belongs(&self.trees, unit).permit(self.act.caller)?;
        }
        change.contacts = contacts_in(table, row, Some(&state));
        let after = self.directory.change_person_in(tx, &self.act, &before, &change, from).await;
        let after = after.map_err(|error| by_column(error, table, row))?;
        Ok(became(before.version(), after.version))
    }
}

impl Import<'_> {
    /// A person who was not there. What is known of units and numbers is not asked again for each:
    /// there may be some ten thousand.
    async fn new_person(
        &mut self,
        tx: &mut Tx,
        (table, row): (&Table, &Row),
        change: &PersonChange,
        from: Time,
    ) -> Result<Became, DirectoryError> {
        let person = Person::made(change).map_err(|wrong| by_column(wrong.into(), table, row))?;
        let mut faults = Faults::default();
        faults.moment("from", from);
        faults.or(())?;
        let id = self.directory.new_id();
        if let Some(unit) = person.unit {
            self.known.lasts(tx, unit, from).await?;
        }
        if self.known.numbers.contains(&person.number) {
            free_code(tx, "number", id, &person.number, (from, NEVER)).await?;
        }
        self.known.people.insert(person.number.clone(), id);
        let begun = Timeline::begun(id, person, from, None, self.act.now);
        self.act.save_new(tx, &begun).await?;
        Ok(Became::Created)
    }
}

/// The contacts: a column that says something replaces the first of that way, and leaves the
/// others. None when no column says anything.
fn contacts_in(table: &Table, row: &Row, known: Option<&Person>) -> Option<Vec<Contact>> {
    let mut contacts = known.map_or_else(Vec::new, |person| person.contacts.clone());
    let mut said = false;
    for way in Way::ALL {
        let Some(value) = text_in(table, row, way.name()) else { continue };
        said = true;
        match contacts.iter_mut().find(|contact| contact.way == way) {
            Some(contact) => contact.value = value,
            None => contacts.push(Contact { way, value }),
        }
    }
    said.then_some(contacts)
}

/// `contacts[1].value` as the column in which that value stands.
fn by_column(error: DirectoryError, table: &Table, row: &Row) -> DirectoryError {
    let DirectoryError::WrongInput(mut fields) = error else { return error };
    for field in &mut fields {
        if field.field.starts_with("contacts[") {
            let column = Way::ALL.into_iter().map(Way::name);
            let column = column.into_iter().find(|way| table.cell(row, way) == field.found);
            column.unwrap_or("mail").clone_into(&mut field.field);
        }
    }
    DirectoryError::WrongInput(fields)
}
