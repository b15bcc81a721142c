use serde_json::{Value, json};

use crate::house::house;

const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

#[tokio::test]
async fn many_tickets_are_changed_and_each_says_what_became_of_it() {
    let house = house().await;
    let (one, two) = (house.ticket("request").await, house.ticket("request").await);
    let closed = house.ticket("request").await;
    house.moved(&closed, "cancel", "重复").await;
    let path = "/api/v1/tickets/bulk";
    let bulk = |action: Value| json!({"ticket_ids": [one, closed, NOBODY, two], "action": action});
    let told = |answer: &Value| -> Vec<String> {
        let items = answer["items"].as_array().unwrap().iter();
        items.map(|one| one["code"].as_str().unwrap_or("done").to_owned()).collect()
    };
    let assign = json!({"assign": {"person_id": house.people["zhang"]}});
    let answer = house.client.post(path, bulk(assign)).await;
    assert_eq!(told(&answer.json), ["done", "over", "not-found", "done"], "{}", answer.json);
    assert_eq!(answer.json["items"][1]["number"], "REQ-3");
    assert!(answer.json["items"][1]["why"]["zh"].as_str().unwrap().contains("已关闭"));
    let resolve = json!({"move": {"transition": "resolve", "text": "统一处理"}});
    let answer = house.client.post(path, bulk(resolve)).await;
    assert_eq!(told(&answer.json), ["done", "wrong-state", "not-found", "done"]);
    let levels = json!({"priority": {"impact": "high", "urgency": "high"}});
    let answer = house.client.post(path, bulk(levels)).await;
    assert_eq!(told(&answer.json), ["done", "done", "not-found", "done"]);
    assert_eq!(house.page(&two).await["priority"], 1);
    // Who may not, may not by the dozen.
    let assign = json!({"assign": {"person_id": house.people["zhang"]}});
    let within = kernel::Within { units: [house.unit.clone()].into(), ..Default::default() };
    let reader = house.client.holding(&["ticket.read", "ticket.work"], &within);
    let answer = reader.post(path, bulk(assign)).await;
    assert_eq!(told(&answer.json)[0], "forbidden");
    for (body, field) in [
        (json!({"ticket_ids": [], "action": {"assign": {}}}), "ticket_ids"),
        (json!({"ticket_ids": vec![NOBODY; 501], "action": {"assign": {}}}), "ticket_ids"),
        (json!({"ticket_ids": ["x"], "action": {"assign": {}}}), "ticket_ids[0]"),
        (json!({"ticket_ids": [NOBODY], "action": {"burn": {}}}), "action"),
    ] {
        let answer = house.client.post(path, body).await;
        assert_eq!(answer.json["fields"][0]["field"], field, "{}", answer.json);
    }
}

#[tokio::test]
async fn lists_and_figures_are_exported_and_compute_nothing() {
    let house = house().await;
    let mut body = house.body("request");
    body["content"]["subject"] = json!("=HYPERLINK(\"http://x\")");
    house.made("/api/v1/tickets", body).await;
    let id = house.ticket("incident").await;
    house.moved(&id, "accept", "").await;
    let path = "/api/v1/tickets/export";
    let csv = house.client.with_header("accept-language", "zh-CN");
    let csv = csv.get(&format!("{path}?format=csv")).await;
    assert_eq!(csv.status, 200, "{}", csv.text);
    let lines: Vec<&str> = csv.text.lines().collect();
    assert!(lines[0].starts_with("\u{feff}编号,类型,主题,状态,"), "{}", lines[0]);
    assert!(lines[1].starts_with("INC-1,故障单,键盘损坏,处理中,active,3,ops,"), "{}", lines[1]);
    assert!(lines[2].contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{}", lines[2]);
    let book = house.client.get(path).await;
    assert_eq!(book.status, 200);
    assert!(book.headers["content-disposition"].to_str().unwrap().contains("tickets.xlsx"));
    let figures = house.client.get("/api/v1/ticket-figures/export?format=csv&by=unit").await;
    assert_eq!(figures.text.lines().count(), 2, "{}", figures.text);
    let wrong = house.client.get(&format!("{path}?format=pdf")).await;
    assert_eq!(wrong.json["fields"][0]["field"], "format");
    // The filter and the scope are those of the list.
    let some = house.client.get(&format!("{path}?format=csv&type=incident")).await;
    assert_eq!(some.text.lines().count(), 2);
    let within = kernel::Within { units: [house.other_unit.clone()].into(), ..Default::default() };
    let other = house.client.holding(&["ticket.read"], &within);
    assert_eq!(other.get(&format!("{path}?format=csv")).await.text.lines().count(), 1);
}
