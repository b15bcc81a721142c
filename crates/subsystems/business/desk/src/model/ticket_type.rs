use std::collections::BTreeSet;

use http_kit::TextView;
use kernel::{FieldFault, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    field::{FieldDef, question_faults},
    phase::Phase,
    policy::PolicyId,
    priority::{Matrix, PRIORITY_MAX},
    public_form::PublicForm,
};

const KEY_CHARS_MAX: usize = 40;
const NAME_CHARS_MAX: usize = 100;
const STATES_MAX: usize = 50;
const TRANSITIONS_MAX: usize = 200;
const FIELDS_MAX: usize = 100;

/// A kind of ticket as it was last written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TicketType {
    /// What it says; its key never changes.
    pub draft: TypeDraft,
    /// Grows by one with every change.
    pub version: i64,
    /// When it was last changed.
    pub changed_at: Time,
}

/// What a kind of ticket says. It is its form on the wire and in the records, too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TicketTypeBody)]
pub(crate) struct TypeDraft {
    /// Its stable name: `request`.
    pub key: String,
    /// What people call it.
    #[schema(value_type = TextView)]
    pub name: Text,
    /// What the numbers of its tickets begin with: `REQ`.
    pub prefix: String,
    /// Whether tickets of it can be opened.
    pub enabled: bool,
    /// The state a ticket begins in.
    pub first: String,
    /// Its states.
    pub states: Vec<StateDef>,
    /// The ways from state to state.
    pub transitions: Vec<TransitionDef>,
    /// The questions of its form.
    #[serde(default)]
    pub fields: Vec<FieldDef>,
    /// The priority of each impact (row: high, medium, low) and urgency (column, likewise).
    #[schema(value_type = Vec<Vec<u8>>)]
    pub matrix: Matrix,
    /// The service level of new tickets; none: nothing is promised.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub policy_id: Option<PolicyId>,
    /// Whether incidents of monitoring open tickets of it; none: they do not.
    #[serde(default)]
    pub incidents: Option<IncidentRule>,
    /// How people outside write in; none: they do not.
    #[serde(default)]
    pub public: Option<PublicForm>,
}

/// A state of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TicketState)]
pub(crate) struct StateDef {
    /// Its stable name within the type.
    pub key: String,
    /// What people call it.
    #[schema(value_type = TextView)]
    pub name: Text,
    /// What it means to the clocks.
    pub phase: Phase,
    /// Whether a ticket waits in it for whoever asks: their reply takes it back to the state it was
    /// in before. Only where the clocks stand still (phase `paused`). Left out of a change: as it
    /// was; else false.
    #[serde(default)]
    pub waits_for_requester: Option<bool>,
}

/// A way from state to state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TicketTransition)]
pub(crate) struct TransitionDef {
    /// Its stable name within the type.
    pub key: String,
    /// What people do: 受理, 派单.
    #[schema(value_type = TextView)]
    pub name: Text,
    /// The states it leads from.
    pub from: Vec<String>,
    /// The state it leads to.
    pub to: String,
    /// What else it does.
    #[serde(default)]
    pub effect: Effect,
    /// What must be given with it.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// What one must be permitted to do it.
    #[serde(default)]
    pub right: Right,
    /// Whether it must be done by somebody else than who answered or is in charge (审核, 回访).
    #[serde(default)]
    pub by_another: bool,
}

/// What a transition does besides changing the state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketEffect)]
pub(crate) enum Effect {
    /// Nothing.
    #[default]
    None,
    /// Another unit is in charge from now on (派单, 改派, 转办).
    Dispatch,
    /// It goes back to the unit it came from (退回).
    Return,
    /// An answer is drafted for others to approve (答复待审核).
    Draft,
    /// What is given as the answer is told to the requester (答复).
    Answer,
}

/// What a transition asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketNeed)]
pub(crate) enum Need {
    /// Why.
    Reason,
    /// Somebody must be in charge: a person or a post.
    Assignee,
}

/// What one must be permitted for a transition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketRight)]
pub(crate) enum Right {
    /// `ticket.work`.
    #[default]
    Work,
    /// `ticket.assign`.
    Assign,
}

/// When incidents of monitoring open tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TicketIncidentRule)]
pub(crate) struct IncidentRule {
    /// Incidents of these severities: `critical`, `warning`, `info`.
    pub severities: Vec<String>,
    /// The unit in charge where the resource that is the cause belongs to none.
    #[schema(value_type = String)]
    pub unit_id: directory::UnitId,
    /// The state that the ticket goes to when the incident ends; none: it stays where it is.
    #[serde(default)]
    pub on_end: Option<String>,
}

impl StateDef {
    /// Whether a ticket waits in it for whoever asks.
    #[must_use]
    pub(crate) fn waits(&self) -> bool {
        self.waits_for_requester.unwrap_or(false)
    }
}

impl TypeDraft {
    /// The same, with what it leaves out as it was in `before`.
    #[must_use]
    pub(crate) fn filled_from(mut self, before: &Self) -> Self {
        for state in &mut self.states {
            let known = before.state(&state.key).filter(|known| known.phase == state.phase);
            let as_it_was = known.and_then(|known| known.waits_for_requester);
            state.waits_for_requester = state.waits_for_requester.or(as_it_was);
        }
        self
    }

    /// The state of that key.
    #[must_use]
    pub(crate) fn state(&self, key: &str) -> Option<&StateDef> {
        self.states.iter().find(|state| state.key == key)
    }

    /// The transition of that key.
    #[must_use]
    pub(crate) fn transition(&self, key: &str) -> Option<&TransitionDef> {
        self.transitions.iter().find(|transition| transition.key == key)
    }

    /// Everything that is wrong with it.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        checked_key("key", &self.key, &mut faults);
        checked_text("name", &self.name, &mut faults);
        let prefix = !self.prefix.is_empty()
            && self.prefix.len() <= 8
            && self.prefix.bytes().all(|byte| byte.is_ascii_uppercase());
        if !prefix {
            let expected = Text::new("1 to 8 capital letters A–Z", "1 至 8 个大写字母 A–Z");
            faults.push(FieldFault::new("prefix", &self.prefix, expected));
        }
        let counts = [
            ("states", self.states.len(), 1, STATES_MAX),
            ("transitions", self.transitions.len(), 0, TRANSITIONS_MAX),
            ("fields", self.fields.len(), 0, FIELDS_MAX),
        ];
        for (field, count, min, max) in counts {
            if !(min..=max).contains(&count) {
                let expected =
                    Text::new(format!("{min} to {max} of them"), format!("{min} 至 {max} 项"));
                faults.push(FieldFault::new(field, count, expected));
            }
        }
        self.state_faults(&mut faults);
        self.transition_faults(&mut faults);
        question_faults(&self.fields, &mut faults);
        for (row, cells) in self.matrix.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                if !(1..=PRIORITY_MAX).contains(cell) {
                    let expected = Text::new("1 to 5", "1 至 5");
                    faults.push(FieldFault::new(
                        format!("matrix[{row}][{column}]"),
                        cell,
                        expected,
                    ));
                }
            }
        }
        self.incident_faults(&mut faults);
        if let Some(form) = &self.public {
            form.faults(&self.fields, &mut faults);
        }
        faults
    }

    fn state_faults(&self, faults: &mut Vec<FieldFault>) {
        for (at, state) in self.states.iter().enumerate() {
            checked_key(&format!("states[{at}].key"), &state.key, faults);
            checked_text(&format!("states[{at}].name"), &state.name, faults);
            if state.waits() && state.phase != Phase::Paused {
                let expected =
                    Text::new("false, or the phase `paused`", "否，或将阶段设为“paused”");
                let field = format!("states[{at}].waits_for_requester");
                faults.push(FieldFault::new(field, true, expected));
            }
            if self.states[..at].iter().any(|other| other.key == state.key) {
                let expected = Text::new("a key that no other state has", "不与其他状态重复的标识");
                faults.push(FieldFault::new(format!("states[{at}].key"), &state.key, expected));
            }
        }
        match self.state(&self.first) {
            None => faults.push(FieldFault::new("first", &self.first, a_state())),
            Some(state) if !state.phase.is_open() => {
                let expected = Text::new("a state that is open", "未结束的状态");
                faults.push(FieldFault::new("first", &self.first, expected));
            }
            Some(_) => {}
        }
        if !self.states.iter().any(|state| state.phase == Phase::Closed) {
            let expected = Text::new("a state in which it is closed", "至少一个“已关闭”阶段的状态");
            faults.push(FieldFault::new("states", self.states.len(), expected));
        }
        let reached = self.reached();
        for (at, state) in self.states.iter().enumerate() {
            if !reached.contains(state.key.as_str()) {
                let expected =
                    Text::new("a state that some way leads to", "可由某个流转到达的状态");
                faults.push(FieldFault::new(format!("states[{at}].key"), &state.key, expected));
            }
        }
    }

    /// The states that can be reached from the first.
    fn reached(&self) -> BTreeSet<&str> {
        let mut reached = BTreeSet::from([self.first.as_str()]);
        // Each round reaches one more state or is the last.
        for _ in 0..=self.states.len() {
            let more: Vec<&str> = self
                .transitions
                .iter()
                .filter(|way| way.from.iter().any(|from| reached.contains(from.as_str())))
                .map(|way| way.to.as_str())
                .collect();
            reached.extend(more);
        }
        if let Some(end) = self.incidents.as_ref().and_then(|rule| rule.on_end.as_deref()) {
            reached.insert(end);
        }
        reached
    }

    fn transition_faults(&self, faults: &mut Vec<FieldFault>) {
        for (at, way) in self.transitions.iter().enumerate() {
            let path = format!("transitions[{at}]");
            checked_key(&format!("{path}.key"), &way.key, faults);
            checked_text(&format!("{path}.name"), &way.name, faults);
            if self.transitions[..at].iter().any(|other| other.key == way.key) {
                let expected =
                    Text::new("a key that no other transition has", "不与其他流转重复的标识");
                faults.push(FieldFault::new(format!("{path}.key"), &way.key, expected));
            }
            if way.from.is_empty() {
                faults.push(FieldFault::new(format!("{path}.from"), "", a_state()));
            }
            for (index, from) in way.from.iter().enumerate() {
                if self.state(from).is_none() {
                    faults.push(FieldFault::new(format!("{path}.from[{index}]"), from, a_state()));
                }
            }
            if self.state(&way.to).is_none() {
                faults.push(FieldFault::new(format!("{path}.to"), &way.to, a_state()));
            }
        }
    }

    fn incident_faults(&self, faults: &mut Vec<FieldFault>) {
        let Some(rule) = &self.incidents else { return };
        for (at, severity) in rule.severities.iter().enumerate() {
            if !["critical", "warning", "info"].contains(&severity.as_str()) {
                let expected = Text::same("critical, warning, info");
                faults.push(FieldFault::new(
                    format!("incidents.severities[{at}]"),
                    severity,
                    expected,
                ));
            }
        }
        if let Some(end) = rule.on_end.as_ref().filter(|end| self.state(end).is_none()) {
            faults.push(FieldFault::new("incidents.on_end", end, a_state()));
        }
    }
}

fn a_state() -> Text {
    Text::new("the key of a state of this type", "该类型的状态标识")
}

/// A stable name.
pub(crate) fn checked_key(field: &str, key: &str, faults: &mut Vec<FieldFault>) {
    let letters = key.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-'
    });
    if key.is_empty() || key.len() > KEY_CHARS_MAX || !letters {
        let expected = Text::new(
            "1 to 40 of a–z, 0–9, `-` and `_`",
            "1 至 40 个字符，仅限 a–z、0–9、连字符和下划线",
        );
        faults.push(FieldFault::new(field, key, expected));
    }
}

/// A name in both languages.
pub(crate) fn checked_text(field: &str, text: &Text, faults: &mut Vec<FieldFault>) {
    for (language, said) in [("en", &text.en), ("zh", &text.zh)] {
        let count = said.chars().count();
        let fits = (1..=NAME_CHARS_MAX).contains(&count)
            && !said.trim().is_empty()
            && !said.contains(char::is_control);
        if !fits {
            let expected = Text::new("1 to 100 characters on one line", "1 至 100 个字符，单行");
            faults.push(FieldFault::new(format!("{field}.{language}"), said, expected));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::shipped;

    #[test]
    fn shipped_types_have_nothing_wrong() {
        for draft in shipped::types(None) {
            assert!(draft.faults().is_empty(), "{}: {:?}", draft.key, draft.faults());
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let change = |change: fn(&mut TypeDraft)| {
            let mut draft = shipped::types(None).remove(0);
            change(&mut draft);
            draft.faults().first().map(|fault| fault.field.clone()).unwrap_or_default()
        };
        assert_eq!(change(|draft| draft.prefix = "req".to_owned()), "prefix");
        assert_eq!(change(|draft| draft.first = "none".to_owned()), "first");
        assert_eq!(change(|draft| draft.first = "closed".to_owned()), "first");
        assert_eq!(change(|draft| draft.matrix[1][2] = 6), "matrix[1][2]");
        assert_eq!(change(|draft| draft.states[1].key = "A b".to_owned()), "states[1].key");
        assert_eq!(
            change(|draft| draft.states[0].waits_for_requester = Some(true)),
            "states[0].waits_for_requester"
        );
        assert_eq!(change(|draft| draft.transitions[0].to = "x".to_owned()), "transitions[0].to");
        assert_eq!(change(|draft| draft.transitions.clear()), "states[1].key");
        assert_eq!(change(|draft| draft.name.zh = String::new()), "name.zh");
    }
}
