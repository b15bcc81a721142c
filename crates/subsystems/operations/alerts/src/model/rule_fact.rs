use kernel::{Fact, Subject, Text};
use serde::Serialize;

use super::rule::{Rule, RuleId};

/// A rule was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertRuleCreated {
    /// The rule.
    pub rule_id: RuleId,
    /// Its name.
    pub name: Text,
}

/// A rule was changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertRuleChanged {
    /// The rule.
    pub rule_id: RuleId,
    /// Its name now.
    pub name: Text,
}

/// A rule is gone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertRuleRemoved {
    /// The rule.
    pub rule_id: RuleId,
    /// Its name.
    pub name: Text,
}

impl AlertRuleCreated {
    /// What to tell of `rule`.
    #[must_use]
    pub fn of(rule: &Rule) -> Self {
        Self { rule_id: rule.id, name: rule.content.name.clone() }
    }
}

impl AlertRuleChanged {
    /// What to tell of `rule`.
    #[must_use]
    pub fn of(rule: &Rule) -> Self {
        Self { rule_id: rule.id, name: rule.content.name.clone() }
    }
}

impl AlertRuleRemoved {
    /// What to tell of `rule`.
    #[must_use]
    pub fn of(rule: &Rule) -> Self {
        Self { rule_id: rule.id, name: rule.content.name.clone() }
    }
}

impl Fact for AlertRuleCreated {
    const VERB: &'static str = "alert_rule.created";

    fn subject(&self) -> Subject {
        Subject::new("alert_rule", self.rule_id, self.name.en.clone())
    }
}

impl Fact for AlertRuleChanged {
    const VERB: &'static str = "alert_rule.changed";

    fn subject(&self) -> Subject {
        Subject::new("alert_rule", self.rule_id, self.name.en.clone())
    }
}

impl Fact for AlertRuleRemoved {
    const VERB: &'static str = "alert_rule.removed";

    fn subject(&self) -> Subject {
        Subject::new("alert_rule", self.rule_id, self.name.en.clone())
    }
}
