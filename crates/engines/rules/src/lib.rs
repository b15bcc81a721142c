//! Rule files as Prometheus has them: groups of recording and alerting rules over PromQL.
//!
//! [`RuleFile`] reads a file, [`RunningGroup`] evaluates a group moment after moment and says what
//! is to be written, [`TestFile`] runs unit tests of rules. No storage, no clock, no runtime: the
//! series come from a [`promql::Source`], what is written goes to an [`Output`].

mod alert;
mod evaluate;
mod file;
mod group;
mod memory;
mod notation;
mod schedule;
mod state;
mod template;
mod unit;

pub use alert::{Alert, AlertState};
pub use evaluate::{Evaluator, RuleError};
pub use file::{
    AlertRule, FileError, GROUPS_MAX, LabelPairs, Rule, RuleFile, RuleGroup, RuleKind, TEXT_MAX,
};
pub use group::{Output, Refusal, Report, RunningGroup, Surroundings};
pub use memory::MemoryStore;
pub use notation::{NotationError, read_values};
pub use schedule::{Slots, group_offset_ns};
pub use state::{Health, RuleState};
pub use template::{Template, TemplateError};
pub use unit::{TestFile, TestSources};
