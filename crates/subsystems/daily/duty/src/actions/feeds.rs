use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    time::Duration,
};

use directory::PersonId;
use kernel::{Caller, Id, Time};
use sha2::{Digest as _, Sha256};

use super::{AHEAD, Duty, Ground, OnDutyFilter, Seen, ground::note};
use crate::{
    DutyError,
    model::{
        fact::{FeedMade, FeedRevoked, Told},
        feed::{FeedEvent, calendar_text},
        plan::{DutySpan, Slot, people_in},
        roster::{Roster, RosterId},
    },
    store::{
        self,
        feeds::{FEEDS_MAX, Feed, FeedId},
        spans::Lost,
    },
};

/// How much of the past a calendar shows.
const BACK: Duration = Duration::from_secs(60 * 86_400);
/// What a secret begins with, so that it is known for one where it turns up.
const PREFIX: &str = "msc_";

/// A new link with its secret, which is told once.
pub(crate) struct NewFeed {
    pub(crate) feed: Feed,
    pub(crate) secret: String,
}

impl Duty {
    /// The caller's links.
    pub(crate) async fn feeds(&self, caller: &Caller) -> Result<Vec<Feed>, DutyError> {
        let Some(user) = &caller.user_id else { return Ok(Vec::new()) };
        Ok(store::feeds::of_user(self.db().reader(), user).await?)
    }

    /// Makes a secret link: to one's own duty, or to a roster or a position that one sees.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Conflict`].
    pub(crate) async fn make_feed(
        &self,
        caller: &Caller,
        roster_id: Option<RosterId>,
        position: Option<String>,
    ) -> Result<NewFeed, DutyError> {
        let own = self.own_person(caller).await?;
        let user_id = caller.user_id.clone().unwrap_or_default();
        let (person_id, name) = match roster_id {
            None => (Some(own), "own".to_owned()),
            Some(id) => (None, self.ground_mine(caller, id).await?.roster.draft.name),
        };
        if let (Some(id), Some(position)) = (roster_id, &position) {
            let ground = self.ground_mine(caller, id).await?;
            if ground.roster.draft.position(position).is_none() {
                return Err(DutyError::not_found("position", "值班岗位", position));
            }
        }
        if store::feeds::of_user(self.db().reader(), &user_id).await?.len() >= FEEDS_MAX as usize {
            return Err(DutyError::conflict(
                "too-many-feeds",
                format!("you have {FEEDS_MAX} links already; revoke one first"),
                format!("订阅链接已达上限 {FEEDS_MAX} 个，请先撤销一个"),
            ));
        }
        let mut secret = PREFIX.to_owned();
        for byte in self.parts.ids.secret() {
            // Writing to a string never fails.
            let _ = write!(secret, "{byte:02x}");
        }
        let now = self.now();
        let feed = Feed {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            digest: digest(&secret),
            user_id,
            person_id,
            roster_id,
            position: roster_id.and(position),
            created_at: now,
        };
        let mut tx = self.db().begin().await?;
        store::feeds::insert(&mut tx, &feed).await?;
        let told = Told::<FeedMade>::of(feed.id, name).with("roster_id", feed.roster_id);
        note(&mut tx, (caller, now), told).await?;
        tx.commit().await?;
        Ok(NewFeed { feed, secret })
    }

    /// Revokes one of the caller's links: it answers nothing from now on.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn revoke_feed(&self, caller: &Caller, id: FeedId) -> Result<(), DutyError> {
        let now = self.now();
        let user = caller.user_id.clone().unwrap_or_default();
        let mut tx = self.db().begin().await?;
        if !store::feeds::delete(&mut tx, id, &user).await? {
            return Err(DutyError::not_found("calendar link", "订阅链接", id));
        }
        note(&mut tx, (caller, now), Told::<FeedRevoked>::of(id, id.to_string())).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The calendar behind a secret. Whoever made the link may have left since, or see the roster
    /// no more: the link answers nothing then, either.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn calendar_of(&self, secret: &str) -> Result<String, DutyError> {
        let absent = || DutyError::not_found("calendar", "日历", "…");
        let found = store::feeds::by_digest(self.db().reader(), &digest(secret)).await?;
        let feed = found.ok_or_else(absent)?;
        let accounts = &self.parts.accounts;
        let person = accounts.person_of(&feed.user_id).await?.ok_or_else(absent)?;
        if accounts.user_of(person).await?.is_none() {
            return Err(absent());
        }
        let now = self.now();
        let times = (now.minus(BACK), now.plus(AHEAD));
        match (feed.person_id, feed.roster_id) {
            (Some(person), _) => self.calendar_of_person(person, times).await,
            (None, Some(id)) => {
                let author = accounts.as_caller(&feed.user_id).await?.ok_or_else(absent)?;
                let roster = self.ground_mine(&author, id).await?.roster;
                self.calendar_of_roster(roster, feed.position.as_deref(), times).await
            }
            (None, None) => Err(absent()),
        }
    }

    async fn calendar_of_person(
        &self,
        person: PersonId,
        times: (Time, Time),
    ) -> Result<String, DutyError> {
        let filter = OnDutyFilter { person_id: Some(person), ..OnDutyFilter::default() };
        let rosters = store::rosters::all(self.db().reader()).await?;
        let mut events = Vec::new();
        let drafts: HashMap<RosterId, Roster> =
            rosters.iter().map(|roster| (roster.id, roster.clone())).collect();
        for seen in self.each(rosters, &filter, times).await? {
            events.extend(of_slots(&seen, |_| true));
        }
        for lost in store::spans::lost_of(self.db().reader(), person, times.0).await? {
            let (summary, id) = match drafts.get(&lost.roster_id) {
                Some(roster) => (called(roster, &lost.slot), roster.id),
                None => (lost.slot.clone(), lost.roster_id),
            };
            events.push(off(id, &lost, summary));
        }
        let names = self.names(vec![person]).await?;
        let name = names.get(&person).cloned().unwrap_or_default();
        Ok(calendar_text(&name, &without_repeats(events)))
    }

    async fn calendar_of_roster(
        &self,
        roster: Roster,
        position: Option<&str>,
        times: (Time, Time),
    ) -> Result<String, DutyError> {
        let mut connection = self.db().reader().acquire().await?;
        let ground: Ground = self.ground(&mut connection, roster).await?;
        drop(connection);
        let spans = self.spans(&ground, times).await?;
        let names = self.names(people_in(&spans)).await?;
        let seen = Seen {
            roster: ground.roster,
            spans,
            problems: Vec::new(),
            names,
            days: Vec::new(),
            unpublished: Vec::new(),
        };
        let wanted = |slot: &Slot| position.is_none_or(|position| position == slot.position);
        let mut events = of_slots(&seen, wanted);
        let lost = store::spans::lost_in(self.db().reader(), seen.roster.id, times.0).await?;
        let in_position = |lost: &&Lost| {
            position.is_none_or(|position| lost.slot.split('/').next() == Some(position))
        };
        for lost in lost.iter().filter(in_position) {
            events.push(off(seen.roster.id, lost, called(&seen.roster, &lost.slot)));
        }
        let name = match position.and_then(|key| seen.roster.draft.position(key)) {
            Some(position) => format!("{} · {}", seen.roster.draft.name, position.name),
            None => seen.roster.draft.name.clone(),
        };
        Ok(calendar_text(&name, &without_repeats(events)))
    }
}

/// An entry for every part of a slot with somebody on.
fn of_slots(seen: &Seen, wanted: impl Fn(&Slot) -> bool) -> Vec<FeedEvent> {
    let mut parts: BTreeMap<&Slot, u32> = BTreeMap::new();
    let mut events = Vec::new();
    for span in seen.spans.iter().filter(|span| wanted(&span.slot)) {
        let Some(person) = span.person else { continue };
        let part = parts.entry(&span.slot).or_default();
        let uid = uid(seen.roster.id, &span.slot.to_string(), *part);
        *part += 1;
        let name = seen.names.get(&person).map_or("", String::as_str);
        let summary = format!("{} · {name}", called_span(&seen.roster, span));
        events.push(FeedEvent {
            uid,
            from: span.from,
            to: span.to,
            summary,
            description: seen.roster.draft.name.clone(),
            sequence: seen.roster.revision,
            changed_at: seen.roster.changed_at,
            cancelled: false,
        });
    }
    events
}

fn off(id: RosterId, lost: &Lost, summary: String) -> FeedEvent {
    FeedEvent {
        uid: uid(id, &lost.slot, 0),
        from: lost.from,
        to: lost.to,
        summary,
        description: String::new(),
        sequence: lost.sequence,
        changed_at: lost.lost_at,
        cancelled: true,
    }
}

/// The same for a slot for ever, whatever its times and whoever is on.
fn uid(roster: RosterId, slot: &str, part: u32) -> String {
    let slot = slot.replace('/', ".");
    match part {
        0 => format!("{roster}.{slot}@mainstay"),
        part => format!("{roster}.{slot}.{part}@mainstay"),
    }
}

/// Where a slot is somebody's it is not off.
fn without_repeats(mut events: Vec<FeedEvent>) -> Vec<FeedEvent> {
    events.sort_by(|a, b| (&a.uid, a.cancelled).cmp(&(&b.uid, b.cancelled)));
    events.dedup_by(|later, first| later.uid == first.uid);
    events.sort_by_key(|event| event.from);
    events
}

fn called_span(roster: &Roster, span: &DutySpan) -> String {
    let draft = &roster.draft;
    let position = draft.position(&span.slot.position).map(|one| one.name.as_str());
    let shift = draft.shift(&span.slot.shift).map(|one| one.name.as_str());
    format!("{} · {}", position.unwrap_or(&span.slot.position), shift.unwrap_or(&span.slot.shift))
}

fn called(roster: &Roster, slot: &str) -> String {
    let mut parts = slot.split('/');
    let (position, shift) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let draft = &roster.draft;
    let position = draft.position(position).map_or(position, |one| one.name.as_str());
    let shift = draft.shift(shift).map_or(shift, |one| one.name.as_str());
    format!("{position} · {shift}")
}

/// What is kept of a secret. It has 256 bits of chance: nobody tries them all.
fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
