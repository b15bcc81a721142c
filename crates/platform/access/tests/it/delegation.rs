use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use journal::{ElsewhereFuture, Places, PlacesFuture};
use kernel::Clock;
use serde_json::{Value, json};
use testkit::Client;

use crate::{
    grants::{ABSENT, province, unit},
    posts::{appoint, post_and_person},
    scene::{Scene, everything, id_of, own_id, refusal},
    separation::{SEPARATION, three},
};

/// Makes the user a person of the unit.
pub(crate) async fn settle(scene: &Scene, mara: &Client, user: &str, unit: &str) {
    let body = json!({ "number": user[24..], "name": "魏", "unit_id": unit });
    let person = id_of(&scene.directory_client().post("/api/v1/people", body).await);
    let path = format!("/api/v1/users/{user}");
    let version = mara.get(&path).await.json["version"].as_i64().unwrap();
    let tied = mara.patch(&path, version, json!({ "person_id": person })).await;
    assert_eq!(tied.status, 200, "{:?}", tied.json);
}

/// Deng operates the north until in ten hours, and may pass it on.
async fn operator(scene: &Scene, mara: &Client, north: &str) -> (Client, String) {
    scene.add("deng", "").await;
    let deng = scene.signed_in("deng").await;
    let until = scene.clock.now().plus(Duration::from_secs(36_000)).to_string();
    let body = json!({ "holder": { "kind": "user", "id": own_id(&deng).await },
        "role": "operator", "scope": unit(north), "valid_to": until, "reason": "duty" });
    let grant = id_of(&mara.post("/api/v1/grants", body).await);
    (deng, grant)
}

async fn lines(browser: &Client) -> Vec<(String, String)> {
    let rights = browser.get("/api/v1/profile/access").await.json;
    let lines = rights["lines"].as_array().unwrap().iter().map(|line| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&line["grant"]["role"]), text(&line["standing"]))
    });
    lines.collect()
}

#[tokio::test]
async fn holder_passes_on_a_part_of_what_they_hold_for_a_part_of_the_time() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let [province, north, hill, south] = province(&scene).await;
    let (deng, grant) = operator(&scene, &mara, &north).await;
    let wei = scene.signed_in("wei").await;
    let wei_id = own_id(&wei).await;
    settle(&scene, &mara, &wei_id, &hill).await;
    let path = format!("/api/v1/grants/{grant}/delegate");
    let later = |hours: u64| {
        let span = Duration::from_secs(3600 * hours);
        scene.clock.now().plus(span).to_string()
    };
    let body = |scope: Value, to: Option<String>| {
        let (user, reason) = (&wei_id, "lunch");
        json!({ "user_id": user, "scope": scope, "valid_to": to, "reason": reason })
    };
    for (body, field) in [
        (body(unit(&province), None), "scope"),
        (body(unit(&south), None), "scope"),
        (body(unit(ABSENT), None), "scope"),
        (body(json!({ "kind": "region", "ids": [ABSENT] }), None), "scope"),
        (body(everything(), None), "scope"),
        (body(unit(&hill), Some(later(11))), "valid_to"),
        (json!({ "user_id": own_id(&deng).await, "reason": "x" }), "user_id"),
        (json!({ "user_id": wei_id, "reason": "" }), "reason"),
    ] {
        let answer = deng.post(&path, body.clone()).await;
        assert_eq!(refusal(&answer), (400, "invalid"), "{field}");
        assert_eq!(answer.json["fields"][0]["field"], field);
        if body["scope"] == unit(&south) {
            let found = &answer.json["fields"][0]["found"];
            assert_eq!(*found, json!(format!("unit {south}")), "it is not seen, and has no name");
        }
    }
    let passed_on = deng.post(&path, body(unit(&hill), None)).await;
    assert_eq!(passed_on.status, 201, "{:?}", passed_on.json);
    assert_eq!(passed_on.json["valid_to"], json!(later(10)), "no longer than the grant itself");
    let found = lines(&wei).await;
    assert!(found.contains(&("operator".to_owned(), "effective".to_owned())), "{found:?}");
    // Not further: one step is all there is.
    let again = format!("/api/v1/grants/{}/delegate", id_of(&passed_on));
    let answer = wei.post(&again, json!({ "user_id": own_id(&mara).await, "reason": "x" })).await;
    assert_eq!(refusal(&answer), (403, "lent-right"));
    // Nor by somebody who does not hold it.
    let answer = mara.post(&path, body(unit(&hill), None)).await;
    assert_eq!(refusal(&answer), (404, "not-found"));
}

/// Passing on asked for a user's id, which only who reads users could find out.
#[tokio::test]
async fn whom_it_is_passed_on_to_is_found_by_name_among_those_who_are_seen() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let [_, north, hill, south] = province(&scene).await;
    let (deng, _) = operator(&scene, &mara, &north).await;
    let directory = scene.directory_client();
    let mut users = Vec::new();
    for (number, name, user, unit) in [
        ("E1", "魏明", "weiming", &hill),
        ("E2", "魏红", "weihong", &south),
        ("E3", "魏强", "weiqiang", &north),
        ("E4", "陈晨", "bert", &north),
        ("E5", "陈东", "bertha", &south),
    ] {
        let body = json!({ "number": number, "name": name, "unit_id": unit });
        let person = id_of(&directory.post("/api/v1/people", body).await);
        let id = scene.add(user, "").await.id.to_string();
        let path = format!("/api/v1/users/{id}");
        let tied = json!({ "person_id": person, "display_name": name });
        assert_eq!(mara.patch(&path, 1, tied).await.status, 200);
        users.push(id);
    }
    let found = async |client: &Client, text: &str| {
        let path = format!("/api/v1/profile/delegates/search?q={text}");
        let list = client.get(&path).await.json;
        let items = list["items"].as_array().unwrap_or_else(|| panic!("{list}")).clone();
        items.iter().map(|one| one["user_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(&deng, "wei").await, [users[2].clone(), users[0].clone()]);
    assert_eq!(found(&deng, "E1").await, [users[0].clone()]);
    // The answer shows the name that somebody signs in with; by that nobody was found.
    assert_eq!(found(&deng, "BERT").await, [users[3].clone()]);
    assert_eq!(found(&mara, "bert").await, [users[4].clone(), users[3].clone()]);
    let path = "/api/v1/profile/delegates/search?q=E1";
    let one = deng.get(path).await.json["items"][0].clone();
    assert_eq!((&one["number"], &one["unit"]["zh"]), (&json!("E1"), &json!("H")));
    // Nobody may be found who is not seen, cannot sign in, or is no person, but for who sees all.
    assert_eq!(found(&deng, "Mara").await, [""; 0]);
    let path = format!("/api/v1/users/{}", users[0]);
    let version = mara.get(&path).await.json["version"].as_i64().unwrap();
    assert_eq!(mara.patch(&path, version, json!({ "disabled": true })).await.status, 200);
    assert_eq!(found(&deng, "wei").await, [users[2].clone()]);
    assert_eq!(found(&mara, "deng").await, [own_id(&deng).await]);
    // Who may pass nothing on finds nobody.
    let wei = scene.signed_in("wei").await;
    assert_eq!(found(&wei, "deng").await, [""; 0]);
    let long = format!("/api/v1/profile/delegates/search?q={}", "x".repeat(65));
    assert_eq!(refusal(&deng.get(&long).await), (400, "invalid"));
}

/// The bare id of somebody whom the search does not show was good enough.
#[tokio::test]
async fn nothing_is_passed_on_to_whom_one_does_not_see() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let [_, north, hill, south] = province(&scene).await;
    let (deng, grant) = operator(&scene, &mara, &north).await;
    let path = format!("/api/v1/grants/{grant}/delegate");
    let near = scene.add("near", "").await.id.to_string();
    let far = scene.add("far", "").await.id.to_string();
    let nobody = own_id(&mara).await;
    settle(&scene, &mara, &near, &hill).await;
    settle(&scene, &mara, &far, &south).await;
    let to = async |user: &str| deng.post(&path, json!({ "user_id": user, "reason": "x" })).await;
    let mut unknown = to(ABSENT).await.json;
    unknown.as_object_mut().unwrap().remove("request_id");
    for hidden in [&far, &nobody] {
        let answer = to(hidden).await;
        assert_eq!(refusal(&answer), (404, "not-found"));
        let mut said = answer.json;
        said.as_object_mut().unwrap().remove("request_id");
        assert_eq!(said.to_string(), unknown.to_string().replace(ABSENT, hidden));
    }
    assert_eq!(to(&near).await.status, 201);
    assert_eq!(scene.facts("grant.given").await.last().unwrap().detail["role"], "operator");
}

/// Nothing is known of any resource, but that something of the unit is in another region.
struct Strays(String);

impl Places for Strays {
    fn places_of(&self, _: Vec<String>) -> PlacesFuture<'_> {
        Box::pin(std::future::ready(Ok(HashMap::new())))
    }

    fn any_elsewhere<'a>(
        &'a self,
        units: &'a BTreeSet<String>,
        _: &'a BTreeSet<String>,
    ) -> ElsewhereFuture<'a> {
        Box::pin(std::future::ready(Ok(units.contains(&self.0))))
    }
}

/// Who holds a region could pass on and grant its counties, and none of its units.
#[tokio::test]
async fn unit_is_a_part_of_the_region_that_all_it_has_is_in() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let directory = scene.directory_client();
    let name = json!({ "en": "x", "zh": "x" });
    let region = async |code: &str| {
        let body = json!({ "code": code, "name": name });
        id_of(&directory.post("/api/v1/regions", body).await)
    };
    let (north, south) = (region("3301").await, region("3302").await);
    let office = async |code: &str, region: Option<&str>, parent: Option<&str>| {
        let body = json!({ "code": code, "name": name, "region_id": region, "parent_id": parent });
        id_of(&directory.post("/api/v1/units", body).await)
    };
    let whole = office("A", Some(&north), None).await;
    office("A1", None, Some(&whole)).await;
    let torn = office("B", Some(&north), None).await;
    office("B1", Some(&south), Some(&torn)).await;
    let sited = office("C", Some(&north), None).await;
    let site = json!({ "code": "C", "name": name, "unit_id": sited, "region_id": south });
    assert_eq!(directory.post("/api/v1/sites", site).await.status, 201);
    let strayed = office("D", Some(&north), None).await;
    let foreign = office("E", Some(&south), None).await;
    scene.access.learn_places(Arc::new(Strays(strayed.clone())));
    scene.add("deng", "").await;
    let deng = scene.signed_in("deng").await;
    let deng_id = own_id(&deng).await;
    let within = json!({ "kind": "region", "ids": [north] });
    let source = scene.grant(&mara, ("user", &deng_id), "operator", within.clone()).await;
    let path = format!("/api/v1/grants/{}/delegate", id_of(&source));
    let more = scene.grant(&mara, ("user", &deng_id), "administrator", within).await;
    assert_eq!(more.status, 201, "{:?}", more.json);
    let wei = own_id(&scene.signed_in("wei").await).await;
    settle(&scene, &mara, &wei, &whole).await;
    for (at, is_part) in
        [(&whole, true), (&torn, false), (&sited, false), (&strayed, false), (&foreign, false)]
    {
        let body = json!({ "user_id": wei, "scope": unit(at), "reason": "lunch" });
        let passed_on = deng.post(&path, body).await;
        let granted = scene.grant(&deng, ("user", &wei), "viewer", unit(at)).await;
        let found = (passed_on.status.as_u16(), granted.status.as_u16());
        let expected = if is_part { (201, 201) } else { (400, 403) };
        assert_eq!(found, expected, "{at}: {:?} {:?}", passed_on.json, granted.json);
    }
}

#[tokio::test]
async fn what_was_passed_on_ends_with_its_source() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let [_, north, ..] = province(&scene).await;
    let (deng, grant) = operator(&scene, &mara, &north).await;
    let wei = scene.signed_in("wei").await;
    settle(&scene, &mara, &own_id(&wei).await, &north).await;
    let delegate = format!("/api/v1/grants/{grant}/delegate");
    let body = json!({ "user_id": own_id(&wei).await, "reason": "lunch" });
    let passed_on = id_of(&deng.post(&delegate, body.clone()).await);
    let take_back = format!("/api/v1/grants/{passed_on}/take-back");
    let reason = json!({ "reason": "back again" });
    assert_eq!(refusal(&mara.post(&take_back, reason.clone()).await), (404, "not-found"));
    assert_eq!(deng.post(&take_back, reason.clone()).await.status, 204);
    assert!(!lines(&wei).await.iter().any(|(role, _)| role == "operator"));
    let second = id_of(&deng.post(&delegate, body).await);
    assert_eq!(mara.post(&format!("/api/v1/grants/{grant}/end"), reason).await.status, 200);
    assert!(!lines(&wei).await.iter().any(|(role, _)| role == "operator"));
    let ended = mara.get(&format!("/api/v1/grants/{second}")).await.json;
    assert_eq!(ended["end_reason"], "back again");
    assert_eq!(scene.facts("grant.ended").await.len(), 3);
}

#[tokio::test]
async fn what_was_passed_on_stops_when_its_giver_holds_it_no_more() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    scene.add("deng", "").await;
    let (deng, wei) = (scene.signed_in("deng").await, scene.signed_in("wei").await);
    let deng_id = own_id(&deng).await;
    let group = id_of(&mara.post("/api/v1/groups", json!({ "name": "Desk" })).await);
    let members = format!("/api/v1/groups/{group}/members");
    let one = json!([{ "kind": "user", "id": deng_id }]);
    mara.post(&members, json!({ "add": one })).await;
    let grant = scene.grant(&mara, ("group", &group), "operator", everything()).await;
    let delegate = format!("/api/v1/grants/{}/delegate", id_of(&grant));
    let body = json!({ "user_id": own_id(&wei).await, "reason": "lunch" });
    assert_eq!(deng.post(&delegate, body).await.status, 201);
    let standing = async || {
        let found = lines(&wei).await;
        found.into_iter().find(|(role, _)| role == "operator").unwrap().1
    };
    assert_eq!(standing().await, "effective");
    mara.post(&members, json!({ "remove": one })).await;
    assert_eq!(standing().await, "source_gone");
    mara.post(&members, json!({ "add": one })).await;
    assert_eq!(standing().await, "effective");
    let path = format!("/api/v1/users/{deng_id}");
    assert_eq!(mara.patch(&path, 1, json!({ "disabled": true })).await.status, 200);
    assert_eq!(standing().await, "source_gone");
}

/// A duty that was withheld from who held it by a post lived on with whom they had passed it on to.
#[tokio::test]
async fn what_is_withheld_from_its_giver_is_withheld_from_whom_they_passed_it_on_to() {
    let scene = Scene::staffed().await;
    let (mara, _) = three(&scene).await;
    let role = json!({ "name": "lite", "title": { "en": "l", "zh": "l" },
        "permissions": ["user.*", "grant.*"], "delegable": true });
    assert_eq!(mara.post("/api/v1/roles", role).await.status, 201);
    let wei = scene.signed_in("wei").await;
    let (post, person) = post_and_person(&scene, &mara, &wei).await;
    appoint(&scene, &post, &person, None).await;
    let given = scene.grant(&mara, ("post", &post), "lite", everything()).await;
    scene.add("ghost", "").await;
    let ghost = scene.signed_in("ghost").await;
    let delegate = format!("/api/v1/grants/{}/delegate", id_of(&given));
    let body = json!({ "user_id": own_id(&ghost).await, "reason": "lunch" });
    let passed_on = wei.post(&delegate, body).await;
    assert_eq!(passed_on.status, 201, "{:?}", passed_on.json);
    assert_eq!(lines(&ghost).await, [("lite".to_owned(), "effective".to_owned())]);
    let separated = mara.post(SEPARATION, json!({ "reason": "law" })).await;
    assert_eq!(separated.status, 200, "{:?}", separated.json);
    let ghost = scene.signed_in("ghost").await;
    assert_eq!(lines(&ghost).await, [("lite".to_owned(), "source_gone".to_owned())]);
    assert_eq!(ghost.get("/api/v1/users").await.status, 403);
}

#[tokio::test]
async fn role_that_is_not_delegable_and_programs_pass_nothing_on() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let own = own_id(&mara).await;
    let grants = mara.get(&format!("/api/v1/grants?holder_id={own}")).await.json;
    let path = format!("/api/v1/grants/{}/delegate", grants["items"][0]["id"].as_str().unwrap());
    let wei = scene.signed_in("wei").await;
    let body = json!({ "user_id": own_id(&wei).await, "reason": "x" });
    assert_eq!(refusal(&mara.post(&path, body.clone()).await), (409, "not-delegable"));
    let (program, _) = scene.program(&mara, "administrator").await;
    assert_eq!(refusal(&program.post(&path, body).await), (403, "not-a-person"));
}
