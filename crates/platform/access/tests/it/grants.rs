use std::time::Duration;

use kernel::{Clock, Permission, Place};
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    delegation::settle,
    scene::{Scene, everything, id_of, own_id, refusal},
};

const GRANTS: &str = "/api/v1/grants";
pub(crate) const ABSENT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// A province with a city and, in that, a county; another city.
pub(crate) async fn province(scene: &Scene) -> [String; 4] {
    let directory = scene.directory_client();
    let unit = async |code: &str, parent: Option<&str>| {
        let body = json!({ "code": code, "name": { "en": code, "zh": code }, "kind": "office",
            "parent_id": parent });
        id_of(&directory.post("/api/v1/units", body).await)
    };
    let province = unit("P", None).await;
    let north = unit("N", Some(&province)).await;
    let hill = unit("H", Some(&north)).await;
    let south = unit("S", Some(&province)).await;
    [province, north, hill, south]
}

pub(crate) fn unit(id: &str) -> Value {
    json!({ "kind": "unit", "ids": [id] })
}

/// Whether the user behind `browser` holds a permission at a unit, as the gate finds.
async fn holds(scene: &Scene, browser: &Client, permission: &'static str, unit: &str) -> bool {
    let rights = browser.get("/api/v1/profile/access").await.json;
    let user = rights["user_id"].as_str().unwrap().to_owned();
    let console = kernel::Caller::console();
    let place = Place { unit_id: Some(unit), ..Place::default() };
    let page = kernel::Page { after: None, limit: 100 };
    scene.access.learn_permissions(&[], &[]);
    let holders =
        scene.access.holders(&console, Permission(permission).0, &place, &page).await.unwrap();
    holders.items.iter().any(|holder| holder.user.id.to_string() == user)
}

#[tokio::test]
async fn unit_grant_counts_in_the_subtree_and_nowhere_else() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let [province, north, hill, south] = province(&scene).await;
    scene.add("deng", "").await;
    let deng = scene.signed_in("deng").await;
    let granted =
        scene.grant(&mara, ("user", &own_id(&deng).await), "administrator", unit(&north)).await;
    assert_eq!(granted.status, 201, "{:?}", granted.json);
    for (at, held) in [(&province, false), (&north, true), (&hill, true), (&south, false)] {
        assert_eq!(holds(&scene, &deng, "grant.change", at).await, held);
    }
    // What belongs nowhere needs the permission everywhere; the refusal says so and is a fact.
    assert_eq!(refusal(&deng.get("/api/v1/users").await), (403, "out-of-scope"));
    let denied = scene.facts("access.denied").await;
    assert_eq!(denied.last().unwrap().detail["permission"], "user.read");
    let session = deng.get("/api/v1/session").await.json;
    assert!(session["permissions"].as_array().unwrap().contains(&json!("user.read")));
    assert!(!session["permissions_everywhere"].as_array().unwrap().contains(&json!("user.read")));
}

#[tokio::test]
async fn region_grant_counts_for_what_names_a_unit_that_answers_for_the_region() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let directory = scene.directory_client();
    let name = json!({ "en": "x", "zh": "x" });
    let region = json!({ "code": "330200", "name": name });
    let region = id_of(&directory.post("/api/v1/regions", region).await);
    let office = async |code: &str, region: Option<&str>| {
        let body = json!({ "code": code, "name": name, "kind": "office", "region_id": region });
        id_of(&directory.post("/api/v1/units", body).await)
    };
    let (answering, other) = (office("A", Some(&region)).await, office("B", None).await);
    scene.add("deng", "").await;
    let deng = scene.signed_in("deng").await;
    let within = json!({ "kind": "region", "ids": [region] });
    let given = scene.grant(&mara, ("user", &own_id(&deng).await), "administrator", within).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    assert!(holds(&scene, &deng, "grant.change", &answering).await);
    assert!(!holds(&scene, &deng, "grant.change", &other).await);
    // It is what the directory says now.
    let path = format!("/api/v1/units/{answering}");
    let moved = directory.patch(&path, 1, json!({ "region_id": null })).await;
    assert_eq!(moved.status, 200, "{:?}", moved.json);
    assert!(!holds(&scene, &deng, "grant.change", &answering).await);
}

#[tokio::test]
async fn who_grants_within_a_scope_cannot_reach_beyond_it() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let [province, north, hill, south] = province(&scene).await;
    scene.add("deng", "").await;
    let deng = scene.signed_in("deng").await;
    scene.grant(&mara, ("user", &own_id(&deng).await), "administrator", unit(&north)).await;
    let wei = own_id(&scene.signed_in("wei").await).await;
    settle(&scene, &mara, &wei, &hill).await;
    for (scope, status) in [
        (unit(&hill), 201),
        (unit(&north), 201),
        (unit(&south), 403),
        (unit(&province), 403),
        (everything(), 403),
        (json!({ "kind": "resources", "ids": [ABSENT] }), 403),
    ] {
        let answer = scene.grant(&deng, ("user", &wei), "viewer", scope.clone()).await;
        assert_eq!(answer.status, status, "{scope}: {:?}", answer.json);
    }
    // Of Wei's grants Deng sees those within the scope: not the one over everything.
    let seen = deng.get(&format!("{GRANTS}?holder_id={wei}")).await.json;
    assert_eq!(seen["items"].as_array().unwrap().len(), 2);
    let all = mara.get(&format!("{GRANTS}?holder_id={wei}")).await.json;
    assert_eq!(all["items"].as_array().unwrap().len(), 3);
    let wide = all["items"].as_array().unwrap().iter();
    let wide = wide.clone().find(|grant| grant["scope"]["kind"] == "everything").unwrap();
    let wide = wide["id"].as_str().unwrap();
    let path = format!("{GRANTS}/{wide}");
    assert_eq!(refusal(&deng.get(&path).await), (404, "not-found"));
    // That there is one was told by the answer to whoever wanted to end it.
    for id in [wide, ABSENT] {
        let path = format!("{GRANTS}/{id}/end");
        let end = deng.post(&path, json!({ "reason": "x" })).await;
        assert_eq!(refusal(&end), (404, "not-found"));
    }
}

/// Whoever grants in a part learned of any id whether there is such a holder.
#[tokio::test]
async fn holder_who_is_not_seen_is_as_unknown_as_one_who_is_not_there() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let [_, north, hill, south] = province(&scene).await;
    scene.add("deng", "").await;
    let deng = scene.signed_in("deng").await;
    let deng_id = own_id(&deng).await;
    scene.grant(&mara, ("user", &deng_id), "administrator", unit(&north)).await;
    let (near, far) = (scene.add("near", "").await.id, scene.add("far", "").await.id);
    settle(&scene, &mara, &near.to_string(), &hill).await;
    settle(&scene, &mara, &far.to_string(), &south).await;
    let directory = scene.directory_client();
    let post = async |code: &str, unit: &str| {
        let body = json!({ "code": code, "title": { "en": code, "zh": code }, "unit_id": unit });
        id_of(&directory.post("/api/v1/posts", body).await)
    };
    let (near_post, far_post) = (post("N-1", &hill).await, post("S-1", &south).await);
    let group = id_of(&mara.post("/api/v1/groups", json!({ "name": "Night desk" })).await);
    let wei = own_id(&scene.signed_in("wei").await).await;
    let give =
        async |kind: &str, id: &str| scene.grant(&deng, (kind, id), "viewer", unit(&north)).await;
    for (kind, id) in [("user", near.to_string()), ("user", deng_id), ("post", near_post)] {
        let given = give(kind, &id).await;
        assert_eq!(given.status, 201, "{kind}: {:?}", given.json);
    }
    for (kind, id) in
        [("user", far.to_string()), ("user", wei), ("post", far_post), ("group", group)]
    {
        let (unseen, absent) = (give(kind, &id).await, give(kind, ABSENT).await);
        assert_eq!(refusal(&unseen), (404, "not-found"), "{kind}");
        let said = |answer: &Answer| answer.json["detail"].as_str().unwrap().to_owned();
        assert_eq!(said(&unseen).replace(&id, ""), said(&absent).replace(ABSENT, ""));
    }
}

#[tokio::test]
async fn grant_begins_and_ends_by_time() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let now = scene.clock.now();
    let at = |hours: u64| now.plus(Duration::from_secs(3600 * hours)).to_string();
    let body = json!({ "holder": { "kind": "user", "id": own_id(&wei).await },
        "role": "administrator", "scope": everything(), "valid_from": at(1), "valid_to": at(2),
        "reason": "holiday cover" });
    assert_eq!(mara.post(GRANTS, body).await.status, 201);
    for (minutes, status) in [(0, 403), (59, 403), (1, 200), (59, 200), (1, 403)] {
        scene.clock.advance(Duration::from_secs(60 * minutes));
        assert_eq!(wei.get("/api/v1/users").await.status, status, "{minutes}");
    }
    // Since when somebody has a role cannot be told otherwise afterwards.
    let (today, earlier) = (scene.clock.now(), now);
    let body = json!({ "holder": { "kind": "user", "id": own_id(&wei).await }, "role": "operator",
        "scope": everything(), "valid_from": earlier.to_string(), "reason": "always had it" });
    let given = mara.post(GRANTS, body).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    assert_eq!(given.json["valid_from"], json!(today.to_string()));
}

#[tokio::test]
async fn bad_grants_are_refused_by_field() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let wei = own_id(&scene.signed_in("wei").await).await;
    let good = json!({ "holder": { "kind": "user", "id": wei }, "role": "operator",
        "scope": everything(), "reason": "x" });
    let but = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (body, status, said) in [
        (but("reason", json!(" ")), 400, "reason"),
        (but("scope", json!({ "kind": "unit", "ids": ["x"] })), 400, "scope.ids"),
        (but("scope", unit(ABSENT)), 400, "the id of a unit"),
        (but("scope", json!({ "kind": "region", "ids": [ABSENT] })), 400, "the id of a region"),
        (but("valid_to", json!("2001-01-01T00:00:00Z")), 400, "valid_to"),
        (but("valid_to", json!("soon")), 400, "valid_to"),
        (but("role", json!("king")), 400, "role"),
        (but("holder", json!({ "kind": "user", "id": ABSENT })), 404, "no user"),
        (but("holder", json!({ "kind": "group", "id": ABSENT })), 404, "no group"),
        (but("holder", json!({ "kind": "post", "id": ABSENT })), 404, "no post"),
        (but("holder", json!({ "kind": "cat", "id": ABSENT })), 400, "holder.kind"),
    ] {
        let answer = mara.post(GRANTS, body.clone()).await;
        assert_eq!(answer.status, status, "{body}: {:?}", answer.json);
        assert!(answer.json["detail"].as_str().unwrap().contains(said), "{:?}", answer.json);
    }
    assert_eq!(mara.post(GRANTS, good).await.status, 201);
}

#[tokio::test]
async fn closed_unit_covers_nothing_and_is_shown_as_such() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let [_, _, hill, _] = province(&scene).await;
    let wei_id = own_id(&wei).await;
    scene.grant(&mara, ("user", &wei_id), "operator", unit(&hill)).await;
    assert!(holds(&scene, &wei, "grant.delegate", &hill).await);
    scene.clock.advance(Duration::from_secs(1));
    let close = format!("/api/v1/units/{hill}/close");
    let closed = scene.directory_client().send("POST", &close, Some("{}".into()), Some(1)).await;
    assert!(closed.status.is_success(), "{:?}", closed.json);
    scene.clock.advance(Duration::from_secs(1));
    assert!(!holds(&scene, &wei, "grant.delegate", &hill).await);
    let rights = mara.get(&format!("/api/v1/users/{wei_id}/access")).await.json;
    let mut standings: Vec<&str> = rights["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["standing"].as_str().unwrap())
        .collect();
    standings.sort_unstable();
    assert_eq!(standings, ["effective", "scope_gone"]);
}

#[tokio::test]
async fn what_one_can_do_names_every_way_that_gives_it() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let wei_id = own_id(&wei).await;
    let group = mara.post("/api/v1/groups", json!({ "name": "Night desk" })).await;
    let members = format!("/api/v1/groups/{}/members", id_of(&group));
    let add = json!({ "add": [{ "kind": "user", "id": wei_id }] });
    assert_eq!(mara.post(&members, add).await.status, 204);
    scene.grant(&mara, ("group", &id_of(&group)), "audit-administrator", everything()).await;
    let rights = mara.get(&format!("/api/v1/users/{wei_id}/access")).await.json;
    let lines = rights["lines"].as_array().unwrap();
    let of = |permission: &str| {
        let held = rights["permissions"].as_array().unwrap().iter();
        let held = held.filter(|one| one["permission"] == permission);
        held.flat_map(|one| one["lines"].as_array().unwrap())
            .map(|index| {
                let line = &lines[usize::try_from(index.as_u64().unwrap()).unwrap()];
                let path = line["path"].as_array().unwrap().iter();
                let path: Vec<&str> = path.map(|step| step["name"].as_str().unwrap()).collect();
                format!("{} by {}", line["grant"]["role"].as_str().unwrap(), path.join(" > "))
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(of("review.read"), ["audit-administrator by Night desk"]);
    assert_eq!(of("profile.read"), ["viewer by "]);
    assert!(of("user.change").is_empty());
    let holders = mara.get("/api/v1/access/holders?permission=review.change").await.json;
    let names: Vec<&str> = holders["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|holder| holder["user_name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Mara", "wei"]);
    let unknown = mara.get("/api/v1/access/holders?permission=review.chnge").await;
    assert_eq!(unknown.json["fields"][0]["field"], "permission");
}

#[tokio::test]
async fn token_is_narrowed_by_permissions_and_scope() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let [_, north, ..] = province(&scene).await;
    let program = async |limits: Value| {
        let body = json!({ "name": "p", "limits": limits, "expires_in_days": 1 });
        let made = mara.post("/api/v1/tokens", body).await;
        assert_eq!(made.status, 201, "{:?}", made.json);
        let bearer = format!("Bearer {}", made.json["token"].as_str().unwrap());
        scene.stranger().with_header("authorization", &bearer)
    };
    let reader = program(json!({ "permissions": ["user.read"] })).await;
    assert_eq!(reader.get("/api/v1/users").await.status, 200);
    assert_eq!(refusal(&reader.get("/api/v1/roles").await), (403, "forbidden"));
    assert_eq!(refusal(&reader.get("/api/v1/session").await), (403, "forbidden"));
    let northern = program(json!({ "scope": unit(&north) })).await;
    assert_eq!(refusal(&northern.get("/api/v1/users").await), (403, "out-of-scope"));
    assert_eq!(northern.get(GRANTS).await.json["items"], json!([]));
    let whole = program(Value::Null).await;
    assert_eq!(whole.get(GRANTS).await.json["items"].as_array().unwrap().len(), 2);
    let unknown = json!({ "name": "p", "limits": { "roles": ["king"] }, "expires_in_days": 1 });
    assert_eq!(refusal(&mara.post("/api/v1/tokens", unknown).await), (404, "not-found"));
}
