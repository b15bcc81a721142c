use std::collections::{BTreeMap, BTreeSet};

use directory::{PersonId, PostId, UnitId};
use kernel::{FieldFault, Id, Text, Time};
use notify::WayOrder;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::roster::RosterId;

/// The id of a chain.
pub(crate) type ChainId = Id<Chain>;

const STEPS_MAX: usize = 20;
const TARGETS_MAX: usize = 20;
const MINUTES_MAX: u32 = 9_000;
const REPEATS_MAX: u32 = 10;
/// A simulation tells of no more steps than this.
const SIMULATED_MAX: usize = 500;

/// Whom to call, one after another, until somebody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chain {
    /// Its id.
    pub id: ChainId,
    /// What it says.
    pub draft: ChainDraft,
    /// Grows with every change.
    pub version: i64,
    /// The version that was simulated last.
    pub simulated_version: i64,
    /// Whether it calls people. Only a version that was simulated can be enabled.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Time,
    /// When it was changed last.
    pub changed_at: Time,
}

/// What a chain says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChainBody)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChainDraft {
    /// What people call it; 1 to 100 characters.
    pub name: String,
    /// The unit that answers for it.
    #[schema(value_type = String)]
    pub unit_id: UnitId,
    /// The steps, one after another.
    pub steps: Vec<StepDraft>,
    /// How often all steps are gone through again when nobody answers; 0 to 10.
    #[serde(default)]
    pub repeats: u32,
    /// The chain that goes on when nobody answered to this one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub then_chain: Option<ChainId>,
}

/// One step of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepDraft {
    /// Who is called, all of them.
    pub targets: Vec<Target>,
    /// How long they have to answer before the next step: 1 to 9000 minutes.
    pub wait_minutes: u32,
    /// By which ways they are called, one after another; null: as each prefers; of a change of the
    /// chain also as it was, when left out of a step that calls the same.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<WayOrder>)]
    pub order: Option<Option<WayOrder>>,
}

/// Who is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Target {
    /// Whoever is on duty in a position then.
    Position {
        /// The roster.
        #[schema(value_type = String)]
        roster_id: RosterId,
        /// The position's key.
        position: String,
    },
    /// Everybody of a roster, on duty or not.
    Team {
        /// The roster.
        #[schema(value_type = String)]
        roster_id: RosterId,
    },
    /// Whoever holds a post then.
    Post {
        /// The post.
        #[schema(value_type = String)]
        post_id: PostId,
    },
    /// A person.
    Person {
        /// The person.
        #[schema(value_type = String)]
        person_id: PersonId,
    },
}

/// A step with when it is due, from the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlannedStep {
    /// The chain's name.
    pub chain: String,
    /// Which time round, from 1.
    pub round: u32,
    /// Which step of the chain, from 1.
    pub step: u32,
    /// Minutes after the start.
    pub after_minutes: u64,
    /// Minutes until the next.
    pub wait_minutes: u32,
    /// Who is called.
    pub targets: Vec<Target>,
    /// By which ways, one after another; as each prefers when `None`.
    #[serde(default)]
    pub order: Option<WayOrder>,
}

impl ChainDraft {
    /// The same, with what its steps leave out as it was in `before`.
    #[must_use]
    pub(crate) fn filled_from(mut self, before: &Self) -> Self {
        for (step, known) in self.steps.iter_mut().zip(&before.steps) {
            if step.order.is_none() && step.targets == known.targets {
                step.order.clone_from(&known.order);
            }
        }
        self
    }

    /// Everybody whom its steps name.
    #[must_use]
    pub(crate) fn targets(&self) -> Vec<&Target> {
        self.steps.iter().flat_map(|step| &step.targets).collect()
    }

    /// Everything that is wrong with it by itself.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let fits = !self.name.trim().is_empty()
            && self.name.chars().count() <= 100
            && !self.name.contains(char::is_control);
        if !fits {
            let expected = Text::new("1 to 100 characters on one line", "1 至 100 个字符，单行");
            faults.push(FieldFault::new("name", &self.name, expected));
        }
        if !(1..=STEPS_MAX).contains(&self.steps.len()) {
            let expected = Text::new("1 to 20 steps", "1 至 20 个步骤");
            faults.push(FieldFault::new("steps", self.steps.len(), expected));
        }
        for (at, step) in self.steps.iter().enumerate() {
            if !(1..=TARGETS_MAX).contains(&step.targets.len()) {
                let expected = Text::new("1 to 20 to be called", "1 至 20 个通知对象");
                let field = format!("steps[{at}].targets");
                faults.push(FieldFault::new(field, step.targets.len(), expected));
            }
            if !(1..=MINUTES_MAX).contains(&step.wait_minutes) {
                let expected = Text::new("1 to 9000 minutes", "1 至 9000 分钟");
                let field = format!("steps[{at}].wait_minutes");
                faults.push(FieldFault::new(field, step.wait_minutes, expected));
            }
            let order = step.order.iter().flatten();
            faults.extend(order.flat_map(|order| order.faults(&format!("steps[{at}].order"))));
        }
        if self.repeats > REPEATS_MAX {
            faults.push(FieldFault::new("repeats", self.repeats, Text::same("0–10")));
        }
        faults
    }
}

/// The chains by which `draft`, saved as `id`, would come back to itself; empty when it does not.
#[must_use]
pub(crate) fn looped(
    id: ChainId,
    draft: &ChainDraft,
    others: &BTreeMap<ChainId, ChainDraft>,
) -> Vec<ChainId> {
    let mut way = vec![id];
    let (mut next, mut seen) = (draft.then_chain, BTreeSet::from([id]));
    while let Some(chain) = next {
        if !seen.insert(chain) {
            way.extend((chain == id).then_some(id));
            return way;
        }
        let Some(other) = others.get(&chain) else { return Vec::new() };
        way.push(chain);
        next = other.then_chain;
    }
    Vec::new()
}

/// All steps in turn with when they are due, through repeats and the chains that follow.
///
/// Chains never loop: [`looped`] refuses that. Ends after 500 steps all the same.
#[must_use]
pub(crate) fn planned(
    first: &ChainDraft,
    others: &BTreeMap<ChainId, ChainDraft>,
) -> Vec<PlannedStep> {
    let (mut steps, mut after_minutes) = (Vec::new(), 0);
    let (mut next, mut seen) = (Some(first), BTreeSet::new());
    while let Some(draft) = next {
        for round in 1..=draft.repeats + 1 {
            for (number, step) in (1..).zip(&draft.steps) {
                if steps.len() == SIMULATED_MAX {
                    return steps;
                }
                steps.push(PlannedStep {
                    chain: draft.name.clone(),
                    round,
                    step: number,
                    after_minutes,
                    wait_minutes: step.wait_minutes,
                    targets: step.targets.clone(),
                    order: step.order.clone().flatten(),
                });
                after_minutes += u64::from(step.wait_minutes);
            }
        }
        next = draft
            .then_chain
            .filter(|chain| seen.insert(*chain))
            .and_then(|chain| others.get(&chain));
    }
    steps
}

#[cfg(test)]
mod tests {
    use kernel::Id;

    use super::*;

    fn id(last: u8) -> ChainId {
        Id::from_uuid(format!("01890a5d-ac96-774b-bcce-b3020990{last:04}").parse().unwrap())
    }

    fn chain(name: &str, waits: &[u32], repeats: u32, then_chain: Option<ChainId>) -> ChainDraft {
        let person_id = "01890a5d-ac96-774b-bcce-b302099a0001".parse().unwrap();
        let step = |wait: &u32| StepDraft {
            targets: vec![Target::Person { person_id }],
            wait_minutes: *wait,
            order: None,
        };
        let steps = waits.iter().map(step).collect();
        let unit_id = "01890a5d-ac96-774b-bcce-b302099a0002".parse().unwrap();
        ChainDraft { name: name.to_owned(), unit_id, steps, repeats, then_chain }
    }

    #[test]
    fn chain_that_comes_back_to_itself_is_named_with_its_way() {
        let a = chain("a", &[5], 0, Some(id(2)));
        let all = BTreeMap::from([(id(2), chain("b", &[5], 0, Some(id(1))))]);
        assert_eq!(looped(id(1), &a, &all), [id(1), id(2), id(1)]);
        assert_eq!(looped(id(1), &chain("a", &[5], 0, Some(id(1))), &all), [id(1), id(1)]);
        let straight = BTreeMap::from([(id(2), chain("b", &[5], 0, None))]);
        assert!(looped(id(1), &a, &straight).is_empty());
    }

    #[test]
    fn steps_are_due_one_after_another_through_repeats_and_the_next_chain() {
        let all = BTreeMap::from([(id(2), chain("b", &[30], 0, None))]);
        let steps = planned(&chain("a", &[5, 10], 1, Some(id(2))), &all);
        let due: Vec<_> = steps
            .iter()
            .map(|step| (step.chain.as_str(), step.round, step.step, step.after_minutes))
            .collect();
        let expected =
            [("a", 1, 1, 0), ("a", 1, 2, 5), ("a", 2, 1, 15), ("a", 2, 2, 20), ("b", 1, 1, 30)];
        assert_eq!(due, expected);
    }
}
