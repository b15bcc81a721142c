use tsdb::Point;

use super::condition::Derive;

/// Reads one value from the points of a window, ascending by time; NaN points say nothing.
///
/// `None` when there is nothing to read: no point, or for a rate fewer than two.
pub(crate) fn read(derive: Derive, points: &[Point]) -> Option<f64> {
    match derive {
        // The newest point decides even where it is NaN: an older one is no longer true.
        Derive::Last => points.last().map(|point| point.value).filter(|value| !value.is_nan()),
        Derive::Average => average(points),
        Derive::Rate => rate(points),
    }
}

fn average(points: &[Point]) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for point in points.iter().filter(|point| !point.value.is_nan()) {
        sum += point.value;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}

/// Growth per second between the first and the last point. A counter that falls was restarted: all
/// of its new value is growth. Source: Prometheus, `increase`, without its extrapolation.
fn rate(points: &[Point]) -> Option<f64> {
    let mut known = points.iter().filter(|point| !point.value.is_nan());
    let first = known.next()?;
    let (mut last, mut growth) = (first, 0.0);
    for point in known {
        growth += if point.value < last.value { point.value } else { point.value - last.value };
        last = point;
    }
    #[expect(clippy::cast_precision_loss, reason = "a window is at most days of milliseconds")]
    let span_s = last.at_ms.saturating_sub(first.at_ms) as f64 / 1000.0;
    (span_s > 0.0).then(|| growth / span_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_become_one_value() {
        const NAN: f64 = f64::NAN;
        let table: [(Derive, &[f64], Option<f64>); 15] = [
            (Derive::Last, &[], None),
            (Derive::Last, &[1.0, 2.0], Some(2.0)),
            (Derive::Last, &[1.0, NAN], None),
            (Derive::Last, &[NAN, 3.0], Some(3.0)),
            (Derive::Average, &[], None),
            (Derive::Average, &[NAN], None),
            (Derive::Average, &[1.0, NAN, 3.0], Some(2.0)),
            (Derive::Rate, &[], None),
            (Derive::Rate, &[5.0], None),
            (Derive::Rate, &[5.0, 5.0], Some(0.0)),
            (Derive::Rate, &[0.0, 10.0, 20.0], Some(1.0)),
            (Derive::Rate, &[100.0, 110.0, 5.0], Some(0.75)),
            (Derive::Rate, &[100.0, 0.0], Some(0.0)),
            (Derive::Rate, &[NAN, 0.0, NAN, 20.0], Some(1.0)),
            (Derive::Rate, &[NAN, 0.0, NAN], None),
        ];
        for (derive, values, expected) in table {
            let at = (0..).step_by(10_000);
            let points: Vec<Point> =
                at.zip(values).map(|(at_ms, value)| Point { at_ms, value: *value }).collect();
            assert_eq!(read(derive, &points), expected, "{derive:?} of {values:?}");
        }
    }
}
