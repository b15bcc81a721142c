use std::collections::BTreeSet;

use directory::{PersonId, UnitId};
use kernel::{FactSeq, Id, Text, Time};
use serde::{Deserialize, Serialize};

use super::chain::{Chain, ChainId, PlannedStep};

/// The id of a call.
pub(crate) type CallId = Id<Call>;

/// The longest title of a call.
pub(crate) const TITLE_CHARS_MAX: usize = 200;
/// The longest title of an incident that is kept with a call.
const TITLE_TOLD_MAX: usize = 500;
/// The longest name of a severity that is kept with a call.
const SEVERITY_CHARS_MAX: usize = 20;

/// People being called by a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// Its id.
    pub id: CallId,
    /// The chain.
    pub chain_id: ChainId,
    /// The unit that answers for it.
    pub unit_id: UnitId,
    /// What was said when it began: a later change of the chain does not alter it.
    pub steps: Vec<PlannedStep>,
    /// What it is about.
    pub title: String,
    /// How far it is.
    pub state: CallState,
    /// The next step, from 0.
    pub step: u32,
    /// When that is.
    pub next_at: Option<Time>,
    /// Who started it.
    pub started_by: String,
    /// When.
    pub started_at: Time,
    /// Who answered.
    pub ended_by: Option<String>,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// What was done.
    pub log: Vec<CalledStep>,
    /// The incident that it is about; none when somebody started it by hand.
    pub about: Option<About>,
    /// Grows with every change.
    pub version: i64,
}

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallState {
    /// People are called.
    Running,
    /// Somebody answered.
    Answered,
    /// Nobody did.
    Exhausted,
    /// What it was about is over, or is called for by another call.
    Over,
}

/// The incident that people are called for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    /// Its id; that of another once it turned out to be part of it.
    pub incident_id: String,
    /// What it was called, and how bad it was, when the call began.
    pub incident: CalledIncident,
    /// The fact that led to the call.
    pub fact_seq: FactSeq,
    /// When whoever was called was told that it is over.
    pub told_over_at: Option<Time>,
}

/// What an incident is called and how bad it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CalledIncident {
    /// What is wrong.
    pub title: Text,
    /// How bad: `critical`, `warning` or `info`.
    pub severity: String,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CalledStep {
    /// When.
    pub at: Time,
    /// Its number, from 0.
    pub step: u32,
    /// Who was called; empty: nobody was there to be called.
    pub people: Vec<PersonId>,
}

impl CallState {
    const ALL: [Self; 4] = [Self::Running, Self::Answered, Self::Exhausted, Self::Over];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Answered => "answered",
            Self::Exhausted => "exhausted",
            Self::Over => "over",
        }
    }

    /// The state of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl Call {
    /// Everybody who was called, once each.
    pub(crate) fn people(&self) -> BTreeSet<PersonId> {
        self.log.iter().flat_map(|step| &step.people).copied().collect()
    }

    /// The same, ended at `now`.
    pub(crate) fn ended(&self, state: CallState, by: Option<String>, now: Time) -> Self {
        Self {
            state,
            next_at: None,
            ended_by: by,
            ended_at: Some(now),
            version: self.version + 1,
            ..self.clone()
        }
    }
}

impl CalledIncident {
    /// As it was told; a title that is longer than people read is cut.
    pub(crate) fn told(title: &Text, severity: &str) -> Self {
        let cut = |text: &str, longest: usize| text.chars().take(longest).collect::<String>();
        let en = cut(&title.en, TITLE_TOLD_MAX);
        let zh = cut(&title.zh, TITLE_TOLD_MAX);
        Self { title: Text::new(en, zh), severity: cut(severity, SEVERITY_CHARS_MAX) }
    }

    /// What it says on one line: how bad, and what.
    pub(crate) fn headline(&self) -> Text {
        let severity = self.severity_title();
        Text::new(
            format!("[{}] {}", severity.en, self.title.en),
            format!("【{}】{}", severity.zh, self.title.zh),
        )
    }

    /// That it is over, on one line.
    pub(crate) fn end_headline(&self) -> Text {
        Text::new(format!("[over] {}", self.title.en), format!("【已结束】{}", self.title.zh))
    }

    /// Whether somebody should act now.
    pub(crate) fn is_urgent(&self) -> bool {
        self.severity == "critical"
    }

    /// What a call about it is called: one line, as long as a title may be.
    pub(crate) fn call_title(&self) -> String {
        let line = self.title.en.chars().map(|one| if one.is_control() { ' ' } else { one });
        line.take(TITLE_CHARS_MAX).collect()
    }

    /// A severity that this release does not know is said as it was told.
    fn severity_title(&self) -> Text {
        match self.severity.as_str() {
            "critical" => Text::new("critical", "严重"),
            "warning" => Text::new("warning", "警告"),
            "info" => Text::new("info", "提示"),
            other => Text::same(other),
        }
    }
}

/// That an incident asks for a chain to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Escalation {
    /// The fact that says so.
    pub fact_seq: FactSeq,
    /// The incident.
    pub incident_id: String,
    /// What that is called and how bad it is.
    pub incident: CalledIncident,
    /// The page of the incident that stands for it.
    pub page_id: Option<String>,
    /// The chain.
    pub chain_id: String,
    /// What people call it.
    pub chain_name: String,
    /// The policy that wants it.
    pub policy: String,
}

impl Escalation {
    /// The chain that is to be called, or why nobody is. `calls`: those for the incident.
    pub(crate) fn chain<'c>(
        &self,
        chains: &'c [Chain],
        calls: &[Call],
    ) -> Result<&'c Chain, NotStarted> {
        let found = chains.iter().find(|chain| chain.id.to_string() == self.chain_id);
        let chain = found.ok_or(NotStarted::Gone)?;
        if !chain.enabled {
            return Err(NotStarted::Disabled);
        }
        let same = |call: &&Call| call.state == CallState::Running && call.chain_id == chain.id;
        match calls.iter().find(same) {
            Some(_) => Err(NotStarted::Running),
            None => Ok(chain),
        }
    }
}

/// Why an escalation calls nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotStarted {
    /// The chain is gone.
    Gone,
    /// It is not enabled.
    Disabled,
    /// It is being called for this incident already.
    Running,
}

impl NotStarted {
    /// A stable name of the reason.
    #[must_use]
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Disabled => "disabled",
            Self::Running => "running",
        }
    }

    /// The reason, for people.
    #[must_use]
    pub(crate) fn text(self) -> Text {
        match self {
            Self::Gone => Text::new("the chain is gone", "升级链已不存在"),
            Self::Disabled => Text::new("the chain is not enabled", "升级链未启用"),
            Self::Running => Text::new(
                "the chain is being called for this incident already",
                "该升级链正在为此故障呼叫",
            ),
        }
    }
}

/// What becomes of a call when its incident turns out to be part of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Merged {
    /// It stays as it is, for the other.
    Same,
    /// Somebody cares for the other: nobody else need answer.
    Answered,
    /// The other calls the same chain already: it ends.
    Over,
}

/// What becomes of `call` when the calls of the incident that it is part of now are `there`.
pub(crate) fn merged(call: &Call, there: &[Call], cared_for: bool) -> Merged {
    let same = |other: &Call| other.state == CallState::Running && other.chain_id == call.chain_id;
    match call.state {
        CallState::Running if cared_for => Merged::Answered,
        CallState::Running if there.iter().any(same) => Merged::Over,
        _ => Merged::Same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headline_names_severity_and_title_and_a_title_fits_one_line() {
        let incident = |severity: &str, title: &str| {
            CalledIncident::told(&Text::new(title, "核心交换机"), severity)
        };
        let critical = incident("critical", "core: ping");
        assert_eq!(critical.headline(), Text::new("[critical] core: ping", "【严重】核心交换机"));
        assert_eq!(critical.end_headline().zh, "【已结束】核心交换机");
        assert_eq!(incident("fatal", "x").headline().zh, "【fatal】核心交换机");
        assert_eq!(incident("info", "a\nb").call_title(), "a b");
        assert_eq!(incident("info", &"长".repeat(300)).call_title().chars().count(), 200);
        assert!(critical.is_urgent() && !incident("warning", "x").is_urgent());
    }
}
