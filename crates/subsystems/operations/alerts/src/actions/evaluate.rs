use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use db::Tx;
use jobs::Fence;
use kernel::{Caller, Time};
use tsdb::{Labels, SelectLimits, SeriesStore, TimeRange, TsdbError};

use super::{Alerts, Occasion, apply::Wording, checks::RULES_MAX};
use crate::{
    AlertsError,
    model::{
        alert::{Alert, CloseReason},
        condition::{Condition, ThresholdCondition},
        decision::{Decision, Reading, Standing},
        plan::plan,
        reading,
        rule::Rule,
        target, wording,
    },
    store::{self, alerts::Owner, pending::Remembered, resources::Merged},
};

/// Series that one rule may look at.
const SERIES_MAX: usize = 5_000;
/// Points that one rule may read in a round (16 bytes each).
const POINTS_MAX: usize = 2_000_000;
/// Changes that one rule may make in a round; the rest follow in the next.
const CHANGES_MAX: usize = 500;
/// Open alerts and remembered subjects that are read in a round.
const STANDINGS_MAX: u32 = 20_000;

/// Resources that turned out to be others, and are remembered in a round.
const MERGED_MAX: u32 = 100_000;

/// What became of a round.
#[derive(Debug, Default)]
pub(crate) struct Round {
    /// When it began: everything is decided as of then.
    at: Time,
    /// Changes that were written.
    pub(crate) done: u64,
    /// Changes that are left for the next round.
    pub(crate) left: u64,
    /// Rules that could not be evaluated: the name and the reason.
    pub(crate) failed: Vec<(kernel::Text, String)>,
}

/// What a rule sees of its series.
#[derive(Debug, Default)]
struct Seen {
    values: BTreeMap<String, f64>,
    labels: HashMap<String, Labels>,
}

impl Seen {
    fn note(&mut self, labels: Labels, value: f64) {
        let subject = target::series_subject(&labels);
        self.values.insert(subject.clone(), value);
        self.labels.insert(subject, labels);
    }
}

type Standings = BTreeMap<String, Standing>;

impl Alerts {
    /// Looks at every rule on values of series once, and writes what changed.
    pub(crate) async fn evaluate(&self, fence: &Fence) -> Result<Round, AlertsError> {
        let now = self.clock.now();
        let rules = store::rules::after(self.db.reader(), "", RULES_MAX).await?;
        let rules: Vec<(Rule, ThresholdCondition)> =
            rules.into_iter().filter_map(watched).collect();
        let mut standings = self.standings().await?;
        let merged = store::resources::merged(self.db.reader(), MERGED_MAX).await?;
        let series = Arc::clone(&self.series);
        // Reading series may touch the disk.
        let looked = tokio::task::spawn_blocking(move || {
            let look = |(rule, condition): (Rule, ThresholdCondition)| {
                let seen = see(series.as_ref(), &condition, &merged, now);
                (rule, condition, seen)
            };
            rules.into_iter().map(look).collect::<Vec<_>>()
        });
        let mut round = Round { at: now, ..Round::default() };
        for (rule, condition, seen) in looked.await? {
            let known = standings.remove(&rule.id.to_string()).unwrap_or_default();
            match seen {
                Err(error) => round.failed.push((rule.content.name, error.to_string())),
                Ok(seen) => {
                    let severity = rule.content.severity;
                    if !plan(&condition, severity, &known, &seen.values, now).is_empty() {
                        self.carry_out(&rule, &seen, fence, &mut round).await?;
                    }
                }
            }
        }
        Ok(round)
    }

    /// How every subject stands, by rule.
    async fn standings(&self) -> Result<HashMap<String, Standings>, AlertsError> {
        let mut found: HashMap<String, Standings> = HashMap::new();
        for row in store::pending::all(self.db.reader(), STANDINGS_MAX).await? {
            found.entry(row.rule_id).or_default().insert(row.subject, row.standing);
        }
        for alert in store::alerts::open(self.db.reader(), Owner::All, STANDINGS_MAX).await? {
            let standing = alert.standing();
            found.entry(alert.rule_id.to_string()).or_default().insert(alert.subject, standing);
        }
        Ok(found)
    }

    /// Decides again inside a transaction, as somebody may have acted since, and writes it.
    async fn carry_out(
        &self,
        rule: &Rule,
        seen: &Seen,
        fence: &Fence,
        round: &mut Round,
    ) -> Result<(), AlertsError> {
        let now = round.at;
        let mut tx = self.db.begin().await?;
        let current = store::rules::find(tx.connection(), rule.id).await?;
        let Some((rule, condition)) =
            current.filter(|current| current.version == rule.version).and_then(watched)
        else {
            return Ok(());
        };
        let mut open = BTreeMap::new();
        let mut known = Standings::new();
        for row in store::pending::of_rule(&mut tx, rule.id, STANDINGS_MAX).await? {
            known.insert(row.subject, row.standing);
        }
        let owner = Owner::Rule(rule.id);
        for alert in store::alerts::open(tx.connection(), owner, STANDINGS_MAX).await? {
            known.insert(alert.subject.clone(), alert.standing());
            open.insert(alert.subject.clone(), alert);
        }
        let steps = plan(&condition, rule.content.severity, &known, &seen.values, now);
        let caller = Caller::system("alerts");
        let occasion = Occasion::new(&caller, now);
        let mut done = 0;
        round.left += steps.len().saturating_sub(CHANGES_MAX) as u64;
        for (subject, decision) in steps.into_iter().take(CHANGES_MAX) {
            let alert = open.remove(&subject);
            let labels = seen.labels.get(&subject);
            let step = Step { rule: &rule, condition: &condition, labels };
            let change = Change { subject, decision, alert };
            done += u64::from(self.take(&mut tx, occasion, &step, change).await?);
        }
        if done > 0 {
            fence.check(&mut tx).await.map_err(|fault| AlertsError::TakenOver(Box::new(fault)))?;
            tx.commit().await?;
            round.done += done;
        }
        Ok(())
    }

    /// Writes one decision. False when it came to nothing.
    async fn take(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        step: &Step<'_>,
        change: Change,
    ) -> Result<bool, AlertsError> {
        let (rule_id, subject) = (step.rule.id, change.subject.as_str());
        match (change.decision, change.alert) {
            (Decision::StartPending, None) => {
                let pending = Remembered::Pending;
                store::pending::put(tx, rule_id, subject, pending, occasion.at).await?;
            }
            (Decision::ClearPending, None) => {
                store::pending::remove(tx, rule_id, subject).await?;
            }
            (Decision::Open(reading), None) => {
                let Some(labels) = step.labels else { return Ok(false) };
                return self.raise_on_series(tx, occasion, step, labels, reading).await;
            }
            (Decision::Update(reading), Some(alert)) => {
                let wording = worded_again(step.condition, &alert, reading);
                self.tell(tx, occasion, alert, reading, wording).await?;
            }
            (Decision::Close, Some(alert)) => {
                self.end(tx, occasion, alert, CloseReason::Recovered, None).await?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    async fn raise_on_series(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        step: &Step<'_>,
        labels: &Labels,
        reading: Reading,
    ) -> Result<bool, AlertsError> {
        let mut target = target::of_series(labels);
        if let Some(id) = &target.resource_id
            && let Some(resource) = store::resources::find(tx, id).await?
        {
            // The last points of a resource outlive it.
            if resource.retired {
                return Ok(false);
            }
            target.resource_name = resource.name;
        }
        let value = reading.value.unwrap_or(f64::NAN);
        let wording = Wording {
            title: wording::threshold_title(&step.rule.content.name, &target.called),
            summary: wording::threshold_summary(step.condition, labels.metric(), value),
        };
        self.raise(tx, occasion, step.rule, target, reading, wording).await
    }
}

/// What a decision is about.
struct Step<'a> {
    rule: &'a Rule,
    condition: &'a ThresholdCondition,
    labels: Option<&'a Labels>,
}

/// What is decided about a subject, and its open alert.
struct Change {
    subject: String,
    decision: Decision,
    alert: Option<Alert>,
}

fn watched(rule: Rule) -> Option<(Rule, ThresholdCondition)> {
    match &rule.content.condition {
        Condition::Threshold(condition) if rule.content.enabled => {
            let condition = condition.clone();
            Some((rule, condition))
        }
        _ => None,
    }
}

/// What a rule sees. The series of a resource that turned out to be another are that one's, where
/// it has none of its own.
fn see(
    series: &dyn SeriesStore,
    condition: &ThresholdCondition,
    merged: &Merged,
    now: Time,
) -> Result<Seen, TsdbError> {
    let window = Duration::from_secs(u64::from(condition.window_s));
    let range = TimeRange { from_ms: now.minus(window).millis(), to_ms: now.millis() };
    let limits = SelectLimits { series_max: SERIES_MAX, points_max: POINTS_MAX };
    let mut seen = Seen::default();
    let mut adopted = Vec::new();
    for series in series.select(&condition.selector()?, range, &limits)? {
        let Some(value) = reading::read(condition.derive, &series.points) else { continue };
        match target::of_kept(&series.labels, |id| merged.kept(id)) {
            Some(labels) => adopted.push((labels, value)),
            None => seen.note(series.labels, value),
        }
    }
    for (labels, value) in adopted {
        if !seen.values.contains_key(&target::series_subject(&labels)) {
            seen.note(labels, value);
        }
    }
    Ok(seen)
}

/// The sentence about the value; the one before while nothing is known.
fn worded_again(condition: &ThresholdCondition, alert: &Alert, reading: Reading) -> Wording {
    let metric = alert.labels.get(tsdb::METRIC_LABEL).map_or("", String::as_str);
    let summary = match reading {
        Reading { value: Some(value), no_data: false, .. } => {
            wording::threshold_summary(condition, metric, value)
        }
        _ => alert.summary.clone(),
    };
    Wording { title: alert.title.clone(), summary }
}
