use std::sync::Arc;

use axum::http::StatusCode;
use http_kit::SearchSource;
use kernel::Caller;
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
            "schedule": {
                "kind": "interval", "every_s": 60, "cron": null, "zone": null, "calendar": null,
                "days_off": null, "at": null, "verbs": [], "missed": null,
            },
            "overridden": false,
            "fixed": false,
            "interval_s": 60,
            "running": false,
            "paused": null,
            "version": 0,
            "last_started_at": "2023-11-14T22:13:20Z",
            "last_finished_at": "2023-11-14T22:13:20Z",
            "last_outcome": "failed",
            "last_message": {"en": "the peer is away", "zh": "对端不可用"},
            "done": 0,
            "left": 0,
            "next_run_at": "2023-11-14T22:14:20Z",
            "next_attempt": null,
            "time_limit_s": 600,
            "retries_max": 0,
            "runs_on": "one",
            "here": true,
        })
    );
    let runs = client.get("/api/v1/jobs/tidy/runs?limit=1").await;
    let run = &runs.json["items"][0];
    assert_eq!((runs.status, run["number"].clone()), (StatusCode::OK, json!(1)));
    assert_eq!(
        (run["started_by"].clone(), run["server"].clone()),
        (json!("schedule"), json!("one"))
    );
    assert_eq!((run["token"].clone(), run["attempt"].clone()), (json!(1), json!(1)));
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
        [("after=x", "after"), ("limit=0", "limit"), ("limit=501", "limit"), ("nosuch=1", "nosuch")]
    {
        let answer = client.get(&format!("/api/v1/jobs/tidy/runs?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.json["fields"][0]["field"], field, "{query}");
    }
}

#[tokio::test]
async fn search_finds_jobs_by_either_title_for_those_who_may_read_them() {
    let house = house(&[&Scripted::new("tidy", 60, &[]), &Scripted::new("scan", 60, &[])]).await;
    let viewer = Caller { grant: testkit::viewer_grant(), ..Caller::stranger() };
    let hits = house.jobs.search(&viewer, "TIDY", 5).await.unwrap();
    assert_eq!((hits.len(), hits[0].id.as_str()), (1, "tidy"));
    assert_eq!(house.jobs.search(&viewer, "标题", 1).await.unwrap().len(), 1);
    assert!(house.jobs.search(&Caller::stranger(), "tidy", 5).await.unwrap().is_empty());
}

fn cron() -> serde_json::Value {
    json!({
        "kind": "cron", "cron": "30 2 * * *", "zone": "Asia/Shanghai", "calendar": "cn",
        "days_off": "next", "missed": "skip",
    })
}

#[tokio::test]
async fn schedule_is_decided_shown_journalled_and_restored() {
    let tidy = Scripted::new("tidy", 60, &[]);
    let house = house(&[&tidy]).await;
    house.after(0).await;
    let client = client(&house);
    let path = "/api/v1/jobs/tidy/schedule";
    let put = |client: Client, version| async move {
        client.send("PUT", path, Some(cron().to_string()), version).await
    };
    assert_eq!(put(client.clone(), None).await.status, StatusCode::PRECONDITION_REQUIRED);
    let decided = put(client.clone(), Some(0)).await;
    assert_eq!((decided.status, decided.json["overridden"].clone()), (StatusCode::OK, json!(true)));
    // 2023-11-15 06:13:20 in Shanghai; the next 02:30 of a workday is the day after.
    assert_eq!(decided.json["next_run_at"], json!("2023-11-15T18:30:00Z"));
    assert_eq!(decided.json["version"], json!(1));
    assert_eq!(put(client.clone(), Some(0)).await.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(put(client.as_viewer(), Some(1)).await.status, StatusCode::FORBIDDEN);
    house.after(3600).await;
    assert_eq!(tidy.count(), 1, "no longer every minute");
    let restored = client.delete(path, Some(1)).await;
    assert_eq!(restored.json["schedule"]["kind"], json!("interval"));
    house.after(60).await;
    assert_eq!(tidy.count(), 2);
    let facts = house.facts().await;
    assert_eq!(house.verbs().await, ["job.rescheduled", "job.rescheduled"]);
    assert_eq!(facts[1].after.as_ref().unwrap()["cron"], json!("30 2 * * *"));
    assert_eq!(facts[1].before.as_ref().unwrap()["every_s"], json!(60));
}

#[tokio::test]
async fn decided_schedule_outlives_a_restart() {
    let tidy = Scripted::new("tidy", 60, &[]);
    let house = house(&[&tidy]).await;
    let body = cron().to_string();
    client(&house).send("PUT", "/api/v1/jobs/tidy/schedule", Some(body), Some(0)).await;
    let again = crate::house::jobs_of(&house.records, &house.clock, &[&tidy]);
    let clock = Arc::new(house.clock.clone());
    let client = Client::of_routes(jobs::routes(again), clock, Arc::new(SeededIds::new(2)));
    let job = client.get("/api/v1/jobs/tidy").await.json;
    assert_eq!((job["version"].clone(), job["overridden"].clone()), (json!(1), json!(true)));
    assert_eq!(job["schedule"]["days_off"], json!("next"));
}

#[tokio::test]
async fn paused_job_runs_only_when_asked_and_makes_nothing_up() {
    let tidy = Scripted::new("tidy", 60, &[]);
    let house = house(&[&tidy]).await;
    house.after(0).await;
    let client = client(&house);
    let at = |verb: &str| format!("/api/v1/jobs/tidy/{verb}");
    let paused = client.post(&at("pause"), json!({"reason": "the disk is replaced"})).await;
    assert_eq!(paused.json["paused"]["reason"], json!("the disk is replaced"));
    assert_eq!(paused.json["paused"]["by"], json!("administrator"));
    assert_eq!(paused.json["next_run_at"], json!(null));
    let twice = client.post(&at("pause"), json!({"reason": "again"})).await;
    assert_eq!(
        (twice.status, &twice.json["code"]),
        (StatusCode::CONFLICT, &json!("already-paused"))
    );
    house.after(600).await;
    assert_eq!(tidy.count(), 1);
    client.post(&at("run"), json!({})).await;
    house.after(0).await;
    assert_eq!(tidy.count(), 2, "asked for");
    assert_eq!(client.post(&at("resume"), json!({})).await.status, StatusCode::OK);
    assert_eq!(client.post(&at("resume"), json!({})).await.status, StatusCode::CONFLICT);
    house.after(0).await;
    assert_eq!(tidy.count(), 2, "not made up for");
    house.after(60).await;
    assert_eq!(tidy.count(), 3);
    assert_eq!(house.verbs().await, ["job.paused", "job.requested", "job.resumed"]);
}

#[tokio::test]
async fn wrong_schedules_are_refused_by_field_and_change_nothing() {
    let house = house(&[&Scripted::new("tidy", 60, &[])]).await;
    let client = client(&house);
    let long = "1,".repeat(200);
    for (body, field) in [
        (json!({"kind": "sometimes"}), "kind"),
        (json!({"kind": "interval"}), "every_s"),
        (json!({"kind": "interval", "every_s": 31_622_401_u64}), "every_s"),
        (json!({"kind": "interval", "every_s": 60, "cron": "* * * * *"}), "cron"),
        (json!({"kind": "cron", "cron": "61 * * * *", "zone": "UTC"}), "cron"),
        (json!({"kind": "cron", "cron": "* * *", "zone": "UTC"}), "cron"),
        (json!({"kind": "cron", "cron": "", "zone": "UTC"}), "cron"),
        (json!({"kind": "cron", "cron": "0 0 30 2 *", "zone": "UTC"}), "cron"),
        (json!({"kind": "cron", "cron": "0 0 * * * * 2030", "zone": "UTC"}), "cron"),
        (json!({"kind": "cron", "cron": long, "zone": "UTC"}), "cron"),
        (json!({"kind": "cron", "cron": "每天", "zone": "UTC"}), "cron"),
        (json!({"kind": "cron", "cron": "0 0 * * *", "zone": "Mars/Olympus"}), "zone"),
        (json!({"kind": "cron", "cron": "0 0 * * *"}), "zone"),
        (
            json!({"kind": "cron", "cron": "0 0 * * *", "zone": "UTC", "calendar": "moon"}),
            "calendar",
        ),
        (
            json!({"kind": "cron", "cron": "0 0 * * *", "zone": "UTC", "days_off": "next"}),
            "days_off",
        ),
        (json!({"kind": "once", "at": "tomorrow"}), "at"),
        (json!({"kind": "once", "at": "2023-11-14T22:13:20Z"}), "at"),
        (json!({"kind": "once"}), "at"),
        (json!({"kind": "fact", "verbs": []}), "verbs"),
        (json!({"kind": "fact", "verbs": ["job.failed"]}), "verbs"),
        (json!({"kind": "fact", "verbs": ["ALERT"]}), "verbs"),
        (json!({"kind": "cron", "cron": "0 0 * * *", "zone": "UTC", "missed": "never"}), "missed"),
    ] {
        let text = body.to_string();
        let put = client.send("PUT", "/api/v1/jobs/tidy/schedule", Some(text), Some(0)).await;
        assert_eq!(put.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(put.json["fields"][0]["field"], field, "{body}: {}", put.json);
        let preview = client.post("/api/v1/job-schedules/preview", body.clone()).await;
        assert_eq!(preview.json["fields"][0]["field"], field, "{body}");
    }
    for reason in [json!(""), json!("  "), json!("x".repeat(501))] {
        let answer = client.post("/api/v1/jobs/tidy/pause", json!({"reason": reason})).await;
        assert_eq!(answer.json["fields"][0]["field"], "reason");
    }
    assert_eq!(client.get("/api/v1/jobs/tidy").await.json["version"], json!(0));
    assert!(house.facts().await.is_empty());
}

#[tokio::test]
async fn preview_shows_the_next_runs_over_days_off() {
    let house = house(&[]).await;
    let body = json!({
        "kind": "cron", "cron": "0 9 * * 5,6", "zone": "Asia/Shanghai", "calendar": "cn",
        "days_off": "next",
    });
    let runs = client(&house).post("/api/v1/job-schedules/preview", body).await.json;
    // Fridays, and Saturdays moved to Monday.
    assert_eq!(runs["runs"][0], json!("2023-11-17T01:00:00Z"));
    assert_eq!(runs["runs"][1], json!("2023-11-20T01:00:00Z"));
    assert_eq!(runs["runs"].as_array().unwrap().len(), 10);
    let facts = json!({"kind": "fact", "verbs": ["alert."]});
    let none = client(&house).post("/api/v1/job-schedules/preview", facts).await.json;
    assert_eq!(none["runs"], json!([]));
}

#[tokio::test]
async fn job_that_proves_what_happened_stops_for_nobody() {
    let house = house(&[&Scripted::new("proof", 60, &[])]).await;
    let client = client(&house);
    assert_eq!(client.get("/api/v1/jobs").await.json["items"][0]["fixed"], json!(true));
    let paused = client.post("/api/v1/jobs/proof/pause", json!({"reason": "quiet"})).await;
    assert_eq!((paused.status, &paused.json["code"]), (StatusCode::CONFLICT, &json!("job-fixed")));
    let yearly = json!({"kind": "interval", "every_s": 31_622_400});
    let path = "/api/v1/jobs/proof/schedule";
    let moved = client.send("PUT", path, Some(yearly.to_string()), Some(0)).await;
    assert_eq!((moved.status, &moved.json["code"]), (StatusCode::CONFLICT, &json!("job-fixed")));
    assert_eq!(house.verbs().await, Vec::<String>::new());
}

#[tokio::test]
async fn pause_of_before_a_job_was_fixed_counts_no_more() {
    let proof = Scripted::new("proof", 60, &[]);
    let house = house(&[&proof]).await;
    let mut tx = house.records.db.begin().await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO jobs_setting (job, version, kind, every_s, paused_reason, paused_by,
            paused_at, requested)
        VALUES ('proof', 3, 'interval', 31622400, 'quiet', 'sys', 5, 0)",
    )
    .execute(tx.connection())
    .await
    .unwrap();
    tx.commit().await.unwrap();
    house.after(0).await;
    house.after(60).await;
    assert_eq!(proof.count(), 2);
    let item = &client(&house).get("/api/v1/jobs").await.json["items"][0];
    assert_eq!((&item["paused"], &item["version"]), (&json!(null), &json!(3)));
}
