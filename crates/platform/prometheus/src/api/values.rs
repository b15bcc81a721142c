//! Answers of queries as Prometheus writes them, piece by piece: they may be long.

use std::{fmt::Write as _, mem};

use axum::response::Response;
use promql::{QueryValue, SampleValue, SeriesValues, VectorSample};

use super::{
    histogram,
    json::{put_list, put_metric, put_point, put_text, put_time},
    pieces::{self, PIECE_BYTES},
};
use crate::query::{Answered, When};

/// So many points of a series are written between two looks at how much it is.
const POINTS_AT_ONCE: usize = 1_000;

/// The answer with at most `limit` series (0: all); `costs`: with what it took.
pub(super) fn response(answered: Answered, when: When, limit: usize, costs: bool) -> Response {
    pieces::response(Writing::new(answered, when, limit, costs))
}

/// An answer on its way: pieces of text.
struct Writing {
    value: QueryValue,
    at_ms: i64,
    /// What comes behind the value.
    tail: String,
    stage: Stage,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Head,
    /// At a sample of a vector, or at the labels of a series.
    Item(usize),
    /// At a float of a series.
    Floats(usize, usize),
    /// At a histogram of a series.
    Histograms(usize, usize),
    Tail,
    Done,
}

impl Iterator for Writing {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        if self.stage == Stage::Done {
            return None;
        }
        let mut json = String::new();
        while self.stage != Stage::Done && json.len() < PIECE_BYTES {
            self.stage = self.advance(&mut json);
        }
        Some(json)
    }
}

impl Writing {
    fn new(answered: Answered, when: When, limit: usize, costs: bool) -> Self {
        let mut answered = answered;
        if limit_to(&mut answered.answer.value, limit) {
            answered.answer.warnings.push("results truncated due to limit".to_owned());
        }
        let at_ms = match when {
            When::At(moment) => moment.at_ms,
            When::Over(period) => period.from_ms,
        };
        let tail = tail(&answered, costs);
        Self { value: answered.answer.value, at_ms, tail, stage: Stage::Head }
    }

    fn advance(&mut self, json: &mut String) -> Stage {
        match (self.stage, &self.value) {
            (Stage::Head, value) => {
                put_head(json, value, self.at_ms);
                match value {
                    QueryValue::Vector(_) | QueryValue::Matrix(_) => Stage::Item(0),
                    QueryValue::Scalar(_) | QueryValue::Text(_) => Stage::Tail,
                }
            }
            (Stage::Item(at), QueryValue::Vector(samples)) if at < samples.len() => {
                put_comma(json, at);
                put_sample(json, &samples[at]);
                Stage::Item(at + 1)
            }
            (Stage::Item(at), QueryValue::Matrix(series)) if at < series.len() => {
                put_comma(json, at);
                put_metric(json, &series[at].labels);
                Stage::Floats(at, 0)
            }
            (Stage::Item(_), _) => {
                json.push(']');
                Stage::Tail
            }
            (Stage::Floats(at, from), QueryValue::Matrix(series)) => {
                put_floats(json, &series[at], from)
                    .map_or(Stage::Histograms(at, 0), |next| Stage::Floats(at, next))
            }
            (Stage::Histograms(at, from), QueryValue::Matrix(series)) => {
                if let Some(next) = put_histograms(json, &series[at], from) {
                    return Stage::Histograms(at, next);
                }
                json.push('}');
                Stage::Item(at + 1)
            }
            (Stage::Tail, _) => {
                json.push_str(&mem::take(&mut self.tail));
                Stage::Done
            }
            (Stage::Floats(..) | Stage::Histograms(..) | Stage::Done, _) => Stage::Done,
        }
    }
}

/// Cuts what is too long, and says whether it was.
fn limit_to(value: &mut QueryValue, limit: usize) -> bool {
    if limit == 0 {
        return false;
    }
    match value {
        QueryValue::Vector(samples) if samples.len() > limit => {
            samples.truncate(limit);
            true
        }
        QueryValue::Matrix(series) if series.len() > limit => {
            series.truncate(limit);
            true
        }
        _ => false,
    }
}

/// Everything up to the first series; of a scalar and a text the value too.
fn put_head(json: &mut String, value: &QueryValue, at_ms: i64) {
    json.push_str(r#"{"status":"success","data":{"resultType":"#);
    match value {
        QueryValue::Scalar(number) => {
            json.push_str(r#""scalar","result":"#);
            put_point(json, at_ms, *number);
        }
        QueryValue::Text(text) => {
            json.push_str(r#""string","result":["#);
            put_time(json, at_ms);
            json.push(',');
            put_text(json, text);
            json.push(']');
        }
        QueryValue::Vector(_) => json.push_str(r#""vector","result":["#),
        QueryValue::Matrix(_) => json.push_str(r#""matrix","result":["#),
    }
}

/// What it took, where that is wanted, and what is to be said about it.
fn tail(answered: &Answered, costs: bool) -> String {
    let mut json = String::new();
    if costs {
        put_costs(&mut json, answered);
    }
    json.push('}');
    put_notes(&mut json, "warnings", &answered.answer.warnings);
    put_notes(&mut json, "infos", &answered.answer.infos);
    json.push('}');
    json
}

fn put_costs(json: &mut String, answered: &Answered) {
    let (queued, evaluated) = (answered.queued.as_secs_f64(), answered.evaluated.as_secs_f64());
    let total = queued + evaluated;
    let (series, samples) = (answered.answer.series_read, answered.answer.samples_read);
    // Writing to a string never fails.
    let _ =
        write!(json, r#","stats":{{"timings":{{"evalTotalTime":{evaluated},"resultSortTime":0,"#);
    let _ = write!(json, r#""queryPreparationTime":0,"innerEvalTime":{evaluated},"#);
    let _ = write!(json, r#""execQueueTime":{queued},"execTotalTime":{total}}},"#);
    // How many there were at most at a time, or at each step, nobody counts.
    let _ = write!(json, r#""samples":{{"totalQueryableSamples":{samples}}},"#);
    let _ = write!(json, r#""seriesFetched":{series}}}"#);
}

fn put_comma(json: &mut String, at: usize) {
    if at > 0 {
        json.push(',');
    }
}

fn put_sample(json: &mut String, sample: &VectorSample) {
    put_metric(json, &sample.labels);
    match &sample.value {
        SampleValue::Float(number) => {
            json.push_str(r#","value":"#);
            put_point(json, sample.at_ms, *number);
        }
        SampleValue::Histogram(held) => {
            json.push_str(r#","histogram":["#);
            put_time(json, sample.at_ms);
            json.push(',');
            histogram::put(json, held);
            json.push(']');
        }
    }
    json.push('}');
}

/// Writes some of the floats of a series; where to go on, if there are more.
fn put_floats(json: &mut String, series: &SeriesValues, from: usize) -> Option<usize> {
    let floats = &series.floats;
    if floats.is_empty() {
        return None;
    }
    if from == 0 {
        json.push_str(r#","values":["#);
    }
    let to = floats.len().min(from + POINTS_AT_ONCE);
    for (at, (at_ms, number)) in floats[from..to].iter().enumerate() {
        put_comma(json, from + at);
        put_point(json, *at_ms, *number);
    }
    if to < floats.len() {
        return Some(to);
    }
    json.push(']');
    None
}

/// Writes some of the histograms of a series; where to go on, if there are more.
fn put_histograms(json: &mut String, series: &SeriesValues, from: usize) -> Option<usize> {
    let histograms = &series.histograms;
    if histograms.is_empty() {
        return None;
    }
    if from == 0 {
        json.push_str(r#","histograms":["#);
    }
    let to = histograms.len().min(from + POINTS_AT_ONCE);
    for (at, (at_ms, held)) in histograms[from..to].iter().enumerate() {
        put_comma(json, from + at);
        json.push('[');
        put_time(json, *at_ms);
        json.push(',');
        histogram::put(json, held);
        json.push(']');
    }
    if to < histograms.len() {
        return Some(to);
    }
    json.push(']');
    None
}

fn put_notes(json: &mut String, name: &str, notes: &[String]) {
    if !notes.is_empty() {
        json.push(',');
        put_text(json, name);
        json.push(':');
        put_list(json, notes, |json, note| put_text(json, note));
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use promql::{Answer, Moment};
    use series::Histogram;
    use tsdb::Labels;

    use super::*;

    fn written(value: QueryValue, limit: usize) -> (usize, String) {
        let answer = Answer {
            value,
            warnings: Vec::new(),
            infos: vec!["a \"word\"".to_owned()],
            series_read: 2,
            samples_read: 7,
        };
        let (queued, evaluated) = (Duration::ZERO, Duration::from_millis(5));
        let answered = Answered { answer, queued, evaluated };
        let when = When::At(Moment { at_ms: 1_500 });
        let pieces: Vec<String> = Writing::new(answered, when, limit, true).collect();
        (pieces.len(), pieces.concat())
    }

    #[test]
    fn long_answers_come_in_pieces_that_are_one_document() {
        let one = |job: &str, count: i64| SeriesValues {
            labels: Labels::new("up", [("job", job)]).unwrap(),
            floats: (0..count).map(|at| (at * 1_000, 0.1)).collect(),
            histograms: (0..count / 2).map(|at| (at, Arc::new(Histogram::default()))).collect(),
        };
        for count in [0, 1, 2_500, 20_000] {
            let matrix = QueryValue::Matrix(vec![one("a", count), one("b", count)]);
            let (pieces, text) = written(matrix, 0);
            let json: serde_json::Value = serde_json::from_str(&text).unwrap();
            let series = json["data"]["result"].as_array().unwrap();
            assert_eq!(series.len(), 2);
            let values = series[1]["values"].as_array().map_or(0, Vec::len);
            assert_eq!(i64::try_from(values), Ok(count));
            let histograms = series[1]["histograms"].as_array().map_or(0, Vec::len);
            assert_eq!(i64::try_from(histograms), Ok(count / 2));
            assert_eq!(pieces > 1, count > 1_000, "{count}: {pieces}");
            assert_eq!(json["data"]["stats"]["samples"]["totalQueryableSamples"], 7);
            assert_eq!(json["infos"][0], "a \"word\"");
        }
        let (_, text) = written(QueryValue::Matrix(vec![one("a", 1), one("b", 1)]), 1);
        assert!(text.contains(r#""warnings":["results truncated due to limit"]"#), "{text}");
        assert!(!text.contains(r#""job":"b""#), "{text}");
    }
}
