use serde_json::json;

use crate::scene::{PASSWORD, Scene, refusal};

const WEAK: &str = "$argon2id$v=19$m=8,t=1,p=1$";

#[tokio::test]
async fn hash_at_an_old_cost_is_renewed_by_signing_in() {
    let scene = Scene::staffed().await;
    let params = argon2::Params::new(8, 1, 1, None).unwrap();
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let weak: argon2::PasswordHash = argon2::PasswordHasher::hash_password_with_salt(
        &argon2,
        PASSWORD.as_bytes(),
        b"sixteen bytes ok",
    )
    .unwrap();
    let weak = weak.to_string();
    assert!(weak.starts_with(WEAK), "{weak}");
    let mut tx = scene.records.db.begin().await.unwrap();
    sqlx::query("UPDATE access_user SET password_hash = $1 WHERE name_folded = 'wei'")
        .bind(weak)
        .execute(tx.connection())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(scene.try_sign_in("wei", "wrong password").await.status, 401);
    assert!(stored(&scene).await.starts_with(WEAK));
    assert_eq!(scene.try_sign_in("wei", PASSWORD).await.status, 200);
    assert!(stored(&scene).await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_eq!(scene.try_sign_in("wei", PASSWORD).await.status, 200);
}

async fn stored(scene: &Scene) -> String {
    sqlx::query_scalar("SELECT password_hash FROM access_user WHERE name_folded = 'wei'")
        .fetch_one(scene.records.db.reader())
        .await
        .unwrap()
}

#[tokio::test]
async fn password_is_compared_character_by_character() {
    let scene = Scene::staffed().await;
    for (name, password, status) in [
        ("wei", PASSWORD, 200),
        ("WEI", PASSWORD, 200),
        ("wei", "tern-river-88 湖", 401),
        ("wei", "Tern-river-88 湖 ", 401),
        ("wei", "Tern-river-88", 401),
    ] {
        assert_eq!(scene.try_sign_in(name, password).await.status, status, "{name} {password}");
    }
}

#[tokio::test]
async fn sign_in_refuses_unknown_fields_and_wrong_types_by_name() {
    let scene = Scene::staffed().await;
    let body = json!({ "name": "mara", "password": PASSWORD, "role": "administrator" });
    let answer = scene.stranger().post("/api/v1/session", body).await;
    assert_eq!(refusal(&answer), (400, "invalid"));
    assert!(answer.json["detail"].as_str().unwrap().contains("role"), "{:?}", answer.json);
    let body = json!({ "name": "mara", "password": 7 });
    let answer = scene.stranger().post("/api/v1/session", body).await;
    assert_eq!(answer.json["fields"][0]["field"], "password");
}

#[tokio::test]
async fn refusals_speak_the_language_of_the_browser() {
    let scene = Scene::staffed().await;
    let chinese = scene.stranger().with_header("accept-language", "zh-CN");
    let body = json!({ "name": "mara", "password": "wrong password" });
    let answer = chinese.post("/api/v1/session", body).await;
    assert_eq!(answer.json["detail"], "用户名或密码错误");
}
