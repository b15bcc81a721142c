use std::time::Duration;

use kernel::{FieldFault, Text};
use serde::Serialize;
use serde_json::Value;

/// The longest interval: a day, in seconds.
pub const INTERVAL_MAX_S: u32 = 86_400;
/// The shortest timeout, in seconds.
pub const TIMEOUT_MIN_S: f64 = 0.1;
/// The longest timeout, in seconds.
pub const TIMEOUT_MAX_S: f64 = 60.0;
/// The most attempts before a problem is certain.
pub const ATTEMPTS_MAX: u32 = 10;
/// The longest name, in characters.
const NAME_MAX: usize = 200;
/// The longest specification as JSON, in bytes.
const SPEC_BYTES_MAX: usize = 16 * 1024;

/// What may be changed of a check. Its form as JSON is what the journal keeps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckSettings {
    /// What people call it; unique on its resource.
    pub name: String,
    /// How to ask: the name of a protocol.
    pub protocol: String,
    /// What to ask, in the protocol's own terms.
    pub spec: Value,
    /// Seconds between two runs, 1 to [`INTERVAL_MAX_S`].
    pub interval_s: u32,
    /// Seconds between two attempts while a problem is not yet certain, 1 to `interval_s`.
    pub retry_interval_s: u32,
    /// How long one run may take, in seconds, [`TIMEOUT_MIN_S`] to [`TIMEOUT_MAX_S`].
    pub timeout_s: f64,
    /// How many bad answers in a row make a problem certain, 1 to [`ATTEMPTS_MAX`].
    pub attempts_max: u32,
    /// Whether it runs.
    pub enabled: bool,
}

impl CheckSettings {
    /// Every field that is out of range; the protocol judges `spec` itself.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut refuse = |field: &str, found: String, en: String, zh: String| {
            faults.push(FieldFault::new(field, found, Text::new(en, zh)));
        };
        let length = self.name.chars().count();
        if length == 0 || length > NAME_MAX || self.name.chars().any(char::is_control) {
            refuse(
                "name",
                self.name.clone(),
                format!("1 to {NAME_MAX} characters on one line"),
                format!("1 到 {NAME_MAX} 个字符，不能换行"),
            );
        }
        if !(1..=INTERVAL_MAX_S).contains(&self.interval_s) {
            refuse(
                "interval_s",
                self.interval_s.to_string(),
                format!("1 to {INTERVAL_MAX_S} seconds"),
                format!("1 到 {INTERVAL_MAX_S} 秒"),
            );
        }
        let retry_max = self.interval_s.clamp(1, INTERVAL_MAX_S);
        if !(1..=retry_max).contains(&self.retry_interval_s) {
            refuse(
                "retry_interval_s",
                self.retry_interval_s.to_string(),
                format!("1 to {retry_max} seconds, not more than the interval"),
                format!("1 到 {retry_max} 秒，不超过检查间隔"),
            );
        }
        if let Some(fault) = timeout_fault(self.timeout_s, TIMEOUT_MAX_S) {
            faults.push(fault);
        }
        if !(1..=ATTEMPTS_MAX).contains(&self.attempts_max) {
            let expected = Text::new(
                format!("1 to {ATTEMPTS_MAX} attempts"),
                format!("1 到 {ATTEMPTS_MAX} 次"),
            );
            faults.push(FieldFault::new("attempts_max", self.attempts_max, expected));
        }
        faults.extend(spec_fault(&self.spec));
        faults
    }

    /// How long one run may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        timeout_of(self.timeout_s)
    }

    /// How much time lies between two runs.
    #[must_use]
    pub fn interval(&self) -> Duration {
        Duration::from_secs(u64::from(self.interval_s.max(1)))
    }

    /// How much time lies between two attempts.
    #[must_use]
    pub fn retry_interval(&self) -> Duration {
        Duration::from_secs(u64::from(self.retry_interval_s.max(1)))
    }
}

/// Why `timeout_s` is no timeout, if it is none.
pub(crate) fn timeout_fault(timeout_s: f64, max_s: f64) -> Option<FieldFault> {
    // NaN lies in no range.
    (!(TIMEOUT_MIN_S..=max_s).contains(&timeout_s)).then(|| {
        let expected = Text::new(
            format!("{TIMEOUT_MIN_S} to {max_s} seconds"),
            format!("{TIMEOUT_MIN_S} 到 {max_s} 秒"),
        );
        FieldFault::new("timeout_s", timeout_s, expected)
    })
}

/// The timeout as a duration, whatever the number is.
pub(crate) fn timeout_of(timeout_s: f64) -> Duration {
    Duration::try_from_secs_f64(timeout_s)
        .unwrap_or(Duration::from_secs(10))
        .min(Duration::from_secs_f64(TIMEOUT_MAX_S))
}

/// Why `spec` cannot be kept, if it cannot.
pub(crate) fn spec_fault(spec: &Value) -> Option<FieldFault> {
    let text = spec.to_string();
    (text.len() > SPEC_BYTES_MAX).then(|| {
        let expected = Text::new(
            format!("at most {SPEC_BYTES_MAX} bytes of JSON"),
            format!("不超过 {SPEC_BYTES_MAX} 字节的 JSON"),
        );
        FieldFault::new("spec", format!("{} bytes", text.len()), expected)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn good() -> CheckSettings {
        CheckSettings {
            name: "web".to_owned(),
            protocol: "tcp".to_owned(),
            spec: json!({}),
            interval_s: 60,
            retry_interval_s: 15,
            timeout_s: 10.0,
            attempts_max: 3,
            enabled: true,
        }
    }

    #[test]
    fn every_field_out_of_range_is_named() {
        type Change = fn(&mut CheckSettings);
        let table: [(&str, Change); 13] = [
            ("", |_| {}),
            ("name", |s| s.name = String::new()),
            ("name", |s| s.name = "a\nb".to_owned()),
            ("name", |s| s.name = "x".repeat(201)),
            ("interval_s", |s| (s.interval_s, s.retry_interval_s) = (0, 1)),
            ("interval_s", |s| s.interval_s = 86_401),
            ("retry_interval_s", |s| s.retry_interval_s = 0),
            ("retry_interval_s", |s| s.retry_interval_s = 61),
            ("timeout_s", |s| s.timeout_s = 0.09),
            ("timeout_s", |s| s.timeout_s = 60.5),
            ("timeout_s", |s| s.timeout_s = f64::NAN),
            ("attempts_max", |s| s.attempts_max = 11),
            ("spec", |s| s.spec = json!({ "text": "x".repeat(20_000) })),
        ];
        for (field, change) in table {
            let mut settings = good();
            change(&mut settings);
            let found: Vec<_> = settings.faults().into_iter().map(|fault| fault.field).collect();
            assert_eq!(found.join(" "), field);
        }
    }
}
