use kernel::{Actor, ActorKind, Caller, Grant, Time};

use super::Access;
use crate::{
    AccessError,
    model::{
        permission::USER_READ,
        secret::{self, Secret},
        session::{Session, SessionId},
        token::{Token, TokenId, parse_token},
        user::User,
    },
    store::{self, users::NameOf},
};

/// Actors of one name that are found at most, of users and tokens each.
const ACTORS_MAX: u32 = 500;

/// What a session's cookie turned out to be.
pub(crate) enum Recognised {
    /// A live session's.
    Live(Caller),
    /// One of a session that is over, or that never was.
    Ended,
}

/// When whoever is recognised was heard from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// By a request that comes now: their session or token is in use.
    Now,
    /// By one that came before and is still being answered.
    Before,
}

impl Access {
    /// Whose the token `text` is.
    ///
    /// Errors: [`AccessError::TokenUnknown`], [`AccessError::TokenRevoked`],
    /// [`AccessError::TokenExpired`].
    pub(crate) async fn recognise_token(
        &self,
        text: &str,
        heard: Heard,
    ) -> Result<Caller, AccessError> {
        let secret = parse_token(text).ok_or(AccessError::TokenUnknown)?;
        // Who it is is asked each time: a revocation counts from the moment it is committed.
        let reader = self.inner.db.reader();
        let found = store::tokens::recognise(reader, &secret.hash()).await?;
        let (token, user, generation) = found.ok_or(AccessError::TokenUnknown)?;
        let now = self.now();
        if token.revoked_at.is_some() {
            return Err(AccessError::TokenRevoked);
        }
        if now >= token.expires_at {
            return Err(AccessError::TokenExpired);
        }
        if user.disabled {
            return Err(AccessError::TokenRevoked);
        }
        let held = self.rights_of_token(&token, &user, generation).await?;
        if heard == Heard::Now && token.wants_touch(now) {
            self.touch(Touched::Token(token.id), now).await;
        }
        Ok(token_caller(&token, &user, Grant::Held(held)))
    }

    /// Whose the session with this cookie is. A session outlives neither its limits nor its user.
    pub(crate) async fn recognise_session(
        &self,
        cookie: &str,
        heard: Heard,
    ) -> Result<Recognised, AccessError> {
        let Some(secret) = Secret::parse(cookie) else { return Ok(Recognised::Ended) };
        let reader = self.inner.db.reader();
        let found = store::sessions::recognise(reader, &secret.hash()).await?;
        let Some(found) = found else { return Ok(Recognised::Ended) };
        let store::sessions::Found { session, user, generation, proofs } = found;
        let now = self.now();
        if user.disabled || !self.session_limits().is_live(&session, now) {
            return Ok(Recognised::Ended);
        }
        let grant = self.grant_of_session(&user, generation, proofs).await?;
        if heard == Heard::Now && session.wants_touch(now) {
            self.touch(Touched::Session(session.id), now).await;
        }
        Ok(Recognised::Live(session_caller(&session, &user, grant)))
    }

    /// The user as a caller who asks for nothing at the moment, with what they hold now: for what
    /// they said should be done later. None when there is no such user, or they are disabled.
    ///
    /// Errors: database faults.
    pub async fn author(&self, user_id: &str) -> Result<Option<Caller>, AccessError> {
        let Ok(id) = user_id.parse() else { return Ok(None) };
        let reader = self.inner.db.reader();
        let Some(user) = store::users::by_id(reader, id).await? else { return Ok(None) };
        if user.disabled {
            return Ok(None);
        }
        let generation = store::generation::read(reader).await?;
        let held = self.entitled(&user, generation).await?.held;
        let (id, name) = (user.id.to_string(), user.name.as_str().to_owned());
        Ok(Some(Caller {
            user_id: Some(id.clone()),
            actor: Actor { kind: ActorKind::Person, id, name },
            grant: Grant::Held(held),
            session_id: None,
            request_id: String::new(),
            source: String::new(),
        }))
    }

    /// What the user is called, disabled or not; none when there is no such user.
    ///
    /// Errors: database faults.
    pub async fn user_name(&self, user_id: &str) -> Result<Option<String>, AccessError> {
        let Ok(id) = user_id.parse() else { return Ok(None) };
        let user = store::users::by_id(self.inner.db.reader(), id).await?;
        Ok(user.map(|user| user.name.as_str().to_owned()))
    }

    /// The ids of all tokens that the user ever had: what was done by them is the user's doing.
    ///
    /// Errors: database faults.
    pub async fn tokens_ever_of(&self, user_id: &str) -> Result<Vec<String>, AccessError> {
        Ok(store::tokens::ids_of_user(self.inner.db.reader(), user_id).await?)
    }

    /// The ids of users and tokens whose name has `text` in it, in any case; those of users also by
    /// what they are called if `caller` may read users.
    ///
    /// Errors: database faults.
    pub async fn actors_called(
        &self,
        caller: &Caller,
        text: &str,
    ) -> Result<Vec<String>, AccessError> {
        let reader = self.inner.db.reader();
        let by =
            if caller.may_everywhere(USER_READ) { NameOf::UserAndPerson } else { NameOf::User };
        let mut ids = store::users::ids_called(reader, text, by, ACTORS_MAX).await?;
        ids.extend(store::tokens::ids_called(reader, text, ACTORS_MAX).await?);
        Ok(ids)
    }

    /// Keeps that a session or token was used. A disk that is full keeps nobody from reading.
    async fn touch(&self, touched: Touched, now: Time) {
        let kept: Result<(), AccessError> = async {
            let mut tx = self.inner.db.begin().await?;
            match touched {
                Touched::Session(id) => store::sessions::touch(tx.connection(), id, now).await?,
                Touched::Token(id) => store::tokens::touch(tx.connection(), id, now).await?,
            }
            Ok(tx.commit().await?)
        }
        .await;
        if let Err(error) = kept {
            tracing::warn!("failed to keep when a session or token was last used: {error}");
        }
    }
}

enum Touched {
    Session(SessionId),
    Token(TokenId),
}

/// Whether `given` is the CSRF token that goes with this cookie.
pub(crate) fn is_csrf_token(cookie: &str, given: &str) -> bool {
    Secret::parse(cookie).is_some_and(|secret| secret::is_same(&secret.csrf_token(), given))
}

fn session_caller(session: &Session, user: &User, grant: Grant) -> Caller {
    let (id, name) = (user.id.to_string(), user.name.as_str().to_owned());
    Caller {
        user_id: Some(id.clone()),
        actor: Actor { kind: ActorKind::Person, id, name },
        grant,
        session_id: Some(session.id.to_string()),
        request_id: String::new(),
        source: String::new(),
    }
}

fn token_caller(token: &Token, user: &User, grant: Grant) -> Caller {
    let name = format!("{}/{}", user.name.as_str(), token.name);
    Caller {
        actor: Actor { kind: ActorKind::Token, id: token.id.to_string(), name },
        grant,
        user_id: Some(user.id.to_string()),
        session_id: None,
        request_id: String::new(),
        source: String::new(),
    }
}
