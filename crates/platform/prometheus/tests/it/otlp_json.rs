use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use wire::protobuf::Message;

use crate::{
    house::{Answer, House, V1},
    otlp::{AT_NS, attribute, request, send},
};

const JSON: &str = "application/json";
const PATH: &str = "/otlp/v1/metrics";
const TRACE: &str = "5b8efff798038103d269b633813fc60c";

/// A request of one resource with these metrics.
fn json_request(metrics: &Value) -> Value {
    let named = |name: &str, value: &str| json!({ "key": name, "value": { "stringValue": value } });
    json!({ "resourceMetrics": [{
        "resource": { "attributes": [
            named("service.name", "shop"),
            named("service.namespace", "east"),
            named("service.instance.id", "shop-1"),
            named("host.name", "db1"),
        ] },
        "scopeMetrics": [{ "metrics": metrics }],
    }] })
}

async fn take(house: &House, request: &Value) -> Answer {
    send(house, PATH, JSON, "", request.to_string().into_bytes()).await
}

/// A metric of each kind, with exemplars where a kind has them.
pub(crate) fn every_kind() -> Value {
    let exemplar = |value: f64| {
        json!({ "timeUnixNano": AT_NS.to_string(), "asDouble": value, "spanId": "00f1",
            "traceId": TRACE.to_uppercase(),
            "filteredAttributes": [{ "key": "user.id", "value": { "intValue": "7" } }] })
    };
    let at = AT_NS.to_string();
    let way = json!([{ "key": "http.method", "value": { "stringValue": "GET" } }]);
    json_request(&json!([
        { "name": "depth", "unit": "m", "gauge": { "dataPoints": [
            { "timeUnixNano": AT_NS, "asDouble": 51.248_178_375_505_404, "attributes": way },
            { "timeUnixNano": at, "flags": 1 },
        ] } },
        { "name": "http.requests", "description": "Requests.", "unit": "1", "sum": {
            "aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [
                { "timeUnixNano": at, "asInt": "7", "exemplars": [exemplar(0.5)] },
        ] } },
        { "name": "took", "unit": "s", "histogram": {
            "aggregationTemporality": 2, "dataPoints": [
                { "timeUnixNano": at, "count": "3", "sum": 1.5, "bucketCounts": ["2", 1],
                  "explicitBounds": [0.5], "exemplars": [exemplar(0.5), exemplar(0.75)] },
        ] } },
        { "name": "spread", "exponentialHistogram": {
            "aggregationTemporality": 2, "dataPoints": [
                { "timeUnixNano": at, "count": 6, "sum": 7.5, "zeroCount": "1", "scale": -1,
                  "positive": { "offset": -2, "bucketCounts": ["2", "0", 3] },
                  "exemplars": [exemplar(2.0)] },
        ] } },
        { "name": "size", "summary": { "dataPoints": [
            { "timeUnixNano": at, "count": 4, "sum": 2, "quantileValues": [
                { "quantile": 0.5, "value": 9 }] },
        ] } },
    ]))
}

/// The same as protobuf.
fn every_kind_packed() -> Vec<u8> {
    request(|scope| {
        scope.message(2, |metric| {
            metric.text(1, "depth").text(3, "m").message(5, |gauge| {
                gauge.message(1, |point| {
                    attribute(point, 7, "http.method", "GET");
                    point.fixed64(3, AT_NS).double(4, 51.248_178_375_505_404);
                });
                gauge.message(1, |point| {
                    point.fixed64(3, AT_NS).unsigned(8, 1);
                });
            });
        });
        scope.message(2, |metric| {
            metric.text(1, "http.requests").text(2, "Requests.").text(3, "1").message(7, |sum| {
                sum.unsigned(2, 2).unsigned(3, 1).message(1, |point| {
                    point.fixed64(3, AT_NS).fixed64(6, 7);
                    point.message(5, |one| exemplar(one, 0.5));
                });
            });
        });
        scope.message(2, |metric| {
            metric.text(1, "took").text(3, "s").message(9, |histogram| {
                histogram.unsigned(2, 2).message(1, |point| {
                    point.fixed64(3, AT_NS).fixed64(4, 3).double(5, 1.5);
                    point.bytes(6, &[2_u64, 1].map(u64::to_le_bytes).concat());
                    point.doubles(7, &[0.5]);
                    point
                        .message(8, |one| exemplar(one, 0.5))
                        .message(8, |one| exemplar(one, 0.75));
                });
            });
        });
        scope.message(2, |metric| {
            metric.text(1, "spread").message(10, |histogram| {
                histogram.unsigned(2, 2).message(1, |point| {
                    point.fixed64(3, AT_NS).fixed64(4, 6).double(5, 7.5).zigzag(6, -1);
                    point.fixed64(7, 1).message(8, |positive| {
                        positive.zigzag(1, -2).packed(2, [2, 0, 3]);
                    });
                    point.message(11, |one| exemplar(one, 2.0));
                });
            });
        });
        scope.message(2, |metric| {
            metric.text(1, "size").message(11, |summary| {
                summary.message(1, |point| {
                    point.fixed64(3, AT_NS).fixed64(4, 4).double(5, 2.0).message(6, |quantile| {
                        quantile.double(1, 0.5).double(2, 9.0);
                    });
                });
            });
        });
    })
}

fn exemplar(message: &mut Message, value: f64) {
    let trace = u128::from_str_radix(TRACE, 16).unwrap().to_be_bytes();
    message.fixed64(2, AT_NS).double(3, value).bytes(4, &[0, 0xf1]).bytes(5, &trace);
    message.message(7, |pair| {
        pair.text(1, "user.id").message(2, |any| {
            any.signed(3, 7);
        });
    });
}

/// Everything that a house has: samples, histograms, exemplars, what was said of metrics.
async fn all_of(house: &House) -> [Value; 4] {
    let exemplars = "query_exemplars?start=0&end=1800000001&query=http_requests_total%20or%20\
                     took_seconds_bucket%20or%20spread";
    let [histograms, exemplars, metadata] = ["query?query=spread", exemplars, "metadata"]
        .map(|path| async move { house.get(path).await.json["data"].clone() });
    let samples = json!(house.stored("{__name__!=\"\"}"));
    [samples, histograms.await, exemplars.await, metadata.await]
}

#[tokio::test]
async fn the_same_metrics_by_both_encodings_are_the_same_series() {
    let (protobuf, json, gzip) = (House::new().await, House::new().await, House::new().await);
    let answer = send(&protobuf, PATH, V1, "", every_kind_packed()).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
    let answer = take(&json, &every_kind()).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "{}"));
    assert_eq!(answer.headers["content-type"], JSON);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(every_kind().to_string().as_bytes()).unwrap();
    let media = "application/json; charset=utf-8";
    let path = "/prometheus/api/v1/otlp/v1/metrics";
    let answer = send(&gzip, path, media, "gzip", packed.finish().unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "{}"));
    let expected = all_of(&protobuf).await;
    assert_eq!(all_of(&json).await, expected);
    assert_eq!(all_of(&gzip).await, expected);
    let [samples, histograms, exemplars, metadata] = expected;
    // The depth twice, the counter, two buckets, sums, counts and a quantile, the target's own.
    assert_eq!(samples.as_array().unwrap().len(), 11, "{samples}");
    assert_eq!(histograms["result"][0]["histogram"][1]["count"], "6");
    assert_eq!(exemplars.as_array().unwrap().len(), 4, "{exemplars}");
    assert_eq!(metadata["http_requests_total"][0]["help"], "Requests.");
}

#[tokio::test]
async fn exemplars_lie_with_the_bucket_that_they_fell_into() {
    let house = House::new().await;
    assert_eq!(take(&house, &every_kind()).await.status, 200);
    let path = "query_exemplars?start=0&end=1800000001&query=took_seconds_bucket";
    let answer = house.get(path).await.json;
    let mut found: Vec<(&str, &Value)> =
        answer["data"].as_array().unwrap().iter().fold(Vec::new(), |mut found, series| {
            let le = series["seriesLabels"]["le"].as_str().unwrap();
            found.extend(series["exemplars"].as_array().unwrap().iter().map(|one| (le, one)));
            found
        });
    found.sort_by_key(|(le, _)| *le);
    let labels = json!({ "trace_id": TRACE, "span_id": "00f1", "user_id": "7" });
    let expected = |value: &str| json!({ "labels": labels, "value": value, "timestamp": 1.8e9 });
    assert_eq!(found, [("+Inf", &expected("0.75")), ("0.5", &expected("0.5"))], "{answer}");
}

#[tokio::test]
async fn attributes_that_are_too_long_for_an_exemplar_are_left_out_of_it() {
    let house = House::new().await;
    let long = json!([{ "key": "sql", "value": { "stringValue": "x".repeat(200) } }]);
    let counter = json_request(&json!([{ "name": "c", "sum": {
        "aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [
            { "timeUnixNano": AT_NS, "asInt": 1, "exemplars": [
                { "timeUnixNano": AT_NS, "asInt": 1, "traceId": TRACE, "filteredAttributes": long }
            ] }] } }]));
    assert_eq!(take(&house, &counter).await.status, 200);
    let answer = house.get("query_exemplars?start=0&end=1800000001&query=c_total").await.json;
    let found = &answer["data"][0]["exemplars"][0]["labels"];
    assert_eq!(*found, json!({ "trace_id": TRACE }), "{answer}");
}

#[tokio::test]
async fn what_is_no_json_or_holds_something_else_is_refused_before_anything_is_stored() {
    let house = House::new().await;
    let whole = every_kind().to_string();
    let mut wrong = every_kind();
    let last = &mut wrong["resourceMetrics"][0]["scopeMetrics"][0]["metrics"][4]["summary"];
    last["dataPoints"][0]["count"] = json!("many");
    for (body, packing, status, code, said) in [
        (whole[..whole.len() - 1].to_owned(), "", 400, 3, "read JSON at line 1, column "),
        (wrong.to_string(), "", 400, 3, "metrics[4].summary.dataPoints[0].count: invalid value"),
        (String::new(), "", 400, 3, "in the request: EOF while parsing a value"),
        (whole.clone(), "gzip", 400, 3, "unpack gzip: "),
        (whole, "br", 415, 12, "unsupported compression: br"),
    ] {
        let answer = send(&house, PATH, JSON, packing, body.into_bytes()).await;
        assert_eq!((answer.status.as_u16(), &answer.json["code"]), (status, &json!(code)));
        assert_eq!(answer.headers["content-type"], JSON);
        let message = answer.json["message"].as_str().unwrap();
        assert!(message.contains(said), "{said}: {message}");
    }
    assert_eq!(house.stored("{__name__!=\"\"}"), Vec::<String>::new());
}

#[tokio::test]
async fn what_prometheus_cannot_have_is_a_partial_success_and_all_of_it_a_failure() {
    let house = House::new().await;
    let delta = json!({ "name": "d", "sum": {
        "aggregationTemporality": 1, "isMonotonic": true, "dataPoints": [
            { "timeUnixNano": AT_NS, "asInt": 1 }, { "timeUnixNano": AT_NS + 1, "asInt": 2 }] } });
    let fine = json!({ "name": "fine", "gauge": { "dataPoints": [
        { "timeUnixNano": AT_NS, "asDouble": 0.5 }] } });
    let why = "invalid temporality and type combination for metric \"d\"";
    let answer = take(&house, &json_request(&json!([delta, fine]))).await;
    assert_eq!(answer.status, 200);
    let partial = json!({ "rejectedDataPoints": "2", "errorMessage": why });
    assert_eq!(answer.json, json!({ "partialSuccess": partial }));
    assert_eq!(house.stored("fine").len(), 1);
    let answer = take(&house, &json_request(&json!([delta]))).await;
    assert_eq!((answer.status.as_u16(), answer.json), (400, json!({ "code": 3, "message": why })));
    // What the store does not take counts as well: another value for the same time.
    let mut other = fine.clone();
    other["gauge"]["dataPoints"][0]["asDouble"] = json!(0.75);
    let more = json!({ "name": "more", "gauge": fine["gauge"] });
    let answer = take(&house, &json_request(&json!([other, more]))).await;
    assert_eq!(answer.json["partialSuccess"]["rejectedDataPoints"], "1", "{}", answer.text);
}
