use access::TokenLimits;
use serde_json::json;

use crate::scene::{CORE_USER, ENTERPRISE, GROUPS, Scene, USERS, refusal, user};

#[tokio::test]
async fn what_is_spoken_here_can_be_asked() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let config = provider.get("/scim/v2/ServiceProviderConfig").await;
    assert_eq!(config.headers["content-type"], "application/scim+json");
    for (name, supported) in
        [("patch", true), ("bulk", false), ("filter", true), ("sort", false), ("etag", true)]
    {
        assert_eq!(config.json[name]["supported"], supported, "{name}");
    }
    let types = provider.get("/scim/v2/ResourceTypes").await.json;
    assert_eq!(types["Resources"][1]["endpoint"], "/Groups");
    assert_eq!(types["Resources"][0]["schemaExtensions"][0]["schema"], ENTERPRISE);
    assert_eq!(provider.get("/scim/v2/ResourceTypes/User").await.json["schema"], CORE_USER);
    let schemas = provider.get("/scim/v2/Schemas").await.json;
    assert_eq!(schemas["totalResults"], 3);
    let one = provider.get(&format!("/scim/v2/Schemas/{CORE_USER}")).await.json;
    let named = one["attributes"].as_array().unwrap().iter();
    let name = named.clone().find(|attribute| attribute["name"] == "userName").unwrap();
    assert_eq!((&name["required"], &name["uniqueness"]), (&json!(true), &json!("server")));
    let emails = named.clone().find(|attribute| attribute["name"] == "emails").unwrap();
    assert_eq!(emails["subAttributes"][0]["name"], "value");
    for path in ["ResourceTypes/Robot", "Schemas/urn:x", "Users/7", "Groups/7"] {
        let answer = provider.get(&format!("/scim/v2/{path}")).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.json["status"], "404");
    }
}

#[tokio::test]
async fn only_who_may_provision_everywhere_gets_in() {
    let scene = Scene::new().await;
    let answer = scene.stranger().get(USERS).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.headers["content-type"], "application/scim+json");
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
    assert_eq!(answer.json["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
    let forged = scene.stranger().with_header("authorization", "Bearer mst_forged");
    assert_eq!(forged.get(USERS).await.status, 401);
    let viewer = scene.add("wei", "viewer").await;
    let viewer = scene.program(&viewer, None).await;
    let answer = viewer.post(USERS, user("ada")).await;
    assert_eq!((answer.status.as_u16(), &answer.json["code"]), (403, &json!("forbidden")));
    let system = scene.add("sys", "system-administrator").await;
    let system = scene.program(&system, None).await;
    assert_eq!(system.get(USERS).await.status, 403);
    let mara = scene.account("mara").await;
    let limits =
        TokenLimits { permissions: Some(vec!["directory.*".to_owned()]), ..TokenLimits::default() };
    let limited = scene.program(&mara, Some(limits)).await;
    assert_eq!(limited.get(USERS).await.status, 403);
    assert_eq!(scene.facts("access.denied").await.len(), 3);
    // A source is made by nothing but a call that got in.
    assert!(scene.facts("directory_source.changed").await.is_empty());
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused_in_the_protocols_words() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let scim = provider.with_header("content-type", "application/scim+json; charset=utf-8");
    let text = user("ada").to_string();
    assert_eq!(scim.send("POST", USERS, Some(text.clone()), None).await.status, 201);
    let plain = provider.with_header("content-type", "text/plain");
    let answer = plain.send("POST", USERS, Some(text), None).await;
    assert_eq!(refusal(&answer), (400, "invalidValue"));
    for (body, expected) in [
        ("{", (400, "invalidSyntax")),
        ("[]", (400, "invalidSyntax")),
        ("\"x\"", (400, "invalidSyntax")),
        ("{}", (400, "invalidValue")),
        (r#"{"userName":"x\u0000y"}"#, (400, "invalidValue")),
        (r#"{"userName":"eve","emails":[{"value":"no mail"}]}"#, (400, "invalidValue")),
        (
            r#"{"userName":"eve","schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]}"#,
            (400, "invalidValue"),
        ),
    ] {
        let answer = provider.send("POST", USERS, Some(body.to_owned()), None).await;
        assert_eq!(refusal(&answer), expected, "{body}: {:?}", answer.json);
    }
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    assert_eq!(provider.send("POST", USERS, Some(deep), None).await.status, 400);
    let large = json!({ "userName": "eve", "nickName": "x".repeat(2_000_000) }).to_string();
    assert_eq!(provider.send("POST", USERS, Some(large), None).await.status, 413);
    let large = json!({ "displayName": "G", "x": "x".repeat(9_000_000) }).to_string();
    assert_eq!(provider.send("POST", GROUPS, Some(large), None).await.status, 413);
    let chinese = provider.with_header("accept-language", "zh-CN");
    let answer = chinese.post(USERS, json!({ "userName": "a" })).await;
    assert!(answer.json["detail"].as_str().unwrap().contains("应为"), "{:?}", answer.json);
}
