//! Who somebody is here whom an authority vouches for: a provider, or a directory of others.

use db::Tx;
use kernel::{Caller, Time};

use super::{
    Access, groups, note,
    rights::Basis,
    users::{decide_at, journal_change},
};
use crate::{
    AccessError, VouchingError,
    model::{
        facts::{RefusedFor, UserLinked, UserSignInRefused},
        grant::{Holder, HolderKind},
        group::GroupId,
        identity::{Candidates, Identity, Trust, Unwelcome, Vouched, Welcome, decide},
        password_hash,
        provider::Provider,
        user::{NewUser, User, UserChange, UserId},
    },
    store::{self, identities, users},
};

const DISPLAY_CHARS_MAX: usize = 100;

impl Access {
    /// The user who somebody is, in `tx`: known, linked now, or made now.
    ///
    /// Errors: [`VouchingError::Unwelcome`]; [`AccessError::DutiesExclude`] when a new user would
    /// have two duties by the posts of their person.
    pub(super) async fn welcome(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        vouched: &Vouched,
        trust: Trust,
    ) -> Result<User, AccessError> {
        let identity =
            identities::find(tx.connection(), &vouched.authority, &vouched.subject).await?;
        let linked = match &identity {
            Some(identity) => users::by_id(tx.connection(), identity.user_id).await?,
            None => None,
        };
        let of_person = match &vouched.person_id {
            Some(person) => users::by_person(tx.connection(), person).await?,
            None => None,
        };
        let named = match &vouched.name {
            Some(name) => users::by_name(tx.connection(), name).await?,
            None => None,
        };
        let others_there = others_there(tx, [&of_person, &named], &vouched.authority).await?;
        let candidates = Candidates {
            linked: linked.as_ref(),
            of_person: of_person.as_ref(),
            named: named.as_ref(),
            others_there: &others_there,
        };
        let decided = decide(vouched, trust, candidates);
        match decided.map_err(|reason| VouchingError::Unwelcome { reason })? {
            Welcome::Known(id) => {
                if let Some(identity) = &identity {
                    self.come_again(tx, now, identity, vouched).await?;
                }
                let user = still_there(tx, id).await?;
                match of_person {
                    Some(_) => Ok(user),
                    None => self.tie(tx, &in_its_name(caller), now, user, vouched).await,
                }
            }
            Welcome::Linked(id) => {
                if self.is_administrator(tx, id, now).await? {
                    return Err(unwelcome(Unwelcome::Administrator));
                }
                let user = still_there(tx, id).await?;
                self.refuse_to_link(tx, &user, now).await?;
                self.link(tx, &in_its_name(caller), now, (&user, false), vouched).await?;
                Ok(user)
            }
            Welcome::New(name) => {
                let wanted = NewUser {
                    name: name.as_str().to_owned(),
                    display_name: vouched.display_name.as_deref().map(shown),
                    role: None,
                    reason: None,
                    person_id: vouched.person_id.clone(),
                    password: None,
                };
                let prepared = self.prepare_user(&wanted).await?;
                let caller = in_its_name(caller);
                let user = self.add_user(tx, &caller, now, prepared, false).await?;
                self.link(tx, &caller, now, (&user, false), vouched).await?;
                Ok(user)
            }
        }
    }

    /// Notes that somebody who is known came.
    async fn come_again(
        &self,
        tx: &mut Tx,
        now: Time,
        identity: &Identity,
        vouched: &Vouched,
    ) -> Result<(), AccessError> {
        let sound = identity.own && !identity.to_renew;
        if !sound && self.is_administrator(tx, identity.user_id, now).await? {
            return Err(unwelcome(Unwelcome::Administrator));
        }
        let name = vouched.name.as_deref().unwrap_or(&identity.name);
        identities::note_use(tx.connection(), identity, name, now).await?;
        Ok(())
    }

    /// While the administrators are separated, who has a password here links themselves: what an
    /// authority calls its people is no way into their account, nor out of a duty. Nor is it into
    /// one that has a link or a right: whoever leads an authority would have that.
    async fn refuse_to_link(&self, tx: &mut Tx, user: &User, now: Time) -> Result<(), AccessError> {
        if store::generation::separation(tx.connection()).await?.is_none() {
            return Ok(());
        }
        let hash = users::password_hash(tx.connection(), user.id).await?;
        if !password_hash::is_nobodys(&hash) {
            return Err(unwelcome(Unwelcome::HasPassword));
        }
        if !identities::of_user(tx.connection(), user.id).await?.is_empty() {
            return Err(unwelcome(Unwelcome::LinkedElsewhere));
        }
        match self.keeps_something(tx, user.id, now).await? {
            true => Err(unwelcome(Unwelcome::HasRights)),
            false => Ok(()),
        }
    }

    /// Ties a user who came before their directory was read to the person whom they were taken as
    /// since. One of the separated administrators is tied by nobody's word.
    async fn tie(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        user: User,
        vouched: &Vouched,
    ) -> Result<User, AccessError> {
        let untied = vouched.person_id.clone().filter(|_| user.person_id.is_none());
        let Some(person) = untied else { return Ok(user) };
        if self.is_administrator(tx, user.id, now).await? {
            return Ok(user);
        }
        let change = UserChange { person_id: Some(Some(person)), ..UserChange::default() };
        let decision = decide_at(&user, user.version, &change)?;
        self.check_person(tx, &decision.user).await?;
        users::update(tx.connection(), &decision.user).await?;
        journal_change(tx, caller, now, &user, &decision).await?;
        self.guard(tx, caller, now).await?;
        Ok(decision.user)
    }

    /// Keeps that a user is somebody there, and that they came; and whether they said so
    /// themselves (`own`).
    pub(super) async fn link(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        (user, own): (&User, bool),
        vouched: &Vouched,
    ) -> Result<(), AccessError> {
        let name = vouched.name.clone().unwrap_or_default();
        let identity = Identity {
            authority: vouched.authority.clone(),
            subject: vouched.subject.clone(),
            user_id: user.id,
            name: name.clone(),
            linked_at: now,
            last_used_at: Some(now),
            own,
            to_renew: false,
        };
        identities::insert(tx.connection(), &identity).await?;
        store::generation::bump(tx.connection()).await?;
        let fact = UserLinked {
            user_id: user.id,
            user_name: user.name.as_str().to_owned(),
            authority: identity.authority,
            authority_label: vouched.authority_label.clone(),
            subject: identity.subject,
            name,
        };
        note(tx, caller, now, &fact).await
    }

    /// Brings a user into the groups that follow from their groups at a provider, and out of those
    /// that would follow from others.
    ///
    /// While the administrators are separated, none of them comes into a group or out of it by
    /// anybody's word but each other's.
    ///
    /// Errors: [`AccessError::DutiesExclude`].
    pub(super) async fn follow_groups(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        (provider, groups): (&Provider, &[String]),
        user: &User,
    ) -> Result<(), AccessError> {
        let (into, out_of) = provider.memberships_of(groups);
        let nothing = into.is_empty() && out_of.is_empty();
        if nothing || self.is_administrator(tx, user.id, now).await? {
            return Ok(());
        }
        let caller = &in_its_name(caller);
        let member = Holder { kind: HolderKind::User, id: user.id.to_string() };
        let mut changed = false;
        for id in into {
            let by = &caller.actor.name;
            if store::groups::add_member(tx.connection(), id, &member, now, by).await? {
                self.note_one(tx, caller, now, id, (vec![user], vec![])).await?;
                changed = true;
            }
        }
        for id in out_of {
            changed |= self.leave_group(tx, caller, now, id, &member, user).await?;
        }
        if changed { self.guard(tx, caller, now).await } else { Ok(()) }
    }

    /// Takes a user out of a group, unless nobody could give rights after that.
    async fn leave_group(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        id: GroupId,
        member: &Holder,
        user: &User,
    ) -> Result<bool, AccessError> {
        let kept = self.keepers(tx, now).await?;
        if !store::groups::remove_member(tx.connection(), &id.to_string(), member).await? {
            return Ok(false);
        }
        if self.keepers(tx, now).await?.gone_since(&kept).is_some() {
            let (by, name) = (&caller.actor.name, user.name.as_str());
            store::groups::add_member(tx.connection(), id, member, now, by).await?;
            tracing::warn!(user = %name, "{name} stays in a group: nobody else gives rights");
            return Ok(false);
        }
        self.note_one(tx, caller, now, id, (vec![], vec![user])).await?;
        Ok(true)
    }

    async fn note_one(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        id: GroupId,
        (added, removed): (Vec<&User>, Vec<&User>),
    ) -> Result<(), AccessError> {
        let names = |users: Vec<&User>| {
            users.into_iter().map(|user| user.name.as_str().to_owned()).collect()
        };
        let group = groups::load(tx, id).await?;
        self.note_members(tx, caller, now, &group, names(added), names(removed)).await
    }

    /// Journals that somebody did not get in, in a change of its own.
    pub(super) async fn note_refused(
        &self,
        caller: &Caller,
        (authority, label): (&str, &str),
        subject: Option<&str>,
        reason: RefusedFor,
    ) -> Result<(), AccessError> {
        let fact = UserSignInRefused {
            authority: authority.to_owned(),
            authority_label: label.to_owned(),
            subject: subject.map(str::to_owned),
            reason,
        };
        let mut tx = self.inner.db.begin().await?;
        note(&mut tx, caller, self.now(), &fact).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whether the administrators are separated and the user is one of them.
    pub(super) async fn is_administrator(
        &self,
        tx: &mut Tx,
        id: UserId,
        now: Time,
    ) -> Result<bool, AccessError> {
        let basis = Basis::load(tx.connection()).await?;
        if !basis.separated {
            return Ok(false);
        }
        let claims = self.duty_claims(tx.connection(), &basis, now).await?;
        let id = id.to_string();
        Ok(claims.iter().any(|claim| claim.user_id == id))
    }
}

pub(super) fn unwelcome(reason: Unwelcome) -> AccessError {
    VouchingError::Unwelcome { reason }.into()
}

/// Nobody is signed in yet: what is done for them the server does.
fn in_its_name(caller: &Caller) -> Caller {
    Caller {
        request_id: caller.request_id.clone(),
        source: caller.source.clone(),
        ..Caller::system("access.sign-in")
    }
}

/// Those of `users` who are somebody at the authority already.
async fn others_there(
    tx: &mut Tx,
    users: [&Option<User>; 2],
    authority: &str,
) -> Result<Vec<UserId>, AccessError> {
    let mut found = Vec::new();
    for user in users.into_iter().flatten() {
        let there = identities::of_user(tx.connection(), user.id).await?;
        let same = there.iter().any(|one| one.authority == authority);
        found.extend(same.then_some(user.id));
    }
    Ok(found)
}

async fn still_there(tx: &mut Tx, id: UserId) -> Result<User, AccessError> {
    let user = users::by_id(tx.connection(), id).await?;
    user.ok_or_else(|| unwelcome(Unwelcome::NoAccount))
}

/// A name as others may see it here.
fn shown(name: &str) -> String {
    let plain = name.chars().filter(|c| !c.is_control()).take(DISPLAY_CHARS_MAX);
    plain.collect::<String>().trim().to_owned()
}
