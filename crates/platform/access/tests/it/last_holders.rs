use std::time::Duration;

use access::{MIGRATIONS, UserChange};
use kernel::{Caller, Clock};
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    grants::{province, unit},
    leavers::{leave, look},
    scene::{Scene, everything, id_of, own_id, refusal},
    separation::{SEPARATION, three},
};

const AUDIT: &str = "audit-administrator";
/// What makes the audit duty, as a role of one's own; the journal's permissions are another
/// crate's, so that here nobody knows their names.
const OWN_AUDITOR: &str = "
    INSERT INTO access_role (name, title_en, title_zh, description_en, description_zh, permissions,
        duty, delegable, shipped, version, created_at)
    VALUES ('own-auditor', 'Own', '自定义', '', '', '[\"journal.*\",\"review.*\"]', 'audit',
        0, 0, 1, 5)";

async fn separated(scene: &Scene) -> [Client; 3] {
    let (mara, three) = three(scene).await;
    assert_eq!(mara.post(SEPARATION, json!({ "reason": "law" })).await.status, 200);
    three
}

fn role(name: &str, permissions: &[&str], duty: &str) -> Value {
    json!({ "name": name, "title": { "en": name, "zh": name }, "permissions": permissions,
        "duty": duty })
}

/// Ends the first grant of `holder`.
async fn end(sec: &Client, holder: &str) -> Answer {
    let grants = sec.get(&format!("/api/v1/grants?holder_id={holder}")).await.json;
    let id = grants["items"][0]["id"].as_str().unwrap().to_owned();
    sec.post(&format!("/api/v1/grants/{id}/end"), json!({ "reason": "no longer" })).await
}

async fn disable(sec: &Client, user: &str) -> Answer {
    let path = format!("/api/v1/users/{user}");
    let version = sec.get(&path).await.json["version"].as_i64().unwrap();
    sec.patch(&path, version, json!({ "disabled": true })).await
}

/// The duty as the page shows it.
async fn duty(by: &Client, name: &str) -> Value {
    let read = by.get(SEPARATION).await.json;
    let mut duties = read["duties"].as_array().unwrap().iter();
    duties.find(|duty| duty["duty"] == name).unwrap().clone()
}

fn shortfall(duty: &Value, user: &str) -> Value {
    let mut holders = duty["holders"].as_array().unwrap().iter();
    holders.find(|holder| holder["user_name"] == user).unwrap()["shortfall"].clone()
}

/// Once a role with nothing in it but the name of the duty, or a part of it, let both auditors and
/// the system administrator be ended.
#[tokio::test]
async fn hollow_role_makes_nobody_a_last_holder() {
    let scene = Scene::staffed().await;
    let [sys, sec, aud] = separated(&scene).await;
    for (user, permissions, of) in [
        ("hollow", &["user.read"][..], "audit"),
        ("partial", &["review.change"], "audit"),
        ("empty", &["user.read"], "system"),
    ] {
        let id = scene.add(user, "").await.id.to_string();
        let made = sec.post("/api/v1/roles", role(user, permissions, of)).await;
        assert_eq!(made.status, 201, "{:?}", made.json);
        let given = scene.grant(&sec, ("user", &id), user, everything()).await;
        assert_eq!(given.status, 201, "{:?}", given.json);
    }
    for browser in [&sys, &aud] {
        let id = own_id(browser).await;
        assert_eq!(refusal(&end(&sec, &id).await), (409, "last-administrator"));
        assert_eq!(refusal(&disable(&sec, &id).await), (409, "last-administrator"));
    }
    let audit = duty(&sec, "audit").await;
    assert_eq!((&audit["held"], &audit["counting"]), (&json!(3), &json!(1)));
    assert_eq!(audit["holders"][0]["user_name"], "aud");
    assert_eq!(shortfall(&audit, "aud"), json!(null));
    assert_eq!(shortfall(&audit, "hollow"), "part");
    let mut holders = audit["holders"].as_array().unwrap().iter();
    let partial = holders.find(|one| one["user_name"] == "partial").unwrap();
    let lacks = partial["lacks"].as_array().unwrap();
    assert!(lacks.contains(&json!("journal.export")) && lacks.contains(&json!("journal.change")));
    assert!(!lacks.contains(&json!("review.change")), "{lacks:?}");
    assert_eq!(shortfall(&duty(&aud, "system").await, "empty"), "part");
    assert_eq!(sys.get(SEPARATION).await.status, 403);
}

/// Once the role of the last auditor could be emptied while its duty was kept.
#[tokio::test]
async fn role_of_the_last_holder_keeps_all_that_makes_the_duty() {
    let scene = Scene::staffed().await;
    let [_, sec, aud] = separated(&scene).await;
    let mut tx = scene.records.db.begin().await.unwrap();
    sqlx::raw_sql(OWN_AUDITOR).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    let next = scene.add("next", "").await.id.to_string();
    let given = scene.grant(&sec, ("user", &next), "own-auditor", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    assert_eq!(end(&sec, &own_id(&aud).await).await.status, 200, "there is another one");
    for permissions in [&["user.read"][..], &["review.change"], &["review.*", "user.read"]] {
        let mut body = role("own-auditor", permissions, "audit");
        body.as_object_mut().unwrap().remove("name");
        let path = "/api/v1/roles/own-auditor";
        let put = sec.send("PUT", path, Some(body.to_string()), Some(1)).await;
        assert_eq!(refusal(&put), (409, "last-administrator"), "{permissions:?}");
        assert!(put.json["detail"].as_str().unwrap().contains("audit administration"));
    }
    assert_eq!(refusal(&disable(&sec, &next).await), (409, "last-administrator"));
}

/// Whoever comes to two duties keeps none; that the last holder was gone hid the reason.
#[tokio::test]
async fn two_duties_in_one_hand_are_named_and_not_that_nobody_keeps_one() {
    let scene = Scene::staffed().await;
    let [sys, sec, _] = separated(&scene).await;
    let mut body = role("harmless", &["user.read"], "");
    body["duty"] = Value::Null;
    assert_eq!(sec.post("/api/v1/roles", body.clone()).await.status, 201);
    let sys_id = own_id(&sys).await;
    let given = scene.grant(&sec, ("user", &sys_id), "harmless", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    body["permissions"] = json!(["review.change"]);
    body.as_object_mut().unwrap().remove("name");
    let path = "/api/v1/roles/harmless";
    let changed = sec.send("PUT", path, Some(body.to_string()), Some(1)).await;
    let group = id_of(&sec.post("/api/v1/groups", json!({ "name": "Auditors" })).await);
    assert_eq!(scene.grant(&sec, ("group", &group), AUDIT, everything()).await.status, 201);
    let members = json!({ "add": [{ "kind": "user", "id": sys_id }] });
    let joined = sec.post(&format!("/api/v1/groups/{group}/members"), members).await;
    for (answer, way) in
        [(changed, "sys → harmless"), (joined, "sys → Auditors → audit-administrator")]
    {
        assert_eq!(refusal(&answer), (409, "duties-exclude"), "{:?}", answer.json);
        let said = answer.json["detail"].as_str().unwrap();
        assert!(said.contains("sys → system-administrator") && said.contains(way), "{said}");
    }
}

/// That the last holder was gone hid that their role had come to two duties.
#[tokio::test]
async fn role_that_comes_to_two_duties_is_refused_for_that_also_of_the_last_holder() {
    let scene = Scene::staffed().await;
    let [_, sec, aud] = separated(&scene).await;
    let mut tx = scene.records.db.begin().await.unwrap();
    sqlx::raw_sql(OWN_AUDITOR).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    let next = scene.add("next", "").await.id.to_string();
    let given = scene.grant(&sec, ("user", &next), "own-auditor", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    let mut body = role("own-auditor", &["review.*", "user.change"], "audit");
    body.as_object_mut().unwrap().remove("name");
    let path = "/api/v1/roles/own-auditor";
    let widen = async || sec.send("PUT", path, Some(body.to_string()), Some(1)).await;
    let among_others = widen().await;
    assert_eq!(end(&sec, &own_id(&aud).await).await.status, 200, "there is another one");
    for answer in [among_others, widen().await] {
        assert_eq!(refusal(&answer), (409, "duties-exclude"), "{:?}", answer.json);
        assert!(answer.json["detail"].as_str().unwrap().contains("next → own-auditor"));
    }
}

/// Once a grant that ends in an hour counted as one by which the duty is kept.
#[tokio::test]
async fn grant_that_ends_makes_nobody_a_last_holder() {
    let scene = Scene::staffed().await;
    let [_, sec, aud] = separated(&scene).await;
    let group = id_of(&sec.post("/api/v1/groups", json!({ "name": "Auditors" })).await);
    let member = scene.add("member", "").await.id.to_string();
    let members = json!({ "add": [{ "kind": "user", "id": member }] });
    assert_eq!(sec.post(&format!("/api/v1/groups/{group}/members"), members).await.status, 204);
    let deputy = scene.add("deputy", "").await.id.to_string();
    let after = |hours: u64| scene.clock.now().plus(Duration::from_secs(3600 * hours)).to_string();
    let give = async |holder: (&str, &str), from: Option<String>, to: Option<String>| {
        let body = json!({ "holder": { "kind": holder.0, "id": holder.1 }, "role": AUDIT,
            "scope": everything(), "valid_from": from, "valid_to": to, "reason": "stands in" });
        let given = sec.post("/api/v1/grants", body).await;
        assert_eq!(given.status, 201, "{:?}", given.json);
    };
    give(("user", &deputy), None, Some(after(1))).await;
    give(("group", &group), None, Some(after(87_600))).await;
    let aud_id = own_id(&aud).await;
    assert_eq!(refusal(&end(&sec, &aud_id).await), (409, "last-administrator"));
    assert_eq!(refusal(&disable(&sec, &aud_id).await), (409, "last-administrator"));
    let audit = duty(&aud, "audit").await;
    assert_eq!((&audit["held"], &audit["counting"]), (&json!(3), &json!(1)));
    assert_eq!(shortfall(&audit, "deputy"), "ends");
    assert_eq!(shortfall(&audit, "member"), "ends");
    // One that has not begun does not count either; one without an end does.
    give(("group", &group), Some(after(2)), None).await;
    assert_eq!(refusal(&end(&sec, &aud_id).await), (409, "last-administrator"));
    give(("user", &deputy), None, None).await;
    assert_eq!(end(&sec, &aud_id).await.status, 200);
}

#[tokio::test]
async fn part_of_the_house_or_another_s_word_makes_nobody_a_last_holder() {
    let scene = Scene::staffed().await;
    let [_, sec, aud] = separated(&scene).await;
    let [_, north, ..] = province(&scene).await;
    let local = scene.add("local", "").await.id.to_string();
    assert_eq!(scene.grant(&sec, ("user", &local), AUDIT, unit(&north)).await.status, 201);
    let idle = id_of(&sec.post("/api/v1/users", json!({ "name": "idle" })).await);
    assert_eq!(scene.grant(&sec, ("user", &idle), AUDIT, everything()).await.status, 201);
    assert_eq!(refusal(&end(&sec, &own_id(&aud).await).await), (409, "last-administrator"));
    let audit = duty(&aud, "audit").await;
    assert_eq!(shortfall(&audit, "local"), "scope");
    assert_eq!(shortfall(&audit, "idle"), "vouched_for");
}

#[tokio::test]
async fn last_auditor_who_has_left_is_not_locked_out_for_a_hollow_one() {
    let scene = Scene::staffed().await;
    let [_, sec, aud] = separated(&scene).await;
    let people = scene.directory_client();
    let body = json!({ "number": "E9", "name": "奥黛" });
    let person = id_of(&people.post("/api/v1/people", body).await);
    let aud_id = own_id(&aud).await;
    let path = format!("/api/v1/users/{aud_id}");
    let version = sec.get(&path).await.json["version"].clone();
    let tied = UserChange { person_id: Some(Some(person.clone())), ..UserChange::default() };
    let (console, version) = (Caller::console(), version.as_i64().unwrap());
    scene.access.change_user(&console, aud_id.parse().unwrap(), version, &tied).await.unwrap();
    let made = sec.post("/api/v1/roles", role("hollow", &["user.read"], "audit")).await;
    assert_eq!(made.status, 201);
    let hollow = scene.add("hollow", "").await.id.to_string();
    assert_eq!(scene.grant(&sec, ("user", &hollow), "hollow", everything()).await.status, 201);
    assert!(leave(&scene, &person).await.status.is_success());
    let said = look(&scene).await.unwrap();
    assert!(said.ends_with("aud"), "{said}");
    assert_eq!(sec.get(&path).await.json["disabled"], false);
}

#[tokio::test]
async fn separation_does_not_begin_with_a_hollow_or_passing_administrator() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    for (name, of) in [("sys", "system"), ("sec", "security")] {
        scene.add(name, &format!("{of}-administrator")).await;
    }
    let made = mara.post("/api/v1/roles", role("hollow", &["user.read"], "audit")).await;
    assert_eq!(made.status, 201);
    scene.add("hollow", "hollow").await;
    let reason = json!({ "reason": "law" });
    assert_eq!(refusal(&mara.post(SEPARATION, reason.clone()).await), (409, "duties-vacant"));
    let passing = scene.add("passing", "").await.id.to_string();
    let hour = scene.clock.now().plus(Duration::from_secs(3600)).to_string();
    let body = json!({ "holder": { "kind": "user", "id": passing }, "role": AUDIT,
        "scope": everything(), "valid_to": hour, "reason": "for an hour" });
    assert_eq!(mara.post("/api/v1/grants", body).await.status, 201);
    let vacant = mara.post(SEPARATION, reason.clone()).await;
    assert_eq!(refusal(&vacant), (409, "duties-vacant"));
    assert!(vacant.json["detail"].as_str().unwrap().contains("audit administration"));
    // Before the separation the page tells who will count in it.
    assert_eq!(duty(&mara, "audit").await["counting"], 0);
    assert_eq!(duty(&mara, "system").await["counting"], 1);
    scene.add("aud", AUDIT).await;
    let begun = mara.post(SEPARATION, reason).await;
    assert_eq!(begun.status, 200, "{:?}", begun.json);
    assert_eq!(begun.json["duties"][2]["counting"], 1);
}

#[tokio::test]
async fn jobs_that_watch_over_access_are_paused_by_nobody() {
    let scene = Scene::empty().await;
    for job in access::jobs(&scene.access) {
        assert!(job.is_fixed(), "{}", job.name());
    }
}

#[tokio::test]
async fn keeping_the_journal_goes_over_to_the_audit() {
    let at = MIGRATIONS.iter().position(|one| one.name == "journal_change").unwrap();
    let records = testkit::temporary_db(&[journal::MIGRATIONS, &MIGRATIONS[..at]]).await;
    let mut tx = records.db.begin().await.unwrap();
    for (name, permissions, duty) in [
        ("keeper", r#"["journal.read","journal.change"]"#, None),
        ("auditor", r#"["journal.change","review.change"]"#, None),
        ("ops", r#"["*","-user.*","-journal.export"]"#, Some("system")),
        ("changer", r#"["*.change","-review.change"]"#, None),
    ] {
        sqlx::query(
            "INSERT INTO access_role (name, title_en, title_zh, description_en, description_zh,
                permissions, duty, delegable, shipped, version, created_at)
            VALUES ($1, $1, $1, '', '', $2, $3, 0, 0, 1, 5)",
        )
        .bind(name)
        .bind(permissions)
        .bind(duty)
        .execute(tx.connection())
        .await
        .unwrap();
    }
    sqlx::raw_sql(MIGRATIONS[at].sql).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    for (name, change, read) in [
        ("keeper", false, true),
        ("auditor", true, false),
        ("ops", false, true),
        ("changer", false, false),
        ("system-administrator", false, true),
        ("audit-administrator", true, true),
        ("operator", false, true),
    ] {
        let query =
            sqlx::query_scalar("SELECT permissions FROM access_role WHERE name = $1 LIMIT 1");
        let text: String = query.bind(name).fetch_one(records.db.reader()).await.unwrap();
        let entries: Vec<String> = serde_json::from_str(&text).unwrap();
        let set = kernel::PermissionSet::parse(&entries).unwrap();
        assert_eq!(set.holds("journal.change"), change, "{name}: {text}");
        assert_eq!(set.holds("journal.read"), read, "{name}: {text}");
    }
}
