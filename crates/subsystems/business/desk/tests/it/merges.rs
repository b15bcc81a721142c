use serde_json::{Value, json};

use crate::house::house;

#[tokio::test]
async fn merged_tickets_are_closed_shown_through_and_told_and_it_can_be_undone() {
    let house = house().await;
    let outside = house.with_form().await;
    let code = house.enquired(&outside).await;
    let enquiry = house.newest().await;
    let master = house.ticket("incident").await;
    let other = house.ticket("request").await;
    house.post(&format!("{other}/comments"), json!({"text": "同样的问题"})).await;
    house.post(&format!("{master}/comments"), json!({"text": "早先的答复", "public": true})).await;
    let merge = json!({"ticket_ids": [enquiry, other]});
    house.post(&format!("{master}/merges"), merge).await;
    let page = house.page(&other).await;
    assert_eq!(
        (&page["state"], &page["links"][0]["kind"]),
        (&json!("closed"), &json!("duplicate_of"))
    );
    assert_eq!(page["merged_into"]["ticket"]["number"], "INC-1", "{page}");
    assert_eq!(house.page(&master).await["merged_into"], Value::Null);
    assert_eq!(house.refused(&other, "reopen", "又坏了").await, "merged");
    // Entries stay where they are and are shown through.
    let thread = house.got(&format!("/api/v1/tickets/{master}/thread?limit=4")).await;
    let next = thread["next"].as_str().unwrap();
    let rest = house.got(&format!("/api/v1/tickets/{master}/thread?after={next}")).await;
    let all = thread["items"].as_array().unwrap().iter().chain(rest["items"].as_array().unwrap());
    let all: Vec<&Value> = all.collect();
    let noted = all.iter().find(|one| one["entry"]["text"] == "同样的问题").unwrap();
    assert_eq!(noted["ticket_number"], "REQ-1");
    assert_eq!(all.len(), 8, "{all:?}");
    // Whoever enquired sees what is replied from then on, and how far the master is.
    house.moved(&master, "resolve", "网络已恢复").await;
    let path = "/api/v1/public/enquiries/status";
    let seen = outside.post(path, json!({"code": code})).await.json;
    assert_eq!(seen["progress"], "answered");
    let lines = seen["lines"].as_array().unwrap();
    assert_eq!((lines.len(), &lines[0]["text"]), (1, &json!("网络已恢复")));
    // Undone: it is again where it was, and nobody was dissatisfied.
    let version = house.page(&other).await["version"].as_i64();
    let undo = format!("/api/v1/tickets/{other}/merge");
    let undone = house.client.delete(&undo, version).await;
    assert_eq!(undone.status, 200, "{}", undone.json);
    assert_eq!((&undone.json["state"], &undone.json["reopened"]), (&json!("new"), &json!(0)));
    assert_eq!((&undone.json["links"], &undone.json["merged_into"]), (&json!([]), &Value::Null));
    let version = undone.json["version"].as_i64();
    assert_eq!(house.client.delete(&undo, version).await.json["code"], "not-merged");
}

#[tokio::test]
async fn what_cannot_be_merged_is_left_as_it_was() {
    let house = house().await;
    let (one, two) = (house.ticket("request").await, house.ticket("request").await);
    let closed = house.ticket("request").await;
    house.moved(&closed, "cancel", "重复").await;
    let path = format!("{one}/merges");
    let merge = |ids: Value| json!({"ticket_ids": ids});
    for (ids, code) in [
        (json!([]), "invalid"),
        (json!([one]), "invalid"),
        (json!([two, two]), "invalid"),
        (json!(["x"]), "invalid"),
        (json!(["01890a5d-ac96-774b-bcce-b302099a8057"]), "not-found"),
        (json!([two, closed]), "not-to-be-merged"),
    ] {
        let answer = house.post_as(&house.client, &path, merge(ids.clone())).await;
        assert_eq!(answer.json["code"], code, "{ids}: {}", answer.json);
    }
    assert_eq!(house.page(&two).await["state"], "new", "all or nothing");
    house.post(&path, merge(json!([two]))).await;
    let three = house.ticket("request").await;
    let answer =
        house.post_as(&house.client, &format!("{three}/merges"), merge(json!([one]))).await;
    assert_eq!(answer.json["code"], "not-to-be-merged", "it is a master");
    let answer =
        house.post_as(&house.client, &format!("{two}/merges"), merge(json!([three]))).await;
    assert_eq!(answer.json["code"], "merged");
}

#[tokio::test]
async fn entry_becomes_a_ticket_of_its_own() {
    let house = house().await;
    let id = house.ticket("request").await;
    house.post(&format!("{id}/comments"), json!({"text": "还有，鼠标也坏了"})).await;
    let path = format!("{id}/entries/2/split");
    let body = json!({"subject": "鼠标损坏", "type": "incident", "unit_id": house.other_unit});
    let part = house.post_as(&house.client, &path, body.clone()).await;
    assert_eq!(part.status, 201, "{}", part.json);
    assert_eq!(
        (&part.json["number"], &part.json["text"]),
        (&json!("INC-1"), &json!("还有，鼠标也坏了"))
    );
    assert_eq!(part.json["requester"]["name"], "王芳");
    let links = house.page(&id).await["links"].clone();
    assert_eq!((&links[0]["number"], &links[0]["kind"]), (&json!("INC-1"), &json!("relates_to")));
    for (entry, body, field) in [
        (9, body.clone(), "entry"),
        (1, body.clone(), "entry"),
        (2, json!({"subject": ""}), "subject"),
        (2, json!({"subject": "x", "type": "none"}), "type"),
        (2, json!({"subject": "x", "unit_id": part.json["id"]}), "unit_id"),
    ] {
        let path = format!("{id}/entries/{entry}/split");
        let answer = house.post_as(&house.client, &path, body).await;
        assert_eq!(answer.json["fields"][0]["field"], field, "{}", answer.json);
    }
}

#[tokio::test]
async fn similar_open_tickets_are_found_and_many_make_a_hot_issue() {
    let house = house().await;
    let other = house.ticket("incident").await;
    let done = house.ticket("request").await;
    house.moved(&done, "resolve", "好了").await;
    let look = json!({"type": "request", "subject": "键盘坏了，无法输入"});
    let path = "/api/v1/tickets/similar";
    assert_eq!(house.client.post(path, look.clone()).await.json["items"], json!([]));
    for _ in 0..5 {
        house.ticket("request").await;
    }
    let found = house.client.post(path, look.clone()).await;
    assert_eq!(found.status, 200, "{}", found.json);
    assert_eq!(
        (found.json["items"].as_array().unwrap().len(), &found.json["hot"]),
        (5, &json!(true))
    );
    assert!(!found.text.contains(&other), "another type");
    let else_where = json!({"type": "request", "subject": "申请邮箱 100%_"});
    assert_eq!(house.client.post(path, else_where).await.json["items"], json!([]));
    for (body, field) in [
        (json!({"type": "none", "subject": "x"}), "type"),
        (json!({"type": "request", "subject": ""}), "subject"),
        (json!({"type": "request", "subject": "x", "region_id": "x"}), "region_id"),
    ] {
        assert_eq!(house.client.post(path, body).await.json["fields"][0]["field"], field);
    }
}
