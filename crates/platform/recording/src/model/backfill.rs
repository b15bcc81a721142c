use std::collections::BTreeSet;

use kernel::{Id, Time};
use rules::{Rule, RuleFile, RuleGroup};
use serde::Serialize;

use super::groups::RuleGroupsId;

/// The id of a back-fill.
pub type BackfillId = Id<Backfill>;

/// Recording rules of a group that are evaluated over what is stored.
///
/// While it runs its rules are not evaluated at the present: their series grow in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backfill {
    /// Its id.
    pub id: BackfillId,
    /// The rule groups.
    pub groups_id: RuleGroupsId,
    /// Their name.
    pub groups_name: String,
    /// The group in them.
    pub group: String,
    /// The names of the rules.
    pub rules: Vec<String>,
    /// How it stands.
    pub state: BackfillState,
    /// Its first moment, in milliseconds.
    pub from_ms: i64,
    /// The next moment that is evaluated.
    pub next_ms: i64,
    /// Its last moment; `None`: until it has reached the present.
    pub to_ms: Option<i64>,
    /// Samples written.
    pub samples: u64,
    /// Samples that the store did not take: it has others there, or its series have gone on.
    pub refused: u64,
    /// Why it failed.
    pub message: String,
    /// When it was asked for.
    pub created_at: Time,
    /// When it was worked on last.
    pub updated_at: Time,
}

/// How a back-fill stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BackfillState {
    /// It goes on.
    Running,
    /// It is done.
    Finished,
    /// It cannot go on.
    Failed,
    /// Somebody ended it.
    Cancelled,
}

impl BackfillState {
    const ALL: [Self; 4] = [Self::Running, Self::Finished, Self::Failed, Self::Cancelled];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl Backfill {
    /// The group and the rules that it is about, as the file has them now.
    pub(crate) fn rules_in<'f>(
        &self,
        file: &'f RuleFile,
    ) -> Option<(&'f RuleGroup, Vec<&'f Rule>)> {
        let group = file.groups.iter().find(|group| group.name == self.group)?;
        let named = |rule: &&Rule| rule.is_recording() && self.rules.contains(&rule.name);
        let rules: Vec<&Rule> = group.rules.iter().filter(named).collect();
        (!rules.is_empty()).then_some((group, rules))
    }

    /// The part that is done, from 0 to 1; `now_ms` is its end where it has none.
    #[must_use]
    pub fn progress(&self, now_ms: i64) -> f64 {
        if self.state == BackfillState::Finished {
            return 1.0;
        }
        let all = self.to_ms.unwrap_or(now_ms).saturating_sub(self.from_ms).max(1);
        let done = self.next_ms.saturating_sub(self.from_ms).clamp(0, all);
        #[expect(clippy::cast_precision_loss, reason = "a part of a whole; spans are small")]
        let part = done as f64 / all as f64;
        part
    }
}

/// The recording rules of each group that `before` did not have, by name and labels.
pub(crate) fn new_rules(before: Option<&RuleFile>, after: &RuleFile) -> Vec<(String, Vec<String>)> {
    let mut known = BTreeSet::new();
    for group in before.iter().flat_map(|file| &file.groups) {
        known.extend(group.rules.iter().map(|rule| (&group.name, &rule.name, &rule.labels)));
    }
    let fresh = |group: &RuleGroup| {
        let rules = group.rules.iter().filter(|rule| {
            rule.is_recording() && !known.contains(&(&group.name, &rule.name, &rule.labels))
        });
        let names: BTreeSet<String> = rules.map(|rule| rule.name.clone()).collect();
        (group.name.clone(), names.into_iter().collect::<Vec<_>>())
    };
    after.groups.iter().map(fresh).filter(|(_, rules)| !rules.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rules_that_were_not_there_are_new() {
        let file = |rules: &str| {
            RuleFile::read(&format!("groups: [{{name: g, rules: [{rules}]}}]")).unwrap()
        };
        let before = file("{record: a, expr: up}, {record: b, expr: up}");
        let after = file(
            "{record: a, expr: 'up * 2'}, {record: b, expr: up, labels: {x: y}}, \
             {record: c, expr: up}, {alert: d, expr: up}",
        );
        let names = |list: Vec<(String, Vec<String>)>| {
            list.into_iter().flat_map(|(_, rules)| rules).collect::<Vec<_>>()
        };
        assert_eq!(names(new_rules(Some(&before), &after)), ["b", "c"]);
        assert_eq!(names(new_rules(None, &after)), ["a", "b", "c"]);
    }
}
