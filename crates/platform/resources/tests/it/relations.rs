use serde_json::json;

use crate::house::{fields, house};

#[tokio::test]
async fn relation_is_seen_from_both_ends_with_its_wording() {
    let house = house().await;
    let host = house.make("host", "web1").await;
    let service = house.make("service", "nginx").await;
    let made = house.relate("runs-on", &service, &host).await;
    assert_eq!(made.status, 201);
    let seen = house.client.get(&format!("/api/v1/resources/{host}/relations")).await.json;
    let relation = &seen["items"][0];
    assert_eq!((&relation["id"], &relation["kind"]), (&made.json["id"], &json!("runs-on")));
    assert_eq!(relation["direction"], "backward");
    assert_eq!(relation["wording"], json!({"en": "runs", "zh": "承载"}));
    assert_eq!(relation["other"], json!({"id": service, "kind": "service", "name": "nginx"}));
    assert_eq!((&relation["source"], &relation["confidence"]), (&json!("manual"), &json!(100)));
    let seen = house.client.get(&format!("/api/v1/resources/{service}/relations")).await.json;
    assert_eq!(seen["items"][0]["direction"], "forward");
    assert_eq!(seen["items"][0]["other"]["name"], "web1");
}

#[tokio::test]
async fn relation_is_made_and_removed_with_a_fact_for_each() {
    let house = house().await;
    let host = house.make("host", "web1").await;
    let service = house.make("service", "nginx").await;
    let made = house.relate("runs-on", &service, &host).await.json;
    let path = format!("/api/v1/relations/{}", made["id"].as_str().unwrap());
    assert_eq!(house.client.delete(&path, None).await.status, 204);
    assert_eq!(house.client.delete(&path, None).await.status, 404);
    let facts = house.facts().await;
    assert_eq!(facts[1].verb, "relation.created");
    assert_eq!(facts[1].subject.name, "nginx runs on web1");
    assert_eq!(facts[1].resource_id.as_deref(), Some(service.as_str()));
    assert_eq!(facts[1].after, facts[0].before);
    assert_eq!((facts[0].verb.as_str(), facts[0].after.as_ref()), ("relation.removed", None));
}

#[tokio::test]
async fn contradicting_relations_are_refused_and_leave_nothing_behind() {
    let house = house().await;
    let [a, b, c] = [
        house.make("host", "a").await,
        house.make("host", "b").await,
        house.make("host", "c").await,
    ];
    assert_eq!(house.relate("runs-on", &a, &b).await.status, 201);
    assert_eq!(house.relate("runs-on", &b, &c).await.status, 201);
    assert_eq!(house.relate("depends-on", &c, &a).await.status, 201);
    assert_eq!(house.relate("depends-on", &a, &c).await.status, 201, "may go in a circle");
    let facts = house.facts().await.len();
    for (kind, from, to, code) in [
        ("runs-on", &a, &b, "already-related"),
        ("runs-on", &a, &c, "second-target"),
        ("runs-on", &c, &a, "relation-cycle"),
        ("depends-on", &a, &a, "related-to-itself"),
    ] {
        let refused = house.relate(kind, from, to).await;
        assert_eq!((refused.status.as_u16(), &refused.json["code"]), (409, &json!(code)));
    }
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(house.relate("part-of", &a, nobody).await.status, 404);
    let refused = house.relate("likes", &a, &b).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (400, vec!["kind"]));
    assert!(refused.json["fields"][0]["expected"].as_str().unwrap().contains("part-of"));
    let refused = house.relate("part-of", "5", &b).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (400, vec!["from"]));
    assert_eq!(house.facts().await.len(), facts);
}

/// A host could be said to run on a service.
#[tokio::test]
async fn things_run_on_hosts() {
    let house = house().await;
    let (service, host) = (house.make("service", "nginx").await, house.make("host", "web1").await);
    let refused = house.relate("runs-on", &host, &service).await;
    assert_eq!(refused.status, 409, "{}", refused.json);
    assert_eq!(house.relate("runs-on", &service, &host).await.status, 201);
}

#[tokio::test]
async fn retired_resource_keeps_its_relations_and_gets_no_new_ones() {
    let house = house().await;
    let [a, b] = [house.make("host", "a").await, house.make("host", "b").await];
    house.relate("part-of", &a, &b).await;
    house.client.delete(&format!("/api/v1/resources/{b}"), Some(1)).await;
    let refused = house.relate("depends-on", &a, &b).await;
    assert_eq!(refused.json["code"], "resource-retired");
    let seen = house.client.get(&format!("/api/v1/resources/{b}/relations")).await.json;
    assert_eq!(seen["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn refusal_is_worded_in_the_callers_language() {
    let house = house().await;
    let a = house.make("host", "网站一").await;
    let chinese = house.client.with_header("accept-language", "zh-CN");
    let body = json!({"kind": "part-of", "from": a, "to": a});
    let refused = chinese.post("/api/v1/relations", body).await.json;
    assert_eq!(refused["detail"], "“网站一”不能与自身建立关系");
}

#[tokio::test]
async fn fact_of_a_relation_reads_in_both_languages() {
    let house = house().await;
    let (service, host) = (house.make("service", "nginx").await, house.make("host", "web1").await);
    assert_eq!(house.relate("runs-on", &service, &host).await.status, 201);
    let fact = house.facts().await.remove(0);
    assert_eq!(fact.detail["sentence"], "nginx runs on web1");
    assert_eq!(fact.detail["sentence_zh"], "nginx 运行于 web1");
}
