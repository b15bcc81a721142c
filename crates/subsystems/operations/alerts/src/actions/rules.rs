use ::resources::Sight;
use db::Tx;
use journal::Entry;
use kernel::{Caller, Id, Page, PageOf};

use super::{Alerts, Occasion, permit_everywhere};
use crate::{
    AlertsError,
    model::{
        alert::CloseReason,
        condition::{Condition, ThresholdCondition},
        permission::{ALERT_RULE_CHANGE, ALERT_RULE_READ},
        rule::{Rule, RuleDraft, RuleId, RulePatch},
        rule_fact::{AlertRuleChanged, AlertRuleCreated, AlertRuleRemoved},
    },
    store::{self, alerts::Owner},
};

/// Rules that can be made: a release that ships more still has all of them evaluated.
const RULES_MADE_MAX: u32 = super::checks::RULES_MAX - 100;

impl Alerts {
    /// The rule of that id. Errors: [`AlertsError::RuleNotFound`].
    pub async fn rule(&self, id: RuleId) -> Result<Rule, AlertsError> {
        let found = store::rules::find(self.db.reader(), id).await?;
        found.ok_or_else(|| AlertsError::RuleNotFound { id: id.to_string() })
    }

    /// The rule of that id, if the caller may see it.
    ///
    /// Errors: [`AlertsError::RuleNotFound`], also when it names a resource outside of their scope.
    pub async fn rule_seen(&self, caller: &Caller, id: RuleId) -> Result<Rule, AlertsError> {
        let rule = self.rule(id).await?;
        let sight = self.resources.sight(&caller.scope(ALERT_RULE_READ)).await?;
        if shows_nothing_else(&rule, &sight) {
            Ok(rule)
        } else {
            Err(AlertsError::RuleNotFound { id: id.to_string() })
        }
    }

    /// The rules in the order they were made. Whoever sees a part of the house sees by which rules
    /// its alerts open; not those that name what is outside of it.
    pub async fn rules(&self, caller: &Caller, page: &Page) -> Result<PageOf<Rule>, AlertsError> {
        let after = page.after.as_deref().unwrap_or_default();
        let rules = store::rules::after(self.db.reader(), after, page.limit + 1).await?;
        let mut rules = PageOf::from_fetched(rules, page.limit, |rule| rule.id.to_string());
        let sight = self.resources.sight(&caller.scope(ALERT_RULE_READ)).await?;
        rules.items.retain(|rule| shows_nothing_else(rule, &sight));
        Ok(rules)
    }

    /// Makes a rule. It sees at once what checks have already told.
    ///
    /// Errors: [`AlertsError::Forbidden`], [`AlertsError::Invalid`], [`AlertsError::TooManyRules`].
    pub async fn create_rule(
        &self,
        caller: &Caller,
        draft: RuleDraft,
    ) -> Result<Rule, AlertsError> {
        permit_everywhere(caller, ALERT_RULE_CHANGE)?;
        let content = checked(draft)?;
        let occasion = Occasion::new(caller, self.clock.now());
        let mut tx = self.db.begin().await?;
        if store::rules::count(&mut tx).await? >= i64::from(RULES_MADE_MAX) {
            return Err(AlertsError::TooManyRules { limit: RULES_MADE_MAX });
        }
        let rule = self.insert_rule(&mut tx, occasion, None, content).await?;
        tx.commit().await?;
        Ok(rule)
    }

    /// Changes version `version` of a rule. Alerts that it would not open any more close.
    ///
    /// Errors: [`AlertsError::Forbidden`], [`AlertsError::RuleNotFound`], [`AlertsError::Stale`],
    /// [`AlertsError::Invalid`].
    pub async fn change_rule(
        &self,
        caller: &Caller,
        id: RuleId,
        version: i64,
        patch: RulePatch,
    ) -> Result<Rule, AlertsError> {
        permit_everywhere(caller, ALERT_RULE_CHANGE)?;
        let occasion = Occasion::new(caller, self.clock.now());
        let mut tx = self.db.begin().await?;
        let rule = rule_at(&mut tx, id, version).await?;
        let content = checked(patch.applied_to(&rule.content))?;
        if content == rule.content {
            return Ok(rule);
        }
        let rule = self.update_rule(&mut tx, occasion, rule, content, true).await?;
        tx.commit().await?;
        Ok(rule)
    }

    /// Removes version `version` of a rule and closes its alerts.
    ///
    /// Errors: [`AlertsError::Forbidden`], [`AlertsError::RuleNotFound`], [`AlertsError::Stale`],
    /// [`AlertsError::ShippedRule`].
    pub async fn remove_rule(
        &self,
        caller: &Caller,
        id: RuleId,
        version: i64,
    ) -> Result<(), AlertsError> {
        permit_everywhere(caller, ALERT_RULE_CHANGE)?;
        let occasion = Occasion::new(caller, self.clock.now());
        let mut tx = self.db.begin().await?;
        let rule = rule_at(&mut tx, id, version).await?;
        if rule.shipped() {
            return Err(AlertsError::ShippedRule { name: rule.content.name.en });
        }
        self.end_all(&mut tx, occasion, Owner::Rule(id), CloseReason::RuleRemoved).await?;
        store::pending::remove_of_rule(&mut tx, id).await?;
        store::rules::delete(&mut tx, id).await?;
        let fact = AlertRuleRemoved::of(&rule);
        let entry = Entry::new(caller, occasion.at, &fact).before(&rule.content);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Writes a new rule and applies it to the checks that are not fine.
    pub(super) async fn insert_rule(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        key: Option<String>,
        content: RuleDraft,
    ) -> Result<Rule, AlertsError> {
        let rule = Rule {
            id: Id::new(self.ids.as_ref(), self.clock.as_ref()),
            key,
            content,
            edited: false,
            version: 1,
            created_at: occasion.at,
            updated_at: occasion.at,
        };
        store::rules::insert(tx, &rule).await?;
        let fact = AlertRuleCreated::of(&rule);
        let entry = Entry::new(occasion.caller, occasion.at, &fact).after(&rule.content);
        journal::append(tx, entry).await?;
        if let Condition::CheckState(condition) = &rule.content.condition
            && rule.content.enabled
        {
            self.apply_to_checks(tx, occasion, &rule, condition).await?;
        }
        Ok(rule)
    }

    /// Writes what a rule has become, and what follows for its alerts.
    pub(super) async fn update_rule(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        before: Rule,
        content: RuleDraft,
        edited: bool,
    ) -> Result<Rule, AlertsError> {
        let rule = Rule {
            content,
            edited,
            version: before.version + 1,
            updated_at: occasion.at,
            ..before.clone()
        };
        store::rules::update(tx, &rule).await?;
        let fact = AlertRuleChanged::of(&rule);
        let entry = Entry::new(occasion.caller, occasion.at, &fact);
        journal::append(tx, entry.before(&before.content).after(&rule.content)).await?;
        self.follow_change(tx, occasion, &before, &rule).await?;
        Ok(rule)
    }

    async fn follow_change(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        before: &Rule,
        rule: &Rule,
    ) -> Result<(), AlertsError> {
        let owner = Owner::Rule(rule.id);
        if !rule.content.enabled {
            store::pending::remove_of_rule(tx, rule.id).await?;
            return self.end_all(tx, occasion, owner, CloseReason::RuleDisabled).await;
        }
        let (old, new) = (&before.content.condition, &rule.content.condition);
        if old.type_name() != new.type_name() {
            store::pending::remove_of_rule(tx, rule.id).await?;
            self.end_all(tx, occasion, owner, CloseReason::RuleChanged).await?;
        }
        match new {
            Condition::CheckState(condition) => {
                self.apply_to_checks(tx, occasion, rule, condition).await
            }
            Condition::Threshold(condition) if old != new => {
                self.leave_unselected(tx, occasion, rule, condition).await
            }
            // What waited for another query proves nothing; what the new one does not yield closes
            // in the next round.
            Condition::Query(_) if old != new => {
                Ok(store::pending::remove_of_rule(tx, rule.id).await?)
            }
            // The next round of the evaluation tells open alerts the new severity.
            Condition::Threshold(_) | Condition::Query(_) => Ok(()),
        }
    }

    /// Closes the alerts of series that the rule does not select any more, and starts every wait
    /// again: what was measured against another limit proves nothing.
    async fn leave_unselected(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        rule: &Rule,
        condition: &ThresholdCondition,
    ) -> Result<(), AlertsError> {
        store::pending::remove_of_rule(tx, rule.id).await?;
        let Ok(selector) = condition.selector() else { return Ok(()) };
        let limit = super::checks::CLOSED_AT_ONCE_MAX;
        for alert in store::alerts::open(tx.connection(), Owner::Rule(rule.id), limit).await? {
            let selected = tsdb::Labels::from_pairs(alert.labels.clone())
                .is_ok_and(|labels| selector.accepts(&labels));
            if !selected {
                self.end(tx, occasion, alert, CloseReason::RuleChanged, None).await?;
            }
        }
        Ok(())
    }
}

async fn rule_at(tx: &mut Tx, id: RuleId, version: i64) -> Result<Rule, AlertsError> {
    match store::rules::find(tx.connection(), id).await? {
        None => Err(AlertsError::RuleNotFound { id: id.to_string() }),
        Some(rule) if rule.version != version => Err(AlertsError::Stale { id: id.to_string() }),
        Some(rule) => Ok(rule),
    }
}

fn checked(draft: RuleDraft) -> Result<RuleDraft, AlertsError> {
    let faults = draft.faults();
    if faults.is_empty() { Ok(draft) } else { Err(AlertsError::Invalid(faults)) }
}

/// Whether every resource that the rule names is seen.
fn shows_nothing_else(rule: &Rule, sight: &Sight) -> bool {
    let named = match &rule.content.condition {
        Condition::Threshold(condition) => condition.resources(),
        Condition::Query(condition) => condition.resources(),
        Condition::CheckState(_) => Vec::new(),
    };
    named.iter().all(|id| sight.sees_text(Some(id)))
}
