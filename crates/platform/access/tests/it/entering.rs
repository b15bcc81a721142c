//! Who comes in to an account has all that it has: by a password that they set as by the person
//! whom they say it is.

use serde_json::{Value, json};
use testkit::Client;

use crate::{
    lent::{House, patched},
    posts::appoint,
    scene::{Scene, everything, id_of, refusal},
};

async fn person(scene: &Scene, number: &str) -> String {
    let body = json!({ "number": number, "name": number });
    id_of(&scene.directory_client().post("/api/v1/people", body).await)
}

/// Whoever could set a password set that of an administrator, and was one.
#[tokio::test]
async fn both_ways_into_an_account_take_what_giving_what_it_has_takes() {
    let (house, deng, _) = House::new(&["*.read", "user.*"]).await;
    let (scene, mara) = (&house.scene, &house.mara);
    id_of(&house.grant(mara, &deng, ("giver", everything()), None).await);
    let mut users = Vec::new();
    for (name, role) in
        [("bare", ""), ("boss", "administrator"), ("grouped", ""), ("sealed", ""), ("head", "")]
    {
        users.push((name, scene.add(name, role).await.id.to_string()));
    }
    let of = |name: &str| users.iter().find(|(one, _)| *one == name).unwrap().1.clone();
    let group = id_of(&mara.post("/api/v1/groups", json!({ "name": "g" })).await);
    let add = json!({ "add": [{ "kind": "user", "id": of("grouped") }] });
    mara.post(&format!("/api/v1/groups/{group}/members"), add).await;
    id_of(&scene.grant(mara, ("group", &group), "viewer", everything()).await);
    let seal = json!({ "user_id": of("sealed"), "role": "viewer", "scope": everything(),
        "hours_max": 1, "reason": "fire" });
    id_of(&mara.post("/api/v1/emergencies", seal).await);
    let body = json!({ "code": "H-1", "title": { "en": "Head", "zh": "主任" },
        "unit_id": house.north });
    let post = id_of(&scene.directory_client().post("/api/v1/posts", body).await);
    let head = person(scene, "81").await;
    appoint(scene, &post, &head, None).await;
    id_of(&scene.grant(mara, ("post", &post), "viewer", everything()).await);
    let path = |name: &str| format!("/api/v1/users/{}", of(name));
    let tied = patched(&house, mara, &path("head"), json!({ "person_id": head })).await;
    assert_eq!(tied.status, 200, "{:?}", tied.json);
    let word = |person: &str| -> [Value; 2] {
        [json!({ "password": "an otter of the north" }), json!({ "person_id": person })]
    };
    let enter =
        async |by: &Client, name: &str, body: Value| patched(&house, by, &path(name), body).await;
    for (number, (name, _)) in users.iter().enumerate() {
        let other = person(scene, &format!("9{number}")).await;
        for body in word(&other) {
            let (said, is_password) = (body.to_string(), body["password"].is_string());
            let answer = enter(&deng, name, body).await;
            if *name == "bare" {
                assert_eq!(answer.status, 200, "{name} {said}: {:?}", answer.json);
                continue;
            }
            // Tied to another person the account would lose what comes by its own.
            if *name != "head" || is_password {
                assert_eq!(refusal(&answer), (403, "forbidden"), "{name} {said}");
                assert!(answer.json["detail"].as_str().unwrap().contains("grant.change"));
            }
        }
    }
    let other = person(scene, "99").await;
    for body in word(&other) {
        let answer = enter(mara, "boss", body).await;
        assert_eq!(answer.status, 200, "{:?}", answer.json);
    }
}
