use axum::http::StatusCode;
use serde_json::json;

use crate::discovery_house::{House, socket};

const LIST: &str = "/api/v1/discovered-services";

#[tokio::test]
async fn list_shows_each_service_as_the_contract_says() {
    let house = House::new(false).await;
    house.scan(vec![socket("127.0.0.1", 6379, "redis-server", 10)]).await;
    let answer = house.client().as_viewer().get(LIST).await;
    let item = &answer.json["items"][0];
    let mut shown = item.clone();
    for volatile in ["id", "suggested_check"] {
        shown.as_object_mut().unwrap().remove(volatile);
    }
    assert_eq!(
        shown,
        json!({
            "host_resource_id": house.host,
            "proto": "tcp",
            "addresses": ["127.0.0.1"],
            "port": 6379,
            "process": {
                "pid": 10, "comm": "redis-server", "exe": "/usr/sbin/redis-server",
                "unit": "redis-server.service", "user_id": 0,
            },
            "service": {"kind": "redis", "title": item["service"]["title"]},
            "confidence": 1.0,
            "state": "suggested",
            "listening": true,
            "resource_id": null,
            "check_id": null,
            "first_seen_at": "2027-01-15T08:00:10Z",
            "last_seen_at": "2027-01-15T08:00:10Z",
        })
    );
    assert_eq!(item["suggested_check"]["protocol"], json!("tcp"));
    assert_eq!(answer.json["next"], json!(null));
}

#[tokio::test]
async fn list_is_filtered_by_state_and_paged_by_key() {
    let house = House::new(false).await;
    let ports = [(80, "nginx"), (22, "sshd"), (5432, "postgres")];
    house.scan(ports.map(|(port, comm)| socket("0.0.0.0", port, comm, 10)).to_vec()).await;
    let client = house.client();
    let page = client.get(&format!("{LIST}?limit=2")).await.json;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let next = page["next"].as_str().unwrap();
    let rest = client.get(&format!("{LIST}?limit=2&after={next}")).await.json;
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &json!(null)));
    let id = page["items"][0]["id"].as_str().unwrap();
    let dismissed = client.post(&format!("{LIST}/{id}/dismiss"), json!({})).await;
    assert_eq!(dismissed.json["state"], json!("dismissed"));
    for (state, count) in [("suggested", 2), ("dismissed", 1), ("accepted", 0)] {
        let found = client.get(&format!("{LIST}?state={state}")).await.json;
        assert_eq!(found["items"].as_array().unwrap().len(), count, "{state}");
    }
    for (query, field) in [("state=new", "state"), ("limit=0", "limit"), ("colour=red", "colour")] {
        let answer = client.get(&format!("{LIST}?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.json["fields"][0]["field"], field, "{query}");
    }
}

#[tokio::test]
async fn administrator_decides_and_viewer_and_stranger_are_refused() {
    let house = House::new(false).await;
    house.scan(vec![socket("0.0.0.0", 80, "nginx", 10)]).await;
    let client = house.client();
    let id = client.get(LIST).await.json["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(client.as_stranger().get(LIST).await.status, StatusCode::UNAUTHORIZED);
    for path in [format!("{LIST}/{id}/accept"), format!("{LIST}/{id}/dismiss"), scan_path()] {
        let viewer = client.as_viewer().post(&path, json!({})).await;
        assert_eq!(viewer.status, StatusCode::FORBIDDEN, "{path}");
        let stranger = client.as_stranger().post(&path, json!({})).await;
        assert_eq!(stranger.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let accepted = client.post(&format!("{LIST}/{id}/accept"), json!({})).await;
    assert_eq!((accepted.status, &accepted.json["state"]), (StatusCode::OK, &json!("accepted")));
    assert!(accepted.json["resource_id"].is_string() && accepted.json["check_id"].is_string());
    let twice = client.post(&format!("{LIST}/{id}/accept"), json!({})).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert_eq!(twice.json["code"], json!("already-accepted"));
}

#[tokio::test]
async fn service_that_is_not_there_is_named() {
    let house = House::new(false).await;
    let client = house.client();
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    for verb in ["accept", "dismiss"] {
        let answer = client.post(&format!("{LIST}/{id}/{verb}"), json!({})).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let wrong = client.post(&format!("{LIST}/none/{verb}"), json!({})).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn scan_asked_for_is_done() {
    let house = House::new(false).await;
    *house.sockets() = vec![socket("0.0.0.0", 80, "nginx", 10)];
    let mut commits = house.records.db.commits();
    commits.mark_unchanged();
    let answer = house.client().post(&scan_path(), json!({})).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    // Other commits than the scan's may come first.
    while house.items().await.is_empty() {
        commits.changed().await.unwrap();
    }
    assert_eq!(house.items().await.len(), 1);
}

fn scan_path() -> String {
    format!("{LIST}/scan")
}
