use access::{Password, UserChange};
use kernel::Caller;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    providers::{ARRIVAL, Stage},
    scene::{PASSWORD, cookie_of, everything, id_of, own_id, refusal},
};

const AUDIT: &str = "audit-administrator";

/// A provider whose people come by name, and three administrators, who are separated; the browser
/// of the one of security.
pub(crate) async fn separated() -> (Stage, Client) {
    let stage = Stage::with(json!({ "links_by_name": true, "creates_users": true })).await;
    for (name, duty) in [("sys", "system"), ("sec", "security"), ("aud", "audit")] {
        stage.scene.add(name, &format!("{duty}-administrator")).await;
    }
    let separated = stage.mara.post("/api/v1/access/separation", json!({ "reason": "law" })).await;
    assert_eq!(separated.status, 200, "{:?}", separated.json);
    let sec = stage.scene.signed_in("sec").await;
    (stage, sec)
}

pub(crate) async fn last_refusal(stage: &Stage) -> Value {
    stage.scene.facts("user.sign_in_refused").await.pop().unwrap().detail["reason"].clone()
}

/// Links the account of `name` as its owner does.
pub(crate) async fn link(stage: &Stage, name: &str) -> Answer {
    let signed_in = stage.scene.try_sign_in(name, PASSWORD).await;
    let path = format!("/api/v1/profile/identities/{}", stage.id);
    let departure = stage.scene.browser(&signed_in).post(&path, json!({})).await;
    let both = format!("{}; {}", cookie_of(&signed_in), cookie_of(&departure));
    let (code, state) = stage.came_back(&departure);
    let browser = stage.scene.stranger().with_header("cookie", &both);
    let token = signed_in.json["csrf_token"].as_str().unwrap();
    let browser = browser.with_header("x-csrf-token", token);
    browser.post(ARRIVAL, json!({ "state": state, "code": code })).await
}

#[tokio::test]
async fn account_with_a_password_is_linked_by_its_owner_alone() {
    let (stage, _) = separated().await;
    stage.claim("preferred_username", json!("aud"));
    assert_eq!(refusal(&stage.sign_in().await), (403, "not-welcome"));
    assert_eq!(last_refusal(&stage).await, json!({ "unwelcome": "administrator" }));
    stage.claim("preferred_username", json!("wei"));
    assert_eq!(refusal(&stage.sign_in().await), (403, "not-welcome"));
    assert_eq!(last_refusal(&stage).await, json!({ "unwelcome": "has_password" }));
    stage.claim("preferred_username", json!("lin"));
    assert_eq!(stage.sign_in().await.status, 200, "who has none may");
}

/// Once a user whom the security administrator let sign in by a provider of their own was granted
/// a duty afterwards, and had it.
#[tokio::test]
async fn duty_does_not_reach_whom_anothers_word_lets_in() {
    let (stage, sec) = separated().await;
    let id = id_of(&sec.post("/api/v1/users", json!({ "name": "puppet" })).await);
    stage.claim("preferred_username", json!("puppet"));
    let puppet = stage.scene.browser(&stage.sign_in().await);
    assert_eq!(own_id(&puppet).await, id);
    let given = stage.scene.grant(&sec, ("user", &id), AUDIT, everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    assert_eq!(puppet.get("/api/v1/users").await.status, 401, "the session is over");
    let rights = sec.get(&format!("/api/v1/users/{id}/access")).await.json;
    assert_eq!(rights["lines"][0]["standing"], "separated");
    assert_eq!(refusal(&stage.sign_in().await), (403, "not-welcome"));
    assert_eq!(last_refusal(&stage).await, json!({ "unwelcome": "administrator" }));
    // A password of the user's own, while the link is there: still nothing.
    let path = format!("/api/v1/users/{id}");
    let version = sec.get(&path).await.json["version"].as_i64().unwrap();
    let change = UserChange { password: Some(Password::new(PASSWORD)), ..UserChange::default() };
    let access = &stage.scene.access;
    access.change_user(&Caller::console(), id.parse().unwrap(), version, &change).await.unwrap();
    assert_eq!(puppet.get("/api/v1/users").await.status, 401, "the old sessions are over");
    let own = stage.scene.signed_in("puppet").await;
    assert_eq!(own.get("/api/v1/users").await.status, 403);
    // Linked by nobody else any more: the duty counts, and what had begun by the link is over.
    let query = format!("authority={}&subject=s-1", stage.provider.issuer);
    assert_eq!(sec.delete(&format!("{path}/identities?{query}"), None).await.status, 204);
    assert_eq!(own.get("/api/v1/users").await.status, 401);
    let own = stage.scene.signed_in("puppet").await;
    assert_eq!(own.get("/api/v1/users").await.status, 200);
    // Linked by its owner: a way in like any other.
    assert_eq!(link(&stage, "puppet").await.status, 204);
    let back = stage.scene.browser(&stage.sign_in().await);
    assert_eq!(back.get("/api/v1/users").await.status, 200);
}

/// Once whoever bore its name at the provider got into an account that was linked there already.
#[tokio::test]
async fn linked_account_is_not_taken_over_by_a_namesake() {
    let stage = Stage::with(json!({ "links_by_name": true })).await;
    stage.claim("preferred_username", json!("wei"));
    assert_eq!(stage.sign_in().await.status, 200);
    stage.claim("sub", json!("s-2"));
    assert_eq!(refusal(&stage.sign_in().await), (403, "not-welcome"));
    assert_eq!(last_refusal(&stage).await, json!({ "unwelcome": "linked_elsewhere" }));
    stage.claim("sub", json!("s-1"));
    let wei = stage.scene.browser(&stage.sign_in().await);
    let own = wei.get("/api/v1/profile/identities").await.json;
    assert_eq!(own["items"].as_array().unwrap().len(), 1);
    // Whoever got another account there is linked again once an administrator has unlinked them.
    stage.claim("sub", json!("s-2"));
    let query = format!("authority={}&subject=s-1", stage.provider.issuer);
    let path = format!("/api/v1/users/{}/identities?{query}", own_id(&wei).await);
    assert_eq!(stage.mara.delete(&path, None).await.status, 204);
    assert_eq!(stage.sign_in().await.status, 200);
}

/// Once a provider of the security administrator's own let them in to whoever had rights and no
/// password here.
#[tokio::test]
async fn while_separated_a_name_leads_to_no_account_that_has_something() {
    let (stage, sec) = separated().await;
    let id = id_of(&sec.post("/api/v1/users", json!({ "name": "oper" })).await);
    let given = stage.scene.grant(&sec, ("user", &id), "operator", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    stage.claim("preferred_username", json!("oper"));
    assert_eq!(refusal(&stage.sign_in().await), (403, "not-welcome"));
    assert_eq!(last_refusal(&stage).await, json!({ "unwelcome": "has_rights" }));
    // Who was there before they were given anything goes on.
    id_of(&sec.post("/api/v1/users", json!({ "name": "late" })).await);
    stage.claim("preferred_username", json!("late"));
    let late = stage.scene.browser(&stage.sign_in().await);
    let given =
        stage.scene.grant(&sec, ("user", &own_id(&late).await), "operator", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    assert_eq!(stage.sign_in().await.status, 200);
}
