//! What of an account its owner alone has begun, as far as that can be told.

use sqlx::{Any, AnyConnection, Executor};

use crate::model::{
    passkey::PasskeyId, password_hash, session::SessionId, token::TokenId, user::UserId,
};

const IS_OWNERS: &str = "
    SELECT COUNT(*)
    FROM access_user u
    WHERE u.id = $1 AND u.password_hash <> '' AND u.password_hash <> $2 AND u.password_given = 0
        AND NOT EXISTS (SELECT 1 FROM access_identity i WHERE i.user_id = u.id AND i.own = 0)";

const IS_OWN_SESSION: &str = "SELECT COUNT(*) FROM access_session WHERE id = $1 AND own = 1";
const IS_OWN_TOKEN: &str = "SELECT COUNT(*) FROM access_token WHERE id = $1 AND own = 1";
const IS_OWN_PASSKEY: &str = "SELECT COUNT(*) FROM access_passkey WHERE id = $1 AND own = 1";

const OWN_SESSION: &str = "UPDATE access_session SET own = 1 WHERE id = $1";
const OWN_TOKEN: &str = "UPDATE access_token SET own = 1 WHERE id = $1";
const OWN_PASSKEY: &str = "UPDATE access_passkey SET own = 1 WHERE id = $1";

const DISOWN_TOKENS: &str = "UPDATE access_token SET own = 0 WHERE user_id = $1";
const DISOWN_PASSKEYS: &str = "UPDATE access_passkey SET own = 0 WHERE user_id = $1";
const DISOWN_LINKS: &str = "UPDATE access_identity SET own = 2 WHERE user_id = $1 AND own = 1";
const LED_ELSEWHERE: &str = "UPDATE access_identity SET own = 2 WHERE authority = $1 AND own = 1";

/// What is begun in the name of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begun {
    Session(SessionId),
    Token(TokenId),
    Passkey(PasskeyId),
}

impl Begun {
    fn id(self) -> String {
        match self {
            Self::Session(id) => id.to_string(),
            Self::Token(id) => id.to_string(),
            Self::Passkey(id) => id.to_string(),
        }
    }
}

/// Whether a user's own password here lets in themselves alone: nobody else has set it, and no
/// link that somebody else made leads into the account.
pub(crate) async fn is_owners(
    connection: &mut AnyConnection,
    user: UserId,
) -> Result<bool, sqlx::Error> {
    let query = sqlx::query_scalar(IS_OWNERS).bind(user.to_string()).bind(password_hash::NOBODY);
    let found: i64 = query.fetch_one(connection).await?;
    Ok(found == 1)
}

/// Whether its owner alone has begun it.
pub(crate) async fn is_own(
    executor: impl Executor<'_, Database = Any>,
    begun: Begun,
) -> Result<bool, sqlx::Error> {
    let text = match begun {
        Begun::Session(_) => IS_OWN_SESSION,
        Begun::Token(_) => IS_OWN_TOKEN,
        Begun::Passkey(_) => IS_OWN_PASSKEY,
    };
    let found: i64 = sqlx::query_scalar(text).bind(begun.id()).fetch_one(executor).await?;
    Ok(found == 1)
}

/// Keeps that its owner alone has begun it.
pub(crate) async fn mark(connection: &mut AnyConnection, begun: Begun) -> Result<(), sqlx::Error> {
    let text = match begun {
        Begun::Session(_) => OWN_SESSION,
        Begun::Token(_) => OWN_TOKEN,
        Begun::Passkey(_) => OWN_PASSKEY,
    };
    sqlx::query(text).bind(begun.id()).execute(connection).await?;
    Ok(())
}

/// Keeps that somebody else has had a user's account in their hands: of what is there it is not
/// known any more who began it. Links stay, and are to be made anew.
pub(crate) async fn disown(
    connection: &mut AnyConnection,
    user: UserId,
) -> Result<(), sqlx::Error> {
    for text in [DISOWN_TOKENS, DISOWN_PASSKEYS, DISOWN_LINKS] {
        sqlx::query(text).bind(user.to_string()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Keeps that an authority was led elsewhere: links to it are to be made anew.
pub(crate) async fn led_elsewhere(
    connection: &mut AnyConnection,
    authority: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(LED_ELSEWHERE).bind(authority).execute(connection).await?;
    Ok(())
}
