use serde_json::json;

use crate::house::house;

#[tokio::test]
async fn ticket_goes_its_way_and_each_step_is_a_fact() {
    let house = house().await;
    let id = house.ticket("request").await;
    let page = house.page(&id).await;
    assert_eq!((&page["number"], &page["state"]), (&json!("REQ-1"), &json!("new")));
    assert_eq!((&page["priority"], &page["overdue"]), (&json!(3), &json!(false)));
    let ways = page["ways"].as_array().unwrap();
    let keys: Vec<_> = ways.iter().map(|way| way["transition"]["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["accept", "hand_over", "resolve", "cancel"]);
    // What somebody does not say, they are asked for; what has no way is refused with the ways.
    assert_eq!(house.refused(&id, "wait", "").await, "wrong-state");
    assert_eq!(house.refused(&id, "cancel", "").await, "invalid");
    assert_eq!(house.refused(&id, "fly", "").await, "invalid");
    house.moved(&id, "accept", "").await;
    house.post(&format!("{id}/assignment"), json!({"person_id": house.people["zhang"]})).await;
    let body = json!({"text": "已联系供应商", "public": true});
    house.post(&format!("{id}/comments"), body).await;
    house.moved(&id, "resolve", "已更换键盘").await;
    house.moved(&id, "close", "").await;
    let page = house.moved(&id, "reopen", "又坏了").await;
    assert_eq!((&page["state"], &page["reopened"]), (&json!("in_progress"), &json!(1)));
    let expected = "ticket.opened ticket.moved ticket.assigned ticket.commented ticket.moved \
        ticket.moved ticket.moved";
    assert_eq!(house.verbs().await, expected);
    // What people wrote stays out of the journal.
    for row in house.facts().await {
        let said = format!("{}{:?}{:?}", row.detail, row.before, row.after);
        assert!(!said.contains("供应商") && !said.contains("8301"), "{said}");
    }
    let entries = house.got(&format!("/api/v1/tickets/{id}/entries?limit=3")).await;
    let kinds = |entries: &serde_json::Value| -> Vec<String> {
        let items = entries["items"].as_array().unwrap();
        items.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&entries), ["opened", "moved", "assigned"]);
    let next = entries["next"].as_str().unwrap();
    let rest = house.got(&format!("/api/v1/tickets/{id}/entries?after={next}")).await;
    assert_eq!(kinds(&rest), ["commented", "moved", "moved", "moved"]);
}

#[tokio::test]
async fn second_of_two_who_answer_at_once_is_told() {
    let house = house().await;
    let id = house.ticket("request").await;
    let path = format!("/api/v1/tickets/{id}/comments");
    let body = || Some(json!({"text": "x", "public": true}).to_string());
    assert_eq!(house.client.send("POST", &path, body(), Some(1)).await.status, 200);
    let late = house.client.send("POST", &path, body(), Some(1)).await;
    assert_eq!((late.status.as_u16(), &late.json["code"]), (412, &json!("stale-version")));
    assert_eq!(house.client.send("POST", &path, body(), None).await.status, 428);
}

#[tokio::test]
async fn changed_urgency_changes_the_priority_and_what_is_promised() {
    let house = house().await;
    let id = house.ticket("incident").await;
    let before = house.page(&id).await;
    let mut content = house.body("incident")["content"].clone();
    (content["impact"], content["urgency"]) = (json!("high"), json!("high"));
    let path = format!("/api/v1/tickets/{id}");
    let answer = house.client.send("PUT", &path, Some(content.to_string()), Some(1)).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(answer.json["priority"], 1);
    assert!(answer.json["due_at"].as_str() < before["due_at"].as_str());
    let clocks = house.clocks(&id).await;
    assert_eq!(clocks[1], "resolution running 0.00 of 4.0");
    let fact = house.facts().await.pop().unwrap();
    assert_eq!(fact.detail["fields"], json!(["impact", "urgency"]));
}

#[tokio::test]
async fn tickets_are_linked_but_never_in_a_circle() {
    let house = house().await;
    let (one, two) = (house.ticket("incident").await, house.ticket("problem").await);
    let three = house.ticket("incident").await;
    house.post(&format!("{one}/links"), json!({"kind": "caused_by", "other_id": two})).await;
    house.post(&format!("{two}/links"), json!({"kind": "caused_by", "other_id": three})).await;
    let circle = json!({"kind": "caused_by", "other_id": one});
    let answer = house.post_as(&house.client, &format!("{three}/links"), circle).await;
    assert_eq!(answer.json["code"], "circle", "{}", answer.json);
    let links = house.page(&two).await["links"].clone();
    assert_eq!(links[0]["number"], "INC-2");
    assert_eq!((&links[1]["number"], &links[1]["incoming"]), (&json!("INC-1"), &json!(true)));
    let path = format!("/api/v1/tickets/{one}/links/caused_by/{two}");
    assert_eq!(house.client.delete(&path, Some(2)).await.status, 200);
    assert_eq!(house.page(&one).await["links"], json!([]));
}
