use std::collections::BTreeMap;

use db::Tx;
use kernel::Text;

use super::{Alerts, Occasion, apply::Wording};
use crate::{
    AlertsError,
    model::{
        alert::CloseReason,
        check_state::{self, SeenState},
        condition::{CheckStateCondition, Condition},
        decision::{Decision, Reading, Standing},
        rule::Rule,
        target::{Target, check_subject},
    },
    store::{self, alerts::Owner, checks::SeenCheck},
};

/// Rules that are read at once: all of them.
pub(super) const RULES_MAX: u32 = 500;
/// Checks that a changed rule is applied to.
const CHECKS_MAX: u32 = 10_000;
/// Alerts of one check or rule that are closed at once.
pub(super) const CLOSED_AT_ONCE_MAX: u32 = 10_000;

impl Alerts {
    /// Takes the certain state of a check into account, for every rule on states of checks.
    pub(crate) async fn check_changed(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        check: &SeenCheck,
    ) -> Result<(), AlertsError> {
        // A new state is news even where the one before was dismissed by hand.
        store::pending::remove_of_subject(tx, &check_subject(&check.check_id)).await?;
        if check.state == SeenState::Ok {
            store::checks::remove(tx, &check.check_id).await?;
        } else {
            store::checks::put(tx, check).await?;
        }
        for rule in store::rules::after(tx.connection(), "", RULES_MAX).await? {
            if let Condition::CheckState(condition) = &rule.content.condition
                && rule.content.enabled
            {
                let recovered = CloseReason::Recovered;
                self.judge_check(tx, occasion, &rule, condition, check, recovered).await?;
            }
        }
        Ok(())
    }

    /// Closes what a check had open and forgets it.
    pub(crate) async fn check_removed(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        check_id: &str,
    ) -> Result<(), AlertsError> {
        store::checks::remove(tx, check_id).await?;
        store::pending::remove_of_subject(tx, &check_subject(check_id)).await?;
        self.end_all(tx, occasion, Owner::Check(check_id), CloseReason::CheckRemoved).await
    }

    /// Closes what a check has open while it does not run; it keeps its state, as it runs again
    /// without a new fact when it stands as before.
    pub(crate) async fn check_switched(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        check_id: &str,
        enabled: bool,
    ) -> Result<(), AlertsError> {
        let seen = store::checks::find(tx, check_id).await?;
        if let Some(check) = seen.filter(|check| check.paused == enabled) {
            let check = SeenCheck { paused: !enabled, ..check };
            store::checks::put(tx, &check).await?;
            if enabled {
                return self.check_changed(tx, occasion, &check).await;
            }
        }
        if enabled {
            return Ok(());
        }
        self.end_all(tx, occasion, Owner::Check(check_id), CloseReason::CheckDisabled).await
    }

    /// Applies a rule that was made or changed to the checks that are not fine.
    pub(super) async fn apply_to_checks(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        rule: &Rule,
        condition: &CheckStateCondition,
    ) -> Result<(), AlertsError> {
        for check in store::checks::all(tx, CHECKS_MAX).await? {
            let changed = CloseReason::RuleChanged;
            self.judge_check(tx, occasion, rule, condition, &check, changed).await?;
        }
        Ok(())
    }

    /// Closes every open alert of `owner`.
    pub(super) async fn end_all(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        owner: Owner<'_>,
        reason: CloseReason,
    ) -> Result<(), AlertsError> {
        let open = store::alerts::open(tx.connection(), owner, CLOSED_AT_ONCE_MAX).await?;
        for alert in open {
            self.end(tx, occasion, alert, reason, None).await?;
        }
        Ok(())
    }

    async fn judge_check(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        rule: &Rule,
        condition: &CheckStateCondition,
        check: &SeenCheck,
        why_close: CloseReason,
    ) -> Result<(), AlertsError> {
        let target = target_of(check);
        let open = store::alerts::open_of(tx.connection(), rule.id, &target.subject).await?;
        let standing = match &open {
            Some(alert) => alert.standing(),
            None => remembered(tx, rule, &target.subject).await?,
        };
        let (severity, protocol) = (rule.content.severity, check.protocol.as_str());
        let decision = check_state::decide(condition, severity, &standing, protocol, check.state);
        match (decision, open) {
            (Decision::Open(reading), None) => {
                let wording = wording_of(check);
                self.raise(tx, occasion, rule, target, reading, wording).await?;
            }
            (Decision::Update(reading), Some(alert)) => {
                let wording = match reading {
                    // What it last knew is worth more than that it knows nothing now.
                    Reading { no_data: true, .. } => {
                        Wording { title: alert.title.clone(), summary: alert.summary.clone() }
                    }
                    _ => wording_of(check),
                };
                self.tell(tx, occasion, alert, reading, wording).await?;
            }
            (Decision::Close, Some(alert)) => {
                self.end(tx, occasion, alert, why_close, None).await?;
            }
            _ => {}
        }
        Ok(())
    }
}

async fn remembered(tx: &mut Tx, rule: &Rule, subject: &str) -> Result<Standing, AlertsError> {
    let found = store::pending::find(tx, rule.id, subject).await?;
    Ok(found.map_or(Standing::Idle, |row| row.standing))
}

fn target_of(check: &SeenCheck) -> Target {
    let labels = BTreeMap::from([
        ("check_name".to_owned(), check.check_name.clone()),
        ("protocol".to_owned(), check.protocol.clone()),
    ]);
    Target {
        subject: check_subject(&check.check_id),
        resource_id: Some(check.resource_id.clone()).filter(|id| !id.is_empty()),
        resource_name: check.resource_name.clone(),
        check_id: Some(check.check_id.clone()),
        labels,
        called: check.check_name.clone(),
    }
}

fn wording_of(check: &SeenCheck) -> Wording {
    let state = check.state.title();
    let name = &check.check_name;
    Wording {
        title: Text::new(format!("{name} is {}", state.en), format!("{name}：{}", state.zh)),
        summary: check.summary.clone(),
    }
}
