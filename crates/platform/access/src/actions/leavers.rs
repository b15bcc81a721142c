//! Who has left the organisation is kept out.

use kernel::Caller;

use super::Access;
use crate::{
    AccessError,
    model::user::{User, UserChange},
    store,
};

/// Users looked at together.
const BATCH: u32 = 500;

/// What became of the users of those who have left.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Leavers {
    /// How many were disabled.
    pub(crate) disabled: u64,
    /// Names of those who could not be, since nobody else has their duty.
    pub(crate) needed: Vec<String>,
}

impl Access {
    /// Disables the users whose person has left, which ends their sessions and tokens.
    ///
    /// Errors: the records do not answer.
    pub(crate) async fn keep_leavers_out(&self) -> Result<Leavers, AccessError> {
        let (mut leavers, mut after) = (Leavers::default(), String::new());
        loop {
            let reader = self.inner.db.reader();
            let users = store::users::of_people(reader, &after, BATCH).await?;
            let Some(last) = users.last() else { return Ok(leavers) };
            after = last.id.to_string();
            let people: Vec<&str> =
                users.iter().filter_map(|user| user.person_id.as_deref()).collect();
            let left = self.chart().await?.left_among(&people, self.now()).await?;
            let gone = |user: &&User| user.person_id.as_ref().is_some_and(|id| left.contains(id));
            for user in users.iter().filter(gone) {
                self.keep_out(user, &mut leavers).await?;
            }
        }
    }

    async fn keep_out(&self, user: &User, leavers: &mut Leavers) -> Result<(), AccessError> {
        let change = UserChange { disabled: Some(true), ..UserChange::default() };
        let caller = Caller::system("leavers");
        match self.change_user(&caller, user.id, user.version, &change).await {
            Ok(_) => leavers.disabled += 1,
            Err(AccessError::LastAdministrator { .. } | AccessError::LastOfDuty { .. }) => {
                leavers.needed.push(user.name.as_str().to_owned());
            }
            // Somebody else was first: they are looked at again in the next round.
            Err(AccessError::Stale | AccessError::UserNotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
