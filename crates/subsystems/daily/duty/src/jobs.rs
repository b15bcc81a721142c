use std::time::Duration;

use ::jobs::{Job, JobFuture, Status};
use kernel::{Fault, Text};

use crate::Duty;

/// Writes down what has passed.
#[derive(Debug)]
pub(crate) struct FreezeDuty(pub(crate) Duty);

/// Looks for what is wrong ahead.
#[derive(Debug)]
pub(crate) struct WatchDuty(pub(crate) Duty);

/// Calls the next people where nobody has answered.
#[derive(Debug)]
pub(crate) struct StepCalls(pub(crate) Duty);

/// Makes the rounds of the next days, and finds those that were missed.
#[derive(Debug)]
pub(crate) struct MakeRounds(pub(crate) Duty);

/// Opens the tickets that are owed for what was abnormal.
#[derive(Debug)]
pub(crate) struct OpenTickets(pub(crate) Duty);

/// Goes on with what was not done when a period is over.
#[derive(Debug)]
pub(crate) struct CarryOver(pub(crate) Duty);

impl Job for CarryOver {
    fn name(&self) -> &'static str {
        "duty.carry"
    }

    fn title(&self) -> Text {
        Text::new("Duty: carry over what was not done", "值班：结转未完成的工作计划")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(600)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { Ok(status(self.0.carry_over().await.map_err(Fault::from)?)) })
    }
}

impl Job for MakeRounds {
    fn name(&self) -> &'static str {
        "duty.rounds"
    }

    fn title(&self) -> Text {
        Text::new("Duty: make rounds, find missed ones", "值班：生成巡检任务、标记漏检")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(60)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async {
            let made = self.0.make_rounds().await.map_err(Fault::from)?;
            let missed = self.0.miss_rounds().await.map_err(Fault::from)?;
            Ok(status(made + missed))
        })
    }
}

impl Job for OpenTickets {
    fn name(&self) -> &'static str {
        "duty.tickets"
    }

    fn title(&self) -> Text {
        Text::new("Duty: open tickets for what is abnormal", "值班：为巡检异常创建工单")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(30)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { Ok(status(self.0.open_owed_tickets().await.map_err(Fault::from)?)) })
    }
}

impl Job for FreezeDuty {
    fn name(&self) -> &'static str {
        "duty.freeze"
    }

    fn title(&self) -> Text {
        Text::new("Duty: write down what has passed", "值班：固化已发生的值班记录")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(60)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { Ok(status(self.0.freeze_all().await.map_err(Fault::from)?)) })
    }
}

impl Job for WatchDuty {
    fn name(&self) -> &'static str {
        "duty.watch"
    }

    fn title(&self) -> Text {
        Text::new("Duty: look for gaps and clashes ahead", "值班：检查后续空岗与冲突")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(900)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { Ok(status(self.0.watch().await.map_err(Fault::from)?)) })
    }
}

impl Job for StepCalls {
    fn name(&self) -> &'static str {
        "duty.call"
    }

    fn title(&self) -> Text {
        Text::new("Duty: call the next where nobody answered", "值班：逐级呼叫未应答事项")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(10)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async { Ok(status(self.0.step_calls().await.map_err(Fault::from)?)) })
    }
}

fn status(done: u64) -> Status {
    Status { done, ..Status::default() }
}
