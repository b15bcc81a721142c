use serde_json::{Value, json};

use crate::house::{House, house};

async fn scene(house: &House) -> (String, Value) {
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    let body = json!({
        "name": "机房升级", "unit_id": house.unit, "repeats": 1,
        "steps": [
            {"targets": [{"kind": "position", "roster_id": roster, "position": "main"}],
                "wait_minutes": 10},
            {"targets": [{"kind": "team", "roster_id": roster},
                {"kind": "person", "person_id": house.id("zhao")}], "wait_minutes": 20},
        ],
    });
    let made = house.client.post("/api/v1/duty/chains", body).await;
    assert_eq!(made.status, 201, "{}", made.json);
    (roster, made.json)
}

fn people(step: &Value) -> Vec<&str> {
    let people = step["people"].as_array().unwrap();
    let mut names: Vec<_> = people.iter().map(|one| one["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn chain_is_simulated_before_it_is_trusted() {
    let house = house().await;
    let (_, chain) = scene(&house).await;
    let path = format!("/api/v1/duty/chains/{}", chain["id"].as_str().unwrap());
    let switch = format!("{path}/switch");
    let early = house.post_as(&house.client, &switch, 1, json!({"enabled": true})).await;
    assert_eq!((early.status.as_u16(), &early.json["code"]), (409, &json!("not-simulated")));
    // It begins ten minutes before a change of shift: the second round finds the next one on.
    let start = json!({"start": "2026-09-22T07:50:00+08:00"});
    let told = house.client.post(&format!("{path}/simulate"), start).await;
    assert_eq!(told.status, 200, "{}", told.json);
    let steps = told.json["items"].as_array().unwrap();
    let minutes: Vec<_> =
        steps.iter().map(|step| step["after_minutes"].as_u64().unwrap()).collect();
    assert_eq!(minutes, [0, 10, 30, 40]);
    assert_eq!(people(&steps[0]), ["张伟"]);
    assert_eq!(people(&steps[1]), ["张伟", "李娜", "赵敏"]);
    assert_eq!(people(&steps[2]), ["李娜"]);
    let enabled = house.post_as(&house.client, &switch, 1, json!({"enabled": true})).await;
    assert_eq!((enabled.status.as_u16(), &enabled.json["enabled"]), (200, &json!(true)));
    // Whoever changes it has to simulate it again.
    let mut body = chain["chain"].clone();
    body["repeats"] = json!(0);
    let changed = house.put(&path, 2, body).await;
    assert_eq!(changed.json["enabled"], false, "{}", changed.json);
    assert_eq!(changed.json["simulated"], false);
}

#[tokio::test]
async fn people_are_called_until_somebody_answers() {
    let house = house().await;
    let (_, chain) = scene(&house).await;
    let path = format!("/api/v1/duty/chains/{}", chain["id"].as_str().unwrap());
    let start = json!({"title": "UPS 失电"});
    let early = house.client.post(&format!("{path}/calls"), start.clone()).await;
    assert_eq!(early.json["code"], "disabled");
    house.client.post(&format!("{path}/simulate"), json!({})).await;
    house.post_as(&house.client, &format!("{path}/switch"), 1, json!({"enabled": true})).await;
    house.at("2026-09-21T09:00:00+08:00");
    let call = house.client.post(&format!("{path}/calls"), start).await;
    assert_eq!(call.status, 201, "{}", call.json);
    assert_eq!(people(&call.json["log"][0]), ["张伟"]);
    house.at("2026-09-21T09:09:00+08:00");
    house.run("duty.call").await;
    let li = house.client.as_viewer();
    let calls = li.get("/api/v1/duty/calls").await;
    assert_eq!(calls.json["items"][0]["log"].as_array().unwrap().len(), 1, "{}", calls.json);
    house.at("2026-09-21T09:10:00+08:00");
    house.run("duty.call").await;
    let calls = li.get("/api/v1/duty/calls").await;
    let call = &calls.json["items"][0];
    assert_eq!(people(&call["log"][1]), ["张伟", "李娜", "赵敏"]);
    let answer = format!("/api/v1/duty/calls/{}/answer", call["id"].as_str().unwrap());
    let version = call["version"].as_i64().unwrap();
    let answered = house.post_as(&li, &answer, version, json!(null)).await;
    assert_eq!((answered.status.as_u16(), &answered.json["state"]), (200, &json!("answered")));
    house.at("2026-09-21T12:00:00+08:00");
    house.run("duty.call").await;
    let calls = li.get("/api/v1/duty/calls").await;
    assert_eq!(calls.json["items"][0]["log"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn call_that_nobody_answers_comes_to_an_end() {
    let house = house().await;
    let (_, chain) = scene(&house).await;
    let path = format!("/api/v1/duty/chains/{}", chain["id"].as_str().unwrap());
    house.client.post(&format!("{path}/simulate"), json!({})).await;
    house.post_as(&house.client, &format!("{path}/switch"), 1, json!({"enabled": true})).await;
    house.client.post(&format!("{path}/calls"), json!({"title": "x"})).await;
    for _ in 0..6 {
        house.clock.advance(std::time::Duration::from_secs(1800));
        house.run("duty.call").await;
    }
    let calls = house.got("/api/v1/duty/calls").await;
    assert_eq!(calls["items"][0]["state"], "exhausted");
    assert_eq!(calls["items"][0]["log"].as_array().unwrap().len(), 4);
    assert!(house.verbs().await.ends_with("call.exhausted"));
}

#[tokio::test]
async fn chain_that_loops_is_refused_with_its_way() {
    let house = house().await;
    let (roster, first) = scene(&house).await;
    let step = json!({"targets": [{"kind": "team", "roster_id": roster}], "wait_minutes": 5});
    let body = json!({"name": "值班领导", "unit_id": house.unit, "steps": [step],
        "then_chain": first["id"]});
    house.clock.advance(std::time::Duration::from_millis(1));
    let second = house.client.post("/api/v1/duty/chains", body).await;
    assert_eq!(second.status, 201, "{}", second.json);
    let path = format!("/api/v1/duty/chains/{}", first["id"].as_str().unwrap());
    let mut body = first["chain"].clone();
    body["then_chain"] = second.json["id"].clone();
    let looped = house.put(&path, 1, body).await;
    assert_eq!(looped.status, 400);
    let field = &looped.json["fields"][0];
    assert_eq!(field["found"], "机房升级 → 值班领导 → 机房升级", "{}", looped.json);
    assert_eq!(house.client.delete(&path, Some(1)).await.json["code"], "needed");
}
