use kernel::{Fact, Subject, Text};
use serde::Serialize;

/// A job that had been well, or had not run yet, failed, and is not tried again before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobFailed {
    /// The job's name.
    pub job: String,
    /// Its title.
    pub title: Text,
    /// What failed.
    pub message: Text,
}

/// A job that had failed did its work again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobRecovered {
    /// The job's name.
    pub job: String,
    /// Its title.
    pub title: Text,
}

/// Somebody asked for a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobRequested {
    /// The job's name.
    pub job: String,
    /// Its title.
    pub title: Text,
}

/// A job no longer runs by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobPaused {
    /// The job's name.
    pub job: String,
    /// Its title.
    pub title: Text,
    /// Why.
    pub reason: String,
}

/// A job runs by itself again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobResumed {
    /// The job's name.
    pub job: String,
    /// Its title.
    pub title: Text,
}

/// A job got another schedule, or the one the program brings back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobRescheduled {
    /// The job's name.
    pub job: String,
    /// Its title.
    pub title: Text,
    /// Whether it now differs from what the program brings.
    pub overridden: bool,
}

fn subject(job: &str, title: &Text) -> Subject {
    Subject::new("job", job, title.en.clone())
}

impl Fact for JobFailed {
    const VERB: &'static str = "job.failed";

    fn subject(&self) -> Subject {
        subject(&self.job, &self.title)
    }
}

impl Fact for JobRecovered {
    const VERB: &'static str = "job.recovered";

    fn subject(&self) -> Subject {
        subject(&self.job, &self.title)
    }
}

impl Fact for JobRequested {
    const VERB: &'static str = "job.requested";

    fn subject(&self) -> Subject {
        subject(&self.job, &self.title)
    }
}

impl Fact for JobPaused {
    const VERB: &'static str = "job.paused";

    fn subject(&self) -> Subject {
        subject(&self.job, &self.title)
    }
}

impl Fact for JobResumed {
    const VERB: &'static str = "job.resumed";

    fn subject(&self) -> Subject {
        subject(&self.job, &self.title)
    }
}

impl Fact for JobRescheduled {
    const VERB: &'static str = "job.rescheduled";

    fn subject(&self) -> Subject {
        subject(&self.job, &self.title)
    }
}
