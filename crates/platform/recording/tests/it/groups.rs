use crate::house::house;

const FILE: &str = "groups: [{name: g, rules: [{record: a, expr: up}]}]";

#[tokio::test]
async fn file_is_uploaded_replaced_and_deleted_with_a_fact_each() {
    let house = house().await;
    let made = house.upload("node.yml", FILE).await;
    assert_eq!(made.status, 201, "{}", made.json);
    assert_eq!((&made.json["groups"], &made.json["rules"]), (&1.into(), &1.into()));
    let path = format!("/api/v1/rule-groups/{}", made.json["id"].as_str().unwrap());
    assert_eq!(house.client.get(&path).await.headers["etag"], "\"1\"");

    let more = "groups: [{name: g, rules: [{record: a, expr: up}, {record: b, expr: up}]}]";
    let replaced = house.send_yaml("PUT", &path, more, Some(1)).await;
    assert_eq!((replaced.status.as_u16(), &replaced.json["rules"]), (200, &2.into()));
    assert_eq!(house.send_yaml("PUT", &path, FILE, Some(1)).await.status, 412);
    // The same text changes nothing.
    let same = house.send_yaml("PUT", &path, more, Some(2)).await;
    assert_eq!(same.headers["etag"], "\"2\"");

    let list = house.client.get("/api/v1/rule-groups").await;
    assert_eq!(list.json["items"][0]["name"], "node.yml");
    assert_eq!(house.client.delete(&path, Some(2)).await.status, 204);
    assert_eq!(house.client.get(&path).await.status, 404);
    let verbs = ["rule_groups.created", "rule_groups.replaced", "rule_groups.deleted"];
    assert_eq!(house.verbs().await, verbs);
    assert_eq!(house.shown("").await.as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn wrong_file_is_refused_with_every_place() {
    let house = house().await;
    let text = "groups:\n- name: g\n  rules:\n  - record: a\n    expr: 'sum('\n  - record: 'b c'\n\
                \x20   expr: 'up{'\n";
    let answer = house.upload("node.yml", text).await;
    assert_eq!(answer.status, 400, "{}", answer.json);
    let fields = answer.json["fields"].as_array().unwrap();
    let places: Vec<&str> = fields.iter().map(|field| field["field"].as_str().unwrap()).collect();
    assert_eq!(places, ["content:5:11", "content:7:11"], "{}", answer.json);
    assert_eq!(house.upload("node.yml", "groups: [").await.status, 400);
    assert_eq!(house.upload("", FILE).await.status, 400);
    let plain = house.client.send("POST", "/api/v1/rule-groups?name=a", Some(FILE.into()), None);
    assert_eq!(plain.await.json["fields"][0]["field"], "Content-Type");
    let long = format!("# {}", "x".repeat(1 << 20));
    assert_eq!(house.upload("long.yml", &long).await.status, 413);
    assert_eq!(house.verbs().await.len(), 0);
}

#[tokio::test]
async fn name_is_given_once() {
    let house = house().await;
    assert_eq!(house.upload("node.yml", FILE).await.status, 201);
    let again = house.upload("node.yml", FILE).await;
    assert_eq!((again.status.as_u16(), &again.json["code"]), (409, &"name-taken".into()));
}

#[tokio::test]
async fn viewer_sees_but_changes_nothing() {
    let house = house().await;
    let made = house.upload("node.yml", FILE).await;
    let path = format!("/api/v1/rule-groups/{}", made.json["id"].as_str().unwrap());
    let viewer = house.client.as_viewer();
    assert_eq!(viewer.get(&path).await.status, 200);
    assert_eq!(viewer.get(&format!("{path}/file")).await.status, 200);
    assert_eq!(viewer.delete(&path, Some(1)).await.status, 403);
    let yaml = viewer.with_header("content-type", "application/yaml");
    let put = yaml.send("PUT", &path, Some(FILE.to_owned()), Some(1)).await;
    assert_eq!(put.status, 403);
    assert_eq!(house.client.as_stranger().get(&path).await.status, 401);
}
