use probe::outcome::{Outcome, State};
use serde_json::json;

use crate::stand_in::{fault, figure, run};

/// Whether this machine lets the tests send ICMP; if not, the check must say so and nothing else.
fn permitted(outcome: &Outcome) -> bool {
    if outcome.state != State::Unknown {
        return true;
    }
    assert!(outcome.summary.en.contains("CAP_NET_RAW"), "{outcome:?}");
    eprintln!("SKIPPED: no permission to send ICMP here");
    false
}

#[tokio::test]
async fn this_machine_answers_over_both_protocols() {
    for host in ["127.0.0.1", "::1", "localhost"] {
        let spec = json!({ "host": host, "packets": 4, "interval_ms": 20 });
        let outcome = run("ping", spec, 1500).await;
        if !permitted(&outcome) {
            return;
        }
        if host == "::1" && outcome.summary.en.contains("no way to the host") {
            eprintln!("SKIPPED: no IPv6 here");
            continue;
        }
        assert_eq!(outcome.state, State::Ok, "{outcome:?}");
        assert!(outcome.summary.en.contains("answers 4 of 4 packets"), "{outcome:?}");
        assert_eq!(figure(&outcome, "loss").value.to_string(), "0");
        let least = figure(&outcome, "rtt_min").value;
        let most = figure(&outcome, "rtt_max").value;
        let average = figure(&outcome, "rtt").value;
        assert!(least > 0.0 && least <= average && average <= most && most < 1.0);
    }
}

#[tokio::test]
async fn several_rounds_at_once_do_not_take_each_others_replies() {
    let spec = || json!({ "host": "127.0.0.1", "packets": 5, "interval_ms": 10 });
    let (a, b, c) = tokio::join!(
        run("ping", spec(), 1500),
        run("ping", spec(), 1500),
        run("ping", spec(), 1500)
    );
    for outcome in [a, b, c] {
        if permitted(&outcome) {
            assert!(outcome.summary.en.contains("5 of 5"), "{outcome:?}");
        }
    }
}

#[tokio::test]
async fn latency_is_judged_by_its_range() {
    let spec = json!({ "host": "127.0.0.1", "packets": 1, "latency": { "critical": "0:0" } });
    let outcome = run("ping", spec, 1000).await;
    if permitted(&outcome) {
        assert_eq!(outcome.state, State::Critical);
        assert!(outcome.summary.en.contains("average round trip"), "{outcome:?}");
    }
}

#[test]
fn specifications_that_make_no_sense_are_refused_by_field() {
    for (spec, field) in [
        (json!({}), "host"),
        (json!({ "host": "a", "packets": 0 }), "packets"),
        (json!({ "host": "a", "packets": 1000 }), "packets"),
        (json!({ "host": "a", "interval_ms": 1 }), "interval_ms"),
        (json!({ "host": "a", "loss_percent": { "critical": [] } }), "loss_percent.critical"),
    ] {
        assert_eq!(fault("ping", spec.clone()).field, field, "{spec}");
    }
}
