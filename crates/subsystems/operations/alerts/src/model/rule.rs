use kernel::{Id, Text, Time};
use serde::Serialize;

use super::{condition::Condition, severity::Severity};

/// The id of a rule.
pub type RuleId = Id<Rule>;

/// A condition that people want to hear of.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// The stable name of a rule that came with the product.
    pub key: Option<String>,
    /// What it says.
    pub content: RuleDraft,
    /// Whether a person changed it: then an upgrade leaves it as it is.
    pub edited: bool,
    /// Grows by one with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// What a rule says. Its form as JSON is what the journal keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleDraft {
    /// What people call it.
    pub name: Text,
    /// What it means, and what to do; may be empty.
    pub summary: Text,
    /// How bad its alerts are; for states of checks, at most.
    pub severity: Severity,
    /// When it holds.
    pub condition: Condition,
    /// Whether it watches.
    pub enabled: bool,
}

/// What somebody wants changed of a rule; what is not given stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RulePatch {
    /// What people call it.
    pub name: Option<Text>,
    /// What it means.
    pub summary: Option<Text>,
    /// How bad its alerts are.
    pub severity: Option<Severity>,
    /// When it holds.
    pub condition: Option<Condition>,
    /// Whether it watches.
    pub enabled: Option<bool>,
}

impl Rule {
    /// Whether it came with the product.
    #[must_use]
    pub fn shipped(&self) -> bool {
        self.key.is_some()
    }
}

impl RulePatch {
    /// `content` with the changes, not yet checked.
    #[must_use]
    pub fn applied_to(self, content: &RuleDraft) -> RuleDraft {
        let content = content.clone();
        RuleDraft {
            name: self.name.unwrap_or(content.name),
            summary: self.summary.unwrap_or(content.summary),
            severity: self.severity.unwrap_or(content.severity),
            condition: self.condition.unwrap_or(content.condition),
            enabled: self.enabled.unwrap_or(content.enabled),
        }
    }
}
