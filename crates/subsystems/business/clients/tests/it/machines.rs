use serde_json::{Value, json};

use crate::house::house;

#[tokio::test]
async fn failure_opens_one_ticket_that_knows_the_machine_and_is_known_by_it() {
    let house = house().await;
    let machine = house.machine("pc-1", &house.unit).await;
    house.machine("pc-2", &house.unit).await;
    let path = house.running(house.upgrade()).await;
    let failed = house.say(&path, &["pc-1"], ("failed", "磁盘空间不足")).await;
    assert_eq!(failed.json["items"][0]["machine"]["ticket"]["number"], "INC-1", "{}", failed.json);
    let wish = house.desk.wishes.lock().unwrap()[0].clone();
    let id = path.rsplit('/').next().unwrap();
    assert_eq!(wish.source, format!("campaign:{id}:{machine}"));
    assert_eq!((wish.type_key.as_str(), wish.unit_id.as_str()), ("incident", house.unit.as_str()));
    assert_eq!(wish.resource_id.as_deref(), Some(machine.as_str()));
    assert_eq!(wish.subject, "办公软件升级 · pc-1");
    assert!(wish.text.contains("磁盘空间不足") && wish.text.contains("WPS Office 12.1"));
    // It is tried again, and fails again: the ticket is the same one.
    house.say(&path, &["pc-1"], ("in_progress", "")).await;
    house.say(&path, &["pc-1"], ("failed", "还是不足")).await;
    house.run("clients.tickets").await;
    assert_eq!(house.desk.wishes.lock().unwrap().len(), 1);
    assert_eq!(house.machines(&path).await, ["pc-1 failed 还是不足 INC-1", "pc-2 planned"]);
    let facts = house.facts().await;
    let opened: Vec<_> = facts.iter().filter(|row| row.verb == "campaign.ticket_opened").collect();
    assert_eq!((opened.len(), &opened[0].detail["ticket"]), (1, &json!("INC-1")));
    assert_eq!(opened[0].detail["resource_id"], json!(machine));
    assert!(facts.iter().all(|row| !row.detail.to_string().contains("不足")), "no words of people");
}

#[tokio::test]
async fn ticket_that_cannot_be_opened_is_owed_until_it_can() {
    let house = house().await;
    house.machine("pc-1", &house.unit).await;
    let path = house.running(house.upgrade()).await;
    *house.desk.away.lock().unwrap() = true;
    let failed = house.say(&path, &["pc-1"], ("failed", "断电")).await;
    assert_eq!(failed.json["items"][0]["machine"]["ticket_owed"], true, "{}", failed.json);
    house.run("clients.tickets").await;
    assert_eq!(house.machines(&path).await, ["pc-1 failed 断电"]);
    *house.desk.away.lock().unwrap() = false;
    // What was owed is owed, though it went well in the end.
    house.say(&path, &["pc-1"], ("done", "")).await;
    house.run("clients.tickets").await;
    house.run("clients.tickets").await;
    assert_eq!(house.machines(&path).await, ["pc-1 done INC-1"]);
    assert_eq!(house.verbs().await.matches("ticket_opened").count(), 1);
}

#[tokio::test]
async fn failures_open_no_ticket_where_the_campaign_says_so() {
    let house = house().await;
    house.machine("pc-1", &house.unit).await;
    let mut body = house.upgrade();
    body["ticket_type"] = json!(null);
    let path = house.running(body).await;
    house.say(&path, &["pc-1"], ("failed", "断电")).await;
    house.run("clients.tickets").await;
    assert!(house.desk.wishes.lock().unwrap().is_empty());
    assert_eq!(house.machines(&path).await, ["pc-1 failed 断电"]);
}

#[tokio::test]
async fn many_are_changed_at_once_and_one_changed_meanwhile_holds_up_no_other() {
    let house = house().await;
    for name in ["pc-1", "pc-2"] {
        house.machine(name, &house.unit).await;
    }
    let path = house.running(house.upgrade()).await;
    let page = house.got(&format!("{path}/machines")).await;
    let id = |at: usize| page["items"][at]["resource_id"].clone();
    house.say(&path, &["pc-2"], ("in_progress", "")).await;
    let absent = json!("01890a5d-ac96-774b-bcce-b302099a8057");
    let machines: Vec<Value> = [id(0), id(1), absent]
        .into_iter()
        .map(|id| json!({"resource_id": id, "version": 1}))
        .collect();
    let body = json!({"machines": machines, "state": "done"});
    let answer = house.client.post(&format!("{path}/machines"), body.clone()).await;
    let items = answer.json["items"].as_array().unwrap();
    let codes: Vec<_> = items.iter().map(|one| one["code"].as_str()).collect();
    assert_eq!(codes, [None, Some("stale-version"), Some("not-found")], "{}", answer.json);
    assert_eq!(items[1]["machine"]["state"], "in_progress", "as somebody else left it");
    assert_eq!(house.machines(&path).await, ["pc-1 done", "pc-2 in_progress"]);
    let by = house.got(&format!("{path}/machines?q=PC-1")).await;
    let (items, one) = (by["items"].as_array().unwrap(), &by["items"][0]);
    assert_eq!((items.len(), one["by"].is_string(), one["version"].as_i64()), (1, true, Some(2)));
    // The same again says nothing new.
    let before = house.facts().await.len();
    house.say(&path, &["pc-1"], ("done", "")).await;
    assert_eq!(house.facts().await.len(), before);
}

#[tokio::test]
async fn machines_are_paged_by_name_and_found_by_state_and_by_words_to_the_letter() {
    let house = house().await;
    for name in ["b_1", "a", "c", "bx1"] {
        house.machine(name, &house.unit).await;
    }
    let path = house.running(house.upgrade()).await;
    let (mut names, mut after) = (Vec::new(), String::new());
    loop {
        let page = house.got(&format!("{path}/machines?limit=3&after={after}")).await;
        let items = page["items"].as_array().unwrap();
        names.extend(items.iter().map(|one| one["name"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    let mut sorted = names.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!((names.len(), sorted.len()), (4, 4), "{names:?}");
    house.say(&path, &["c"], ("done", "")).await;
    let count = |query: &str| {
        let (house, path) = (&house, format!("{path}/machines?{query}"));
        async move { house.got(&path).await["items"].as_array().unwrap().len() }
    };
    assert_eq!(count("state=done").await, 1);
    assert_eq!(count("q=b_1").await, 1, "`_` is itself");
    assert_eq!(count("q=B").await, 2);
}

#[tokio::test]
async fn sheet_has_a_line_for_each_machine() {
    let house = house().await;
    for name in ["pc-1", "pc-2"] {
        house.machine(name, &house.unit).await;
    }
    let path = house.running(house.upgrade()).await;
    house.say(&path, &["pc-2"], ("failed", "断电")).await;
    let chinese = house.client.with_header("accept-language", "zh-CN");
    let csv = chinese.get(&format!("{path}/export?format=csv")).await.text;
    let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 3, "{csv}");
    assert!(lines[0].starts_with("任务,操作,软件,版本,终端,状态"), "{csv}");
    assert!(lines[2].contains("pc-2,失败,断电") && lines[2].ends_with("INC-1"), "{csv}");
    let book = house.client.get(&format!("{path}/export")).await;
    assert_eq!(book.status, 200);
    let strange = house.client.get(&format!("{path}/export?format=pdf")).await;
    assert_eq!(strange.json["fields"][0]["field"], "format", "{}", strange.json);
}
