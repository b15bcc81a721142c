use std::time::Duration;

use kernel::Clock;
use serde_json::{Value, json};
use testkit::Client;

use crate::{
    grants::province,
    scene::{Scene, everything, id_of, own_id, refusal},
};

/// Wei is a person of the directory; the post of the head of the north stands open.
pub(crate) async fn post_and_person(
    scene: &Scene,
    mara: &Client,
    wei: &Client,
) -> (String, String) {
    let [_, north, ..] = province(scene).await;
    let directory = scene.directory_client();
    let body = json!({ "code": "N-1", "title": { "en": "Head", "zh": "主任" }, "unit_id": north,
        "head": true });
    let post = id_of(&directory.post("/api/v1/posts", body).await);
    let body = json!({ "number": "E7", "name": "魏明" });
    let person = id_of(&directory.post("/api/v1/people", body).await);
    let path = format!("/api/v1/users/{}", own_id(wei).await);
    assert_eq!(mara.patch(&path, 1, json!({ "person_id": person })).await.status, 200);
    (post, person)
}

pub(crate) async fn appoint(
    scene: &Scene,
    post: &str,
    person: &str,
    to: Option<Duration>,
) -> Value {
    let to = to.map(|span| scene.clock.now().plus(span).to_string());
    let body = json!({ "post_id": post, "person_id": person, "kind": "substantive", "to": to });
    let answer = scene.directory_client().post("/api/v1/holdings", body).await;
    assert!(answer.status.is_success(), "{:?}", answer.json);
    answer.json
}

#[tokio::test]
async fn who_holds_a_post_gets_its_grants_while_holding_it() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let (post, person) = post_and_person(&scene, &mara, &wei).await;
    let given = scene.grant(&mara, ("post", &post), "audit-administrator", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    // The list says which post it is, so that nobody asks in vain for one that is out of sight.
    let listed = mara.get(&format!("/api/v1/grants?holder_id={post}")).await.json;
    assert_eq!(listed["items"][0]["post"]["title"]["zh"], "主任", "{listed}");
    assert_eq!(wei.get("/api/v1/users").await.status, 403);
    appoint(&scene, &post, &person, Some(Duration::from_secs(7200))).await;
    scene.clock.advance(Duration::from_secs(60));
    assert_eq!(wei.get("/api/v1/users").await.status, 200);
    let rights = wei.get("/api/v1/profile/access").await.json;
    let lines = rights["lines"].as_array().unwrap();
    let line = lines.iter().find(|line| line["grant"]["role"] == "audit-administrator").unwrap();
    assert_eq!(line["path"][0]["name"], "主任");
    scene.clock.advance(Duration::from_secs(7200));
    assert_eq!(wei.get("/api/v1/users").await.status, 403, "the holding is over");
}

#[tokio::test]
async fn post_that_would_bring_a_second_duty_gives_nothing_and_says_so() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let (post, person) = post_and_person(&scene, &mara, &wei).await;
    let wei_id = own_id(&wei).await;
    scene.grant(&mara, ("post", &post), "audit-administrator", everything()).await;
    let system = scene.grant(&mara, ("user", &wei_id), "system-administrator", everything()).await;
    assert_eq!(system.status, 201);
    // The directory appoints without asking us: the post's grant does not count.
    appoint(&scene, &post, &person, None).await;
    scene.clock.advance(Duration::from_secs(60));
    assert_eq!(wei.get("/api/v1/users").await.status, 403);
    let rights = mara.get(&format!("/api/v1/users/{wei_id}/access")).await.json;
    let standing = |role: &str| {
        let mut lines = rights["lines"].as_array().unwrap().iter();
        lines.find(|line| line["grant"]["role"] == role).unwrap()["standing"].clone()
    };
    assert_eq!(standing("audit-administrator"), "conflicting");
    assert_eq!(standing("system-administrator"), "effective");
    // Others' rights can be changed meanwhile, and no third duty comes to it.
    let other = scene.grant(&mara, ("user", &own_id(&mara).await), "viewer", everything()).await;
    assert_eq!(other.status, 201, "{:?}", other.json);
    let third = scene.grant(&mara, ("user", &wei_id), "security-administrator", everything()).await;
    assert_eq!(refusal(&third), (409, "duties-exclude"));
}
