use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use kernel::Time;

use super::Sharing;
use crate::{
    model::{
        Change, CheckDefinition, CheckId, CheckState, CheckStatus, LastRun, ResourceId, Slots,
        StateType, advance,
    },
    outcome::{Check, Outcome},
};

/// Every check with its status and the moment it is due. Changed under one lock, never for long.
#[derive(Debug, Default)]
pub(crate) struct Board {
    entries: BTreeMap<CheckId, Entry>,
    /// The earliest first; a check that runs or waits for a permit is not in it.
    due: BTreeSet<(Duration, CheckId)>,
    /// Checks whose certain state is not yet in the records.
    unrecorded: BTreeSet<CheckId>,
    /// Checks of whose status something else is not yet in the records.
    unsaved: BTreeSet<CheckId>,
    runs_total: u64,
    overdue_total: u64,
}

/// A check as the scheduler knows it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) definition: Arc<CheckDefinition>,
    /// What is asked; none when its protocol does not exist (any more) or refuses the spec.
    pub(crate) check: Option<Arc<dyn Check>>,
    pub(crate) resource_name: Arc<str>,
    /// The machine that alone can be asked from itself, when it is bound to one.
    pub(crate) machine: Option<ResourceId>,
    pub(crate) status: CheckStatus,
    /// The certain state as the records have it: facts lead from here to the present one.
    recorded: CheckState,
    slots: Slots,
    phase: Phase,
    /// Grows when the definition changes: an answer to the old question does not count.
    generation: u64,
    /// Runs that ended.
    pub(crate) runs: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Disabled, or its resource is retired.
    Resting,
    /// Due at that moment.
    Waiting(Duration),
    /// Taken at the moment it was due.
    Taken(Duration),
}

/// One run that is to be made.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) id: CheckId,
    pub(crate) generation: u64,
    pub(crate) check: Option<Arc<dyn Check>>,
    pub(crate) definition: Arc<CheckDefinition>,
    /// The moment it was due.
    pub(crate) planned: Duration,
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    pub(crate) began_at: Time,
    pub(crate) duration: Duration,
}

impl Entry {
    /// The moment it is due on the monotonic clock; none while it runs or rests.
    pub(crate) fn due(&self) -> Option<Duration> {
        match self.phase {
            Phase::Waiting(due) => Some(due),
            Phase::Resting | Phase::Taken(_) => None,
        }
    }

    /// The certain state that the records have.
    pub(crate) fn recorded(&self) -> CheckState {
        self.recorded
    }
}

/// A definition with what belongs to it, on its way to the board.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) definition: CheckDefinition,
    pub(crate) check: Option<Arc<dyn Check>>,
    pub(crate) resource_name: Arc<str>,
    /// The machine that alone can be asked from itself, when it is bound to one.
    pub(crate) machine: Option<ResourceId>,
    /// Whether its resource is no longer in use.
    pub(crate) retired: bool,
    pub(crate) status: CheckStatus,
}

impl Board {
    /// Puts a check on the board at the server's start: its first run is spread.
    pub(crate) fn load(&mut self, posted: Posted, now: Duration) {
        let slots = slots_of(&posted.definition);
        self.insert(posted, slots.first(now), 0);
    }

    /// Puts a new or changed check on the board: it runs at once. Its status stays.
    pub(crate) fn put(&mut self, posted: Posted, now: Duration) {
        let id = posted.definition.id;
        let Some(entry) = self.entries.get_mut(&id) else {
            return self.insert(posted, now, 0);
        };
        if entry.definition.version >= posted.definition.version {
            return;
        }
        let (status, recorded) = (entry.status.clone(), entry.recorded);
        let (generation, runs) = (entry.generation + 1, entry.runs);
        self.insert(Posted { status, ..posted }, now, generation);
        if let Some(entry) = self.entries.get_mut(&id) {
            (entry.recorded, entry.runs) = (recorded, runs);
        }
    }

    /// Takes a check off the board; a run of it that has begun no longer counts.
    pub(crate) fn remove(&mut self, id: CheckId) {
        self.unschedule(id);
        self.entries.remove(&id);
        self.unrecorded.remove(&id);
        self.unsaved.remove(&id);
    }

    /// Follows a resource's new name, or its end: checks of a retired one rest.
    pub(crate) fn resource_changed(
        &mut self,
        checks: &[CheckId],
        name: &Arc<str>,
        retired: bool,
        now: Duration,
    ) {
        for id in checks {
            let Some(entry) = self.entries.get_mut(id) else { continue };
            entry.resource_name = Arc::clone(name);
            let rests = retired || !entry.definition.settings.enabled;
            if rests != (entry.phase == Phase::Resting) {
                entry.generation += 1;
                self.unschedule(*id);
                self.schedule(*id, (!rests).then_some(now));
            }
        }
    }

    /// Takes over how a check stands, unless it runs on this server: then that is known better.
    pub(crate) fn adopt(&mut self, id: CheckId, status: CheckStatus, sharing: &Sharing) {
        let entry = self.entries.get_mut(&id).filter(|entry| !sharing.is_here(entry.machine));
        if let Some(entry) = entry {
            entry.recorded = status.standing.hard_state;
            entry.status = status;
            self.unrecorded.remove(&id);
            self.unsaved.remove(&id);
        }
    }

    /// Takes every check that is due at `now` and runs on this server; none is taken again before
    /// its run has ended. The turn of the others passes.
    pub(crate) fn take_due(&mut self, now: Duration, sharing: &Sharing) -> Vec<Asked> {
        let mut asked = Vec::new();
        while let Some((due, id)) = self.due.first().copied().filter(|(due, _)| *due <= now) {
            self.due.pop_first();
            let Some(entry) = self.entries.get_mut(&id) else { continue };
            if !sharing.is_here(entry.machine) {
                let (next, _) = entry.slots.catch_up(entry.slots.after(due), now);
                self.schedule(id, Some(next));
                continue;
            }
            entry.phase = Phase::Taken(due);
            asked.push(Asked {
                id,
                generation: entry.generation,
                check: entry.check.clone(),
                definition: Arc::clone(&entry.definition),
                planned: due,
            });
        }
        asked
    }

    /// The moment the next check is due.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        self.due.first().map(|(due, _)| *due)
    }

    /// Makes a check due now. False when it rests; one that is being run is not run twice.
    pub(crate) fn ask_now(&mut self, id: CheckId, now: Duration) -> bool {
        match self.entries.get(&id).map(|entry| entry.phase) {
            None | Some(Phase::Resting) => false,
            Some(Phase::Taken(_)) => true,
            Some(Phase::Waiting(due)) => {
                self.unschedule(id);
                self.schedule(id, Some(due.min(now)));
                true
            }
        }
    }

    /// Takes an answer into account and plans the next run. None when the question has changed or
    /// gone since: then the answer does not count.
    pub(crate) fn end(
        &mut self,
        id: CheckId,
        generation: u64,
        ended: Ended,
        now: Duration,
    ) -> Option<(&Entry, Change)> {
        let entry = self.entries.get_mut(&id).filter(|entry| entry.generation == generation)?;
        let Phase::Taken(planned) = entry.phase else { return None };
        let settings = &entry.definition.settings;
        let state = ended.outcome.state;
        let step = advance(entry.status.standing, state, ended.began_at, settings.attempts_max);
        entry.status.standing = step.standing;
        entry.status.last_run = Some(LastRun {
            at: ended.began_at,
            duration: ended.duration,
            summary: ended.outcome.summary,
            figures: ended.outcome.figures,
        });
        entry.runs += 1;
        self.runs_total += 1;
        let next = if step.standing.state_type == StateType::Soft {
            now + settings.retry_interval()
        } else {
            entry.slots.after(planned)
        };
        let next = if next > now {
            next
        } else {
            let (next, missed) = entry.slots.catch_up(next, now);
            self.overdue_total += missed;
            next
        };
        match step.change {
            Change::Hard => {
                self.unrecorded.insert(id);
            }
            Change::Soft => {
                self.unsaved.insert(id);
            }
            Change::None => {}
        }
        self.schedule(id, Some(next));
        self.entries.get(&id).map(|entry| (entry, step.change))
    }

    /// Takes up to `limit` checks whose certain state is not yet recorded.
    pub(crate) fn take_unrecorded(&mut self, limit: usize) -> Vec<Entry> {
        take(&mut self.unrecorded, &self.entries, limit)
    }

    /// Takes up to `limit` checks whose status is not yet saved.
    pub(crate) fn take_unsaved(&mut self, limit: usize) -> Vec<Entry> {
        take(&mut self.unsaved, &self.entries, limit)
    }

    /// Notes that every check is to be saved.
    pub(crate) fn save_all(&mut self) {
        self.unsaved.extend(self.entries.keys().copied());
    }

    /// Notes that the records have these entries' certain states.
    pub(crate) fn recorded(&mut self, saved: &[Entry]) {
        for saved in saved {
            if let Some(entry) = self.entries.get_mut(&saved.definition.id) {
                entry.recorded = saved.status.standing.hard_state;
            }
        }
    }

    /// Notes that the records do not have these entries after all.
    pub(crate) fn not_recorded(&mut self, failed: &[Entry]) {
        for failed in failed {
            let id = failed.definition.id;
            if self.entries.contains_key(&id) {
                self.unrecorded.insert(id);
            }
        }
    }

    /// A check.
    pub(crate) fn entry(&self, id: CheckId) -> Option<&Entry> {
        self.entries.get(&id)
    }

    /// All checks after `after`, in the order of their ids.
    pub(crate) fn entries_after(&self, after: Option<CheckId>) -> impl Iterator<Item = &Entry> {
        let from = after.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded);
        self.entries.range((from, std::ops::Bound::Unbounded)).map(|(_, entry)| entry)
    }

    /// Checks, runs that ended, runs that were left out because one took too long.
    pub(crate) fn counts(&self) -> (u64, u64, u64) {
        (self.entries.len() as u64, self.runs_total, self.overdue_total)
    }

    fn insert(&mut self, posted: Posted, due: Duration, generation: u64) {
        let id = posted.definition.id;
        let rests = posted.retired || !posted.definition.settings.enabled;
        self.unschedule(id);
        let entry = Entry {
            slots: slots_of(&posted.definition),
            definition: Arc::new(posted.definition),
            check: posted.check,
            resource_name: posted.resource_name,
            machine: posted.machine,
            recorded: posted.status.standing.hard_state,
            status: posted.status,
            phase: Phase::Resting,
            generation,
            runs: 0,
        };
        self.entries.insert(id, entry);
        self.schedule(id, (!rests).then_some(due));
    }

    fn schedule(&mut self, id: CheckId, due: Option<Duration>) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        entry.phase = due.map_or(Phase::Resting, Phase::Waiting);
        if let Some(due) = due {
            self.due.insert((due, id));
        }
    }

    fn unschedule(&mut self, id: CheckId) {
        if let Some(due) = self.entries.get(&id).and_then(Entry::due) {
            self.due.remove(&(due, id));
        }
    }
}

fn slots_of(definition: &CheckDefinition) -> Slots {
    Slots::new(definition.id.uuid(), definition.settings.interval())
}

fn take(
    marked: &mut BTreeSet<CheckId>,
    entries: &BTreeMap<CheckId, Entry>,
    limit: usize,
) -> Vec<Entry> {
    let mut taken = Vec::new();
    while taken.len() < limit
        && let Some(id) = marked.pop_first()
    {
        taken.extend(entries.get(&id).cloned());
    }
    taken
}
