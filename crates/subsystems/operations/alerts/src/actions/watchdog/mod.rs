//! Our own being heard: what shows that everything works, who is told so, and what is done when
//! nobody hears.

mod chain;
mod heartbeat;
mod outside;
mod settings;

use db::Tx;
use http_kit::outgoing::Outgoing;
use kernel::Text;
use serde::{Serialize, de::DeserializeOwned};
use vault::Vault;

use super::{Alerts, Occasion, apply::Wording};
use crate::{
    AlertsError,
    model::{
        alert::{AlertId, CloseReason},
        decision::Reading,
        event::rule_id_of,
        severity::Severity,
        target::Target,
        watchdog::{Heartbeat, HeartbeatState, OutsideState, OutsideWatcher, Signs},
    },
    store,
};

pub(crate) use chain::Round;

/// Under which names it is kept.
const OUTSIDE: &str = "outside_watcher";
const OUTSIDE_STATE: &str = "outside_watcher_state";
const HEARTBEAT: &str = "heartbeat";
const HEARTBEAT_STATE: &str = "heartbeat_state";

/// What asking a watcher outside takes.
#[derive(Debug, Clone)]
pub struct OutsideMeans {
    /// Where its address is sealed.
    pub vault: Vault,
    /// What asks, guarded.
    pub outgoing: Outgoing,
}

/// How all of it stands.
#[derive(Debug, Clone)]
pub(crate) struct Watchdog {
    pub(crate) signs: Signs,
    /// What does not work.
    pub(crate) breaks: Vec<Text>,
    pub(crate) outside: (OutsideWatcher, i64),
    pub(crate) outside_state: OutsideState,
    pub(crate) heartbeat: (Heartbeat, i64),
    pub(crate) heartbeat_state: HeartbeatState,
}

/// An alert about ourselves.
struct OwnAlert {
    subject: &'static str,
    name: Text,
    summary: Text,
}

impl Alerts {
    async fn kept<T: DeserializeOwned + Default>(
        &self,
        name: &str,
    ) -> Result<(T, i64), AlertsError> {
        Ok(store::settings::find(self.db.reader(), name).await?.unwrap_or_default())
    }

    async fn keep(
        &self,
        tx: &mut Tx,
        name: &str,
        state: &impl Serialize,
    ) -> Result<(), AlertsError> {
        Ok(store::settings::put(tx, name, state, 1, self.clock.now()).await?)
    }

    /// Opens the alert, unless it is open. Returns its id.
    async fn raise_own(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        own: OwnAlert,
    ) -> Result<Option<String>, AlertsError> {
        let rule_id = rule_id_of(own.subject);
        let target = Target {
            subject: own.subject.to_owned(),
            resource_id: None,
            resource_name: String::new(),
            check_id: None,
            labels: std::collections::BTreeMap::new(),
            called: String::new(),
        };
        let reading = Reading { severity: Severity::Critical, value: None, no_data: false };
        let wording = Wording { title: own.name.clone(), summary: own.summary };
        let by = (rule_id, own.name);
        if let Some(id) = self.open(tx, occasion, by, target, reading, wording).await? {
            return Ok(Some(id.to_string()));
        }
        let other = store::alerts::open_of(tx.connection(), rule_id, own.subject).await?;
        Ok(other.map(|alert| alert.id.to_string()))
    }

    /// Ends the alert, unless somebody did.
    async fn end_own(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        id: Option<String>,
        reason: CloseReason,
    ) -> Result<(), AlertsError> {
        let Some(id) = id.and_then(|id| id.parse::<AlertId>().ok()) else { return Ok(()) };
        let found = store::alerts::find(tx.connection(), id).await?;
        if let Some(alert) = found.filter(|alert| alert.closed_at.is_none()) {
            self.end(tx, occasion, alert, reason, None).await?;
        }
        Ok(())
    }
}
