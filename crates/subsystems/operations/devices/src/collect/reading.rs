//! One measured value with its name and labels.

use std::borrow::Cow;
use std::fmt;

/// A value measured now: the metric's name, its labels, and the number.
///
/// The name is usually a constant; it is owned where the kernel names the field (`/proc/meminfo`
/// and `/proc/net/snmp` grow fields that no table of ours can know).
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Prometheus metric name, unit last (`node_memory_MemFree_bytes`).
    pub metric: Cow<'static, str>,
    /// Labels in the order of their making; names are unique within one reading.
    pub labels: Vec<(&'static str, String)>,
    /// The value, in the base unit that the name says.
    pub value: f64,
}

impl Reading {
    /// A reading without labels.
    pub fn plain(metric: impl Into<Cow<'static, str>>, value: f64) -> Self {
        Self { metric: metric.into(), labels: Vec::new(), value }
    }

    /// A reading with one label.
    pub fn labelled(
        metric: impl Into<Cow<'static, str>>,
        name: &'static str,
        label: impl Into<String>,
        value: f64,
    ) -> Self {
        Self { metric: metric.into(), labels: vec![(name, label.into())], value }
    }

    /// A reading with any number of labels.
    pub fn with(
        metric: impl Into<Cow<'static, str>>,
        labels: Vec<(&'static str, String)>,
        value: f64,
    ) -> Self {
        Self { metric: metric.into(), labels, value }
    }
}

/// Writes `name{label="value"} number`, for people and for tests.
impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.metric)?;
        if !self.labels.is_empty() {
            f.write_str("{")?;
            for (i, (name, value)) in self.labels.iter().enumerate() {
                let comma = if i == 0 { "" } else { "," };
                write!(f, "{comma}{name}={value:?}")?;
            }
            f.write_str("}")?;
        }
        write!(f, " {}", self.value)
    }
}
