use std::{collections::BTreeSet, time::Duration};

use kernel::{Caller, Within};
use serde_json::json;
use vault::VaultError;

use crate::scene::{Scene, refusal};

const UNIT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const OTHER_UNIT: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

#[tokio::test]
async fn secret_is_kept_and_shown_without_its_value() {
    let scene = Scene::new().await;
    let made = scene.keep("mail relay", "s3cret-value").await;
    let path = format!("/api/v1/secrets/{}", made["id"].as_str().unwrap());
    let shown = scene.client.get(&path).await;
    assert_eq!(shown.json["name"], "mail relay");
    assert_eq!(shown.json["value_version"], 1);
    assert!(shown.json.get("value").is_none());
    assert_eq!(shown.headers["etag"], "\"1\"");
    let list = scene.client.get("/api/v1/secrets?q=RELAY&kind=password").await;
    assert_eq!(list.json["items"][0]["id"], made["id"]);
    assert!(!list.json.to_string().contains("s3cret"));
}

#[tokio::test]
async fn revealing_is_a_fact_that_says_who_and_why() {
    let scene = Scene::new().await;
    let id = scene.keep("relay", "s3cret-value").await["id"].as_str().unwrap().parse().unwrap();
    let caller = Caller::system("notify");
    let value = scene.vault.reveal(&caller, id, "send mail").await.unwrap();
    assert_eq!(value.expose(), "s3cret-value");
    let facts = scene.facts("secret.used").await;
    assert_eq!(facts[0].actor.name, "notify");
    assert_eq!(facts[0].detail["purpose"], "send mail");
    assert!(!facts[0].detail.to_string().contains("s3cret"));
    let stranger = Caller::stranger();
    let refused = scene.vault.reveal(&stranger, id, "curiosity").await.unwrap_err();
    assert!(matches!(refused, VaultError::SecretNotFound { .. }));
    assert_eq!(scene.facts("secret.used").await.len(), 1, "a refusal is no use");
}

#[tokio::test]
async fn new_value_replaces_the_old_one_and_needs_the_version() {
    let scene = Scene::new().await;
    let made = scene.keep("relay", "old").await;
    let id = made["id"].as_str().unwrap();
    let path = format!("/api/v1/secrets/{id}/value");
    let body = Some(json!({ "value": "new" }).to_string());
    let stale = scene.client.send("PUT", &path, body.clone(), Some(7)).await;
    assert_eq!(refusal(&stale), (412, "stale-version"));
    let set = scene.client.send("PUT", &path, body, Some(1)).await;
    assert_eq!((set.status.as_u16(), &set.json["value_version"]), (200, &json!(2)));
    let caller = Caller::system("test");
    let value = scene.vault.reveal(&caller, id.parse().unwrap(), "look").await.unwrap();
    assert_eq!(value.expose(), "new");
    let resealed =
        scene.client.send("POST", &format!("/api/v1/secrets/{id}/reseal"), None, Some(2)).await;
    assert_eq!(resealed.json["version"], 3);
    let value = scene.vault.reveal(&caller, id.parse().unwrap(), "look").await.unwrap();
    assert_eq!(value.expose(), "new");
}

#[tokio::test]
async fn change_names_and_clears_and_keeps_the_value() {
    let scene = Scene::new().await;
    let made = scene.keep("relay", "value").await;
    scene.keep("other", "value").await;
    let id = made["id"].as_str().unwrap();
    let path = format!("/api/v1/secrets/{id}");
    let expires = scene.clock_plus(86_400);
    let body = json!({ "name": "Mail relay", "owner": "Wei", "expires_at": expires });
    let changed = scene.client.patch(&path, 1, body).await;
    assert_eq!(changed.json["owner"], "Wei");
    assert!(changed.json["expires_at"].is_string());
    let cleared = scene.client.patch(&path, 2, json!({ "expires_at": null })).await;
    assert!(cleared.json["expires_at"].is_null());
    let taken = scene.client.patch(&path, 3, json!({ "name": "OTHER" })).await;
    assert_eq!(refusal(&taken), (409, "name-taken"));
    let gone = scene.client.delete(&path, Some(3)).await;
    assert_eq!(gone.status, 204);
    assert_eq!(scene.client.get(&path).await.status, 404);
}

#[tokio::test]
async fn wrong_input_names_every_field_and_never_the_value() {
    let scene = Scene::new().await;
    let body = json!({
        "name": " \r\n", "kind": "password", "value": "", "unit_id": "north",
        "expires_at": "2001-01-01T00:00:00Z", "description": "x".repeat(3_000),
    });
    let answer = scene.client.post("/api/v1/secrets", body).await;
    assert_eq!(refusal(&answer), (400, "invalid"));
    let fields: Vec<_> = answer.json["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["name", "description", "unit_id", "expires_at", "value"]);
    let long = json!({ "name": "a", "kind": "password", "value": "canary".repeat(20_000) });
    let answer = scene.client.post("/api/v1/secrets", long).await;
    assert_eq!(answer.status, 400);
    assert!(!answer.json.to_string().contains("canary"));
    let kind = json!({ "name": "a", "kind": "pass", "value": "x" });
    let answer = scene.client.post("/api/v1/secrets", kind).await;
    assert!(answer.json["detail"].as_str().unwrap().contains("snmp_community"));
    let unknown = json!({ "name": "a", "kind": "token", "value": "x", "extra": 1 });
    assert_eq!(scene.client.post("/api/v1/secrets", unknown).await.status, 400);
}

#[tokio::test]
async fn scope_limits_what_is_seen_changed_and_used() {
    let scene = Scene::new().await;
    for (name, unit) in [("north", UNIT), ("south", OTHER_UNIT)] {
        let body = json!({ "name": name, "kind": "token", "value": "v", "unit_id": unit });
        assert_eq!(scene.client.post("/api/v1/secrets", body).await.status, 201);
    }
    scene.keep("house", "v").await;
    let within = Within { units: BTreeSet::from([UNIT.to_owned()]), ..Within::default() };
    let north = scene.client.holding(&["secret.read", "secret.change"], &within);
    let seen = north.get("/api/v1/secrets").await.json;
    assert_eq!(seen["items"].as_array().unwrap().len(), 1);
    let all = scene.client.get("/api/v1/secrets").await.json;
    let id_of = |name: &str| {
        let items = all["items"].as_array().unwrap().iter();
        let found = items.into_iter().find(|item| item["name"] == name).unwrap();
        found["id"].as_str().unwrap().to_owned()
    };
    let south = format!("/api/v1/secrets/{}", id_of("south"));
    assert_eq!(north.get(&south).await.status, 404);
    assert_eq!(north.delete(&south, Some(1)).await.status, 404);
    let own = format!("/api/v1/secrets/{}", id_of("north"));
    let moved = north.patch(&own, 1, json!({ "unit_id": OTHER_UNIT })).await;
    assert_eq!(refusal(&moved), (403, "forbidden"), "not out of one's own scope");
    let outside = json!({ "name": "n", "kind": "token", "value": "v", "unit_id": OTHER_UNIT });
    assert_eq!(north.post("/api/v1/secrets", outside).await.status, 403);
    assert_eq!(north.post("/api/v1/vault/rotate", json!({})).await.status, 403);
}

#[tokio::test]
async fn secret_that_expires_soon_is_told_once_for_each_expiry() {
    let scene = Scene::new().await;
    let expires = scene.clock_plus(20 * 86_400);
    let body =
        json!({ "name": "cert", "kind": "private_key", "value": "v", "expires_at": expires });
    let made = scene.client.post("/api/v1/secrets", body).await.json;
    assert_eq!(scene.vault.warn_expiring().await.unwrap().done, 0);
    scene.clock.advance(Duration::from_secs(7 * 86_400));
    assert_eq!(scene.vault.warn_expiring().await.unwrap().done, 1);
    assert_eq!(scene.vault.warn_expiring().await.unwrap().done, 0);
    let path = format!("/api/v1/secrets/{}", made["id"].as_str().unwrap());
    let later = scene.clock_plus(10 * 86_400);
    assert_eq!(scene.client.patch(&path, 1, json!({ "expires_at": later })).await.status, 200);
    assert_eq!(scene.vault.warn_expiring().await.unwrap().done, 1, "another expiry");
    assert_eq!(scene.facts("secret.expiring").await.len(), 2);
}

impl Scene {
    fn clock_plus(&self, seconds: u64) -> String {
        use kernel::Clock;
        self.clock.now().plus(Duration::from_secs(seconds)).to_string()
    }
}
