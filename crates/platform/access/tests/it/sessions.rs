use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, Method};
use http_kit::Gate;
use kernel::ActorKind;
use serde_json::json;

use crate::scene::{PASSWORD, Scene, cookie_of, own_id, refusal};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn cookie_is_bound_to_the_host_and_hidden_from_scripts() {
    let scene = Scene::staffed().await;
    let answer = scene.try_sign_in("mara", PASSWORD).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-mainstay-session="), "{cookie}");
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.split("; ").any(|part| part == attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    // 256 bits are 43 characters; the answer itself does not repeat them.
    let secret = cookie_of(&answer).split_once('=').unwrap().1.to_owned();
    assert_eq!(secret.len(), 43);
    assert!(!answer.json.to_string().contains(&secret));
}

#[tokio::test]
async fn every_sign_in_begins_a_new_session_and_ends_the_one_of_the_same_browser() {
    let scene = Scene::staffed().await;
    let first = scene.try_sign_in("mara", PASSWORD).await;
    let browser = scene.browser(&first);
    let body = json!({ "name": "mara", "password": PASSWORD });
    let second = browser.post("/api/v1/session", body).await;
    assert_eq!(second.status, 200, "{:?}", second.json);
    assert_ne!(cookie_of(&first), cookie_of(&second));
    assert_eq!(browser.get("/api/v1/session").await.status, 401);
    assert_eq!(scene.browser(&second).get("/api/v1/session").await.status, 200);
    let ended = scene.facts("session.ended").await;
    assert_eq!(ended[0].detail["reason"], "replaced");
}

#[tokio::test]
async fn silence_ends_a_session_and_use_keeps_it() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    scene.clock.advance(HOUR * 11);
    assert_eq!(mara.get("/api/v1/session").await.status, 200);
    scene.clock.advance(HOUR * 11);
    assert_eq!(mara.get("/api/v1/session").await.status, 200);
    scene.clock.advance(HOUR * 12);
    assert_eq!(mara.get("/api/v1/session").await.status, 401);
}

/// A page that listens asks for nothing: it is not use.
#[tokio::test]
async fn looking_again_who_listens_keeps_no_session() {
    let scene = Scene::staffed().await;
    let answer = scene.try_sign_in("mara", PASSWORD).await;
    let mut headers = HeaderMap::new();
    headers.insert("cookie", HeaderValue::from_str(&cookie_of(&answer)).unwrap());
    let mut seen = Vec::new();
    for _ in 0..2 {
        scene.clock.advance(HOUR * 6);
        seen.push(scene.access.look_again(&headers).await.unwrap().actor.kind);
    }
    assert_eq!(seen, [ActorKind::Person, ActorKind::Stranger]);
}

#[tokio::test]
async fn a_week_ends_a_session_however_busy() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let expires_at = mara.get("/api/v1/session").await.json["expires_at"].clone();
    assert_eq!(expires_at, "2027-01-22T08:00:00Z");
    for _ in 0..16 {
        scene.clock.advance(HOUR * 10);
        assert_eq!(mara.get("/api/v1/session").await.status, 200);
    }
    let last = mara.get("/api/v1/session").await.json;
    assert_eq!(last["idle_expires_at"], last["expires_at"]);
    scene.clock.advance(HOUR * 8);
    assert_eq!(mara.get("/api/v1/session").await.status, 401);
}

#[tokio::test]
async fn clock_set_two_hours_back_and_forth_ends_no_session() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let now = kernel::Clock::now(&scene.clock);
    for time in [now.minus(HOUR * 2), now.plus(HOUR * 2), now] {
        scene.clock.set(time);
        assert_eq!(mara.get("/api/v1/session").await.status, 200);
    }
}

#[tokio::test]
async fn last_seen_is_written_once_a_minute() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let seen = async || {
        let list = mara.get("/api/v1/sessions").await;
        list.json["items"][0]["last_seen_at"].as_str().unwrap().to_owned()
    };
    let begun = seen().await;
    scene.clock.advance(Duration::from_secs(59));
    assert_eq!(seen().await, begun);
    scene.clock.advance(Duration::from_secs(1));
    assert_ne!(seen().await, begun);
}

#[tokio::test]
async fn ended_cookie_does_not_keep_one_from_signing_in_again() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    assert_eq!(mara.delete("/api/v1/session", None).await.status, 204);
    assert_eq!(mara.get("/api/v1/users").await.status, 401);
    assert_eq!(mara.get("/api/v1/first-run").await.status, 200);
    let body = json!({ "name": "mara", "password": PASSWORD });
    assert_eq!(mara.post("/api/v1/session", body).await.status, 200);
}

#[tokio::test]
async fn gate_tells_an_ended_session_from_no_session() {
    let scene = Scene::staffed().await;
    let caller = async |cookie: Option<&'static str>| {
        let mut headers = HeaderMap::new();
        if let Some(cookie) = cookie {
            headers.insert("cookie", HeaderValue::from_static(cookie));
        }
        scene.access.authenticate(&Method::GET, &headers, None, "id").await.unwrap()
    };
    let none = caller(None).await;
    assert_eq!((none.actor.kind, none.session_id), (ActorKind::Stranger, None));
    for cookie in ["__Host-mainstay-session=forged", "__Host-mainstay-session=\"><script>"] {
        let ended = caller(Some(cookie)).await;
        assert_eq!(ended.actor.kind, ActorKind::Stranger);
        assert!(ended.session_id.is_some(), "{cookie}");
    }
}

#[tokio::test]
async fn sign_out_ends_the_session_and_takes_the_cookie() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let answer = mara.delete("/api/v1/session", None).await;
    assert_eq!(answer.status, 204);
    assert!(answer.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(mara.get("/api/v1/session").await.status, 401);
    assert_eq!(scene.facts("user.signed_out").await.len(), 1);
}

#[tokio::test]
async fn own_sessions_are_listed_and_ended_one_by_one_or_all() {
    let scene = Scene::staffed().await;
    let (desk, phone) = (scene.signed_in("mara").await, scene.signed_in("mara").await);
    let list = desk.get("/api/v1/sessions").await.json;
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["source"], "192.0.2.1");
    let of_phone = items.iter().find(|item| item["current"] == false).unwrap();
    let path = format!("/api/v1/sessions/{}", of_phone["id"].as_str().unwrap());
    assert_eq!(desk.delete(&path, None).await.status, 204);
    assert_eq!(phone.get("/api/v1/session").await.status, 401);
    assert_eq!(refusal(&desk.delete(&path, None).await), (404, "not-found"));
    let again = scene.signed_in("mara").await;
    let answer = desk.delete("/api/v1/sessions", None).await;
    assert_eq!(answer.status, 204);
    for browser in [&desk, &again] {
        assert_eq!(browser.get("/api/v1/session").await.status, 401);
    }
}

#[tokio::test]
async fn session_of_somebody_else_is_not_found() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let id = mara.get("/api/v1/session").await.json["session_id"].clone();
    let path = format!("/api/v1/sessions/{}", id.as_str().unwrap());
    assert_eq!(refusal(&wei.delete(&path, None).await), (404, "not-found"));
    assert_eq!(mara.get("/api/v1/session").await.status, 200);
}

#[tokio::test]
async fn administrator_signs_a_user_out_and_nobody_else_can() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let of_mara = format!("/api/v1/users/{}/sign-out", own_id(&mara).await);
    assert_eq!(refusal(&wei.post(&of_mara, json!({})).await), (403, "forbidden"));
    let of_wei = format!("/api/v1/users/{}/sign-out", own_id(&wei).await);
    assert_eq!(mara.post(&of_wei, json!({})).await.status, 204);
    assert_eq!(wei.get("/api/v1/session").await.status, 401);
    assert_eq!(mara.get("/api/v1/session").await.status, 200);
}

#[tokio::test]
async fn fifty_first_session_ends_the_oldest() {
    let scene = Scene::staffed().await;
    let first = scene.signed_in("mara").await;
    for _ in 0..49 {
        scene.clock.advance(Duration::from_secs(1));
        scene.signed_in("mara").await;
    }
    assert_eq!(first.get("/api/v1/session").await.status, 200);
    scene.clock.advance(Duration::from_secs(1));
    let last = scene.signed_in("mara").await;
    assert_eq!(first.get("/api/v1/session").await.status, 401);
    let list = last.get("/api/v1/sessions").await.json;
    assert_eq!(list["items"].as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn permissions_of_a_session_are_those_of_its_role() {
    let scene = Scene::staffed().await;
    scene.access.learn_permissions(access::routes(scene.access.clone()).table(), &[]);
    let of = async |name| {
        let session = scene.signed_in(name).await.get("/api/v1/session").await.json;
        session["permissions"].clone()
    };
    assert_eq!(
        of("mara").await,
        json!([
            "emergency.change",
            "emergency.read",
            "grant.change",
            "grant.delegate",
            "grant.read",
            "group.change",
            "group.read",
            "profile.change",
            "profile.read",
            "provider.change",
            "provider.read",
            "review.change",
            "review.read",
            "role.change",
            "role.read",
            "separation.change",
            "separation.read",
            "sign-in.change",
            "sign-in.read",
            "token.change",
            "token.read",
            "user.change",
            "user.read"
        ])
    );
    assert_eq!(
        of("wei").await,
        json!(["profile.change", "profile.read", "sign-in.change", "sign-in.read"])
    );
}
