use db::Tx;
use kernel::{ActorKind, Caller, Time};

use super::{Access, note, permit};
use crate::{
    AccessError,
    model::{
        facts::SessionEnded,
        permission::{PROFILE_CHANGE, PROFILE_READ, SIGN_IN_READ},
        session::{Session, SessionId},
        token::Token,
        user::{EndReason, User, UserId},
    },
    store::{self, own::Begun},
};

/// Who the caller is, and by what they are known.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The user.
    pub user: User,
    /// Their session, when they came with a browser.
    pub session: Option<Session>,
    /// Their token, when they came with one.
    pub token: Option<Token>,
}

impl Access {
    /// Who the caller is.
    ///
    /// Errors: [`AccessError::NotAPerson`] for the system, the command line and strangers.
    pub async fn standing(&self, caller: &Caller) -> Result<Standing, AccessError> {
        permit(caller, SIGN_IN_READ)?;
        let user = self.own_user(caller).await?;
        let reader = self.inner.db.reader();
        let session = match &caller.session_id {
            Some(id) => store::sessions::by_id(reader, id).await?,
            None => None,
        };
        let token = match caller.actor.kind {
            ActorKind::Token => store::tokens::by_id(reader, &caller.actor.id).await?,
            _ => None,
        };
        Ok(Standing { user, session, token })
    }

    /// The caller's own live sessions, newest first.
    ///
    /// Errors: [`AccessError::NotAPerson`].
    pub async fn sessions(&self, caller: &Caller) -> Result<Vec<Session>, AccessError> {
        permit(caller, PROFILE_READ)?;
        let user_id = own_id(caller)?;
        let now = self.now();
        let mut sessions = store::sessions::of_user(self.inner.db.reader(), user_id).await?;
        sessions.retain(|session| self.session_limits().is_live(session, now));
        Ok(sessions)
    }

    /// Ends one of the caller's own sessions.
    ///
    /// Errors: [`AccessError::SessionNotFound`], also for sessions of others;
    /// [`AccessError::NotAPerson`].
    pub async fn end_session(&self, caller: &Caller, id: SessionId) -> Result<(), AccessError> {
        permit(caller, PROFILE_CHANGE)?;
        let user_id = own_id(caller)?;
        let mut tx = self.inner.db.begin().await?;
        let session = store::sessions::by_id(tx.connection(), &id.to_string()).await?;
        let session = session.filter(|session| session.user_id == user_id);
        let session = session.ok_or_else(|| AccessError::SessionNotFound { id: id.to_string() })?;
        let user = store::users::by_id(tx.connection(), user_id).await?;
        let user = user.ok_or(AccessError::NotAPerson)?;
        end(&mut tx, caller, self.now(), &user, &session, EndReason::EndedByOwner).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends all of the caller's own sessions, this one too.
    ///
    /// Errors: [`AccessError::NotAPerson`].
    pub async fn end_all_sessions(&self, caller: &Caller) -> Result<(), AccessError> {
        permit(caller, PROFILE_CHANGE)?;
        let user = self.own_user(caller).await?;
        let mut tx = self.inner.db.begin().await?;
        let reason = EndReason::SignedOutEverywhere;
        self.end_sessions(&mut tx, caller, self.now(), &user, None, reason).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends the sessions of `user` in `tx`, all but `kept`.
    pub(super) async fn end_sessions(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        user: &User,
        kept: Option<&str>,
        reason: EndReason,
    ) -> Result<(), AccessError> {
        for session in store::sessions::of_user(tx.connection(), user.id).await? {
            if kept != Some(session.id.to_string().as_str()) {
                end(tx, caller, now, user, &session, reason).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn own_user(&self, caller: &Caller) -> Result<User, AccessError> {
        let user = store::users::by_id(self.inner.db.reader(), own_id(caller)?).await?;
        user.ok_or(AccessError::NotAPerson)
    }
}

/// The user on whose behalf the caller acts.
pub(super) fn own_id(caller: &Caller) -> Result<UserId, AccessError> {
    let id = caller.user_id.as_deref().and_then(|id| id.parse().ok());
    id.ok_or(AccessError::NotAPerson)
}

/// The user and the session of a caller who came with a browser.
pub(super) fn own_session(caller: &Caller) -> Result<(UserId, &str), AccessError> {
    let session = caller.session_id.as_deref().ok_or(AccessError::NotAPerson)?;
    Ok((own_id(caller)?, session))
}

/// Whether the caller came by a session that the user alone has begun.
pub(super) async fn in_own_session(tx: &mut Tx, caller: &Caller) -> Result<bool, AccessError> {
    let session = caller.session_id.as_deref().and_then(|id| id.parse().ok());
    match session {
        Some(session) => Ok(store::own::is_own(tx.connection(), Begun::Session(session)).await?),
        None => Ok(false),
    }
}

/// Ends a session in `tx`.
pub(super) async fn end(
    tx: &mut Tx,
    caller: &Caller,
    now: Time,
    user: &User,
    session: &Session,
    reason: EndReason,
) -> Result<(), AccessError> {
    store::sessions::remove(tx.connection(), session.id).await?;
    let user_name = user.name.as_str().to_owned();
    let fact = SessionEnded { session_id: session.id, user_id: user.id, user_name, reason };
    note(tx, caller, now, &fact).await
}
