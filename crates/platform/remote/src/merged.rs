//! The samples here and what is older there, behind the contract of every store.

use std::{
    collections::BTreeSet,
    future::Future,
    ops::ControlFlow,
    sync::{Arc, mpsc},
    time::Duration,
};

use kernel::Time;
use tsdb::{
    Acknowledge, Batch, BatchAppended, Column, HistogramPoint, Labels, Metadata, SelectLimits,
    Selector, Series, SeriesStore, StoreStats, SyncPolicy, TimeRange, TsdbError, Unfit,
};

use crate::{
    Remote, history,
    line::Line,
    model::{WholeSeries, merge, merge_whole},
    remote::READ_PATIENCE,
};

/// What the store here has kept counts; what may have gone from it, or was never in it, is asked of
/// the far side too. Of two samples of one moment that of the store here counts.
pub(crate) struct Merged {
    remote: Remote,
    here: Arc<dyn SeriesStore>,
    /// Learns what an answer is missing.
    told: Option<Told>,
}

type Told = Arc<dyn Fn(String) + Send + Sync>;

impl Merged {
    pub(crate) fn new(remote: Remote, here: Arc<dyn SeriesStore>, told: Option<Told>) -> Self {
        Self { remote, here, told }
    }

    /// Waits for the far side on a thread that has no runtime; nothing when it does not answer for
    /// `older`, and that is told.
    fn ask<T: Send + 'static>(
        &self,
        (line, older): (&Arc<Line>, TimeRange),
        question: impl Future<Output = Result<T, history::HistoryFault>> + Send + 'static,
    ) -> Option<T> {
        if !history::is_askable(&self.remote, line) {
            self.miss(line, older, "it failed a moment ago and is left alone for some seconds");
            return None;
        }
        let (answer, answered) = mpsc::sync_channel(1);
        let (remote, asked) = (self.remote.clone(), Arc::clone(line));
        self.remote.inner.runtime.spawn(async move {
            let found = history::noted(&remote, &asked, question.await);
            // Who does not wait any more has what is here.
            let _ = answer.send(found);
        });
        match answered.recv_timeout(READ_PATIENCE + Duration::from_secs(5)) {
            Ok(Ok(found)) => return Some(found),
            Ok(Err(fault)) => self.miss(line, older, &fault.for_askers()),
            Err(_) => self.miss(line, older, "it did not answer in time"),
        }
        None
    }

    /// Tells which store's part of an answer is missing, from when to when, and why.
    fn miss(&self, line: &Line, older: TimeRange, why: &str) {
        let Some(told) = &self.told else { return };
        let [from, to] = [older.from_ms, older.to_ms].map(Time::from_millis);
        let name = &line.destination.name;
        told(format!(
            "the answer is not whole: samples of the store {name:?} from {from} to {to} are \
             missing: {why}"
        ));
    }
}

impl SeriesStore for Merged {
    /// What the store takes is put into the queues of all destinations besides. Where the store
    /// here brings each append to stable storage, the queues do so too.
    fn append_batch(&self, batch: &Batch<'_>) -> Result<BatchAppended, TsdbError> {
        let appended = self.here.append_batch(batch);
        let appended = appended.inspect_err(|_| self.remote.expect_repetitions())?;
        // Asked one by one the store would take some of what it refused as a whole.
        if batch.terms.unfit == Unfit::LeftOut || !appended.is_unfit() {
            self.remote.forward(batch, &appended);
        }
        if self.here.sync_policy() != SyncPolicy::Host {
            self.remote.make_durable();
        }
        Ok(appended)
    }

    fn sync_policy(&self) -> SyncPolicy {
        self.here.sync_policy()
    }

    fn acknowledgement(&self) -> Acknowledge {
        self.here.acknowledgement()
    }

    fn acknowledge(&self) -> Result<(), TsdbError> {
        if self.here.acknowledgement() == Acknowledge::Synced {
            self.remote.make_durable();
        }
        self.here.acknowledge()
    }

    fn metric_metadata(&self, metric: &str) -> Option<Metadata> {
        self.here.metric_metadata(metric)
    }

    /// When the far side does not answer, what is here is the answer; the figures count it.
    fn select(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Series>, TsdbError> {
        let here = self.here.select(selector, range, limits)?;
        let Some((line, older)) = self.remote.older(selector, range) else { return Ok(here) };
        let (remote, asked) = (self.remote.clone(), Arc::clone(&line));
        let selector = selector.clone();
        let question = async move { history::points(&remote, &asked, &selector, older).await };
        let Some(there) = self.ask((&line, older), question) else { return Ok(here) };
        let merged = merge(here, there, older);
        if merged.len() > limits.series_max {
            return Err(TsdbError::TooManySeries { limit: limits.series_max });
        }
        if merged.iter().map(|series| series.points.len()).sum::<usize>() > limits.points_max {
            return Err(TsdbError::TooManyPoints { limit: limits.points_max });
        }
        Ok(merged)
    }

    fn series(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Labels>, TsdbError> {
        let here = self.here.series(selector, range, limits)?;
        let Some((line, older)) = self.remote.older(selector, range) else { return Ok(here) };
        let (remote, asked) = (self.remote.clone(), Arc::clone(&line));
        let selector = selector.clone();
        let question = async move { history::series(&remote, &asked, &selector, older).await };
        let Some(there) = self.ask((&line, older), question) else { return Ok(here) };
        let all: BTreeSet<Labels> = here.into_iter().chain(there).collect();
        if all.len() > limits.series_max {
            return Err(TsdbError::TooManySeries { limit: limits.series_max });
        }
        Ok(all.into_iter().collect())
    }

    fn select_columns(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
        sink: &mut dyn FnMut(Column) -> ControlFlow<()>,
    ) -> Result<(), TsdbError> {
        if self.remote.is_all_here(selector, range) {
            return self.here.select_columns(selector, range, limits, sink);
        }
        for Series { labels, points } in self.select(selector, range, limits)? {
            let times = points.iter().map(|point| point.at_ms).collect();
            let values = points.iter().map(|point| point.value).collect();
            if sink(Column { labels, times, values }).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn select_whole(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
        sink: &mut dyn FnMut(Column, Vec<HistogramPoint>) -> ControlFlow<()>,
    ) -> Result<(), TsdbError> {
        let there = self.remote.older(selector, range).and_then(|(line, older)| {
            let (remote, asked, selector) =
                (self.remote.clone(), Arc::clone(&line), selector.clone());
            let question = async move { history::whole(&remote, &asked, &selector, older).await };
            Some((self.ask((&line, older), question)?, older))
        });
        let Some((there, older)) = there else {
            return self.here.select_whole(selector, range, limits, sink);
        };
        let mut here = Vec::new();
        self.here.select_whole(selector, range, limits, &mut |column, histograms| {
            here.push(WholeSeries::of(column, histograms));
            ControlFlow::Continue(())
        })?;
        let merged = merge_whole(here, there, older);
        if merged.len() > limits.series_max {
            return Err(TsdbError::TooManySeries { limit: limits.series_max });
        }
        if merged.iter().map(WholeSeries::len).sum::<usize>() > limits.points_max {
            return Err(TsdbError::TooManyPoints { limit: limits.points_max });
        }
        for series in merged {
            let (column, histograms) = series.into_column();
            if sink(column, histograms).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn label_names(
        &self,
        selector: Option<&Selector>,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<String>, TsdbError> {
        let here = self.here.label_names(selector, range, limits)?;
        let selector = selector.cloned().unwrap_or_else(Selector::everything);
        let Some((line, older)) = self.remote.older(&selector, range) else { return Ok(here) };
        let (remote, asked) = (self.remote.clone(), Arc::clone(&line));
        let question = async move { history::label_names(&remote, &asked, &selector, older).await };
        Ok(together(here, self.ask((&line, older), question)))
    }

    fn label_values(
        &self,
        name: &str,
        selector: Option<&Selector>,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<String>, TsdbError> {
        let here = self.here.label_values(name, selector, range, limits)?;
        let selector = selector.cloned().unwrap_or_else(Selector::everything);
        let Some((line, older)) = self.remote.older(&selector, range) else { return Ok(here) };
        let (remote, asked, name) = (self.remote.clone(), Arc::clone(&line), name.to_owned());
        let question =
            async move { history::label_values(&remote, &asked, &name, &selector, older).await };
        Ok(together(here, self.ask((&line, older), question)))
    }

    fn stats(&self) -> StoreStats {
        self.here.stats()
    }
}

fn together(here: Vec<String>, there: Option<Vec<String>>) -> Vec<String> {
    let Some(there) = there else { return here };
    here.into_iter().chain(there).collect::<BTreeSet<_>>().into_iter().collect()
}
