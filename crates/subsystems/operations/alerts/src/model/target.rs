use std::collections::BTreeMap;

use tsdb::{Labels, METRIC_LABEL};

/// Begins the subject of an alert about a series.
pub(crate) const SERIES_PREFIX: &str = "series:";
/// Begins the subject of an alert about a check.
const CHECK_PREFIX: &str = "check:";
/// The label by which a sample says what it was measured on: the id of a resource.
pub(crate) const RESOURCE_LABEL: &str = "resource";
/// The labels by which a sample says which check it comes from.
const CHECK_LABELS: [&str; 2] = ["check_id", "check"];
/// Labels that tell people the most, the best first; the first that is there is enough.
const TELLING: [&str; 4] = ["mountpoint", "name", "device", "check_name"];
/// Labels that tell people nothing beside the rule's name.
const SILENT: [&str; 8] =
    [METRIC_LABEL, RESOURCE_LABEL, "check", "check_id", "state", "type", "label", "unit"];

/// What an alert is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// For machines.
    pub(crate) subject: String,
    /// The resource it belongs to.
    pub(crate) resource_id: Option<String>,
    /// Its name, where it is known already.
    pub(crate) resource_name: String,
    /// The check it comes from.
    pub(crate) check_id: Option<String>,
    /// What names it.
    pub(crate) labels: BTreeMap<String, String>,
    /// What tells it from its like, for people; may be empty.
    pub(crate) called: String,
}

/// The subject of a series.
pub(crate) fn series_subject(labels: &Labels) -> String {
    format!("{SERIES_PREFIX}{labels}")
}

/// Whether a subject is a series.
pub(crate) fn is_series(subject: &str) -> bool {
    subject.starts_with(SERIES_PREFIX)
}

/// Whether a subject is a check.
pub(crate) fn is_check(subject: &str) -> bool {
    subject.starts_with(CHECK_PREFIX)
}

/// The subject of a check.
pub(crate) fn check_subject(check_id: &str) -> String {
    format!("{CHECK_PREFIX}{check_id}")
}

/// A series as a target.
pub(crate) fn of_series(labels: &Labels) -> Target {
    // A check's name is only worth reading as an id where it is one.
    let check_id = CHECK_LABELS
        .iter()
        .filter_map(|name| labels.get(name))
        .find(|value| value.parse::<kernel::Id<()>>().is_ok());
    Target {
        subject: series_subject(labels),
        resource_id: labels.get(RESOURCE_LABEL).map(str::to_owned),
        resource_name: String::new(),
        check_id: check_id.map(str::to_owned),
        labels: labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        called: called(labels),
    }
}

/// The labels of a series of a resource that turned out to be another, as that one's.
pub(crate) fn of_kept<'k>(
    labels: &Labels,
    kept: impl Fn(&str) -> Option<&'k str>,
) -> Option<Labels> {
    let kept = kept(labels.get(RESOURCE_LABEL)?)?;
    let pairs = labels.iter().map(|(name, value)| match name {
        RESOURCE_LABEL => (name, kept),
        _ => (name, value),
    });
    // One id is as good as another: what was within the limits is so now.
    Labels::from_pairs(pairs).ok()
}

fn called(labels: &Labels) -> String {
    if let Some(value) = TELLING.iter().find_map(|name| labels.get(name)) {
        return value.to_owned();
    }
    let others = labels.iter().filter(|(name, _)| !SILENT.contains(name));
    others.map(|(_, value)| value).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_say_what_the_alert_is_about() {
        const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
        type Pairs = &'static [(&'static str, &'static str)];
        let table: [(Pairs, &str, Option<&str>); 5] = [
            (&[("mountpoint", "/var"), ("device", "/dev/a"), ("fstype", "ext4")], "/var", None),
            (&[("name", "nginx.service"), ("state", "failed")], "nginx.service", None),
            (&[("chip", "k10temp"), ("sensor", "temp1")], "k10temp temp1", None),
            (&[("check", ID), ("label", "certificate_days")], "", Some(ID)),
            (&[("check", "web"), ("check_id", ID), ("check_name", "web")], "web", Some(ID)),
        ];
        for (pairs, called, check_id) in table {
            let pairs = pairs.iter().copied().chain([("resource", "r")]);
            let target = of_series(&Labels::new("m", pairs).unwrap());
            assert_eq!((target.called.as_str(), target.check_id.as_deref()), (called, check_id));
            assert_eq!(target.resource_id.as_deref(), Some("r"));
        }
    }
}
