//! While the administrators are separated, what rules the whole house is the system
//! administrator's, whatever role it is in.

use serde_json::{Value, json};
use testkit::Client;

use crate::{
    grants::{province, unit},
    providers::Stage,
    scene::{Scene, everything, id_of, own_id, refusal},
    separation::{SEPARATION, three},
    vouched,
};

/// All of it but what makes one of the three duties wherever it is held.
const OPS: [&str; 12] = [
    "*",
    "-user.*",
    "-role.change",
    "-group.change",
    "-grant.change",
    "-emergency.change",
    "-separation.change",
    "-provider.change",
    "-review.change",
    "-journal.*",
    "-setting.change",
    "-job.change",
];

async fn learn(scene: &Scene) {
    let inner = [directory::DIRECTORY_READ, directory::DIRECTORY_CHANGE];
    scene.access.learn_permissions(&[], &inner);
    let mut tx = scene.records.db.begin().await.unwrap();
    let sql = "
        INSERT INTO access_role (name, title_en, title_zh, description_en, description_zh,
            permissions, duty, delegable, shipped, version, created_at)
        VALUES ('ops', 'Ops', 'Ops', '', '', $1, NULL, 0, 0, 1, 5)";
    sqlx::query(sql).bind(json!(OPS).to_string()).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn standing(by: &Client, user: &str, role: &str) -> Value {
    let rights = by.get(&format!("/api/v1/users/{user}/access")).await.json;
    let mut lines = rights["lines"].as_array().unwrap().iter();
    lines.find(|line| line["grant"]["role"] == role).unwrap()["standing"].clone()
}

/// Once the security administrator gave it to another one, and to the auditor.
#[tokio::test]
async fn what_rules_the_whole_house_is_the_system_administrators() {
    let scene = Scene::staffed().await;
    learn(&scene).await;
    let (mara, [sys, sec, aud]) = three(&scene).await;
    scene.add("sec2", "security-administrator").await;
    let sec2 = scene.signed_in("sec2").await;
    assert_eq!(mara.post(SEPARATION, json!({ "reason": "law" })).await.status, 200);
    for other in [&sec2, &aud] {
        let other = own_id(other).await;
        let given = scene.grant(&sec, ("user", &other), "ops", everything()).await;
        assert_eq!(refusal(&given), (409, "duties-exclude"), "{:?}", given.json);
    }
    // Nor by widening a role that they hold.
    let small = json!({ "name": "small", "title": { "en": "s", "zh": "s" },
        "permissions": ["directory.read"] });
    assert_eq!(sec.post("/api/v1/roles", small).await.status, 201);
    let aud_id = own_id(&aud).await;
    let given = scene.grant(&sec, ("user", &aud_id), "small", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    let wide = json!({ "title": { "en": "s", "zh": "s" }, "permissions": ["directory.*"] });
    let put = sec.send("PUT", "/api/v1/roles/small", Some(wide.to_string()), Some(1)).await;
    assert_eq!(refusal(&put), (409, "duties-exclude"), "{:?}", put.json);
    // One role that rules both is all-powerful.
    let both = json!({ "name": "both", "title": { "en": "b", "zh": "b" },
        "permissions": ["grant.*", "directory.*"] });
    assert_eq!(sec.post("/api/v1/roles", both).await.status, 201);
    let wei = own_id(&scene.signed_in("wei").await).await;
    let given = scene.grant(&sec, ("user", &wei), "both", everything()).await;
    assert_eq!(refusal(&given), (409, "separated"), "{:?}", given.json);
    // Who has a part of the house is no administrator; nor is who has a shipped role.
    let [_, north, ..] = province(&scene).await;
    let other = scene.add("other", "").await.id.to_string();
    for (user, role, scope) in [
        (&aud_id, "ops", unit(&north)),
        (&wei, "both", unit(&north)),
        (&aud_id, "operator", everything()),
        (&aud_id, "viewer", everything()),
        (&own_id(&sys).await, "ops", everything()),
        (&other, "ops", everything()),
    ] {
        let given = scene.grant(&sec, ("user", user), role, scope).await;
        assert_eq!(given.status, 201, "{role}: {:?}", given.json);
    }
    assert_eq!(standing(&sec, &other, "ops").await, "effective");
}

/// Once a user whom the security administrator let in by a provider of their own did all of it.
#[tokio::test]
async fn who_comes_by_anothers_word_does_not_rule_the_whole_house() {
    let (stage, sec): (Stage, Client) = vouched::separated().await;
    learn(&stage.scene).await;
    stage.claim("preferred_username", json!("ghost"));
    let ghost = stage.scene.browser(&stage.sign_in().await);
    let id = own_id(&ghost).await;
    let given = stage.scene.grant(&sec, ("user", &id), "ops", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    assert_eq!(standing(&sec, &id, "ops").await, "separated");
    let unit = json!({ "code": "GH", "name": { "en": "g", "zh": "g" } });
    assert_eq!(ghost.post("/api/v1/units", unit).await.status, 401, "what began by the link ended");
}

/// What was granted before is named when the separation begins, and what a later version makes a
/// duty withholds that alone.
#[tokio::test]
async fn separation_names_who_rules_the_house_besides_another_duty() {
    let scene = Scene::staffed().await;
    learn(&scene).await;
    let (mara, [sys, _, aud]) = three(&scene).await;
    let aud_id = own_id(&aud).await;
    let given = scene.grant(&mara, ("user", &aud_id), "ops", everything()).await;
    let grant = id_of(&given);
    let reason = json!({ "reason": "law" });
    let refused = mara.post(SEPARATION, reason.clone()).await;
    assert_eq!(refusal(&refused), (409, "duties-exclude"), "{:?}", refused.json);
    let said = refused.json["detail"].as_str().unwrap();
    assert!(said.contains("aud → ops") && said.contains("aud → audit-administrator"), "{said}");
    let mut tx = scene.records.db.begin().await.unwrap();
    let sql = "
        INSERT INTO access_separation (id, since, switched_by, reason)
        VALUES (1, 5, 'mara', 'an older version')";
    sqlx::query(sql).execute(tx.connection()).await.unwrap();
    sqlx::query("UPDATE access_generation SET generation = generation + 1")
        .execute(tx.connection())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(aud.get("/api/v1/users").await.status, 200, "the auditor goes on");
    assert_eq!(standing(&aud, &aud_id, "ops").await, "conflicting");
    assert_eq!(standing(&aud, &aud_id, "audit-administrator").await, "effective");
    assert_eq!(sys.get("/api/v1/units").await.status, 200);
    let sec = scene.signed_in("sec").await;
    let end = format!("/api/v1/grants/{grant}/end");
    assert_eq!(sec.post(&end, reason).await.status, 200);
}

/// A token of somebody else's is the security administrator's to end.
#[tokio::test]
async fn tokens_of_others_end_by_whoever_has_the_duty_of_security() {
    let scene = Scene::staffed().await;
    let (mara, [_, sec, _]) = three(&scene).await;
    let role = json!({ "name": "programs", "title": { "en": "p", "zh": "p" },
        "permissions": ["token.*"] });
    assert_eq!(mara.post("/api/v1/roles", role).await.status, 201);
    let wei = scene.signed_in("wei").await;
    let wei_id = own_id(&wei).await;
    let given = scene.grant(&mara, ("user", &wei_id), "programs", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    assert_eq!(mara.post(SEPARATION, json!({ "reason": "law" })).await.status, 200);
    let (_, of_sec) = scene.program(&sec, "security-administrator").await;
    let (_, of_wei) = scene.program(&wei, "programs").await;
    let path = |token: &Value| format!("/api/v1/tokens/{}", token["id"].as_str().unwrap());
    let refused = wei.delete(&path(&of_sec), None).await;
    assert_eq!(refusal(&refused), (403, "forbidden"), "{:?}", refused.json);
    assert_eq!(wei.delete(&path(&of_wei), None).await.status, 204, "one's own");
    let (_, of_wei) = scene.program(&wei, "programs").await;
    assert_eq!(sec.delete(&path(&of_wei), None).await.status, 204);
}
