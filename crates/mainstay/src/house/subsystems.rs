//! Subsystems, wired to who signs in, to the register and to messages.

use std::sync::Arc;

use access::Access;
use alerts::Alerts;
use desk::{Desk, DeskParts};
use directory::Directory;
use duty::{Duty, DutyParts};
use probe::Probe;
use resources::Resources;

use super::{
    ground::Ground,
    messages::{Outgoing, accounts},
    watchers::{PATIENCE, Watchers},
};

/// Opens rosters on the records.
///
/// Errors: the calendars that come with the product cannot be read.
pub(super) fn open_duty(
    ground: &Ground,
    directory: &Directory,
    access: &Access,
    outgoing: &Outgoing,
) -> anyhow::Result<Duty> {
    Ok(Duty::new(DutyParts {
        db: ground.db.clone(),
        clock: Arc::clone(&ground.clock),
        ids: Arc::clone(&ground.ids),
        directory: directory.clone(),
        accounts: accounts(access),
        notify: Some(outgoing.notify.clone()),
    })?)
}

/// Opens the service desk on the records.
///
/// Errors: what comes with the product cannot be put into the records.
pub(super) async fn open_desk(
    ground: &Ground,
    (directory, resources): (&Directory, &Resources),
    (access, outgoing): (&Access, &Outgoing),
    duty: &Duty,
) -> anyhow::Result<Desk> {
    let desk = Desk::new(DeskParts {
        db: ground.db.clone(),
        clock: Arc::clone(&ground.clock),
        ids: Arc::clone(&ground.ids),
        directory: directory.clone(),
        resources: resources.clone(),
        accounts: accounts(access),
        notify: Some(outgoing.notify.clone()),
        on_duty: Some(Arc::new(duty.clone())),
    });
    desk.seed().await?;
    Ok(desk)
}

/// Opens rules, alerts and incidents on the records.
///
/// Errors: what comes with the product cannot be put into the records.
pub(super) async fn open_alerts(
    ground: &Ground,
    resources: &Resources,
    probe: &Probe,
    outgoing: &Outgoing,
) -> anyhow::Result<Alerts> {
    let (clock, ids) = (Arc::clone(&ground.clock), Arc::clone(&ground.ids));
    let alerts = Alerts::new(ground.db.clone(), clock, ids, ground.own_store(), resources.clone())
        .with_notify(outgoing.notify.clone())
        .with_lookout(Arc::new(Watchers(probe.clone())), PATIENCE);
    alerts.seed().await?;
    Ok(alerts)
}
