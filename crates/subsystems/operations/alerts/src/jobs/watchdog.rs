use std::time::Duration;

use jobs::{Fence, Job, JobFuture, Status};
use kernel::{Fault, Text};

use crate::Alerts;

/// Both look whether it is time; the intervals are settings.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Asks the watcher outside as long as everything works.
#[derive(Debug)]
pub(crate) struct AskOutside(pub(crate) Alerts);

impl Job for AskOutside {
    fn name(&self) -> &'static str {
        "alerts.ask_outside"
    }

    fn title(&self) -> Text {
        Text::new("Tell the watcher outside that everything works", "向外部看门狗报告系统正常")
    }

    fn interval(&self) -> Duration {
        LOOK_EVERY
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { self.round(&Fence::open()).await })
    }

    fn run_fenced<'a>(&'a self, fence: &'a Fence) -> JobFuture<'a> {
        Box::pin(self.round(fence))
    }
}

impl AskOutside {
    async fn round(&self, fence: &Fence) -> Result<Status, Fault> {
        let Some(broken) = self.0.ask_outside(fence).await? else { return Ok(Status::default()) };
        let message = (!broken.is_empty()).then(|| {
            let why = Text::list(&broken);
            Text::new(
                format!("the watcher outside is not asked: {}", why.en),
                format!("已停止向外部看门狗报告：{}", why.zh),
            )
        });
        Ok(Status { done: u64::from(message.is_none()), message, ..Status::default() })
    }
}

/// Sends the heartbeat, and looks whether the last one arrived.
#[derive(Debug)]
pub(crate) struct SendHeartbeat(pub(crate) Alerts);

impl Job for SendHeartbeat {
    fn name(&self) -> &'static str {
        "alerts.heartbeat"
    }

    fn title(&self) -> Text {
        Text::new("Send the heartbeat and look whether it arrives", "发送心跳并检查是否送达")
    }

    fn interval(&self) -> Duration {
        LOOK_EVERY
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { self.round(&Fence::open()).await })
    }

    fn run_fenced<'a>(&'a self, fence: &'a Fence) -> JobFuture<'a> {
        Box::pin(self.round(fence))
    }
}

impl SendHeartbeat {
    async fn round(&self, fence: &Fence) -> Result<Status, Fault> {
        let state = self.0.beat(fence).await?;
        let message = state.missing_since.map(|since| {
            Text::new(
                format!("no heartbeat arrives since {since}"),
                format!("自 {since} 起没有心跳送达"),
            )
        });
        Ok(Status { message, ..Status::default() })
    }
}
