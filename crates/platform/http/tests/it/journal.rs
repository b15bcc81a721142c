use std::{collections::HashMap, sync::Arc};

use axum::{body::Body, http::Request};
use db::Db;
use http_body_util::BodyExt;
use http_kit::{JournalKeeping, JournalState, journal_keeping_routes, journal_routes};
use journal::{
    AnchorSettings, Anchors, Entry, PlaceOf, Places, PlacesFuture, Sealer, SealerParts,
    TokensFuture,
};
use kernel::{Actor, ActorKind, Caller, Cause, Fact, FactSeq, Subject, Time, Within};
use serde::Serialize;
use testkit::{Client, ManualClock, SeededIds, StandInGate, TemporaryDb, stack, temporary_db};
use tokio::sync::watch;
use tower::ServiceExt;

#[derive(Serialize)]
struct Touched {
    resource: Option<&'static str>,
    said: &'static str,
}

impl Fact for Touched {
    const VERB: &'static str = "resource.changed";

    fn subject(&self) -> Subject {
        Subject::new("resource", self.resource.unwrap_or("none"), self.said)
    }

    fn resource_id(&self) -> Option<String> {
        self.resource.map(str::to_owned)
    }
}

async fn touch(db: &Db, actor: &str, resource: Option<&'static str>, cause: Option<i64>) -> i64 {
    let mut tx = db.begin().await.unwrap();
    let id = actor.to_owned();
    let actor = Actor { kind: ActorKind::Person, name: id.clone(), id };
    let caller = Caller { actor, ..Caller::stranger() };
    let said = "one\r\ntwo \u{1b}[31m\u{85}";
    let fact = Touched { resource, said };
    let entry = Entry::new(&caller, Time::from_seconds(1_000), &fact);
    let entry = entry.because_of(Cause(cause.map(FactSeq)));
    let seq = journal::append(&mut tx, entry).await.unwrap();
    tx.commit().await.unwrap();
    seq.0
}

/// `north-1` belongs to the unit `north`.
struct Map;

impl Places for Map {
    fn places_of(&self, ids: Vec<String>) -> PlacesFuture<'_> {
        let place = |id: String| {
            let unit = id.split('-').next().map(str::to_owned);
            (id, PlaceOf { unit_id: unit, ..PlaceOf::default() })
        };
        let places: HashMap<_, _> = ids.into_iter().map(place).collect();
        Box::pin(std::future::ready(Ok(places)))
    }

    /// The viewer has a robot.
    fn tokens_of<'a>(&'a self, user_id: &'a str) -> TokensFuture<'a> {
        let tokens = if user_id == "viewer" { vec!["robot".to_owned()] } else { Vec::new() };
        Box::pin(std::future::ready(Ok(tokens)))
    }

    /// Ada is called so, and has a robot.
    fn actors_called<'a>(&'a self, _: &'a Caller, name: &'a str) -> TokensFuture<'a> {
        let called = match name {
            "Lovelace" => vec!["ada".to_owned(), "ada-robot".to_owned()],
            "everybody" => (0..600).map(|number| number.to_string()).collect(),
            _ => Vec::new(),
        };
        Box::pin(std::future::ready(Ok(called)))
    }
}

/// That a resource will belong elsewhere.
#[derive(Serialize)]
struct Planned {
    fields: [&'static str; 1],
    effective_at: Time,
}

impl Fact for Planned {
    const VERB: &'static str = "resource.changed";

    fn subject(&self) -> Subject {
        Subject::new("resource", "north-1", "north-1")
    }

    fn resource_id(&self) -> Option<String> {
        Some("north-1".to_owned())
    }
}

async fn plan(db: &Db, actor: &str, to: &str) {
    let mut tx = db.begin().await.unwrap();
    let id = actor.to_owned();
    let actor = Actor { kind: ActorKind::Person, name: id.clone(), id };
    let caller = Caller { actor, ..Caller::stranger() };
    let fact = Planned { fields: ["unit_id"], effective_at: Time::from_seconds(9_000) };
    let state = |unit: &str| serde_json::json!({ "name": "north-1", "unit_id": unit });
    let (before, after) = (state("north"), state(to));
    let entry = Entry::new(&caller, Time::from_seconds(1_000), &fact);
    journal::append(&mut tx, entry.before(&before).after(&after)).await.unwrap();
    tx.commit().await.unwrap();
}

struct House {
    records: TemporaryDb,
    router: axum::Router,
    _stop: watch::Sender<bool>,
}

async fn house() -> House {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    let (stop, stopped) = watch::channel(false);
    let clock = Arc::new(ManualClock::at(Time::from_seconds(2_000)));
    let ids = Arc::new(SeededIds::new(1));
    let state = JournalState {
        places: Arc::new(Map),
        ..JournalState::plain(records.db.clone(), Arc::new(StandInGate), stopped)
    };
    let sealer = Sealer::new(SealerParts {
        db: records.db.clone(),
        clock: clock.clone(),
        ids: ids.clone(),
        keys: records.dir.path().join("keys"),
    });
    let anchors = Anchors::new(sealer.clone(), AnchorSettings::default());
    let keeping = JournalKeeping { sealer, anchors, clock: clock.clone(), host: "web1".into() };
    let routes = journal_routes(state.clone()).merge(journal_keeping_routes(state, keeping));
    let router = stack(Arc::new(StandInGate), clock, ids, routes.into_parts().0);
    House { records, router, _stop: stop }
}

impl House {
    fn client(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// Somebody called `viewer` who may read and export within the unit `north`.
    fn northerner(&self) -> Client {
        let within = Within { units: ["north".to_owned()].into(), ..Within::default() };
        self.client().holding(&["journal.read", "journal.export"], &within)
    }

    async fn text(&self, path: &str) -> String {
        let request = Request::get(path).header("x-test-caller", "administrator");
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec())
            .unwrap()
    }
}

fn numbers(answer: &testkit::Answer) -> Vec<i64> {
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json["items"].as_array().unwrap().iter().map(|f| f["seq"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn limited_caller_lists_their_places_and_own_deeds_only() {
    let house = house().await;
    for resource in [Some("north-1"), Some("south-1"), None] {
        touch(&house.records.db, "ada", resource, None).await;
    }
    touch(&house.records.db, "viewer", Some("south-1"), None).await;
    assert_eq!(numbers(&house.client().get("/api/v1/journal").await), [4, 3, 2, 1]);
    assert_eq!(numbers(&house.northerner().get("/api/v1/journal").await), [4, 1]);
    let none = house.client().holding(&["resource.read"], &Within::default());
    assert_eq!(none.get("/api/v1/journal").await.status, 403);
}

/// What a user did by an API token was missing from what they saw of their own doings.
#[tokio::test]
async fn own_deeds_are_those_of_the_user_by_token_too() {
    let house = house().await;
    for actor in ["viewer", "robot", "other-robot"] {
        touch(&house.records.db, actor, Some("south-1"), None).await;
    }
    assert_eq!(numbers(&house.northerner().get("/api/v1/journal").await), [2, 1]);
}

/// The page names actors by what they are called; only their ids found anything.
#[tokio::test]
async fn facts_are_found_by_the_actors_name_or_id() {
    let house = house().await;
    for actor in ["ada", "lin", "ada-robot"] {
        touch(&house.records.db, actor, Some("north-1"), None).await;
    }
    let mut tx = house.records.db.begin().await.unwrap();
    let caller = Caller { actor: Actor::console(), ..Caller::stranger() };
    let fact = Touched { resource: None, said: "" };
    for caller in [caller, Caller::stranger()] {
        let entry = Entry::new(&caller, Time::from_seconds(1_000), &fact);
        journal::append(&mut tx, entry).await.unwrap();
    }
    tx.commit().await.unwrap();
    let client = house.client();
    for (actor, found) in [
        ("ada", vec![1]),
        ("Lovelace", vec![3, 1]),
        ("console", vec![4]),
        ("nobody", Vec::new()),
        ("", vec![5, 4, 3, 2, 1]),
    ] {
        let list = client.get(&format!("/api/v1/journal?actor={actor}")).await;
        assert_eq!(numbers(&list), found, "{actor}");
    }
    let lines = house.text("/api/v1/journal/export?actor=Lovelace").await;
    assert_eq!(lines.lines().count(), 2, "{lines}");
    let refused = client.get("/api/v1/journal?actor=everybody").await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json["fields"][0]["field"]),
        (400, &"actor".into())
    );
}

/// Lists, causes, exports and live streams told where a resource would go.
#[tokio::test]
async fn planned_move_is_shown_without_a_destination_that_is_not_seen() {
    let house = house().await;
    plan(&house.records.db, "ada", "far-south").await;
    plan(&house.records.db, "viewer", "far-south").await;
    let client = house.northerner();
    let list = client.get("/api/v1/journal").await;
    assert_eq!(numbers(&list), [2, 1]);
    let [own, planned] = [&list.json["items"][0], &list.json["items"][1]];
    assert_eq!(own["after"]["unit_id"], "far-south", "what one has done oneself");
    assert_eq!(planned["after"], serde_json::json!({ "name": "north-1", "unit_id": null }));
    assert_eq!(planned["detail"]["withheld"], serde_json::json!(["unit_id"]));
    assert_eq!(planned["detail"]["fields"], serde_json::json!(["unit_id"]));
    let causes = client.get("/api/v1/journal/1/causes").await.json;
    assert_eq!(&causes["nodes"][0]["fact"], planned);
    let held = serde_json::json!({ "units": ["north"] });
    let held = serde_json::json!({ "journal.read": held, "journal.export": held }).to_string();
    for path in ["/api/v1/live?after=0", "/api/v1/journal/export"] {
        let request = Request::get(path)
            .header("x-test-caller", "administrator")
            .header("x-test-held", &held)
            .body(Body::empty())
            .unwrap();
        let mut body = house.router.clone().oneshot(request).await.unwrap().into_body();
        let frame = body.frame().await.unwrap().unwrap();
        let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
        assert!(text.contains("withheld") && !text.contains("far-south"), "{path}: {text}");
    }
    let whole = house.client().get("/api/v1/journal/1/causes").await.json;
    assert_eq!(whole["nodes"][0]["fact"]["after"]["unit_id"], "far-south");
}

#[tokio::test]
async fn export_is_one_line_a_fact_in_every_format_and_a_fact_itself() {
    let house = house().await;
    for _ in 0..600 {
        touch(&house.records.db, "ada", Some("north-1"), None).await;
    }
    for (number, format) in ["jsonl", "cef", "syslog"].into_iter().enumerate() {
        let path = format!("/api/v1/journal/export?format={format}");
        let text = house.text(&path).await;
        assert_eq!(text.lines().count(), 600 + number, "{format}");
        assert!(!text.contains(['\r', '\u{1b}', '\u{85}']), "{format}");
    }
    let facts = house.client().get("/api/v1/journal?verb=journal.exported").await;
    assert_eq!(numbers(&facts).len(), 3);
    assert_eq!(facts.json["items"][0]["detail"]["format"], "syslog");
    let rest = house.text("/api/v1/journal/export?after=599&verb=resource.changed").await;
    assert_eq!(rest.lines().count(), 1);
    let first: serde_json::Value = serde_json::from_str(rest.trim()).unwrap();
    assert_eq!(first["subject"]["name"], "one\r\ntwo \u{1b}[31m\u{85}");
}

#[tokio::test]
async fn compressed_export_is_whole() {
    let house = house().await;
    for _ in 0..600 {
        touch(&house.records.db, "ada", Some("north-1"), None).await;
    }
    let request = Request::get("/api/v1/journal/export")
        .header("x-test-caller", "administrator")
        .header("accept-encoding", "gzip");
    let router = house.router.clone().layer(tower_http::compression::CompressionLayer::new());
    let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let body = response.into_body().collect().await;
    assert!(body.is_ok_and(|body| body.to_bytes().len() > 1_000));
}

#[tokio::test]
async fn export_needs_its_own_permission_and_obeys_its_scope() {
    let house = house().await;
    touch(&house.records.db, "ada", Some("north-1"), None).await;
    touch(&house.records.db, "ada", Some("south-1"), None).await;
    let viewer = house.client().as_viewer();
    assert_eq!(viewer.get("/api/v1/journal/export").await.status, 403);
    let answer = house.northerner().get("/api/v1/journal/export?format=jsonl").await;
    assert_eq!((answer.status.as_u16(), &answer.json["seq"]), (200, &1.into()), "one line only");
    for (query, field) in [
        ("format=xml", "format"),
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to"),
        ("colour=red", "colour"),
    ] {
        let refused = house.client().get(&format!("/api/v1/journal/export?{query}")).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.json["fields"][0]["field"]),
            (400, &field.into())
        );
    }
}

#[tokio::test]
async fn causes_and_what_changed_before_are_answered() {
    let house = house().await;
    let first = touch(&house.records.db, "ada", Some("north-1"), None).await;
    let second = touch(&house.records.db, "ada", Some("south-1"), Some(first)).await;
    let tree = house.client().get(&format!("/api/v1/journal/{second}/causes")).await.json;
    assert_eq!(tree["nodes"][0]["depth"], -1);
    assert_eq!(tree["nodes"][1]["fact"]["cause"], first);
    let path = format!("/api/v1/journal/{second}/causes");
    assert_eq!(house.northerner().get(&path).await.status, 404);
    assert_eq!(house.client().get("/api/v1/journal/x/causes").await.status, 400);
    assert_eq!(house.client().get("/api/v1/journal/99/causes").await.status, 404);
    let path = "/api/v1/resources/north-1/before?at=1970-01-01T00:20:00Z";
    let suspects = house.client().get(path).await.json;
    assert_eq!(suspects["items"][0]["fact"]["seq"], first);
    assert!(suspects["items"][0]["reason"]["zh"].as_str().unwrap().contains("配置变更"));
    let wide = house.client().get(&format!("{path}&window=5")).await;
    assert_eq!((wide.status.as_u16(), &wide.json["fields"][0]["field"]), (400, &"window".into()));
}

#[tokio::test]
async fn status_tells_how_the_journal_is_kept_and_the_key_can_be_changed() {
    let house = house().await;
    touch(&house.records.db, "ada", Some("north-1"), None).await;
    let status = house.client().get("/api/v1/journal/status").await.json;
    assert_eq!((&status["latest_seq"], &status["sealed_seq"]), (&1.into(), &0.into()));
    let changed = house.client().post("/api/v1/journal/key", serde_json::json!({})).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
    let after = house.client().get("/api/v1/journal/status").await.json;
    assert_eq!((&after["sealed_seq"], &after["checkpoint_seq"]), (&1.into(), &1.into()));
    assert_ne!(after["public_key"], status["public_key"]);
    assert_eq!(after["public_key"], changed.json["public_key"]);
    let path = "/api/v1/journal/archive/release";
    let refused = house.client().post(path, serde_json::json!({})).await;
    assert_eq!(refused.status, 409);
    assert_eq!(house.northerner().get("/api/v1/journal/status").await.status, 403);
    let viewer = house.client().as_viewer();
    assert_eq!(viewer.post("/api/v1/journal/key", serde_json::json!({})).await.status, 403);
}

#[tokio::test]
async fn live_stream_of_a_limited_caller_has_their_places_only() {
    let house = house().await;
    for resource in [Some("north-1"), Some("south-1"), None, Some("north-2")] {
        touch(&house.records.db, "ada", resource, None).await;
    }
    let held = serde_json::json!({
        "journal.read": { "units": ["north"], "regions": [], "resources": [] }
    });
    let request = Request::get("/api/v1/live?after=0")
        .header("x-test-caller", "viewer")
        .header("x-test-held", held.to_string())
        .body(Body::empty())
        .unwrap();
    let mut body = house.router.clone().oneshot(request).await.unwrap().into_body();
    let mut text = String::new();
    while text.matches("\n\n").count() < 2 {
        let frame = body.frame().await.unwrap().unwrap();
        text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
    }
    let ids: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
    assert_eq!(ids, ["1", "4"]);
}
