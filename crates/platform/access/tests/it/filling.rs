//! Whoever fills a post gives what is granted to it: they need what granting it needs.

use directory::HoldingChange;
use kernel::{Caller, Clock, Fault, Within};
use serde_json::{Value, json};
use testkit::Client;

use crate::{
    grants::unit,
    posts::post_and_person,
    scene::{Scene, everything, id_of, own_id, refusal},
    separation::three,
};

const FILL: [&str; 2] = ["directory.read", "directory.change"];

/// Who fills posts of the units, and may grant in those of `grants`.
fn clerk(scene: &Scene, grants: &[&str], units: &[String]) -> Client {
    let within = Within { units: units.iter().cloned().collect(), ..Within::default() };
    scene.directory_client().holding(&[&FILL[..], grants].concat(), &within)
}

async fn unit_of(scene: &Scene, post: &str) -> String {
    let post = scene.directory_client().get(&format!("/api/v1/posts/{post}")).await.json;
    post["unit_id"].as_str().unwrap().to_owned()
}

fn holding(post: &str, person: &str) -> Value {
    json!({ "post_id": post, "person_id": person })
}

#[tokio::test]
async fn whoever_fills_a_post_needs_what_granting_its_roles_needs() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let (post, person) = post_and_person(&scene, &mara, &wei).await;
    let north = unit_of(&scene, &post).await;
    let path = format!("/api/v1/people/{person}");
    let moved = scene.directory_client().patch(&path, 1, json!({ "unit_id": north })).await;
    assert_eq!(moved.status, 200, "{:?}", moved.json);
    scene.grant(&mara, ("post", &post), "operator", unit(&north)).await;
    let trees = scene.directory.trees().await.unwrap();
    let here: Vec<String> = trees.unit_subtree(&north).into_iter().collect();
    let plain = clerk(&scene, &["grant.read"], &here);
    let refused = plain.post("/api/v1/holdings", holding(&post, &person)).await;
    assert_eq!(refusal(&refused), (403, "out-of-scope"), "{:?}", refused.json);
    let said = refused.json["detail"].as_str().unwrap();
    assert!(said.contains("N-1") && said.contains("operator") && said.contains("grant.change"));
    // The same by a file: the row says so, and nothing comes in.
    let file = "person_number,post_code\nE7,N-1\n".to_owned();
    let path = "/api/v1/directory/import?sheet=holdings";
    let import = plain.send("POST", path, Some(file.clone()), None).await;
    assert!(import.json.to_string().contains("grant.change"), "{:?}", import.json);
    let none = scene.directory_client().get("/api/v1/holdings").await.json;
    assert_eq!(none["items"], json!([]));
    // What is over gives nothing.
    let mut past = holding(&post, &person);
    past["to"] = json!("2027-01-10");
    past["from"] = json!("2027-01-02");
    assert_ne!(refusal(&plain.post("/api/v1/holdings", past).await).1, "out-of-scope");
    // Who may grant there may fill it.
    let granting = clerk(&scene, &["grant.change"], &here);
    let filled = granting.post("/api/v1/holdings", holding(&post, &person)).await;
    let id = id_of(&filled);
    // Ending a holding gives nothing to anybody; that it goes on after all gives it again.
    let end = format!("/api/v1/holdings/{id}/end");
    scene.clock.advance(std::time::Duration::from_secs(60));
    let later = json!({ "at": "2031-01-01" }).to_string();
    assert_eq!(plain.send("POST", &end, Some(later), Some(1)).await.status, 200);
    let cancel = "/api/v1/directory/coming-changes/cancel";
    let body = json!({ "noun": "holding", "id": id, "at": "2031-01-01" }).to_string();
    let refused = plain.send("POST", cancel, Some(body.clone()), Some(2)).await;
    assert_eq!(refusal(&refused), (403, "out-of-scope"), "{:?}", refused.json);
    assert_eq!(granting.send("POST", cancel, Some(body), Some(2)).await.status, 204);
    assert_eq!(plain.send("POST", &end, Some("{}".to_owned()), Some(3)).await.status, 200);
    // Granted over more than they hold: not theirs to give.
    scene.grant(&mara, ("post", &post), "viewer", everything()).await;
    scene.clock.advance(std::time::Duration::from_secs(60));
    let refused = granting.post("/api/v1/holdings", holding(&post, &person)).await;
    assert_eq!(refusal(&refused), (403, "out-of-scope"));
    // A post that carries nothing is filled as ever.
    let given = mara.get(&format!("/api/v1/grants?holder_id={post}")).await.json;
    for one in given["items"].as_array().unwrap() {
        let path = format!("/api/v1/grants/{}/end", one["id"].as_str().unwrap());
        assert_eq!(mara.post(&path, json!({ "reason": "x" })).await.status, 200);
    }
    let filled = plain.post("/api/v1/holdings", holding(&post, &person)).await;
    assert_eq!(filled.status, 201, "{:?}", filled.json);
}

#[tokio::test]
async fn while_they_are_separated_nobody_appoints_themselves_to_what_carries_roles() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let (post, person) = post_and_person(&scene, &mara, &wei).await;
    scene.grant(&mara, ("post", &post), "operator", everything()).await;
    let (mara, [_, sec, _]) = three(&scene).await;
    let reason = json!({ "reason": "GB/T 22239" });
    assert_eq!(mara.post("/api/v1/access/separation", reason).await.status, 200);
    let ends = (person.parse().unwrap(), post.parse().unwrap());
    let fill = async |own: &Client| {
        let caller = Caller { user_id: Some(own_id(own).await), ..Caller::system("test") };
        let span = (scene.clock.now(), None);
        let new = HoldingChange::default();
        scene.directory.create_holding(&caller, &new, ends, span).await.map_err(Fault::from)
    };
    assert_eq!(fill(&wei).await.unwrap_err().code, "own-grant");
    assert!(fill(&sec).await.is_ok());
}
