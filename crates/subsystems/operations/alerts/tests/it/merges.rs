use kernel::{Fact, Subject};
use serde::Serialize;
use serde_json::{Value, json};

use crate::house::{CHECK, HOST, House, ResourceRetired, house};

const KEPT: &str = "01890a5d-ac96-774b-bcce-b302099a8009";
const MERGE: &str = "01890a5d-ac96-774b-bcce-b302099a800a";
const DISK: &str = "disk_used_ratio";
const ROOT: (&str, &str) = ("mountpoint", "/");

/// Facts as the register and the checks write them.
#[derive(Serialize)]
struct Merged(Value);

#[derive(Serialize)]
struct MergeUndone(Value);

#[derive(Serialize)]
struct CheckMoved(Value);

impl Fact for Merged {
    const VERB: &'static str = "resource.merged";

    fn subject(&self) -> Subject {
        Subject::new("resource", KEPT, "web1-real")
    }
}

impl Fact for MergeUndone {
    const VERB: &'static str = "resource.merge_undone";

    fn subject(&self) -> Subject {
        Subject::new("resource", KEPT, "web1-real")
    }
}

impl Fact for CheckMoved {
    const VERB: &'static str = "check.moved";

    fn subject(&self) -> Subject {
        Subject::new("check", CHECK, "http")
    }
}

fn told() -> Value {
    json!({"merge": MERGE, "kept": KEPT, "kept_name": "web1-real", "gone": HOST,
        "gone_name": "web1"})
}

fn moved(to: &str, name: &str, enabled: bool) -> CheckMoved {
    CheckMoved(json!({"check_id": CHECK, "check_name": "http", "resource_id": to,
        "resource_name": name, "from_resource_id": HOST, "enabled": enabled}))
}

impl House {
    /// HOST turns out to be KEPT, in the order in which the facts are written.
    async fn merge(&self) {
        let retired = json!({"merged_into": KEPT});
        self.happens(&ResourceRetired(HOST, "web1"), retired).await;
        self.happens(&Merged(told()), Value::Null).await;
    }

    async fn about(&self) -> Vec<(String, String)> {
        let text = |alert: &Value, field: &str| alert[field].as_str().unwrap().to_owned();
        let alerts = self.open_alerts().await;
        let mut about: Vec<(String, String)> = alerts
            .iter()
            .map(|alert| (text(alert, "resource_id"), text(alert, "resource_name")))
            .collect();
        about.sort();
        about
    }
}

fn on(id: &str, name: &str) -> Vec<(String, String)> {
    vec![(id.to_owned(), name.to_owned())]
}

#[tokio::test]
async fn alert_of_a_check_goes_with_it_and_comes_back() {
    let house = house().await;
    house.alerts.seed().await.unwrap();
    house.check_becomes("critical").await;
    house.merge().await;
    assert_eq!(house.about().await, on(HOST, "web1"), "it waits for its check");
    house.happens(&moved(KEPT, "web1-real", true), json!({"enabled": true})).await;
    assert_eq!(house.about().await, on(KEPT, "web1-real"));
    assert_eq!(house.verbs().await, "alert.raised alert.updated");
    house.happens(&MergeUndone(told()), Value::Null).await;
    house.happens(&moved(HOST, "web1", true), json!({"enabled": true})).await;
    assert_eq!(house.about().await, on(HOST, "web1"));
    assert_eq!(house.verbs().await, "alert.raised alert.updated alert.updated");
    house.check_becomes("ok").await;
    assert_eq!(house.about().await, []);
}

#[tokio::test]
async fn check_that_is_asked_by_the_other_already_alerts_no_more() {
    let house = house().await;
    house.alerts.seed().await.unwrap();
    house.check_becomes("critical").await;
    house.merge().await;
    house.happens(&moved(KEPT, "web1-real", false), json!({"enabled": false})).await;
    assert_eq!(house.about().await, []);
    house.happens(&moved(HOST, "web1", true), json!({"enabled": true})).await;
    assert_eq!(house.about().await, on(HOST, "web1"), "it stands as it stood");
}

#[tokio::test]
async fn alerts_on_series_are_the_other_ones_and_nobody_is_told_twice() {
    let house = house().await;
    house.disk_rule(0).await;
    house.sample(DISK, ROOT, 0.9);
    house.sample_on(KEPT, DISK, ROOT, 0.95);
    assert_eq!(house.evaluate_after(10).await, 2);
    house.merge().await;
    assert_eq!(house.about().await.len(), 1, "both have the like of it open");
    assert_eq!(house.about().await[0].0, KEPT);
    house.sample(DISK, ROOT, 0.9);
    house.sample_on(KEPT, DISK, ROOT, 0.95);
    assert_eq!(house.evaluate_after(10).await, 0);
}

#[tokio::test]
async fn series_of_the_one_that_went_count_for_the_other_until_the_merge_is_undone() {
    let house = house().await;
    house.disk_rule(0).await;
    house.sample(DISK, ROOT, 0.9);
    house.evaluate_after(10).await;
    house.merge().await;
    assert_eq!(house.about().await, on(KEPT, "web1-real"));
    house.sample(DISK, ROOT, 0.9);
    assert_eq!(house.evaluate_after(10).await, 0, "the same alert holds");
    house.happens(&MergeUndone(told()), Value::Null).await;
    assert_eq!(house.about().await, on(HOST, "web1"));
    house.merge().await;
    house.sample(DISK, ROOT, 0.1);
    house.evaluate_after(10).await;
    assert_eq!(house.about().await, [], "it recovers as the other one's");
    // Opened while they were one, it is about the other; undone, it is about neither until it is
    // looked at again.
    house.sample(DISK, ROOT, 0.9);
    house.evaluate_after(10).await;
    assert_eq!(house.about().await, on(KEPT, "web1-real"));
    house.happens(&MergeUndone(told()), Value::Null).await;
    assert_eq!(house.about().await, []);
    // The register takes it back into use.
    house.happens(&crate::house::ResourceCreated(HOST, "web1"), Value::Null).await;
    house.sample(DISK, ROOT, 0.9);
    house.evaluate_after(10).await;
    assert_eq!(house.about().await, on(HOST, "web1"));
}
