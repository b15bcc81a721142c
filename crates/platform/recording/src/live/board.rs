use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::Semaphore;

use super::{Bench, GroupStatus, LiveGroup, Origin};
use crate::model::{
    backfill::Backfill,
    groups::{self, RuleGroupsId, RuleText},
};

/// Groups that are evaluated at once; the others wait for one of these.
pub(crate) const AT_ONCE_MAX: usize = 2;

/// The groups of one file, in its order.
#[derive(Clone)]
struct File {
    version: i64,
    groups: Vec<Arc<LiveGroup>>,
}

/// All groups that are evaluated.
pub(crate) struct Board {
    pub(crate) bench: Bench,
    files: RwLock<BTreeMap<RuleGroupsId, File>>,
    /// Whether it has been brought to what the records say since the process started.
    followed: AtomicBool,
    /// Groups that are gone, and whose series have not ended yet.
    gone: Mutex<Vec<Arc<LiveGroup>>>,
    pub(crate) permits: Arc<Semaphore>,
}

/// What the records say has changed.
pub(crate) struct Change {
    /// All rule groups that there are.
    pub(crate) there: BTreeSet<RuleGroupsId>,
    /// Those that are new or were replaced.
    pub(crate) fresh: Vec<RuleText>,
    /// The back-fills that run.
    pub(crate) running: Vec<Backfill>,
}

impl Board {
    pub(crate) fn new(bench: Bench) -> Self {
        let permits = Arc::new(Semaphore::new(AT_ONCE_MAX));
        Self {
            bench,
            files: RwLock::default(),
            followed: AtomicBool::default(),
            gone: Mutex::default(),
            permits,
        }
    }

    /// All groups, by file and in the order of the file.
    pub(crate) fn groups(&self) -> Vec<Arc<LiveGroup>> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.values().flat_map(|file| file.groups.iter().cloned()).collect()
    }

    /// The group of that name in those rule groups.
    pub(crate) fn group(&self, id: RuleGroupsId, name: &str) -> Option<Arc<LiveGroup>> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let groups = &files.get(&id)?.groups;
        groups.iter().find(|group| group.name == name).cloned()
    }

    /// How all groups stand, by file and name.
    pub(crate) fn statuses(&self) -> Vec<Arc<GroupStatus>> {
        let mut statuses: Vec<_> = self.groups().iter().map(|group| group.status()).collect();
        statuses.sort_by(|a, b| (&a.file, &a.name).cmp(&(&b.file, &b.name)));
        statuses
    }

    /// The group that has waited longest for its evaluation, with the moment of that: it is taken,
    /// and nobody else gets it.
    pub(crate) fn take_due(&self, now_ms: i64) -> Option<(Arc<LiveGroup>, i64)> {
        let mut due: Vec<(i64, Arc<LiveGroup>)> = Vec::new();
        for group in self.groups() {
            due.extend(group.due_since(now_ms).map(|since| (since, group)));
        }
        due.sort_by_key(|(since, _)| *since);
        due.into_iter().find_map(|(_, group)| group.take_due(now_ms).map(|slot| (group, slot)))
    }

    /// How many groups wait for their evaluation.
    pub(crate) fn due_count(&self, now_ms: i64) -> usize {
        self.groups().iter().filter(|group| group.due_since(now_ms).is_some()).count()
    }

    /// The versions that are evaluated.
    pub(crate) fn versions(&self) -> BTreeMap<RuleGroupsId, i64> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.iter().map(|(id, file)| (*id, file.version)).collect()
    }

    /// Evaluates what the records say from now on. Touches the disk, but waits for no evaluation.
    /// One at a time: the caller sees to that.
    pub(crate) fn follow(&self, change: &Change, now_ms: i64) {
        // What there was goes on until the rest is there.
        let mut after = self.files.read().unwrap_or_else(PoisonError::into_inner).clone();
        let origin = match self.followed.swap(true, Ordering::AcqRel) {
            false => Origin::Start,
            true => Origin::Change,
        };
        let mut gone: Vec<Arc<LiveGroup>> = Vec::new();
        after.retain(|id, file| {
            let stays = change.there.contains(id);
            if !stays {
                gone.append(&mut file.groups);
            }
            stays
        });
        for text in &change.fresh {
            let known = after.remove(&text.groups.id).map(|file| file.groups).unwrap_or_default();
            let groups = self.replaced(known, text, origin, &mut gone);
            after.insert(text.groups.id, File { version: text.groups.version, groups });
        }
        hold(&after, &change.running);
        *self.files.write().unwrap_or_else(PoisonError::into_inner) = after;
        self.gone.lock().unwrap_or_else(PoisonError::into_inner).append(&mut gone);
        self.end_gone(now_ms);
    }

    /// Ends the series of groups that are gone, but for those that are still being evaluated.
    pub(crate) fn end_gone(&self, now_ms: i64) {
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        gone.retain(|group| !group.end(now_ms, &self.bench));
    }

    /// Whether series of groups that are gone are to be ended.
    pub(crate) fn has_gone(&self) -> bool {
        !self.gone.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// The groups of a file, which go on with what those of the same name knew.
    fn replaced(
        &self,
        mut known: Vec<Arc<LiveGroup>>,
        text: &RuleText,
        origin: Origin,
        gone: &mut Vec<Arc<LiveGroup>>,
    ) -> Vec<Arc<LiveGroup>> {
        let file = &text.groups.name;
        let read = groups::read(&text.content).unwrap_or_else(|faults| {
            // It was read when it was uploaded: an older release took what this one refuses.
            let why: Vec<&str> = faults.iter().map(|fault| fault.expected.en.as_str()).collect();
            tracing::error!("rule groups `{file}` are not evaluated: {}", why.join("; "));
            rules::RuleFile::default()
        });
        let mut live = Vec::new();
        for group in read.groups {
            let new = LiveGroup::new(file, group, &self.bench, origin);
            if let Some(at) = known.iter().position(|old| old.name == new.name) {
                new.take_over(&known.swap_remove(at));
            }
            live.push(Arc::new(new));
        }
        gone.append(&mut known);
        live
    }

    /// Holds the rules that are back-filled, and no others.
    pub(crate) fn hold(&self, running: &[Backfill]) {
        self.followed.store(true, Ordering::Release);
        hold(&self.files.read().unwrap_or_else(PoisonError::into_inner), running);
    }
}

fn hold(files: &BTreeMap<RuleGroupsId, File>, running: &[Backfill]) {
    for (id, file) in files {
        for group in &file.groups {
            let of = running.iter().filter(|b| b.groups_id == *id && b.group == group.name);
            let names: BTreeSet<String> = of.flat_map(|b| b.rules.iter().cloned()).collect();
            group.hold(&names);
        }
    }
}
