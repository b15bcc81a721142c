use std::{collections::BTreeMap, time::Duration};

use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};

use crate::model::severity::Severity;

/// Names of severities or of labels at most.
const NAMES_MAX: usize = 100;
const NAME_MAX: usize = 200;
const TIMEOUT_MIN_S: u32 = 10;
const TIMEOUT_MAX_S: u32 = 86_400;

/// How labels of alerts of other systems are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EventMapping {
    /// The label that says how bad it is.
    pub(crate) severity_label: String,
    /// What its values mean, whatever their letters' case.
    pub(crate) severities: BTreeMap<String, Severity>,
    /// How bad it is without that label, or with another value.
    pub(crate) severity_default: Severity,
    /// Labels that name a resource, by its id, its name or its host, the first first.
    pub(crate) resource_labels: Vec<String>,
    /// An alert without an end is over after so many seconds, unless it is sent again.
    pub(crate) resolve_timeout_s: u32,
}

/// What senders commonly say; the timeout is Alertmanager's `resolve_timeout`.
impl Default for EventMapping {
    fn default() -> Self {
        let severities = [
            (Severity::Critical, &["critical", "page", "error", "fatal", "emergency", "alert"][..]),
            (Severity::Critical, &["major", "high", "disaster", "p1", "p2", "严重", "紧急"][..]),
            (Severity::Warning, &["warning", "warn", "minor", "average", "medium", "ticket"][..]),
            (Severity::Warning, &["p3", "警告", "重要"][..]),
            (Severity::Info, &["info", "information", "informational", "notice", "debug"][..]),
            (Severity::Info, &["none", "low", "p4", "p5", "提示"][..]),
        ];
        let named = severities.into_iter().flat_map(|(severity, names)| {
            names.iter().map(move |name| ((*name).to_owned(), severity))
        });
        let labels =
            ["resource", "instance", "host", "hostname", "node", "nodename", "exported_instance"];
        Self {
            severity_label: "severity".to_owned(),
            severities: named.collect(),
            severity_default: Severity::Warning,
            resource_labels: labels.map(str::to_owned).to_vec(),
            resolve_timeout_s: 300,
        }
    }
}

impl EventMapping {
    /// How bad an alert with such labels is.
    pub(crate) fn severity(&self, labels: &BTreeMap<String, String>) -> Severity {
        let said = labels.get(&self.severity_label).map(|value| value.to_lowercase());
        said.and_then(|value| self.severities.get(&value).copied()).unwrap_or(self.severity_default)
    }

    /// What may name the resource that an alert is about, the best first: values as they are, then
    /// without a port, then the first part of a host's name.
    pub(crate) fn names(&self, labels: &BTreeMap<String, String>) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for value in self.resource_labels.iter().filter_map(|label| labels.get(label)) {
            let host = host_of(value);
            let short = host.split('.').next().unwrap_or_default();
            // The first number of an address is no name.
            let short = if host.parse::<std::net::IpAddr>().is_ok() { "" } else { short };
            for name in [value.as_str(), host, short] {
                if !name.is_empty() && !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
        names
    }

    /// How long an alert without an end lasts.
    pub(crate) fn resolve_timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.resolve_timeout_s))
    }

    /// The same, with names as they are compared.
    pub(crate) fn normal(mut self) -> Self {
        let names = self.severities.into_iter();
        self.severities = names.map(|(name, one)| (name.trim().to_lowercase(), one)).collect();
        self
    }

    /// What is wrong with it.
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let is_name = |name: &str| {
            (1..=NAME_MAX).contains(&name.trim().chars().count()) && !name.contains('\0')
        };
        let named = || Text::new("1 to 200 characters", "1 到 200 个字符");
        if !is_name(&self.severity_label) {
            faults.push(FieldFault::new("severity_label", &self.severity_label, named()));
        }
        if let Some(wrong) = self.severities.keys().find(|name| !is_name(name)) {
            faults.push(FieldFault::new("severities", wrong, named()));
        }
        for (at, label) in self.resource_labels.iter().enumerate().take(NAMES_MAX) {
            if !is_name(label) {
                faults.push(FieldFault::new(format!("resource_labels.{at}"), label, named()));
            }
        }
        for (field, count) in
            [("severities", self.severities.len()), ("resource_labels", self.resource_labels.len())]
        {
            if count > NAMES_MAX {
                let expected = Text::new("at most 100 names", "最多 100 个名称");
                faults.push(FieldFault::new(field, count, expected));
            }
        }
        if !(TIMEOUT_MIN_S..=TIMEOUT_MAX_S).contains(&self.resolve_timeout_s) {
            let expected = Text::new("10 to 86400 seconds", "10 到 86400 秒");
            faults.push(FieldFault::new("resolve_timeout_s", self.resolve_timeout_s, expected));
        }
        faults
    }
}

/// A target without its scheme, path and port: `https://db1:9100/metrics`, `[::1]:9100`.
fn host_of(value: &str) -> &str {
    let value = value.split_once("://").map_or(value, |(_, rest)| rest);
    let value = value.split('/').next().unwrap_or_default();
    if let Some(rest) = value.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    match value.rsplit_once(':') {
        // More than one colon is an address of IPv6.
        Some((host, port)) if !host.contains(':') && port.parse::<u16>().is_ok() => host,
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn severities_are_read_by_data() {
        let mapping = EventMapping::default();
        for (value, expected) in [
            ("page", Severity::Critical),
            ("CRITICAL", Severity::Critical),
            ("none", Severity::Info),
            ("purple", Severity::Warning),
        ] {
            assert_eq!(mapping.severity(&labels(&[("severity", value)])), expected, "{value}");
        }
        assert_eq!(mapping.severity(&labels(&[])), Severity::Warning);
        assert_eq!(mapping.faults(), []);
        assert_eq!(mapping.clone().normal(), mapping);
    }

    #[test]
    fn names_of_resources_are_tried_from_the_whole_to_the_part() {
        let mapping = EventMapping::default();
        for (value, expected) in [
            ("db1.example.org:9100", &["db1.example.org:9100", "db1.example.org", "db1"][..]),
            ("db1", &["db1"][..]),
            ("10.0.0.7:9100", &["10.0.0.7:9100", "10.0.0.7"][..]),
            ("[fe80::1]:9100", &["[fe80::1]:9100", "fe80::1"][..]),
            ("fe80::1", &["fe80::1"][..]),
            ("https://shop/login", &["https://shop/login", "shop"][..]),
        ] {
            assert_eq!(mapping.names(&labels(&[("instance", value)])), expected, "{value}");
        }
    }
}
