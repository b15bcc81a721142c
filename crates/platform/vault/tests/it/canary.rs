use std::fs;

use kernel::Caller;
use serde_json::json;

use crate::scene::{Scene, bytes_below};

/// What must be found nowhere, in any of its spellings.
const CANARY: &str = "canary-7f3a-不可见-\"quoted\"";

fn spellings() -> Vec<String> {
    let hex = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let base64 = {
        use base64::{Engine as _, prelude::BASE64_STANDARD};
        BASE64_STANDARD.encode(CANARY)
    };
    vec!["canary-7f3a".to_owned(), "不可见".to_owned(), hex, base64[..20].to_owned()]
}

fn assert_absent(text: &str, place: &str) {
    for spelling in spellings() {
        assert!(!text.contains(&spelling), "the canary is in {place}");
    }
}

#[tokio::test]
async fn planted_canary_is_found_nowhere() {
    let scene = Scene::new().await;
    let client = &scene.client;
    let mut said = String::new();
    let made = scene.keep("canary", CANARY).await;
    said.push_str(&made.to_string());
    let id = made["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/secrets/{id}");
    // Everything that can be done with it, well and wrongly.
    let value = json!({ "value": CANARY }).to_string();
    for (method, path, body, version) in [
        ("GET", path.clone(), None, None),
        ("GET", "/api/v1/secrets".to_owned(), None, None),
        ("PUT", format!("{path}/value"), Some(value.clone()), Some(1)),
        ("PUT", format!("{path}/value"), Some(value.clone()), Some(1)),
        ("PUT", format!("{path}/value"), Some(value.clone()), None),
        ("PUT", format!("{path}/value"), Some(format!("{value}garbage")), Some(2)),
        ("PUT", format!("{path}/value"), Some(value.replace("value", "vlaue")), Some(2)),
        ("PUT", format!("{path}/value"), Some(json!({ "value": [CANARY] }).to_string()), Some(2)),
        ("PUT", format!("/api/v1/secrets/{id}x/value"), Some(value.clone()), Some(2)),
        ("PATCH", path.clone(), Some(value.clone()), Some(2)),
        ("POST", "/api/v1/secrets".to_owned(), Some(value.clone()), None),
        ("POST", format!("{path}/reseal"), None, Some(2)),
        ("POST", "/api/v1/vault/rotate".to_owned(), Some("{}".to_owned()), None),
        ("GET", "/api/v1/vault".to_owned(), None, None),
    ] {
        let answer = client.send(method, &path, body, version).await;
        said.push_str(&format!("{:?} {}\n", answer.headers, answer.json));
    }
    let body = json!({ "name": "canary", "kind": "token", "value": CANARY });
    said.push_str(&client.post("/api/v1/secrets", body).await.json.to_string());
    let revealed = scene.vault.reveal(&Caller::system("t"), id.parse().unwrap(), "use").await;
    let revealed = revealed.unwrap();
    assert_eq!(revealed.expose(), CANARY);
    said.push_str(&format!("{revealed:?} {:?}", scene.vault));
    scene.vault.rewrap().await.unwrap();
    let secret = scene.vault.secret(&Caller::console(), id.parse().unwrap()).await.unwrap();
    said.push_str(&format!("{secret:?}"));
    let tampered = "UPDATE vault_secret SET sealed_value = wrapped_key WHERE id = $1";
    let mut tx = scene.records.db.begin().await.unwrap();
    sqlx::query(tampered).bind(&id).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    let error = scene.vault.reveal(&Caller::console(), id.parse().unwrap(), "use").await;
    said.push_str(&format!("{:?}", error.unwrap_err()));
    assert_absent(&said, "an answer");
    for row in scene.facts("").await {
        assert_absent(&format!("{row:?}"), "the journal");
    }
    assert!(scene.facts("").await.len() >= 5, "the journal was read");
    let keys = fs::read_to_string(scene.key_file()).unwrap();
    let (records, dir) = (scene.records, scene.dir);
    records.db.close().await;
    let on_disk = bytes_below(records.dir.path());
    assert!(on_disk.contains("vault_secret") || on_disk.is_empty(), "the records were read");
    assert_absent(&on_disk, "the records");
    assert_absent(&bytes_below(dir.path()), "the files");
    let key = keys.trim().rsplit(':').next().unwrap();
    assert!(!on_disk.contains(key), "the master key is in the records");
}
