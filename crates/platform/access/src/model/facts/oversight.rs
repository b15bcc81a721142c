use kernel::{Fact, Subject, Time};
use serde::Serialize;

use super::ScopeSnapshot;

/// From now on the three administrators are separated.
#[derive(Debug, Serialize)]
pub(crate) struct SeparationBegun {
    pub(crate) reason: String,
    /// How many grants of roles that unite duties ended with it.
    pub(crate) grants_ended: usize,
}

impl Fact for SeparationBegun {
    const VERB: &'static str = "separation.begun";

    fn subject(&self) -> Subject {
        Subject::new("access", "separation", "separation")
    }
}

/// The three administrators are not separated any more.
#[derive(Debug, Serialize)]
pub(crate) struct SeparationEnded {
    pub(crate) reason: String,
}

impl Fact for SeparationEnded {
    const VERB: &'static str = "separation.ended";

    fn subject(&self) -> Subject {
        Subject::new("access", "separation", "separation")
    }
}

/// A right was sealed for an emergency.
#[derive(Debug, Serialize)]
pub(crate) struct EmergencySealed {
    pub(crate) emergency_id: String,
    pub(crate) user_id: String,
    pub(crate) user_name: String,
    pub(crate) role: String,
    pub(crate) scope: ScopeSnapshot,
    pub(crate) hours_max: u32,
    pub(crate) reason: String,
}

impl Fact for EmergencySealed {
    const VERB: &'static str = "emergency.sealed";

    fn subject(&self) -> Subject {
        let name = format!("{} → {}", self.role, self.user_name);
        Subject::new("emergency", &self.emergency_id, name)
    }
}

/// A sealed right was taken away.
#[derive(Debug, Serialize)]
pub(crate) struct EmergencyWithdrawn {
    pub(crate) emergency_id: String,
    pub(crate) user_name: String,
    pub(crate) role: String,
}

impl Fact for EmergencyWithdrawn {
    const VERB: &'static str = "emergency.withdrawn";

    fn subject(&self) -> Subject {
        let name = format!("{} → {}", self.role, self.user_name);
        Subject::new("emergency", &self.emergency_id, name)
    }
}

/// Somebody broke the seal of an emergency.
#[derive(Debug, Serialize)]
pub(crate) struct EmergencyActivated {
    pub(crate) emergency_id: String,
    pub(crate) activation_id: String,
    pub(crate) user_id: String,
    pub(crate) user_name: String,
    pub(crate) role: String,
    pub(crate) reason: String,
    pub(crate) ends_at: Time,
}

impl Fact for EmergencyActivated {
    const VERB: &'static str = "emergency.activated";

    fn subject(&self) -> Subject {
        let name = format!("{} → {}", self.role, self.user_name);
        Subject::new("emergency", &self.emergency_id, name)
    }
}

/// Somebody else looked at an emergency.
#[derive(Debug, Serialize)]
pub(crate) struct EmergencyConfirmed {
    pub(crate) emergency_id: String,
    pub(crate) activation_id: String,
    pub(crate) user_name: String,
    pub(crate) role: String,
    pub(crate) reason: String,
}

impl Fact for EmergencyConfirmed {
    const VERB: &'static str = "emergency.confirmed";

    fn subject(&self) -> Subject {
        let name = format!("{} → {}", self.role, self.user_name);
        Subject::new("emergency", &self.emergency_id, name)
    }
}

/// A review of access was opened.
#[derive(Debug, Serialize)]
pub(crate) struct ReviewOpened {
    pub(crate) review_id: String,
    pub(crate) title: String,
    pub(crate) reviewer_name: String,
    pub(crate) due_at: Time,
    pub(crate) items: i64,
}

impl Fact for ReviewOpened {
    const VERB: &'static str = "review.opened";

    fn subject(&self) -> Subject {
        Subject::new("review", &self.review_id, &self.title)
    }
}

/// A line of a review was decided.
#[derive(Debug, Serialize)]
pub(crate) struct ReviewItemDecided {
    pub(crate) review_id: String,
    pub(crate) title: String,
    pub(crate) item_id: String,
    pub(crate) user_name: String,
    pub(crate) role: String,
    pub(crate) verdict: &'static str,
    pub(crate) reason: String,
}

impl Fact for ReviewItemDecided {
    const VERB: &'static str = "review.item_decided";

    fn subject(&self) -> Subject {
        Subject::new("review", &self.review_id, &self.title)
    }
}

/// A review is overdue.
#[derive(Debug, Serialize)]
pub(crate) struct ReviewOverdue {
    pub(crate) review_id: String,
    pub(crate) title: String,
    pub(crate) reviewer_name: String,
    pub(crate) open: i64,
}

impl Fact for ReviewOverdue {
    const VERB: &'static str = "review.overdue";

    fn subject(&self) -> Subject {
        Subject::new("review", &self.review_id, &self.title)
    }
}

/// A review was closed.
#[derive(Debug, Serialize)]
pub(crate) struct ReviewClosed {
    pub(crate) review_id: String,
    pub(crate) title: String,
    pub(crate) undecided: i64,
}

impl Fact for ReviewClosed {
    const VERB: &'static str = "review.closed";

    fn subject(&self) -> Subject {
        Subject::new("review", &self.review_id, &self.title)
    }
}
