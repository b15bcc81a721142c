//! Group commit of what writers bring: of those whose samples are stored but not on the disk yet,
//! one brings there what all of them stored.
//!
//! The store has one for its own callers, each of whom waits on a thread; here none does but the
//! one that is at it, and nobody is woken but to answer.

use std::{
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;
use tsdb::{Acknowledge, SeriesStore};

use super::{Outcome, WriteRefusal};

/// Those who wait, in the order in which they came.
#[derive(Default)]
pub(crate) struct Commits {
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    waiting: Vec<Waiting>,
    /// Somebody commits, and will see to all who wait.
    is_led: bool,
}

/// What came of a write, if its samples reach the disk; and who wants to know.
struct Waiting {
    outcome: Outcome,
    told: oneshot::Sender<Outcome>,
}

impl Waiting {
    fn tell(self, is_safe: bool) {
        let outcome = if is_safe { self.outcome } else { Outcome::none(WriteRefusal::Broken) };
        // Who has gone meanwhile will send it again.
        let _ = self.told.send(outcome);
    }
}

/// Dropped by a panic only: others may lead then, and those who wait hear that nobody answers.
struct Lead<'c>(&'c Commits);

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        let mut line = self.0.line();
        line.is_led = false;
        line.waiting.clear();
    }
}

impl Commits {
    /// Tells `told` the outcome when what was stored counts as taken: at once if nothing was, or
    /// if the store is set so. Otherwise it waits in line, and this thread commits for all in
    /// line unless another does; it returns when nobody waits any more.
    pub(super) fn settle(
        &self,
        series: &dyn SeriesStore,
        outcome: Outcome,
        told: oneshot::Sender<Outcome>,
    ) {
        let waiting = Waiting { outcome, told };
        let at_once = series.acknowledgement() == Acknowledge::Written;
        if at_once || waiting.outcome.has_stored_nothing() {
            return waiting.tell(true);
        }
        {
            let mut line = self.line();
            line.waiting.push(waiting);
            if mem::replace(&mut line.is_led, true) {
                return;
            }
        }
        let lead = Lead(self);
        while let Some(waiting) = self.next() {
            let done = series.acknowledge();
            if let Err(error) = &done {
                tracing::error!("failed to bring written samples to the disk: {error}");
            }
            waiting.into_iter().for_each(|one| one.tell(done.is_ok()));
        }
        // Somebody else may lead already.
        mem::forget(lead);
    }

    /// Those who wait now; the last leader is none any more if nobody does, in one step, so that
    /// nobody stands in line unseen.
    fn next(&self) -> Option<Vec<Waiting>> {
        let mut line = self.line();
        line.is_led = !line.waiting.is_empty();
        line.is_led.then(|| mem::take(&mut line.waiting))
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        panic::{AssertUnwindSafe, catch_unwind},
        sync::{Mutex, mpsc},
        thread,
    };

    use tsdb::{
        Acknowledge, Appended, Batch, BatchAppended, Labels, Sample, SelectLimits, Selector,
        Series, StoreStats, TimeRange, TsdbError,
    };

    use super::*;
    use crate::intake::{Rejected, Written};

    /// A store of which only the disk matters: each commit says that it has begun, and ends as it
    /// is told; one that nobody tells anything ends in a panic.
    struct Disk {
        begun: mpsc::Sender<()>,
        ends: Mutex<mpsc::Receiver<bool>>,
        acknowledge: Acknowledge,
    }

    impl SeriesStore for Disk {
        fn append(&self, _: &[Sample]) -> Result<Appended, TsdbError> {
            unreachable!("what is settled is stored already")
        }

        fn append_batch(&self, _: &Batch<'_>) -> Result<BatchAppended, TsdbError> {
            unreachable!("what is settled is stored already")
        }

        fn acknowledgement(&self) -> Acknowledge {
            self.acknowledge
        }

        fn acknowledge(&self) -> Result<(), TsdbError> {
            self.begun.send(()).unwrap();
            let is_safe = self.ends.lock().unwrap().recv().unwrap();
            if is_safe { Ok(()) } else { Err(TsdbError::NotSynced) }
        }

        fn select(
            &self,
            _: &Selector,
            _: TimeRange,
            _: &SelectLimits,
        ) -> Result<Vec<Series>, TsdbError> {
            unreachable!("nothing is read")
        }

        fn series(
            &self,
            _: &Selector,
            _: TimeRange,
            _: &SelectLimits,
        ) -> Result<Vec<Labels>, TsdbError> {
            unreachable!("nothing is read")
        }

        fn stats(&self) -> StoreStats {
            StoreStats::default()
        }
    }

    fn disk(acknowledge: Acknowledge) -> (Disk, mpsc::Receiver<()>, mpsc::Sender<bool>) {
        let ((begun, has_begun), (end, ends)) = (mpsc::channel(), mpsc::channel());
        (Disk { begun, ends: Mutex::new(ends), acknowledge }, has_begun, end)
    }

    fn stored(samples: u64) -> Outcome {
        let written = Written { samples, ..Written::default() };
        Outcome { written, refused: None, rejected: Rejected::Some(0) }
    }

    fn samples_of(told: oneshot::Receiver<Outcome>) -> Result<u64, WriteRefusal> {
        let outcome = told.blocking_recv().unwrap();
        outcome.refused.map_or(Ok(outcome.written.samples), Err)
    }

    #[test]
    fn those_who_come_while_one_commits_share_the_next_and_hear_what_came_of_it() {
        let (disk, has_begun, end) = disk(Acknowledge::Synced);
        let commits = Commits::default();
        let settle = |samples: u64| {
            let (tell, told) = oneshot::channel();
            commits.settle(&disk, stored(samples), tell);
            told
        };
        thread::scope(|scope| {
            let first = scope.spawn(|| samples_of(settle(1)));
            has_begun.recv().unwrap();
            // These stand in line, and their threads go on.
            let [second, third] = [settle(2), settle(3)];
            end.send(true).unwrap();
            has_begun.recv().unwrap();
            let fourth = settle(4);
            end.send(false).unwrap();
            assert_eq!(
                [second, third].map(samples_of),
                [Err(WriteRefusal::Broken), Err(WriteRefusal::Broken)]
            );
            has_begun.recv().unwrap();
            end.send(true).unwrap();
            assert_eq!(first.join().unwrap(), Ok(1));
            assert_eq!(samples_of(fourth), Ok(4));
        });
        assert!(has_begun.try_recv().is_err(), "three commits for four writes");
        end.send(true).unwrap();
        assert_eq!(samples_of(settle(5)), Ok(5), "whoever comes after that leads again");
    }

    #[test]
    fn what_has_stored_nothing_and_what_needs_no_disk_wait_for_none() {
        let refused = || Outcome::none(WriteRefusal::Bad("why".to_owned()));
        for (acknowledge, outcome) in [
            (Acknowledge::Synced, refused()),
            (Acknowledge::Written, refused()),
            (Acknowledge::Written, stored(1)),
        ] {
            let (disk, has_begun, _) = disk(acknowledge);
            let ((tell, told), expected) = (oneshot::channel(), outcome.written);
            Commits::default().settle(&disk, outcome, tell);
            assert_eq!(told.blocking_recv().unwrap().written, expected);
            assert!(has_begun.try_recv().is_err());
        }
    }

    #[test]
    fn after_a_panic_nobody_waits_in_vain() {
        let (broken, _has_begun, end) = disk(Acknowledge::Synced);
        drop(end);
        let commits = Commits::default();
        let (tell, told) = oneshot::channel();
        let settle = AssertUnwindSafe(|| commits.settle(&broken, stored(1), tell));
        assert!(catch_unwind(settle).is_err());
        assert!(told.blocking_recv().is_err());
        let (sound, _has_begun, end) = disk(Acknowledge::Synced);
        end.send(true).unwrap();
        let (tell, told) = oneshot::channel();
        commits.settle(&sound, stored(2), tell);
        assert_eq!(samples_of(told), Ok(2));
    }
}
