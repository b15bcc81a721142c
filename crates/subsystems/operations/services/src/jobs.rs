//! What happens by the clock.

use std::time::Duration;

use ::jobs::{Job, JobFuture};
use kernel::Text;

use crate::Services;

/// Looks at what listens on this machine.
#[derive(Debug, Clone)]
pub struct DiscoveryJob(pub Services);

impl Job for DiscoveryJob {
    fn name(&self) -> &'static str {
        "discovery"
    }

    fn title(&self) -> Text {
        Text::new("Discover services", "发现服务")
    }

    fn interval(&self) -> Duration {
        self.0.interval()
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { Ok(self.0.scan().await?) })
    }
}
