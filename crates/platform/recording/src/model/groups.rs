use kernel::{FieldFault, Id, Text, Time};
use rules::RuleFile;
use serde::Serialize;

/// Longest name in characters.
const NAME_CHARS_MAX: usize = 200;
/// Wrong places of a rule file that are named at once.
const ERRORS_SHOWN_MAX: usize = 20;

/// The id of rule groups.
pub type RuleGroupsId = Id<RuleGroups>;

/// A rule file: groups of rules under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleGroups {
    /// Its id.
    pub id: RuleGroupsId,
    /// Its name, the only one of its kind: `file` in Prometheus' API.
    pub name: String,
    /// How many groups it holds.
    pub groups: u32,
    /// How many rules they have.
    pub rules: u32,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was uploaded first.
    pub created_at: Time,
    /// When it was replaced last.
    pub updated_at: Time,
}

/// A rule file with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleText {
    /// What is known of it.
    #[serde(flatten)]
    pub groups: RuleGroups,
    /// The YAML text as it was uploaded.
    pub content: String,
}

/// What is wrong with the name, if something is.
pub(crate) fn name_fault(name: &str) -> Option<FieldFault> {
    let fits = !name.trim().is_empty()
        && name.trim() == name
        && name.chars().count() <= NAME_CHARS_MAX
        && !name.chars().any(char::is_control);
    let expected = || {
        Text::new(
            format!("1 to {NAME_CHARS_MAX} characters, such as node.yml"),
            format!("1–{NAME_CHARS_MAX} 个字符，例如 node.yml"),
        )
    };
    (!fits).then(|| FieldFault::new("name", name, expected()))
}

/// Reads a rule file.
///
/// Errors: every place that is wrong, at most so many as fit a screen.
pub(crate) fn read(content: &str) -> Result<RuleFile, Vec<FieldFault>> {
    RuleFile::read(content).map_err(|errors| {
        let more = errors.len().saturating_sub(ERRORS_SHOWN_MAX);
        let mut faults: Vec<FieldFault> =
            errors.iter().take(ERRORS_SHOWN_MAX).map(place_fault).collect();
        if more > 0 {
            let expected =
                Text::new("a rule file as Prometheus has it", "Prometheus 格式的规则文件");
            faults.push(FieldFault::new("content", format!("+{more}"), expected));
        }
        faults
    })
}

fn place_fault(error: &rules::FileError) -> FieldFault {
    let field = match error.position {
        Some((line, column)) => format!("content:{line}:{column}"),
        None => "content".to_owned(),
    };
    let found = match &error.rule {
        Some((group, number, name)) => format!("{group}, {number}: {name}"),
        None => String::new(),
    };
    let expected = Text::new(
        format!("a rule file as Prometheus has it: {}", error.message),
        format!("Prometheus 格式的规则文件（{}）", error.message),
    );
    FieldFault::new(field, found, expected)
}

/// How many groups and rules a file has.
pub(crate) fn counts(file: &RuleFile) -> (u32, u32) {
    let rules: usize = file.groups.iter().map(|group| group.rules.len()).sum();
    let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    (small(file.groups.len()), small(rules))
}
