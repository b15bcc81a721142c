use std::{sync::Arc, time::Duration};

use jobs::{Job, JobFuture};
use kernel::{Fault, Text};

use crate::Notify;

/// The periodic jobs.
#[must_use]
pub fn jobs(notify: &Notify) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(ForgetMessages(notify.clone()))]
}

#[derive(Debug)]
struct ForgetMessages(Notify);

impl Job for ForgetMessages {
    fn name(&self) -> &'static str {
        "notify.forget"
    }

    fn title(&self) -> Text {
        Text::new("Forget messages past their retention", "清理超过保留期的消息")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(600)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { self.0.forget().await.map_err(Fault::from) })
    }
}
