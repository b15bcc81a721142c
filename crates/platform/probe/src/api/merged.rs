//! Series of resources that turned out to be others: what was measured before is read as theirs.

use std::collections::BTreeMap;

use kernel::Fault;
use resources::Sight;
use tsdb::{Labels, MatchOp, Matcher, Point, Selector, Series};

use super::series::{RESOURCE_LABEL, narrowed};
use crate::{Probe, model::ResourceId};

/// The selector for the series that the caller may see. One of a single resource also selects the
/// series of those that turned out to be it.
///
/// Errors: the register cannot be read.
pub(super) async fn widened(
    probe: &Probe,
    selector: Selector,
    sight: &Sight,
) -> Result<Selector, Fault> {
    let of_one =
        |matcher: &&Matcher| matcher.name() == RESOURCE_LABEL && matcher.op() == MatchOp::Equal;
    let named = selector.matchers().iter().find(of_one);
    let id = named.and_then(|matcher| matcher.value().parse::<ResourceId>().ok());
    let Some(id) = id.filter(|id| sight.sees(*id)) else { return Ok(narrowed(selector, sight)) };
    let ids = probe.inner.resources.ids_of(id).await?;
    if ids.len() < 2 {
        return Ok(selector);
    }
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let others = selector.matchers().iter().filter(|matcher| !of_one(matcher)).cloned();
    // An id is hexadecimal digits and hyphens: none of them has a meaning in a pattern.
    let matcher = Matcher::new(RESOURCE_LABEL, MatchOp::Regex, ids.join("|"));
    let matchers = others.chain(matcher).collect();
    Ok(Selector::new(matchers).unwrap_or(selector))
}

/// The series with those of resources that turned out to be others under the ids of these. Where
/// both have the same series it is one; of two values of one moment the one of the other counts.
///
/// Errors: the register cannot be read.
pub(super) async fn as_they_are(probe: &Probe, series: Vec<Series>) -> Result<Vec<Series>, Fault> {
    let labels = series.iter().filter_map(|series| series.labels.get(RESOURCE_LABEL));
    let mut ids: Vec<ResourceId> = labels.filter_map(|id| id.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    let kept = probe.inner.resources.kept_of(&ids).await?;
    if kept.is_empty() {
        return Ok(series);
    }
    let (mut own, mut former) = (Vec::with_capacity(series.len()), Vec::new());
    for series in series {
        let id = series.labels.get(RESOURCE_LABEL).and_then(|id| id.parse().ok());
        match id.and_then(|id: ResourceId| kept.get(&id)) {
            Some(kept) => former.push(under(series, &kept.to_string())),
            None => own.push(series),
        }
    }
    Ok(joined(own, former))
}

fn under(series: Series, kept: &str) -> Series {
    let pairs = series.labels.iter().map(|(name, value)| match name {
        RESOURCE_LABEL => (name, kept),
        _ => (name, value),
    });
    // One id is as good as another: what was within the limits is so now.
    let labels = Labels::from_pairs(pairs).unwrap_or_else(|_| series.labels.clone());
    Series { labels, ..series }
}

/// One series for each set of labels, sorted by them.
fn joined(own: Vec<Series>, former: Vec<Series>) -> Vec<Series> {
    let mut all: BTreeMap<Labels, Vec<Point>> = BTreeMap::new();
    for series in own.into_iter().chain(former) {
        let points = all.entry(series.labels).or_default();
        let first = points.is_empty();
        points.extend(series.points);
        if !first {
            // Stable: of equal moments those that were there before stay in front.
            points.sort_by_key(|point| point.at_ms);
            points.dedup_by_key(|point| point.at_ms);
        }
    }
    all.into_iter().map(|(labels, points)| Series { labels, points }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(points: &[(i64, f64)]) -> Series {
        let labels = Labels::new("up", [(RESOURCE_LABEL, "a")]).unwrap();
        let points = points.iter().map(|(at_ms, value)| Point { at_ms: *at_ms, value: *value });
        Series { labels, points: points.collect() }
    }

    #[test]
    fn what_was_measured_under_both_ids_is_one_series_in_the_order_of_time() {
        let own = vec![series(&[(3, 3.0), (4, 4.0)])];
        let former = vec![series(&[(1, 1.0), (3, 9.0)]), series(&[(2, 2.0)])];
        let all = joined(own, former);
        assert_eq!(all, [series(&[(1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0)])]);
    }
}
