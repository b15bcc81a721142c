use kernel::Text;

use super::condition::{Derive, QueryCondition, ThresholdCondition};

/// So many characters of a query are shown in a sentence.
const EXPR_SHOWN_MAX: usize = 160;

/// The title of an alert about a series: the rule's name and what tells the series from its like.
pub(crate) fn threshold_title(rule_name: &Text, called: &str) -> Text {
    if called.is_empty() {
        return rule_name.clone();
    }
    Text::new(format!("{}: {called}", rule_name.en), format!("{}：{called}", rule_name.zh))
}

/// What is the matter with a series: its value, the limit, and for how long it must be beyond it.
pub(crate) fn threshold_summary(condition: &ThresholdCondition, metric: &str, value: f64) -> Text {
    let unit = Unit::of(metric, condition.derive);
    let (shown, limit) = (unit.show(value), unit.show(condition.threshold));
    let operator = condition.operator.symbol();
    let (what_en, what_zh) = match condition.derive {
        Derive::Last => ("value", "当前值"),
        Derive::Rate => ("rate", "速率"),
        Derive::Average => ("average", "平均值"),
    };
    let (span_en, span_zh) = span_of(condition.for_s);
    Text::new(
        format!("{what_en} {shown}, limit {operator} {limit}{span_en}"),
        format!("{what_zh} {shown}，阈值 {operator} {limit}{span_zh}"),
    )
}

/// What a query yields, and for how long it must.
pub(crate) fn query_summary(condition: &QueryCondition, value: f64) -> Text {
    let mut expr: String = condition.expr.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = expr.char_indices().nth(EXPR_SHOWN_MAX) {
        expr.truncate(end);
        expr.push('…');
    }
    let shown = short(value);
    let (span_en, span_zh) = span_of(condition.for_s);
    Text::new(
        format!("value {shown} of {expr}{span_en}"),
        format!("{expr} 的值为 {shown}{span_zh}"),
    )
}

fn span_of(for_s: u32) -> (String, String) {
    match for_s {
        0 => (String::new(), String::new()),
        seconds => (format!(" for {seconds} s"), format!("，持续 {seconds} 秒")),
    }
}

/// The unit of a metric, by the last part of its name (Prometheus naming conventions).
#[derive(Debug, Clone, Copy)]
enum Unit {
    Ratio,
    Celsius,
    Seconds,
    Bytes,
    PerSecond,
    Plain,
}

impl Unit {
    fn of(metric: &str, derive: Derive) -> Self {
        if derive == Derive::Rate {
            return Self::PerSecond;
        }
        match metric.rsplit('_').next() {
            Some("ratio") => Self::Ratio,
            Some("celsius") => Self::Celsius,
            Some("seconds") => Self::Seconds,
            Some("bytes") => Self::Bytes,
            _ => Self::Plain,
        }
    }

    fn show(self, value: f64) -> String {
        match self {
            Self::Ratio => format!("{} %", short(value * 100.0)),
            Self::Celsius => format!("{} °C", short(value)),
            Self::Seconds => format!("{} s", short(value)),
            Self::Bytes => format!("{} B", short(value)),
            Self::PerSecond => format!("{}/s", short(value)),
            Self::Plain => short(value),
        }
    }
}

/// At most two digits behind the point where there are some before it, else three that count.
fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let digits = if value.abs() >= 1.0 { 2 } else { 4 };
    if value.abs() < 0.0001 {
        return format!("{value:.2e}");
    }
    let text = format!("{value:.digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::condition::Operator;

    #[test]
    fn value_and_limit_are_shown_in_the_unit_of_the_metric() {
        let table = [
            (
                "mainstay_memory_used_ratio",
                Derive::Last,
                0.9317,
                0.85,
                60,
                "value 93.17 %, limit > 85 % for 60 s",
                "当前值 93.17 %，阈值 > 85 %，持续 60 秒",
            ),
            (
                "node_hwmon_temp_celsius",
                Derive::Average,
                91.0,
                90.0,
                0,
                "average 91 °C, limit > 90 °C",
                "平均值 91 °C，阈值 > 90 °C",
            ),
            (
                "node_pressure_seconds_total",
                Derive::Rate,
                0.25,
                0.1,
                0,
                "rate 0.25/s, limit > 0.1/s",
                "速率 0.25/s，阈值 > 0.1/s",
            ),
            (
                "days",
                Derive::Last,
                0.000_012,
                0.0,
                0,
                "value 1.20e-5, limit > 0",
                "当前值 1.20e-5，阈值 > 0",
            ),
        ];
        for (metric, derive, value, threshold, for_s, en, zh) in table {
            let condition = ThresholdCondition {
                selector: metric.to_owned(),
                derive,
                window_s: 60,
                operator: Operator::Above,
                threshold,
                clear_threshold: None,
                for_s,
            };
            assert_eq!(threshold_summary(&condition, metric, value), Text::new(en, zh));
        }
    }
}
