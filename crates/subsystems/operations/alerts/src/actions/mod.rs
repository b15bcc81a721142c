//! The verbs: load, permit, decide, save, journal; each in one transaction.

mod alerts;
mod apply;
mod checks;
mod evaluate;
mod merges;
mod occasion;
mod resources;
mod rules;
mod seed;

use std::{fmt, sync::Arc};

use ::resources::{Resources, Sight};
use db::Db;
use kernel::{Caller, Clock, Ids, Permission};
use tsdb::SeriesStore;

use crate::{
    AlertsError,
    model::{alert::Alert, permission::ALERT_READ},
};

pub(crate) use merges::MovedCheck;
pub(crate) use occasion::Occasion;

/// Rules and alerts: cheap to clone.
#[derive(Clone)]
pub struct Alerts {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) series: Arc<dyn SeriesStore>,
    pub(crate) resources: Resources,
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
        Self { db, clock, ids, series, resources }
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
