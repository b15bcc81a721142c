use std::{collections::BTreeMap, sync::Arc};

use kernel::{FactSeq, Fault};
use resources::ResourcesError;

use super::board::Posted;
use crate::{
    Probe,
    model::{CheckDefinition, CheckId, CheckStatus, ResourceId},
    store,
};

/// Rows of the journal, or checks, read at once.
const BATCH: u32 = 500;

/// Checks from there ask a machine from itself: what it found may listen on loopback only.
const DISCOVERY: &str = "discovery";
/// Protocols that look at the machine they run on.
const LOCAL_PROTOCOLS: [&str; 2] = ["process", "systemd_unit"];

/// The resources that were looked up in one round.
type Notes = BTreeMap<ResourceId, Note>;

/// What a check needs to know of its resource.
#[derive(Debug, Clone)]
struct Note {
    name: Arc<str>,
    retired: bool,
    /// The machine, or the one that it was found on.
    machine: Option<ResourceId>,
}

impl Probe {
    /// Brings the board up to date: all checks the first time, then what the journal tells.
    ///
    /// Whoever changes checks in a transaction of their own need not call it: the loop does after
    /// every commit. Errors: database faults; the next call goes on where this one stopped.
    pub async fn sync(&self) -> Result<(), Fault> {
        let mut cursor = self.inner.cursor.lock().await;
        let Some(mut seq) = *cursor else {
            // Taken before the checks are read: what changes meanwhile is read again.
            let seq = journal::latest(&self.inner.db).await?;
            self.load().await?;
            *cursor = Some(seq);
            // The loop may have found an empty board and gone to sleep for long.
            self.inner.wake.notify_one();
            return Ok(());
        };
        loop {
            let rows = journal::since(&self.inner.db, seq, BATCH).await?;
            let (mut checks, mut resources) = (Vec::new(), Vec::new());
            let mut stood = Vec::new();
            for row in &rows {
                match row.verb.as_str() {
                    "check.created" | "check.changed" | "check.moved" | "check.removed" => {
                        checks.extend(row.subject.id.parse::<CheckId>());
                    }
                    "check.state_changed" => stood.extend(row.subject.id.parse::<CheckId>()),
                    "resource.changed" | "resource.retired" => {
                        resources.extend(row.subject.id.parse::<ResourceId>());
                    }
                    _ => {}
                }
            }
            self.follow_checks(checks).await?;
            self.follow_states(stood).await?;
            self.follow_resources(resources).await?;
            seq = rows.last().map_or(seq, |row| row.seq);
            *cursor = Some(FactSeq(seq.0));
            if rows.len() < BATCH as usize {
                return Ok(());
            }
        }
    }

    async fn load(&self) -> Result<(), Fault> {
        let mut notes = Notes::new();
        let mut after = None;
        loop {
            let rows = store::read_all(&self.inner.db, after, BATCH).await?;
            after = rows.last().map(|(definition, _)| definition.id);
            for (definition, status) in rows {
                let posted = self.posted(definition, status, &mut notes).await?;
                let now = self.inner.clock.monotonic();
                self.board().load(posted, now);
            }
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn follow_checks(&self, mut ids: Vec<CheckId>) -> Result<(), Fault> {
        ids.sort_unstable();
        ids.dedup();
        let mut notes = Notes::new();
        for id in ids {
            match store::find(&self.inner.db, id).await? {
                Some((definition, status)) => {
                    let posted = self.posted(definition, status, &mut notes).await?;
                    let now = self.inner.clock.monotonic();
                    self.board().put(posted, now);
                }
                None => self.board().remove(id),
            }
            self.inner.wake.notify_one();
        }
        Ok(())
    }

    /// Other servers have found out how their checks stand.
    async fn follow_states(&self, mut ids: Vec<CheckId>) -> Result<(), Fault> {
        ids.sort_unstable();
        ids.dedup();
        let elsewhere = |id: &CheckId| {
            let machine = self.board().entry(*id).map(|entry| entry.machine);
            machine.is_some_and(|machine| !self.inner.sharing.is_here(machine))
        };
        ids.retain(elsewhere);
        for id in ids {
            if let Some((_, status)) = store::find(&self.inner.db, id).await? {
                self.board().adopt(id, status, &self.inner.sharing);
            }
        }
        Ok(())
    }

    async fn follow_resources(&self, mut ids: Vec<ResourceId>) -> Result<(), Fault> {
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let note = self.note_of(id).await?;
            let now = self.inner.clock.monotonic();
            let mut board = self.board();
            let of_resource = board
                .entries_after(None)
                .filter(|entry| entry.definition.resource_id == id)
                .map(|entry| entry.definition.id)
                .collect::<Vec<_>>();
            board.resource_changed(&of_resource, &note.name, note.retired, now);
            drop(board);
            self.inner.wake.notify_one();
        }
        Ok(())
    }

    async fn posted(
        &self,
        definition: CheckDefinition,
        status: CheckStatus,
        notes: &mut Notes,
    ) -> Result<Posted, Fault> {
        let id = definition.resource_id;
        let note = match notes.get(&id) {
            Some(note) => note.clone(),
            None => {
                let note = self.note_of(id).await?;
                notes.insert(id, note.clone());
                note
            }
        };
        let settings = &definition.settings;
        let check = self.protocols().parse(&settings.protocol, &settings.spec);
        if let Err(fault) = &check {
            tracing::warn!(check = %definition.id, "failed to read check {}: {}: expected {}",
                settings.name, fault.field, fault.expected);
        }
        let Note { name, retired, machine } = note;
        let bound =
            definition.source == DISCOVERY || LOCAL_PROTOCOLS.contains(&settings.protocol.as_str());
        let machine = machine.filter(|_| bound);
        Ok(Posted { definition, check: check.ok(), resource_name: name, machine, retired, status })
    }

    /// A resource that is gone leaves its id as a name; its checks rest.
    async fn note_of(&self, id: ResourceId) -> Result<Note, Fault> {
        match self.inner.resources.get(id).await {
            Ok(resource) => {
                let machine = match resource.kind.as_str() {
                    "host" => Some(resource.id),
                    // What is found on a machine begins its identity with that machine's id.
                    _ => resource.identity.as_deref().and_then(machine_of),
                };
                let retired = resource.retired_at.is_some();
                Ok(Note { name: resource.name.into(), retired, machine })
            }
            Err(ResourcesError::ResourceNotFound { .. }) => {
                Ok(Note { name: id.to_string().into(), retired: true, machine: None })
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn machine_of(identity: &str) -> Option<ResourceId> {
    identity.split_once('/').and_then(|(machine, _)| machine.parse().ok())
}
