use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use db::Tx;
use jobs::Fence;
use kernel::{Caller, Text, Time};
use tsdb::Labels;

use super::{
    Alerts, Occasion,
    apply::Wording,
    checks::RULES_MAX,
    seen::{Seen, see},
};
use crate::{
    AlertsError,
    model::{
        alert::{Alert, CloseReason},
        decision::{Decision, Reading, Standing},
        plan::plan,
        rule::Rule,
        series_condition::SeriesCondition,
        target, wording,
    },
    store::{self, alerts::Owner, pending::Remembered},
};

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

type Standings = BTreeMap<String, Standing>;

impl Alerts {
    /// Looks at every rule on values of series once, and writes what changed.
    pub(crate) async fn evaluate(&self, fence: &Fence) -> Result<Round, AlertsError> {
        let now = self.clock.now();
        let rules = store::rules::after(self.db.reader(), "", RULES_MAX).await?;
        let rules: Vec<Rule> = rules.into_iter().filter(is_watched).collect();
        let mut standings = self.standings().await?;
        let merged = store::resources::merged(self.db.reader(), MERGED_MAX).await?;
        let (series, clock) = (Arc::clone(&self.series), Arc::clone(&self.clock));
        // Reading series may touch the disk.
        let looked = tokio::task::spawn_blocking(move || {
            let look = |rule: Rule| {
                let condition = SeriesCondition::of(&rule.content.condition)?;
                let seen = see(series.as_ref(), condition, &merged, (clock.as_ref(), now));
                Some((rule, seen))
            };
            rules.into_iter().filter_map(look).collect::<Vec<_>>()
        });
        let mut round = Round { at: now, ..Round::default() };
        for (rule, seen) in looked.await? {
            let known = standings.remove(&rule.id.to_string()).unwrap_or_default();
            match seen {
                Err(error) => round.failed.push((rule.content.name, error)),
                Ok(seen) => {
                    if !steps_of(&rule, &known, &seen, now).is_empty() {
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
        for alert in store::alerts::open(self.db.reader(), Owner::Own, STANDINGS_MAX).await? {
            note_open(found.entry(alert.rule_id.to_string()).or_default(), &alert);
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
        let same = current.filter(|current| current.version == rule.version);
        let Some(rule) = same.filter(is_watched) else { return Ok(()) };
        let mut open = BTreeMap::new();
        let mut known = Standings::new();
        for row in store::pending::of_rule(&mut tx, rule.id, STANDINGS_MAX).await? {
            known.insert(row.subject, row.standing);
        }
        let owner = Owner::Rule(rule.id);
        for alert in store::alerts::open(tx.connection(), owner, STANDINGS_MAX).await? {
            note_open(&mut known, &alert);
            open.insert(alert.subject.clone(), alert);
        }
        let steps = steps_of(&rule, &known, seen, now);
        let caller = Caller::system("alerts");
        let occasion = Occasion::new(&caller, now);
        let mut done = 0;
        round.left += steps.len().saturating_sub(CHANGES_MAX) as u64;
        for (subject, decision) in steps.into_iter().take(CHANGES_MAX) {
            let alert = open.remove(&subject);
            let labels = seen.labels.get(&subject);
            let step = Step { rule: &rule, labels };
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
            (Decision::ClearPending, _) => {
                store::pending::remove(tx, rule_id, subject).await?;
            }
            (Decision::StartQuiet, Some(_)) => {
                let quiet = Remembered::Quiet;
                store::pending::put(tx, rule_id, subject, quiet, occasion.at).await?;
            }
            (Decision::Open(reading), None) => {
                let Some(labels) = step.labels else { return Ok(false) };
                return self.raise_on_series(tx, occasion, step, labels, reading).await;
            }
            (Decision::Update(reading), Some(alert)) => {
                let wording = worded_again(step.rule, &alert, reading);
                self.tell(tx, occasion, alert, reading, wording).await?;
            }
            (Decision::Close, Some(alert)) => {
                store::pending::remove(tx, rule_id, subject).await?;
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
            summary: summary_of(step.rule, labels.metric(), value),
        };
        self.raise(tx, occasion, step.rule, target, reading, wording).await
    }
}

/// What a decision is about.
struct Step<'a> {
    rule: &'a Rule,
    labels: Option<&'a Labels>,
}

/// What is decided about a subject, and its open alert.
struct Change {
    subject: String,
    decision: Decision,
    alert: Option<Alert>,
}

/// Whether a rule is looked at in rounds.
fn is_watched(rule: &Rule) -> bool {
    rule.content.enabled && SeriesCondition::of(&rule.content.condition).is_some()
}

/// An open alert, with what is remembered beside it.
fn note_open(known: &mut Standings, alert: &Alert) {
    let mut standing = alert.standing();
    if let Some(Standing::Quiet { since }) = known.get(&alert.subject)
        && let Standing::Open { quiet_since, .. } = &mut standing
    {
        *quiet_since = Some(*since);
    }
    known.insert(alert.subject.clone(), standing);
}

fn steps_of(rule: &Rule, known: &Standings, seen: &Seen, now: Time) -> Vec<(String, Decision)> {
    let condition = SeriesCondition::of(&rule.content.condition);
    condition.map_or_else(Vec::new, |condition| {
        plan(condition, rule.content.severity, known, &seen.values, now)
    })
}

fn summary_of(rule: &Rule, metric: &str, value: f64) -> Text {
    let condition = SeriesCondition::of(&rule.content.condition);
    condition.map_or_else(Text::default, |condition| condition.summary(metric, value))
}

/// The sentence about the value; the one before while nothing is known.
fn worded_again(rule: &Rule, alert: &Alert, reading: Reading) -> Wording {
    let metric = alert.labels.get(tsdb::METRIC_LABEL).map_or("", String::as_str);
    let summary = match reading {
        Reading { value: Some(value), no_data: false, .. } => summary_of(rule, metric, value),
        _ => alert.summary.clone(),
    };
    Wording { title: alert.title.clone(), summary }
}
