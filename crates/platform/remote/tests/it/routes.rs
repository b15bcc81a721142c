use serde_json::{Value, json};

use crate::house::House;

fn body(name: &str, settings: &Value) -> Value {
    json!({ "name": name, "settings": settings })
}

const URL: &str = "http://127.0.0.1:9/api/v1/write";

#[tokio::test]
async fn destination_is_made_changed_and_removed_and_its_queue_stays_or_goes_with_it() {
    let house = House::new().await;
    let made = house.client.post("/api/v1/destinations", body("far", &json!({ "write_url": URL })));
    let made = made.await;
    assert_eq!((made.status.as_u16(), &made.json["settings"]["shards"]), (201, &json!(4)));
    let path = format!("/api/v1/destinations/{}", made.json["id"].as_str().unwrap());
    house.append(5);
    let standing = house.client.get(&path).await.json["standing"].clone();
    assert_eq!(
        (&standing["samples_waiting"], &standing["remote_write"]),
        (&json!(5), &json!("2.0"))
    );
    let other = json!({ "write_url": URL, "shards": 2 });
    let changed =
        house.client.send("PUT", &path, Some(body("Far away", &other).to_string()), Some(1));
    let changed = changed.await;
    assert_eq!((changed.status.as_u16(), changed.headers["etag"].as_bytes()), (200, &b"\"2\""[..]));
    assert_eq!(changed.json["standing"]["samples_waiting"], 5);
    // Put aside: nothing more goes in, what waits stays.
    let aside = json!({ "name": "far", "settings": { "write_url": URL }, "enabled": false });
    house.client.send("PUT", &path, Some(aside.to_string()), Some(2)).await;
    house.append(5);
    let list = house.client.get("/api/v1/destinations").await.json;
    assert_eq!(list["items"][0]["standing"]["samples_waiting"], 5);
    assert_eq!(house.client.delete(&path, Some(2)).await.status, 412);
    assert_eq!(house.client.delete(&path, Some(3)).await.status, 204);
    assert_eq!(house.client.get(&path).await.status, 404);
    assert_eq!(std::fs::read_dir(house.folder().join("forward")).unwrap().count(), 0);
    let verbs =
        ["created", "changed", "changed", "removed"].map(|verb| format!("destination.{verb}"));
    assert_eq!(house.verbs().await, verbs);
}

#[tokio::test]
async fn wrong_input_and_contradictions_are_refused_and_change_nothing() {
    let house = House::new().await;
    let post = |body: Value| house.client.post("/api/v1/destinations", body);
    let history = json!({ "write_url": URL, "history_url": "http://127.0.0.1:9" });
    assert_eq!(post(body("far", &history)).await.status, 201);
    let taken = post(body("FAR", &json!({ "write_url": URL }))).await;
    assert_eq!((taken.status.as_u16(), &taken.json["code"]), (409, &json!("name-taken")));
    let taken = post(body("other", &history)).await;
    assert_eq!((taken.status.as_u16(), &taken.json["code"]), (409, &json!("history-taken")));
    let table = [
        (json!({ "write_url": "nowhere" }), "settings.write_url"),
        (
            json!({ "write_url": URL, "ca_pem": "-----BEGIN CERTIFICATE-----\nx\n" }),
            "settings.ca_pem",
        ),
        (
            json!({ "write_url": URL, "relabel": [{ "action": "explode" }] }),
            "settings.relabel[0].action",
        ),
        (
            json!({ "write_url": URL, "secret_id": "00000000-0000-7000-8000-000000000009" }),
            "settings.secret_id",
        ),
        (json!({ "write_url": URL, "shards": 33 }), "settings.shards"),
    ];
    for (settings, field) in table {
        let refused = post(body("other", &settings)).await;
        assert!(matches!(refused.status.as_u16(), 400 | 422), "{field}: {}", refused.json);
        assert_eq!(refused.json["fields"][0]["field"], field, "{}", refused.json);
    }
    assert_eq!(house.client.get("/api/v1/destinations").await.json["items"][1], Value::Null);
}

#[tokio::test]
async fn viewers_see_destinations_and_make_none() {
    let house = House::new().await;
    let viewer = house.client.as_viewer();
    assert_eq!(viewer.get("/api/v1/destinations").await.status, 200);
    let refused = viewer.post("/api/v1/destinations", body("far", &json!({ "write_url": URL })));
    assert_eq!(refused.await.status, 403);
    assert_eq!(house.client.as_stranger().get("/api/v1/destinations").await.status, 401);
}
