use std::time::Duration;

use directory::SourceStanding;
use kernel::Caller;

use crate::{
    Scim, ScimError, USER_PROVISION,
    store::clients::{self, Client},
};

/// When a provider called last is written once in so long.
const CALLED_EVERY: Duration = Duration::from_secs(60);

/// What is said of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) client: Client,
    pub(crate) users: i64,
    pub(crate) users_active: i64,
    pub(crate) groups: usize,
    /// What is known of it in the directory.
    pub(crate) standing: Option<SourceStanding>,
}

impl Scim {
    /// The provider that calls; one that has never called before becomes a source of the
    /// directory.
    ///
    /// Errors: [`ScimError::Forbidden`], `OutOfScope`, `NoAccount`; `AdministratorsOwn` while the
    /// administrators are separated.
    pub(crate) async fn client(&self, caller: &Caller, call: &str) -> Result<Client, ScimError> {
        if !caller.may(USER_PROVISION) {
            return Err(ScimError::Forbidden(USER_PROVISION));
        }
        if !caller.may_everywhere(USER_PROVISION) {
            return Err(ScimError::OutOfScope(USER_PROVISION));
        }
        let user_id = caller.user_id.as_deref().ok_or(ScimError::NoAccount)?;
        if self.parts.access.is_administrator_besides_provisioning(caller).await? {
            return Err(ScimError::AdministratorsOwn);
        }
        let known = clients::of_user(self.parts.db.reader(), user_id).await?;
        match known {
            Some(client) => self.called(client, caller, call).await,
            None => self.open_client(caller, user_id, call).await,
        }
    }

    /// Keeps that a provider has called, if it is time to.
    async fn called(
        &self,
        client: Client,
        caller: &Caller,
        call: &str,
    ) -> Result<Client, ScimError> {
        let now = self.parts.clock.now();
        // A clock that was set back does not stop it.
        let lately = now.since(client.last_call_at) < CALLED_EVERY && now >= client.last_call_at;
        if lately {
            return Ok(client);
        }
        let (name, last_call) = (name_of(caller), call.to_owned());
        let client = Client { name, last_call_at: now, last_call, ..client };
        let mut tx = self.parts.db.begin().await?;
        clients::touch(tx.connection(), &client).await?;
        tx.commit().await?;
        Ok(client)
    }

    async fn open_client(
        &self,
        caller: &Caller,
        user_id: &str,
        call: &str,
    ) -> Result<Client, ScimError> {
        let mut tx = self.parts.db.begin().await?;
        // Two first calls at once: the second one finds what the first has made.
        if let Some(client) = clients::of_user(tx.connection(), user_id).await? {
            return Ok(client);
        }
        let (now, name) = (self.parts.clock.now(), name_of(caller));
        let source = self.parts.directory.open_provided(&mut tx, caller, &name).await?;
        let client = Client {
            user_id: user_id.to_owned(),
            source,
            name,
            created_at: now,
            last_call_at: now,
            last_call: call.to_owned(),
        };
        clients::insert(tx.connection(), &client).await?;
        tx.commit().await?;
        Ok(client)
    }
}

/// The name of the account: that of a token begins with it.
fn name_of(caller: &Caller) -> String {
    let name = &caller.actor.name;
    name.split_once('/').map_or(name.as_str(), |(user, _)| user).to_owned()
}
