use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};

/// The states of a resource's life, and which may follow which.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifeCycle {
    /// The states, in the order of a life.
    #[serde(default)]
    pub states: Vec<LifeState>,
}

/// One state of a life.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifeState {
    /// Its name: `in-use`.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// The states that may follow.
    #[serde(default)]
    pub next: Vec<String>,
    /// Whether the resource is out of use in it.
    #[serde(default)]
    pub out_of_use: bool,
}

/// The state of what is in use.
pub(crate) const IN_USE: &str = "in-use";
/// A life has at most so many states.
const STATES_MAX: usize = 30;

impl LifeCycle {
    /// The one of kinds that have none of their own.
    #[must_use]
    pub fn shipped() -> Self {
        let state = |name: &str, en: &str, zh: &str, next: &[&str], out_of_use| LifeState {
            name: name.to_owned(),
            title: Text::new(en, zh),
            next: next.iter().map(|&name| name.to_owned()).collect(),
            out_of_use,
        };
        let states = vec![
            state("planned", "planned", "规划", &["ordered", "in-stock", IN_USE, "retired"], false),
            state("ordered", "ordered", "已采购", &["in-stock", IN_USE, "retired"], false),
            state("in-stock", "in stock", "库存", &[IN_USE, "maintenance", "retired"], false),
            state(IN_USE, "in use", "在用", &["maintenance", "in-stock", "retired"], false),
            state("maintenance", "in maintenance", "维修", &[IN_USE, "in-stock", "retired"], false),
            state("retired", "retired", "退役", &[IN_USE, "in-stock", "disposed"], true),
            state("disposed", "disposed of", "已报废", &[], true),
        ];
        Self { states }
    }

    /// The state of that name.
    #[must_use]
    pub fn state(&self, name: &str) -> Option<&LifeState> {
        self.states.iter().find(|state| state.name == name)
    }

    /// The state in which new resources are: in use, or the first one that is not out of use.
    #[must_use]
    pub fn first(&self) -> &str {
        let in_use = self.state(IN_USE).filter(|state| !state.out_of_use);
        let state = in_use.or_else(|| self.states.iter().find(|state| !state.out_of_use));
        state.map_or(IN_USE, |state| &state.name)
    }

    /// The first state out of use.
    #[must_use]
    pub fn out(&self) -> &str {
        self.states.iter().find(|state| state.out_of_use).map_or("retired", |state| &state.name)
    }

    /// The state `to`, if it may follow `from`. From a state that there is no more all is open.
    ///
    /// Errors: a fault naming `life_cycle` and the states that may follow.
    pub(crate) fn step(&self, from: &str, to: &str) -> Result<&LifeState, FieldFault> {
        let open = match self.state(from) {
            Some(state) if from != to => state.next.iter().map(String::as_str).collect(),
            Some(_) | None => self.states.iter().map(|state| state.name.as_str()).collect(),
        };
        let open: Vec<&str> = open;
        match self.state(to).filter(|_| open.contains(&to)) {
            Some(state) => Ok(state),
            None => {
                let expected = Text::new(
                    format!("one of the states after {from}: {}", open.join(", ")),
                    format!("“{from}”之后允许的状态：{}", open.join("、")),
                );
                Err(FieldFault::new("life_cycle", to, expected))
            }
        }
    }

    /// What is wrong with it as part of a kind; an empty one is the parent's.
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if self.states.is_empty() {
            return faults;
        }
        let mut fault = |found: &str, en: &str, zh: &str| {
            faults.push(FieldFault::new("life_cycle", found, Text::new(en, zh)));
        };
        if self.states.len() > STATES_MAX {
            fault("", "at most 30 states", "最多 30 个状态");
        }
        if !self.states.iter().any(|state| state.out_of_use)
            || self.states.iter().all(|state| state.out_of_use)
        {
            let (en, zh) =
                ("at least one state in use and one out of use", "至少各有一个在用状态和停用状态");
            fault("", en, zh);
        }
        for (at, state) in self.states.iter().enumerate() {
            if !super::input::is_word(&state.name) {
                fault(
                    &state.name,
                    "a name of small letters, digits and -",
                    "由小写字母、数字和 - 组成的名称",
                );
            }
            if self.states[..at].iter().any(|other| other.name == state.name) {
                fault(&state.name, "every state once", "状态不可重复");
            }
            for next in state.next.iter().filter(|next| self.state(next).is_none()) {
                fault(next, "one of the states", "已定义的状态之一");
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn life_goes_on_by_allowed_steps_only() {
        let cycle = LifeCycle::shipped();
        assert!(cycle.faults().is_empty());
        for (from, to, allowed) in [
            ("planned", "ordered", true),
            ("in-use", "maintenance", true),
            ("in-use", "planned", false),
            ("disposed", "in-use", false),
            ("in-use", "in-use", true),
            ("in-use", "gone", false),
            ("of old", "in-use", true),
        ] {
            assert_eq!(cycle.step(from, to).is_ok(), allowed, "{from} → {to}");
        }
        assert_eq!((cycle.first(), cycle.out()), ("in-use", "retired"));
    }

    #[test]
    fn life_without_an_end_is_refused() {
        let mut cycle = LifeCycle::shipped();
        cycle.states.truncate(2);
        let faults = cycle.faults();
        assert!(faults.iter().any(|fault| fault.expected.en.contains("out of use")));
        assert!(faults.iter().any(|fault| fault.found == "in-stock"));
    }
}
