//! Who has left the organisation is kept out.

use std::sync::PoisonError;

use directory::{Sources, Whereabouts};
use kernel::{Caller, Fault, FaultKind, Time};

use super::{Access, vouching::source_of};
use crate::{
    AccessError,
    model::{
        identity::Identity,
        user::{User, UserChange},
    },
    store::{self, identities},
};

/// Users looked at together.
const BATCH: u32 = 500;

/// What became of the users of those who have left.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Leavers {
    /// How many were disabled.
    pub(crate) disabled: u64,
    /// Names of those who could not be, since nobody else has their duty.
    pub(crate) needed: Vec<String>,
    /// Names of those who could not be for another reason.
    pub(crate) failed: Vec<String>,
    /// When the next of the others leaves, as far as that is known.
    next: Option<Time>,
}

/// Up to where everybody who has left is known to be out: nothing is read before one of these is
/// another, or the time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rested {
    directory: u64,
    access: i64,
    /// When a directory of others was last read.
    sources: Option<Time>,
    until: Option<Time>,
}

impl Access {
    /// Disables the users whose person has left, which ends their sessions and tokens. Where
    /// nothing has changed since the last time, nobody is looked at.
    ///
    /// Errors: the records do not answer. What stands in the way of one user is noted, and the
    /// others are looked at all the same.
    pub(crate) async fn keep_leavers_out(&self) -> Result<Leavers, Fault> {
        let now = self.now();
        let access = store::generation::read(self.inner.db.reader()).await;
        let access = access.map_err(AccessError::from)?;
        let directory = self.chart().await?.version;
        let sources = match self.sources() {
            Some(sources) => sources.last_read().await.map_err(AccessError::from)?,
            None => None,
        };
        let still = self.rested().is_some_and(|rested| {
            (rested.directory, rested.access, rested.sources) == (directory, access, sources)
                && rested.until.is_none_or(|until| now < until)
        });
        if still {
            return Ok(Leavers::default());
        }
        let mut leavers = self.look_at_all(now).await?;
        self.look_at_sources(now, &mut leavers).await?;
        // Numbers that were read before the users: what changed meanwhile is looked at again.
        let rested = Rested { directory, access, sources, until: leavers.next };
        let done = leavers.needed.is_empty() && leavers.failed.is_empty();
        let mut last = self.inner.leavers.lock().unwrap_or_else(PoisonError::into_inner);
        *last = done.then_some(rested);
        drop(last);
        Ok(leavers)
    }

    fn rested(&self) -> Option<Rested> {
        *self.inner.leavers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn look_at_all(&self, now: Time) -> Result<Leavers, Fault> {
        let (mut leavers, mut after) = (Leavers::default(), String::new());
        loop {
            let reader = self.inner.db.reader();
            let users = store::users::of_people(reader, &after, BATCH).await;
            let users = users.map_err(AccessError::from)?;
            let Some(last) = users.last() else { return Ok(leavers) };
            after = last.id.to_string();
            let people: Vec<&str> =
                users.iter().filter_map(|user| user.person_id.as_deref()).collect();
            let leaving = self.chart().await?.leaving_among(&people).await?;
            for user in &users {
                let at = user.person_id.as_ref().and_then(|person| leaving.get(person)).copied();
                match at {
                    Some(at) if at <= now => self.keep_out(user, &mut leavers).await?,
                    Some(at) => leavers.next = Some(leavers.next.map_or(at, |next| next.min(at))),
                    None => {}
                }
            }
        }
    }

    /// Looks at those whom directories of others let in: who was not a person of ours yet when they
    /// first came is none in our records of users, and leaves all the same.
    async fn look_at_sources(&self, now: Time, leavers: &mut Leavers) -> Result<(), Fault> {
        let Some(sources) = self.sources() else { return Ok(()) };
        let mut after = (String::new(), String::new());
        loop {
            let reader = self.inner.db.reader();
            let behind = (after.0.as_str(), after.1.as_str());
            let some = identities::of_directories(reader, behind, BATCH).await;
            let some = some.map_err(AccessError::from)?;
            let Some(last) = some.last() else { return Ok(()) };
            after = (last.authority.clone(), last.subject.clone());
            for of_source in some.chunk_by(|one, other| one.authority == other.authority) {
                self.look_at_source(sources, of_source, now, leavers).await?;
            }
        }
    }

    async fn look_at_source(
        &self,
        sources: &Sources,
        identities: &[Identity],
        now: Time,
        leavers: &mut Leavers,
    ) -> Result<(), Fault> {
        let Some(source) = identities.first().and_then(|one| source_of(&one.authority)) else {
            return Ok(());
        };
        let seen: Vec<(&str, Time)> =
            identities.iter().map(|one| (one.subject.as_str(), one.linked_at)).collect();
        let found = sources.whereabouts(source, &seen).await.map_err(AccessError::from)?;
        let people: Vec<String> = found.values().filter_map(person_of).collect();
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        let leaving = self.chart().await?.leaving_among(&people).await?;
        for identity in identities {
            let at = match found.get(&identity.subject) {
                // Who has a password of their own here was not let in by the source alone.
                Some(Whereabouts::Vanished) if !identity.own => Some(now),
                Some(whereabouts) => {
                    person_of(whereabouts).and_then(|person| leaving.get(&person).copied())
                }
                None => None,
            };
            match at {
                Some(at) if at <= now => {
                    let user = self.user_with_id(identity.user_id).await?;
                    if let Some(user) = user.filter(|user| !user.disabled) {
                        self.keep_out(&user, leavers).await?;
                    }
                }
                Some(at) => leavers.next = Some(leavers.next.map_or(at, |next| next.min(at))),
                None => {}
            }
        }
        Ok(())
    }

    async fn keep_out(&self, user: &User, leavers: &mut Leavers) -> Result<(), Fault> {
        let change = UserChange { disabled: Some(true), ..UserChange::default() };
        let caller = Caller::system("leavers");
        let name = || user.name.as_str().to_owned();
        match self.change_user(&caller, user.id, user.version, &change).await {
            Ok(_) => leavers.disabled += 1,
            Err(AccessError::LastAdministrator { .. } | AccessError::LastOfDuty { .. }) => {
                leavers.needed.push(name());
            }
            // Somebody else was first: what that changed has them looked at again.
            Err(AccessError::UserNotFound { .. }) => {}
            Err(AccessError::Stale) => leavers.next = Some(self.now()),
            Err(error) => {
                let fault = Fault::from(error);
                if fault.kind == FaultKind::Unavailable {
                    return Err(fault);
                }
                let name = name();
                tracing::warn!(user = %name, "failed to keep out `{name}`, who has left: {fault}");
                leavers.failed.push(name);
            }
        }
        Ok(())
    }
}

fn person_of(whereabouts: &Whereabouts) -> Option<String> {
    match whereabouts {
        Whereabouts::Taken(person) => Some(person.to_string()),
        Whereabouts::Vanished => None,
    }
}
