use journal::Entry;
use kernel::Caller;

use super::{DISCOVERY_CHANGE, Services, permit};
use crate::{
    error::ServicesError,
    model::{Discovered, DiscoveredId, DiscoveryState, ServiceDismissed, ServiceNoted},
    store,
};

impl Services {
    /// Keeps a discovered service away for good, until somebody accepts it by hand.
    ///
    /// Errors: [`ServicesError::NotAllowed`], `ServiceNotFound`, `AlreadyDismissed`,
    /// `AlreadyAccepted`: what is a resource is retired there.
    pub async fn dismiss(
        &self,
        caller: &Caller,
        id: DiscoveredId,
    ) -> Result<Discovered, ServicesError> {
        permit(caller, DISCOVERY_CHANGE)?;
        let mut tx = self.db().begin().await?;
        let item = store::find(tx.connection(), id).await?;
        self.permit_over(caller, DISCOVERY_CHANGE, &item).await?;
        match item.state {
            DiscoveryState::Suggested => {}
            DiscoveryState::Accepted => {
                return Err(ServicesError::AlreadyAccepted { name: item.display_name() });
            }
            DiscoveryState::Dismissed => {
                return Err(ServicesError::AlreadyDismissed { name: item.display_name() });
            }
        }
        let dismissed = Discovered { state: DiscoveryState::Dismissed, ..item };
        store::save_decision(tx.connection(), &dismissed).await?;
        let fact = ServiceDismissed(ServiceNoted::of(&dismissed));
        journal::append(&mut tx, Entry::new(caller, self.now(), &fact)).await?;
        tx.commit().await?;
        Ok(self.up_to_date(dismissed))
    }
}
