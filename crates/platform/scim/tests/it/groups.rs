use kernel::Caller;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::scene::{CORE_GROUP, GROUPS, Scene, USERS, bring, patch, put, refusal, user};

pub(crate) fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    json!({ "schemas": [CORE_GROUP], "displayName": name, "externalId": format!("g-{name}"),
        "members": members })
}

pub(crate) async fn bring_group(provider: &Client, told: Value) -> String {
    let answer = provider.post(GROUPS, told).await;
    assert_eq!(answer.status, 201, "{:?}", answer.json);
    answer.json["id"].as_str().unwrap().to_owned()
}

pub(crate) fn members(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    let members = answer.json["members"].as_array().cloned().unwrap_or_default();
    let mut members: Vec<String> =
        members.iter().map(|one| one["display"].as_str().unwrap().to_owned()).collect();
    members.sort();
    members
}

#[tokio::test]
async fn group_is_a_group_of_access_to_which_roles_are_granted() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let ada = bring(&provider, user("ada")).await;
    let id = bring_group(&provider, group("Desk", &[&ada])).await;
    let path = format!("{GROUPS}/{id}");
    let shown = provider.get(&path).await;
    assert_eq!(members(&shown), ["ada"]);
    assert_eq!(shown.json["members"][0]["type"], "User");
    let at = format!("http://mainstay.example{USERS}/{ada}");
    assert_eq!(shown.json["members"][0]["$ref"], at);
    let page = kernel::Page { after: None, limit: 50 };
    let groups = scene.access.groups(&Caller::console(), &page).await.unwrap().items;
    assert_eq!(groups[0].name, "Desk");
    let mara = scene.mara().await;
    let grant = json!({ "holder": { "kind": "group", "id": groups[0].id.to_string() },
        "role": "viewer", "scope": { "kind": "everything" }, "reason": "test" });
    assert_eq!(mara.post("/api/v1/grants", grant).await.status, 201);
    let program = scene.program(&scene.account("ada").await, None).await;
    assert_eq!(program.get("/api/v1/units").await.status, 200);
    let shown = provider.get(&format!("{USERS}/{ada}")).await;
    assert_eq!(shown.json["groups"][0]["display"], "Desk");
    let gone = json!([{ "op": "remove", "path": format!("members[value eq \"{ada}\"]") }]);
    let answer = patch(&provider, &path, gone).await;
    assert_eq!((answer.status.as_u16(), answer.headers["etag"].as_bytes()), (204, &b"W/\"2\""[..]));
    assert_eq!(program.get("/api/v1/units").await.status, 403);
    assert_eq!(provider.delete(&path, None).await.status, 204);
    assert_eq!(provider.get(&path).await.status, 404);
    let fact = scene.facts("scim_group.provisioned").await.pop().unwrap();
    assert_eq!((fact.actor.name.as_str(), &fact.detail["what"]), ("entra/idp", &json!("removed")));
}

#[tokio::test]
async fn members_come_and_go_as_entra_id_and_okta_say_it() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let mut ids = Vec::new();
    for name in ["ada", "bob", "eve"] {
        ids.push(bring(&provider, user(name)).await);
    }
    let id = bring_group(&provider, group("Desk", &[&ids[0]])).await;
    let path = format!("{GROUPS}/{id}");
    let inner = bring_group(&provider, group("Inner", &[])).await;
    for (operation, left) in [
        (
            json!({ "op": "Add", "path": "members", "value": [{ "value": ids[1] }] }),
            vec!["ada", "bob"],
        ),
        (json!({ "op": "Remove", "path": "members", "value": [{ "value": ids[0] }] }), vec!["bob"]),
        (
            json!({ "op": "add", "path": "members",
            "value": [{ "value": ids[2], "display": "whatever" }, { "value": inner }] }),
            vec!["Inner", "bob", "eve"],
        ),
        (
            json!({ "op": "replace", "path": "members", "value": [{ "value": ids[0] }] }),
            vec!["ada"],
        ),
        (
            json!({ "op": "replace", "value": { "id": id, "displayName": "Night desk" } }),
            vec!["ada"],
        ),
    ] {
        let answer = patch(&provider, &path, json!([operation])).await;
        assert_eq!(answer.status, 204, "{:?}", answer.json);
        assert_eq!(members(&provider.get(&path).await), left, "{operation}");
    }
    let whole = put(&provider, &path, group("Desk", &[&ids[1], &ids[1], &ids[2]])).await;
    assert_eq!(members(&whole), ["bob", "eve"]);
    let asked = "?attributes=displayName";
    let none = json!([{ "op": "remove", "path": "members" }]);
    let answer = patch(&provider, &format!("{path}{asked}"), none).await;
    assert_eq!(answer.json["displayName"], "Desk");
    assert!(members(&provider.get(&path).await).is_empty());
}

#[tokio::test]
async fn members_whom_somebody_else_has_put_there_stay() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let ada = bring(&provider, user("ada")).await;
    let id = bring_group(&provider, group("Desk", &[])).await;
    let mara = scene.mara().await;
    let groups = mara.get("/api/v1/groups").await.json;
    let at = format!("/api/v1/groups/{}/members", groups["items"][0]["id"].as_str().unwrap());
    let own = scene.account("mara").await.id.to_string();
    let add = json!({ "add": [{ "kind": "user", "id": own }] });
    assert_eq!(mara.post(&at, add).await.status, 204);
    let path = format!("{GROUPS}/{id}");
    assert_eq!(members(&provider.get(&path).await), Vec::<String>::new());
    assert_eq!(put(&provider, &path, group("Desk", &[&ada])).await.status, 200);
    assert_eq!(put(&provider, &path, group("Desk", &[])).await.status, 200);
    let left = mara.get(&at).await.json;
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn groups_that_cannot_be_are_refused() {
    let scene = Scene::new().await;
    let (entra, okta) = (scene.provider("entra").await, scene.provider("okta").await);
    let foreign = bring(&okta, user("eve")).await;
    let desk = bring_group(&entra, group("Desk", &[])).await;
    let inner = bring_group(&entra, group("Inner", &[&desk])).await;
    for (answer, expected) in [
        (entra.post(GROUPS, group("desk", &[])).await, (409, "uniqueness")),
        (okta.post(GROUPS, group("Desk", &[])).await, (409, "uniqueness")),
        (entra.post(GROUPS, group("", &[])).await, (400, "invalidValue")),
        (entra.post(GROUPS, group("A", &[&foreign])).await, (400, "invalidValue")),
        (entra.post(GROUPS, group("B", &["nobody"])).await, (400, "invalidValue")),
        (put(&entra, &format!("{GROUPS}/{inner}"), group("Desk", &[])).await, (409, "uniqueness")),
    ] {
        assert_eq!(refusal(&answer), expected, "{:?}", answer.json);
    }
    let circle = json!([{ "op": "add", "path": "members", "value": [{ "value": inner }] }]);
    let answer = patch(&entra, &format!("{GROUPS}/{desk}"), circle).await;
    assert_eq!((answer.status.as_u16(), &answer.json["code"]), (409, &json!("group-circle")));
    assert_eq!(okta.get(&format!("{GROUPS}/{desk}")).await.status, 404, "not okta's");
}

#[tokio::test]
async fn group_that_was_removed_here_can_be_brought_again() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let id = bring_group(&provider, group("Desk", &[])).await;
    let mara = scene.mara().await;
    let groups = mara.get("/api/v1/groups").await.json;
    let at = format!("/api/v1/groups/{}", groups["items"][0]["id"].as_str().unwrap());
    assert_eq!(mara.delete(&at, None).await.status, 204);
    assert_eq!(provider.get(&format!("{GROUPS}/{id}")).await.status, 404);
    let found = provider.get(&format!("{GROUPS}?filter=displayName%20eq%20%22Desk%22")).await;
    assert_eq!(found.json["totalResults"], 0);
    bring_group(&provider, group("Desk", &[])).await;
}

#[tokio::test]
async fn two_duties_do_not_meet_by_a_group() {
    let scene = Scene::new().await;
    // One that may grant: others bring nobody into such groups.
    let provider = scene.program(&scene.add("entra", "administrator").await, None).await;
    let ada = bring(&provider, user("ada")).await;
    let one = bring_group(&provider, group("Security", &[&ada])).await;
    let two = bring_group(&provider, group("Audit", &[])).await;
    let mara = scene.mara().await;
    let groups = mara.get("/api/v1/groups").await.json;
    for found in groups["items"].as_array().unwrap() {
        let role = format!("{}-administrator", found["name"].as_str().unwrap().to_lowercase());
        let grant = json!({ "holder": { "kind": "group", "id": found["id"] }, "role": role,
            "scope": { "kind": "everything" }, "reason": "test" });
        assert_eq!(mara.post("/api/v1/grants", grant).await.status, 201);
    }
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ada }] }]);
    let answer = patch(&provider, &format!("{GROUPS}/{two}"), add).await;
    assert_eq!(answer.status, 409, "{:?}", answer.json);
    assert_eq!(members(&provider.get(&format!("{GROUPS}/{two}")).await), Vec::<String>::new());
    assert_eq!(members(&provider.get(&format!("{GROUPS}/{one}")).await), ["ada"]);
}

/// A group of 10,000: told at once, read, changed by one, by a hundred, replaced.
#[tokio::test]
async fn group_of_ten_thousand_members() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let some = bring(&provider, user("first")).await;
    let ids = scene.crowd(10_000).await;
    let told: Vec<&str> = ids.iter().map(String::as_str).collect();
    let answer = provider.post(GROUPS, group("Everybody", &told)).await;
    assert_eq!(answer.status, 201);
    let path = format!("{GROUPS}/{}", answer.json["id"].as_str().unwrap());
    assert_eq!(answer.json["members"].as_array().unwrap().len(), 10_000);
    let add = json!([{ "op": "Add", "path": "members", "value": [{ "value": some }] }]);
    assert_eq!(patch(&provider, &path, add).await.status, 204);
    let listed: Vec<Value> = told[..100].iter().map(|id| json!({ "value": id })).collect();
    let less = json!([{ "op": "Remove", "path": "members", "value": listed }]);
    assert_eq!(patch(&provider, &path, less).await.status, 204);
    let brief = provider.get(&format!("{path}?excludedAttributes=members")).await;
    assert!(brief.json.get("members").is_none());
    let whole = provider.get(&path).await;
    assert_eq!(whole.json["members"].as_array().unwrap().len(), 9_901);
    let found = provider
        .get(&format!("{GROUPS}?filter=members%20eq%20%22{some}%22&excludedAttributes=members"))
        .await;
    assert_eq!(found.json["totalResults"], 1);
    assert_eq!(put(&provider, &path, group("Everybody", &[])).await.status, 200);
    let facts = scene.facts("group.members_changed").await;
    assert!(facts.iter().all(|row| row.detail["added"].as_array().unwrap().len() <= 1000));
}
