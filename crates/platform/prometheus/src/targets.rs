//! What this server collects, as far as a caller may see it.

use std::{future::Future, pin::Pin, time::Duration};

use kernel::{Caller, Fault, Page, Time};
use probe::{CheckFilter, WatchedCheck, model::CheckState};

use crate::Prometheus;

/// Most targets that are shown.
const TARGETS_MAX: u32 = 10_000;

/// Something that samples are collected from.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// What kind of collection it is: `host`, `check/http`.
    pub pool: String,
    /// What is asked, for people.
    pub address: String,
    /// The labels of its series.
    pub labels: Vec<(&'static str, String)>,
    /// Whether it is collected from at all.
    pub enabled: bool,
    /// Whether the last time went well; none before the first.
    pub healthy: Option<bool>,
    /// Why it did not.
    pub last_error: String,
    /// When that was.
    pub last_at: Option<Time>,
    /// How long it took.
    pub last_took: Duration,
    /// Time between two.
    pub interval: Duration,
    /// How long one may take.
    pub timeout: Duration,
}

/// Targets on their way.
pub type TargetsFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<Target>, Fault>> + Send + 'a>>;

/// Whoever collects besides the checks; the roof implements it over the watched machine.
pub trait Collectors: Send + Sync {
    /// What they collect from, as far as the caller may see it.
    ///
    /// Errors: the register cannot be read.
    fn seen_by<'a>(&'a self, caller: &'a Caller) -> TargetsFuture<'a>;
}

impl Prometheus {
    /// The targets that the caller may see: what collectors collect from, then the checks; and
    /// whether there are more of these.
    pub(crate) async fn targets(&self, caller: &Caller) -> Result<(Vec<Target>, bool), Fault> {
        let inner = &self.inner;
        let mut targets = match &inner.collectors {
            Some(collectors) => collectors.seen_by(caller).await?,
            None => Vec::new(),
        };
        let page = Page { after: None, limit: TARGETS_MAX };
        let checks = inner.probe.checks(caller, &CheckFilter::default(), &page).await?;
        targets.extend(checks.items.iter().map(of_check));
        Ok((targets, checks.next.is_some()))
    }
}

fn of_check(check: &WatchedCheck) -> Target {
    let (definition, settings) = (&check.definition, &check.definition.settings);
    let run = check.status.last_run.as_ref();
    let healthy = match check.status.standing.state {
        CheckState::Pending => None,
        CheckState::Ok | CheckState::Warning => Some(true),
        CheckState::Unknown | CheckState::Critical => Some(false),
    };
    let summary = run.map(|run| run.summary.en.clone()).unwrap_or_default();
    Target {
        pool: format!("check/{}", settings.protocol),
        address: check.target.clone().unwrap_or_default(),
        labels: vec![
            ("check", definition.id.to_string()),
            ("check_name", settings.name.clone()),
            ("resource", definition.resource_id.to_string()),
        ],
        enabled: settings.enabled,
        healthy,
        last_error: if healthy == Some(false) { summary } else { String::new() },
        last_at: run.map(|run| run.at),
        last_took: run.map(|run| run.duration).unwrap_or_default(),
        interval: Duration::from_secs(u64::from(settings.interval_s)),
        timeout: Duration::from_secs_f64(settings.timeout_s.max(0.0)),
    }
}
