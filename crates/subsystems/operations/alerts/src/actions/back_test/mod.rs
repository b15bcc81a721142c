//! What a rule would have done on what is stored, with silences and policies as they are now.

mod sight;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use ::resources::ResourceId;
use kernel::{Caller, FieldFault, Id, Text, Time};
use tsdb::Labels;

use super::{
    Alerts, SILENCES_MAX,
    incidents::{DEPTH, POLICIES_MAX, symptom},
    permit_everywhere,
};
use crate::{
    AlertsError,
    model::{
        alert::{Alert, AlertState},
        back_test::{Difference, House, WouldAlert, WouldPage, difference, pages, play},
        lesson,
        permission::ALERT_RULE_CHANGE,
        rule::{RuleDraft, RuleId},
        series_condition::SeriesCondition,
        silence::Silence,
        target, wording,
    },
    store,
};

use sight::{Seen, look_back};

/// The longest stretch that is looked at.
const SPAN_MAX: Duration = Duration::from_secs(31 * 86_400);
/// Moments at most: between two of them nothing is seen.
const MOMENTS_MAX: u64 = 5_000;
/// Moments when nobody says how far apart they are to be.
const MOMENTS: u64 = 1_000;
/// Rules are evaluated so often: nothing is gained by looking more often.
const STEP_MIN_S: u64 = 10;
/// Alerts for which the messages are worked out.
const ALERTS_MAX: usize = 1_000;
const MERGED_MAX: u32 = 100_000;
const LESSONS_MAX: u32 = 1_000;

/// What is to be looked at.
#[derive(Debug, Clone)]
pub(crate) struct BackTest {
    /// The rule as it would be.
    pub(crate) draft: RuleDraft,
    /// The saved one that it is held against.
    pub(crate) rule_id: Option<RuleId>,
    pub(crate) from: Time,
    pub(crate) to: Time,
    /// Seconds between two moments.
    pub(crate) step_s: Option<u64>,
}

/// What one rule would have done.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    /// The alerts, by when they open, each with the silence that covers it when it does.
    pub(crate) alerts: Vec<(Alert, Option<String>)>,
    /// The messages. Nothing is worked out for too many alerts.
    pub(crate) pages: Option<Vec<WouldPage>>,
    would: Vec<WouldAlert>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub(crate) struct BackTested {
    pub(crate) step_s: u64,
    pub(crate) moments: usize,
    pub(crate) new: Outcome,
    pub(crate) saved: Option<(Outcome, Difference)>,
}

impl Alerts {
    /// What a rule would have done, beside what the saved one of the same id would have.
    ///
    /// Errors: [`AlertsError::Forbidden`], [`AlertsError::Invalid`], [`AlertsError::RuleNotFound`].
    pub(crate) async fn back_test(
        &self,
        caller: &Caller,
        test: BackTest,
    ) -> Result<BackTested, AlertsError> {
        permit_everywhere(caller, ALERT_RULE_CHANGE)?;
        let (step_s, moments) = self.moments(&test)?;
        let saved = match test.rule_id {
            Some(id) => Some(self.rule_seen(caller, id).await?.content),
            None => None,
        };
        let new = self.outcome(&test.draft, &moments).await?;
        let saved = match saved.filter(|one| SeriesCondition::of(&one.condition).is_some()) {
            Some(content) => Some(self.outcome(&content, &moments).await?),
            None => None,
        };
        let saved = saved.map(|saved| {
            let differs = difference(&new.would, &saved.would);
            (saved, differs)
        });
        Ok(BackTested { step_s, moments: moments.len(), new, saved })
    }

    fn moments(&self, test: &BackTest) -> Result<(u64, Vec<Time>), AlertsError> {
        let mut faults = test.draft.faults();
        if SeriesCondition::of(&test.draft.condition).is_none() {
            let expected = Text::new("threshold or query", "threshold 或 query");
            faults.push(FieldFault::new("condition.type", "check_state", expected));
        }
        let span = test.to.since(test.from);
        if span.is_zero() || span > SPAN_MAX || test.to > self.clock.now() {
            let expected = Text::new(
                "after `from`, at most 31 days later, and not in the future",
                "晚于 from，最多晚 31 天，且不晚于当前时间",
            );
            faults.push(FieldFault::new("to", test.to, expected));
        }
        let fitting = span.as_secs().div_ceil(MOMENTS).max(STEP_MIN_S);
        let step_s = test.step_s.unwrap_or(fitting);
        let shortest = span.as_secs().div_ceil(MOMENTS_MAX).max(STEP_MIN_S);
        if !(shortest..=86_400).contains(&step_s) {
            let expected = Text::new(
                format!("{shortest} to 86400 seconds"),
                format!("{shortest} 到 86400 秒"),
            );
            faults.push(FieldFault::new("step_s", step_s, expected));
        }
        if !faults.is_empty() {
            return Err(AlertsError::Invalid(faults));
        }
        let count = span.as_secs() / step_s;
        let at = |number: u64| test.from.plus(Duration::from_secs(number * step_s));
        Ok((step_s, (0..=count).map(at).collect()))
    }

    async fn outcome(&self, draft: &RuleDraft, moments: &[Time]) -> Result<Outcome, AlertsError> {
        let merged = store::resources::merged(self.db.reader(), MERGED_MAX).await?;
        let (series, clock) = (Arc::clone(&self.series), Arc::clone(&self.clock));
        let (rule, times) = (draft.clone(), moments.to_vec());
        // Reading series may touch the disk.
        let seen = tokio::task::spawn_blocking(move || {
            let condition = SeriesCondition::of(&rule.condition)?;
            Some(look_back(series.as_ref(), condition, &merged, &times, clock.as_ref()))
        });
        let Some(seen) = seen.await? else { return Ok(Outcome::default()) };
        let seen = seen.map_err(|why| {
            let expected = Text::new(
                format!("what can be evaluated over the stretch: {why}"),
                format!("在所选时段可以计算的条件：{why}"),
            );
            AlertsError::Invalid(vec![FieldFault::new("condition", "", expected)])
        })?;
        let Seen { observed, labels } = seen;
        let mut would: Vec<WouldAlert> = Vec::new();
        if let Some(condition) = SeriesCondition::of(&draft.condition) {
            for one in &observed {
                would.extend(play(condition, draft.severity, one, moments));
            }
        }
        would.sort_by(|one, other| (one.from, &one.subject).cmp(&(other.from, &other.subject)));
        let alerts = self.would_be(draft, &would, &labels).await?;
        self.told(alerts, would, moments).await
    }

    /// The alerts as they would be in the records.
    async fn would_be(
        &self,
        draft: &RuleDraft,
        would: &[WouldAlert],
        labels: &HashMap<String, Labels>,
    ) -> Result<Vec<Alert>, AlertsError> {
        let mut ids: Vec<ResourceId> = Vec::new();
        let mut alerts = Vec::with_capacity(would.len());
        let rule_id = Id::new(self.ids.as_ref(), self.clock.as_ref());
        for one in would {
            let Some(labels) = labels.get(&one.subject) else { continue };
            let target = target::of_series(labels);
            ids.extend(target.resource_id.as_deref().and_then(|id| id.parse::<ResourceId>().ok()));
            alerts.push(alert_of(
                (rule_id, Id::new(self.ids.as_ref(), self.clock.as_ref())),
                draft,
                one,
                (target, labels.metric()),
            ));
        }
        ids.sort_unstable();
        ids.dedup();
        let names = self.resources.names_of(&ids).await?;
        for alert in &mut alerts {
            let id = alert.resource_id.as_deref().and_then(|id| id.parse::<ResourceId>().ok());
            if let Some(name) = id.and_then(|id| names.get(&id)) {
                name.name.clone_into(&mut alert.resource_name);
            }
        }
        Ok(alerts)
    }

    /// Which of them would have been silenced, and whom they would have been told.
    async fn told(
        &self,
        alerts: Vec<Alert>,
        would: Vec<WouldAlert>,
        moments: &[Time],
    ) -> Result<Outcome, AlertsError> {
        let (reader, first) = (self.db.reader(), moments.first().copied());
        let first = first.unwrap_or_else(|| self.clock.now());
        let silences = store::silences::lasting(reader, first, SILENCES_MAX).await?;
        let policies = store::policies::all(reader, POLICIES_MAX).await?;
        let lessons = store::lessons::all(reader, LESSONS_MAX).await?;
        let mut ids: Vec<ResourceId> = alerts
            .iter()
            .filter_map(|alert| alert.resource_id.as_deref().and_then(|id| id.parse().ok()))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let bounds = ::resources::ImpactBounds { depth: Some(DEPTH), at: None };
        let caller = Caller::system("alerts");
        let graph = self.resources.foundation(&caller, &ids, bounds).await?.graph;
        let above = self.above_of(&ids, self.clock.now()).await?;
        let covers = |alert: &Alert| {
            let covers = |one: &&Silence| {
                one.content.holds(alert.raised_at) && one.content.covers(alert, &graph)
            };
            silences.iter().find(covers).map(|silence| silence.id.to_string())
        };
        let silenced: Vec<Option<String>> = alerts.iter().map(covers).collect();
        let known: Vec<_> = alerts.iter().map(|alert| (alert.clone(), symptom(alert))).collect();
        let mut house = House {
            graph,
            lessons: lesson::confirmed(&lessons),
            silences: &silences,
            policies: &policies,
            above: &above,
        };
        let pages = (alerts.len() <= ALERTS_MAX).then(|| pages(&mut house, &known, moments));
        Ok(Outcome { alerts: alerts.into_iter().zip(silenced).collect(), pages, would })
    }
}

fn alert_of(
    (rule_id, id): (RuleId, crate::model::alert::AlertId),
    draft: &RuleDraft,
    would: &WouldAlert,
    (target, metric): (target::Target, &str),
) -> Alert {
    let value = would.value.unwrap_or(f64::NAN);
    let condition = SeriesCondition::of(&draft.condition);
    Alert {
        id,
        rule_id,
        rule_name: draft.name.clone(),
        title: wording::threshold_title(&draft.name, &target.called),
        summary: condition.map(|one| one.summary(metric, value)).unwrap_or_default(),
        subject: target.subject,
        severity: draft.severity,
        resource_id: target.resource_id,
        resource_name: target.resource_name,
        check_id: target.check_id,
        state: if would.to.is_some() { AlertState::Closed } else { AlertState::Open },
        no_data: false,
        value: would.value,
        labels: BTreeMap::from_iter(target.labels),
        acknowledged: None,
        raised_at: would.from,
        updated_at: would.from,
        closed_at: would.to,
        close_reason: None,
        close_comment: None,
        version: 1,
    }
}
