//! Which functions are answered from roll-ups.

use promql::{HintFunction, Hints};
use tsdb::Aggregate;

/// What of windows a function wants whose own windows are made of whole ones: the first is what it
/// is reckoned from, the second how many samples that stands for.
pub(super) fn aggregates(hints: &Hints<'_>) -> Option<&'static [Aggregate]> {
    let HintFunction::Call(name) = hints.function else { return None };
    Some(match name {
        "min_over_time" => &[Aggregate::Min],
        "max_over_time" => &[Aggregate::Max],
        "last_over_time" => &[Aggregate::Last],
        "sum_over_time" => &[Aggregate::Sum],
        "avg_over_time" => &[Aggregate::Sum, Aggregate::Count],
        "count_over_time" | "present_over_time" | "absent_over_time" => &[Aggregate::Count],
        _ => return None,
    })
}

/// Whether the function is about how much a counter went up.
pub(super) fn is_of_counter(hints: &Hints<'_>) -> bool {
    matches!(hints.function, HintFunction::Call("rate" | "increase" | "irate"))
}
