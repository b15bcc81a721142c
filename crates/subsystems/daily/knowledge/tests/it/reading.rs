use serde_json::{Value, json};

use crate::house::{ARTICLES, PUBLISHED, encoded, house, titles};

#[tokio::test]
async fn what_is_typed_suggests_the_articles_that_say_about_the_same() {
    let house = house().await;
    house.published(house.printer()).await;
    let mut vpn = house.printer();
    vpn["title"] = json!("VPN 连接超时");
    vpn["keywords"] = json!([]);
    vpn["symptom"] = json!("");
    vpn["answer"] = json!("检查打印机旁的网线");
    house.published(vpn).await;
    let reader = house.colleague(&["profile.read"]);
    let found = house.found(&reader, "我们三楼的打印机又不能打印了，请派人来看看").await;
    assert_eq!(found[0], "三楼打印机无法打印");
    assert_eq!(house.found(&reader, "vpn 超时").await, ["VPN 连接超时"]);
    assert_eq!(house.found(&reader, "print").await, ["三楼打印机无法打印"], "as it is typed");
    assert!(house.found(&reader, "申请新的工位").await.is_empty());
    assert!(house.found(&reader, " ").await.is_empty());
}

#[tokio::test]
async fn drafts_are_not_suggested_and_words_of_the_draft_do_not_find_what_was_published() {
    let house = house().await;
    house.made(ARTICLES, house.printer()).await;
    let reader = house.colleague(&["profile.read"]);
    assert!(house.found(&reader, "打印机").await.is_empty());
    let path = house.published(house.printer()).await;
    let mut body = house.printer();
    body["title"] = json!("扫描仪离线");
    house.client.send("PUT", &path, Some(body.to_string()), Some(3)).await;
    assert!(house.found(&reader, "扫描仪").await.is_empty());
    assert_eq!(house.found(&reader, "打印机").await, ["三楼打印机无法打印"]);
}

#[tokio::test]
async fn each_reads_what_is_for_them_and_the_public_what_is_for_everybody() {
    let house = house().await;
    for audience in ["agents", "staff", "public"] {
        let mut body = house.printer();
        body["audience"] = json!(audience);
        body["title"] = json!(format!("打印机 {audience}"));
        house.published(body).await;
    }
    let stranger = house.client.as_stranger();
    let search = |path: &str| format!("{path}?q={}", encoded("打印机"));
    let public = search("/api/v1/public/knowledge/search");
    assert_eq!(titles(&stranger.get(&public).await), ["打印机 public"]);
    let own = search("/api/v1/knowledge/search");
    assert_eq!(stranger.get(&own).await.status, 401);
    let staff = house.colleague(&["profile.read"]);
    let (agent, all) = (house.colleague(&["profile.read", "knowledge.read"]), 3);
    for (client, count) in [(&staff, 2), (&agent, all)] {
        assert_eq!(titles(&client.get(&own).await).len(), count);
        let listed = client.get(PUBLISHED).await;
        assert_eq!(titles(&listed).len(), count, "{}", listed.json);
        for one in listed.json["items"].as_array().unwrap() {
            let id = one["id"].as_str().unwrap();
            assert_eq!(client.get(&format!("{PUBLISHED}/{id}")).await.status, 200);
            let as_public = stranger.get(&format!("/api/v1/public/knowledge/{id}")).await;
            let is_public = one["title"] == "打印机 public";
            assert_eq!(as_public.status.as_u16(), if is_public { 200 } else { 404 }, "{one}");
            let all = as_public.json.to_string();
            assert!(!all.contains("unit") && !all.contains("owner"), "{all}");
        }
    }
}

#[tokio::test]
async fn each_reader_has_one_vote_that_they_may_change() {
    let house = house().await;
    let path = house.published(house.printer()).await;
    let id = path.rsplit('/').next().unwrap();
    let vote = format!("{PUBLISHED}/{id}/vote");
    let say = |useful: bool| Some(json!({"useful": useful}).to_string());
    let reader = house.colleague(&["profile.read", "profile.change"]);
    let first = reader.send("PUT", &vote, say(false), None).await;
    assert_eq!(first.json["votes"], json!({"useful": 0, "useless": 1}), "{}", first.json);
    let again = reader.send("PUT", &vote, say(true), None).await;
    assert_eq!(again.json["votes"], json!({"useful": 1, "useless": 0}), "{}", again.json);
    assert_eq!(again.json["own_vote"], true);
    reader.send("PUT", &vote, say(true), None).await;
    let other = house.client.send("PUT", &vote, say(true), None).await;
    assert_eq!(other.json["votes"]["useful"], 2, "{}", other.json);
    assert_eq!(house.got(&path).await["votes"]["useful"], 2);
    let votes = house.verbs().await.matches("voted").count();
    assert_eq!(votes, 3, "what says nothing new is no fact");
    let draft = house.made(ARTICLES, house.printer()).await;
    let unread = reader.send("PUT", &format!("{PUBLISHED}/{draft}/vote"), say(true), None).await;
    assert_eq!(unread.status, 404);
    let wrong = reader.send("PUT", &vote, Some(json!({"useful": 5}).to_string()), None).await;
    assert_eq!(wrong.json["fields"][0]["field"], "useful", "{}", wrong.json);
    let page = house.client.get(PUBLISHED).await;
    assert_eq!(page.json["items"][0]["votes"]["useful"], Value::from(2), "{}", page.json);
}
