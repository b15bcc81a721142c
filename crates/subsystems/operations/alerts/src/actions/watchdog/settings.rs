use db::Tx;
use journal::Entry;
use kernel::Caller;
use serde::{Serialize, de::DeserializeOwned};
use vault::SecretText;

use super::{
    Alerts, HEARTBEAT, HEARTBEAT_STATE, OUTSIDE, OUTSIDE_STATE, Occasion, OutsideMeans, Watchdog,
};
use crate::{
    AlertsError,
    actions::permit_everywhere,
    model::{
        alert::CloseReason,
        permission::{WATCHDOG_CHANGE, WATCHDOG_READ},
        watchdog::{
            Heartbeat, HeartbeatChanged, HeartbeatState, OutsideDraft, OutsideState,
            OutsideWatcher, OutsideWatcherChanged, breaks,
        },
    },
    store,
};

impl Alerts {
    /// How our own being heard stands.
    ///
    /// Errors: [`AlertsError::Forbidden`].
    pub(crate) async fn watchdog(&self, caller: &Caller) -> Result<Watchdog, AlertsError> {
        permit_everywhere(caller, WATCHDOG_READ)?;
        let signs = self.signs().await?;
        Ok(Watchdog {
            signs,
            breaks: breaks(signs, self.clock.now()),
            outside: self.kept(OUTSIDE).await?,
            outside_state: self.kept(OUTSIDE_STATE).await?.0,
            heartbeat: self.kept(HEARTBEAT).await?,
            heartbeat_state: self.kept(HEARTBEAT_STATE).await?.0,
        })
    }

    /// Says which watcher outside is asked, and how often.
    ///
    /// Errors: [`AlertsError::Forbidden`], [`AlertsError::Invalid`], [`AlertsError::Stale`],
    /// [`AlertsError::Vault`].
    pub(crate) async fn change_outside(
        &self,
        caller: &Caller,
        version: i64,
        draft: OutsideDraft,
    ) -> Result<(), AlertsError> {
        permit_everywhere(caller, WATCHDOG_CHANGE)?;
        let means = self.outside.as_ref().ok_or(AlertsError::NoOutsideMeans)?;
        if draft.url.is_some() {
            means.vault.be_open().await?;
        }
        let mut tx = self.db.begin().await?;
        let before: OutsideWatcher = current(&mut tx, OUTSIDE, version).await?;
        let faults = draft.faults(before.seal.is_some());
        if !faults.is_empty() {
            return Err(AlertsError::Invalid(faults));
        }
        let after = sealed(&mut tx, means, &before, draft).await?;
        let now = self.clock.now();
        let (state, _) = self.kept::<OutsideState>(OUTSIDE_STATE).await?;
        let occasion = Occasion::new(caller, now);
        self.end_own(&mut tx, occasion, state.alert_id, CloseReason::RuleChanged).await?;
        self.keep(&mut tx, OUTSIDE_STATE, &OutsideState::default()).await?;
        store::settings::put(&mut tx, OUTSIDE, &after, version + 1, now).await?;
        let fact = OutsideWatcherChanged { host: after.host.clone() };
        let entry = Entry::new(caller, now, &fact).before(&before).after(&after);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Says who gets the heartbeat, and how often.
    ///
    /// Errors: [`AlertsError::Forbidden`], [`AlertsError::Invalid`], [`AlertsError::Stale`].
    pub(crate) async fn change_heartbeat(
        &self,
        caller: &Caller,
        version: i64,
        content: Heartbeat,
    ) -> Result<(), AlertsError> {
        permit_everywhere(caller, WATCHDOG_CHANGE)?;
        let faults = content.faults();
        if !faults.is_empty() {
            return Err(AlertsError::Invalid(faults));
        }
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let before: Heartbeat = current(&mut tx, HEARTBEAT, version).await?;
        let (state, _) = self.kept::<HeartbeatState>(HEARTBEAT_STATE).await?;
        let occasion = Occasion::new(caller, now);
        self.end_own(&mut tx, occasion, state.alert_id, CloseReason::RuleChanged).await?;
        let begun_at = content.enabled.then_some(now);
        let state = HeartbeatState { begun_at, ..HeartbeatState::default() };
        self.keep(&mut tx, HEARTBEAT_STATE, &state).await?;
        store::settings::put(&mut tx, HEARTBEAT, &content, version + 1, now).await?;
        let name = content.recipient.as_ref().map_or_else(String::new, |one| one.name.clone());
        let fact = HeartbeatChanged { recipient_name: name };
        let entry = Entry::new(caller, now, &fact).before(&before).after(&content);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What stands under `name`, if nobody changed it since.
async fn current<T: DeserializeOwned + Serialize + Default>(
    tx: &mut Tx,
    name: &str,
    version: i64,
) -> Result<T, AlertsError> {
    let found = store::settings::find::<T>(tx.connection(), name).await?;
    let (content, current) = found.unwrap_or_default();
    match current == version {
        true => Ok(content),
        false => Err(AlertsError::Stale { id: name.to_owned() }),
    }
}

/// What is wanted, with the address sealed; the one before is gone then.
async fn sealed(
    tx: &mut Tx,
    means: &OutsideMeans,
    before: &OutsideWatcher,
    draft: OutsideDraft,
) -> Result<OutsideWatcher, AlertsError> {
    let mut after = OutsideWatcher {
        enabled: draft.enabled,
        method: draft.method,
        interval_s: draft.interval_s,
        ..before.clone()
    };
    if let Some(url) = draft.address() {
        let seal = means.vault.seal(tx, &SecretText::new(url.to_string())).await?;
        if let Some(old) = before.seal.as_deref().and_then(|seal| seal.parse().ok()) {
            means.vault.discard(tx, old).await?;
        }
        after.seal = Some(seal.to_string());
        after.host = url.host_str().unwrap_or_default().to_owned();
    }
    Ok(after)
}
