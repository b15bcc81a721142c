//! Subsystems, wired to who signs in, to the register and to messages.

use std::{sync::Arc, time::Duration};

use access::Access;
use alerts::{Alerts, OutsideMeans};
use desk::{Desk, DeskParts};
use directory::Directory;
use duty::{Duty, DutyParts};
use http_kit::outgoing::Outgoing as HttpOut;
use probe::{Probe, guard::OutboundGuard};
use recording::Recording;
use resources::Resources;

use super::{
    ground::Ground,
    messages::{Outgoing, accounts},
    rule_files::RuleGroups,
    watchers::{PATIENCE, Watchers},
};

/// How long the watcher outside may take for its answer, and how long that may be.
const WATCHER_PATIENCE: Duration = Duration::from_secs(10);
const WATCHER_BYTES_MAX: usize = 64 * 1024;

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
    guard: &Arc<OutboundGuard>,
    (recording, duty): (&Recording, &Duty),
) -> anyhow::Result<Alerts> {
    let (clock, ids) = (Arc::clone(&ground.clock), Arc::clone(&ground.ids));
    let alerts = Alerts::new(ground.db.clone(), clock, ids, ground.own_store(), resources.clone())
        .with_notify(outgoing.notify.clone())
        .with_escalation(Arc::new(duty.clone()))
        .with_lookout(Arc::new(Watchers(probe.clone())), PATIENCE)
        .with_rule_files(Arc::new(RuleGroups(recording.clone())))
        .with_outside(OutsideMeans {
            vault: outgoing.vault.clone(),
            outgoing: HttpOut::new(Arc::clone(guard), WATCHER_PATIENCE, WATCHER_BYTES_MAX),
        });
    alerts.seed().await?;
    Ok(alerts)
}
