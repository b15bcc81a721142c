use db::Tx;
use kernel::{Caller, FieldFault, Id, Text};
use notify::WayOrder;

use super::{Alerts, Occasion, POLICIES_MAX, apply::append, permit_everywhere};
use crate::{
    AlertsError,
    model::{
        house_fact::{PagePolicyChanged, PagePolicyCreated, PagePolicyRemoved},
        permission::{PAGE_POLICY_CHANGE, PAGE_POLICY_READ},
        policy::{ChainRef, Policy, PolicyDraft, PolicyId},
    },
    store,
};

impl Alerts {
    /// Who is told of which incidents: all policies, the oldest first.
    ///
    /// Errors: [`AlertsError::Forbidden`].
    pub(crate) async fn policies(&self, caller: &Caller) -> Result<Vec<Policy>, AlertsError> {
        permit_everywhere(caller, PAGE_POLICY_READ)?;
        Ok(store::policies::all(self.db.reader(), POLICIES_MAX).await?)
    }

    /// Makes a policy.
    ///
    /// Errors: [`AlertsError::Invalid`], [`AlertsError::Forbidden`],
    /// [`AlertsError::TooManyPolicies`].
    pub(crate) async fn create_policy(
        &self,
        caller: &Caller,
        content: PolicyDraft,
    ) -> Result<Policy, AlertsError> {
        permit_everywhere(caller, PAGE_POLICY_CHANGE)?;
        let content = self.with_known_chains(valid(content)?).await?;
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let known = store::policies::all(tx.connection(), POLICIES_MAX).await?;
        if known.len() >= POLICIES_MAX as usize {
            return Err(AlertsError::TooManyPolicies { limit: POLICIES_MAX });
        }
        let id = Id::new(self.ids.as_ref(), self.clock.as_ref());
        let policy = Policy { id, content, version: 1, created_at: now, updated_at: now };
        store::policies::put(&mut tx, &policy).await?;
        let fact = PagePolicyCreated { id: id.to_string(), name: policy.content.name.clone() };
        append(&mut tx, Occasion::new(caller, now), &fact).await?;
        tx.commit().await?;
        Ok(policy)
    }

    /// Changes a policy: what it says as a whole. `order`: none leaves the order of its ways as it
    /// was.
    ///
    /// Errors: [`AlertsError::Invalid`], [`AlertsError::Forbidden`],
    /// [`AlertsError::PolicyNotFound`], [`AlertsError::Stale`].
    pub(crate) async fn change_policy(
        &self,
        caller: &Caller,
        (id, version): (PolicyId, i64),
        (content, order): (PolicyDraft, Option<Option<WayOrder>>),
    ) -> Result<Policy, AlertsError> {
        permit_everywhere(caller, PAGE_POLICY_CHANGE)?;
        let content = self.with_known_chains(valid(content)?).await?;
        let mut tx = self.db.begin().await?;
        let before = current(&mut tx, id, version).await?;
        let order = order.unwrap_or_else(|| before.content.order.clone());
        let content = PolicyDraft { order, ..content };
        let now = self.clock.now();
        let after = Policy { content, version: version + 1, updated_at: now, ..before.clone() };
        store::policies::put(&mut tx, &after).await?;
        let fact = PagePolicyChanged { id: id.to_string(), name: after.content.name.clone() };
        let entry = journal::Entry::new(caller, now, &fact);
        let entry = entry.before(&before.content).after(&after.content);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Removes a policy. Whoever was told by it is still told when it is over.
    ///
    /// Errors: [`AlertsError::Forbidden`], [`AlertsError::PolicyNotFound`],
    /// [`AlertsError::Stale`].
    pub(crate) async fn remove_policy(
        &self,
        caller: &Caller,
        (id, version): (PolicyId, i64),
    ) -> Result<(), AlertsError> {
        permit_everywhere(caller, PAGE_POLICY_CHANGE)?;
        let mut tx = self.db.begin().await?;
        let policy = current(&mut tx, id, version).await?;
        store::policies::remove(&mut tx, id).await?;
        let fact = PagePolicyRemoved { id: id.to_string(), name: policy.content.name };
        append(&mut tx, Occasion::new(caller, self.clock.now()), &fact).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The same with its chains as they are called now.
    ///
    /// Errors: [`AlertsError::Invalid`] for chains that are not there or not enabled.
    async fn with_known_chains(&self, content: PolicyDraft) -> Result<PolicyDraft, AlertsError> {
        let (mut chains, mut faults) = (Vec::new(), Vec::new());
        for (at, wanted) in content.chains.iter().enumerate() {
            let found = match &self.escalation {
                Some(escalation) => escalation.chain(&wanted.id).await,
                None => Ok(None),
            };
            let found = found.map_err(|fault| AlertsError::Escalation(Box::new(fault)))?;
            let field = format!("chains.{at}.id");
            match found {
                Some(chain) if chain.enabled => {
                    chains.push(ChainRef { id: wanted.id.clone(), name: chain.name });
                }
                Some(chain) => {
                    let expected = Text::new("a chain that is enabled", "已启用的升级链");
                    faults.push(FieldFault::new(field, chain.name, expected));
                }
                None => {
                    let expected = Text::new("a chain of escalation", "存在的升级链");
                    faults.push(FieldFault::new(field, &wanted.id, expected));
                }
            }
        }
        match faults.is_empty() {
            true => Ok(PolicyDraft { chains, ..content }),
            false => Err(AlertsError::Invalid(faults)),
        }
    }
}

fn valid(content: PolicyDraft) -> Result<PolicyDraft, AlertsError> {
    let faults = content.faults();
    if faults.is_empty() { Ok(content) } else { Err(AlertsError::Invalid(faults)) }
}

async fn current(tx: &mut Tx, id: PolicyId, version: i64) -> Result<Policy, AlertsError> {
    let found = store::policies::find(tx.connection(), id).await?;
    let policy = found.ok_or_else(|| AlertsError::PolicyNotFound { id: id.to_string() })?;
    match policy.version == version {
        true => Ok(policy),
        false => Err(AlertsError::Stale { id: id.to_string() }),
    }
}
