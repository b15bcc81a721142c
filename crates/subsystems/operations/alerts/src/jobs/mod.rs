mod watchdog;

use std::time::Duration;

use jobs::{Fence, Job, JobFuture, Status};
use kernel::{Fault, Text};

use crate::{Alerts, AlertsError, actions::Round, store};

pub(crate) use watchdog::{AskOutside, SendHeartbeat};

/// How long closed alerts are kept. Their facts stay in the journal.
const KEPT: Duration = Duration::from_secs(400 * 86_400);
/// Alerts that are forgotten at once.
const FORGOTTEN_AT_ONCE: u32 = 1_000;
/// Rules that a message names.
const NAMED_MAX: usize = 3;

/// Evaluates the rules on values of series.
#[derive(Debug)]
pub(crate) struct EvaluateRules(pub(crate) Alerts);

/// Forgets alerts that were closed long ago.
#[derive(Debug)]
pub(crate) struct ForgetAlerts(pub(crate) Alerts);

impl Job for EvaluateRules {
    fn name(&self) -> &'static str {
        "alerts.evaluate"
    }

    fn title(&self) -> Text {
        Text::new("Evaluate alert rules", "计算告警规则")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(10)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { self.round(&Fence::open()).await })
    }

    fn run_fenced<'a>(&'a self, fence: &'a Fence) -> JobFuture<'a> {
        Box::pin(self.round(fence))
    }
}

impl EvaluateRules {
    /// Looks at every rule once; a round that was taken over by another server writes nothing.
    async fn round(&self, fence: &Fence) -> Result<Status, Fault> {
        let round = self.0.evaluate(fence).await?;
        self.0.note_round(Round::Evaluate).await?;
        for (name, reason) in &round.failed {
            tracing::debug!("failed to evaluate the rule `{name}`: {reason}");
        }
        let message = message(&round.failed);
        Ok(Status { done: round.done, left: round.left, oldest_s: None, message })
    }
}

/// Puts alerts together by their causes, and tells people.
#[derive(Debug)]
pub(crate) struct CorrelateAlerts(pub(crate) Alerts);

impl Job for CorrelateAlerts {
    fn name(&self) -> &'static str {
        "alerts.correlate"
    }

    fn title(&self) -> Text {
        Text::new("Find the causes of alerts and tell of incidents", "告警关联分析与故障通知")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(5)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { self.round(&Fence::open()).await })
    }

    fn run_fenced<'a>(&'a self, fence: &'a Fence) -> JobFuture<'a> {
        Box::pin(self.round(fence))
    }
}

impl CorrelateAlerts {
    async fn round(&self, fence: &Fence) -> Result<Status, Fault> {
        let round = self.0.correlate(fence).await?;
        self.0.note_round(Round::Correlate).await?;
        Ok(Status { done: round.done, left: round.left, ..Status::default() })
    }
}

/// Ends alerts of other systems that were not sent again.
#[derive(Debug)]
pub(crate) struct EndRunOut(pub(crate) Alerts);

impl Job for EndRunOut {
    fn name(&self) -> &'static str {
        "alerts.end_run_out"
    }

    fn title(&self) -> Text {
        Text::new("End alerts that their senders no longer send", "结束来源系统不再发送的告警")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(5)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { self.round(&Fence::open()).await })
    }

    fn run_fenced<'a>(&'a self, fence: &'a Fence) -> JobFuture<'a> {
        Box::pin(self.round(fence))
    }
}

impl EndRunOut {
    async fn round(&self, fence: &Fence) -> Result<Status, Fault> {
        let (done, more) = self.0.end_run_out(fence).await?;
        Ok(Status { done, left: u64::from(more), ..Status::default() })
    }
}

/// Takes in what alerting rules of rule files say.
#[derive(Debug)]
pub(crate) struct TakeRuleFiles(pub(crate) Alerts);

impl Job for TakeRuleFiles {
    fn name(&self) -> &'static str {
        "alerts.take_rule_files"
    }

    fn title(&self) -> Text {
        Text::new("Take in the alerts of rule files", "接收规则文件产生的告警")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(5)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async {
            let (done, reasons) = self.0.take_rule_files().await?;
            let message = reasons.first().map(|why| {
                Text::new(
                    format!("alerts of rule files were refused: {why}"),
                    format!("规则文件的部分告警被拒绝：{why}"),
                )
            });
            Ok(Status { done, message, ..Status::default() })
        })
    }
}

impl Job for ForgetAlerts {
    fn name(&self) -> &'static str {
        "alerts.forget"
    }

    fn title(&self) -> Text {
        Text::new("Forget alerts closed over 400 days ago", "清理关闭超过 400 天的告警")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(3600)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { self.forget().await.map_err(Fault::from) })
    }
}

impl ForgetAlerts {
    async fn forget(&self) -> Result<Status, AlertsError> {
        let before = self.0.clock.now().minus(KEPT);
        let mut tx = self.0.db.begin().await?;
        let mut done = store::alerts_write::forget(&mut tx, before, FORGOTTEN_AT_ONCE).await?;
        done += store::incidents::forget(&mut tx, before, FORGOTTEN_AT_ONCE).await?;
        done += store::events::forget(&mut tx, before, FORGOTTEN_AT_ONCE).await?;
        done += store::pages::forget(&mut tx, before, FORGOTTEN_AT_ONCE).await?;
        done += store::silences::forget(&mut tx, before, FORGOTTEN_AT_ONCE).await?;
        if done > 0 {
            // no fact: closed alerts go when they are old; the facts about them stay.
            tx.commit().await?;
        }
        Ok(Status { done, ..Status::default() })
    }
}

fn message(failed: &[(Text, String)]) -> Option<Text> {
    if failed.is_empty() {
        return None;
    }
    let named = |name: fn(&Text) -> &str, comma: &str| {
        let shown = failed.iter().take(NAMED_MAX);
        let shown: Vec<_> = shown.map(|(text, why)| format!("{} ({why})", name(text))).collect();
        shown.join(comma)
    };
    let count = failed.len();
    Some(Text::new(
        format!("{count} rules could not be evaluated: {}", named(|text| &text.en, "; ")),
        format!("{count} 条规则无法计算：{}", named(|text| &text.zh, "；")),
    ))
}
