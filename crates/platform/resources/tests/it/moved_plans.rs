//! Plans whose things moved away while they waited for consent.

use std::sync::Arc;

use kernel::{Actor, ActorKind, Caller, Fault, Grant, Held, Page, Scope, Within};
use resources::{PlanDecision, PlanId, PlanState};
use serde_json::{Value, json};
use testkit::Client;

use crate::house::{House, province};

const AUTHOR: [&str; 2] = ["resource.read", "resource.change"];

fn region(id: &str, unit: &str) -> Within {
    let (regions, answering) = ([id.to_owned()].into(), [unit.to_owned()].into());
    Within { regions, answering, ..Within::default() }
}

/// Somebody who consents within a region.
fn approver(within: &Within) -> Caller {
    let mut held = Held::default();
    for permission in ["resource.read", "resource.approve"] {
        held.add(permission, Scope::Within(Arc::new(within.clone())));
    }
    let (id, name) = ("mara".to_owned(), "Mara".to_owned());
    Caller {
        actor: Actor { kind: ActorKind::Person, id: id.clone(), name },
        grant: Grant::Held(Arc::new(held)),
        user_id: Some(id),
        ..Caller::stranger()
    }
}

async fn host(house: &House, name: &str, unit: &str) -> String {
    house.clock.advance(std::time::Duration::from_millis(1));
    let body = json!({ "kind": "host", "name": name, "unit_id": unit });
    let made = house.client.post("/api/v1/resources", body).await;
    made.json["id"].as_str().unwrap().to_owned()
}

async fn change(house: &House, id: &str, body: Value) {
    let path = format!("/api/v1/resources/{id}");
    let version = house.client.get(&path).await.json["version"].as_i64().unwrap();
    assert_eq!(house.client.patch(&path, version, body).await.status, 200);
}

/// A submitted plan for the two, by its path.
async fn submitted(author: &Client, ids: [&str; 2]) -> String {
    let edit = |id: &str| json!({"do": "change", "resource": id, "edit": {"description": "x"}});
    let body = json!({"title": "Move on", "changes": [edit(ids[0]), edit(ids[1])]});
    let made = author.post("/api/v1/plans", body).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let path = format!("/api/v1/plans/{}", made.json["id"].as_str().unwrap());
    let done = author.send("POST", &format!("{path}/submit"), Some("{}".into()), Some(1)).await;
    assert_eq!(done.status, 200, "{}", done.json);
    path
}

fn id_of(path: &str) -> PlanId {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

/// Nobody but who holds everything could refuse it: those of the region saw nothing of it any more.
#[tokio::test]
async fn plan_whose_things_moved_away_is_refused_in_either_place() {
    let (house, units, regions) = province().await;
    let [there, here] = [1, 0].map(|at: usize| approver(&region(&regions[at], &units[at])));
    for (decider, moved, shown) in [(&here, 2, 0), (&there, 2, 2), (&here, 1, 1)] {
        let (a, b) = (host(&house, "a", &units[0]).await, host(&house, "b", &units[0]).await);
        let author = house.client.holding(&AUTHOR, &region(&regions[0], &units[0]));
        let path = submitted(&author, [&a, &b]).await;
        for id in [&a, &b].into_iter().take(moved) {
            change(&house, id, json!({ "unit_id": units[1], "name": "secret" })).await;
        }
        let seen = house.resources.plan(decider, id_of(&path)).await.unwrap();
        assert_eq!((seen.changes.len(), seen.changes_hidden), (shown, 2 - shown));
        let listed = house
            .resources
            .plans(decider, Some(PlanState::Submitted), &Page { after: None, limit: 50 })
            .await
            .unwrap();
        assert!(listed.items.iter().any(|plan| plan.id == seen.id));
        if shown < 2 {
            let decision = PlanDecision::Approve;
            let refused = house.resources.decide_plan(decider, seen.id, 2, decision, "").await;
            let refused = Fault::from(refused.unwrap_err());
            assert_eq!((refused.code, refused.fields.len()), ("out-of-scope", 0));
        }
        let decision = PlanDecision::Reject;
        let done = house.resources.decide_plan(decider, seen.id, 2, decision, "moved").await;
        let done = done.unwrap();
        assert_eq!((done.state, done.changes.len()), (PlanState::Rejected, shown));
    }
    // Half of it is no place to refuse it from.
    let (a, b) = (host(&house, "a", &units[0]).await, host(&house, "b", &units[0]).await);
    let path = submitted(&house.client, [&a, &b]).await;
    change(&house, &a, json!({ "unit_id": units[1] })).await;
    let refused = house.resources.plan(&there, id_of(&path)).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn plan_of_what_lies_elsewhere_and_always_did_is_nobodys_here() {
    let (house, units, regions) = province().await;
    let (a, b) = (host(&house, "a", &units[0]).await, host(&house, "b", &units[1]).await);
    let path = submitted(&house.client, [&a, &b]).await;
    for at in [0, 1] {
        let decider = approver(&region(&regions[at], &units[at]));
        assert!(house.resources.plan(&decider, id_of(&path)).await.is_err());
        let decision = PlanDecision::Reject;
        let refused = house.resources.decide_plan(&decider, id_of(&path), 2, decision, "").await;
        assert_eq!(Fault::from(refused.unwrap_err()).code, "not-found");
    }
}

/// A draft that was never submitted was read by whoever got its only resource.
#[tokio::test]
async fn draft_stays_where_it_was_written_when_its_things_leave() {
    let (house, units, regions) = province().await;
    let may = |at: usize| house.client.holding(&AUTHOR, &region(&regions[at], &units[at]));
    let a = host(&house, "a", &units[0]).await;
    let edit = json!({"do": "change", "resource": a, "edit": {"description": "secret"}});
    let make = json!({"do": "create", "resource": {"kind": "host", "name": "new",
        "unit_id": units[1]}});
    let draft = async |changes: Value| {
        let body = json!({"title": "Move on", "changes": changes});
        let made = house.client.post("/api/v1/plans", body).await;
        assert_eq!(made.status, 201, "{}", made.json);
        format!("/api/v1/plans/{}", made.json["id"].as_str().unwrap())
    };
    let (here, there) = (draft(json!([edit])).await, draft(json!([make])).await);
    let sees = async |at: usize, path: &str| {
        let one = may(at).get(path).await.status == 200;
        let list = may(at).get("/api/v1/plans").await.json["items"].to_string();
        assert_eq!(list.contains(path.rsplit('/').next().unwrap()), one, "{at} {path}");
        one
    };
    assert_eq!([sees(0, &here).await, sees(1, &here).await], [true, false]);
    assert_eq!([sees(0, &there).await, sees(1, &there).await], [false, true]);
    house.clock.advance(std::time::Duration::from_secs(60));
    change(&house, &a, json!({ "unit_id": units[1] })).await;
    assert_eq!([sees(0, &here).await, sees(1, &here).await], [false, false]);
    let preview = may(1).send("POST", &format!("{here}/preview"), Some("{}".into()), None).await;
    assert_eq!(preview.status, 404, "{}", preview.json);
    let withdraw = format!("{here}/withdraw");
    let given_up = house.client.send("POST", &withdraw, Some("{}".into()), Some(1)).await;
    assert_eq!(given_up.status, 200, "{}", given_up.json);
    assert!(!sees(1, &here).await);
    // Written where the thing is now, it is seen there.
    let again = draft(json!([edit])).await;
    assert_eq!([sees(0, &again).await, sees(1, &again).await], [false, true]);
}

#[tokio::test]
async fn author_withdraws_the_plan_of_what_moved_away_and_learns_nothing_of_it() {
    let (house, units, regions) = province().await;
    let (a, b) = (host(&house, "a", &units[0]).await, host(&house, "b", &units[0]).await);
    let author = house.client.holding(&AUTHOR, &region(&regions[0], &units[0]));
    let path = submitted(&author, [&a, &b]).await;
    for id in [&a, &b] {
        change(&house, id, json!({ "unit_id": units[1], "name": "secret" })).await;
    }
    let done = author.send("POST", &format!("{path}/withdraw"), Some("{}".into()), Some(2)).await;
    assert_eq!((done.status.as_u16(), &done.json["state"]), (200, &json!("withdrawn")));
    let text = done.json.to_string();
    assert!(!text.contains("secret") && !text.contains(&units[1]), "{text}");
}
