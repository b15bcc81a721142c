use std::time::Duration;

use kernel::Clock;
use serde_json::{Value, json};
use testkit::Client;

use crate::scene::{Scene, everything, id_of, own_id, refusal};

const REVIEWS: &str = "/api/v1/reviews";

async fn open(scene: &Scene, by: &Client, reviewer: &Client, about: Value) -> testkit::Answer {
    let due = scene.clock.now().plus(Duration::from_secs(7 * 86_400)).to_string();
    let body = json!({ "title": "2027 Q1", "about": about, "reviewer_id": own_id(reviewer).await,
        "due_at": due });
    by.post(REVIEWS, body).await
}

async fn items(by: &Client, review: &str) -> Vec<Value> {
    let items = by.get(&format!("{REVIEWS}/{review}/items?limit=500")).await;
    items.json["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn reviewer_confirms_and_revokes_line_by_line() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    scene.add("deng", "operator").await;
    scene.add("head", "").await;
    let (deng, wei, head) = (
        scene.signed_in("deng").await,
        scene.signed_in("wei").await,
        scene.signed_in("head").await,
    );
    let group = id_of(&mara.post("/api/v1/groups", json!({ "name": "Desk" })).await);
    let add = json!({ "add": [{ "kind": "user", "id": own_id(&deng).await }] });
    mara.post(&format!("/api/v1/groups/{group}/members"), add).await;
    scene.grant(&mara, ("group", &group), "audit-administrator", everything()).await;
    let review = open(&scene, &mara, &head, json!({})).await;
    assert_eq!((review.status.as_u16(), &review.json["items"]), (201, &json!(4)), "{review:?}");
    let review = id_of(&review);
    // The reviewer holds no role at all, and sees this review and its lines.
    assert_eq!(head.get(REVIEWS).await.json["items"][0]["id"], review.as_str());
    assert_eq!(wei.get(REVIEWS).await.json["items"], json!([]));
    assert_eq!(refusal(&wei.get(&format!("{REVIEWS}/{review}")).await), (404, "not-found"));
    let lines = items(&head, &review).await;
    let of = |name: &str, role: &str| {
        let found = lines.iter().find(|line| line["user_name"] == name && line["role"] == role);
        found.unwrap_or_else(|| panic!("{name} {role}")).clone()
    };
    let by_group = of("deng", "audit-administrator");
    assert_eq!(by_group["path"][0]["name"], "Desk");
    assert!(by_group["last_sign_in_at"].is_string());
    let decide = async |by: &Client, line: &Value, verdict: &str| {
        let path = format!("/api/v1/review-items/{}/decide", line["id"].as_str().unwrap());
        by.post(&path, json!({ "verdict": verdict, "reason": "looked at it" })).await
    };
    assert_eq!(refusal(&decide(&wei, &by_group, "revoked").await), (404, "not-found"));
    assert_eq!(decide(&head, &by_group, "revoked").await.status, 200);
    assert_eq!(deng.get("/api/v1/users").await.status, 403, "out of the group");
    assert_eq!(refusal(&decide(&head, &by_group, "confirmed").await), (409, "already-decided"));
    assert_eq!(decide(&head, &of("deng", "operator"), "confirmed").await.status, 200);
    assert_eq!(decide(&head, &of("wei", "viewer"), "revoked").await.status, 200);
    let lost = wei.get("/api/v1/session").await.json;
    assert_eq!(lost["roles"], json!([]));
    // The last one who could give rights cannot be revoked by a review either.
    let last = decide(&head, &of("Mara", "administrator"), "revoked").await;
    assert_eq!(refusal(&last), (409, "last-administrator"));
    assert_eq!(
        refusal(&decide(&mara, &of("Mara", "administrator"), "confirmed").await),
        (403, "own-review")
    );
    assert_eq!(decide(&head, &of("Mara", "administrator"), "confirmed").await.status, 200);
    let done = head.get(&format!("{REVIEWS}/{review}")).await.json;
    assert_eq!((&done["decided"], &done["overdue"]), (&json!(4), &json!(false)));
    assert_eq!(mara.post(&format!("{REVIEWS}/{review}/close"), json!({})).await.status, 200);
    assert_eq!(scene.facts("review.item_decided").await.len(), 4);
}

#[tokio::test]
async fn overdue_review_is_seen_told_once_and_counted_by_the_job() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let review = id_of(&open(&scene, &mara, &wei, json!({ "roles": ["administrator"] })).await);
    let job = access::jobs(&scene.access).remove(0);
    assert_eq!(job.run().await.unwrap().left, 0);
    scene.clock.advance(Duration::from_secs(7 * 86_400 + 60));
    let status = job.run().await.unwrap();
    assert_eq!((status.left, status.oldest_s), (1, Some(60)));
    assert!(status.message.unwrap().zh.contains("逾期"));
    job.run().await.unwrap();
    assert_eq!(scene.facts("review.overdue").await.len(), 1, "told once");
    let mara = scene.signed_in("mara").await;
    assert_eq!(mara.get(&format!("{REVIEWS}/{review}")).await.json["overdue"], true);
    let closed = mara.post(&format!("{REVIEWS}/{review}/close"), json!({})).await;
    assert_eq!(closed.json["overdue"], false);
    assert_eq!(job.run().await.unwrap().left, 0);
    let line = items(&mara, &review).await.remove(0);
    let path = format!("/api/v1/review-items/{}/decide", line["id"].as_str().unwrap());
    let late = mara.post(&path, json!({ "verdict": "confirmed", "reason": "late" })).await;
    assert_eq!(refusal(&late), (409, "review-over"));
}

#[tokio::test]
async fn review_is_about_what_was_asked_and_bad_ones_are_refused() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let count = async |about: Value| open(&scene, &mara, &wei, about).await.json["items"].clone();
    assert_eq!(count(json!({ "roles": ["viewer"] })).await, json!(1));
    assert_eq!(count(json!({ "scope": everything() })).await, json!(2));
    let absent = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(count(json!({ "group_id": absent })).await, json!(0));
    let unknown = open(&scene, &mara, &wei, json!({ "roles": ["king"] })).await;
    assert_eq!(unknown.json["fields"][0]["field"], "about.roles");
    for (body, status, said) in [
        (
            json!({ "title": "x", "reviewer_id": absent, "due_at": "2030-01-01T00:00:00Z" }),
            400,
            "reviewer_id",
        ),
        (
            json!({ "title": "", "reviewer_id": own_id(&wei).await,
            "due_at": "2030-01-01T00:00:00Z" }),
            400,
            "title",
        ),
        (
            json!({ "title": "x", "reviewer_id": own_id(&wei).await,
            "due_at": "2020-01-01T00:00:00Z" }),
            400,
            "due_at",
        ),
    ] {
        let answer = mara.post(REVIEWS, body).await;
        assert_eq!(answer.status, status, "{:?}", answer.json);
        assert!(answer.json["detail"].as_str().unwrap().contains(said));
    }
}
