use std::time::Duration;

use serde_json::json;

use crate::scene::{Scene, everything, id_of, own_id, refusal};

const EMERGENCIES: &str = "/api/v1/emergencies";
const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn broken_seal_is_loud_ends_by_itself_and_waits_for_somebody_else() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let seal = json!({ "user_id": own_id(&wei).await, "role": "audit-administrator",
        "scope": everything(), "hours_max": 4, "reason": "auditor unreachable" });
    let sealed = id_of(&mara.post(EMERGENCIES, seal).await);
    assert_eq!(wei.get("/api/v1/users").await.status, 403, "sealed is not held");
    let own = wei.get("/api/v1/profile/emergencies").await.json;
    assert_eq!(own["items"][0]["id"], sealed.as_str());
    let path = format!("{EMERGENCIES}/{sealed}/activate");
    for (body, field) in [
        (json!({ "hours": 5, "reason": "x" }), "hours"),
        (json!({ "hours": 0, "reason": "x" }), "hours"),
        (json!({ "hours": 1, "reason": " " }), "reason"),
    ] {
        assert_eq!(wei.post(&path, body).await.json["fields"][0]["field"], field);
    }
    let begin = json!({ "hours": 2, "reason": "ransomware in the records" });
    assert_eq!(refusal(&mara.post(&path, begin.clone()).await), (404, "not-found"), "not Mara's");
    let begun = wei.post(&path, begin.clone()).await;
    assert_eq!(begun.status, 201, "{:?}", begun.json);
    assert_eq!(refusal(&wei.post(&path, begin).await), (409, "emergency-goes-on"));
    assert_eq!(wei.get("/api/v1/users").await.status, 200);
    let session = wei.get("/api/v1/session").await.json;
    assert_eq!(session["emergencies"][0]["role"], "audit-administrator");
    assert_eq!(session["emergencies"][0]["confirmed_by"], json!(null));
    let fact = scene.facts("emergency.activated").await.remove(0);
    assert_eq!(fact.detail["reason"], "ransomware in the records");
    assert_eq!(fact.actor.name, "wei");
    // The job tells of it until somebody else has looked.
    let job = access::jobs(&scene.access).remove(0);
    assert_eq!(job.run().await.unwrap().left, 1);
    let confirm = format!("/api/v1/activations/{}/confirm", id_of(&begun));
    let reason = json!({ "reason": "seen the tickets" });
    assert_eq!(refusal(&wei.post(&confirm, reason.clone()).await), (403, "own-review"));
    assert_eq!(mara.post(&confirm, reason.clone()).await.json["confirmed_by"], "Mara");
    assert_eq!(refusal(&mara.post(&confirm, reason).await), (409, "already-decided"));
    assert_eq!(job.run().await.unwrap().left, 0);
    scene.clock.advance(HOUR * 2);
    assert_eq!(wei.get("/api/v1/users").await.status, 403, "it ended by itself");
    assert_eq!(wei.get("/api/v1/session").await.json["emergencies"], json!([]));
    let list = mara.get("/api/v1/activations").await.json;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn withdrawn_seal_cannot_be_broken_and_running_one_ends_with_its_grant() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let seal = json!({ "user_id": own_id(&wei).await, "role": "audit-administrator",
        "scope": everything(), "hours_max": 24, "reason": "x" });
    let sealed = id_of(&mara.post(EMERGENCIES, seal.clone()).await);
    let path = format!("{EMERGENCIES}/{sealed}");
    let begin = json!({ "hours": 24, "reason": "fire" });
    let begun = wei.post(&format!("{path}/activate"), begin.clone()).await;
    let end = format!("/api/v1/grants/{}/end", begun.json["grant_id"].as_str().unwrap());
    assert_eq!(mara.post(&end, json!({ "reason": "over" })).await.status, 200);
    assert_eq!(wei.get("/api/v1/users").await.status, 403);
    assert_eq!(wei.get("/api/v1/session").await.json["emergencies"], json!([]));
    assert_eq!(mara.delete(&path, None).await.status, 204);
    let again = wei.post(&format!("{path}/activate"), begin).await;
    assert_eq!(refusal(&again), (404, "not-found"));
    assert_eq!(mara.get(EMERGENCIES).await.json["items"], json!([]));
    let mut too_long = seal;
    too_long["hours_max"] = json!(25);
    assert_eq!(mara.post(EMERGENCIES, too_long).await.json["fields"][0]["field"], "hours_max");
}

#[tokio::test]
async fn emergency_never_brings_two_duties_together() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    scene.add("sys", "").await;
    let sys = scene.signed_in("sys").await;
    let sys_id = own_id(&sys).await;
    let seal = json!({ "user_id": sys_id, "role": "audit-administrator",
        "scope": everything(), "hours_max": 1, "reason": "x" });
    let sealed = id_of(&mara.post(EMERGENCIES, seal.clone()).await);
    let given = scene.grant(&mara, ("user", &sys_id), "system-administrator", everything()).await;
    assert_eq!(given.status, 201, "nothing is held yet of what lies sealed");
    // A seal that could never be broken is not made; it lulled everybody until the emergency.
    assert_eq!(refusal(&mara.post(EMERGENCIES, seal).await), (409, "duties-exclude"));
    assert_eq!(scene.facts("emergency.sealed").await.len(), 1);
    let begin = json!({ "hours": 1, "reason": "fire" });
    let answer = sys.post(&format!("{EMERGENCIES}/{sealed}/activate"), begin).await;
    assert_eq!(refusal(&answer), (409, "duties-exclude"));
    assert!(scene.facts("emergency.activated").await.is_empty());
}

/// One right after the other, two duties were in one hand, and nobody had looked in between.
#[tokio::test]
async fn emergency_of_another_duty_waits_until_somebody_else_has_looked_at_the_one_before() {
    let scene = Scene::staffed().await;
    scene.add("night", "").await;
    let own = own_id(&scene.signed_in("night").await).await;
    // Sessions end in between.
    let mara = async || scene.signed_in("mara").await;
    let seal = async |role: &str| {
        let body = json!({ "user_id": own, "role": role, "scope": everything(), "hours_max": 2,
            "reason": "fire" });
        id_of(&mara().await.post(EMERGENCIES, body).await)
    };
    let withdraw = async |sealed: &str| {
        let path = format!("{EMERGENCIES}/{sealed}");
        assert_eq!(mara().await.delete(&path, None).await.status, 204);
    };
    let take = async |sealed: &str| {
        let path = format!("{EMERGENCIES}/{sealed}/activate");
        scene.signed_in("night").await.post(&path, json!({ "hours": 1, "reason": "fire" })).await
    };
    let confirm = async |begun: &str| {
        let path = format!("/api/v1/activations/{begun}/confirm");
        let seen = mara().await.post(&path, json!({ "reason": "seen" })).await;
        assert_eq!(seen.status, 200, "{:?}", seen.json);
    };
    let system = seal("system-administrator").await;
    let first = id_of(&take(&system).await);
    withdraw(&system).await;
    scene.clock.advance(HOUR);
    let audit = seal("audit-administrator").await;
    let refused = take(&audit).await;
    assert_eq!(refusal(&refused), (409, "emergency-unconfirmed"), "{:?}", refused.json);
    let said = refused.json["detail"].as_str().unwrap();
    assert!(said.contains("system-administrator") && said.contains("confirm"), "{said}");
    // Time alone changes nothing; the same duty may be taken again.
    scene.clock.advance(HOUR * 48);
    assert_eq!(refusal(&take(&audit).await), (409, "emergency-unconfirmed"));
    confirm(&first).await;
    let second = take(&audit).await;
    assert_eq!(second.status, 201, "{:?}", second.json);
    // Whoever confirms before it is over has not seen all of it.
    confirm(&id_of(&second)).await;
    scene.clock.advance(Duration::from_secs(60));
    let end = format!("/api/v1/grants/{}/end", second.json["grant_id"].as_str().unwrap());
    assert_eq!(mara().await.post(&end, json!({ "reason": "over" })).await.status, 200);
    withdraw(&audit).await;
    let system = seal("system-administrator").await;
    let refused = take(&system).await;
    assert_eq!(refusal(&refused), (409, "emergency-unconfirmed"), "{:?}", refused.json);
    assert!(refused.json["detail"].as_str().unwrap().contains("waits until"), "{:?}", refused.json);
    scene.clock.advance(HOUR * 24);
    let third = take(&system).await;
    assert_eq!(third.status, 201, "{:?}", third.json);
    scene.clock.advance(HOUR);
    let again = take(&system).await;
    assert_eq!(again.status, 201, "the same duty: {:?}", again.json);
}
