use serde_json::json;

use crate::house::{MINUTE, house};

const FILE: &str = r#"
groups:
- name: g
  interval: 30s
  rules:
  - {record: total, expr: "sum(load)", labels: {team: ops}}
  - {alert: Busy, expr: "load>1", for: 1m, labels: {severity: page},
     annotations: {text: "{{ $labels.i }} has {{ $value }}"}}
- {name: empty}
"#;

#[tokio::test]
async fn rules_and_alerts_are_shown_as_prometheus_shows_them() {
    let house = house().await;
    house.upload("a.yml", FILE).await;
    let shown = house.shown("").await;
    assert_eq!(shown[1]["rules"][0]["health"], "unknown");
    assert_eq!(shown[1]["lastEvaluation"], "0001-01-01T00:00:00Z");
    house.sample("load", &[("i", "1")], 0, 5.0);
    house.evaluate_after(MINUTE).await;
    let shown = house.shown("").await;
    let group = &shown[1];
    assert_eq!((&group["name"], &group["file"]), (&json!("g"), &json!("a.yml")));
    assert_eq!((&group["interval"], &group["limit"]), (&json!(30.0), &json!(0)));
    let record = &group["rules"][0];
    assert_eq!(record["type"], "recording");
    assert_eq!((&record["health"], &record["labels"]), (&json!("ok"), &json!({"team": "ops"})));
    let alerting = &group["rules"][1];
    assert_eq!((&alerting["state"], &alerting["duration"]), (&json!("pending"), &json!(60.0)));
    assert_eq!(alerting["query"], "load > 1");
    let alert = &alerting["alerts"][0];
    assert_eq!(alert["value"], "5e+00");
    assert_eq!(alert["annotations"]["text"], "1 has 5");
    assert_eq!(alert["labels"], json!({"alertname": "Busy", "i": "1", "severity": "page"}));

    house.evaluate_after(MINUTE).await;
    let alerts = house.client.get("/prometheus/api/v1/alerts").await;
    assert_eq!(alerts.json["data"]["alerts"][0]["state"], "firing");
    let points = house.points("ALERTS");
    assert!(points.iter().any(|point| point.contains("alertstate=\"firing\"")), "{points:?}");
}

#[tokio::test]
async fn rules_are_chosen_and_paged() {
    let house = house().await;
    house.upload("a.yml", FILE).await;
    house.upload("b.yml", "groups: [{name: h, rules: [{record: x, expr: up}]}]").await;
    let names = |groups: serde_json::Value| {
        let groups = groups.as_array().unwrap().clone();
        groups.iter().map(|g| g["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(house.shown("").await), ["empty", "g", "h"]);
    assert_eq!(names(house.shown("?type=alert").await), ["g"]);
    assert_eq!(names(house.shown("?rule_name[]=x").await), ["h"]);
    assert_eq!(names(house.shown("?file[]=a.yml&rule_group[]=g").await), ["g"]);
    assert_eq!(names(house.shown("?match[]={team=%22ops%22}").await), ["g"]);
    let first = house.client.get("/prometheus/api/v1/rules?group_limit=2").await;
    let token = first.json["data"]["groupNextToken"].as_str().unwrap().to_owned();
    let query = format!("?group_limit=2&group_next_token={token}");
    assert_eq!(names(house.shown(&query).await), ["h"]);
    for (wrong, said) in [
        ("type=x", r#""type": not supported value "x""#),
        ("group_limit=0", r#""group_limit": group_limit needs to be greater than 0"#),
        ("group_limit=x", r#""group_limit": group_limit needs to be a valid number: "x""#),
        (
            "group_limit=1&group_next_token=x",
            r#""group_next_token": invalid group_next_token 'x'. were rule groups changed?"#,
        ),
        ("match[]=up{", r#""match[]": 1:4: parse error: unexpected end of input inside braces"#),
    ] {
        let answer = house.client.get(&format!("/prometheus/api/v1/rules?{wrong}")).await;
        assert_eq!((answer.status.as_u16(), &answer.json["errorType"]), (400, &"bad_data".into()));
        assert_eq!(answer.json["error"], format!("invalid parameter {said}"), "{wrong}");
    }
}
