//! Series of resources that turned out to be others: what was measured before is read as theirs.

use std::collections::{BTreeMap, HashMap};

use tsdb::{Labels, Point, Series};

use super::RESOURCE_LABEL;
use crate::model::ResourceId;

/// The labels under the resource that theirs turned out to be; none where it did not.
pub(super) fn renamed(labels: &Labels, kept: &HashMap<ResourceId, ResourceId>) -> Option<Labels> {
    let id: ResourceId = labels.get(RESOURCE_LABEL)?.parse().ok()?;
    let kept = kept.get(&id)?.to_string();
    let pairs = labels.iter().map(|(name, value)| match name {
        RESOURCE_LABEL => (name, kept.as_str()),
        _ => (name, value),
    });
    // One id is as good as another: what was within the limits is so now.
    Labels::from_pairs(pairs).ok()
}

/// The series with those of resources that turned out to be others under the ids of these: one for
/// each set of labels, sorted by them. Of two values of one moment that of the other counts.
pub(super) fn joined(series: Vec<Series>, kept: &HashMap<ResourceId, ResourceId>) -> Vec<Series> {
    let (mut own, mut former) = (Vec::with_capacity(series.len()), Vec::new());
    for series in series {
        match renamed(&series.labels, kept) {
            Some(labels) => former.push(Series { labels, ..series }),
            None => own.push(series),
        }
    }
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

    const KEPT: &str = "01890a5d-ac96-774b-bcce-b302099a8011";
    const FORMER: &str = "01890a5d-ac96-774b-bcce-b302099a8012";
    const OLDER: &str = "01890a5d-ac96-774b-bcce-b302099a8013";

    fn series(id: &str, points: &[(i64, f64)]) -> Series {
        let labels = Labels::new("up", [(RESOURCE_LABEL, id)]).unwrap();
        let points = points.iter().map(|(at_ms, value)| Point { at_ms: *at_ms, value: *value });
        Series { labels, points: points.collect() }
    }

    #[test]
    fn what_was_measured_under_both_ids_is_one_series_in_the_order_of_time() {
        let id = |text: &str| text.parse::<ResourceId>().unwrap();
        let kept = HashMap::from([(id(FORMER), id(KEPT)), (id(OLDER), id(KEPT))]);
        let all = joined(
            vec![
                series(FORMER, &[(1, 1.0), (3, 9.0)]),
                series(KEPT, &[(3, 3.0), (4, 4.0)]),
                series(OLDER, &[(2, 2.0)]),
            ],
            &kept,
        );
        assert_eq!(all, [series(KEPT, &[(1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0)])]);
    }
}
