use std::pin::Pin;

use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, FactSeq, Fault, Time};

use super::{
    place::place_of,
    rehouse::placed_like,
    save::{followed, update},
};
use crate::{
    RESOURCE_CHANGE, Resource, ResourceChangeLapsed, ResourceChanged, ResourceId, ResourcePlace,
    ResourceRetired, Resources, ResourcesError, Source,
    model::{self, Timeline},
    register::kinds_in,
    store::{self, Due},
};

/// So many resources follow what was told ahead of time in one run.
const AT_ONCE: i64 = 200;

/// A caller who is being looked for.
pub type AuthorFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<Caller>, Fault>> + Send + 'a>>;

/// The name of somebody who is being looked for.
pub type NameFuture<'a> = Pin<Box<dyn Future<Output = Result<Option<String>, Fault>> + Send + 'a>>;

/// Knows what somebody may do who asks for nothing at the moment; the roof implements it over the
/// users.
pub trait Authors: Send + Sync {
    /// The user as a caller, with what they hold now; none when there is no such user any more, or
    /// they are disabled.
    fn author<'a>(&'a self, user_id: &'a str) -> AuthorFuture<'a>;

    /// What the user is called, also when they are disabled; none when there is none any more.
    fn name<'a>(&'a self, user_id: &'a str) -> NameFuture<'a>;
}

/// What was found of a change that has come true.
struct Followed {
    timeline: Timeline,
    /// Who told it and in which fact, when that was one user.
    by: Option<(Caller, Option<FactSeq>)>,
}

impl Resources {
    /// Lets the rows of today follow what was told ahead of time and has come true. Who told it
    /// must be allowed to make the change today; otherwise it lapses, and a fact says so. Returns
    /// how many did, and how many are left.
    ///
    /// Errors: the records cannot be read or written.
    pub async fn come_due(&self, authors: &dyn Authors) -> Result<(u64, u64), ResourcesError> {
        let now = self.clock.now();
        let due = store::due(&mut *self.reader().await?, now, AT_ONCE).await?;
        let mut done = 0;
        for id in due {
            self.come_due_of(authors, id, now).await?;
            done += 1;
        }
        let left = store::due_left(&mut *self.reader().await?, now).await?;
        Ok((done, u64::try_from(left).unwrap_or_default()))
    }

    async fn come_due_of(
        &self,
        authors: &dyn Authors,
        id: ResourceId,
        now: Time,
    ) -> Result<(), ResourcesError> {
        let mut tx = self.db.begin().await?;
        let before = self.get_in(&mut tx, id).await?;
        let Followed { timeline, by } = self.judged(&mut tx, authors, &before, now).await?;
        let (caller, told_in) = by.unwrap_or_else(|| (Caller::system("resources"), None));
        let cause = Cause(told_in);
        if let Some(today) = timeline.at(now) {
            let after = followed(&before, today.clone(), now);
            let fields = model::changed_fields(&before, &after);
            if !fields.is_empty() {
                update(&mut tx, &before, &after).await?;
                if after.tags != before.tags {
                    store::set_tags(tx.connection(), id, &after.tags).await?;
                }
                journal_due(&mut tx, &caller, cause, (&before, &after), fields).await?;
                let kinds = kinds_in(&mut tx).await?;
                let (kind, states) = (kinds.find(&after.kind)?, (Some(&before), &after));
                self.tell_apart(&mut tx, &caller, cause, kind, states, Source::Discovery).await?;
            }
        }
        store::done(tx.connection(), id, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The life of a resource without the changes that are due and whose authors may no longer make
    /// them.
    async fn judged(
        &self,
        tx: &mut Tx,
        authors: &dyn Authors,
        current: &Resource,
        now: Time,
    ) -> Result<Followed, ResourcesError> {
        let told = store::told(tx.connection(), current.id, now).await?;
        let versions = store::versions_of(tx.connection(), current.id).await?;
        let mut timeline = Timeline::of(&versions);
        let (mut by, mut changes) = (None, 0);
        let system = Caller::system("resources");
        for moment in told.chunk_by(|one, next| one.at == next.at) {
            let at = moment[0].at;
            let Some((was, is)) = timeline.around(at) else { continue };
            let fields = model::changed_fields(was, is);
            if fields.is_empty() {
                continue;
            }
            changes += 1;
            // What cannot stay goes, whoever told it: nobody's right is asked for that.
            let goes = place_of(was) != place_of(is) && !self.place_lasts(tx, was, at).await?;
            let asked = if goes { placed_like(is, was) } else { is.clone() };
            let verdict = self.verdict(authors, moment, current, (was, &asked)).await?;
            let mut stays = is.clone();
            for lapsed in &verdict.lapsed {
                for field in &lapsed.fields {
                    model::copy_field(was, &mut stays, field);
                }
                let (fields, name) = (lapsed.fields.clone(), lapsed.name.clone());
                let fact = ResourceChangeLapsed::of(current, fields, at, name);
                let entry = Entry::new(&system, now, &fact).because_of(Cause(lapsed.told_in));
                journal::append(tx, entry).await?;
            }
            if !verdict.lapsed.is_empty() {
                let stretches = timeline.untold(at, &stays);
                for stretch in &stretches {
                    store::insert_version(tx.connection(), stretch, now, "resources").await?;
                }
                timeline = timeline.with(&stretches);
            }
            match verdict.made.as_slice() {
                [made] => by = Some((made.author.clone(), made.told_in)),
                [] if verdict.lapsed.is_empty() => {
                    let told_in = moment.iter().find_map(|due| due.told_in);
                    by = Some((system.clone(), told_in));
                }
                _ => {}
            }
        }
        // Several changes that come true together are nobody's alone.
        Ok(Followed { timeline, by: by.filter(|_| changes == 1) })
    }

    /// Who of those that told a change for one moment may make it today, where the resource is
    /// today: each is asked for what they told themselves.
    async fn verdict(
        &self,
        authors: &dyn Authors,
        moment: &[Due],
        current: &Resource,
        (was, is): (&Resource, &Resource),
    ) -> Result<Verdict, ResourcesError> {
        let mut verdict = Verdict::default();
        let changed = model::changed_fields(was, is);
        let fault = |fault| ResourcesError::Authors(Box::new(fault));
        for due in moment {
            let Some(user) = &due.told_by else { continue };
            let theirs = |field: &&String| due.fields.is_empty() || due.fields.contains(field);
            let fields: Vec<String> = changed.iter().filter(theirs).cloned().collect();
            if fields.is_empty() {
                continue;
            }
            let mut told = was.clone();
            for field in &fields {
                model::copy_field(is, &mut told, field);
            }
            let told_in = due.told_in;
            let Some(author) = authors.author(user).await.map_err(fault)? else {
                let name = authors.name(user).await.map_err(fault)?;
                let name = name.unwrap_or_else(|| user.clone());
                verdict.lapsed.push(Lapsed { name, told_in, fields });
                continue;
            };
            let holds = author.may_at(RESOURCE_CHANGE, &ResourcePlace::of(current).as_place());
            match self.permit_move(&author, Some(was), &told).await {
                Ok(()) if holds => verdict.made.push(Made { author, told_in, fields }),
                Ok(()) | Err(ResourcesError::OutOfScope(..)) => {
                    verdict.lapsed.push(Lapsed { name: author.actor.name, told_in, fields });
                }
                Err(other) => return Err(other),
            }
        }
        // What several told alike comes true as long as one of them may make it.
        let kept: Vec<&String> = verdict.made.iter().flat_map(|made| &made.fields).collect();
        for lapsed in &mut verdict.lapsed {
            lapsed.fields.retain(|field| !kept.contains(&field));
        }
        verdict.lapsed.retain(|lapsed| !lapsed.fields.is_empty());
        Ok(verdict)
    }
}

/// What becomes of the changes that were told ahead of time for one moment.
#[derive(Default)]
struct Verdict {
    /// What may be made.
    made: Vec<Made>,
    /// What may not be made.
    lapsed: Vec<Lapsed>,
}

/// What somebody told and may make.
struct Made {
    /// Who told it.
    author: Caller,
    /// The fact by which they did.
    told_in: Option<FactSeq>,
    /// What they told.
    fields: Vec<String>,
}

/// What somebody told and may not make.
struct Lapsed {
    /// Who told it, by name.
    name: String,
    /// The fact by which they did.
    told_in: Option<FactSeq>,
    /// What they told.
    fields: Vec<String>,
}

async fn journal_due(
    tx: &mut Tx,
    caller: &Caller,
    cause: Cause,
    (before, after): (&Resource, &Resource),
    fields: Vec<String>,
) -> Result<(), ResourcesError> {
    let now = after.updated_at;
    if before.retired_at.is_none() && after.retired_at.is_some() {
        let fact = ResourceRetired::of(after);
        let entry = Entry::new(caller, now, &fact).before(before).after(after);
        journal::append(tx, entry.because_of(cause)).await?;
    } else {
        let fact = ResourceChanged::of(after, fields, None);
        let entry = Entry::new(caller, now, &fact).before(before).after(after);
        journal::append(tx, entry.because_of(cause)).await?;
    }
    Ok(())
}
