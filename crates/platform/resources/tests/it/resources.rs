use axum::http::header::ETAG;
use http_kit::SearchSource;
use kernel::{Caller, Text};
use serde_json::json;

use crate::house::{fields, house};

#[tokio::test]
async fn resource_is_made_changed_and_retired_with_a_fact_for_each() {
    let house = house().await;
    let body = json!({"kind": "host", "name": " web1 ", "attributes": {"memory_bytes": 1024}});
    let made = house.client.post("/api/v1/resources", body).await;
    assert_eq!((made.status.as_u16(), made.headers[ETAG].to_str().unwrap()), (201, "\"1\""));
    assert_eq!(made.json["name"], "web1");
    assert_eq!(made.json["source"], "manual");
    let path = format!("/api/v1/resources/{}", made.json["id"].as_str().unwrap());
    let change = json!({"description": "front", "attributes": {"contact": "Mara"}});
    let changed = house.client.patch(&path, 1, change).await;
    assert_eq!((changed.status.as_u16(), changed.headers[ETAG].to_str().unwrap()), (200, "\"2\""));
    assert_eq!(changed.json["attributes"], json!({"memory_bytes": 1024, "contact": "Mara"}));
    let retired = house.client.delete(&path, Some(2)).await;
    assert_eq!((retired.status.as_u16(), retired.json["retired"].clone()), (200, json!(true)));
    assert_eq!(house.client.get(&path).await.json, retired.json);

    let facts = house.facts().await;
    let verbs: Vec<&str> = facts.iter().rev().map(|fact| fact.verb.as_str()).collect();
    assert_eq!(verbs, ["resource.created", "resource.changed", "resource.retired"]);
    let fact = &facts[1];
    assert_eq!(fact.actor.id, "administrator");
    assert_eq!(fact.resource_id.as_deref(), made.json["id"].as_str());
    assert_eq!(fact.detail["fields"], json!(["description", "attributes.contact"]));
    assert_eq!(fact.before.as_ref().unwrap()["description"], "");
    assert_eq!(fact.after.as_ref().unwrap()["description"], "front");
    assert!(!fact.request_id.is_empty());
}

#[tokio::test]
async fn change_without_or_with_an_old_version_is_refused() {
    let house = house().await;
    let path = format!("/api/v1/resources/{}", house.make("host", "web1").await);
    assert_eq!(house.client.patch(&path, 1, json!({"name": "web2"})).await.status, 200);
    let before = house.client.get(&path).await.json;
    let stale = house.client.patch(&path, 1, json!({"name": "web3"})).await;
    assert_eq!((stale.status.as_u16(), stale.json["code"].clone()), (412, json!("stale-version")));
    assert_eq!(house.client.delete(&path, Some(1)).await.status, 412);
    assert_eq!(house.client.delete(&path, None).await.status, 428);
    let body = Some(json!({"name": "web3"}).to_string());
    let missing = house.client.send("PATCH", &path, body, None).await;
    assert_eq!(
        (missing.status.as_u16(), missing.json["code"].clone()),
        (428, json!("version-missing"))
    );
    assert_eq!(house.client.get(&path).await.json, before);
    assert_eq!(house.facts().await.len(), 2);
}

#[tokio::test]
async fn change_that_changes_nothing_writes_nothing() {
    let house = house().await;
    let path = format!("/api/v1/resources/{}", house.make("host", "web1").await);
    let answer = house.client.patch(&path, 1, json!({"name": "web1"})).await;
    assert_eq!((answer.status.as_u16(), answer.json["version"].clone()), (200, json!(1)));
    assert_eq!(house.verbs().await, ["resource.created"]);
}

#[tokio::test]
async fn wrong_input_is_named_by_field_and_leaves_nothing_behind() {
    let house = house().await;
    let long = "x".repeat(201);
    for (body, expected) in [
        (json!({"kind": "hots", "name": "a"}), vec!["kind"]),
        (json!({"kind": "host", "name": ""}), vec!["name"]),
        (json!({"kind": "host", "name": long}), vec!["name"]),
        (json!({"kind": "host", "name": "a\u{0}"}), vec!["name"]),
        (json!({"kind": "host", "name": 5}), vec!["name"]),
        (json!({"kind": "host"}), vec!["name"]),
        (json!({"kind": "host", "name": "a", "colour": "red"}), vec!["colour"]),
        (json!({"kind": "host", "name": "a", "attributes": []}), vec!["attributes"]),
        (
            json!({"kind": "host", "name": "a",
                "attributes": {"address": "nowhere", "memory_bytes": "1", "colour": 1}}),
            vec!["attributes.address", "attributes.colour", "attributes.memory_bytes"],
        ),
        (
            json!({"kind": "website", "name": "a", "attributes": {"url": "x", "port": 1.5}}),
            vec!["attributes.port", "attributes.url"],
        ),
        (
            json!({"kind": "certificate", "name": "", "attributes": {"not_after": "soon"}}),
            vec!["name", "attributes.not_after"],
        ),
    ] {
        let answer = house.client.post("/api/v1/resources", body.clone()).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(fields(&answer.json), expected, "{body}");
    }
    for body in ["", "{", "[]", "null", "{\"kind\":\"host\",\"name\":\"\\ud800\"}"] {
        let answer = house.client.send("POST", "/api/v1/resources", Some(body.into()), None).await;
        assert_eq!(answer.status, 400, "{body}");
    }
    let deep = format!("{{\"attributes\":{}{}", "[".repeat(5000), "]".repeat(5000));
    let answer = house.client.send("POST", "/api/v1/resources", Some(deep), None).await;
    assert_eq!(answer.status, 400);
    assert_eq!(house.client.get("/api/v1/resources").await.json["items"], json!([]));
    assert_eq!(house.facts().await.len(), 0);
}

#[tokio::test]
async fn wrong_change_is_named_by_field_and_leaves_everything_as_it_was() {
    let house = house().await;
    let path = format!("/api/v1/resources/{}", house.make("host", "web1").await);
    let before = house.client.get(&path).await.json;
    for (body, field) in [
        (json!({"name": " "}), "name"),
        (json!({"description": "x".repeat(4001)}), "description"),
        (json!({"kind": "service"}), "kind"),
        (json!({"retired": true}), "retired"),
        (json!({"attributes": {"colour": null}}), "attributes.colour"),
        (json!({"name": "web2", "attributes": {"memory_bytes": true}}), "attributes.memory_bytes"),
    ] {
        let answer = house.client.patch(&path, 1, body.clone()).await;
        assert_eq!((answer.status.as_u16(), fields(&answer.json)), (400, vec![field]), "{body}");
    }
    assert_eq!(house.client.get(&path).await.json, before);
    assert_eq!(house.facts().await.len(), 1);
}

#[tokio::test]
async fn unknown_and_malformed_ids_are_told_apart() {
    let house = house().await;
    let nobody = "/api/v1/resources/01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(house.client.get(nobody).await.status, 404);
    assert_eq!(house.client.get(&format!("{nobody}/relations")).await.status, 404);
    assert_eq!(house.client.patch(nobody, 1, json!({})).await.status, 404);
    assert_eq!(house.client.get("/api/v1/resources/5").await.status, 400);
}

#[tokio::test]
async fn retired_resource_cannot_be_changed_until_it_is_back_in_use() {
    let house = house().await;
    let path = format!("/api/v1/resources/{}", house.make("host", "web1").await);
    house.client.delete(&path, Some(1)).await;
    let refused = house.client.patch(&path, 2, json!({"name": "web2"})).await;
    assert_eq!(
        (refused.status.as_u16(), refused.json["code"].clone()),
        (409, json!("resource-retired"))
    );
    let back = house.client.patch(&path, 2, json!({"retired": false, "name": "web2"})).await;
    assert_eq!((back.status.as_u16(), back.json["retired"].clone()), (200, json!(false)));
}

#[tokio::test]
async fn viewer_sees_but_never_changes_and_stranger_sees_nothing() {
    let house = house().await;
    let id = house.make("host", "web1").await;
    let path = format!("/api/v1/resources/{id}");
    let (viewer, stranger) = (house.client.as_viewer(), house.client.as_stranger());
    for open in ["/api/v1/kinds", "/api/v1/relation-kinds", "/api/v1/resources", &path] {
        assert_eq!(viewer.get(open).await.status, 200, "{open}");
        assert_eq!(stranger.get(open).await.status, 401, "{open}");
    }
    let new = json!({"kind": "host", "name": "x"});
    assert_eq!(viewer.post("/api/v1/resources", new).await.status, 403);
    assert_eq!(viewer.patch(&path, 1, json!({"name": "x"})).await.status, 403);
    assert_eq!(viewer.delete(&path, Some(1)).await.status, 403);
    let relation = json!({"kind": "part-of", "from": id, "to": id});
    assert_eq!(viewer.post("/api/v1/relations", relation).await.status, 403);
    assert_eq!(viewer.delete(&format!("/api/v1/relations/{id}"), None).await.status, 403);
    assert_eq!(house.facts().await.len(), 1);
}

#[tokio::test]
async fn kinds_tell_their_attributes_and_relations_both_wordings() {
    let house = house().await;
    let kinds = house.client.get("/api/v1/kinds").await.json;
    let names: Vec<_> = kinds["items"].as_array().unwrap().iter().map(|k| &k["name"]).collect();
    assert_eq!(
        names,
        [
            "host",
            "service",
            "network-interface",
            "file-system",
            "disk",
            "website",
            "certificate",
            "business-system"
        ]
    );
    let website = &kinds["items"][5];
    assert_eq!(
        (&website["parent"], &website["attributes"][0]["name"]),
        (&json!("service"), &json!("protocol"))
    );
    let readonly = &kinds["items"][3]["attributes"][4];
    assert_eq!((&readonly["name"], &readonly["type"]), (&json!("readonly"), &json!("boolean")));
    let relations = house.client.get("/api/v1/relation-kinds").await.json;
    let runs_on = &relations["items"][0];
    assert_eq!(runs_on["name"], "runs-on");
    assert_eq!(runs_on["forward"], json!({"en": "runs on", "zh": "运行于"}));
    assert_eq!(runs_on["backward"], json!({"en": "runs", "zh": "承载"}));
    assert_eq!((&runs_on["targets"], &runs_on["shipped"]), (&json!("0..1"), &json!(true)));
}

#[tokio::test]
async fn search_finds_resources_in_use_for_those_who_may_see_them() {
    let house = house().await;
    house.make("host", "Web1").await;
    let gone = house.make("host", "web2").await;
    house.client.delete(&format!("/api/v1/resources/{gone}"), Some(1)).await;
    let viewer = Caller { grant: testkit::viewer_grant(), ..Caller::stranger() };
    let hits = house.resources.search(&viewer, "WEB", 5).await.unwrap();
    assert_eq!(hits.len(), 1);
    let shown = (Text::same("Web1"), Text::new("Host", "主机"));
    assert_eq!((&hits[0].title, &hits[0].subtitle), (&shown.0, &shown.1));
    assert!(house.resources.search(&Caller::stranger(), "web", 5).await.unwrap().is_empty());
}

#[tokio::test]
async fn of_two_changes_of_one_version_one_wins() {
    let house = house().await;
    let path = format!("/api/v1/resources/{}", house.make("host", "web1").await);
    let (first, second) = tokio::join!(
        house.client.patch(&path, 1, json!({"name": "web2"})),
        house.client.patch(&path, 1, json!({"name": "web3"})),
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    assert_eq!(house.verbs().await, ["resource.created", "resource.changed"]);
}

#[tokio::test]
async fn change_that_cannot_be_journalled_is_not_made() {
    let house = house().await;
    let path = format!("/api/v1/resources/{}", house.make("host", "web1").await);
    let before = house.client.get(&path).await.json;
    let mut tx = house.records.db.begin().await.unwrap();
    sqlx::query("ALTER TABLE journal_row RENAME TO journal_gone")
        .execute(tx.connection())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let refused = house.client.patch(&path, 1, json!({"name": "web2"})).await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.json["code"], "journal-unavailable");
    assert!(!refused.json["detail"].as_str().unwrap().contains("journal_row"));
    assert_eq!(house.client.get(&path).await.json, before);
    let new = json!({"kind": "host", "name": "web3"});
    assert_eq!(house.client.post("/api/v1/resources", new).await.status, 503);
    let list = house.client.get("/api/v1/resources").await.json;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}
