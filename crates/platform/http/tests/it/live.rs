use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    body::Body,
    http::{HeaderMap, Method, Request},
};
use db::Db;
use http_body_util::BodyExt;
use http_kit::{Denial, Gate, GateFuture, JournalState, Pause, journal_routes};
use journal::Entry;
use kernel::{Caller, Fact, Fault, Subject, Time};
use serde::Serialize;
use testkit::{Client, ManualClock, SeededIds, StandInGate, stack, temporary_db};
use tokio::sync::{Notify, watch};
use tower::ServiceExt;

#[derive(Serialize)]
struct DoorOpened {
    kind: &'static str,
}

impl Fact for DoorOpened {
    const VERB: &'static str = "door.opened";

    fn subject(&self) -> Subject {
        Subject::new(self.kind, "1", "door")
    }
}

async fn open_door(db: &Db, kind: &'static str) {
    let mut tx = db.begin().await.unwrap();
    let caller = Caller::system("test");
    let fact = DoorOpened { kind };
    journal::append(&mut tx, Entry::new(&caller, Time::from_seconds(1), &fact)).await.unwrap();
    tx.commit().await.unwrap();
}

fn router(db: &Db, stop: watch::Receiver<bool>) -> axum::Router {
    let state = JournalState::plain(db.clone(), Arc::new(StandInGate), stop);
    let clock = Arc::new(ManualClock::at(Time::from_seconds(2)));
    let ids = Arc::new(SeededIds::new(1));
    stack(Arc::new(StandInGate), clock, ids, journal_routes(state).into_parts().0)
}

/// The ids of the events in the stream until `count` are there.
async fn ids(router: axum::Router, role: &str, last_event_id: &str, count: usize) -> Vec<String> {
    let request = Request::get("/api/v1/live")
        .header("x-test-caller", role)
        .header("last-event-id", last_event_id)
        .body(Body::empty())
        .unwrap();
    let mut body = router.oneshot(request).await.unwrap().into_body();
    let mut text = String::new();
    while text.matches("\n\n").count() < count {
        let frame = body.frame().await.unwrap().unwrap();
        text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
    }
    text.lines().filter_map(|line| line.strip_prefix("id: ")).map(str::to_owned).collect()
}

#[tokio::test]
async fn stream_goes_on_after_the_last_event_and_shows_only_what_may_be_seen() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    let (_stop, stopped) = watch::channel(false);
    for kind in ["door", "door", "user", "door"] {
        open_door(&records.db, kind).await;
    }
    let router = || router(&records.db, stopped.clone());
    assert_eq!(ids(router(), "administrator", "1", 3).await, ["2", "3", "4"]);
    assert_eq!(ids(router(), "viewer", "1", 2).await, ["2", "4"]);
}

#[tokio::test]
async fn stream_delivers_what_is_committed_later_and_ends_when_the_server_stops() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    let (stop, stopped) = watch::channel(false);
    let request = Request::get("/api/v1/live").header("x-test-caller", "viewer");
    let request = request.body(Body::empty()).unwrap();
    let response = router(&records.db, stopped).oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    open_door(&records.db, "door").await;
    let frame = body.frame().await.unwrap().unwrap();
    let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
    assert!(text.contains("event: fact") && text.contains("door.opened"), "{text}");
    stop.send(true).unwrap();
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn viewer_does_not_list_what_concerns_signing_in() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    open_door(&records.db, "door").await;
    open_door(&records.db, "session").await;
    let (_stop, stopped) = watch::channel(false);
    let client = Client::new(router(&records.db, stopped));
    let count = |answer: testkit::Answer| answer.json["items"].as_array().unwrap().len();
    assert_eq!(count(client.get("/api/v1/journal").await), 2);
    assert_eq!(count(client.as_viewer().get("/api/v1/journal").await), 1);
    assert_eq!(client.as_stranger().get("/api/v1/journal").await.status, 401);
    let answer = client.get("/api/v1/journal?limit=0").await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json["fields"][0]["field"]),
        (400, &"limit".into())
    );
}

/// The stand-in, until what it lets in is over; of that there is no fact.
#[derive(Default)]
struct Ending {
    is_over: AtomicBool,
}

impl Gate for Ending {
    fn authenticate<'a>(
        &'a self,
        method: &'a Method,
        headers: &'a HeaderMap,
        source: Option<IpAddr>,
        request_id: &'a str,
    ) -> GateFuture<'a, Result<Caller, Fault>> {
        StandInGate.authenticate(method, headers, source, request_id)
    }

    fn look_again<'a>(&'a self, headers: &'a HeaderMap) -> GateFuture<'a, Result<Caller, Fault>> {
        match self.is_over.load(Ordering::SeqCst) {
            true => Box::pin(async { Ok(Caller::stranger()) }),
            false => StandInGate.look_again(headers),
        }
    }

    fn denied(&self, denial: Denial) -> GateFuture<'_, ()> {
        StandInGate.denied(denial)
    }
}

/// Grants, sessions and tokens end by time: a page that stayed open went on hearing.
#[tokio::test]
async fn stream_ends_at_the_next_look_when_what_its_listener_holds_is_over() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    let (_stop, stopped) = watch::channel(false);
    let (gate, looks) = (Arc::new(Ending::default()), Arc::new(Notify::new()));
    let look = Arc::clone(&looks);
    let pause: Pause = Arc::new(move || {
        let look = Arc::clone(&look);
        Box::pin(async move { look.notified().await })
    });
    let state = JournalState {
        pause,
        ..JournalState::plain(records.db.clone(), Arc::clone(&gate) as _, stopped)
    };
    let clock = Arc::new(ManualClock::at(Time::from_seconds(2)));
    let routes = journal_routes(state).into_parts().0;
    let router = stack(Arc::clone(&gate) as _, clock, Arc::new(SeededIds::new(1)), routes);
    let request = Request::get("/api/v1/live").header("x-test-caller", "viewer");
    let request = request.body(Body::empty()).unwrap();
    let mut body = router.oneshot(request).await.unwrap().into_body();
    // Whoever may listen still hears on after a look.
    for _ in 0..2 {
        looks.notify_one();
        open_door(&records.db, "door").await;
        let frame = body.frame().await.unwrap().unwrap();
        assert!(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap().contains("door"));
    }
    gate.is_over.store(true, Ordering::SeqCst);
    looks.notify_one();
    open_door(&records.db, "door").await;
    assert!(body.frame().await.is_none(), "nothing is told after the look");
}
