use expect_test::expect;

use super::*;
use crate::otlp::{
    Attribute, Exemplar, ExponentialBuckets, ExponentialPoint, HistogramPoint, Metric, MetricKind,
    NumberPoint, ResourceMetrics, SummaryPoint, Temporality, resources,
};

/// A request with these metrics.
fn request(metrics: &str) -> String {
    format!(
        r#"{{"resourceMetrics": [{{
            "resource": {{"attributes": [
                {{"key": "service.name", "value": {{"stringValue": "shop"}}}}
            ], "droppedAttributesCount": 0}},
            "scopeMetrics": [{{"scope": {{"name": "x"}}, "metrics": [{metrics}]}}]
        }}]}}"#
    )
}

/// A request with one point of a gauge.
fn gauge(point: &str) -> String {
    request(&format!(r#"{{"name": "g", "gauge": {{"dataPoints": [{point}]}}}}"#))
}

fn first_metric(message: &[u8]) -> Metric<'_> {
    let resource = resources(message).next().unwrap().unwrap();
    let resource = ResourceMetrics::read(resource).unwrap();
    Metric::read(resource.metrics[0]).unwrap()
}

/// What the point is read as, or why it is none.
fn number(point: &str) -> Result<f64, String> {
    let message = message(gauge(point).as_bytes()).map_err(|fault| fault.to_string())?;
    Ok(NumberPoint::read(first_metric(&message).points[0]).unwrap().value)
}

fn attribute(value: &str) -> Result<String, String> {
    let point = format!(r#"{{"attributes": [{{"key": "a", "value": {value}}}]}}"#);
    let message = message(gauge(&point).as_bytes()).map_err(|fault| fault.to_string())?;
    let point = NumberPoint::read(first_metric(&message).points[0]).map_err(|f| f.to_string())?;
    Ok(point.frame.attributes[0].value.clone().into_owned())
}

#[test]
fn points_of_every_kind_are_read() {
    let text = request(
        r#"{"name": "http.requests", "description": "Requests.", "unit": "1", "sum": {
            "aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [{
                "attributes": [{"key": "method", "value": {"stringValue": "GET"}}],
                "startTimeUnixNano": "1", "timeUnixNano": "1800000000000000001", "asInt": "-7",
                "exemplars": [{"timeUnixNano": 5, "asDouble": 0.25, "spanId": "00F1",
                    "traceId": "5b8efff798038103d269b633813fc60c", "filteredAttributes": [
                        {"key": "who", "value": {"stringValue": "me"}}]}]
            }]}},
        {"name": "took", "histogram": {"aggregationTemporality": 1, "dataPoints": [
            {"timeUnixNano": 9, "count": "3", "sum": 1.5, "min": 0, "bucketCounts": ["2", 1],
             "explicitBounds": [0.5]}]}},
        {"name": "exp", "exponentialHistogram": {"dataPoints": [
            {"count": 3, "scale": -1, "zeroCount": "1", "zeroThreshold": 0.125,
             "positive": {"offset": -2, "bucketCounts": ["1", 1]}, "negative": null}]}},
        {"name": "sum", "summary": {"dataPoints": [
            {"count": 3, "sum": 2, "flags": 1, "quantileValues": [{"quantile": 0.5, "value": 7}]}]}}
        "#,
    );
    let message = message(text.as_bytes()).unwrap();
    let resource = ResourceMetrics::read(resources(&message).next().unwrap().unwrap()).unwrap();
    let named = |name, value: &'static str| Attribute { name, value: value.into() };
    assert_eq!(resource.attributes, [named("service.name", "shop")]);
    let metrics: Vec<Metric<'_>> =
        resource.metrics.iter().map(|part| Metric::read(*part).unwrap()).collect();
    let sum = &metrics[0];
    assert_eq!((sum.name, sum.unit, sum.description), ("http.requests", "1", "Requests."));
    assert_eq!((sum.kind, sum.monotonic), (Some(MetricKind::Sum), true));
    assert_eq!(sum.temporality, Temporality::Cumulative);
    let point = NumberPoint::read(sum.points[0]).unwrap();
    assert_eq!((point.value, point.frame.at_ns), (-7.0, 1_800_000_000_000_000_001));
    assert_eq!(point.frame.attributes, [named("method", "GET")]);
    let trace_id = 0x5b8e_fff7_9803_8103_d269_b633_813f_c60c_u128.to_be_bytes();
    let exemplar = Exemplar {
        attributes: vec![named("who", "me")],
        at_ns: 5,
        value: 0.25,
        trace_id: &trace_id,
        span_id: &[0, 0xf1],
    };
    assert_eq!(point.frame.exemplars, [exemplar]);
    assert_eq!(metrics[1].temporality, Temporality::Delta);
    let histogram = HistogramPoint::read(metrics[1].points[0]).unwrap();
    assert_eq!((histogram.bucket_counts, histogram.bounds), (vec![2, 1], vec![0.5]));
    assert_eq!((histogram.count, histogram.sum), (3, Some(1.5)));
    let exponential = ExponentialPoint::read(metrics[2].points[0]).unwrap();
    assert_eq!((exponential.scale, exponential.zero_count), (-1, 1));
    assert_eq!((exponential.sum, exponential.zero_threshold), (None, 0.125));
    assert_eq!(exponential.positive, ExponentialBuckets { offset: -2, counts: vec![1, 1] });
    assert_eq!(exponential.negative, ExponentialBuckets::default());
    let summary = SummaryPoint::read(metrics[3].points[0]).unwrap();
    assert!(summary.frame.is_gap);
    assert_eq!((summary.sum, summary.quantiles), (2.0, vec![(0.5, 7.0)]));
}

#[test]
fn numbers_are_exactly_what_was_written() {
    for (written, bits) in [
        // The last bit of these is lost by reading digits the quick way.
        ("51.248178375505404", 51.248_178_375_505_404_f64.to_bits()),
        ("1.7976931348623157e308", f64::MAX.to_bits()),
        ("-0", (-0.0_f64).to_bits()),
        ("-0.0", (-0.0_f64).to_bits()),
        ("3", 3.0_f64.to_bits()),
        ("\"0.1\"", 0.1_f64.to_bits()),
        ("\"NaN\"", f64::NAN.to_bits()),
        ("\"Infinity\"", f64::INFINITY.to_bits()),
        ("\"-Infinity\"", f64::NEG_INFINITY.to_bits()),
        ("null", 0.0_f64.to_bits()),
    ] {
        let read = number(&format!(r#"{{"asDouble": {written}}}"#)).unwrap();
        assert_eq!(read.to_bits(), bits, "{written}");
    }
    for (written, value) in
        [("\"9007199254740993\"", 9_007_199_254_740_992.0), ("-5", -5.0), ("7.0", 7.0)]
    {
        assert_eq!(number(&format!(r#"{{"asInt": {written}}}"#)), Ok(value), "{written}");
    }
}

#[test]
fn attributes_of_all_kinds_are_read() {
    for (written, value) in [
        (r#"{"boolValue": true}"#, "true"),
        (r#"{"intValue": "-9223372036854775808"}"#, "-9223372036854775808"),
        (r#"{"doubleValue": 0.5}"#, "0.5"),
        (r#"{"bytesValue": "YWI="}"#, "YWI="),
        (r#"{"bytesValue": "__8"}"#, "//8="),
        (r#"{"arrayValue": {"values": [{"stringValue": "a\""}, {}]}}"#, r#"["a\"",null]"#),
        (r#"{"kvlistValue": {"values": [{"key": "k", "value": {"intValue": 2}}]}}"#, r#"{"k":2}"#),
        ("{}", ""),
    ] {
        assert_eq!(attribute(written).as_deref(), Ok(value), "{written}");
    }
}

#[test]
fn names_that_are_not_known_and_nulls_are_passed_over() {
    let text = r#"{"new": [{"a": [1, null]}], "resource_metrics": 7, "resourceMetrics": null}"#;
    assert_eq!(message(text.as_bytes()), Ok(Vec::new()));
    assert_eq!(message(b" {} \n"), Ok(Vec::new()));
    assert_eq!(number(r#"{"as_double": "x", "asDouble": 2, "later": {"x": []}}"#), Ok(2.0));
}

#[test]
fn what_is_wrong_with_the_request_is_told_with_the_place() {
    let refused = [
        "",
        "[]",
        "{} {}",
        "{\"resourceMetrics\": [\n{}, 7]}",
        "{\"resourceMetrics\": {}}",
        r#"{"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "a""#,
    ];
    let said = refused.map(|text| {
        let JsonFault { line, column, place, what } = message(text.as_bytes()).unwrap_err();
        format!("{line}:{column} {place}: {what}")
    });
    expect![[r#"
        1:0 the request: EOF while parsing a value
        1:0 the request: invalid type: sequence, expected an object: ExportMetricsServiceRequest
        1:4 the request: trailing characters
        2:5 resourceMetrics[1]: invalid type: integer `7`, expected an object: ResourceMetrics
        1:20 resourceMetrics: invalid type: map, expected a list
        1:64 resourceMetrics[0].scopeMetrics[0].metrics[0]: EOF while parsing an object"#]]
    .assert_eq(&said.join("\n"));
    let fault = message(b"{\"resourceMetrics\": 1}").unwrap_err();
    assert_eq!(
        fault.to_string(),
        "read JSON at line 1, column 21, in resourceMetrics: invalid type: integer `1`, \
         expected a list"
    );
}

/// The field, from its point or metric on, and what is wrong.
fn wrong(text: &str) -> String {
    let fault = message(text.as_bytes()).unwrap_err();
    let place = fault.place.split_once("metrics[0].").map_or("", |(_, place)| place);
    format!("{}: {}", place.trim_start_matches("gauge.dataPoints[0]."), fault.what)
}

#[test]
fn what_is_wrong_with_a_field_is_told_with_what_belongs_there() {
    let refused = [
        r#"{"timeUnixNano": "now"}"#,
        r#"{"timeUnixNano": -1}"#,
        r#"{"asInt": 1.5}"#,
        r#"{"asInt": "9223372036854775808"}"#,
        r#"{"asDouble": "inf"}"#,
        r#"{"asDouble": {}}"#,
        r#"{"flags": 4294967296}"#,
        r#"{"attributes": [{"key": 1}]}"#,
        r#"{"attributes": {}}"#,
        r#"{"attributes": [{"value": {"boolValue": "yes"}}]}"#,
        r#"{"attributes": [{"value": {"bytesValue": "?"}}]}"#,
        r#"{"exemplars": [{"traceId": "abc"}]}"#,
        r#"{"exemplars": [{"traceId": "é"}]}"#,
        r#"{"exemplars": [null]}"#,
    ];
    let mut said: Vec<String> = refused.iter().map(|point| wrong(&gauge(point))).collect();
    let named = r#"{"sum": {"aggregationTemporality": "DELTA"}}"#;
    said.push(wrong(&request(named)));
    expect![[r#"
        timeUnixNano: invalid value: string "now", expected a whole number of 64 bits, unsigned
        timeUnixNano: invalid value: integer `-1`, expected a whole number of 64 bits, unsigned
        asInt: invalid value: floating point `1.5`, expected a whole number of 64 bits
        asInt: invalid value: string "9223372036854775808", expected a whole number of 64 bits
        asDouble: invalid value: string "inf", expected a number, "NaN", "Infinity" or "-Infinity"
        asDouble: invalid type: map, expected a number, "NaN", "Infinity" or "-Infinity"
        flags: invalid value: integer `4294967296`, expected a whole number of 32 bits, unsigned
        attributes[0].key: invalid value: integer `1`, expected a text
        attributes: invalid type: map, expected a list
        attributes[0].value.boolValue: invalid value: string "yes", expected true or false
        attributes[0].value.bytesValue: invalid value: string "?", expected bytes in base64
        exemplars[0].traceId: invalid value: string "abc", expected bytes in hex
        exemplars[0].traceId: invalid value: string "é", expected bytes in hex
        exemplars[0]: invalid type: null, expected an object: Exemplar
        sum.aggregationTemporality: invalid value: string "DELTA", expected an enum's number"#]]
    .assert_eq(&said.join("\n"));
}

#[test]
fn values_that_lie_too_deep_in_each_other_are_refused() {
    let nested = |depth| {
        let (open, close) = (r#"{"arrayValue":{"values":["#, "]}}");
        format!("{}{}", open.repeat(depth), close.repeat(depth))
    };
    assert!(attribute(&nested(10)).is_ok());
    let refused = attribute(&nested(20)).unwrap_err();
    assert!(refused.contains("lists that lie too deep in each other"), "{refused}");
    for depth in [60, 10_000] {
        let refused = attribute(&nested(depth)).unwrap_err();
        assert!(refused.contains("values that lie too deep in each other"), "{refused}");
        assert!(refused.len() < 3_000, "{refused}");
    }
}

#[test]
fn long_texts_are_not_said_again_as_a_whole() {
    let fault = message(gauge(&format!(r#"{{"asDouble": "{}"}}"#, "é".repeat(5_000))).as_bytes());
    let fault = fault.unwrap_err();
    assert_eq!(fault.what.chars().count(), WHAT_CHARS_MAX + 1);
    assert_eq!(fault.place.split('.').next_back(), Some("asDouble"));
}
