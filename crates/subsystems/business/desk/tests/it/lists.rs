use http_kit::SearchSource as _;
use kernel::{Caller, Grant};
use serde_json::{Value, json};

use crate::house::house;

fn numbers(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn work_lists_and_counts_agree() {
    let house = house().await;
    let (one, two) = (house.ticket("request").await, house.ticket("incident").await);
    let mut other = house.body("request");
    other["unit_id"] = json!(house.other_unit);
    other["content"]["urgency"] = json!("high");
    other["content"]["subject"] = json!("100% 满_磁盘");
    house.made("/api/v1/tickets", other).await;
    house.post(&format!("{one}/assignment"), json!({"person_id": house.people["zhang"]})).await;
    let post = json!({"code": "dba", "title": {"en": "DBA", "zh": "数据库岗"},
        "unit_id": house.unit, "from": "2020-01-01"});
    let post = house.made("/api/v1/posts", post).await;
    let holding = json!({"person_id": house.people["zhang"], "post_id": post,
        "from": "2020-01-01"});
    let held = house.client.post("/api/v1/holdings", holding).await;
    assert_eq!(held.status, 201, "{}", held.json);
    house.post(&format!("{two}/assignment"), json!({"post_id": post})).await;
    for (query, expected) in [
        ("", vec!["REQ-2", "INC-1", "REQ-1"]),
        ("whose=mine", vec!["REQ-1"]),
        ("whose=my_posts", vec!["INC-1"]),
        ("whose=my_unit", vec!["INC-1", "REQ-1"]),
        ("whose=nobodys", vec!["REQ-2"]),
        ("type=request", vec!["REQ-2", "REQ-1"]),
        ("priority=2", vec!["REQ-2"]),
        ("sort=due", vec!["REQ-2", "REQ-1", "INC-1"]),
        ("q=inc-1", vec!["INC-1"]),
        ("q=%25%20%E6%BB%A1_", vec!["REQ-2"]),
        ("q=%25%25", vec![]),
        ("open=false", vec![]),
        ("phase=new", vec!["REQ-2", "INC-1", "REQ-1"]),
        ("overdue=true", vec![]),
    ] {
        let found = house.got(&format!("/api/v1/tickets?{query}")).await;
        assert_eq!(numbers(&found), expected, "{query}");
    }
    let by_unit = house.got(&format!("/api/v1/tickets?unit_id={}", house.other_unit)).await;
    assert_eq!(numbers(&by_unit), ["REQ-2"]);
    let counts = house.got("/api/v1/ticket-counts").await;
    let expected = json!({"open": 3, "mine": 1, "my_posts": 1, "my_unit": 2, "nobodys": 1,
        "overdue": 0, "supervised": 0});
    assert_eq!(counts, expected);
}

#[tokio::test]
async fn lists_are_paged_by_key_in_both_orders() {
    let house = house().await;
    for kind in ["request", "incident", "request", "incident", "request"] {
        house.ticket(kind).await;
    }
    for sort in ["newest", "due"] {
        let (mut after, mut all) = (String::new(), Vec::new());
        for _ in 0..3 {
            let path = format!("/api/v1/tickets?sort={sort}&limit=2&after={after}");
            let page = house.got(&path).await;
            all.extend(numbers(&page).into_iter().map(str::to_owned));
            after = page["next"].as_str().unwrap_or_default().to_owned();
        }
        assert_eq!(after, "", "{sort}");
        let once: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!((all.len(), once.len()), (5, 5), "{sort}: {all:?}");
    }
}

#[tokio::test]
async fn figures_tell_what_was_promised_and_kept() {
    let house = house().await;
    let (kept, broken) = (house.ticket("request").await, house.ticket("request").await);
    house.ticket("incident").await;
    house.at("21T10:00");
    house.moved(&kept, "resolve", "x").await;
    house.at("29T10:00");
    house.moved(&broken, "resolve", "x").await;
    let figures = house.got("/api/v1/ticket-figures?by=type").await;
    let requests = &figures["items"][0];
    assert_eq!(
        (&requests["key"], &requests["name"]["zh"]),
        (&json!("request"), &json!("服务请求"))
    );
    for (field, expected) in [
        ("opened", 2),
        ("open", 0),
        ("resolution_kept", 1),
        ("resolution_broken", 1),
        ("response_kept", 1),
        ("reopened", 0),
    ] {
        assert_eq!(requests[field], expected, "{field}");
    }
    // An hour; and, as 2026-09-25 is a holiday, 38.5 hours.
    let mean = requests["resolution_mean_s"].as_f64().unwrap() / 3600.0;
    assert!((mean - 19.75).abs() < 0.01, "{mean}");
    assert_eq!(figures["items"][1]["overdue"], 1);
    for by in ["unit", "region", "channel", "priority"] {
        let figures = house.got(&format!("/api/v1/ticket-figures?by={by}")).await;
        assert_eq!(figures["items"][0]["opened"], 3, "{by}");
    }
}

#[tokio::test]
async fn saved_lists_are_ones_own() {
    let house = house().await;
    let body = json!({"name": "我的超期", "query": {"whose": "mine", "overdue": "true"}});
    let id = house.made("/api/v1/work-lists", body).await;
    let others = house.client.as_viewer();
    assert_eq!(others.get("/api/v1/work-lists").await.json["items"], json!([]));
    assert_eq!(others.delete(&format!("/api/v1/work-lists/{id}"), None).await.status, 404);
    let own = house.got("/api/v1/work-lists").await;
    assert_eq!(own["items"][0]["query"]["whose"], "mine");
    let wrong = json!({"name": "", "query": {"a": 1}});
    assert_eq!(house.client.post("/api/v1/work-lists", wrong).await.status, 400);
    let gone = house.client.delete(&format!("/api/v1/work-lists/{id}"), None).await;
    assert_eq!(gone.status, 204);
}

#[tokio::test]
async fn search_finds_the_tickets_that_one_sees() {
    let house = house().await;
    house.ticket("request").await;
    let mut caller = Caller::system("test");
    let found = house.desk.search(&caller, "键盘", 8).await.unwrap();
    assert_eq!(
        (found[0].r#type.as_str(), found[0].title.zh.as_str()),
        ("ticket", "REQ-1 键盘损坏")
    );
    assert_eq!(house.desk.search(&caller, "req-1", 8).await.unwrap().len(), 1);
    assert!(house.desk.search(&caller, "打印机", 8).await.unwrap().is_empty());
    caller.grant = Grant::Nothing;
    assert!(house.desk.search(&caller, "键盘", 8).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_figures_count_is_listed_by_the_same_question() {
    let house = house().await;
    let (kept, broken) = (house.ticket("request").await, house.ticket("request").await);
    let mut by_phone = house.body("incident");
    by_phone["channel"] = json!("phone");
    house.made("/api/v1/tickets", by_phone).await;
    house.moved(&kept, "accept", "").await;
    house.moved(&kept, "resolve", "done").await;
    house.moved(&kept, "reopen", "again").await;
    // The response is due within hours of working time.
    house.at("28T17:00");
    house.moved(&broken, "accept", "").await;
    let due = house.page(&kept).await["due_at"].as_str().unwrap().to_owned();
    let after = "2026-09-30T00:00:00Z";
    for (query, expected) in [
        ("channel=phone", vec!["INC-1"]),
        ("channel=portal", vec!["REQ-2", "REQ-1"]),
        ("reopened=true", vec!["REQ-1"]),
        ("reopened=false", vec!["INC-1", "REQ-2"]),
        ("response_kept=true", vec!["REQ-1"]),
        ("response_kept=false", vec!["REQ-2"]),
        ("response_kept=true&reopened=true&channel=portal", vec!["REQ-1"]),
        (&format!("due_from={due}&type=request"), vec!["REQ-2", "REQ-1"]),
        (&format!("due_to={due}&type=request"), vec![]),
        (&format!("due_from={after}"), vec![]),
        (&format!("due_to={after}"), vec!["INC-1", "REQ-2", "REQ-1"]),
    ] {
        let found = house.got(&format!("/api/v1/tickets?{query}")).await;
        assert_eq!(numbers(&found), expected, "{query}");
        let sheet = house.client.get(&format!("/api/v1/tickets/export?format=csv&{query}")).await;
        assert_eq!(sheet.status, 200);
        assert_eq!(sheet.text.lines().count(), expected.len() + 1, "{query}: {}", sheet.text);
    }
    let refused = house.client.get("/api/v1/tickets?channel=pigeon").await;
    assert_eq!(refused.json["fields"][0]["field"], "channel", "{}", refused.json);
    let refused = house.client.get("/api/v1/tickets?due_from=soon").await;
    assert_eq!(refused.json["fields"][0]["field"], "due_from", "{}", refused.json);
}
