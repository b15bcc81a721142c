/// What kind of metric a family is, as metadata says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MetricType {
    /// Nothing is known.
    #[default]
    Unknown,
    /// Only grows.
    Counter,
    /// May rise and fall.
    Gauge,
    /// Counts observations in buckets.
    Histogram,
    /// The same, and counts may fall.
    GaugeHistogram,
    /// Counts observations and gives quantiles.
    Summary,
    /// Tells something by its labels.
    Info,
    /// One of several states.
    StateSet,
}

impl MetricType {
    /// The type of that number; the numbers are the same in both versions.
    #[must_use]
    pub fn of(number: u64) -> Self {
        match number {
            1 => Self::Counter,
            2 => Self::Gauge,
            3 => Self::Histogram,
            4 => Self::GaugeHistogram,
            5 => Self::Summary,
            6 => Self::Info,
            7 => Self::StateSet,
            _ => Self::Unknown,
        }
    }

    /// Its number, the same in both versions.
    #[must_use]
    pub fn number(self) -> u64 {
        match self {
            Self::Unknown => 0,
            Self::Counter => 1,
            Self::Gauge => 2,
            Self::Histogram => 3,
            Self::GaugeHistogram => 4,
            Self::Summary => 5,
            Self::Info => 6,
            Self::StateSet => 7,
        }
    }

    /// The type of that word, as [`MetricType::word`] has it; other words are unknown types.
    #[must_use]
    pub fn named(word: &str) -> Self {
        (1..=7).map(Self::of).find(|kind| kind.word() == word).unwrap_or_default()
    }

    /// Its word, as Prometheus' HTTP API has it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::GaugeHistogram => "gaugehistogram",
            Self::Summary => "summary",
            Self::Info => "info",
            Self::StateSet => "stateset",
        }
    }
}
