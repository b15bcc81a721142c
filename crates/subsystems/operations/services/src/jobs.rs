//! What happens by the clock.

use std::time::Duration;

use ::jobs::{Job, JobFuture, RunsOn};
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

    /// Each looks at the machine it is on.
    fn runs_on(&self) -> RunsOn {
        RunsOn::EveryServer
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { Ok(self.0.scan().await?) })
    }
}
