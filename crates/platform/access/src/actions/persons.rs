use super::Access;
use crate::{AccessError, User, UserId, store};

/// Which user is which person: for the server itself, which answers for who sees it.
impl Access {
    /// The user with that id.
    ///
    /// Errors: [`AccessError::Db`].
    pub async fn user_with_id(&self, id: UserId) -> Result<Option<User>, AccessError> {
        Ok(store::users::by_id(self.inner.db.reader(), id).await?)
    }

    /// The user, able to sign in, that a person of the directory is.
    ///
    /// Errors: [`AccessError::Db`].
    pub async fn user_of_person(&self, person_id: &str) -> Result<Option<User>, AccessError> {
        let db = &self.inner.db;
        let mut connection = db.reader().acquire().await?;
        let found =
            store::users::among(&mut connection, db.dialect(), "person_id", &[person_id]).await?;
        Ok(found.into_iter().find(|user| !user.disabled))
    }
}
