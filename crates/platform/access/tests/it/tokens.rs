use std::time::Duration;

use access::NewToken;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kernel::Caller;
use serde_json::json;

use crate::{
    grants::{province, unit},
    scene::{Scene, own_id, refusal},
};

const DAY: Duration = Duration::from_secs(24 * 3600);
const TOKENS: &str = "/api/v1/tokens";

#[tokio::test]
async fn token_is_shown_once_and_acts_for_its_user() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let (program, made) = scene.program(&mara, "viewer").await;
    let text = made["token"].as_str().unwrap();
    assert!(text.starts_with("mst_") && text.len() == 47, "{text}");
    let list = mara.get(TOKENS).await.json.to_string();
    assert!(!list.contains(text));
    let session = program.get("/api/v1/session").await.json;
    assert_eq!(session["user"]["name"], "Mara");
    assert_eq!((&session["session_id"], &session["csrf_token"]), (&json!(null), &json!("")));
    assert_eq!(session["expires_at"], made["expires_at"]);
    assert_eq!(program.get("/api/v1/users").await.status, 403, "its role, not its user's");
}

#[tokio::test]
async fn token_ends_by_time() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let (program, _) = scene.program(&mara, "administrator").await;
    scene.clock.advance(DAY * 30 - Duration::from_secs(1));
    assert_eq!(program.get("/api/v1/users").await.status, 200);
    scene.clock.advance(Duration::from_secs(1));
    assert_eq!(refusal(&program.get("/api/v1/users").await), (401, "token-expired"));
}

#[tokio::test]
async fn revoked_unknown_and_malformed_tokens_are_told_apart_from_each_other() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let (program, made) = scene.program(&mara, "administrator").await;
    let path = format!("{TOKENS}/{}", made["id"].as_str().unwrap());
    assert_eq!(mara.delete(&path, None).await.status, 204);
    assert_eq!(refusal(&program.get("/api/v1/users").await), (401, "token-revoked"));
    assert_eq!(mara.delete(&path, None).await.status, 204, "twice is once");
    assert_eq!(scene.facts("token.revoked").await.len(), 1);
    let unknown = format!("mst_{}", "A".repeat(43));
    for text in [unknown.as_str(), "mst_", "", "secret", "mst_\u{7f}"] {
        let Ok(header) = axum::http::HeaderValue::from_str(&format!("Bearer {text}")) else {
            continue;
        };
        let program = scene.stranger().with_header("authorization", header.to_str().unwrap());
        assert_eq!(refusal(&program.get("/api/v1/users").await), (401, "token-unknown"), "{text}");
    }
}

#[tokio::test]
async fn token_is_taken_as_the_password_of_basic_and_never_from_another_site() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let (_, made) = scene.program(&mara, "administrator").await;
    let basic = |pair: &str| {
        let header = format!("Basic {}", STANDARD.encode(pair));
        scene.stranger().with_header("authorization", &header)
    };
    let token = made["token"].as_str().unwrap();
    for name in ["", "any", "mara", "a b"] {
        let program = basic(&format!("{name}:{token}"));
        assert_eq!(program.get("/api/v1/users").await.status, 200, "{name}");
    }
    let body = json!({ "name": "x", "title": { "en": "x", "zh": "x" }, "permissions": [] });
    let program = basic(&format!("any:{token}"));
    let elsewhere = program.with_header("sec-fetch-site", "cross-site");
    assert_eq!(refusal(&elsewhere.post("/api/v1/roles", body).await), (403, "csrf"));
    for wrong in ["any:mst_", "any:", "any", "mara:password", ":"] {
        let answer = basic(wrong).get("/api/v1/users").await;
        assert_eq!(refusal(&answer), (401, "token-unknown"), "{wrong}");
        // Nobody is asked for it, so that no browser remembers it.
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    let broken = scene.stranger().with_header("authorization", "Basic %%%");
    assert_eq!(refusal(&broken.get("/api/v1/users").await), (401, "token-unknown"));
}

#[tokio::test]
async fn bad_token_is_not_rescued_by_a_good_cookie() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let both = mara.with_header("authorization", "Bearer mst_nonsense");
    assert_eq!(refusal(&both.get("/api/v1/users").await), (401, "token-unknown"));
}

#[tokio::test]
async fn name_and_life_of_a_token_are_checked() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    for (body, field) in [
        (json!({ "name": "x", "expires_in_days": 0 }), "expires_in_days"),
        (json!({ "name": "x", "expires_in_days": 367 }), "expires_in_days"),
        (json!({ "name": "x", "expires_in_days": -1 }), "expires_in_days"),
        (json!({ "name": "", "expires_in_days": 1 }), "name"),
        (
            json!({ "name": "x", "limits": { "permissions": ["usr.read"] }, "expires_in_days": 1 }),
            "permissions[0]",
        ),
    ] {
        let answer = mara.post(TOKENS, body).await;
        assert_eq!(refusal(&answer), (400, "invalid"));
        assert_eq!(answer.json["fields"][0]["field"], field);
    }
    let forever = mara.post(TOKENS, json!({ "name": "x" })).await;
    assert_eq!(forever.status, 400, "a token without an end is none");
}

/// An id that was taken told that there is such a unit.
#[tokio::test]
async fn token_is_limited_to_no_part_that_whoever_makes_it_does_not_see() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let [_, north, hill, south] = province(&scene).await;
    let role = json!({ "name": "maker", "title": { "en": "maker", "zh": "maker" },
        "permissions": ["token.*"] });
    assert_eq!(mara.post("/api/v1/roles", role).await.status, 201);
    scene.add("maker", "").await;
    let maker = scene.signed_in("maker").await;
    let own = own_id(&maker).await;
    assert_eq!(scene.grant(&mara, ("user", &own), "maker", unit(&north)).await.status, 201);
    let limited = async |id: &str| {
        let limits = json!({ "scope": unit(id) });
        maker.post(TOKENS, json!({ "name": "x", "limits": limits, "expires_in_days": 1 })).await
    };
    for id in [&north, &hill] {
        assert_eq!(limited(id).await.status, 201);
    }
    for id in [south.as_str(), "01890a5d-ac96-774b-bcce-b302099a8099"] {
        let refused = limited(id).await;
        assert_eq!(refusal(&refused), (400, "invalid"), "{:?}", refused.json);
        assert_eq!(refused.json["fields"][0]["expected"], "the id of a unit");
    }
}

#[tokio::test]
async fn token_never_gives_more_than_its_user_has() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    // A user who is demoted takes their tokens along.
    scene.add("second", "administrator").await;
    let (program, _) = scene.program(&mara, "administrator").await;
    let second = scene.signed_in("second").await;
    let grants = second.get(&format!("/api/v1/grants?holder_id={}", own_id(&mara).await)).await;
    let path = format!("/api/v1/grants/{}/end", grants.json["items"][0]["id"].as_str().unwrap());
    assert_eq!(second.post(&path, json!({ "reason": "moved on" })).await.status, 200);
    assert_eq!(program.get("/api/v1/session").await.status, 200);
    assert_eq!(refusal(&program.get("/api/v1/users").await), (403, "forbidden"));
}

#[tokio::test]
async fn token_cannot_make_tokens() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let (program, _) = scene.program(&mara, "administrator").await;
    let body = json!({ "name": "y", "expires_in_days": 366 });
    assert_eq!(refusal(&program.post(TOKENS, body).await), (403, "not-a-person"));
}

#[tokio::test]
async fn command_line_makes_a_token_for_a_user_by_name() {
    let scene = Scene::staffed().await;
    let console = Caller::console();
    let wei = scene.access.user_called(&console, "WEI").await.unwrap();
    let wanted =
        NewToken { user_id: wei.id, name: "console".to_owned(), limits: None, expires_in_days: 1 };
    let (_, text) = scene.access.create_token(&console, &wanted).await.unwrap();
    let program = scene.stranger().with_header("authorization", &format!("bearer {text}"));
    assert_eq!(program.get("/api/v1/session").await.json["user"]["name"], "wei");
    assert!(scene.access.user_called(&console, "nobody").await.is_err());
}

#[tokio::test]
async fn last_use_is_written_once_a_minute() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let (program, made) = scene.program(&mara, "viewer").await;
    assert_eq!(made["last_used_at"], json!(null));
    let used = async || {
        program.get("/api/v1/session").await;
        let list = mara.get(TOKENS).await.json;
        list["items"][0]["last_used_at"].as_str().unwrap().to_owned()
    };
    let first = used().await;
    scene.clock.advance(Duration::from_secs(59));
    assert_eq!(used().await, first);
    scene.clock.advance(Duration::from_secs(1));
    assert_ne!(used().await, first);
}

#[tokio::test]
async fn actor_of_a_token_is_named_after_user_and_token() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let (program, made) = scene.program(&mara, "administrator").await;
    let path = format!("/api/v1/users/{}/sign-out", own_id(&mara).await);
    assert_eq!(program.post(&path, json!({})).await.status, 204);
    let ended = scene.facts("session.ended").await;
    assert_eq!(ended[0].actor.kind, kernel::ActorKind::Token);
    assert_eq!(ended[0].actor.name, "Mara/backup");
    assert_eq!(ended[0].actor.id, made["id"].as_str().unwrap());
}
