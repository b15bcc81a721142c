//! Collecting what a check finds into one outcome.

use std::time::Duration;

use kernel::Text;
use probe::outcome::{Figure, Outcome, State};

use super::spec::Limits;

/// Findings, details and figures of one run; the worst finding decides.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    findings: Vec<(State, Text)>,
    remarks: Vec<Text>,
    details: Vec<Text>,
    figures: Vec<Figure>,
}

impl Verdict {
    /// Adds something that is not as it should be.
    pub(super) fn find(&mut self, state: State, text: Text) {
        self.findings.push((state, text));
    }

    /// Adds a line that never changes the state.
    pub(super) fn detail(&mut self, text: Text) {
        self.details.push(text);
    }

    /// Adds what the summary must say even when all is well, such as a verification switched off.
    pub(super) fn remark(&mut self, text: Text) {
        self.remarks.push(text);
    }

    /// Adds a figure without limits.
    pub(super) fn figure(&mut self, figure: Figure) {
        self.figures.push(figure);
    }

    /// Adds a figure and judges it; `what` names the value in the finding.
    pub(super) fn judge(&mut self, figure: Figure, limits: &Limits, what: &Text) {
        let hit = |range: &Option<_>| {
            let range: &probe::outcome::Threshold = range.as_ref()?;
            range.alerts_on(figure.value).then(|| range.to_string())
        };
        let finding = hit(&limits.critical)
            .map(|range| (State::Critical, range))
            .or_else(|| hit(&limits.warning).map(|range| (State::Warning, range)));
        if let Some((state, range)) = finding {
            let value = format!("{:.6}", figure.value);
            let value = value.trim_end_matches('0').trim_end_matches('.');
            let unit = &figure.unit;
            let text = Text::new(
                format!("{} is {value}{unit}, outside {range}", what.en),
                format!("{}为 {value}{unit}，超出范围 {range}", what.zh),
            );
            self.find(state, text);
        }
        self.figures.push(figure.with_thresholds(limits.warning, limits.critical));
    }

    /// The outcome: the findings, worst first, or `fine` if there are none; then the remarks.
    pub(super) fn finish(mut self, fine: Text) -> Outcome {
        self.findings.sort_by_key(|(state, _)| std::cmp::Reverse(*state));
        let state = self.findings.first().map_or(State::Ok, |(state, _)| *state);
        let mut parts: Vec<Text> = self.findings.into_iter().map(|(_, text)| text).collect();
        if parts.is_empty() {
            parts.push(fine);
        } else {
            self.details.insert(0, fine);
        }
        parts.extend(self.remarks);
        let join = |half: fn(&Text) -> &str, comma: &str| {
            parts.iter().map(half).collect::<Vec<_>>().join(comma)
        };
        let summary = Text::new(join(|text| &text.en, "; "), join(|text| &text.zh, ";"));
        let mut outcome = Outcome::new(state, summary);
        outcome.figures = self.figures;
        self.details.into_iter().fold(outcome, Outcome::with_detail)
    }
}

/// A duration as people read it: `0.4 ms`, `12 ms`, `1.50 s`.
pub(super) fn readable(span: Duration) -> String {
    let ms = span.as_secs_f64() * 1e3;
    if ms < 10.0 {
        format!("{ms:.1} ms")
    } else if ms < 1000.0 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.2} s", span.as_secs_f64())
    }
}

/// At most 80 characters of what the other side sent, made safe to print.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(320)]);
    text.chars().take(80).map(|c| if c.is_control() { '.' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_finding_decides_and_comes_first() {
        let mut verdict = Verdict::default();
        verdict.find(State::Warning, Text::new("slow", "慢"));
        verdict.find(State::Critical, Text::new("broken", "坏"));
        verdict.remark(Text::new("not verified", "未校验"));
        let outcome = verdict.finish(Text::new("fine", "正常"));
        assert_eq!(outcome.state, State::Critical);
        assert_eq!(outcome.summary.en, "broken; slow; not verified");
        assert_eq!(outcome.details[0].en, "fine");
    }

    #[test]
    fn limits_judge_the_harder_one_first() {
        let limits = Limits {
            warning: Some("0.2".parse().unwrap()),
            critical: Some("0.5".parse().unwrap()),
        };
        let what = Text::new("time", "耗时");
        for (value, state) in [(0.1, State::Ok), (0.3, State::Warning), (0.7, State::Critical)] {
            let mut verdict = Verdict::default();
            verdict.judge(Figure::new("time", value, "s"), &limits, &what);
            assert_eq!(verdict.finish(Text::same("ok")).state, state);
        }
    }

    #[test]
    fn durations_read_well() {
        let ms = |n| readable(Duration::from_micros(n));
        assert_eq!([ms(400), ms(12_300), ms(1_500_000)], ["0.4 ms", "12 ms", "1.50 s"]);
    }
}
