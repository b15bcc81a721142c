use serde_json::json;

use crate::house::house;

/// Priority 3 of the shipped service level: response 4 h, resolution 24 h; each unit 16 h.
#[tokio::test]
async fn clocks_run_in_working_time_and_stand_still_where_the_state_says_so() {
    let house = house().await;
    let id = house.ticket("request").await;
    house.at("21T13:00");
    let expected = [
        "response running 3.00 of 4.0",
        "resolution running 3.00 of 24.0",
        "hop-1 running 3.00 of 16.0",
    ];
    assert_eq!(house.clocks(&id).await, expected, "noon is off");
    house.at("21T14:00");
    house.moved(&id, "accept", "").await;
    house.at("21T15:00");
    house.moved(&id, "wait", "请提供照片").await;
    assert_eq!(house.page(&id).await["due_at"], json!(null), "it stands still");
    house.at("23T09:30");
    house.moved(&id, "resume", "").await;
    house.at("23T10:30");
    let expected = [
        "response kept 3.50 of 4.0",
        "resolution running 5.50 of 24.0",
        "hop-1 running 5.50 of 16.0",
    ];
    assert_eq!(house.clocks(&id).await, expected);
    let clocks = house.got(&format!("/api/v1/tickets/{id}/clocks")).await;
    let spans = clocks["clocks"][1]["spans"].as_array().unwrap();
    let paused: Vec<_> = spans.iter().filter(|span| span["counting"] == "paused").collect();
    assert_eq!(paused.len(), 1);
    assert_eq!(paused[0]["why"]["zh"], "“等待用户反馈”状态暂停计时");
    let moved = house.moved(&id, "resolve", "好了").await;
    assert_eq!((&moved["resolution_kept"], &moved["due_at"]), (&json!(true), &json!(null)));
}

#[tokio::test]
async fn warnings_come_once_at_each_threshold() {
    let house = house().await;
    let id = house.ticket("request").await;
    house.run_job().await;
    assert_eq!(house.verbs().await, "ticket.opened");
    house.at("21T13:31");
    house.run_job().await;
    house.run_job().await;
    let warned = |facts: Vec<journal::Row>| -> Vec<String> {
        let warned = facts.into_iter().filter(|row| row.verb == "ticket.warned");
        let shown = |row: journal::Row| {
            format!("{} {}", row.detail["clock"].as_str().unwrap(), row.detail["percent"])
        };
        warned.map(shown).collect()
    };
    assert_eq!(warned(house.facts().await), ["response 75"]);
    assert_eq!(house.page(&id).await["version"], 1, "nobody has changed it");
    house.at("28T09:00");
    house.run_job().await;
    let expected =
        ["response 75", "response 100", "resolution 75", "resolution 100", "hop-1 75", "hop-1 100"];
    assert_eq!(warned(house.facts().await), expected);
    let overdue = house.got("/api/v1/tickets?overdue=true").await;
    assert_eq!(overdue["items"][0]["id"], json!(id));
    // What was broken stays broken.
    let moved = house.moved(&id, "resolve", "晚了").await;
    assert_eq!(
        (&moved["response_kept"], &moved["resolution_kept"]),
        (&json!(false), &json!(false))
    );
    house.at("30T09:00");
    house.run_job().await;
    assert_eq!(warned(house.facts().await).len(), 6, "what is over warns nobody");
}

#[tokio::test]
async fn more_time_is_asked_for_before_it_is_due_and_granted_by_another() {
    let house = house().await;
    let id = house.ticket("request").await;
    let due = house.page(&id).await["due_at"].clone();
    let body = json!({"minutes": 480, "reason": "等待备件"});
    house.post(&format!("{id}/extensions"), body.clone()).await;
    let again = house.post_as(&house.client, &format!("{id}/extensions"), body.clone()).await;
    assert_eq!(again.json["code"], "asked-already");
    let path = format!("{id}/extensions/1/decision");
    let own = house.post_as(&house.client, &path, json!({"granted": true})).await;
    assert_eq!(own.json["code"], "by-another", "{}", own.json);
    let by_token = house.client.by_token("t1");
    let own = house.post_as(&by_token, &path, json!({"granted": true})).await;
    assert_eq!(own.json["code"], "by-another", "a token of theirs is them: {}", own.json);
    let units = [house.unit.clone()].into();
    let within = kernel::Within { units, ..kernel::Within::default() };
    let chief = house.client.holding(&["ticket.read", "ticket.assign"], &within);
    let granted = house.post_as(&chief, &path, json!({"granted": true})).await;
    assert_eq!(granted.status, 200, "{}", granted.json);
    assert_eq!(house.clocks(&id).await[1], "resolution running 0.00 of 32.0");
    assert!(granted.json["due_at"].as_str() > due.as_str());
    house.at("30T09:00");
    let late = house.post_as(&house.client, &format!("{id}/extensions"), body).await;
    assert_eq!(late.json["code"], "overdue");
}

/// One that cannot be read was tried every 30 s for ever, and held up those after it.
#[tokio::test]
async fn ticket_that_cannot_be_read_is_set_aside_and_the_next_is_warned_of() {
    let house = house().await;
    let bad = house.ticket("request").await;
    house.ticket("request").await;
    let spoil = |warned: &'static str| {
        sqlx::query("UPDATE desk_ticket SET warned = $2 WHERE id = $1")
            .bind(bad.clone())
            .bind(warned)
    };
    let mut tx = house.records.db.begin().await.unwrap();
    spoil("x").execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    house.at("21T13:31");
    house.run_job().await;
    house.run_job().await;
    assert_eq!(
        house.verbs().await,
        "ticket.opened ticket.opened ticket.set_aside ticket.warned",
        "told once"
    );
    let fact = house.facts().await[2].clone();
    assert_eq!((fact.subject.name.as_str(), &fact.subject.id), ("REQ-1", &bad));
    // A day later it is looked at again; the reason is known.
    house.at("22T13:32");
    house.run_job().await;
    let again = house.verbs().await.matches("set_aside").count();
    assert_eq!(again, 1);
    // Once it can be read, it is warned of like any other.
    let mut tx = house.records.db.begin().await.unwrap();
    spoil("[]").execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    house.at("23T13:33");
    house.run_job().await;
    let warned = house.facts().await;
    assert!(warned.iter().any(|row| row.verb == "ticket.warned" && row.subject.id == bad));
}
