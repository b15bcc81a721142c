//! What they see who hold one region when a unit is planned to leave it, or is told afterwards to
//! have come; and what the journal tells of a merge with what they do not see.

use kernel::{Clock as _, Time};
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{house::fields, journal_sight::Scene};

const CHANGED: &str = "resource.changed";

async fn patch(scene: &Scene, by: &Client, id: &str, body: Value) -> Answer {
    let path = format!("/api/v1/resources/{id}");
    let version = scene.house.client.get(&path).await.json["version"].as_i64().unwrap();
    by.patch(&path, version, body).await
}

/// Only a resource that was to move by itself was hidden from when it would have gone.
#[tokio::test]
async fn resource_of_a_unit_that_is_to_leave_is_not_shown_from_then_on() {
    let scene = Scene::new().await;
    let id = scene.host("web").await;
    scene.later(10);
    let now = scene.house.clock.now();
    let at = |seconds: i64| Time::from_micros(now.micros() + seconds * 1_000_000).to_string();
    let before = json!({ "description": "open", "effective_at": at(500) });
    assert_eq!(patch(&scene, &scene.house.client, &id, before).await.status, 200);
    let leaves = Time::from_micros(now.micros() + 1_000_000_000);
    scene.hand_over_from(0, 1, leaves).await;
    let after = json!({ "description": "secret", "effective_at": at(2000) });
    assert_eq!(patch(&scene, &scene.house.client, &id, after).await.status, 200);
    let north = scene.client(0).await;
    let path = format!("/api/v1/resources/{id}");
    for (seconds, code) in [(999, Value::Null), (1000, json!("not-there-yet"))] {
        let then = north.get(&format!("{path}?as_of={}", at(seconds))).await;
        assert_eq!(then.json["code"], code, "{seconds}: {}", then.json);
    }
    assert_eq!(north.get(&format!("{path}?as_of={}", at(999))).await.json["description"], "open");
    let whole = scene.house.client.get(&format!("{path}?as_of={}", at(2500))).await;
    assert_eq!(whole.json["description"], "secret");
    for list in [
        format!("{path}/history"),
        format!("{path}/diff?from={}&to={}", at(0), at(2500)),
        format!("/api/v1/resources/diff?from={}&to={}", at(0), at(2500)),
        "/api/v1/resources/coming-changes".to_owned(),
    ] {
        let answer = north.get(&list).await;
        assert_eq!(answer.status, 200, "{list}: {}", answer.json);
        assert!(!answer.json.to_string().contains("secret"), "{list}: {}", answer.json);
        let whole = scene.house.client.get(&list).await.json.to_string();
        assert!(whole.contains("secret"), "{list}: {whole}");
    }
    let coming = north.get("/api/v1/resources/coming-changes").await.json;
    assert_eq!(coming["items"].as_array().unwrap().len(), 1, "{coming}");
    let seen = scene.seen(0).await;
    assert!(!format!("{seen:?}").contains("secret"), "{seen:?}");
    assert_eq!(scene.verbs(0).await, ["resource.created", CHANGED]);

    let version = north.get(&path).await.json["version"].as_i64().unwrap();
    let cancel = json!({ "at": at(2000) }).to_string();
    let cancelled = format!("{path}/coming-changes/cancel");
    let cancelled = north.send("POST", &cancelled, Some(cancel), Some(version)).await;
    assert_eq!(
        (cancelled.status.as_u16(), &cancelled.json["code"]),
        (409, &json!("nothing-coming"))
    );
    let later = json!({ "description": "x", "effective_at": at(2500) });
    let refused = patch(&scene, &north, &id, later).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (403, vec!["effective_at"]));
    let sooner = json!({ "description": "x", "effective_at": at(900) });
    assert_eq!(patch(&scene, &north, &id, sooner).await.status, 200);
}

/// What had been so for long was hidden as of those days, with its unit, until it had been told.
#[tokio::test]
async fn resource_of_a_unit_that_came_long_ago_is_seen_since_then() {
    let scene = Scene::new().await;
    let begun = scene.house.clock.now();
    let at = |seconds: i64| Time::from_micros(begun.micros() + seconds * 1_000_000);
    let id = scene.host("web").await;
    scene.later(1000);
    scene.change(&scene.house.client, &id, json!({ "description": "then" })).await;
    scene.later(1000);
    scene.hand_over_from(0, 1, at(500)).await;
    scene.later(1000);
    let south = scene.client(1).await;
    let path = format!("/api/v1/resources/{id}");
    for (query, status) in [
        (format!("as_of={}", at(499)), 404),
        (format!("as_of={}", at(500)), 200),
        (format!("as_of={}", at(1500)), 200),
        (format!("as_of={}&known_at={}", at(1500), at(1600)), 404),
        (format!("as_of={}&known_at={}", at(1500), at(2500)), 200),
    ] {
        let then = south.get(&format!("{path}?{query}")).await;
        assert_eq!(then.status, status, "{query}: {}", then.json);
    }
    let history = south.get(&format!("{path}/history")).await.json;
    assert_eq!(history["items"].as_array().unwrap().len(), 2, "{history}");
    assert_eq!(scene.verbs(1).await, [CHANGED]);
}

/// The journal told all of what was merged away to whoever saw what was kept.
#[tokio::test]
async fn merge_tells_nothing_of_a_resource_that_is_not_seen() {
    let scene = Scene::new().await;
    let kept = scene.host("web").await;
    let body = json!({ "kind": "host", "name": "secret-host", "unit_id": scene.units[1],
        "description": "secret" });
    let gone = scene.house.client.post("/api/v1/resources", body).await.json;
    let gone = gone["id"].as_str().unwrap();
    scene.change(&scene.house.client, &kept, json!({ "description": "known" })).await;
    let merged = json!({ "gone": gone });
    let path = format!("/api/v1/resources/{kept}/merge");
    let merged = scene.house.client.post(&path, merged).await;
    assert_eq!(merged.status, 200, "{}", merged.json);
    scene.later(1);
    let merges = format!("/api/v1/resources/{kept}/merges");
    let merges = scene.house.client.get(&merges).await.json;
    let undo = format!("/api/v1/merges/{}/undo", merges["items"][0]["id"].as_str().unwrap());
    let undone = scene.house.client.post(&undo, json!({})).await;
    assert!(undone.status.is_success(), "{}", undone.json);
    let seen = scene.seen(0).await;
    let of = |verb: &str| seen.iter().find(|row| row.verb == verb).unwrap();
    let merged = of("resource.merged");
    assert_eq!((&merged.before, &merged.detail["gone_name"]), (&None, &Value::Null));
    assert_eq!(merged.detail["withheld"], json!(["before", "gone_name"]));
    assert_eq!(of("resource.merge_undone").detail["withheld"], json!(["gone_name"]));
    let said = format!("{seen:?}");
    assert!(!said.contains("secret") && !said.contains(&scene.units[1]), "{said}");
    let both = scene.seen(1).await;
    assert!(both.iter().all(|row| row.verb != "resource.merged"), "{both:?}");
}

/// A region of its own given to what was to leave kept it, when it had left, with who gave it.
#[tokio::test]
async fn region_of_its_own_keeps_no_resource_that_is_to_leave() {
    let scene = Scene::new().await;
    let (web, inside) = (scene.host("web").await, scene.host("inside").await);
    scene.later(10);
    let leaves = Time::from_micros(scene.house.clock.now().micros() + 1_000_000_000);
    let goes = json!({ "unit_id": scene.units[1], "effective_at": leaves.to_string() });
    assert_eq!(patch(&scene, &scene.house.client, &web, goes).await.status, 200);
    let region = json!({ "region_id": scene.regions[0] });
    let north = scene.client(0).await;
    assert_eq!(patch(&scene, &north, &web, region.clone()).await.status, 200);
    let then = format!("/api/v1/resources/{web}?as_of={leaves}");
    let planned = scene.house.client.get(&then).await.json;
    assert_eq!(
        (&planned["unit_id"], &planned["region_id"]),
        (&json!(scene.units[1]), &Value::Null)
    );
    assert_eq!(north.get(&then).await.json["code"], "not-there-yet");
    // Nor one whose unit is to leave.
    scene.hand_over_from(0, 1, leaves).await;
    let north = scene.client(0).await;
    let refused = patch(&scene, &north, &inside, region).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (403, vec!["region_id"]));
    let new = json!({ "kind": "host", "name": "new", "unit_id": scene.units[0],
        "region_id": scene.regions[0] });
    let refused = north.post("/api/v1/resources", new).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (403, vec!["region_id"]));
}
