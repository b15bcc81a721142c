//! Users whom an identity provider brings. Whoever calls these has permitted it, and commits the
//! change of which they are a part; what must never be is refused here as everywhere.

use db::Tx;
use journal::Entry;
use kernel::{Caller, Id};

use super::{Access, users::journal_change, users::revoke_tokens};
use crate::{
    AccessError,
    model::{
        facts::{UserCreated, UserSnapshot},
        password_hash,
        permission::USER_PROVISION,
        user::{PasswordBy, Theme, User, UserChange, UserId, UserName, decide_change},
    },
    store,
};

/// A user's display name is at most so long.
const DISPLAY_CHARS_MAX: usize = 100;

/// A user as a provider wants them. What is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProvisionedChange {
    /// What they sign in with.
    pub name: Option<String>,
    /// What others see.
    pub display_name: Option<String>,
    /// Whether they are kept out.
    pub disabled: Option<bool>,
}

impl Access {
    /// The user that a person of the directory is, whether or not they may sign in.
    ///
    /// Errors: [`AccessError::Db`].
    pub async fn user_being(
        &self,
        tx: &mut Tx,
        person_id: &str,
    ) -> Result<Option<User>, AccessError> {
        Ok(store::users::by_person(tx.connection(), person_id).await?)
    }

    /// Whether the provider may take over an account, rename it, or let its user in again: by a
    /// right that is its own for good any; else those that it has made and that have nothing.
    /// `made`: whether it has.
    ///
    /// Errors: as [`Self::permit_for_good`].
    pub async fn permit_provisioned(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        id: UserId,
        made: bool,
    ) -> Result<(), AccessError> {
        if made && !self.keeps_something(tx, id, self.now()).await? {
            return Ok(());
        }
        self.permit_for_good(caller, USER_PROVISION).await
    }

    /// Whether the provider may take somebody whom it has not brought for whom it tells of: while
    /// the administrators are separated nobody who has something, as whoever changes their number.
    ///
    /// Errors: [`AccessError::FoundAnew`].
    pub async fn permit_adopted(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        person_id: &str,
    ) -> Result<(), AccessError> {
        if store::generation::separation(tx.connection()).await?.is_none() {
            return Ok(());
        }
        self.permit_found_as(tx, caller, person_id, self.now()).await
    }

    /// Whether the user may sign in: no administrator, nor whoever brought them, keeps them out.
    ///
    /// Errors: [`AccessError::Db`].
    pub async fn may_sign_in(&self, id: UserId) -> Result<bool, AccessError> {
        let user = store::users::by_id(self.inner.db.reader(), id).await?;
        Ok(user.is_some_and(|user| !user.disabled))
    }

    /// Adds a user who is that person, without a password: they sign in by the provider, or once
    /// somebody has given them one.
    ///
    /// Errors: [`AccessError::Invalid`], [`AccessError::NameTaken`], [`AccessError::PersonTaken`].
    pub async fn provision_user(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (name, display_name): (&str, &str),
        person_id: &str,
    ) -> Result<User, AccessError> {
        let now = self.now();
        let name = self.free_name(tx, name, None).await?;
        if let Some(other) = store::users::by_person(tx.connection(), person_id).await? {
            return Err(AccessError::PersonTaken { name: other.name.as_str().to_owned() });
        }
        let user = User {
            id: Id::from_uuid(self.inner.ids.uuid(now)),
            display_name: shown(display_name, &name),
            name,
            person_id: Some(person_id.to_owned()),
            disabled: false,
            language: None,
            theme: Theme::default(),
            version: 1,
            created_at: now,
            last_sign_in_at: None,
        };
        let (hash, by) = (password_hash::NOBODY, PasswordBy::Owner);
        store::users::insert(tx.connection(), &user, hash, by).await?;
        let user_name = user.name.as_str().to_owned();
        let fact = UserCreated { user_id: user.id, user_name, first_run: false };
        let entry = Entry::new(caller, now, &fact).after(&UserSnapshot::from(&user));
        journal::append(tx, entry).await?;
        // The person may hold posts to which something is granted.
        self.refuse_gain(tx, caller, USER_PROVISION, now).await?;
        self.guard(tx, caller, now).await?;
        Ok(user)
    }

    /// Changes a user as their provider wants it. Who is kept out loses sessions and tokens; whom
    /// an administrator keeps out stays out.
    ///
    /// Errors: [`AccessError::UserNotFound`], [`AccessError::Invalid`],
    /// [`AccessError::NameTaken`], [`AccessError::LastAdministrator`].
    pub async fn change_provisioned(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        id: UserId,
        change: &ProvisionedChange,
    ) -> Result<User, AccessError> {
        let now = self.now();
        let before = store::users::by_id(tx.connection(), id).await?;
        let before = before.ok_or_else(|| AccessError::UserNotFound { key: id.to_string() })?;
        let display_name = change.display_name.as_deref().map(|text| shown(text, &before.name));
        let mut disabled = change.disabled;
        if disabled == Some(false) && store::provisioned::is_barred(tx.connection(), id).await? {
            disabled = None;
        }
        let wanted = UserChange { display_name, disabled, ..UserChange::default() };
        let mut decision = decide_change(&before, &wanted)?;
        if let Some(name) = &change.name
            && name != before.name.as_str()
        {
            let name = self.free_name(tx, name, Some(id)).await?;
            store::provisioned::rename(tx.connection(), id, &name).await?;
            decision.user.name = name;
            decision.user.version = before.version + 1;
            decision.changed.push("name");
        }
        if decision.changed.is_empty() {
            return Ok(before);
        }
        let kept = self.keepers(tx, now).await?;
        store::users::update(tx.connection(), &decision.user).await?;
        journal_change(tx, caller, now, &before, &decision).await?;
        if let Some(reason) = decision.sessions_end {
            self.end_sessions(tx, caller, now, &before, None, reason).await?;
        }
        if decision.tokens_end {
            revoke_tokens(tx, caller, now, &before, true).await?;
        }
        self.keep_the_house(tx, &kept, before.name.as_str(), now).await?;
        if before.disabled != decision.user.disabled {
            self.refuse_gain(tx, caller, USER_PROVISION, now).await?;
            self.guard(tx, caller, now).await?;
        }
        Ok(decision.user)
    }

    /// Errors: [`AccessError::Invalid`], [`AccessError::NameTaken`].
    async fn free_name(
        &self,
        tx: &mut Tx,
        name: &str,
        own: Option<UserId>,
    ) -> Result<UserName, AccessError> {
        let name = UserName::parse(name).map_err(|fault| AccessError::Invalid(vec![fault]))?;
        match store::users::by_name(tx.connection(), name.as_str()).await? {
            Some(other) if Some(other.id) != own => {
                Err(AccessError::NameTaken { name: other.name.as_str().to_owned() })
            }
            _ => Ok(name),
        }
    }
}

/// A display name of the length that we keep; the user's name where there is none.
fn shown(display_name: &str, name: &UserName) -> String {
    let shown: String = display_name.trim().chars().take(DISPLAY_CHARS_MAX).collect();
    if shown.is_empty() { name.as_str().to_owned() } else { shown }
}
