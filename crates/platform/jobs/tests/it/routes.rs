use std::sync::Arc;

use axum::http::StatusCode;
use http_kit::SearchSource;
use kernel::{Caller, Grant, Role};
use serde_json::json;
use testkit::{Client, SeededIds};

use crate::house::{Act, House, Scripted, house};

fn client(house: &House) -> Client {
    let clock = Arc::new(house.clock.clone());
    Client::of_routes(jobs::routes(house.jobs.clone()), clock, Arc::new(SeededIds::new(1)))
}

#[tokio::test]
async fn list_tells_the_last_and_the_next_run() {
    let house = house(&[&Scripted::new("tidy", 60, &[Act::Fail])]).await;
    let client = client(&house).as_viewer();
    let fresh = client.get("/api/v1/jobs").await;
    assert_eq!(fresh.json["items"][0]["last_outcome"], json!(null));
    house.after(0).await;
    let item = &client.get("/api/v1/jobs").await.json["items"][0];
    assert_eq!(
        *item,
        json!({
            "name": "tidy",
            "title": {"en": "Title of tidy", "zh": "标题"},
            "interval_s": 60,
            "running": false,
            "last_started_at": "2023-11-14T22:13:20Z",
            "last_finished_at": "2023-11-14T22:13:20Z",
            "last_outcome": "failed",
            "last_message": {"en": "the peer is away", "zh": "对端不可用"},
            "done": 0,
            "left": 0,
            "next_run_at": "2023-11-14T22:14:20Z",
        })
    );
    let runs = client.get("/api/v1/jobs/tidy/runs?limit=1").await;
    assert_eq!((runs.status, runs.json["items"][0]["number"].clone()), (StatusCode::OK, json!(1)));
}

#[tokio::test]
async fn administrator_runs_a_job_and_viewer_and_stranger_are_refused() {
    let tidy = Scripted::new("tidy", 60, &[]);
    let house = house(&[&tidy]).await;
    house.after(0).await;
    let client = client(&house);
    let path = "/api/v1/jobs/tidy/run";
    let viewer = client.as_viewer().post(path, json!({})).await;
    assert_eq!(
        (viewer.status, viewer.json["code"].clone()),
        (StatusCode::FORBIDDEN, json!("forbidden"))
    );
    assert_eq!(client.as_stranger().post(path, json!({})).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.as_stranger().get("/api/v1/jobs").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.jobs.settle().await.unwrap(), 0, "nothing was asked for");
    assert_eq!(client.post(path, json!({})).await.status, StatusCode::ACCEPTED);
    assert_eq!(house.jobs.settle().await.unwrap(), 1);
    assert_eq!(tidy.count(), 2);
}

#[tokio::test]
async fn unknown_job_and_bad_query_are_named() {
    let house = house(&[&Scripted::new("tidy", 60, &[])]).await;
    let client = client(&house);
    for path in ["/api/v1/jobs/nosuch/runs", "/api/v1/jobs/%FF/runs"] {
        assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let run = client.post("/api/v1/jobs/nosuch/run", json!({})).await;
    assert_eq!(run.status, StatusCode::NOT_FOUND);
    for (query, field) in
        [("after=x", "after"), ("limit=0", "limit"), ("limit=501", "limit"), ("nosuch=1", "query")]
    {
        let answer = client.get(&format!("/api/v1/jobs/tidy/runs?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.json["fields"][0]["field"], field, "{query}");
    }
}

#[tokio::test]
async fn search_finds_jobs_by_either_title_for_those_who_may_read_them() {
    let house = house(&[&Scripted::new("tidy", 60, &[]), &Scripted::new("scan", 60, &[])]).await;
    let viewer = Caller { grant: Grant::Role(Role::Viewer), ..Caller::stranger() };
    let hits = house.jobs.search(&viewer, "TIDY", 5).await.unwrap();
    assert_eq!((hits.len(), hits[0].id.as_str()), (1, "tidy"));
    assert_eq!(house.jobs.search(&viewer, "标题", 1).await.unwrap().len(), 1);
    assert!(house.jobs.search(&Caller::stranger(), "tidy", 5).await.unwrap().is_empty());
}
