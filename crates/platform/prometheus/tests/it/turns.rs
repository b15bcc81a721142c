//! Lists are made one after the other, as queries are.

use std::sync::{Mutex, mpsc};

use prometheus::{PrometheusSettings, QueryLimits};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tsdb::Options;

use crate::{
    around::{Around, Asked},
    house::House,
};

/// Lets the second list begin as soon as it would, then lets one after the other end.
async fn one_by_one(mut asks: UnboundedReceiver<()>, may: mpsc::Sender<()>) {
    asks.recv().await.unwrap();
    for _ in 0..10_000 {
        tokio::task::yield_now().await;
    }
    assert!(asks.try_recv().is_err(), "two lists are made at once");
    may.send(()).unwrap();
    asks.recv().await.unwrap();
    may.send(()).unwrap();
}

#[tokio::test]
async fn a_list_waits_for_the_one_before_where_there_is_one_turn() {
    let (asked, asks) = unbounded_channel();
    let (may, held) = mpsc::channel();
    let limits = QueryLimits { concurrency_max: 1, ..QueryLimits::default() };
    let settings = PrometheusSettings { query: limits, ..PrometheusSettings::default() };
    let held = Mutex::new(held);
    let around = move |store| {
        Around::telling(store, move |what| {
            if what == Asked::Series {
                asked.send(()).unwrap();
                held.lock().unwrap().recv().unwrap();
            }
        })
    };
    let house = House::beside(settings, Options::default(), around).await;
    house.have(&[("up", &[("job", "a")]), ("load", &[("job", "a")])]);
    let (first, second, ()) = tokio::join!(
        house.get("series?match[]=up"),
        house.get("series?match[]=%7Bjob%3D%22a%22%7D&limit=1"),
        one_by_one(asks, may),
    );
    assert_eq!(first.text, r#"{"status":"success","data":[{"__name__":"up","job":"a"}]}"#);
    let cut = r#"{"status":"success","data":[{"__name__":"load","job":"a"}],"#;
    let warned = r#""warnings":["results truncated due to limit"]}"#;
    assert_eq!(second.text, format!("{cut}{warned}"));
}
