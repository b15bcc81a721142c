use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{http::StatusCode, response::IntoResponse};
use kernel::Caller;
use serde_json::json;
use tsdb::{Batch, Retention, Selector, Terms, TimeRange, Unfit};
use vault::{NewSecret, SecretKind, SecretText};

use crate::{
    house::{House, until},
    stand_in::{StandIn, Write, written},
};

fn version(write: &Write) -> &str {
    write.headers["x-prometheus-remote-write-version"].to_str().unwrap()
}

#[tokio::test]
async fn newer_message_is_spoken_where_it_is_understood_and_carries_the_credential() {
    let far = StandIn::start(written).await;
    let mut house = House::new().await;
    let secret = NewSecret {
        name: "far".to_owned(),
        kind: SecretKind::Password,
        description: String::new(),
        owner: "metrics".to_owned(),
        unit_id: None,
        expires_at: None,
        value: SecretText::new("open sesame".to_owned()),
    };
    let secret = house.vault.create_secret(&Caller::console(), secret).await.unwrap();
    let settings =
        json!({ "write_url": far.url, "user": "ada", "secret_id": secret.id, "shards": 1 });
    house.destination(settings).await;
    house.run();
    house.append(3);
    house.drained().await;
    let writes = far.writes();
    assert_eq!((writes.len(), version(&writes[0])), (1, "2.0.0"));
    assert_eq!(writes[0].samples.len(), 3);
    assert_eq!(writes[0].headers["authorization"], "Basic YWRhOm9wZW4gc2VzYW1l");
    assert_eq!((house.figures().sent, house.figures().version), (3, "2.0"));
}

#[tokio::test]
async fn older_message_is_spoken_to_who_answers_415_or_says_nothing_of_samples() {
    for status in [StatusCode::UNSUPPORTED_MEDIA_TYPE, StatusCode::NO_CONTENT] {
        let far = StandIn::start(move |write| match version(write) {
            "2.0.0" => status.into_response(),
            _ => StatusCode::NO_CONTENT.into_response(),
        })
        .await;
        let mut house = House::new().await;
        house.destination(json!({ "write_url": far.url, "shards": 1 })).await;
        house.run();
        house.append(2);
        house.drained().await;
        house.append(2);
        house.drained().await;
        let writes = far.writes();
        let versions: Vec<&str> = writes.iter().map(version).collect();
        assert_eq!(versions, ["2.0.0", "0.1.0", "0.1.0"], "{status}");
        assert_eq!(writes[0].samples, writes[1].samples);
        assert_eq!((house.figures().sent, house.figures().refused), (4, 0));
    }
}

#[tokio::test]
async fn far_side_that_is_busy_is_asked_again_with_the_same_samples_in_order() {
    let busy = AtomicU32::new(2);
    let far = StandIn::start(move |write| {
        let left = busy.load(Ordering::Relaxed);
        busy.store(left.saturating_sub(1), Ordering::Relaxed);
        match left {
            2 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            1 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")]).into_response(),
            _ => written(write),
        }
    })
    .await;
    let mut house = House::new().await;
    house.destination(json!({ "write_url": far.url, "shards": 1 })).await;
    house.append(2);
    house.run();
    until("two tries failed", || match house.figures().retries {
        2 => Ok(()),
        other => Err(other.to_string()),
    })
    .await;
    house.append(2);
    house.drained().await;
    let writes = far.writes();
    assert_eq!(writes.len(), 4);
    assert!(writes[0].samples == writes[1].samples && writes[1].samples == writes[2].samples);
    assert!(writes[3].samples.iter().all(|sample| sample.1 > writes[2].samples[0].1));
    let figures = house.figures();
    assert_eq!((figures.sent, figures.refused, figures.said), (4, 0, None));
}

#[tokio::test]
async fn of_a_request_that_is_refused_only_what_is_wrong_is_lost_and_told_once() {
    // Refuses whole requests, as Prometheus does, when one host is in them.
    let far = StandIn::start(|write| {
        if write.samples.iter().any(|(host, _)| host == "h7") {
            return (StatusCode::BAD_REQUEST, "h7 is not welcome\n").into_response();
        }
        written(write)
    })
    .await;
    let mut house = House::new().await;
    house.destination(json!({ "write_url": far.url, "shards": 1 })).await;
    house.run();
    house.append(20);
    house.append(20);
    house.drained().await;
    let figures = house.figures();
    assert_eq!((figures.sent, figures.refused, figures.retries), (38, 2, 0));
    let taken: BTreeSet<_> = far
        .writes()
        .into_iter()
        .filter(|write| write.samples.iter().all(|(host, _)| host != "h7"))
        .flat_map(|write| write.samples)
        .collect();
    assert_eq!(taken.len(), 38);
    assert_eq!(house.verbs().await, ["destination.created", "destination.refused"]);
}

/// A far side that wants the samples of a series in order, and says so of those that it took
/// without its answer having come back.
#[tokio::test]
async fn what_the_far_side_has_already_is_no_loss_where_its_answer_was_lost() {
    for ended in [false, true] {
        let taken = Mutex::new(BTreeSet::new());
        let far = StandIn::start(move |write| {
            let mut taken = taken.lock().unwrap();
            let answer_is_lost = taken.is_empty();
            if write.samples.iter().any(|sample| taken.contains(sample)) {
                return (StatusCode::BAD_REQUEST, "out of order sample\n").into_response();
            }
            taken.extend(write.samples.iter().cloned());
            if answer_is_lost {
                return StatusCode::BAD_GATEWAY.into_response();
            }
            written(write)
        })
        .await;
        let mut house = House::new().await;
        house.destination(json!({ "write_url": far.url, "shards": 1 })).await;
        house.append(5);
        house.append(5);
        house.run();
        until("a request came", || match far.writes().len() {
            0 => Err("none".to_owned()),
            _ => Ok(()),
        })
        .await;
        if ended {
            house = house.cut_off("series").await;
            house.run();
        }
        house.append(5);
        house.drained().await;
        let figures = house.figures();
        assert_eq!((figures.sent, figures.refused), (5, 0), "ended: {ended}");
        assert_eq!(house.verbs().await, ["destination.created"], "ended: {ended}");
    }
}

#[tokio::test]
async fn other_refusals_drop_the_request_at_once() {
    let far = StandIn::start(|_| StatusCode::NOT_FOUND.into_response()).await;
    let mut house = House::new().await;
    house.destination(json!({ "write_url": far.url, "shards": 1 })).await;
    house.run();
    house.append(20);
    house.drained().await;
    assert_eq!((far.writes().len(), house.figures().refused), (1, 20));
}

#[tokio::test]
async fn only_what_the_store_takes_goes_out_and_repetitions_do_after_a_start() {
    let far = StandIn::start(written).await;
    let mut house = House::new().await;
    let rules = json!([{ "source_labels": ["host"], "regex": "h1", "action": "drop" }]);
    let settings = json!({ "write_url": far.url, "shards": 1, "relabel": rules });
    house.destination(settings).await;
    house.run();
    let sample = |host: &str, value: f64| tsdb::Sample {
        labels: tsdb::Labels::new("load", [("host", host)]).unwrap(),
        at_ms: kernel::Clock::now(&house.clock).millis(),
        value,
    };
    let series = house.remote.series();
    series.append(&[sample("h0", 1.0), sample("h1", 1.0)]).unwrap();
    // Another value for the same time is refused here, a new series beside it is not.
    series.append(&[sample("h0", 2.0), sample("h2", 1.0)]).unwrap();
    house.drained().await;
    // The writer repeats what it got no answer for, as long as that may be so.
    series.append(&[sample("h0", 1.0)]).unwrap();
    house.drained().await;
    let late = sample("h0", 1.0);
    house.clock.advance(std::time::Duration::from_secs(601));
    series.append(&[late]).unwrap();
    house.drained().await;
    let hosts: Vec<String> =
        far.writes().into_iter().flat_map(|write| write.samples).map(|(host, _)| host).collect();
    assert_eq!(hosts, ["h0", "h2", "h0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_far_side_does_not_answer_is_told_with_its_time_and_why() {
    // It takes what is written, and answers no question.
    let far = StandIn::start(written).await;
    let house = House::new().await;
    house.append(2);
    let begin = kernel::Clock::now(&house.clock);
    assert_eq!(house.missing().await, Vec::<String>::new(), "nobody is asked");
    let base = far.url.trim_end_matches("/api/v1/write");
    house.destination(json!({ "write_url": far.url, "history_url": base })).await;
    let before = begin.minus(std::time::Duration::from_millis(1));
    let missing = |why: &str| {
        format!(
            "the answer is not whole: samples of the store \"far\" from 1970-01-01T00:00:00Z to \
             {before} are missing: {why}"
        )
    };
    assert_eq!(house.missing().await, [missing("it answered HTTP 404")]);
    let left = missing("it failed a moment ago and is left alone for some seconds");
    assert_eq!(house.missing().await, [left]);
    house.clock.advance(std::time::Duration::from_secs(11));
    assert_eq!(house.missing().await, [missing("it answered HTTP 404")]);
    assert_eq!(house.figures().history_failed, 3);
}

#[tokio::test]
async fn the_far_side_is_asked_for_what_may_have_gone_here_or_was_never_here() {
    const DAY_MS: i64 = 86_400_000;
    let far = StandIn::start(written).await;
    let house = House::new().await;
    let begin_ms = kernel::Clock::now(&house.clock).millis();
    house.append(1);
    house.append_stray(20);
    let is_all_here = |selector: &str, from_ms: i64| {
        let range = TimeRange { from_ms, to_ms: i64::MAX };
        house.remote.is_all_here(&Selector::parse(selector).unwrap(), range)
    };
    // A far side that samples only go to is never asked.
    let made = house.destination(json!({ "write_url": far.url, "shards": 1 })).await;
    assert!(is_all_here("load", 0));
    house.remote.remove_destination(&Caller::console(), made.id, made.version).await.unwrap();
    let base = far.url.trim_end_matches("/api/v1/write");
    house.destination(json!({ "write_url": far.url, "history_url": base })).await;
    assert_eq!((is_all_here("load", begin_ms), is_all_here("load", begin_ms - 1)), (true, false));
    // Some are kept for less than the others, and some as there is room.
    let rule = |selector: &str, keep_ms: Option<i64>, bytes_max: Option<u64>| Retention {
        selector: Selector::parse(selector).unwrap(),
        keep_ms,
        bytes_max,
    };
    house.keep(vec![
        rule("load{job=\"short\"}", Some(DAY_MS), None),
        rule("{job=\"small\"}", None, Some(1 << 30)),
    ]);
    house.clock.advance(std::time::Duration::from_secs(7 * 86_400));
    let (days_ago, now_ms) = (begin_ms + 4 * DAY_MS, kernel::Clock::now(&house.clock).millis());
    for (selector, from_ms, expected) in [
        ("load{job=\"other\"}", days_ago, true),
        ("load{job=\"short\"}", days_ago, false),
        ("load{job=\"short\"}", now_ms - DAY_MS, true),
        ("load", days_ago, false),
        ("up", days_ago, false),
        ("up{job=\"other\"}", days_ago, true),
        ("up{job=\"small\"}", now_ms - 1, false),
    ] {
        assert_eq!(is_all_here(selector, from_ms), expected, "{selector} from {from_ms}");
    }
}

/// Of a batch that others refuse in part, it is asked sample by sample what went in: not of this.
#[tokio::test]
async fn nothing_of_a_batch_that_is_refused_as_a_whole_is_stored_or_goes_out() {
    let far = StandIn::start(written).await;
    let mut house = House::new().await;
    house.destination(json!({ "write_url": far.url, "shards": 1 })).await;
    house.run();
    let sample = |host: &str, value: f64| tsdb::Sample {
        labels: tsdb::Labels::new("load", [("host", host)]).unwrap(),
        at_ms: kernel::Clock::now(&house.clock).millis(),
        value,
    };
    let series = house.remote.series();
    series.append(&[sample("h0", 1.0)]).unwrap();
    house.drained().await;
    let terms = Terms { unfit: Unfit::RefusesAll, ..Terms::default() };
    let take = |samples: &[tsdb::Sample]| {
        series.append_batch(&Batch { samples, terms, ..Batch::default() }).unwrap()
    };
    // The first one is there already, as of a request that is sent again.
    let mut batch = vec![sample("h0", 1.0), sample("h1", 1.0), sample("h0", 2.0)];
    assert!(take(&batch).is_unfit());
    house.drained().await;
    assert_eq!(series.stats().points_live, 1);
    batch.pop();
    assert!(!take(&batch).is_unfit());
    house.drained().await;
    let hosts: Vec<String> =
        far.writes().into_iter().flat_map(|write| write.samples).map(|(host, _)| host).collect();
    assert_eq!(hosts, ["h0", "h0", "h1"]);
}
