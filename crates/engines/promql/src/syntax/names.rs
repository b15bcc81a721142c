//! Words with a meaning of their own.

/// Aggregators, experimental ones last.
pub(super) const AGGREGATORS: [&str; 14] = [
    "sum",
    "avg",
    "count",
    "min",
    "max",
    "group",
    "stddev",
    "stdvar",
    "topk",
    "bottomk",
    "count_values",
    "quantile",
    "limitk",
    "limit_ratio",
];

const KEYWORDS: [&str; 18] = [
    "offset",
    "smoothed",
    "anchored",
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "bool",
    "fill",
    "fill_left",
    "fill_right",
    "start",
    "end",
    "step",
    "range",
    "unless",
];

/// Keywords that cannot name a metric.
const RESERVED: [&str; 6] = ["on", "ignoring", "group_left", "group_right", "bool", "atan2"];

pub(super) fn is_aggregator(word: &str) -> bool {
    AGGREGATORS.contains(&word)
}

pub(super) fn is_word_operator(word: &str) -> bool {
    matches!(word, "and" | "or" | "unless" | "atan2")
}

pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}
