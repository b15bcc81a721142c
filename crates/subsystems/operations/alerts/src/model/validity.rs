use kernel::{FieldFault, Text};
use promql::ValueType;
use tsdb::SeriesError;

use super::{
    condition::{CheckStateCondition, Condition, Derive, QueryCondition, ThresholdCondition},
    rule::RuleDraft,
};

/// The longest name, in characters.
const NAME_MAX: usize = 120;
/// The longest summary, in characters.
const SUMMARY_MAX: usize = 1000;
/// The longest selector, in bytes.
const SELECTOR_BYTES_MAX: usize = 2000;
/// The shortest window, in seconds: what is collected comes every 10 s.
const WINDOW_MIN_S: u32 = 10;
/// The shortest window of a rate, in seconds: it needs two points.
const RATE_WINDOW_MIN_S: u32 = 30;
/// The longest window, in seconds: a day and an hour, for what is measured daily.
const WINDOW_MAX_S: u32 = 90_000;
/// The longest wait, in seconds: a day.
const FOR_MAX_S: u32 = 86_400;
/// The most protocols of a rule.
const PROTOCOLS_MAX: usize = 20;
/// The longest protocol name, in bytes.
const PROTOCOL_BYTES_MAX: usize = 40;

impl RuleDraft {
    /// Every field that is out of range.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        for (language, text) in [("en", &self.name.en), ("zh", &self.name.zh)] {
            let length = text.trim().chars().count();
            if length == 0 || length > NAME_MAX || text.chars().any(char::is_control) {
                let expected = Text::new(
                    format!("1 to {NAME_MAX} characters on one line"),
                    format!("1 到 {NAME_MAX} 个字符，不能换行"),
                );
                faults.push(FieldFault::new(format!("name.{language}"), text, expected));
            }
        }
        for (language, text) in [("en", &self.summary.en), ("zh", &self.summary.zh)] {
            if text.chars().count() > SUMMARY_MAX {
                let expected = Text::new(
                    format!("at most {SUMMARY_MAX} characters"),
                    format!("不超过 {SUMMARY_MAX} 个字符"),
                );
                faults.push(FieldFault::new(format!("summary.{language}"), text, expected));
            }
        }
        match &self.condition {
            Condition::CheckState(condition) => check_state_faults(condition, &mut faults),
            Condition::Threshold(condition) => threshold_faults(condition, &mut faults),
            Condition::Query(condition) => query_faults(condition, &mut faults),
        }
        faults
    }
}

fn check_state_faults(condition: &CheckStateCondition, faults: &mut Vec<FieldFault>) {
    if condition.states.is_empty() {
        let expected = Text::new(
            "at least one of critical, warning, unknown",
            "critical、warning、unknown 中至少一个",
        );
        faults.push(FieldFault::new("condition.states", "[]", expected));
    }
    if condition.protocols.len() > PROTOCOLS_MAX {
        let expected =
            Text::new(format!("at most {PROTOCOLS_MAX}"), format!("最多 {PROTOCOLS_MAX} 个"));
        let found = condition.protocols.len();
        faults.push(FieldFault::new("condition.protocols", found, expected));
    }
    let harmless = |name: &String| {
        let part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=PROTOCOL_BYTES_MAX).contains(&name.len()) && name.bytes().all(part)
    };
    if let Some(strange) = condition.protocols.iter().find(|name| !harmless(name)) {
        let expected = Text::new("the name of a protocol, such as http", "协议名称，例如 http");
        faults.push(FieldFault::new("condition.protocols", strange, expected));
    }
}

fn threshold_faults(condition: &ThresholdCondition, faults: &mut Vec<FieldFault>) {
    faults.extend(selector_fault(condition));
    let window_min =
        if condition.derive == Derive::Rate { RATE_WINDOW_MIN_S } else { WINDOW_MIN_S };
    faults.extend(seconds_fault("window_s", condition.window_s, (window_min, WINDOW_MAX_S)));
    faults.extend(seconds_fault("for_s", condition.for_s, (0, FOR_MAX_S)));
    if !condition.threshold.is_finite() {
        let expected = Text::new("a number", "数字");
        faults.push(FieldFault::new("condition.threshold", condition.threshold, expected));
    }
    faults.extend(clear_fault(condition));
}

fn query_faults(condition: &QueryCondition, faults: &mut Vec<FieldFault>) {
    match condition.query() {
        Ok(query) if matches!(query.value_type(), ValueType::Vector | ValueType::Scalar) => {}
        Ok(query) => {
            let found = query.value_type().documented();
            let expected = Text::new("an instant vector or a number", "瞬时向量或数值");
            faults.push(FieldFault::new("condition.expr", found, expected));
        }
        Err(error) => {
            let expected = Text::new(
                format!("a PromQL query: {error}"),
                format!("有效的 PromQL 查询：{error}"),
            );
            faults.push(FieldFault::new("condition.expr", &condition.expr, expected));
        }
    }
    faults.extend(seconds_fault("for_s", condition.for_s, (0, FOR_MAX_S)));
    let keep = condition.keep_firing_for_s;
    faults.extend(seconds_fault("keep_firing_for_s", keep, (0, FOR_MAX_S)));
}

fn seconds_fault(field: &str, found: u32, (least, most): (u32, u32)) -> Option<FieldFault> {
    if (least..=most).contains(&found) {
        return None;
    }
    let expected = Text::new(format!("{least} to {most} seconds"), format!("{least} 到 {most} 秒"));
    Some(FieldFault::new(format!("condition.{field}"), found, expected))
}

/// An alert must not open and close on the same value: the clear threshold is on the good side.
fn clear_fault(condition: &ThresholdCondition) -> Option<FieldFault> {
    let clear = condition.clear_threshold?;
    let limit = condition.threshold;
    let grows = condition.operator.fears_growth();
    let right = if grows { clear <= limit } else { clear >= limit };
    if right && clear.is_finite() {
        return None;
    }
    let operator = condition.operator.symbol();
    let expected = if grows {
        Text::new(
            format!("at most the threshold {limit}, as the condition is `{operator}`"),
            format!("不大于阈值 {limit}（条件为“{operator}”）"),
        )
    } else {
        Text::new(
            format!("at least the threshold {limit}, as the condition is `{operator}`"),
            format!("不小于阈值 {limit}（条件为“{operator}”）"),
        )
    };
    Some(FieldFault::new("condition.clear_threshold", clear, expected))
}

fn selector_fault(condition: &ThresholdCondition) -> Option<FieldFault> {
    let text = &condition.selector;
    if text.len() > SELECTOR_BYTES_MAX {
        let expected = Text::new(
            format!("at most {SELECTOR_BYTES_MAX} bytes"),
            format!("不超过 {SELECTOR_BYTES_MAX} 字节"),
        );
        let found = format!("{} bytes", text.len());
        return Some(FieldFault::new("condition.selector", found, expected));
    }
    let expected = match condition.selector().err()? {
        SeriesError::SelectorSyntax { position, expected, found } => Text::new(
            format!("{expected} at byte {position}, where {found} stands"),
            format!("第 {position} 字节处应为 {expected}，实际为 {found}"),
        ),
        SeriesError::SelectorTooWide => Text::new(
            "a selector with a metric name or a matcher that is not empty",
            "包含指标名称或至少一个非空匹配条件的选择器",
        ),
        SeriesError::MatcherRegex { name, source } => Text::new(
            format!("a regular expression for label {name} that compiles: {source}"),
            format!("标签 {name} 的正则表达式应有效：{source}"),
        ),
        other => Text::new(format!("a selector: {other}"), format!("选择器：{other}")),
    };
    Some(FieldFault::new("condition.selector", text, expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{condition::Operator, severity::Severity};

    fn threshold() -> ThresholdCondition {
        ThresholdCondition {
            selector: "up".to_owned(),
            derive: Derive::Last,
            window_s: 60,
            operator: Operator::Above,
            threshold: 1.0,
            clear_threshold: None,
            for_s: 0,
        }
    }

    fn fields(condition: Condition, change: fn(&mut RuleDraft)) -> String {
        let mut draft = RuleDraft {
            name: Text::new("a", "甲"),
            summary: Text::default(),
            severity: Severity::Warning,
            condition,
            enabled: true,
        };
        change(&mut draft);
        let faults = draft.faults().into_iter();
        faults.map(|fault| fault.field).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_field_out_of_range_is_named() {
        type Change = fn(&mut ThresholdCondition);
        let table: [(&str, Change); 16] = [
            ("", |_| {}),
            ("condition.selector", |c| c.selector = "up{".to_owned()),
            ("condition.selector", |c| c.selector = "{}".to_owned()),
            ("condition.selector", |c| c.selector = "up{a=~\"(\"}".to_owned()),
            ("condition.selector", |c| c.selector = "x".repeat(3000)),
            ("condition.window_s", |c| c.window_s = 9),
            ("condition.window_s", |c| c.window_s = 90_001),
            ("condition.window_s", |c| (c.derive, c.window_s) = (Derive::Rate, 29)),
            ("condition.for_s", |c| c.for_s = 86_401),
            ("condition.threshold", |c| c.threshold = f64::NAN),
            ("", |c| c.clear_threshold = Some(1.0)),
            ("", |c| c.clear_threshold = Some(0.5)),
            ("condition.clear_threshold", |c| c.clear_threshold = Some(1.5)),
            ("condition.clear_threshold", |c| c.clear_threshold = Some(f64::NEG_INFINITY)),
            ("", |c| (c.operator, c.clear_threshold) = (Operator::Below, Some(2.0))),
            ("condition.clear_threshold", |c| {
                (c.operator, c.clear_threshold) = (Operator::AtMost, Some(0.5));
            }),
        ];
        for (field, change) in table {
            let mut condition = threshold();
            change(&mut condition);
            assert_eq!(fields(Condition::Threshold(condition.clone()), |_| {}), field);
        }
        let check = |states: &[super::super::condition::ProblemState], protocols: &[&str]| {
            let protocols = protocols.iter().map(|&name| name.to_owned()).collect();
            Condition::CheckState(CheckStateCondition { states: states.to_vec(), protocols })
        };
        let all = super::super::condition::ProblemState::ALL;
        assert_eq!(fields(check(&all, &["http"]), |_| {}), "");
        assert_eq!(fields(check(&[], &[]), |_| {}), "condition.states");
        assert_eq!(fields(check(&all, &["a b"]), |_| {}), "condition.protocols");
        assert_eq!(fields(check(&all, &["a"; 21]), |_| {}), "condition.protocols");
        let plain = || Condition::Threshold(threshold());
        assert_eq!(fields(plain(), |d| d.name = Text::default()), "name.en name.zh");
        assert_eq!(fields(plain(), |d| d.name.en = "a\nb".to_owned()), "name.en");
        assert_eq!(fields(plain(), |d| d.summary.zh = "长".repeat(1001)), "summary.zh");
    }

    #[test]
    fn mistake_in_a_selector_is_named_with_its_place() {
        let condition = ThresholdCondition { selector: "up{a}".to_owned(), ..threshold() };
        let fault = selector_fault(&condition).unwrap();
        assert_eq!(fault.expected.en, "'=', '!=', '=~' or '!~' at byte 4, where '}' stands");
    }
}
