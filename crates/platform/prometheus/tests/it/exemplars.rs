use serde_json::json;
use wire::protobuf::Message;

use crate::house::{House, NOW_MS, V1, V2};

const NORTH: &str = "01890a5d-ac96-774b-bcce-b302099a8011";

/// One series with one sample and exemplars, as version 1.0 has it.
fn v1(labels: &[(&str, &str)], exemplars: &[(&str, i64, f64)]) -> Vec<u8> {
    let mut request = Message::new();
    request.message(1, |series| {
        for (name, value) in labels {
            series.message(1, |label| {
                label.text(1, name).text(2, value);
            });
        }
        series.message(2, |sample| {
            sample.double(1, 1.0).signed(2, NOW_MS);
        });
        for (trace, at_ms, value) in exemplars {
            series.message(3, |exemplar| {
                exemplar.message(1, |label| {
                    label.text(1, "trace_id").text(2, trace);
                });
                exemplar.double(2, *value).signed(3, *at_ms);
            });
        }
    });
    request.into_bytes()
}

/// The same as version 2.0 has it.
fn v2(metric: &str, trace: &str, at_ms: i64) -> Vec<u8> {
    let mut request = Message::new();
    for symbol in ["", "__name__", metric, "trace_id", trace] {
        request.text(4, symbol);
    }
    request.message(5, |series| {
        series.packed(1, [1, 2]);
        series.message(2, |sample| {
            sample.double(1, 1.0).signed(2, at_ms);
        });
        series.message(4, |exemplar| {
            exemplar.packed(1, [3, 4]);
            exemplar.double(2, 0.5).signed(3, at_ms);
        });
    });
    request.into_bytes()
}

#[tokio::test]
async fn exemplars_are_kept_and_found_by_the_selectors_of_a_query() {
    let house = House::new().await;
    let long = "x".repeat(130);
    let exemplars = [("a", NOW_MS - 1_500, 0.25), (&long, NOW_MS - 1_000, 9.0), ("b", NOW_MS, 2.0)];
    let labels = [("__name__", "took_bucket"), ("le", "1")];
    assert_eq!(house.write(V1, &v1(&labels, &exemplars)).await.status, 204);
    let answer = house.write(V2, &v2("took_sum", "c", NOW_MS)).await;
    assert_eq!((answer.status.as_u16(), answer.written()), (204, Some([1, 0, 1])));
    let path = "query_exemplars?query=rate%28took_bucket%5B5m%5D%29%2Bup&start=0&end=1800000001";
    let found = house.get(path).await.json;
    assert_eq!(
        found["data"],
        json!([{
            "seriesLabels": { "__name__": "took_bucket", "le": "1" },
            "exemplars": [
                { "labels": { "trace_id": "a" }, "value": "0.25", "timestamp": 1_799_999_998.5 },
                { "labels": { "trace_id": "b" }, "value": "2", "timestamp": 1_800_000_000.0 },
            ],
        }]),
        "one that is too long is left out"
    );
    let found = house.get("query_exemplars?query=took_sum").await.json;
    assert_eq!(found["data"][0]["exemplars"][0]["labels"]["trace_id"], "c", "{found}");
    let before = "query_exemplars?query=took_sum&start=0&end=1";
    assert_eq!(house.get(before).await.json["data"], json!([]));
    assert_eq!(house.get("query_exemplars?query=1").await.json["data"], json!([]));
    let refused = house.get("query_exemplars?query=up%7B").await;
    let (status, kind, _) = refused.error();
    assert_eq!((status, kind), (400, "bad_data"));
}

#[tokio::test]
async fn exemplars_of_series_that_the_caller_does_not_see_are_not_shown() {
    let house = House::new().await;
    let north = house.resource("north", NORTH).await;
    for resource in [north.as_str(), "01890a5d-ac96-774b-bcce-b302099a8099"] {
        let labels = [("__name__", "took_sum"), ("resource", resource)];
        assert_eq!(house.write(V1, &v1(&labels, &[("t", NOW_MS, 1.0)])).await.status, 204);
    }
    let path = "query_exemplars?query=took_sum";
    assert_eq!(house.get(path).await.json["data"].as_array().unwrap().len(), 2);
    let found = house.get_within(path, NORTH).await.json;
    assert_eq!(found["data"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found["data"][0]["seriesLabels"]["resource"], north.as_str());
}
