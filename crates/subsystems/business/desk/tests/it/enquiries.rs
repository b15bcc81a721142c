use kernel::Within;
use serde_json::json;

use crate::house::house;

/// 登记 受理 派单 退回 改派 办理 协办 答复 审核 回访 办结 归档, 督办 beside it.
#[tokio::test]
async fn enquiry_goes_through_units_and_back() {
    let house = house().await;
    let id = house.ticket("enquiry").await;
    house.moved(&id, "accept", "").await;
    let dispatch = |transition: &str, unit: &str| {
        let text = "请办理";
        json!({"transition": transition, "unit_id": unit, "text": text})
    };
    house.post(&format!("{id}/transitions"), dispatch("dispatch", &house.other_unit)).await;
    let page = house.moved(&id, "return", "不属本单位职责").await;
    assert_eq!((&page["unit"]["id"], &page["state"]), (&json!(house.unit), &json!("returned")));
    house.post(&format!("{id}/transitions"), dispatch("redirect", &house.other_unit)).await;
    house.moved(&id, "handle", "").await;
    let order = json!({"text": "限期办结", "due_at": "2026-09-25T09:00:00Z"});
    let page = house.post(&format!("{id}/orders"), order).await;
    assert_eq!(page["supervised"], true);
    let assist = json!({"unit_id": house.unit, "text": "请提供数据"});
    let page = house.post(&format!("{id}/assists"), assist).await;
    let hops = page["hops"].as_array().unwrap();
    let shown: Vec<String> = hops
        .iter()
        .map(|hop| format!("{} {}", hop["kind"].as_str().unwrap(), hop["ending"]))
        .collect();
    let expected = [
        "lead \"handed_over\"",
        "lead \"returned\"",
        "lead \"handed_over\"",
        "lead null",
        "assist null",
    ];
    assert_eq!(shown, expected);
    assert_eq!(house.refused(&id, "answer", "已修复").await, "assists-open");
    house.post(&format!("{id}/assists/5/answer"), json!({"text": "数据见附件"})).await;
    house.moved(&id, "answer", "已修复，感谢来电").await;
    // Who answered does not approve.
    assert_eq!(house.refused(&id, "approve", "已修复").await, "by-another");
    let within = Within { units: [house.other_unit.clone()].into(), ..Within::default() };
    let all = ["ticket.read", "ticket.work", "ticket.assign"];
    let chief = house.client.holding(&all, &within);
    let approve = json!({"transition": "approve", "text": "已修复，感谢来电"});
    let approved = house.post_as(&chief, &format!("{id}/transitions"), approve).await;
    assert_eq!(approved.json["state"], "approved", "{}", approved.json);
    let call = json!({"transition": "call_back"});
    let called = house.post_as(&chief, &format!("{id}/transitions"), call).await;
    assert_eq!(called.json["state"], "called_back", "{}", called.json);
    house.post(&format!("{id}/orders/1/report"), json!({"text": "已办结"})).await;
    house.moved(&id, "conclude", "").await;
    let page = house.moved(&id, "archive", "").await;
    assert_eq!((&page["phase"], &page["supervised"]), (&json!("closed"), &json!(false)));
    let entries = house.got(&format!("/api/v1/tickets/{id}/entries")).await;
    let public = entries["items"].as_array().unwrap().iter().filter(|one| one["public"] == true);
    assert_eq!(public.count(), 2, "it was opened, and the approved answer");
}

#[tokio::test]
async fn return_has_a_deadline() {
    let house = house().await;
    let id = house.ticket("enquiry").await;
    house.moved(&id, "accept", "").await;
    let body = json!({"transition": "dispatch", "unit_id": house.other_unit});
    house.post(&format!("{id}/transitions"), body).await;
    // One workday: until Tuesday 17:30.
    house.at("23T08:00");
    assert_eq!(house.refused(&id, "return", "不属本单位职责").await, "too-late");
}
