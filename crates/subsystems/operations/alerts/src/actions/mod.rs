//! The verbs: load, permit, decide, save, journal; each in one transaction.

mod alerts;
mod apply;
mod back_test;
mod checks;
mod evaluate;
mod events;
mod incidents;
mod lookout;
mod merges;
mod occasion;
mod policies;
mod resources;
mod rules;
mod seed;
mod seen;
mod silences;
mod watchdog;

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use ::resources::{Resources, Sight};
use db::Db;
use kernel::{Caller, Clock, Escalation, Ids, Permission, Time};
use notify::Notify;
use tsdb::SeriesStore;

use crate::{
    AlertsError,
    model::{alert::Alert, permission::ALERT_READ},
};

pub use lookout::{Look, Lookout, LookoutFuture};
pub use watchdog::OutsideMeans;

use events::NoRuleFiles;
use lookout::Nobody;

pub use events::{RuleFileAlert, RuleFiles};

pub(crate) use back_test::{BackTest, BackTested, Outcome};
pub(crate) use events::{BATCH_MAX, ShownAlert};
pub(crate) use incidents::{IncidentAlert, IncidentSeen, Moved};
pub(crate) use merges::MovedCheck;
pub(crate) use occasion::Occasion;
pub(crate) use watchdog::{Round, Watchdog};

use incidents::{POLICIES_MAX, Pulse, SILENCES_MAX};

/// How long somebody is not told of an incident, at most, while what it rests on is asked.
const PATIENCE: Duration = Duration::from_secs(60);

/// Rules and alerts: cheap to clone.
#[derive(Clone)]
pub struct Alerts {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) series: Arc<dyn SeriesStore>,
    pub(crate) resources: Resources,
    notify: Option<Notify>,
    escalation: Option<Arc<dyn Escalation>>,
    lookout: Arc<dyn Lookout>,
    patience: Duration,
    pulse: Arc<Mutex<Pulse>>,
    pub(crate) started_at: Time,
    outside: Option<OutsideMeans>,
    rule_files: Arc<dyn RuleFiles>,
}

impl Alerts {
    /// Alerts on these records, from these series, about things of this register.
    #[must_use]
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        series: Arc<dyn SeriesStore>,
        resources: Resources,
    ) -> Self {
        Self {
            started_at: clock.now(),
            db,
            clock,
            ids,
            series,
            resources,
            notify: None,
            escalation: None,
            lookout: Arc::new(Nobody),
            patience: PATIENCE,
            pulse: Arc::default(),
            outside: None,
            rule_files: Arc::new(NoRuleFiles),
        }
    }

    /// The same that tells people of incidents.
    #[must_use]
    pub fn with_notify(self, notify: Notify) -> Self {
        Self { notify: Some(notify), ..self }
    }

    /// The same that has people called by these chains.
    #[must_use]
    pub fn with_escalation(self, escalation: Arc<dyn Escalation>) -> Self {
        Self { escalation: Some(escalation), ..self }
    }

    /// The same that, before it tells of an incident, has what that rests on asked by `lookout`,
    /// and waits for the answer for `patience` at most.
    #[must_use]
    pub fn with_lookout(self, lookout: Arc<dyn Lookout>, patience: Duration) -> Self {
        Self { lookout, patience, ..self }
    }

    /// The same that takes in the alerts of rule files.
    #[must_use]
    pub fn with_rule_files(self, rule_files: Arc<dyn RuleFiles>) -> Self {
        Self { rule_files, ..self }
    }

    /// The same that can ask a watcher outside, so that our own death is noticed.
    #[must_use]
    pub fn with_outside(self, means: OutsideMeans) -> Self {
        Self { outside: Some(means), ..self }
    }

    /// The resources whose alerts the caller sees.
    pub(crate) async fn sight(&self, caller: &Caller) -> Result<Sight, AlertsError> {
        Ok(self.resources.sight(&caller.scope(ALERT_READ)).await?)
    }

    /// Whether the caller may do what `permission` allows to `alert`.
    ///
    /// Errors: [`AlertsError::AlertNotFound`] for those who do not see it,
    /// [`AlertsError::Forbidden`] for those who only see it.
    async fn permit_over(
        &self,
        caller: &Caller,
        permission: Permission,
        alert: &Alert,
    ) -> Result<(), AlertsError> {
        if caller.may_everywhere(permission) {
            return Ok(());
        }
        // What is about no resource belongs nowhere.
        if let Some(id) = alert.resource_id.as_deref().and_then(|id| id.parse().ok()) {
            let place = self.resources.place_of(id).await?;
            if caller.may_at(permission, &place.as_place()) {
                return Ok(());
            }
            if caller.may_at(ALERT_READ, &place.as_place()) {
                return Err(AlertsError::Forbidden(permission));
            }
        }
        Err(AlertsError::AlertNotFound { id: alert.id.to_string() })
    }
}

impl fmt::Debug for Alerts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Alerts").field("db", &self.db).finish_non_exhaustive()
    }
}

/// Rules look at everything, so that only who may change them everywhere may.
fn permit_everywhere(caller: &Caller, permission: Permission) -> Result<(), AlertsError> {
    match caller.may_everywhere(permission) {
        true => Ok(()),
        false => Err(AlertsError::Forbidden(permission)),
    }
}

fn permit(caller: &Caller, permission: Permission) -> Result<(), AlertsError> {
    if caller.may(permission) { Ok(()) } else { Err(AlertsError::Forbidden(permission)) }
}
