use db::Tx;

use super::{Alerts, Occasion};
use crate::{
    AlertsError,
    model::alert::CloseReason,
    store::{self, alerts::Owner, resources::SeenResource},
};

impl Alerts {
    /// Remembers what a resource is called, as alerts about its series say so, and whether it is
    /// retired.
    pub(crate) async fn resource_seen(
        &self,
        tx: &mut Tx,
        id: &str,
        name: &str,
        retired: bool,
    ) -> Result<(), AlertsError> {
        store::resources::put(tx, id, &SeenResource { name: name.to_owned(), retired }).await?;
        Ok(())
    }

    /// Closes what is open on a resource that is managed no more.
    pub(crate) async fn resource_retired(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        id: &str,
        name: &str,
    ) -> Result<(), AlertsError> {
        store::resources::put(tx, id, &SeenResource { name: name.to_owned(), retired: true })
            .await?;
        store::checks::remove_of_resource(tx, id).await?;
        self.end_all(tx, occasion, Owner::Resource(id), CloseReason::ResourceRetired).await
    }
}
