use kernel::Within;
use serde_json::{Value, json};
use testkit::Client;

use crate::estate::Estate;

const ALL: [&str; 4] = ["alert.read", "alert.correct", "alert.silence", "alert.acknowledge"];

/// Three web servers and their switch have failed; somebody looks after the first two servers.
async fn failed() -> (Estate, Client, Value) {
    let estate = Estate::of(3).await;
    estate.becomes(estate.switch, "critical").await;
    for web in &estate.webs {
        estate.becomes(*web, "critical").await;
    }
    estate.after(5).await;
    let own = estate.webs[..2].iter().map(ToString::to_string).collect();
    let operator = estate.client.holding(&ALL, &Within { resources: own, ..Within::default() });
    let whole = estate.incidents("state=open").await.remove(0);
    (estate, operator, whole)
}

/// What the caller says is of the incident: its alerts, those that follow, and whether that is all.
fn counted(incident: &Value) -> (u64, u64, bool) {
    let count = |field: &str| incident[field].as_u64().unwrap();
    (count("alerts"), count("follow"), incident["beyond"].as_bool().unwrap())
}

#[tokio::test]
async fn alerts_are_counted_as_far_as_they_are_seen_and_that_there_are_more_is_said() {
    let (_estate, operator, whole) = failed().await;
    assert_eq!(counted(&whole), (4, 3, false));
    let path = format!("/api/v1/incidents/{}", whole["id"].as_str().unwrap());
    let list = operator.get("/api/v1/incidents").await.json;
    for seen in [&list["items"][0], &operator.get(&path).await.json] {
        assert_eq!(counted(seen), (2, 2, true), "{seen}");
        let verdict = seen["verdict"].as_array().unwrap();
        assert_eq!(verdict[0]["en"], "2 alerts would each have told somebody; 1 message went out.");
        assert_eq!(verdict[1]["en"], "More is in this incident than you may see.");
        assert_eq!(verdict.len(), 2, "what it goes back to is not named: {seen}");
    }
    let alerts = operator.get(&format!("{path}/alerts")).await.json;
    assert_eq!(alerts["items"].as_array().unwrap().len(), 2);
}

/// An incident that one sees would tell what else is in it.
#[tokio::test]
async fn resource_out_of_sight_is_found_in_no_incident() {
    let (estate, operator, _) = failed().await;
    let nobodys = "01890a5d-ac96-774b-bcce-b302099a8099".to_owned();
    for id in [estate.switch.to_string(), estate.webs[2].to_string(), nobodys] {
        let path = format!("/api/v1/incidents?resource_id={id}");
        assert_eq!(operator.get(&path).await.json["items"], json!([]), "{id}");
    }
    let own = format!("/api/v1/incidents?resource_id={}", estate.webs[1]);
    assert_eq!(operator.get(&own).await.json["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn alert_out_of_sight_is_not_there_to_be_taken_out_of_an_incident() {
    let (estate, operator, whole) = failed().await;
    let path = format!("/api/v1/incidents/{}", whole["id"].as_str().unwrap());
    let all = estate.client.get(&format!("{path}/alerts")).await.json;
    let of = |resource: &str| {
        let items = all["items"].as_array().unwrap();
        let found = items.iter().find(|one| one["alert"]["resource_id"] == resource);
        found.unwrap()["alert"]["id"].as_str().unwrap().to_owned()
    };
    let version = whole["version"].as_i64();
    let split = async |id: &str| {
        let body = json!({ "alerts": [id] }).to_string();
        operator.send("POST", &format!("{path}/split"), Some(body), version).await
    };
    let (theirs, nobodys) =
        (of(&estate.webs[2].to_string()), "01890a5d-ac96-774b-bcce-b302099a8099");
    for id in [theirs.as_str(), nobodys] {
        let refused = split(id).await;
        assert_eq!(refused.status, 400, "{}", refused.json);
        assert_eq!(refused.json["fields"][0]["field"], "alerts");
    }
    assert_eq!(split(&of(&estate.webs[0].to_string())).await.status, 200);
}

/// What rests on a resource is its neighbours' to know.
#[tokio::test]
async fn silence_is_not_previewed_for_a_resource_out_of_sight() {
    let (estate, operator, _) = failed().await;
    let preview = async |id: String| {
        let body = json!({"matchers": [], "resource_id": id, "neighbourhood": true,
            "starts_at": estate.clock_at(0), "ends_at": estate.clock_at(3_600), "reason": "x"});
        operator.post("/api/v1/silences/preview", body).await
    };
    for id in [estate.switch.to_string(), "01890a5d-ac96-774b-bcce-b302099a8099".to_owned()] {
        let refused = preview(id).await;
        assert_eq!(refused.status, 403, "{}", refused.json);
    }
    let own = preview(estate.webs[0].to_string()).await;
    assert_eq!((own.status.as_u16(), &own.json["count"]), (200, &json!(1)), "{}", own.json);
}
