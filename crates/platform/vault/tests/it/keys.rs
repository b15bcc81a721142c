use std::{fs, os::unix::fs::PermissionsExt};

use kernel::Caller;
use serde_json::json;
use vault::{KeySource, SecretId, Vault, VaultError};

use crate::scene::{Scene, client, refusal};

async fn reveal(vault: &Vault, id: SecretId) -> Result<String, VaultError> {
    let value = vault.reveal(&Caller::system("test"), id, "test").await?;
    Ok(value.expose().to_owned())
}

#[tokio::test]
async fn key_file_is_the_servers_alone_and_survives_a_restart() {
    let scene = Scene::new().await;
    let id = scene.keep("a", "value").await["id"].as_str().unwrap().parse().unwrap();
    let mode = fs::metadata(scene.key_file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let again = scene.reopened(50);
    again.unlock().await.unwrap();
    assert_eq!(reveal(&again, id).await.unwrap(), "value");
}

#[tokio::test]
async fn missing_key_file_locks_the_vault_until_it_is_back() {
    let scene = Scene::new().await;
    let id = scene.keep("a", "value").await["id"].as_str().unwrap().parse().unwrap();
    let ring = fs::read(scene.key_file()).unwrap();
    fs::remove_file(scene.key_file()).unwrap();
    let vault = scene.reopened(50);
    assert!(matches!(vault.unlock().await, Err(VaultError::Locked { .. })));
    assert!(!scene.key_file().exists(), "no key is made over existing secrets");
    assert!(matches!(reveal(&vault, id).await, Err(VaultError::Locked { .. })));
    let client = client(&vault, &scene.clock);
    let body = json!({ "name": "b", "kind": "token", "value": "v" });
    let refused = client.post("/api/v1/secrets", body).await;
    assert_eq!(refusal(&refused), (503, "vault-locked"));
    let said = refused.json["detail"].as_str().unwrap();
    assert!(said.contains("vault.keys is missing"), "{said}");
    assert_eq!(client.get("/api/v1/secrets").await.status, 200, "what is there is still listed");
    assert!(client.get("/api/v1/vault").await.json["locked"].is_object());
    fs::write(scene.key_file(), ring).unwrap();
    assert_eq!(reveal(&vault, id).await.unwrap(), "value", "no restart is needed");
}

#[tokio::test]
async fn wrong_and_garbled_key_files_are_told_apart() {
    let scene = Scene::new().await;
    scene.keep("a", "value").await;
    let stranger = "mainstay-vault-key-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
    for (text, expected) in [
        (stranger, "holds other keys"),
        ("", "it holds no key"),
        ("not a key ring at all\n", "line 1 is not a key"),
    ] {
        fs::write(scene.key_file(), text).unwrap();
        let error = scene.reopened(50).unlock().await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(fs::read_to_string(scene.key_file()).unwrap(), text, "left as it was");
    }
}

#[tokio::test]
async fn altered_seal_is_an_error_and_never_a_value() {
    let scene = Scene::new().await;
    let a = scene.keep("a", "value-a").await["id"].as_str().unwrap().to_owned();
    let b = scene.keep("b", "value-b").await["id"].as_str().unwrap().to_owned();
    // The seals of one secret are put on another, as somebody with the database could.
    let swap = "
        UPDATE vault_secret
        SET wrapped_key = (SELECT wrapped_key FROM vault_secret WHERE id = $1),
            sealed_value = (SELECT sealed_value FROM vault_secret WHERE id = $1)
        WHERE id = $2";
    let mut tx = scene.records.db.begin().await.unwrap();
    sqlx::query(swap).bind(&a).bind(&b).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    let error = reveal(&scene.vault, b.parse().unwrap()).await.unwrap_err();
    assert!(matches!(&error, VaultError::Tampered { name, .. } if name == "b"), "{error}");
    assert_eq!(reveal(&scene.vault, a.parse().unwrap()).await.unwrap(), "value-a");
}

#[tokio::test]
async fn rotation_moves_everything_and_forgets_the_old_key() {
    let scene = Scene::new().await;
    let mut ids = Vec::new();
    for number in 0..450 {
        let made = scene.keep(&format!("s{number}"), &format!("value {number}")).await;
        ids.push(made["id"].as_str().unwrap().parse::<SecretId>().unwrap());
    }
    let before = fs::read_to_string(scene.key_file()).unwrap();
    let rotated = scene.client.post("/api/v1/vault/rotate", json!({})).await;
    assert_eq!(rotated.status, 200, "{:?}", rotated.json);
    assert_eq!(rotated.json["keys"][1]["secrets"], 450);
    let again = scene.client.post("/api/v1/vault/rotate", json!({})).await;
    assert_eq!(refusal(&again), (409, "rotation-under-way"));
    let first = scene.vault.rewrap().await.unwrap();
    assert_eq!((first.done, first.left), (200, 250));
    assert_eq!(reveal(&scene.vault, ids[0]).await.unwrap(), "value 0");
    assert_eq!(reveal(&scene.vault, ids[449]).await.unwrap(), "value 449", "not yet moved");
    // Another process goes on where this one was.
    let other = scene.reopened(50);
    assert_eq!(other.rewrap().await.unwrap().left, 50);
    assert_eq!(other.rewrap().await.unwrap().left, 0);
    let after = fs::read_to_string(scene.key_file()).unwrap();
    assert_eq!(after.lines().count(), 1);
    assert_ne!(after, before);
    for (number, id) in ids.iter().enumerate().step_by(50) {
        assert_eq!(reveal(&other, *id).await.unwrap(), format!("value {number}"));
    }
    assert_eq!(scene.facts("vault.key_rotated").await.len(), 1);
    assert_eq!(scene.facts("vault.key_retired").await.len(), 1);
    // The old file, put back by mistake, is noticed.
    fs::write(scene.key_file(), before).unwrap();
    assert!(scene.reopened(51).unlock().await.unwrap_err().to_string().contains("other keys"));
}

#[tokio::test]
async fn keys_given_from_outside_are_rotated_outside() {
    let scene = Scene::new().await;
    let id = scene.keep("a", "value").await["id"].as_str().unwrap().parse().unwrap();
    let old = fs::read_to_string(scene.key_file()).unwrap().trim().to_owned();
    let fresh = "mainstay-vault-key-1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let vault = scene.reopened_with(KeySource::given(format!("{fresh},{old}")));
    assert!(!format!("{vault:?}").contains(&old));
    vault.unlock().await.unwrap();
    let refused = vault.rotate_key(&Caller::console()).await.unwrap_err();
    assert!(matches!(refused, VaultError::KeysNotOurs));
    assert_eq!(vault.rewrap().await.unwrap().done, 1);
    let only = scene.reopened_with(KeySource::given(fresh.to_owned()));
    assert_eq!(reveal(&only, id).await.unwrap(), "value");
}
