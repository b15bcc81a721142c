use kernel::Within;
use serde_json::{Value, json};

use crate::house::house;

fn numbers(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn each_sees_and_does_what_belongs_to_their_units() {
    let house = house().await;
    let own = house.ticket("request").await;
    let mut other = house.body("incident");
    other["unit_id"] = json!(house.other_unit);
    let other = house.made("/api/v1/tickets", other).await;
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    let all = ["ticket.read", "ticket.create", "ticket.work", "ticket.assign"];
    let chief = house.client.holding(&all, &within);
    assert_eq!(numbers(&chief.get("/api/v1/tickets").await.json), ["REQ-1"]);
    assert_eq!(chief.get("/api/v1/ticket-counts").await.json["open"], 1);
    let figures = chief.get("/api/v1/ticket-figures").await.json;
    assert_eq!(figures["items"].as_array().unwrap().len(), 1);
    for path in ["", "/entries", "/clocks"] {
        let path = format!("/api/v1/tickets/{other}{path}");
        assert_eq!(chief.get(&path).await.status, 404, "{path}");
    }
    let note = json!({"text": "x"});
    let refused = house.post_as(&chief, &format!("{other}/comments"), note.clone()).await;
    assert_eq!(refused.status, 404);
    let mut body = house.body("request");
    body["unit_id"] = json!(house.other_unit);
    let beyond = chief.post("/api/v1/tickets", body).await;
    assert_eq!((beyond.status.as_u16(), &beyond.json["code"]), (403, &json!("out-of-scope")));
    let reader = house.client.holding(&["ticket.read"], &within);
    assert_eq!(house.post_as(&reader, &format!("{own}/comments"), note.clone()).await.status, 403);
    // A link shows nothing of what one does not see.
    house.post(&format!("{own}/links"), json!({"kind": "relates_to", "other_id": other})).await;
    let seen = chief.get(&format!("/api/v1/tickets/{own}")).await;
    assert_eq!(seen.json["links"], json!([]));
    let link = json!({"kind": "parent", "other_id": other});
    assert_eq!(house.post_as(&chief, &format!("{own}/links"), link).await.status, 404);
    // Who helps sees and works; who has helped still sees.
    house.post(&format!("{other}/assists"), json!({"unit_id": house.unit})).await;
    assert_eq!(chief.get(&format!("/api/v1/tickets/{other}")).await.status, 200);
    assert_eq!(numbers(&chief.get("/api/v1/tickets").await.json), ["INC-1", "REQ-1"]);
    let answer = json!({"text": "done"});
    let answered = house.post_as(&chief, &format!("{other}/assists/2/answer"), answer).await;
    assert_eq!(answered.status, 200, "{}", answered.json);
    assert_eq!(house.post_as(&chief, &format!("{other}/comments"), note).await.status, 403);
    let stranger = house.client.as_stranger();
    assert_eq!(stranger.get("/api/v1/tickets").await.status, 401);
}

#[tokio::test]
async fn who_works_takes_what_is_nobodys_and_gives_nothing_to_others() {
    let house = house().await;
    let id = house.ticket("request").await;
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    let li = house.client.holding(&["ticket.read", "ticket.work"], &within);
    let path = format!("{id}/assignment");
    let to_zhang = json!({"person_id": house.people["zhang"]});
    assert_eq!(house.post_as(&li, &path, to_zhang.clone()).await.status, 403);
    let to_li = json!({"person_id": house.people["li"]});
    assert_eq!(house.post_as(&li, &path, to_li.clone()).await.status, 200);
    assert_eq!(house.post_as(&li, &path, json!({})).await.status, 200);
    house.post(&path, to_zhang).await;
    assert_eq!(house.post_as(&li, &path, to_li).await.status, 403, "it is somebody's");
    let hand_over = json!({"transition": "hand_over", "unit_id": house.other_unit});
    let refused = house.post_as(&li, &format!("{id}/transitions"), hand_over.clone()).await;
    assert_eq!(refused.status, 403);
    // Who gives a ticket to another unit is shown what they did.
    let all = ["ticket.read", "ticket.work", "ticket.assign"];
    let chief = house.client.holding(&all, &within);
    let given = house.post_as(&chief, &format!("{id}/transitions"), hand_over).await;
    assert_eq!(given.status, 200, "{}", given.json);
    assert_eq!(given.json["unit"]["id"], json!(house.other_unit));
}

#[tokio::test]
async fn who_lacks_a_permission_is_told_the_one_that_the_transition_asks_for() {
    let house = house().await;
    let id = house.ticket("request").await;
    let own = json!({"units": [house.unit]});
    // They may work and assign, but in the other unit only; here they read.
    let other = json!({"units": [house.other_unit]});
    let held = json!({"ticket.read": own, "ticket.work": other, "ticket.assign": other});
    let client = house.client.as_viewer().with_header("x-test-held", &held.to_string());
    let work = json!({"transition": "accept"});
    let refused = house.post_as(&client, &format!("{id}/transitions"), work).await;
    assert_eq!(refused.status, 403);
    let names = |text: &Value, permission: &str| text.to_string().contains(permission);
    assert!(names(&refused.json, "`ticket.work`"), "{}", refused.json);
    let hand_over = json!({"transition": "hand_over", "unit_id": house.other_unit});
    let refused = house.post_as(&client, &format!("{id}/transitions"), hand_over).await;
    assert!(names(&refused.json, "`ticket.assign`"), "{}", refused.json);
}
