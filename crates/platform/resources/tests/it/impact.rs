use kernel::Within;
use serde_json::{Value, json};

use crate::house::{House, fields, house};

/// payroll depends on app1 and app2, which run on a host each; host1 has a disk.
async fn payroll(house: &House) -> Vec<String> {
    let mut ids = Vec::new();
    for (kind, name) in [
        ("business-system", "payroll"),
        ("service", "app1"),
        ("service", "app2"),
        ("host", "host1"),
        ("host", "host2"),
        ("disk", "sda"),
    ] {
        ids.push(house.make(kind, name).await);
    }
    for (relation, from, to) in [
        ("depends-on", 0, 1),
        ("depends-on", 0, 2),
        ("runs-on", 1, 3),
        ("runs-on", 2, 4),
        ("part-of", 5, 3),
    ] {
        assert_eq!(house.relate(relation, &ids[from], &ids[to]).await.status, 201);
    }
    ids
}

/// `name severity` of each that is affected.
fn told(impact: &Value) -> String {
    let affected = impact["affected"].as_array().unwrap_or_else(|| panic!("{impact}")).iter();
    let line = |one: &Value| {
        let name = one["resource"]["name"].as_str().unwrap();
        format!("{name} {}", one["severity"].as_str().unwrap())
    };
    affected.map(line).collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn impact_is_told_up_and_down_with_reasons_and_redundancy() {
    let house = house().await;
    let ids = payroll(&house).await;
    let up = |id: &str| format!("/api/v1/resources/{id}/impact");
    let impact = house.client.get(&up(&ids[3])).await.json;
    assert_eq!(told(&impact), "app1 down, payroll down");
    assert_eq!(
        told(&house.client.get(&up(&ids[5])).await.json),
        "host1 degraded, app1 degraded, payroll degraded"
    );

    let groups = json!({"groups": [{"name": "apps", "relation": "depends-on", "count": 1}]});
    let path = format!("/api/v1/resources/{}/redundancies", ids[0]);
    let set = house.client.send("PUT", &path, Some(groups.to_string()), None).await;
    assert_eq!(set.status, 200, "{}", set.json);
    let kept = json!({"name": "apps", "relation": "depends-on", "count": 1, "members": []});
    assert_eq!(house.client.get(&path).await.json["items"], json!([kept]));
    let impact = house.client.get(&up(&ids[3])).await.json;
    assert_eq!(told(&impact), "app1 down, payroll at-risk");
    let reason = &impact["affected"][1]["path"][1];
    assert_eq!((&reason["working"], &reason["of"]), (&json!(1), &json!(2)));
    assert_eq!(reason["suffices"]["en"], "1 of 2 suffice");
    let both = json!({"failed": [ids[3], ids[4]]});
    let impact = house.client.post("/api/v1/impact", both).await.json;
    assert_eq!(told(&impact), "app1 down, app2 down, payroll down");
    let down = house.client.get(&format!("{}?direction=down", up(&ids[0]))).await.json;
    assert_eq!(
        told(&down),
        "app1 at-risk, app2 at-risk, host1 at-risk, host2 at-risk, sda at-risk"
    );
    let shallow = house.client.get(&format!("{}?depth=1", up(&ids[5]))).await.json;
    assert_eq!(
        (told(&shallow), &shallow["cut_off"]),
        ("host1 degraded".to_owned(), &json!("depth"))
    );
}

#[tokio::test]
async fn impact_as_of_a_moment_follows_the_relations_of_then() {
    let house = house().await;
    let ids = payroll(&house).await;
    let then = kernel::Clock::now(&house.clock);
    house.clock.advance(std::time::Duration::from_secs(60));
    let path = format!("/api/v1/resources/{}/relations", ids[1]);
    let relations = house.client.get(&path).await.json;
    let runs_on =
        relations["items"].as_array().unwrap().iter().find(|one| one["kind"] == "runs-on").unwrap()
            ["id"]
            .as_str()
            .unwrap()
            .to_owned();
    let ended = house.client.delete(&format!("/api/v1/relations/{runs_on}"), None).await;
    assert_eq!(ended.status, 204);
    let path = format!("/api/v1/resources/{}/impact", ids[3]);
    assert_eq!(told(&house.client.get(&path).await.json), "");
    let past = house.client.get(&format!("{path}?as_of={then}")).await.json;
    assert_eq!(told(&past), "app1 down, payroll down");
}

#[tokio::test]
async fn impact_tells_nothing_of_what_the_caller_does_not_see() {
    let house = house().await;
    let ids = payroll(&house).await;
    let within = Within { resources: [ids[3].clone(), ids[1].clone()].into(), ..Within::default() };
    let scoped = house.client.holding(&["resource.read"], &within);
    let impact = scoped.get(&format!("/api/v1/resources/{}/impact", ids[3])).await.json;
    assert_eq!(told(&impact), "app1 down");
    assert_eq!(impact["seen"], 2);
    assert_eq!(scoped.get(&format!("/api/v1/resources/{}/impact", ids[4])).await.status, 404);
    let failed = json!({"failed": [ids[3], ids[4]]});
    assert_eq!(scoped.post("/api/v1/impact", failed).await.status, 404);
}

#[tokio::test]
async fn wrong_questions_and_groups_are_named() {
    let house = house().await;
    let ids = payroll(&house).await;
    let path = format!("/api/v1/resources/{}/impact", ids[0]);
    for (query, field) in
        [("depth=0", "depth"), ("depth=51", "depth"), ("direction=left", "direction")]
    {
        let answer = house.client.get(&format!("{path}?{query}")).await;
        assert_eq!((answer.status.as_u16(), fields(&answer.json)), (400, vec![field]), "{query}");
    }
    let none = house.client.post("/api/v1/impact", json!({"failed": []})).await;
    assert_eq!(fields(&none.json), ["failed"]);
    let path = format!("/api/v1/resources/{}/redundancies", ids[0]);
    for (group, field) in [
        (json!({"name": "", "relation": "depends-on", "count": 1}), "groups.0.name"),
        (json!({"name": "x", "relation": "nosuch", "count": 1}), "groups.0.relation"),
        (json!({"name": "x", "relation": "depends-on", "count": 0}), "groups.0.count"),
        (json!({"name": "x", "relation": "depends-on", "percent": 101}), "groups.0.percent"),
        (json!({"name": "x", "relation": "depends-on"}), "groups.0.count"),
        (
            json!({"name": "x", "relation": "depends-on", "count": 1, "percent": 1}),
            "groups.0.count",
        ),
    ] {
        let body = json!({"groups": [group]}).to_string();
        let answer = house.client.send("PUT", &path, Some(body), None).await;
        assert_eq!((answer.status.as_u16(), fields(&answer.json)), (400, vec![field]), "{group}");
    }
    assert_eq!(house.client.get(&path).await.json["items"], json!([]));
}

#[tokio::test]
async fn worst_that_a_failure_does_is_data() {
    let house = house().await;
    let ids = payroll(&house).await;
    let put = |relation: &str, worst: &str| {
        let body = json!({ "worst": worst }).to_string();
        let path = format!("/api/v1/failure-rules/{relation}");
        let client = house.client.clone();
        async move { client.send("PUT", &path, Some(body), None).await }
    };
    assert_eq!(put("part-of", "down").await.status, 200);
    assert_eq!(put("part-of", "down").await.status, 200);
    assert_eq!(put("part-of", "fine").await.status, 400);
    assert_eq!(put("nosuch", "down").await.status, 400);
    let rules = house.client.get("/api/v1/failure-rules").await.json;
    let part_of = rules["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|rule| rule["relation"] == "part-of")
        .unwrap()
        .clone();
    assert_eq!(part_of, json!({"relation": "part-of", "goes": "to-target", "worst": "down"}));
    let impact = house.client.get(&format!("/api/v1/resources/{}/impact", ids[5])).await.json;
    assert_eq!(told(&impact), "host1 down, app1 down, payroll down");
    let changed =
        house.facts().await.into_iter().filter(|fact| fact.verb == "failure_rule.changed");
    assert_eq!(changed.count(), 1);
}
