use serde_json::{Value, json};

use crate::house::{ARTICLES, PUBLISHED, house};

#[tokio::test]
async fn article_is_written_handed_in_and_published_by_somebody_else() {
    let house = house().await;
    let path = format!("{ARTICLES}/{}", house.made(ARTICLES, house.printer()).await);
    let draft = house.got(&path).await;
    assert_eq!((&draft["number"], &draft["state"]), (&json!("KB-1"), &json!("draft")));
    assert_eq!((&draft["authors"], &draft["wrote"]), (&json!(["administrator"]), &json!(true)));
    assert_eq!((&draft["live"], &draft["may_approve"]), (&json!(false), &json!(true)));
    let handed = house.act(&house.client, (&path, "submit"), (1, Value::Null)).await;
    assert_eq!(handed.json["state"], "in_review", "{}", handed.json);
    let own = house.act(&house.client, (&path, "publish"), (2, Value::Null)).await;
    assert_eq!((own.status.as_u16(), &own.json["code"]), (409, &json!("by-another")));
    let other = house.approver();
    let published = house.act(&other, (&path, "publish"), (2, Value::Null)).await;
    assert_eq!(published.json["state"], "published", "{}", published.json);
    assert_eq!((&published.json["revision"], &published.json["live"]), (&json!(1), &json!(true)));
    let late = house.act(&house.client, (&path, "submit"), (3, Value::Null)).await;
    assert_eq!((late.status.as_u16(), &late.json["code"]), (409, &json!("wrong-state")));
    assert_eq!(house.verbs().await, "created submitted published");
}

#[tokio::test]
async fn what_is_sent_back_says_why_and_what_is_taken_back_is_a_draft_again() {
    let house = house().await;
    let path = format!("{ARTICLES}/{}", house.made(ARTICLES, house.printer()).await);
    house.act(&house.client, (&path, "submit"), (1, Value::Null)).await;
    let other = house.approver();
    let without = house.act(&other, (&path, "return"), (2, json!({"reason": " "}))).await;
    assert_eq!(without.json["fields"][0]["field"], "reason", "{}", without.json);
    let back = house.act(&other, (&path, "return"), (2, json!({"reason": "缺少截图"}))).await;
    let said = (&back.json["state"], &back.json["returned"]);
    assert_eq!(said, (&json!("draft"), &json!("缺少截图")), "{}", back.json);
    let again = house.act(&house.client, (&path, "submit"), (3, Value::Null)).await;
    assert_eq!(again.json["returned"], "", "it is over with");
    let taken = house.act(&house.client, (&path, "withdraw"), (4, Value::Null)).await;
    assert_eq!(taken.json["state"], "draft", "{}", taken.json);
    let facts = house.facts().await;
    assert!(facts.iter().all(|row| !row.detail.to_string().contains("截图")), "no words of people");
    assert_eq!(house.verbs().await, "created submitted returned submitted withdrawn");
}

#[tokio::test]
async fn published_text_is_read_on_while_the_next_is_written_and_every_revision_is_kept() {
    let house = house().await;
    let path = house.published(house.printer()).await;
    let id = path.rsplit('/').next().unwrap();
    let mut body = house.printer();
    body["answer"] = json!("换一台打印机");
    body["audience"] = json!("agents");
    let changed = house.client.send("PUT", &path, Some(body.to_string()), Some(3)).await;
    assert_eq!(changed.json["state"], "draft", "{}", changed.json);
    assert_eq!(changed.json["authors"], json!(["administrator"]));
    let reader = house.colleague(&["profile.read"]);
    let read = reader.get(&format!("{PUBLISHED}/{id}")).await;
    assert!(read.json["article"]["answer"].as_str().unwrap().contains("重启"), "{}", read.json);
    let stale = house.client.send("PUT", &path, Some(body.to_string()), Some(3)).await;
    assert_eq!(stale.status, 412);
    house.again(&path).await;
    assert_eq!(reader.get(&format!("{PUBLISHED}/{id}")).await.status, 404, "for agents now");
    let revisions = house.got(&format!("{path}/revisions")).await;
    let kept: Vec<_> = revisions["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["revision"].as_i64().unwrap(), one["live"].as_bool().unwrap()))
        .collect();
    assert_eq!(kept, [(2, true), (1, false)]);
    let first = &revisions["items"][1];
    assert!(first["article"]["answer"].as_str().unwrap().contains("重启"), "{first}");
    assert_eq!(
        (&first["published_by"], &first["authors"][0]),
        (&json!("viewer"), &json!("administrator"))
    );
}

#[tokio::test]
async fn retired_article_is_read_no_more_until_it_is_published_again() {
    let house = house().await;
    let path = house.published(house.printer()).await;
    let id = path.rsplit('/').next().unwrap();
    let reader = house.colleague(&["profile.read"]);
    assert_eq!(house.found(&reader, "打印机").await, ["三楼打印机无法打印"]);
    let retired = house.act(&house.client, (&path, "retire"), (3, Value::Null)).await;
    assert_eq!((&retired.json["state"], &retired.json["live"]), (&json!("retired"), &json!(false)));
    assert_eq!(reader.get(&format!("{PUBLISHED}/{id}")).await.status, 404);
    assert!(house.found(&reader, "打印机").await.is_empty());
    let put = house.printer().to_string();
    let over = house.client.send("PUT", &path, Some(put), Some(4)).await;
    assert_eq!((over.status.as_u16(), &over.json["code"]), (409, &json!("wrong-state")));
    let revived = house.act(&house.client, (&path, "revive"), (4, Value::Null)).await;
    assert_eq!(revived.json["state"], "draft", "{}", revived.json);
    assert_eq!(reader.get(&format!("{PUBLISHED}/{id}")).await.status, 404, "not yet");
    house.again(&path).await;
    let read = reader.get(&format!("{PUBLISHED}/{id}")).await;
    assert_eq!(read.json["article"]["revision"], 2, "{}", read.json);
}

#[tokio::test]
async fn what_is_due_for_review_is_listed_until_somebody_says_that_it_holds() {
    let house = house().await;
    let mut body = house.printer();
    body["review_on"] = json!("2026-09-21");
    let path = house.published(body.clone()).await;
    body["review_on"] = json!("2026-09-22");
    house.published(body).await;
    let due = house.got(&format!("{ARTICLES}?due=true")).await;
    let numbers: Vec<_> =
        due["items"].as_array().unwrap().iter().map(|one| &one["number"]).collect();
    assert_eq!(numbers, ["KB-1"], "today, in Shanghai");
    assert_eq!(due["items"][0]["due"], true);
    let past = json!({"review_on": "2026-09-21"});
    let past = house.act(&house.client, (&path, "confirm"), (3, past)).await;
    assert_eq!(past.json["fields"][0]["field"], "review_on", "{}", past.json);
    let next = json!({"review_on": "2027-09-21"});
    let held = house.act(&house.client, (&path, "confirm"), (3, next)).await;
    assert_eq!((&held.json["state"], &held.json["due"]), (&json!("published"), &json!(false)));
    let due = house.got(&format!("{ARTICLES}?due=true")).await;
    assert_eq!(due["items"], json!([]));
    assert!(house.verbs().await.ends_with("confirmed"));
}

#[tokio::test]
async fn articles_are_paged_narrowed_and_found_by_their_words() {
    let house = house().await;
    let host = house.host("print-1", &house.unit).await;
    for (title, category, resources) in [
        ("打印机卡纸", "外设", json!([host])),
        ("VPN cannot connect", "网络", json!([])),
        ("邮箱容量已满", "邮件", json!([])),
    ] {
        let mut body = house.printer();
        body["title"] = json!(title);
        body["category"] = json!(category);
        body["keywords"] = json!([]);
        body["resource_ids"] = resources;
        house.made(ARTICLES, body).await;
    }
    let first = house.got(&format!("{ARTICLES}?limit=2")).await;
    assert_eq!(first["items"][0]["number"], "KB-3", "the newest first");
    let next = first["next"].as_str().unwrap();
    let rest = house.got(&format!("{ARTICLES}?limit=2&after={next}")).await;
    assert_eq!((&rest["items"][0]["number"], &rest["next"]), (&json!("KB-1"), &json!(null)));
    for (query, expected) in [
        ("q=vpn", "KB-2"),
        ("q=KB-3", "KB-3"),
        (&format!("q={}", crate::house::encoded("卡纸")), "KB-1"),
        (&format!("category={}", crate::house::encoded("邮件")), "KB-3"),
        (&format!("resource_id={host}"), "KB-1"),
    ] {
        let found = house.got(&format!("{ARTICLES}?{query}")).await;
        let items = found["items"].as_array().unwrap();
        assert_eq!((items.len(), &items[0]["number"]), (1, &json!(expected)), "{query}");
    }
    assert_eq!(house.got(&format!("{ARTICLES}?state=published")).await["items"], json!([]));
}
