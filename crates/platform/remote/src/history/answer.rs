//! Answers of Prometheus' HTTP API.

use std::collections::BTreeMap;

use serde::Deserialize;
use tsdb::{HistogramPoint, Labels, Point};

use super::histogram::HistogramBody;
use crate::model::WholeSeries;

/// Labels as the API writes them.
pub(super) type LabelsBody = BTreeMap<String, String>;

/// What every answer is.
#[derive(Debug, Deserialize)]
pub(super) struct AnswerBody<T> {
    /// Nothing when the question failed.
    pub(super) data: Option<T>,
    /// Why it failed.
    #[serde(default)]
    pub(super) error: String,
}

/// The answer to a selector with a range.
#[derive(Debug, Deserialize)]
pub(super) struct MatrixBody {
    /// The series.
    pub(super) result: Vec<SeriesBody>,
}

/// A series with its samples.
#[derive(Debug, Deserialize)]
pub(super) struct SeriesBody {
    metric: LabelsBody,
    #[serde(default)]
    values: Vec<(f64, String)>,
    #[serde(default)]
    histograms: Vec<(f64, HistogramBody)>,
}

impl SeriesBody {
    /// The series; nothing when its labels are beyond what is kept here. Values that are no
    /// numbers, and histograms that are none, are left out.
    pub(super) fn read(self) -> Option<WholeSeries> {
        let labels = Labels::from_pairs(self.metric).ok()?;
        let point = |(at_s, value): &(f64, String)| {
            Some(Point { at_ms: millis(*at_s), value: value.parse().ok()? })
        };
        let histogram = |(at_s, body): &(f64, HistogramBody)| {
            Some(HistogramPoint { at_ms: millis(*at_s), histogram: body.read()? })
        };
        let points = self.values.iter().filter_map(point).collect();
        let histograms = self.histograms.iter().filter_map(histogram).collect();
        Some(WholeSeries { labels, points, histograms })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "whole milliseconds of our time")]
fn millis(at_s: f64) -> i64 {
    (at_s * 1000.0).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_prometheus_writes_them() {
        let text = r#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"__name__":"up","job":"a"},"values":[
                [1700000000.123,"1.5"],[1700000001,"NaN"],[1700000002.5,"+Inf"],[3,"-Inf"],
                [4,"1e-07"],[5,"no"]]},
            {"metric":{"__name__":"my.name","a.b":"c"},"values":[]},
            {"metric":{"":"c"},"values":[]}]}}"#;
        let body: AnswerBody<MatrixBody> = serde_json::from_str(text).unwrap();
        let mut result = body.data.unwrap().result.into_iter();
        let series = result.next().unwrap().read().unwrap();
        assert_eq!(series.labels.to_string(), r#"up{job="a"}"#);
        let shown: Vec<String> =
            series.points.iter().map(|point| format!("{} {}", point.at_ms, point.value)).collect();
        assert_eq!(
            shown,
            [
                "1700000000123 1.5",
                "1700000001000 NaN",
                "1700000002500 inf",
                "3000 -inf",
                "4000 0.0000001"
            ]
        );
        let named = result.next().unwrap().read().unwrap();
        assert_eq!(named.labels.to_string(), r#"{"my.name","a.b"="c"}"#);
        assert_eq!(result.next().unwrap().read(), None);
        let failed = r#"{"status":"error","errorType":"bad_data","error":"no"}"#;
        let body: AnswerBody<MatrixBody> = serde_json::from_str(failed).unwrap();
        assert!(body.data.is_none() && body.error == "no");
    }
}
