use db::Tx;
use kernel::{FieldFault, Page, Text, Time};

use super::{
    apply::{Import, became},
    line::Line,
    report::Became,
};
use crate::{
    AsOf, DIRECTORY_CHANGE, Dated, DirectoryError, Holding, HoldingChange, Person, PersonId, Post,
    PostId, UnitId,
    actions::save::{load, then},
    model::{NEVER, Timeline, told_as},
    store::{self, Narrow},
};

/// The beginning of all time: also what has ended is looked for, as a file may tell of the past.
const EVER: Time = Time::from_micros(i64::MIN);

/// What a row says: who holds what from when to when, and how.
struct Said {
    person: PersonId,
    post: PostId,
    /// The unit of the post.
    unit: UnitId,
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
        if self.is_known_of_somebody_unseen(tx, line).await? {
            return Ok(Became::Unchanged);
        }
        let Some(said) = self.said_of(tx, line).await? else { return Ok(Became::Refused) };
        let given = !line.cell("from").is_empty();
        let begins = |held: &Timeline<Holding>| {
            held.spans().first().is_some_and(|span| !given || span.valid_from == said.from)
        };
        let mut holdings = store::of_person(tx.connection(), said.person, EVER).await?;
        holdings.dedup_by_key(|holding| holding.id);
        for holding in holdings.into_iter().filter(|holding| holding.state.post == said.post) {
            let held = load(tx, holding.id).await?;
            if begins(&held) {
                return self.held_before(tx, line, held, &said).await;
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
        let permitted = self.permit(Some(said.unit), said.from);
        permitted.map_err(|error| error.at::<Post>("post_code", line.cell("post_code")))?;
        if !self.act.caller.may_everywhere(DIRECTORY_CHANGE) {
            let post = store::timeline(tx.connection(), said.post).await?;
            let stay = (said.from, said.to.unwrap_or(NEVER));
            let held = self.directory.permit_held(tx, self.act.caller, &post, stay).await;
            held.map_err(|error| error.at::<Post>("post_code", line.cell("post_code")))?;
        }
        let (ends, span) = ((said.person, said.post), (said.from, said.to));
        if said.to.is_none_or(|to| self.act.now < to) {
            self.directory.permit_filling(tx, self.act.caller, ends, said.to).await?;
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
        let person = self.known.people.need::<Person>(line, "person_number");
        let person = person.map(|(person, _)| person);
        let post = self.known.posts.need::<Post>(line, "post_code");
        let (from, to) = (self.from(line), line.moment("to", &self.directory.zone));
        let post = match (post, from) {
            (Some(post), Some(from)) => Some(self.post_then(tx, line, post, from).await?),
            _ => post,
        };
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
            return Ok(Some(Said { person, post, unit, change, from, to }));
        }
        if let Some(from) = from {
            let mut asked = self.directory.asked(self.act.caller, (from, to.unwrap_or(NEVER)));
            asked.there(tx, "person_id", person).await?;
            asked.there(tx, "post_id", post.map(|(post, _)| post)).await?;
            line.note_all(asked.into_fields());
        }
        Ok(None)
    }

    /// The post that has the row's code when the row counts, where several have it, one after the
    /// other; `post` where none of those that the importer sees has it then.
    async fn post_then(
        &self,
        tx: &mut Tx,
        line: &Line<'_>,
        post: (PostId, UnitId),
        from: Time,
    ) -> Result<(PostId, UnitId), DirectoryError> {
        let code = line.cell("post_code");
        if !self.known.reused.contains(code) {
            return Ok(post);
        }
        let narrow = Narrow { equal: vec![("code", code.to_owned())], ..Narrow::default() };
        let (page, then) = (Page { after: None, limit: 1 }, AsOf::at(from));
        let dialect = self.directory.db.dialect();
        let found: Vec<Dated<Post>> =
            store::list(tx.connection(), dialect, &narrow, then, &page).await?;
        let found = found.first().map(|post| (post.id, post.state.unit));
        let sees = |unit| self.known.belongs(&self.trees, Some(unit)).seen_by(self.act.caller);
        Ok(found.filter(|(_, unit)| sees(*unit)).unwrap_or(post))
    }

    /// A holding that is there: its way and share are as the row says from now on (all along, if
    /// it has ended), and it ends when the row says.
    async fn held_before(
        &self,
        tx: &mut Tx,
        line: &mut Line<'_>,
        held: Timeline<Holding>,
        said: &Said,
    ) -> Result<Became, DirectoryError> {
        let Some(first) = held.spans().first() else { return Ok(Became::Unchanged) };
        if said.to.is_some_and(|to| to <= first.valid_from) {
            let begun = told_as(first.valid_from, &self.directory.zone);
            let expected = Text::new(format!("after {begun}"), format!("晚于 {begun}"));
            line.note(FieldFault::new("to", line.cell("to"), expected));
            return Ok(Became::Refused);
        }
        if said.to.is_some_and(|to| to > held.end()) {
            let end = told_as(held.end(), &self.directory.zone);
            let expected = Text::new(
                format!(
                    "at the latest {end}, when this holding ends: a file does not prolong it; \
                     cancel the end, or add a row that begins then"
                ),
                format!(
                    "不晚于该任职的结束时间 {end}：导入文件不能延长任职，请撤销其终止，\
                     或另加一行从该时间起的任职"
                ),
            );
            line.note(FieldFault::new("to", line.cell("to"), expected));
            return Ok(Became::Refused);
        }
        let at = self.counts_at(&held, first);
        let before = then(&held, at)?;
        let after = before.state.changed(&said.change)?;
        let ends = said.to.filter(|to| *to < held.end());
        if after == before.state && ends.is_none() {
            return Ok(Became::Unchanged);
        }
        self.permit(Some(said.unit), at)?;
        let held = self.theirs(tx, held, at).await?;
        let rewrite = held.changed(at, &after, self.act.now)?;
        self.act.save_change(tx, &before, &rewrite, at).await?;
        if let Some(to) = ends {
            let changed = load(tx, before.id).await?.theirs_as(&held);
            self.act.save_end(tx, &changed, to).await?;
        }
        Ok(became(held.version(), load(tx, before.id).await?.version()))
    }

    /// From when on a row changes a holding that is there.
    fn counts_at(&self, held: &Timeline<Holding>, first: &Dated<Holding>) -> Time {
        let over = held.end() <= self.act.now;
        if over { first.valid_from } else { self.act.now.max(first.valid_from) }
    }

    /// Whether a row without a number tells what is known of a holding of somebody whom the
    /// importer does not see: exports leave out such numbers.
    async fn is_known_of_somebody_unseen(
        &self,
        tx: &mut Tx,
        line: &mut Line<'_>,
    ) -> Result<bool, DirectoryError> {
        let post = self.known.posts.get(line.cell("post_code"));
        let Some((post, _)) = post.filter(|_| line.cell("person_number").is_empty()) else {
            return Ok(false);
        };
        let zone = &self.directory.zone;
        let (from, to) = (line.moment("from", zone), line.moment("to", zone));
        let change = HoldingChange {
            kind: line.holding_kind(),
            share_percent: line.percent("share_percent"),
        };
        let Some(from) = line.ready(from) else { return Ok(false) };
        let mut holdings = store::of_post(tx.connection(), post, EVER).await?;
        holdings.dedup_by_key(|holding| holding.id);
        for holding in holdings {
            let held = load(tx, holding.id).await?;
            let Some(first) = held.spans().first().filter(|span| span.valid_from == from) else {
                continue;
            };
            let known = then(&held, self.counts_at(&held, first))?.state;
            let is_same = to.is_none_or(|to| to == held.end()) && known.changed(&change)? == known;
            if is_same && !self.is_seen(tx, known.person).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the importer sees the person.
    async fn is_seen(&self, tx: &mut Tx, person: PersonId) -> Result<bool, DirectoryError> {
        let who: Timeline<Person> = store::timeline(tx.connection(), person).await?;
        let number = who.nearest(self.act.now).map(|person| person.state.number.as_str());
        Ok(number.is_some_and(|number| self.known.people.get(number).is_some()))
    }
}
