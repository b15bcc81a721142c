use db::Tx;
use http_kit::{Hit, SearchFuture, SearchSource};
use journal::Entry;
use kernel::{ActorKind, Caller, FieldFault, Id, Page, PageOf, Text, Time};

use super::{Access, grants::From, note, permit_everywhere};
use crate::{
    AccessError,
    model::{
        facts::{
            TokenRevoked, TokenSnapshot, UserChanged, UserCreated, UserPasswordChanged,
            UserSnapshot,
        },
        grant::{NewGrant, reason_fault},
        password_hash,
        permission::{USER_CHANGE, USER_READ},
        token::Token,
        user::{
            Decision, EndReason, NewUser, PasswordBy, Theme, User, UserChange, UserId, UserName,
            decide_change,
        },
    },
    store,
};

/// Why a role without a duty is granted, where nobody said.
const GIVEN_WITH_USER: &str = "given with the user";

/// A user whose fields were checked and whose password is hashed.
pub(super) struct PreparedUser {
    name: UserName,
    display_name: String,
    role: Option<String>,
    /// Why they get the role.
    reason: String,
    person_id: Option<String>,
    /// Empty when they have none.
    password_hash: String,
}

impl Access {
    /// Adds a user, with a role over everything if one is named; that needs the permission to
    /// grant too, and a reason where the role carries one of the three duties.
    ///
    /// A password that it gives is known to the caller too: the user must change it before
    /// anything else. While the administrators are separated it gives none.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::Invalid`], [`AccessError::NameTaken`],
    /// [`AccessError::PersonTaken`]; [`AccessError::OthersDuty`]; as [`Self::refuse_gain`] for a
    /// person who holds posts to which something is granted.
    pub async fn create_user(
        &self,
        caller: &Caller,
        wanted: &NewUser,
    ) -> Result<User, AccessError> {
        permit_everywhere(caller, USER_CHANGE)?;
        if wanted.role.is_some() {
            self.permit_giving(caller).await?;
        }
        let reason = self.reason_wrong(wanted).await?;
        if let Some(fault) = reason {
            let others = wanted.checked().err();
            return Err(with_faults(others, fault));
        }
        let prepared = self.prepare_user(wanted).await?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        if store::users::by_name(tx.connection(), prepared.name.as_str()).await?.is_some() {
            return Err(AccessError::NameTaken { name: prepared.name.as_str().to_owned() });
        }
        if wanted.password.is_some() {
            self.refuse_others_password(&mut tx, caller, (None, &wanted.name), now).await?;
        }
        let user = self.add_user(&mut tx, caller, now, prepared, false).await?;
        if let Some(person) = &user.person_id {
            // They who set the password come in as the person, and so do others whom they tell it.
            if wanted.password.is_some() {
                self.refuse_others_person(&mut tx, caller, &user, now).await?;
                self.refuse_posts_of_others(&mut tx, caller, person, now).await?;
            }
            // The person may hold posts to which something is granted.
            self.refuse_gain(&mut tx, caller, USER_CHANGE, now).await?;
        }
        tx.commit().await?;
        Ok(user)
    }

    /// Changes the user that is at `version`. What their sessions and tokens could do before,
    /// they cannot do any more once this returns.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::UserNotFound`], [`AccessError::Stale`],
    /// [`AccessError::Invalid`], [`AccessError::LastAdministrator`], [`AccessError::PersonTaken`];
    /// as [`Self::refuse_others_password`], [`Self::refuse_others_person`] and
    /// [`Self::refuse_gain`].
    pub async fn change_user(
        &self,
        caller: &Caller,
        id: UserId,
        version: i64,
        change: &UserChange,
    ) -> Result<User, AccessError> {
        permit_everywhere(caller, USER_CHANGE)?;
        // Read once before, so that nothing is hashed for a change that is refused anyway.
        self.decide_change(caller, id, version, change).await?;
        let mut hash = None;
        if let Some(password) = &change.password {
            let seat = self.inner.hasher.seat()?;
            hash = Some(self.inner.hasher.hash(&seat, password, self.salt()).await?);
        }
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let before = store::users::by_id(tx.connection(), id).await?;
        let before = before.ok_or_else(|| not_found(id))?;
        let decision = decide_at(&before, version, change)?;
        if hash.is_some() {
            let whose = (Some(id), before.name.as_str());
            self.refuse_others_password(&mut tx, caller, whose, now).await?;
        }
        let kept = self.keepers(&mut tx, now).await?;
        self.check_person(&mut tx, &decision.user).await?;
        store::users::update(tx.connection(), &decision.user).await?;
        // Of who is kept out by their provider, too: then an administrator keeps them out.
        let is_said = change.disabled == Some(true) && caller.actor.kind != ActorKind::System;
        if is_said || before.disabled != decision.user.disabled {
            // What the server does by itself, of those who have left, is nobody's decision.
            let barred = decision.user.disabled && caller.actor.kind != ActorKind::System;
            store::provisioned::bar(tx.connection(), id, barred).await?;
        }
        if let Some(hash) = &hash {
            self.set_password(&mut tx, caller, now, &before, hash).await?;
        }
        journal_change(&mut tx, caller, now, &before, &decision).await?;
        if let Some(reason) = decision.sessions_end {
            self.end_sessions(&mut tx, caller, now, &before, None, reason).await?;
        }
        if decision.tokens_end {
            revoke_tokens(&mut tx, caller, now, &before, true).await?;
        }
        self.keep_the_house(&mut tx, &kept, before.name.as_str(), now).await?;
        if before.person_id != decision.user.person_id {
            self.refuse_others_person(&mut tx, caller, &decision.user, now).await?;
        }
        if before.person_id != decision.user.person_id || before.disabled != decision.user.disabled
        {
            self.refuse_gain(&mut tx, caller, USER_CHANGE, now).await?;
            self.guard(&mut tx, caller, now).await?;
        }
        tx.commit().await?;
        Ok(decision.user)
    }

    /// Sets a password in `tx`. Of what is there it is not known from then on that its owner alone
    /// began it. While the administrators are separated, the first one, and one for who has a
    /// duty, begins the account anew: only its owner is to come in from then on.
    async fn set_password(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        user: &User,
        hash: &str,
    ) -> Result<(), AccessError> {
        let separated = store::generation::separation(tx.connection()).await?.is_some();
        let stored = store::users::password_hash(tx.connection(), user.id).await?;
        if separated && password_hash::is_nobodys(&stored) {
            let reason = EndReason::PasswordChanged;
            self.end_by_word(tx, caller, now, user, reason).await?;
        }
        let by = password_by(caller, Some(user.id));
        store::users::set_password(tx.connection(), user.id, hash, by).await?;
        if caller.user_id.as_deref() != Some(user.id.to_string().as_str()) {
            store::own::disown(tx.connection(), user.id).await?;
            if self.is_administrator(tx, user.id, now).await? {
                self.end_others_doing(tx, caller, now, user).await?;
            }
        }
        store::generation::bump(tx.connection()).await?;
        let user_name = user.name.as_str().to_owned();
        note(tx, caller, now, &UserPasswordChanged { user_id: user.id, user_name }).await
    }

    /// Ends all sessions of a user. Their tokens go on.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::UserNotFound`].
    pub async fn sign_out_user(&self, caller: &Caller, id: UserId) -> Result<(), AccessError> {
        permit_everywhere(caller, USER_CHANGE)?;
        let mut tx = self.inner.db.begin().await?;
        let user = store::users::by_id(tx.connection(), id).await?;
        let user = user.ok_or_else(|| not_found(id))?;
        let reason = EndReason::SignedOutByAdministrator;
        self.end_sessions(&mut tx, caller, self.now(), &user, None, reason).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The user with that id.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::UserNotFound`].
    pub async fn user(&self, caller: &Caller, id: UserId) -> Result<User, AccessError> {
        permit_everywhere(caller, USER_READ)?;
        let user = store::users::by_id(self.inner.db.reader(), id).await?;
        user.ok_or_else(|| not_found(id))
    }

    /// The user of that name, in any case: for the command line.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::UserNotFound`].
    pub async fn user_called(&self, caller: &Caller, name: &str) -> Result<User, AccessError> {
        permit_everywhere(caller, USER_READ)?;
        let user = store::users::by_name(self.inner.db.reader(), name).await?;
        user.ok_or_else(|| AccessError::UserNotFound { key: name.chars().take(64).collect() })
    }

    /// A page of users, by name.
    ///
    /// Errors: [`AccessError::Forbidden`].
    pub async fn users(&self, caller: &Caller, page: &Page) -> Result<PageOf<User>, AccessError> {
        permit_everywhere(caller, USER_READ)?;
        Ok(store::users::list(self.inner.db.reader(), page).await?)
    }

    /// Checks and hashes; nothing is written yet and no transaction is held meanwhile.
    pub(super) async fn prepare_user(&self, wanted: &NewUser) -> Result<PreparedUser, AccessError> {
        let (name, display_name) = wanted.checked()?;
        let password_hash = match &wanted.password {
            Some(password) => {
                let seat = self.inner.hasher.seat()?;
                self.inner.hasher.hash(&seat, password, self.salt()).await?
            }
            None => String::new(),
        };
        let (role, person_id) = (wanted.role.clone(), wanted.person_id.clone());
        let reason = wanted.reason.as_deref().unwrap_or(GIVEN_WITH_USER).to_owned();
        Ok(PreparedUser { name, display_name, role, reason, person_id, password_hash })
    }

    /// What is wrong with the reason for the role that a new user is to get: one of the three
    /// duties is given with a reason, as by any other grant.
    async fn reason_wrong(&self, wanted: &NewUser) -> Result<Option<FieldFault>, AccessError> {
        let Some(role) = &wanted.role else {
            let expected = Text::new("a reason only beside a role", "仅在同时指定角色时填写原因");
            let needless = |reason: &String| FieldFault::new("reason", reason, expected);
            return Ok(wanted.reason.as_ref().map(needless));
        };
        if let Some(reason) = &wanted.reason {
            return Ok(reason_fault("reason", reason));
        }
        let role = store::roles::by_name(self.inner.db.reader(), role).await?;
        let carries_duty = role.is_some_and(|role| !role.duties().is_empty());
        Ok(if carries_duty { reason_fault("reason", "") } else { None })
    }

    pub(super) async fn add_user(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        prepared: PreparedUser,
        first_run: bool,
    ) -> Result<User, AccessError> {
        let user = User {
            id: Id::from_uuid(self.inner.ids.uuid(now)),
            name: prepared.name,
            display_name: prepared.display_name,
            person_id: prepared.person_id,
            disabled: false,
            language: None,
            theme: Theme::default(),
            version: 1,
            created_at: now,
            last_sign_in_at: None,
        };
        self.check_person(tx, &user).await?;
        let by = match first_run || prepared.password_hash.is_empty() {
            true => PasswordBy::Owner,
            false => password_by(caller, None),
        };
        store::users::insert(tx.connection(), &user, &prepared.password_hash, by).await?;
        let user_name = user.name.as_str().to_owned();
        let fact = UserCreated { user_id: user.id, user_name, first_run };
        let entry = Entry::new(caller, now, &fact).after(&UserSnapshot::from(&user));
        journal::append(tx, entry).await?;
        if let Some(role) = &prepared.role {
            let wanted = NewGrant::everything(user.id, role, &prepared.reason);
            let from = From::Granted(Vec::new());
            self.add_grant(tx, caller, now, &wanted, from).await?;
        }
        self.guard(tx, caller, now).await?;
        Ok(user)
    }

    /// No person of the directory has two users: what they hold could not be seen together.
    pub(super) async fn check_person(&self, tx: &mut Tx, user: &User) -> Result<(), AccessError> {
        let Some(person) = &user.person_id else { return Ok(()) };
        if !self.chart().await?.has_person(person).await? {
            let expected = Text::new("a person of the directory", "组织目录中的人员");
            let fault = FieldFault::new("person_id", person, expected);
            return Err(AccessError::Invalid(vec![fault]));
        }
        match store::users::by_person(tx.connection(), person).await? {
            Some(other) if other.id != user.id => {
                Err(AccessError::PersonTaken { name: other.name.as_str().to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// 128 random bits: a password's salt (RFC 9106 3.1).
    pub(super) fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        salt.copy_from_slice(&self.inner.ids.secret()[..16]);
        salt
    }

    async fn decide_change(
        &self,
        caller: &Caller,
        id: UserId,
        version: i64,
        change: &UserChange,
    ) -> Result<(), AccessError> {
        let user = self.user(caller, id).await?;
        decide_at(&user, version, change).map(|_| ())
    }
}

impl SearchSource for Access {
    fn search<'a>(&'a self, caller: &'a Caller, text: &'a str, limit: u32) -> SearchFuture<'a> {
        Box::pin(async move {
            if !caller.may_everywhere(USER_READ) {
                return Ok(Vec::new());
            }
            let users = store::users::search(self.inner.db.reader(), text, "", limit).await;
            let hits = users.map_err(AccessError::from)?.into_iter().map(|user| Hit {
                r#type: "user".to_owned(),
                id: user.id.to_string(),
                title: Text::same(user.name.as_str()),
                subtitle: Text::same(user.display_name),
            });
            Ok(hits.collect())
        })
    }
}

pub(super) async fn journal_change(
    tx: &mut Tx,
    caller: &Caller,
    now: Time,
    before: &User,
    decision: &Decision,
) -> Result<(), AccessError> {
    if decision.changed.is_empty() {
        return Ok(());
    }
    let fact = UserChanged {
        user_id: before.id,
        user_name: before.name.as_str().to_owned(),
        changed: decision.changed.clone(),
    };
    let entry = Entry::new(caller, now, &fact)
        .before(&UserSnapshot::from(before))
        .after(&UserSnapshot::from(&decision.user));
    journal::append(tx, entry).await?;
    Ok(())
}

pub(super) fn decide_at(
    user: &User,
    version: i64,
    change: &UserChange,
) -> Result<Decision, AccessError> {
    if user.version != version {
        return Err(AccessError::Stale);
    }
    decide_change(user, change)
}

pub(super) async fn revoke_tokens(
    tx: &mut Tx,
    caller: &Caller,
    now: Time,
    user: &User,
    user_disabled: bool,
) -> Result<(), AccessError> {
    for before in store::tokens::live_of_user(tx.connection(), user.id, now).await? {
        revoke_token(tx, caller, now, user, &before, user_disabled).await?;
    }
    Ok(())
}

/// Takes back a token of `user` in `tx`.
pub(super) async fn revoke_token(
    tx: &mut Tx,
    caller: &Caller,
    now: Time,
    user: &User,
    before: &Token,
    user_disabled: bool,
) -> Result<(), AccessError> {
    store::tokens::revoke(tx.connection(), before.id, now).await?;
    let after = Token { revoked_at: Some(now), ..before.clone() };
    let fact = TokenRevoked {
        token_id: before.id,
        token_name: before.name.clone(),
        user_id: user.id,
        user_name: user.name.as_str().to_owned(),
        user_disabled,
    };
    let entry = Entry::new(caller, now, &fact)
        .before(&TokenSnapshot::from(before))
        .after(&TokenSnapshot::from(&after));
    journal::append(tx, entry).await?;
    Ok(())
}

/// Who a password is set by, when `caller` sets that of `user`; of a new one when none.
fn password_by(caller: &Caller, user: Option<UserId>) -> PasswordBy {
    let own = user.is_some_and(|id| caller.user_id.as_deref() == Some(id.to_string().as_str()));
    match own || caller.actor.kind == ActorKind::Console {
        true => PasswordBy::Owner,
        false => PasswordBy::Another,
    }
}

/// The refusal of other fields, if they were refused, and of this one.
fn with_faults(others: Option<AccessError>, fault: FieldFault) -> AccessError {
    match others {
        Some(AccessError::Invalid(mut wrong)) => {
            wrong.push(fault);
            AccessError::Invalid(wrong)
        }
        Some(other) => other,
        None => AccessError::Invalid(vec![fault]),
    }
}

fn not_found(id: UserId) -> AccessError {
    AccessError::UserNotFound { key: id.to_string() }
}
