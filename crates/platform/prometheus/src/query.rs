//! Queries: on a thread of their own unless they are short, with an end in time, and given up when
//! nobody waits.

mod collected;
mod control;
mod kept;
mod rolled;
mod source;

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use control::{Deadline, OnDrop};
use kept::Continued;
pub(crate) use kept::KeptAnswers;
use kernel::{Caller, Fault};
use probe::{SeenSeries, Standpoint};
use promql::{Answer, Engine, EngineOptions, Moment, Period, PromqlError};
use source::{SeenSource, Store};
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::{Prometheus, gaps::Gaps, prometheus::Inner};

/// The longest that a query may take, whatever is set: a little less than any request may.
pub const TIMEOUT_MAX: Duration = Duration::from_secs(28);

/// How much a query may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryLimits {
    /// How long it may take, the wait for its turn included; at most [`TIMEOUT_MAX`].
    pub timeout: Duration,
    /// Queries that run at once; further ones wait.
    pub concurrency_max: usize,
    /// Most series that a selector may find.
    pub series_max: usize,
    /// Most samples that it may read.
    pub samples_max: u64,
    /// Most bytes that all of its values may take at any moment.
    pub bytes_max: usize,
}

/// What a query may take that is answered by the thread which read its request: to hand it to
/// another and back takes longer than to answer most that ask for one moment. What takes more is
/// asked again as any other.
const AT_ONCE: QueryLimits = QueryLimits {
    timeout: Duration::from_millis(2),
    concurrency_max: 1,
    series_max: 100,
    samples_max: 10_000,
    bytes_max: 1 << 20,
};

/// Longer texts are not worth it.
const AT_ONCE_BYTES_MAX: usize = 2048;

/// 28 seconds, 8 at once, a million series, 50 million samples, 512 MiB.
impl Default for QueryLimits {
    fn default() -> Self {
        Self {
            timeout: TIMEOUT_MAX,
            concurrency_max: 8,
            series_max: 1_000_000,
            samples_max: 50_000_000,
            bytes_max: 512 << 20,
        }
    }
}

impl QueryLimits {
    /// What is tried without another thread, as far as these limits allow.
    fn at_once(self) -> Self {
        Self {
            timeout: self.timeout.min(AT_ONCE.timeout),
            series_max: self.series_max.min(AT_ONCE.series_max),
            samples_max: self.samples_max.min(AT_ONCE.samples_max),
            bytes_max: self.bytes_max.min(AT_ONCE.bytes_max),
            ..self
        }
    }

    /// Options of an engine that keeps to these limits.
    #[must_use]
    pub fn engine_options(&self) -> EngineOptions {
        EngineOptions {
            experimental: true,
            samples_max: self.samples_max,
            series_max: self.series_max,
            bytes_max: self.bytes_max,
            ..EngineOptions::default()
        }
    }
}

/// When a query is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// Once.
    At(Moment),
    /// At every step.
    Over(Period),
}

/// A query as it was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) query: String,
    pub(crate) when: When,
    /// How long it may take, where less than usual.
    pub(crate) timeout: Option<Duration>,
    /// How long a sample counts, where that is not the usual five minutes.
    pub(crate) lookback_ms: Option<i64>,
    /// Whether nothing of an earlier answer may be taken: what it costs is to be known.
    pub(crate) anew: bool,
}

/// What came of a query, and how long it took.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) answer: Answer,
    /// Waiting for its turn.
    pub(crate) queued: Duration,
    /// Being evaluated.
    pub(crate) evaluated: Duration,
}

impl Prometheus {
    /// Evaluates a query on the series that the caller may see.
    ///
    /// Errors: of the query, inside; faults of the database.
    pub(crate) async fn ask(
        &self,
        caller: &Caller,
        asked: Asked,
    ) -> Result<Result<Answered, PromqlError>, Fault> {
        let inner = Arc::clone(&self.inner);
        let limits = inner.settings.query;
        let longest = limits.timeout.min(TIMEOUT_MAX);
        let longest = asked.timeout.map_or(longest, |timeout| timeout.min(longest));
        let begun = inner.clock.monotonic();
        let cancelled = Arc::new(AtomicBool::new(false));
        // The request is dropped when its client goes away, and this with it.
        let _given_up = OnDrop(Arc::clone(&cancelled));
        let seen = inner.probe.seen_series(caller).await?;
        let turn = Arc::clone(&inner.queries).acquire_owned();
        let Ok(turn) = tokio::time::timeout(longest, turn).await else {
            return Ok(Err(PromqlError::TimedOut));
        };
        let turn = turn.map_err(Fault::internal)?;
        let standpoint = match asked.when {
            When::Over(_) if !asked.anew && inner.reads_all_alone() => {
                Some(seen.standpoint().await?)
            }
            _ => None,
        };
        let runtime = Handle::current();
        let run = Run { inner, asked, seen, standpoint, runtime, cancelled, begun };
        let limits = QueryLimits { timeout: longest, ..limits };
        if run.is_short() {
            let answered = tokio::task::block_in_place(|| run.within(limits.at_once()));
            if let Ok(answered) = answered {
                return Ok(Ok(answered));
            }
        }
        let work = move || {
            let answered = run.within(limits);
            // The next one's turn comes when this one has ended, even if nobody waits for it.
            drop(turn);
            answered
        };
        tokio::task::spawn_blocking(work).await.map_err(Fault::internal)
    }
}

/// A query with all that it takes to evaluate it.
struct Run {
    inner: Arc<Inner>,
    asked: Asked,
    seen: SeenSeries,
    /// From where, if earlier answers may be used.
    standpoint: Option<Standpoint>,
    runtime: Handle,
    cancelled: Arc<AtomicBool>,
    /// When it was asked, on the monotonic clock.
    begun: Duration,
}

impl Run {
    /// Whether it is worth trying with [`AT_ONCE`], where this thread may be kept for a moment. A
    /// store far away is asked once, and by a thread that may wait for it.
    fn is_short(&self) -> bool {
        matches!(self.asked.when, When::At(_))
            && self.inner.reads_all_alone()
            && self.asked.query.len() <= AT_ONCE_BYTES_MAX
            && self.runtime.runtime_flavor() == RuntimeFlavor::MultiThread
    }

    /// Evaluates it; the time that it may take has run since it was asked.
    fn within(&self, limits: QueryLimits) -> Result<Answered, PromqlError> {
        let clock = &self.inner.clock;
        let started = clock.monotonic();
        let answer = match self.continued() {
            None => self.evaluated(limits, self.asked.when)?,
            Some(continued) => self.finished(limits, continued)?,
        };
        Ok(Answered {
            answer,
            queued: started.saturating_sub(self.begun),
            evaluated: clock.monotonic().saturating_sub(started),
        })
    }

    /// What is known of it, and what becomes known.
    fn continued(&self) -> Option<Continued> {
        let (When::Over(period), Some(standpoint)) = (self.asked.when, &self.standpoint) else {
            return None;
        };
        let question = (self.asked.query.as_str(), self.asked.lookback_ms);
        let Inner { kept, store, .. } = &*self.inner;
        kept.continued(store, question, period, standpoint.clone())
    }

    /// Evaluates the steps that are missing.
    fn finished(&self, limits: QueryLimits, continued: Continued) -> Result<Answer, PromqlError> {
        let Some(missing) = continued.missing() else { return Ok(continued.whole()) };
        let answer = continued.joined(self.evaluated(limits, When::Over(missing))?);
        self.inner.kept.keep(continued, &answer);
        Ok(answer)
    }

    fn evaluated(&self, limits: QueryLimits, when: When) -> Result<Answer, PromqlError> {
        let clock = &self.inner.clock;
        let until = self.begun.saturating_add(limits.timeout);
        let cancelled = Arc::clone(&self.cancelled);
        let control = Deadline { cancelled, clock: Arc::clone(clock), until };
        let gaps = Gaps::default();
        let store = Store::new(Arc::clone(&self.inner), limits, gaps.clone());
        let source = SeenSource::new(store, self.seen.clone(), self.runtime.clone());
        let usual = limits.engine_options();
        let lookback_ms = self.asked.lookback_ms.unwrap_or(usual.lookback_ms);
        let engine = Engine::new(EngineOptions { lookback_ms, ..usual });
        let query = &self.asked.query;
        let answer = match when {
            When::At(moment) => engine.instant(&source, query, moment, &control),
            When::Over(period) => engine.range(&source, query, period, &control),
        };
        let mut answer = answer.map_err(|error| source.explained(error))?;
        answer.warnings.extend(gaps.texts());
        Ok(answer)
    }
}
