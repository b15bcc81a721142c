use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause};
use probe::guard::Reach;
use probe::model::{CheckDraft, CheckId, ResourceId};
use resources::{Attributes, Finder, FoundResource};
use serde_json::json;

use super::{DISCOVERY_CHANGE, Services, permit};
use crate::{
    error::ServicesError,
    model::{
        Discovered, DiscoveredId, DiscoveryState, ServiceAccepted, ServiceNoted, address_to_check,
    },
    store,
};

/// Where a service's resource and check come from.
const SOURCE: &str = "discovery";
/// Seconds between two runs of a suggested check.
const INTERVAL_S: u32 = 10;
/// Seconds between two attempts of it.
const RETRY_INTERVAL_S: u32 = 3;
/// Bad answers in a row that make a problem certain.
const ATTEMPTS_MAX: u32 = 3;
/// Seconds one run may take.
const TIMEOUT_S: f64 = 5.0;

impl Services {
    /// Takes a discovered service into the register, with its host and the suggested check.
    ///
    /// Errors: [`ServicesError::NotAllowed`], `ServiceNotFound`, `AlreadyAccepted`; what the
    /// register or the check refuses. Then nothing is changed.
    pub async fn accept(
        &self,
        caller: &Caller,
        id: DiscoveredId,
    ) -> Result<Discovered, ServicesError> {
        permit(caller, DISCOVERY_CHANGE)?;
        let mut tx = self.db().begin().await?;
        let item = store::find(tx.connection(), id).await?;
        self.permit_over(caller, DISCOVERY_CHANGE, &item).await?;
        let accepted = self.accept_in(&mut tx, caller, Cause::default(), item).await?;
        tx.commit().await?;
        Ok(self.up_to_date(accepted))
    }

    /// The same as part of a larger change. `item` was read in `tx`.
    pub(super) async fn accept_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        item: Discovered,
    ) -> Result<Discovered, ServicesError> {
        if item.state == DiscoveryState::Accepted {
            return Err(ServicesError::AlreadyAccepted { name: item.display_name() });
        }
        let before = ServiceNoted::of(&item);
        let resource_id = self.register_in(tx, caller, cause, &item).await?;
        let resources = &self.inner.parts.resources;
        let host = item.host_resource_id;
        resources.ensure_related_in(tx, caller, cause, "runs-on", resource_id, host).await?;
        let check_id = self.watch_in(tx, caller, cause, &item, resource_id).await?;
        let accepted = Discovered {
            state: DiscoveryState::Accepted,
            resource_id: Some(resource_id),
            check_id,
            ..item
        };
        store::save_decision(tx.connection(), &accepted).await?;
        let fact = ServiceAccepted(ServiceNoted::of(&accepted));
        let entry = Entry::new(caller, self.now(), &fact).before(&before).after(&fact.0);
        journal::append(tx, entry.because_of(cause)).await?;
        Ok(accepted)
    }

    /// Brings the service's resource up to date, and makes it where it is missing.
    pub(super) async fn register_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        item: &Discovered,
    ) -> Result<ResourceId, ServicesError> {
        let found = FoundResource {
            kind: "service".to_owned(),
            identity: item.identity(),
            name: item.display_name(),
            description: String::new(),
            attributes: attributes_of(item),
        };
        let resources = &self.inner.parts.resources;
        // One that is a resource already is that one, whatever its host was when it was found.
        let (on, is) = (Some(item.host_resource_id), item.resource_id);
        let finder = Finder { on, is, ..Finder::DISCOVERY };
        Ok(resources.upsert_found_in(tx, caller, cause, finder, &found).await?.resource().id)
    }

    async fn watch_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        item: &Discovered,
        resource_id: ResourceId,
    ) -> Result<Option<CheckId>, ServicesError> {
        let Some(suggested) = &item.suggested_check else { return Ok(None) };
        let protocols = self.inner.parts.probe.protocols();
        let protocol = protocols.all().find(|known| known.name() == suggested.protocol);
        let name = protocol.map_or_else(|| suggested.protocol.clone(), |known| known.title().en);
        let draft = CheckDraft {
            interval_s: Some(INTERVAL_S),
            retry_interval_s: Some(RETRY_INTERVAL_S),
            timeout_s: Some(TIMEOUT_S),
            attempts_max: Some(ATTEMPTS_MAX),
            source: SOURCE.to_owned(),
            // It was found here, and nobody else says what is asked of it.
            own_machine: Reach::Allowed,
            ..CheckDraft::new(
                resource_id,
                name,
                suggested.protocol.as_str(),
                suggested.spec.clone(),
            )
        };
        let probe = &self.inner.parts.probe;
        let check = probe.create_in(tx, caller, cause, &draft).await;
        Ok(Some(check.map_err(ServicesError::Check)?.id))
    }
}

/// What the register is told of a service; null removes what is no longer known.
fn attributes_of(item: &Discovered) -> Attributes {
    let process = item.process.as_ref();
    let attributes = json!({
        "protocol": item.key.proto,
        "port": item.key.port,
        "address": address_to_check(&item.addresses, true).map(|address| address.to_string()),
        "product": item.confidence.map(|_| item.title.en.clone()),
        "process": process.map(|process| process.comm.clone()),
        "executable": process.and_then(|process| process.exe.clone()),
        "unit": process.and_then(|process| process.unit.clone()),
    });
    attributes.as_object().cloned().unwrap_or_default()
}
