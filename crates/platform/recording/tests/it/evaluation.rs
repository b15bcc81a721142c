use kernel::Clock as _;

use crate::house::{MINUTE, house};

const FILE: &str = r#"
groups:
- name: g
  interval: 1m
  rules:
  - record: total
    expr: sum(load)
    labels: {by: rule}
  - record: double
    expr: total * 2
"#;

#[tokio::test]
async fn group_is_evaluated_at_its_moments() {
    let house = house().await;
    house.upload("a.yml", FILE).await;
    house.sample("load", &[("i", "1")], 0, 1.0);
    house.evaluate_after(MINUTE).await;
    assert_eq!(house.points("total").len(), 1);
    assert_eq!(house.points("double").len(), 1);
    // Its next moment has not come.
    house.evaluate_after(1).await;
    assert_eq!(house.points("total").len(), 1);
    house.sample("load", &[("i", "1")], 0, 5.0);
    house.evaluate_after(MINUTE).await;
    let points = house.points("double");
    assert!(points[1].starts_with(r#"double{by="rule"} 10 "#), "{points:?}");
    // Moments that nobody saw are left out.
    house.evaluate_after(10 * MINUTE).await;
    house.evaluate_after(0).await;
    let points = house.points("total");
    assert!(points.len() == 3 && points[2].contains("stale"), "{points:?}");
}

#[tokio::test]
async fn series_ends_where_its_rule_ends() {
    let house = house().await;
    let made = house.upload("a.yml", FILE).await;
    let path = format!("/api/v1/rule-groups/{}", made.json["id"].as_str().unwrap());
    house.sample("load", &[], 0, 1.0);
    house.evaluate_after(MINUTE).await;
    let one = "groups: [{name: g, interval: 1m, rules: [{record: total, expr: sum(load), \
               labels: {by: rule}}]}]";
    assert_eq!(house.send_yaml("PUT", &path, one, Some(1)).await.status, 200);
    house.evaluate_after(MINUTE).await;
    assert_eq!(house.points("total").len(), 2);
    let points = house.points("double");
    assert!(points.len() == 2 && points[1].contains("stale"), "{points:?}");
    assert_eq!(house.client.delete(&path, Some(2)).await.status, 204);
    let points = house.points("total");
    assert!(points.len() == 3 && points[2].contains("stale"), "{points:?}");
}

#[tokio::test]
async fn rules_go_on_after_a_restart() {
    let mut house = house().await;
    house.upload("a.yml", FILE).await;
    house.sample("load", &[], 0, 1.0);
    house.evaluate_after(MINUTE).await;
    house.restart();
    house.evaluate_after(0).await;
    house.sample("load", &[], 0, 2.0);
    house.evaluate_after(MINUTE).await;
    assert_eq!(house.points("total").len(), 2);
}

#[tokio::test]
async fn failing_rule_is_told_by_the_job_and_the_api() {
    let house = house().await;
    house.upload("a.yml", "groups: [{name: g, limit: 1, rules: [{record: a, expr: load}]}]").await;
    house.sample("load", &[("i", "1")], 0, 1.0);
    house.sample("load", &[("i", "2")], 0, 1.0);
    house.evaluate_after(MINUTE).await;
    let status = house.run("recording.evaluate").await;
    let message = status.message.unwrap().en;
    assert!(message.ends_with("a.yml: g (exceeded limit of 1 with 2 series)"), "{message}");
    let shown = house.shown("").await;
    assert_eq!(shown[0]["rules"][0]["health"], "err");
    assert_eq!(shown[0]["rules"][0]["lastError"], "exceeded limit of 1 with 2 series");
}

#[tokio::test]
async fn all_groups_whose_moment_has_come_are_evaluated_at_once() {
    let house = house().await;
    let group = |n: usize| format!("{{name: g{n}, rules: [{{record: 'r{n}', expr: load}}]}}");
    let groups: Vec<String> = (0..20).map(group).collect();
    house.upload("a.yml", &format!("groups: [{}]", groups.join(", "))).await;
    house.sample("load", &[], 0, 1.0);
    house.evaluate_after(MINUTE).await;
    let recorded: usize = (0..20).map(|n| house.points(&format!("r{n}")).len()).sum();
    assert_eq!(recorded, 20);
    // Nothing begins any more when the server stops.
    house.stop();
    house.evaluate_after(MINUTE).await;
    assert_eq!(house.points("r1").len(), 1);
}

#[tokio::test]
async fn labels_that_cannot_be_kept_fail_their_rule_alone() {
    let house = house().await;
    let long = "x".repeat(5_000);
    let file = format!(
        "groups: [{{name: g, rules: [\
         {{record: long, expr: 'label_replace(load, \"x\", \"{long}\", \"\", \"\")'}}, \
         {{record: first, expr: 'limitk(1, load)'}}]}}]"
    );
    assert_eq!(house.upload("a.yml", &file).await.status, 201);
    house.sample("load", &[], 0, 1.0);
    house.evaluate_after(MINUTE).await;
    assert_eq!(house.points("long").len(), 0);
    assert_eq!(house.points("first").len(), 1);
    let shown = house.shown("").await;
    let why = shown[0]["rules"][0]["lastError"].as_str().unwrap();
    assert!(why.contains("4096"), "{why}");
}

#[tokio::test]
async fn native_histograms_are_read_recorded_and_filled_back() {
    let house = house().await;
    let file = "groups: [{name: g, rules: [{record: whole, expr: sum(h)}, \
                {record: median, expr: 'histogram_quantile(0.5, whole)'}]}]";
    house.histogram("h", 30 * MINUTE);
    let from = house.clock.now().minus(std::time::Duration::from_secs(40 * MINUTE));
    let path = format!("/api/v1/rule-groups?name=a.yml&backfill_from={from}");
    assert_eq!(house.send_yaml("POST", &path, file, None).await.status, 201);
    house.run("recording.backfill").await;
    // It counts for five minutes.
    let filled = house.points("median");
    assert_eq!(filled.len(), 6, "{filled:?}");
    house.histogram("h", 0);
    house.evaluate_after(MINUTE).await;
    assert_eq!(house.points("median").len(), 7);
}
