use std::collections::BTreeMap;

use kernel::Time;

use super::{
    decision::{Decision, Standing},
    series_condition::SeriesCondition,
    severity::Severity,
};

/// Decides about every subject of a rule: those seen now and those known from before. Those about
/// which nothing follows are left out.
///
/// `standings` and `seen` are by subject; a subject that is not in `seen` is silent.
pub(crate) fn plan(
    condition: SeriesCondition<'_>,
    severity: Severity,
    standings: &BTreeMap<String, Standing>,
    seen: &BTreeMap<String, f64>,
    now: Time,
) -> Vec<(String, Decision)> {
    let silent = standings.keys().filter(|subject| !seen.contains_key(*subject));
    let subjects = seen.keys().chain(silent);
    let decided = subjects.map(|subject| {
        let standing = standings.get(subject).unwrap_or(&Standing::Idle);
        let observed = seen.get(subject).copied();
        let decision = condition.decide(severity, standing, observed, now);
        (subject.clone(), decision)
    });
    decided.filter(|(_, decision)| *decision != Decision::Hold).collect()
}
