use kernel::{Clock, Time};
use serde_json::json;
use tsdb::{Labels, Sample, SeriesStore};

use crate::house::House;

/// Two counters of an hour, a sample every 10 s; the second restarts in the middle.
async fn measured() -> (House, i64) {
    let house = House::new().await;
    let now_ms = house.clock.now().millis();
    let mut batch = Vec::new();
    for (host, restart) in [("a", 1_000), ("b", 180)] {
        let labels = Labels::new("bytes_total", [("host", host)]).unwrap();
        for at in 0..=360_i64 {
            let count = if at < restart { at } else { at - restart + 1 };
            let at_ms = now_ms - 3_600_000 + at * 10_000;
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            batch.push(Sample { labels: labels.clone(), at_ms, value: count as f64 * 50.0 });
        }
    }
    house.series.append(&batch).unwrap();
    (house, now_ms)
}

#[tokio::test]
async fn a_rate_over_an_hour_is_right_also_where_the_counter_restarted() {
    let (house, now_ms) = measured().await;
    let (from, to) = (Time::from_millis(now_ms - 1_800_000), Time::from_millis(now_ms));
    let path =
        format!("/api/v1/series?selector=bytes_total&from={from}&to={to}&step_s=60&derive=rate");
    let answer = house.client().get(&path).await;
    let series = answer.json["series"].as_array().unwrap();
    assert_eq!(
        (answer.status.as_u16(), series.len(), &answer.json["step_s"]),
        (200, 2, &json!(60))
    );
    assert_eq!(series[0]["labels"], json!({ "__name__": "bytes_total", "host": "a" }));
    for one in series {
        let points = one["points"].as_array().unwrap();
        assert_eq!(points.len(), 31);
        assert_eq!(points[30][0], json!(now_ms));
        assert!(points.iter().all(|point| point[1] == json!(5.0)), "{one}");
    }
}

#[tokio::test]
async fn without_a_range_the_last_hour_comes_in_at_most_500_points() {
    let (house, _) = measured().await;
    let path = "/api/v1/series?selector=bytes_total%7Bhost%3D%22a%22%7D";
    let answer = house.client().get(path).await;
    let points = answer.json["series"][0]["points"].as_array().unwrap();
    assert_eq!((points.len(), &answer.json["step_s"]), (361, &json!(10)));
    assert_eq!(points[360][1], json!(18_000.0));
}

#[tokio::test]
async fn latest_values_are_not_older_than_five_minutes() {
    let (house, now_ms) = measured().await;
    let client = house.client();
    let answer = client.get("/api/v1/series/latest?selector=bytes_total").await;
    let items = answer.json["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[1]["value"]), (2, &json!(9_050.0)));
    assert_eq!(items[0]["at"], json!(Time::from_millis(now_ms).to_string()));
    house.clock.advance(std::time::Duration::from_secs(301));
    let answer = client.get("/api/v1/series/latest?selector=bytes_total").await;
    assert_eq!(answer.json["items"], json!([]));
}

#[tokio::test]
async fn wrong_selectors_ranges_and_steps_are_named() {
    let (house, _) = measured().await;
    let client = house.client();
    for (query, field) in [
        ("selector=up%7B", "selector"),
        ("selector=", "selector"),
        ("selector=%7Ba%3D%22%22%7D", "selector"),
        ("selector=up&from=2027-01-02T00:00:00Z&to=2027-01-01T00:00:00Z", "to"),
        ("selector=up&from=1900-01-01T00:00:00Z&to=2027-01-01T00:00:00Z", "to"),
        ("selector=up&step_s=0", "step_s"),
        ("selector=up&step_s=1", "step_s"),
        ("selector=up&from=yesterday", "from"),
        ("selector=up&derive=guess", "derive"),
        ("", "selector"),
    ] {
        let answer = client.get(&format!("/api/v1/series?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert_eq!(answer.json["fields"][0]["field"], field, "{query}");
    }
}

#[tokio::test]
async fn more_than_a_thousand_series_are_refused() {
    let house = House::new().await;
    let at_ms = house.clock.now().millis();
    let sample = |number: u32| {
        let labels = Labels::new("many", [("n", number.to_string())]).unwrap();
        Sample { labels, at_ms, value: 1.0 }
    };
    house.series.append(&(0..1_001).map(sample).collect::<Vec<_>>()).unwrap();
    let client = house.client();
    for path in ["series", "series/latest"] {
        let answer = client.get(&format!("/api/v1/{path}?selector=many")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json["fields"][0]["field"].as_str()),
            (400, Some("selector"))
        );
    }
    let fewer = client.get("/api/v1/series/latest?selector=many%7Bn%3D~%221..%22%7D").await;
    assert_eq!(fewer.json["items"].as_array().unwrap().len(), 100);
}
