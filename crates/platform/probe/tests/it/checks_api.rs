use expect_test::{Expect, expect};
use http_kit::SearchSource;
use kernel::Caller;
use serde_json::{Value, json};

use crate::house::House;

/// The body of a good check with some fields replaced.
fn body(house: &House, changes: &Value) -> Value {
    let mut body = json!({
        "resource_id": house.resource.to_string(), "name": "web", "protocol": "script",
        "spec": { "host": "web" },
    });
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

#[tokio::test]
async fn a_check_is_made_read_changed_and_removed() {
    let house = House::new().await;
    let client = house.client();
    let made = client.post("/api/v1/checks", body(&house, &json!({}))).await;
    assert_eq!((made.status.as_u16(), &made.headers["etag"]), (201, &"\"1\"".parse().unwrap()));
    let path = format!("/api/v1/checks/{}", made.json["id"].as_str().unwrap());
    assert_eq!(made.json["resource_name"], "db1");
    assert_eq!(made.json["source"], "manual");
    assert_eq!(
        (&made.json["interval_s"], &made.json["retry_interval_s"], &made.json["timeout_s"]),
        (&json!(60), &json!(15), &json!(10.0))
    );
    assert_eq!(made.json["status"]["state"], "pending");
    assert_eq!(made.json["status"]["summary"], Value::Null);

    let run = client.post(&format!("{path}/run"), json!({})).await;
    let status = &run.json["status"];
    assert_eq!((&status["state"], &status["state_type"]), (&json!("ok"), &json!("hard")));
    assert_eq!(status["summary"]["en"], "it is ok");
    assert_eq!(status["figures"][0], json!({ "label": "time", "value": 0.25, "unit": "s" }));
    assert_eq!(status["figures"][1]["value"], Value::Null);

    let changed = client.patch(&path, 1, json!({ "interval_s": 10 })).await;
    assert_eq!((changed.status.as_u16(), &changed.json["version"]), (200, &json!(2)));
    // The retry interval follows: it is never longer than the interval.
    assert_eq!(changed.json["retry_interval_s"], 10);
    let same = client.patch(&path, 2, json!({ "interval_s": 10 })).await;
    assert_eq!(same.json["version"], 2);

    assert_eq!(client.delete(&path, Some(1)).await.status, 412);
    assert_eq!(client.delete(&path, Some(2)).await.status, 204);
    assert_eq!(client.get(&path).await.status, 404);
    assert_eq!(client.delete(&path, None).await.status, 404);
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_kept() {
    let house = House::new().await;
    let client = house.client();
    let table = [
        (
            json!({ "protocol": "telepathy" }),
            "protocol: found `telepathy`, expected one of script, within",
        ),
        (json!({ "spec": {} }), "spec.host: found `null`, expected a host"),
        (
            json!({ "spec": { "host": "a", "port": 70_000 } }),
            "spec.port: found `70000`, expected 1 to 65535",
        ),
        (
            json!({ "interval_s": 0, "retry_interval_s": 1 }),
            "interval_s: found `0`, expected 1 to 86400 seconds",
        ),
        (json!({ "interval_s": 86_401 }), "interval_s: found `86401`, expected 1 to 86400 seconds"),
        (json!({ "timeout_s": 0.01 }), "timeout_s: found `0.01`, expected 0.1 to 60 seconds"),
        (json!({ "attempts_max": 0 }), "attempts_max: found `0`, expected 1 to 10 attempts"),
        (json!({ "name": " " }), "name: found ``, expected 1 to 200 characters on one line"),
        (
            json!({ "resource_id": "01890a5d-ac96-774b-bcce-b302099a8057" }),
            "resource_id: found `01890a5d-ac96-774b-bcce-b302099a8057`, \
             expected a resource that is in use",
        ),
        (
            json!({ "name": "", "attempts_max": 99, "spec": { "port": 0 } }),
            "name: found ``, expected 1 to 200 characters on one line; attempts_max: found `99`, \
             expected 1 to 10 attempts; spec.port: found `0`, expected 1 to 65535",
        ),
    ];
    for (changes, expected) in table {
        let answer = client.post("/api/v1/checks", body(&house, &changes)).await;
        assert_eq!((answer.status.as_u16(), answer.json["detail"].as_str()), (400, Some(expected)));
    }
    // Wrong types and unknown keys are found while reading, by name as well.
    for (changes, field) in [
        (json!({ "interval_s": -5 }), "interval_s"),
        (json!({ "interval_s": "often" }), "interval_s"),
        (json!({ "resource_id": "db1" }), "resource_id"),
        (json!({ "colour": "red" }), "colour"),
    ] {
        let answer = client.post("/api/v1/checks", body(&house, &changes)).await;
        assert_eq!(answer.status, 400);
        assert!(answer.json["fields"][0].to_string().contains(field), "{}", answer.json);
    }
    assert!(house.checks().await.is_empty());
    assert!(house.verbs().await.is_empty());
}

#[tokio::test]
async fn faults_speak_chinese_to_those_who_do() {
    let house = House::new().await;
    let client = house.client().with_header("accept-language", "zh-CN");
    let answer = client.post("/api/v1/checks", body(&house, &json!({ "attempts_max": 99 }))).await;
    let expected = expect!["attempts_max：当前为“99”，应为 1 到 10 次"];
    expected.assert_eq(answer.json["detail"].as_str().unwrap());
}

#[tokio::test]
async fn stale_missing_and_strange_versions_are_refused() {
    let house = House::new().await;
    let client = house.client();
    let id = house.watch(house.draft("web")).await;
    let path = format!("/api/v1/checks/{id}");
    client.patch(&path, 1, json!({ "name": "web 2" })).await;
    assert_eq!(client.patch(&path, 1, json!({ "name": "web 3" })).await.status, 412);
    let missing = client.send("PATCH", &path, Some("{}".to_owned()), None).await;
    assert_eq!(missing.status, 428);
    let strange = client.with_header("if-match", "\"x\"");
    assert_eq!(strange.delete(&path, None).await.status, 400);
    assert_eq!(client.get(&path).await.json["name"], "web 2");
    assert_eq!(client.get("/api/v1/checks/not-an-id").await.status, 400);
}

#[tokio::test]
async fn two_checks_of_one_name_on_a_resource_are_refused() {
    let house = House::new().await;
    let client = house.client();
    client.post("/api/v1/checks", body(&house, &json!({}))).await;
    let twice = client.post("/api/v1/checks", body(&house, &json!({}))).await;
    assert_eq!((twice.status.as_u16(), twice.json["code"].as_str()), (409, Some("check-exists")));
    let other = house.watch(house.draft("other")).await;
    let path = format!("/api/v1/checks/{other}");
    assert_eq!(client.patch(&path, 1, json!({ "name": "web" })).await.status, 409);
    assert_eq!(
        client.patch(&path, 1, json!({ "name": "other", "interval_s": 9 })).await.status,
        200
    );
}

#[tokio::test]
async fn lists_are_filtered_and_paged_by_key() {
    let house = House::new().await;
    let client = house.client();
    for name in ["alpha", "beta", "gamma"] {
        house.watch(house.draft(name)).await;
        house.clock.advance(std::time::Duration::from_millis(1));
    }
    house.script.answer("beta", probe::outcome::State::Critical);
    house.settle().await;
    let check = |query: &'static str, expected: Expect| {
        let client = client.clone();
        async move {
            let list = client.get(&format!("/api/v1/checks?{query}")).await;
            let names = list.json["items"].as_array().unwrap().iter();
            let names: Vec<_> = names.map(|item| item["name"].as_str().unwrap()).collect();
            expected.assert_eq(&names.join(" "));
            list.json["next"].as_str().map(str::to_owned)
        }
    };
    check("", expect!["alpha beta gamma"]).await;
    check("state=critical", expect!["beta"]).await;
    check("state=ok,critical&q=A", expect!["alpha beta gamma"]).await;
    check("q=LPH", expect!["alpha"]).await;
    check("q=db1", expect!["alpha beta gamma"]).await;
    check("resource_id=01890a5d-ac96-774b-bcce-b302099a8057", expect![""]).await;
    let next = check("limit=2", expect!["alpha beta"]).await.unwrap();
    let rest = client.get(&format!("/api/v1/checks?limit=2&after={next}")).await;
    assert_eq!(
        (&rest.json["items"][0]["name"], &rest.json["next"]),
        (&json!("gamma"), &Value::Null)
    );
    for wrong in ["state=bad", "limit=0", "after=x", "resource_id=x"] {
        assert_eq!(client.get(&format!("/api/v1/checks?{wrong}")).await.status, 400, "{wrong}");
    }
    let found = house.probe.search(&Caller::console(), "bet", 5).await.unwrap();
    assert_eq!((found.len(), found[0].title.en.as_str()), (1, "beta"));
    assert!(house.probe.search(&Caller::stranger(), "bet", 5).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_trial_asks_once_and_keeps_nothing() {
    let house = House::new().await;
    let client = house.client();
    let draft = json!({ "protocol": "script", "spec": { "host": "new" } });
    let trial = client.post("/api/v1/check-trials", draft).await;
    assert_eq!((trial.status.as_u16(), &trial.json["state"]), (200, &json!("ok")));
    assert_eq!(trial.json["summary"]["zh"], "状态 ok");
    assert!(house.checks().await.is_empty());
    let wrong = json!({ "protocol": "script", "spec": { "port": 0 }, "timeout_s": 21 });
    let wrong = client.post("/api/v1/check-trials", wrong).await;
    let fields: Vec<_> =
        wrong.json["fields"].as_array().unwrap().iter().map(|field| &field["field"]).collect();
    assert_eq!(
        (wrong.status.as_u16(), fields),
        (400, vec![&json!("timeout_s"), &json!("spec.port")])
    );
}

#[tokio::test]
async fn protocols_show_their_schema_and_states_their_resource() {
    let house = House::new().await;
    let client = house.client();
    let protocols = client.get("/api/v1/check-protocols").await;
    assert_eq!(protocols.json["items"][0]["name"], "script");
    assert_eq!(protocols.json["items"][0]["schema"]["type"], "object");
    house.watch(house.draft("web")).await;
    house.settle().await;
    let states = client.get("/api/v1/check-states").await;
    let expected = json!({
        "resource_id": house.resource.to_string(), "state": "ok", "checks": 1, "problems": 0,
    });
    assert_eq!(states.json["items"][0], expected);
}

#[tokio::test]
async fn viewers_read_and_strangers_do_not() {
    let house = House::new().await;
    let id = house.watch(house.draft("web")).await;
    let (viewer, stranger) = (house.client().as_viewer(), house.client().as_stranger());
    for path in ["checks", "check-protocols", "check-states", "series?selector=up"] {
        let path = format!("/api/v1/{path}");
        assert_eq!(viewer.get(&path).await.status, 200, "{path}");
        assert_eq!(stranger.get(&path).await.status, 401, "{path}");
    }
    let path = format!("/api/v1/checks/{id}");
    assert_eq!(viewer.patch(&path, 1, json!({ "name": "x" })).await.status, 403);
    assert_eq!(viewer.delete(&path, None).await.status, 403);
    assert_eq!(viewer.post(&format!("{path}/run"), json!({})).await.status, 403);
    let trial = json!({ "protocol": "script", "spec": { "host": "a" } });
    assert_eq!(viewer.post("/api/v1/check-trials", trial).await.status, 403);
}
