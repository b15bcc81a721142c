use std::collections::BTreeSet;

use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, FactSeq, FieldFault, Id, Text, Time};

use crate::{
    ChangeCancelled, Changed, Closed, Created, Dated, Directory, DirectoryError, Noun, Teller,
    model::{NEVER, Rewrite, Timeline, differing},
    store::{self, Kept, ToldRow},
};

/// Who changes something, why, and what the clock says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Act<'c> {
    pub(crate) caller: &'c Caller,
    pub(crate) cause: Cause,
    pub(crate) now: Time,
    /// Whether it is one of many changes, at whose end it is noted once that something changed.
    pub(crate) bulk: bool,
}

impl Directory {
    /// What is done in one change: it has one caller and one time.
    pub(crate) fn act<'c>(&self, caller: &'c Caller) -> Act<'c> {
        Act { caller, cause: Cause::default(), now: self.clock.now(), bulk: false }
    }

    /// A new id.
    pub(crate) fn new_id<K>(&self) -> Id<K> {
        Id::new(self.ids.as_ref(), self.clock.as_ref())
    }
}

impl Act<'_> {
    async fn count<S: Kept>(&self, tx: &mut Tx) -> Result<(), DirectoryError> {
        if self.bulk { Ok(()) } else { store::count(tx.connection(), S::COUNTER).await }
    }

    /// Saves and journals a thing that was not there.
    pub(crate) async fn save_new<S: Kept>(
        &self,
        tx: &mut Tx,
        rewrite: &Rewrite<S>,
    ) -> Result<Dated<S>, DirectoryError> {
        let made = first(rewrite)?;
        store::save(tx.connection(), rewrite).await?;
        self.count::<S>(tx).await?;
        let fact = Created::of(&made);
        let entry = Entry::new(self.caller, self.now, &fact).after(&made);
        let told_in = journal::append(tx, entry.because_of(self.cause)).await?;
        self.note_ahead(tx, rewrite, made.valid_from, told_in).await?;
        Ok(made)
    }

    /// Saves and journals what differs from `from` on, if anything does. Returns what it is like
    /// then.
    pub(crate) async fn save_change<S: Kept>(
        &self,
        tx: &mut Tx,
        before: &Dated<S>,
        rewrite: &Rewrite<S>,
        from: Time,
    ) -> Result<Dated<S>, DirectoryError> {
        let Some(after) = self.write_change(tx, before, rewrite, from).await? else {
            return Ok(before.clone());
        };
        let fields = differing(&before.state, &after.state)?;
        let fact = Changed::of(&after, from, fields).replacing(&rewrite.replaced);
        let entry = Entry::new(self.caller, self.now, &fact).before(before).after(&after);
        let told_in = journal::append(tx, entry.because_of(self.cause)).await?;
        self.note_ahead(tx, rewrite, from, told_in).await?;
        Ok(after)
    }

    /// Saves and journals that a thing was there earlier than was known, from `at` on.
    pub(crate) async fn save_beginning<S: Kept>(
        &self,
        tx: &mut Tx,
        before: &Dated<S>,
        rewrite: &Rewrite<S>,
        at: Time,
    ) -> Result<Dated<S>, DirectoryError> {
        let Some(after) = self.write_change(tx, before, rewrite, at).await? else {
            return Ok(before.clone());
        };
        let fact = Changed::of(&after, at, vec!["valid_from".to_owned()]);
        let entry = Entry::new(self.caller, self.now, &fact).before(before).after(&after);
        let told_in = journal::append(tx, entry.because_of(self.cause)).await?;
        self.note_ahead(tx, rewrite, at, told_in).await?;
        Ok(after)
    }

    /// Saves what differs from `from` on, and leaves telling of it to the caller. None: nothing
    /// differs.
    pub(crate) async fn write_change<S: Kept>(
        &self,
        tx: &mut Tx,
        before: &Dated<S>,
        rewrite: &Rewrite<S>,
        from: Time,
    ) -> Result<Option<Dated<S>>, DirectoryError> {
        if rewrite.is_empty() {
            return Ok(None);
        }
        store::save(tx.connection(), rewrite).await?;
        self.count::<S>(tx).await?;
        let after = rewrite.written.iter().find(|span| span.holds_at(from));
        Ok(Some(after.unwrap_or(before).clone()))
    }

    /// Saves and journals that a thing ends at `at`. Returns what it is like up to then.
    pub(crate) async fn save_end<S: Kept>(
        &self,
        tx: &mut Tx,
        timeline: &Timeline<S>,
        at: Time,
    ) -> Result<Dated<S>, DirectoryError> {
        let rewrite = timeline.ended(at, self.now);
        let before = timeline.nearest(at).cloned();
        let before = before.ok_or_else(|| DirectoryError::not_found::<S>(""))?;
        if rewrite.is_empty() {
            return Ok(before);
        }
        store::save(tx.connection(), &rewrite).await?;
        self.count::<S>(tx).await?;
        let earlier = timeline.spans().iter().rev().find(|span| span.valid_from < at);
        let last = rewrite.written.last().or(earlier).unwrap_or(&before);
        let version = timeline.version() + 1;
        let after = Dated { version, valid_to: Some(at), ..last.clone() };
        let fact = Closed::of(&after, at).replacing(&rewrite.replaced);
        let entry = Entry::new(self.caller, self.now, &fact).before(&before).after(&after);
        let told_in = journal::append(tx, entry.because_of(self.cause)).await?;
        self.note_ahead(tx, &rewrite, at, told_in).await?;
        Ok(after)
    }

    /// Saves and journals that what was to become of a thing at `at` was cancelled.
    pub(crate) async fn save_cancelled<S: Kept>(
        &self,
        tx: &mut Tx,
        rewrite: &Rewrite<S>,
        fact: &ChangeCancelled<S>,
        at: Time,
    ) -> Result<(), DirectoryError> {
        store::save(tx.connection(), rewrite).await?;
        self.count::<S>(tx).await?;
        let entry = Entry::new(self.caller, self.now, fact);
        let told_in = journal::append(tx, entry.because_of(self.cause)).await?;
        self.note_ahead(tx, rewrite, at, told_in).await
    }

    /// Notes what a change that counts from `from` on lets happen later, and forgets what it lets
    /// happen no more. What somebody else had told for later stays theirs.
    pub(crate) async fn note_ahead<S: Kept>(
        &self,
        tx: &mut Tx,
        rewrite: &Rewrite<S>,
        from: Time,
        told_in: FactSeq,
    ) -> Result<(), DirectoryError> {
        let ahead = |spans: &[Dated<S>]| -> BTreeSet<Time> {
            let there = spans.iter().filter(|span| span.valid_from < span.end());
            let moments = there.flat_map(|span| [span.valid_from, span.end()]);
            moments.filter(|at| self.now < *at && *at < NEVER).collect()
        };
        let (gone, there) = (ahead(&rewrite.superseded), ahead(&rewrite.written));
        let Some(id) = rewrite.written.first().or(rewrite.superseded.first()) else {
            return Ok(());
        };
        let thing = (S::NAME, id.id.to_string());
        for at in gone.difference(&rewrite.turns) {
            store::forget_told(tx.connection(), &thing, *at).await?;
        }
        for at in there.into_iter().filter(|at| *at == from || !gone.contains(at)) {
            let told = ToldRow {
                at,
                thing: thing.clone(),
                teller: Teller {
                    id: self.caller.user_id.clone().unwrap_or_default(),
                    name: self.caller.actor.name.clone(),
                },
                told_at: self.now,
                told_in: Some(told_in),
            };
            store::note_told(tx.connection(), &told).await?;
        }
        Ok(())
    }
}

/// All that is known of a thing that must exist, for this version of it.
///
/// Errors: [`DirectoryError::NotFound`].
pub(crate) async fn load<S: Kept>(tx: &mut Tx, id: Id<S>) -> Result<Timeline<S>, DirectoryError> {
    let timeline = store::timeline(tx.connection(), id).await?;
    if timeline.is_empty() { Err(DirectoryError::not_found::<S>(id)) } else { Ok(timeline) }
}

/// Which thing it is all about.
///
/// Errors: [`DirectoryError::NotFound`].
pub(super) fn id_of<S: Noun>(timeline: &Timeline<S>) -> Result<Id<S>, DirectoryError> {
    let first = timeline.spans().first();
    first.map(|span| span.id).ok_or_else(|| DirectoryError::not_found::<S>(""))
}

/// What a thing is like at `at`.
///
/// Errors: [`DirectoryError::NotThen`].
pub(crate) fn then<S: Noun>(timeline: &Timeline<S>, at: Time) -> Result<Dated<S>, DirectoryError> {
    match timeline.at(at) {
        // The version of the thing, which later spans may have.
        Some(span) => Ok(Dated { version: timeline.version(), ..span.clone() }),
        None => {
            let name = timeline.nearest(at).map_or_else(String::new, |span| span.state.label());
            Err(DirectoryError::NotThen { name, at })
        }
    }
}

/// A change is for one version. Errors: [`DirectoryError::VersionDiffers`].
pub(crate) fn same_version<S: Noun>(
    timeline: &Timeline<S>,
    expected: i64,
) -> Result<(), DirectoryError> {
    let found = timeline.version();
    if found == expected { Ok(()) } else { Err(DirectoryError::VersionDiffers { expected, found }) }
}

/// An end after the beginning. Errors: [`DirectoryError::WrongInput`] naming `field`.
pub(crate) fn after_beginning<S: Noun>(
    timeline: &Timeline<S>,
    field: &str,
    at: Time,
) -> Result<(), DirectoryError> {
    let begun = timeline.spans().first().map(|span| span.valid_from);
    match begun.filter(|begun| at <= *begun) {
        None => Ok(()),
        Some(begun) => {
            let begun = begun.to_second();
            let expected = Text::new(format!("after {begun}"), format!("晚于 {begun}"));
            Err(FieldFault::new(field, at, expected).into())
        }
    }
}

fn first<S: Noun>(rewrite: &Rewrite<S>) -> Result<Dated<S>, DirectoryError> {
    let first = rewrite.written.first().cloned();
    first.ok_or_else(|| DirectoryError::not_found::<S>(""))
}
