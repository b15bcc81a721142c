use std::{any::Any, collections::VecDeque, time::Duration};

use kernel::{Fault, FaultKind, Text, Time};

use crate::Status;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It did its batch.
    Ok,
    /// It returned a fault, panicked or took too long.
    Failed,
}

/// One run of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number among the runs of its job; grows by one.
    pub number: i64,
    /// When it began.
    pub started_at: Time,
    /// When it ended, by the clock of the day.
    pub finished_at: Time,
    /// How long it took, by the monotonic clock.
    pub took: Duration,
    /// How it ended.
    pub outcome: Outcome,
    /// What it reported; all zero when it failed. The message of a failure says what failed.
    pub status: Status,
    /// What made it start.
    pub started_by: StartedBy,
    /// Its number among the attempts at the same work, from 1.
    pub attempt: u32,
    /// The server that ran it.
    pub server: String,
    /// The fencing token it ran with; none when every server runs the job for itself.
    pub token: Option<i64>,
}

/// What made a run start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartedBy {
    /// Its schedule.
    Schedule,
    /// Its schedule, later than it should have: the clock or the server was away.
    Missed,
    /// Somebody.
    Hand,
    /// A failure before it.
    Retry,
    /// A fact.
    Fact,
}

impl StartedBy {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Missed => "missed",
            Self::Hand => "hand",
            Self::Retry => "retry",
            Self::Fact => "fact",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Schedule, Self::Missed, Self::Hand, Self::Retry, Self::Fact]
            .into_iter()
            .find(|started_by| started_by.name() == name)
    }
}

impl Outcome {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
        }
    }

    /// The outcome of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Ok, Self::Failed].into_iter().find(|outcome| outcome.name() == name)
    }
}

/// Runs of a short job that are remembered: the failures and the latest one.
pub(crate) const REMEMBERED_MAX: usize = 100;

/// Puts `run` at the end of `runs`: the one before it stays only if it failed.
pub(crate) fn remember(runs: &mut VecDeque<Run>, run: Run) {
    if runs.back().is_some_and(|last| last.outcome == Outcome::Ok) {
        runs.pop_back();
    }
    runs.push_back(run);
    while runs.len() > REMEMBERED_MAX {
        runs.pop_front();
    }
}

/// What people are told of a failed run: the inside goes to the log only.
pub(crate) fn told(fault: &Fault) -> Text {
    match fault.kind {
        FaultKind::Internal => Text::new(
            "something failed inside the server; its log has the details",
            "服务器内部出错，详情见服务器日志",
        ),
        _ => fault.text.clone(),
    }
}

/// The fault of a run that was ended because another server has the job now.
pub(crate) fn lease_lost(name: &str) -> Fault {
    let text = Text::new(
        format!("the lease `{name}` went to another server: nothing more may be written"),
        format!("租约“{name}”已由其他服务器接管，本次不再写入"),
    );
    Fault::conflict("lease-lost", text)
}

/// The fault of a job that panicked.
pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Fault {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Fault::internal(format!("it panicked: {said}"))
}

/// The fault of a job that was ended after `limit`.
pub(crate) fn took_too_long(limit: Duration) -> Fault {
    let seconds = limit.as_secs();
    let text = Text::new(
        format!("it was ended after {seconds} s without a result"),
        format!("运行 {seconds} 秒仍无结果，已中止"),
    );
    Fault::new(FaultKind::Unavailable, "job-too-long", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(number: i64, outcome: Outcome) -> Run {
        Run {
            number,
            started_at: Time::default(),
            finished_at: Time::default(),
            took: Duration::ZERO,
            outcome,
            status: Status::default(),
            started_by: StartedBy::Schedule,
            attempt: 1,
            server: String::new(),
            token: None,
        }
    }

    #[test]
    fn short_jobs_keep_failures_and_the_latest_run() {
        let mut runs = VecDeque::new();
        for (number, outcome) in
            [(1, Outcome::Ok), (2, Outcome::Failed), (3, Outcome::Ok), (4, Outcome::Ok)]
        {
            remember(&mut runs, run(number, outcome));
        }
        let numbers: Vec<i64> = runs.iter().map(|run| run.number).collect();
        assert_eq!(numbers, [2, 4]);
    }

    #[test]
    fn memory_of_a_job_that_always_fails_is_bounded() {
        let mut runs = VecDeque::new();
        for number in 1..=500 {
            remember(&mut runs, run(number, Outcome::Failed));
        }
        assert_eq!(runs.len(), REMEMBERED_MAX);
        assert_eq!(runs.back().unwrap().number, 500);
    }

    #[test]
    fn failure_tells_nothing_of_the_inside() {
        let fault = panicked(&"secret path /etc/x");
        assert!(fault.inside.as_deref().unwrap().contains("secret path"));
        assert!(!told(&fault).en.contains("secret"));
    }
}
