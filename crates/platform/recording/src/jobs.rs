use std::{sync::Arc, time::Duration};

use jobs::{Fence, Job, JobFuture, RunsOn, Status};
use kernel::{Fault, Text};

use crate::Recording;

/// Failing groups that a message names.
const NAMED_MAX: usize = 3;

/// The periodic jobs.
#[must_use]
pub fn jobs(recording: &Recording) -> Vec<Arc<dyn Job>> {
    vec![
        Arc::new(EvaluateGroups(recording.clone())),
        Arc::new(FillBack(recording.clone())),
        Arc::new(ForgetBackfills(recording.clone())),
    ]
}

/// Evaluates rule groups at their moments.
#[derive(Debug)]
struct EvaluateGroups(Recording);

/// Goes on with back-fills.
#[derive(Debug)]
struct FillBack(Recording);

/// Forgets back-fills that ended long ago.
#[derive(Debug)]
struct ForgetBackfills(Recording);

impl Job for EvaluateGroups {
    fn name(&self) -> &'static str {
        "recording.evaluate"
    }

    fn title(&self) -> Text {
        Text::new("Evaluate rule groups", "计算规则组")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(1)
    }

    /// The samples are on each server's own disk.
    fn runs_on(&self) -> RunsOn {
        RunsOn::EveryServer
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async {
            let begun = self.0.begin_due().await?;
            let (done, left) = (begun.due - begun.left, begun.left);
            Ok(Status { done, left, oldest_s: None, message: message(&self.0) })
        })
    }
}

fn message(recording: &Recording) -> Option<Text> {
    let failing = recording.failing();
    if failing.is_empty() {
        return None;
    }
    let named = |comma: &str| {
        let shown = failing.iter().take(NAMED_MAX);
        shown.map(|(group, why)| format!("{group} ({why})")).collect::<Vec<_>>().join(comma)
    };
    let count = failing.len();
    Some(Text::new(
        format!("{count} groups have rules that fail: {}", named("; ")),
        format!("{count} 个规则组有规则计算失败：{}", named("；")),
    ))
}

impl Job for FillBack {
    fn name(&self) -> &'static str {
        "recording.backfill"
    }

    fn title(&self) -> Text {
        Text::new("Back-fill recording rules", "回填记录规则")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(10)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { self.fill(&Fence::open()).await })
    }

    fn run_fenced<'a>(&'a self, fence: &'a Fence) -> JobFuture<'a> {
        Box::pin(self.fill(fence))
    }
}

impl FillBack {
    async fn fill(&self, fence: &Fence) -> Result<Status, Fault> {
        let (done, left) = self.0.fill(fence).await?;
        Ok(Status { done, left, ..Status::default() })
    }
}

impl Job for ForgetBackfills {
    fn name(&self) -> &'static str {
        "recording.forget"
    }

    fn title(&self) -> Text {
        Text::new("Forget back-fills that ended over 90 days ago", "清理结束超过 90 天的回填任务")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(3600)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async {
            let done = self.0.forget_backfills().await?;
            Ok(Status { done, ..Status::default() })
        })
    }
}
