use db::Tx;
use kernel::{FieldFault, Text, Time};

use super::{
    apply::{Import, became},
    known::unknown,
    line::Line,
    report::Became,
};
use crate::{
    DirectoryError, Holding, HoldingChange, Person, PersonId, Post, PostId,
    actions::save::{load, then},
    model::{Timeline, written},
    store,
};

/// What a row says: who holds what from when to when, and how.
struct Said {
    person: PersonId,
    post: PostId,
    change: HoldingChange,
    from: Time,
    to: Option<Time>,
}

impl Import<'_> {
    /// A holding that is there already; one that is not waits.
    pub(super) async fn known_holding(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
    ) -> Result<Became, DirectoryError> {
        let Some(said) = self.said_of(tx, line).await? else { return Ok(Became::Refused) };
        let given = !line.cell("from").is_empty();
        let begins = |held: &Timeline<Holding>| {
            held.spans().first().is_some_and(|span| !given || span.valid_from == said.from)
        };
        // Also those that have ended: a file may tell of the past.
        let ever = Time::from_micros(i64::MIN);
        let mut holdings = store::of_person(tx.connection(), said.person, ever).await?;
        holdings.dedup_by_key(|holding| holding.id);
        for holding in holdings.into_iter().filter(|holding| holding.state.post == said.post) {
            let held = load(tx, holding.id).await?;
            if begins(&held) {
                return self.held_before(tx, line, &held, &said).await;
            }
        }
        Ok(Became::Later)
    }

    /// A holding that is not there yet.
    pub(super) async fn new_holding(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
    ) -> Result<Became, DirectoryError> {
        let Some(said) = self.said_of(tx, line).await? else { return Ok(Became::Refused) };
        let (ends, span) = ((said.person, said.post), (said.from, said.to));
        if said.to.is_none_or(|to| self.act.now < to) {
            self.directory.permit_filling(tx, self.act.caller, ends).await?;
        }
        self.directory.create_holding_in(tx, &self.act, &said.change, ends, span).await?;
        Ok(Became::Created)
    }

    /// What the row says, if nothing in it is wrong.
    async fn said_of(
        &mut self,
        tx: &mut Tx,
        line: &mut Line<'_>,
    ) -> Result<Option<Said>, DirectoryError> {
        let person = self.person_of(line);
        let post = self.known.posts.need::<Post>(line, "post_code");
        let (from, to) = (self.from(line), line.moment("to", &self.directory.zone));
        let change = HoldingChange {
            kind: line.holding_kind(),
            share_percent: line.percent("share_percent"),
        };
        if let (Some(person), Some((post, _))) = (person, post) {
            line.note_all(Holding::made(&change, person, post).err().unwrap_or_default());
            if let Some(from) = from {
                let key = format!("{person} {post} {from}");
                self.once(line, "from", &key);
            }
        }
        if let (Some(from), Some(person), Some((post, unit))) = (line.ready(from), person, post) {
            self.known.belongs(&self.trees, Some(unit)).permit(self.act.caller)?;
            return Ok(Some(Said { person, post, change, from, to }));
        }
        if let Some(from) = from {
            let mut asked = self.directory.asked(from, to.unwrap_or(crate::model::NEVER));
            asked.there(tx, "person_id", person).await?;
            asked.there(tx, "post_id", post.map(|(post, _)| post)).await?;
            line.note_all(asked.into_fields());
        }
        Ok(None)
    }

    /// The person that a row names, as far as the caller sees them.
    fn person_of(&mut self, line: &mut Line<'_>) -> Option<PersonId> {
        let (person, unit) = self.known.people.need::<Person>(line, "person_number")?;
        if self.known.belongs(&self.trees, unit).seen_by(self.act.caller) {
            return Some(person);
        }
        let found = line.cell("person_number");
        line.note(FieldFault::new("person_number", found, unknown::<Person>()));
        None
    }

    /// A holding that is there: its way and share are as the row says from now on (all along, if
    /// it has ended), and it ends when the row says.
    async fn held_before(
        &self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        held: &Timeline<Holding>,
        said: &Said,
    ) -> Result<Became, DirectoryError> {
        let Some(first) = held.spans().first() else { return Ok(Became::Unchanged) };
        if said.to.is_some_and(|to| to <= first.valid_from) {
            let begun = written(first.valid_from, &self.directory.zone);
            let expected = Text::new(format!("after {begun}"), format!("晚于 {begun}"));
            line.note(FieldFault::new("to", line.cell("to"), expected));
            return Ok(Became::Refused);
        }
        let over = held.end() <= self.act.now;
        let at = if over { first.valid_from } else { self.act.now.max(first.valid_from) };
        let before = then(held, at)?;
        let after = before.state.changed(&said.change)?;
        let rewrite = held.changed(at, &after, self.act.now)?;
        self.act.save_change(tx, &before, &rewrite, at).await?;
        if let Some(to) = said.to.filter(|to| *to < held.end()) {
            let changed = load(tx, before.id).await?;
            self.act.save_end(tx, &changed, to).await?;
        }
        Ok(became(held.version(), load(tx, before.id).await?.version()))
    }
}
