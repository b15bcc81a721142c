//! A family whose type asks something of its samples, as text.

use std::collections::BTreeMap;

use wire::{
    openmetrics::{
        Checks, END, Family as Head, Reader, WrittenExemplar, write_family, write_sample,
        write_sample_with_exemplar,
    },
    remote::MetricType,
};

use super::{NAME, Pairs, family::Family};

/// A value with its labels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exemplar {
    pub(super) labels: Pairs,
    pub(super) value: f64,
    pub(super) at_ms: i64,
}

/// A series of a family.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    /// Its metric's name ends in this, behind the family's.
    pub(super) suffix: &'static str,
    pub(super) labels: Pairs,
    /// By time.
    pub(super) points: Vec<(i64, f64)>,
    /// By time.
    pub(super) exemplars: Vec<Exemplar>,
}

/// A family as text, and how many exemplars have no sample to stand at.
#[derive(Debug, PartialEq)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) exemplars_left_out: u64,
}

/// Writes the family; nothing where its samples are not what its type asks for. Those of a metric
/// stand together by time, as the format wants it.
pub(super) fn text_of(family: &Family, series: &[Series]) -> Option<Text> {
    let mut metrics: BTreeMap<Vec<&(String, String)>, Vec<usize>> = BTreeMap::new();
    for (at, one) in series.iter().enumerate() {
        let apart = label_apart(family, one.suffix);
        let own = one.labels.iter().filter(|(name, _)| name != NAME && Some(&**name) != apart);
        metrics.entry(own.collect()).or_default().push(at);
    }
    let (mut text, mut written) = (head(family), 0);
    for places in metrics.values() {
        let mut places = places.clone();
        // Stable: metrics come in the order of a moment.
        places.sort_by(|a, b| {
            let bound = |at: &usize| bound_of(family, &series[*at]);
            let rank = |at: &usize| family.suffixes.iter().position(|s| *s == series[*at].suffix);
            rank(a).cmp(&rank(b)).then(bound(a).total_cmp(&bound(b)))
        });
        let mut moments: Vec<(i64, usize, usize)> = Vec::new();
        for (order, at) in places.iter().enumerate() {
            let times = series[*at].points.iter().enumerate();
            moments.extend(times.map(|(point, (at_ms, _))| (*at_ms, order, point)));
        }
        moments.sort_unstable();
        for (_, order, point) in moments {
            written += put(&mut text, family, &series[places[order]], point);
        }
    }
    let there: usize = series.iter().map(|one| one.exemplars.len()).sum();
    is_sound(&text).then(|| Text { exemplars_left_out: there as u64 - written, text })
}

/// The lines that say what the family is.
pub(super) fn head(family: &Family) -> String {
    let mut text = String::new();
    let Family { name, said, .. } = family;
    let help = said.help.as_str().into();
    write_family(
        &mut text,
        &Head { name: name.as_str().into(), kind: said.kind, help, unit: &said.unit },
    );
    text
}

/// Writes a sample; tells whether an exemplar stands at it: the last one since the sample before.
fn put(text: &mut String, family: &Family, series: &Series, point: usize) -> u64 {
    let name = format!("{}{}", family.name, series.suffix);
    let labels = series.labels.iter().filter(|(name, _)| name != NAME);
    let labels = labels.map(|(name, value)| (name.as_str(), value.as_str()));
    let (at_ms, value) = series.points[point];
    let since_ms = point.checked_sub(1).map_or(i64::MIN, |before| series.points[before].0);
    let mut exemplars = series.exemplars.iter().rev();
    let last = exemplars.find(|one| one.at_ms <= at_ms).filter(|one| one.at_ms > since_ms);
    let Some(exemplar) = last else {
        write_sample(text, &name, labels, value, Some(at_ms));
        return 0;
    };
    let own = exemplar.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let written =
        WrittenExemplar { labels: own.collect(), value: exemplar.value, at_ms: exemplar.at_ms };
    write_sample_with_exemplar(text, &name, labels, (at_ms, value), &written);
    1
}

/// The label that tells series of one metric from each other.
fn label_apart<'f>(family: &'f Family, suffix: &str) -> Option<&'f str> {
    match (family.said.kind, suffix) {
        (MetricType::Summary, "") => Some("quantile"),
        (MetricType::Histogram | MetricType::GaugeHistogram, "_bucket") => Some("le"),
        (MetricType::StateSet, _) => Some(&family.name),
        _ => None,
    }
}

/// The bound of a bucket, or which quantile it is.
fn bound_of(family: &Family, series: &Series) -> f64 {
    let Some(apart) = label_apart(family, series.suffix) else { return 0.0 };
    let text = series.labels.iter().find(|(name, _)| name == apart);
    text.and_then(|(_, value)| value.parse().ok()).unwrap_or(0.0)
}

/// Whether a reader that holds to all of the specification takes it.
fn is_sound(text: &str) -> bool {
    let whole = [text, END].concat();
    let Ok(mut reader) = Reader::new(whole.as_bytes(), Checks::Strict) else { return false };
    loop {
        match reader.next_sample() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::commands::export::family::Said;

    fn family(name: &str, kind: MetricType, suffixes: &[&'static str]) -> Family {
        let said = Said { kind, help: "How \"long\".".to_owned(), unit: String::new() };
        Family { name: name.to_owned(), said, suffixes: suffixes.to_vec() }
    }

    fn series(suffix: &'static str, labels: &[(&str, &str)], points: &[(i64, f64)]) -> Series {
        let labels = labels.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        Series { suffix, labels, points: points.to_vec(), exemplars: Vec::new() }
    }

    #[test]
    fn a_histogram_is_written_moment_by_moment_with_its_exemplars() {
        let points = |a: f64, b: f64| [(1_000, a), (2_000, b)];
        let exemplar = |at_ms: i64| Exemplar {
            labels: vec![("trace_id".to_owned(), format!("t{at_ms}"))],
            value: 0.3,
            at_ms,
        };
        let mut all = vec![
            series("_bucket", &[("job", "a"), ("le", "+Inf")], &points(2.0, 3.0)),
            series("_bucket", &[("job", "a"), ("le", "0.5")], &points(1.0, 2.0)),
            series("_sum", &[("job", "a")], &points(1.5, 2.5)),
            series("_count", &[("job", "a")], &points(2.0, 3.0)),
        ];
        all[1].exemplars = [500, 1_100, 1_900, 2_100].map(exemplar).to_vec();
        let took = family("took", MetricType::Histogram, &["_bucket", "_count", "_sum"]);
        let Text { text, exemplars_left_out } = text_of(&took, &all).unwrap();
        expect![[r##"
            # TYPE took histogram
            # HELP took How \"long\".
            took_bucket{job="a",le="0.5"} 1 1 # {trace_id="t500"} 0.3 0.500
            took_bucket{job="a",le="+Inf"} 2 1
            took_count{job="a"} 2 1
            took_sum{job="a"} 1.5 1
            took_bucket{job="a",le="0.5"} 2 2 # {trace_id="t1900"} 0.3 1.900
            took_bucket{job="a",le="+Inf"} 3 2
            took_count{job="a"} 3 2
            took_sum{job="a"} 2.5 2
        "##]]
        .assert_eq(&text);
        assert_eq!(exemplars_left_out, 2);
        // A count at a moment at which there are no buckets.
        all[3].points.push((3_000, 4.0));
        assert_eq!(text_of(&took, &all), None);
    }

    #[test]
    fn a_counter_below_zero_is_none() {
        let trips = family("trips", MetricType::Counter, &["_total"]);
        let good = series("_total", &[("zone", "a")], &[(1_000, 5.0), (2_000, 1.0)]);
        let Text { text, .. } = text_of(&trips, std::slice::from_ref(&good)).unwrap();
        assert!(
            text.ends_with("trips_total{zone=\"a\"} 5 1\ntrips_total{zone=\"a\"} 1 2\n"),
            "{text}"
        );
        let bad = series("_total", &[("zone", "b")], &[(1_000, -1.0)]);
        assert_eq!(text_of(&trips, &[good, bad]), None);
    }
}
