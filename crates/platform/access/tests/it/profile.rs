use serde_json::json;

use crate::scene::{PASSWORD, Scene, refusal};

const PROFILE: &str = "/api/v1/profile";
const NEW: &str = "Heron-lake-41";

#[tokio::test]
async fn viewer_changes_their_own_name_language_and_theme() {
    let scene = Scene::staffed().await;
    let wei = scene.signed_in("wei").await;
    let body = json!({ "display_name": "小伟", "language": "zh", "theme": "dark" });
    let answer = wei.patch(PROFILE, 1, body).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    assert_eq!(answer.json["language"], "zh");
    let answer = wei.patch(PROFILE, 2, json!({ "language": null })).await;
    assert_eq!(
        (&answer.json["language"], &answer.json["theme"], &answer.json["version"]),
        (&json!(null), &json!("dark"), &json!(3))
    );
    let nothing = wei.patch(PROFILE, 3, json!({})).await;
    assert_eq!(nothing.json["version"], 3);
    assert_eq!(scene.facts("user.changed").await.len(), 2);
}

#[tokio::test]
async fn bad_and_stale_profiles_are_refused() {
    let scene = Scene::staffed().await;
    let wei = scene.signed_in("wei").await;
    for (body, field) in [
        (json!({ "theme": "pink" }), "theme"),
        (json!({ "language": "fr" }), "language"),
        (json!({ "display_name": "a\u{1b}[31m" }), "display_name"),
        (json!({ "display_name": "x".repeat(101) }), "display_name"),
    ] {
        let answer = wei.patch(PROFILE, 1, body).await;
        assert_eq!(refusal(&answer), (400, "invalid"));
        assert_eq!(answer.json["fields"][0]["field"], field);
    }
    assert_eq!(refusal(&wei.patch(PROFILE, 7, json!({})).await), (412, "stale-version"));
}

#[tokio::test]
async fn new_password_ends_all_other_sessions_and_keeps_this_one() {
    let scene = Scene::staffed().await;
    let (desk, phone) = (scene.signed_in("wei").await, scene.signed_in("wei").await);
    let body = json!({ "current": PASSWORD, "new": NEW });
    assert_eq!(desk.post("/api/v1/profile/password", body).await.status, 204);
    assert_eq!(desk.get("/api/v1/session").await.status, 200);
    assert_eq!(phone.get("/api/v1/session").await.status, 401);
    assert_eq!(scene.try_sign_in("wei", PASSWORD).await.status, 401);
    assert_eq!(scene.try_sign_in("wei", NEW).await.status, 200);
}

#[tokio::test]
async fn wrong_current_password_is_named_counted_and_changes_nothing() {
    let scene = Scene::staffed().await;
    let wei = scene.signed_in("wei").await;
    let body = json!({ "current": "not this one", "new": NEW });
    for _ in 0..5 {
        let answer = wei.post("/api/v1/profile/password", body.clone()).await;
        assert_eq!(answer.json["fields"][0]["field"], "current");
        assert!(!answer.json.to_string().contains("not this one"));
    }
    let answer = wei.post("/api/v1/profile/password", body).await;
    assert_eq!(refusal(&answer), (429, "locked-out"));
}

#[tokio::test]
async fn common_or_short_new_password_is_refused_by_name() {
    let scene = Scene::staffed().await;
    let wei = scene.signed_in("wei").await;
    for new in ["short", "qwertyuiop", "Mainstay-2026", ""] {
        let body = json!({ "current": PASSWORD, "new": new });
        let answer = wei.post("/api/v1/profile/password", body).await;
        assert_eq!(answer.json["fields"][0]["field"], "new", "{new}");
    }
}

#[tokio::test]
async fn program_cannot_change_a_password() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let (program, _) = scene.program(&mara, "administrator").await;
    let body = json!({ "current": PASSWORD, "new": NEW });
    let answer = program.post("/api/v1/profile/password", body).await;
    assert_eq!(refusal(&answer), (403, "not-a-person"));
}
