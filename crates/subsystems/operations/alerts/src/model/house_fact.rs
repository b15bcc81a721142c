use kernel::{Fact, Subject};
use serde::Serialize;

/// A policy on who is told was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PagePolicyCreated {
    /// Its id.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
}

impl Fact for PagePolicyCreated {
    const VERB: &'static str = "page_policy.created";

    fn subject(&self) -> Subject {
        Subject::new("page_policy", &self.id, self.name.clone())
    }
}

/// A policy on who is told was changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PagePolicyChanged {
    /// Its id.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
}

impl Fact for PagePolicyChanged {
    const VERB: &'static str = "page_policy.changed";

    fn subject(&self) -> Subject {
        Subject::new("page_policy", &self.id, self.name.clone())
    }
}

/// A policy on who is told is gone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PagePolicyRemoved {
    /// Its id.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
}

impl Fact for PagePolicyRemoved {
    const VERB: &'static str = "page_policy.removed";

    fn subject(&self) -> Subject {
        Subject::new("page_policy", &self.id, self.name.clone())
    }
}

/// Alerts are to be kept quiet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct SilenceCreated {
    /// Its id.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
}

impl Fact for SilenceCreated {
    const VERB: &'static str = "silence.created";

    fn subject(&self) -> Subject {
        Subject::new("silence", &self.id, self.name.clone())
    }
}

/// Which alerts are kept quiet, or until when, was changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct SilenceChanged {
    /// Its id.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
}

impl Fact for SilenceChanged {
    const VERB: &'static str = "silence.changed";

    fn subject(&self) -> Subject {
        Subject::new("silence", &self.id, self.name.clone())
    }
}

/// A correction by hand waits to be confirmed as a rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct LessonLearned {
    /// Its id.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
}

impl Fact for LessonLearned {
    const VERB: &'static str = "incident_lesson.learned";

    fn subject(&self) -> Subject {
        Subject::new("incident_lesson", &self.id, self.name.clone())
    }
}

/// A correction by hand was confirmed as a rule, or dismissed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct LessonDecided {
    /// Its id.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
}

impl Fact for LessonDecided {
    const VERB: &'static str = "incident_lesson.decided";

    fn subject(&self) -> Subject {
        Subject::new("incident_lesson", &self.id, self.name.clone())
    }
}
