use std::{collections::BTreeSet, fmt::Write as _};

use kernel::Time;
use serde_json::{Value, json};

use super::{
    Stretch,
    found::{Cell, Found, Series},
    spark,
};
use crate::{cli::QueryOutput, commands::print};

/// Prints values of one moment.
pub(super) fn instant(found: &Found, output: QueryOutput) -> anyhow::Result<()> {
    match output {
        QueryOutput::Json => print::json(&latest(found)),
        QueryOutput::Csv => {
            print!("{}", csv(found));
            Ok(())
        }
        QueryOutput::Table | QueryOutput::Spark => {
            // A range vector has several points.
            let rows = found.series.iter().flat_map(|series| {
                let points = series.points.iter();
                points.map(|(at_ms, cell)| [series.name(), shown(cell), moment(*at_ms)])
            });
            print::table(["series", "value", "at"], rows);
            Ok(())
        }
    }
}

/// Prints values over a stretch of time.
pub(super) fn range(found: &Found, stretch: Stretch, output: QueryOutput) -> anyhow::Result<()> {
    match output {
        QueryOutput::Json => print::json(&over_time(found))?,
        QueryOutput::Csv => print!("{}", csv(found)),
        QueryOutput::Spark => print!("{}", spark::lines(found, stretch)),
        QueryOutput::Table => {
            let header = ["series", "points", "min", "max", "last", "at"];
            print::table(header, found.series.iter().filter_map(summary));
        }
    }
    Ok(())
}

/// One object for each series, with its last value: what scripts have always been given.
fn latest(found: &Found) -> Vec<Value> {
    let several = found.series.iter().any(|series| series.points.len() > 1);
    if several {
        return over_time(found);
    }
    let latest = found.series.iter().filter_map(|series| {
        let (at_ms, cell) = series.points.last()?;
        let mut view =
            json!({ "labels": series.labels, "at": moment(*at_ms), "value": value(cell) });
        if let Cell::Histogram(held) = cell {
            view["histogram"] = held.clone();
        }
        Some(view)
    });
    latest.collect()
}

/// One object for each series, with its points as the series API has them.
fn over_time(found: &Found) -> Vec<Value> {
    let series = found.series.iter().map(|series| {
        let points = series.points.iter().map(|(at_ms, cell)| match cell {
            Cell::Histogram(held) => json!([at_ms, held]),
            other => json!([at_ms, value(other)]),
        });
        json!({ "labels": series.labels, "points": points.collect::<Vec<_>>() })
    });
    series.collect()
}

/// Null where it is not a finite number: JSON has no others.
fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Number(number) => json!(Some(*number).filter(|number| number.is_finite())),
        Cell::Text(text) => json!(text),
        Cell::Histogram(_) => Value::Null,
    }
}

/// A line for each point: its labels, each in a column of its own, its time and its value.
fn csv(found: &Found) -> String {
    let names: BTreeSet<&str> =
        found.series.iter().flat_map(|series| series.labels.keys()).map(String::as_str).collect();
    let mut text = String::new();
    for name in &names {
        text.push_str(&field(name));
        text.push(',');
    }
    text.push_str("time,value\n");
    for series in &found.series {
        let labels = names.iter().map(|name| series.labels.get(*name).map_or("", String::as_str));
        let labels: String = labels.map(|label| field(label) + ",").collect();
        for (at_ms, cell) in &series.points {
            // Writing to a string never fails.
            let _ = writeln!(text, "{labels}{},{}", moment(*at_ms), field(&shown(cell)));
        }
    }
    text
}

/// Source: RFC 4180.
fn field(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Number(number) => spark::number(*number),
        Cell::Text(text) => text.clone(),
        Cell::Histogram(held) => {
            let of = |name: &str| held[name].as_str().unwrap_or_default().to_owned();
            format!("count {} sum {}", of("count"), of("sum"))
        }
    }
}

fn summary(series: &Series) -> Option<[String; 6]> {
    let (at_ms, last) = series.points.last()?;
    let (min, max) = spark::bounds(series);
    Some([
        series.name(),
        series.points.len().to_string(),
        spark::number(min),
        spark::number(max),
        shown(last),
        moment(*at_ms),
    ])
}

fn moment(at_ms: i64) -> String {
    Time::from_millis(at_ms).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn found(points: &[(i64, Cell)]) -> Found {
        let label = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let labels = [label("__name__", "up"), label("path", "a,\"b\"")];
        let other = Series {
            labels: BTreeMap::from([label("job", "x")]),
            points: vec![(2_000, Cell::Number(f64::NAN))],
        };
        Found { series: vec![Series { labels: labels.into(), points: points.to_vec() }, other] }
    }

    #[test]
    fn csv_has_a_column_for_each_label_and_a_line_for_each_point() {
        let text = csv(&found(&[(1_000, Cell::Number(0.5)), (2_000, Cell::Number(1.0))]));
        let expected = "__name__,job,path,time,value\n\
                        up,,\"a,\"\"b\"\"\",1970-01-01T00:00:01Z,0.5\n\
                        up,,\"a,\"\"b\"\"\",1970-01-01T00:00:02Z,1\n\
                        ,x,,1970-01-01T00:00:02Z,NaN\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn json_has_the_last_value_of_each_series_and_null_where_there_is_no_number() {
        let views = latest(&found(&[(1_000, Cell::Number(0.5))]));
        let expected = json!([
            { "labels": { "__name__": "up", "path": "a,\"b\"" }, "at": "1970-01-01T00:00:01Z",
              "value": 0.5 },
            { "labels": { "job": "x" }, "at": "1970-01-01T00:00:02Z", "value": null },
        ]);
        assert_eq!(json!(views), expected);
        let views = latest(&found(&[(1, Cell::Number(0.5)), (2, Cell::Number(1.0))]));
        assert_eq!(views[0]["points"], json!([[1, 0.5], [2, 1.0]]));
    }
}
