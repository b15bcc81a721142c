use serde_json::json;

use crate::house::house;

#[tokio::test]
async fn both_sign_and_the_successor_inherits_what_is_open() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    let path = format!("/api/v1/duty/rosters/{roster}/hand-overs");
    let begin = json!({"position": "main", "taker": house.id("li")});
    let begun = house.client.post(&path, begin.clone()).await;
    assert_eq!(begun.status, 201, "{}", begun.json);
    let one = format!("/api/v1/duty/hand-overs/{}", begun.json["id"].as_str().unwrap());
    let content = json!({
        "items": [{"text": "UPS 告警待处理", "link": "/alerts", "done": false},
            {"text": "更换磁带", "link": "", "done": true}],
        "readings": [{"name": "机房温度", "value": "23.5"}],
        "keys": [{"name": "机房钥匙", "present": true}],
        "notes": "夜间注意空调",
    });
    let written = house.put(&one, 1, content.clone()).await;
    assert_eq!(written.status, 200, "{}", written.json);
    let li = house.client.as_viewer();
    // Whoever comes cannot sign before whoever goes, nor for them.
    let early = house.post_as(&li, &format!("{one}/take"), 2, json!(null)).await;
    assert_eq!(early.json["code"], "wrong-state", "{}", early.json);
    let wrong = house.post_as(&li, &format!("{one}/give"), 2, json!(null)).await;
    assert_eq!(wrong.json["code"], "not-yours");
    let given = house.post_as(&house.client, &format!("{one}/give"), 2, json!(null)).await;
    assert_eq!(given.json["state"], "given", "{}", given.json);
    assert_eq!(house.put(&one, 3, content).await.json["code"], "wrong-state");
    // The next one waits for this one.
    assert_eq!(house.client.post(&path, begin).await.json["code"], "not-taken");
    let taken = house.post_as(&li, &format!("{one}/take"), 3, json!(null)).await;
    assert_eq!(taken.json["state"], "taken", "{}", taken.json);
    house.clock.advance(std::time::Duration::from_millis(1));
    let next = li.post(&path, json!({"position": "main", "taker": house.id("zhang")})).await;
    assert_eq!(next.status, 201, "{}", next.json);
    let expected = json!({
        "items": [{"text": "UPS 告警待处理", "link": "/alerts", "done": false}],
        "readings": [{"name": "机房温度", "value": ""}],
        "keys": [{"name": "机房钥匙", "present": false}],
        "notes": "",
    });
    assert_eq!(next.json["content"], expected);
    let verbs = house.verbs().await;
    let expected = "roster.created hand_over.begun hand_over.changed hand_over.given \
        hand_over.taken hand_over.begun";
    assert_eq!(verbs, expected);
    assert_eq!(house.got(&path).await["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn link_that_leads_elsewhere_is_refused() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    let path = format!("/api/v1/duty/rosters/{roster}/hand-overs");
    let begun =
        house.client.post(&path, json!({"position": "main", "taker": house.id("li")})).await;
    let one = format!("/api/v1/duty/hand-overs/{}", begun.json["id"].as_str().unwrap());
    for link in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"] {
        let answer = house.put(&one, 1, json!({"items": [{"text": "x", "link": link}]})).await;
        assert_eq!(answer.status, 400, "{link}");
        assert_eq!(answer.json["fields"][0]["field"], "items[0].link", "{}", answer.json);
    }
}
