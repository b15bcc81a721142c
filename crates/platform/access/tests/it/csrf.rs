use serde_json::json;

use crate::scene::{PASSWORD, Scene, own_id, refusal};

/// Every route that changes something and needs somebody signed in.
fn unsafe_routes(scene: &Scene) -> Vec<(String, String)> {
    let routes = access::routes(scene.access.clone());
    let guarded = routes
        .table()
        .iter()
        .filter(|route| !route.method.is_safe() && route.need.permission().is_some());
    let filled = |path: &str| {
        path.replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057").replace("{name}", "operator")
    };
    guarded.map(|route| (route.method.to_string(), filled(&route.path))).collect()
}

#[tokio::test]
async fn change_by_cookie_needs_the_token_of_that_session() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let wei = scene.signed_in("wei").await.get("/api/v1/session").await;
    let of_wei = wei.json["csrf_token"].as_str().unwrap();
    let before = scene.verbs().await;
    let routes = unsafe_routes(&scene);
    assert!(routes.len() > 25, "{routes:?}");
    for (method, path) in &routes {
        for token in ["", "x", of_wei] {
            let forged = mara.with_header("x-csrf-token", token);
            let answer = forged.send(method, path, Some("{}".to_owned()), Some(1)).await;
            assert_eq!(refusal(&answer), (403, "csrf"), "{method} {path} {token}");
        }
    }
    assert_eq!(scene.verbs().await, before);
    assert_eq!(mara.get("/api/v1/session").await.status, 200);
}

#[tokio::test]
async fn change_from_another_site_is_refused_even_with_the_token() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    for (site, status) in [
        ("cross-site", 403),
        ("same-site", 403),
        ("nonsense", 403),
        ("none", 200),
        ("same-origin", 200),
    ] {
        let browser = mara.with_header("sec-fetch-site", site);
        let version = browser.get("/api/v1/session").await.json["user"]["version"].clone();
        let body = json!({ "theme": if site == "none" { "dark" } else { "light" } });
        let answer = browser.patch("/api/v1/profile", version.as_i64().unwrap(), body).await;
        assert_eq!(answer.status, status, "{site}: {:?}", answer.json);
    }
}

#[tokio::test]
async fn another_site_cannot_sign_a_browser_in() {
    let scene = Scene::staffed().await;
    let attacker = scene.stranger().with_header("sec-fetch-site", "cross-site");
    let body = json!({ "name": "mara", "password": PASSWORD });
    let answer = attacker.post("/api/v1/session", body).await;
    assert_eq!(refusal(&answer), (403, "csrf"));
}

#[tokio::test]
async fn program_with_a_token_needs_no_csrf_token() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let (program, _) = scene.program(&mara, "administrator").await;
    let path = format!("/api/v1/users/{}/sign-out", own_id(&mara).await);
    let answer = program.with_header("sec-fetch-site", "cross-site").post(&path, json!({})).await;
    assert_eq!(answer.status, 204, "{:?}", answer.json);
}

#[tokio::test]
async fn reading_changes_nothing() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let before = scene.verbs().await;
    for path in ["session", "sessions", "users", "tokens", "first-run"] {
        assert_eq!(mara.get(&format!("/api/v1/{path}")).await.status, 200, "{path}");
    }
    assert_eq!(scene.verbs().await, before);
}
