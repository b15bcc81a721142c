use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use calendar::CalendarError;
use db::Tx;
use directory::{AsOf, PersonFilter, PersonId, UnitId, Way};
use jiff::tz::TimeZone;
use journal::Entry;
use kernel::{Caller, Id, Page, Text, Time};
use sqlx::AnyConnection;

use super::{Duty, Ground, Seen, ground::note, none_wrong, permit_change};
use crate::{
    DutyError,
    import::{
        Built, Lacking, Seated, Stretch, Taken, Unreadable, Wanted, Who, built, everybody,
        from_goalert, from_ical, from_oncall, place_of, seated,
    },
    model::{
        changes::Override,
        fact::{RosterChanged, RosterCreated, RosterImported, Told},
        plan::{joined, people_in, stamp},
        roster::{Roster, RosterId},
    },
    store::{self, changes::CHANGES_MAX, rosters::ROSTERS_MAX},
};

/// How far ahead shifts are taken over one by one: until the end of the month after so many days,
/// so that the same file says the same all month.
const AHEAD: Duration = Duration::from_secs(180 * 86_400);
/// How far ahead it is shown who is on.
const SHOWN: Duration = Duration::from_secs(14 * 86_400);
/// Schedules of one file, and people of all of them.
const SCHEDULES_MAX: usize = 100;
const PEOPLE_MAX: usize = 2_000;
const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;
const NAME_CHARS_MAX: usize = 100;

/// Schedules of another system that are to be taken over.
#[derive(Debug, Clone)]
pub(crate) struct ImportWish {
    pub(crate) format: ImportFormat,
    pub(crate) unit_id: UnitId,
    pub(crate) name: String,
    pub(crate) zone: String,
    pub(crate) text: String,
}

/// Of what kind a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportFormat {
    Ical,
    Goalert,
    Oncall,
}

/// What becomes of a roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportEffect {
    Created,
    Changed,
    Same,
}

/// What a schedule is here.
pub(crate) struct ImportedRoster {
    pub(crate) source: String,
    pub(crate) effect: ImportEffect,
    /// Who is on in the next two weeks.
    pub(crate) seen: Seen,
    /// Shifts are taken over one by one until then.
    pub(crate) until: Time,
    pub(crate) unmatched: BTreeSet<Who>,
    pub(crate) lacking: Vec<Lacking>,
}

/// What taking a schedule over changes.
struct Weighed {
    before: Option<Ground>,
    after: Ground,
    gone: Vec<Override>,
    fresh: Vec<Override>,
}

impl Duty {
    /// What taking schedules over would mean; nothing is kept.
    ///
    /// Errors: [`DutyError::Forbidden`], [`DutyError::Invalid`].
    pub(crate) async fn preview_import(
        &self,
        caller: &Caller,
        wish: &ImportWish,
    ) -> Result<Vec<ImportedRoster>, DutyError> {
        let now = self.now();
        let mut shown = Vec::new();
        for (taken, built) in self.built(caller, wish, now).await? {
            let mut connection = self.db().reader().acquire().await?;
            let weighed = self.weigh(&mut connection, caller, (&taken, &built), now).await?;
            drop(connection);
            shown.push(self.imported(&taken, built, &weighed, now).await?);
        }
        Ok(shown)
    }

    /// Takes schedules over, all of them or none. What was taken over before is changed; a file
    /// that says the same again changes nothing.
    ///
    /// Errors: [`DutyError::Forbidden`], [`DutyError::Invalid`], [`DutyError::Conflict`].
    pub(crate) async fn import(
        &self,
        caller: &Caller,
        wish: &ImportWish,
    ) -> Result<Vec<ImportedRoster>, DutyError> {
        let now = self.now();
        let all = self.built(caller, wish, now).await?;
        let mut shown = Vec::new();
        let (mut tx, mut changes) = (self.db().begin().await?, false);
        for (taken, built) in all {
            let weighed = self.weigh(tx.connection(), caller, (&taken, &built), now).await?;
            if weighed.effect() != ImportEffect::Same {
                changes = true;
                self.keep_import(&mut tx, (caller, now), &taken.source, &weighed).await?;
            }
            shown.push(self.imported(&taken, built, &weighed, now).await?);
        }
        if changes {
            // no fact: `keep_import` wrote those of each roster.
            tx.commit().await?;
        }
        Ok(shown)
    }

    async fn built(
        &self,
        caller: &Caller,
        wish: &ImportWish,
        now: Time,
    ) -> Result<Vec<(Taken, Built)>, DutyError> {
        permit_change(caller, wish.unit_id, || DutyError::not_found("unit", "单位", wish.unit_id))?;
        let stretch = Stretch { from: now, to: until(now)? };
        let all = wish.read(stretch)?;
        let who: BTreeSet<Who> = all.iter().flat_map(everybody).collect();
        if all.len() > SCHEDULES_MAX || who.len() > PEOPLE_MAX {
            let expected =
                Text::new("at most 100 schedules with 2000 people", "最多 100 个排班、2000 名人员");
            let found = format!("{} schedules, {} people", all.len(), who.len());
            return Err(DutyError::field("text", found, expected));
        }
        let mut people = HashMap::new();
        for who in who {
            if let Some(person) = self.matched(caller, &who, now).await? {
                people.insert(who, person);
            }
        }
        let mut rosters = Vec::new();
        for taken in all {
            let built = built(&taken, &people, wish.unit_id, stretch)?;
            let mut whole = built.clone();
            whole.furnish(&BTreeSet::new());
            none_wrong(whole.draft.form_faults())?;
            none_wrong(self.unknown_names(caller, &built.draft, None).await?)?;
            if built.overrides.len() > CHANGES_MAX as usize {
                let expected = Text::new("at most 5000 shifts", "最多 5000 个班次");
                return Err(DutyError::field("text", built.overrides.len(), expected));
            }
            rosters.push((taken, built));
        }
        Ok(rosters)
    }

    /// What taking over changes, in the roster as it is.
    async fn weigh(
        &self,
        connection: &mut AnyConnection,
        caller: &Caller,
        (taken, built): (&Taken, &Built),
        now: Time,
    ) -> Result<Weighed, DutyError> {
        let key = (built.draft.unit_id, taken.source.as_str());
        let known = match store::imports::find(&mut *connection, key).await? {
            Some(id) => store::rosters::find(&mut *connection, id).await?,
            None => None,
        };
        let before = match known.filter(|roster| !roster.retired) {
            Some(roster) => Some(self.ground(&mut *connection, roster).await?),
            None => None,
        };
        let roster = match &before {
            Some(before) => {
                // It may have been moved to another unit since.
                permit_change(caller, before.roster.draft.unit_id, || {
                    DutyError::Forbidden(crate::model::permission::DUTY_CHANGE)
                })?;
                Roster { draft: built.draft.clone(), ..before.roster.clone() }
            }
            None => self.unborn(built.draft.clone(), now),
        };
        let mut after = self.ground(connection, roster).await?;
        let mark = format!("import {}", taken.source);
        let (own, others): (Vec<_>, Vec<_>) =
            after.overrides.into_iter().partition(|one| one.reason == mark && one.to > now);
        let wanted = built.overrides.iter().filter(|one| one.to > now).cloned().collect();
        let Seated { kept, fresh, mut beside } = seated(&own, wanted, now);
        // Places stay when what was in them is over.
        let known = before.iter().flat_map(|before| &before.roster.draft.positions);
        let places = known.filter_map(|position| place_of(&position.key));
        beside.extend(places.filter(|(_, place)| *place > 1));
        let mut furnished = built.clone();
        if !furnished.furnish(&beside) {
            let expected = Text::new("at most 50 people at once", "最多 50 人同时值班");
            return Err(DutyError::field("text", beside.len(), expected));
        }
        none_wrong(furnished.draft.form_faults())?;
        after.roster.draft = furnished.draft;
        let fresh = self.fresh(after.roster.id, (caller, now), &mark, fresh);
        let (mut stays, mut gone) = (others, Vec::new());
        for (at, one) in own.into_iter().enumerate() {
            if kept.contains(&at) { stays.push(one) } else { gone.push(one) }
        }
        stays.sort_by_key(|one| one.id);
        after.overrides = stays.into_iter().chain(fresh.iter().cloned()).collect();
        // Leave of those who are on by overrides only counts, too.
        let involved: BTreeSet<_> = fresh.iter().filter_map(|one| one.person_in).collect();
        if !involved.is_empty() {
            let all = store::leaves::after(self.db().reader(), after.roster.frozen_until).await?;
            let known: BTreeSet<_> = after.leaves.iter().map(|leave| leave.id).collect();
            after.leaves.extend(
                all.into_iter().filter(|leave| {
                    involved.contains(&leave.person_id) && !known.contains(&leave.id)
                }),
            );
        }
        Ok(Weighed { before, after, gone, fresh })
    }

    /// Overrides in the order in which they count: that of their ids.
    fn fresh(
        &self,
        roster_id: RosterId,
        (caller, now): (&Caller, Time),
        reason: &str,
        wanted: Vec<(Wanted, Option<String>)>,
    ) -> Vec<Override> {
        let new_id = || Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref());
        let mut ids: Vec<_> = wanted.iter().map(|_| new_id()).collect();
        ids.sort();
        let override_of = |(id, (one, position)): (_, (Wanted, Option<String>))| Override {
            id,
            roster_id,
            position,
            from: one.from,
            to: one.to,
            person_out: one.person_out,
            person_in: one.person_in,
            reason: reason.to_owned(),
            made_by: caller.actor.name.clone(),
            made_at: now,
        };
        ids.into_iter().zip(wanted).map(override_of).collect()
    }

    async fn keep_import(
        &self,
        tx: &mut Tx,
        (caller, now): (&Caller, Time),
        source: &str,
        weighed: &Weighed,
    ) -> Result<(), DutyError> {
        let wanted = &weighed.after.roster;
        let (id, name) = (wanted.id, wanted.draft.name.clone());
        match &weighed.before {
            None => self.create_imported(tx, (caller, now), wanted).await?,
            Some(before) => {
                let opened = self.opened(tx, caller, id, now).await?;
                let roster = Roster {
                    draft: wanted.draft.clone(),
                    version: opened.roster.version + 1,
                    changed_at: now,
                    ..opened.roster.clone()
                };
                if wanted.draft != before.roster.draft {
                    store::rosters::update(tx, &roster).await?;
                    store::rosters::insert_version(tx, &roster, &caller.actor.name).await?;
                    let told = Told::<RosterChanged>::of(id, name.clone());
                    let entry = Entry::new(caller, now, &told);
                    let entry = entry.before(&before.roster.draft).after(&roster.draft);
                    journal::append(tx, entry).await?;
                }
                for one in &weighed.gone {
                    store::changes::delete_override(tx, one.id).await?;
                }
                for one in &weighed.fresh {
                    store::changes::insert_override(tx, one).await?;
                }
                self.settled(tx, caller, opened, now).await?;
            }
        }
        if weighed.before.is_none() {
            for one in &weighed.fresh {
                store::changes::insert_override(tx, one).await?;
            }
        }
        store::imports::put(tx, (wanted.draft.unit_id, source), id, now).await?;
        let told = Told::<RosterImported>::of(id, name)
            .with("source", source)
            .with("shifts_added", weighed.fresh.len())
            .with("shifts_removed", weighed.gone.len());
        note(tx, (caller, now), told).await
    }

    async fn create_imported(
        &self,
        tx: &mut Tx,
        (caller, now): (&Caller, Time),
        wanted: &Roster,
    ) -> Result<(), DutyError> {
        if store::rosters::all(tx.connection()).await?.len() >= ROSTERS_MAX as usize {
            return Err(DutyError::conflict(
                "too-many-rosters",
                format!("there are {ROSTERS_MAX} rosters already; give one up first"),
                format!("排班已达上限 {ROSTERS_MAX} 个，请先停用一个"),
            ));
        }
        let roster = Roster { version: 1, revision: 1, ..wanted.clone() };
        store::rosters::insert(tx, &roster).await?;
        store::rosters::insert_version(tx, &roster, &caller.actor.name).await?;
        let told = Told::<RosterCreated>::of(roster.id, roster.draft.name.clone())
            .with("unit_id", roster.draft.unit_id);
        journal::append(tx, Entry::new(caller, now, &told).after(&roster.draft)).await?;
        Ok(())
    }

    async fn imported(
        &self,
        taken: &Taken,
        built: Built,
        weighed: &Weighed,
        now: Time,
    ) -> Result<ImportedRoster, DutyError> {
        let spans = joined(weighed.after.planned(now, now.plus(SHOWN))?);
        let names = self.names(people_in(&spans)).await?;
        let roster = weighed.after.roster.clone();
        let seen = Seen {
            roster,
            spans,
            problems: Vec::new(),
            names,
            days: Vec::new(),
            unpublished: Vec::new(),
        };
        Ok(ImportedRoster {
            source: taken.source.clone(),
            effect: weighed.effect(),
            seen,
            until: until(now)?,
            unmatched: built.unmatched,
            lacking: built.lacking,
        })
    }

    /// Who somebody of another system is here: by address, user name, number or name, where that
    /// is one person only.
    async fn matched(
        &self,
        caller: &Caller,
        who: &Who,
        now: Time,
    ) -> Result<Option<PersonId>, DutyError> {
        let parts = who
            .name
            .split([':', '(', ')'])
            .flat_map(|part| part.split(" - ").flat_map(|part| part.split(" · ")));
        let mut words = vec![who.email.trim(), who.user.trim(), who.name.trim()];
        words.extend(parts.map(str::trim));
        words.retain(|word| !word.is_empty() && word.chars().count() <= NAME_CHARS_MAX);
        for word in words {
            let filter = PersonFilter { text: Some(word.to_owned()), ..PersonFilter::default() };
            let page = Page { after: None, limit: 100 };
            let directory = &self.parts.directory;
            let found = directory.people(caller, &filter, AsOf::at(now), &page).await;
            // What is too long to be looked for is nobody's name.
            let Ok(found) = found else { continue };
            let is_them = |one: &directory::Person| {
                let mails = one.contacts.iter().filter(|contact| contact.way == Way::Mail);
                one.name == word
                    || one.number.eq_ignore_ascii_case(word)
                    || mails.into_iter().any(|mail| mail.value.eq_ignore_ascii_case(word))
            };
            let mut them = found.items.iter().filter(|one| is_them(&one.state));
            if let (Some(one), None) = (them.next(), them.next()) {
                return Ok(Some(one.id));
            }
        }
        Ok(None)
    }
}

/// Until when shifts are taken over one by one.
fn until(now: Time) -> Result<Time, DutyError> {
    let day = stamp(now.plus(AHEAD))?.to_zoned(TimeZone::UTC).date();
    let next = day.last_of_month().tomorrow().map_err(|_| CalendarError::OutOfRange)?;
    let end = TimeZone::UTC.to_timestamp(next.to_datetime(jiff::civil::Time::midnight()));
    let end = end.map_err(|_| CalendarError::OutOfRange)?;
    Ok(Time::from_micros(end.as_microsecond()))
}

impl Weighed {
    fn effect(&self) -> ImportEffect {
        match &self.before {
            None => ImportEffect::Created,
            Some(before)
                if before.roster.draft == self.after.roster.draft
                    && self.gone.is_empty()
                    && self.fresh.is_empty() =>
            {
                ImportEffect::Same
            }
            Some(_) => ImportEffect::Changed,
        }
    }
}

impl ImportWish {
    fn read(&self, stretch: Stretch) -> Result<Vec<Taken>, DutyError> {
        if self.text.len() > TEXT_BYTES_MAX {
            let expected = Text::new("at most 4 MiB", "最大 4 MiB");
            return Err(DutyError::field("text", self.text.len(), expected));
        }
        let read = match self.format {
            ImportFormat::Ical => from_ical(&self.text, (&self.name, &self.zone), stretch),
            ImportFormat::Goalert => from_goalert(&self.text, stretch),
            ImportFormat::Oncall => from_oncall(&self.text, stretch),
        };
        let all = read
            .map_err(|Unreadable { found, expected }| DutyError::field("text", found, expected))?;
        if all.iter().any(|one| one.name.trim().is_empty()) {
            let expected = Text::new("a name: the file gives none", "文件中没有名称，须填写");
            return Err(DutyError::field("name", &self.name, expected));
        }
        Ok(all)
    }
}

impl ImportEffect {
    /// Its name on the wire.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Same => "same",
        }
    }
}
