//! Work on many series by several threads.

use crate::PromqlError;
use crate::annotation::Notes;
use crate::source::{Control, check};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Series that a thread takes at once, between two looks at the control.
const STRETCH: usize = 64;
/// What reading a series costs, in steps of a query that are reckoned.
const SERIES_STEPS: usize = 100;
/// So many steps, some milliseconds of work, are worth a further thread: where others want the
/// processors too it may take as long until it begins.
const THREAD_STEPS: usize = 100_000;

/// What is to be done with each of many series.
pub(crate) struct Task<'t, B, W> {
    /// How many series there are.
    pub(crate) count: usize,
    /// How many steps are reckoned of each.
    pub(crate) steps: usize,
    /// How many threads may work.
    pub(crate) threads: usize,
    pub(crate) control: &'t dyn Control,
    /// Makes what a thread keeps from stretch to stretch.
    pub(crate) begin: B,
    /// Works on a stretch, and adds what it makes of it.
    pub(crate) work: W,
}

impl<B, W> Task<'_, B, W> {
    /// Works on all; `take` is given what was made in the order of the series, whatever the number
    /// of threads, while they go on. Where it refuses, the work ends.
    pub(crate) fn run<S, T: Send>(
        &self,
        notes: &mut Notes,
        mut take: impl FnMut(T) -> Result<(), PromqlError> + Send,
    ) -> Result<(), PromqlError>
    where
        B: Fn() -> S + Sync,
        W: Fn(&mut S, Range<usize>, &mut Notes, &mut Vec<T>) -> Result<(), PromqlError> + Sync,
    {
        let worth = self.steps.saturating_add(SERIES_STEPS).saturating_mul(self.count);
        let threads = self.threads.min(worth / THREAD_STEPS).min(self.count / STRETCH);
        if threads > 1 {
            return self.share(threads, notes, take);
        }
        let (mut state, mut made) = ((self.begin)(), Vec::new());
        for start in (0..self.count).step_by(STRETCH) {
            check(self.control)?;
            (self.work)(&mut state, self.stretch(start), notes, &mut made)?;
            made.drain(..).try_for_each(&mut take)?;
        }
        Ok(())
    }

    fn stretch(&self, start: usize) -> Range<usize> {
        start..(start + STRETCH).min(self.count)
    }

    fn share<S, T: Send>(
        &self,
        threads: usize,
        notes: &mut Notes,
        take: impl FnMut(T) -> Result<(), PromqlError> + Send,
    ) -> Result<(), PromqlError>
    where
        B: Fn() -> S + Sync,
        W: Fn(&mut S, Range<usize>, &mut Notes, &mut Vec<T>) -> Result<(), PromqlError> + Sync,
    {
        let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
        let line = Line { next: 0, waiting: BTreeMap::new(), take, notes, result: Ok(()) };
        let line = Mutex::new(line);
        let run = || {
            let mut state = (self.begin)();
            // A number once taken is handed in, so that none is missing before one that failed.
            while !failed.load(Ordering::Relaxed) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let start = number * STRETCH;
                if start >= self.count {
                    return;
                }
                let (mut own, mut made) = (Notes::default(), Vec::with_capacity(STRETCH));
                let done = check(self.control).and_then(|()| {
                    (self.work)(&mut state, self.stretch(start), &mut own, &mut made)
                });
                failed.fetch_or(done.is_err(), Ordering::Relaxed);
                let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
                line.hand_in(number, done.map(|()| (made, own)));
                failed.fetch_or(line.result.is_err(), Ordering::Relaxed);
            }
        };
        let stopped = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
            run();
            let ends: Vec<bool> = others.into_iter().map(|other| other.join().is_err()).collect();
            ends.contains(&true)
        });
        let line = line.into_inner().unwrap_or_else(PoisonError::into_inner);
        if stopped { Err(PromqlError::eval("a worker stopped")) } else { line.result }
    }
}

type Done<T> = Result<(Vec<T>, Notes), PromqlError>;

/// Brings what several threads made in order.
struct Line<'l, T, F> {
    /// Number of the stretch that is to be taken next.
    next: usize,
    /// Those behind it that are ready.
    waiting: BTreeMap<usize, Done<T>>,
    take: F,
    notes: &'l mut Notes,
    /// The first error; nothing behind it is taken.
    result: Result<(), PromqlError>,
}

impl<T, F: FnMut(T) -> Result<(), PromqlError>> Line<'_, T, F> {
    fn hand_in(&mut self, number: usize, done: Done<T>) {
        self.waiting.insert(number, done);
        while let Some(done) = self.waiting.remove(&self.next) {
            self.next += 1;
            match done {
                _ if self.result.is_err() => {}
                Ok((made, own)) => {
                    self.result = made.into_iter().try_for_each(&mut self.take);
                    self.notes.merge(own);
                }
                Err(error) => self.result = Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made<W>(count: usize, threads: usize, work: W) -> Result<Vec<usize>, PromqlError>
    where
        W: Fn(&mut (), Range<usize>, &mut Notes, &mut Vec<usize>) -> Result<(), PromqlError> + Sync,
    {
        let mut all = Vec::new();
        // So many steps that each stretch is worth a thread.
        let task = Task { count, steps: THREAD_STEPS, threads, control: &(), begin: || (), work };
        let take = |one| {
            all.push(one);
            Ok(())
        };
        task.run(&mut Notes::default(), take).map(|()| all)
    }

    #[test]
    fn what_is_made_comes_in_order_whatever_the_number_of_threads() {
        for threads in [0, 1, 2, 5] {
            for count in [0, 1, 63, 64, 65, 128, 1_000] {
                let found = made(count, threads, |(), series, _, to| {
                    to.extend(series.filter(|at| at % 3 != 0));
                    Ok(())
                });
                let expected: Vec<usize> = (0..count).filter(|at| at % 3 != 0).collect();
                assert_eq!(found.unwrap(), expected, "{threads} {count}");
            }
        }
    }

    #[test]
    fn the_first_error_ends_the_work() {
        for threads in [1, 2] {
            let failed = made(10_000, threads, |(), series, _, _| {
                if series.start < 128 {
                    return Ok(());
                }
                Err(PromqlError::eval(format!("at {}", series.start)))
            });
            let failed = failed.unwrap_err();
            assert_eq!(failed.to_string(), PromqlError::eval("at 128").to_string());
        }
    }
}
