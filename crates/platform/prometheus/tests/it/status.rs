use crate::house::House;

#[tokio::test]
async fn clients_learn_what_answers_and_what_makes_series_many() {
    let house = House::new().await;
    house.have(&[
        ("up", &[("job", "a"), ("instance", "1")]),
        ("up", &[("job", "a"), ("instance", "2")]),
        ("load", &[("job", "a"), ("instance", "1")]),
    ]);
    let build = house.get("status/buildinfo").await.json;
    assert_eq!(build["data"]["version"], "3.5.0");
    assert_eq!(build["data"]["application"], "Mainstay");
    let runtime = house.get("status/runtimeinfo").await.json;
    assert_eq!(runtime["data"]["storageRetention"], "31d");
    assert_eq!(runtime["data"]["corruptionCount"], 0);
    let head = house.get("status/tsdb?limit=2").await.json;
    let data = &head["data"];
    assert_eq!(data["headStats"]["numSeries"], 3, "{head}");
    assert_eq!(data["headStats"]["numLabelPairs"], 5);
    let most = &data["seriesCountByMetricName"];
    assert_eq!(
        *most,
        serde_json::json!([{ "name": "up", "value": 2 }, { "name": "load", "value": 1 }])
    );
    assert_eq!(data["seriesCountByLabelValuePair"][0]["name"], "job=a");
    let flags = house.get("status/flags").await.json;
    assert_eq!(flags["data"]["storage.tsdb.retention.time"], "31d");
    assert!(
        house.get("status/config").await.json["data"]["yaml"].as_str().unwrap().contains("31d")
    );
}
