use std::{sync::Arc, time::Duration};

use jobs::{Job, JobFuture, Status};
use kernel::{Fault, Text};

use crate::{Access, AccessError};

/// The periodic work of this crate.
#[must_use]
pub fn jobs(access: &Access) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(WatchReviews(access.clone())), Arc::new(KeepLeaversOut(access.clone()))]
}

/// Disables the users of those who have left the organisation.
struct KeepLeaversOut(Access);

impl Job for KeepLeaversOut {
    fn name(&self) -> &'static str {
        "access.leavers"
    }

    fn title(&self) -> Text {
        Text::new("Users of who has left: keep them out", "停用已离开人员的用户")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(60)
    }

    fn is_fixed(&self) -> bool {
        true
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async {
            let leavers = self.0.keep_leavers_out().await?;
            let left = (leavers.needed.len() + leavers.failed.len()) as u64;
            let message = said_of(&leavers.needed, &leavers.failed);
            Ok(Status { done: leavers.disabled, left, message, ..Status::default() })
        })
    }
}

/// Who has left and is not kept out, and why.
fn said_of(needed: &[String], failed: &[String]) -> Option<Text> {
    let mut parts: Vec<Text> = Vec::new();
    if !failed.is_empty() {
        let names = failed.join(", ");
        parts.push(Text::new(
            format!("left, and could not be kept out (the log says why): {names}"),
            format!("已离开，但停用失败（原因见服务器日志）：{names}"),
        ));
    }
    if !needed.is_empty() {
        let names = needed.join(", ");
        parts.push(Text::new(
            format!("left, and still needed as the last administrators: {names}"),
            format!("已离开，但仍是最后的管理员：{names}"),
        ));
    }
    let joined = |one: Text, other: Text| {
        Text::new(format!("{}; {}", one.en, other.en), format!("{}；{}", one.zh, other.zh))
    };
    parts.into_iter().reduce(joined)
}

/// Watches that reviews are done in time and that emergencies are looked at.
struct WatchReviews(Access);

impl Job for WatchReviews {
    fn name(&self) -> &'static str {
        "access.reviews"
    }

    fn title(&self) -> Text {
        Text::new("Watch reviews of access", "跟踪权限复核")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(300)
    }

    fn is_fixed(&self) -> bool {
        true
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { self.watch().await.map_err(Fault::from) })
    }
}

impl WatchReviews {
    async fn watch(&self) -> Result<Status, AccessError> {
        let overdue = self.0.note_overdue().await?;
        let (unconfirmed, oldest) = self.0.unconfirmed_emergencies().await?;
        let open: i64 = overdue.iter().map(|review| review.items - review.decided).sum();
        let now = self.0.now();
        let since = overdue.first().map(|review| review.due_at);
        let since = since.into_iter().chain(oldest).min();
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let message = (open + unconfirmed > 0).then(|| {
            Text::new(
                format!(
                    "{} reviews are overdue with {open} lines open; {unconfirmed} emergencies \
                     wait for somebody to look at them",
                    overdue.len()
                ),
                format!(
                    "{} 次权限复核已逾期，{open} 项未处理；{unconfirmed} 次应急授权待他人确认",
                    overdue.len()
                ),
            )
        });
        Ok(Status {
            done: 0,
            left: count(open + unconfirmed),
            oldest_s: since.map(|since| now.since(since).as_secs()),
            message,
        })
    }
}
