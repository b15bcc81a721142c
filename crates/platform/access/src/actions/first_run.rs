use std::sync::{MutexGuard, PoisonError};

use kernel::Caller;

use super::{Access, SignedIn, sign_in::Came};
use crate::{
    AccessError,
    model::{
        secret::{self, Secret},
        user::NewUser,
    },
    store,
};

/// The one-time secret of this start; never stored.
#[derive(Default)]
pub(super) struct FirstRun(Option<Secret>);

impl Access {
    /// The secret of the first-run link while there is no user, else none. It lives in memory
    /// only and dies with its use or with the process; asked again, it is the same.
    pub async fn first_run_token(&self) -> Result<Option<String>, AccessError> {
        if !self.is_first_run().await? {
            *self.first_run_slot() = FirstRun(None);
            return Ok(None);
        }
        let mut slot = self.first_run_slot();
        let secret = slot.0.get_or_insert_with(|| Secret::new(self.inner.ids.as_ref()));
        Ok(Some(secret.text()))
    }

    /// Whether nobody can sign in yet.
    pub async fn is_first_run(&self) -> Result<bool, AccessError> {
        Ok(store::users::count(self.inner.db.reader()).await? == 0)
    }

    /// Adds the first administrator and signs them in.
    ///
    /// Errors: [`AccessError::FirstRunDone`] when there is a user already;
    /// [`AccessError::FirstRunTokenWrong`]; [`AccessError::Invalid`], after which the secret still
    /// works.
    pub async fn first_run(
        &self,
        caller: &Caller,
        token: &str,
        wanted: &NewUser,
        user_agent: &str,
    ) -> Result<SignedIn, AccessError> {
        if !self.is_first_run().await? {
            return Err(AccessError::FirstRunDone);
        }
        if !self.is_first_run_token(token) {
            return Err(AccessError::FirstRunTokenWrong);
        }
        let role = Some("administrator".to_owned());
        let reason = Some("the first administrator".to_owned());
        let wanted = NewUser { role, reason, ..wanted.clone() };
        let prepared = self.prepare_user(&wanted).await?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        // Changes run one after another: the second of two that come at once finds a user here.
        if store::users::count(tx.connection()).await? != 0 {
            return Err(AccessError::FirstRunDone);
        }
        let user = self.add_user(&mut tx, caller, now, prepared, true).await?;
        let came = Came::by_themselves();
        let signed_in = self.begin_session(&mut tx, caller, now, user, user_agent, came).await?;
        tx.commit().await?;
        *self.first_run_slot() = FirstRun(None);
        Ok(signed_in)
    }

    fn is_first_run_token(&self, token: &str) -> bool {
        let slot = self.first_run_slot();
        slot.0.as_ref().is_some_and(|secret| secret::is_same(token, &secret.text()))
    }

    /// A panic elsewhere leaves the secret as it was.
    fn first_run_slot(&self) -> MutexGuard<'_, FirstRun> {
        self.inner.first_run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
