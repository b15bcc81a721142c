use kernel::SeenTicket;
use serde_json::{Value, json};

use crate::house::{ARTICLES, House, house};

const FROM_TICKET: &str = "/api/v1/knowledge/articles/from-ticket";

fn ticket(house: &House, id: &str, resources: &[&str]) -> SeenTicket {
    SeenTicket {
        id: id.to_owned(),
        number: format!("INC-{id}"),
        unit_id: house.unit.clone(),
        resource_ids: resources.iter().map(|&id| id.to_owned()).collect(),
        subject: "三楼打印机\n无法打印".to_owned(),
        text: "张三报：任务一直排队".to_owned(),
        answer: "重启打印后台服务".to_owned(),
        solved: true,
        may_work: true,
    }
}

#[tokio::test]
async fn solved_ticket_becomes_a_draft_once_and_the_two_are_linked() {
    let house = house().await;
    let (seen, hidden) =
        (house.host("p-1", &house.unit).await, house.host("p-2", &house.other_unit).await);
    house.desk.put(ticket(&house, "7", &[&seen, &hidden]));
    let agent =
        house.colleague(&["knowledge.read", "knowledge.write", "resource.read", "ticket.read"]);
    let made = agent.post(FROM_TICKET, json!({"ticket_id": "7"})).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let article = &made.json["article"];
    assert_eq!(article["title"], "三楼打印机 无法打印");
    assert_eq!(
        (&article["symptom"], &article["answer"]),
        (&json!("张三报：任务一直排队"), &json!("重启打印后台服务"))
    );
    assert_eq!((&article["audience"], &article["unit_id"]), (&json!("agents"), &json!(house.unit)));
    assert_eq!(article["resource_ids"], json!([seen]), "those that one sees");
    assert_eq!(made.json["source"], json!({"id": "7", "number": "INC-7"}));
    assert_eq!(made.json["state"], "draft");
    let again = agent.post(FROM_TICKET, json!({"ticket_id": "7"})).await;
    assert_eq!((again.status.as_u16(), &again.json["code"]), (409, &json!("article-exists")));
    assert!(again.json.to_string().contains("KB-1"), "{}", again.json);
    let of_ticket = agent.get("/api/v1/knowledge/tickets/7/articles").await;
    assert_eq!(of_ticket.json["items"][0]["number"], "KB-1", "{}", of_ticket.json);
    assert_eq!(of_ticket.json["items"][0]["published"], false);
    let id = made.json["id"].as_str().unwrap();
    let tickets = house.got(&format!("{ARTICLES}/{id}/tickets")).await;
    assert_eq!(tickets["items"][0]["number"], "INC-7");
    assert_eq!(house.facts().await[0].detail["ticket"], "INC-7");
}

#[tokio::test]
async fn ticket_that_is_open_or_out_of_sight_becomes_no_article() {
    let house = house().await;
    house.desk.put(SeenTicket { solved: false, ..ticket(&house, "8", &[]) });
    let open = house.client.post(FROM_TICKET, json!({"ticket_id": "8"})).await;
    assert_eq!((open.status.as_u16(), &open.json["code"]), (409, &json!("not-solved")));
    let absent = house.client.post(FROM_TICKET, json!({"ticket_id": "9"})).await;
    assert_eq!(absent.status, 404, "{}", absent.json);
    let unit_id = house.other_unit.clone();
    house.desk.put(SeenTicket { unit_id, ..ticket(&house, "10", &[]) });
    let agent = house.colleague(&["knowledge.write"]);
    assert_eq!(agent.post(FROM_TICKET, json!({"ticket_id": "10"})).await.status, 403);
    assert!(house.facts().await.is_empty());
}

#[tokio::test]
async fn articles_are_linked_to_tickets_by_whoever_works_on_these() {
    let house = house().await;
    house.desk.put(ticket(&house, "7", &[]));
    let path = house.published(house.printer()).await;
    let id = path.rsplit('/').next().unwrap();
    let link = format!("/api/v1/knowledge/tickets/7/articles/{id}");
    for _ in 0..2 {
        assert_eq!(house.client.send("PUT", &link, None, None).await.status, 204);
    }
    let listed = house.got("/api/v1/knowledge/tickets/7/articles").await;
    let one = &listed["items"][0];
    assert_eq!((&one["published"], &one["title"]), (&json!(true), &json!("三楼打印机无法打印")));
    let viewer = house.colleague(&["ticket.work", "ticket.read", "profile.read"]);
    assert_eq!(viewer.send("PUT", &link, None, None).await.status, 403, "works on no ticket");
    let seen = viewer.get("/api/v1/knowledge/tickets/7/articles").await;
    assert_eq!(seen.json["items"].as_array().unwrap().len(), 1, "for everybody: {}", seen.json);
    assert_eq!(house.client.delete(&link, None).await.status, 204);
    assert_eq!(house.client.delete(&link, None).await.status, 204);
    assert_eq!(house.got("/api/v1/knowledge/tickets/7/articles").await["items"], json!([]));
    assert_eq!(house.verbs().await, "created submitted published linked unlinked");
    let absent =
        house.client.send("PUT", "/api/v1/knowledge/tickets/7/articles/x", None, None).await;
    assert_eq!(absent.json["fields"][0]["field"], Value::from("id"), "{}", absent.json);
}

#[tokio::test]
async fn draft_of_another_unit_is_neither_linked_nor_named_by_a_ticket() {
    let house = house().await;
    house.desk.put(ticket(&house, "7", &[]));
    let mut body = house.printer();
    body["unit_id"] = json!(house.other_unit);
    let draft = house.made(ARTICLES, body).await;
    let link = format!("/api/v1/knowledge/tickets/7/articles/{draft}");
    assert_eq!(house.client.send("PUT", &link, None, None).await.status, 204);
    let agent = house.colleague(&["ticket.read", "knowledge.read"]);
    let seen = agent.get("/api/v1/knowledge/tickets/7/articles").await;
    assert_eq!(seen.json["items"], json!([]), "{}", seen.json);
}
