use serde_json::json;

use crate::scene::{Scene, everything, own_id, refusal};

const ROLES: &str = "/api/v1/roles";

#[tokio::test]
async fn role_is_made_changed_granted_and_counts_at_once() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let body = json!({ "name": "desk", "title": { "en": "Desk", "zh": "服务台" },
        "permissions": ["user.read"], "delegable": true });
    let made = mara.post(ROLES, body).await;
    assert_eq!(made.status, 201, "{:?}", made.json);
    assert_eq!((&made.json["shipped"], &made.json["version"]), (&json!(false), &json!(1)));
    assert_eq!(wei.get("/api/v1/users").await.status, 403);
    let granted = scene.grant(&mara, ("user", &own_id(&wei).await), "desk", everything()).await;
    assert_eq!(granted.status, 201, "{:?}", granted.json);
    assert_eq!(wei.get("/api/v1/users").await.status, 200, "without signing in again");
    let path = format!("{ROLES}/desk");
    let content =
        json!({ "title": { "en": "Desk", "zh": "服务台" }, "permissions": ["token.read"] });
    let put = async |version| mara.send("PUT", &path, Some(content.to_string()), version).await;
    assert_eq!(refusal(&put(None).await), (428, "version-missing"));
    assert_eq!(put(Some(1)).await.json["version"], 2);
    assert_eq!(refusal(&put(Some(1)).await), (412, "stale-version"));
    assert_eq!(wei.get("/api/v1/users").await.status, 403);
    assert_eq!(wei.get("/api/v1/tokens").await.status, 200);
    assert_eq!(refusal(&mara.delete(&path, None).await), (409, "role-in-use"));
    let facts = scene.facts("role.changed").await.remove(0);
    assert_eq!(facts.before.unwrap()["permissions"], json!(["user.read"]));
    assert_eq!(facts.after.unwrap()["permissions"], json!(["token.read"]));
}

#[tokio::test]
async fn shipped_roles_are_there_and_stay_as_they_are() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let list = mara.get(ROLES).await.json;
    let duties: Vec<(String, serde_json::Value)> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| (role["name"].as_str().unwrap().to_owned(), role["duties"].clone()))
        .collect();
    let expected = [
        ("administrator", json!(["system", "security", "audit"])),
        ("audit-administrator", json!(["audit"])),
        ("identity-provider", json!(["security"])),
        ("operator", json!([])),
        ("security-administrator", json!(["security"])),
        ("system-administrator", json!(["system"])),
        ("viewer", json!([])),
    ];
    assert_eq!(duties, expected.map(|(name, duties)| (name.to_owned(), duties)));
    let content = json!({ "title": { "en": "x", "zh": "x" }, "permissions": [] });
    let path = format!("{ROLES}/viewer");
    let put = mara.send("PUT", &path, Some(content.to_string()), Some(1)).await;
    assert_eq!(refusal(&put), (409, "role-shipped"));
    assert_eq!(refusal(&mara.delete(&path, None).await), (409, "role-shipped"));
}

#[tokio::test]
async fn bad_roles_are_refused_by_field_with_the_nearest_permission() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let title = json!({ "en": "x", "zh": "x" });
    for (body, field, said) in [
        (json!({ "name": "Desk!", "title": title, "permissions": [] }), "name", "lower-case"),
        (
            json!({ "name": "desk", "title": title, "permissions": ["user.raed"] }),
            "permissions[0]",
            "user.read",
        ),
        (
            json!({ "name": "desk", "title": title, "permissions": ["*", "-*.*"] }),
            "permissions[1]",
            "noun",
        ),
        (
            json!({ "name": "desk", "title": title, "permissions": [], "duty": "boss" }),
            "duty",
            "audit",
        ),
        (json!({ "name": "desk", "permissions": [] }), "body", "title"),
        (
            json!({ "name": "desk", "title": title, "permissions": [], "shipped": true }),
            "body",
            "shipped",
        ),
    ] {
        let answer = mara.post(ROLES, body).await;
        assert_eq!(refusal(&answer), (400, "invalid"), "{field}");
        let said_there = answer.json["detail"].as_str().unwrap();
        assert!(said_there.contains(said), "{said_there}");
    }
    let twice = json!({ "name": "viewer", "title": title, "permissions": [] });
    assert_eq!(refusal(&mara.post(ROLES, twice).await), (409, "name-taken"));
    assert_eq!(refusal(&mara.get("/api/v1/roles/ghost").await), (404, "not-found"));
}

#[tokio::test]
async fn role_that_was_never_granted_goes() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let body = json!({ "name": "desk", "title": { "en": "Desk", "zh": "台" }, "permissions": [] });
    assert_eq!(mara.post(ROLES, body).await.status, 201);
    assert_eq!(mara.delete("/api/v1/roles/desk", None).await.status, 204);
    assert_eq!(scene.facts("role.removed").await.len(), 1);
    let permissions = mara.get("/api/v1/permissions").await.json;
    assert!(permissions["items"].as_array().unwrap().contains(&json!("grant.delegate")));
}

#[tokio::test]
async fn user_with_no_role_sees_only_themselves() {
    let scene = Scene::staffed().await;
    scene.add("nobody", "").await;
    let nobody = scene.signed_in("nobody").await;
    let session = nobody.get("/api/v1/session").await.json;
    let own = json!(["profile.change", "profile.read", "sign-in.change", "sign-in.read"]);
    assert_eq!(session["permissions"], own);
    assert_eq!(session["roles"], json!([]));
    for path in ["users", "roles", "grants", "groups", "tokens", "emergencies"] {
        let answer = nobody.get(&format!("/api/v1/{path}")).await;
        assert_eq!(refusal(&answer), (403, "forbidden"), "{path}");
    }
    let rights = nobody.get("/api/v1/profile/access").await;
    assert_eq!((&rights.json["lines"], rights.status.as_u16()), (&json!([]), 200));
}
