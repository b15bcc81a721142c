use db::Tx;
use directory::DIRECTORY_READ;
use journal::Entry;
use kernel::{ActorKind, Caller, Id, Page, PageOf, Place, Scope};

use super::{
    Access,
    grants::{check_scope, scope_gone},
    permit, permit_everywhere,
    rights::Basis,
    sessions::in_own_session,
};
use crate::{
    AccessError,
    model::{
        facts::{TokenCreated, TokenRevoked, TokenSnapshot},
        grant::GrantScope,
        permission::{TOKEN_CHANGE, TOKEN_READ, USER_CHANGE},
        role,
        secret::Secret,
        token::{NewToken, TOKENS_MAX, Token, TokenId, TokenLimits, token_text},
    },
    store::{self, own::Begun},
};

impl Access {
    /// Makes a token; the text is what the program presents, and it is shown only here.
    ///
    /// A person makes tokens for themselves only; the command line for anybody.
    ///
    /// Errors: [`AccessError::NotAPerson`] when a token asks: it would outlive its own end;
    /// [`AccessError::TooManyTokens`], [`AccessError::Invalid`], [`AccessError::RoleNotFound`],
    /// [`AccessError::UserNotFound`], also when the user is disabled.
    pub async fn create_token(
        &self,
        caller: &Caller,
        wanted: &NewToken,
    ) -> Result<(Token, String), AccessError> {
        permit(caller, TOKEN_CHANGE)?;
        let user_id = wanted.user_id.to_string();
        let own = caller.user_id.as_deref() == Some(user_id.as_str());
        match caller.actor.kind {
            ActorKind::Console | ActorKind::System => {}
            ActorKind::Person if own => {}
            _ => return Err(AccessError::NotAPerson),
        }
        let now = self.now();
        let expires_at = wanted.checked(now).map_err(AccessError::Invalid)?;
        let mut tx = self.inner.db.begin().await?;
        if let Some(limits) = &wanted.limits {
            self.check_limits(&mut tx, caller, limits).await?;
        }
        let user = store::users::by_id(tx.connection(), wanted.user_id).await?;
        let user = user.filter(|user| !user.disabled);
        let user = user.ok_or(AccessError::UserNotFound { key: user_id })?;
        let live = store::tokens::live_of_user(tx.connection(), user.id, now).await?;
        if live.len() >= TOKENS_MAX as usize {
            return Err(AccessError::TooManyTokens { limit: TOKENS_MAX });
        }
        let secret = Secret::new(self.inner.ids.as_ref());
        let token = Token {
            id: Id::from_uuid(self.inner.ids.uuid(now)),
            user_id: user.id,
            user_name: user.name.as_str().to_owned(),
            name: wanted.name.clone(),
            limits: wanted.limits.clone(),
            created_at: now,
            expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        store::tokens::insert(tx.connection(), &token, &secret.hash()).await?;
        if own && in_own_session(&mut tx, caller).await? {
            store::own::mark(tx.connection(), Begun::Token(token.id)).await?;
        }
        let fact = TokenCreated {
            token_id: token.id,
            token_name: token.name.clone(),
            user_id: user.id,
            user_name: token.user_name.clone(),
        };
        let entry = Entry::new(caller, now, &fact).after(&TokenSnapshot::from(&token));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok((token, token_text(&secret)))
    }

    /// Refuses limits that name what there is not for the caller: a unit or a region must lie in
    /// what they see of the directory, or in a part that they hold something over.
    async fn check_limits(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        limits: &TokenLimits,
    ) -> Result<(), AccessError> {
        if let Some(names) = &limits.roles {
            Self::check_roles(&Basis::load(tx.connection()).await?, names)?;
        }
        if let Some(entries) = &limits.permissions {
            role::read(entries, &self.known()).map_err(AccessError::Invalid)?;
        }
        let chart = self.chart().await?;
        let Some(scope) = &limits.scope else { return Ok(()) };
        check_scope(&chart, scope)?;
        let parts = self.catalogue().iter().map(|permission| caller.scope(*permission));
        let parts: Vec<Scope> = parts.filter(|part| *part != Scope::Everywhere).collect();
        let mut known = std::iter::once(caller.scope(DIRECTORY_READ)).chain(parts);
        let is_known = match scope {
            GrantScope::Unit(id) => {
                let unit = Place { unit_id: Some(id), ..Place::default() };
                known.any(|part| part.covers(&unit))
            }
            GrantScope::Region(id) => known.any(|part| chart.answers_for(&part, id)),
            GrantScope::Everything | GrantScope::Resources(_) => true,
        };
        if is_known { Ok(()) } else { Err(scope_gone(scope)) }
    }

    /// Takes a token back for good; one that was taken back already stays as it is. While the
    /// administrators are separated, those of others take changing users too.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::TokenNotFound`].
    pub async fn revoke_token(&self, caller: &Caller, id: TokenId) -> Result<(), AccessError> {
        permit(caller, TOKEN_CHANGE)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let before = store::tokens::by_id(tx.connection(), &id.to_string()).await?;
        let before = before.ok_or_else(|| AccessError::TokenNotFound { id: id.to_string() })?;
        if caller.user_id.as_deref() != Some(before.user_id.to_string().as_str()) {
            permit_everywhere(caller, TOKEN_CHANGE)?;
            // Whose program goes on is the security administrator's to say.
            if store::generation::separation(tx.connection()).await?.is_some() {
                permit_everywhere(caller, USER_CHANGE)?;
            }
        }
        if before.revoked_at.is_some() {
            return Ok(());
        }
        store::tokens::revoke(tx.connection(), id, now).await?;
        let after = Token { revoked_at: Some(now), ..before.clone() };
        let fact = TokenRevoked {
            token_id: id,
            token_name: before.name.clone(),
            user_id: before.user_id,
            user_name: before.user_name.clone(),
            user_disabled: false,
        };
        let entry = Entry::new(caller, now, &fact)
            .before(&TokenSnapshot::from(&before))
            .after(&TokenSnapshot::from(&after));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A page of all users' tokens, in the order in which they were made.
    ///
    /// Errors: [`AccessError::Forbidden`].
    pub async fn tokens(&self, caller: &Caller, page: &Page) -> Result<PageOf<Token>, AccessError> {
        permit_everywhere(caller, TOKEN_READ)?;
        Ok(store::tokens::list(self.inner.db.reader(), page).await?)
    }
}
