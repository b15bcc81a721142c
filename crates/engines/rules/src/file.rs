//! Rule files: what they hold, reading them, what can be wrong in them.
//!
//! Source: Prometheus, "recording rules" and "alerting rules"; the errors are worded as its
//! `rulefmt` words them, with the line and column of the node.

mod check;
pub(crate) mod yaml;

use std::collections::BTreeMap;

/// Longest text of a rule file in bytes.
pub const TEXT_MAX: usize = 4 << 20;
/// Most groups of a file.
pub const GROUPS_MAX: usize = 1_000;
/// Most rules of a file.
pub(crate) const RULES_MAX: usize = 20_000;

/// Labels or annotations by name.
pub type LabelPairs = BTreeMap<String, String>;

/// What a rule file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleFile {
    /// Its groups, in their order.
    pub groups: Vec<RuleGroup>,
}

/// Rules that are evaluated one after another, at the same moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleGroup {
    /// Its name, the only one of the file.
    pub name: String,
    /// Milliseconds between evaluations; `None`: as the server has it.
    pub interval_ms: Option<i64>,
    /// How far back of the moment of an evaluation its queries look, in milliseconds.
    pub query_offset_ms: Option<i64>,
    /// Most series or alerts that a rule may yield; 0: any number.
    pub limit: usize,
    /// Labels of every rule; a rule's own come before them.
    pub labels: LabelPairs,
    /// The rules, in their order.
    pub rules: Vec<Rule>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The metric that is recorded, or the name of the alert.
    pub name: String,
    /// The query.
    pub expr: String,
    /// Labels that every result gets, those of the group among them.
    pub labels: LabelPairs,
    /// What becomes of the results.
    pub kind: RuleKind,
}

/// What becomes of the results of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleKind {
    /// They are recorded.
    Record,
    /// Each is an alert.
    Alert(AlertRule),
}

/// What an alerting rule has beyond a recording one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlertRule {
    /// For how many milliseconds a result must be there before its alert fires.
    pub hold_ms: i64,
    /// For how many milliseconds an alert goes on after its result has gone.
    pub keep_firing_ms: i64,
    /// Templates of texts for people.
    pub annotations: LabelPairs,
}

/// One thing that is wrong in a rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// Line and column from 1, where they are known.
    pub position: Option<(u64, u64)>,
    /// The group, the rule's number in it from 1, and its name.
    pub rule: Option<(String, usize, String)>,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for FileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some((line, column)) = self.position {
            write!(f, "{line}:{column}: ")?;
        }
        if let Some((group, number, name)) = &self.rule {
            write!(f, "group {group:?}, rule {number}, {name:?}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for FileError {}

impl RuleFile {
    /// Reads a rule file and checks it: names, queries, templates.
    ///
    /// Errors: everything that is wrong, in the order of the file.
    pub fn read(text: &str) -> Result<Self, Vec<FileError>> {
        let fatal = |message: String| vec![FileError { position: None, rule: None, message }];
        if text.len() > TEXT_MAX {
            let length = text.len();
            return Err(fatal(format!(
                "the file is {length} bytes long, at most {TEXT_MAX} are allowed"
            )));
        }
        let raw = yaml::read::<yaml::FileYaml>(text).map_err(|error| vec![error])?;
        let groups = raw.and_then(|raw| raw.groups).unwrap_or_default();
        if groups.len() > GROUPS_MAX {
            let found = groups.len();
            return Err(fatal(format!("{found} groups, at most {GROUPS_MAX} are allowed")));
        }
        let rules: usize = groups.iter().map(|group| group.value.rules().len()).sum();
        if rules > RULES_MAX {
            return Err(fatal(format!("{rules} rules, at most {RULES_MAX} are allowed")));
        }
        check::checked(groups)
    }
}

impl RuleGroup {
    /// Milliseconds between evaluations, where the server's own interval is `or_ms`.
    #[must_use]
    pub fn interval_or(&self, or_ms: i64) -> i64 {
        self.interval_ms.unwrap_or(or_ms).max(1)
    }
}

impl Rule {
    /// Whether its results are recorded.
    #[must_use]
    pub fn is_recording(&self) -> bool {
        self.kind == RuleKind::Record
    }
}
