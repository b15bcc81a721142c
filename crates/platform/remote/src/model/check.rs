//! Which settings make sense.

use std::ops::RangeInclusive;

use forward::{RelabelFault, Relabeller, WrongRule};
use kernel::{FieldFault, Text};
use tsdb::VALUE_BYTES_MAX;
use url::Url;

use super::{DestinationDraft, DestinationSettings};

/// External labels of a destination.
const EXTERNAL_MAX: usize = 16;
/// Rules of a destination.
const RULES_MAX: usize = 100;
/// Characters of an address.
const URL_CHARS_MAX: usize = 2_000;
/// Bytes of certificates.
const CA_BYTES_MAX: usize = 256 << 10;

impl DestinationDraft {
    /// What renames series for it, when everything about it makes sense.
    ///
    /// Errors: every wrong field.
    pub(crate) fn checked(&self) -> Result<Relabeller, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let length = self.name.chars().count();
        let plain = self.name.trim() == self.name && !self.name.chars().any(char::is_control);
        if !(1..=100).contains(&length) || !plain {
            let expected = Text::new(
                "1 to 100 characters on one line, without blanks at its ends",
                "1 到 100 个字符，单行，首尾无空格",
            );
            faults.push(FieldFault::new("name", &self.name, expected));
        }
        self.settings.check(&mut faults);
        let Some(relabeller) = self.settings.relabeller(&mut faults) else { return Err(faults) };
        if faults.is_empty() { Ok(relabeller) } else { Err(faults) }
    }
}

impl DestinationSettings {
    fn check(&self, faults: &mut Vec<FieldFault>) {
        check_url("settings.write_url", &self.write_url, faults);
        if let Some(url) = &self.history_url {
            check_url("settings.history_url", url, faults);
        }
        if let Some(user) = &self.user
            && (self.secret_id.is_none()
                || !(1..=200).contains(&user.chars().count())
                || user.chars().any(|c| c.is_control() || c == ':'))
        {
            let expected = Text::new(
                "a name of 1 to 200 characters without a colon, with a secret",
                "1 到 200 个字符且不含冒号的用户名，并指定密钥凭据",
            );
            faults.push(FieldFault::new("settings.user", user, expected));
        }
        if self.ca_pem.len() > CA_BYTES_MAX {
            let expected = Text::new("at most 256 KiB", "最多 256 KiB");
            let found = format!("{} bytes", self.ca_pem.len());
            faults.push(FieldFault::new("settings.ca_pem", found, expected));
        }
        let mut number = |field: &str, found: u32, range: RangeInclusive<u32>| {
            if !range.contains(&found) {
                let (from, to) = (range.start(), range.end());
                let expected = Text::new(format!("{from} to {to}"), format!("{from} 到 {to}"));
                faults.push(FieldFault::new(format!("settings.{field}"), found, expected));
            }
        };
        number("shards", self.shards, 1..=32);
        number("request_samples", self.request_samples, 1..=10_000);
        number("queue_mib", self.queue_mib, 16..=1_048_576);
        number("queue_h", self.queue_h, 1..=8_760);
        self.check_external(faults);
    }

    fn check_external(&self, faults: &mut Vec<FieldFault>) {
        if self.external_labels.len() > EXTERNAL_MAX {
            let expected = Text::new(
                format!("at most {EXTERNAL_MAX} labels"),
                format!("最多 {EXTERNAL_MAX} 个标签"),
            );
            let found = self.external_labels.len();
            faults.push(FieldFault::new("settings.external_labels", found, expected));
        }
        for (name, value) in &self.external_labels {
            // A label name may neither begin with two underscores, as Prometheus keeps these.
            let fits = tsdb::Labels::from_pairs([(name.as_str(), "x")]).is_ok();
            if !fits || !series::is_label_name(name) || name.starts_with("__") {
                let expected = Text::new(
                    "label names of letters, digits and `_`, no digit and not `__` in front",
                    "由字母、数字和下划线组成的标签名，不以数字或两个下划线开头",
                );
                faults.push(FieldFault::new("settings.external_labels", name, expected));
            } else if value.is_empty() || value.len() > VALUE_BYTES_MAX {
                let expected = Text::new(
                    format!("a value of 1 to {VALUE_BYTES_MAX} bytes"),
                    format!("1 到 {VALUE_BYTES_MAX} 字节的标签值"),
                );
                let field = format!("settings.external_labels.{name}");
                faults.push(FieldFault::new(field, value, expected));
            }
        }
    }

    /// `None` after telling what is wrong with the rules.
    pub(crate) fn relabeller(&self, faults: &mut Vec<FieldFault>) -> Option<Relabeller> {
        if self.relabel.len() > RULES_MAX {
            let expected =
                Text::new(format!("at most {RULES_MAX} rules"), format!("最多 {RULES_MAX} 条规则"));
            faults.push(FieldFault::new("settings.relabel", self.relabel.len(), expected));
            return None;
        }
        match Relabeller::new(&self.external_labels, &self.relabel) {
            Ok(relabeller) => Some(relabeller),
            Err(wrong) => {
                faults.extend(wrong.iter().map(|fault| self.rule_fault(fault)));
                None
            }
        }
    }

    fn rule_fault(&self, fault: &RelabelFault) -> FieldFault {
        let field = format!("settings.relabel[{}].{}", fault.rule, fault.wrong.field());
        let rule = self.relabel.get(fault.rule).cloned().unwrap_or_default();
        let (found, expected) = match &fault.wrong {
            WrongRule::Regex(said) => (
                rule.regex,
                Text::new(
                    format!("a regular expression (RE2): {said}"),
                    format!("正则表达式（RE2 语法）：{said}"),
                ),
            ),
            WrongRule::TargetMissing => {
                (String::new(), Text::new("a label to be set", "要设置的标签"))
            }
            WrongRule::Target(found) => (
                found.clone(),
                Text::new("a label name, which `$1` may be part of", "标签名，其中可含 $1"),
            ),
            WrongRule::Replacement(found) => (
                found.clone(),
                Text::new("what makes a label name, as `$1` does", "可构成标签名的内容，例如 $1"),
            ),
            WrongRule::Modulus => {
                (rule.modulus.to_string(), Text::new("a number over 0", "大于 0 的数"))
            }
            WrongRule::Unused(_) => (
                String::new(),
                Text::new("nothing: the action has no use for it", "留空：该动作不使用此项"),
            ),
        };
        FieldFault::new(field, found, expected)
    }
}

fn check_url(field: &str, found: &str, faults: &mut Vec<FieldFault>) {
    let fits = found.chars().count() <= URL_CHARS_MAX
        && Url::parse(found).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.fragment().is_none()
        });
    if !fits {
        let expected = Text::new(
            "an address such as https://metrics.example/api/v1/write, without a password",
            "形如 https://metrics.example/api/v1/write 的地址，不含密码",
        );
        faults.push(FieldFault::new(field, found, expected));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(settings: serde_json::Value) -> Vec<String> {
        let settings: DestinationSettings = serde_json::from_value(settings).unwrap();
        let draft = DestinationDraft { name: "far".to_owned(), settings, enabled: true };
        match draft.checked() {
            Ok(_) => Vec::new(),
            Err(faults) => faults.into_iter().map(|fault| fault.field).collect(),
        }
    }

    #[test]
    fn every_wrong_field_is_named() {
        let good = "https://metrics.example/api/v1/write";
        let none: [&str; 0] = [];
        assert_eq!(fields(json!({ "write_url": good })), none);
        for url in ["", "metrics", "ftp://a/b", "https://u:p@a/b", "https://a/b#c"] {
            assert_eq!(fields(json!({ "write_url": url })), ["settings.write_url"], "{url}");
        }
        let wrong = json!({
            "write_url": good,
            "history_url": "here",
            "user": "me",
            "external_labels": { "a-b": "x", "__site": "x", "empty": "" },
            "relabel": [{ "regex": "(", "target_label": "x" }, { "action": "hashmod" }],
            "shards": 0,
            "request_samples": 10_001,
            "queue_mib": 15,
            "queue_h": 0,
        });
        assert_eq!(
            fields(wrong),
            [
                "settings.history_url",
                "settings.user",
                "settings.shards",
                "settings.request_samples",
                "settings.queue_mib",
                "settings.queue_h",
                "settings.external_labels",
                "settings.external_labels",
                "settings.external_labels.empty",
                "settings.relabel[0].regex",
                "settings.relabel[1].target_label",
            ]
        );
        assert!(serde_json::from_value::<DestinationSettings>(json!({ "url": good })).is_err());
    }
}
