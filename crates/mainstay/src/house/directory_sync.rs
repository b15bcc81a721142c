use std::time::Duration;

use directory::Sources;
use jobs::{Job, JobFuture, Status};
use kernel::Text;

/// Takes people from LDAP sources whose time has come.
pub(super) struct DirectorySync {
    pub(super) sources: Sources,
}

impl Job for DirectorySync {
    fn name(&self) -> &'static str {
        "directory-sync"
    }

    fn title(&self) -> Text {
        Text::new("Directory: take people from LDAP", "组织目录：从 LDAP 同步人员")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(60)
    }

    /// A large source takes its time.
    fn time_limit(&self) -> Duration {
        Duration::from_secs(3600)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async move {
            let (done, failed) = self.sources.run_due().await?;
            let message = (failed > 0).then(|| {
                Text::new(
                    format!("{failed} sources could not be read: see their reports"),
                    format!("{failed} 个来源同步失败，详见其报告"),
                )
            });
            Ok(Status { done, message, ..Status::default() })
        })
    }
}
