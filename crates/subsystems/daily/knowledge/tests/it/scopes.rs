use serde_json::{Value, json};

use crate::house::{ARTICLES, PUBLISHED, house};

const ALL: [&str; 4] = ["knowledge.read", "knowledge.write", "knowledge.approve", "profile.read"];

#[tokio::test]
async fn each_sees_and_changes_only_what_belongs_to_their_units() {
    let house = house().await;
    let own = house.published(house.printer()).await;
    let mut body = house.printer();
    body["unit_id"] = json!(house.other_unit);
    body["audience"] = json!("agents");
    let other = house.published(body.clone()).await;
    let chief = house.colleague(&ALL);
    let seen = chief.get(ARTICLES).await;
    assert_eq!(seen.json["items"].as_array().unwrap().len(), 1, "{}", seen.json);
    let found = chief.get(&format!("{ARTICLES}?q=printer")).await;
    assert_eq!(found.json["items"].as_array().unwrap().len(), 1, "{}", found.json);
    for path in ["", "/revisions", "/tickets"] {
        assert_eq!(chief.get(&format!("{other}{path}")).await.status, 404, "{path}");
    }
    for step in ["submit", "withdraw", "publish", "retire", "revive"] {
        let answer = house.act(&chief, (&other, step), (3, Value::Null)).await;
        assert_eq!(answer.status, 404, "{step}");
    }
    let id = other.rsplit('/').next().unwrap();
    assert_eq!(chief.get(&format!("{PUBLISHED}/{id}")).await.status, 404, "for other agents");
    assert_eq!(house.found(&chief, "printer").await.len(), 1);
    assert_eq!(chief.post(ARTICLES, body.clone()).await.status, 403);
    // Nor can one be moved to where one holds nothing.
    let moved = chief.send("PUT", &own, Some(body.to_string()), Some(3)).await;
    assert_eq!(moved.status, 403, "{}", moved.json);
    let reader = house.colleague(&["knowledge.read"]);
    let read = reader.get(&own).await;
    assert_eq!(
        (&read.json["may_write"], &read.json["may_approve"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(house.act(&reader, (&own, "retire"), (3, Value::Null)).await.status, 403);
    let put = house.printer().to_string();
    assert_eq!(reader.send("PUT", &own, Some(put), Some(3)).await.status, 403);
    let writer = house.colleague(&["knowledge.read", "knowledge.write"]);
    assert_eq!(house.act(&writer, (&own, "retire"), (3, Value::Null)).await.status, 403);
    assert_eq!(house.client.as_stranger().get(&own).await.status, 401);
}

#[tokio::test]
async fn resources_are_those_that_one_sees_and_known_ones_stay() {
    let house = house().await;
    let hidden = house.host("pc-2", &house.other_unit).await;
    let mut body = house.printer();
    body["resource_ids"] = json!([hidden]);
    let writer = house.colleague(&["knowledge.read", "knowledge.write", "resource.read"]);
    let refused = writer.post(ARTICLES, body.clone()).await;
    let field = refused.json["fields"][0]["field"].as_str();
    assert_eq!((refused.status.as_u16(), field), (400, Some("resource_ids[0]")));
    let path = format!("{ARTICLES}/{}", house.made(ARTICLES, body.clone()).await);
    assert_eq!(house.got(&path).await["resources"][0]["name"], "pc-2");
    assert_eq!(writer.get(&path).await.json["resources"], json!([]), "out of sight");
    body["answer"] = json!("换一台");
    let changed = writer.send("PUT", &path, Some(body.to_string()), Some(1)).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
    // Both have written on it: neither publishes it.
    assert_eq!(changed.json["authors"], json!(["administrator", "viewer"]));
    house.act(&house.client, (&path, "submit"), (2, Value::Null)).await;
    for client in [&house.client, &house.approver()] {
        let own = house.act(client, (&path, "publish"), (3, Value::Null)).await;
        assert_eq!(own.json["code"], "by-another", "{}", own.json);
    }
}
