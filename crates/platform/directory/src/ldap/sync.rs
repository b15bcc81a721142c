use std::collections::{HashMap, HashSet};

use db::Tx;
use kernel::{Caller, Fault, FaultKind, Language, Text, Time};
use ldap3::{
    Ldap, Scope, SearchEntry,
    adapters::{Adapter, EntriesOnly, PagedResults},
};

use super::{
    connect::away,
    entry::{FoundPerson, Lacking, dn_key, found_person},
    filling::Closed,
    groups::Groups,
    report::SyncReport,
    settings::Source,
    taking::Taking,
};
use crate::{
    AsOf, Contact, Dated, Directory, DirectoryError, Post, Unit, UnitId,
    store::{self, Narrow, PersonLink, Refusal},
};

/// Entries are taken in changes of so many.
const ENTRIES_AT_ONCE: usize = 500;

/// Whether a run only tells what it would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncMode {
    /// Everything is done and then undone.
    DryRun,
    /// It is done, in changes of some hundred people each.
    Apply,
}

/// A post that the members of a group hold.
#[derive(Debug)]
pub(super) struct MappedPost {
    pub(super) post: Dated<Post>,
    /// The keys of the members.
    pub(super) members: HashSet<String>,
    /// Why the source may not fill it, if it may not: as it is in the change that is open.
    pub(super) closed: Option<Closed>,
}

/// One run over a source.
#[derive(Debug)]
pub(super) struct SyncRun<'r> {
    pub(super) directory: &'r Directory,
    pub(super) source: &'r Source,
    pub(super) mode: SyncMode,
    pub(super) caller: Caller,
    pub(super) report: SyncReport,
    /// Units by their codes.
    pub(super) units: HashMap<String, UnitId>,
    /// The posts that members of groups hold.
    pub(super) posts: Vec<MappedPost>,
    /// Whom the source was refused to put on which posts.
    pub(super) refusals: HashSet<Refusal>,
    /// The ids and numbers of those who have been read.
    pub(super) seen: HashSet<String>,
    pub(super) numbers: HashSet<String>,
    /// The language that the source tells, and contacts that it tells no more.
    pub(super) language: Option<Language>,
    pub(super) withdrawn: Vec<Contact>,
    /// Whether a change of this run is kept already.
    kept: bool,
}

impl<'r> SyncRun<'r> {
    pub(super) fn new(directory: &'r Directory, source: &'r Source, mode: SyncMode) -> Self {
        Self {
            directory,
            source,
            mode,
            caller: Caller::system("directory.sync"),
            report: SyncReport::default(),
            units: HashMap::new(),
            posts: Vec::new(),
            refusals: HashSet::new(),
            seen: HashSet::new(),
            numbers: HashSet::new(),
            language: None,
            withdrawn: Vec::new(),
            kept: false,
        }
    }

    /// Reads all people of the source, then takes what is different and lets those leave who are
    /// not there any more. When the source does not answer, or not whole, or too many would leave,
    /// nothing is taken; the report says why it ended.
    pub(super) async fn run(mut self, mut ldap: Ldap) -> SyncReport {
        match self.all(&mut ldap).await {
            Ok(()) => self.report.applied = self.mode == SyncMode::Apply,
            Err(fault) => {
                let name = &self.source.name;
                tracing::warn!(source = %name, "failed to read all of `{name}`: {fault}");
                self.report.failure = Some(fault.text);
                self.report.applied = self.kept;
            }
        }
        if let Err(error) = ldap.unbind().await {
            tracing::debug!("failed to take leave of a directory: {error}");
        }
        self.report
    }

    async fn all(&mut self, ldap: &mut Ldap) -> Result<(), Fault> {
        let begun = self.directory.clock.now();
        let only = self.prepare(ldap).await?;
        let people = self.people(ldap, only.as_ref()).await?;
        // Decided before anything is taken: a source that shows the wrong part of itself brings
        // in strangers as well as it loses people.
        let gone = self.gone().await?;
        let mut people = people.into_iter();
        loop {
            let batch: Vec<FoundPerson> = people.by_ref().take(ENTRIES_AT_ONCE).collect();
            if batch.is_empty() {
                break;
            }
            self.take(batch).await?;
        }
        self.leave(&gone).await?;
        self.note_read(begun).await
    }

    /// Keeps that all was read, and who was there without being taken.
    async fn note_read(&mut self, begun: Time) -> Result<(), Fault> {
        let mut tx = self.directory.begin().await?;
        let (dialect, id) = (self.directory.db.dialect(), self.source.id);
        let mut untaken = self.seen.clone();
        let seen: Vec<&str> = self.seen.iter().map(String::as_str).collect();
        for some in seen.chunks(ENTRIES_AT_ONCE) {
            let taken = store::links_among(tx.connection(), dialect, id, some).await?;
            untaken.retain(|external_id| !taken.contains_key(external_id));
        }
        store::note_read(tx.connection(), id, begun, &untaken).await?;
        self.finish(tx).await
    }

    /// Learns units, posts and groups. Returns the keys of those that are taken, if not all are.
    async fn prepare(&mut self, ldap: &mut Ldap) -> Result<Option<HashSet<String>>, Fault> {
        for unit in self.directory.trees().await?.units().filter(|unit| !unit.closed) {
            if let Ok(id) = unit.id.parse::<kernel::Id<Unit>>() {
                self.units.insert(unit.code.clone(), id);
            }
        }
        let settings = &self.source.settings;
        let mut groups = Groups::default();
        for mapped in &settings.posts {
            let post = self.post(&mapped.post).await?;
            let members = groups.members(ldap, &mapped.group).await?;
            self.posts.push(MappedPost { post, members, closed: None });
        }
        let mut connection = self.directory.reader().await?;
        self.refusals = store::refused(&mut connection, self.source.id).await?;
        drop(connection);
        if settings.member_of.is_empty() {
            return Ok(None);
        }
        groups.members(ldap, &settings.member_of).await.map(Some)
    }

    /// The post with that code now.
    async fn post(&self, code: &str) -> Result<Dated<Post>, Fault> {
        let equal = vec![("code", code.to_owned())];
        let narrow = Narrow { equal, ..Narrow::default() };
        let now = AsOf::at(self.directory.clock.now());
        let page = kernel::Page { after: None, limit: 1 };
        let found = self.directory.page::<Post>(&narrow, now, &page).await?.items.pop();
        found.ok_or_else(|| {
            let text = Text::new(
                format!("no post has the code `{code}`"),
                format!("没有编码为“{code}”的岗位"),
            );
            Fault::new(FaultKind::Conflict, "post-missing", text)
        })
    }

    /// The people of the source, some hundred bytes each.
    async fn people(
        &mut self,
        ldap: &mut Ldap,
        only: Option<&HashSet<String>>,
    ) -> Result<Vec<FoundPerson>, Fault> {
        let settings = self.source.settings.clone();
        let page_size = i32::try_from(settings.page_size).unwrap_or(500);
        let adapters: Vec<Box<dyn Adapter<'_, String, Vec<String>>>> =
            vec![Box::new(EntriesOnly::new()), Box::new(PagedResults::new(page_size))];
        let of = &settings.attributes;
        let names = [&of.id, &of.number, &of.name, &of.mail, &of.mobile, &of.phone, &of.unit];
        let names: Vec<String> =
            names.into_iter().filter(|name| !name.is_empty()).cloned().collect();
        let search = ldap.streaming_search_with(
            adapters,
            &settings.base,
            Scope::Subtree,
            &settings.filter,
            names,
        );
        let mut search = search.await.map_err(|error| away(&error))?;
        let mut people = Vec::new();
        while let Some(entry) = search.next().await.map_err(|error| away(&error))? {
            let entry = SearchEntry::construct(entry);
            if only.is_some_and(|only| !only.contains(&dn_key(&entry.dn))) {
                continue;
            }
            self.report.read += 1;
            match found_person(&entry, of) {
                Ok(person) => people.extend(self.sort(person)),
                Err(lacking) => self.lacks(&entry.dn, lacking),
            }
        }
        let result = search.finish().await;
        self.report.referrals = u64::try_from(result.refs.len()).unwrap_or(u64::MAX);
        if result.rc == 0 { Ok(people) } else { Err(away(&ldap3::LdapError::from(result))) }
    }

    /// The person, if nobody who has been read is the same.
    fn sort(&mut self, person: FoundPerson) -> Option<FoundPerson> {
        let known = !self.seen.insert(person.external_id.clone());
        if known || !self.numbers.insert(person.number.clone()) {
            let text = Text::new(
                format!("`{}` is somebody else's, too", person.number),
                format!("“{}”与其他条目重复", person.number),
            );
            self.report.problem(&person.dn, text);
            return None;
        }
        self.check_unit(&person);
        Some(person)
    }

    /// Whoever names a unit that is not here is taken all the same, and the unit is a problem.
    fn check_unit(&mut self, person: &FoundPerson) {
        let Some(code) = &person.unit_code else { return };
        if self.units.contains_key(code) {
            return;
        }
        let attribute = &self.source.settings.attributes.unit;
        let text = Text::new(
            format!(
                "the attribute `{attribute}` is `{code}`, expected the code of a unit that is \
                 open; the unit of the person stays as it is"
            ),
            format!(
                "属性“{attribute}”的值为“{code}”，应为未撤销单位的编码；该人员的所属单位保持不变"
            ),
        );
        self.report.problem(&person.dn, text);
    }

    fn lacks(&mut self, dn: &str, lacking: Lacking) {
        let attribute = lacking.attribute;
        self.seen.extend(lacking.external_id);
        let text = Text::new(
            format!("the attribute `{attribute}` is missing"),
            format!("缺少属性“{attribute}”"),
        );
        self.report.problem(dn, text);
    }

    /// Takes some people in one change.
    async fn take(&mut self, batch: Vec<FoundPerson>) -> Result<(), Fault> {
        let mut tx = self.directory.begin().await?;
        let (directory, posts) = (self.directory, self.source.posts);
        for mapped in &mut self.posts {
            mapped.closed = directory.closed_post(&mut tx, posts, &mapped.post).await?;
        }
        for person in batch {
            self.take_one(&mut tx, &person).await?;
        }
        self.finish(tx).await
    }

    /// Takes one person; what is wrong with them is a problem of theirs alone.
    async fn take_one(&mut self, tx: &mut Tx, person: &FoundPerson) -> Result<(), DirectoryError> {
        let mut taking = Taking { run: self, person };
        match taking.take(tx).await {
            Ok(_) => Ok(()),
            Err(error @ (DirectoryError::Db(_) | DirectoryError::Unreadable { .. })) => Err(error),
            Err(other) => {
                self.report.problem(&person.dn, Fault::from(other).text);
                Ok(())
            }
        }
    }

    /// Those who were there the last time and are not any more.
    ///
    /// Errors: they are too many.
    async fn gone(&self) -> Result<Vec<PersonLink>, Fault> {
        let mut connection = self.directory.reader().await?;
        let before = store::count_links(&mut connection, self.source.id).await?;
        let mut gone: Vec<PersonLink> = Vec::new();
        let mut after = String::new();
        let limit = i64::try_from(ENTRIES_AT_ONCE).unwrap_or(500);
        loop {
            let some = store::links(&mut connection, self.source.id, &after, limit).await?;
            let Some(last) = some.last() else { break };
            after.clone_from(&last.external_id);
            gone.extend(some.into_iter().filter(|link| !self.seen.contains(&link.external_id)));
        }
        drop(connection);
        let count = i64::try_from(gone.len()).unwrap_or(i64::MAX);
        let max = i64::from(self.source.settings.leavers_percent_max);
        if count.saturating_mul(100) > before.saturating_mul(max) {
            return Err(too_many_leavers(count, before, max));
        }
        Ok(gone)
    }

    async fn leave(&mut self, gone: &[PersonLink]) -> Result<(), Fault> {
        for some in gone.chunks(ENTRIES_AT_ONCE) {
            let mut tx = self.directory.begin().await?;
            for link in some {
                self.let_leave(&mut tx, link).await?;
            }
            self.finish(tx).await?;
        }
        Ok(())
    }

    pub(super) async fn let_leave(
        &mut self,
        tx: &mut Tx,
        link: &PersonLink,
    ) -> Result<(), DirectoryError> {
        let act = self.directory.act(&self.caller);
        let timeline = store::timeline(tx.connection(), link.person).await?;
        let there = timeline.at(act.now).map(|person| person.state.clone());
        if let Some(person) = there {
            let began = timeline.spans().first().map_or(act.now, |span| span.valid_from);
            // Who came this very moment has been there for as long as a clock can tell.
            let at = act.now.max(Time::from_micros(began.micros() + 1));
            self.directory.leave_in(tx, &act, &timeline, at).await?;
            self.report.note("left", (&person.number, &person.name), Vec::new());
        }
        let whom = (self.source.id, link.person);
        store::forget_refusals(tx.connection(), whom, None).await?;
        store::note_gone(tx.connection(), self.source.id, &link.external_id, act.now).await
    }

    async fn finish(&mut self, tx: Tx) -> Result<(), Fault> {
        // Dropped, a trial is undone.
        if self.mode == SyncMode::Apply {
            // no fact: each person's change has written its own before.
            tx.commit().await?;
            self.kept = true;
        }
        Ok(())
    }
}

fn too_many_leavers(count: i64, before: i64, max: i64) -> Fault {
    let text = Text::new(
        format!(
            "{count} of {before} people would leave, more than {max} %: nothing was taken; check \
             base and filter, or raise the limit"
        ),
        format!(
            "{before} 人中有 {count} 人将离职，超过 {max}%：未作任何变更，请检查搜索范围和过滤器，或提高上限"
        ),
    );
    Fault::new(FaultKind::Conflict, "too-many-leavers", text)
}
