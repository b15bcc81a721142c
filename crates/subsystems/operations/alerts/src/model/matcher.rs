use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};
use tsdb::Pattern;

use super::alert::Alert;

/// Matchers of one silence or policy at most.
pub(crate) const MATCHERS_MAX: usize = 20;
const TEXT_MAX: usize = 500;

/// What a label has to be. Labels of an alert are those of its series or check, besides
/// `alertname`, `severity` and `resource_name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Matcher {
    /// The label.
    pub(crate) label: String,
    /// `=`, `!=`, `=~` or `!~`.
    pub(crate) operator: String,
    /// What it is compared with; a regular expression (RE2) has to fit the whole of it.
    pub(crate) value: String,
}

impl Matcher {
    /// Whether the alert has such a label.
    pub(crate) fn fits(&self, alert: &Alert) -> bool {
        let value = label_of(alert, &self.label);
        let by_expression =
            || Pattern::whole(&self.value).is_ok_and(|expression| expression.is_match(value));
        match self.operator.as_str() {
            "=" => value == self.value,
            "!=" => value != self.value,
            "=~" => by_expression(),
            _ => !by_expression(),
        }
    }
}

fn label_of<'a>(alert: &'a Alert, label: &str) -> &'a str {
    match label {
        "alertname" => &alert.rule_name.en,
        "severity" => alert.severity.name(),
        "resource_name" => &alert.resource_name,
        _ => alert.labels.get(label).map_or("", String::as_str),
    }
}

/// Whether all of them fit.
pub(crate) fn all_fit(matchers: &[Matcher], alert: &Alert) -> bool {
    matchers.iter().all(|matcher| matcher.fits(alert))
}

/// What is wrong with matchers.
pub(crate) fn faults(matchers: &[Matcher]) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if matchers.len() > MATCHERS_MAX {
        let expected = Text::new("at most 20 matchers", "最多 20 个匹配条件");
        faults.push(FieldFault::new("matchers", matchers.len(), expected));
    }
    for (at, matcher) in matchers.iter().enumerate().take(MATCHERS_MAX) {
        let field = |name: &str| format!("matchers.{at}.{name}");
        let text = |value: &str| value.chars().count() <= TEXT_MAX && !value.contains('\0');
        if matcher.label.is_empty() || !text(&matcher.label) {
            let expected = Text::new("the name of a label", "标签名称");
            faults.push(FieldFault::new(field("label"), &matcher.label, expected));
        }
        if !["=", "!=", "=~", "!~"].contains(&matcher.operator.as_str()) {
            let expected = Text::same("= != =~ !~");
            faults.push(FieldFault::new(field("operator"), &matcher.operator, expected));
        }
        let expression = matcher.operator.ends_with('~');
        if !text(&matcher.value) || (expression && Pattern::whole(&matcher.value).is_err()) {
            let expected = match expression {
                true => Text::new("a regular expression", "正则表达式"),
                false => Text::new("at most 500 characters", "不超过 500 个字符"),
            };
            faults.push(FieldFault::new(field("value"), &matcher.value, expected));
        }
    }
    faults
}
