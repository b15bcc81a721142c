use serde_json::{Value, json};

use crate::house::{CAMPAIGNS, house};

#[tokio::test]
async fn campaign_freezes_its_machines_at_the_start_and_ends_when_none_is_left() {
    let house = house().await;
    for name in ["pc-2", "pc-1"] {
        house.machine(name, &house.unit).await;
    }
    let path = format!("{CAMPAIGNS}/{}", house.made(CAMPAIGNS, house.upgrade()).await);
    let planned = house.got(&path).await;
    assert_eq!((&planned["state"], &planned["counts"]["planned"]), (&json!("planned"), &json!(0)));
    assert_eq!(planned["campaign"]["ticket_type"], "incident", "failures open tickets by default");
    let started = house.act(&house.client, &format!("{path}/start"), 1).await;
    assert_eq!(started.json["counts"]["planned"], 2, "{}", started.json);
    house.machine("pc-3", &house.unit).await;
    assert_eq!(house.machines(&path).await, ["pc-1 planned", "pc-2 planned"]);
    house.say(&path, &["pc-1"], ("done", "")).await;
    let early = house.act(&house.client, &format!("{path}/finish"), 2).await;
    assert_eq!(early.json["code"], "machines-left", "{}", early.json);
    house.say(&path, &["pc-2"], ("skipped", "已停用")).await;
    let finished = house.act(&house.client, &format!("{path}/finish"), 2).await;
    let counts = &finished.json["counts"];
    assert_eq!(finished.json["state"], "finished", "{}", finished.json);
    assert_eq!((&counts["done"], &counts["skipped"]), (&json!(1), &json!(1)));
    let late = house.say(&path, &["pc-1"], ("failed", "x")).await;
    assert_eq!((late.status.as_u16(), &late.json["code"]), (409, &json!("wrong-state")));
    let verbs = "campaign.created campaign.started campaign.machine_changed \
        campaign.machine_changed campaign.finished";
    assert_eq!(house.verbs().await, verbs);
}

#[tokio::test]
async fn what_is_said_changes_until_the_end_and_the_machines_until_the_start() {
    let house = house().await;
    let first = house.machine("pc-1", &house.unit).await;
    let mut body = house.upgrade();
    let path = format!("{CAMPAIGNS}/{}", house.made(CAMPAIGNS, body.clone()).await);
    let put = |version: i64, body: Value| {
        house.client.send("PUT", &path, Some(body.to_string()), Some(version))
    };
    body["machines"] = json!({"resources": [first]});
    assert_eq!(put(1, body.clone()).await.status, 200);
    let stale = put(1, body.clone()).await;
    assert_eq!(stale.status, 412, "{}", stale.json);
    house.act(&house.client, &format!("{path}/start"), 2).await;
    body["software_version"] = json!("12.2");
    let changed = put(3, body.clone()).await;
    assert_eq!(changed.json["campaign"]["software_version"], "12.2", "{}", changed.json);
    body["machines"] = json!({"filter": "tag = \"win\""});
    let frozen = put(4, body.clone()).await;
    assert_eq!(frozen.json["fields"][0]["field"], "machines", "{}", frozen.json);
    let cancelled = house.act(&house.client, &format!("{path}/cancel"), 4).await;
    assert_eq!(cancelled.json["state"], "cancelled", "{}", cancelled.json);
    body["machines"] = json!({"resources": [first]});
    let over = put(5, body).await;
    assert_eq!((over.status.as_u16(), &over.json["code"]), (409, &json!("wrong-state")));
    let facts = house.facts().await;
    let told: Vec<String> = facts
        .iter()
        .filter(|row| row.verb == "campaign.changed")
        .map(|row| row.detail["fields"].to_string())
        .collect();
    assert_eq!(told, [r#"["machines"]"#, r#"["software_version"]"#]);
}

#[tokio::test]
async fn start_without_machines_is_refused_and_happens_once() {
    let house = house().await;
    let path = format!("{CAMPAIGNS}/{}", house.made(CAMPAIGNS, house.upgrade()).await);
    let none = house.act(&house.client, &format!("{path}/start"), 1).await;
    assert_eq!((none.status.as_u16(), &none.json["code"]), (409, &json!("no-machines")));
    house.machine("pc-1", &house.unit).await;
    assert_eq!(house.act(&house.client, &format!("{path}/start"), 1).await.status, 200);
    let again = house.act(&house.client, &format!("{path}/start"), 2).await;
    assert_eq!((again.status.as_u16(), &again.json["code"]), (409, &json!("wrong-state")));
    assert_eq!(house.machines(&path).await, ["pc-1 planned"]);
}

#[tokio::test]
async fn campaigns_are_found_by_state_person_and_machine_the_newest_first() {
    let house = house().await;
    let li = house.person("viewer", "李娜", &house.unit).await;
    let (one, two) =
        (house.machine("pc-1", &house.unit).await, house.machine("pc-2", &house.unit).await);
    let mut body = house.upgrade();
    body["machines"] = json!({"resources": [one]});
    let first = house.running(body.clone()).await;
    body["owner_id"] = json!(li);
    let second = format!("{CAMPAIGNS}/{}", house.made(CAMPAIGNS, body).await);
    let found = |query: String| {
        let house = &house;
        async move {
            let page = house.got(&format!("{CAMPAIGNS}?{query}")).await;
            let items = page["items"].as_array().unwrap();
            items
                .iter()
                .map(|one| format!("{CAMPAIGNS}/{}", one["id"].as_str().unwrap()))
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(found("limit=1".to_owned()).await, std::slice::from_ref(&second));
    assert_eq!(found(String::new()).await, [second.clone(), first.clone()]);
    assert_eq!(found("state=running".to_owned()).await, std::slice::from_ref(&first));
    assert_eq!(found(format!("owner_id={li}")).await, [second]);
    assert_eq!(found(format!("resource_id={one}")).await, [first]);
    assert_eq!(found(format!("resource_id={two}")).await, [""; 0]);
    assert_eq!(house.got(&format!("{CAMPAIGNS}?owner_id={li}")).await["items"][0]["owner"], "李娜");
}
