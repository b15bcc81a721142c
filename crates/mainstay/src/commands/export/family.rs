//! Which metrics are one family of OpenMetrics.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use wire::{openmetrics::suffixes, remote::MetricType};

/// What is known of a metric.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Said {
    pub(super) kind: MetricType,
    pub(super) help: String,
    pub(super) unit: String,
}

/// What is known of metrics, by their names or those of their families.
pub(super) type Metadata = BTreeMap<String, Said>;

/// A family with its metrics, in the order in which their samples of a moment are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Family {
    pub(super) name: String,
    pub(super) said: Said,
    /// What follows the family's name in that of the metric.
    pub(super) suffixes: Vec<&'static str>,
}

/// All suffixes, in the order of a moment: buckets and quantiles come before counts and sums.
const ORDER: [&str; 9] =
    ["", "_total", "_bucket", "_info", "_gcount", "_gsum", "_count", "_sum", "_created"];

impl Family {
    /// A metric by itself, of which no type is told.
    fn alone(metric: &str, metadata: &Metadata) -> Self {
        let said = metadata.get(metric).cloned().unwrap_or_default();
        let said = Said { kind: MetricType::Unknown, ..said };
        Self { name: metric.to_owned(), said, suffixes: vec![""] }.with_sound_unit()
    }

    /// The names of its metrics.
    pub(super) fn metrics(&self) -> impl Iterator<Item = String> {
        self.suffixes.iter().map(|suffix| format!("{}{suffix}", self.name))
    }

    /// The same metrics, each by itself.
    pub(super) fn apart(&self) -> Vec<Self> {
        let alone = self.metrics().map(|name| {
            let said = Said { kind: MetricType::Unknown, ..self.said.clone() };
            Self { name, said, suffixes: vec![""] }.with_sound_unit()
        });
        alone.collect()
    }

    /// Whether its samples may be what they like: nothing needs to be looked at before it is
    /// written.
    pub(super) fn is_free(&self) -> bool {
        matches!(self.said.kind, MetricType::Unknown | MetricType::Gauge)
    }

    /// A unit must stand at the end of the name; some types have none.
    fn with_sound_unit(mut self) -> Self {
        let before = self.name.strip_suffix(&self.said.unit);
        let named = before.is_some_and(|before| before.ends_with('_'));
        if !named || matches!(self.said.kind, MetricType::Info | MetricType::StateSet) {
            self.said.unit.clear();
        }
        self
    }

    /// All names that samples of it have, or might have.
    fn names(&self) -> impl Iterator<Item = String> {
        let all = suffixes(self.said.kind).iter().chain([&""]).collect::<BTreeSet<_>>();
        all.into_iter().map(|suffix| format!("{}{suffix}", self.name))
    }
}

/// The families of these metrics, by name. One whose names would clash with those of others is
/// taken apart.
pub(super) fn families(metrics: &[String], metadata: &Metadata) -> Vec<Family> {
    let mut found: BTreeMap<(String, &str), Family> = BTreeMap::new();
    for metric in metrics {
        let Some((name, suffix, said)) = part_of(metric, metadata) else {
            let alone = Family::alone(metric, metadata);
            found.insert((metric.clone(), ""), alone);
            continue;
        };
        let family = found.entry((name.to_owned(), said.kind.word())).or_insert_with(|| {
            let (name, said) = (name.to_owned(), said.clone());
            Family { name, said, suffixes: Vec::new() }.with_sound_unit()
        });
        family.suffixes.push(suffix);
    }
    let (metrics, mut taken) = (metrics.iter().collect::<HashSet<_>>(), HashSet::new());
    let mut families = Vec::with_capacity(found.len());
    for mut family in found.into_values() {
        family.suffixes.sort_by_key(|suffix| ORDER.iter().position(|known| known == suffix));
        let own: HashSet<String> = family.metrics().collect();
        let clashes =
            |name: &String| taken.contains(name) || (!own.contains(name) && metrics.contains(name));
        if family.said.kind != MetricType::Unknown && family.names().any(|name| clashes(&name)) {
            families.extend(family.apart());
            continue;
        }
        taken.extend(family.names());
        families.push(family);
    }
    families
}

/// The family that a metric is a part of, with the suffix that it has in it.
fn part_of<'m>(
    metric: &'m str,
    metadata: &'m Metadata,
) -> Option<(&'m str, &'static str, &'m Said)> {
    let split = ORDER.iter().filter_map(|suffix| {
        let name = metric.strip_suffix(suffix).filter(|name| !name.is_empty())?;
        Some((name, *suffix))
    });
    let split: Vec<(&str, &'static str)> = split.collect();
    let with = |key_of: fn(&'m str, &'m str) -> &'m str| {
        split.iter().find_map(|(name, suffix)| {
            let said = metadata.get(key_of(metric, name))?;
            let fits = said.kind != MetricType::Unknown && suffixes(said.kind).contains(suffix);
            fits.then_some((*name, *suffix, said))
        })
    };
    // Writers tell of a metric by its own name or by that of its family.
    with(|metric, _| metric).or_else(|| with(|_, name| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(metrics: &[&str], metadata: &[(&str, MetricType, &str)]) -> Vec<String> {
        let metrics: Vec<String> = metrics.iter().map(|name| (*name).to_owned()).collect();
        let said = |(name, kind, unit): &(&str, MetricType, &str)| {
            let said = Said { kind: *kind, help: "Help.".to_owned(), unit: (*unit).to_owned() };
            ((*name).to_owned(), said)
        };
        let metadata = metadata.iter().map(said).collect();
        let shown = families(&metrics, &metadata).into_iter().map(|family| {
            let Family { name, said, suffixes } = family;
            format!("{name} {} {suffixes:?} {}", said.kind.word(), said.unit).trim_end().to_owned()
        });
        shown.collect()
    }

    #[test]
    fn metrics_of_a_family_come_together_under_its_name() {
        let metrics = [
            "a_bucket",
            "a_count",
            "a_sum",
            "b_seconds",
            "b_seconds_count",
            "b_seconds_sum",
            "c_created",
            "c_total",
            "d",
            "e_info",
            "f",
        ];
        let metadata = [
            ("a", MetricType::Histogram, ""),
            ("b_seconds", MetricType::Summary, "seconds"),
            ("c", MetricType::Counter, ""),
            ("d", MetricType::Gauge, "seconds"),
            ("e_info", MetricType::Info, ""),
        ];
        let expected = [
            r#"a histogram ["_bucket", "_count", "_sum"]"#,
            r#"b_seconds summary ["", "_count", "_sum"] seconds"#,
            r#"c counter ["_total", "_created"]"#,
            r#"d gauge [""]"#,
            r#"e info ["_info"]"#,
            r#"f unknown [""]"#,
        ];
        assert_eq!(shown(&metrics, &metadata), expected);
    }

    #[test]
    fn what_would_clash_or_has_not_the_name_of_its_type_is_a_family_of_its_own() {
        let counter = [("c_total", MetricType::Counter, ""), ("n", MetricType::Counter, "")];
        let apart = [r#"c unknown [""]"#, r#"c_total unknown [""]"#, r#"n unknown [""]"#];
        assert_eq!(shown(&["c", "c_total", "n"], &counter), apart);
        // `a` might have a metric `a_count`, which is another's.
        let both = [("a", MetricType::Histogram, ""), ("a_count", MetricType::Gauge, "")];
        let apart = [r#"a_bucket unknown [""]"#, r#"a_count gauge [""]"#];
        assert_eq!(shown(&["a_bucket", "a_count"], &both), apart);
    }
}
