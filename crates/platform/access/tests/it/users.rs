use http_kit::SearchSource;
use kernel::Caller;
use serde_json::json;

use crate::scene::{PASSWORD, Scene, own_id, refusal};

#[tokio::test]
async fn viewer_is_refused_everything_about_users_and_tokens() {
    let scene = Scene::staffed().await;
    let wei = scene.signed_in("wei").await;
    let some = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (method, path) in [
        ("GET", "/api/v1/users".to_owned()),
        ("POST", "/api/v1/users".to_owned()),
        ("GET", format!("/api/v1/users/{some}")),
        ("PATCH", format!("/api/v1/users/{some}")),
        ("POST", format!("/api/v1/users/{some}/sign-out")),
        ("GET", "/api/v1/tokens".to_owned()),
        ("POST", "/api/v1/tokens".to_owned()),
        ("DELETE", format!("/api/v1/tokens/{some}")),
    ] {
        let answer = wei.send(method, &path, Some("{}".to_owned()), Some(1)).await;
        assert_eq!(refusal(&answer), (403, "forbidden"), "{method} {path}");
        let answer = scene.stranger().send(method, &path, Some("{}".to_owned()), Some(1)).await;
        assert_eq!(answer.status, 401, "{method} {path}");
    }
}

#[tokio::test]
async fn user_is_added_found_and_listed_by_name() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let body = json!({ "name": "张三丰", "display_name": "三丰", "role": "viewer",
        "password": PASSWORD });
    let answer = mara.post("/api/v1/users", body).await;
    assert_eq!(answer.status, 201, "{:?}", answer.json);
    assert_eq!(answer.headers["etag"], "\"1\"");
    assert!(answer.json.get("password").is_none());
    let path = format!("/api/v1/users/{}", answer.json["id"].as_str().unwrap());
    assert_eq!(mara.get(&path).await.json, answer.json);
    let page = mara.get("/api/v1/users?limit=2").await.json;
    let names = |page: &serde_json::Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&page), ["Mara", "wei"]);
    let next = page["next"].as_str().unwrap();
    let page = mara.get(&format!("/api/v1/users?limit=2&after={next}")).await.json;
    assert_eq!(names(&page), ["张三丰"]);
    assert_eq!(page["next"], json!(null));
}

#[tokio::test]
async fn name_that_differs_only_in_case_is_taken() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let body = json!({ "name": "MARA", "role": "viewer", "password": PASSWORD });
    let answer = mara.post("/api/v1/users", body).await;
    assert_eq!(refusal(&answer), (409, "name-taken"));
}

#[tokio::test]
async fn fields_that_nobody_may_set_are_refused() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let id = own_id(&mara).await;
    for (field, value) in [
        ("id", json!("x")),
        ("version", json!(9)),
        ("name", json!("eve")),
        ("created_at", json!(1)),
    ] {
        let answer = mara.patch(&format!("/api/v1/users/{id}"), 1, json!({ field: value })).await;
        assert_eq!(refusal(&answer), (400, "invalid"), "{field}");
        assert!(answer.json["detail"].as_str().unwrap().contains(field), "{:?}", answer.json);
    }
    let wei = scene.signed_in("wei").await;
    let answer = wei.patch("/api/v1/profile", 1, json!({ "role": "administrator" })).await;
    assert_eq!(refusal(&answer), (400, "invalid"));
    let body = json!({ "name": "eve.x", "role": "root", "password": PASSWORD });
    let unknown = mara.post("/api/v1/users", body).await;
    assert_eq!(unknown.json["fields"][0]["field"], "role", "{:?}", unknown.json);
    assert!(scene.access.user_called(&Caller::console(), "eve.x").await.is_err(), "all or nothing");
}

/// Once a user got a duty without a reason when they were made, while every grant asked for one.
#[tokio::test]
async fn role_with_a_duty_is_given_with_a_reason() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let grown = json!({ "name": "helper", "title": { "en": "Helper", "zh": "助手" },
        "permissions": ["user.read", "grant.change"] });
    assert_eq!(mara.post("/api/v1/roles", grown).await.status, 201);
    let fields = |answer: &testkit::Answer| -> Vec<String> {
        let faults = answer.json["fields"].as_array().cloned().unwrap_or_default();
        faults.iter().map(|fault| fault["field"].as_str().unwrap().to_owned()).collect()
    };
    for role in ["audit-administrator", "administrator", "helper"] {
        for reason in [None, Some(""), Some("  "), Some("a\u{7}")] {
            let mut body = json!({ "name": "eve.x", "role": role });
            if let Some(reason) = reason {
                body["reason"] = json!(reason);
            }
            let answer = mara.post("/api/v1/users", body).await;
            assert_eq!(refusal(&answer), (400, "invalid"), "{role} {reason:?}");
            assert_eq!(fields(&answer), ["reason"], "{role} {reason:?}");
        }
    }
    let all = json!({ "name": "x", "role": "audit-administrator" });
    assert_eq!(fields(&mara.post("/api/v1/users", all).await), ["name", "reason"]);
    let alone = json!({ "name": "eve.x", "reason": "why not" });
    assert_eq!(fields(&mara.post("/api/v1/users", alone).await), ["reason"]);
    let body = json!({ "name": "eve.x", "role": "audit-administrator", "reason": " audit 2027 " });
    let made = mara.post("/api/v1/users", body).await;
    assert_eq!(made.status, 201, "{:?}", made.json);
    let given = scene.facts("grant.given").await;
    assert_eq!(given.last().unwrap().detail["reason"], "audit 2027");
    let viewer = json!({ "name": "eve.y", "role": "viewer" });
    assert_eq!(mara.post("/api/v1/users", viewer).await.status, 201, "no duty, no reason");
}

#[tokio::test]
async fn change_names_its_version_and_a_stale_one_is_refused() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let wei = scene.add("wei2", "viewer").await;
    let path = format!("/api/v1/users/{}", wei.id);
    let body = json!({ "display_name": "Wei" });
    let without = mara.send("PATCH", &path, Some(body.to_string()), None).await;
    assert_eq!(refusal(&without), (428, "version-missing"));
    let good = mara.patch(&path, 1, body.clone()).await;
    assert_eq!((good.status.as_u16(), good.headers["etag"].to_str().unwrap()), (200, "\"2\""));
    assert_eq!(refusal(&mara.patch(&path, 1, body).await), (412, "stale-version"));
    let unknown = "/api/v1/users/01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(refusal(&mara.patch(unknown, 1, json!({})).await), (404, "not-found"));
}

#[tokio::test]
async fn last_administrator_stays() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let path = format!("/api/v1/users/{}", own_id(&mara).await);
    let grants = mara.get(&format!("/api/v1/grants?holder_id={}", own_id(&mara).await)).await;
    let end = format!("/api/v1/grants/{}/end", grants.json["items"][0]["id"].as_str().unwrap());
    let reason = json!({ "reason": "moved on" });
    let answer = mara.patch(&path, 1, json!({ "disabled": true })).await;
    assert_eq!(refusal(&answer), (409, "last-administrator"));
    let answer = mara.post(&end, reason.clone()).await;
    assert_eq!(refusal(&answer), (409, "last-administrator"));
    scene.add("second", "administrator").await;
    let answer = mara.post(&end, reason).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    assert_eq!(mara.get("/api/v1/users").await.status, 403, "it counts from the next request on");
}

#[tokio::test]
async fn disabling_ends_sessions_and_tokens_at_once_and_for_good() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    scene.add("second", "administrator").await;
    let second = scene.signed_in("second").await;
    let (program, _) = scene.program(&second, "viewer").await;
    assert_eq!(program.get("/api/v1/session").await.status, 200);
    let path = format!("/api/v1/users/{}", own_id(&second).await);
    assert_eq!(mara.patch(&path, 1, json!({ "disabled": true })).await.status, 200);
    assert_eq!(second.get("/api/v1/session").await.status, 401);
    assert_eq!(refusal(&program.get("/api/v1/session").await), (401, "token-revoked"));
    assert_eq!(scene.try_sign_in("second", PASSWORD).await.status, 401);
    assert_eq!(mara.patch(&path, 2, json!({ "disabled": false })).await.status, 200);
    assert_eq!(second.get("/api/v1/session").await.status, 401);
    assert_eq!(refusal(&program.get("/api/v1/session").await), (401, "token-revoked"));
    assert_eq!(scene.try_sign_in("second", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn new_password_from_an_administrator_ends_the_sessions() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let path = format!("/api/v1/users/{}", own_id(&wei).await);
    let weak = mara.patch(&path, 1, json!({ "password": "password1" })).await;
    assert_eq!(refusal(&weak), (400, "invalid"));
    assert_eq!(wei.get("/api/v1/session").await.status, 200);
    let good = mara.patch(&path, 1, json!({ "password": "Heron-lake-41" })).await;
    assert_eq!(good.json["version"], 2);
    assert_eq!(wei.get("/api/v1/session").await.status, 401);
    assert_eq!(scene.try_sign_in("wei", PASSWORD).await.status, 401);
    assert_eq!(scene.try_sign_in("wei", "Heron-lake-41").await.status, 200);
}

#[tokio::test]
async fn search_finds_users_for_those_who_may_read_them() {
    let scene = Scene::staffed().await;
    let mut viewer = Caller::stranger();
    viewer.grant = testkit::viewer_grant();
    assert!(scene.access.search(&viewer, "mar", 10).await.unwrap().is_empty());
    let console = Caller::console();
    for (text, found) in [("AR", vec!["Mara"]), ("%", vec![]), ("_", vec![]), ("zzz", vec![])] {
        let hits = scene.access.search(&console, text, 10).await.unwrap();
        let titles: Vec<&str> = hits.iter().map(|hit| hit.title.en.as_str()).collect();
        assert_eq!(titles, found, "{text}");
    }
}
