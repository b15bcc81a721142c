//! Tickets that another subsystem wants: `kernel::Tickets`.

use kernel::{FaultKind, TicketWish, Tickets as _};
use serde_json::json;

use crate::house::{House, house};

fn wish(house: &House, source: &str) -> TicketWish {
    TicketWish {
        source: source.to_owned(),
        type_key: "incident".to_owned(),
        unit_id: house.unit.clone(),
        subject: "机房巡检 · 机房温度".to_owned(),
        text: "31.5 ℃".to_owned(),
        resource_id: None,
    }
}

#[tokio::test]
async fn wish_opens_a_ticket_once_for_each_source() {
    let house = house().await;
    let first = house.desk.open(wish(&house, "inspection:1:temp")).await.unwrap();
    assert_eq!(first.number, "INC-1");
    let again = house.desk.open(wish(&house, "inspection:1:temp")).await.unwrap();
    assert_eq!((&again.id, &again.number), (&first.id, &first.number));
    let other = house.desk.open(wish(&house, "inspection:2:temp")).await.unwrap();
    assert_eq!(other.number, "INC-2");
    let page = house.page(&first.id).await;
    assert_eq!((&page["channel"], &page["unit"]["id"]), (&json!("api"), &json!(house.unit)));
    assert_eq!(
        (&page["subject"], &page["text"]),
        (&json!("机房巡检 · 机房温度"), &json!("31.5 ℃"))
    );
    assert_eq!(page["state"], "new");
    assert_eq!(page["origin"], json!({"kind": "round", "id": "1"}));
    assert!(page["due_at"].is_string(), "what was promised for its type counts");
    assert_eq!(house.verbs().await, "ticket.opened ticket.opened");
}

#[tokio::test]
async fn two_who_wish_the_same_at_once_get_one_ticket() {
    let house = house().await;
    let (one, two) = tokio::join!(
        house.desk.open(wish(&house, "inspection:1:temp")),
        house.desk.open(wish(&house, "inspection:1:temp")),
    );
    assert_eq!(one.unwrap().id, two.unwrap().id);
    assert_eq!(house.verbs().await, "ticket.opened");
}

#[tokio::test]
async fn wish_that_is_no_ticket_is_refused_by_its_field() {
    let house = house().await;
    let type_key = "parcel".to_owned();
    let wrong_type = TicketWish { type_key, ..wish(&house, "a") };
    let wrong_unit = TicketWish { unit_id: "ops".to_owned(), ..wish(&house, "b") };
    let no_subject = TicketWish { subject: String::new(), ..wish(&house, "c") };
    for (wish, field) in [(wrong_type, "type"), (wrong_unit, "unit_id"), (no_subject, "subject")] {
        let fault = house.desk.open(wish).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Invalid, "{fault:?}");
        assert_eq!(fault.fields[0].field, field);
    }
    assert_eq!(house.verbs().await, "");
}
