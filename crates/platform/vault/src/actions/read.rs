use db::DbError;
use kernel::{Caller, FieldFault, Page, PageOf, Text};
use sqlx::AnyConnection;

use crate::{
    SECRET_CHANGE, SECRET_READ, SECRET_USE, Secret, SecretFilter, SecretId, Vault, VaultError,
    store,
};

impl Vault {
    /// What is known of a secret, besides its value.
    ///
    /// Errors: [`VaultError::SecretNotFound`], also where the caller sees no secrets.
    pub async fn secret(&self, caller: &Caller, id: SecretId) -> Result<Secret, VaultError> {
        let mut connection = self.inner.db.reader().acquire().await.map_err(DbError::from)?;
        seen(&mut connection, caller, id).await
    }

    /// The secrets the caller may see, in the order they were made.
    ///
    /// Errors: [`VaultError::WrongInput`] naming `q`.
    pub async fn secrets(
        &self,
        caller: &Caller,
        filter: &SecretFilter,
        page: &Page,
    ) -> Result<PageOf<Secret>, VaultError> {
        if let Some(text) = &filter.text
            && (text.chars().count() > 200 || text.contains('\0'))
        {
            let expected = Text::new("at most 200 characters", "不超过 200 个字符");
            return Err(FieldFault::new("q", text, expected).into());
        }
        let scope = caller.scope(SECRET_READ);
        let (db, dialect) = (&self.inner.db, self.inner.db.dialect());
        let items = store::secrets::list(db.reader(), dialect, filter, &scope, page).await?;
        Ok(PageOf::from_fetched(items, page.limit, |secret| secret.id.to_string()))
    }
}

impl Vault {
    /// The secret of that name and the number of its value, for what the settings name.
    pub(crate) async fn named(&self, name: &str) -> Result<Option<(SecretId, i64)>, VaultError> {
        let mut connection = self.inner.db.reader().acquire().await.map_err(DbError::from)?;
        let Some(id) = store::secrets::id_of(&mut connection, name).await? else {
            return Ok(None);
        };
        let secret = store::secrets::load(&mut connection, id).await?;
        Ok(secret.map(|secret| (secret.id, secret.value_version)))
    }
}

/// A secret that the caller may see: who may change or use it sees it as well.
pub(super) async fn seen(
    connection: &mut AnyConnection,
    caller: &Caller,
    id: SecretId,
) -> Result<Secret, VaultError> {
    let secret = store::secrets::load(connection, id).await?;
    let visible = |secret: &Secret| {
        [SECRET_READ, SECRET_CHANGE, SECRET_USE]
            .into_iter()
            .any(|permission| caller.may_at(permission, &secret.place()))
    };
    secret.filter(visible).ok_or(VaultError::SecretNotFound { id })
}
