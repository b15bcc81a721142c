use serde_json::{Value, json};

use crate::house::{CAMPAIGNS, house};

#[tokio::test]
async fn campaign_that_is_none_is_refused_by_its_field() {
    let house = house().await;
    let absent = "01890a5d-ac96-774b-bcce-b302099a8057";
    let gone = house.machine("pc-1", &house.unit).await;
    let retired = house.client.delete(&format!("/api/v1/resources/{gone}"), Some(1)).await;
    assert_eq!(retired.status, 200, "{}", retired.json);
    let cases: [(&str, Value, &str); 13] = [
        ("name", json!(" "), "name"),
        ("name", json!("a\nb"), "name"),
        ("software", json!("x".repeat(101)), "software"),
        ("software_version", json!("x".repeat(61)), "software_version"),
        ("instructions", json!("x".repeat(20_001)), "instructions"),
        ("unit_id", json!(absent), "unit_id"),
        ("owner_id", json!(absent), "owner_id"),
        ("to", json!("2026-09-20"), "to"),
        ("from", json!("1970-01-01"), "from"),
        ("ticket_type", json!(""), "ticket_type"),
        ("machines", json!({"resources": []}), "machines.resources"),
        ("machines", json!({"resources": [gone]}), "machines.resources[0]"),
        ("machines", json!({"filter": "tag == ("}), "machines.filter"),
    ];
    for (field, value, expected) in cases {
        let mut body = house.upgrade();
        body[field] = value.clone();
        let answer = house.client.post(CAMPAIGNS, body).await;
        let fields = answer.json["fields"].as_array().cloned().unwrap_or_default();
        let named = fields.iter().any(|one| one["field"].as_str().unwrap().starts_with(expected));
        assert!(answer.status == 400 && named, "{field} {value}: {}", answer.json);
    }
    assert_eq!(house.got(CAMPAIGNS).await["items"], json!([]));
}

#[tokio::test]
async fn what_is_said_of_machines_is_refused_by_its_field() {
    let house = house().await;
    let machine = house.machine("pc-1", &house.unit).await;
    let path = house.running(house.upgrade()).await;
    let named = json!({"resource_id": machine, "version": 1});
    let cases = [
        (json!({"machines": [named], "state": "failed"}), "reason"),
        (json!({"machines": [named], "state": "skipped", "reason": " "}), "reason"),
        (json!({"machines": [named], "state": "done", "reason": "x".repeat(501)}), "reason"),
        (json!({"machines": [], "state": "done"}), "machines"),
        (json!({"machines": vec![named.clone(); 501], "state": "done"}), "machines"),
        (json!({"machines": [named, named], "state": "done"}), "machines[1]"),
        (
            json!({"machines": [{"resource_id": "x", "version": 1}], "state": "done"}),
            "machines[0].resource_id",
        ),
    ];
    for (body, expected) in cases {
        let answer = house.client.post(&format!("{path}/machines"), body).await;
        let field = answer.json["fields"][0]["field"].as_str();
        assert_eq!((answer.status.as_u16(), field), (400, Some(expected)), "{}", answer.json);
    }
    assert_eq!(house.machines(&path).await, ["pc-1 planned"]);
}
