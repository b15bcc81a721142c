use db::Tx;
use kernel::{Actor, ActorKind, Caller, Id, Time};

use super::{
    Access, attempts::Counted, elsewhere::Elsewhere, hashing::Verdict, note,
    second_step::SecondStep,
};
use crate::{
    AccessError,
    model::{
        facts::{SessionEnded, UserSignedIn, UserSignedOut},
        password::Password,
        password_hash,
        provider::ProviderId,
        secret::{self, Secret},
        session::{SESSIONS_MAX, Session, shorten_user_agent},
        user::{EndReason, User, UserId, fold},
    },
    store::{self, own::Begun},
};

/// Somebody who has just signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// The session that began.
    pub session: Session,
    /// Its secret, for the cookie; it is not kept here.
    pub secret: Secret,
}

/// What the right name and password lead to.
#[derive(Debug, Clone)]
pub enum FirstStep {
    /// A session.
    SignedIn(Box<SignedIn>),
    /// A second step, since the user has a second factor.
    SecondFactor(SecondStep),
}

/// How somebody came in.
#[derive(Debug, Clone, Default)]
pub(super) struct Came {
    /// What people call the provider or the directory that vouched for them, if one did.
    pub(super) vouched_by: Option<String>,
    /// Whether the way is their own: the password that is kept here, or what they added or linked
    /// themselves.
    pub(super) own: bool,
    /// The provider among those that vouch.
    pub(super) provider_id: Option<ProviderId>,
}

impl Came {
    /// By what only the user themselves can have.
    pub(super) fn by_themselves() -> Self {
        Self { own: true, ..Self::default() }
    }
}

/// A password to compare.
pub(super) struct Attempt {
    pub(super) counted: Counted,
    /// Who it may be, and what their password is compared with.
    pub(super) user: Option<(User, String)>,
}

impl Access {
    /// Signs somebody in by name and password, or begins to where there is a second factor.
    ///
    /// Whether there is such a user shows neither in the answer nor in its time. The attempt is
    /// counted before the password is compared, so that many at once count as many.
    ///
    /// Errors: [`AccessError::WrongCredentials`], [`AccessError::LockedOut`],
    /// [`AccessError::Busy`].
    pub async fn sign_in(
        &self,
        caller: &Caller,
        name: &str,
        password: &Password,
        user_agent: &str,
    ) -> Result<FirstStep, AccessError> {
        let (mut tx, user, vouched_by) = self.check_password(caller, name, password).await?;
        let now = self.now();
        let came = Came { own: vouched_by.is_none(), vouched_by, provider_id: None };
        let step = match self.await_second_step(&mut tx, now, &user, &came).await? {
            Some(second) => FirstStep::SecondFactor(second),
            None => {
                let begun = self.begin_session(&mut tx, caller, now, user, user_agent, came);
                FirstStep::SignedIn(Box::new(begun.await?))
            }
        };
        tx.commit().await?;
        Ok(step)
    }

    /// Ends the caller's own session; tells by which provider it began, if by one.
    ///
    /// Errors: [`AccessError::NotAPerson`] when they have none.
    pub(super) async fn end_own_session(
        &self,
        caller: &Caller,
    ) -> Result<Option<(UserId, ProviderId)>, AccessError> {
        let (user_id, session_id) = super::sessions::own_session(caller)?;
        let mut tx = self.inner.db.begin().await?;
        let session = store::sessions::by_id(tx.connection(), session_id).await?;
        let Some(session) = session.filter(|session| session.user_id == user_id) else {
            // Ended in the meantime: what was wanted is so.
            return Ok(None);
        };
        let provider_id = store::sessions::provider_of(tx.connection(), session.id).await?;
        store::sessions::remove(tx.connection(), session.id).await?;
        let fact = UserSignedOut {
            user_id,
            user_name: caller.actor.name.clone(),
            session_id: session.id.to_string(),
        };
        note(&mut tx, caller, self.now(), &fact).await?;
        tx.commit().await?;
        Ok(provider_id.map(|provider_id| (user_id, provider_id)))
    }

    /// Compares a password, here or in the directory by which somebody signs in. On success the
    /// change in which the failures were forgotten is still open, for what the password was asked
    /// for; and which directory vouched for them, if one did.
    ///
    /// Errors: [`AccessError::WrongCredentials`], [`AccessError::LockedOut`],
    /// [`AccessError::Busy`]; [`AccessError::Vouching`] when a directory is away, or somebody is
    /// not let in.
    pub(super) async fn check_password(
        &self,
        caller: &Caller,
        name: &str,
        password: &Password,
    ) -> Result<(Tx, User, Option<String>), AccessError> {
        let (attempt, verdict) = self.compare(caller, name, password).await?;
        if !verdict.is_match {
            match self.elsewhere(&attempt).await? {
                Elsewhere::Nothing => {}
                Elsewhere::Everything => {
                    return self.check_elsewhere(caller, &attempt, name, password).await;
                }
                Elsewhere::Feigned => {
                    return self.refuse_alike(caller, &attempt, name, password).await;
                }
            }
        }
        let (tx, user) = self.conclude(caller, &attempt, &verdict, name).await?;
        Ok((tx, user, None))
    }

    /// The same, for a password that is kept here and counts alone.
    pub(super) async fn check_own_password(
        &self,
        caller: &Caller,
        name: &str,
        password: &Password,
    ) -> Result<(Tx, User), AccessError> {
        let (attempt, verdict) = self.compare(caller, name, password).await?;
        self.conclude(caller, &attempt, &verdict, name).await
    }

    async fn compare(
        &self,
        caller: &Caller,
        name: &str,
        password: &Password,
    ) -> Result<(Attempt, Verdict), AccessError> {
        let seat = self.inner.hasher.seat()?;
        let attempt = self.admit(caller, name).await?;
        let stored = match &attempt.user {
            // Who has no password of their own takes as long as nobody.
            Some((_, hash)) if !password_hash::is_nobodys(hash) => hash.clone(),
            _ => password_hash::NOBODY.to_owned(),
        };
        let verdict = self.inner.hasher.compare(&seat, password, stored, self.salt()).await?;
        Ok((attempt, verdict))
    }

    async fn conclude(
        &self,
        caller: &Caller,
        attempt: &Attempt,
        verdict: &Verdict,
        name: &str,
    ) -> Result<(Tx, User), AccessError> {
        let mut tx = self.inner.db.begin().await?;
        let Some(user) = still_the_same(&mut tx, attempt, verdict).await? else {
            let user = attempt.user.as_ref().map(|(user, _)| user);
            attempt.counted.fail(&mut tx, caller, self.now(), name, user).await?;
            tx.commit().await?;
            return Err(AccessError::WrongCredentials);
        };
        attempt.counted.succeed(&mut tx).await?;
        if let Some(renewed) = &verdict.renewed {
            store::users::update_hash(tx.connection(), user.id, renewed).await?;
        }
        Ok((tx, user))
    }

    /// Counts an attempt, and finds whose it may be.
    pub(super) async fn admit(&self, caller: &Caller, name: &str) -> Result<Attempt, AccessError> {
        let now = self.now();
        // Hashed, because a password typed into the wrong field must not be stored.
        let account = format!("account:{}", secret::digest(&fold(name)));
        let mut tx = self.inner.db.begin().await?;
        let counted = Counted::admit(&mut tx, caller, now, account).await?;
        let user = match store::users::by_name(tx.connection(), name).await? {
            Some(user) => {
                let hash = store::users::password_hash(tx.connection(), user.id).await?;
                Some((user, hash))
            }
            None => None,
        };
        tx.commit().await?;
        Ok(Attempt { counted, user })
    }

    /// Begins a session of `user` in `tx`, in place of the one the browser may have had.
    pub(super) async fn begin_session(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        mut user: User,
        user_agent: &str,
        came: Came,
    ) -> Result<SignedIn, AccessError> {
        let secret = Secret::new(self.inner.ids.as_ref());
        let session = Session {
            id: Id::from_uuid(self.inner.ids.uuid(now)),
            user_id: user.id,
            created_at: now,
            last_seen_at: now,
            source: caller.source.clone(),
            user_agent: shorten_user_agent(user_agent),
        };
        store::sessions::purge(tx.connection(), self.session_limits(), now).await?;
        let signed_in_caller = Caller {
            actor: Actor {
                kind: ActorKind::Person,
                id: user.id.to_string(),
                name: user.name.as_str().to_owned(),
            },
            user_id: Some(user.id.to_string()),
            session_id: Some(session.id.to_string()),
            ..caller.clone()
        };
        make_room(tx, &signed_in_caller, now, &user, caller.session_id.as_deref()).await?;
        let by = came.provider_id;
        store::sessions::insert(tx.connection(), &session, &secret.hash(), by).await?;
        if came.own && store::own::is_owners(tx.connection(), user.id).await? {
            store::own::mark(tx.connection(), Begun::Session(session.id)).await?;
        }
        user.last_sign_in_at = Some(now);
        store::users::update(tx.connection(), &user).await?;
        let fact = UserSignedIn::new(&user, &session, came.vouched_by);
        note(tx, &signed_in_caller, now, &fact).await?;
        Ok(SignedIn { user, session, secret })
    }
}

/// The user, if the password is right and nothing changed while it was compared.
async fn still_the_same(
    tx: &mut Tx,
    attempt: &Attempt,
    verdict: &Verdict,
) -> Result<Option<User>, AccessError> {
    let Some((user, hash)) = &attempt.user else { return Ok(None) };
    let now_stored = store::users::password_hash(tx.connection(), user.id).await?;
    let user = store::users::by_id(tx.connection(), user.id).await?;
    Ok(user.filter(|user| verdict.is_match && !user.disabled && now_stored == *hash))
}

/// Ends the session that the same browser had, and the oldest ones of a user with too many.
async fn make_room(
    tx: &mut Tx,
    caller: &Caller,
    now: Time,
    user: &User,
    replaced: Option<&str>,
) -> Result<(), AccessError> {
    let mut ending = Vec::new();
    if let Some(replaced) = replaced {
        let replaced = store::sessions::by_id(tx.connection(), replaced).await?;
        ending.extend(replaced.map(|session| (session, EndReason::Replaced)));
    }
    let sessions = store::sessions::of_user(tx.connection(), user.id).await?;
    let too_many = sessions.into_iter().skip(SESSIONS_MAX as usize - 1);
    ending.extend(too_many.map(|session| (session, EndReason::TooMany)));
    for (session, reason) in ending {
        store::sessions::remove(tx.connection(), session.id).await?;
        let owner = store::users::by_id(tx.connection(), session.user_id).await?;
        let user_name = owner.map_or_else(String::new, |owner| owner.name.as_str().to_owned());
        let fact =
            SessionEnded { session_id: session.id, user_id: session.user_id, user_name, reason };
        note(tx, caller, now, &fact).await?;
    }
    Ok(())
}
