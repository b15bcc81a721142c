//! Rules and alerts: which conditions people want to hear of, and the periods in which they hold.
//!
//! [`Alerts`] holds the verbs and is this crate's door (`subsystem.rs`). A rule watches the states
//! of checks, told by facts, or a series' value, read every 10 s. `README.md` has the words, the
//! tables and the reasons.

mod model;

mod store;

mod actions;
mod api;
mod error;
mod jobs;
mod reactions;
pub mod subsystem;

pub use actions::{Alerts, Look, Lookout, LookoutFuture, OutsideMeans, RuleFileAlert, RuleFiles};
pub use error::AlertsError;
pub use model::{
    alert::{Acknowledgement, Alert, AlertFilter, AlertId, AlertState, CloseReason},
    cause::{Certainty, Group, Lessons, Link, Member, Part, Scene, Symptom, explain, suspects},
    condition::{
        CheckStateCondition, Condition, Derive, Operator, ProblemState, ThresholdCondition,
    },
    fact::{AlertAcknowledged, AlertClosed, AlertRaised, AlertUnacknowledged, AlertUpdated},
    permission::{
        ALERT_ACKNOWLEDGE, ALERT_CLOSE, ALERT_CORRECT, ALERT_READ, ALERT_RULE_CHANGE,
        ALERT_RULE_READ, ALERT_SILENCE, EVENT_WRITE, PAGE_POLICY_CHANGE, PAGE_POLICY_READ,
        WATCHDOG_CHANGE, WATCHDOG_READ,
    },
    rule::{Rule, RuleDraft, RuleId, RulePatch},
    rule_fact::{AlertRuleChanged, AlertRuleCreated, AlertRuleRemoved},
    severity::Severity,
    templates::TEMPLATES,
};
