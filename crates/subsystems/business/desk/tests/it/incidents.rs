use serde_json::{Value, json};

use crate::house::{House, house};

async fn with_rule(house: &House, on_end: Value) {
    let found = house.got("/api/v1/ticket-types/incident").await;
    let mut draft = found["type"].clone();
    draft["incidents"] =
        json!({"severities": ["critical"], "unit_id": house.unit, "on_end": on_end});
    let path = "/api/v1/ticket-types/incident";
    let version = found["version"].as_i64();
    let answer = house.client.send("PUT", path, Some(draft.to_string()), version).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
}

fn told(severity: &str, cause: Option<&str>) -> Value {
    json!({
        "incident_id": "01890a5d-ac96-774b-bcce-b302099a8057", "severity": severity,
        "title": {"en": "core-sw-2 is down", "zh": "core-sw-2 中断"}, "cause_id": cause,
        "alerts": 214,
    })
}

#[tokio::test]
async fn incident_opens_a_ticket_once_and_ends_it() {
    let house = house().await;
    house.react("incident.opened", told("critical", None)).await;
    assert_eq!(house.got("/api/v1/tickets").await["items"], json!([]), "no type says so");
    with_rule(&house, json!("resolved")).await;
    house.react("incident.opened", told("warning", None)).await;
    assert_eq!(house.got("/api/v1/tickets").await["items"], json!([]));
    let switch = json!({"kind": "business-system", "name": "core", "unit_id": house.other_unit});
    let switch = house.made("/api/v1/resources", switch).await;
    // It became worse.
    house.react("incident.changed", told("critical", Some(&switch))).await;
    house.react("incident.changed", told("critical", Some(&switch))).await;
    let tickets = house.got("/api/v1/tickets").await;
    assert_eq!(tickets["items"].as_array().unwrap().len(), 1);
    let ticket = &tickets["items"][0];
    assert_eq!((&ticket["subject"], &ticket["priority"]), (&json!("core-sw-2 中断"), &json!(1)));
    assert_eq!(ticket["unit"]["id"], json!(house.other_unit), "that of the resource");
    house.react("incident.closed", told("", Some(&switch))).await;
    let page = house.page(ticket["id"].as_str().unwrap()).await;
    assert_eq!((&page["state"], &page["resolution_kept"]), (&json!("resolved"), &json!(true)));
    let facts = house.facts().await;
    let last = facts.last().unwrap();
    assert_eq!((last.verb.as_str(), last.cause), ("ticket.moved", Some(kernel::FactSeq(1))));
    assert_eq!(last.resource_id.as_deref(), Some(switch.as_str()));
}

#[tokio::test]
async fn ticket_of_an_incident_stays_open_where_its_type_says_nothing_of_the_end() {
    let house = house().await;
    with_rule(&house, json!(null)).await;
    house.react("incident.opened", told("critical", None)).await;
    house.react("incident.closed", told("", None)).await;
    let ticket = house.got("/api/v1/tickets").await["items"][0].clone();
    assert_eq!(ticket["state"], "new");
    let id = ticket["id"].as_str().unwrap();
    let entries = house.got(&format!("/api/v1/tickets/{id}/entries")).await;
    assert_eq!(entries["items"][1]["detail"]["incident"], "closed");
    // What cannot be read holds nothing up.
    house.react("incident.opened", json!({"strange": true})).await;
}

/// A dead switch once opened a ticket for each server behind it that was noticed before it was.
#[tokio::test]
async fn incident_that_may_yet_follow_from_another_has_no_ticket() {
    let house = house().await;
    with_rule(&house, json!("resolved")).await;
    let ready = |ready: bool| {
        let mut told = told("critical", None);
        told["ready"] = json!(ready);
        told
    };
    house.react("incident.opened", ready(false)).await;
    house.react("incident.closed", ready(false)).await;
    assert_eq!(house.got("/api/v1/tickets").await["items"], json!([]));
    house.react("incident.opened", ready(false)).await;
    house.react("incident.changed", ready(true)).await;
    assert_eq!(house.got("/api/v1/tickets").await["items"].as_array().unwrap().len(), 1);
}
