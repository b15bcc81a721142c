use std::collections::HashSet;

use db::Tx;
use kernel::Text;

use super::{
    entry::{FoundPerson, dn_key},
    filling::Closed,
    report::FieldValues,
    sync::{MappedPost, SyncRun},
};
use crate::{
    AsOf, Contact, Dated, DirectoryError, Holding, HoldingChange, HoldingId, Person, PersonChange,
    PersonId, PostId,
    actions::save::load,
    model::{Timeline, differing, fields_of},
    store::{self, Narrow, PersonLink},
};

/// One person of a source on their way into the directory.
#[derive(Debug)]
pub(super) struct Taking<'t, 'r> {
    pub(super) run: &'t mut SyncRun<'r>,
    pub(super) person: &'t FoundPerson,
}

/// What a source says about one post of a person, and how it is.
struct Wanted {
    post: PostId,
    code: String,
    /// Whether the source has them in the post's group.
    member: bool,
    /// That they hold it now.
    holding: Option<HoldingId>,
    /// Why the source may not fill it.
    closed: Option<Closed>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filled {
    AsWanted,
    Refused,
}

impl Wanted {
    /// `key`: the person's among members; `held`: what they hold now.
    fn of(mapped: &MappedPost, key: &str, held: &[Dated<Holding>]) -> Self {
        let post = mapped.post.id;
        Self {
            post,
            code: mapped.post.state.code.clone(),
            member: mapped.members.contains(key),
            holding: held.iter().find(|one| one.state.post == post).map(|one| one.id),
            closed: mapped.closed.clone(),
        }
    }
}

impl Taking<'_, '_> {
    /// Makes the person, or brings what is known of them up to date; then their posts.
    ///
    /// Errors: what is wrong with the entry, or with the records.
    pub(super) async fn take(&mut self, tx: &mut Tx) -> Result<PersonId, DirectoryError> {
        let source = self.run.source.id;
        let linked =
            store::linked_person(tx.connection(), source, &self.person.external_id).await?;
        let id = match linked {
            Some(id) => {
                self.bring_up_to_date(tx, id).await?;
                id
            }
            None => match self.same_number(tx).await? {
                Some(known) => {
                    self.note("linked", Vec::new());
                    self.bring_up_to_date(tx, known.id).await?;
                    known.id
                }
                None => self.create(tx).await?,
            },
        };
        let link = PersonLink {
            external_id: self.person.external_id.clone(),
            person: id,
            dn: self.person.dn.clone(),
        };
        store::put_link(tx.connection(), source, &link).await?;
        self.posts(tx, id).await?;
        Ok(id)
    }

    async fn create(&mut self, tx: &mut Tx) -> Result<PersonId, DirectoryError> {
        let act = self.run.directory.act(&self.run.caller);
        let change = self.change(None);
        let made = self.run.directory.create_person_in(tx, &act, &change, act.now).await?;
        self.note("created", Vec::new());
        Ok(made.id)
    }

    async fn bring_up_to_date(&mut self, tx: &mut Tx, id: PersonId) -> Result<(), DirectoryError> {
        let act = self.run.directory.act(&self.run.caller);
        let timeline: Timeline<Person> = load(tx, id).await?;
        let Some(before) = timeline.at(act.now).cloned() else {
            return self.take_back(tx, &timeline).await;
        };
        let change = self.change(Some(&before.state));
        let directory = self.run.directory;
        let after = directory.change_person_in(tx, &act, &timeline, &change, act.now).await?;
        let values = field_values(&before.state, &after.state)?;
        if values.is_empty() {
            self.run.report.unchanged += 1;
        } else {
            let who = (self.person.number.as_str(), self.person.name.as_str());
            self.run.report.note_change(who, values);
        }
        Ok(())
    }

    /// Whoever had left and is at the source again is here again.
    async fn take_back(
        &mut self,
        tx: &mut Tx,
        timeline: &Timeline<Person>,
    ) -> Result<(), DirectoryError> {
        let act = self.run.directory.act(&self.run.caller);
        let Some(last) = timeline.nearest(act.now) else { return Ok(()) };
        let state = last.state.changed(&self.change(Some(&last.state)))?;
        let rewrite = timeline.resumed(act.now, state, act.now);
        act.save_new(tx, &rewrite).await?;
        self.note("created", Vec::new());
        Ok(())
    }

    /// The person with that number who is not from this source, if there is one.
    async fn same_number(&self, tx: &mut Tx) -> Result<Option<Dated<Person>>, DirectoryError> {
        let equal = vec![("number", self.person.number.clone())];
        let narrow = Narrow { equal, ..Narrow::default() };
        let mut found: Vec<Dated<Person>> = self.now(tx, &narrow).await?;
        let Some(person) = found.pop() else { return Ok(None) };
        // The number of somebody else of this source: their own entry says what theirs is now.
        if store::is_linked(tx.connection(), self.run.source.id, person.id).await? {
            let text = Text::new("a number that nobody else has", "未被他人使用的工号");
            return Err(kernel::FieldFault::new("number", &self.person.number, text).into());
        }
        Ok(Some(person))
    }

    /// What the source says; contacts of ways that it does not tell of stay.
    fn change(&self, known: Option<&Person>) -> PersonChange {
        let mut contacts = known.map_or_else(Vec::new, |person| person.contacts.clone());
        contacts.retain(|contact| !self.run.withdrawn.contains(contact));
        for told in &self.person.contacts {
            match contacts.iter_mut().find(|contact| contact.way == told.way) {
                Some(contact) => contact.value.clone_from(&told.value),
                None => contacts.push(Contact { way: told.way, value: told.value.clone() }),
            }
        }
        let unit = self.person.unit_code.as_ref();
        let unit = unit.and_then(|code| self.run.units.get(code)).copied();
        PersonChange {
            number: Some(self.person.number.clone()),
            name: Some(self.person.name.clone()),
            language: self.run.language,
            unit: unit.map(Some),
            contacts: Some(contacts),
        }
    }

    /// The posts that the person holds because of groups begin and end, as far as the source may
    /// say that.
    async fn posts(&mut self, tx: &mut Tx, person: PersonId) -> Result<(), DirectoryError> {
        let mut refused = HashSet::new();
        if !self.run.posts.is_empty() {
            let key = dn_key(&self.person.dn);
            let equal = vec![("person_id", person.to_string())];
            let narrow = Narrow { equal, ..Narrow::default() };
            let held: Vec<Dated<Holding>> = self.now(tx, &narrow).await?;
            let wanted: Vec<Wanted> =
                self.run.posts.iter().map(|mapped| Wanted::of(mapped, &key, &held)).collect();
            for wanted in wanted {
                if self.post(tx, person, &wanted).await? == Filled::Refused {
                    refused.insert(wanted.post);
                }
            }
        }
        self.forget_refusals(tx, person, &refused).await
    }

    async fn post(
        &mut self,
        tx: &mut Tx,
        person: PersonId,
        wanted: &Wanted,
    ) -> Result<Filled, DirectoryError> {
        let act = self.run.directory.act(&self.run.caller);
        match (wanted.member, wanted.holding, &wanted.closed) {
            (true, None, Some(closed)) => {
                self.run.report.problem(&self.person.dn, closed.text());
                let source = (self.run.source.id, self.run.source.name.as_str());
                let whom = (person, self.person.name.as_str());
                self.run.directory.refuse_holding(tx, &act, source, whom, closed).await?;
                return Ok(Filled::Refused);
            }
            (true, None, None) => {
                let (new, ends) = (HoldingChange::default(), (person, wanted.post));
                let span = (act.now, None);
                self.run.directory.create_holding_in(tx, &act, &new, ends, span).await?;
                self.note("holding-began", vec![wanted.code.clone()]);
            }
            // Who has one of the three duties does not lose it by a word from outside.
            (false, Some(_), Some(closed)) if closed.is_of_duty() => {
                self.run.report.problem(&self.person.dn, closed.kept_text());
            }
            (false, Some(holding), _) => {
                let timeline = load(tx, holding).await?;
                act.save_end(tx, &timeline, act.now).await?;
                self.note("holding-ended", vec![wanted.code.clone()]);
            }
            (true, Some(_), _) | (false, None, _) => {}
        }
        Ok(Filled::AsWanted)
    }

    /// Forgets the refusals that are over: told again, they are news.
    async fn forget_refusals(
        &mut self,
        tx: &mut Tx,
        person: PersonId,
        refused: &HashSet<PostId>,
    ) -> Result<(), DirectoryError> {
        let all = self.run.refusals.iter();
        let over = all.filter(|one| one.person == person && !refused.contains(&one.post));
        for refusal in over {
            store::forget_refused(tx.connection(), refusal).await?;
        }
        Ok(())
    }

    async fn now<S: store::Kept>(
        &self,
        tx: &mut Tx,
        narrow: &Narrow,
    ) -> Result<Vec<Dated<S>>, DirectoryError> {
        let directory = self.run.directory;
        let now = AsOf::at(directory.clock.now());
        let page = kernel::Page { after: None, limit: 500 };
        store::list(tx.connection(), directory.db.dialect(), narrow, now, &page).await
    }

    fn note(&mut self, what: &str, fields: Vec<String>) {
        let who = (self.person.number.as_str(), self.person.name.as_str());
        self.run.report.note(what, who, fields);
    }
}

/// What differs between two states of a person, with what it was and is.
fn field_values(before: &Person, after: &Person) -> Result<Vec<FieldValues>, DirectoryError> {
    let [mut was, mut is] = [fields_of(before)?, fields_of(after)?];
    let differing = differing(before, after)?.into_iter();
    let values = differing.map(|field| FieldValues {
        before: was.remove(&field).unwrap_or_default(),
        after: is.remove(&field).unwrap_or_default(),
        field,
    });
    Ok(values.collect())
}
