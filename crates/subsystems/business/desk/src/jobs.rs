use std::time::Duration;

use ::jobs::{Job, JobFuture, Status};
use kernel::{Fault, Text};

use crate::Desk;

/// Tickets are looked at in so many batches of 200 at once.
const BATCHES: u32 = 50;

/// Warns of clocks that reach what they are warned at.
#[derive(Debug)]
pub(crate) struct WarnOfClocks(pub(crate) Desk);

impl Job for WarnOfClocks {
    fn name(&self) -> &'static str {
        "desk.warn"
    }

    fn title(&self) -> Text {
        Text::new("Desk: warn of service levels", "服务台：服务级别时限预警")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(30)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async {
            let mut status = Status::default();
            for _ in 0..BATCHES {
                let (done, more) = self.0.warn_due().await.map_err(Fault::from)?;
                status.done += done;
                if !more || done == 0 {
                    return Ok(status);
                }
            }
            Ok(status)
        })
    }
}

/// Reads the mailboxes: takes new mails, and tries again where that failed.
#[derive(Debug)]
pub(crate) struct ReadMail(pub(crate) Desk);

impl Job for ReadMail {
    fn name(&self) -> &'static str {
        "desk.mail"
    }

    fn title(&self) -> Text {
        Text::new("Desk: read the mailboxes", "服务台：收取邮件")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(30)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { self.0.read_mailboxes().await.map_err(Fault::from) })
    }
}

/// Warns who leads a major incident of updates that are overdue.
#[derive(Debug)]
pub(crate) struct WarnOfUpdates(pub(crate) Desk);

impl Job for WarnOfUpdates {
    fn name(&self) -> &'static str {
        "desk.majors"
    }

    fn title(&self) -> Text {
        Text::new("Desk: warn of overdue updates", "服务台：重大事件通报超时提醒")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(60)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async {
            let done = self.0.warn_of_updates().await.map_err(Fault::from)?;
            Ok(Status { done, ..Status::default() })
        })
    }
}
