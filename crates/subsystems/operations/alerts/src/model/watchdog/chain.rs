use std::time::Duration;

use kernel::{Text, Time};

/// Rules and causes are looked at every few seconds; without a round for so long they are not.
const ROUND_MAX: Duration = Duration::from_secs(90);
/// What is due is taken on at once; what waits for so long waits for nobody.
const QUEUE_MAX: Duration = Duration::from_secs(180);

/// What shows whether the way from a sample to a person works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Signs {
    /// When all rules were last evaluated.
    pub(crate) evaluated_at: Option<Time>,
    /// When causes were last looked for, and people told.
    pub(crate) correlated_at: Option<Time>,
    /// Since when the message waits that is due the longest.
    pub(crate) waiting_since: Option<Time>,
}

/// What of that way does not work, in sentences.
pub(crate) fn breaks(signs: Signs, now: Time) -> Vec<Text> {
    let mut broken = Vec::new();
    if !is_fresh(signs.evaluated_at, now) {
        broken.push(Text::new("rules are not evaluated", "告警规则没有在计算"));
    }
    if !is_fresh(signs.correlated_at, now) {
        broken.push(Text::new("causes are not looked for", "告警关联分析没有在运行"));
    }
    if let Some(since) = signs.waiting_since.filter(|since| now.since(*since) > QUEUE_MAX) {
        broken.push(Text::new(
            format!("messages wait since {since}"),
            format!("有通知自 {since} 起一直未发出"),
        ));
    }
    broken
}

/// What was written before the clock was set back counts as now.
fn is_fresh(at: Option<Time>, now: Time) -> bool {
    at.is_some_and(|at| now.since(at) <= ROUND_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_still_is_named() {
        let now = Time::from_seconds(1_000);
        let ago = |seconds: u64| Some(now.minus(Duration::from_secs(seconds)));
        let well = Signs { evaluated_at: ago(10), correlated_at: ago(5), waiting_since: ago(20) };
        for (signs, expected) in [
            (well, &[][..]),
            (Signs { waiting_since: None, ..well }, &[]),
            (Signs { evaluated_at: ago(91), ..well }, &["rules are not evaluated"]),
            (Signs { evaluated_at: None, ..well }, &["rules are not evaluated"]),
            (Signs { correlated_at: ago(91), ..well }, &["causes are not looked for"]),
            (
                Signs { waiting_since: ago(181), ..well },
                &["messages wait since 1970-01-01T00:13:39Z"],
            ),
        ] {
            let found: Vec<String> = breaks(signs, now).into_iter().map(|text| text.en).collect();
            assert_eq!(found, expected, "{signs:?}");
        }
    }
}
