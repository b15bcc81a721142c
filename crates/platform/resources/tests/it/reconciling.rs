use kernel::{Caller, Cause, Page};
use resources::{Finder, FoundResource, Source, TaskState};
use serde_json::{Value, json};

use crate::house::{House, fields, house};

fn host(identity: &str, name: &str, attributes: &Value) -> FoundResource {
    FoundResource {
        kind: "host".to_owned(),
        identity: identity.to_owned(),
        name: name.to_owned(),
        description: String::new(),
        attributes: attributes.as_object().unwrap().clone(),
    }
}

/// What became of what `source` found: its id.
async fn find(house: &House, source: Source, found: &FoundResource) -> String {
    house.clock.advance(std::time::Duration::from_millis(1));
    let system = Caller::system("test");
    let mut tx = house.records.db.begin().await.unwrap();
    let finder = Finder { source, ..Finder::DISCOVERY };
    let upserted =
        house.resources.upsert_found_in(&mut tx, &system, Cause::default(), finder, found).await;
    let id = upserted.unwrap().resource().id.to_string();
    tx.commit().await.unwrap();
    id
}

async fn get(house: &House, id: &str) -> Value {
    house.client.get(&format!("/api/v1/resources/{id}")).await.json
}

async fn open_tasks(house: &House) -> Vec<Value> {
    let tasks = house.client.get("/api/v1/reconciliation").await.json;
    tasks["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_hand_agent_and_discovery_found_is_one_resource() {
    let house = house().await;
    let body = json!({"kind": "host", "name": "db1", "attributes": {"machine_id": "M1"}});
    let by_hand = house.client.post("/api/v1/resources", body).await.json;
    let agent = host("agent-7", "db1.local", &json!({"machine_id": "m1", "hostname": "db1"}));
    let by_agent = find(&house, Source::Agent, &agent).await;
    assert_eq!(by_hand["id"], json!(by_agent));
    // The next time its own identity is enough.
    let again = host("agent-7", "db1.local", &json!({"kernel_release": "6.1"}));
    assert_eq!(find(&house, Source::Agent, &again).await, by_agent);
    let found = get(&house, &by_agent).await;
    assert_eq!((&found["name"], &found["source"]), (&json!("db1"), &json!("manual")));
    assert_eq!(found["origins"]["kernel_release"], "agent");
    assert!(open_tasks(&house).await.is_empty());
}

#[tokio::test]
async fn less_believed_value_is_kept_beside_and_can_be_adopted() {
    let house = house().await;
    let body = json!({"kind": "host", "name": "db1",
        "attributes": {"machine_id": "m1", "contact": "Mara", "location": "R1"}});
    let id =
        house.client.post("/api/v1/resources", body).await.json["id"].as_str().unwrap().to_owned();
    let seen = host("m1", "db1", &json!({"machine_id": "m1", "contact": "root", "location": "R2"}));
    assert_eq!(find(&house, Source::Snmp, &seen).await, id);
    assert_eq!(get(&house, &id).await["attributes"]["contact"], "Mara");
    let observed = house.client.get(&format!("/api/v1/resources/{id}/observed")).await.json;
    assert_eq!(observed["items"].as_array().unwrap().len(), 2);
    let contact = &observed["items"][0];
    assert_eq!(
        (&contact["attribute"], &contact["source"], &contact["value"], &contact["confidence"]),
        (&json!("contact"), &json!("snmp"), &json!("root"), &json!(90))
    );
    let version = get(&house, &id).await["version"].as_i64().unwrap();
    let adopt = async |version: i64, body: Value| {
        let path = format!("/api/v1/resources/{id}/adopt");
        house.client.send("POST", &path, Some(body.to_string()), Some(version)).await
    };
    let wrong = adopt(version, json!({"attribute": "location", "source": "agent"})).await;
    assert_eq!((wrong.status.as_u16(), fields(&wrong.json)), (400, vec!["attribute"]));
    let adopted = adopt(version, json!({"attribute": "location", "source": "snmp"})).await;
    assert_eq!(adopted.json["attributes"]["location"], "R2", "{}", adopted.json);
    let seen = host("m1", "db1", &json!({"location": "R3"}));
    find(&house, Source::Snmp, &seen).await;
    assert_eq!(
        get(&house, &id).await["attributes"]["location"],
        "R3",
        "from now on it is believed"
    );
}

#[tokio::test]
async fn contradicting_identifiers_become_a_task_and_apart_is_remembered() {
    let house = house().await;
    let unit = "01890a5d-0000-7000-8000-000000000001";
    let hand = json!({"kind": "host", "name": "web1", "unit_id": unit,
        "attributes": {"machine_id": "m1", "hostname": "web"}});
    let first = house.client.post("/api/v1/resources", hand).await.json["id"].clone();
    house.clock.advance(std::time::Duration::from_millis(1));
    let hand = json!({"kind": "host", "name": "web2", "unit_id": unit,
        "attributes": {"machine_id": "m2", "hostname": "web"}});
    let second = house.client.post("/api/v1/resources", hand).await.json["id"].clone();
    let tasks = open_tasks(&house).await;
    assert_eq!(tasks.len(), 1);
    assert_eq!((&tasks[0]["left"], &tasks[0]["right"]), (&first, &second));
    assert_eq!(tasks[0]["rule"], "hostname+unit_id");
    let path = format!("/api/v1/reconciliation/{}", tasks[0]["id"].as_str().unwrap());
    let detail = house.client.get(&path).await.json;
    assert_eq!(
        (&detail["left"]["name"], &detail["right"]["name"]),
        (&json!("web1"), &json!("web2"))
    );
    let scoped =
        house.client.holding(&["resource.read", "resource.change"], &kernel::Within::default());
    assert_eq!(scoped.get(&path).await.status, 403, "nowhere is no permission");
    let apart = json!({"decision": "apart", "note": "two of a pair"});
    let decided = house.client.post(&format!("{path}/decision"), apart.clone()).await;
    assert_eq!((decided.status.as_u16(), &decided.json["state"]), (200, &json!("apart")));
    assert_eq!(house.client.post(&format!("{path}/decision"), apart).await.status, 409);
    let change = json!({"attributes": {"hostname": "other"}});
    let path = format!("/api/v1/resources/{}", second.as_str().unwrap());
    house.client.patch(&path, 1, change).await;
    house.client.patch(&path, 2, json!({"attributes": {"hostname": "web"}})).await;
    assert!(open_tasks(&house).await.is_empty(), "they are not asked about again");
    let facts = house.verbs().await;
    assert_eq!(facts.iter().filter(|verb| *verb == "reconciliation.kept_apart").count(), 1);
}

#[tokio::test]
async fn merge_brings_all_to_one_and_can_be_undone() {
    let house = house().await;
    let by_agent =
        find(&house, Source::Agent, &host("a1", "db1", &json!({"hostname": "db"}))).await;
    let by_snmp =
        find(&house, Source::Snmp, &host("s1", "switch", &json!({"location": "R1"}))).await;
    let service = house.make("service", "postgres").await;
    let other = house.make("host", "other").await;
    house.relate("runs-on", &service, &by_snmp).await;
    house.relate("depends-on", &by_snmp, &other).await;
    house.relate("depends-on", &by_agent, &other).await;
    let before = (get(&house, &by_agent).await, get(&house, &by_snmp).await);
    let path = format!("/api/v1/resources/{by_agent}/merge");
    let merge =
        house.client.post(&path, json!({"gone": by_snmp, "choices": {"name": "gone"}})).await;
    assert_eq!(merge.status, 200, "{}", merge.json);
    assert_eq!(merge.json["relations"], 2);
    let kept = get(&house, &by_agent).await;
    assert_eq!(kept["name"], "switch");
    assert_eq!(kept["attributes"], json!({"hostname": "db", "location": "R1"}));
    let gone = get(&house, &by_snmp).await;
    assert_eq!((&gone["retired"], &gone["merged_into"]), (&json!(true), &json!(by_agent)));
    let relations = |id: &str| format!("/api/v1/resources/{id}/relations");
    let count = async |id: &str| {
        house.client.get(&relations(id)).await.json["items"].as_array().unwrap().len()
    };
    assert_eq!((count(&by_agent).await, count(&by_snmp).await), (2, 0));
    // Both finders find the one that stayed.
    let again = find(&house, Source::Snmp, &host("s1", "switch", &json!({"location": "R1"}))).await;
    assert_eq!(again, by_agent);
    assert_eq!(
        house.client.post(&path, json!({"gone": by_snmp})).await.json["code"],
        "not-mergeable"
    );

    // By itself it does not come back: half of the merge would stay.
    let path = format!("/api/v1/resources/{by_snmp}");
    let version = gone["version"].as_i64().unwrap();
    let back = house.client.patch(&path, version, json!({"retired": false})).await;
    assert_eq!((back.status.as_u16(), fields(&back.json)), (400, vec!["retired"]));
    let merges = house.client.get(&format!("/api/v1/resources/{by_snmp}/merges")).await.json;
    let undo = format!("/api/v1/merges/{}/undo", merges["items"][0]["id"].as_str().unwrap());
    assert_eq!(house.client.post(&undo, json!({})).await.status, 200);
    assert_eq!(house.client.post(&undo, json!({})).await.json["code"], "not-undoable");
    let after = (get(&house, &by_agent).await, get(&house, &by_snmp).await);
    for field in ["name", "attributes", "retired", "merged_into", "life_cycle", "tags"] {
        assert_eq!((&after.0[field], &after.1[field]), (&before.0[field], &before.1[field]));
    }
    assert_eq!((count(&by_agent).await, count(&by_snmp).await), (1, 2));
    let found = find(&house, Source::Snmp, &host("s1", "switch", &json!({"location": "R1"}))).await;
    assert_eq!(found, by_snmp);
    let verbs = house.verbs().await;
    for verb in ["resource.merged", "resource.merge_undone"] {
        assert!(verbs.iter().any(|known| known == verb), "{verb}");
    }
}

#[tokio::test]
async fn task_is_decided_by_merging_and_resources_of_old_are_looked_at() {
    let house = house().await;
    for (identity, name) in [("d1", "sda"), ("d2", "sdb")] {
        let found = FoundResource {
            kind: "disk".to_owned(),
            ..host(identity, name, &json!({"serial": "S-77"}))
        };
        let mut found = found;
        if name == "sdb" {
            // Before the serial number was read.
            found.attributes.clear();
        }
        find(&house, Source::Discovery, &found).await;
    }
    let list = house.client.get("/api/v1/resources?kind=disk").await.json;
    let [first, second] = [0, 1].map(|at| list["items"][at]["id"].as_str().unwrap().to_owned());
    let path = format!("/api/v1/resources/{second}");
    house.client.patch(&path, 1, json!({"attributes": {"serial": "s-77"}})).await;
    let task = open_tasks(&house).await.remove(0);
    let decision = format!("/api/v1/reconciliation/{}/decision", task["id"].as_str().unwrap());
    let wrong =
        house.client.post(&decision, json!({"decision": "merge", "kept": task["id"]})).await;
    assert_eq!((wrong.status.as_u16(), fields(&wrong.json)), (400, vec!["kept"]));
    let merged = house.client.post(&decision, json!({"decision": "merge", "kept": first})).await;
    assert_eq!((merged.status.as_u16(), &merged.json["state"]), (200, &json!("merged")));
    assert_eq!(get(&house, &second).await["merged_into"], json!(first));
    // The job that lets identifiers follow new rules ends.
    let mut rounds = 0;
    while house.resources.identify_next().await.unwrap() != (0, 0) {
        rounds += 1;
        assert!(rounds < 10);
    }
    let page = Page { after: None, limit: 10 };
    let caller = Caller::system("test");
    let open = house.resources.tasks(&caller, Some(TaskState::Open), &page).await.unwrap();
    assert!(open.items.is_empty());
}
