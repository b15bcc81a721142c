use std::time::Duration;

use access::{AccessError, NewUser, Password};
use kernel::{Caller, Clock};
use serde_json::json;
use testkit::Client;

use crate::scene::{PASSWORD, Scene, everything, id_of, own_id, refusal};

pub(crate) const SEPARATION: &str = "/api/v1/access/separation";

/// Mara administers; Sys, Sec and Aud have one duty each.
pub(crate) async fn three(scene: &Scene) -> (Client, [Client; 3]) {
    let mara = scene.signed_in("mara").await;
    let mut browsers = Vec::new();
    for (name, duty) in [("sys", "system"), ("sec", "security"), ("aud", "audit")] {
        scene.add(name, &format!("{duty}-administrator")).await;
        browsers.push(scene.signed_in(name).await);
    }
    (mara, browsers.try_into().unwrap_or_else(|_| unreachable!("three were pushed")))
}

#[tokio::test]
async fn nobody_gets_two_duties_directly_by_groups_or_later() {
    let scene = Scene::staffed().await;
    let (mara, [sys, ..]) = three(&scene).await;
    let sys_id = own_id(&sys).await;
    let direct = scene.grant(&mara, ("user", &sys_id), "audit-administrator", everything()).await;
    assert_eq!(refusal(&direct), (409, "duties-exclude"));
    let said = direct.json["detail"].as_str().unwrap();
    assert!(said.contains("sys → audit-administrator"), "{said}");
    assert!(said.contains("sys → system-administrator"), "{said}");
    // Through a group in a group: refused where the group is granted, and where one joins it.
    let group =
        async |name: &str| id_of(&mara.post("/api/v1/groups", json!({ "name": name })).await);
    let (inner, outer) = (group("Inner").await, group("Outer").await);
    let members = |group: &str| format!("/api/v1/groups/{group}/members");
    let add = |kind: &str, id: &str| json!({ "add": [{ "kind": kind, "id": id }] });
    mara.post(&members(&outer), add("group", &inner)).await;
    mara.post(&members(&inner), add("user", &sys_id)).await;
    let refused = scene.grant(&mara, ("group", &outer), "audit-administrator", everything()).await;
    assert_eq!(refusal(&refused), (409, "duties-exclude"));
    assert!(refused.json["detail"].as_str().unwrap().contains("sys → Inner → Outer"));
    mara.post(&members(&inner), json!({ "remove": [{ "kind": "user", "id": sys_id }] })).await;
    let given = scene.grant(&mara, ("group", &outer), "audit-administrator", everything()).await;
    assert_eq!(given.status, 201);
    let joined = mara.post(&members(&inner), add("user", &sys_id)).await;
    assert_eq!(refusal(&joined), (409, "duties-exclude"));
    // A grant that begins when the other is over is fine; one that overlaps by a day is not.
    let day = |days: u64| scene.clock.now().plus(Duration::from_secs(86_400 * days)).to_string();
    scene.add("later", "").await;
    let later = own_id(&scene.signed_in("later").await).await;
    let give = async |role: &str, from: u64, to: Option<u64>| {
        let body = json!({ "holder": { "kind": "user", "id": later }, "role": role,
            "scope": everything(), "valid_from": day(from), "valid_to": to.map(day),
            "reason": "hand-over" });
        mara.post("/api/v1/grants", body).await
    };
    assert_eq!(give("system-administrator", 0, Some(10)).await.status, 201);
    let overlap = give("security-administrator", 9, None).await;
    assert_eq!(refusal(&overlap), (409, "duties-exclude"));
    assert_eq!(give("security-administrator", 10, None).await.status, 201);
}

#[tokio::test]
async fn duty_cannot_be_smuggled_in_by_a_role_of_ones_own() {
    let scene = Scene::staffed().await;
    let (mara, [sys, ..]) = three(&scene).await;
    let role = json!({ "name": "helper", "title": { "en": "Helper", "zh": "助手" },
        "permissions": ["user.read"] });
    assert_eq!(mara.post("/api/v1/roles", role).await.status, 201);
    let given = scene.grant(&mara, ("user", &own_id(&sys).await), "helper", everything()).await;
    assert_eq!(given.status, 201);
    let grown = json!({ "title": { "en": "Helper", "zh": "助手" },
        "permissions": ["user.read", "grant.change"] });
    let put = mara.send("PUT", "/api/v1/roles/helper", Some(grown.to_string()), Some(1)).await;
    assert_eq!(refusal(&put), (409, "duties-exclude"), "the role would carry a duty now");
    assert_eq!(mara.get("/api/v1/roles/helper").await.json["version"], 1);
}

#[tokio::test]
async fn separation_needs_three_people_and_ends_the_all_powerful() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let reason = json!({ "reason": "GB/T 22239" });
    let early = mara.post(SEPARATION, reason.clone()).await;
    assert_eq!(refusal(&early), (409, "duties-vacant"));
    assert!(early.json["detail"].as_str().unwrap().contains("security administration"));
    let (mara, [sys, sec, aud]) = three(&scene).await;
    assert_eq!(refusal(&sys.post(SEPARATION, reason.clone()).await), (403, "forbidden"));
    assert_eq!(mara.post(SEPARATION, reason.clone()).await.status, 200);
    // Mara, who could do everything, can do nothing any more from the next request on.
    assert_eq!(mara.get("/api/v1/users").await.status, 403);
    assert_eq!(mara.get("/api/v1/session").await.json["separated"], true);
    assert_eq!(refusal(&sec.post(SEPARATION, reason).await), (409, "already-separated"));
    let begun = scene.facts("separation.begun").await;
    assert_eq!(begun[0].detail["grants_ended"], 1);
    // The role cannot come back: not by grant, not by a new user, not by a seal, not as a copy.
    let mara_id = own_id(&mara).await;
    let again = scene.grant(&sec, ("user", &mara_id), "administrator", everything()).await;
    assert_eq!(refusal(&again), (409, "separated"));
    let user = json!({ "name": "root2", "role": "administrator", "reason": "no other" });
    assert_eq!(refusal(&sec.post("/api/v1/users", user).await), (409, "separated"));
    let seal = json!({ "user_id": mara_id, "role": "administrator", "scope": everything(),
        "hours_max": 4, "reason": "fire" });
    assert_eq!(refusal(&sec.post("/api/v1/emergencies", seal).await), (409, "separated"));
    let copy = json!({ "name": "boss", "title": { "en": "Boss", "zh": "总管" },
        "permissions": ["*"] });
    assert_eq!(sec.post("/api/v1/roles", copy).await.status, 201);
    let boss = scene.grant(&sec, ("user", &mara_id), "boss", everything()).await;
    assert_eq!(refusal(&boss), (409, "separated"));
    // And nobody grants themselves anything.
    let own = scene.grant(&sec, ("user", &own_id(&sec).await), "viewer", everything()).await;
    assert_eq!(refusal(&own), (403, "own-grant"));
    // Who audits sees that it was tried.
    let denied = scene.facts("access.denied").await;
    let rules: Vec<_> = denied.iter().filter_map(|row| row.detail["rule"].as_str()).collect();
    assert!(rules.contains(&"separated") && rules.contains(&"own-grant"), "{rules:?}");
    let last = denied.last().unwrap();
    assert_eq!((&last.actor.name[..], &last.detail["path"]), ("sec", &json!("/api/v1/grants")));
    // Each has what is theirs and nothing of the others'.
    for (browser, path, status) in [
        (&sys, "/api/v1/users", 403),
        (&sys, "/api/v1/grants", 403),
        (&sec, "/api/v1/users", 200),
        (&sec, "/api/v1/grants", 200),
        (&aud, "/api/v1/users", 200),
        (&aud, "/api/v1/grants", 200),
    ] {
        assert_eq!(browser.get(path).await.status, status, "{path}");
    }
    for browser in [&sys, &aud] {
        let answer = scene.grant(browser, ("user", &mara_id), "viewer", everything()).await;
        assert_eq!(refusal(&answer), (403, "forbidden"));
    }
}

/// Once a group, a post or a seal gave a security administrator what a grant of their own would
/// not have; and a password set for the auditor let them sign in as the auditor.
#[tokio::test]
async fn separated_administrator_gains_nothing_by_a_detour() {
    let scene = Scene::staffed().await;
    let (mara, [_, sec, aud]) = three(&scene).await;
    assert_eq!(mara.post(SEPARATION, json!({ "reason": "law" })).await.status, 200);
    let sec_id = own_id(&sec).await;
    let group = sec.post("/api/v1/groups", json!({ "name": "ops" })).await;
    assert_eq!(group.status, 201, "{}", group.json);
    let group_id = group.json["id"].as_str().unwrap().to_owned();
    let given = scene.grant(&sec, ("group", &group_id), "operator", everything()).await;
    assert_eq!(given.status, 201, "{}", given.json);
    let members = format!("/api/v1/groups/{group_id}/members");
    let join = |id: &str| json!({ "add": [{ "kind": "user", "id": id }] });
    assert_eq!(refusal(&sec.post(&members, join(&sec_id)).await), (403, "own-grant"));
    let mara_id = own_id(&mara).await;
    assert_eq!(sec.post(&members, join(&mara_id)).await.status, 204);
    let seal = json!({ "user_id": sec_id, "role": "operator", "scope": everything(),
        "hours_max": 4, "reason": "fire" });
    assert_eq!(refusal(&sec.post("/api/v1/emergencies", seal).await), (403, "own-grant"));
    let aud_id = own_id(&aud).await;
    let path = format!("/api/v1/users/{aud_id}");
    let version = sec.get(&path).await.json["version"].as_i64().unwrap();
    let password = json!({ "password": "a password that sec knows" });
    assert_eq!(refusal(&sec.patch(&path, version, password).await), (403, "others-duty"));
}

/// What somebody sealed for themselves before was theirs to take ever after.
#[tokio::test]
async fn seal_for_oneself_is_not_broken_while_separated() {
    let scene = Scene::staffed().await;
    let (mara, [sys, ..]) = three(&scene).await;
    let seal = async |whom: &Client| {
        let body = json!({ "user_id": own_id(whom).await, "role": "operator",
            "scope": everything(), "hours_max": 4, "reason": "fire" });
        let sealed = id_of(&mara.post("/api/v1/emergencies", body).await);
        format!("/api/v1/emergencies/{sealed}/activate")
    };
    let (own, of_sys) = (seal(&mara).await, seal(&sys).await);
    assert_eq!(mara.post(SEPARATION, json!({ "reason": "law" })).await.status, 200);
    let begin = json!({ "hours": 1, "reason": "fire" });
    let refused = mara.post(&own, begin.clone()).await;
    assert_eq!(refusal(&refused), (403, "own-grant"), "{:?}", refused.json);
    let begun = sys.post(&of_sys, begin).await;
    assert_eq!(begun.status, 201, "{:?}", begun.json);
}

/// A seal that one's own token had made was somebody else's, by its name.
#[tokio::test]
async fn seal_for_oneself_by_a_token_is_ones_own() {
    let scene = Scene::staffed().await;
    let (mara, _) = three(&scene).await;
    let (program, _) = scene.program(&mara, "administrator").await;
    let own = own_id(&mara).await;
    let mut sealed = Vec::new();
    for role in ["operator", "viewer"] {
        let body = json!({ "user_id": own, "role": role, "scope": everything(), "hours_max": 4,
            "reason": "fire" });
        sealed.push(id_of(&program.post("/api/v1/emergencies", body).await));
    }
    // As an older version kept it.
    let mut tx = scene.records.db.begin().await.unwrap();
    let sql = "
        UPDATE access_emergency SET sealed_by_id = NULL, sealed_by = 'MARA/backup' WHERE id = $1";
    sqlx::query(sql).bind(sealed[1].as_str()).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(mara.post(SEPARATION, json!({ "reason": "law" })).await.status, 200);
    for id in sealed {
        let begin = json!({ "hours": 1, "reason": "fire" });
        let refused = mara.post(&format!("/api/v1/emergencies/{id}/activate"), begin).await;
        assert_eq!(refusal(&refused), (403, "own-grant"), "{:?}", refused.json);
    }
}

#[tokio::test]
async fn separation_ends_only_at_the_console() {
    let scene = Scene::staffed().await;
    let (mara, _) = three(&scene).await;
    assert_eq!(mara.post(SEPARATION, json!({ "reason": "law" })).await.status, 200);
    let console = Caller::console();
    let new = NewUser {
        name: "root3".to_owned(),
        display_name: None,
        role: Some("administrator".to_owned()),
        reason: Some("nobody else is left".to_owned()),
        person_id: None,
        password: Some(Password::new(PASSWORD)),
    };
    let refused = scene.access.create_user(&console, &new).await.unwrap_err();
    assert!(matches!(refused, AccessError::AllPowerful { .. }), "{refused}");
    let remote = Caller::system("job");
    let refused = scene.access.end_separation(&remote, "x").await.unwrap_err();
    assert!(matches!(refused, AccessError::OnlyAtTheConsole), "{refused}");
    assert!(scene.access.end_separation(&console, "").await.is_err(), "a reason is wanted");
    scene.access.end_separation(&console, "the auditor left").await.unwrap();
    scene.access.end_separation(&console, "twice is once").await.unwrap();
    assert_eq!(scene.facts("separation.ended").await.len(), 1);
    scene.access.create_user(&console, &new).await.unwrap();
    assert_eq!(scene.signed_in("root3").await.get("/api/v1/users").await.status, 200);
}

#[tokio::test]
async fn one_person_has_one_user() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let people = scene.directory_client();
    let body = json!({ "number": "E7", "name": "李明" });
    let person = id_of(&people.post("/api/v1/people", body).await);
    let wei = own_id(&scene.signed_in("wei").await).await;
    let link = |id: &str| json!({ "person_id": id });
    assert_eq!(mara.patch(&format!("/api/v1/users/{wei}"), 1, link(&person)).await.status, 200);
    let own = format!("/api/v1/users/{}", own_id(&mara).await);
    assert_eq!(refusal(&mara.patch(&own, 1, link(&person)).await), (409, "person-taken"));
    for id in ["01890a5d-ac96-774b-bcce-b302099a8057", "E7"] {
        let answer = mara.patch(&own, 1, link(id)).await;
        assert_eq!(answer.json["fields"][0]["field"], "person_id", "{id}");
    }
    let untied = mara.patch(&format!("/api/v1/users/{wei}"), 2, json!({ "person_id": null })).await;
    assert_eq!(untied.json["person_id"], json!(null));
}

/// Once the security administrator ended the only grant of system administration, and disabled its
/// holder.
#[tokio::test]
async fn each_duty_keeps_somebody_who_can_sign_in() {
    let scene = Scene::staffed().await;
    let (mara, [sys, sec, aud]) = three(&scene).await;
    assert_eq!(mara.post(SEPARATION, json!({ "reason": "law" })).await.status, 200);
    let reason = json!({ "reason": "no longer" });
    let grant_of = async |id: &str| {
        let grants = sec.get(&format!("/api/v1/grants?holder_id={id}")).await.json;
        grants["items"][0]["id"].as_str().unwrap().to_owned()
    };
    for browser in [&sys, &aud] {
        let id = own_id(browser).await;
        let end = format!("/api/v1/grants/{}/end", grant_of(&id).await);
        let ended = sec.post(&end, reason.clone()).await;
        assert_eq!(refusal(&ended), (409, "last-administrator"));
        let path = format!("/api/v1/users/{id}");
        let version = sec.get(&path).await.json["version"].as_i64().unwrap();
        let disabled = sec.patch(&path, version, json!({ "disabled": true })).await;
        assert_eq!(refusal(&disabled), (409, "last-administrator"), "{:?}", disabled.json);
    }
    let sys_id = own_id(&sys).await;
    let end = format!("/api/v1/grants/{}/end", grant_of(&sys_id).await);
    let role = "system-administrator";
    // Who has no password here is no successor.
    let idle = id_of(&sec.post("/api/v1/users", json!({ "name": "idle" })).await);
    assert_eq!(scene.grant(&sec, ("user", &idle), role, everything()).await.status, 201);
    let ended = sec.post(&end, reason.clone()).await;
    assert!(ended.json["detail"].as_str().unwrap().contains("system administration"));
    let next = scene.add("next", "").await.id.to_string();
    // In a group: the last member stays, and so does the group, once the first one is gone.
    let group = id_of(&sec.post("/api/v1/groups", json!({ "name": "System" })).await);
    let members = format!("/api/v1/groups/{group}/members");
    let next = json!([{ "kind": "user", "id": next }]);
    assert_eq!(sec.post(&members, json!({ "add": next })).await.status, 204);
    assert_eq!(scene.grant(&sec, ("group", &group), role, everything()).await.status, 201);
    assert_eq!(sec.post(&end, reason).await.status, 200);
    let left = sec.post(&members, json!({ "remove": next })).await;
    assert_eq!(refusal(&left), (409, "last-administrator"));
    let removed = sec.delete(&format!("/api/v1/groups/{group}"), Some(1)).await;
    assert_eq!(refusal(&removed), (409, "last-administrator"));
}
