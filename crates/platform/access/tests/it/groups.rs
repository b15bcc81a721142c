use serde_json::json;
use testkit::Client;

use crate::scene::{Scene, everything, id_of, own_id, refusal};

const GROUPS: &str = "/api/v1/groups";

async fn group(by: &Client, name: &str) -> String {
    id_of(&by.post(GROUPS, json!({ "name": name })).await)
}

async fn put_in(by: &Client, group: &str, kind: &str, id: &str) -> testkit::Answer {
    let body = json!({ "add": [{ "kind": kind, "id": id }] });
    by.post(&format!("{GROUPS}/{group}/members"), body).await
}

#[tokio::test]
async fn members_of_a_group_in_a_group_hold_what_the_outer_one_does() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let (desk, staff) = (group(&mara, "Desk").await, group(&mara, "Staff").await);
    assert_eq!(put_in(&mara, &desk, "user", &own_id(&wei).await).await.status, 204);
    assert_eq!(put_in(&mara, &staff, "group", &desk).await.status, 204);
    assert_eq!(wei.get("/api/v1/users").await.status, 403);
    let granted = scene.grant(&mara, ("group", &staff), "audit-administrator", everything()).await;
    assert_eq!(wei.get("/api/v1/users").await.status, 200);
    let members = mara.get(&format!("{GROUPS}/{staff}/members")).await.json;
    assert_eq!(members["items"][0]["name"], "Desk");
    let removed = mara.delete(&format!("{GROUPS}/{staff}"), None).await;
    assert_eq!(removed.status, 204, "{:?}", removed.json);
    assert_eq!(wei.get("/api/v1/users").await.status, 403);
    let ended = mara.get(&format!("/api/v1/grants/{}", id_of(&granted))).await.json;
    assert_eq!(ended["end_reason"], "the group was removed");
}

#[tokio::test]
async fn group_never_becomes_a_member_of_itself() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let (a, b, c) = (group(&mara, "A").await, group(&mara, "B").await, group(&mara, "C").await);
    assert_eq!(put_in(&mara, &a, "group", &b).await.status, 204);
    assert_eq!(put_in(&mara, &b, "group", &c).await.status, 204);
    for (outer, inner) in [(&c, &a), (&b, &a), (&a, &a)] {
        let answer = put_in(&mara, outer, "group", inner).await;
        assert_eq!(refusal(&answer), (409, "group-circle"));
    }
    let answer = put_in(&mara, &c, "group", &a).await;
    assert!(answer.json["detail"].as_str().unwrap().contains("C in B in A in C"));
}

#[tokio::test]
async fn bad_groups_are_refused_and_a_change_is_all_or_nothing() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let desk = group(&mara, "Desk").await;
    let twice = mara.post(GROUPS, json!({ "name": "DESK" })).await;
    assert_eq!(refusal(&twice), (409, "name-taken"));
    for body in [json!({ "name": "" }), json!({ "name": "x", "description": "y".repeat(501) })] {
        assert_eq!(refusal(&mara.post(GROUPS, body).await), (400, "invalid"));
    }
    let absent = "01890a5d-ac96-774b-bcce-b302099a8057";
    let add = json!({ "add": [{ "kind": "user", "id": own_id(&mara).await },
        { "kind": "user", "id": absent }] });
    let answer = mara.post(&format!("{GROUPS}/{desk}/members"), add).await;
    assert_eq!(refusal(&answer), (404, "not-found"));
    let members = mara.get(&format!("{GROUPS}/{desk}/members")).await.json;
    assert_eq!(members["items"], json!([]), "all or nothing");
    assert_eq!(refusal(&put_in(&mara, &desk, "post", absent).await), (400, "invalid"));
    assert_eq!(refusal(&put_in(&mara, absent, "user", absent).await), (404, "not-found"));
    let content = json!({ "name": "Night desk", "description": "22–6" }).to_string();
    let path = format!("{GROUPS}/{desk}");
    let put = async |version| mara.send("PUT", &path, Some(content.clone()), Some(version)).await;
    assert_eq!(put(1).await.json["version"], 2);
    assert_eq!(refusal(&put(1).await), (412, "stale-version"));
}

#[tokio::test]
async fn last_administrator_does_not_leave_their_group() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let own = own_id(&mara).await;
    let staff = group(&mara, "Staff").await;
    put_in(&mara, &staff, "user", &own).await;
    let given = scene.grant(&mara, ("group", &staff), "administrator", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    let direct = mara.get(&format!("/api/v1/grants?holder_id={own}")).await.json;
    let end = format!("/api/v1/grants/{}/end", direct["items"][0]["id"].as_str().unwrap());
    assert_eq!(mara.post(&end, json!({ "reason": "by group now" })).await.status, 200);
    let leave = json!({ "remove": [{ "kind": "user", "id": own }] });
    let answer = mara.post(&format!("{GROUPS}/{staff}/members"), leave).await;
    assert_eq!(refusal(&answer), (409, "last-administrator"));
    let removed = mara.delete(&format!("{GROUPS}/{staff}"), None).await;
    assert_eq!(refusal(&removed), (409, "last-administrator"));
    assert_eq!(mara.get("/api/v1/users").await.status, 200);
}

/// Rights were lost by whoever was in more than 49 groups by way of one.
#[tokio::test]
async fn group_is_a_member_of_as_many_groups_as_there_are() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let staff = group(&mara, "Staff").await;
    assert_eq!(put_in(&mara, &staff, "user", &own_id(&wei).await).await.status, 204);
    let mut last = String::new();
    for number in 0..60 {
        last = group(&mara, &format!("App {number}")).await;
        assert_eq!(put_in(&mara, &last, "group", &staff).await.status, 204);
    }
    let given = scene.grant(&mara, ("group", &last), "audit-administrator", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    assert_eq!(wei.get("/api/v1/users").await.status, 200);
}
