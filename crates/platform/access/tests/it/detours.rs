//! What somebody could not grant themselves they do not get by another way either.

use std::{collections::HashMap, sync::Arc};

use journal::{PlaceOf, Places, PlacesFuture};
use serde_json::{Value, json};
use testkit::Client;

use crate::{
    delegation::settle,
    grants::{province, unit},
    scene::{Scene, everything, id_of, own_id, refusal},
};

const HOST: &str = "01890a5d-ac96-774b-bcce-b302099a8a01";
const ELSEWHERE: &str = "01890a5d-ac96-774b-bcce-b302099a8a02";
const NOWHERE: &str = "01890a5d-ac96-774b-bcce-b302099a8a03";

fn role(permissions: &[&str]) -> Value {
    json!({ "title": { "en": "Desk", "zh": "服务台" }, "permissions": permissions })
}

/// A role called `desk` with these permissions; the user who holds it everywhere.
async fn with_role(scene: &Scene, by: &Client, permissions: &[&str]) -> Client {
    let mut body = role(permissions);
    body["name"] = json!("desk");
    assert_eq!(by.post("/api/v1/roles", body).await.status, 201);
    scene.add("deng", "").await;
    let deng = scene.signed_in("deng").await;
    let given = scene.grant(by, ("user", &own_id(&deng).await), "desk", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    deng
}

async fn edit(by: &Client, version: i64, permissions: &[&str]) -> testkit::Answer {
    let body = role(permissions).to_string();
    by.send("PUT", "/api/v1/roles/desk", Some(body), Some(version)).await
}

/// Once who could edit roles, and held one, could write everything into it.
#[tokio::test]
async fn nobody_writes_more_into_a_role_they_hold() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let deng = with_role(&scene, &mara, &["role.change", "role.read", "token.read"]).await;
    for more in [&["*"][..], &["role.*", "token.*", "grant.change"]] {
        let answer = edit(&deng, 1, more).await;
        assert_eq!(refusal(&answer), (403, "forbidden"), "{more:?}: {:?}", answer.json);
    }
    let mut passable = role(&["role.change", "role.read", "token.read"]);
    passable["delegable"] = json!(true);
    let answer = deng.send("PUT", "/api/v1/roles/desk", Some(passable.to_string()), Some(1)).await;
    assert_eq!(refusal(&answer), (403, "forbidden"), "passing it on is a gain too");
    // Less, or the same in other words, is fine; so is more by who may grant everything.
    assert_eq!(edit(&deng, 1, &["role.change", "role.read"]).await.status, 200);
    assert_eq!(edit(&mara, 2, &["role.change", "role.read", "user.read"]).await.status, 200);
}

#[tokio::test]
async fn separated_security_administrator_writes_nothing_into_their_own_role() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    for (name, duty) in [("sys", "system"), ("sec", "security"), ("aud", "audit")] {
        scene.add(name, &format!("{duty}-administrator")).await;
    }
    let sec = scene.signed_in("sec").await;
    let mut body = role(&["token.read"]);
    body["name"] = json!("desk");
    assert_eq!(mara.post("/api/v1/roles", body).await.status, 201);
    let given = scene.grant(&mara, ("user", &own_id(&sec).await), "desk", everything()).await;
    assert_eq!(given.status, 201);
    let separation = "/api/v1/access/separation";
    assert_eq!(mara.post(separation, json!({ "reason": "law" })).await.status, 200);
    let answer = edit(&sec, 1, &["token.read", "user.read", "token.change"]).await;
    assert_eq!(refusal(&answer), (403, "own-grant"), "{:?}", answer.json);
    assert_eq!(sec.get("/api/v1/roles/desk").await.json["version"], 1);
}

#[tokio::test]
async fn who_may_not_grant_gains_nothing_by_groups_and_seals() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let deng = with_role(&scene, &mara, &["group.*", "emergency.*"]).await;
    let group = id_of(&mara.post("/api/v1/groups", json!({ "name": "Heads" })).await);
    scene.grant(&mara, ("group", &group), "administrator", everything()).await;
    let deng_id = own_id(&deng).await;
    let join = json!({ "add": [{ "kind": "user", "id": deng_id }] });
    let joined = deng.post(&format!("/api/v1/groups/{group}/members"), join).await;
    assert_eq!(refusal(&joined), (403, "forbidden"), "{:?}", joined.json);
    let seal = json!({ "user_id": deng_id, "role": "administrator", "scope": everything(),
        "hours_max": 4, "reason": "fire" });
    let sealed = deng.post("/api/v1/emergencies", seal).await;
    assert_eq!(refusal(&sealed), (403, "forbidden"), "{:?}", sealed.json);
}

/// Two hosts: one of the county in the north, one in the south.
struct TwoHosts([(String, String); 2]);

impl Places for TwoHosts {
    fn places_of(&self, ids: Vec<String>) -> PlacesFuture<'_> {
        let of = |(id, unit): &(String, String)| {
            let place = PlaceOf { unit_id: Some(unit.clone()), ..PlaceOf::default() };
            (id.clone(), place)
        };
        let all: HashMap<String, PlaceOf> = self.0.iter().map(of).collect();
        let asked = all.into_iter().filter(move |(id, _)| ids.contains(id)).collect();
        Box::pin(std::future::ready(Ok(asked)))
    }
}

fn resources(ids: &[&str]) -> Value {
    json!({ "kind": "resources", "ids": ids })
}

/// Once a unit's holder could pass on the unit, and not a single host of it.
#[tokio::test]
async fn single_hosts_of_a_unit_are_passed_on_and_granted_by_who_holds_the_unit() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let [_, north, hill, south] = province(&scene).await;
    let hosts = [(HOST.to_owned(), hill.clone()), (ELSEWHERE.to_owned(), south)];
    scene.access.learn_places(Arc::new(TwoHosts(hosts)));
    scene.add("deng", "").await;
    let deng = scene.signed_in("deng").await;
    let deng_id = own_id(&deng).await;
    let source = scene.grant(&mara, ("user", &deng_id), "operator", unit(&north)).await;
    let path = format!("/api/v1/grants/{}/delegate", id_of(&source));
    let wei = own_id(&scene.signed_in("wei").await).await;
    settle(&scene, &mara, &wei, &hill).await;
    let pass_on = |ids: &[&str]| json!({ "user_id": wei, "scope": resources(ids), "reason": "x" });
    for ids in [&[ELSEWHERE][..], &[HOST, ELSEWHERE], &[NOWHERE]] {
        let answer = deng.post(&path, pass_on(ids)).await;
        assert_eq!(refusal(&answer), (400, "invalid"), "{ids:?}");
        assert_eq!(answer.json["fields"][0]["field"], "scope");
    }
    let passed = deng.post(&path, pass_on(&[HOST])).await;
    assert_eq!(passed.status, 201, "{:?}", passed.json);
    // And so for who grants within a unit: they give it, see it and end it.
    scene.grant(&mara, ("user", &deng_id), "administrator", unit(&north)).await;
    let beyond = scene.grant(&deng, ("user", &wei), "viewer", resources(&[ELSEWHERE])).await;
    assert_eq!(refusal(&beyond), (403, "out-of-scope"));
    let given = scene.grant(&deng, ("user", &wei), "viewer", resources(&[HOST])).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    let list = deng.get(&format!("/api/v1/grants?holder_id={wei}")).await.json;
    assert_eq!(list["items"].as_array().unwrap().len(), 2, "{list:?}");
    let end = format!("/api/v1/grants/{}/end", id_of(&given));
    assert_eq!(deng.post(&end, json!({ "reason": "done" })).await.status, 200);
}
