//! Subsystems, wired to who signs in, to the register and to messages.

use std::{sync::Arc, time::Duration};

use access::Access;
use alerts::{Alerts, OutsideMeans};
use clients::{Clients, ClientsParts};
use desk::{Desk, DeskParts, MailMeans};
use directory::Directory;
use duty::{Duty, DutyParts, InspectionMeans};
use http_kit::outgoing::Outgoing as HttpOut;
use knowledge::{Knowledge, KnowledgeParts};
use mail::MailReader;
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

/// Those that are open.
pub(super) struct Subsystems {
    pub(super) duty: Duty,
    pub(super) alerts: Alerts,
    pub(super) desk: Desk,
    pub(super) clients: Clients,
    pub(super) knowledge: Knowledge,
}

/// What subsystems stand on.
pub(super) struct Below<'h> {
    ground: &'h Ground,
    directory: &'h Directory,
    access: &'h Access,
    resources: &'h Resources,
    probe: &'h Probe,
    recording: &'h Recording,
    outgoing: &'h Outgoing,
    guard: &'h Arc<OutboundGuard>,
}

impl<'h> Below<'h> {
    pub(super) fn of(
        (ground, guard): (&'h Ground, &'h Arc<OutboundGuard>),
        (directory, access, resources): (&'h Directory, &'h Access, &'h Resources),
        (probe, recording, outgoing): (&'h Probe, &'h Recording, &'h Outgoing),
    ) -> Self {
        Self { ground, directory, access, resources, probe, recording, outgoing, guard }
    }

    /// Opens duty, alerts, the desk, campaigns and the knowledge base on the records.
    ///
    /// Errors: what comes with the product cannot be read or put into the records.
    pub(super) async fn open(&self) -> anyhow::Result<Subsystems> {
        let duty = self.open_duty()?;
        let alerts = self.open_alerts(&duty).await?;
        let desk = self.open_desk(&duty).await?;
        duty.learn_tickets(Arc::new(desk.clone()));
        let clients = self.open_clients();
        clients.learn_tickets(Arc::new(desk.clone()));
        let knowledge = self.open_knowledge();
        knowledge.learn_tickets(Arc::new(desk.clone()));
        self.outgoing.photos.learn(duty.clone());
        Ok(Subsystems { duty, alerts, desk, clients, knowledge })
    }

    fn open_duty(&self) -> anyhow::Result<Duty> {
        let ground = self.ground;
        let duty = Duty::new(DutyParts {
            db: ground.db.clone(),
            clock: Arc::clone(&ground.clock),
            ids: Arc::clone(&ground.ids),
            directory: self.directory.clone(),
            accounts: accounts(self.access),
            notify: Some(self.outgoing.notify.clone()),
        })?;
        let (resources, vault) = (self.resources.clone(), self.outgoing.vault.clone());
        Ok(duty.with_inspection_means(InspectionMeans { resources, vault }))
    }

    async fn open_desk(&self, duty: &Duty) -> anyhow::Result<Desk> {
        let ground = self.ground;
        let desk = Desk::new(DeskParts {
            db: ground.db.clone(),
            clock: Arc::clone(&ground.clock),
            ids: Arc::clone(&ground.ids),
            directory: self.directory.clone(),
            resources: self.resources.clone(),
            accounts: accounts(self.access),
            notify: Some(self.outgoing.notify.clone()),
            on_duty: Some(Arc::new(duty.clone())),
            mail: Some(MailMeans::new(
                MailReader::new(Arc::clone(self.guard)),
                self.outgoing.vault.clone(),
            )),
        });
        self.outgoing.desk_files.learn(desk.clone());
        desk.seed().await?;
        Ok(desk)
    }

    fn open_clients(&self) -> Clients {
        Clients::new(ClientsParts {
            db: self.ground.db.clone(),
            clock: Arc::clone(&self.ground.clock),
            ids: Arc::clone(&self.ground.ids),
            directory: self.directory.clone(),
            resources: self.resources.clone(),
            accounts: accounts(self.access),
        })
    }

    fn open_knowledge(&self) -> Knowledge {
        Knowledge::new(KnowledgeParts {
            db: self.ground.db.clone(),
            clock: Arc::clone(&self.ground.clock),
            ids: Arc::clone(&self.ground.ids),
            directory: self.directory.clone(),
            resources: self.resources.clone(),
            accounts: accounts(self.access),
        })
    }

    async fn open_alerts(&self, duty: &Duty) -> anyhow::Result<Alerts> {
        let (ground, outgoing) = (self.ground, self.outgoing);
        let (clock, ids) = (Arc::clone(&ground.clock), Arc::clone(&ground.ids));
        let (series, register) = (ground.own_store(), self.resources.clone());
        let alerts = Alerts::new(ground.db.clone(), clock, ids, series, register)
            .with_notify(outgoing.notify.clone())
            .with_escalation(Arc::new(duty.clone()))
            .with_lookout(Arc::new(Watchers(self.probe.clone())), PATIENCE)
            .with_rule_files(Arc::new(RuleGroups(self.recording.clone())))
            .with_outside(OutsideMeans {
                vault: outgoing.vault.clone(),
                outgoing: HttpOut::new(Arc::clone(self.guard), WATCHER_PATIENCE, WATCHER_BYTES_MAX),
            });
        alerts.seed().await?;
        Ok(alerts)
    }
}
