//! The verbs: load, permit, decide, save, journal; each in one transaction.

mod alerts;
mod apply;
mod checks;
mod evaluate;
mod occasion;
mod resources;
mod rules;
mod seed;

use std::{fmt, sync::Arc};

use db::Db;
use kernel::{Caller, Clock, Ids, Permission};
use tsdb::SeriesStore;

use crate::AlertsError;

pub(crate) use occasion::Occasion;

/// Rules and alerts: cheap to clone.
#[derive(Clone)]
pub struct Alerts {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) series: Arc<dyn SeriesStore>,
}

impl Alerts {
    /// Alerts on these records, from these series.
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        series: Arc<dyn SeriesStore>,
    ) -> Self {
        Self { db, clock, ids, series }
    }
}

impl fmt::Debug for Alerts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Alerts").field("db", &self.db).finish_non_exhaustive()
    }
}

fn permit(caller: &Caller, permission: Permission) -> Result<(), AlertsError> {
    if caller.may(permission) { Ok(()) } else { Err(AlertsError::Forbidden(permission)) }
}
