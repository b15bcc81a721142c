use std::{collections::BTreeSet, sync::Arc, time::Duration};

use kernel::Clock;

use super::{BACKFILLS_MAX, GROUPS_MAX, Recording};
use crate::{
    RecordingError,
    live::{AT_ONCE_MAX, Board, Change, GroupStatus},
    model::groups::RuleGroupsId,
    store,
};

/// How long another server's change may go unseen.
const FOLLOW_EVERY: Duration = Duration::from_secs(10);

/// Evaluations that were begun.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Begun {
    /// Groups whose moment has come.
    pub(crate) due: u64,
    /// Those that wait for others.
    pub(crate) left: u64,
}

impl Recording {
    /// Begins to evaluate the groups whose moment has come, the one that waits longest first, two
    /// at once. A slow one delays those alone that no other thread is free for.
    pub(crate) async fn begin_due(&self) -> Result<Begun, RecordingError> {
        self.follow().await?;
        let (board, clock) = (&self.inner.board, &self.inner.clock);
        let due = board.due_count(clock.now().millis());
        let mut threads = 0;
        let wanted = due.max(usize::from(board.has_gone()));
        while threads < wanted {
            let Ok(permit) = Arc::clone(&board.permits).try_acquire_owned() else { break };
            threads += 1;
            let (board, clock) = (Arc::clone(board), Arc::clone(clock));
            tokio::task::spawn_blocking(move || {
                evaluate_all_due(&board, clock.as_ref());
                drop(permit);
            });
        }
        let left = if threads == 0 { due as u64 } else { 0 };
        Ok(Begun { due: due as u64, left })
    }

    /// Whether groups are being evaluated.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.inner.board.permits.available_permits() < AT_ONCE_MAX
    }

    /// How the groups stand, by file and name.
    pub(crate) fn statuses(&self) -> Vec<Arc<GroupStatus>> {
        self.inner.board.statuses()
    }

    /// Rules that fail at present: the group and the first reason.
    pub(crate) fn failing(&self) -> Vec<(String, String)> {
        let statuses = self.statuses();
        let failing = statuses.iter().filter_map(|group| {
            let error = group.rules.iter().find_map(|rule| rule.last_error.clone())?;
            Some((format!("{}: {}", group.file, group.name), error))
        });
        failing.collect()
    }

    /// The records have changed: the board is brought to them at once.
    pub(super) async fn follow_soon(&self) {
        *self.inner.followed.lock().await = None;
        if let Err(error) = self.follow().await {
            // The next second tries again.
            tracing::warn!("failed to take over changed rule groups: {error}");
        }
    }

    /// Brings the board to what the records say, if that may have changed.
    async fn follow(&self) -> Result<(), RecordingError> {
        let inner = &self.inner;
        let mut followed = inner.followed.lock().await;
        let now = inner.clock.monotonic();
        if followed.is_some_and(|at| now.saturating_sub(at) < FOLLOW_EVERY) {
            return Ok(());
        }
        let versions = store::groups::versions(inner.db.reader(), GROUPS_MAX).await?;
        let running = store::backfills::running(inner.db.reader(), BACKFILLS_MAX).await?;
        let known = inner.board.versions();
        let there: BTreeSet<RuleGroupsId> = versions.iter().map(|(id, _)| *id).collect();
        let mut fresh = Vec::new();
        for (id, version) in versions {
            if known.get(&id) != Some(&version) {
                fresh.extend(store::groups::find(inner.db.reader(), id).await?);
            }
        }
        if fresh.is_empty() && known.len() == there.len() {
            inner.board.hold(&running);
        } else {
            let change = Change { there, fresh, running };
            let (board, now_ms) = (Arc::clone(&inner.board), inner.clock.now().millis());
            tokio::task::spawn_blocking(move || board.follow(&change, now_ms)).await?;
        }
        *followed = Some(now);
        Ok(())
    }
}

/// Evaluates groups until there is none whose moment has come.
fn evaluate_all_due(board: &Board, clock: &dyn Clock) {
    board.end_gone(clock.now().millis());
    while !board.bench.is_stopped()
        && let Some((group, slot)) = board.take_due(clock.now().millis())
    {
        let report = group.evaluate(slot, &board.bench);
        if report.failed > 0 {
            let (file, name, failed) = (&group.file, &group.name, report.failed);
            tracing::debug!("{failed} rules of {file}: {name} failed");
        }
    }
}
