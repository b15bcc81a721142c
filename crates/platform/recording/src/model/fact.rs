use kernel::{Fact, Subject};
use serde::Serialize;

use super::{
    backfill::{Backfill, BackfillId},
    groups::{RuleGroups, RuleGroupsId},
};

/// Rule groups were uploaded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleGroupsCreated {
    /// The rule groups.
    pub groups_id: RuleGroupsId,
    /// Their name.
    pub name: String,
}

/// Rule groups were replaced by others under the same name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleGroupsReplaced {
    /// The rule groups.
    pub groups_id: RuleGroupsId,
    /// Their name.
    pub name: String,
}

/// Rule groups are gone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleGroupsDeleted {
    /// The rule groups.
    pub groups_id: RuleGroupsId,
    /// Their name.
    pub name: String,
}

/// Rules are evaluated over what is stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleBackfillStarted {
    /// The back-fill.
    pub backfill_id: BackfillId,
    /// The rule groups, the group and the rules.
    pub of: String,
}

/// A back-fill is done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleBackfillFinished {
    /// The back-fill.
    pub backfill_id: BackfillId,
    /// The rule groups, the group and the rules.
    pub of: String,
    /// Samples written.
    pub samples: u64,
    /// Samples that the store did not take.
    pub refused: u64,
}

/// A back-fill cannot go on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleBackfillFailed {
    /// The back-fill.
    pub backfill_id: BackfillId,
    /// The rule groups, the group and the rules.
    pub of: String,
    /// Why.
    pub message: String,
}

/// Somebody ended a back-fill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleBackfillCancelled {
    /// The back-fill.
    pub backfill_id: BackfillId,
    /// The rule groups, the group and the rules.
    pub of: String,
}

/// What a back-fill is about, in a line.
fn of(backfill: &Backfill) -> String {
    format!("{}: {}: {}", backfill.groups_name, backfill.group, backfill.rules.join(", "))
}

impl RuleGroupsCreated {
    pub(crate) fn of(groups: &RuleGroups) -> Self {
        Self { groups_id: groups.id, name: groups.name.clone() }
    }
}

impl RuleGroupsReplaced {
    pub(crate) fn of(groups: &RuleGroups) -> Self {
        Self { groups_id: groups.id, name: groups.name.clone() }
    }
}

impl RuleGroupsDeleted {
    pub(crate) fn of(groups: &RuleGroups) -> Self {
        Self { groups_id: groups.id, name: groups.name.clone() }
    }
}

impl RuleBackfillStarted {
    pub(crate) fn of(backfill: &Backfill) -> Self {
        Self { backfill_id: backfill.id, of: of(backfill) }
    }
}

impl RuleBackfillFinished {
    pub(crate) fn of(backfill: &Backfill) -> Self {
        let (samples, refused) = (backfill.samples, backfill.refused);
        Self { backfill_id: backfill.id, of: of(backfill), samples, refused }
    }
}

impl RuleBackfillFailed {
    pub(crate) fn of(backfill: &Backfill) -> Self {
        let message = backfill.message.clone();
        Self { backfill_id: backfill.id, of: of(backfill), message }
    }
}

impl RuleBackfillCancelled {
    pub(crate) fn of(backfill: &Backfill) -> Self {
        Self { backfill_id: backfill.id, of: of(backfill) }
    }
}

impl Fact for RuleGroupsCreated {
    const VERB: &'static str = "rule_groups.created";

    fn subject(&self) -> Subject {
        Subject::new("rule_groups", self.groups_id, self.name.clone())
    }
}

impl Fact for RuleGroupsReplaced {
    const VERB: &'static str = "rule_groups.replaced";

    fn subject(&self) -> Subject {
        Subject::new("rule_groups", self.groups_id, self.name.clone())
    }
}

impl Fact for RuleGroupsDeleted {
    const VERB: &'static str = "rule_groups.deleted";

    fn subject(&self) -> Subject {
        Subject::new("rule_groups", self.groups_id, self.name.clone())
    }
}

impl Fact for RuleBackfillStarted {
    const VERB: &'static str = "rule_backfill.started";

    fn subject(&self) -> Subject {
        Subject::new("rule_backfill", self.backfill_id, self.of.clone())
    }
}

impl Fact for RuleBackfillFinished {
    const VERB: &'static str = "rule_backfill.finished";

    fn subject(&self) -> Subject {
        Subject::new("rule_backfill", self.backfill_id, self.of.clone())
    }
}

impl Fact for RuleBackfillFailed {
    const VERB: &'static str = "rule_backfill.failed";

    fn subject(&self) -> Subject {
        Subject::new("rule_backfill", self.backfill_id, self.of.clone())
    }
}

impl Fact for RuleBackfillCancelled {
    const VERB: &'static str = "rule_backfill.cancelled";

    fn subject(&self) -> Subject {
        Subject::new("rule_backfill", self.backfill_id, self.of.clone())
    }
}
