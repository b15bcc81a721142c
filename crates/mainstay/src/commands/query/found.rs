use std::collections::BTreeMap;

use anyhow::bail;
use serde_json::Value;

/// What a server answered to a query.
#[derive(Debug, PartialEq)]
pub(super) struct Found {
    pub(super) series: Vec<Series>,
}

/// One series; a number and a text by themselves have no labels.
#[derive(Debug, PartialEq)]
pub(super) struct Series {
    pub(super) labels: BTreeMap<String, String>,
    /// Milliseconds since 1970 with what holds then, ascending.
    pub(super) points: Vec<(i64, Cell)>,
}

/// What holds at a moment.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Number(f64),
    Text(String),
    /// A native histogram, as the server writes it.
    Histogram(Value),
}

impl Found {
    /// Reads the answer of `query` and `query_range`; says on standard error what the server says
    /// about it. Errors: it is another answer.
    pub(super) fn read(answer: &Value) -> anyhow::Result<Self> {
        for (list, word) in [("warnings", "warning"), ("infos", "info")] {
            for said in answer[list].as_array().into_iter().flatten().filter_map(Value::as_str) {
                eprintln!("mainstay: {word}: {said}");
            }
        }
        let result = &answer["data"]["result"];
        let series = match (answer["data"]["resultType"].as_str(), result.as_array()) {
            (Some("vector" | "matrix"), Some(items)) => items.iter().map(Series::read).collect(),
            (Some("scalar"), Some(_)) => vec![Series::alone(point(result, number))],
            (Some("string"), Some(_)) => vec![Series::alone(point(result, text))],
            _ => bail!("the server answered without a result; is it a Mainstay server?"),
        };
        Ok(Self { series })
    }
}

impl Series {
    fn alone(point: Option<(i64, Cell)>) -> Self {
        Self { labels: BTreeMap::new(), points: point.into_iter().collect() }
    }

    fn read(item: &Value) -> Self {
        let labels = item["metric"].as_object().into_iter().flatten();
        let labels =
            labels.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.into())));
        let list = |name: &str| item[name].as_array().into_iter().flatten();
        let mut points: Vec<(i64, Cell)> =
            list("values").filter_map(|at| point(at, number)).collect();
        points.extend(list("histograms").filter_map(|at| point(at, histogram)));
        points.extend(point(&item["value"], number));
        points.extend(point(&item["histogram"], histogram));
        points.sort_by_key(|(at_ms, _)| *at_ms);
        Self { labels: labels.collect(), points }
    }

    /// `name{a="b"}`, without quotes, as people read it.
    pub(super) fn name(&self) -> String {
        let pairs = self.labels.iter().filter(|(name, _)| *name != "__name__");
        let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
        let name = self.labels.get("__name__").map_or("", String::as_str);
        format!("{name}{{{}}}", pairs.join(","))
    }
}

fn point(pair: &Value, cell: impl Fn(&Value) -> Option<Cell>) -> Option<(i64, Cell)> {
    Some(((pair[0].as_f64()? * 1_000.0).round() as i64, cell(&pair[1])?))
}

fn number(value: &Value) -> Option<Cell> {
    Some(Cell::Number(match value.as_str()? {
        "+Inf" => f64::INFINITY,
        "-Inf" => f64::NEG_INFINITY,
        text => text.parse().ok()?,
    }))
}

fn text(value: &Value) -> Option<Cell> {
    Some(Cell::Text(value.as_str()?.to_owned()))
}

fn histogram(value: &Value) -> Option<Cell> {
    Some(Cell::Histogram(value.clone()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: &str, result: &Value) -> Vec<Series> {
        Found::read(&json!({ "data": { "resultType": kind, "result": result } })).unwrap().series
    }

    #[test]
    fn every_type_of_answer_is_read() {
        let up = json!({ "__name__": "up", "job": "a" });
        let [one] = &read("vector", &json!([{ "metric": up, "value": [1.5, "+Inf"] }]))[..] else {
            panic!("one series");
        };
        assert_eq!(one.name(), "up{job=a}");
        assert_eq!(one.points, [(1_500, Cell::Number(f64::INFINITY))]);
        let held = json!({ "count": "1", "sum": "2" });
        let matrix = json!([{ "metric": up, "values": [[1, "1"], [3, "2"]],
            "histograms": [[2, held]] }]);
        let [one] = &read("matrix", &matrix)[..] else { panic!("one series") };
        let expected = [
            (1_000, Cell::Number(1.0)),
            (2_000, Cell::Histogram(held)),
            (3_000, Cell::Number(2.0)),
        ];
        assert_eq!(one.points, expected);
        assert_eq!(read("scalar", &json!([1, "2"]))[0].points, [(1_000, Cell::Number(2.0))]);
        let [one] = &read("string", &json!([1, "x"]))[..] else { panic!("one series") };
        assert_eq!((one.name().as_str(), &one.points[0].1), ("{}", &Cell::Text("x".to_owned())));
        assert!(Found::read(&json!({ "items": [] })).is_err());
    }
}
