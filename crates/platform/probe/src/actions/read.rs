use std::{collections::BTreeMap, sync::Arc, time::Duration};

use kernel::{Caller, Fault, Page, PageOf, Text, Time};

use super::{CHECK_READ, no_such_check};
use crate::{
    Probe,
    model::{CheckDefinition, CheckId, CheckState, CheckStatus, ResourceId},
    scheduler::Entry,
};

/// A check with everything that is known of it now.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchedCheck {
    /// What is asked.
    pub definition: Arc<CheckDefinition>,
    /// What the resource is called.
    pub resource_name: Arc<str>,
    /// What is asked, for people; none when its protocol does not exist or refuses the spec.
    pub target: Option<String>,
    /// How it stands.
    pub status: CheckStatus,
    /// When it runs next; none while it runs or is disabled.
    pub next_run_at: Option<Time>,
}

/// Which checks are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckFilter {
    /// Of this resource.
    pub resource_id: Option<ResourceId>,
    /// In one of these states; in any when empty.
    pub states: Vec<CheckState>,
    /// Whose own name or resource's name contains this, ignoring case.
    pub text: Option<String>,
}

/// The checks of one resource in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceState {
    /// The resource.
    pub resource_id: ResourceId,
    /// The worst certain state.
    pub state: CheckState,
    /// Checks that are enabled.
    pub checks: u32,
    /// Of these, in a certain state that is a problem.
    pub problems: u32,
}

impl Probe {
    /// A check. Errors: not found; database faults.
    pub async fn check(&self, id: CheckId) -> Result<WatchedCheck, Fault> {
        self.sync().await?;
        let clock = &self.inner.clock;
        let (mono, now) = (clock.monotonic(), clock.now());
        let board = self.board();
        let entry = board.entry(id).ok_or_else(|| no_such_check(id))?;
        Ok(watched(entry, mono, now))
    }

    /// A check, if the caller may see it. Errors: not found, also when it is outside of their
    /// scope; database faults.
    pub async fn check_seen(&self, caller: &Caller, id: CheckId) -> Result<WatchedCheck, Fault> {
        let found = self.check(id).await?;
        self.permit_over(caller, CHECK_READ, id, found.definition.resource_id).await?;
        Ok(found)
    }

    /// The checks that match and that the caller may see, in the order they were made.
    ///
    /// Errors: `after` that is no id; database faults.
    pub async fn checks(
        &self,
        caller: &Caller,
        filter: &CheckFilter,
        page: &Page,
    ) -> Result<PageOf<WatchedCheck>, Fault> {
        let after = page.after.as_deref().map(str::parse::<CheckId>).transpose().map_err(|_| {
            let expected = Text::new("the `next` of the page before", "上一页给出的 next");
            Fault::invalid("after", page.after.as_deref().unwrap_or_default(), expected)
        })?;
        self.sync().await?;
        let sight = self.sight(caller, CHECK_READ).await?;
        let text = filter.text.as_deref().map(str::to_lowercase);
        let fits = |entry: &&Entry| {
            let of_resource =
                filter.resource_id.is_none_or(|id| entry.definition.resource_id == id);
            let state = entry.status.standing.state;
            of_resource
                && sight.sees(entry.definition.resource_id)
                && (filter.states.is_empty() || filter.states.contains(&state))
                && text.as_deref().is_none_or(|text| contains(entry, text))
        };
        let clock = &self.inner.clock;
        let (mono, now) = (clock.monotonic(), clock.now());
        let board = self.board();
        let found = board.entries_after(after).filter(fits);
        let found = found.take(page.limit as usize + 1).map(|entry| watched(entry, mono, now));
        let found = found.collect();
        Ok(PageOf::from_fetched(found, page.limit, |check| check.definition.id.to_string()))
    }

    /// The worst certain state of every resource that the caller may see and that has an enabled
    /// check, by its id.
    ///
    /// Errors: database faults.
    pub async fn resource_states(&self, caller: &Caller) -> Result<Vec<ResourceState>, Fault> {
        self.sync().await?;
        let sight = self.sight(caller, CHECK_READ).await?;
        let mut states: BTreeMap<ResourceId, ResourceState> = BTreeMap::new();
        let board = self.board();
        for entry in board.entries_after(None) {
            let definition = &entry.definition;
            if !definition.settings.enabled || !sight.sees(definition.resource_id) {
                continue;
            }
            let resource_id = definition.resource_id;
            let state = entry.status.standing.hard_state;
            let none =
                ResourceState { resource_id, state: CheckState::Pending, checks: 0, problems: 0 };
            let sum = states.entry(resource_id).or_insert(none);
            sum.state = sum.state.max(state);
            sum.checks += 1;
            sum.problems += u32::from(state.is_problem());
        }
        Ok(states.into_values().collect())
    }
}

fn contains(entry: &Entry, text: &str) -> bool {
    let names = [entry.definition.settings.name.as_str(), entry.resource_name.as_ref()];
    names.iter().any(|name| name.to_lowercase().contains(text))
}

fn watched(entry: &Entry, mono: Duration, now: Time) -> WatchedCheck {
    WatchedCheck {
        definition: Arc::clone(&entry.definition),
        resource_name: Arc::clone(&entry.resource_name),
        target: entry.check.as_ref().map(|check| check.target()),
        status: entry.status.clone(),
        next_run_at: entry.due().map(|due| now.plus(due.saturating_sub(mono))),
    }
}
