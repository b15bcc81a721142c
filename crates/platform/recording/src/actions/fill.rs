use std::time::Duration;

use jobs::Fence;
use journal::Entry;
use kernel::Caller;
use rules::Slots;

use super::{BACKFILLS_MAX, Recording};
use crate::{
    RecordingError,
    live::{Stretch, Strip, filled},
    model::{
        backfill::{Backfill, BackfillState},
        fact::{RuleBackfillFailed, RuleBackfillFinished},
        groups,
    },
    store,
};

/// Moments that are evaluated at once.
const STEPS_AT_ONCE: i64 = 240;
/// How long a run may go on before it lets others have the machine.
const RUN_FOR: Duration = Duration::from_secs(5);
/// How long ended back-fills are shown. Their facts stay in the journal.
const KEPT: Duration = Duration::from_secs(90 * 86_400);

/// Why a back-fill ends whose rules are gone.
const GONE: &str = "the group or its rules are no longer there";

/// What is left to be done for a back-fill.
enum Next {
    /// These moments.
    Stretch(Stretch),
    /// Nothing: it has come to its end.
    Finished,
    /// Its rules are gone.
    Gone,
}

impl Recording {
    /// Goes on with the back-fills for a while; says how many stretches were done and how many
    /// back-fills are left.
    pub(crate) async fn fill(&self, fence: &Fence) -> Result<(u64, u64), RecordingError> {
        let inner = &self.inner;
        let began = inner.clock.monotonic();
        let mut done = 0;
        loop {
            let running = store::backfills::running(inner.db.reader(), BACKFILLS_MAX).await?;
            let Some(backfill) = running.first() else { return Ok((done, 0)) };
            self.fill_one(backfill.clone(), fence).await?;
            done += 1;
            let is_over = inner.clock.monotonic().saturating_sub(began) >= RUN_FOR;
            if is_over || inner.board.bench.is_stopped() {
                return Ok((done, running.len() as u64));
            }
        }
    }

    /// Forgets back-fills that ended long ago.
    pub(crate) async fn forget_backfills(&self) -> Result<u64, RecordingError> {
        let before = self.inner.clock.now().minus(KEPT);
        let mut tx = self.inner.db.begin().await?;
        let done = store::backfills::forget(&mut tx, before).await?;
        if done > 0 {
            // no fact: ended back-fills go when they are old; the facts about them stay.
            tx.commit().await?;
        }
        Ok(done)
    }

    /// Does the next stretch of a back-fill, or ends it.
    async fn fill_one(&self, mut backfill: Backfill, fence: &Fence) -> Result<(), RecordingError> {
        let inner = &self.inner;
        let found = store::groups::find(inner.db.reader(), backfill.groups_id).await?;
        let file = found.and_then(|found| groups::read(&found.content).ok()).unwrap_or_default();
        let outcome = match self.next(&backfill, &file) {
            Next::Gone => Err(GONE.to_owned()),
            Next::Finished => Ok(None),
            Next::Stretch(stretch) => {
                let (bench, about) = (inner.board.bench.clone(), backfill.clone());
                let work = tokio::task::spawn_blocking(move || {
                    let rules = about.rules_in(&file);
                    let (group, rules) = rules.ok_or(GONE)?;
                    filled(group, &rules, stretch, &bench)
                });
                work.await?.map(|strip| Some((stretch, strip)))
            }
        };
        if inner.board.bench.is_stopped() {
            // What failed now failed because of that; what was written is written again.
            return Ok(());
        }
        match outcome {
            Ok(Some((stretch, strip))) => {
                self.remember(&backfill, &strip);
                backfill.samples += strip.samples;
                backfill.refused += strip.refused;
                backfill.next_ms = stretch.to_ms + stretch.step_ms;
            }
            Ok(None) => backfill.state = BackfillState::Finished,
            Err(message) => (backfill.state, backfill.message) = (BackfillState::Failed, message),
        }
        self.save_progress(backfill, fence).await
    }

    fn next(&self, backfill: &Backfill, file: &rules::RuleFile) -> Next {
        let Some((group, _)) = backfill.rules_in(file) else { return Next::Gone };
        let step_ms = group.interval_or(self.inner.board.bench.interval_ms);
        let slots = Slots::new(&backfill.groups_name, &group.name, step_ms);
        let now_ms = self.inner.clock.now().millis();
        let last = slots.last_at(backfill.to_ms.unwrap_or(now_ms).min(now_ms));
        // The first moment that is not before the one where it goes on.
        let from_ms = slots.next_after(backfill.next_ms - 1);
        if from_ms > last {
            return Next::Finished;
        }
        let to_ms = last.min(from_ms + (STEPS_AT_ONCE - 1) * step_ms);
        let goes_on = backfill.next_ms > backfill.from_ms;
        Next::Stretch(Stretch { from_ms, to_ms, step_ms, goes_on })
    }

    /// Tells the group which series the back-fill wrote at last.
    fn remember(&self, backfill: &Backfill, strip: &Strip) {
        if let Some(group) = self.inner.board.group(backfill.groups_id, &backfill.group)
            && backfill.to_ms.is_none()
        {
            for (rule, series) in &strip.last {
                group.remember(rule, series.clone());
            }
        }
    }

    async fn save_progress(&self, after: Backfill, fence: &Fence) -> Result<(), RecordingError> {
        let inner = &self.inner;
        let (now, caller) = (inner.clock.now(), Caller::system("rules"));
        let after = Backfill { updated_at: now, ..after };
        let mut tx = inner.db.begin().await?;
        let current = store::backfills::find(tx.connection(), after.id).await?;
        if current.is_none_or(|current| current.state != BackfillState::Running) {
            // Somebody ended it meanwhile.
            return Ok(());
        }
        store::backfills::update(&mut tx, &after).await?;
        match after.state {
            BackfillState::Finished => {
                let fact = RuleBackfillFinished::of(&after);
                journal::append(&mut tx, Entry::new(&caller, now, &fact).after(&after)).await?;
            }
            BackfillState::Failed => {
                let fact = RuleBackfillFailed::of(&after);
                journal::append(&mut tx, Entry::new(&caller, now, &fact).after(&after)).await?;
            }
            // Progress is no news; that it began and that it ended is.
            BackfillState::Running | BackfillState::Cancelled => {}
        }
        fence.check(&mut tx).await.map_err(|fault| RecordingError::TakenOver(Box::new(fault)))?;
        tx.commit().await?;
        if after.state != BackfillState::Running {
            self.follow_soon().await;
        }
        Ok(())
    }
}
