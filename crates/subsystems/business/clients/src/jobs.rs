use std::time::Duration;

use ::jobs::{Job, JobFuture, Status};
use kernel::{Fault, Text};

use crate::Clients;

/// Opens the tickets that are owed for machines on which it failed.
#[derive(Debug)]
pub(crate) struct OpenTickets(pub(crate) Clients);

impl Job for OpenTickets {
    fn name(&self) -> &'static str {
        "clients.tickets"
    }

    fn title(&self) -> Text {
        Text::new("Campaigns: open tickets for failures", "客户端任务：为失败的终端创建工单")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(30)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async {
            let done = self.0.open_owed_tickets().await.map_err(Fault::from)?;
            Ok(Status { done, ..Status::default() })
        })
    }
}
